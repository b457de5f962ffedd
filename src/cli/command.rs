//! What can be typed. Data only.

pub(super) mod report;
pub(super) mod template;
pub(super) mod ticket;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Turns a support mailbox into a help desk that works by mail alone.
#[derive(Parser)]
#[command(name = "tidings", version, disable_help_subcommand = true)]
pub(super) struct Tidings {
    /// The configuration.
    #[arg(
        short,
        long,
        global = true,
        value_name = "FILE",
        env = "TIDINGS_CONFIG",
        default_value = crate::config::DEFAULT_PATH
    )]
    pub(super) config: PathBuf,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Watches the mailboxes, opens tickets, sends acknowledgements.
    Run {
        /// Does what is due and ends: first contact, or mail, decisions and notices that wait.
        /// Exits with 75 if a server could not be reached.
        #[arg(long)]
        once: bool,
        /// How the log is written.
        #[arg(long, value_name = "FORMAT", env = "TIDINGS_LOG_FORMAT", default_value = "auto")]
        log_format: LogFormat,
    },
    /// Looks at configuration, secrets, machine, database, servers and the DNS; a line each, with what
    /// to do.
    Check {
        /// Asks no server.
        #[arg(long)]
        offline: bool,
        /// Sends a mail from each desk to `local+token@domain` and waits for it, at most 60 s.
        #[arg(long, conflicts_with = "offline")]
        plus: bool,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Asks for a desk's access to its mailbox in a browser, where its login is by OAuth 2.0 and device
    /// code, and tries it. Once; the daemon may run meanwhile.
    Login {
        /// The desk.
        desk: String,
    },
    /// Who works on each desk, and how it goes. Exits with 75 when something is wrong.
    Status {
        /// One JSON object a desk.
        #[arg(long)]
        json: bool,
    },
    /// Everything that happened with somebody's mail, with a message or with a ticket, and why.
    Trace {
        /// An address, a Message-ID, or a ticket: 1042, 'EX#1042', '[EX#1042]'.
        #[arg(value_name = "ADDRESS|MESSAGE-ID|TID")]
        about: String,
        /// What began then or later alone, such as 2026-03-02 or 2026-03-02T09:00:00Z.
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// One JSON object an entry.
        #[arg(long)]
        json: bool,
    },
    /// Says what would be done with messages, and why. Stores and sends nothing.
    Explain(Explain),
    /// Puts messages into the spool as if received.
    Ingest {
        /// The desk; needed where there are several.
        #[arg(long)]
        desk: Option<String>,
        /// Message files (.eml), mbox files or Maildir folders; `-` is standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// The words of notices to requesters.
    #[command(subcommand)]
    Template(template::Template),
    /// Tickets.
    #[command(subcommand)]
    Ticket(ticket::Ticket),
    /// Tells what nobody could plan: in acknowledgements, and on demand by mail to who has an open ticket.
    /// Without a text: what is announced now.
    Announce {
        /// What is told, at most 2,000 characters.
        text: Option<String>,
        /// Until when, such as 2026-03-02T09:00:00Z.
        #[arg(long, value_name = "TIME", requires = "text")]
        until: Option<String>,
        /// Of this desk alone; without it of all.
        #[arg(long)]
        desk: Option<String>,
        /// Who gets a mail, once.
        #[arg(long, value_name = "WHOM", requires = "text")]
        to: Option<Whom>,
        /// Ends the announcement of this number now.
        #[arg(long, value_name = "NUMBER", conflicts_with_all = ["text", "until", "desk", "to"])]
        end: Option<i64>,
        /// One JSON object an announcement.
        #[arg(long)]
        json: bool,
    },
    /// How many tickets there were, how soon they were answered and over, which promises were kept, and what
    /// requesters thought of it.
    Report(report::Report),
    /// Accounts: the customers and what they bought.
    #[command(subcommand)]
    Account(Account),
    /// Messages as received.
    #[command(subcommand)]
    Inbound(Inbound),
    /// Notices on their way.
    #[command(subcommand)]
    Outbox(Outbox),
    /// The key of the instance.
    #[command(subcommand)]
    Key(Key),
    /// The database.
    #[command(subcommand)]
    Db(Db),
    /// Writes a shell's completions to standard output.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Writes the manual page to standard output; read it with `man -l -`.
    Man,
}

/// Who gets a mail of an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Whom {
    /// The requesters of open tickets.
    Open,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// To the journal when standard error goes there anyway; else as text.
    Auto,
    /// A line for people on standard error.
    Text,
    /// A JSON object a line on standard error.
    Json,
    /// To systemd's journal, with fields such as `TIDINGS_DESK`.
    Journal,
}

#[derive(Args)]
pub(super) struct Explain {
    /// Message files (.eml), mbox files or Maildir folders; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// One JSON object a message.
    #[arg(long)]
    pub(super) json: bool,
    /// Asks no DNS: signatures are not checked.
    #[arg(long)]
    pub(super) offline: bool,
    /// Writes the bytes of each attachment that the desk takes into this folder, each under its
    /// SHA-256.
    #[arg(long, value_name = "DIR")]
    pub(super) attachments: Option<PathBuf>,
    /// The DNS server that is asked, instead of the configured one.
    #[arg(long, value_name = "IP:PORT", conflicts_with = "offline")]
    pub(super) dns: Option<String>,
    /// Who handed the messages over, such as 192.0.2.1/mail.example.com/ada@example.com: where no
    /// Received field of a boundary host says so.
    #[arg(long, value_name = "IP/HELO/MAILFROM")]
    pub(super) received_from: Option<String>,
    /// The desk; the first without.
    #[arg(long)]
    pub(super) desk: Option<String>,
    /// The instant at which the messages came and are decided, such as 2026-03-02T09:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub(super) at: Option<String>,
    /// Shows passwords, keys and tokens in subject and text, which are hidden without.
    #[arg(long)]
    pub(super) secrets: bool,
}

#[derive(Subcommand)]
pub(super) enum Account {
    /// Adds and replaces accounts from a TOML or CSV file.
    Import {
        /// The file; its ending says which kind.
        file: PathBuf,
        /// Only says what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Every account.
    List {
        /// One JSON object an account.
        #[arg(long)]
        json: bool,
    },
    /// One account.
    Show {
        /// Its id.
        id: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Which level an address gets, and why.
    Match {
        /// The address.
        address: String,
        /// The desk; the first without.
        #[arg(long)]
        desk: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Believes an address without a proof from now on: mail from it that nothing proves, and nothing
    /// disproves, gets the level of its account.
    Trust {
        /// The address, a contact of an account.
        address: String,
        /// Asks it for proof again.
        #[arg(long)]
        remove: bool,
    },
}

#[derive(Subcommand)]
pub(super) enum Inbound {
    /// Messages that wait or are held; others with --verdict.
    List {
        /// One JSON object a message.
        #[arg(long)]
        json: bool,
        /// opened, `follow_up`, event, duplicate, ignored, held, dropped, pending or all.
        #[arg(long)]
        verdict: Option<String>,
    },
    /// A message: how it came, what became of it, and its text.
    Show {
        /// Its number.
        id: i64,
        /// Its bytes as received, and nothing else.
        #[arg(long)]
        raw: bool,
    },
    /// Decides held, ignored or dropped messages again.
    Retry {
        /// Their numbers.
        #[arg(required = true)]
        ids: Vec<i64>,
        /// Whatever a filter, a junk folder or `block` says: they are no spam.
        #[arg(long)]
        not_spam: bool,
    },
    /// Puts a held message aside for good. Nothing is deleted.
    Drop {
        /// Its number.
        id: i64,
        /// Why.
        #[arg(long)]
        why: String,
    },
    /// Compares folders, the archive's too, with the database; what is not known there is read.
    Reconcile {
        /// The desk; all without.
        #[arg(long)]
        desk: Option<String>,
        /// Passes over what came before, such as 2026-03-02T09:00:00Z.
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
    },
}

#[derive(Subcommand)]
pub(super) enum Outbox {
    /// Notices that are not sent; others with --state.
    List {
        /// One JSON object a notice.
        #[arg(long)]
        json: bool,
        /// due, claimed, sent, dead, held or all.
        #[arg(long)]
        state: Option<String>,
    },
    /// A notice and its message.
    Show {
        /// Its number.
        id: i64,
    },
    /// Submits dead, held or waiting notices now.
    Retry {
        /// Their numbers.
        #[arg(required = true)]
        ids: Vec<i64>,
    },
    /// Gives a waiting notice up. Nothing is deleted.
    Drop {
        /// Its number.
        id: i64,
    },
}

#[derive(Subcommand)]
pub(super) enum Key {
    /// A new key makes our names from now on; the daemon must not run. With `key_file` and
    /// `key_credential` you do it by hand.
    Rotate,
}

#[derive(Subcommand)]
pub(super) enum Db {
    /// Brings the schema up to date; makes the database if there is none.
    Migrate,
    /// Looks at every page and every reference.
    Check,
    /// Copies a `SQLite` database into a new file, while the daemon works.
    Backup {
        /// The file; it must not be there.
        file: PathBuf,
    },
    /// Says that the database was brought back from a backup, where the daemon cannot know it: ticket
    /// numbers leap, notices that may have been sent are held, folders are compared.
    Restored,
}
