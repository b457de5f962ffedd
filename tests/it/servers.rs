//! The daemon on servers that go, come back, refuse and talk nonsense: nothing is lost, the rest
//! goes on, and the log says it once.
// Clippy allows unwrapping in tests only below this mark.
#![cfg(test)]

mod imap;
mod log;
mod login;
mod postgres;
mod smtp;
mod sqlite;

use std::time::SystemTime;

use crate::support::desk::{Daemon, Desk, SUPPORT, wait_until};
use crate::support::sink::Sink;
use crate::support::world::World;

const QUICK: &[&str] = &["MTA=0", "MAIL_FSYNC=never"];
const SALES: &str = "sales@desk.example";

/// A message of its own, to be known again by its number.
fn request(n: usize) -> Vec<u8> {
    request_to(SUPPORT, n)
}

fn request_to(to: &str, n: usize) -> Vec<u8> {
    format!(
        "From: Customer {n} <customer{n}@other.example>\r\nTo: {to}\r\n\
         Subject: Request {n}\r\nMessage-ID: <request-{n}@other.example>\r\n\r\nPlease help.\r\n"
    )
    .into_bytes()
}

fn to_sales(n: usize) -> Vec<u8> {
    request_to(SALES, n)
}

fn requester(n: usize) -> String {
    format!("customer{n}@other.example")
}

/// A desk whose mail server is reached on `imap` and whose submission server on `smtp`, with a
/// second desk `sales` that uses the world and the sink directly.
fn two_desks(world: &World, sink: &Sink, imap: u16, smtp: u16) -> Desk {
    let mut desk = Desk::new(world, sink);
    let own = desk.config.clone();
    let (before, tables) = own.split_once("[[desk]]").unwrap();
    let (first, levels) = tables.split_once("[level.community]").unwrap();
    let sales = first
        .replace("name = \"support\"", "name = \"sales\"")
        .replace("support@desk.example", SALES)
        .replace("aliases = [\"help@desk.example\"]", "")
        .replace("\"EX\"", "\"SA\"")
        .replace("\"password\"", "\"password-of-sales\"");
    let support = with_ports(first, world, sink, imap, smtp);
    desk.config = format!("{before}[[desk]]{support}[[desk]]{sales}[level.community]{levels}");
    desk.write_secret("password-of-sales", "pw-sales\n", 0o600);
    desk
}

/// A configuration whose servers are reached on these ports.
fn with_ports(config: &str, world: &World, sink: &Sink, imap: u16, smtp: u16) -> String {
    config
        .replace(&format!("port = {}", world.port("IMAPS")), &format!("port = {imap}"))
        .replace(&format!("port = {}", sink.port), &format!("port = {smtp}"))
}

/// A configuration whose mail server is spoken to without TLS.
fn plaintext(config: &str) -> String {
    config.replacen("host = \"localhost\"", "host = \"127.0.0.1\"\ntls = \"plaintext\"", 1)
}

/// Waits until this daemon has looked into every folder.
#[track_caller]
fn wait_for_first_looks(daemon: &Daemon, folders: usize) {
    wait_until("every folder is looked at", || count(&daemon.log(), "First look at") == folders);
}

/// The time on the machine's clock.
pub(crate) fn now(desk: &Desk) -> SystemTime {
    desk.write_secret("now", "", 0o600);
    std::fs::metadata(desk.path("now")).unwrap().modified().unwrap()
}

/// How many lines have this in them.
fn count(log: &str, what: &str) -> usize {
    log.lines().filter(|line| line.contains(what)).count()
}

/// Waits until each of these was acknowledged, and fails if one was more than once.
#[track_caller]
fn wait_for_acknowledgements(sink: &Sink, numbers: std::ops::Range<usize>) {
    let of = |n: usize| {
        let requester = requester(n);
        sink.taken().iter().filter(|taken| taken.recipient == requester).count()
    };
    for n in numbers.clone() {
        wait_until(&format!("{n} of {numbers:?} is acknowledged"), || of(n) > 0);
    }
    for n in numbers {
        assert_eq!(of(n), 1, "acknowledgements of {n}");
    }
}

/// A desk that submits to the world's Postfix, as itself.
fn with_login(world: &World, sink: &Sink, submissions: u16) -> Desk {
    let mut desk = Desk::new(world, sink);
    let (before, smtp) = desk.config.split_once("[desk.smtp]").unwrap();
    let (_, levels) = smtp.split_once("[level.community]").unwrap();
    desk.config = format!(
        "{before}[desk.smtp]\nhost = \"localhost\"\nport = {submissions}\nca_file = \"{}\"\n\
         user = \"support@desk.example\"\npassword_file = \"smtp-password\"\n\
         [level.community]{levels}",
        world.ca_file().display()
    );
    desk
}
