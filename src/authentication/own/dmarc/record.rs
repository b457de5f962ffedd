//! A DMARC record (RFC 9989 §4.7, §4.8). Unlike a signature it is read for what it has: a tag that
//! breaks a rule counts as not there.

use crate::authentication::own::tags::split;

/// What a domain wants done with mail that is not its own; a later one asks for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Policy {
    None,
    Quarantine,
    Reject,
}

/// How close a domain must be to the author's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alignment {
    /// Of the same organisation.
    Relaxed,
    /// The same.
    Strict,
}

/// Whether a domain is one under which others register theirs (`psd=`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suffix {
    Yes,
    No,
    Unsaid,
}

/// Whether a policy is only tried out (`t=y`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    InUse,
    Trial,
}

/// What `p=` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stated {
    Policy(Policy),
    /// Nothing that can be read, here or in `sp=` or `np=`; but reports are wanted.
    Reports,
    Nothing,
}

/// A record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    stated: Stated,
    /// For the names below (`sp=`).
    pub below: Option<Policy>,
    /// For names below that are not there (`np=`).
    pub absent: Option<Policy>,
    pub dkim: Alignment,
    pub spf: Alignment,
    pub suffix: Suffix,
    pub stage: Stage,
}

impl Record {
    /// The record of a name; of several none counts (RFC 9989 §4.10).
    pub(super) fn of(texts: &[String]) -> Option<Self> {
        let mut records = texts.iter().filter_map(|text| Self::parse(text));
        records.next().filter(|_| records.next().is_none())
    }

    /// The policy for the name itself; `None` where DMARC does not apply (RFC 9989 §4.10.1).
    pub(super) fn stated(self) -> Option<Policy> {
        match self.stated {
            Stated::Policy(policy) => Some(policy),
            Stated::Reports => Some(Policy::None),
            Stated::Nothing => None,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut tags = split(text).map(Option::unwrap_or_default);
        if text.starts_with([' ', '\t']) || tags.next() != Some(("v", "DMARC1")) {
            return None;
        }
        let tags: Vec<_> = tags.collect();
        let value = |name: &str| {
            let found = tags.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.to_ascii_lowercase())
        };
        let policy = |name: &str| value(name).map(|word| policy(&word));
        let alignment = |name: &str| match value(name).as_deref() {
            Some("s") => Alignment::Strict,
            Some(_) | None => Alignment::Relaxed,
        };
        let (own, below, absent) = (policy("p"), policy("sp"), policy("np"));
        let is_bad = [own, below, absent].contains(&Some(None));
        let stated = match own.flatten().filter(|_| !is_bad) {
            Some(policy) => Stated::Policy(policy),
            None if value("rua").is_some_and(|uris| uris.contains("mailto:")) => Stated::Reports,
            None => Stated::Nothing,
        };
        let below = below.flatten().filter(|_| !is_bad);
        Some(Self {
            stated,
            below,
            absent: absent.flatten().filter(|_| !is_bad).or(below),
            dkim: alignment("adkim"),
            spf: alignment("aspf"),
            suffix: match value("psd").as_deref() {
                Some("y") => Suffix::Yes,
                Some("n") => Suffix::No,
                Some(_) | None => Suffix::Unsaid,
            },
            stage: match value("t").as_deref() {
                Some("y") => Stage::Trial,
                Some(_) | None => Stage::InUse,
            },
        })
    }
}

fn policy(word: &str) -> Option<Policy> {
    match word {
        "none" => Some(Policy::None),
        "quarantine" => Some(Policy::Quarantine),
        "reject" => Some(Policy::Reject),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_73_a_record_is_read_for_what_it_has() {
        use Policy::None as Nothing;
        use Policy::{Quarantine, Reject};
        check("v=DMARC1; p=reject", Stated::Policy(Reject));
        check("v=DMARC1;p=Reject;", Stated::Policy(Reject));
        check("v = DMARC1 ; P=quarantine ; pct=0; fo=x; adkim=x; w", Stated::Policy(Quarantine));
        check("v=DMARC1; p=none; p=reject", Stated::Policy(Nothing));
        check("v=DMARC1", Stated::Nothing);
        check("v=DMARC1; p=maybe", Stated::Nothing);
        check("v=DMARC1; rua=mailto:a@b.c", Stated::Reports);
        check("v=DMARC1; p=reject; sp=maybe", Stated::Nothing);
        check("v=DMARC1; p=reject; sp=maybe; rua=mailto:a@b.c", Stated::Reports);
        for text in [
            "v=DMARC2; p=reject",
            "v=dmarc1; p=reject",
            "p=reject; v=DMARC1",
            " v=DMARC1; p=reject",
            "v=DMARC1 p=reject",
            "v=spf1 -all",
            "",
        ] {
            assert_eq!(Record::of(&[text.to_owned()]), None, "{text}");
        }

        #[track_caller]
        fn check(text: &str, expected: Stated) {
            let found = Record::of(&[text.to_owned()]);
            assert_eq!(found.map(|record| record.stated), Some(expected), "{text}");
        }
    }

    #[test]
    fn std_73_of_several_records_none_counts() {
        let of = |texts: &[&str]| {
            let texts: Vec<_> = texts.iter().map(|text| (*text).to_owned()).collect();
            Record::of(&texts).is_some()
        };
        let record = "v=DMARC1; p=none";
        assert!(of(&[record]) && of(&["v=spf1 -all", record]));
        assert!(!of(&[record, record]) && !of(&[record, "v=DMARC1"]) && !of(&[]));
    }
}
