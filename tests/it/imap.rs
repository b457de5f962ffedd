//! IMAP against scripted servers: what a hostile or broken server can do.
// Clippy allows unwrapping in tests only below this mark.
#![cfg(test)]

mod append;
mod bearer;
mod commands;
mod connect;
mod headers;
mod hostile;

use std::sync::OnceLock;
use std::time::Duration;

use tidings::imap::{IdleEnd, ImapError, Limits, Login, Session, Uid};
use tidings::sasl::Secret;
use tidings::time::Timestamp;
use tidings::tls::{Security, Server, Tls};

use crate::support::peer::Peer;

/// Largest message in these tests, in bytes.
const MESSAGE_BYTES: u64 = 100_000;
/// What a server with everything can do.
const FULL: &str = "IMAP4rev1 IDLE MOVE UIDPLUS";

/// The certificate of the test servers and its key, in PEM, made once.
fn certificate() -> &'static (tempfile::NamedTempFile, rcgen::CertifiedKey<rcgen::KeyPair>) {
    static MADE: OnceLock<(tempfile::NamedTempFile, rcgen::CertifiedKey<rcgen::KeyPair>)> =
        OnceLock::new();
    MADE.get_or_init(|| {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), made.cert.pem()).unwrap();
        (file, made)
    })
}

fn server(port: u16, security: Security) -> Server {
    let tls = Tls::new(Some(certificate().0.path())).unwrap();
    Server { host: "127.0.0.1".into(), port, security, tls }
}

fn login(user: &str, password: &str) -> Login {
    Login { user: user.into(), secret: Secret::Password(password.to_owned().into()) }
}

/// Limits that a loaded machine keeps.
fn patient() -> Limits {
    Limits { silence: Duration::from_secs(10), ..Limits::for_messages(MESSAGE_BYTES) }
}

/// Limits for a server that is known to hang.
fn hasty() -> Limits {
    Limits { silence: Duration::from_millis(150), ..patient() }
}

/// The steps up to the end of the login, the next tag is T0004.
fn greeted(capabilities: &str) -> String {
    format!(
        "S: * OK ready
         C: T0001 CAPABILITY
         S: * CAPABILITY {capabilities}
         S: {{tag}} OK done
         C: T0002 LOGIN \"support\" \"secret\"
         S: {{tag}} OK logged in
         C: T0003 CAPABILITY
         S: * CAPABILITY {capabilities}
         S: {{tag}} OK done\n"
    )
}

/// The same steps with all that is sent between two lines of the client in one write: TCP holds a
/// second small write back for 40 ms.
fn packed(steps: &str) -> String {
    let mut packed = Vec::new();
    let mut sent = String::new();
    for step in steps.lines().map(str::trim_start) {
        let text = step.get(2..).unwrap_or_default();
        let text = text.strip_prefix(' ').unwrap_or(text);
        if step.starts_with("S:") {
            sent.push_str(&text.replace('\\', "\\x5c"));
            sent.push_str("\\r\\n");
        } else if step.starts_with("S-") {
            sent.push_str(text);
        } else if !step.is_empty() {
            packed.push(format!("S- {}", std::mem::take(&mut sent)));
            packed.push(step.to_owned());
        }
    }
    packed.push(format!("S- {sent}"));
    packed.join("\n")
}

/// A session with a server that does `steps` after the login.
async fn session(capabilities: &str, limits: Limits, steps: &str) -> (Peer, Session) {
    let peer = Peer::start(&[&packed(&(greeted(capabilities) + steps))]).await;
    let server = server(peer.port, Security::Plaintext);
    let session = Session::connect(&server, &login("support", "secret"), limits).await.unwrap();
    (peer, session)
}

fn uid(number: u32) -> Uid {
    Uid::new(number).unwrap()
}

fn uids(numbers: &[u32]) -> Vec<Uid> {
    numbers.iter().map(|&number| uid(number)).collect()
}

/// Each command that a session has.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Select,
    List,
    Fetch,
    Part,
    Mark,
    Move,
    Append,
    Search,
    Idle,
}

const DEEDS: [Deed; 9] = [
    Deed::Select,
    Deed::List,
    Deed::Fetch,
    Deed::Part,
    Deed::Mark,
    Deed::Move,
    Deed::Append,
    Deed::Search,
    Deed::Idle,
];

impl Deed {
    fn command(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::List | Self::Fetch | Self::Part => "UID FETCH",
            Self::Mark => "UID STORE",
            Self::Move => "UID MOVE",
            Self::Append => "APPEND",
            Self::Search => "UID SEARCH",
            Self::Idle => "IDLE",
        }
    }

    async fn of(self, session: &mut Session) -> Result<(), ImapError> {
        match self {
            Self::Select => session.select("INBOX").await.map(drop),
            Self::List => session.list(uid(1), None).await.map(drop),
            Self::Fetch => session.fetch(&uids(&[1])).await.map(drop),
            Self::Part => session.fetch_part(uid(1), 0, 10).await.map(drop),
            Self::Mark => session.mark_seen(&uids(&[1])).await,
            Self::Move => session.move_to(&uids(&[1]), "Done").await,
            Self::Append => session.append("Sent", Timestamp::from_seconds(0), b"x").await,
            Self::Search => session.holds("n1", Timestamp::from_seconds(0)).await.map(drop),
            Self::Idle => {
                let end = session.idle(Duration::from_secs(10), std::future::pending()).await?;
                assert_ne!(end, IdleEnd::TimeUp);
                Ok(())
            }
        }
    }
}
