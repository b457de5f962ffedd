//! With what a desk signs: what is written wrongly, and keys that are of no use.

use std::fs;

use super::{GOOD, output, refused};
use crate::support::desk::Desk;

const RSA: &str = include_str!("../../data/dkim-rsa.pem");
const SHORT: &str = include_str!("../../data/dkim-rsa-1024.pem");

/// A desk that signs as these lines say, with a good key in `dkim.pem`.
fn signing(lines: &str) -> Desk {
    let config = GOOD.replacen("[level.", &format!("[desk.dkim]\n{lines}\n\n[level."), 1);
    let desk = Desk::with_config(&config);
    desk.write_secret("dkim.pem", RSA, 0o600);
    desk
}

const KEY: &str = "selector = \"s1\"\nkey_file = \"dkim.pem\"\n";

#[test]
fn std_90_what_is_written_wrongly_is_named() {
    let second = |lines: &str| format!("{KEY}[desk.dkim.second]\n{lines}");
    for (lines, says) in [
        ("selector = \"s1\"".to_owned(), "desk[0].dkim.key_file: it or key_credential"),
        (format!("{KEY}key_credential = \"x\""), "desk[0].dkim.key_credential: not beside"),
        (KEY.replace("s1", "s 1"), "desk[0].dkim.selector: must be"),
        (KEY.replace("s1", &"s".repeat(64)), "desk[0].dkim.selector: must be"),
        (KEY.replace("selector = \"s1\"", ""), "selector"),
        (format!("{KEY}domain = \"other.example\""), "desk[0].dkim.domain: must be desk.example"),
        (format!("{KEY}domain = \"xdesk.example\""), "desk[0].dkim.domain: must be desk.example"),
        (format!("{KEY}domain = \"a b\""), "desk[0].dkim.domain: must be a domain name"),
        (second(KEY), "desk[0].dkim.second.selector: is that of the first"),
        (second("selector = \"s2\""), "desk[0].dkim.second.key_file: it or"),
    ] {
        refused(&signing(&lines), 78, &[says]);
    }
    for domain in ["desk.example", "DESK.example.", "example", "mail.desk.example"] {
        let desk = signing(&format!("{KEY}domain = \"{domain}\""));
        desk.ok(&["check", "--offline"]);
    }
}

#[test]
fn std_90_a_key_that_cannot_sign_is_named_and_not_shown() {
    let desk = signing(KEY);
    let all = desk.ok(&["check", "--offline"]);
    assert!(all.contains("dkim key s1") && all.contains("signs (rsa-sha256)"), "{all}");
    for (text, says) in [
        (SHORT, "RSA of 2048 to 4096 bits"),
        ("canary", "is not a private key in PEM"),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\ncanary", "is encrypted"),
    ] {
        desk.write_secret("dkim.pem", text, 0o600);
        refused(&desk, 78, &["DKIM key of selector s1", "dkim.pem", says]);
        assert!(!output(&desk.run(&["check", "--offline"])).contains("canary"));
    }
    desk.write_secret("dkim.pem", RSA, 0o644);
    refused(&desk, 78, &["DKIM key of selector s1", "can be read by others", "chmod 600"]);
    fs::remove_file(desk.path("dkim.pem")).unwrap();
    refused(&desk, 78, &["DKIM key of selector s1", "cannot read"]);
    // An agent's answer would go out unsigned.
    let ran = desk.run_with_input(&["ticket", "reply", "1"], b"hello");
    assert_ne!(ran.code, Some(0), "{}", output(&ran));
}
