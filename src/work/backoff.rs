//! How long to leave a server, or a message, alone.

use std::time::Duration;

use crate::time::Timestamp;

/// Growing rests between tries of one server, with jitter so that many do not come together.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    failures: u32,
    trouble: Option<Trouble>,
}

/// Why a server is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is not there, or talks nonsense.
    Server,
    /// It is well; our own store is not.
    Store,
    /// It refuses our login. Trying again soon may lock the mailbox.
    Login,
}

/// The longest rest of a server that is not there.
pub const SERVER_REST_MAX: Duration = Duration::from_secs(30);
/// The first rest after a refused login; it doubles up to four times this.
pub const LOGIN_REST: Duration = Duration::from_mins(5);
/// A notice that is refused for so long is given up (RFC 5321 §4.5.4.1).
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(120);

impl Backoff {
    /// The server answered as it should.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// How often in succession it did not, for the same reason.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Whether the last failure is worth a line in the log: the first of its kind is, then one
    /// now and then.
    #[must_use]
    pub fn is_news(&self) -> bool {
        self.failures == 1 || self.failures.is_multiple_of(20)
    }

    /// The rest after one more failure. `jitter` is any number; its low bits are used.
    pub fn failed(&mut self, trouble: Trouble, jitter: u64) -> Duration {
        if self.trouble.replace(trouble) != Some(trouble) {
            self.failures = 0;
        }
        let step = self.failures.min(5);
        self.failures = self.failures.saturating_add(1);
        let share = u32::try_from(jitter % 256).unwrap_or(0);
        match trouble {
            // 75 % to 100 %.
            Trouble::Server | Trouble::Store => {
                let rest = Duration::from_secs(1 << step).min(SERVER_REST_MAX);
                rest.saturating_sub(rest / 4 * share / 256)
            }
            // 100 % to 125 %: sooner is what locks mailboxes.
            Trouble::Login => {
                let rest = LOGIN_REST * (1 << step.min(2));
                rest.saturating_add(rest / 4 * share / 256)
            }
        }
    }
}

/// When a notice that the server put off for the `attempts`-th time is tried again; `None` when it
/// was put off for [`GIVE_UP_AFTER`].
#[must_use]
pub fn retry_at(attempts: u32, first: Timestamp, now: Timestamp) -> Option<Timestamp> {
    if now.since(first) >= GIVE_UP_AFTER {
        return None;
    }
    let minutes = match attempts {
        0 | 1 => 1,
        2 => 5,
        3 => 15,
        4 => 30,
        5 => 60,
        6 => 120,
        _ => 240,
    };
    Some(now.after(Duration::from_secs(minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_26_a_refused_notice_is_retried_for_five_days() {
        check(1, 0, Some(1));
        check(2, 0, Some(5));
        check(3, 0, Some(15));
        check(4, 0, Some(30));
        check(9, 60 * 24, Some(240));
        check(40, 60 * 24 * 5 - 1, Some(240));
        check(40, 60 * 24 * 5, None);

        #[track_caller]
        fn check(attempts: u32, minutes_since_first: i64, expected: Option<i64>) {
            let first = Timestamp::from_seconds(0);
            let now = Timestamp::from_seconds(minutes_since_first * 60);
            let due = retry_at(attempts, first, now);
            let minutes = due.map(|due| (due.as_seconds() - now.as_seconds()) / 60);
            assert_eq!(minutes, expected, "attempt {attempts}");
        }
    }

    #[test]
    fn a_server_is_probed_every_half_minute_at_the_longest() {
        let mut backoff = Backoff::default();
        let rests: Vec<u64> =
            (0..8).map(|_| backoff.failed(Trouble::Server, 0).as_secs()).collect();
        assert_eq!(rests, [1, 2, 4, 8, 16, 30, 30, 30]);
        backoff.succeeded();
        assert_eq!(backoff.failed(Trouble::Server, 0).as_secs(), 1);
        assert!(backoff.failed(Trouble::Server, 255) >= Duration::from_millis(1500));
    }

    #[test]
    fn flt_36_a_refused_login_rests_five_ten_twenty_minutes() {
        let mut backoff = Backoff::default();
        let rests: Vec<u64> =
            (0..5).map(|_| backoff.failed(Trouble::Login, 0).as_secs() / 60).collect();
        assert_eq!(rests, [5, 10, 20, 20, 20]);
        assert!(Backoff::default().failed(Trouble::Login, 255) > LOGIN_REST);
    }

    #[test]
    fn flt_36_trouble_of_another_kind_is_news_and_begins_with_a_short_rest() {
        let mut backoff = Backoff::default();
        for _ in 0..4 {
            backoff.failed(Trouble::Server, 0);
        }
        assert!(!backoff.is_news());
        assert_eq!(backoff.failed(Trouble::Login, 0), LOGIN_REST);
        assert!(backoff.is_news());
    }
}
