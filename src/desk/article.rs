//! Articles: the messages inside a ticket.

use std::fmt;

/// The row of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleId(pub i64);

/// Who speaks in an article, and who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleKind {
    /// From the requester or another party outside.
    Requester,
    /// From an agent, to the requester.
    Agent,
    /// A note among agents; it never leaves.
    Internal,
}

impl ArticleKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Requester, Self::Agent, Self::Internal];

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The word in the store and in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::Agent => "agent",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ArticleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
