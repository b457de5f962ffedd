//! Notices with invented data: for who writes templates, and for tests.

use minijinja::Value;
use minijinja::value::Serde;

use super::acknowledged::{Acknowledgement, Addition, ShortAcknowledgement};
use super::announced::Announced;
use super::answered::Answer;
use super::changed::{Change, Changed, PriorityLine, RatingLink, Reminder};
use super::history::History;
use super::notice::Notice;
use super::part::{Because, CouponLine, Hours, Refused, RefusedAttachment, RefusedFor};
use super::raised::Raised;
use super::{RenderError, Templates, Wording};
use crate::desk::calendar::{Calendar, Period, words};
use crate::desk::language::Language;
use crate::time::Timestamp;

/// How much there is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// Everything that can be.
    Rich,
    /// What always is.
    Bare,
}

impl Sample {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rich, Self::Bare];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rich => "rich",
            Self::Bare => "bare",
        }
    }
}

/// What must not stand in any HTML: what somebody wrote has it.
pub(super) const MARKUP: &str = "<Room 5>";

/// Monday, 2 March 2026, 09:00 UTC.
const NOW: Timestamp = Timestamp::from_seconds(1_772_442_000);
const MINUTE: i64 = 60;

impl Templates {
    /// A notice about what nobody has asked.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn sample(
        &self,
        notice: Notice,
        language: Language,
        sample: Sample,
    ) -> Result<Wording, RenderError> {
        match notice {
            Notice::Acknowledgement => self.notice(language, &acknowledgement(language, sample)),
            Notice::Short => self.notice(language, &short(language, sample)),
            Notice::Addition => self.notice(language, &addition(language, sample)),
            Notice::Raised => self.notice(language, &raised(language, sample)),
            Notice::Changed => self.notice(language, &changed(language, sample)),
            Notice::Reminder => self.notice(language, &reminder(language, sample)),
            Notice::History => self.notice(language, &history(language, sample)),
            Notice::Announcement => self.notice(language, &announcement(language, sample)),
            Notice::Answer => self.notice(language, &answer(language, sample)),
        }
    }
}

/// What a template of this notice is given.
pub(super) fn fields(notice: Notice, language: Language, sample: Sample) -> Value {
    match notice {
        Notice::Acknowledgement => Value::from(Serde(acknowledgement(language, sample))),
        Notice::Short => Value::from(Serde(short(language, sample))),
        Notice::Addition => Value::from(Serde(addition(language, sample))),
        Notice::Raised => Value::from(Serde(raised(language, sample))),
        Notice::Changed => Value::from(Serde(changed(language, sample))),
        Notice::Reminder => Value::from(Serde(reminder(language, sample))),
        Notice::History => Value::from(Serde(history(language, sample))),
        Notice::Announcement => Value::from(Serde(announcement(language, sample))),
        Notice::Answer => Value::from(Serde(answer(language, sample))),
    }
}

fn acknowledgement(language: Language, sample: Sample) -> Acknowledgement {
    let rich = match sample {
        Sample::Rich => true,
        Sample::Bare => false,
    };
    let list =
        |texts: &[&str]| texts.iter().filter(|_| rich).map(|one| (*one).to_owned()).collect();
    Acknowledgement {
        tid: tid(),
        subject: subject(sample),
        requester_name: requester_name(sample),
        level_title: level_title(language, sample),
        because: rich.then(|| because(language)),
        promise: rich.then(|| instant(4 * 60, language)),
        announcements: list(&[pick(
            language,
            "Some emails have been arriving late since this morning.",
            "Einige E-Mails kommen seit heute Morgen verspätet an.",
            "Noen e-poster har vært forsinket siden i morges.",
        )]),
        missing: list(&match language {
            Language::English => ["Since when", "The error message"],
            Language::German => ["Seit wann", "Die Fehlermeldung"],
            Language::Norwegian => ["Siden når", "Feilmeldingen"],
        }),
        hours: if rich { hours(language) } else { Hours::default() },
        received: instant(0, language),
        oversize: rich,
        refused: rich.then(refused),
        supervisor: rich,
        coupon: rich.then(|| CouponLine::Redeemed { code: "VIP-17".to_owned(), left: 2 }),
        desk_name: desk_name(),
        desk_address: desk_address(),
    }
}

fn short(language: Language, sample: Sample) -> ShortAcknowledgement {
    ShortAcknowledgement {
        tid: tid(),
        level_title: level_title(language, Sample::Bare),
        coupon: match sample {
            Sample::Rich => Some(CouponLine::NotCounted),
            Sample::Bare => None,
        },
        desk_name: desk_name(),
        desk_address: desk_address(),
    }
}

fn addition(language: Language, sample: Sample) -> Addition {
    let Acknowledgement {
        tid,
        subject,
        requester_name,
        received,
        oversize,
        refused,
        supervisor,
        ..
    } = acknowledgement(language, sample);
    Addition {
        tid,
        subject,
        requester_name,
        received,
        oversize,
        refused,
        supervisor,
        coupon: match sample {
            Sample::Rich => Some(CouponLine::UsedUp { code: "VIP-17".to_owned() }),
            Sample::Bare => None,
        },
        desk_name: desk_name(),
        desk_address: desk_address(),
    }
}

fn raised(language: Language, sample: Sample) -> Raised {
    Raised {
        tid: tid(),
        subject: subject(sample),
        level_title: level_title(language, Sample::Rich),
        coupon: match sample {
            Sample::Rich => Some(CouponLine::Redeemed { code: "VIP-17".to_owned(), left: 1 }),
            Sample::Bare => None,
        },
        desk_name: desk_name(),
        desk_address: desk_address(),
    }
}

fn changed(language: Language, sample: Sample) -> Changed {
    let bare = Changed {
        tid: tid(),
        subject: subject(sample),
        why: "staff",
        since: None,
        change: Change { status: Some("accepted"), ..Change::default() },
        resolves: None,
        merged_into: None,
        desk_name: desk_name(),
        desk_address: desk_address(),
    };
    match sample {
        Sample::Rich => Changed {
            change: Change {
                priority: Some(PriorityLine { before: "high".to_owned(), now: "low".to_owned() }),
                level_title: Some("Gold".to_owned()),
                ..resolved(language)
            },
            ..bare
        },
        Sample::Bare => bare,
    }
}

fn resolved(language: Language) -> Change {
    let words = pick(language, "Rating", "Bewertung", "Vurdering");
    let rating = |stars| RatingLink {
        stars,
        words: format!("{words}: {stars}"),
        href: format!("mailto:support@example.com?subject=%5BEX%231042%5D%20{words}%3A%20{stars}"),
    };
    Change {
        status: Some("resolved"),
        reopens_until: Some(instant(14 * 24 * 60, language)),
        ratings: (1..=5).map(rating).collect(),
        sent_secret: true,
        ..Change::default()
    }
}

fn reminder(language: Language, sample: Sample) -> Reminder {
    let days = |days: i64| instant(days * 24 * 60, language);
    Reminder {
        tid: tid(),
        subject: subject(sample),
        since: days(-3),
        lowers: match sample {
            Sample::Rich => Some(days(2)),
            Sample::Bare => None,
        },
        resolves: match sample {
            Sample::Rich => Some(days(7)),
            Sample::Bare => None,
        },
        desk_name: desk_name(),
        desk_address: desk_address(),
    }
}

fn history(language: Language, sample: Sample) -> History {
    let days = |days: i64| instant(days * 24 * 60, language);
    History {
        tid: tid(),
        subject: subject(sample),
        requester_name: requester_name(sample),
        count: match sample {
            Sample::Rich => 12,
            Sample::Bare => 1,
        },
        first: days(-9),
        last: days(-1),
        desk_name: desk_name(),
        desk_address: desk_address(),
    }
}

fn announcement(language: Language, sample: Sample) -> Announced {
    let text = pick(
        language,
        "The storage of our platform has been failing since 08:40.\nNew messages arrive <Room 5> & are kept.",
        "Der Speicher unserer Plattform ist seit 08:40 Uhr gestört.\nNeue Nachrichten kommen an \
         <Room 5> & bleiben erhalten.",
        "Lagringen på plattformen vår har vært ustabil siden kl. 08.40.\nNye meldinger kommer fram \
         <Room 5> & blir tatt vare på.",
    );
    Announced {
        tid: tid(),
        subject: subject(sample),
        text: match sample {
            Sample::Rich => text,
            Sample::Bare => text.lines().next().unwrap_or_default(),
        }
        .to_owned(),
        until: instant(6 * 60, language),
        desk_name: desk_name(),
        desk_address: desk_address(),
    }
}

fn answer(language: Language, sample: Sample) -> Answer {
    let text = pick(
        language,
        "Hello Ada,\n\nplease switch the printer off and on again.\n\nBob",
        "Guten Tag,\n\nbitte schalten Sie den Drucker aus und wieder ein.\n\nBob",
        "Hei, Ada!\n\nKan du slå skriveren av og på igjen?\n\nBob",
    );
    let html: Vec<_> = text.split("\n\n").map(|one| format!("<p>{one}</p>")).collect();
    Answer {
        tid: tid(),
        subject: subject(sample),
        text: text.to_owned(),
        html: html.join("\n"),
        desk_name: desk_name(),
        signature: match sample {
            Sample::Rich => "Example Support\n+47 21 00 00 00".to_owned(),
            Sample::Bare => String::new(),
        },
        change: match sample {
            Sample::Rich => resolved(language),
            Sample::Bare => Change::default(),
        },
    }
}

fn because(language: Language) -> Because {
    let until = "2026-12-31".parse().ok().map(|day| words::date(day, language));
    Because::Licence { account: "Example <Room 5> Ltd".to_owned(), until }
}

fn hours(language: Language) -> Hours {
    let period = |from: &str, until: &str, name: &str| {
        let (from, until) = (from.parse().ok()?, until.parse().ok()?);
        let period = Period { from, until, name: Some(name.into()) };
        Some(words::period(&Calendar::always(), &period, NOW, language))
    };
    Hours {
        closed_until: Some(instant(24 * 60, language)),
        closed: period("2026-03-06", "2026-03-07", "Founders' Day").into_iter().collect(),
        maintenance: period("2026-03-04T22:00", "2026-03-05T02:00", "Database")
            .into_iter()
            .collect(),
    }
}

fn refused() -> Refused {
    let named = |name: &str, why| RefusedAttachment { name: name.to_owned(), why };
    Refused {
        names: vec![
            named("plan <Room 5>.bmp", RefusedFor::Type),
            named("invoice.pdf", RefusedFor::Content { format: "EXE".to_owned() }),
            named("film.zip", RefusedFor::Size),
        ],
        more: 3,
        types: Some(".png, .pdf, .zip".to_owned()),
        size: Some("35 MiB".to_owned()),
    }
}

fn instant(minutes: i64, language: Language) -> String {
    let at = Timestamp::from_seconds(NOW.as_seconds() + minutes * MINUTE);
    words::instant(&Calendar::always(), at, NOW, language)
}

fn tid() -> String {
    "[EX#1042]".to_owned()
}

fn subject(sample: Sample) -> String {
    match sample {
        Sample::Rich => "The printer in <Room 5> & the one next door are \"on fire\"".to_owned(),
        Sample::Bare => String::new(),
    }
}

fn requester_name(sample: Sample) -> String {
    match sample {
        Sample::Rich => "Ada Lovelace <Room 5>".to_owned(),
        Sample::Bare => String::new(),
    }
}

fn level_title(language: Language, sample: Sample) -> String {
    match sample {
        Sample::Rich => "Gold",
        Sample::Bare => pick(language, "Community", "Allgemein", "Felles"),
    }
    .to_owned()
}

fn desk_name() -> String {
    "Example Support".to_owned()
}

fn desk_address() -> String {
    "support@example.com".to_owned()
}

fn pick<'a>(language: Language, english: &'a str, german: &'a str, norwegian: &'a str) -> &'a str {
    match language {
        Language::English => english,
        Language::German => german,
        Language::Norwegian => norwegian,
    }
}
