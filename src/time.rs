//! Instants as the store keeps them, and the one place where a clock is asked.

pub mod zone;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// An instant: microseconds since 1970-01-01T00:00:00Z, the unit of every `_us` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `us` microseconds after the epoch.
    #[must_use]
    pub const fn from_us(us: i64) -> Self {
        Self(us)
    }

    /// The instant `seconds` after the epoch; saturates at the ends of the range.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn as_us(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This instant and a span later; saturates.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span_us(span)))
    }

    /// This instant and a span earlier; saturates.
    #[must_use]
    pub fn before(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(span_us(span)))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// RFC 3339 in UTC, to the microsecond: [`Self::parse`] reads the same instant.
    #[must_use]
    pub fn to_the_microsecond(self) -> String {
        jiff::Timestamp::from_microsecond(self.0)
            .map_or_else(|_| self.to_string(), |instant| instant.to_string())
    }

    /// Reads an RFC 3339 instant such as `2026-03-02T09:00:00Z`.
    ///
    /// # Errors
    /// The reason why the text is not an instant, for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.parse::<jiff::Timestamp>()
            .map(|instant| Self(instant.as_microsecond()))
            .map_err(|error| error.to_string())
    }
}

/// Reads an RFC 3339 instant, or a day such as `2026-03-02`, which begins at midnight UTC.
///
/// # Errors
/// The reason why the text is not an instant, for people.
pub fn instant_or_day(text: &str) -> Result<Timestamp, String> {
    let day = || Timestamp::parse(&format!("{text}T00:00:00Z"));
    Timestamp::parse(text).or_else(|error| day().map_err(|_| error))
}

/// As people write it, in UTC to the minute: `2 March 2026, 09:00 UTC`.
#[must_use]
pub fn for_people(instant: Timestamp) -> String {
    match jiff::Timestamp::from_second(instant.as_seconds()) {
        Ok(at) => at.strftime("%-d %B %Y, %H:%M UTC").to_string(),
        Err(_) => instant.to_string(),
    }
}

/// RFC 3339 in UTC, to the second.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.as_seconds()) {
            Ok(instant) => write!(f, "{instant}"),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

/// An instant of this machine's own uptime, in microseconds: nobody sets it, and it goes on while the
/// process is stopped or the machine sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uptime(i64);

impl Uptime {
    /// This instant and a span later; saturates.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span_us(span)))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The instant at which the machine started, by a wall clock that shows `wall` now.
    #[must_use]
    pub fn begun(self, wall: Timestamp) -> Timestamp {
        Timestamp(wall.0.saturating_sub(self.0))
    }
}

/// Where `now` comes from. Only the loops and the command line ask; all below takes the answer.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The wall clock of the machine.
    System,
    /// A clock that a test sets.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now` until a test moves it.
    #[must_use]
    pub fn manual(now: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(now.as_us())))
    }

    /// The instant at which this is called.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the wall clock")]
            Self::System => {
                let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                Timestamp(since.map_or(0, span_us))
            }
            Self::Manual(us) => Timestamp(us.load(Ordering::SeqCst)),
        }
    }

    /// How long the machine is up.
    #[must_use]
    pub fn uptime(&self) -> Uptime {
        match self {
            Self::System => {
                let up = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
                Uptime(up.tv_sec.saturating_mul(1_000_000).saturating_add(up.tv_nsec / 1_000))
            }
            Self::Manual(us) => Uptime(us.load(Ordering::SeqCst)),
        }
    }
}

fn span_us(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_what_it_writes() {
        let instant = Timestamp::from_seconds(1_772_442_000);
        assert_eq!(instant.to_string(), "2026-03-02T09:00:00Z");
        assert_eq!(for_people(instant), "2 March 2026, 09:00 UTC");
        assert_eq!(Timestamp::parse("2026-03-02T09:00:00Z"), Ok(instant));
        let odd = instant.after(Duration::from_micros(7));
        assert_eq!(Timestamp::parse(&odd.to_the_microsecond()), Ok(odd));
    }

    #[test]
    fn the_span_to_a_later_instant_is_zero() {
        let (early, late) = (Timestamp::from_seconds(1), Timestamp::from_seconds(3));
        assert_eq!(late.since(early), Duration::from_secs(2));
        assert_eq!(early.since(late), Duration::ZERO);
    }
}
