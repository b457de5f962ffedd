//! Easter Sunday, by the Gregorian computus.

use jiff::civil::Date;

/// Easter Sunday of a year; `None` before the Gregorian calendar.
pub(super) fn sunday(year: i16) -> Option<Date> {
    if year < 1583 {
        return None;
    }
    // The anonymous algorithm, as in J. Meeus, Astronomical Algorithms, chapter 8.
    let number = i32::from(year);
    let golden = number % 19;
    let (century, rest) = (number / 100, number % 100);
    let moon = (century + 8) / 25;
    let moon = (century - moon + 1) / 3;
    let epact = (19 * golden + century - century / 4 - moon + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    Date::new(year, i8::try_from(days / 31).ok()?, i8::try_from(days % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_when_it_was() {
        for (year, month, day) in [
            (1583, 4, 10),
            (1818, 3, 22),
            (1943, 4, 25),
            (1981, 4, 19),
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2038, 4, 25),
            (2049, 4, 18),
            (2076, 4, 19),
            (2100, 3, 28),
        ] {
            assert_eq!(sunday(year), Date::new(year, month, day).ok());
        }
        assert_eq!(sunday(1582), None);
    }
}
