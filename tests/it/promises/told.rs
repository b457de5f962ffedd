//! Promises on real servers: noticed in time, told once, to whom it concerns.

use std::time::Duration;

use jiff::ToSpan as _;
use tidings::time::Clock;

use crate::support::desk::{SUPPORT, comes_within, wait_until};
use crate::support::letter::Letter;
use crate::support::sink::Taken;
use crate::support::stand::Stand;

const HEAD: &str = "head@staff.example";
const ADA: &str = "ada@staff.example";
const PAGER: &str = "pager@staff.example";

/// A desk with an agent and a supervisor, whose one level promises this.
fn stand(promises: &str) -> Stand {
    let mut stand = Stand::new();
    // Tables stand behind all others.
    let (before, tables) = promises.split_once("\n\n").unwrap_or((promises, ""));
    let config = &mut stand.desk.config;
    let title = "title = \"Community support\"\n";
    let proof = "sender_proof = \"off\"\n";
    *config = config.replacen(title, &format!("{title}{before}\n"), 1).replacen(
        proof,
        &format!("{proof}supervisor = \"{HEAD}\"\n"),
        1,
    );
    let ada = format!("\n{tables}\n\n[[agent]]\nname = \"Ada\"\naddresses = [\"{ADA}\"]\n");
    config.push_str(&ada);
    stand.once();
    stand
}

fn asks(stand: &Stand, about: &str) {
    stand.deliver(&Letter::new("Carl <carl@paid.example>", about).text("It burns."));
}

/// What went to an address, but for what tells of messages.
fn told(stand: &Stand, to: &str) -> Vec<Taken> {
    let is_about_promises = |one: &Taken| {
        let subject = one.header("Subject");
        ["Promise broken", "promises broken", "Due in", "on call"]
            .iter()
            .any(|words| subject.contains(words))
    };
    let taken = stand.sink.taken().into_iter();
    taken.filter(|one| one.recipient == to && is_about_promises(one)).collect()
}

/// The promises of the desk move into the past by so many seconds.
fn later(stand: &Stand, seconds: i64) {
    let us = seconds * 1_000_000;
    stand.desk.sql(&format!(
        "update target set since_us = since_us - {us}, due_us = due_us - {us},
                warns_us = warns_us - {us}, next_us = next_us - {us}"
    ));
}

fn kinds(stand: &Stand, ticket: i64, kind: &str) -> usize {
    let ticket = stand.desk.ticket(ticket);
    ticket["events"].as_array().unwrap().iter().filter(|one| one["kind"] == kind).count()
}

#[test]
fn a_broken_promise_is_noticed_within_a_second_and_told_once() {
    let stand = stand("first_response = \"4s\"\nwarn_at = \"50%\"");
    let daemon = stand.desk.start();
    asks(&stand, "Fire");
    wait_until("the supervisor is told", || told(&stand, HEAD).len() == 1);
    let late = "select max(breached_us - due_us, warned_us - warns_us) from target";
    let late =
        if stand.desk.postgres.is_some() { late.replace("max(", "greatest(") } else { late.into() };
    let late: i64 = stand.desk.sql(&late).parse().unwrap();
    assert!((0..1_000_000).contains(&late), "noticed {late} µs late\n{}", daemon.log());

    let warned = told(&stand, ADA);
    assert_eq!(warned.len(), 1, "{warned:#?}");
    assert!(warned[0].header("Subject").contains("first response: Fire"), "{warned:#?}");
    assert_eq!(told(&stand, HEAD)[0].header("Auto-Submitted"), "auto-generated");
    assert_eq!(daemon.stop(), Some(0));
    stand.once();
    assert_eq!((told(&stand, HEAD).len(), told(&stand, ADA).len()), (1, 1));
    let ticket = stand.only_ticket();
    assert_eq!((kinds(&stand, ticket, "breach"), kinds(&stand, ticket, "warning")), (1, 1));
}

#[test]
fn after_two_days_of_silence_each_breach_is_told_once_in_one_mail() {
    let stand = stand("first_response = \"1h\"\nresolution = \"2h\"");
    for number in 0..7 {
        asks(&stand, &format!("Fire {number}"));
    }
    stand.once();
    later(&stand, 2 * 86_400);
    stand.once();
    let mails = told(&stand, HEAD);
    assert_eq!(mails.len(), 1, "{mails:#?} {:#?}", stand.desk.outbox());
    assert!(mails[0].header("Subject").contains("14 promises broken"), "{mails:#?}");
    for number in 0..7 {
        assert!(mails[0].message.contains(&format!("Fire {number}")), "{mails:#?}");
    }
    let mut places: Vec<_> =
        (0..7).map(|number| mails[0].message.find(&format!("Fire {number}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    places.dedup();
    assert_eq!(places.len(), 7);
    // Nobody is warned of what is broken already.
    assert_eq!(told(&stand, ADA).len(), 0, "{:#?}", told(&stand, ADA));
    stand.once();
    assert_eq!(told(&stand, HEAD).len(), 1);
}

#[test]
fn what_is_late_by_another_priority_is_remembered_and_not_told() {
    let stand = stand(
        "first_response = \"10h\"\n\n[level.community.priority.critical]\nfirst_response = \"1h\"",
    );
    asks(&stand, "Fire");
    stand.once();
    later(&stand, 2 * 3_600);
    let ticket = stand.only_ticket();
    stand.desk.ok(&["ticket", "set", &ticket.to_string(), "--priority", "critical"]);
    stand.once();
    assert_eq!((kinds(&stand, ticket, "late"), kinds(&stand, ticket, "breach")), (1, 0));
    assert_eq!(told(&stand, HEAD).len(), 0);
    assert_eq!(stand.desk.tickets()[0]["next_target"]["state"], "breached");
}

#[test]
fn at_a_breach_the_ticket_becomes_more_urgent_and_a_supervisor_has_it() {
    let mut stand =
        stand("first_response = \"1h\"\nat_breach = [\"raise_priority\", \"assign_supervisor\"]");
    let bea =
        format!("\n[[agent]]\nname = \"Bea\"\naddresses = [\"{HEAD}\"]\nrole = \"supervisor\"\n");
    stand.desk.config.push_str(&bea);
    asks(&stand, "Fire");
    stand.once();
    later(&stand, 2 * 3_600);
    stand.once();
    let ticket = stand.desk.ticket(stand.only_ticket());
    assert_eq!((&ticket["priority"], &ticket["agent"]), (&"high".into(), &"Bea".into()));
    assert_eq!(told(&stand, HEAD).len(), 1);
    stand.once();
    assert_eq!(stand.desk.tickets()[0]["priority"], "high");
}

#[test]
fn who_is_on_call_hears_of_a_new_ticket_outside_of_the_hours() {
    let closed =
        "calendar = \"closed\"\nfirst_response = \"1h\"\non_call = [\"pager@staff.example\"]";
    let mut stand = stand("");
    // Open on one day that is long past, so that it is outside of the hours whenever this runs.
    stand.desk.config = stand.desk.config.replacen(
        "title = \"Community support\"\n",
        &format!("title = \"Community support\"\n{closed}\n"),
        1,
    );
    stand.desk.config.push_str(
        "\n[calendar.closed]\ntimezone = \"UTC\"\nhours = { mon-sun = \"00:00-00:01\" }\n",
    );
    asks(&stand, "Fire");
    stand.once();
    let is_told = || told(&stand, PAGER).len() == 1;
    // A minute of each day is open.
    assert!(comes_within(Duration::from_mins(2), || {
        stand.once();
        is_told()
    }));
    stand.once();
    assert_eq!(told(&stand, PAGER).len(), 1);
    assert_eq!(kinds(&stand, stand.only_ticket(), "call"), 1);
}

#[test]
fn tickets_stand_in_working_order() {
    let stand = stand(
        "first_response = \"10h\"\n\n[level.community.priority.high]\nfirst_response = \"2h\"",
    );
    for about in ["first", "second", "soon", "urgent", "late"] {
        asks(&stand, about);
        stand.once();
    }
    let number = |about: &str| {
        let tickets = stand.desk.tickets();
        let found = tickets.iter().find(|one| one["subject"] == about);
        found.unwrap()["number"].to_string()
    };
    stand.desk.ok(&["ticket", "set", &number("soon"), "--priority", "high"]);
    stand.desk.ok(&["ticket", "set", &number("urgent"), "--priority", "critical"]);
    let late = number("late");
    stand.desk.sql(&format!("update target set due_us = 1000000 where ticket = {late}"));
    let tickets = stand.desk.json(&["ticket", "list", "--json"]);
    let order: Vec<_> = tickets.iter().map(|one| one["subject"].as_str().unwrap()).collect();
    assert_eq!(order, ["late", "urgent", "soon", "first", "second"]);
    assert_eq!(tickets[2]["next_target"]["kind"], "first_response");
    let table = stand.desk.ok(&["ticket", "list"]);
    assert!(table.contains("1 h 59 min") && table.contains(" late"), "{table}");
    let shown = stand.desk.ok(&["ticket", "show", &late]);
    assert!(shown.contains("first response  due 1970-01-01T00:00:01Z"), "{shown}");
}

#[test]
fn a_merged_ticket_has_the_earlier_begin_and_what_is_owed_to_either() {
    let stand = stand("first_response = \"10h\"\nresolution = \"20h\"");
    for about in ["one", "other"] {
        asks(&stand, about);
        stand.once();
    }
    let mut numbers: Vec<_> =
        stand.desk.tickets().iter().map(|one| one["number"].as_i64().unwrap()).collect();
    numbers.sort_unstable();
    let [one, other] = numbers[..] else { panic!("{numbers:?}") };
    let begun = "select since_us from target where kind = 'resolution' and ticket = ";
    let earlier = stand.desk.sql(&format!("{begun}{one}"));
    stand.desk.ok(&["ticket", "merge", &one.to_string(), "--into", &other.to_string()]);
    assert_eq!(stand.desk.sql(&format!("{begun}{other}")), earlier);
    let alive = |ticket: i64| {
        stand.desk.sql(&format!(
            "select count(*) from target where ticket = {ticket} and state = 'running'"
        ))
    };
    assert_eq!((alive(one), alive(other)), ("0".to_owned(), "2".to_owned()));
}

#[test]
fn an_answer_keeps_the_promise_and_a_question_makes_the_next() {
    let stand = stand("first_response = \"10h\"\nnext_response = \"5h\"");
    asks(&stand, "Fire");
    stand.once();
    let ticket = stand.only_ticket();
    stand.desk.tell(&["ticket", "reply", &ticket.to_string()], "Water helps.");
    stand.once();
    let state = || {
        let shown = stand.desk.ticket(ticket);
        let targets = shown["targets"].as_array().unwrap().iter();
        let word = |one: &serde_json::Value| {
            format!("{} {}", one["kind"].as_str().unwrap(), one["state"].as_str().unwrap())
        };
        targets.map(word).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(state(), "first_response met");
    let tid = stand.desk.tickets()[0]["tid"].as_str().unwrap().to_owned();
    let again = Letter::new("Carl <carl@paid.example>", &format!("Re: Fire {tid}"));
    stand.world.deliver(SUPPORT, &again.text("It does not.").bytes());
    stand.once();
    assert_eq!(state(), "first_response met, next_response running");
    let thanks = Letter::new("Carl <carl@paid.example>", &format!("Re: Fire {tid}"));
    stand.desk.tell(&["ticket", "reply", &ticket.to_string()], "Foam does.");
    stand.world.deliver(SUPPORT, &thanks.text("Thank you!").bytes());
    stand.once();
    assert_eq!(state(), "first_response met, next_response met");
}

#[test]
fn the_acknowledgement_says_by_when_and_that_nobody_is_there() {
    // Open for five minutes of each day, and closed for the next forty.
    let now = jiff::Timestamp::from_microsecond(Clock::System.now().as_us()).unwrap();
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let (from, until) = (today - 1.day(), today + 40.days());
    let stand = stand(&format!(
        "calendar = \"later\"\nfirst_response = \"4m\"\n\n[calendar.later]\ntimezone = \"UTC\"\n\
         hours = {{ mon-sun = \"03:00-03:05\" }}\n\
         closures = [{{ from = \"{from}T00:00\", until = \"{until}T00:00\", name = \"Move\" }}]"
    ));
    asks(&stand, "Fire");
    stand.once();
    let year = if until.year() == today.year() { "" } else { " %Y" };
    let day = until.strftime(&format!("%A, %-d %B{year}")).to_string();
    let to = |address: &str| {
        let found = stand.sink.taken().into_iter().find(|one| one.recipient == address);
        // Without the soft line ends of quoted-printable.
        found.unwrap().message.replace("=\n", "")
    };
    let mail = to("carl@paid.example").replace('\n', " ");
    assert!(mail.contains(&format!("First answer    by {day}, 03:04 UTC")), "{mail}");
    assert!(mail.contains(&format!("back on {day}, 03:00 UTC")), "{mail}");
    assert!(mail.contains("(Move)"), "{mail}");
    let told = to(ADA);
    assert!(told.contains(&format!("Promised    first response by {day}, 03:04 UTC")), "{told}");
}

#[test]
fn what_nobody_could_plan_is_told_to_who_writes_and_once_to_who_waits() {
    let stand = stand("");
    for about in ["Fire", "Smoke"] {
        asks(&stand, about);
    }
    stand.deliver(&Letter::new("Olga <olga@other.example>", "Flood"));
    stand.once();
    let until = ["--until", "2099-01-01T00:00:00Z"];
    let text = "The platform is down; we work on it.";
    stand.desk.ok(&["announce", text, until[0], until[1], "--to", "open"]);
    stand.once();
    let told = |to: &str| {
        let taken = stand.sink.taken().into_iter();
        taken.filter(|one| one.recipient == to && one.message.contains(text)).collect::<Vec<_>>()
    };
    for to in ["carl@paid.example", "olga@other.example"] {
        assert_eq!(told(to).len(), 1, "{to}");
        assert_eq!(told(to)[0].header("Auto-Submitted"), "auto-generated");
    }
    stand.once();
    assert_eq!(told("olga@other.example").len(), 1);
    stand.deliver(&Letter::new("Nora <nora@other.example>", "Storm"));
    stand.once();
    let mails = told("nora@other.example");
    assert_eq!(mails.len(), 1);
    assert!(mails[0].message.contains("Please note:\nThe platform is down"), "{mails:#?}");
    // It ends when somebody says so.
    let listed = stand.desk.json(&["announce", "--json"]);
    assert_eq!(listed.len(), 1, "{listed:?}");
    stand.desk.ok(&["announce", "--end", &listed[0]["number"].to_string()]);
    stand.deliver(&Letter::new("Otto <otto@other.example>", "Hail"));
    stand.once();
    assert_eq!(told("otto@other.example").len(), 0);
    assert_eq!(stand.desk.run(&["announce", "x", "--until", "2000-01-01"]).code, Some(64));
    assert_eq!(stand.desk.run(&["announce", "--end", "99"]).code, Some(65));
}

#[test]
fn what_a_request_does_not_say_is_asked_for_once() {
    let mut stand = stand("");
    let list = "[[desk.checklist]]\nask = \"Start time\"\nfound_by = [\"since\"]\n\n\
                [[desk.checklist]]\nask = \"What burns\"\nfound_by = [\"it burns\"]\n\n";
    stand.desk.config = stand.desk.config.replacen("[desk.imap]", &format!("{list}[desk.imap]"), 1);
    asks(&stand, "Fire");
    stand.once();
    let taken = stand.sink.taken();
    let mail = taken.iter().find(|one| one.recipient == "carl@paid.example").unwrap();
    assert!(mail.message.contains("  - Start time"), "{mail:#?}");
    assert!(!mail.message.contains("What burns"), "{mail:#?}");
}
