//! What a trace is about: what was typed, read once.

use std::fmt;

use crate::mail::address::Address;
use crate::mail::message_id::MessageId;
use crate::mail::subject::{TicketNumber, TicketPrefix};

/// What a trace is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A person.
    Address(Address),
    /// A message.
    Message(MessageId),
    /// Without angle brackets most Message-IDs look like addresses: the person if he is known, else
    /// the message.
    Either(Address, MessageId),
    /// A ticket. Its number is enough: it is unique in the instance, whatever stands before it.
    Ticket(TicketNumber),
}

impl About {
    /// Reads `ada@example.com`, a Message-ID with or without `<>`, `1042`, `#1042`, `EX#1042` or
    /// `[EX#1042]`; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(ticket) = ticket(text) {
            return Some(Self::Ticket(ticket));
        }
        if let Some(inside) = text.strip_prefix('<') {
            return MessageId::parse(inside.strip_suffix('>')?).ok().map(Self::Message);
        }
        let message = MessageId::parse(text).ok().filter(|id| id.as_str().contains('@'));
        match (Address::parse(text).ok(), message) {
            (Some(address), Some(message)) => Some(Self::Either(address, message)),
            (Some(address), None) => Some(Self::Address(address)),
            (None, Some(message)) => Some(Self::Message(message)),
            (None, None) => None,
        }
    }
}

fn ticket(text: &str) -> Option<TicketNumber> {
    let text = match text.strip_prefix('[') {
        Some(inside) => inside.strip_suffix(']')?,
        None => text,
    };
    let digits = match text.split_once('#') {
        Some((prefix, digits)) => {
            let known = prefix.is_empty() || TicketPrefix::parse(prefix).is_some();
            known.then_some(digits)?
        }
        None => text,
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok().and_then(TicketNumber::new) } else { None }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) | Self::Either(address, _) => address.fmt(f),
            Self::Message(id) => id.fmt(f),
            Self::Ticket(number) => write!(f, "ticket {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_a_message_id_and_a_ticket_are_told_apart() {
        for text in ["1042", "#1042", "EX#1042", "[EX#1042]", " [ex#1042] ", "[#1042]"] {
            check(text, "Ticket(TicketNumber(1042))");
        }
        check("<m1@acme.example>", "Message(<m1@acme.example>)");
        check("<1042>", "Message(<1042>)");
        check("Ada@Acme.example", "Either(ada@acme.example, <Ada@Acme.example>)");
        check("jörg@acme.example", "Address(jörg@acme.example)");
        check("a..b=c@[127.0.0.1]", "Message(<a..b=c@[127.0.0.1]>)");
        for text in ["", "0", "-7", "ada", "EX#", "E X#7", "[EX#7", "EX#7]", "#7x", "<a@b", "a b@c"]
        {
            check(text, "");
        }

        #[track_caller]
        fn check(text: &str, expected: &str) {
            let found = About::parse(text).map(|about| format!("{about:?}")).unwrap_or_default();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
