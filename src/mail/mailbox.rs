//! Mailboxes in header fields, `Ada <ada@example.com>`, read strictly (RFC 5322 §3.4).
//!
//! Readers of mail differ in what they make of odd `From` fields, and impostors live on the
//! difference. So what is not plain here is not an address: no route, no quoted local part, no
//! second address, no encoded word beside the `@`. Encoded words are left as they are: they may
//! be decoded only afterwards, and only in names (RFC 2047 §5).

mod piece;

use super::address::{Address, AddressError, NamedAddress};
use piece::{End, Piece, Pieces, Quoted};

/// Comments within comments that are followed; deeper is an attack (CVE-2026-55619).
pub const COMMENT_DEPTH_MAX: usize = 20;

/// Why a text is not a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// Nothing but blanks and comments.
    #[error("no address")]
    Empty,
    /// More than one mailbox where one is wanted.
    #[error("more than one address")]
    Several,
    /// `name: a@b, c@d;` (RFC 6854) where one mailbox is wanted.
    #[error("a group of addresses")]
    Group,
    /// A control character; NUL among them.
    #[error("a control character")]
    Control,
    /// A quoted text, a comment or an angle bracket is never closed, or closed twice.
    #[error("a quote, comment or bracket without its other half")]
    Unbalanced,
    /// Comments deeper than [`COMMENT_DEPTH_MAX`].
    #[error("comments within comments within comments")]
    TooDeep,
    /// Something stands behind `<ada@example.com>`, or a second bracket does.
    #[error("something behind the address")]
    Trailing,
    /// The name, not quoted, has an `@` and is not the address itself.
    #[error("an address where the name should be")]
    AddressAsName,
    /// An encoded word in the address (RFC 2047 §5 forbids it).
    #[error("an encoded word in the address")]
    EncodedWord,
    /// A route, or `%` or `!`, which old gateways take for one.
    #[error("a route in the address")]
    Route,
    /// No brackets, and more than an address.
    #[error("words that are neither a name nor an address")]
    Words,
    /// The address itself is not one.
    #[error(transparent)]
    Address(#[from] AddressError),
}

/// Reads an unfolded field that must hold exactly one mailbox, such as `From`. The name is not
/// decoded yet.
///
/// # Errors
/// [`MailboxError`] names the first rule that the text breaks.
pub fn one(text: &str) -> Result<NamedAddress, MailboxError> {
    let mut pieces = Pieces::of(text);
    let first = pieces.next().ok_or(MailboxError::Empty)??;
    match first.ended_by {
        End::Text => read(&first),
        End::Comma => Err(MailboxError::Several),
        End::Colon | End::Semicolon => Err(MailboxError::Group),
    }
}

/// Reads an unfolded list of mailboxes, such as `To`, one result a mailbox; members of groups
/// are taken like the others. Names are not decoded yet.
pub fn list(text: &str) -> impl Iterator<Item = Result<NamedAddress, MailboxError>> {
    Pieces::of(text).filter_map(|piece| match piece {
        Ok(piece) if piece.ended_by == End::Colon => None,
        Ok(piece) if piece.is_blank() => None,
        Ok(piece) => Some(read(&piece)),
        Err(error) => Some(Err(error)),
    })
}

fn read(piece: &Piece) -> Result<NamedAddress, MailboxError> {
    if let Some(error) = piece.trailing {
        return Err(error);
    }
    let Some(bracketed) = &piece.bracketed else {
        return match piece.quoted {
            Quoted::Yes => Err(MailboxError::Words),
            Quoted::No if piece.atoms.is_empty() => Err(MailboxError::Empty),
            Quoted::No if piece.atoms.contains(' ') => Err(MailboxError::Words),
            Quoted::No => {
                Ok(NamedAddress { name: piece.comments.clone(), address: plain(&piece.atoms)? })
            }
        };
    };
    let address = plain(bracketed.trim_matches([' ', '\t']))?;
    if names_an_address(&piece.atoms) && !piece.atoms.eq_ignore_ascii_case(bracketed.trim()) {
        return Err(MailboxError::AddressAsName);
    }
    let name = if piece.name.is_empty() { &piece.comments } else { &piece.name };
    Ok(NamedAddress { name: name.clone(), address })
}

/// An `@` in an encoded word is against RFC 2047 §5, but nobody takes it for an address.
fn names_an_address(atoms: &str) -> bool {
    let encoded = |atom: &str| atom.starts_with("=?") && atom.ends_with("?=");
    atoms.split(' ').any(|atom| atom.contains('@') && !encoded(atom))
}

fn plain(text: &str) -> Result<Address, MailboxError> {
    if text.is_empty() {
        return Err(MailboxError::Empty);
    }
    if text.contains("=?") {
        return Err(MailboxError::EncodedWord);
    }
    if text.starts_with('@') || text.contains(['%', '!']) {
        return Err(MailboxError::Route);
    }
    Ok(Address::parse(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_20_one_plain_mailbox_is_a_sender() {
        check("ada@example.com", "|ada@example.com");
        check("<ada@example.com>", "|ada@example.com");
        check("  Ada  Lovelace <ada@example.com> ", "Ada Lovelace|ada@example.com");
        check("\"Lovelace, Ada\" <Ada@Example.com>", "Lovelace, Ada|ada@example.com");
        check("ada@example.com (Ada)", "Ada|ada@example.com");
        check("(Support) ada@example.com (Ada (L.))", "Support Ada (L.)|ada@example.com");
        check("Ada (Support) <ada@example.com> (x)", "Ada|ada@example.com");
        check("Dr. Ada <ada@example.com>", "Dr. Ada|ada@example.com");
        check("[EXT] Ada <ada@example.com>", "[EXT] Ada|ada@example.com");
        check("ada@example.com <ada@example.com>", "ada@example.com|ada@example.com");
        check("\"vip@paid.example\" <ada@x.com>", "vip@paid.example|ada@x.com");
        check("\"a \\\"b\\\"\" <ada@x.com>", "a \"b\"|ada@x.com");
        check("=?utf-8?q?vip=40paid.example?= <x@y.com>", "=?utf-8?q?vip=40paid.example?=|x@y.com");
        check("Jörg <jörg@bücher.example>", "Jörg|jörg@xn--bcher-kva.example");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            let named = one(text).map(|named| format!("{}|{}", named.name, named.address));
            assert_eq!(named, Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn std_21_what_readers_differ_about_is_no_sender() {
        use MailboxError::{
            AddressAsName, Control, Empty, EncodedWord, Group, Route, Several, TooDeep, Trailing,
            Unbalanced, Words,
        };
        let deep = format!("{}a@b.com", "(".repeat(COMMENT_DEPTH_MAX + 1));
        for (text, error) in [
            ("", Empty),
            ("(only a comment)", Empty),
            ("Ada <>", Empty),
            ("a@b.com, c@d.com", Several),
            ("a@b.com,", Several),
            ("\"x\" <a@b.com>, <c@d.com>", Several),
            ("team: a@b.com;", Group),
            ("undisclosed-recipients:;", Group),
            ("a@b.com; c@d.com", Group),
            ("<a@b\0c.com>", Control),
            ("a@b.com\r\nBcc: x@y.com", Control),
            ("Ada <a@b.com", Unbalanced),
            ("Ada a@b.com>", Unbalanced),
            ("\"Ada <a@b.com>", Unbalanced),
            ("Ada (x <a@b.com>", Unbalanced),
            ("<<a@b.com>>", Unbalanced),
            ("<a@b.com> <c@d.com>", Trailing),
            ("John <john@x.com> <evil@y.com>", Trailing),
            ("<vip@paid.example>x@evil.com", Trailing),
            ("vip@paid.example <x@evil.com>", AddressAsName),
            ("=?utf-8?Q?victim=40x?=@evil.com", EncodedWord),
            ("<=?utf-8?Q?victim=40x?=@evil.com>", EncodedWord),
            ("<@a.com,@b.com:c@d.com>", Route),
            ("<vip%paid.example@evil.com>", Route),
            ("evil.com!vip@paid.example", Route),
            ("ada @ example.com", Words),
            ("Ada Lovelace", Words),
            ("\"vip@paid.example\"@evil.com", Words),
            ("\"a b\"", Words),
            (deep.as_str(), TooDeep),
        ] {
            assert_eq!(one(text), Err(error), "{text}");
        }
        for text in ["<\"a>b\"@x.com>", "a@b.com@c.com", "<a@b .com>", "<a@[127.0.0.1]>", "ada"] {
            assert!(matches!(one(text), Err(MailboxError::Address(_))), "{text}: {:?}", one(text));
        }
    }

    #[test]
    fn a_list_gives_what_is_good_in_it() {
        check("a@b.com, Ada <c@d.com>,, (x), e@f.com", "a@b.com c@d.com e@f.com");
        check("team: a@b.com, c@d.com; e@f.com", "a@b.com c@d.com e@f.com");
        check("undisclosed-recipients:;", "");
        check("\"a, b\" <a@b.com>, bad, c@d.com", "a@b.com ! c@d.com");
        check("a@b.com, \"open <c@d.com>, e@f.com", "a@b.com !");
        check("", "");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            let found: Vec<_> = list(text)
                .map(|one| one.map_or_else(|_| "!".to_owned(), |named| named.address.to_string()))
                .collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn thr_11_a_million_parentheses_are_one_error() {
        assert_eq!(one(&"(".repeat(1_000_000)), Err(MailboxError::TooDeep));
        assert_eq!(list(&"(".repeat(1_000_000)).count(), 1);
    }
}
