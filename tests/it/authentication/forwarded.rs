//! A mail that a forwarder changed and sealed (RFC 8617): believed only if he is, and only if he saw
//! that it was genuine.

use mail_auth::arc::ArcSealer;
use mail_auth::common::crypto::Ed25519Key;
use mail_auth::common::headers::HeaderWriter as _;
use mail_auth::{
    ArcOutput, AuthenticatedMessage, AuthenticationResults, DmarcOutput, DmarcResult, Error,
};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use tidings::authentication::dns::Dns;
use tidings::authentication::own::{self, Question};
use tidings::authentication::trace::{self, Trace};
use tidings::authentication::verdict::prove;
use tidings::authentication::{OwnDkim, Trust};
use tidings::dns::NameServer;
use tidings::mail::parse::{header_fields, parse};
use tidings::mail::proof::{Outcome, Proof, Verdict};
use tidings::time::Timestamp;

use super::signer::{Key, RECEIVED, SELECTOR, mail};
use super::zone::{Has, Zone};

/// The mail as a list sends it on, which saw this come of DMARC.
fn sealed(seen: DmarcResult) -> String {
    let changed = mail("ada@example.com").replace("on fire.", "on fire.\r\n-- \r\nThe list");
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let key = Ed25519Key::from_seed_and_public_key(&[7; 32], pair.public_key().as_ref()).unwrap();
    let message = AuthenticatedMessage::parse(changed.as_bytes()).unwrap();
    let dmarc = DmarcOutput::new("example.com".to_owned()).with_dkim_result(seen);
    let results = AuthenticationResults::new("list.example").with_dmarc_result(&dmarc);
    let seal = ArcSealer::from_key(key)
        .domain("list.example")
        .selector(SELECTOR)
        .headers(["From", "To", "Subject"])
        .seal(&message, &results, &ArcOutput::default())
        .unwrap();
    format!("{}{changed}", seal.to_header())
}

/// What a desk proves that believes these forwarders.
fn proof(raw: &str, forwarders: &[&str], own_dkim: OwnDkim) -> Proof {
    let zone = Zone::of(&[
        ("s._domainkey.list.example", Has::Text(Key::ed25519().record())),
        ("_dmarc.example.com", Has::Text("v=DMARC1; p=reject".to_owned())),
    ]);
    let forwarders = forwarders.iter().map(|one| (*one).into()).collect();
    let trust = Trust { forwarders, own_dkim, ..Trust::default() };
    let (mail, _) = parse(raw.as_bytes());
    // Seals carry the time at which they are made: now.
    let received = Timestamp::from_seconds(i64::from(u32::MAX).max(RECEIVED));
    let question = Question {
        raw: raw.as_bytes(),
        author: mail.sender.address(),
        received,
        client: None,
        return_path: None,
    };
    let dns = Dns::new(NameServer::At(zone.address)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let findings = runtime.block_on(own::examine(&dns, question));
    let trace: Trace = trace::read(&header_fields(raw.as_bytes()), &trust);
    prove(&mail.sender, &trace, Ok(&findings), &trust)
}

#[test]
fn std_75_a_seal_counts_only_from_who_is_named_and_saw_it_pass() {
    use OwnDkim::{Advisory, On};
    let pass = sealed(DmarcResult::Pass);
    let fail = sealed(DmarcResult::Fail(Error::NotAligned));
    let tampered = pass.replace("My printer", "Our printer");
    let impostor = pass.replace("From: ada@", "From: bob@");
    check(&pass, &["list.example"], On, Outcome::Pass, Verdict::Pass);
    check(&pass, &[], On, Outcome::Pass, Verdict::None);
    check(&pass, &["example"], On, Outcome::Pass, Verdict::None);
    check(&pass, &["list.example"], Advisory, Outcome::Pass, Verdict::None);
    check(&fail, &["list.example"], On, Outcome::Pass, Verdict::None);
    check(&tampered, &["list.example"], On, Outcome::Fail, Verdict::None);
    check(&impostor, &["list.example"], On, Outcome::Fail, Verdict::None);

    #[track_caller]
    fn check(raw: &str, trusted: &[&str], own: OwnDkim, arc: Outcome, verdict: Verdict) {
        let proof = proof(raw, trusted, own);
        assert_eq!((proof.arc, proof.verdict), (arc, verdict), "{proof:?}");
    }
}
