//! A line says what is so and what to do.

use super::*;
use crate::cli::check::report::Found;

const AT: &str = "Received: from o.example (o [192.0.2.1]) by mx.desk.example (Postfix)";
const PASS: &str = "Authentication-Results: mx.desk.example; dmarc=pass header.from=a.example";

fn trusting(mode: Mode) -> Trust {
    let ours: Box<str> = "mx.desk.example".into();
    Trust { authservs: vec![ours.clone()], boundary: vec![ours], mode, ..Trust::default() }
}

fn survey(messages: &[(usize, &[&str])], trust: &Trust) -> Survey {
    let mut survey = Survey::default();
    for (count, lines) in messages {
        let header = format!("{}\r\n\r\n", lines.join("\r\n"));
        for _ in 0..*count {
            survey.add(header.as_bytes(), trust);
        }
    }
    survey
}

#[track_caller]
fn judged(finding: &Finding, expected: Found, says: &str) {
    assert_eq!(finding.found, expected, "{finding:?}");
    assert!(finding.text.contains(says), "{finding:?}");
}

#[test]
fn aut_28_few_trusted_results_are_said_with_what_to_do() {
    let bare = "Authentication-Results: spf=pass smtp.mailfrom=a.example";
    check(&[(6, &[PASS, AT]), (4, &[AT])], Found::Good, "6 of 10 messages have results");
    check(&[(10, &[AT, PASS])], Found::Soon, "set authserv_mode = \"below\", if");
    check(&[(9, &[AT, PASS]), (1, &[AT])], Found::Soon, "would be unsafe");
    check(&[(10, &[bare, AT])], Found::Soon, "set authserv_mode = \"exchange\"");
    check(&[(10, &[AT])], Found::Soon, "look at `trusted_authserv`");

    #[track_caller]
    fn check(messages: &[(usize, &[&str])], expected: Found, says: &str) {
        let trust = trusting(Mode::Standard);
        judged(&believed(&survey(messages, &trust), &trust), expected, says);
    }
}

#[test]
fn aut_28_a_boundary_that_took_little_is_told_with_the_hosts_that_did() {
    let other = "Received: from o.example (o [192.0.2.1]) by mail.example (Postfix)";
    check(&[(9, &[AT]), (1, &[other])], Found::Good, "mx.desk.example took 9 of 10 messages");
    check(
        &[(1, &[AT]), (9, &[other])],
        Found::Soon,
        "taken by mail.example (9), mx.desk.example (1)",
    );
    check(&[(9, &["X: y"])], Found::Soon, "no other host is seen");

    #[track_caller]
    fn check(messages: &[(usize, &[&str])], expected: Found, says: &str) {
        let trust = trusting(Mode::Standard);
        judged(&boundary(&survey(messages, &trust), &trust), expected, says);
    }
}

#[test]
fn aut_02_a_server_that_rebuilds_messages_is_told_by_its_broken_signatures() {
    let (on, advisory) = (OwnDkim::On, OwnDkim::Advisory);
    check((18, 2, 0), on, Found::Good, "verifies 18 of 20 signed messages");
    check((0, 20, 0), on, Found::Soon, "set own_dkim = \"advisory\"");
    check((0, 20, 0), advisory, Found::Good, "rebuilds messages");
    check((0, 2, 0), on, Found::Good, "verifies 0 of 2");
    check((0, 0, 9), on, Found::Good, "verifies 0 of 9");
    check((0, 0, 0), on, Found::Soon, "the DNS does not answer");

    #[track_caller]
    fn check(
        (verified, changed, unclear): (usize, usize, usize),
        own: OwnDkim,
        expected: Found,
        says: &str,
    ) {
        let checked = Checked { verified, changed, unclear, compared: 0, agreed: 0, silence: true };
        judged(&own_check(&checked, own), expected, says);
    }
}

#[test]
fn colleagues_without_proof_are_told_with_what_to_do() {
    let some = Insiders { messages: 5, proven: 4 };
    judged(&insider("desk.example", some), Found::Good, "4 of 5 messages from desk.example");
    let none = Insiders { messages: 5, proven: 0 };
    judged(&insider("desk.example", none), Found::Soon, "smtpd_sasl_authenticated_header");
}

#[test]
fn a_few_names_are_told_and_the_rest_counted() {
    let lines: Vec<String> =
        (1..=7).map(|n| format!("Authentication-Results: m{n}.example; none")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).chain([AT]).collect();
    let found = survey(&[(2, &lines)], &Trust::default());
    let told = names(&found.above, None);
    assert!(told.starts_with("m1.example (2), m2.example (2), "), "{told}");
    assert!(told.ends_with("m5.example (2), and 2 more"), "{told}");
}

#[test]
fn an_empty_folder_asks_for_another_look() {
    let found = headers("INBOX", 0, &Survey::default());
    judged(&found[0], Found::Good, "INBOX is empty");
    judged(&found[0], Found::Good, "run check again");
    assert!(headers("", 0, &Survey::default()).is_empty());
}
