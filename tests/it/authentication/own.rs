//! Our own check: signed mails, whole and broken, and a DNS that answers, fails or is silent.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use tidings::authentication::dns::{Dns, LOOKUPS_MAX};
use tidings::authentication::own::{self, Findings, Question, Says};
use tidings::authentication::trace::Client;
use tidings::dns::NameServer;
use tidings::mail::envelope::ReversePath;
use tidings::mail::parse::parse;
use tidings::mail::proof::{Outcome, Published};
use tidings::time::Timestamp;

use super::signer::{How, Key, RECEIVED, SELECTOR, mail, signed};
use super::zone::{Has, Zone};

fn text(text: &str) -> Has {
    Has::Text(text.to_owned())
}

fn key_of(domain: &str) -> String {
    format!("{SELECTOR}._domainkey.{domain}")
}

/// Who handed a mail over, and the envelope that was noted.
pub(super) struct Hop<'a>(pub(super) &'a str, pub(super) &'a str);

pub(super) fn ask(zone: &Zone, raw: &str, received: i64, hop: Option<&Hop<'_>>) -> Findings {
    ask_at(zone.address, raw, received, hop)
}

pub(super) fn ask_at(
    server: SocketAddr,
    raw: &str,
    received: i64,
    hop: Option<&Hop<'_>>,
) -> Findings {
    let dns = Dns::new(NameServer::At(server)).unwrap();
    let (mail, _) = parse(raw.as_bytes());
    let client = hop.map(|hop| Client { ip: hop.0.parse().unwrap(), helo: "mx.example".into() });
    let path = hop.map(|hop| ReversePath::parse(hop.1).unwrap());
    let question = Question {
        raw: raw.as_bytes(),
        author: mail.sender.address(),
        received: Timestamp::from_seconds(received),
        client: client.as_ref(),
        return_path: path.as_ref(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(own::examine(&dns, question))
}

/// A zone with the key of `example.com` and a policy of it.
fn zone(policy: &str) -> Zone {
    Zone::of(&[
        (&key_of("example.com"), text(&Key::ed25519().record())),
        ("_dmarc.example.com", text(policy)),
    ])
}

const REJECT: &str = "v=DMARC1; p=reject";

#[track_caller]
fn check(found: &Findings, dkim: Outcome, dmarc: Outcome, says: Says) {
    let signed = found.signatures.first().map(|one| one.outcome);
    assert_eq!((signed, found.dmarc, found.says), (Some(dkim), dmarc, says), "{found:?}");
}

#[test]
fn aut_01_a_signature_of_the_author_is_proof_until_something_is_changed() {
    use Outcome::{Fail, Pass};
    let zone = zone(REJECT);
    let good = signed(&mail("ada@example.com"), &Key::ed25519(), &How::by("example.com"));
    let found = ask(&zone, &good, RECEIVED, None);
    check(&found, Pass, Pass, Says::Signed);
    assert_eq!(found.published, Published::Enforced);
    for (from, to) in [
        ("on fire", "online"),
        ("Subject: help", "Subject: transfer money"),
        ("From: ada@example.com", "From: bob@example.com"),
    ] {
        let broken = ask(&zone, &good.replace(from, to), RECEIVED, None);
        check(&broken, Fail, Fail, Says::Silent);
    }
    // As a file has it that was saved from a mailbox.
    check(&ask(&zone, &good.replace("\r\n", "\n"), RECEIVED, None), Pass, Pass, Says::Signed);
    // What is not signed may change.
    let kept = ask(&zone, &good.replace("<1@", "<2@"), RECEIVED, None);
    check(&kept, Pass, Pass, Says::Signed);
}

#[test]
fn std_20_two_from_fields_have_no_author_whoever_signed() {
    let zone = zone(REJECT);
    let good = signed(&mail("ada@example.com"), &Key::ed25519(), &How::by("example.com"));
    let two = good.replacen("From: ", "From: vip@paid.example\r\nFrom: ", 1);
    let found = ask(&zone, &two, RECEIVED, None);
    assert_eq!((found.says, found.dmarc), (Says::Silent, Outcome::NotEvaluated), "{found:?}");
}

#[test]
fn std_74_signatures_are_judged_as_of_their_receipt() {
    let (zone, key) = (zone(REJECT), Key::ed25519());
    let (made, until) = (RECEIVED - 10, RECEIVED + 10);
    let tags = format!("t={made}; x={until}; ");
    let how = How { tags: &tags, ..How::by("example.com") };
    let raw = signed(&mail("ada@example.com"), &key, &how);
    // Expired for years by now, and good then.
    check(&ask(&zone, &raw, RECEIVED, None), Outcome::Pass, Outcome::Pass, Says::Signed);
    for late in [until, until + 1000] {
        check(&ask(&zone, &raw, late, None), Outcome::Fail, Outcome::Fail, Says::Silent);
    }
    // Younger than what a file says of its receipt.
    let early = RECEIVED - 100_000;
    check(&ask(&zone, &raw, early, None), Outcome::Pass, Outcome::Pass, Says::Signed);
}

#[test]
fn std_74_weak_signatures_are_no_proof() {
    use Outcome::{Pass, PermError, Policy};
    let strong = How::by("example.com");
    let rsa = How { algorithm: "rsa-sha256", ..strong.clone() };
    let length = How { tags: "l=10; ", ..strong.clone() };
    let sha1 = How { algorithm: "rsa-sha1", ..strong.clone() };
    let no_from = How { fields: &["to", "subject"], ..strong.clone() };
    let author = mail("ada@example.com");
    let trial = |key: &Key| key.record().replace("v=DKIM1;", "v=DKIM1; t=y;");
    for (key, how, record, expected) in [
        (Key::ed25519(), &strong, Key::record as fn(&Key) -> String, Pass),
        (Key::ed25519(), &strong, trial, Policy),
        (Key::ed25519(), &strong, |_: &Key| "v=DKIM1; p=".to_owned(), PermError),
        (Key::ed25519(), &length, Key::record, Policy),
        (Key::ed25519(), &sha1, Key::record, Policy),
        (Key::ed25519(), &no_from, Key::record, PermError),
        (Key::rsa(1024), &rsa, Key::record, Pass),
        (Key::rsa(512), &rsa, Key::record, Outcome::Fail),
    ] {
        let zone = Zone::of(&[
            (&key_of("example.com"), text(&record(&key))),
            ("_dmarc.example.com", text(REJECT)),
        ]);
        let found = ask(&zone, &signed(&author, &key, how), RECEIVED, None);
        let proven = if expected == Pass { Says::Signed } else { Says::Silent };
        assert_eq!(found.signatures[0].outcome, expected, "{how:?} {found:?}");
        assert_eq!(found.says, proven, "{how:?} {found:?}");
    }
}

#[test]
fn aut_03_alignment_is_the_policys() {
    use Says::{Signed, Silent};
    for (from, signer, policy, expected) in [
        ("ada@example.com", "example.com", REJECT, Signed),
        ("ada@example.com", "mail.example.com", REJECT, Signed),
        ("ada@mail.example.com", "example.com", REJECT, Signed),
        ("ada@mail.example.com", "news.example.com", REJECT, Signed),
        ("ada@example.com", "example.com", "v=DMARC1; p=reject; adkim=s", Signed),
        ("ada@example.com", "mail.example.com", "v=DMARC1; p=reject; adkim=s", Silent),
        ("ada@example.com", "example.net", REJECT, Silent),
        ("ada@example.com", "notexample.com", REJECT, Silent),
        // without a policy each domain stands for itself
        ("ada@example.com", "example.com", "", Signed),
        ("ada@example.com", "mail.example.com", "", Silent),
        ("ada@mail.example.com", "example.com", "", Silent),
    ] {
        let key = key_of(signer);
        let mut records = vec![(key.as_str(), text(&Key::ed25519().record()))];
        if !policy.is_empty() {
            records.push(("_dmarc.example.com", text(policy)));
        }
        let raw = signed(&mail(from), &Key::ed25519(), &How::by(signer));
        let found = ask(&Zone::of(&records), &raw, RECEIVED, None);
        assert_eq!(found.says, expected, "{from} by {signer}, {policy:?}: {found:?}");
    }
}

#[test]
fn aut_10_trouble_of_the_authors_domain_is_for_later_and_of_another_nothing() {
    let raw = |signer| signed(&mail("ada@example.com"), &Key::ed25519(), &How::by(signer));
    for (signer, name, has, expected) in [
        ("example.com", "s._domainkey.example.com", Has::Trouble, Says::Later),
        ("example.com", "_dmarc.example.com", Has::Trouble, Says::Later),
        ("mail.example.com", "s._domainkey.mail.example.com", Has::Trouble, Says::Later),
        ("evil.example", "s._domainkey.evil.example", Has::Trouble, Says::Silent),
        ("example.com", "s._domainkey.example.com", Has::Silence, Says::Later),
    ] {
        let key = key_of(signer);
        let mut records =
            vec![(&*key, text(&Key::ed25519().record())), ("_dmarc.example.com", text(REJECT))];
        records.push((name, has));
        let started = Instant::now();
        let found = ask(&Zone::of(&records), &raw(signer), RECEIVED, None);
        assert_eq!(found.says, expected, "{name}: {found:?}");
        assert!(started.elapsed() < own::DEADLINE + Duration::from_secs(2), "{name}");
    }
    // Nor does an envelope of elsewhere hold the author's proof up.
    let zone = Zone::of(&[
        ("s._domainkey.example.com", text(&Key::ed25519().record())),
        ("_dmarc.example.com", text(REJECT)),
        ("slow.example", Has::Silence),
    ]);
    let hop = Hop("192.0.2.1", "bounce@slow.example");
    let found = ask(&zone, &raw("example.com"), RECEIVED, Some(&hop));
    assert_eq!((found.says, found.spf), (Says::Signed, Outcome::TempError), "{found:?}");
    let asked = zone.asked.lock().unwrap().clone();
    let at = |name: &str| asked.iter().position(|one| one == name);
    assert!(at("_dmarc.example.com") < at("slow.example"), "{asked:?}");
    // A mail that nobody signed does not wait for an answer that could not prove it.
    let zone = Zone::of(&[("_dmarc.example.com", Has::Trouble)]);
    assert_eq!(ask(&zone, &mail("ada@example.com"), RECEIVED, None).says, Says::Silent);
}

#[test]
fn aut_01_spf_is_asked_where_the_hop_is_known_and_is_the_weaker_proof() {
    use Outcome::{Fail, NotEvaluated, Pass};
    let zone = Zone::of(&[
        ("example.com", text("v=spf1 ip4:192.0.2.1 a:out.example.com include:more.example -all")),
        ("out.example.com", Has::Address(Ipv4Addr::new(192, 0, 2, 2))),
        ("more.example", text("v=spf1 ip4:192.0.2.3 -all")),
        ("_dmarc.example.com", text(REJECT)),
        ("evil.example", text("v=spf1 +all")),
    ]);
    let author = mail("ada@example.com");
    for (hop, spf, dmarc, says) in [
        (None, NotEvaluated, Fail, Says::Silent),
        (Some(Hop("192.0.2.1", "ada@example.com")), Pass, Pass, Says::Sent),
        (Some(Hop("192.0.2.2", "ada@example.com")), Pass, Pass, Says::Sent),
        (Some(Hop("192.0.2.3", "ada@example.com")), Pass, Pass, Says::Sent),
        (Some(Hop("192.0.2.9", "ada@example.com")), Fail, Fail, Says::Silent),
        (Some(Hop("192.0.2.9", "x@evil.example")), Pass, Fail, Says::Silent),
        (Some(Hop("192.0.2.9", "<>")), Outcome::None, Fail, Says::Silent),
        (Some(Hop("127.0.0.1", "x@evil.example")), NotEvaluated, Fail, Says::Silent),
    ] {
        let found = ask(&zone, &author, RECEIVED, hop.as_ref());
        assert_eq!((found.spf, found.dmarc, found.says), (spf, dmarc, says), "{found:?}");
    }
}

#[test]
fn thr_42_a_mail_cannot_make_us_ask_without_end() {
    let mut raw = mail("ada@example.com");
    let good = signed(&raw, &Key::ed25519(), &How::by("example.com"));
    let (signature, _) = good.split_once("\r\n").unwrap();
    for number in 0..2_000 {
        let other = signature.replace("d=example.com", &format!("d=d{number}.evil.example"));
        raw.insert_str(0, &format!("{other}\r\n"));
    }
    // The author's own stands below all of them, and is still seen first.
    let raw = raw.replacen("From: ", &format!("{signature}\r\nFrom: "), 1);
    let zone = zone(REJECT);
    let found = ask(&zone, &raw, RECEIVED, None);
    assert_eq!(found.refused, Some("more header fields than are looked at"));
    assert!(zone.asked.lock().unwrap().is_empty());
    let few: String = raw.split_inclusive("\r\n").skip(1_600).collect();
    let found = ask(&zone, &few, RECEIVED, None);
    check(&found, Outcome::Pass, Outcome::Pass, Says::Signed);
    assert_eq!(found.signatures.len(), 10);
    let asked = zone.asked.lock().unwrap().len();
    assert!(asked <= LOOKUPS_MAX as usize, "{asked}");
}

#[test]
fn thr_42_spf_that_asks_for_more_than_ten_is_an_error() {
    let chain: Vec<_> = (0..30)
        .map(|number| {
            (format!("i{number}.example"), format!("v=spf1 include:i{}.example -all", number + 1))
        })
        .collect();
    let records: Vec<_> = chain.iter().map(|(name, spf)| (name.as_str(), text(spf))).collect();
    let zone = Zone::of(&records);
    let hop = Hop("192.0.2.1", "ada@i0.example");
    let found = ask(&zone, &mail("ada@i0.example"), RECEIVED, Some(&hop));
    assert_eq!(found.spf, Outcome::PermError);
    assert!(zone.asked.lock().unwrap().len() < 20);
}

#[test]
fn thr_11_hostile_headers_are_looked_at_in_their_time() {
    let zone = zone(REJECT);
    let from = "From: ada@example.com\r\n";
    let names = "a:".repeat(300_000);
    let started = Instant::now();
    for header in [
        format!("From: {}ada@example.com\r\n", "(".repeat(1_000_000)),
        format!("{from}From: {}", "\"<a@b>,".repeat(200_000)),
        format!(
            "{from}DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=s; h=from:{names}; bh=AA==; b=AA==\r\n"
        ),
        format!("{from}DKIM-Signature: {}\r\n", "d=".repeat(500_000)),
        format!("{from}{}", "DKIM-Signature: v=1\r\n".repeat(100_000)),
        format!(
            "{from}{}",
            "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=x; s=y; b=AA==\r\n".repeat(400)
        ),
        format!(
            "{from}{}",
            "ARC-Message-Signature: i=1; a=rsa-sha256; d=x; s=y; h=from; bh=AA==; b=AA==\r\n"
                .repeat(400)
        ),
    ] {
        let found = ask(&zone, &format!("{header}\r\nbody\r\n"), RECEIVED, None);
        assert_ne!(found.says, Says::Signed);
        assert!(found.signatures.iter().all(|one| one.outcome != Outcome::Pass), "{found:?}");
    }
    // A guard against what hangs, no measure of speed.
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn thr_20_no_damage_to_a_signed_mail_leaves_another_author_proven(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let good = signed(&mail("ada@example.com"), &Key::ed25519(), &How::by("example.com"));
        let mut bytes = good.into_bytes();
        for (at, byte, what) in damage {
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                2 => bytes.insert(at, byte),
                _ => { bytes.splice(at..at, *b"\r\nFrom: vip@example.com\r\n"); }
            }
        }
        let raw = String::from_utf8_lossy(&bytes).into_owned();
        let (mail, _) = parse(raw.as_bytes());
        let found = ask(&zone(REJECT), &raw, RECEIVED, None);
        if found.says == Says::Signed {
            let author = mail.sender.address().map(ToString::to_string);
            prop_assert_eq!(author.as_deref(), Some("ada@example.com"));
        }
    }
}
