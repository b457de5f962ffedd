//! From nothing to a session: TCP, TLS, greeting, capabilities, login.

use data_encoding::BASE64;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpStream;

use super::answer::{Answer, Ending};
use super::capabilities::Capabilities;
use super::filter::Transport;
use super::set::quoted;
use super::wire::{Command, Turn, Wire};
use super::{ImapError, Limits, Login, Session};
use crate::sasl::{self, Bearer, Secret};
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
    let (ending, why) = match &login.secret {
        Secret::Password(password) => {
            (by_password(wire, capabilities, &login.user, password).await?, None)
        }
        Secret::AccessToken(token) => {
            let offers = |one: Bearer| capabilities.offers(&format!("AUTH={}", one.name()));
            let mechanism = Bearer::best(offers).ok_or(NO_BEARER)?;
            let message = mechanism.message(&login.user, token, (&server.host, server.port));
            if capabilities.offers("SASL-IR") {
                by_token_at_once(wire, mechanism, &message).await?
            } else {
                by_token(wire, mechanism, message).await?
            }
        }
    };
    match ending {
        Ending::Ok(_) => Ok(()),
        Ending::No(remark) | Ending::Bad(remark) => Err(remark.refusal_as("LOGIN", |text| {
            let text = why.map_or(text.clone(), |why| format!("{text} ({why})"));
            ImapError::LoginRefused { host: server.host.clone(), text }
        })),
    }
}

const NO_BEARER: ImapError =
    ImapError::Unsupported { what: "a login by OAuth2 (OAUTHBEARER, XOAUTH2)" };

async fn by_password(
    wire: &mut Wire<Box<dyn Transport>>,
    capabilities: &Capabilities,
    user: &str,
    password: &SecretString,
) -> Result<Ending, ImapError> {
    let plain = capabilities.offers("AUTH=PLAIN");
    if capabilities.offers("LOGINDISABLED") {
        if !plain {
            return Err(ImapError::Insecure { why: "the server allows no login by password" });
        }
        return authenticate_plain(wire, user, password).await;
    }
    if plain && ![user, password.expose_secret()].into_iter().all(is_quotable) {
        return authenticate_plain(wire, user, password).await;
    }
    let [user, password] = [user, password.expose_secret()].map(quoted);
    let line = Zeroizing::new(format!("LOGIN {user} {}", &*Zeroizing::new(password)));
    let command = Command { line, ..Command::new("LOGIN", "") };
    wire.run(command, |_| Ok(())).await
}

/// Whether a name or password can stand in quotes (RFC 3501 §9, `quoted`); others need PLAIN,
/// which takes all of UTF-8 (RFC 4616).
fn is_quotable(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// SASL PLAIN without an initial response (RFC 3501 §6.2.2, RFC 4616), which every server takes.
async fn authenticate_plain(
    wire: &mut Wire<Box<dyn Transport>>,
    user: &str,
    password: &SecretString,
) -> Result<Ending, ImapError> {
    let message = Zeroizing::new(format!("\0{user}\0{}", password.expose_secret()));
    let message = Zeroizing::new(BASE64.encode(message.as_bytes()));
    let turn = wire.begin(Command::new("AUTHENTICATE", "AUTHENTICATE PLAIN")).await?;
    let (ending, _) = exchange(wire, turn, Some(message), None).await?;
    Ok(ending)
}

/// How a login ended, and what the server said of its failure before.
type Ended = (Ending, Option<String>);

async fn by_token(
    wire: &mut Wire<Box<dyn Transport>>,
    mechanism: Bearer,
    message: Zeroizing<String>,
) -> Result<Ended, ImapError> {
    let line = format!("AUTHENTICATE {}", mechanism.name());
    let turn = wire.begin(Command::new("AUTHENTICATE", line)).await?;
    exchange(wire, turn, Some(message), Some(mechanism)).await
}

/// With an initial response (RFC 4959).
async fn by_token_at_once(
    wire: &mut Wire<Box<dyn Transport>>,
    mechanism: Bearer,
    message: &str,
) -> Result<Ended, ImapError> {
    let line = Zeroizing::new(format!("AUTHENTICATE {} {message}", mechanism.name()));
    let turn = wire.begin(Command { line, ..Command::new("AUTHENTICATE", "") }).await?;
    exchange(wire, turn, None, Some(mechanism)).await
}

/// Answers challenges: the first by `message`, one that follows is the account of a failure, which
/// a mechanism for tokens has and PLAIN has not.
async fn exchange(
    wire: &mut Wire<Box<dyn Transport>>,
    turn: Turn,
    mut message: Option<Zeroizing<String>>,
    mechanism: Option<Bearer>,
) -> Result<Ended, ImapError> {
    let mut surrender = mechanism.map(Bearer::surrender);
    let mut why = None;
    loop {
        match wire.next(&turn).await? {
            Answer::End { ending, .. } => return Ok((ending, why)),
            Answer::Continue(challenge) => match (message.take(), surrender) {
                (Some(message), _) => wire.say(&turn, &message).await?,
                (None, Some(line)) => {
                    surrender = None;
                    why = sasl::failure(&challenge);
                    wire.say(&turn, line).await?;
                }
                (None, None) => {
                    return Err(ImapError::Garbage { what: "more challenges than a login has" });
                }
            },
            Answer::Told(_) | Answer::Preauth | Answer::Bye(_) => {}
        }
    }
}
