//! A policy as it is shipped, from a customer's mail to the answer that keeps the promise.

use serde_json::Value;

use super::{ADA, AGENTS, Staffed, answer, to};
use crate::attacks::{CARLA, Guarded, letter};
use crate::support::desk::Desk;

const VENDOR: &str = include_str!("../../../config/policies/software-vendor.toml");

/// The policy, on the servers of the test, with its agents.
fn shipped(desk: &mut Desk) {
    let (top, _) = desk.config.split_once("[[desk]]").unwrap();
    let (_, servers) = desk.config.split_once("[desk.acknowledge_limits]").unwrap();
    let (servers, _) = servers.split_once("[level.").unwrap();
    let (_, policy) = VENDOR.split_once("[[desk]]").unwrap();
    let (rules, rest) = policy.split_once("[desk.imap]").unwrap();
    let (_, levels) = rest.split_once("[calendar.").unwrap();
    let rules = rules.replace("support@example.com", "support@desk.example");
    desk.config = format!(
        "{top}[[desk]]{rules}[desk.acknowledge_limits]{servers}[calendar.{levels}\n{AGENTS}"
    );
}

fn staffed() -> Staffed {
    Staffed { guarded: Guarded::with(shipped), seen: std::cell::Cell::new(0) }
}

/// Kind, state and whether it is late, of each promise.
fn promises(ticket: &Value) -> Vec<(String, String, bool)> {
    let word = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let all = ticket["targets"].as_array().unwrap().iter();
    all.map(|one| (word(one, "kind"), word(one, "state"), one["late"].as_bool().unwrap())).collect()
}

#[test]
fn what_a_vendor_sells_is_acknowledged_answered_and_kept() {
    let staffed = staffed();
    let mails = staffed.opened();
    let ticket = staffed.only();
    assert_eq!(ticket["level"], "commercial");
    let promise = |kind: &str, state: &str| (kind.to_owned(), state.to_owned(), false);
    assert_eq!(promises(&ticket), [promise("first_response", "running")]);

    let told = to(&mails, "carla@paid.example").message.replace("=\n", "");
    assert!(told.contains("Service level   Commercial support"), "{told}");
    let due: jiff::Timestamp = ticket["targets"][0]["due_at"].as_str().unwrap().parse().unwrap();
    let due = due.in_tz("Europe/Berlin").unwrap();
    let (day, time) = (due.strftime("%A, %-d %B"), due.strftime("%H:%M %Z"));
    let said = told.lines().find(|line| line.contains("First answer    by ")).unwrap();
    assert!(said.contains(&day.to_string()) && said.ends_with(&time.to_string()), "{said}");

    let asked = to(&mails, "ada@staff.example");
    assert!(asked.message.contains("Promised    first response by"), "{asked:#?}");
    let mails = staffed.take(&answer(ADA, asked, "Water helps."));
    assert_eq!(promises(&staffed.only()), [promise("first_response", "met")]);

    // What comes then is acknowledged, too, and owed an answer within the same time.
    let relayed = to(&mails, "carla@paid.example");
    let more = letter(CARLA, &format!("Re: {}", relayed.header("Subject")))
        .field("In-Reply-To", &relayed.header("Message-ID"))
        .text("It does not.");
    let mails = staffed.take(&more);
    let both = [promise("first_response", "met"), promise("next_response", "running")];
    assert_eq!(promises(&staffed.only()), both);
    assert_eq!(to(&mails, "carla@paid.example").header("Auto-Submitted"), "auto-replied");
    staffed.take(&answer(ADA, to(&mails, "ada@staff.example"), "Foam does."));
    let both = [promise("first_response", "met"), promise("next_response", "met")];
    assert_eq!(promises(&staffed.only()), both);
}
