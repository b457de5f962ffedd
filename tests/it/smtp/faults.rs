//! Each way in which each step can fail, and what it is taken for.

use std::time::Duration;

use futures_util::future::join_all;
use tidings::smtp::{Connection, Limits, OpenError, Outcome, Stage};
use tidings::tls::Security;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{GREETED, LEFT, MESSAGE, SUBMITTED, login, open, server, to};
use crate::support::peer::Peer;

/// The steps of a submission, in order: what we send, and the good answer.
const STEPS: [(&str, &str, &str); 7] = [
    ("CONNECT", "", "S: 220 ready"),
    ("EHLO", "C: EHLO desk.example", "S: 250-mail.example\nS: 250 AUTH PLAIN"),
    ("AUTH", "C: AUTH PLAIN AHVzZXIAc2VjcmV0", "S: 235 2.7.0 ok"),
    ("MAIL", "C: MAIL FROM:<>", "S: 250 2.1.0 ok"),
    ("RCPT", "C: RCPT TO:<ada@example.com>", "S: 250 2.1.5 ok"),
    ("DATA", "C: DATA", "S: 354 go"),
    ("DOT", "C: Subject: x\nC:\nC: hello\nC: .", "S: 250 2.0.0 queued"),
];

/// Long enough for a busy machine to do one step, short enough to wait for.
const SHORT: Duration = Duration::from_millis(300);

/// A transcript that is good until `step`, where the server does `fault`.
fn transcript(step: &str, fault: &str) -> String {
    let mut text = String::new();
    for (name, command, answer) in STEPS {
        text.push_str(command);
        if name == step {
            return text + "\n" + fault;
        }
        text.push('\n');
        text.push_str(answer);
        text.push('\n');
    }
    panic!("no such step: {step}");
}

/// Limits of which the one for `step` is short.
fn limits(step: &str) -> Limits {
    let mut limits = Limits::default();
    match step {
        "CONNECT" => limits.greeting = SHORT,
        "EHLO" | "AUTH" | "MAIL" | "RCPT" => limits.command = SHORT,
        "DATA" => limits.data = SHORT,
        _ => limits.final_dot = SHORT,
    }
    limits
}

/// What is made of `fault` at `step`, in one line.
async fn verdict(step: &str, fault: &str, after: &str) -> String {
    let peer = Peer::start(&[&(transcript(step, fault) + "\n" + after)]).await;
    let server = server(peer.port, Security::Plaintext);
    let opened = Connection::open(&server, Some(&login()), "desk.example", limits(step)).await;
    let verdict = match opened {
        Err(error) => {
            let kind = if let OpenError::Silent { stage, .. } = &error {
                format!("silent at {stage}")
            } else if let OpenError::Garbage(_) = &error {
                "garbage".to_owned()
            } else {
                error.to_string()
            };
            format!("{:?}: {kind}", error.class())
        }
        Ok(mut connection) => {
            let outcome = connection.submit(&to("ada@example.com"), MESSAGE).await;
            let rest = if connection.usable() { "usable" } else { "spent" };
            connection.quit().await;
            format!("{}, {rest}", described(&outcome))
        }
    };
    peer.assert_followed();
    verdict
}

fn described(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted(reply) => format!("accepted {reply}"),
        Outcome::Deferred(reply) => format!("deferred {reply}"),
        Outcome::Rejected(reply) => format!("rejected {reply}"),
        Outcome::Closing(reply) => format!("closing {reply}"),
        Outcome::PasswordsOff(reply) => format!("passwords off {reply}"),
        Outcome::Lost { at, cause } => format!("lost at {at:?}: {cause}"),
        Outcome::Withheld => "withheld".to_owned(),
        Outcome::Unsendable(error) => format!("unsendable: {error}"),
    }
}

/// Steps, what the server does, what follows, and what it is taken for; `@` is the step.
#[rustfmt::skip]
const CASES: &[(&str, &str, &str, &str)] = &[
    ("CONNECT EHLO", "S: 450 4.3.0 later", "", "Server: the server does not serve us: 450 4.3.0 later"),
    ("CONNECT EHLO", "S: 554 5.7.1 never", "", "Server: the server does not serve us: 554 5.7.1 never"),
    ("CONNECT EHLO", "S: 421 4.3.2 bye", "", "Server: the server does not serve us: 421 4.3.2 bye"),
    ("AUTH", "S: 454 4.7.0 later", "", "Server: login not possible now: 454 4.7.0 later"),
    ("AUTH", "S: 421 4.3.2 bye", "", "Server: login not possible now: 421 4.3.2 bye"),
    ("AUTH", "S: 535 5.7.8 wrong", "", "Login: login refused: 535 5.7.8 wrong"),
    ("AUTH", "S: 334 d2hhdD8=", "", "Server: garbage"),
    ("AUTH", "S: 550 5.7.30 off", "", "Login: the provider takes no password any more: set [desk.smtp.oauth2]; it said: 550 5.7.30 off"),
    ("MAIL RCPT DATA DOT", "S: 550 5.7.30 off", "", "passwords off 550 5.7.30 off, spent"),
    ("MAIL RCPT DATA", "S: 450-4.3.0 later\nS: 450 4.3.0 on", "RSET", "deferred 450 4.3.0 later on, usable"),
    ("MAIL RCPT DATA", "S: 571 never", "RSET", "rejected 571 never, usable"),
    ("MAIL RCPT DATA", "S- 550 Bo\\xeete pleine\\n", "RSET", "rejected 550 Bo\u{fffd}te pleine, usable"),
    ("DOT", "S: 452", "QUIT", "deferred 452, usable"),
    ("DOT", "S: 554 5.6.0 never", "QUIT", "rejected 554 5.6.0 never, usable"),
    ("MAIL RCPT DATA", "S: 450 later\nC: RSET\nS: 421 bye", "", "deferred 450 later, spent"),
    ("MAIL RCPT DATA", "S: 450 later\nC: RSET\nS: 450 no\nS! hang", "", "deferred 450 later, spent"),
    ("MAIL RCPT DATA", "S: 550 never\nC: RSET\nS! drop", "", "rejected 550 never, spent"),
    ("MAIL RCPT DATA DOT", "S: 421 4.3.2 bye", "", "closing 421 4.3.2 bye, spent"),
    ("MAIL RCPT", "S: 530 5.7.0 login first", "", "closing 530 5.7.0 login first, spent"),
    ("CONNECT EHLO AUTH", "S! drop", "", "Server: the server closed the connection"),
    ("MAIL RCPT DATA", "S! drop", "", "lost at @: the connection was closed, spent"),
    ("DOT", "S! drop", "", "lost at FinalDot: the connection was closed, spent"),
    ("CONNECT", "S! hang", "", "Server: silent at greeting"),
    ("EHLO AUTH", "S! hang", "", "Server: silent at @"),
    ("MAIL RCPT DATA", "S! hang", "", "lost at @: no answer within 300 ms, spent"),
    ("DOT", "S! hang", "", "lost at FinalDot: no answer within 300 ms, spent"),
    ("MAIL RCPT DATA", "S- 250-half\nS! hang", "", "lost at @: no answer within 300 ms, spent"),
    ("CONNECT EHLO AUTH", "S: hello", "", "Server: garbage"),
    ("MAIL RCPT DATA", "S: hello", "", "lost at @: not an SMTP reply: \"hello\", spent"),
    ("DOT", "S: hello", "", "lost at FinalDot: not an SMTP reply: \"hello\", spent"),
    ("MAIL RCPT", "S: 354 go", "", "lost at @: an answer that does not belong here: 354 go, spent"),
    ("DATA", "S: 250 ok", "", "lost at @: an answer that does not belong here: 250 ok, spent"),
    ("DATA", "S: 250-ok\nS: 550 no", "", "lost at @: a reply with two codes: \"550 no\", spent"),
];

#[tokio::test]
async fn std_26_each_fault_at_each_step_is_laid_at_the_right_door() {
    let runs = CASES.iter().flat_map(|(steps, fault, after, expected)| {
        steps.split(' ').map(move |step| async move {
            let after = match *after {
                "RSET" => format!("C: RSET\nS: 250 2.0.0 ok\n{LEFT}"),
                "QUIT" => LEFT.to_owned(),
                other => other.to_owned(),
            };
            let stage = match step {
                "MAIL" => "Mail",
                "RCPT" => "Rcpt",
                "DATA" => "Data",
                other => other,
            };
            let found = verdict(step, fault, &after).await;
            assert_eq!(found, expected.replace('@', stage), "{fault} at {step}");
        })
    });
    join_all(runs).await;
}

#[tokio::test]
async fn after_a_refusal_the_next_message_goes_through_the_same_connection() {
    let refusals = [
        "C: MAIL*\nS: 450 later\nC: RSET\nS: 250 ok",
        "C: MAIL*\nS: 250 ok\nC: RCPT*\nS: 550 5.1.1 no such user\nC: RSET\nS: 250 ok",
        "C: MAIL*\nS: 250 ok\nC: RCPT*\nS: 250 ok\nC: DATA\nS: 451 later\nC: RSET\nS: 250 ok",
    ];
    let peer = Peer::start(&[&[GREETED, &refusals.join("\n"), SUBMITTED, LEFT].join("\n")]).await;
    let mut connection = open(&peer).await;
    let envelope = to("ada@example.com");
    for expected in ["deferred 450 later", "rejected 550 5.1.1 no such user", "deferred 451 later"]
    {
        assert_eq!(described(&connection.submit(&envelope, MESSAGE).await), expected);
    }
    let outcome = connection.submit(&envelope, MESSAGE).await;
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    connection.quit().await;
    peer.assert_followed();
}

/// What becomes of a message larger than all buffers on the way, when the server answers `354`,
/// then does `fault`.
async fn cut_short(fault: &str) -> (Outcome, Connection) {
    let greeted = GREETED.replace("SIZE 1000", "SIZE");
    let talk = "C: MAIL*\nS: 250 ok\nC: RCPT*\nS: 250 ok\nC: DATA\nS: 354 go";
    let peer = Peer::start(&[&[&*greeted, talk, fault].join("\n")]).await;
    let mut connection = open(&peer).await;
    let large = b"0123456789\r\n".repeat(1_000_000);
    (connection.submit(&to("ada@example.com"), &large).await, connection)
}

#[tokio::test]
async fn a_server_that_stops_reading_is_heard_out() {
    let (outcome, connection) = cut_short("S: 552 5.3.4 too big\nS! drop").await;
    assert_eq!(described(&outcome), "rejected 552 5.3.4 too big");
    assert!(!connection.usable());
}

#[tokio::test]
async fn a_connection_lost_in_the_middle_of_a_message_is_lost_before_its_end() {
    let (outcome, _) = cut_short("S! drop").await;
    assert!(matches!(outcome, Outcome::Lost { at: Stage::Body, .. }), "{outcome:?}");
}

/// A server that keeps what it is sent, from the greeting to the end of the connection.
async fn listening(listener: tokio::net::TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    stream.write_all(b"220 mail.example\r\n").await.unwrap();
    let mut heard = Vec::new();
    while stream.read_buf(&mut heard).await.unwrap_or(0) > 0 {
        let reply: &[u8] = if heard.ends_with(b"DATA\r\n") {
            b"354 go\r\n"
        } else if !heard.ends_with(b"\r\n") || heard.windows(6).any(|word| word == b"DATA\r\n") {
            b""
        } else {
            b"250 ok\r\n"
        };
        stream.write_all(reply).await.unwrap();
    }
    String::from_utf8(heard).unwrap()
}

#[tokio::test]
async fn flt_05_a_message_that_may_not_be_sent_any_more_is_taken_back_before_its_end() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let server = server(listener.local_addr().unwrap().port(), Security::Plaintext);
    let hearing = tokio::spawn(listening(listener));
    let limits = Limits { final_dot: Duration::from_secs(2), ..Limits::default() };
    let mut connection = Connection::open(&server, None, "desk.example", limits).await.unwrap();
    connection.ask_permit(|| false);
    let outcome = connection.submit(&to("ada@example.com"), MESSAGE).await;
    assert_eq!(described(&outcome), "withheld");
    assert!(!connection.usable());
    drop(connection);
    let heard = hearing.await.unwrap();
    assert!(heard.ends_with("DATA\r\nSubject: x\r\n\r\nhello"), "{heard:?}");
}
