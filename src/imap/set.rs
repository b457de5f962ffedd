//! UIDs, folder names and strings as they stand in a command.

use std::ops::RangeInclusive;

use super::Uid;

/// Longest UID set in one command, in bytes. With a folder name a line stays below the 8000 bytes
/// that every server takes (RFC 7162 §4).
const SET_BYTES_MAX: usize = 7000;

/// UIDs and how they are written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Set {
    /// RFC 3501 §9, `sequence-set`.
    pub(super) text: String,
    /// The same, in ascending order.
    pub(super) uids: Vec<Uid>,
}

/// Writes UIDs as sets that each fit a command. Only neighbours become a range, so that no set
/// names a message that was not asked for.
pub(super) fn sets(uids: &[Uid]) -> Vec<Set> {
    let mut uids = uids.to_vec();
    uids.sort_unstable();
    uids.dedup();
    let mut sets: Vec<Set> = Vec::new();
    for run in uids.chunk_by(|one, next| one.get().checked_add(1) == Some(next.get())) {
        let text = match run {
            [] => continue,
            [one] => one.to_string(),
            [first, .., last] => format!("{first}:{last}"),
        };
        match sets.last_mut() {
            Some(set) if set.text.len() + 1 + text.len() <= SET_BYTES_MAX => {
                set.text.push(',');
                set.text.push_str(&text);
                set.uids.extend_from_slice(run);
            }
            Some(_) | None => sets.push(Set { text, uids: run.to_vec() }),
        }
    }
    sets
}

/// Those of `uids`, which ascend, that lie in one of `ranges`. The ranges come from a server and
/// may be any, so they are never written out (CVE-2025-25186).
pub(super) fn within(uids: &[Uid], mut ranges: Vec<RangeInclusive<u32>>) -> Vec<Uid> {
    ranges.sort_unstable_by_key(|range| *range.start());
    let mut ranges = ranges.into_iter().peekable();
    let mut reach = 0;
    uids.iter()
        .copied()
        .filter(|uid| {
            while let Some(range) = ranges.next_if(|range| *range.start() <= uid.get()) {
                reach = reach.max(*range.end());
            }
            // A range that reaches here began at or below this UID, and so covers it.
            uid.get() <= reach
        })
        .collect()
}

/// A folder's name in modified UTF-7 (RFC 3501 §5.1.3), quoted.
pub(super) fn folder_name(folder: &str) -> String {
    quoted(&utf7_imap::encode_utf7_imap(folder.to_owned()))
}

/// A quoted string (RFC 3501 §9). Characters that cannot stand in one are left out, so that no
/// text ends the line and begins a command of its own.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(2 * text.len() + 2);
    quoted.push('"');
    for char in text.chars().filter(|char| !matches!(char, '\r' | '\n' | '\0')) {
        if matches!(char, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(char);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uids(numbers: &[u32]) -> Vec<Uid> {
        numbers.iter().filter_map(|&number| Uid::new(number)).collect()
    }

    #[test]
    fn only_neighbours_become_a_range() {
        check(&[], &[]);
        check(&[7], &["7"]);
        check(&[9, 5, 7, 6, 5], &["5:7,9"]);
        check(&[1, 3, 5], &["1,3,5"]);
        check(&[u32::MAX - 1, u32::MAX], &["4294967294:4294967295"]);

        #[track_caller]
        fn check(numbers: &[u32], expected: &[&str]) {
            let texts: Vec<_> = sets(&uids(numbers)).into_iter().map(|set| set.text).collect();
            assert_eq!(texts, expected);
        }
    }

    #[test]
    fn std_54_a_long_set_becomes_several_lines_below_the_limit() {
        let asked: Vec<_> = (1..=5000).filter_map(|n| Uid::new(4_000_000_000 + 2 * n)).collect();
        let sets = sets(&asked);
        assert_eq!(sets.len(), 8);
        assert!(sets.iter().all(|set| set.text.len() <= SET_BYTES_MAX));
        let all: Vec<_> = sets.into_iter().flat_map(|set| set.uids).collect();
        assert_eq!(all, asked);
    }

    #[test]
    #[expect(clippy::reversed_empty_ranges, reason = "a server may send any")]
    fn thr_39_ranges_of_a_server_are_not_written_out() {
        check(&[1, 5, 9], vec![1..=u32::MAX], &[1, 5, 9]);
        check(&[1, 5, 9], vec![9..=9, 1..=4], &[1, 9]);
        check(&[1, 5, 9], vec![2..=4, 2..=7, 3..=3], &[5]);
        check(&[1, 5, 9], vec![7..=2], &[]);
        check(&[1, 5, 9], vec![], &[]);

        #[track_caller]
        fn check(asked: &[u32], ranges: Vec<RangeInclusive<u32>>, expected: &[u32]) {
            assert_eq!(within(&uids(asked), ranges), uids(expected));
        }
    }

    #[test]
    fn a_name_stays_one_string() {
        assert_eq!(folder_name("Entwürfe & \"Rest\\"), r#""Entw&APw-rfe &- \"Rest\\""#);
        assert_eq!(quoted("a\r\nT1 DELETE b\0"), r#""aT1 DELETE b""#);
    }
}
