//! Mail that tidings signs: it verifies by our own check, whatever it says and as a mailbox has it,
//! and it does not when somebody has changed it.

use mail_auth::{AuthenticatedMessage, DkimResult, MessageAuthenticator};
use proptest::prelude::*;
use tidings::authentication::own::{Findings, Says};
use tidings::dns::resolver;
use tidings::mail::address::Address;
use tidings::mail::compose::{Draft, compose};
use tidings::mail::dkim::{NamedKey, Signer, SigningKey};
use tidings::mail::proof::Outcome;
use tidings::time::Clock;

use super::own::ask;
use super::zone::{Has, Zone};
use crate::support::desk::{Desk, SUPPORT};
use crate::support::draft::{any_text, draft};
use crate::support::letter::Letter;
use crate::support::name_server::NameServer;
use crate::support::sink::Sink;
use crate::support::world::World;

const RSA: &str = include_str!("../../data/dkim-rsa.pem");
const ED25519: &str = include_str!("../../data/dkim-ed25519.pem");

fn key(pem: &str) -> SigningKey {
    SigningKey::read(&pem.into()).unwrap()
}

fn signer() -> Signer {
    let named = |selector: &str, pem| NamedKey { selector: selector.into(), key: key(pem) };
    Signer {
        domain: "acme.example".into(),
        first: named("s1", RSA),
        second: Some(named("s2.sub", ED25519)),
    }
}

fn zone_of(domain: &str) -> Zone {
    Zone::of(&[
        (&format!("s1._domainkey.{domain}"), Has::Text(key(RSA).record())),
        (&format!("s2.sub._domainkey.{domain}"), Has::Text(key(ED25519).record())),
        (&format!("_dmarc.{domain}"), Has::Text("v=DMARC1; p=reject".to_owned())),
    ])
}

fn signed(draft: &Draft) -> String {
    String::from_utf8(compose(draft, Some(&signer())).unwrap()).unwrap()
}

fn verified(zone: &Zone, message: &str) -> Findings {
    let found = ask(zone, message, draft().date.as_seconds() + 5, None);
    let passed = found.signatures.iter().filter(|one| one.outcome == Outcome::Pass).count();
    assert_eq!(passed, elsewhere(zone, message), "mail-auth differs: {found:?}");
    found
}

/// How many signatures hold for a verifier that is not ours.
fn elsewhere(zone: &Zone, message: &str) -> usize {
    let (config, options) = resolver(tidings::dns::NameServer::At(zone.address)).unwrap();
    let message = AuthenticatedMessage::parse(message.as_bytes()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let asks = MessageAuthenticator::new(config, options).unwrap();
    let outputs = runtime.block_on(asks.verify_dkim(&message));
    outputs.iter().filter(|one| *one.result() == DkimResult::Pass).count()
}

/// Whether both signatures are as expected.
#[track_caller]
fn check(found: &Findings, expected: Outcome) {
    let outcomes: Vec<_> = found.signatures.iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [expected; 2], "{found:?}");
    assert_eq!(found.says == Says::Signed, expected == Outcome::Pass, "{found:?}");
}

#[test]
fn std_90_a_signed_mail_verifies_until_somebody_changes_it() {
    let zone = zone_of("acme.example");
    let html = Some("<p>We have your message.</p>\n".to_owned());
    let message = signed(&Draft { html, reply_to: None, ..draft() });
    check(&verified(&zone, &message), Outcome::Pass);
    // As servers on the way leave it (RFC 6376 §3.4.2, §3.4.4).
    let returned =
        format!("Return-Path: <>\r\nReceived: from a by b; now\r\nX-Spam: no\r\n{message}");
    check(&verified(&zone, &returned), Outcome::Pass);
    let spaced = message.replace("Subject: ", "SUBJECT:  ") + "\r\n\r\n";
    check(&verified(&zone, &spaced), Outcome::Pass);
    for (from, to) in [
        ("We have", "We lost"),
        ("Printer on fire", "Send money"),
        ("To: Ada", "To: Eve"),
        ("auto-replied", "no"),
        ("multipart/alternative", "multipart/mixed"),
    ] {
        assert!(message.contains(from), "{from}");
        check(&verified(&zone, &message.replace(from, to)), Outcome::Fail);
    }
    // What is added is seen, be it above or below.
    for added in [
        "Subject: Send money",
        "To: eve@example.net",
        "Date: Mon, 02 Mar 2026 10:00:00 +0000",
        "Reply-To: eve@example.net",
        "Cc: eve@example.net",
        "Content-Type: text/html",
    ] {
        check(&verified(&zone, &format!("{added}\r\n{message}")), Outcome::Fail);
        let below = message.replacen("\r\nX-Loop:", &format!("\r\n{added}\r\nX-Loop:"), 1);
        check(&verified(&zone, &below), Outcome::Fail);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn std_90_whatever_is_said_verifies(
        subject in any_text(), name in any_text(), text in any_text(),
        html in proptest::option::of(any_text())
    ) {
        let zone = zone_of("acme.example");
        let mut draft = Draft { subject, text, html, ..draft() };
        draft.to.name = name;
        check(&verified(&zone, &signed(&draft)), Outcome::Pass);
    }
}

/// A desk that signs, and submits to the Postfix of its world.
fn desk(world: &World, sink: &Sink) -> Desk {
    let mut desk = Desk::new(world, sink);
    let (from, to) = (format!("port = {}", sink.port), format!("port = {}", world.port("SMTP")));
    let dkim = "[desk.dkim]\nselector = \"s1\"\nkey_file = \"dkim.pem\"\n\
                [desk.dkim.second]\nselector = \"s2.sub\"\nkey_file = \"dkim.ed25519.pem\"\n\n";
    desk.config =
        desk.config.replacen(&from, &to, 1).replacen("[level.", &format!("{dkim}[level."), 1);
    desk.write_secret("dkim.pem", RSA, 0o600);
    desk.write_secret("dkim.ed25519.pem", ED25519, 0o600);
    desk
}

#[test]
fn std_90_what_arrives_in_a_customers_mailbox_verifies() {
    let (world, sink) = (World::up(&["MAIL_FSYNC=never"]), Sink::start(&[]));
    if !world.has_postfix() {
        return;
    }
    let desk = desk(&world, &sink);
    desk.ok(&["run", "--once"]);
    let letter = Letter::new("Carla Größe <carla@paid.example>", "=?utf-8?B?RHJ1Y2tlciDwn5Sl?=");
    world.deliver(SUPPORT, &letter.bytes());
    desk.ok(&["run", "--once"]);
    let number = desk.tickets()[0]["number"].to_string();
    desk.tell(&["ticket", "reply", &number], ".\n Use   water.  \n\n\n");
    desk.ok(&["run", "--once"]);
    world.wait_for_count("carla@paid.example", "INBOX", 2);
    let zone = zone_of("desk.example");
    for raw in world.messages("carla@paid.example", "INBOX") {
        let text = String::from_utf8(raw).unwrap();
        assert!(text.contains("Received: "), "{text}");
        let found = ask(&zone, &text, Clock::System.now().as_seconds(), None);
        check(&found, Outcome::Pass);
        assert_eq!(found.dmarc, Outcome::Pass, "{found:?}");
        assert_eq!(
            tidings::mail::parse::parse(text.as_bytes()).0.sender.address(),
            Some(&support())
        );
    }
}

#[test]
fn std_91_a_mail_of_the_desk_to_itself_shows_whose_signature_it_has() {
    let (world, sink) = (World::up(&["MAIL_FSYNC=never"]), Sink::start(&[]));
    if !world.has_postfix() {
        return;
    }
    let ran = desk(&world, &sink).run(&["check", "--plus"]);
    assert!(ran.stdout.contains("signed by DKIM as desk.example, selector s1"), "{}", ran.stdout);
}

fn support() -> Address {
    Address::parse(SUPPORT).unwrap()
}

#[test]
fn std_90_check_says_what_to_publish_for_a_key_and_whether_it_is() {
    let (world, sink) = (World::up(&["MTA=0", "MAIL_FSYNC=never"]), Sink::start(&[]));
    let mut desk = desk(&world, &sink);
    // The sink is there.
    let (from, to) = (format!("port = {}", world.port("SMTP")), format!("port = {}", sink.port));
    desk.config = desk.config.replacen(&from, &to, 1);
    let (rsa, ed25519) = (key(RSA).record(), key(ED25519).record());
    let zone = [("s1._domainkey.desk.example", "TXT", &*rsa)];
    let server = NameServer::of(&zone);
    desk.ask(server.address);
    let all = desk.ok(&["check"]);
    for (about, found, says) in [
        ("dkim key s1", "ok", "signs (rsa-sha256)"),
        ("dkim key s2.sub", "ok", "signs (ed25519-sha256)"),
        ("s1._domainkey.desk.example has", "ok", "the key that signs our mail as desk.example"),
        ("no key at s2.sub._domainkey", "soon", &ed25519),
    ] {
        let line = all.lines().find(|line| line.contains(about)).unwrap_or_default();
        assert!(line.starts_with(found) && line.contains(says), "{about}: {all}");
    }
}
