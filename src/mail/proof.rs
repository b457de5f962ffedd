//! What is known about the authenticity of a message: values, found by `authentication` and weighed
//! by `triage`.

use std::fmt;

use super::Digest;

/// What is known about the authenticity of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What it comes to.
    pub verdict: Verdict,
    /// DKIM: any signature, aligned or not.
    pub dkim: Outcome,
    /// SPF.
    pub spf: Outcome,
    /// DMARC.
    pub dmarc: Outcome,
    /// ARC.
    pub arc: Outcome,
    /// Whether the author had logged in at our own servers.
    pub internal: Internal,
    /// What the author's domain publishes.
    pub published: Published,
    /// Whether the envelope names the author.
    pub return_path: ReturnPath,
    /// The signatures by the author's domain that hold, each by a digest of itself and of who signed; at
    /// most [`SIGNED_MAX`].
    pub signed: Vec<Digest>,
    /// By what it is known, and what was not believed; for people.
    pub reasons: Vec<String>,
    /// Why it is worth less than what was found, for people; `None` where it is not.
    pub lessened: Option<String>,
}

impl Proof {
    /// Why it is not enough, for people; `None` where something proves the sender. `whose` is the sender
    /// as the sentence calls him.
    #[must_use]
    pub fn doubt(&self, whose: &str) -> Option<String> {
        if let Some(why) = &self.lessened {
            return Some(format!("nothing proves {whose}: {why}"));
        }
        match self.verdict {
            Verdict::Strong | Verdict::Pass | Verdict::PassSpf => None,
            Verdict::None => Some(format!("nothing proves {whose}")),
            Verdict::Pending => Some(format!("the proof of {whose} waits for the DNS")),
            Verdict::Fail => Some(format!("{whose} is forged, as it seems")),
            Verdict::Ambiguous => Some(format!("{whose} is nobody")),
        }
    }

    /// A verdict that nobody has looked for.
    #[must_use]
    pub fn given(verdict: Verdict, why: &str) -> Self {
        Self {
            verdict,
            dkim: Outcome::NotEvaluated,
            spf: Outcome::NotEvaluated,
            dmarc: Outcome::NotEvaluated,
            arc: Outcome::NotEvaluated,
            internal: Internal::Unproven,
            published: Published::Unknown,
            return_path: ReturnPath::Another,
            signed: Vec::new(),
            reasons: vec![why.to_owned()],
            lessened: None,
        }
    }
}

/// Signatures of one message by which it is known again.
pub const SIGNED_MAX: usize = 4;

/// How sure it is that the author wrote the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A believed server and our own check agree.
    Strong,
    /// One of them says that the author's domain signed it, or he had logged in.
    Pass,
    /// The author's domain lets the client send, and nothing more: others may use it, too.
    PassSpf,
    /// Nobody can say.
    None,
    /// Nobody can say yet: the DNS did not answer for the author's domain.
    Pending,
    /// It is not from the author's domain.
    Fail,
    /// There is not one author.
    Ambiguous,
}

impl Verdict {
    const ALL: [Self; 7] = [
        Self::Strong,
        Self::Pass,
        Self::PassSpf,
        Self::None,
        Self::Pending,
        Self::Fail,
        Self::Ambiguous,
    ];

    /// Reads its word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == word)
    }

    /// Its word in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Pass => "pass",
            Self::PassSpf => "pass_spf",
            Self::None => "none",
            Self::Pending => "pending",
            Self::Fail => "fail",
            Self::Ambiguous => "ambiguous",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a check came to, in the words of RFC 8601 §2.7.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// The domain believes that it does not hold (SPF's `~`).
    SoftFail,
    /// Nothing is said either way.
    Neutral,
    /// It holds, and is not good enough for us.
    Policy,
    /// There is nothing to check.
    None,
    /// The DNS did not answer; later it may.
    TempError,
    /// What is published or written cannot be understood.
    PermError,
    /// Nobody has checked.
    #[default]
    NotEvaluated,
}

impl Outcome {
    /// Its word in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::Neutral => "neutral",
            Self::Policy => "policy",
            Self::None => "none",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
            Self::NotEvaluated => "not evaluated",
        }
    }

    /// Reads a result of Authentication-Results; a word that is not known says nothing.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "pass" => Self::Pass,
            "fail" | "hardfail" => Self::Fail,
            "softfail" => Self::SoftFail,
            "policy" => Self::Policy,
            "none" => Self::None,
            "temperror" => Self::TempError,
            "permerror" => Self::PermError,
            _ => Self::Neutral,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether the author had logged in at our own servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Internal {
    /// No, or somebody else had.
    #[default]
    Unproven,
    /// Yes.
    Proven,
}

/// What a domain publishes about mail that fails DMARC (RFC 9989 §4.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Published {
    /// Nobody has looked, or the DNS did not answer.
    #[default]
    Unknown,
    /// No policy.
    Nothing,
    /// A policy that asks for nothing.
    Monitor,
    /// Quarantine or reject.
    Enforced,
}

/// Whether the envelope names the author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnPath {
    /// It is the address in From.
    Author,
    /// It is another one, null, or not known.
    Another,
}

impl Internal {
    /// Its word in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unproven => "unproven",
            Self::Proven => "proven",
        }
    }
}

impl Published {
    /// Its word in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Nothing => "nothing",
            Self::Monitor => "monitor",
            Self::Enforced => "enforced",
        }
    }
}

impl ReturnPath {
    /// Its word in listings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Another => "another",
        }
    }
}
