//! From nothing to a session: TCP, TLS, greeting, capabilities, login.

use data_encoding::BASE64;
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use tokio::net::TcpStream;

use super::answer::{Answer, Ending};
use super::capabilities::Capabilities;
use super::filter::Transport;
use super::set::quoted;
use super::wire::{Command, Wire};
use super::{ImapError, Limits, Login, Session};
use crate::tls::{Peer, Secured, Security, Server};

impl Session {
    /// Connects and logs in. The password is sent once, and only after TLS is up unless the
    /// server is configured as [`Security::Plaintext`].
    ///
    /// # Errors
    /// [`ImapError`]; [`ImapError::LoginRefused`] if the server does not take the password,
    /// [`ImapError::Insecure`] if it was not sent because that would not be safe.
    pub async fn connect(
        server: &Server,
        login: &Login,
        limits: Limits,
    ) -> Result<Self, ImapError> {
        let tcp = server.open().await?;
        let (transport, peer): (Box<dyn Transport>, _) = match server.security {
            Security::Implicit => secured(server.handshake(tcp).await?),
            Security::StartTls => {
                let tcp = start_tls(tcp, server, limits).await?;
                secured(server.handshake(tcp).await?)
            }
            Security::Plaintext => (Box::new(tcp), None),
        };
        let mut wire = Wire::new(transport, &server.host, limits);
        let greeting = match server.security {
            Security::Implicit | Security::Plaintext => wire.greeting().await?,
            // It came before TLS; what was said there is forgotten.
            Security::StartTls => String::new(),
        };
        let capabilities = wire.capabilities().await?;
        log_in(&mut wire, &capabilities, server, login).await?;
        let capabilities = wire.capabilities().await?;
        Ok(Self { wire, capabilities, greeting, peer })
    }
}

fn secured((stream, peer): (Secured, Peer)) -> (Box<dyn Transport>, Option<Peer>) {
    (Box::new(stream), Some(peer))
}

/// Asks for TLS (RFC 3501 §6.2.1) and gives the connection back for the handshake.
async fn start_tls(
    tcp: TcpStream,
    server: &Server,
    limits: Limits,
) -> Result<TcpStream, ImapError> {
    let mut wire = Wire::new(tcp, &server.host, limits);
    wire.greeting().await?;
    if !wire.capabilities().await?.offers("STARTTLS") {
        return Err(ImapError::Insecure { why: "the server does not offer STARTTLS" });
    }
    match wire.run(Command::new("STARTTLS", "STARTTLS"), |_| Ok(())).await? {
        Ending::Ok(_) => {}
        Ending::No(_) | Ending::Bad(_) => {
            return Err(ImapError::Insecure { why: "the server refuses STARTTLS" });
        }
    }
    // What stands behind the OK was put there by whoever wants it taken for an answer under TLS
    // (CVE-2021-38371 is the same trick with SMTP).
    wire.into_transport().ok_or(ImapError::Insecure { why: "something was sent before TLS was up" })
}

async fn log_in(
    wire: &mut Wire<Box<dyn Transport>>,
    capabilities: &Capabilities,
    server: &Server,
    login: &Login,
) -> Result<(), ImapError> {
    let plain = capabilities.offers("AUTH=PLAIN");
    let ending = if capabilities.offers("LOGINDISABLED") {
        if !plain {
            return Err(ImapError::Insecure { why: "the server allows no login by password" });
        }
        authenticate_plain(wire, login).await?
    } else if plain && !is_quotable(login) {
        authenticate_plain(wire, login).await?
    } else {
        let [user, password] = [&*login.user, login.password.expose_secret()].map(quoted);
        let line = Zeroizing::new(format!("LOGIN {user} {}", &*Zeroizing::new(password)));
        let command = Command { line, ..Command::new("LOGIN", "") };
        wire.run(command, |_| Ok(())).await?
    };
    match ending {
        Ending::Ok(_) => Ok(()),
        Ending::No(remark) | Ending::Bad(remark) => Err(remark.refusal_as("LOGIN", |text| {
            ImapError::LoginRefused { host: server.host.clone(), text }
        })),
    }
}

/// Whether name and password can stand in quotes (RFC 3501 §9, `quoted`); others need PLAIN, which
/// takes all of UTF-8 (RFC 4616).
fn is_quotable(login: &Login) -> bool {
    let plain = |text: &str| text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    plain(&login.user) && plain(login.password.expose_secret())
}

/// SASL PLAIN without an initial response (RFC 3501 §6.2.2, RFC 4616), which every server takes.
async fn authenticate_plain(
    wire: &mut Wire<Box<dyn Transport>>,
    login: &Login,
) -> Result<Ending, ImapError> {
    let turn = wire.begin(Command::new("AUTHENTICATE", "AUTHENTICATE PLAIN")).await?;
    let message = Zeroizing::new(format!("\0{}\0{}", login.user, login.password.expose_secret()));
    let mut message = Some(Zeroizing::new(BASE64.encode(message.as_bytes())));
    loop {
        match wire.next(&turn).await? {
            Answer::End { ending, .. } => return Ok(ending),
            Answer::Continue => match message.take() {
                Some(message) => wire.say(&turn, &message).await?,
                None => return Err(ImapError::Garbage { what: "a second challenge to PLAIN" }),
            },
            Answer::Told(_) | Answer::Preauth | Answer::Bye(_) => {}
        }
    }
}
