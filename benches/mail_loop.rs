//! Messages per second, end to end: TLS fetch → durable ticket → acknowledgement taken by
//! smtp-sink. Beside it, in the same run and on the same data, what the servers alone allow: a bare
//! TLS fetch of the mailbox, and a bare submission of the same acknowledgements. It counts
//! articles, tickets and acknowledgements before it prints a figure. It does all of it on either
//! engine; the CPU of a database server is not ours and is not counted.
//!
//! `make bench`, or `MESSAGES=500 make bench` for a short one.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a program for people that measures time"
)]

#[expect(dead_code, reason = "the benchmark needs a part of what tests stand on")]
#[path = "../tests/it/support"]
mod support {
    pub(crate) mod desk;
    pub(crate) mod postgres;
    pub(crate) mod script;
    pub(crate) mod sink;
    pub(crate) mod world;
}

use std::time::{Duration, Instant, SystemTime};

use secrecy::SecretString;
use support::desk::{Desk, SUPPORT};
use support::postgres::Postgres;
use support::sink::Sink;
use support::world::World;
use tidings::imap::{self, Session, Uid};
use tidings::mail::address::Address;
use tidings::mail::envelope::{Envelope, ReversePath};
use tidings::sasl::Secret;
use tidings::smtp::{self, Connection, Outcome};
use tidings::tls::{Security, Server, Tls};

/// Messages of one FETCH in the bare run, and connections of the bare submission: as the daemon
/// does it.
const BATCH: usize = 64;
const CONNECTIONS: usize = 2;

/// What was measured on one engine.
struct Figures {
    fetch: Duration,
    submission: Duration,
    whole: Duration,
    cpu: Duration,
}

type Make = fn(&World, &Sink) -> Desk;

/// The engines, each with the database on this machine.
const ENGINES: [(&str, Make); 2] = [
    ("SQLite", Desk::on_sqlite),
    ("PostgreSQL", |world, sink| Desk::on_postgres(world, sink, Postgres::up(&[]))),
];

fn main() {
    let count = messages();
    let figures = ENGINES.map(|(_, make)| measure(make, count));
    println!(
        "{count} messages of {} bytes on each engine, each counted: article, ticket, acknowledgement",
        message(0).len()
    );
    let row = |what: &str, unit: &str, digits: usize, figure: fn(&Figures, f64) -> f64| {
        let cells = figures.each_ref().map(|one| figure(one, count as f64));
        println!("{what:<24}{:>12.digits$}{:>12.digits$} {unit}", cells[0], cells[1]);
    };
    println!("{:<24}{:>12}{:>12}", "", ENGINES[0].0, ENGINES[1].0);
    row("bare TLS fetch", "messages/s", 0, |one, count| count / one.fetch.as_secs_f64());
    let bare = format!("messages/s, {CONNECTIONS} connections");
    row("bare submission", &bare, 0, |one, count| count / one.submission.as_secs_f64());
    row("end to end", "messages/s", 0, |one, count| count / one.whole.as_secs_f64());
    row("our CPU", "ms a message", 3, |one, count| one.cpu.as_secs_f64() * 1e3 / count);
    row("share of the slower bare", "", 2, |one, _| {
        one.fetch.max(one.submission).as_secs_f64() / one.whole.as_secs_f64()
    });
}

/// One run of everything, on servers of its own.
fn measure(make: Make, count: usize) -> Figures {
    let (world, sink) = (World::up(&["MTA=0", "MAIL_FSYNC=never"]), Sink::start(&[]));
    let desk = make(&world, &sink);
    desk.ok(&["run", "--once"]);
    for n in 0..count {
        world.append(SUPPORT, "INBOX", &message(n), SystemTime::now());
    }
    // The server reads new files in, once, outside of any measurement.
    assert_eq!(world.count(SUPPORT, "INBOX"), count);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();

    let fetch = runtime.block_on(bare_fetch(&world, count));
    let (cpu, begun) = (children_cpu(), Instant::now());
    desk.ok(&["run", "--once"]);
    let (whole, cpu) = (begun.elapsed(), children_cpu().saturating_sub(cpu));
    let (tickets, articles, sent) = counted(&desk);
    let taken = sink.taken();
    assert_eq!((tickets, articles, sent, taken.len()), (count, count, count, count));
    let notices = taken.into_iter().map(|one| (one.recipient, one.message)).collect();
    let submission = runtime.block_on(bare_submission(&sink, notices));
    Figures { fetch, submission, whole, cpu }
}

fn messages() -> usize {
    std::env::var("MESSAGES").ok().and_then(|text| text.parse().ok()).unwrap_or(5_000)
}

async fn bare_fetch(world: &World, count: usize) -> Duration {
    let server = Server {
        host: "localhost".into(),
        port: world.port("IMAPS"),
        security: Security::Implicit,
        tls: Tls::new(Some(world.ca_file())).unwrap(),
    };
    let password = SecretString::from("pw-support");
    let login = imap::Login { user: SUPPORT.into(), secret: Secret::Password(password) };
    let limits = imap::Limits::for_messages(35 << 20);
    let begun = Instant::now();
    let mut session = Session::connect(&server, &login, limits).await.unwrap();
    session.select("INBOX").await.unwrap();
    let listed = session.list(Uid::new(1).unwrap(), None).await.unwrap();
    let uids: Vec<Uid> = listed.iter().map(|one| one.uid).collect();
    let mut fetched = 0;
    for batch in uids.chunks(BATCH) {
        fetched += session.fetch(batch).await.unwrap().len();
    }
    let took = begun.elapsed();
    assert_eq!(fetched, count);
    session.logout().await;
    took
}

async fn bare_submission(sink: &Sink, notices: Vec<(String, String)>) -> Duration {
    let server = Server {
        host: "127.0.0.1".into(),
        port: sink.port,
        security: Security::Plaintext,
        tls: Tls::new(None).unwrap(),
    };
    let share = notices.len().div_ceil(CONNECTIONS);
    let begun = Instant::now();
    let lanes = notices.chunks(share).map(|notices| {
        let (server, notices) = (server.clone(), notices.to_vec());
        tokio::spawn(async move {
            let limits = smtp::Limits::default();
            let mut connection =
                Connection::open(&server, None, "desk.example", limits).await.unwrap();
            for (recipient, message) in notices {
                let to = Address::parse(&recipient).unwrap();
                let envelope = Envelope { from: ReversePath::Null, to };
                let bytes = message.replace('\n', "\r\n").into_bytes();
                let outcome = connection.submit(&envelope, &bytes).await;
                assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
            }
            connection.quit().await;
        })
    });
    for lane in lanes.collect::<Vec<_>>() {
        lane.await.unwrap();
    }
    begun.elapsed()
}

fn counted(desk: &Desk) -> (usize, usize, usize) {
    let tickets = desk.tickets();
    let articles: i64 = tickets.iter().filter_map(|ticket| ticket["articles"].as_i64()).sum();
    let sent = desk.outbox().iter().filter(|notice| notice["state"] == "sent").count();
    (tickets.len(), usize::try_from(articles).unwrap(), sent)
}

/// CPU time of ended children, from `/proc/self/stat`, in steps of 10 ms.
fn children_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<u64>().unwrap();
    Duration::from_millis((ticks(13) + ticks(14)) * 10)
}

/// A message as customers send them: text and HTML, 4.7 KB.
fn message(n: usize) -> Vec<u8> {
    let text = "The nightly backup stops after twenty minutes.=20\r\n".repeat(30);
    let html = "<p>The nightly backup stops after <b>twenty</b> minutes.</p>\r\n".repeat(40);
    format!(
        "Return-Path: <customer{n}@other.example>\r\n\
         Received: from mail.other.example by mx.desk.example; Mon, 2 Nov 2026 09:00:00 +0000\r\n\
         From: Customer {n} <customer{n}@other.example>\r\nTo: support@desk.example\r\n\
         Subject: Backup {n} stops\r\nMessage-ID: <bench-{n}@other.example>\r\n\
         Date: Mon, 02 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/alternative; boundary=b{n}\r\n\r\n\
         --b{n}\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n{text}\r\n\
         --b{n}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b{n}--\r\n"
    )
    .into_bytes()
}
