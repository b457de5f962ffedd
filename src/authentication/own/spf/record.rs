//! An SPF record (RFC 7208 §4.6, §5, §6): read to its end before anything is evaluated.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::macros::Spec;
use crate::mail::proof::Outcome;

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// In order: what a match of each means.
    pub directives: Vec<(Outcome, Mechanism)>,
    pub redirect: Option<Spec>,
}

/// What is compared with the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    All,
    Include(Spec),
    A(Option<Spec>, Lengths),
    Mx(Option<Spec>, Lengths),
    Ptr(Option<Spec>),
    V4(Ipv4Addr, u8),
    V6(Ipv6Addr, u8),
    Exists(Spec),
}

/// How many leading bits of an address count, by its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lengths {
    pub v4: u8,
    pub v6: u8,
}

/// Which of the texts of a name is its record.
///
/// # Errors
/// There is more than one (RFC 7208 §4.5).
pub(super) fn select(texts: &[String]) -> Result<Option<&str>, ()> {
    let is_record = |text: &&String| {
        let version = text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("v=spf1"));
        version && text.get(6..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let mut records = texts.iter().filter(is_record);
    match (records.next(), records.next()) {
        (Some(_), Some(_)) => Err(()),
        (one, _) => Ok(one.map(String::as_str)),
    }
}

impl Record {
    /// Reads a record; `None` where it breaks a rule.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return None;
        }
        let mut record = Self { directives: Vec::new(), redirect: None };
        let mut explained = None;
        for term in text.get(6..)?.split(' ').filter(|term| !term.is_empty()) {
            let end = term.find([':', '/', '=']).unwrap_or(term.len());
            let (name, rest) = term.split_at(end);
            if let Some(value) = rest.strip_prefix('=') {
                let place = match name.to_ascii_lowercase().as_str() {
                    "redirect" => &mut record.redirect,
                    "exp" => &mut explained,
                    other => {
                        let good = |one: u8| one.is_ascii_alphanumeric() || b"-_.".contains(&one);
                        let is_name = other.starts_with(|one: char| one.is_ascii_alphabetic());
                        if !is_name || !other.bytes().all(good) {
                            return None;
                        }
                        Spec::any(value)?;
                        continue;
                    }
                };
                if place.replace(Spec::name(value)?).is_some() {
                    return None;
                }
            } else {
                record.directives.push(directive(term)?);
            }
        }
        Some(record)
    }
}

fn directive(term: &str) -> Option<(Outcome, Mechanism)> {
    let (result, term) = match term.split_at_checked(1)? {
        ("+", rest) => (Outcome::Pass, rest),
        ("-", rest) => (Outcome::Fail, rest),
        ("~", rest) => (Outcome::SoftFail, rest),
        ("?", rest) => (Outcome::Neutral, rest),
        _ => (Outcome::Pass, term),
    };
    let end = term.find([':', '/']).unwrap_or(term.len());
    let (name, rest) = term.split_at(end);
    let value = rest.strip_prefix(':');
    let mechanism = match name.to_ascii_lowercase().as_str() {
        "all" if rest.is_empty() => Mechanism::All,
        "include" => Mechanism::Include(Spec::name(value?)?),
        "exists" => Mechanism::Exists(Spec::name(value?)?),
        "ptr" if rest.is_empty() => Mechanism::Ptr(None),
        "ptr" => Mechanism::Ptr(Some(Spec::name(value?)?)),
        "a" => host(rest).map(|(spec, lengths)| Mechanism::A(spec, lengths))?,
        "mx" => host(rest).map(|(spec, lengths)| Mechanism::Mx(spec, lengths))?,
        "ip4" => {
            let (net, length) = net(value?, 32)?;
            Mechanism::V4(net.parse().ok()?, length)
        }
        "ip6" => {
            let (net, length) = net(value?, 128)?;
            Mechanism::V6(net.parse().ok()?, length)
        }
        _ => return None,
    };
    Some((result, mechanism))
}

/// `[":" domain-spec] [dual-cidr-length]` (RFC 7208 §5.3).
fn host(text: &str) -> Option<(Option<Spec>, Lengths)> {
    let (text, v6) = cut(text, "//", 128)?;
    let (text, v4) = cut(text, "/", 32)?;
    let spec = match text.strip_prefix(':') {
        Some(name) => Some(Spec::name(name)?),
        None if text.is_empty() => None,
        None => return None,
    };
    Some((spec, Lengths { v4, v6 }))
}

/// A length behind `mark` at the end, taken off; the longest where there is none.
fn cut<'t>(text: &'t str, mark: &str, longest: u8) -> Option<(&'t str, u8)> {
    match text.rsplit_once(mark) {
        Some((before, digits))
            if !digits.is_empty() && digits.bytes().all(|one| one.is_ascii_digit()) =>
        {
            Some((before, length(digits, longest)?))
        }
        Some(_) | None => Some((text, longest)),
    }
}

fn net(text: &str, longest: u8) -> Option<(&str, u8)> {
    match text.split_once('/') {
        Some((net, digits)) => Some((net, length(digits, longest)?)),
        None => Some((text, longest)),
    }
}

fn length(digits: &str, longest: u8) -> Option<u8> {
    let is_plain = digits == "0" || !digits.starts_with(['0', '+']);
    digits.parse().ok().filter(|length| is_plain && *length <= longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_73_a_record_is_read_to_its_end() {
        for text in [
            "v=spf1",
            "v=spf1 ",
            "V=SPF1  A  MX -ALL",
            "v=spf1 a/0 a//0 a/24//64 a:x.y/8 mx:x.y//128 ip4:1.2.3.4/32 ip6:::1/0 ?all",
            "v=spf1 a:foo:bar/baz.example.com exists:%{i}.x.y ptr ptr:x.y redirect=x.y exp=%{d}.z",
            "v=spf1 moo.cow-far_out=man:dog/cat ip4:1.2.3.4 -all",
        ] {
            assert!(Record::parse(text).is_some(), "{text}");
        }
        for term in [
            "all:x",
            "all/8",
            "al",
            "a:",
            "a/",
            "a/33",
            "a/032",
            "a//129",
            "a:/24",
            "a:com",
            "a:1.2.3.4",
            "a:x.y/",
            "mx:",
            "ip4",
            "ip4:",
            "ip4:1.2.3",
            "ip4:1.2.3.4/33",
            "ip4:1.2.3.4/032",
            "ip4:1.2.3.4/",
            "ip4:1.2.3.4//24",
            "ip4:::1",
            "ip6:1.2.3.4",
            "ip6:::1/129",
            "include",
            "include:",
            "include:x.y/8",
            "exists",
            "exists:x.y/8",
            "ptr:",
            "ptr/8",
            "redirect=",
            "=x",
            "9=x",
            "redirect=x.y redirect=x.y",
            "exp=%{x}",
            "x=%",
            "x=%{c}\u{7f}",
            "\u{fffd}",
            "-",
            "*",
        ] {
            assert_eq!(Record::parse(&format!("v=spf1 {term} -all")), None, "{term}");
        }
    }

    #[test]
    fn std_73_one_text_is_the_record() {
        let of = |texts: &[&str]| {
            let texts: Vec<_> = texts.iter().map(|text| (*text).to_owned()).collect();
            select(&texts).map(|found| found.map(str::to_owned))
        };
        assert_eq!(of(&["x", "v=spf1 a"]), Ok(Some("v=spf1 a".to_owned())));
        assert_eq!(of(&["v=spf10", "v=spf", "v=spf1\ta"]), Ok(None));
        assert_eq!(of(&["v=spf1", "v=spf1 a"]), Err(()));
    }
}
