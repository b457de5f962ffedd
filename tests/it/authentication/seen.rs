//! What `check` sees of senders' proofs in a mailbox on a real server.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::signer::{How, Key, mail, signed};
use super::zone::{Has, Zone};
use crate::support::desk::{Desk, SUPPORT};
use crate::support::sink::Sink;
use crate::support::world::World;

const QUICK: &[&str] = &["MTA=0", "MAIL_FSYNC=never"];

/// When messages that are laid into a folder arrived, since 1970.
const RECEIVED: Duration = Duration::from_secs(1_700_000_000);

const TRUST: &str = "boundary = [\"mx.desk.example\"]\ntrusted_authserv = [\"mx.desk.example\"]\n";

const TOOK: &str = "Received: from out.example.com (out.example.com [192.0.2.1])\r\n\
                    \tby mx.desk.example (Postfix) with ESMTPS id 1; Tue, 14 Nov 2023 22:13:20 +0000\r\n";

const PASS: &str = "Authentication-Results: mx.desk.example;\r\n\
                    \tdkim=pass header.d=example.com; dmarc=pass header.from=example.com\r\n";

const LIST: &str = "List-Id: Support group <group.desk.example>\r\n";

fn zone() -> Zone {
    Zone::of(&[("s._domainkey.example.com", Has::Text(Key::ed25519().record()))])
}

/// A desk with these keys of trust; whoever asks for DNS records asks the zone.
fn desk(world: &World, sink: &Sink, zone: &Zone, trust: &str) -> Desk {
    let mut desk = Desk::new(world, sink);
    desk.ask(zone.address);
    trusting(&mut desk, trust);
    desk
}

fn trusting(desk: &mut Desk, trust: &str) {
    let proof = "sender_proof = \"off\"\n";
    desk.config = desk.config.replacen(proof, &format!("{proof}{trust}"), 1);
}

/// From now on only this folder is watched.
fn watching(desk: &mut Desk, folder: &str) {
    let poll = "poll = \"1s\"";
    desk.config = desk.config.replacen(poll, &format!("folders = [\"{folder}\"]\n{poll}"), 1);
}

fn genuine() -> String {
    signed(&mail("ada@example.com"), &Key::ed25519(), &How::by("example.com"))
}

/// As a server gives a message back that it keeps in pieces.
fn rebuilt() -> String {
    genuine().replace("printer", "Printer")
}

/// 220 messages, the newest last.
fn mailbox() -> Vec<Vec<u8>> {
    let sender = mail("ada@example.com");
    let colleague = mail("ada@desk.example");
    let login = |login: &str| {
        let by = format!("[192.0.2.9])\r\n\t(Authenticated sender: {login}@desk.example)");
        TOOK.replace("[192.0.2.1])", &by)
    };
    let foreign = PASS.replace("mx.desk.example", "evil.example");
    let kinds = [
        // Too old to be looked at.
        (20, format!("Received: from o (o [192.0.2.1]) by old.example\r\n{sender}")),
        (30, format!("{TOOK}{PASS}{sender}")),
        (10, format!("{TOOK}{foreign}{sender}")),
        (15, format!("{}{colleague}", login("ada"))),
        (5, format!("{}{colleague}", login("bob"))),
        // Laid into the mailbox, past the boundary.
        (20, format!("{PASS}{sender}")),
        (118, format!("{PASS}{TOOK}{LIST}{}", genuine())),
        (2, format!("{PASS}{TOOK}{LIST}{}", rebuilt())),
    ];
    let all = kinds.iter().flat_map(|(count, raw)| vec![raw.clone().into_bytes(); *count]);
    all.collect()
}

/// The lines about senders, between those about IMAP and those about SMTP.
fn seen(desk: &Desk) -> Vec<String> {
    let all = desk.ok(&["check"]);
    let lines = all.lines().map(str::to_owned);
    let lines: Vec<String> = lines
        .skip_while(|line| !line.contains("support: folder"))
        .skip(1)
        .take_while(|line| !line.contains("support: smtp"))
        .collect();
    let objects = desk.ok(&["check", "--json"]);
    let objects = objects.lines().map(|line| serde_json::from_str(line).unwrap());
    let told: Vec<String> = objects
        .map(|object: Value| {
            let word = |name: &str| object[name].as_str().unwrap().to_owned();
            format!("{:<6}{:<26}  {}", word("found"), word("about"), word("text"))
        })
        .collect();
    assert!(lines.iter().all(|line| told.contains(line)), "{lines:#?}\n{told:#?}");
    lines
}

/// What follows `paste`, as an operator would take it.
fn pasted(lines: &[String]) -> String {
    let mut pasted = String::new();
    for (_, line) in lines.iter().filter_map(|line| line.split_once("support: paste")) {
        writeln!(pasted, "{}", line.trim()).unwrap();
    }
    pasted
}

#[test]
fn aut_28_thr_44_check_says_what_is_seen_in_a_mailbox() {
    let (world, sink, zone) = (World::up(QUICK), Sink::start(&[]), zone());
    world.deliver_many(SUPPORT, mailbox());
    world.wait_for_count(SUPPORT, "INBOX", 220);
    let lines = seen(&desk(&world, &sink, &zone, TRUST));
    assert_eq!(
        lines,
        [
            "ok    support: headers            the newest 200 of 220 messages in INBOX are looked at",
            "ok    support: boundary           mx.desk.example took 180 of 200 messages",
            "ok    support: results above      Authentication-Results above the boundary: \
             mx.desk.example (120, trusted)",
            "ok    support: results below      Authentication-Results below the boundary: \
             mx.desk.example (50), evil.example (10)",
            "ok    support: trusted results    120 of 200 messages have results that are believed",
            "ok    support: forged results     50 of 200 messages name a trusted server where a \
             sender can write; that is not believed",
            "ok    support: internal           15 of 20 messages from desk.example prove a login of \
             their author",
            "soon  support: list               List-Id group.desk.example stands on 120 of 200 \
             messages: this is a group's address; if it is one of yours, write \
             own_lists = [\"group.desk.example\"], or all its mail is a mailing list's, and is never \
             acknowledged",
            "ok    support: own_dkim           our own check verifies 18 of 20 signed messages, and \
             agrees with believed results in 18 of 20",
        ]
    );
    let flags = world.flags(SUPPORT, "INBOX");
    assert!(flags.len() == 220 && flags.iter().all(|flags| !flags.contains("Seen")), "{flags:?}");

    // Who has configured nothing pastes three lines.
    let mut unset = desk(&world, &sink, &zone, "");
    let proposed = seen(&unset);
    assert_eq!(
        proposed[1],
        "soon  support: boundary           is not set, so that our own check alone proves senders; \
         mail from outside is taken by mx.desk.example (180); if these are your hosts, paste into \
         [[desk]] what follows"
    );
    assert_eq!(pasted(&proposed), format!("{TRUST}authserv_mode = \"standard\"\n"));
    trusting(&mut unset, &pasted(&proposed));
    assert_eq!(seen(&unset), lines);
}

#[test]
fn aut_28_a_server_that_writes_below_its_hop_is_known_by_all_its_messages() {
    let (world, sink, zone) = (World::up(QUICK), Sink::start(&[]), zone());
    let raw = include_bytes!("../../proofs/0021-below-gmail-genuine/mail.eml");
    let unsealed = include_bytes!("../../proofs/0015-gmail-writes-below-its-hop/mail.eml");
    for n in 0..40 {
        let raw = if n % 2 == 0 { &raw[..] } else { &unsealed[..] };
        world.append(SUPPORT, "Gmail", raw, SystemTime::UNIX_EPOCH + RECEIVED);
    }
    let mut desk = desk(&world, &sink, &zone, "");
    watching(&mut desk, "Gmail");
    let keys = pasted(&seen(&desk));
    let expected = "boundary = [\"mx.google.com\"]\ntrusted_authserv = [\"mx.google.com\"]\n\
                    authserv_mode = \"below\"\n";
    assert_eq!(keys, expected);
    trusting(&mut desk, &keys.replace("below", "standard"));
    let line = |desk: &Desk, about: &str| {
        let lines = seen(desk);
        lines.into_iter().find(|line| line.contains(about)).unwrap()
    };
    let standard = line(&desk, "trusted results");
    assert!(standard.starts_with("soon ") && standard.contains("0 of 40 messages"), "{standard}");
    assert!(standard.contains("mx.google.com stands directly below the boundary in 40; set"));
    desk.config = desk.config.replacen("\"standard\"", "\"below\"", 1);
    assert!(line(&desk, "trusted results").contains("40 of 40 messages have results"));
    assert!(line(&desk, "forged results").contains("no message names a trusted server"));
}

#[test]
fn aut_02_a_server_that_rebuilds_messages_is_told() {
    let (world, sink, zone) = (World::up(QUICK), Sink::start(&[]), zone());
    for _ in 0..4 {
        world.append(SUPPORT, "Rebuilt", rebuilt().as_bytes(), SystemTime::UNIX_EPOCH + RECEIVED);
    }
    let mut desk = desk(&world, &sink, &zone, "");
    watching(&mut desk, "Rebuilt");
    let last = seen(&desk).pop().unwrap();
    assert_eq!(
        last,
        "soon  support: own_dkim           our own check verifies 0 of 4 signed messages; what is \
         signed was changed in 4, so that this server rebuilds messages; set own_dkim = \"advisory\""
    );
    trusting(&mut desk, "own_dkim = \"off\"\n");
    let last = seen(&desk).pop().unwrap();
    assert!(!last.contains("own_dkim"), "{last}");
    let proof = desk.ok(&["check", "--offline"]);
    let proof = proof.lines().find(|line| line.contains("support: proof")).unwrap();
    assert_eq!(
        proof,
        "soon  support: proof              no server is believed about senders, and with own_dkim = \
         \"off\" there is no check of our own: nobody can be proven; name your servers in \
         trusted_authserv and boundary (with Exchange authserv_mode = \"exchange\" and boundary), or \
         set own_dkim = \"on\""
    );
}
