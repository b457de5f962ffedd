//! The command line: what can be typed, and where it goes. Exit codes follow sysexits.

mod account;
mod announce;
mod attachments;
mod backup;
mod check;
mod command;
mod db;
mod explain;
mod import;
mod inbound;
mod ingest;
mod instant;
mod key;
mod log;
mod login;
mod manual;
mod open;
mod outbox;
mod output;
mod owner;
mod part;
mod report;
mod run;
mod source;
mod status;
mod template;
mod ticket;
mod trace;
#[cfg(test)]
mod typed;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use command::{Command, Tidings};

/// What the process says to who called it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done.
    Ok = 0,
    /// The command was typed wrongly.
    Usage = 64,
    /// What was given is not what it should be.
    Data = 65,
    /// What was named is not there.
    NoInput = 66,
    /// A server is not to be had.
    Unavailable = 69,
    /// The program failed.
    Software = 70,
    /// Try again later.
    TryLater = 75,
    /// Somebody else must do this.
    Permission = 77,
    /// The configuration, or the schema of the database.
    Configuration = 78,
}

/// Why a command ended otherwise than well.
struct Failure {
    exit: Exit,
    error: anyhow::Error,
}

type Outcome = Result<Exit, Failure>;

trait Or<T> {
    /// The exit code that an error of this step has.
    fn or_exit(self, exit: Exit) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> Or<T> for Result<T, E> {
    fn or_exit(self, exit: Exit) -> Result<T, Failure> {
        self.map_err(|error| Failure { exit, error: error.into() })
    }
}

impl Failure {
    fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, error: anyhow::Error::msg(what.into()) }
    }
}

/// Reads the command line, does what it says, and says how it ended.
#[must_use]
pub fn main() -> ExitCode {
    let typed = match Tidings::try_parse() {
        Ok(typed) => typed,
        Err(error) => {
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return code(if asked { Exit::Ok } else { Exit::Usage });
        }
    };
    // What is in the state directory is for its owner alone, whatever the folder's own mode.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    if let Err(failure) = owner::become_owner(&typed) {
        return fail(&failure);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Failure { exit: Exit::Software, error: error.into() }),
    };
    let outcome = runtime.block_on(dispatch(typed));
    // All that matters has been awaited. What a library leaves running must not keep the program: sqlx's pools count
    // their idle connections wrongly when they are closed, and may then count for ever.
    runtime.shutdown_background();
    match outcome {
        Ok(exit) => code(exit),
        Err(failure) => fail(&failure),
    }
}

async fn dispatch(typed: Tidings) -> Outcome {
    let config = typed.config;
    match typed.command {
        Command::Run { once, log_format } => {
            // Everything that the daemon keeps: too much for the stack.
            Box::pin(run::run(&config, once, log_format)).await
        }
        Command::Check { offline, plus, json } => {
            let reach = match (offline, plus) {
                (true, _) => check::Reach::Offline,
                (false, true) => check::Reach::RoundTrip,
                (false, false) => check::Reach::Servers,
            };
            let form = if json { check::Form::Json } else { check::Form::Text };
            check::check(&config, reach, form).await
        }
        Command::Login { desk } => login::login(&config, &desk).await,
        Command::Status { json } => status::status(&config, json).await,
        Command::Trace { about, since, json } => {
            trace::trace(&config, &about, since.as_deref(), json).await
        }
        Command::Announce { end: Some(id), .. } => announce::end(&config, id).await,
        Command::Announce { text: Some(text), until, desk, to, .. } => {
            let (until, desk) = (until.as_deref(), desk.as_deref());
            announce::announce(&config, announce::Told { text: &text, until, desk, to }).await
        }
        Command::Announce { text: None, desk, json, .. } => {
            announce::list(&config, desk.as_deref(), json).await
        }
        Command::Report(arguments) => report::report(&config, &arguments).await,
        Command::Explain(arguments) => explain::explain(&config, arguments).await,
        Command::Ingest { desk, files } => ingest::ingest(&config, desk.as_deref(), &files).await,
        Command::Template(command) => template::template(&config, &command),
        Command::Ticket(command) => ticket::ticket(&config, command).await,
        Command::Account(command) => account::account(&config, command).await,
        Command::Inbound(command) => inbound::inbound(&config, command).await,
        Command::Outbox(command) => outbox::outbox(&config, command).await,
        Command::Key(command) => key::key(&config, command).await,
        Command::Db(command) => db::db(&config, command).await,
        Command::Completions { shell } => Ok(manual::completions(shell)),
        Command::Man => manual::page(),
    }
}

/// Prints what happened and why, the whole chain, to standard error.
#[expect(clippy::print_stderr, reason = "errors of the command line go to standard error")]
fn fail(failure: &Failure) -> ExitCode {
    let mut line = String::new();
    for cause in failure.error.chain() {
        let cause = cause.to_string();
        // Many errors print their cause already.
        if !line.contains(&cause) {
            if !line.is_empty() {
                line.push_str(": ");
            }
            line.push_str(&cause);
        }
    }
    eprintln!("tidings: {}", output::printable(&line));
    code(failure.exit)
}

fn code(exit: Exit) -> ExitCode {
    ExitCode::from(exit as u8)
}
