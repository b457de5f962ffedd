//! `tidings explain` says what is proven, with and without the DNS.

use serde_json::Value;

use super::signer::{How, Key, mail, signed};
use super::zone::{Has, Zone};
use crate::configuration::GOOD;
use crate::support::desk::Desk;

const TRUST: &str = r#"trusted_authserv = ["mx.desk.example"]
boundary = ["mx.desk.example"]"#;

/// A configuration with these keys of its desk, and this line of the instance.
pub(super) fn config(trust: &str, dns: &str) -> String {
    let proof = "sender_proof = \"off\"\n";
    let trusting = GOOD.replace(proof, &format!("{proof}{trust}\n"));
    trusting.replace("\n[[desk]]", &format!("{dns}\n\n[[desk]]"))
}

pub(super) fn desk(trust: &str, dns: &str) -> Desk {
    Desk::with_config(&config(trust, dns))
}

fn zone() -> Zone {
    Zone::of(&[
        ("s._domainkey.example.com", Has::Text(Key::ed25519().record())),
        ("_dmarc.example.com", Has::Text("v=DMARC1; p=reject".to_owned())),
        ("example.com", Has::Text("v=spf1 ip4:192.0.2.1 -all".to_owned())),
    ])
}

fn explain(desk: &Desk, raw: &str, arguments: &[&str]) -> Value {
    std::fs::write(desk.path("mail.eml"), raw).unwrap();
    let file = desk.path("mail.eml").display().to_string();
    let mut all = vec!["explain", "--json", "--at", "2023-11-14T22:13:20Z"];
    all.extend(arguments);
    all.push(&file);
    desk.json(&all)[0]["proof"].clone()
}

/// The mail as the boundary delivers it.
fn delivered(raw: &str) -> String {
    format!(
        "Return-Path: <ada@example.com>\r\nAuthentication-Results: mx.desk.example;\r\n\
         \tdkim=pass header.d=example.com; dmarc=pass header.from=example.com\r\n\
         Received: from out.example.com (out.example.com [192.0.2.1])\r\n\
         \tby mx.desk.example (Postfix) with ESMTPS id 1; Tue, 14 Nov 2023 22:13:20 +0000\r\n{raw}"
    )
}

#[track_caller]
fn check(proof: &Value, words: [&str; 5], reason: &str) {
    let found = ["verdict", "dkim", "spf", "dmarc", "arc"].map(|name| proof[name].as_str());
    assert_eq!(found, words.map(Some), "{proof}");
    assert!(proof["reasons"].to_string().contains(reason), "{reason:?} not in {proof}");
}

#[test]
fn explain_shows_header_and_own_check_as_one_proof() {
    let zone = zone();
    let dns = format!("dns = \"{}\"", zone.address);
    let good = signed(&mail("ada@example.com"), &Key::ed25519(), &How::by("example.com"));
    let unsure = "not evaluated";
    let both = desk(TRUST, &dns);
    let strong = explain(&both, &delivered(&good), &[]);
    check(&strong, ["strong", "pass", "pass", "pass", "none"], "signed by the author's domain");
    let offline = explain(&both, &delivered(&good), &["--offline"]);
    check(&offline, ["pass", "pass", unsure, "pass", unsure], "--offline");
    // Who trusts nobody has his own check.
    let alone = desk("", &dns);
    let own = explain(&alone, &delivered(&good), &[]);
    check(&own, ["pass", "pass", unsure, "pass", "none"], "no boundary is configured");
    let nothing = explain(&alone, &delivered(&good), &["--offline"]);
    check(&nothing, ["none", unsure, unsure, unsure, unsure], "--offline");
    // The hop by hand, and by the boundary.
    let hop = ["--received-from", "192.0.2.1/out.example.com/ada@example.com"];
    let sent = explain(&alone, &mail("ada@example.com"), &hop);
    check(&sent, ["pass_spf", "none", "pass", "pass", "none"], "SPF alone");
    let off = desk("own_dkim = \"off\"", &dns);
    check(&explain(&off, &good, &[]), ["none", unsure, unsure, unsure, unsure], "own_dkim is off");
    let advisory = desk("own_dkim = \"advisory\"", &dns);
    let shown = explain(&advisory, &good, &[]);
    check(&shown, ["none", "pass", unsure, "pass", "none"], "(advisory)");
}

#[test]
fn explain_asks_the_server_that_is_named() {
    let (zone, desk) = (zone(), desk("", "dns = \"127.0.0.1:1\""));
    let good = signed(&mail("ada@example.com"), &Key::ed25519(), &How::by("example.com"));
    let named = explain(&desk, &good, &["--dns", &zone.address.to_string()]);
    assert_eq!(named["verdict"], "pass", "{named}");
    let configured = explain(&desk, &good, &[]);
    assert_eq!(configured["verdict"], "pending", "{configured}");
    let file = desk.path("mail.eml").display().to_string();
    let shown = desk.ok(&["explain", "--dns", &zone.address.to_string(), &file]);
    assert!(
        shown.contains("proof      pass (dkim pass; dmarc pass; dkim example.com pass"),
        "{shown}"
    );
    // The level is not what the proof says: that is not asked for yet.
    assert!(shown.contains("no account has this address: level community"), "{shown}");
}

#[test]
fn what_is_typed_or_configured_wrongly_is_refused() {
    let good = desk("", "");
    for arguments in [
        &["--dns", "dns.example"][..],
        &["--dns", "system"],
        &["--dns", "127.0.0.1:53", "--offline"],
        &["--received-from", "192.0.2.1"],
        &["--received-from", "out/out/ada@example.com"],
        &["--received-from", "192.0.2.1//ada@example.com"],
        &["--received-from", "192.0.2.1/out/ada@@example.com"],
    ] {
        let ran = good.run(&[&["explain"], arguments, &["/dev/null"]].concat());
        assert_eq!(ran.code, Some(64), "{arguments:?}: {}", ran.stderr);
    }
    for (trust, dns, named) in [
        ("", "dns = \"localhost\"", "dns: "),
        ("trusted_authserv = [\"mx.example\"]", "", "desk[0].boundary: "),
        ("authserv_mode = \"exchange\"", "", "desk[0].boundary: "),
        ("authserv_mode = \"below\"", "", "desk[0].trusted_authserv: "),
        ("authserv_mode = \"gmail\"", "", "desk[0].authserv_mode: "),
        ("trusted_authserv = [\"a b\"]\nboundary = [\"a\"]", "", "desk[0].trusted_authserv: "),
        ("boundary = [\"mx example\"]", "", "desk[0].boundary: "),
        ("boundary = [\"*\"]", "", "desk[0].boundary: "),
        ("trusted_forwarders = [\"@x\"]", "", "desk[0].trusted_forwarders: "),
        ("own_dkim = \"yes\"", "", "desk[0].own_dkim: "),
    ] {
        let ran = desk(trust, dns).run(&["explain", "--offline", "/dev/null"]);
        assert_eq!(ran.code, Some(78), "{trust}: {}", ran.stderr);
        assert!(ran.stderr.contains(named), "{trust}: {}", ran.stderr);
    }
}
