//! What is asked of the DNS, and what comes of every kind of answer.
// Clippy allows unwrapping in tests only below this mark.
#![cfg(test)]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tidings::dns::{self, Dns, LOOKUP_LIMIT, LookupError, MailExchanger};

use crate::support::name_server::{Manner, NameServer};

const ZONE: &[(&str, &str, &str)] = &[
    ("desk.example", "MX", "20 backup.desk.example."),
    ("desk.example", "MX", "10 mx.desk.example."),
    ("null.example", "MX", "0 ."),
    ("desk.example", "TXT", "v=spf1 mx -all"),
    ("mx.desk.example", "A", "192.0.2.1"),
];

fn asking(address: SocketAddr) -> Dns {
    Dns::new(dns::NameServer::At(address)).unwrap()
}

#[tokio::test]
async fn a_name_has_what_its_zone_says() {
    let server = NameServer::of(ZONE);
    let dns = asking(server.address);
    let exchanger = |preference, host: &str| MailExchanger { preference, host: host.to_owned() };
    assert_eq!(
        dns.mail_exchangers("desk.example").await,
        Ok(vec![exchanger(10, "mx.desk.example"), exchanger(20, "backup.desk.example")])
    );
    assert_eq!(dns.mail_exchangers("null.example").await, Ok(vec![exchanger(0, "")]));
    assert_eq!(dns.texts("desk.example").await, Ok(vec!["v=spf1 mx -all".to_owned()]));
    assert_eq!(dns.addresses("mx.desk.example").await, Ok(vec!["192.0.2.1".parse().unwrap()]));
    assert_eq!(dns.addresses("desk.example").await, Err(LookupError::NoSuchRecord));
    assert_eq!(dns.texts("mx.desk.example").await, Err(LookupError::NoSuchRecord));
    // There is a name below it.
    assert_eq!(dns.texts("example").await, Err(LookupError::NoSuchRecord));
    assert_eq!(dns.texts("other.test").await, Err(LookupError::NoSuchName));
    let garbage = dns.texts(&"a".repeat(64)).await;
    assert!(matches!(garbage, Err(LookupError::Garbage(_))), "{garbage:?}");
}

#[tokio::test]
async fn a_long_text_comes_in_one_piece() {
    let long = format!("v=spf1 {}-all", "ip4:192.0.2.1 ".repeat(30));
    let server = NameServer::of(&[("desk.example", "TXT", &long)]);
    assert_eq!(asking(server.address).texts("desk.example").await, Ok(vec![long.clone()]));
}

#[tokio::test]
async fn an_answer_is_remembered() {
    let server = NameServer::of(ZONE);
    let dns = asking(server.address);
    let first = dns.texts("desk.example").await;
    assert!(first.is_ok(), "{first:?}");
    drop(server);
    assert_eq!(dns.texts("desk.example").await, first);
}

#[tokio::test]
async fn flt_30_a_server_that_does_not_answer_is_given_up_after_two_seconds() {
    let (silent, failing) =
        (NameServer::start(Manner::Silent, &[]), NameServer::start(Manner::Fails, &[]));
    let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
    for address in [silent.address, failing.address, nobody] {
        let (dns, begun) = (asking(address), Instant::now());
        let answer = dns.texts("desk.example").await;
        assert!(matches!(answer, Err(LookupError::Temporary(_))), "{address}: {answer:?}");
        assert!(begun.elapsed() < LOOKUP_LIMIT + Duration::from_secs(2), "{address}");
    }
}
