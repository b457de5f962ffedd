//! Metrics and health are asked for.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::lint::lint;
use super::{ask, free_port, get, value};
use crate::support::desk::{Desk, wait_until};
use crate::support::letter::Letter;
use crate::support::stand::Stand;

const CARLA: &str = "carla@paid.example";

fn with_metrics(desk: &mut Desk, at: &str) {
    let status = format!("\n[status]\nmetrics = \"{at}\"\n\n[[desk]]");
    desk.config = desk.config.replacen("\n[[desk]]", &status, 1);
}

#[test]
fn svc_06_metrics_are_few_well_formed_and_without_addresses() {
    let mut stand = Stand::new();
    let port = free_port();
    with_metrics(&mut stand.desk, &format!("127.0.0.1:{port}"));
    let daemon = stand.desk.start();
    let is = |path: &str, code: &str| get(port, path).is_some_and(|(line, _)| line.contains(code));
    wait_until("all is well", || is("/healthz", " 200 "));
    for n in 0..3 {
        stand.deliver(&Letter::new(CARLA, &format!("Help {n}")));
    }
    let metrics = || get(port, "/metrics").unwrap().1;
    let of_support = |name: &str| format!("tidings_{name}{{desk=\"support\"}}");
    wait_until("all are acknowledged", || {
        value(&metrics(), &of_support("sent_total")) == Some(3.0)
    });
    let text = metrics();
    let (wrong, samples) = lint(&text);
    assert!(wrong.is_empty(), "{wrong:#?}\n{text}");
    assert!(samples.len() <= 200, "{} series", samples.len());
    assert!(!text.contains('@') && !text.contains("paid.example"), "{text}");
    assert_eq!(value(&text, &of_support("fetched_total")), Some(3.0));
    let opened = "tidings_decided_total{desk=\"support\",verdict=\"opened\",class=\"person\"}";
    assert_eq!(value(&text, opened), Some(3.0), "{text}");
    for histogram in ["receive_delay", "decide_delay", "send_delay", "submission_duration"] {
        let count = of_support(&format!("{histogram}_seconds_count"));
        assert_eq!(value(&text, &count), Some(3.0), "{text}");
    }
    assert!(value(&text, &of_support("look_duration_seconds_count")) > Some(0.0), "{text}");
    assert!(value(&text, "tidings_write_transaction_duration_seconds_count") > Some(3.0));
    assert_eq!(value(&text, &of_support("lease_held")), Some(1.0));
    assert_eq!(value(&text, "tidings_database_up"), Some(1.0));
    let looked = "tidings_last_look_timestamp_seconds{desk=\"support\",folder=\"INBOX\"}";
    assert!(value(&text, looked) > Some(1.7e9), "{text}");

    // Its last notice comes to be due for long, and in nobody's hand.
    let elsewhere = "update outbox set state = 'due', due_us = 1 where id = 1;
                     update outbox set claimed_until_us = 4000000000000000 where id = 1";
    stand.desk.sql(elsewhere);
    wait_until("a probe fails", || is("/healthz", " 503 "));
    let (_, body) = get(port, "/healthz").unwrap();
    assert!(body.starts_with("support: a notice has been due for"), "{body}");
    assert!(body.contains("`tidings outbox list --state due`"), "{body}");
    stand.desk.sql("update outbox set state = 'sent' where id = 1");
    wait_until("all is well again", || is("/healthz", " 200 "));
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn svc_06_only_short_questions_are_answered() {
    let mut stand = Stand::new();
    let port = free_port();
    with_metrics(&mut stand.desk, &format!("127.0.0.1:{port}"));
    let daemon = stand.desk.start();
    wait_until("it answers", || get(port, "/metrics").is_some());
    let code = |request: &str| ask(port, request).map(|(line, _)| line);
    assert_eq!(get(port, "/").unwrap().0, "HTTP/1.1 404 Not Found");
    let other = "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(code(other).unwrap(), "HTTP/1.1 405 Method Not Allowed");
    let long = format!("GET /metrics HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(16 * 1024));
    assert!(code(&long).is_none_or(|line| line.contains(" 431 ")), "{:?}", code(&long));

    // Who says nothing is let go; sixteen of them keep nobody out for longer than that.
    let mut idle: Vec<_> =
        (0..16).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    idle[0].write_all(b"GET /met").unwrap();
    assert!(get(port, "/metrics").is_none(), "a seventeenth is answered");
    wait_until("there is room again", || get(port, "/metrics").is_some());
    idle[0].set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut rest = Vec::new();
    idle[0].read_to_end(&mut rest).unwrap();
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn svc_06_a_unix_socket_serves_as_well() {
    let mut stand = Stand::new();
    let socket = stand.desk.path("metrics.sock");
    with_metrics(&mut stand.desk, &format!("unix:{}", socket.display()));
    for _ in 0..2 {
        let daemon = stand.desk.start();
        let ask = || {
            let mut stream = std::os::unix::net::UnixStream::connect(&socket).ok()?;
            stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").ok()?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).ok()?;
            Some(answer)
        };
        wait_until("it answers", || ask().is_some_and(|answer| answer.contains(" 200 ")));
        // Killed, it leaves its socket behind.
        drop(daemon);
        assert!(socket.exists());
    }
}
