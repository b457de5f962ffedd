//! Messages that our own program fails on: three attempts, then a person looks; neighbours go on.

use super::{QUICK, ingest, is_acknowledged, neighbour, outcomes};
use crate::support::desk::Desk;
use crate::support::sink::Sink;
use crate::support::world::World;

/// Of five messages, `spoil` makes the third one fail.
#[track_caller]
fn third_of_five_is_held(spoil: impl FnOnce(&Desk), why: &str) {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let desk = Desk::new(&world, &sink);
    desk.ok(&["run", "--once"]);
    ingest(&desk, &[neighbour(1), neighbour(2), neighbour(3), neighbour(4), neighbour(5)]);
    spoil(&desk);
    let ran = desk.run(&["run", "--once"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!([1, 2, 4, 5].into_iter().all(|n| is_acknowledged(&sink, n)), "{}", outcomes(&desk));
    assert_eq!(sink.taken().len(), 4);
    let inbound = desk.inbound();
    assert_eq!(inbound.len(), 5, "{}", outcomes(&desk));
    let held = &inbound[2];
    assert_eq!(held["verdict"], "held", "{}", outcomes(&desk));
    assert!(held["reason"].as_str().unwrap().contains(why), "{held}");
    let log: Vec<_> =
        ran.stderr.lines().filter(|line| line.contains("Inbound 3 is held")).collect();
    assert_eq!(log.len(), 1, "{}", ran.stderr);
    for one in inbound.iter().filter(|one| one["id"] != 3) {
        assert!(one["attempts"].as_i64().unwrap() <= 1, "{one}");
    }
    // It is not tried again by itself.
    desk.ok(&["run", "--once"]);
    assert_eq!(desk.inbound()[2]["verdict"], "held");
    assert_eq!(desk.tickets().len(), 4);
}

#[test]
fn inv_5_a_message_whose_bytes_are_gone_is_held() {
    let spoil = |desk: &Desk| {
        desk.sql("delete from chunk where body = (select body from inbound where id = 3)");
    };
    third_of_five_is_held(spoil, "failed three times: there is no body");
}

#[test]
fn inv_5_a_message_that_the_schema_refuses_is_held() {
    // As a text would that breaks a rule of the schema.
    let spoil = |desk: &Desk| {
        desk.sql(if desk.postgres.is_some() {
            "create function refuse() returns trigger language plpgsql as
                 'begin insert into event (ticket) values (null); return new; end';
             create trigger poison after insert on article for each row
                 when (new.text like '%help with 3%') execute function refuse()"
        } else {
            "create trigger poison after insert on article when new.text like '%help with 3%'
                 begin insert into event (ticket) values (null); end"
        });
    };
    third_of_five_is_held(spoil, "failed three times: database");
}

#[test]
fn inv_5_a_message_that_stopped_the_program_three_times_is_held() {
    let spoil = |desk: &Desk| {
        desk.sql("update inbound set attempts = 3 where id = 3");
        // The last stop was not clean.
        desk.sql("update lease set until_us = 1");
    };
    third_of_five_is_held(spoil, "stopped the program three times");
}

#[test]
fn inv_5_a_held_message_is_tried_again_when_a_person_says_so() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let desk = Desk::new(&world, &sink);
    desk.ok(&["run", "--once"]);
    ingest(&desk, &[neighbour(1)]);
    desk.sql("create table aside as select * from chunk");
    desk.sql("delete from chunk");
    desk.ok(&["run", "--once"]);
    assert!(outcomes(&desk).starts_with("1 held 3 "), "{}", outcomes(&desk));
    desk.sql("insert into chunk select * from aside");
    desk.ok(&["inbound", "retry", "1"]);
    desk.ok(&["run", "--once"]);
    assert!(outcomes(&desk).starts_with("1 opened 0 "), "{}", outcomes(&desk));
    assert!(is_acknowledged(&sink, 1));
}

#[test]
fn inv_5_a_notice_whose_bytes_are_gone_is_dead_and_the_others_go_out() {
    let world = World::up(QUICK);
    let refusing = Sink::start(&["-Q", "EHLO"]);
    let desk = Desk::new(&world, &refusing);
    desk.ok(&["check", "--offline"]);
    ingest(&desk, &[neighbour(1), neighbour(2), neighbour(3)]);
    assert_eq!(desk.run(&["run", "--once"]).code, Some(75));
    desk.sql(
        "delete from chunk
          where body = (select body from outbox where recipient like 'customer2@%')",
    );
    let port = refusing.port;
    drop(refusing);
    let sink = Sink::start_at(port, &[]);
    desk.ok(&["run", "--once"]);
    assert!(is_acknowledged(&sink, 1) && is_acknowledged(&sink, 3));
    assert_eq!(sink.taken().len(), 2);
    let outbox = desk.outbox();
    let dead: Vec<_> = outbox.iter().filter(|notice| notice["state"] == "dead").collect();
    assert_eq!(dead.len(), 1, "{outbox:?}");
    assert!(dead[0]["reply"].as_str().unwrap().contains("cannot be sent: there is no body"));
}
