//! Acknowledgements as a way to send mail to people who never wrote (THR-28).

use std::collections::BTreeMap;

use crate::support::desk::{Desk, SUPPORT};
use crate::support::letter::Letter;
use crate::support::sink::Taken;
use crate::support::stand::Stand;

const VICTIMS: usize = 50;
const MAILS: usize = 100;

/// A desk that asks for proof, and has the caps of the configuration's defaults.
pub(super) fn with_defaults(desk: &mut Desk) {
    for line in [
        "sender_proof = \"off\"\n",
        "address_per_hour = 0\n",
        "address_per_day = 0\n",
        "domain_per_hour = 0\n",
        "total_per_hour = 0\n",
    ] {
        assert!(desk.config.contains(line), "{line}");
        desk.config = desk.config.replace(line, "");
    }
    // Proof is asked for only where somebody is believed: here one that never says anything.
    let believed = "trusted_authserv = [\"mx.desk.example\"]\nboundary = [\"mx.desk.example\"]\n";
    let off = "own_dkim = \"off\"\n";
    assert!(desk.config.contains(off), "{off}");
    desk.config = desk.config.replacen(off, &format!("{off}{believed}"), 1);
}

fn victim(n: usize) -> String {
    format!("victim{n}@home{n}.example")
}

/// So many mails in the name of each victim, in the order in which they come.
fn attack(mails: usize) -> Vec<(String, Vec<u8>)> {
    let letter = |mail, n: usize| {
        let from = victim(n);
        let letter = Letter::new(&from, &format!("Buy this now, offer {mail}"));
        (from, letter.text("Cheap watches at http://evil.example/\r\n").bytes())
    };
    (0..mails).flat_map(|mail| (0..VICTIMS).map(move |n| letter(mail, n))).collect()
}

fn bytes(taken: &[Taken]) -> usize {
    taken.iter().map(|one| one.message.len()).sum()
}

#[test]
fn thr_28_who_never_wrote_gets_nothing() {
    let mut stand = Stand::new();
    with_defaults(&mut stand.desk);
    stand.once();
    // From names the victim, the envelope somebody else: one that answers, and nobody
    let all = attack(10);
    let count = all.len();
    let mut mails = all.into_iter().map(|(_, mail)| mail);
    let first: Vec<_> = mails.by_ref().take(count / 2).collect();
    stand.world.deliver_as("mallory@evil.example", SUPPORT, first);
    stand.world.deliver_as("", SUPPORT, mails);
    stand.once();
    assert_eq!(stand.books(), [("opened".to_owned(), count)]);
    assert_eq!(stand.sink.taken().len(), 0);
    // and none is about to go out
    assert_eq!(stand.desk.outbox().len(), 0);
}

#[test]
fn thr_28_acknowledgements_are_no_mail_bomb() {
    let mut stand = Stand::new();
    with_defaults(&mut stand.desk);
    stand.once();
    let (mut sent, mut by_victim) = (0, BTreeMap::<String, Vec<Vec<u8>>>::new());
    for (from, mail) in attack(MAILS) {
        sent += mail.len();
        by_victim.entry(from).or_default().push(mail);
    }
    for (from, mails) in by_victim {
        stand.world.deliver_as(&from, SUPPORT, mails);
    }
    stand.once();
    assert_eq!(stand.books(), [("opened".to_owned(), VICTIMS * MAILS)]);
    let taken = stand.sink.taken();
    let mut to: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &taken {
        *to.entry(&one.recipient).or_default() += 1;
    }
    assert!(to.values().all(|count| *count == 1), "{to:?}");
    assert_eq!(to.len(), VICTIMS);
    assert!(bytes(&taken) <= sent, "{} bytes of {sent}", bytes(&taken));
    assert_eq!(stand.desk.outbox().len(), VICTIMS);
}

#[test]
fn thr_28_a_domain_gets_a_fifth_of_its_cap() {
    let mut stand = Stand::new();
    with_defaults(&mut stand.desk);
    stand.once();
    for n in 0..30 {
        let from = format!("victim{n}@home.example");
        stand.world.deliver(SUPPORT, &Letter::new(&from, &format!("Offer {n}")).bytes());
    }
    stand.once();
    assert_eq!(stand.books(), [("opened".to_owned(), 30)]);
    assert_eq!(stand.sink.taken().len(), 20);
    let why = stand.desk.ok(&["trace", "victim29@home.example"]);
    assert!(why.contains("no acknowledgement: the limit of 20 acknowledgements to this"), "{why}");
}
