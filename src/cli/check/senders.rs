//! What is seen of senders' proofs in a mailbox: the headers of its newest messages, and some of its
//! small signed messages whole. Nothing is marked.

mod lines;
mod signatures;

use std::ops::RangeInclusive;
use std::time::Duration;

use tokio::time::timeout;

use super::report::Finding;
use crate::authentication::OwnDkim;
use crate::authentication::survey::Survey;
use crate::config::{After, Desk};
use crate::dns::NameServer;
use crate::imap::{Header, ImapError, Session};
use signatures::Signed;

/// Messages whose headers are read, the newest.
const MESSAGES_MAX: u32 = 200;

/// Messages of one command.
const BATCH: u32 = 20;

/// Bytes of one header that are read: 32 KiB, so that all take at most 6.25 MiB.
const HEADER_BYTES_MAX: u32 = 32 * 1024;

/// Time for the headers of a mailbox; what was read by then counts.
const HEADERS_TIME: Duration = Duration::from_mins(1);

/// What a mailbox holds.
#[derive(Default)]
struct Seen {
    folder: Box<str>,
    /// Messages in it.
    exists: u32,
    survey: Survey,
    /// Signed messages, the newest first.
    signed: Vec<Signed>,
}

/// Whether the configuration lets anybody be proven.
pub(super) fn provable(desk: &Desk) -> Finding {
    lines::provable(desk)
}

/// Looks at the newest messages of the first folder that holds any. A folder that cannot be read has
/// a line of its own already.
pub(super) async fn look(desk: &Desk, session: &mut Session, dns: NameServer) -> Vec<Finding> {
    let target = match &desk.imap.after {
        After::Move(folder) => Some(folder),
        After::Seen | After::Keep => None,
    };
    let mut seen = Seen::default();
    for folder in desk.imap.folders.iter().take(1).chain(target) {
        let Ok(selected) = session.examine(folder).await else { continue };
        (seen.folder, seen.exists) = (folder.clone(), selected.exists);
        if 0 < selected.exists {
            break;
        }
    }
    let read = timeout(HEADERS_TIME, headers(desk, session, &mut seen)).await;
    let mut findings = lines::headers(&seen.folder, seen.exists, &seen.survey);
    if let Ok(Err(error)) = &read {
        findings.push(lines::broken(error));
    }
    if 0 < seen.survey.messages {
        findings.extend(lines::all(&seen.survey, desk));
    }
    if let (Ok(Ok(())), OwnDkim::On | OwnDkim::Advisory) = (read, desk.trust.own_dkim)
        && !seen.signed.is_empty()
    {
        let checked = signatures::check(session, &seen.signed, desk, dns).await;
        findings.push(lines::own_check(&checked, desk.trust.own_dkim));
    }
    findings
}

async fn headers(desk: &Desk, session: &mut Session, seen: &mut Seen) -> Result<(), ImapError> {
    for numbers in batches(seen.exists) {
        let headers = session.fetch_headers(numbers, HEADER_BYTES_MAX).await?;
        for Header { uid, size, internal_date, bytes } in headers.into_iter().rev() {
            seen.survey.add(&bytes, &desk.trust);
            seen.signed.extend(Signed::of(uid, size, internal_date, &bytes));
        }
    }
    Ok(())
}

/// The numbers of the newest messages, the newest batch first.
fn batches(exists: u32) -> Vec<RangeInclusive<u32>> {
    let oldest = exists.saturating_sub(MESSAGES_MAX) + 1;
    let mut batches = Vec::new();
    let mut last = exists;
    while oldest <= last {
        let first = last.saturating_sub(BATCH - 1).max(oldest);
        batches.push(first..=last);
        last = first - 1;
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_200_messages_are_read_in_batches() {
        check(0, &[]);
        check(1, &[(1, 1)]);
        check(20, &[(1, 20)]);
        check(21, &[(2, 21), (1, 1)]);
        let many = batches(1000);
        assert_eq!(
            (many.len(), many.first(), many.last()),
            (10, Some(&(981..=1000)), Some(&(801..=820)))
        );
        assert_eq!(batches(u32::MAX).len(), 10);

        #[track_caller]
        fn check(exists: u32, expected: &[(u32, u32)]) {
            let found: Vec<_> =
                batches(exists).iter().map(|one| (*one.start(), *one.end())).collect();
            assert_eq!(found, expected, "{exists}");
        }
    }
}
