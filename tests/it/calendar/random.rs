//! Random calendars at the times at which clocks are set: each answer is that of a walk from minute to
//! minute, and the laws of the arithmetic hold.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use tidings::desk::calendar::{
    Calendar, CalendarName, Holiday, HolidaySet, Hours, Period, Rules, Span,
};
use tidings::time::Timestamp;

use super::oracle::{MINUTE, Said, Walk};

/// Zones, and days on or near which their clocks are set.
const TIMES: [(&str, Date); 26] = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Europe/Oslo", date(2025, 12, 25)),
    ("Europe/London", date(2027, 10, 31)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("America/New_York", date(2027, 12, 28)),
    ("America/Los_Angeles", date(2026, 7, 3)),
    ("Australia/Sydney", date(2026, 4, 5)),
    ("Australia/Sydney", date(2026, 10, 4)),
    // By half an hour.
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kolkata", date(2026, 1, 1)),
    ("Asia/Kathmandu", date(2026, 12, 31)),
    // Midnight is not there.
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Asia/Beirut", date(2026, 3, 29)),
    // Midnight is there twice.
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/Havana", date(2026, 11, 1)),
    // At a minute past midnight.
    ("America/St_Johns", date(2008, 11, 2)),
    ("America/St_Johns", date(2008, 3, 9)),
    // By two hours.
    ("Antarctica/Troll", date(2026, 3, 29)),
    ("Antarctica/Troll", date(2026, 10, 25)),
    // A day is not there.
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("UTC", date(2026, 12, 31)),
    ("America/Nuuk", date(2026, 3, 28)),
];

/// Calendars, and questions asked of each.
const CALENDARS: u64 = 160;
const QUESTIONS: usize = 640;

/// Days of a walk; starts lie in the first half.
const DAYS: i64 = 28;

/// Numbers that are the same in each run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to one less than `most`.
    fn below(&mut self, most: i64) -> i64 {
        (self.next() % u64::try_from(most).unwrap()).cast_signed()
    }

    fn one_in(&mut self, count: i64) -> bool {
        self.below(count) == 0
    }
}

const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A random calendar around a day, and what was said of it.
fn any(numbers: &mut Numbers, zone: &str, around: Date) -> (Calendar, Said) {
    let mut hours: Vec<Vec<(i16, i16)>> = vec![Vec::new(); 7];
    let style = numbers.below(5);
    for (day, spans) in hours.iter_mut().enumerate() {
        *spans = match style {
            0 if day < 5 => vec![(0, 24 * 60)],
            1 => vec![(0, 24 * 60)],
            2 if day < 6 => vec![(22 * 60, 6 * 60)],
            3 if day < 5 => vec![(8 * 60, 12 * 60), (13 * 60, 20 * 60)],
            4 => several(numbers),
            _ => Vec::new(),
        };
    }
    hours[0] = if hours.iter().all(Vec::is_empty) { vec![(60, 150)] } else { hours[0].clone() };
    let near = |numbers: &mut Numbers| {
        around.checked_add(numbers.below(30).days()).unwrap().checked_sub(12.days()).unwrap()
    };
    let mut holidays: Vec<Date> = (0..numbers.below(4)).map(|_| near(numbers)).collect();
    let sets: Vec<_> = ["us-federal", "de", "no"]
        .into_iter()
        .filter(|_| numbers.one_in(3))
        .map(|name| HolidaySet::parse(name).unwrap())
        .collect();
    let periods = |numbers: &mut Numbers| -> Vec<(DateTime, DateTime)> {
        let count = numbers.below(3);
        (0..count)
            .map(|_| {
                let from = near(numbers).at(0, 0, 0, 0).checked_add(numbers.below(1440).minutes());
                let from = from.unwrap();
                (from, from.checked_add((1 + numbers.below(3000)).minutes()).unwrap())
            })
            .collect()
    };
    let (openings, closures) = (periods(numbers), periods(numbers));
    let text = |(from, until): &(i16, i16)| {
        format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60)
    };
    let written: Vec<(&str, String)> = WEEK
        .into_iter()
        .zip(&hours)
        .filter(|(_, spans)| !spans.is_empty())
        .map(|(day, spans)| (day, spans.iter().map(text).collect::<Vec<_>>().join(", ")))
        .collect();
    let named = |periods: &[(DateTime, DateTime)]| {
        periods
            .iter()
            .map(|(from, until)| Period { from: *from, until: *until, name: None })
            .collect()
    };
    let rules = Rules {
        hours: Hours::parse(written.iter().map(|(day, spans)| (*day, spans.as_str()))).unwrap(),
        holidays: holidays.iter().map(|date| Holiday { date: *date, name: None }).collect(),
        openings: named(&openings),
        closures: named(&closures),
        sets: sets.clone(),
        ..Rules::default()
    };
    for year in around.year() - 1..=around.year() + 2 {
        holidays.extend(sets.iter().flat_map(|set| set.of(year)).map(|holiday| holiday.date));
    }
    let zone = TimeZone::get(zone).unwrap();
    let calendar = Calendar::new(CalendarName::parse("any").unwrap(), zone.clone(), rules).unwrap();
    let holidays: BTreeSet<Date> = holidays.into_iter().collect();
    (calendar, Said { zone, hours, holidays, openings, closures })
}

/// Some spans of a day, in order.
fn several(numbers: &mut Numbers) -> Vec<(i16, i16)> {
    let mut edges: Vec<i16> =
        (0..2 * numbers.below(4)).map(|_| i16::try_from(numbers.below(1441)).unwrap()).collect();
    edges.sort_unstable();
    edges.dedup();
    edges.chunks_exact(2).map(|edge| (edge[0], edge[1])).collect()
}

fn us(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap()
}

#[test]
fn a_calendar_says_what_a_walk_from_minute_to_minute_finds() {
    let mut asked = 0;
    for seed in 0..CALENDARS {
        let mut numbers = Numbers(seed);
        let (zone, around) = TIMES[usize::try_from(seed).unwrap() % TIMES.len()];
        let (calendar, said) = any(&mut numbers, zone, around);
        let noon = around.at(12, 0, 0, 0).checked_sub((DAYS / 3).days()).unwrap();
        let begin = TimeZone::UTC.to_timestamp(noon).unwrap().as_microsecond();
        let walk = Walk::new(&said, begin, DAYS * 1440);
        let mut starts: Vec<i64> = (0..QUESTIONS)
            .map(|_| {
                let minute = numbers.below(DAYS * 1440 / 2);
                // Often a whole minute, and often near a time at which clocks are set.
                let near = (around.at(0, 0, 0, 0), numbers.below(36 * 60));
                let us = if numbers.one_in(2) { numbers.below(MINUTE) } else { 0 };
                let set = TimeZone::UTC.to_timestamp(near.0).unwrap().as_microsecond();
                let near = set + (near.1 - 12 * 60) * MINUTE;
                us + if numbers.one_in(3) { near } else { begin + minute * MINUTE }
            })
            .collect();
        starts.sort_unstable();
        let what = format!("seed {seed}, {calendar:?}");
        asked += check(&calendar, &walk, &starts, &mut numbers, &what);
    }
    // What the end of a walk hides is not counted.
    assert!(asked > 300_000, "{asked}");
}

/// Asks everything of each start; the starts are in order.
fn check(
    calendar: &Calendar,
    walk: &Walk,
    starts: &[i64],
    numbers: &mut Numbers,
    what: &str,
) -> usize {
    let (mut asked, mut before) = (0, [i64::MIN; 2]);
    let fixed = Duration::from_mins(60 * 3 + 10);
    for start in starts {
        let at = Timestamp::from_us(*start);
        let what = || format!("from {at} of {what}");
        let mut same = |found: Option<i64>, said: Option<i64>, of: &str| {
            if found.is_some() {
                assert_eq!(said, found, "{of} {}", what());
                asked += 1;
            }
        };
        let open = calendar.is_open(at);
        assert_eq!(open, walk.is_open(*start), "{}", what());
        same(walk.next(*start, true), Some(calendar.next_open(at).as_us()), "next open");
        let closed = calendar.next_closed(at).map(Timestamp::as_us);
        same(walk.next(*start, false), closed, "next closed");
        let most = if numbers.one_in(8) { 30 } else { 4 };
        let span = Duration::from_micros(numbers.below(most * 60 * MINUTE).cast_unsigned());
        let over = calendar.add(at, Span::Opening(span));
        same(walk.add(*start, us(span)), Some(over.as_us()), &format!("{span:?}"));
        assert_eq!(calendar.between(at, over), span, "{span:?} {}", what());
        let later = *start + numbers.below(most * 5 * 60 * MINUTE);
        let between = us(calendar.between(at, Timestamp::from_us(later)));
        assert_eq!(between, walk.between(*start, later), "to {later} {}", what());
        let count = 1 + u32::try_from(numbers.below(7)).unwrap();
        let days = calendar.add(at, Span::Days(count));
        if start % MINUTE == 0 {
            let found = walk.add_days(*start, usize::try_from(count).unwrap());
            same(found, Some(days.as_us()), &format!("{count} days"));
        }
        // More is never sooner, and neither is what begins later.
        assert!(days <= calendar.add(at, Span::Days(count + 1)), "{}", what());
        assert!(over <= calendar.add(at, Span::Opening(span + fixed)), "{}", what());
        let now = [Span::Days(2), Span::Opening(fixed)].map(|span| calendar.add(at, span).as_us());
        assert!(before[0] <= now[0] && before[1] <= now[1], "{before:?} {now:?} {}", what());
        before = now;
    }
    asked
}
