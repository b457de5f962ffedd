//! `tidings check`: a line for each thing that must be right, with what to do where it is not.
//! Servers and the DNS are asked; nothing is sent, but with `--plus` one mail a desk, to itself; that
//! it came is kept in the database.

mod advice;
mod certificate;
mod database;
mod dkim;
mod dmarc;
mod dns;
mod imap;
mod keys;
mod machine;
mod plus;
mod replies;
mod report;
mod senders;
mod smtp;
mod spf;
mod tokens;

use std::path::Path;
use std::sync::Arc;

use super::open::config;
use super::{Exit, Outcome};
use crate::config::{Config, Desk, SecretSource};
use crate::desk::sender_proof::SenderProof;
use crate::dns::Dns;
use crate::time::Clock;
use crate::work::logins::Logins;
pub(super) use report::Form;
use report::{Finding, Found, Report};

/// How far the command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// It asks no server.
    Offline,
    /// It logs in to the mail servers, and that is all.
    Login,
    /// It asks, and sends nothing.
    Servers,
    /// It sends a mail from each desk to itself, too.
    RoundTrip,
}

pub(super) async fn check(path: &Path, reach: Reach, form: Form) -> Outcome {
    let config = config(path)?;
    let mut report = Report::new(form);
    report.say(&Finding::good("configuration", format!("{} is well formed", path.display())));
    for desk in &config.desks {
        report.say(&sender_proof(desk));
    }
    report.say_all(&machine::look(&config));
    database::look(config.clone(), reach, &mut report).await;
    let dns = match reach {
        Reach::Offline | Reach::Login => None,
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
    Ok(exit(&report))
}

/// Logs in to the servers of a desk.
pub(super) async fn log_in(desk: &Desk, logins: &Logins, config: &Config) -> Exit {
    let mut report = Report::new(Form::Text);
    servers(desk, logins, config, Reach::Login, &mut report).await;
    exit(&report)
}

fn exit(report: &Report) -> Exit {
    match report.worst() {
        Found::Good | Found::Soon => Exit::Ok,
        Found::Down => Exit::Unavailable,
        Found::Wrong => Exit::Configuration,
    }
}

async fn check_desk(desk: &Desk, config: &Config, reach: Reach, report: &mut Report) {
    let smtp = desk.smtp.login.as_ref().map(|(_, credential)| ("smtp", credential));
    for (server, credential) in [Some(("imap", &desk.imap.credential)), smtp].into_iter().flatten()
    {
        for source in credential.sources() {
            let what = format!("{server} {}", source.secret.as_str());
            report.say(&secret(&what, source).of(&desk.name));
        }
    }
    report.say(&senders::provable(desk).of(&desk.name));
    report.say_all(&dkim::keys(desk));
    if reach == Reach::Offline {
        return;
    }
    let logins = Logins::new(desk, &Clock::System, &Arc::default());
    for tokens in logins.tokens() {
        report.say(&tokens::look(tokens, &desk.name).await.of(&desk.name));
    }
    servers(desk, &logins, config, reach, report).await;
}

async fn servers(desk: &Desk, logins: &Logins, config: &Config, reach: Reach, report: &mut Report) {
    let now = Clock::System.now();
    // What there is nothing to log in with for was told before.
    let reading = logins.imap.attempt().await.ok();
    let submitting = match &logins.smtp {
        None => Some(None),
        Some(means) => means.attempt().await.ok().map(Some),
    };
    if let Some(attempt) = &reading {
        let (findings, session) = imap::look(desk, &attempt.login, now).await;
        for finding in findings {
            report.say(&finding.of(&desk.name));
        }
        if let Some(mut session) = session {
            if let Reach::Servers | Reach::RoundTrip = reach {
                // What senders are seen to prove keeps no mail from us.
                for finding in senders::look(desk, &mut session, config.dns).await {
                    report.mention(&finding.of(&desk.name));
                }
            }
            session.logout().await;
        }
    }
    let submitting = submitting.as_ref().map(|attempt| attempt.as_ref().map(|one| &one.login));
    if let Some(login) = submitting {
        for finding in smtp::look(desk, login, &config.instance, now).await {
            report.say(&finding.of(&desk.name));
        }
    }
    if let (Reach::RoundTrip, Some(attempt), Some(login)) = (reach, &reading, submitting) {
        let finding = plus::prove(desk, &attempt.login, login, &config.instance, now).await;
        let comes = finding.found == Found::Good;
        report.say(&finding.of(&desk.name));
        if comes && let Some(unrecorded) = replies::record(config, desk, now).await {
            report.say(&unrecorded.of(&desk.name));
        }
    }
}

fn secret(what: &str, source: &SecretSource) -> Finding {
    match source.read() {
        Ok(_) => Finding::good(what, "is readable for us alone"),
        Err(error) => Finding::wrong(what, error.to_string()),
    }
}

/// What a paid level asks of its senders at a desk.
fn sender_proof(desk: &Desk) -> Finding {
    let (name, asked) = (&desk.name, desk.sender_proof);
    let what = match asked {
        SenderProof::Dkim | SenderProof::Required => "who is not proven gets default_level",
        SenderProof::Preferred => {
            "who is not proven gets default_level, but for listed addresses whose domain publishes \
             no policy"
        }
        SenderProof::Off => "who writes a customer's address in From gets that customer's level",
    };
    Finding::good(format!("{name}: sender_proof"), format!("{asked}: {what}"))
}
