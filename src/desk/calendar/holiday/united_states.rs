//! Federal holidays of the United States of America: 5 U.S.C. 6103(a), and what changed it.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::{Day, Rule};

/// Since the Uniform Monday Holiday Act, in force from 1971 on, but for those that have a year.
pub(super) const FEDERAL: [Rule; 12] = [
    Rule::new("New Year's Day", Day::Fixed(1, 1)),
    Rule::new("Birthday of Martin Luther King, Jr.", Day::Weekday(1, 3, Weekday::Monday))
        .since(1986),
    Rule::new("Washington's Birthday", Day::Weekday(2, 3, Weekday::Monday)).since(1971),
    Rule::new("Memorial Day", Day::Weekday(5, -1, Weekday::Monday)).since(1971),
    Rule::new("Juneteenth National Independence Day", Day::Fixed(6, 19)).since(2021),
    Rule::new("Independence Day", Day::Fixed(7, 4)),
    Rule::new("Labor Day", Day::Weekday(9, 1, Weekday::Monday)),
    Rule::new("Columbus Day", Day::Weekday(10, 2, Weekday::Monday)).since(1971),
    Rule::new("Veterans Day", Day::Weekday(10, 4, Weekday::Monday)).since(1971).until(1977),
    Rule::new("Veterans Day", Day::Fixed(11, 11)).since(1978),
    Rule::new("Thanksgiving Day", Day::Weekday(11, 4, Weekday::Thursday)),
    Rule::new("Christmas Day", Day::Fixed(12, 25)),
];

/// The day on which it is observed where that is another: 5 U.S.C. 6103(b), Executive Order 11582.
pub(super) fn observed(date: Date) -> Option<Date> {
    match date.weekday() {
        Weekday::Saturday => date.checked_sub(1.day()).ok(),
        Weekday::Sunday => date.checked_add(1.day()).ok(),
        Weekday::Monday
        | Weekday::Tuesday
        | Weekday::Wednesday
        | Weekday::Thursday
        | Weekday::Friday => None,
    }
}
