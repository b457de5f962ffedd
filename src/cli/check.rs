//! `tidings check`: a line for each thing that must be right, with what to do where it is not.
//! Servers and the DNS are asked; nothing is sent, but with `--plus` one mail a desk, to itself.

mod advice;
mod certificate;
mod database;
mod dmarc;
mod dns;
mod imap;
mod machine;
mod plus;
mod report;
mod smtp;
mod spf;

use std::path::Path;

use secrecy::SecretString;

use super::open::config;
use super::{Exit, Outcome};
use crate::config::{Config, Desk, PasswordSource};
use crate::dns::Dns;
use crate::smtp::Login;
use crate::time::Clock;
pub(super) use report::Form;
use report::{Finding, Found, Report};

/// How far the command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// It asks no server.
    Offline,
    /// It asks, and sends nothing.
    Servers,
    /// It sends a mail from each desk to itself, too.
    RoundTrip,
}

pub(super) async fn check(path: &Path, reach: Reach, form: Form) -> Outcome {
    let config = config(path)?;
    let mut report = Report::new(form);
    report.say(&Finding::good("configuration", format!("{} is well formed", path.display())));
    report.say(&Finding::good(
        "sender_proof",
        "off: who writes a customer's address in From gets that customer's level",
    ));
    report.say_all(&machine::look(&config));
    database::look(config.clone(), reach, &mut report).await;
    let dns = match reach {
        Reach::Offline => None,
        Reach::Servers | Reach::RoundTrip => Some(Dns::new(config.dns)),
    };
    if let Some(Err(error)) = &dns {
        report.mention(&dns::down(error));
    }
    for desk in &config.desks {
        check_desk(desk, &config, reach, &mut report).await;
        if let Some(Ok(dns)) = &dns {
            // What is missing there keeps no mail from us, so that it is not what we end with.
            for finding in dns::look(dns, desk).await {
                report.mention(&finding.of(&desk.name));
            }
        }
    }
    Ok(match report.worst() {
        Found::Good | Found::Soon => Exit::Ok,
        Found::Down => Exit::Unavailable,
        Found::Wrong => Exit::Configuration,
    })
}

async fn check_desk(desk: &Desk, config: &Config, reach: Reach, report: &mut Report) {
    let (finding, imap_password) = password("imap password", &desk.imap.password);
    report.say(&finding.of(&desk.name));
    let smtp_login = match &desk.smtp.login {
        None => Some(None),
        Some((user, source)) => {
            let (finding, password) = password("smtp password", source);
            report.say(&finding.of(&desk.name));
            password.map(|password| Some(Login { user: user.clone(), password }))
        }
    };
    if reach == Reach::Offline {
        return;
    }
    let now = Clock::System.now();
    if let Some(password) = imap_password.clone() {
        for finding in imap::look(desk, password, now).await {
            report.say(&finding.of(&desk.name));
        }
    }
    if let Some(login) = &smtp_login {
        for finding in smtp::look(desk, login.as_ref(), &config.instance, now).await {
            report.say(&finding.of(&desk.name));
        }
    }
    if let (Reach::RoundTrip, Some(password), Some(login)) = (reach, imap_password, smtp_login) {
        let finding = plus::prove(desk, password, login.as_ref(), &config.instance, now).await;
        report.say(&finding.of(&desk.name));
    }
}

fn password(what: &str, source: &PasswordSource) -> (Finding, Option<SecretString>) {
    match source.read() {
        Ok(secret) => (Finding::good(what, "is readable for us alone"), Some(secret)),
        Err(error) => (Finding::wrong(what, error.to_string()), None),
    }
}
