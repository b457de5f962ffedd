//! How it goes, as monitoring and the operator see it while servers break and are mended.
// Clippy allows unwrapping in tests only below this mark.
#![cfg(test)]

mod clock;
mod faults;
mod hall;
mod lint;
mod operator;
mod scrape;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::support::sink::Sink;

const OPERATOR: &str = "ops@other.example";

/// Subjects of what the operator got, without the instance.
fn told(sink: &Sink) -> Vec<String> {
    let taken = sink.taken().into_iter().filter(|taken| taken.recipient == OPERATOR);
    let start = "[tidings desk.example] ";
    taken.map(|taken| taken.header("Subject").replace(start, "")).collect()
}

/// A free port for metrics.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The status line and the body of an answer; `None` where nobody listens.
fn ask(port: u16, request: &str) -> Option<(String, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.lines().next()?.to_owned(), body.to_owned()))
}

fn get(port: u16, path: &str) -> Option<(String, String)> {
    ask(port, &format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"))
}

/// The value of a series; `None` where it is not there.
fn value(metrics: &str, series: &str) -> Option<f64> {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map(|value| value.parse().unwrap())
}
