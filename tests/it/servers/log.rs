//! What the log says, in which form, and how much of it.

use serde_json::Value;

use super::{QUICK, count, with_login};
use crate::support::desk::{Desk, SUPPORT, wait_until};
use crate::support::letter::Letter;
use crate::support::sink::Sink;
use crate::support::world::World;

/// A word that only the mail has.
const CANARY: &str = "canary";

/// A message from reception to its acknowledgement, by logins at both servers, with everything
/// logged; what was logged.
fn everything(format: &str) -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let (world, sink) = (World::up(&["MAIL_FSYNC=never"]), Sink::start(&[]));
    let mut desk = with_login(&world, &sink, world.port("SUBMISSIONS"));
    desk.write_secret("smtp-password", "pw-support\n", 0o600);
    desk.environment.push(("TIDINGS_LOG".to_owned(), "trace".to_owned()));
    desk.environment.push(("TIDINGS_LOG_FORMAT".to_owned(), format.to_owned()));
    let mut log = desk.run(&["run", "--once"]).stderr;
    let letter = Letter::new("Carla <carla@paid.example>", "A canary sings");
    world.deliver(SUPPORT, &letter.text("canary").bytes());
    log += &desk.run(&["run", "--once"]).stderr;
    assert_eq!(desk.outbox()[0]["state"], "sent", "{log}");
    Some(log)
}

#[test]
fn no_secret_and_no_word_of_a_mail_is_logged() {
    let Some(log) = everything("text") else { return };
    assert!(log.contains("Inbound 1 opened") && log.contains("Outbox 1 sent"), "{log}");
    for secret in [CANARY, "pw-support", "cHctc3VwcG9ydA", "carla"] {
        assert!(!log.to_lowercase().contains(secret), "{secret}: {log}");
    }
}

#[test]
fn a_log_for_programs_is_an_object_a_line() {
    let Some(log) = everything("json") else { return };
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines {
        for name in ["time", "level", "target", "message"] {
            assert!(line[name].is_string(), "{name}: {line}");
        }
    }
    let opened = lines.iter().find(|line| line["verdict"] == "opened").unwrap();
    let expected = (&Value::from("support"), &Value::from(1), &Value::from("INFO"));
    assert_eq!((&opened["desk"], &opened["inbound"], &opened["level"]), expected);
    for secret in [CANARY, "pw-support", "cHctc3VwcG9ydA", "carla"] {
        assert!(!log.to_lowercase().contains(secret), "{secret}: {log}");
    }
}

#[test]
fn without_a_journal_the_log_goes_to_standard_error() {
    if std::path::Path::new("/run/systemd/journal/socket").exists() {
        return;
    }
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let ran = Desk::new(&world, &sink).run(&["run", "--once", "--log-format", "journal"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains("The log goes to standard error: no journal"), "{}", ran.stderr);
    assert!(ran.stderr.contains("First look at INBOX"), "{}", ran.stderr);
}

#[test]
fn inv_8_a_fault_of_many_desks_fills_no_disk() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let mut desk = Desk::new(&world, &sink);
    let (instance, rest) = desk.config.split_once("[[desk]]").unwrap();
    let (one, levels) = rest.split_once("[level.community]").unwrap();
    let gone = one.replace(&format!("port = {}\n", world.port("IMAPS")), "port = 1\n");
    let many = (0..60).map(|n| {
        let named = gone.replace("\"support\"", &format!("\"desk{n}\""));
        let named = named.replace("aliases = [\"help@desk.example\"]\n", "");
        format!("[[desk]]{}", named.replace(SUPPORT, &format!("d{n}@desk.example")))
    });
    desk.config = format!("{instance}{}[level.community]{levels}", many.collect::<String>());
    let daemon = desk.start();
    let fault = "Cannot read INBOX";
    wait_until("each desk has met it", || {
        count(&daemon.log(), "Working on") == 60 && count(&daemon.log(), fault) == 20
    });
    let log = desk.path("log");
    assert_eq!(daemon.stop(), Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    let told: Vec<&str> = log.lines().filter(|line| line.contains(fault)).collect();
    assert_eq!(told.len(), 21, "{log}");
    assert!(told[20].contains("more lines were left out of the log, such as"), "{log}");
}
