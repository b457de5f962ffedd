//! From nothing to a session, or not: TLS, greeting, login.

use tidings::imap::{Class, ImapError, Session};
use tidings::tls::{ConnectError, Security, Server};
use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::{FULL, certificate, greeted, login, packed, patient, server};
use crate::support::peer::Peer;
use crate::support::tls;

async fn connect(peer: &Peer, security: Security) -> Result<Session, ImapError> {
    Session::connect(&server(peer.port, security), &login("support", "secret"), patient()).await
}

/// What a connection to a server that does `steps` ends with.
async fn failure(security: Security, steps: &str) -> (Peer, ImapError) {
    let peer = Peer::start(&[&packed(steps)]).await;
    let Err(error) = connect(&peer, security).await else { panic!("connected: {steps}") };
    (peer, error)
}

#[tokio::test]
async fn std_57_a_refused_login_is_the_logins_or_the_servers_trouble() {
    check("NO [AUTHENTICATIONFAILED] no", Class::Login, "[AUTHENTICATIONFAILED] no").await;
    check("NO [AUTHORIZATIONFAILED] no", Class::Login, "[AUTHORIZATIONFAILED] no").await;
    check("NO [EXPIRED] no", Class::Login, "[EXPIRED] no").await;
    check("NO [CONTACTADMIN] no", Class::Login, "[CONTACTADMIN] no").await;
    check("NO", Class::Login, "").await;
    check("NO [ODD (code \"x\")] no", Class::Login, "[ODD (code \"x\")] no").await;
    check("BAD what", Class::Login, "what").await;
    check("NO [UNAVAILABLE] later", Class::Server, "[UNAVAILABLE] later").await;
    check("no [inuse] later", Class::Server, "[inuse] later").await;
    check("NO [LIMIT] later", Class::Server, "[LIMIT] later").await;
    check("NO [SERVERBUG] later", Class::Server, "[SERVERBUG] later").await;

    async fn check(ending: &str, class: Class, text: &str) {
        let steps = format!(
            "S: * OK ready
             C: T0001 CAPABILITY
             S: * CAPABILITY IMAP4rev1
             S: {{tag}} OK
             C: T0002 LOGIN *
             S: {{tag}} {ending}"
        );
        let (peer, error) = failure(Security::Plaintext, &steps).await;
        assert_eq!(error.class(), class, "{ending}");
        assert!(error.to_string().ends_with(&format!(": {text}")), "{error}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        peer.assert_followed();
    }
}

#[tokio::test]
async fn std_58_a_greeting_other_than_ok_is_an_error() {
    check("* PREAUTH hello root", "not safe: the server skips the login").await;
    check("* BYE too many connections", "connection closed: too many connections").await;
    check("* BYE", "connection closed: ").await;
    check("220 mail.example ESMTP", "not IMAP: a line that is no response").await;
    check("+OK POP3 ready", "not IMAP: no greeting").await;
    check("* 3 EXISTS", "not IMAP: no greeting").await;
    check("T0001 OK hello", "not IMAP: an answer to another command").await;

    async fn check(greeting: &str, expected: &str) {
        let (peer, error) = failure(Security::Plaintext, &format!("S: {greeting}\nS! hang")).await;
        assert_eq!(error.to_string(), expected, "{greeting}");
        assert!(peer.heard.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_closes_at_any_step_is_an_error() {
    let steps = greeted(FULL);
    let steps: Vec<&str> = steps.lines().collect();
    for taken in 0..steps.len() {
        let (_, error) = failure(Security::Plaintext, &steps[..taken].join("\n")).await;
        assert!(matches!(error, ImapError::Closed { .. }), "after {taken} steps: {error:?}");
    }
}

#[tokio::test]
async fn a_login_goes_the_way_that_the_server_and_the_password_allow() {
    let base64 = "AHN1cHBvcnQAc2VjcmV0";
    let plain = format!("C: T0002 AUTHENTICATE PLAIN\nS: +\nC: {base64}");
    check("AUTH=PLAIN", "secret", "C: T0002 LOGIN \"support\" \"secret\"").await;
    check("LOGINDISABLED AUTH=PLAIN", "secret", &plain).await;
    check("", r#"a"b\c"#, r#"C: T0002 LOGIN "support" "a\"b\\c""#).await;
    check("", "a\r\nb", "C: T0002 LOGIN \"support\" \"ab\"").await;
    check("", "größe", "C: T0002 LOGIN \"support\" \"größe\"").await;
    let umlauts = "C: T0002 AUTHENTICATE PLAIN\nS: + \nC: AHN1cHBvcnQAZ3LDtsOfZQ==";
    check("AUTH=PLAIN", "größe", umlauts).await;

    async fn check(capabilities: &str, password: &str, steps: &str) {
        let script = format!(
            "S: * OK ready
             C: T0001 CAPABILITY
             S: * CAPABILITY IMAP4rev1 {capabilities}
             S: {{tag}} OK
             {steps}
             S: T0002 OK
             C: T0003 CAPABILITY
             S: * CAPABILITY IMAP4rev1
             S: {{tag}} OK"
        );
        let peer = Peer::start(&[&packed(&script)]).await;
        let server = server(peer.port, Security::Plaintext);
        let session = Session::connect(&server, &login("support", password), patient()).await;
        peer.assert_followed();
        session.unwrap();
    }
}

#[tokio::test]
async fn a_server_without_login_by_password_does_not_get_it() {
    let steps = "S: * OK ready
                 C: T0001 CAPABILITY
                 S: * CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI
                 S: {tag} OK
                 S! hang";
    let (peer, error) = failure(Security::Plaintext, steps).await;
    assert_eq!(error.to_string(), "not safe: the server allows no login by password");
    assert_eq!(peer.heard.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn capabilities_are_read_as_odd_servers_write_them() {
    check("IMAP4rev1  SASL-IR  IDLE ", true).await;
    check("imap4rev1 idle", true).await;
    check("IMAP4rev2 LITERAL+", true).await;
    check("IMAP4rev1x X\"Y B\\xfcm {3} (a) IDLE", true).await;
    check("IMAP4rev1 IDLES", false).await;

    async fn check(capabilities: &str, can_idle: bool) {
        let (_, session) = super::session(capabilities, patient(), "").await;
        assert_eq!(session.can_idle(), can_idle, "{capabilities}");
    }
}

#[tokio::test]
async fn capabilities_of_before_the_login_are_forgotten() {
    let steps = greeted("IMAP4rev1").replacen("IMAP4rev1", "IMAP4rev1 IDLE MOVE", 1);
    let peer = Peer::start(&[&packed(&steps)]).await;
    assert!(!connect(&peer, Security::Plaintext).await.unwrap().can_idle());
}

#[tokio::test]
async fn thr_38_nothing_is_said_before_tls_but_starttls() {
    let offered = "S: * OK ready
                   C: T0001 CAPABILITY
                   S: * CAPABILITY IMAP4rev1 STARTTLS
                   S: {tag} OK
                   C: T0002 STARTTLS\n";
    let with = |steps: &str| offered.to_owned() + steps;
    let injected = "something was sent before TLS was up";
    let refused = "the server refuses STARTTLS";
    check("S: * PREAUTH welcome", "the server skips the login").await;
    check(&offered.replace(" STARTTLS", ""), "the server does not offer STARTTLS").await;
    check(&with("S: {tag} NO not today"), refused).await;
    check(&with("S: {tag} BAD what"), refused).await;
    check(&with(r"S- {tag} OK go\r\n* CAPABILITY IMAP4rev1\r\n"), injected).await;
    check(&with(r"S- {tag} OK go\r\nT0003 OK logged in\r\n"), injected).await;
    check(&with(r"S- {tag} OK go\r\n* O"), injected).await;
    check(&with(r"S- {tag} OK go\r\n\x16"), injected).await;

    async fn check(steps: &str, expected: &str) {
        let (peer, error) = failure(Security::StartTls, &format!("{steps}\nS! hang")).await;
        let heard = peer.heard.lock().unwrap();
        assert!(!heard.iter().any(|line| line.contains("LOGIN")), "{heard:?}");
        assert_eq!(error.to_string(), format!("not safe: {expected}"), "{steps}");
        assert_eq!(error.class(), Class::Server);
    }
}

#[tokio::test]
async fn thr_38_an_end_before_the_handshake_is_an_error() {
    let begun = "S: * OK ready
                 C: T0001 CAPABILITY
                 S: * CAPABILITY IMAP4rev1 STARTTLS
                 S: {tag} OK
                 C: T0002 STARTTLS\n";
    let (_, error) = failure(Security::StartTls, &format!("{begun}S: * BYE no")).await;
    assert_eq!(error.to_string(), "connection closed: no");
    let (_, error) = failure(Security::StartTls, begun).await;
    assert!(matches!(error, ImapError::Closed { .. }), "{error:?}");
    let (_, error) = failure(Security::StartTls, &format!("{begun}S: {{tag}} OK go")).await;
    assert!(matches!(error, ImapError::Connect(ConnectError::Handshake { .. })), "{error:?}");
    let (_, error) = failure(Security::Implicit, "S: * OK ready").await;
    assert!(matches!(error, ImapError::Connect(ConnectError::Handshake { .. })), "{error:?}");
}

#[tokio::test]
async fn a_session_runs_under_tls() {
    let script = greeted(FULL) + "C: T0004 LOGOUT\nS: * BYE\nS: {tag} OK";
    let peer = Peer::start(&[&packed(&script)]).await;
    let front = tls_front("", peer.port).await;
    let server = server(front, Security::Implicit);
    let session = Session::connect(&server, &login("support", "secret"), patient()).await;
    session.unwrap().logout().await;
    peer.assert_followed();
}

#[tokio::test]
async fn thr_38_a_certificate_for_another_name_is_refused() {
    for security in [Security::Implicit, Security::StartTls] {
        let peer = Peer::start(&[&packed(&greeted(FULL))]).await;
        let before = match security {
            Security::StartTls => {
                "* OK ready\r\n* CAPABILITY IMAP4rev1 STARTTLS\r\nT0001 OK\r\nT0002 OK\r\n"
            }
            Security::Implicit | Security::Plaintext => "",
        };
        let front = tls_front(before, peer.port).await;
        let server = Server { host: "localhost".into(), ..server(front, security) };
        let met = Session::connect(&server, &login("support", "secret"), patient()).await;
        let error = met.err().unwrap();
        assert!(matches!(error, ImapError::Connect(ConnectError::Handshake { .. })), "{error:?}");
        assert!(peer.heard.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn thr_38_capabilities_of_before_tls_are_forgotten() {
    // What follows the handshake is a script of its own: its tags begin again, and it has no
    // greeting.
    let script = greeted("IMAP4rev1").replace("S: * OK ready\n", "");
    let peer = Peer::start(&[&packed(&script)]).await;
    let before = "* OK ready\r\n* CAPABILITY IMAP4rev1 STARTTLS IDLE\r\nT0001 OK\r\nT0002 OK\r\n";
    let front = tls_front(before, peer.port).await;
    let server = server(front, Security::StartTls);
    let session = Session::connect(&server, &login("support", "secret"), patient()).await;
    peer.assert_followed();
    assert!(!session.unwrap().can_idle());
}

/// A TLS server before a plain one; it says `before` without TLS, a line at a time, and reads a
/// line after all but the first two.
async fn tls_front(before: &'static str, behind: u16) -> u16 {
    let (_, made) = certificate();
    let acceptor = tls::acceptor(made);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        talk_plainly(&mut stream, before).await;
        let mut stream = acceptor.accept(stream).await.unwrap();
        let mut behind = TcpStream::connect(("127.0.0.1", behind)).await.unwrap();
        let _ = copy_bidirectional(&mut stream, &mut behind).await;
    });
    port
}

async fn talk_plainly(stream: &mut TcpStream, before: &str) {
    for line in before.split_inclusive('\n') {
        if line.starts_with("* CAPABILITY") || line.starts_with("T0002") {
            let mut byte = 0;
            while byte != b'\n' {
                byte = tokio::io::AsyncReadExt::read_u8(stream).await.unwrap();
            }
        }
        stream.write_all(line.as_bytes()).await.unwrap();
    }
}
