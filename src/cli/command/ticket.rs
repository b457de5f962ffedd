//! What can be typed about tickets. Data only.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

#[derive(Subcommand)]
pub(in crate::cli) enum Ticket {
    /// Open tickets; all with --all.
    List {
        /// One JSON object a ticket.
        #[arg(long)]
        json: bool,
        /// Resolved and closed ones, too.
        #[arg(long)]
        all: bool,
        /// Of this desk.
        #[arg(long)]
        desk: Option<String>,
        /// In this status.
        #[arg(long)]
        status: Option<String>,
        /// Opened by this address.
        #[arg(long, value_name = "ADDRESS")]
        requester: Option<String>,
        /// With this text in the subject.
        #[arg(long)]
        text: Option<String>,
    },
    /// A ticket with its correspondence and history. Of each article what was written now.
    Show {
        /// Its number.
        number: i64,
        /// With the quotes and signatures of each article.
        #[arg(long, conflicts_with = "json")]
        full: bool,
        /// As JSON; `text` is all of an article, `reply` what was written now.
        #[arg(long)]
        json: bool,
        /// Writes the message of this article as it came, and nothing else.
        #[arg(long, value_name = "ARTICLE", conflicts_with_all = ["json", "full", "attachments"])]
        raw: Option<i64>,
        /// Writes the bytes of each attachment that the desk takes into this folder, each under its
        /// SHA-256. The folder must be open to the owner of `state_dir`.
        #[arg(long, value_name = "DIR")]
        attachments: Option<PathBuf>,
    },
    /// Opens a ticket for somebody, with the text on standard input. No mail is sent.
    Open {
        /// The requester's address.
        #[arg(long = "for", value_name = "ADDRESS")]
        requester: String,
        /// The subject.
        #[arg(long)]
        subject: String,
        /// The desk; needed where there are several.
        #[arg(long)]
        desk: Option<String>,
        /// How urgent it is, by a name or an alias of the configuration.
        #[arg(long, value_name = "NAME")]
        priority: Option<String>,
    },
    /// Answers the requester by mail, with the text on standard input.
    Reply {
        /// The ticket's number.
        number: i64,
    },
    /// Adds a note that never leaves the desk, with the text on standard input.
    Note {
        /// The ticket's number.
        number: i64,
    },
    /// Changes a ticket.
    Set(Set),
    /// Merges a ticket into another of its desk: they are read together, and what leads to the one
    /// leads to the other. It cannot be undone.
    Merge {
        /// The number of the ticket that is closed.
        number: i64,
        /// The number of the one that goes on.
        #[arg(long, value_name = "NUMBER")]
        into: i64,
    },
    /// Splits articles off to a new ticket, linked to this one.
    Split {
        /// The ticket's number.
        number: i64,
        /// Their numbers, as `show` has them.
        #[arg(long, value_name = "NUMBERS", value_delimiter = ',', required = true)]
        articles: Vec<i64>,
    },
}

/// What is changed of a ticket.
#[derive(Args)]
#[command(group(ArgGroup::new("change").required(true).multiple(true)))]
pub(in crate::cli) struct Set {
    /// The ticket's number.
    pub(in crate::cli) number: i64,
    /// The new status: new, open, pending (the requester has to answer), waiting (for somebody
    /// else), resolved, closed.
    #[arg(long, group = "change")]
    pub(in crate::cli) status: Option<String>,
    /// When a pending ticket is open again, such as 2026-03-05 or 2026-03-05T09:00:00Z.
    #[arg(long, value_name = "TIME", requires = "status")]
    pub(in crate::cli) until: Option<String>,
    /// You have asked the requester in another way than by mail: he gets the level of his account,
    /// and a mail that says so.
    #[arg(long, group = "change")]
    pub(in crate::cli) verified: bool,
    /// The new level, whoever the requester is; no proof changes it any more.
    #[arg(long, group = "change", conflicts_with = "verified")]
    pub(in crate::cli) level: Option<String>,
    /// How urgent it is, by a name or an alias of the configuration.
    #[arg(long, group = "change", value_name = "NAME")]
    pub(in crate::cli) priority: Option<String>,
    /// The agent who has it from now on, by name; `-` is nobody.
    #[arg(long, group = "change", value_name = "NAME", allow_hyphen_values = true)]
    pub(in crate::cli) agent: Option<String>,
    /// Becomes a participant, who may add to the ticket; several times for several.
    #[arg(long, group = "change", value_name = "ADDRESS")]
    pub(in crate::cli) cc: Vec<String>,
    /// Is a participant no more.
    #[arg(long, group = "change", value_name = "ADDRESS")]
    pub(in crate::cli) uncc: Vec<String>,
    /// Time that you have spent, such as 30m or 1h30m; -15m takes some back.
    #[arg(long, group = "change", value_name = "TIME", allow_hyphen_values = true)]
    pub(in crate::cli) spent: Option<String>,
    /// The requester is not told of it. Otherwise he is, as far as `notices` of the desk has it.
    #[arg(long)]
    pub(in crate::cli) quiet: bool,
}
