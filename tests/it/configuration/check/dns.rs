//! What a domain publishes, or does not, never keeps the daemon from its work.

use super::{PUBLISHED, checked};
use crate::support::desk::Desk;
use crate::support::name_server::{Manner, NameServer};
use crate::support::sink::Sink;
use crate::support::world::World;

/// A desk whose domain publishes this.
fn desk(
    world: &World,
    sink: &Sink,
    manner: Manner,
    zone: &[(&str, &str, &str)],
) -> (Desk, NameServer) {
    let server = NameServer::start(manner, zone);
    let mut desk = Desk::new(world, sink);
    desk.ask(server.address);
    (desk, server)
}

#[test]
fn svc_10_what_the_domain_does_not_publish_is_said_with_what_to_publish() {
    let (world, sink) = (World::up(super::QUICK), Sink::start(&[]));
    let (desk, server) = desk(&world, &sink, Manner::Knows, &[]);
    let all = desk.ok(&["check"]);
    for (about, says) in [
        ("dns mx", "nobody can write to support@desk.example"),
        ("dns mx", "publish: desk.example. MX 10"),
        ("dns spf", "publish: desk.example. TXT \"v=spf1 mx ~all\""),
        ("dns dmarc", "publish: _dmarc.desk.example. TXT \"v=DMARC1; p=none; rua=mailto:"),
    ] {
        let line = all.lines().find(|line| line.contains(about)).unwrap_or_default();
        assert!(line.starts_with("soon ") && line.contains(says), "{about}: {all}");
    }
    drop(server);

    // The sender of acknowledgements may be of another domain, and the policy of one above.
    let zone = [
        ("desk.example", "A", "192.0.2.1"),
        ("desk.example", "TXT", "v=spf1 +all"),
        ("bounce.other.example", "TXT", "v=spf1 -al"),
    ];
    let (mut desk, server) = self::desk(&world, &sink, Manner::Knows, &zone);
    let line = "ticket_prefix = \"EX\"\nenvelope_from = \"a@bounce.other.example\"";
    desk.config = desk.config.replacen("ticket_prefix = \"EX\"", line, 1);
    let all = desk.ok(&["check"]);
    for says in [
        "mail for desk.example goes to the host of that name",
        "the record of desk.example lets everybody send",
        "the record of bounce.other.example is broken, \"-al\" is no word",
        "acknowledgements go out as <a@bounce.other.example>",
    ] {
        assert!(all.contains(says), "{says}: {all}");
    }
    drop(server);
}

#[test]
fn svc_10_a_dns_that_does_not_answer_is_said_and_stops_nothing() {
    let (world, sink) = (World::up(super::QUICK), Sink::start(&[]));
    for manner in [Manner::Silent, Manner::Fails] {
        let (desk, _server) = desk(&world, &sink, manner, PUBLISHED);
        for about in ["dns mx", "dns spf", "dns dmarc"] {
            let (code, line) = checked(&desk, about);
            assert_eq!(code, Some(0));
            assert!(line.starts_with("down ") && line.contains("does not answer"), "{line}");
            if manner == Manner::Silent {
                // Each line costs two seconds there.
                break;
            }
        }
    }
}
