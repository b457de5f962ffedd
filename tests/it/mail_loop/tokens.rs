//! Addresses with tokens, and who guesses them.

use super::{CARLA, OLAF, Stand, verdicts};
use crate::support::desk::{SUPPORT, wait_until};
use crate::support::letter::Letter;

/// A stand on whose reply addresses a mail has come back; `None` where there is no Postfix. The
/// notices go to the sink.
fn with_reply_addresses() -> Option<Stand> {
    let mut stand = Stand::with_options(&["MAIL_FSYNC=never"]);
    if !stand.world.has_postfix() {
        return None;
    }
    stand.once();
    let sink = stand.desk.config.clone();
    let (from, to) =
        (format!("port = {}", stand.sink.port), format!("port = {}", stand.world.port("SMTP")));
    stand.desk.config = sink.replacen(&from, &to, 1);
    let said = stand.desk.run(&["check", "--plus"]);
    assert!(said.stdout.contains("a mail to support+"), "{} {}", said.stdout, said.stderr);
    stand.desk.config = with_plus(&sink);
    stand.once();
    Some(stand)
}

/// The check that opens the database, which without servers a file's alone is.
fn check(stand: &Stand) -> &'static [&'static str] {
    if stand.desk.postgres.is_some() { &["check"] } else { &["check", "--offline"] }
}

fn with_plus(config: &str) -> String {
    config.replacen("ticket_prefix", "plus_addressing = true\nticket_prefix", 1)
}

#[test]
fn std_91_reply_addresses_are_given_out_only_when_a_mail_to_one_has_come_back() {
    let mut stand = Stand::new();
    stand.desk.config = with_plus(&stand.desk.config);
    // The first makes the database, which on a server `check` leaves to it.
    for command in [&["run", "--once"], check(&stand)] {
        let ran = stand.desk.run(command);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.code, Some(78), "{said}");
        assert!(said.contains("run: tidings check --plus"), "{said}");
        assert!(said.contains("support@desk.example"), "{said}");
    }
    let Some(mut stand) = with_reply_addresses() else { return };
    // Another domain is another address.
    let domain = "reply_domain = \"reply.example\"\nticket_prefix";
    let proved = stand.desk.config.clone();
    stand.desk.config = proved.replacen("ticket_prefix", domain, 1);
    assert_eq!(stand.desk.run(&["run", "--once"]).code, Some(78));
    let said = stand.desk.run(check(&stand)).stdout;
    assert!(said.contains("support@reply.example"), "{said}");
    stand.desk.config = proved;
    let said = stand.desk.ok(check(&stand));
    assert!(said.contains("mail to support@desk.example with a token has come back"), "{said}");

    // A daemon takes no new configuration that the program would not start with.
    let unproved = stand.desk.config.replacen("ticket_prefix", domain, 1);
    let daemon = stand.desk.start();
    wait_until("it works", || daemon.log().contains("Working on support"));
    std::fs::write(stand.desk.path("tidings.toml"), unproved).unwrap();
    daemon.signal(rustix::process::Signal::HUP);
    wait_until("it says no", || daemon.log().contains("the one before holds"));
    assert!(daemon.log().contains("check --plus"), "{}", daemon.log());
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn aut_40_an_answer_that_keeps_nothing_but_the_reply_address_is_appended() {
    let Some(stand) = with_reply_addresses() else { return };
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    let number = stand.only_ticket();
    let acknowledgement = stand.only_mail();
    let reply_to = acknowledgement.header("Reply-To");
    assert!(reply_to.starts_with(&format!("support+c{number}.")), "{reply_to}");
    assert!(reply_to.ends_with("@desk.example"), "{reply_to}");

    // From another address of hers, without References, under another subject: by SMTP, as it comes.
    let answer = |from: &str, to: &str| {
        let letter = Letter::bare(from, to, "What I forgot").field("Cc", OLAF).bytes();
        let before = stand.world.count(SUPPORT, "INBOX");
        stand.world.mail(to, &letter);
        stand.world.wait_for_count(SUPPORT, "INBOX", before + 1);
        stand.once();
    };
    answer("carla@home.example", &reply_to);
    let ticket = stand.desk.ticket(number);
    assert_eq!(ticket["articles"].as_array().unwrap().len(), 2, "{ticket:#}");
    // Who answered there, and who stood in Cc, is no party.
    assert_eq!(ticket["participants"], serde_json::json!(["carla@paid.example"]));
    assert_eq!(stand.sink.taken().len(), 1);

    stand.desk.tell(&["ticket", "reply", &number.to_string()], "Use water.\n");
    stand.once();
    let taken = stand.sink.taken();
    assert_eq!(taken.len(), 2);
    assert!(taken.iter().all(|mail| mail.recipient == "carla@paid.example"), "{taken:#?}");
    assert!(taken.iter().all(|mail| mail.header("Reply-To") == reply_to), "{taken:#?}");

    // One character of the MAC, or the number, is another: a plain mail.
    let at = reply_to.find('@').unwrap();
    let last = if &reply_to[at - 1..at] == "a" { "b" } else { "a" };
    answer("carla@home.example", &format!("{}{last}{}", &reply_to[..at - 1], &reply_to[at..]));
    let tickets = stand.desk.tickets();
    assert_eq!(tickets.len(), 2, "{tickets:#?}");
    assert_eq!(stand.desk.ticket(number)["articles"].as_array().unwrap().len(), 3);
}

#[test]
fn thr_03_a_hundred_guesses_over_real_servers_append_nothing() {
    let stand = Stand::met();
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    let number = stand.only_ticket();
    let tag = |n: usize| {
        let letters = b"abcdefghijklmnopqrstuvwxyz234567";
        (0..20).map(|at| char::from(letters[(n * 7 + at * n) % 32])).collect::<String>()
    };
    let guesses = (0..100).map(|n| {
        let subject =
            format!("Re: [EX#{}] Guess {n}", number + 1_000 * (i64::try_from(n).unwrap() % 4));
        let to = format!("support+c{number}.abcde.{}@desk.example", tag(n));
        let id = format!("<aaaaaaaaaaaaaaaaaaaaaaaaaa.{}@desk.example>", &tag(n + 1)[..16]);
        Letter::new(OLAF, &subject).to(&to).answers(&id).bytes()
    });
    stand.world.deliver_many(SUPPORT, guesses);
    let ran = stand.desk.run(&["run", "--once"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    stand.expect(&[("opened", 101)], 101);
    assert_eq!(stand.desk.ticket(number)["articles"].as_array().unwrap().len(), 1);
    assert_eq!(ran.stderr.matches("bad tokens within an hour").count(), 1, "{}", ran.stderr);
    // Who named Carla's ticket has one of his own, which says so to agents alone.
    let linked = |ticket: &serde_json::Value| ticket["linked"] == number;
    assert_eq!(stand.desk.tickets().iter().filter(|ticket| linked(ticket)).count(), 25);
    let other = stand.desk.tickets().into_iter().find(linked).unwrap()["number"].to_string();
    let shown = stand.desk.ok(&["ticket", "show", &other]);
    assert!(shown.contains(&format!("may belong to ticket {number}")), "{shown}");
    let to_olaf = stand.sink.taken().into_iter().filter(|mail| mail.recipient.contains("olaf"));
    assert!(to_olaf.into_iter().all(|mail| !mail.message.contains("may belong")));
}

#[test]
fn two_answers_to_a_mail_that_went_to_others_meet_if_one_person_writes_them() {
    let stand = Stand::met();
    let unseen = "<between.them@paid.example>";
    stand.deliver(&Letter::new(CARLA, "The printer burns").answers(unseen));
    stand.once();
    stand.deliver(&Letter::new(CARLA, "And the scanner").answers(unseen));
    // Who is no party has a matter of his own, whatever he has read.
    stand.deliver(&Letter::new(OLAF, "Re: The printer burns").answers(unseen));
    stand.once();
    stand.deliver(&Letter::new(OLAF, "Hello again").answers(unseen));
    stand.once();
    stand.expect(&[("follow_up", 2), ("opened", 2)], 2);
    for ticket in stand.desk.tickets() {
        assert_eq!(ticket["articles"], 2, "{ticket:#}");
        assert!(ticket["linked"].is_null(), "{ticket:#}");
    }
}

#[test]
fn thr_08_who_writes_a_message_id_first_does_not_get_what_comes_with_it() {
    let stand = Stand::met();
    let parent = "<between.them@paid.example>";
    let coming = Letter::new(CARLA, "A secret").answers(parent);
    // With the identifier that Carla's mail will have, with what it will answer, and answering it.
    let with_id = String::from_utf8(Letter::new(OLAF, "A secret").bytes()).unwrap();
    let own = Letter::new(OLAF, "A secret");
    let with_id = with_id.replacen(own.id(), coming.id(), 1).into_bytes();
    stand.world.deliver(SUPPORT, &with_id);
    stand.deliver(&Letter::new(OLAF, "First").answers(parent));
    stand.deliver(&Letter::new(OLAF, "Second").answers(coming.id()));
    stand.once();
    stand.deliver(&coming);
    stand.once();
    stand.deliver(&Letter::new(CARLA, "A correction").answers(coming.id()));
    stand.once();
    let of = |name: &str| {
        let tickets = stand.desk.tickets().into_iter();
        tickets.filter(|ticket| ticket["requester"] == name).collect::<Vec<_>>()
    };
    let carlas = of("carla@paid.example");
    assert_eq!(carlas.len(), 1, "{carlas:#?}");
    assert_eq!(carlas[0]["articles"], 2, "{carlas:#?}");
    let olafs = of("olaf@other.example");
    assert!(olafs.len() >= 2 && olafs.iter().all(|ticket| ticket["requester"] != "carla"));
    for mail in stand.sink.taken().iter().filter(|mail| mail.recipient.contains("olaf")) {
        assert!(!mail.message.contains("correction"), "{}", mail.message);
    }
}

#[test]
fn std_40_a_report_that_quotes_nothing_finds_its_mail_by_its_envelope() {
    let mut stand = Stand::with_options(&["MAIL_FSYNC=never"]);
    let pattern = "envelope_from = \"support+%token@desk.example\"\nticket_prefix";
    stand.desk.config = stand.desk.config.replacen("ticket_prefix", pattern, 1);
    stand.once();
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    let number = stand.only_ticket();
    stand.desk.tell(&["ticket", "reply", &number.to_string()], "Use water.\n");
    stand.once();
    let taken = stand.sink.taken();
    let paths: Vec<_> = taken.iter().map(|mail| mail.envelope_from.clone()).collect();
    assert_eq!(paths.len(), 2);
    assert_ne!(paths[0], paths[1], "each notice has its own");
    assert!(paths.iter().all(|path| path.starts_with(&format!("support+b{number}."))), "{paths:?}");
    assert!(taken.iter().all(|mail| mail.header("Reply-To").is_empty()), "{taken:#?}");

    let report = |to: &str, subject: &str, action: &str| {
        format!(
            "From: MAILER-DAEMON@mx.paid.example\r\nTo: {to}\r\nSubject: {subject}\r\n\
             Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\n\r\nIt did not work.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.paid.example\r\n\r\n\
             Final-Recipient: rfc822; carla@paid.example\r\nAction: {action}\r\n\
             Status: 5.1.1\r\n--b--\r\n"
        )
        .into_bytes()
    };
    // Only late; then gone; then to an address that somebody made up.
    let made_up = "support+b1.abcde.abcdefghijklmnopqrst@desk.example";
    let reports = [
        report(&paths[0], "Delayed", "delayed"),
        report(&paths[1], "Undelivered", "failed"),
        report(made_up, "Forged", "failed"),
    ];
    if stand.world.has_postfix() {
        let to = [&*paths[0], &*paths[1], made_up];
        for (count, (to, report)) in (2..).zip(to.iter().zip(&reports)) {
            stand.world.mail(to, report);
            stand.world.wait_for_count(SUPPORT, "INBOX", count);
        }
    } else {
        stand.world.deliver_many(SUPPORT, reports);
    }
    stand.once();
    assert_eq!(verdicts(&stand), ["opened", "event", "event", "ignored"]);
    let outbox = stand.desk.outbox();
    let bounced = |kind: &str| {
        let one = outbox.iter().find(|one| one["kind"] == kind).unwrap();
        assert_eq!(one["state"], "sent", "{one:#}");
        one["bounced_at"].is_string()
    };
    assert!(bounced("answer") && !bounced("acknowledgement"), "{outbox:#?}");
    let shown = stand.desk.ok(&["ticket", "show", &number.to_string()]);
    assert!(shown.contains("sent, not delivered"), "{shown}");
    let comes_back = "mail to carla@paid.example comes back since ";
    let came_back = "did not arrive: 5.1.1; says mailer-daemon@mx.paid.example";
    assert!(shown.contains(&format!("mail to carla@paid.example {came_back}")), "{shown}");
    assert!(shown.contains(comes_back), "{shown}");
    let matched = stand.desk.ok(&["account", "match", "carla@paid.example"]);
    assert!(matched.contains(comes_back), "{matched}");
    let id = outbox.iter().find(|one| one["kind"] == "answer").unwrap()["id"].to_string();
    assert!(stand.desk.ok(&["outbox", "show", &id]).contains("did not arrive"));
}

#[test]
fn std_41_a_report_that_quotes_our_mail_marks_it_too() {
    let stand = Stand::met();
    stand.deliver(&Letter::new(CARLA, "Printer on fire"));
    stand.once();
    let ours = stand.only_mail().header("Message-ID");
    let report = format!(
        "From: MAILER-DAEMON@mx.paid.example\r\nTo: support@desk.example\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\n\r\nIt did not work.\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Message-ID: {ours}\r\n--b--\r\n"
    );
    stand.world.deliver(SUPPORT, report.as_bytes());
    stand.once();
    stand.expect(&[("event", 1), ("opened", 1)], 1);
    let outbox = stand.desk.outbox();
    assert!(outbox[0]["bounced_at"].is_string(), "{outbox:#?}");
}
