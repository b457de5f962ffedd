//! A customer's signed mail, sent again by somebody who has it.

use serde_json::Value;

use super::{CARLA, DAY, Guarded, SUPPORT, date, genuine, letter, letter_of, now, system_time};
use crate::authentication::signer::{How, Key, signed};

/// As somebody else hands it over: another envelope, another way.
fn again(mail: &[u8], host: &str) -> Vec<u8> {
    let top = format!(
        "Return-Path: <eve@evil.example>\r\nReceived: from {host} ({host} [203.0.113.9])\r\n\
         \tby mx.desk.example (Postfix) with ESMTPS id 9; Tue, 14 Nov 2023 22:13:20 +0000\r\n"
    );
    [top.as_bytes(), mail].concat()
}

#[test]
fn thr_07_a_replayed_signed_mail() {
    let guarded = Guarded::met();
    let (stand, now) = (&guarded.stand, now());
    let lay = |mail: &[u8], at| {
        stand.world.append(SUPPORT, "INBOX", mail, system_time(at));
        stand.once();
    };
    let yesterday = now.before(DAY * 2);
    let mail = genuine(&letter_of(yesterday, CARLA, "Printer on fire"));
    lay(&mail, yesterday);
    assert_eq!(guarded.ticket("Printer on fire")["level"], "commercial");
    // Within a day it is a copy; as the same bytes at any time.
    lay(&again(&mail, "a.evil.example"), yesterday.after(DAY / 2));
    lay(&mail, now);
    stand.expect(&[("duplicate", 2), ("opened", 1)], 1);
    // Later it is somebody's ticket, and not hers.
    for host in ["b.evil.example", "c.evil.example"] {
        lay(&again(&mail, host), now);
    }
    let tickets = stand.desk.tickets();
    let levels: Vec<_> = tickets
        .iter()
        .map(|ticket| stand.desk.ticket(ticket["number"].as_i64().unwrap()))
        .map(|ticket| (ticket["level"].clone(), ticket["account"].clone()))
        .collect();
    let hers = levels.iter().filter(|(level, account)| level == "commercial" && account == "paid");
    assert_eq!((hers.count(), levels.len()), (1, 2), "{levels:?}");
    let inbound = stand.desk.inbound();
    let replay =
        inbound.iter().find(|one| one["reason"].to_string().contains("a replay of inbound"));
    let replay = replay.unwrap_or_else(|| panic!("{inbound:#?}"));
    let first = inbound.iter().map(|one| one["id"].as_i64().unwrap()).min().unwrap();
    let reason = replay["reason"].as_str().unwrap();
    assert!(reason.contains(&format!("a replay of inbound {first}: level community")), "{reason}");
    // The envelope is not hers: she is not told.
    assert_eq!(stand.sink.taken().len(), 1);
}

/// What her server does not sign can be changed at will, and makes another message of it.
#[test]
fn thr_07_a_replay_within_the_hour_under_another_name() {
    let guarded = Guarded::met();
    let fields = &["from", "to", "subject", "date"];
    let text = String::from_utf8(letter(CARLA, "Printer on fire").bytes()).unwrap();
    let mail = signed(&text, &Key::ed25519(), &How { fields, ..How::by("paid.example") });
    guarded.take(&[mail.as_bytes()]);
    assert_eq!(guarded.ticket("Printer on fire")["level"], "commercial");
    let (name, _) = text.split_once("Message-ID: ").unwrap().1.split_once("\r\n").unwrap();
    let (other, none) = (mail.replace(name, "<other@evil.example>"), mail.replace(name, ""));
    assert!(mail != other && mail != none && other.contains("b="));
    for replay in [&other, &none] {
        guarded.take(&[&again(replay.as_bytes(), "a.evil.example")]);
    }
    let tickets = guarded.stand.desk.tickets();
    let hers = tickets.iter().filter(|ticket| ticket["level"] == "commercial").count();
    assert_eq!((hers, tickets.len()), (1, 3), "{tickets:#?}");
    let inbound = guarded.stand.desk.inbound();
    let of_it = |one: &&Value| one["reason"].to_string().contains("a replay of inbound 1:");
    assert_eq!(inbound.iter().filter(of_it).count(), 2, "{inbound:#?}");
}

#[test]
fn thr_07_a_signed_mail_that_was_kept() {
    let guarded = Guarded::met();
    let stand = &guarded.stand;
    for (days, level) in [(10, "community"), (6, "commercial")] {
        let subject = format!("Printer {days}");
        let mail = genuine(&letter_of(now().before(DAY * days), CARLA, &subject));
        stand.world.append(SUPPORT, "INBOX", &mail, system_time(now()));
        stand.once();
        let ticket = guarded.ticket(&subject);
        assert_eq!(ticket["level"], level, "{ticket:#}");
    }
    let told = stand.desk.inbound().iter().any(|one| {
        let reason = one["reason"].as_str().unwrap_or_default();
        reason.contains("nothing proves the sender: its Date is 10 days from its receipt")
    });
    assert!(told, "{:#?}", stand.desk.inbound());
}

#[test]
fn thr_07_a_replay_with_fields_above_the_signed_ones() {
    let guarded = Guarded::met();
    let (mail, _) = (genuine(&letter(CARLA, "Printer on fire")), guarded.carlas("Printer on fire"));
    let added = [
        "Message-ID: <another@evil.example>".to_owned(),
        format!("Date: {}", date(now().after(DAY))),
        "Subject: Send money".to_owned(),
        "Content-Type: text/html".to_owned(),
        "Content-Transfer-Encoding: base64".to_owned(),
    ];
    let ids = |n: usize| format!("Message-ID: <{n}@evil.example>\r\n");
    for (n, field) in added.iter().enumerate() {
        // Another identifier each, so that none is taken for a copy.
        let own = if n == 0 { String::new() } else { ids(n) };
        let changed = [format!("{field}\r\n{own}").as_bytes(), &mail].concat();
        guarded.take(&[&changed]);
    }
    let tickets = guarded.stand.desk.tickets();
    let levels: Vec<_> = tickets
        .iter()
        .map(|ticket| {
            guarded.stand.desk.ticket(ticket["number"].as_i64().unwrap())["level"].clone()
        })
        .collect();
    let hers = levels.iter().filter(|level| *level == "commercial").count();
    assert_eq!((hers, levels.len()), (1, 1 + added.len()), "{levels:?}");
}
