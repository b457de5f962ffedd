//! Time that agents have spent, in minutes.

/// The most that is noted at once, either way: 1,000 hours.
pub const ENTRY_MAX: i64 = 60_000;

/// Reads `30m`, `2h`, `1h30m`, `-15m`; minutes. Below zero some is taken back.
///
/// # Errors
/// What is wrong, for people.
pub fn parse(text: &str) -> Result<i64, String> {
    let wrong = || format!("{text:?} is not time spent, such as \"30m\", \"1h30m\" or \"-15m\"");
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (hours, minutes) = match rest.split_once('h') {
        Some((hours, "")) => (hours, "0"),
        Some((hours, minutes)) => (hours, minutes.strip_suffix('m').ok_or_else(wrong)?),
        None => ("0", rest.strip_suffix('m').ok_or_else(wrong)?),
    };
    let number = |digits: &str| {
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<i64>().ok().filter(|_| is_plain).ok_or_else(wrong)
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let total = hours.checked_mul(60).and_then(|total| total.checked_add(minutes));
    match total.ok_or_else(wrong)? {
        0 => Err(wrong()),
        total if total > ENTRY_MAX => Err(format!("{text:?} is more than 1,000 hours at once")),
        total => Ok(sign * total),
    }
}

/// As people read it: `1 h 30 min`.
#[must_use]
pub fn for_people(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {} min", minutes.abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_spent_is_read_in_minutes() {
        for (text, minutes) in
            [("30m", 30), ("2h", 120), ("1h30m", 90), ("-15m", -15), ("90m", 90), ("1000h", 60_000)]
        {
            assert_eq!(parse(text), Ok(minutes), "{text}");
        }
        for bad in ["", "30", "m", "h", "0m", "-", "+5m", "1h30", "--5m", "1001h", "5m1h", "1.5h"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse("99999999999999999h").is_err());
        assert_eq!(
            [for_people(30), for_people(60), for_people(90)],
            ["30 min", "1 h", "1 h 30 min"]
        );
    }
}
