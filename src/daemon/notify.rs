//! What the service manager is told, by the protocol of `sd_notify(3)`. Without `$NOTIFY_SOCKET`
//! nothing happens.

use std::time::Duration;

use sd_notify::NotifyState;
use tracing::warn;

/// Characters of a status line: it is for one line of a terminal or two.
const STATUS_MAX: usize = 240;

/// The program is still starting, and needs this long at the most before it says so again.
pub fn extend_start(span: Duration) {
    let us = u32::try_from(span.as_micros()).unwrap_or(u32::MAX);
    tell(&[NotifyState::ExtendTimeoutUsec(us)]);
}

/// The loops are at work.
pub(super) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// How it goes, for `systemctl status`.
pub(super) fn status(text: &str) {
    tell(&[NotifyState::Status(&one_line(text))]);
}

/// The configuration is read again; `ready` says when that is done.
pub(super) fn reloading() {
    // Without the instant the manager could not tell this reload's READY from an earlier one.
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => warn!("The service manager is not told of the reload: {error}"),
    }
}

/// The loops are told to end.
pub(super) fn stopping(status: &str) {
    tell(&[NotifyState::Stopping, NotifyState::Status(&one_line(status))]);
}

/// Every loop turns.
pub(super) fn watchdog() {
    tell(&[NotifyState::Watchdog]);
}

/// How long the manager waits for `watchdog` before it ends the process; `None` when it does not.
pub(super) fn watchdog_patience() -> Option<Duration> {
    sd_notify::watchdog_enabled().filter(|span| !span.is_zero())
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        warn!("The service manager cannot be told how it goes: {error}");
    }
}

/// What servers said may be in it. A line end would begin another message to the manager.
fn one_line(text: &str) -> String {
    let mut line: String =
        text.chars().take(STATUS_MAX).map(|one| if one.is_control() { ' ' } else { one }).collect();
    if text.chars().nth(STATUS_MAX).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_line_of_bounded_length() {
        check("works on support", "works on support");
        check("refused\r\nREADY=1", "refused  READY=1");
        check(&"ü".repeat(STATUS_MAX), &"ü".repeat(STATUS_MAX));
        check(&"ü".repeat(STATUS_MAX + 1), &("ü".repeat(STATUS_MAX) + "…"));

        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(one_line(text), expected);
        }
    }
}
