//! Totals for programs: the same figures under the same names, as CSV or JSON. Times are whole seconds.

use serde_json::{Map, Value};

use crate::cli::output;
use crate::desk::totals::{By, Report, Summary};

/// One JSON object a group; what nobody has said or done is null.
pub(super) fn print_json(by: By, report: &Report) {
    for (group, one) in &report.groups {
        let group = (by.as_str(), Value::from(&**group));
        let all = std::iter::once(group).chain(figures(one));
        let object: Map<_, _> = all.map(|(name, figure)| (name.to_owned(), figure)).collect();
        output::json(&Value::Object(object));
    }
}

/// A heading and a line a group; what nobody has said or done is empty.
///
/// # Errors
/// None that can be told: it is written into memory.
pub(super) fn csv(by: By, report: &Report) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = figures(&report.all).map(|(name, _)| name);
    writer.write_record(std::iter::once(by.as_str()).chain(names))?;
    for (group, one) in &report.groups {
        let cells = figures(one)
            .map(|(_, figure)| if figure.is_null() { String::new() } else { figure.to_string() });
        writer.write_record(std::iter::once(harmless(group)).chain(cells))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// The figures with their names, in their order.
fn figures(one: &Summary) -> [(&'static str, Value); 11] {
    let Summary { tickets, first_response, resolution, kept, broken, rated } = *one;
    let mean = rated.map(|rated| f64::from(rated.hundredths) / 100.0);
    [
        ("tickets", tickets.into()),
        ("answered", first_response.map_or(0, |spread| spread.count).into()),
        ("first_response_median_s", first_response.map(|spread| spread.median.as_secs()).into()),
        ("first_response_p90_s", first_response.map(|spread| spread.ninetieth.as_secs()).into()),
        ("over", resolution.map_or(0, |spread| spread.count).into()),
        ("resolution_median_s", resolution.map(|spread| spread.median.as_secs()).into()),
        ("resolution_p90_s", resolution.map(|spread| spread.ninetieth.as_secs()).into()),
        ("promises_kept", kept.into()),
        ("promises_broken", broken.into()),
        ("ratings", rated.map_or(0, |rated| rated.count).into()),
        ("rating_mean", mean.into()),
    ]
}

/// A cell that no spreadsheet takes for a formula: behind an apostrophe it is text (CWE-1236). A sign alone
/// computes nothing.
fn harmless(cell: &str) -> String {
    let shown = output::printable_lines(cell);
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.chars().nth(1).is_some() {
        format!("'{shown}")
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, expected) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("+1", "'+1"),
            ("-1+2", "'-1+2"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\t=1", "'    =1"),
            ("\r=1", "'�=1"),
            ("\u{1b}[m", "�[m"),
            ("-", "-"),
            ("Ada", "Ada"),
            ("2026-03", "2026-03"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), expected, "{cell:?}");
        }
    }
}
