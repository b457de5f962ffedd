//! Where a desk's mail comes from and where it goes.

use std::path::Path;
use std::time::Duration;

use super::oauth2::{self, Place, Protocol};
use super::{At, is_loopback};
use crate::config::error::ConfigError;
use crate::config::file::{DeskFile, ImapFile, OAuth2File, SmtpFile};
use crate::config::quantity;
use crate::config::{After, Credential, Imap, Rate, Secret, SecretSource, Smtp, Start, Watch};
use crate::tls::{Security, Server, Tls};

/// The shortest and the longest time between two full looks.
const POLL_LEAST: Duration = Duration::from_secs(1);
const POLL_MOST: Duration = Duration::from_hours(1);
/// Connections to a submission server at a time.
const CONNECTIONS_MOST: u32 = 16;
/// Where a password may be named.
const PASSWORD_KEYS: [&str; 2] = ["password_file", "password_credential"];

/// Both servers of a desk; where they are logged in to alike, that is one login.
pub(super) fn both(
    at: &At<'_>,
    written: &DeskFile,
    state_dir: &Path,
) -> Result<(Imap, Smtp), ConfigError> {
    let place = |protocol| oauth2::Place { state_dir, desk: &written.name, protocol };
    let mut imap = imap(&at.table("imap"), &written.imap, &place(Protocol::Imap))?;
    let mut smtp_file = &written.smtp;
    // An empty table says: as for IMAP.
    let as_imap;
    if smtp_file.oauth2 == Some(OAuth2File::default()) && written.imap.oauth2.is_some() {
        as_imap = SmtpFile { oauth2: written.imap.oauth2.clone(), ..smtp_file.clone() };
        smtp_file = &as_imap;
    }
    let mut smtp = smtp(&at.table("smtp"), smtp_file, &place(Protocol::Smtp))?;
    oauth2::unite(&mut imap, &mut smtp);
    Ok((imap, smtp))
}

fn imap(at: &At<'_>, written: &ImapFile, place: &Place<'_>) -> Result<Imap, ConfigError> {
    let folders: Vec<Box<str>> = match &written.folders {
        None => vec!["INBOX".into()],
        Some(folders) if folders.is_empty() => {
            return Err(at.wrong("folders", "there must be at least one"));
        }
        Some(folders) => folders.iter().map(|name| folder(name)).collect(),
    };
    if let Some(twice) = twice(&folders) {
        return Err(at.wrong("folders", format!("{twice:?} is named twice")));
    }
    let junk_folders: Vec<Box<str>> =
        written.junk_folders.iter().map(|name| folder(name)).collect();
    if let Some(twice) = twice(&junk_folders) {
        return Err(at.wrong("junk_folders", format!("{twice:?} is named twice")));
    }
    if let Some(both) = junk_folders.iter().find(|name| folders.contains(name)) {
        let what = format!("{both:?} is one of folders, too: a folder is of one kind");
        return Err(at.wrong("junk_folders", what));
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
        && (folders.contains(folder) || junk_folders.contains(folder))
    {
        let what = "is one of folders or junk_folders: mail there would be read again";
        return Err(at.wrong("move_to", what));
    }
    let sent = sent(at, written, &[&folders[..], &junk_folders].concat(), &after)?;
    let poll =
        at.quantity("poll", written.poll.as_deref(), Duration::from_mins(1), quantity::duration)?;
    if !(POLL_LEAST..=POLL_MOST).contains(&poll) {
        return Err(at.wrong("poll", "must be from 1s to 1h"));
    }
    let (file, credential) = (&written.password_file, &written.password_credential);
    let password =
        at.secret(Secret::Password, PASSWORD_KEYS, file.as_deref(), credential.as_deref())?;
    let credential =
        credential_of(at, password, written.oauth2.as_ref(), place)?.ok_or_else(|| {
            at.wrong("password_file", "it, password_credential or [desk.imap.oauth2] must be set")
        })?;
    let starts = [("new", Start::New), ("all", Start::All)];
    let ports = (993, 143);
    let host = Host { name: &written.host, port: written.port, ports };
    Ok(Imap {
        server: server(at, &host, written.tls.as_deref(), written.ca_file.as_deref())?,
        user: written.user.as_str().into(),
        credential,
        folders,
        junk_folders,
        start: at.word("start", written.start.as_deref(), Start::New, &starts)?,
        after,
        sent,
        watch: if written.idle.unwrap_or(true) { Watch::Idle } else { Watch::Poll },
        poll,
    })
}

/// Where answers are filed, which is apart from what is `watched` and from what is moved away.
fn sent(
    at: &At<'_>,
    written: &ImapFile,
    watched: &[Box<str>],
    after: &After,
) -> Result<Option<Box<str>>, ConfigError> {
    let sent = match written.sent.as_deref() {
        None | Some("none") => return Ok(None),
        Some("") => return Err(at.wrong("sent", "must be \"none\" or a folder")),
        Some(name) => folder(name),
    };
    if watched.contains(&sent) {
        let what = "is one of folders or junk_folders: our own answers would be read as mail";
        return Err(at.wrong("sent", what));
    }
    if *after == After::Move(sent.clone()) {
        return Err(at.wrong("sent", "is move_to, too: keep what comes and what goes apart"));
    }
    Ok(Some(sent))
}

/// The first name that stands there again.
fn twice(folders: &[Box<str>]) -> Option<&str> {
    let named = folders.iter().enumerate();
    named
        .map(|(at, name)| (folders.iter().take(at), name))
        .find_map(|(mut before, name)| before.any(|one| one == name).then_some(&**name))
}

/// INBOX is the same folder however it is written (RFC 9051 §5.1).
fn folder(name: &str) -> Box<str> {
    if name.eq_ignore_ascii_case("INBOX") { "INBOX".into() } else { name.into() }
}

fn smtp(at: &At<'_>, written: &SmtpFile, place: &Place<'_>) -> Result<Smtp, ConfigError> {
    let (file, credential) = (&written.password_file, &written.password_credential);
    let password =
        at.secret(Secret::Password, PASSWORD_KEYS, file.as_deref(), credential.as_deref())?;
    let credential = credential_of(at, password, written.oauth2.as_ref(), place)?;
    let login = match (&written.user, credential) {
        (Some(user), Some(credential)) => Some((user.as_str().into(), credential)),
        (None, None) => None,
        (Some(_), None) => {
            let what = "user needs it, password_credential or [desk.smtp.oauth2]";
            return Err(at.wrong("password_file", what));
        }
        (None, Some(_)) => return Err(at.wrong("user", "a password or OAuth2 needs it")),
    };
    let connections = written.connections.unwrap_or(2);
    if !(1..=CONNECTIONS_MOST).contains(&connections) {
        return Err(at.wrong("connections", "must be from 1 to 16"));
    }
    let ports = (465, 587);
    let host = Host { name: &written.host, port: written.port, ports };
    Ok(Smtp {
        server: server(at, &host, written.tls.as_deref(), written.ca_file.as_deref())?,
        login,
        connections,
        rate: at.quantity("rate", written.rate.as_deref(), Rate::Unlimited, quantity::rate)?,
    })
}

/// The one way to log in; `None` where there is none.
fn credential_of(
    at: &At<'_>,
    password: Option<SecretSource>,
    oauth2: Option<&OAuth2File>,
    place: &Place<'_>,
) -> Result<Option<Credential>, ConfigError> {
    match (password, oauth2) {
        (Some(_), Some(_)) => {
            Err(at.wrong("oauth2", "not beside a password: one way to log in is enough"))
        }
        (Some(password), None) => Ok(Some(Credential::Password(password))),
        (None, Some(written)) => {
            let oauth2 = oauth2::oauth2(&at.table("oauth2"), written, place)?;
            Ok(Some(Credential::OAuth2(Box::new(oauth2))))
        }
        (None, None) => Ok(None),
    }
}

/// Where a server is, with the ports of implicit TLS and of STARTTLS as the default.
struct Host<'a> {
    name: &'a str,
    port: Option<u16>,
    ports: (u16, u16),
}

fn server(
    at: &At<'_>,
    host: &Host<'_>,
    tls: Option<&str>,
    ca_file: Option<&Path>,
) -> Result<Server, ConfigError> {
    let words = [
        ("implicit", Security::Implicit),
        ("starttls", Security::StartTls),
        ("plaintext", Security::Plaintext),
    ];
    let security = at.word("tls", tls, Security::Implicit, &words)?;
    if security == Security::Plaintext && !is_loopback(host.name) {
        return Err(at.wrong("tls", "\"plaintext\" is for a loopback address only"));
    }
    let ca_file = ca_file.map(|file| at.path(file));
    let port = host.port.unwrap_or(match security {
        Security::Implicit => host.ports.0,
        Security::StartTls | Security::Plaintext => host.ports.1,
    });
    let tls =
        Tls::new(ca_file.as_deref()).map_err(|error| at.wrong("ca_file", error.to_string()))?;
    Ok(Server { host: host.name.into(), port, security, tls })
}
