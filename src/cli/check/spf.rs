//! Who may send for a domain, as its owner says it (SPF, RFC 7208): is it said, once, and in words
//! that others can read?

use std::net::{Ipv4Addr, Ipv6Addr};

/// Questions that a record may need in all (RFC 7208 §4.6.4); with more it counts as broken.
const QUESTIONS_MAX: usize = 10;

/// What a domain's texts say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spf {
    /// Nothing about it.
    Missing,
    /// More than one record, which is as good as a broken one (RFC 7208 §4.5).
    Several,
    /// A word of it cannot be read, or it needs too many questions.
    Broken(String),
    /// Anybody may send.
    Everybody,
    /// It can be read.
    Sound,
}

/// Reads the texts of a domain.
pub(super) fn read(texts: &[String]) -> Spf {
    let mut records = texts.iter().filter_map(|text| terms(text));
    match (records.next(), records.next()) {
        (None, _) => Spf::Missing,
        (Some(terms), None) => record(terms),
        (Some(_), Some(_)) => Spf::Several,
    }
}

/// What follows the version, in a text that is a record (RFC 7208 §4.5).
fn terms(text: &str) -> Option<&str> {
    let (version, rest) = text.split_at_checked("v=spf1".len())?;
    let is_record =
        version.eq_ignore_ascii_case("v=spf1") && (rest.is_empty() || rest.starts_with(' '));
    is_record.then_some(rest)
}

fn record(terms: &str) -> Spf {
    let mut questions = 0;
    let mut everybody = false;
    for term in terms.split(' ').filter(|term| !term.is_empty()) {
        match self::term(term) {
            None => return Spf::Broken(format!("{term:?} is no word of SPF")),
            Some(Term::Asks) => questions += 1,
            Some(Term::Everybody) => everybody = true,
            Some(Term::Other) => {}
        }
    }
    if questions > QUESTIONS_MAX {
        return Spf::Broken(format!("it needs {questions} questions, {QUESTIONS_MAX} are allowed"));
    }
    if everybody { Spf::Everybody } else { Spf::Sound }
}

enum Term {
    /// It needs a question to the DNS.
    Asks,
    /// `+all`.
    Everybody,
    Other,
}

/// Reads one term (RFC 7208 §4.6.1); `None` if it cannot be read.
fn term(term: &str) -> Option<Term> {
    if !term.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    if let Some((name, value)) = modifier(term) {
        return match &*name {
            "redirect" if value.is_empty() => None,
            "redirect" => Some(Term::Asks),
            _ => Some(Term::Other),
        };
    }
    let (allows, mechanism) = match term.split_at_checked(1) {
        Some(("+", rest)) => (true, rest),
        Some(("-" | "~" | "?", rest)) => (false, rest),
        Some(_) | None => (true, term),
    };
    let end = mechanism.find([':', '/']).unwrap_or(mechanism.len());
    let (name, argument) = mechanism.split_at_checked(end)?;
    match (&*name.to_ascii_lowercase(), argument.strip_prefix(':')) {
        ("all", None) if argument.is_empty() => {
            Some(if allows { Term::Everybody } else { Term::Other })
        }
        ("include" | "exists", Some(domain)) if !domain.is_empty() => Some(Term::Asks),
        ("a" | "mx", Some(domain)) if !domain.is_empty() => Some(Term::Asks),
        ("a" | "mx", None) | ("ptr", Some(_)) => Some(Term::Asks),
        ("ptr", None) if argument.is_empty() => Some(Term::Asks),
        ("ip4", Some(network)) if is_network::<Ipv4Addr>(network, 32) => Some(Term::Other),
        ("ip6", Some(network)) if is_network::<Ipv6Addr>(network, 128) => Some(Term::Other),
        _ => None,
    }
}

/// `name=value` (RFC 7208 §6); those that nobody knows are passed over.
fn modifier(term: &str) -> Option<(String, &str)> {
    let (name, value) = term.split_once('=')?;
    let is_name = name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_name.then(|| (name.to_ascii_lowercase(), value))
}

fn is_network<A: std::str::FromStr>(text: &str, bits: u8) -> bool {
    let (address, length) = text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
    let fits = |length: &str| length.parse::<u8>().is_ok_and(|length| length <= bits);
    address.parse::<A>().is_ok() && length.is_none_or(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_there_once_and_can_be_read() {
        check(&[], &Spf::Missing);
        check(&["v=spf10 -all", "v=spf2 -all", "google-site-verification=x"], &Spf::Missing);
        check(&["v=spf1"], &Spf::Sound);
        check(&["other", "V=SPF1 MX -ALL"], &Spf::Sound);
        check(
            &["v=spf1 a:mail.example/24  include:_spf.example ip4:192.0.2.0/24 ~all"],
            &Spf::Sound,
        );
        check(&["v=spf1 ip6:2001:db8::/32 mx/24 ptr exists:%{i}.x.example ?all"], &Spf::Sound);
        check(&["v=spf1 redirect=_spf.example exp=why.example new=word"], &Spf::Sound);
        check(&["v=spf1 mx -all", "v=spf1 -all"], &Spf::Several);
        check(&["v=spf1 +all"], &Spf::Everybody);
        check(&["v=spf1 mx all"], &Spf::Everybody);
        broken("v=spf1 mx -al");
        broken("v=spf1 include: -all");
        broken("v=spf1 ip4:192.0.2.300 -all");
        broken("v=spf1 ip4:192.0.2.0/33 -all");
        broken("v=spf1 ip4:2001:db8:: -all");
        broken("v=spf1 mx,-all");
        broken("v=spf1 redirect= mx");
        broken("v=spf1 -all:x");
        broken("v=spf1 mx\u{a0}-all");
    }

    #[test]
    fn a_record_needs_ten_questions_at_most() {
        let record = |count: usize| format!("v=spf1 {}-all", "include:x.example ".repeat(count));
        check(&[&record(10)], &Spf::Sound);
        broken(&record(11));
    }

    #[track_caller]
    fn check(texts: &[&str], expected: &Spf) {
        let texts: Vec<_> = texts.iter().map(ToString::to_string).collect();
        assert_eq!(read(&texts), *expected);
    }

    #[track_caller]
    fn broken(text: &str) {
        assert!(matches!(read(&[text.to_owned()]), Spf::Broken(_)), "{text}");
    }
}
