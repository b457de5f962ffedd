//! SPF: what a record lets pass, and what breaks it, after the conformance suite of RFC 7208.

use tidings::mail::proof::Outcome;

use super::own::{Hop, ask_at};
use super::signer::{RECEIVED, mail};
use crate::support::name_server::NameServer;

use Outcome::{Fail, Neutral, None, Pass, PermError, SoftFail};

/// A client, and two that are not.
const CLIENT: &str = "192.0.2.5";

/// What stands beside the record of `example.com`.
const ZONE: &[(&str, &str, &str)] = &[
    ("example.com", "A", "192.0.2.1"),
    ("out.example.com", "A", CLIENT),
    ("six.example.com", "AAAA", "2001:db8::5"),
    ("example.com", "MX", "10 mx.example.com"),
    ("mx.example.com", "A", "192.0.2.7"),
    ("5.2.0.192.in-addr.arpa", "PTR", "out.example.com"),
    ("pass.example", "TXT", "v=spf1 +all"),
    ("fail.example", "TXT", "v=spf1 -all"),
    ("bad.example", "TXT", "v=spf1 moo -all"),
    ("two.example", "TXT", "v=spf1 +all"),
    ("two.example", "TXT", "v=spf1 -all"),
    ("loop.example", "TXT", "v=spf1 include:loop.example -all"),
    ("ada.at.example", "A", "127.0.0.2"),
    ("5.2.0.192.in-addr.ip.example", "A", "127.0.0.2"),
];

fn result(record: &str, client: &str, path: &str) -> Outcome {
    let mut zone = ZONE.to_vec();
    if !record.is_empty() {
        zone.push(("example.com", "TXT", record));
    }
    let server = NameServer::of(&zone);
    let hop = Hop(client, path);
    ask_at(server.address, &mail("ada@example.net"), RECEIVED, Some(&hop)).spf
}

#[track_caller]
fn check(terms: &str, expected: Outcome) {
    let record = format!("v=spf1 {terms}");
    assert_eq!(result(&record, CLIENT, "ada@example.com"), expected, "{terms}");
}

#[test]
fn std_73_mechanisms_match_as_rfc_7208_says() {
    check("", Neutral);
    check("-all", Fail);
    check("~all", SoftFail);
    check("?all", Neutral);
    check("+all", Pass);
    check("ip4:192.0.2.5 -all", Pass);
    check("ip4:192.0.2.4/31 -all", Pass);
    check("ip4:192.0.2.0/31 -all", Fail);
    check("ip4:1.1.1.1/0 -all", Pass);
    check("ip6:::/0 -all", Fail);
    check("a -all", Fail);
    check("a/24 -all", Pass);
    check("a:out.example.com -all", Pass);
    check("a:six.example.com//0 -all", Fail);
    check("mx -all", Fail);
    check("mx/29 -all", Pass);
    check("ptr -all", Pass);
    check("ptr:example.net -all", Fail);
    check("exists:%{l}.at.example -all", Pass);
    check("exists:%{ir}.%{v}.ip.example -all", Pass);
    check("exists:%{h}.at.example -all", Fail);
    check("exists:six.example.com -all", Fail);
    check("include:pass.example -all", Pass);
    check("include:fail.example ~all", SoftFail);
    check("redirect=pass.example", Pass);
    check("redirect=pass.example -all", Fail);
    check("-all ip4:192.0.2.5 x=y", Fail);
    let six = |record, client| result(record, client, "ada@example.com");
    assert_eq!(six("v=spf1 a:six.example.com -all", "2001:db8::5"), Pass);
    assert_eq!(six("v=spf1 a:six.example.com//64 -all", "2001:db8::6"), Pass);
    assert_eq!(six("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::6"), Pass);
    assert_eq!(six("v=spf1 ip4:1.1.1.1/0 -all", "2001:db8::6"), Fail);
    // An address of IPv4 that is written as one of IPv6.
    assert_eq!(six("v=spf1 ip4:192.0.2.5 -all", "::ffff:192.0.2.5"), Pass);
    assert_eq!(six("v=spf1 ip6:::/0 -all", "::ffff:192.0.2.5"), Fail);
}

#[test]
fn std_73_a_record_that_breaks_a_rule_lets_nobody_pass() {
    for terms in [
        "ip4:192.0.2.5 moo",
        "ip4:192.0.2.5/33 +all",
        "ip4:192.0.2.5/032 +all",
        "ip4:192.0.2 +all",
        "a/33 +all",
        "a:com +all",
        "a: +all",
        "include: +all",
        "ip4:192.0.2.5 redirect=a.b redirect=a.b",
        "ip4:192.0.2.5 =x",
        "ip4:192.0.2.5 x=%",
        "ip4:192.0.2.5\n+all",
        "ip4:192.0.2.5 +all\u{e9}",
        "include:bad.example +all",
        "include:none.example +all",
        "include:two.example +all",
        "include:loop.example +all",
        "redirect=none.example",
        "redirect=bad.example",
    ] {
        check(terms, PermError);
    }
    // More than ten terms that ask, or two answers with nothing in them (RFC 7208 §4.6.4).
    check(&format!("{}+all", "a ".repeat(10)), Pass);
    check(&format!("{}+all", "a ".repeat(11)), PermError);
    check("exists:a.b exists:c.d +all", Pass);
    check("exists:a.b exists:c.d exists:e.f +all", PermError);
}

#[test]
fn std_73_who_has_no_record_says_nothing() {
    assert_eq!(result("", CLIENT, "ada@example.com"), None);
    assert_eq!(result("v=spf10 +all", CLIENT, "ada@example.com"), None);
    assert_eq!(result("v=spf1 +all", CLIENT, "ada@com"), None);
    assert_eq!(result("v=spf1 +all", CLIENT, "ada@two.example"), PermError);
    assert_eq!(result("V=SPF1 +all", CLIENT, "ada@example.com"), Pass);
}
