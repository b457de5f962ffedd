//! The process dies while it does what an agent ordered: what he said arrives, and what he ordered is done once.

use std::collections::BTreeSet;

use super::{ADA, Staffed, Taken, answer, to};
use crate::authentication::signer::{How, Key, signed};
use crate::support::desk::SUPPORT;

/// Ada's answer of a round, with a picture.
fn illustrated(told: &Taken, round: usize) -> Vec<u8> {
    let plain = answer(ADA, told, &format!("#spent 10m\nAnswer {round}."));
    let plain = String::from_utf8(plain.bytes()).unwrap();
    let (head, body) = plain.split_once("\r\n\r\n").unwrap();
    let head = head.replacen("Message-ID: <", &format!("Message-ID: <{round}."), 1);
    let mail = format!(
        "{head}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\n{body}\r\n\
         --b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"x.png\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
    );
    signed(&mail, &Key::ed25519(), &How::by("staff.example")).into_bytes()
}

#[test]
fn flt_01_it_dies_while_an_answer_is_passed_on() {
    let mut desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example").clone();
    let points =
        ["parsed", "decided", "committed", "part_stored", "claimed", "accepted", "settled"];
    for (round, point) in (1..).zip(points) {
        desk.guarded.stand.world.deliver(SUPPORT, &illustrated(&told, round));
        desk.guarded.stand.dies_at(point);
        desk.guarded.stand.once();
        let ticket = desk.only();
        assert_eq!(ticket["spent_minutes"], 10 * round, "{point}: ordered once");
        assert_eq!(ticket["articles"].as_array().unwrap().len(), 1 + round, "{point}");
        let mut copies = desk.sent_to("carla@paid.example");
        copies.retain(|mail| mail.message.contains(&format!("Answer {round}.")));
        assert!(matches!(copies.len(), 1 | 2), "{point}: {copies:#?}");
        assert!(copies.iter().all(|mail| mail.message.contains("iVBORw0KGgo=")), "{point}");
        let different: BTreeSet<_> = copies.into_iter().map(|mail| mail.message).collect();
        assert_eq!(different.len(), 1, "{point}: the same bytes");
    }
}
