//! SMTP against scripted servers: every reply, and every way to lose one.

#![cfg(test)]

mod bearer;
mod compose;
mod faults;
mod tls;

use std::time::Duration;

use rcgen::CertifiedKey;
use tidings::mail::address::Address;
use tidings::mail::envelope::{Envelope, ReversePath};
use tidings::sasl::Secret;
use tidings::smtp::{Connection, Limits, Login, OpenError, Outcome, Stage, UnsendableError};
use tidings::tls::{Security, Server, Tls};

use crate::support::peer::Peer;

/// Up to and with the answer to EHLO.
const GREETED: &str = "
    S: 220 mail.example ready
    C: EHLO desk.example
    S: 250-mail.example
    S: 250-SIZE 1000
    S: 250-8BITMIME
    S: 250 DSN";
const SUBMITTED: &str = "
    C: MAIL FROM:<>*
    S: 250 2.1.0 ok
    C: RCPT TO:<ada@example.com>*
    S: 250 2.1.5 ok
    C: DATA
    S: 354 go
    C: Subject: x
    C:
    C: hello
    C: .
    S: 250 2.0.0 queued as 1";
const LEFT: &str = "
    C: QUIT
    S: 221 bye";
const MESSAGE: &[u8] = b"Subject: x\r\n\r\nhello\r\n";

fn server(port: u16, security: Security) -> Server {
    let ca = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(ca.path(), certificate().cert.pem()).unwrap();
    Server { host: "127.0.0.1".into(), port, security, tls: Tls::new(Some(ca.path())).unwrap() }
}

fn certificate() -> &'static CertifiedKey<rcgen::KeyPair> {
    static CERTIFICATE: std::sync::OnceLock<CertifiedKey<rcgen::KeyPair>> =
        std::sync::OnceLock::new();
    CERTIFICATE
        .get_or_init(|| rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap())
}

fn login() -> Login {
    Login { user: "user".into(), secret: Secret::Password("secret".into()) }
}

fn to(address: &str) -> Envelope {
    Envelope { from: ReversePath::Null, to: Address::parse(address).unwrap() }
}

async fn open(peer: &Peer) -> Connection {
    let server = server(peer.port, Security::Plaintext);
    let opened = Connection::open(&server, None, "desk.example", Limits::default()).await;
    opened.unwrap_or_else(|error| panic!("{error}"))
}

async fn refusal(peer: &Peer, security: Security, login: Option<&Login>) -> OpenError {
    let server = server(peer.port, security);
    let opened = Connection::open(&server, login, "desk.example", Limits::default()).await;
    opened.err().unwrap()
}

async fn peer(parts: &[&str]) -> Peer {
    Peer::start(&[&parts.join("\n")]).await
}

#[tokio::test]
async fn two_messages_go_through_one_connection() {
    let peer = peer(&[GREETED, SUBMITTED, SUBMITTED, LEFT]).await;
    let mut connection = open(&peer).await;
    for _ in 0..2 {
        let outcome = connection.submit(&to("ada@example.com"), MESSAGE).await;
        let Outcome::Accepted(reply) = outcome else { panic!("{outcome:?}") };
        assert_eq!(reply.to_string(), "250 2.0.0 queued as 1");
        assert!(connection.usable());
    }
    connection.quit().await;
    peer.assert_followed();
}

#[tokio::test]
async fn std_91_a_server_is_asked_whether_it_takes_a_sender_and_nothing_is_sent() {
    const ASKED: &str = "
        C: MAIL FROM:<> SIZE=2
        S: 250 ok
        C: RCPT TO:<ada@example.com> NOTIFY=NEVER
        S: {answer}
        C: RSET
        S: 250 forgotten";
    let taken = ASKED.replace("{answer}", "250 2.1.5 ok");
    let refused = ASKED.replace("{answer}", "550 5.7.1 no empty senders");
    let peer = peer(&[GREETED, &taken, &refused, SUBMITTED, LEFT]).await;
    let mut connection = open(&peer).await;
    assert_eq!(connection.greeting().to_string(), "220 mail.example ready");
    assert_eq!(connection.peer(), None);
    let outcome = connection.would_take(&to("ada@example.com")).await;
    let Outcome::Accepted(reply) = outcome else { panic!("{outcome:?}") };
    assert_eq!(reply.to_string(), "250 2.1.5 ok");
    let outcome = connection.would_take(&to("ada@example.com")).await;
    let Outcome::Rejected(reply) = outcome else { panic!("{outcome:?}") };
    assert_eq!(reply.to_string(), "550 5.7.1 no empty senders");
    let outcome = connection.submit(&to("ada@example.com"), MESSAGE).await;
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    connection.quit().await;
    peer.assert_followed();
}

#[tokio::test]
async fn std_04_a_null_sender_wants_no_report_where_that_can_be_said() {
    let address = ReversePath::parse("<bounce@acme.example>").unwrap();
    commands(
        "S: 250 DSN",
        ReversePath::Null,
        ["MAIL FROM:<>", "RCPT TO:<ada@example.com> NOTIFY=NEVER"],
    )
    .await;
    commands(
        "S: 250 SIZE",
        ReversePath::Null,
        ["MAIL FROM:<> SIZE=21", "RCPT TO:<ada@example.com>"],
    )
    .await;
    commands(
        "S: 250 DSN",
        address,
        ["MAIL FROM:<bounce@acme.example>", "RCPT TO:<ada@example.com>"],
    )
    .await;

    async fn commands(offer: &str, from: ReversePath, expected: [&str; 2]) {
        let greeted = "S: 220 ready\nC: EHLO desk.example\nS: 250-mail.example";
        let peer = peer(
            &[greeted, offer, SUBMITTED, LEFT]
                .map(|part| part.replace("<>*", "<*"))
                .each_ref()
                .map(String::as_str),
        )
        .await;
        let mut connection = open(&peer).await;
        let envelope = Envelope { from, ..to("ada@example.com") };
        let outcome = connection.submit(&envelope, MESSAGE).await;
        assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
        connection.quit().await;
        peer.assert_followed();
        assert_eq!(peer.heard.lock().unwrap()[1..3], expected);
    }
}

#[tokio::test]
async fn std_24_dots_are_doubled_and_the_end_is_one_line_end() {
    for message in ["Subject: x\r\n\r\n.\r\n..a\r\n.", "Subject: x\r\n\r\n.\r\n..a\r\n.\r\n"] {
        let body = "C: Subject: x\nC:\nC: ..\nC: ...a\nC: ..\nC: .";
        let submitted = SUBMITTED.replace("C: Subject: x\n    C:\n    C: hello\n    C: .", body);
        let peer = peer(&[GREETED, &submitted, LEFT]).await;
        let mut connection = open(&peer).await;
        let outcome = connection.submit(&to("ada@example.com"), message.as_bytes()).await;
        assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
        connection.quit().await;
        peer.assert_followed();
    }
}

#[tokio::test]
async fn thr_26_a_second_message_inside_of_one_is_refused_before_a_byte_is_sent() {
    let peer = peer(&[GREETED, LEFT]).await;
    let mut connection = open(&peer).await;
    let smuggled: &[&[u8]] = &[
        b"Subject: x\r\n\r\na\n.\nMAIL FROM:<evil@example.net>\r\n",
        b"Subject: x\r\n\r\na\r\n.\nMAIL FROM:<evil@example.net>\r\n",
        b"Subject: x\r\n\r\na\n.\r\nMAIL FROM:<evil@example.net>\r\n",
        b"Subject: x\r\n\r\na\r.\rMAIL FROM:<evil@example.net>\r\n",
    ];
    for message in smuggled {
        let outcome = connection.submit(&to("ada@example.com"), message).await;
        let refused = matches!(outcome, Outcome::Unsendable(UnsendableError::BareLineEnd { .. }));
        assert!(refused, "{outcome:?}");
        assert!(connection.usable());
    }
    connection.quit().await;
    peer.assert_followed();
}

#[tokio::test]
async fn what_the_server_does_not_take_is_not_sent() {
    let peer = peer(&[GREETED, LEFT]).await;
    let mut connection = open(&peer).await;
    let large = b"x\r\n".repeat(400);
    let outcome = connection.submit(&to("ada@example.com"), &large).await;
    let error = UnsendableError::TooLarge { bytes: 1200, limit: 1000 };
    assert_eq!(outcome, Outcome::Unsendable(error));
    for (address, message) in
        [("jörg@example.com", "Subject: x\r\n"), ("ada@example.com", "Cc: jörg@example.com\r\n")]
    {
        let outcome = connection.submit(&to(address), message.as_bytes()).await;
        assert_eq!(outcome, Outcome::Unsendable(UnsendableError::NeedsSmtpUtf8), "{address}");
    }
    connection.quit().await;
    peer.assert_followed();
}

#[tokio::test]
async fn std_28_smtputf8_is_asked_for_only_where_it_is_needed() {
    let greeted = GREETED.replace("250 DSN", "250-SMTPUTF8\n    S: 250 DSN");
    let plain = SUBMITTED.replace("FROM:<>*", "FROM:<> SIZE=21");
    let international = SUBMITTED
        .replace("FROM:<>*", "FROM:<> SIZE=21 SMTPUTF8")
        .replace("ada@example.com", "jörg@example.com");
    let eight_bit =
        SUBMITTED.replace("FROM:<>*", "FROM:<> SIZE=22 BODY=8BITMIME").replace("hello", "hellö");
    let peer = peer(&[&greeted, &plain, &international, &eight_bit, LEFT]).await;
    let mut connection = open(&peer).await;
    for (address, message) in [
        ("ada@example.com", MESSAGE),
        ("jörg@example.com", MESSAGE),
        ("ada@example.com", "Subject: x\r\n\r\nhellö\r\n".as_bytes()),
    ] {
        let outcome = connection.submit(&to(address), message).await;
        assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    }
    connection.quit().await;
    peer.assert_followed();
}

#[tokio::test]
async fn a_login_is_plain_or_else_login() {
    let plain = "C: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 235 2.7.0 ok";
    let by_login = "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: dXNlcg==\nS: 334 UGFzc3dvcmQ6\n\
                    C: c2VjcmV0\nS: 235 2.7.0 ok";
    for (offer, talk) in [("AUTH LOGIN PLAIN", plain), ("AUTH X LOGIN", by_login)] {
        let greeted = GREETED.replace("250 DSN", &format!("250 {offer}"));
        let peer = peer(&[&greeted, talk, LEFT]).await;
        let server = server(peer.port, Security::Plaintext);
        let limits = Limits::default();
        let opened = Connection::open(&server, Some(&login()), "desk.example", limits).await;
        opened.unwrap_or_else(|error| panic!("{error}")).quit().await;
        peer.assert_followed();
    }
}

#[tokio::test]
async fn a_refused_login_is_not_mistaken_for_the_farewell() {
    let greeted = GREETED.replace("250 DSN", "250 AUTH LOGIN");
    let talk = "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: dXNlcg==\nS: 334 UGFzc3dvcmQ6\n\
                C: c2VjcmV0\nS: 535-5.7.8 wrong\nS: 535 5.7.8 password\nS! hang";
    let peer = peer(&[&greeted, talk]).await;
    let error = refusal(&peer, Security::Plaintext, Some(&login())).await;
    assert_eq!(error.to_string(), "login refused: 535 5.7.8 wrong password");
    assert_eq!(error.class(), tidings::smtp::OpenClass::Login);
}

#[tokio::test]
async fn a_login_is_not_given_up_silently() {
    let peer = peer(&[GREETED, "S! hang"]).await;
    let error = refusal(&peer, Security::Plaintext, Some(&login())).await;
    assert!(matches!(error, OpenError::NoAuth(_)), "{error}");
}

#[tokio::test]
async fn a_server_that_goes_while_we_are_idle_is_noticed() {
    let peer = peer(&[GREETED, SUBMITTED]).await;
    let mut connection = open(&peer).await;
    let outcome = connection.submit(&to("ada@example.com"), MESSAGE).await;
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    let gone = async {
        while connection.usable() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), gone).await.unwrap();
}

#[tokio::test]
async fn a_submission_that_nobody_waits_for_spends_the_connection() {
    let peer = peer(&[GREETED, "C: MAIL*\nS! hang"]).await;
    let mut connection = open(&peer).await;
    let envelope = to("ada@example.com");
    let waiting =
        tokio::time::timeout(Duration::from_millis(20), connection.submit(&envelope, MESSAGE));
    assert!(waiting.await.is_err());
    assert!(!connection.usable());
    let outcome = connection.submit(&envelope, MESSAGE).await;
    assert!(matches!(outcome, Outcome::Lost { at: Stage::Mail, .. }), "{outcome:?}");
}
