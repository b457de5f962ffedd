//! Totals for people.

use crate::cli::output;
use crate::desk::totals::{By, Rated, Report, Spread, Summary};
use crate::triage::late::distance;

/// What nobody has said or done.
const NOTHING: &str = "-";

/// A line each group, and one of all where there are several.
pub(super) fn print(by: By, report: &Report) {
    let mut rows: Vec<_> = report.groups.iter().map(|(group, one)| row(group, one)).collect();
    if rows.len() > 1 {
        rows.push(row("all", &report.all));
    }
    let group = by.as_str().to_uppercase();
    let heading = [
        &group, "TICKETS", "ANSWERED", "MEDIAN", "90 %", "OVER", "MEDIAN", "90 %", "KEPT",
        "BROKEN", "RATED", "STARS",
    ];
    output::table(heading, &rows);
}

fn row(group: &str, one: &Summary) -> [String; 12] {
    let [answered, answered_median, answered_ninetieth] = spread(one.first_response);
    let [over, over_median, over_ninetieth] = spread(one.resolution);
    let [rated, stars] = match one.rated {
        Some(rated) => [share(rated.count, one.tickets), stars(rated)],
        None => ["0", NOTHING].map(str::to_owned),
    };
    [
        group.to_owned(),
        one.tickets.to_string(),
        answered,
        answered_median,
        answered_ninetieth,
        over,
        over_median,
        over_ninetieth,
        one.kept.to_string(),
        one.broken.to_string(),
        rated,
        stars,
    ]
}

fn spread(spread: Option<Spread>) -> [String; 3] {
    match spread {
        Some(Spread { count, median, ninetieth }) => {
            [count.to_string(), distance(median), distance(ninetieth)]
        }
        None => ["0", NOTHING, NOTHING].map(str::to_owned),
    }
}

/// So many, and how much of all they are: `3 (12 %)`.
fn share(count: u64, of: u64) -> String {
    match (count * 100).checked_div(of) {
        Some(percent) => format!("{count} ({percent} %)"),
        None => count.to_string(),
    }
}

/// The mean, such as `4.25`.
pub(super) fn stars(rated: Rated) -> String {
    format!("{}.{:02}", rated.hundredths / 100, rated.hundredths % 100)
}
