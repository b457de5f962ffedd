//! Totals as a picture: four panels of bars, as SVG.

mod panel;

use std::time::Duration;

use plotters::prelude::*;

use self::panel::{Bar, Panel, Series, Ticks, text};
use super::table::stars;
use crate::cli::output::printable;
use crate::desk::totals::{By, Report, Spread, Summary};
use crate::triage::late::distance;

/// What is drawn.
pub(super) struct Picture<'a> {
    /// By what tickets are grouped.
    pub(super) by: By,
    /// The figures.
    pub(super) report: &'a Report,
    /// What stands on top.
    pub(super) heading: &'a str,
}

/// Drawing failed.
pub(super) type DrawError = DrawingAreaErrorKind<std::io::Error>;

/// Groups of one picture; more cannot be read.
const GROUPS_MAX: usize = 24;
/// Width, and height of what stands on top (pixels).
const WIDTH: u32 = 1_280;
const HEAD: u32 = 52;

/// Colours that people tell apart who do not see all of them (Okabe and Ito).
const BLUE: RGBColor = RGBColor(0, 114, 178);
const ORANGE: RGBColor = RGBColor(230, 159, 0);
const GREEN: RGBColor = RGBColor(0, 158, 115);
const RED: RGBColor = RGBColor(213, 94, 0);

impl Picture<'_> {
    /// Draws it.
    ///
    /// # Errors
    /// None that can be told: it is drawn into memory.
    pub(super) fn svg(&self) -> Result<String, DrawError> {
        let groups = self.shown();
        let height = panel::height(groups.len());
        let mut svg = String::new();
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEAD + 2 * height));
        let root = root.into_drawing_area();
        root.fill(&WHITE)?;
        let (heading, below) = root.split_vertically(HEAD);
        heading.draw_text(&self.title(groups.len()), &text(22), (18, 30))?;
        for (area, panel) in below.split_evenly((2, 2)).iter().zip(panels(&groups)) {
            panel.draw(area, &groups)?;
        }
        root.present()?;
        drop((heading, below, root));
        Ok(svg)
    }

    /// Of months the last ones, of others those with the most tickets; in their order.
    fn shown(&self) -> Vec<&(Box<str>, Summary)> {
        let mut groups: Vec<_> = self.report.groups.iter().enumerate().collect();
        match self.by {
            By::Month => groups.reverse(),
            By::Desk | By::Agent | By::Level => {
                groups.sort_by_key(|(_, (_, one))| std::cmp::Reverse(one.tickets));
            }
        }
        groups.truncate(GROUPS_MAX);
        groups.sort_by_key(|(place, _)| *place);
        groups.into_iter().map(|(_, group)| group).collect()
    }

    fn title(&self, shown: usize) -> String {
        let all = self.report.groups.len();
        let heading = printable(self.heading);
        if shown == all {
            return heading;
        }
        match self.by {
            By::Month => format!("{heading} – the last {shown} of {all}"),
            By::Desk | By::Agent | By::Level => {
                format!("{heading} – the {shown} of {all} with the most tickets")
            }
        }
    }
}

fn panels(groups: &[&(Box<str>, Summary)]) -> [Panel; 4] {
    let each = |bar: &dyn Fn(&Summary) -> Option<Bar>| -> Vec<Option<Bar>> {
        groups.iter().map(|(_, one)| bar(one)).collect()
    };
    let one = |color, bars| vec![Series { name: "", color, bars }];
    let (unit, seconds) = unit(groups);
    let time = |span: Duration| Bar { length: span.as_secs_f64() / seconds, says: distance(span) };
    let median = |spread: Spread| time(spread.median);
    let ninetieth = |spread: Spread| time(spread.ninetieth);
    let rating = each(&|one| {
        let rated = one.rated?;
        let length = f64::from(rated.hundredths) / 100.0;
        Some(Bar { length, says: format!("{}, {} rated", stars(rated), rated.count) })
    });
    [
        Panel {
            title: "Tickets",
            axis: "tickets",
            ticks: Ticks::Whole,
            series: one(BLUE, each(&|one| Some(count(one.tickets)))),
        },
        Panel {
            title: "First response",
            axis: unit,
            ticks: Ticks::Lines,
            series: vec![
                Series {
                    name: "median",
                    color: BLUE,
                    bars: each(&|one| one.first_response.map(median)),
                },
                Series {
                    name: "90 % within",
                    color: ORANGE,
                    bars: each(&|one| one.first_response.map(ninetieth)),
                },
            ],
        },
        Panel {
            title: "Promises",
            axis: "promises",
            ticks: Ticks::Whole,
            series: vec![
                Series { name: "kept", color: GREEN, bars: each(&|one| Some(count(one.kept))) },
                Series { name: "broken", color: RED, bars: each(&|one| Some(count(one.broken))) },
            ],
        },
        Panel {
            title: "Mean rating",
            axis: "stars, from 1 to 5",
            ticks: Ticks::UpTo(5),
            series: one(BLUE, rating),
        },
    ]
}

fn count(count: u64) -> Bar {
    let length = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    Bar { length, says: count.to_string() }
}

/// In what the times of first responses are drawn, and how many seconds that has.
fn unit(groups: &[&(Box<str>, Summary)]) -> (&'static str, f64) {
    let longest = groups.iter().filter_map(|(_, one)| one.first_response);
    let longest = longest.map(|spread| spread.ninetieth).max().unwrap_or_default();
    if longest > Duration::from_hours(72) {
        ("days", 86_400.0)
    } else if longest > Duration::from_hours(2) {
        ("hours", 3_600.0)
    } else {
        ("minutes", 60.0)
    }
}
