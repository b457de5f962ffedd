//! Spans of time, sizes and rates as they are written.

use std::time::Duration;

use super::Rate;

/// Reads `90s`, `5m`, `2h` or `3d`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("{text:?} is not a span of time such as \"90s\", \"5m\", \"2h\", \"3d\"");
    let split = text.find(|char: char| !char.is_ascii_digit()).ok_or_else(wrong)?;
    let (count, unit) = text.split_at(split);
    let seconds = match unit.trim() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let count: u64 = count.parse().map_err(|_| wrong())?;
    count.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

/// Reads `512KiB` or `35MiB`; bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text:?} is not a size such as \"512KiB\" or \"35MiB\"");
    let split = text.find(|char: char| !char.is_ascii_digit()).ok_or_else(wrong)?;
    let (count, unit) = text.split_at(split);
    let bytes = match unit.trim() {
        "KiB" => 1024,
        "MiB" => 1024 * 1024,
        _ => return Err(wrong()),
    };
    let count: u64 = count.parse().map_err(|_| wrong())?;
    count.checked_mul(bytes).ok_or_else(wrong)
}

/// Reads `none`, `25/min`, `10/s` or `500/h`.
pub(super) fn rate(text: &str) -> Result<Rate, String> {
    let wrong = || format!("{text:?} is not a rate such as \"none\" or \"25/min\"");
    if text == "none" {
        return Ok(Rate::Unlimited);
    }
    let (count, unit) = text.split_once('/').ok_or_else(wrong)?;
    let span = match unit.trim() {
        "s" => 1,
        "min" | "m" => 60,
        "h" => 3_600,
        _ => return Err(wrong()),
    };
    match count.trim().parse() {
        Ok(messages) if messages > 0 => {
            Ok(Rate::Limited { messages, span: Duration::from_secs(span) })
        }
        Ok(_) | Err(_) => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_have_units() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("3d"), Ok(Duration::from_hours(72)));
        assert_eq!(size("35MiB"), Ok(35 * 1024 * 1024));
        assert_eq!(rate("none"), Ok(Rate::Unlimited));
        assert_eq!(
            rate("25/min"),
            Ok(Rate::Limited { messages: 25, span: Duration::from_mins(1) })
        );
        for bad in ["", "5", "s", "-5s", "5 weeks", "99999999999999999999d"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
        for bad in ["35", "35MB", "MiB", "99999999999999999999MiB"] {
            assert!(size(bad).is_err(), "{bad}");
        }
        for bad in ["", "0/min", "25", "25/day", "x/min"] {
            assert!(rate(bad).is_err(), "{bad}");
        }
    }
}
