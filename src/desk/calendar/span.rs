//! How long a promise lasts: some opening time, or some opening days.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// How long a promise lasts, as a calendar counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Span {
    /// Opening time.
    Opening(Duration),
    /// To the same wall-clock time that many opening days later.
    Days(u32),
}

/// What is not a span.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a span such as \"30m\", \"4h\", \"1h30m\" (opening time) or \"3d\" (opening days); \
     it is more than nothing, and at most 8784h or 1000d"
)]
pub struct SpanError(pub String);

impl Span {
    /// The most opening time: a leap year, around the clock.
    pub const OPENING_MAX: Duration = Duration::from_hours(366 * 24);
    /// The most days.
    pub const DAYS_MAX: u32 = 1_000;

    /// Reads `30s`, `30m`, `4h`, `1h30m` or `3d`.
    ///
    /// # Errors
    /// The text is none of these, is nothing, or is too much.
    pub fn parse(text: &str) -> Result<Self, SpanError> {
        read(text).ok_or_else(|| SpanError(text.chars().take(TEXT_MAX).collect()))
    }
}

/// Characters of a faulty text that are told.
const TEXT_MAX: usize = 40;

fn read(text: &str) -> Option<Span> {
    if let Some(days) = text.strip_suffix('d') {
        let days = u32::try_from(number(days)?).ok()?;
        return (1..=Span::DAYS_MAX).contains(&days).then_some(Span::Days(days));
    }
    let (mut rest, mut seconds) = (text, 0u64);
    for (unit, each) in [('h', 3_600), ('m', 60), ('s', 1)] {
        if let Some((count, after)) = rest.split_once(unit) {
            seconds = seconds.checked_add(number(count)?.checked_mul(each)?)?;
            rest = after;
        }
    }
    let span = Duration::from_secs(seconds);
    let good = rest.is_empty() && !span.is_zero() && span <= Span::OPENING_MAX;
    good.then_some(Span::Opening(span))
}

fn number(text: &str) -> Option<u64> {
    text.bytes().all(|one| one.is_ascii_digit()).then(|| text.parse().ok())?
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        Self::parse(text)
    }
}

/// What [`Span::parse`] reads.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = match self {
            Self::Days(days) => return write!(f, "{days}d"),
            Self::Opening(span) => span.as_secs(),
        };
        let parts = [('h', span / 3_600), ('m', span / 60 % 60), ('s', span % 60)];
        if span == 0 {
            return f.write_str("0m");
        }
        parts
            .iter()
            .filter(|(_, count)| *count > 0)
            .try_for_each(|(unit, count)| write!(f, "{count}{unit}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_writes_what_it_reads() {
        let opening = |minutes| Span::Opening(Duration::from_mins(minutes));
        for (text, span) in [
            ("30m", opening(30)),
            ("4h", opening(240)),
            ("1h30m", opening(90)),
            ("3d", Span::Days(3)),
            ("8784h", Span::Opening(Span::OPENING_MAX)),
            ("1000d", Span::Days(Span::DAYS_MAX)),
            ("45s", Span::Opening(Duration::from_secs(45))),
        ] {
            assert_eq!(Span::parse(text), Ok(span), "{text}");
            assert_eq!(span.to_string(), text);
        }
        assert_eq!(Span::parse("90m").map(|span| span.to_string()), Ok("1h30m".to_owned()));
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in [
            "",
            "h",
            "0m",
            "0d",
            "4",
            "4 h",
            "-4h",
            "+4h",
            "4h4h",
            "30m1h",
            "1d4h",
            "1.5h",
            "8785h",
            "1001d",
            "99999999999999999999h",
            "4w",
            "４h",
        ] {
            assert!(Span::parse(text).is_err(), "{text}");
        }
    }
}
