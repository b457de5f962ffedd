//! The operator is told by mail, once, whoever is stopped or away meanwhile.

use super::{OPERATOR, free_port, get, told, value};
use crate::support::desk::{Daemon, Desk, wait_until};
use crate::support::postgres::{Mode, Postgres};
use crate::support::relay::{Relay, Way};
use crate::support::sink::Sink;
use crate::support::stand::QUICK;
use crate::support::world::World;

/// A desk whose mail server is reached through a relay, and whose operator is told soon.
fn with_operator(desk: &mut Desk, world: &World, relay: &Relay, metrics: u16) {
    let operator = format!(
        "\noperator = \"{OPERATOR}\"\noperator_after = \"1s\"\n[status]\n\
         metrics = \"127.0.0.1:{metrics}\"\n[[desk]]"
    );
    let ports = [world.port("IMAPS"), relay.port].map(|port| format!("port = {port}"));
    desk.config = desk.config.replacen("\n[[desk]]", &operator, 1).replace(&ports[0], &ports[1]);
}

fn start(desk: &Desk) -> Daemon {
    let daemon = desk.start();
    wait_until("it is at work", || daemon.log().contains("at work"));
    daemon
}

/// How many subjects begin so.
fn count(sink: &Sink, start: &str) -> usize {
    told(sink).iter().filter(|subject| subject.starts_with(start)).count()
}

#[test]
fn flt_30_a_restart_tells_nothing_again_and_the_end_is_told_after_one() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let relay = Relay::to(world.port("IMAPS"));
    let mut desk = Desk::new(&world, &sink);
    with_operator(&mut desk, &world, &relay, free_port());
    let daemon = start(&desk);
    wait_until("the first look", || daemon.log().contains("First look"));
    relay.set(Way::Cut);
    wait_until("the operator is told", || count(&sink, "support: Cannot read INBOX") == 1);
    let mail = sink.taken().into_iter().find(|taken| taken.recipient == OPERATOR).unwrap();
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(
        (mail.header("From").contains("support@desk.example"), mail.envelope_from),
        (true, String::new())
    );
    for says in ["[imap]", "Since", "tidings check", "support: 0 undecided, 0 held, 0 due, 0 dead"]
    {
        assert!(mail.message.contains(says), "{says} is not in:\n{}", mail.message);
    }
    wait_until("it is noted", || desk.sql("select state from alarm").trim() == "told");

    // Killed and started again while it stands.
    drop(daemon);
    let daemon = start(&desk);
    let before = relay.accepted();
    wait_until("it is tried for a while", || relay.accepted() >= before + 4);
    assert_eq!(told(&sink).len(), 1, "{:#?}", told(&sink));
    // Killed and started again, and over meanwhile.
    drop(daemon);
    relay.set(Way::Open);
    let daemon = start(&desk);
    wait_until("the end is told", || count(&sink, "over: support: Cannot read INBOX") == 1);
    wait_until("it is noted", || desk.sql("select state from alarm").trim() == "over");
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(told(&sink).len(), 2, "{:#?}", told(&sink));
}

#[test]
fn flt_23_of_two_daemons_one_tells_and_each_tells_of_the_database() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let relay = Relay::to(world.port("IMAPS"));
    let mut desk = Desk::on_postgres(&world, &sink, Postgres::up(&[]));
    let (port, other_port) = (free_port(), free_port());
    with_operator(&mut desk, &world, &relay, port);
    let mut colleague = desk.colleague();
    colleague.config = desk.config.replace(&port.to_string(), &other_port.to_string());
    let daemons = [start(&desk), start(&colleague)];
    let well = |port| get(port, "/healthz").is_some_and(|(line, _)| line.contains(" 200 "));
    wait_until("both say that all is well", || well(port) && well(other_port));
    let metric = |port, series: &str| value(&get(port, "/metrics").unwrap().1, series);
    let held = |port| metric(port, "tidings_lease_held{desk=\"support\"}");
    assert_ne!(held(port), held(other_port));

    relay.set(Way::Cut);
    wait_until("the operator is told", || count(&sink, "support: Cannot read INBOX") > 0);

    let server = desk.postgres.as_ref().unwrap();
    server.stop(Mode::Immediate);
    wait_until("each tells of the database", || count(&sink, "database: ") == 2);
    for port in [port, other_port] {
        assert_eq!(metric(port, "tidings_database_up"), Some(0.0));
        let (line, body) = get(port, "/healthz").unwrap();
        assert!(line.contains(" 503 ") && body.starts_with("database: "), "{line}\n{body}");
    }
    relay.set(Way::Open);
    server.start();
    wait_until("each tells of its end", || count(&sink, "over: database: ") == 2);
    wait_until("the end of the other", || count(&sink, "over: support: Cannot read") == 1);
    wait_until("both say that all is well again", || well(port) && well(other_port));
    assert_eq!(count(&sink, "support: Cannot read INBOX"), 1, "{:#?}", told(&sink));
    let subjects = told(&sink);
    assert_eq!(subjects.len(), 6, "{subjects:#?}");
    for daemon in daemons {
        assert_eq!(daemon.stop(), Some(0));
    }
}
