//! Who wrote a message: read from the raw field, before anything is decoded.

use super::Defect;
use super::defects::Defects;
use super::field::{Block, Extent};
use super::word;
use crate::mail::address::NamedAddress;
use crate::mail::body::one_line;
use crate::mail::{Sender, mailbox};

/// Characters of an unusable `From` that are shown.
const SHOWN_CHARS_MAX: usize = 200;

/// The sender of a message: exactly one `From` field, exactly one plain mailbox in it
/// (RFC 5322 §3.6 and §3.6.2).
pub(super) fn of(block: &Block<'_>, defects: &mut Defects) -> Sender {
    let field = block.first("from");
    let read = match field {
        _ if block.from_like == 0 => Err("no From field"),
        _ if 1 < block.from_like => Err("several From fields"),
        None => Err("a From field that is misspelt or out of reach"),
        Some(field) if field.extent == Extent::Cut => Err("a From field without an end"),
        Some(field) => mailbox::one(&field.unfolded()).map_err(why),
    };
    match read {
        Ok(named) => Sender::One(NamedAddress { name: name(&named.name), ..named }),
        Err(why) => {
            defects.add(Defect::AmbiguousSender { why });
            let shown = field.map(|field| one_line(&word::decode(field.value).0));
            Sender::Ambiguous {
                why,
                shown: shown.unwrap_or_default().chars().take(SHOWN_CHARS_MAX).collect(),
            }
        }
    }
}

/// A display name, decoded, on one line.
pub(super) fn name(raw: &str) -> String {
    one_line(&word::decode(raw.as_bytes()).0)
}

fn why(error: mailbox::MailboxError) -> &'static str {
    use mailbox::MailboxError as Error;
    match error {
        Error::Empty => "no address in From",
        Error::Several => "more than one address in From",
        Error::Group => "a group in From",
        Error::Control => "a control character in From",
        Error::Unbalanced => "a quote, comment or bracket in From without its other half",
        Error::TooDeep => "comments within comments in From",
        Error::Trailing => "something behind the address in From",
        Error::AddressAsName => "another address as the name in From",
        Error::EncodedWord => "an encoded word in the address in From",
        Error::Route => "a route in the address in From",
        Error::Words => "words in From that are no address",
        Error::Address(_) => "an address in From that cannot be compared",
    }
}
