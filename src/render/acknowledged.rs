//! Acknowledgements of messages.

use serde::Serialize;

use super::notice::Notice;
use super::{Fields, part};

/// What the acknowledgement may say.
#[derive(Clone, Debug, Serialize)]
pub struct Acknowledgement {
    /// The ticket identifier, `[EX#17]`.
    pub tid: String,
    /// The base subject of the requester's message; may be empty.
    pub subject: String,
    /// The name that the requester shows; may be empty.
    pub requester_name: String,
    /// The title of the level that was granted.
    pub level_title: String,
    /// Why, where there is something to say of it.
    pub because: Option<part::Because>,
    /// By when a person answers, where the level promises it and that is still to come.
    pub promise: Option<String>,
    /// What the desk announces.
    pub announcements: Vec<String>,
    /// What the message does not say, and the desk needs to know.
    pub missing: Vec<String>,
    /// When nobody is there.
    pub hours: part::Hours,
    /// When the message came.
    pub received: String,
    /// Whether it was too large to be read as a whole.
    pub oversize: bool,
    /// Attachments of the message that the desk does not take.
    pub refused: Option<part::Refused>,
    /// Whether the supervisor of the desk is told of the message, as its writer wishes.
    pub supervisor: bool,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<part::CouponLine>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

/// What the acknowledgement to an unproven sender may say: nothing that the sender wrote, or anybody
/// could send a text of his to anybody in the desk's name (THR-28).
#[derive(Clone, Debug, Serialize)]
pub struct ShortAcknowledgement {
    /// The ticket identifier, `[EX#17]`.
    pub tid: String,
    /// The title of the level of who is not known.
    pub level_title: String,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<part::CouponLine>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

/// What the acknowledgement of a message that is added to a ticket may say.
#[derive(Clone, Debug, Serialize)]
pub struct Addition {
    /// The ticket identifier.
    pub tid: String,
    /// The base subject of the message; may be empty.
    pub subject: String,
    /// The name that the requester shows; may be empty.
    pub requester_name: String,
    /// When the message came.
    pub received: String,
    /// Whether it was too large to be read as a whole.
    pub oversize: bool,
    /// Attachments of the message that the desk does not take.
    pub refused: Option<part::Refused>,
    /// Whether the supervisor of the desk is told of the message, as its writer wishes.
    pub supervisor: bool,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<part::CouponLine>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

impl Fields for Acknowledgement {
    const NOTICE: Notice = Notice::Acknowledgement;
}

impl Fields for ShortAcknowledgement {
    const NOTICE: Notice = Notice::Short;
}

impl Fields for Addition {
    const NOTICE: Notice = Notice::Addition;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::language::Language;
    use crate::render::Templates;
    use crate::render::part::{Because, CouponLine, Hours, Refused, RefusedAttachment, RefusedFor};
    use crate::render::wrap::COLUMNS_MAX;

    fn data(because: Option<Because>, coupon: Option<CouponLine>) -> Acknowledgement {
        let names =
            [RefusedFor::Type, RefusedFor::Size, RefusedFor::Content { format: "EXE".into() }];
        let refused = |why| RefusedAttachment { name: "a.b".to_owned(), why };
        let names = names.map(refused).into();
        Acknowledgement {
            tid: "[EX#17]".to_owned(),
            subject: String::new(),
            requester_name: String::new(),
            level_title: "Gold".to_owned(),
            because,
            promise: None,
            announcements: Vec::new(),
            missing: Vec::new(),
            hours: Hours::default(),
            received: String::new(),
            oversize: false,
            refused: Some(Refused { names, more: 0, types: None, size: None }),
            supervisor: false,
            coupon,
            desk_name: String::new(),
            desk_address: "support@desk.example".to_owned(),
        }
    }

    /// The text in each language; its lines are short, and its HTML says the same.
    fn said(data: &Acknowledgement) -> [String; 3] {
        let templates = Templates::shipped().unwrap();
        Language::ALL.map(|language| {
            let wording = templates.notice(language, data).unwrap();
            let is_long = |line: &&str| line.chars().count() > COLUMNS_MAX;
            assert_eq!(wording.text.lines().find(is_long), None);
            wording.text.split_whitespace().collect::<Vec<_>>().join(" ")
        })
    }

    #[test]
    fn what_is_counted_is_said_in_its_number() {
        let code = || "VIP-17".to_owned();
        let redeemed = |left| CouponLine::Redeemed { code: code(), left };
        let not_needed = |left| CouponLine::NotNeeded { code: code(), left };
        check(redeemed(0), ["is now used up.", "ist er aufgebraucht.", "er nå brukt opp."]);
        check(redeemed(1), ["for one more ticket.", "für ein weiteres Ticket.", "på én sak til."]);
        check(redeemed(7), ["7 more tickets.", "7 weitere Tickets.", "på 7 saker til."]);
        check(not_needed(1), ["for one ticket.", "für ein Ticket.", "på én sak."]);
        check(not_needed(7), ["for 7 tickets.", "für 7 Tickets.", "på 7 saker."]);
        check(CouponLine::UsedUp { code: code() }, ["was already used", "bereits", "allerede"]);
        check(CouponLine::NotCounted, ["its owner", "sein Inhaber", "eieren"]);

        #[track_caller]
        fn check(coupon: CouponLine, expected: [&str; 3]) {
            for (said, expected) in said(&data(None, Some(coupon))).iter().zip(expected) {
                assert!(said.contains(expected), "{expected}: {said}");
            }
        }
    }

    #[test]
    fn each_reason_of_a_level_is_said_in_each_language() {
        let (account, on) = (|| "ACME".to_owned(), || "31. 3. 2026".to_owned());
        let reasons = [
            Because::Licence { account: account(), until: None },
            Because::Licence { account: account(), until: Some(on()) },
            Because::Ended { account: account(), on: on() },
            Because::Begins { account: account(), on: on() },
            Because::Suspended { account: account() },
            Because::NoLicence { account: account() },
            Because::LevelEnded { level: account(), on: on() },
            Because::Unproven,
            Because::Unknown,
        ];
        let mut all: Vec<_> =
            reasons.into_iter().flat_map(|reason| said(&data(Some(reason), None))).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 27);
        assert!(said(&data(None, None)).iter().all(|text| !all.contains(text)));
    }
}
