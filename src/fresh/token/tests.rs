//! Whom a token holds for, and what is none.

use super::*;
use crate::fresh::{KEY_BYTES, Namer, Random};
use crate::mail::address::pattern::AddressPattern;
use crate::time::Timestamp;

const NOW: Timestamp = Timestamp::from_us(1_000);

fn namer(key: u8, instance: &str) -> Namer {
    Namer::new(Key::new(&[key; KEY_BYTES]), instance, Random::System)
}

fn number(number: i64) -> TicketNumber {
    TicketNumber::new(number).unwrap()
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

#[test]
fn aut_40_a_token_holds_for_its_instance_desk_ticket_kind_and_bearer_alone() {
    let (ada, bob) = (address("ada@acme.example"), address("bob@acme.example"));
    let notice = MessageId::parse("ada@acme.example").unwrap();
    let ours = namer(1, "desk.example");
    let token = ours.token("support", number(17), Bearer::Requester(&ada));
    assert_eq!(Token::parse(&token.to_string()).as_ref(), Some(&token));
    let to_ada = Bearer::Requester(&ada);
    assert!(ours.vouches("support", &token, to_ada, NOW));

    assert!(!ours.vouches("support", &token, Bearer::Requester(&bob), NOW), "another bearer");
    assert!(!ours.vouches("support", &token, Bearer::Bounce(&notice), NOW), "another kind");
    assert!(!ours.vouches("sales", &token, to_ada, NOW), "another desk");
    assert!(!namer(1, "other.example").vouches("support", &token, to_ada, NOW), "another instance");
    assert!(!namer(2, "desk.example").vouches("support", &token, to_ada, NOW), "another key");
    let text = token.to_string();
    let moved = Token::parse(&text.replacen("c17.", "c18.", 1)).unwrap();
    assert!(!ours.vouches("support", &moved, to_ada, NOW), "another ticket");
    let bounce = Token::parse(&text.replacen('c', "b", 1)).unwrap();
    assert!(
        !ours.vouches("support", &bounce, Bearer::Bounce(&notice), NOW),
        "turned into a bounce's"
    );
    assert!(!ours.vouches("support", &bounce, to_ada, NOW));
    // whoever has one of the same bearer and ticket at another place has not this one
    for at in 0..text.len() {
        let mut other = text.clone().into_bytes();
        other[at] = if other[at] == b'7' { b'6' } else { b'7' };
        let other = Token::parse(std::str::from_utf8(&other).unwrap());
        assert!(!other.is_some_and(|other| ours.vouches("support", &other, to_ada, NOW)), "{at}");
    }
}

#[test]
fn aut_40_what_is_no_token_is_not_read() {
    let tag = "abcdefghijklmnopqrst";
    assert!(Token::parse(&format!("c17.abcde.{tag}")).is_some());
    assert!(Token::parse(&format!("b4294967295.abcde.{tag}")).is_some());
    for bad in [
        String::new(),
        "c".to_owned(),
        format!("d17.abcde.{tag}"),
        format!("c.abcde.{tag}"),
        format!("c0.abcde.{tag}"),
        format!("c017.abcde.{tag}"),
        format!("c+17.abcde.{tag}"),
        format!("c4294967296.abcde.{tag}"),
        format!("c17.abcd.{tag}"),
        format!("c17.abcde.{tag}a"),
        format!("c17.abcde.{}1", &tag[1..]),
        format!("c17.abcde.{}", tag.to_uppercase()),
        format!("c17.abcde.{tag}."),
        format!("ü17.abcde.{tag}"),
    ] {
        assert!(Token::parse(&bad).is_none(), "{bad}");
    }
}

#[test]
fn aut_40_every_token_fits_where_a_pattern_keeps_room_for_it() {
    let ours = namer(1, "desk.example");
    let most = number(i64::from(u32::MAX));
    let to = address("ada@acme.example");
    let token = ours.token("support", most, Bearer::Requester(&to)).to_string();
    assert_eq!(token.len(), AddressPattern::TOKEN_BYTES_MAX);
}
