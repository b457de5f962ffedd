//! The notices that requesters get: in each language, each in its forms.

/// A notice to a requester.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notice {
    /// That a message has come and opened a ticket.
    Acknowledgement,
    /// That a message has come, to who may not have written it.
    Short,
    /// That a message has come and is added to a ticket.
    Addition,
    /// That the level of a ticket was raised.
    Raised,
    /// What has changed of a ticket.
    Changed,
    /// That an answer is awaited.
    Reminder,
    /// All that was said.
    History,
    /// What nobody could plan.
    Announcement,
    /// An agent's words.
    Answer,
}

/// A form in which a notice is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// The subject, a line.
    Subject,
    /// The plain text.
    Text,
    /// The same in HTML.
    Html,
}

impl Notice {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Acknowledgement,
        Self::Short,
        Self::Addition,
        Self::Raised,
        Self::Changed,
        Self::Reminder,
        Self::History,
        Self::Announcement,
        Self::Answer,
    ];

    /// Its name, as files have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement",
            Self::Short => "short",
            Self::Addition => "addition",
            Self::Raised => "raised",
            Self::Changed => "changed",
            Self::Reminder => "reminder",
            Self::History => "history",
            Self::Announcement => "announcement",
            Self::Answer => "answer",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// What it is for, for people.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledges a message that opens a ticket",
            Self::Short => "acknowledges one whose sender nothing proves",
            Self::Addition => "acknowledges a message that is added to a ticket",
            Self::Raised => "tells that the level of a ticket was raised",
            Self::Changed => "tells what has changed of a ticket",
            Self::Reminder => "reminds of an answer that is awaited",
            Self::History => "brings the correspondence to who asks for it (#history)",
            Self::Announcement => "tells of what nobody could plan (tidings announce)",
            Self::Answer => "stands around an agent's answer",
        }
    }
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Subject, Self::Text, Self::Html];

    /// Its name, as files have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "txt",
            Self::Html => "html",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}
