//! A text that looks like the end of a message and the begin of another (VU#302671,
//! RUSTSEC-2026-0561), given to a real server.

use std::time::Duration;

use tidings::mail::compose::{Draft, compose};
use tidings::mail::envelope::{Envelope, ReversePath};
use tidings::smtp::{Connection, Limits, Outcome};
use tidings::tls::{Security, Server, Tls};

use crate::support::draft::draft;
use crate::support::sink::Sink;

const ENDS: [&str; 6] = ["\n.\n", "\r\n.\r\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r"];

fn hostile(end: &str) -> String {
    let second = "MAIL FROM:<evil@example.net>\r\nRCPT TO:<victim@example.org>\r\nDATA\r\n\
                  Subject: forged\r\n\r\nforged";
    format!("begin{end}{second}{end}QUIT{end}")
}

/// The draft with a text in each of its places.
fn drafts(text: &str) -> Vec<Draft> {
    let mut named = draft();
    text.clone_into(&mut named.to.name);
    text.clone_into(&mut named.from.name);
    let text = text.to_owned();
    vec![
        named,
        Draft { subject: text.clone(), ..draft() },
        Draft { text: text.clone(), ..draft() },
        Draft { text: text.clone(), html: Some(text.clone()), ..draft() },
        // In base64, as most of it is beyond ASCII.
        Draft { text: format!("{}{text}", "漢".repeat(400)), ..draft() },
    ]
}

#[tokio::test]
async fn thr_26_std_24_what_looks_like_an_end_arrives_as_one_message() {
    let sink = Sink::start(&[]);
    let server = Server {
        host: "127.0.0.1".into(),
        port: sink.port,
        security: Security::Plaintext,
        tls: Tls::new(None).unwrap(),
    };
    let limits = Limits::default();
    let mut connection = Connection::open(&server, None, "desk.example", limits).await.unwrap();
    let mut sent = Vec::new();
    for draft in ENDS.iter().flat_map(|end| drafts(&hostile(end))) {
        let bytes = compose(&draft, None).unwrap();
        let envelope = Envelope { from: ReversePath::Null, to: draft.to.address };
        let outcome = connection.submit(&envelope, &bytes).await;
        assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
        sent.push(String::from_utf8(bytes).unwrap().replace("\r\n", "\n"));
    }
    connection.quit().await;
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while sink.taken().len() < sent.len() {
        assert!(std::time::Instant::now() < deadline, "{} of {}", sink.taken().len(), sent.len());
        tokio::task::yield_now().await;
    }
    let taken = sink.taken();
    assert_eq!(taken.len(), sent.len());
    for one in &taken {
        assert_eq!((&*one.recipient, &*one.envelope_from), ("ada@example.com", ""));
        // What came is what was composed.
        assert!(
            sent.iter().any(|sent| sent.trim_end() == one.message.trim_end()),
            "{}",
            one.message
        );
    }
}
