//! When the server took a message (RFC 3501 §9, `date-time` and `date`).

use crate::time::Timestamp;

/// Reads a date such as `17-Jul-1996 02:44:25 -0700`; the day may have a space before it.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let time = jiff::fmt::strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim_ascii()).ok()?;
    Some(Timestamp::from_us(time.to_timestamp().ok()?.as_microsecond()))
}

/// Writes an instant as such a date, in UTC, to the second.
pub(super) fn written(at: Timestamp) -> String {
    form("%d-%b-%Y %H:%M:%S +0000", at)
}

/// The day of an instant in UTC, without quotes: `17-Jul-1996`.
pub(super) fn day(at: Timestamp) -> String {
    form("%-d-%b-%Y", at)
}

fn form(form: &str, at: Timestamp) -> String {
    // Every instant of a message of ours lies within; the epoch stands for what nobody can write.
    let at = jiff::Timestamp::from_second(at.as_seconds()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_a_date() {
        let at = Timestamp::parse("2026-07-07T18:00:00.9Z").unwrap();
        assert_eq!(written(at), "07-Jul-2026 18:00:00 +0000");
        assert_eq!(parse(&written(at)), Some(Timestamp::from_seconds(at.as_seconds())));
        assert_eq!(day(at), "7-Jul-2026");
        assert_eq!(day(Timestamp::from_us(i64::MAX)), "1-Jan-1970");
    }

    #[test]
    fn a_date_is_an_instant() {
        check("17-Jul-1996 02:44:25 -0700", Some("1996-07-17T09:44:25Z"));
        check(" 7-Jul-1996 02:44:25 +0000", Some("1996-07-07T02:44:25Z"));
        check("07-jul-2026 23:30:00 +0530", Some("2026-07-07T18:00:00Z"));
        check("29-Feb-2024 00:00:00 +0000", Some("2024-02-29T00:00:00Z"));
        check("31-Dec-2016 23:59:60 +0000", Some("2016-12-31T23:59:59Z"));
        check("29-Feb-2023 00:00:00 +0000", None);
        check("17-Jul-1996 02:44:25", None);
        check("", None);

        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            let expected = expected.map(|text| Timestamp::parse(text).unwrap());
            assert_eq!(parse(text), expected, "{text:?}");
        }
    }
}
