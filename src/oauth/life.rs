//! How long a token is used, and what is told of its end. Pure.

use std::time::Duration;

use secrecy::SecretString;

use super::answer::Granted;
use crate::time::Timestamp;

/// An access token that we hold.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token.
    pub secret: SecretString,
    /// When it was asked for.
    pub obtained: Timestamp,
    /// It is no good from then on.
    pub expires: Timestamp,
}

/// What a token is still good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is used.
    Good,
    /// A fresh one is asked for; where none is to be had, it is used on.
    Due,
    /// It is not used.
    Over,
}

impl Token {
    /// The token of an answer to what was asked at `obtained`.
    #[must_use]
    pub fn new(granted: &Granted, obtained: Timestamp) -> Self {
        let secret = granted.access.clone();
        Self { secret, obtained, expires: obtained.after(granted.life) }
    }

    /// How long a connection that was made with it at `now` is kept: until a fresh token is due, as
    /// some servers end it with the token; with one that is due, to its end.
    #[must_use]
    pub fn keeps_until(&self, now: Timestamp) -> Timestamp {
        match self.usable(now) {
            Use::Good => self.obtained.after(self.due()),
            Use::Due | Use::Over => self.expires,
        }
    }

    /// What it is still good for: at 80 % of its life a fresh one is due.
    #[must_use]
    pub fn usable(&self, now: Timestamp) -> Use {
        if now >= self.expires {
            Use::Over
        } else if now.since(self.obtained) >= self.due() {
            Use::Due
        } else {
            Use::Good
        }
    }

    fn due(&self) -> Duration {
        self.expires.since(self.obtained) / 5 * 4
    }
}

/// Something that we hold and that comes to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// What.
    pub what: Expiring,
    /// When.
    pub at: Timestamp,
}

/// What may come to an end while nobody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiring {
    /// The client's secret, by the configuration.
    ClientSecret,
    /// The refresh token, by what the endpoint said of it.
    RefreshToken,
}

/// An end is announced for so long before it.
const ANNOUNCED: Duration = Duration::from_hours(14 * 24);

/// Whether an end is announced now.
#[must_use]
pub fn is_near(at: Timestamp, now: Timestamp) -> bool {
    at <= now.after(ANNOUNCED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_98_a_token_is_refreshed_at_four_fifths_of_its_life() {
        check(0, Use::Good, 80);
        check(79, Use::Good, 80);
        check(80, Use::Due, 100);
        check(99, Use::Due, 100);
        check(100, Use::Over, 100);
        // A clock that was set back says nothing.
        check(-50, Use::Good, 80);

        #[track_caller]
        fn check(age: i64, expected: Use, keeps_until: i64) {
            let at = |seconds| Timestamp::from_seconds(1000 + seconds);
            let token = Token { secret: "t".into(), obtained: at(0), expires: at(100) };
            assert_eq!(token.usable(at(age)), expected, "{age}");
            assert_eq!(token.keeps_until(at(age)), at(keeps_until), "{age}");
        }
    }

    #[test]
    fn an_end_is_announced_two_weeks_before() {
        let day = |day: i64| Timestamp::from_seconds(day * 86400);
        assert!(!is_near(day(15), day(0)));
        assert!(is_near(day(14), day(0)));
        assert!(is_near(day(0), day(3)));
    }
}
