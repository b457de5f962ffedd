//! Why a message is not acknowledged, and how people are told.

use std::fmt;
use std::time::Duration;

use super::SAME_TOPIC_MAX;
use crate::mail::address::Address;
use crate::time::{Timestamp, for_people};
use crate::triage::case::SAME_TOPIC_WITHIN;

/// Why a message is not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The desk acknowledges nothing.
    Off,
    /// It opens no ticket, and the desk acknowledges nothing else.
    FollowUp,
    /// It was found later than it came.
    Found,
    /// It lay there at the first look.
    LayThere,
    /// A machine wrote it, by these marks.
    Machine(String),
    /// Its reverse path is null.
    NullPath,
    /// It asks for no answer, or its sender does not read any.
    Unwelcome(String),
    /// It passed so many servers.
    Hops(usize),
    /// It is older than this.
    Late(Duration),
    /// It is the business of this desk of ours.
    OtherDesk(Address),
    /// No address of the desk is among its recipients.
    NotAddressed,
    /// Its sender is nobody.
    Nobody(&'static str),
    /// A web form does not say who asks.
    Unnamed(&'static str),
    /// Its sender is forged.
    Forged,
    /// Nothing proves its sender.
    Unproven,
    /// It adds to a ticket that somebody else opened.
    NotRequester,
    /// It adds to a ticket, and nothing proves its sender.
    UnprovenFollowUp,
    /// Its sender opens tickets as a machine does; until then.
    Hushed(Timestamp),
    /// What it is about was acknowledged often enough.
    Repeated,
    /// A cap is reached, which was this for its sender.
    Cap(Cap, u32),
    /// The cap of this web form is reached.
    FormCap(Address, u32),
}

/// A cap on acknowledgements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    /// To one address in an hour.
    AddressHour,
    /// To one address in a day.
    AddressDay,
    /// To one domain in an hour.
    DomainHour,
    /// By the desk in an hour.
    TotalHour,
}

impl Cap {
    /// What it counts, and its key in the configuration.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::AddressHour => ("to this address in an hour", "address_per_hour"),
            Self::AddressDay => ("to this address in a day", "address_per_day"),
            Self::DomainHour => ("to this domain in an hour", "domain_per_hour"),
            Self::TotalHour => ("in an hour", "total_per_hour"),
        }
    }
}

/// For people, as the end of "no acknowledgement: ".
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Off => "acknowledge = \"none\"",
            Self::FollowUp => "it opens no ticket",
            Self::Found => {
                "it was found after a restore, or in the archive: it may be answered already"
            }
            Self::LayThere => "it lay there at the first look",
            Self::Machine(marks) => return write!(f, "a machine wrote it: {marks}"),
            Self::NullPath => "its reverse path is null",
            Self::Unwelcome(why) => why,
            Self::Hops(hops) => return write!(f, "it passed {hops} servers, as in a loop"),
            Self::Late(within) => {
                return write!(f, "received more than {} ago (acknowledge_within)", hours(*within));
            }
            Self::OtherDesk(other) => return write!(f, "{other} answers: it is named first"),
            Self::NotAddressed => {
                "no address of the desk is among its recipients: it came by Bcc or through a list"
            }
            Self::Nobody(why) => return write!(f, "the sender is nobody: {why}"),
            Self::Unnamed(why) => why,
            Self::Forged => "the sender is forged, as it seems",
            Self::Unproven => "nothing proves the sender, and the envelope does not name him",
            Self::NotRequester => "it adds to a ticket that somebody else opened",
            Self::UnprovenFollowUp => "it adds to a ticket, and nothing proves the sender",
            Self::Hushed(until) => {
                let until = for_people(*until);
                return write!(
                    f,
                    "its sender opens tickets as a machine does; there are none until {until}"
                );
            }
            Self::Repeated => {
                return write!(
                    f,
                    "{SAME_TOPIC_MAX} about the same subject went to this address within {}",
                    hours(SAME_TOPIC_WITHIN)
                );
            }
            Self::FormCap(form, limit) => {
                return write!(
                    f,
                    "the limit of {limit} acknowledgements of web form {form} in an hour is reached (caps)"
                );
            }
            Self::Cap(cap, limit) => {
                let (what, key) = cap.words();
                return write!(
                    f,
                    "the limit of {limit} acknowledgements {what} is reached ({key})"
                );
            }
        };
        f.write_str(text)
    }
}

fn hours(span: Duration) -> String {
    format!("{} hours", span.as_secs() / 3600)
}
