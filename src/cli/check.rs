//! `tidings check`: a line for each thing that must be right, with what to do where it is not.

mod advice;

use std::path::Path;

use secrecy::SecretString;

use super::open::{config, open_config};
use super::output::{line, printable};
use super::{Exit, Outcome};
use crate::config::{After, Config, Desk, KeySource, PasswordSource};
use crate::daemon::state;
use crate::fresh::Random;
use crate::imap::{self, Access, ImapError, Session};
use crate::smtp::{self, Connection};
use crate::store::Upgrade;
use crate::store::error::OpenError;
use crate::store::location::Location;

/// What was found, worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    Good,
    Unavailable,
    Wrong,
}

pub(super) async fn check(path: &Path, offline: bool) -> Outcome {
    let config = config(path)?;
    report(Found::Good, "configuration", &format!("{} is well formed", path.display()));
    report(
        Found::Good,
        "sender_proof",
        "off: who writes a customer's address in From gets that customer's level",
    );
    let mut worst = database(config.clone(), offline).await;
    for desk in &config.desks {
        worst = worst.max(check_desk(desk, &config, offline).await);
    }
    Ok(match worst {
        Found::Good => Exit::Ok,
        Found::Unavailable => Exit::Unavailable,
        Found::Wrong => Exit::Configuration,
    })
}

async fn database(config: Config, offline: bool) -> Found {
    let secrets = secrets_of_database(&config);
    if secrets != Found::Good {
        // Whoever opens it would say the same again.
        return secrets;
    }
    let name = config.database.to_string();
    match &config.database {
        Location::Sqlite(file) if !file.exists() => {
            let text = format!("{name} is not there yet; the first `tidings run` makes it");
            return report(Found::Good, "database", &text);
        }
        Location::Postgres(_) if offline => return Found::Good,
        Location::Sqlite(_) | Location::Postgres(_) => {}
    }
    match open_config(config, Upgrade::Never).await {
        Ok(opened) => {
            opened.store.close().await;
            report(Found::Good, "database", &format!("{name} is ours and up to date"))
        }
        Err(failure) if matches!(failure.error.downcast_ref(), Some(OpenError::Behind)) => {
            let text =
                format!("{name} is empty or of an older version; `tidings run` makes it fit");
            report(Found::Good, "database", &text)
        }
        Err(failure) => report(
            if failure.exit == Exit::Unavailable { Found::Unavailable } else { Found::Wrong },
            "database",
            &failure.error.to_string(),
        ),
    }
}

/// The key and the password, where the configuration names a place for them.
fn secrets_of_database(config: &Config) -> Found {
    let mut worst = Found::Good;
    if let KeySource::Given(_) = config.key {
        worst = worst.max(match state::key(config, &Random::System) {
            Ok(_) => report(Found::Good, "key", "is readable for us alone"),
            Err(error) => report(Found::Wrong, "key", &error.to_string()),
        });
    }
    if let Some(source) = &config.database_password
        && password("database password", source).is_none()
    {
        worst = Found::Wrong;
    }
    worst
}

async fn check_desk(desk: &Desk, config: &Config, offline: bool) -> Found {
    let name = |what: &str| format!("{}: {what}", desk.name);
    let imap_password = password(&name("imap password"), &desk.imap.password);
    let smtp_login = desk
        .smtp
        .login
        .as_ref()
        .map(|(user, source)| (user.clone(), password(&name("smtp password"), source)));
    let lost = |secret: &Option<SecretString>| {
        if secret.is_some() { Found::Good } else { Found::Wrong }
    };
    let mut worst = lost(&imap_password);
    if let Some((_, secret)) = &smtp_login {
        worst = worst.max(lost(secret));
    }
    if offline {
        return worst;
    }
    if let Some(password) = imap_password {
        worst = worst.max(check_imap(desk, password).await);
    }
    match smtp_login {
        None => worst.max(check_smtp(desk, None, config).await),
        Some((user, Some(password))) => {
            let login = smtp::Login { user, password };
            worst.max(check_smtp(desk, Some(login), config).await)
        }
        Some((_, None)) => worst,
    }
}

fn password(what: &str, source: &PasswordSource) -> Option<SecretString> {
    match source.read() {
        Ok(secret) => {
            report(Found::Good, what, "is readable for us alone");
            Some(secret)
        }
        Err(error) => {
            report(Found::Wrong, what, &error.to_string());
            None
        }
    }
}

async fn check_imap(desk: &Desk, password: SecretString) -> Found {
    let what = format!("{}: imap", desk.name);
    let login = imap::Login { user: desk.imap.user.clone(), password };
    let limits = imap::Limits::for_messages(desk.message_limit);
    let mut session = match Session::connect(&desk.imap.server, &login, limits).await {
        Ok(session) => session,
        Err(error) => return report_imap(&what, &error),
    };
    let idle = if session.can_idle() { "with IDLE" } else { "without IDLE: new mail is polled" };
    let mut worst = report(
        Found::Good,
        &what,
        &format!("logged in to {} as {}, {idle}", desk.imap.server.host, desk.imap.user),
    );
    for folder in &desk.imap.folders {
        let what = format!("{}: folder {folder}", desk.name);
        worst = worst.max(match session.select(folder).await {
            Ok(selected)
                if selected.access == Access::ReadOnly && desk.imap.after != After::Keep =>
            {
                let text = "is read-only for us: messages will not be marked; give us the right, \
                            or set after = \"keep\"";
                report(Found::Wrong, &what, text)
            }
            Ok(selected) => report(Found::Good, &what, &format!("{} messages", selected.exists)),
            Err(error) => report_imap(&what, &error),
        });
    }
    if let After::Move(folder) = &desk.imap.after {
        let what = format!("{}: move_to {folder}", desk.name);
        match session.select(folder).await {
            Ok(_) => report(Found::Good, &what, "is there"),
            Err(_) => report(Found::Good, &what, "is not there yet; the first move makes it"),
        };
    }
    session.logout().await;
    worst
}

fn report_imap(what: &str, error: &ImapError) -> Found {
    let found = match error.class() {
        imap::Class::Server => Found::Unavailable,
        imap::Class::Login | imap::Class::Folder | imap::Class::Refused => Found::Wrong,
    };
    report(found, what, &format!("{error}; {}", advice::imap(error)))
}

async fn check_smtp(desk: &Desk, login: Option<smtp::Login>, config: &Config) -> Found {
    let what = format!("{}: smtp", desk.name);
    let server = &desk.smtp.server;
    let limits = smtp::Limits::default();
    match Connection::open(server, login.as_ref(), &config.instance, limits).await {
        Ok(connection) => {
            connection.quit().await;
            let how =
                login.map_or_else(|| "without login".to_owned(), |l| format!("as {}", l.user));
            report(Found::Good, &what, &format!("connected to {} {how}", server.host))
        }
        Err(error) => {
            let found = match error.class() {
                smtp::OpenClass::Login => Found::Wrong,
                smtp::OpenClass::Server => Found::Unavailable,
            };
            report(found, &what, &format!("{error}; {}", advice::smtp(&error)))
        }
    }
}

fn report(found: Found, what: &str, text: &str) -> Found {
    let word = match found {
        Found::Good => "ok",
        Found::Unavailable => "down",
        Found::Wrong => "WRONG",
    };
    line(&format!("{word:<6}{what:<28}{}", printable(text)));
    found
}
