//! TLS from the first byte and by STARTTLS, and what an attacker on the way can try (THR-38).

use tidings::smtp::{Connection, Limits, OpenError, Outcome};
use tidings::tls::Security;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::{GREETED, LEFT, MESSAGE, SUBMITTED, certificate, login, refusal, server, to};
use crate::support::peer::Peer;
use crate::support::tls;

/// What a front end says before TLS, and how many lines it waits for after each part.
const CLEAR: [&str; 3] =
    ["220 ready\r\n", "250-mail.example\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", "220 go\r\n"];

/// Takes one connection, says `clear` (waiting for a line after all but the last), does the
/// handshake and passes everything on to `peer`.
async fn front(peer: &Peer, clear: &'static [&'static str]) -> u16 {
    let acceptor = tls::acceptor(certificate());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let behind = peer.port;
    tokio::spawn(async move {
        let mut stream = BufReader::new(listener.accept().await.unwrap().0);
        for (at, text) in clear.iter().enumerate() {
            stream.write_all(text.as_bytes()).await.unwrap();
            if at + 1 < clear.len() {
                stream.read_line(&mut String::new()).await.unwrap();
            }
        }
        let Ok(mut stream) = acceptor.accept(stream.into_inner()).await else { return };
        let mut behind = TcpStream::connect(("127.0.0.1", behind)).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
    });
    port
}

async fn goes_through(security: Security, clear: &'static [&'static str]) {
    let encrypted = GREETED.replace("250 DSN", "250-DSN\n    S: 250 AUTH PLAIN");
    let encrypted = match security {
        Security::StartTls => encrypted.replace("S: 220 mail.example ready", ""),
        Security::Implicit | Security::Plaintext => encrypted,
    };
    let auth = "C: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 235 2.7.0 ok";
    let peer = Peer::start(&[&[&*encrypted, auth, SUBMITTED, SUBMITTED, LEFT].join("\n")]).await;
    let server = server(front(&peer, clear).await, security);
    let opened = Connection::open(&server, Some(&login()), "desk.example", Limits::default()).await;
    let mut connection = opened.unwrap_or_else(|error| panic!("{error}"));
    for _ in 0..2 {
        assert!(connection.usable());
        let outcome = connection.submit(&to("ada@example.com"), MESSAGE).await;
        assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    }
    connection.quit().await;
    peer.assert_followed();
}

#[tokio::test]
async fn a_message_goes_through_tls_from_the_first_byte() {
    goes_through(Security::Implicit, &[]).await;
}

#[tokio::test]
async fn a_message_goes_through_starttls() {
    goes_through(Security::StartTls, &CLEAR).await;
}

#[tokio::test]
async fn thr_38_a_certificate_for_another_name_is_refused() {
    let peer = Peer::start(&[GREETED]).await;
    let mut server = server(front(&peer, &[]).await, Security::Implicit);
    server.host = "localhost".into();
    let opened = Connection::open(&server, None, "desk.example", Limits::default());
    let error = opened.await.err().unwrap();
    assert!(matches!(error, OpenError::Connect(_)), "{error}");
    assert!(peer.heard.lock().unwrap().is_empty());
}

#[tokio::test]
async fn thr_38_without_starttls_nothing_is_sent() {
    let peer = Peer::start(&[&[GREETED, "S! hang"].join("\n")]).await;
    let error = refusal(&peer, Security::StartTls, Some(&login())).await;
    assert!(matches!(error, OpenError::NoStartTls), "{error}");
    assert_eq!(*peer.heard.lock().unwrap(), ["EHLO desk.example"]);
}

#[tokio::test]
async fn thr_38_a_refused_starttls_ends_the_connection() {
    let greeted = GREETED.replace("250 DSN", "250 STARTTLS");
    let talk = "C: STARTTLS\nS: 454 4.7.0 TLS not available\nS! hang";
    let peer = Peer::start(&[&[&*greeted, talk].join("\n")]).await;
    let error = refusal(&peer, Security::StartTls, Some(&login())).await;
    assert!(matches!(&error, OpenError::Greeting(reply) if reply.code == 454), "{error}");
}

#[tokio::test]
async fn thr_38_bytes_that_come_along_with_the_answer_to_starttls_end_it() {
    let greeted = GREETED.replace("250 DSN", "250 STARTTLS");
    let talk = "C: STARTTLS\nS- 220 go\\r\\n250-evil\\r\\n250 AUTH PLAIN\\r\\n\nS! hang";
    let peer = Peer::start(&[&[&*greeted, talk].join("\n")]).await;
    let error = refusal(&peer, Security::StartTls, Some(&login())).await;
    assert!(matches!(error, OpenError::Insecure(_)), "{error}");
}
