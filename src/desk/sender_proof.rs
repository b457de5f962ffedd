//! What a desk, or a licence for itself, asks of its senders.

use std::fmt;

/// What must prove that a sender is who he says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderProof {
    /// A signature: SPF alone does not suffice. Of licences only.
    Dkim,
    /// Proof.
    Required,
    /// Proof, or a plain case of somebody whose domain has nothing to prove with.
    Preferred,
    /// Nothing.
    Off,
}

impl SenderProof {
    const ALL: [Self; 4] = [Self::Dkim, Self::Required, Self::Preferred, Self::Off];

    /// The word in the configuration, in import files and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dkim => "dkim",
            Self::Required => "required",
            Self::Preferred => "preferred",
            Self::Off => "off",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

impl fmt::Display for SenderProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
