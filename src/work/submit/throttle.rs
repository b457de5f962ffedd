//! How many notices may go out now: a bucket that fills with time.

use std::time::Duration;

use crate::config::Rate;
use crate::time::Timestamp;

/// A bucket of permissions.
#[derive(Debug)]
pub(super) struct Throttle {
    rate: Rate,
    filled: Timestamp,
    left: u32,
}

impl Throttle {
    pub(super) fn new(rate: Rate, now: Timestamp) -> Self {
        let left = match rate {
            Rate::Unlimited => 0,
            Rate::Limited { messages, .. } => messages,
        };
        Self { rate, filled: now, left }
    }

    /// How many of `wanted` may go now; how long to wait when none may.
    pub(super) fn allowed(&mut self, now: Timestamp, wanted: usize) -> Result<usize, Duration> {
        match self.rate {
            Rate::Unlimited => Ok(wanted),
            Rate::Limited { messages, span } => {
                let passed = now.since(self.filled);
                if passed >= span {
                    self.filled = now;
                    self.left = messages;
                }
                match usize::try_from(self.left) {
                    Ok(left) if left > 0 => Ok(wanted.min(left)),
                    Ok(_) | Err(_) => Err(span.saturating_sub(passed)),
                }
            }
        }
    }

    /// So many went.
    pub(super) fn spent(&mut self, count: usize) {
        self.left = self.left.saturating_sub(u32::try_from(count).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn std_100_no_more_than_the_rate_goes_out() {
        let at = Timestamp::from_seconds;
        let rate = Rate::Limited { messages: 25, span: Duration::from_mins(1) };
        let mut throttle = Throttle::new(rate, at(0));
        assert_eq!(throttle.allowed(at(0), 40), Ok(25));
        throttle.spent(25);
        assert_eq!(throttle.allowed(at(10), 40), Err(Duration::from_secs(50)));
        assert_eq!(throttle.allowed(at(60), 3), Ok(3));
        throttle.spent(3);
        assert_eq!(throttle.allowed(at(61), 40), Ok(22));
    }

    #[test]
    fn without_a_rate_everything_goes() {
        let mut throttle = Throttle::new(Rate::Unlimited, Timestamp::from_seconds(0));
        throttle.spent(1000);
        assert_eq!(throttle.allowed(Timestamp::from_seconds(0), 40), Ok(40));
    }
}
