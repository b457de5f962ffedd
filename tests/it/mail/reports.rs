//! Reports of failure in many dialects (`tests/data/bounces.txt`): whom they name, and what they say of
//! them.

use std::path::Path;
use std::time::{Duration, Instant};

use tidings::mail::Mail;
use tidings::mail::automatic::Kind;
use tidings::mail::parse::parse;
use tidings::mail::report::{READ_BYTES_MAX, RECIPIENTS_MAX};

#[test]
fn std_41_every_dialect_of_failure_is_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bounces.txt");
    let mut wrong = Vec::new();
    for section in std::fs::read_to_string(path).unwrap().split("\n%% ").skip(1) {
        let (name, rest) = section.split_once('\n').unwrap();
        let (message, expected) = rest.split_once("\n=> ").unwrap();
        let expected: Vec<_> = expected.trim_end().split("\n=> ").map(str::to_owned).collect();
        let (mail, _) = parse(message.as_bytes());
        let found = facts(&mail);
        if mail.class.kind != Kind::Bounce {
            wrong.push(format!("{name} is {} {:?}", mail.class.kind.as_str(), mail.class.reasons));
        } else if found != expected {
            wrong.push(format!("{name}: {found:#?}, not {expected:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A line a recipient, and one for the message that came back.
fn facts(mail: &Mail) -> Vec<String> {
    let report = mail.report.clone().unwrap_or_default();
    let recipients = report.recipients.iter().map(|one| {
        let action = one.action.map_or("", |action| action.as_str());
        let status = one.status.map(|status| status.to_string()).unwrap_or_default();
        format!("{} {action} {status}", one.address).trim_end().to_owned()
    });
    let original = report.original.iter().map(|id| format!("original {}", id.as_str()));
    recipients.chain(original).collect()
}

#[test]
fn std_42_a_person_who_asks_about_a_failure_reports_none() {
    let (mail, _) = parse(
        b"From: ada@example.org\nTo: support@example.com\nSubject: Undelivered mail?\n\n\
          Hello, my mail to ben@example.org came back with 550 5.1.1 User unknown. Why?\n",
    );
    assert_eq!((mail.class.kind, mail.report), (Kind::Person, None));
}

#[test]
fn std_43_a_receipt_tells_of_the_message_that_was_read() {
    let (mail, _) = parse(
        b"From: ada@example.org\nTo: support@example.com\nSubject: Read: your ticket\n\
          Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n\
          --b\n\nYour message was read.\n\n--b\nContent-Type: message/disposition-notification\n\n\
          Final-Recipient: rfc822;ada@example.org\nOriginal-Message-ID: <one@example.com>\n\
          Disposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n",
    );
    assert_eq!(mail.class.kind, Kind::Report);
    assert_eq!(facts(&mail), ["original one@example.com"]);
}

#[test]
fn thr_10_a_report_names_no_more_than_its_limit() {
    let head = "From: MAILER-DAEMON@example.net\nTo: support@example.com\nSubject: failure notice\n\n\
                Unable to deliver to the following addresses.\n\n";
    let one = |at| format!("<a{at}@example.org>:\n550 no\n\n");
    let many = (0..10_000).map(one).collect::<Vec<_>>().concat();
    let (mail, _) = parse(format!("{head}{many}").as_bytes());
    assert_eq!(mail.report.unwrap().recipients.len(), RECIPIENTS_MAX);
    // long lines of addresses and of nothing else cost no more than short ones
    let started = Instant::now();
    for piece in ["a@example.org ", "@", "a@", "<a@b.example>:", "5.1.1 550 ", "@a.b.c."] {
        let line = piece.repeat(4 * READ_BYTES_MAX / piece.len());
        drop(parse(format!("X-Failed-Recipients: {line}\n{head}{line}\n").as_bytes()));
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    let far = "x".repeat(READ_BYTES_MAX);
    let (mail, _) = parse(format!("{head}{far}\n<a@example.org>:\n550 no\n").as_bytes());
    assert_eq!(mail.report.unwrap().recipients, []);
}
