//! What can be typed about totals. Data only.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Which tickets are counted, and how that is shown.
#[derive(Args)]
pub(in crate::cli) struct Report {
    /// By what tickets are grouped.
    #[arg(long, value_name = "WHAT", default_value = "desk")]
    pub(in crate::cli) by: Grouping,
    /// Of this desk alone.
    #[arg(long)]
    pub(in crate::cli) desk: Option<String>,
    /// Whose first message came then or later, such as 2026-03-01 or 2026-03-01T09:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) since: Option<String>,
    /// Whose first message came before.
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) until: Option<String>,
    /// Comma-separated values under a heading; times in seconds.
    #[arg(long, conflicts_with_all = ["json", "plot"])]
    pub(in crate::cli) csv: bool,
    /// One JSON object a group; times in seconds.
    #[arg(long, conflicts_with = "plot")]
    pub(in crate::cli) json: bool,
    /// A picture, written into this file. The folder must be open to the owner of `state_dir`; a file
    /// that is there is replaced.
    #[arg(long, value_name = "FILE.svg")]
    pub(in crate::cli) plot: Option<PathBuf>,
}

/// By what tickets are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Grouping {
    /// Their desk.
    Desk,
    /// The agent who has them; `-` is nobody.
    Agent,
    /// Their level.
    Level,
    /// The month in which their first message came, in the time zone of the desk's default level.
    Month,
}
