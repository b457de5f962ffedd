//! Who wrote a message: read from the raw field, before anything is decoded.

use super::Defect;
use super::defects::Defects;
use super::field::{Block, Extent};
use super::word;
use crate::mail::address::NamedAddress;
use crate::mail::body::one_line;
use crate::mail::{Claimed, Sender, mailbox};

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
            let shown: String = shown.unwrap_or_default().chars().take(SHOWN_CHARS_MAX).collect();
            Sender::Ambiguous { why, claimed: claimed(&shown), shown }
        }
    }
}

/// What a person takes for the name and the address in a field that is none.
fn claimed(shown: &str) -> Claimed {
    let of = |name: &str, address: &str| Claimed {
        name: name.trim().trim_matches('"').to_owned(),
        address: address.trim().to_owned(),
    };
    let first = shown.split(',').find(|one| one.contains('@')).unwrap_or(shown);
    if let Some((name, rest)) = first.split_once('<') {
        return of(name, rest.split('>').next().unwrap_or_default());
    }
    let mut words = first.split_whitespace();
    match (words.clone().find(|word| word.contains('@')), words.next(), words.next()) {
        (Some(address), _, _) => of("", address),
        (None, Some(word), None) => of("", word),
        (None, _, _) => of(first, ""),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_sender_is_shown_as_far_as_it_can_be() {
        check("Ada <ada@x.com>, Bob <bob@x.com>", "Ada|ada@x.com");
        check("a@x.com, b@x.com", "|a@x.com");
        check("vip@paid.example <x@evil.com>", "vip@paid.example|x@evil.com");
        check("John <john@x.com> <evil@y.com>", "John|john@x.com");
        check("no_host", "|no_host");
        check("Mail Delivery System", "Mail Delivery System|");
        check("<ada@x.com", "|ada@x.com");
        check("", "|");

        #[track_caller]
        fn check(shown: &str, expected: &str) {
            let claimed = claimed(shown);
            assert_eq!(format!("{}|{}", claimed.name, claimed.address), expected, "{shown}");
        }
    }
}
