//! Where a desk's mail comes from and where it goes.

use std::path::Path;
use std::time::Duration;

use super::{At, is_loopback};
use crate::config::error::ConfigError;
use crate::config::file::{ImapFile, SmtpFile};
use crate::config::quantity;
use crate::config::{After, Imap, Rate, Smtp, Start, Watch};
use crate::tls::{Security, Server, Tls};

/// The shortest and the longest time between two full looks.
const POLL_LEAST: Duration = Duration::from_secs(1);
const POLL_MOST: Duration = Duration::from_hours(1);
/// Connections to a submission server at a time.
const CONNECTIONS_MOST: u32 = 16;
/// Where a password may be named.
const PASSWORD_KEYS: [&str; 2] = ["password_file", "password_credential"];

pub(super) fn imap(at: &At<'_>, written: &ImapFile) -> Result<Imap, ConfigError> {
    let folders: Vec<Box<str>> = match &written.folders {
        None => vec!["INBOX".into()],
        Some(folders) if folders.is_empty() => {
            return Err(at.wrong("folders", "there must be at least one"));
        }
        Some(folders) => folders.iter().map(|name| folder(name)).collect(),
    };
    if let Some(twice) =
        folders.iter().enumerate().find_map(|(n, name)| folders.iter().take(n).find(|f| *f == name))
    {
        return Err(at.wrong("folders", format!("{twice:?} is named twice")));
    }
    let after = match (written.after.as_deref(), &written.move_to) {
        (None | Some("seen"), None) => After::Seen,
        (Some("keep"), None) => After::Keep,
        (Some("move"), Some(name)) => After::Move(folder(name)),
        (Some("move"), None) => return Err(at.wrong("move_to", "after = \"move\" needs it")),
        (None | Some("seen" | "keep"), Some(_)) => {
            return Err(at.wrong("move_to", "only with after = \"move\""));
        }
        (Some(_), _) => {
            return Err(at.wrong("after", "must be \"seen\", \"move\" or \"keep\""));
        }
    };
    if let After::Move(folder) = &after
        && folders.contains(folder)
    {
        return Err(at.wrong("move_to", "is one of folders: mail there would be read again"));
    }
    let poll =
        at.quantity("poll", written.poll.as_deref(), Duration::from_mins(1), quantity::duration)?;
    if !(POLL_LEAST..=POLL_MOST).contains(&poll) {
        return Err(at.wrong("poll", "must be from 1s to 1h"));
    }
    let (file, credential) = (&written.password_file, &written.password_credential);
    let password = at
        .secret(PASSWORD_KEYS, file.as_deref(), credential.as_deref())?
        .ok_or_else(|| at.wrong("password_file", "it or password_credential must be set"))?;
    let starts = [("new", Start::New), ("all", Start::All)];
    let ports = (993, 143);
    let place = Place { host: &written.host, port: written.port, ports };
    Ok(Imap {
        server: server(at, &place, written.tls.as_deref(), written.ca_file.as_deref())?,
        user: written.user.as_str().into(),
        password,
        folders,
        start: at.word("start", written.start.as_deref(), Start::New, &starts)?,
        after,
        watch: if written.idle.unwrap_or(true) { Watch::Idle } else { Watch::Poll },
        poll,
    })
}

/// INBOX is the same folder however it is written (RFC 9051 §5.1).
fn folder(name: &str) -> Box<str> {
    if name.eq_ignore_ascii_case("INBOX") { "INBOX".into() } else { name.into() }
}

pub(super) fn smtp(at: &At<'_>, written: &SmtpFile) -> Result<Smtp, ConfigError> {
    let (file, credential) = (&written.password_file, &written.password_credential);
    let password = at.secret(PASSWORD_KEYS, file.as_deref(), credential.as_deref())?;
    let login = match (&written.user, password) {
        (Some(user), Some(password)) => Some((user.as_str().into(), password)),
        (None, None) => None,
        (Some(_), None) => {
            return Err(at.wrong("password_file", "user needs it, or password_credential"));
        }
        (None, Some(_)) => return Err(at.wrong("user", "a password needs it")),
    };
    let connections = written.connections.unwrap_or(2);
    if !(1..=CONNECTIONS_MOST).contains(&connections) {
        return Err(at.wrong("connections", "must be from 1 to 16"));
    }
    let ports = (465, 587);
    let place = Place { host: &written.host, port: written.port, ports };
    Ok(Smtp {
        server: server(at, &place, written.tls.as_deref(), written.ca_file.as_deref())?,
        login,
        connections,
        rate: at.quantity("rate", written.rate.as_deref(), Rate::Unlimited, quantity::rate)?,
    })
}

/// Where a server is, with the ports of implicit TLS and of STARTTLS as the default.
struct Place<'a> {
    host: &'a str,
    port: Option<u16>,
    ports: (u16, u16),
}

fn server(
    at: &At<'_>,
    place: &Place<'_>,
    tls: Option<&str>,
    ca_file: Option<&Path>,
) -> Result<Server, ConfigError> {
    let words = [
        ("implicit", Security::Implicit),
        ("starttls", Security::StartTls),
        ("plaintext", Security::Plaintext),
    ];
    let security = at.word("tls", tls, Security::Implicit, &words)?;
    if security == Security::Plaintext && !is_loopback(place.host) {
        return Err(at.wrong("tls", "\"plaintext\" is for a loopback address only"));
    }
    let ca_file = ca_file.map(|file| at.path(file));
    let port = place.port.unwrap_or(match security {
        Security::Implicit => place.ports.0,
        Security::StartTls | Security::Plaintext => place.ports.1,
    });
    let tls =
        Tls::new(ca_file.as_deref()).map_err(|error| at.wrong("ca_file", error.to_string()))?;
    Ok(Server { host: place.host.into(), port, security, tls })
}
