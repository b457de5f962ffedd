//! What can be typed about templates. Data only.

use clap::{Args, Subcommand, ValueEnum};

#[derive(Subcommand)]
pub(in crate::cli) enum Template {
    /// Every notice to requesters, and which of its templates are a desk's own.
    List {
        /// The desk; the first without.
        #[arg(long)]
        desk: Option<String>,
        /// One JSON object a notice.
        #[arg(long)]
        json: bool,
    },
    /// A template as it is used: what one copies to write one's own.
    Show {
        #[command(flatten)]
        which: Which,
        /// Which form of it.
        #[arg(long, default_value = "txt")]
        form: Form,
    },
    /// A notice about invented data; without --form its subject and its text.
    Render {
        #[command(flatten)]
        which: Which,
        /// That form alone.
        #[arg(long)]
        form: Option<Form>,
        /// How much there is to say.
        #[arg(long, default_value = "rich")]
        sample: Sample,
    },
}

/// Of which notice.
#[derive(Args)]
pub(in crate::cli) struct Which {
    /// The notice.
    #[arg(value_name = "NOTICE")]
    pub(in crate::cli) name: String,
    /// en, de or nb; the desk's first without.
    #[arg(long)]
    pub(in crate::cli) language: Option<String>,
    /// The desk; the first without.
    #[arg(long)]
    pub(in crate::cli) desk: Option<String>,
}

/// A form of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Form {
    /// Its subject.
    Subject,
    /// The plain text.
    Txt,
    /// The same in HTML.
    Html,
}

/// How much there is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Sample {
    /// Everything that can be.
    Rich,
    /// What always is.
    Bare,
}
