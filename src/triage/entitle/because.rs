//! Why a ticket has its level, as its requester may be told: [`Standing::why`](super::Standing) is for agents.

use jiff::civil::Date;

use super::weigh::{Served, Void, Weighed, When};
use crate::desk::account::AccountStatus;
use crate::triage::case::known::AccountMatch;

/// Why a ticket has its level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// A licence of his account gives it.
    Licence {
        /// The account's name.
        account: String,
        /// Its last day, if it has one.
        until: Option<Date>,
    },
    /// What his account had has ended.
    Ended {
        /// Its name.
        account: String,
        /// Its last day.
        on: Date,
    },
    /// What his account has has not begun.
    Begins {
        /// Its name.
        account: String,
        /// Its first day.
        on: Date,
    },
    /// His account is suspended.
    Suspended {
        /// Its name.
        account: String,
    },
    /// His account has no licence that serves him.
    NoLicence {
        /// Its name.
        account: String,
    },
    /// A level ends a time after somebody's first message, and it did.
    LevelEnded {
        /// The title of that level.
        level: String,
        /// The day on which it ended.
        on: Date,
    },
    /// He may be who he says, and nothing proves it.
    Unproven,
    /// No account has his address.
    Unknown,
    /// Somebody has set it, or a coupon gave it.
    Given,
}

impl Because {
    /// For whom this licence serves.
    pub(super) fn served(weighed: &Weighed<'_>, served: &Served<'_>) -> Self {
        let (account, until) = (weighed.found.name.clone(), weighed.licence.until);
        Self::of(served, Self::Licence { account, until })
    }

    /// For whom nothing else serves.
    pub(super) fn of(served: &Served<'_>, otherwise: Self) -> Self {
        match served.ended() {
            Some((level, on)) => Self::LevelEnded { level: level.title.clone(), on },
            None => otherwise,
        }
    }

    /// For whom no licence is valid: of several the one that was valid last counts, else the one that will be
    /// first.
    pub(super) fn lapsed(found: &AccountMatch, weighed: &[Weighed<'_>]) -> Self {
        if found.status == AccountStatus::Suspended {
            return Self::Suspended { account: found.name.clone() };
        }
        let (mut ended, mut begins, mut suspended) = (None, None, None);
        for Weighed { found, weight, .. } in weighed {
            match weight {
                Err(Void::Day { when: When::Until(day), .. }) => {
                    ended = ended.max(Some((*day, &found.name)));
                }
                Err(Void::Day { when: When::From(day), .. }) => {
                    begins = Some((*day, &found.name)).into_iter().chain(begins).min();
                }
                Err(Void::Suspended { name }) => suspended = Some(name),
                Err(Void::NoLevel { .. }) | Ok(_) => {}
            }
        }
        match (suspended, ended, begins) {
            (Some(account), _, _) => Self::Suspended { account: account.clone() },
            (None, Some((on, account)), _) => Self::Ended { account: account.clone(), on },
            (None, None, Some((on, account))) => Self::Begins { account: account.clone(), on },
            (None, None, None) => Self::NoLicence { account: found.name.clone() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::account::{AccountId, Licence};
    use crate::desk::level::LevelName;
    use crate::triage::case::known::MatchedBy;

    fn found(name: &str, status: AccountStatus) -> AccountMatch {
        AccountMatch {
            account: AccountId(1),
            key: name.to_lowercase(),
            name: name.to_owned(),
            status,
            languages: Vec::new(),
            by: MatchedBy::Address,
            licences: Vec::new(),
            groups: Vec::new(),
        }
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn of_what_is_not_valid_the_last_that_was_is_told_else_the_first_that_will_be() {
        let until = |text| When::Until(day(text));
        let from = |text| When::From(day(text));
        let (acme, on) = ("ACME".to_owned(), day("2026-03-31"));
        let ended = Because::Ended { account: acme.clone(), on };
        check(&[until("2025-12-31"), until("2026-03-31"), from("2026-06-01")], &ended);
        check(&[from("2026-06-01"), until("2026-03-31")], &ended);
        let on = day("2026-06-01");
        let begins = Because::Begins { account: acme.clone(), on };
        check(&[from("2026-06-01"), from("2027-01-01")], &begins);
        check(&[], &Because::NoLicence { account: acme });

        #[track_caller]
        fn check(whens: &[When], expected: &Because) {
            let acme = found("ACME", AccountStatus::Active);
            let licence = Licence {
                key: "L".to_owned(),
                level: LevelName::parse("gold").unwrap(),
                from: day("2020-01-01"),
                until: None,
                contacts: Vec::new(),
                sender_proof: None,
            };
            let weighed = |when: &When| Weighed {
                found: &acme,
                group: None,
                licence: &licence,
                weight: Err(Void::Day { of: String::new(), when: *when }),
            };
            let weighed: Vec<_> = whens.iter().map(weighed).collect();
            assert_eq!(Because::lapsed(&acme, &weighed), *expected);
        }
    }

    #[test]
    fn who_is_suspended_is_told_that_and_nothing_of_days() {
        let acme = found("ACME", AccountStatus::Suspended);
        let suspended = Because::Suspended { account: "ACME".to_owned() };
        assert_eq!(Because::lapsed(&acme, &[]), suspended);
    }
}
