//! Above the boundary, below it, and what looks like it.

use proptest::prelude::*;

use super::*;
use crate::authentication::spam::SpamField;
use crate::mail::parse::header_fields;

fn trust() -> Trust {
    Trust {
        authservs: vec!["mx.desk.example".into()],
        boundary: vec!["mx.desk.example".into(), "*.protection.example".into()],
        ..Trust::default()
    }
}

const TOOK: &str =
    "Received: from out.example (out.example [192.0.2.1]) by mx.desk.example (Postfix)";
const PASS: &str = "Authentication-Results: mx.desk.example; dmarc=pass header.from=paid.example";

/// `believed fields, not believed, client, return path, login`.
#[track_caller]
fn check(lines: &[&str], trust: &Trust, expected: &str) {
    let raw = format!("{}\r\n\r\n", lines.join("\r\n"));
    let trace = read(&header_fields(raw.as_bytes()), trust);
    let client = match &trace.boundary {
        Boundary::Unknown => "unknown".to_owned(),
        Boundary::Missing => "missing".to_owned(),
        Boundary::Host { client: None, .. } => "unclear".to_owned(),
        Boundary::Host { client: Some(client), .. } => client.ip.to_string(),
    };
    let path = trace.return_path.as_ref().map_or("-".to_owned(), ToString::to_string);
    let login = match &trace.login {
        None => "-",
        Some(Login::Exchange) => "exchange",
        Some(Login::Named(login)) => login,
    };
    let (believed, not) = (trace.results.len(), trace.reasons.len());
    assert_eq!(format!("{believed} {not} {client} {path} {login}"), expected, "{lines:?}");
}

#[test]
fn std_70_what_stands_below_the_boundary_came_with_the_message() {
    let ours = trust();
    check(
        &["Return-Path: <a@b.example>", PASS, TOOK, "From: x"],
        &ours,
        "1 0 192.0.2.1 <a@b.example> -",
    );
    check(&[TOOK, PASS, "From: x"], &ours, "0 1 192.0.2.1 - -");
    check(&[TOOK, PASS, TOOK, PASS], &ours, "0 1 192.0.2.1 - -");
    check(&[PASS, TOOK, PASS, "Return-Path: <a@b.example>"], &ours, "1 1 192.0.2.1 - -");
    check(&[PASS, PASS, TOOK], &ours, "2 0 192.0.2.1 - -");
    check(&[PASS, "From: x"], &ours, "0 1 missing - -");
    check(&[PASS, TOOK], &Trust::default(), "0 1 unknown - -");
    // an inner host above the boundary is ours as well
    let inner = "Received: from mx.desk.example (mx [10.0.0.1]) by store.desk.example with ESMTP";
    check(&[inner, PASS, TOOK], &ours, "1 0 192.0.2.1 - -");
    let any = "Received: from o (192.0.2.7) by DB5.Protection.Example (10.0.0.2) with Microsoft";
    check(&[PASS, any], &ours, "1 0 192.0.2.7 - -");
    let near = "Received: from o (192.0.2.7) by protection.example with ESMTP";
    check(&[PASS, near], &ours, "0 1 missing - -");
    // a message within the message is not its header
    check(&[TOOK, "Content-Type: message/rfc822", "", PASS], &ours, "0 0 192.0.2.1 - -");
}

#[test]
fn std_70_a_host_that_hands_on_within_itself_is_not_the_boundary_yet() {
    let ours = trust();
    let lmtp = "Received: from mx.desk.example by mx.desk.example with LMTP id 1 for <s@d>";
    let filter = "Received: from localhost (localhost [127.0.0.1]) by mx.desk.example with ESMTP";
    check(&[lmtp, PASS, TOOK, PASS], &ours, "1 1 192.0.2.1 - -");
    check(&[lmtp, filter, PASS, TOOK], &ours, "1 0 192.0.2.1 - -");
    // Below a hand-over stands a note of the same host, or it is the last that is ours.
    let foreign = "Received: from a (a [192.0.2.9]) by elsewhere.example with ESMTP";
    check(&[PASS, lmtp, foreign, PASS, TOOK], &ours, "1 1 unclear - -");
}

#[test]
fn std_70_a_note_that_is_not_understood_ends_the_search() {
    let ours = trust();
    for strange in [
        "Received: from x( (x [192.0.2.1]) by mx.desk.example with ESMTP",
        "Received: from x( (x [192.0.2.1]) by mx.desk.example (envelope-from <\")\"@evil.example>)",
        "Received: from x; (x [192.0.2.1]) by mx.desk.example with ESMTP",
        "Received: from x by evil.example (x [192.0.2.1]) by mx.desk.example with ESMTP",
        "Received: (qmail 1 invoked by uid 89); date",
        "Received: ",
    ] {
        check(&[PASS, strange, PASS, TOOK], &ours, "0 1 missing - -");
    }
}

#[test]
fn std_70_only_servers_that_are_named_are_believed() {
    let ours = trust();
    for (field, expected) in [
        ("Authentication-Results: MX.Desk.Example. 1; dmarc=pass", "1 0"),
        ("authentication-results: (comment) mx.desk.example; dmarc=pass", "1 0"),
        ("Authentication-Results: mx.desk.example;\r\n\tdmarc=pass", "1 0"),
        ("Authentication-Results: evil.example; dmarc=pass", "0 1"),
        ("Authentication-Results: mx.desk.example.evil.example; dmarc=pass", "0 1"),
        ("Authentication-Results: x.mx.desk.example; dmarc=pass", "0 1"),
        ("Authentication-Results: evil.example (mx.desk.example); dmarc=pass", "0 1"),
        ("Authentication-Results: dmarc=pass", "0 1"),
        ("Authentication-Results-Original: mx.desk.example; dmarc=pass", "0 0"),
        ("ARC-Authentication-Results: i=1; mx.desk.example; dmarc=pass", "0 0"),
        ("X-Authentication-Results: mx.desk.example; dmarc=pass", "0 0"),
        ("Authentication-Results : mx.desk.example; dmarc=pass", "0 0"),
    ] {
        check(&["X: y", field, TOOK], &ours, &format!("{expected} 192.0.2.1 - -"));
    }
}

/// The field by which a filter of ours calls a message spam.
#[track_caller]
fn check_spam(lines: &[&str], trust: &Trust, expected: Option<&str>) {
    let raw = format!("{}\r\n\r\n", lines.join("\r\n"));
    let sign = read(&header_fields(raw.as_bytes()), trust).spam.map(|sign| sign.to_string());
    assert_eq!(sign.as_deref(), expected, "{lines:?}");
}

#[test]
fn std_70_a_filter_is_heard_above_the_boundary_alone() {
    let ours = Trust { spam_fields: vec![SpamField::Known], ..trust() };
    let (yes, no) = ("X-Spam-Flag: YES", "X-Spam-Flag: NO");
    check_spam(&[yes, TOOK, "From: x"], &ours, Some(yes));
    check_spam(&[TOOK, yes, "From: x"], &ours, None);
    check_spam(&[no, TOOK, yes], &ours, None);
    // whoever forges his innocence does so below
    check_spam(&[yes, TOOK, no], &ours, Some(yes));
    check_spam(&[no, yes, TOOK], &ours, Some(yes));
    check_spam(&[TOOK, yes, TOOK, "From: x"], &ours, None);
    let inner = "Received: from mx.desk.example (mx [10.0.0.1]) by store.desk.example with ESMTP";
    check_spam(&[inner, yes, TOOK], &ours, Some(yes));
}

#[test]
fn thr_44_without_a_boundary_no_filter_is_heard() {
    let ours = Trust { spam_fields: vec![SpamField::Known], ..trust() };
    let yes = "X-Spam-Flag: YES";
    check_spam(&[yes, "From: x"], &ours, None);
    check_spam(&[yes, "Received: by other.example", "From: x"], &ours, None);
    let unknown = Trust { boundary: Vec::new(), ..ours };
    check_spam(&[yes, TOOK], &unknown, None);
    check_spam(&[yes, TOOK], &trust(), None);
}

#[test]
fn std_72_of_exchange_the_topmost_is_believed() {
    let exchange = Trust { mode: Mode::Exchange, ..trust() };
    let top =
        "Authentication-Results: spf=pass smtp.mailfrom=x.example;dmarc=pass header.from=x.example";
    let internal = "X-MS-Exchange-Organization-AuthAs: Internal";
    check(&[top, top, TOOK, top], &exchange, "1 2 192.0.2.1 - -");
    check(&[PASS, TOOK], &exchange, "0 1 192.0.2.1 - -");
    check(&[internal, TOOK], &exchange, "0 0 192.0.2.1 - exchange");
    check(&[internal, TOOK], &trust(), "0 0 192.0.2.1 - -");
    check(&[TOOK, internal], &exchange, "0 0 192.0.2.1 - -");
    let anonymous = "X-MS-Exchange-Organization-AuthAs: Anonymous";
    check(&[anonymous, TOOK], &exchange, "0 0 192.0.2.1 - -");
}

#[test]
fn std_70_directly_below_the_boundary_the_first_counts_where_the_operator_says_so() {
    let below = Trust { mode: Mode::Below, ..trust() };
    let fail = "Authentication-Results: mx.desk.example; dmarc=fail header.from=paid.example";
    let foreign = "Authentication-Results: evil.example; dmarc=pass header.from=paid.example";
    let theirs = "Received: from p (p [192.0.2.2]) by out.example with ESMTPSA";
    let login = "Received: from l (l [192.0.2.1]) (Authenticated sender: ada) by mx.desk.example";
    let seal =
        "ARC-Authentication-Results: i=1; mx.desk.example; dmarc=pass header.from=paid.example";
    let other =
        "ARC-Authentication-Results: i=1; mx.desk.example; dmarc=fail header.from=paid.example";
    let odd = "ARC-Authentication-Results: i=1; mx.desk.example; (";
    let strange = "ARC-Authentication-Results: i=1; evil.example; dmarc=fail";
    check(&[TOOK, PASS], &below, "1 0 192.0.2.1 - -");
    check(&[TOOK, "Received-SPF: none", "X-Spam: no", PASS, PASS], &below, "1 1 192.0.2.1 - -");
    check(&[TOOK, fail, PASS], &below, "1 1 192.0.2.1 - -");
    check(&[PASS, TOOK, PASS], &below, "2 0 192.0.2.1 - -");
    check(&[TOOK, foreign, PASS], &below, "0 2 192.0.2.1 - -");
    check(&[TOOK, theirs, PASS], &below, "0 1 192.0.2.1 - -");
    check(&[TOOK, "From: x", PASS], &below, "0 1 192.0.2.1 - -");
    check(&[TOOK, "DKIM-Signature: v=1", PASS], &below, "0 1 192.0.2.1 - -");
    check(&[TOOK, "Authentication-Results: (", PASS], &below, "0 2 192.0.2.1 - -");
    check(&[PASS, "From: x"], &below, "0 1 missing - -");
    check(&[login, PASS], &below, "0 1 192.0.2.1 - ada");
    // What the same server sealed says the same, or nothing is believed.
    check(&[seal, TOOK, PASS], &below, "1 0 192.0.2.1 - -");
    check(&[other, TOOK, PASS], &below, "0 1 192.0.2.1 - -");
    check(&[other, seal, TOOK, PASS], &below, "1 0 192.0.2.1 - -");
    check(&[seal, other, TOOK, PASS], &below, "0 1 192.0.2.1 - -");
    check(&[odd, TOOK, PASS], &below, "0 1 192.0.2.1 - -");
    check(&[strange, TOOK, PASS], &below, "1 0 192.0.2.1 - -");
    check(&[TOOK, other, PASS], &below, "1 0 192.0.2.1 - -");
    // One that is too long to be read is still the first.
    let long =
        format!("Authentication-Results: mx.desk.example; dkim=fail{}", " (x)".repeat(20_000));
    check(&[TOOK, &long, PASS], &below, "0 2 192.0.2.1 - -");
    let long = format!("Received: from x by mx.desk.example{}", " (x)".repeat(20_000));
    check(&[PASS, &long, PASS, TOOK], &below, "0 1 missing - -");
    // A login in such a field is nobody's.
    let auth = "Authentication-Results: mx.desk.example; auth=pass smtp.auth=ada@desk.example";
    check(&[TOOK, auth], &below, "1 0 192.0.2.1 - -");
    let lmtp = "Received: from mx.desk.example by mx.desk.example with LMTP id 1 for <s@d>";
    check(&[lmtp, PASS], &below, "0 1 unclear - -");
}

#[test]
fn a_login_is_what_a_server_of_ours_noted() {
    let ours = trust();
    let auth = "Authentication-Results: mx.desk.example; auth=pass smtp.auth=ada@desk.example";
    let failed = "Authentication-Results: mx.desk.example; auth=fail smtp.auth=ada@desk.example";
    let sasl =
        "Received: from [10.0.0.5] (x [192.0.2.1]) (Authenticated sender: ada) by mx.desk.example";
    check(&[auth, TOOK], &ours, "1 0 192.0.2.1 - ada@desk.example");
    check(&[failed, TOOK], &ours, "1 0 192.0.2.1 - -");
    check(&[TOOK, auth], &ours, "0 1 192.0.2.1 - -");
    check(&[sasl], &ours, "0 0 192.0.2.1 - ada");
    check(&[TOOK, sasl], &ours, "0 0 192.0.2.1 - -");
}

#[test]
fn thr_11_a_long_header_is_read_in_its_time() {
    let mut lines: Vec<_> =
        (0..400).map(|_| format!("Received: by x{} y", "(a)".repeat(150))).collect();
    lines.push(TOOK.to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    check(&lines, &trust(), "0 0 192.0.2.1 - -");
}

proptest! {
    #[test]
    fn thr_11_any_received_is_read_or_left(text in "[a-z\\[\\]():;. 0-9=\"\\\\]{0,120}") {
        if let Some(received) = Received::parse(&format!("from {text} by mx.desk.example")) {
            let _ = (received.client(), received.login(), received.is_within_a_host());
        }
    }
}
