//! What was found, as lines for people or objects for programs, and what it comes to.

use serde_json::json;

use crate::cli::output::{self, printable};

/// What was found of one thing, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Found {
    /// Nothing needs to be done.
    Good,
    /// It works, and somebody should do something before it does not.
    Soon,
    /// It is not to be had.
    Down,
    /// It cannot work before somebody changes something.
    Wrong,
}

impl Found {
    fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Soon => "soon",
            Self::Down => "down",
            Self::Wrong => "WRONG",
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) found: Found,
    /// What it is about, in few words.
    pub(super) about: String,
    /// What is so, and unless it is good, what to do. May hold what a server said.
    pub(super) text: String,
}

impl Finding {
    pub(super) fn new(found: Found, about: impl Into<String>, text: impl Into<String>) -> Self {
        Self { found, about: about.into(), text: text.into() }
    }

    pub(super) fn good(about: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Found::Good, about, text)
    }

    pub(super) fn soon(about: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Found::Soon, about, text)
    }

    pub(super) fn down(about: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Found::Down, about, text)
    }

    pub(super) fn wrong(about: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Found::Wrong, about, text)
    }

    /// The same, about a desk's thing.
    pub(super) fn of(self, desk: &str) -> Self {
        Self { about: format!("{desk}: {}", self.about), ..self }
    }
}

/// Whom the lines are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Form {
    /// People: aligned.
    Text,
    /// Programs: one JSON object a line.
    Json,
}

/// Says what was found, when it is found.
pub(super) struct Report {
    form: Form,
    worst: Found,
}

impl Report {
    pub(super) fn new(form: Form) -> Self {
        Self { form, worst: Found::Good }
    }

    /// Says it; what the command ends with depends on it.
    pub(super) fn say(&mut self, finding: &Finding) {
        self.worst = self.worst.max(finding.found);
        self.mention(finding);
    }

    pub(super) fn say_all(&mut self, findings: &[Finding]) {
        for finding in findings {
            self.say(finding);
        }
    }

    /// Says it, and that is all.
    pub(super) fn mention(&self, finding: &Finding) {
        let Finding { found, about, text } = finding;
        let word = found.word();
        match self.form {
            Form::Text => {
                output::line(&format!("{word:<6}{:<26}  {}", printable(about), printable(text)));
            }
            Form::Json => output::json(&json!({ "found": word, "about": about, "text": text })),
        }
    }

    /// The worst of what was said.
    pub(super) fn worst(&self) -> Found {
        self.worst
    }
}
