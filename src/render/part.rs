//! Parts of notices about what came.

use serde::Serialize;

/// What became of a coupon that a message names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum CouponLine {
    /// It gave the level.
    Redeemed {
        /// Its code.
        code: String,
        /// For how many tickets more it can be used.
        left: i64,
    },
    /// It was used as often as it was sold.
    UsedUp {
        /// Its code.
        code: String,
    },
    /// The ticket needs none.
    NotNeeded {
        /// Its code.
        code: String,
        /// For how many tickets it can be used.
        left: i64,
    },
    /// Whoever wrote is not known to own one.
    NotCounted,
}

/// Why a ticket has its level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "ground", rename_all = "snake_case")]
pub enum Because {
    /// A licence of the requester's account gives it.
    Licence {
        /// The account's name.
        account: String,
        /// Its last day, if it has one.
        until: Option<String>,
    },
    /// What the account had has ended.
    Ended {
        /// The account's name.
        account: String,
        /// Its last day.
        on: String,
    },
    /// What the account has has not begun.
    Begins {
        /// The account's name.
        account: String,
        /// Its first day.
        on: String,
    },
    /// The account is suspended.
    Suspended {
        /// The account's name.
        account: String,
    },
    /// The account has nothing that serves who asks.
    NoLicence {
        /// The account's name.
        account: String,
    },
    /// A level that ends a time after the first message has ended.
    LevelEnded {
        /// Its title.
        level: String,
        /// On which day.
        on: String,
    },
    /// Nothing proves that the requester is who he may be.
    Unproven,
    /// Nobody knows the address.
    Unknown,
}

/// When nobody is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hours {
    /// When somebody is there again, where nobody is now.
    pub closed_until: Option<String>,
    /// Days of the next week on which nobody is there, though it is their day.
    pub closed: Vec<String>,
    /// Announced maintenance of the next week.
    pub maintenance: Vec<String>,
}

/// Attachments that a desk does not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The first of them.
    pub names: Vec<RefusedAttachment>,
    /// How many more there are.
    pub more: usize,
    /// What the desk takes, such as `.png, .zip`; `None` is everything.
    pub types: Option<String>,
    /// How large one may be, such as `35 MiB`; `None` is without end.
    pub size: Option<String>,
}

/// An attachment that a desk does not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedAttachment {
    /// Its name.
    pub name: String,
    /// Why it is not taken.
    #[serde(flatten)]
    pub why: RefusedFor,
}

/// Why an attachment is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum RefusedFor {
    /// What it is called.
    Type,
    /// What it is.
    Content {
        /// The format, such as `BMP`.
        format: String,
    },
    /// It is too large.
    Size,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::acknowledged::Acknowledgement;
    use crate::render::tests::{acknowledgement, data};

    #[test]
    fn the_acknowledgement_says_why_it_is_that_level() {
        let account = || "R&D of ACME".to_owned();
        let day = || "31 March 2026".to_owned();
        check(Because::Licence { account: account(), until: None }, "a contact of R&D of ACME.");
        let licence = Because::Licence { account: account(), until: Some(day()) };
        check(licence, "a contact of R&D of ACME: the contract runs until 31 March 2026.");
        check(Because::Ended { account: account(), on: day() }, "ACME ended on 31 March 2026");
        check(Because::Begins { account: account(), on: day() }, "ACME begins on 31 March 2026");
        check(Because::Suspended { account: account() }, "ACME is suspended");
        check(
            Because::NoLicence { account: account() },
            "not in any current contract of R&D of ACME",
        );
        let ended = Because::LevelEnded { level: "Trial".to_owned(), on: day() };
        check(ended, "The level Trial ended on 31 March 2026");
        check(Because::Unproven, "should sign what it sends");
        check(Because::Unknown, "write from the address given in it");

        #[track_caller]
        fn check(because: Because, says: &str) {
            let data = Acknowledgement { because: Some(because), ..data() };
            let wording = acknowledgement(&data);
            assert!(wording.text.replace('\n', " ").contains(says), "{}", wording.text);
            let html = wording.html.unwrap().replace("<bdi>", "").replace("</bdi>", "");
            assert!(html.contains(&says.replace('&', "&amp;")), "{html}");
        }
    }
}
