//! How long a server's certificate lasts.

use std::time::Duration;

use super::report::Finding;
use crate::time::Timestamp;
use crate::tls::Peer;

/// A certificate that lasts less long is named: those of Let's Encrypt are renewed 30 days before
/// their end, so that something has failed for two weeks then.
const RENEWED_BEFORE: Duration = Duration::from_hours(24 * 14);
/// Names of a certificate that are told; some have a hundred.
const NAMES_TOLD: usize = 3;
/// Longest name of a host or issuer that is told, in characters.
const NAME_CHARS_MAX: usize = 64;

/// The line about the server `what`, such as `imap`.
pub(super) fn judge(what: &str, peer: &Peer, now: Timestamp) -> Finding {
    let about = format!("{what} certificate");
    let version = peer.version;
    let Some(certificate) = &peer.certificate else {
        return Finding::soon(
            about,
            format!("{version}; it cannot be read; ask who runs the server"),
        );
    };
    let mut names: Vec<_> = certificate.names.iter().take(NAMES_TOLD).map(|n| short(n)).collect();
    if NAMES_TOLD < certificate.names.len() {
        names.push(format!("{} more", certificate.names.len() - NAMES_TOLD));
    }
    let left = certificate.not_after.since(now);
    let days = left.as_secs() / (24 * 60 * 60);
    let says = format!(
        "{} by {}, {days} days left, {version}",
        names.join(", "),
        short(&certificate.issuer)
    );
    if left < RENEWED_BEFORE {
        let text = format!("{says}; renew it on the server: after that we do not connect any more");
        Finding::soon(about, text)
    } else {
        Finding::good(about, says)
    }
}

fn short(name: &str) -> String {
    name.chars().take(NAME_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::report::Found;
    use crate::tls::Certificate;

    #[test]
    fn a_certificate_is_named_two_weeks_before_its_end() {
        const DAY: i64 = 24 * 60 * 60;
        check(14 * DAY, Found::Good, "a.example by CA, 14 days left, TLS 1.3");
        check(14 * DAY - 1, Found::Soon, "a.example by CA, 13 days left, TLS 1.3; renew it");
        check(3 * DAY, Found::Soon, "3 days left");
        check(DAY - 1, Found::Soon, "0 days left");

        #[track_caller]
        fn check(seconds: i64, found: Found, says: &str) {
            let finding = judged(&["a.example"], seconds);
            assert_eq!(finding.found, found);
            assert_eq!(finding.about, "imap certificate");
            assert!(finding.text.starts_with(says) || finding.text.contains(says), "{finding:?}");
        }
    }

    #[test]
    fn a_server_cannot_fill_the_screen() {
        let many = vec!["n".repeat(1000); 100];
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        let text = judged(&many, 1_000_000_000).text;
        assert!(text.contains("97 more") && text.len() < 300, "{text}");
    }

    fn judged(names: &[&str], seconds: i64) -> Finding {
        let names = names.iter().map(ToString::to_string).collect();
        let (issuer, not_after) = ("CA".to_owned(), Timestamp::from_seconds(seconds));
        let certificate = Some(Certificate { names, issuer, not_after });
        judge("imap", &Peer { version: "TLS 1.3", certificate }, Timestamp::from_seconds(0))
    }
}
