//! What receivers shall do with mail that only claims to be of a domain (DMARC, RFC 9989): which
//! record holds for a desk's domain, and what does it say?

/// Domains that are asked on the way up (RFC 9989 §4.10).
const WALK_MAX: usize = 8;

/// What the texts of one name say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dmarc {
    /// Nothing about it.
    Missing,
    /// More than one record: receivers take none of them.
    Several,
    /// No policy that can be read.
    Broken,
    /// It can be read.
    Sound {
        /// For the domain itself.
        domain: Policy,
        /// For the domains below.
        subdomains: Policy,
    },
}

/// What is asked of receivers (RFC 9989 §4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    None,
    Quarantine,
    Reject,
}

impl Policy {
    fn read(word: &str) -> Option<Self> {
        [Self::None, Self::Quarantine, Self::Reject]
            .into_iter()
            .find(|policy| word.eq_ignore_ascii_case(policy.word()))
    }

    /// As it stands in a record.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }
}

/// The domains whose records may hold for `domain`, the first that has one decides: itself, then
/// those above it, but no top-level domain.
pub(super) fn domains(domain: &str) -> Vec<&str> {
    let above = std::iter::successors(Some(domain), |domain| Some(domain.split_once('.')?.1));
    above
        .enumerate()
        .filter(|(at, name)| *at == 0 || name.contains('.'))
        .map(|(_, name)| name)
        .take(WALK_MAX)
        .collect()
}

/// Reads the texts of a domain's name `_dmarc`.
pub(super) fn read(texts: &[String]) -> Dmarc {
    let mut records = texts.iter().filter_map(|text| tags(text));
    match (records.next(), records.next()) {
        (None, _) => Dmarc::Missing,
        (Some(_), Some(_)) => Dmarc::Several,
        (Some(tags), None) => {
            let value = |name| tags.iter().find(|(tag, _)| *tag == name).map(|(_, value)| *value);
            let Some(domain) = value("p").and_then(Policy::read) else { return Dmarc::Broken };
            let subdomains = value("sp").and_then(Policy::read).unwrap_or(domain);
            Dmarc::Sound { domain, subdomains }
        }
    }
}

/// Tags and values of a text that is a record: the version stands first.
fn tags(text: &str) -> Option<Vec<(&str, &str)>> {
    let tags: Vec<_> = text
        .split(';')
        .filter_map(|tag| tag.split_once('='))
        .map(|(tag, value)| (tag.trim(), value.trim()))
        .collect();
    tags.first().is_some_and(|first| *first == ("v", "DMARC1")).then_some(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_73_a_record_is_there_once_and_names_a_policy() {
        use Policy::{None, Quarantine, Reject};
        let sound = |domain, subdomains| Dmarc::Sound { domain, subdomains };
        check(&[], &Dmarc::Missing);
        check(&["v=spf1 -all", "v=DMARC2; p=none", "p=none; v=DMARC1"], &Dmarc::Missing);
        check(&["v=DMARC1; p=none"], &sound(None, None));
        check(&["v = DMARC1;p=REJECT; rua=mailto:a@b.example;"], &sound(Reject, Reject));
        check(&["v=DMARC1; p=quarantine; sp=reject; pct=50"], &sound(Quarantine, Reject));
        check(&["v=DMARC1"], &Dmarc::Broken);
        check(&["v=DMARC1; p=perhaps"], &Dmarc::Broken);
        check(&["v=DMARC1; p=none", "v=DMARC1; p=none"], &Dmarc::Several);

        #[track_caller]
        fn check(texts: &[&str], expected: &Dmarc) {
            let texts: Vec<_> = texts.iter().map(ToString::to_string).collect();
            assert_eq!(read(&texts), *expected);
        }
    }

    #[test]
    fn std_73_the_domains_above_are_asked_but_no_top_level_domain() {
        assert_eq!(domains("a.b.example.com"), ["a.b.example.com", "b.example.com", "example.com"]);
        assert_eq!(domains("example.com"), ["example.com"]);
        assert_eq!(domains("example"), ["example"]);
        assert_eq!(domains(&"a.".repeat(50)).len(), WALK_MAX);
    }
}
