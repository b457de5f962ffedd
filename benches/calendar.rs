//! Additions per second on the busiest calendar: several spans a day, a night, holidays of a country and of
//! a file, openings and closures. The core's own time counts, whatever else the machine does. Before a
//! figure is printed, what was added is checked; less than the limit ends with an error.
//!
//! `make bench` runs it, and `cargo bench --profile quick --bench calendar` alone.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a program for people that measures time"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use jiff::ToSpan as _;
use jiff::civil::date;
use jiff::tz::TimeZone;
use rustix::time::{ClockId, clock_gettime};
use tidings::desk::calendar::{
    Calendar, CalendarName, Event, HolidaySet, Hours, Period, Rules, Span,
};
use tidings::time::Timestamp;

/// What one measurement takes at least.
const LEAST: Duration = Duration::from_secs(2);
/// Additions a second, at least.
const LIMIT: f64 = 300_000.0;
/// Different starts of a measurement, over two years.
const STARTS: i64 = 10_000;

fn main() -> ExitCode {
    let calendar = busiest();
    println!("additions on one core, to a calendar of New York with 600 events of a file");
    let spans = ["30m", "4h", "24h", "2000h", "1d", "14d", "500d"];
    let slowest = spans.map(|span| measure(&calendar, span)).into_iter().fold(f64::MAX, f64::min);
    let good = slowest >= LIMIT;
    let word = if good { "not less" } else { "less" };
    println!("the slowest is {word} than {LIMIT:.0} additions/s");
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn busiest() -> Calendar {
    let hours = [
        ("mon-fri", "08:00-10:00, 10:15-12:00, 13:00-17:30, 18:00-20:00"),
        ("sat", "10:00-12:00, 22:00-02:00"),
    ];
    let period = |month, day, hour: i8| {
        let from = date(2026, month, day).at(hour, 0, 0, 0);
        let until = from.checked_add(3.hours()).unwrap();
        Period { from, until, name: None }
    };
    let rules = Rules {
        hours: Hours::parse(hours).unwrap(),
        sets: vec![HolidaySet::UsFederal],
        events: Event::read(&file()).unwrap(),
        openings: (1..=12).map(|month| period(month, 4, 9)).collect(),
        closures: (1..=12).map(|month| period(month, 9, 11)).collect(),
        ..Rules::default()
    };
    let name = CalendarName::parse("busiest").unwrap();
    Calendar::new(name, TimeZone::get("America/New_York").unwrap(), rules).unwrap()
}

/// 500 events of an hour, and 100 that come again every year.
fn file() -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\n");
    for number in 0..600 {
        let day = date(2026, 1, 1).checked_add((number % 365).days()).unwrap();
        let again = if number < 500 { "" } else { "RRULE:FREQ=YEARLY\r\n" };
        let day = day.strftime("%Y%m%d");
        writeln!(
            text,
            "BEGIN:VEVENT\r\nDTSTART;TZID=America/New_York:{day}T{:02}0000\r\nDURATION:PT1H\r\n{again}END:VEVENT\r",
            number % 24
        )
        .unwrap();
    }
    text + "END:VCALENDAR\r\n"
}

fn measure(calendar: &Calendar, text: &str) -> f64 {
    let span = Span::parse(text).unwrap();
    let first = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    let start = |number| first.after(Duration::from_mins(105) * number);
    for number in 0..u32::try_from(STARTS).unwrap() {
        let over = calendar.add(start(number), span);
        match span {
            Span::Opening(span) => assert_eq!(calendar.between(start(number), over), span),
            Span::Days(_) => assert!(over > start(number)),
        }
    }
    let (begun, mut count) = (worked(), 0);
    while worked().saturating_sub(begun) < LEAST {
        for number in 0..u32::try_from(STARTS).unwrap() {
            black_box(calendar.add(black_box(start(number)), black_box(span)));
        }
        count += STARTS;
    }
    let rate = count as f64 / worked().saturating_sub(begun).as_secs_f64();
    println!("{text:<62}{rate:>10.0} additions/s");
    rate
}

/// How long this thread has worked on a core.
fn worked() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap()
}
