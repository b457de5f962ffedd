//! Names with macros in them (RFC 7208 §7).

use std::net::IpAddr;

use data_encoding::HEXUPPER;

/// Longest name, in octets; a longer one loses labels at its left (RFC 7208 §7.3).
const NAME_MAX: usize = 253;

/// Bytes of a value that is expanded.
const VALUE_MAX: usize = 1024;

/// A name with macros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spec(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Macro {
        letter: char,
        /// In capitals: with what is no plain letter in percents.
        escape: Escape,
        /// How many parts are kept, from the right; 0 is all.
        keep: usize,
        order: Order,
        delimiters: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    No,
    Yes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Forward,
    Reverse,
}

/// What the macros stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'a> {
    pub ip: IpAddr,
    pub helo: &'a str,
    /// MAIL FROM, before and behind its `@`.
    pub sender: (&'a str, &'a str),
    /// The domain whose record is evaluated.
    pub domain: &'a str,
    /// A name of the client that is known to be its own; `unknown` where there is none.
    pub validated: &'a str,
}

impl Spec {
    /// Reads a value of a modifier that is not known.
    pub(super) fn any(text: &str) -> Option<Self> {
        let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(char) = rest.chars().next() {
            if char != '%' {
                if !char.is_ascii_graphic() {
                    return None;
                }
                plain.push(char);
                rest = rest.get(1..)?;
                continue;
            }
            match rest.get(1..2)? {
                "%" => plain.push('%'),
                "_" => plain.push(' '),
                "-" => plain.push_str("%20"),
                "{" => {
                    let (inner, after) = rest.get(2..)?.split_once('}')?;
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(piece(inner)?);
                    rest = after;
                    continue;
                }
                _ => return None,
            }
            rest = rest.get(2..)?;
        }
        pieces.push(Piece::Text(plain));
        Some(Self(pieces))
    }

    /// Reads a name (RFC 7208 §7.1): it ends with a macro, or as host names do.
    pub(super) fn name(text: &str) -> Option<Self> {
        let spec = Self::any(text)?;
        let is_domain = text.ends_with('}') || {
            let text = text.strip_suffix('.').unwrap_or(text);
            text.rsplit_once('.').is_some_and(|(_, label)| is_top_label(label))
        };
        is_domain.then_some(spec)
    }

    /// Whether it needs a name of the client.
    pub(super) fn names_the_client(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Macro { letter: 'p', .. }))
    }

    /// The name.
    pub(super) fn expand(&self, values: &Values<'_>) -> String {
        let mut name = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Macro { letter, escape, keep, order, delimiters } => {
                    let value = parts(&value(*letter, values), *keep, *order, delimiters);
                    match escape {
                        Escape::No => name.push_str(&value),
                        Escape::Yes => escaped(&value, &mut name),
                    }
                }
            }
        }
        let mut name = name.strip_suffix('.').unwrap_or(&name);
        while NAME_MAX < name.len() {
            let Some((_, shorter)) = name.split_once('.') else { break };
            name = shorter;
        }
        name.to_owned()
    }
}

fn piece(inner: &str) -> Option<Piece> {
    let mut chars = inner.chars();
    let first = chars.next()?;
    let letter = first.to_ascii_lowercase();
    // c, r and t are for explanations alone (RFC 7208 §7.2).
    if !"slodiphv".contains(letter) {
        return None;
    }
    let rest = chars.as_str();
    let end = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(end);
    let keep = if digits.is_empty() { 0 } else { digits.parse().ok().filter(|keep| *keep > 0)? };
    let (order, delimiters) = match rest.strip_prefix(['r', 'R']) {
        Some(rest) => (Order::Reverse, rest),
        None => (Order::Forward, rest),
    };
    if !delimiters.chars().all(|char| ".-+,/_=".contains(char)) {
        return None;
    }
    let escape = if first.is_ascii_uppercase() { Escape::Yes } else { Escape::No };
    let delimiters = if delimiters.is_empty() { "." } else { delimiters }.to_owned();
    Some(Piece::Macro { letter, escape, keep, order, delimiters })
}

fn value(letter: char, values: &Values<'_>) -> String {
    let (local, domain) = values.sender;
    let text = match letter {
        's' => format!("{local}@{domain}"),
        'l' => local.to_owned(),
        'o' => domain.to_owned(),
        'd' => values.domain.to_owned(),
        'i' => labels(values.ip).join("."),
        'p' => values.validated.to_owned(),
        'h' => values.helo.to_owned(),
        _ => match values.ip {
            IpAddr::V4(_) => "in-addr".to_owned(),
            IpAddr::V6(_) => "ip6".to_owned(),
        },
    };
    text.chars().take(VALUE_MAX).collect()
}

/// An address in parts: octets, or half octets (RFC 7208 §7.3).
pub(super) fn labels(ip: IpAddr) -> Vec<String> {
    match ip {
        IpAddr::V4(ip) => ip.octets().iter().map(u8::to_string).collect(),
        IpAddr::V6(ip) => {
            let halves = ip.octets().into_iter().flat_map(|octet| [octet >> 4, octet & 15]);
            halves.map(|half| format!("{half:x}")).collect()
        }
    }
}

fn parts(value: &str, keep: usize, order: Order, delimiters: &str) -> String {
    let mut parts: Vec<&str> = value.split(|char| delimiters.contains(char)).collect();
    if order == Order::Reverse {
        parts.reverse();
    }
    let first = if keep == 0 { 0 } else { parts.len().saturating_sub(keep) };
    parts.get(first..).unwrap_or_default().join(".")
}

/// RFC 3986 §2.1.
fn escaped(value: &str, into: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push_str(&HEXUPPER.encode(&[byte]));
        }
    }
}

/// RFC 7208 §7.1: letters, digits and hyphens within, and not digits alone.
fn is_top_label(label: &str) -> bool {
    let is_edge = |char: char| char.is_ascii_alphanumeric();
    label.starts_with(is_edge)
        && label.ends_with(is_edge)
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_73_the_examples_of_rfc_7208_7_4() {
        check("%{s}", "strong-bad@email.example.com");
        check("%{o}", "email.example.com");
        check("%{d}", "email.example.com");
        check("%{d4}", "email.example.com");
        check("%{d2}", "example.com");
        check("%{d1}", "com");
        check("%{dr}", "com.example.email");
        check("%{d2r}", "example.email");
        check("%{l}", "strong-bad");
        check("%{l-}", "strong.bad");
        check("%{lr}", "strong-bad");
        check("%{lr-}", "bad.strong");
        check("%{l1r-}", "strong");
        check("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com");
        check("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com");
        check("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com");
        check("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net");
        check("%{S}.a%%%-b.%{h}", "strong-bad%40email.example.com.a%%20b.mx.example");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            let values = Values {
                ip: "192.0.2.3".parse().unwrap(),
                helo: "mx.example",
                sender: ("strong-bad", "email.example.com"),
                domain: "email.example.com",
                validated: "unknown",
            };
            assert_eq!(Spec::any(text).unwrap().expand(&values), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in
            ["", "%", "%{", "%{x}", "%{d0}", "%{c}.com", "%{d", "%(d)", "com", "a.12", "a.-b"]
        {
            assert_eq!(Spec::name(text), None, "{text}");
        }
        for text in ["a.b", "a.b.", "%{d}", "a.%{d2}", "foo:bar/baz.example.com", "_x.y-z"] {
            assert!(Spec::name(text).is_some(), "{text}");
        }
    }
}
