//! The text of metrics is what the format says (`OpenMetrics` 1.0, Prometheus' naming).

use std::collections::{BTreeMap, BTreeSet};

/// A sample: its name, its labels, its value.
type Sample = (String, BTreeMap<String, String>, f64);

/// What is not as it should be in a text, a line each; and its series.
pub(super) fn lint(text: &str) -> (Vec<String>, Vec<Sample>) {
    let (mut wrong, mut samples) = (Vec::new(), Vec::new());
    let mut family: Option<(String, String)> = None;
    let (mut helped, mut seen) = (BTreeSet::new(), BTreeSet::new());
    if !text.ends_with("# EOF\n") {
        wrong.push("the text has no end".to_owned());
    }
    for line in text.lines().filter(|line| *line != "# EOF") {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap_or((rest, ""));
            if help.is_empty() || !helped.insert(name.to_owned()) {
                wrong.push(format!("help is missing or twice: {line}"));
            }
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap_or((rest, ""));
            if !["counter", "gauge", "histogram"].contains(&kind) || !is_name(name) {
                wrong.push(format!("no such type or name: {line}"));
            }
            if !helped.contains(name) {
                wrong.push(format!("no help: {line}"));
            }
            family = Some((name.to_owned(), kind.to_owned()));
        } else if let Some((name, labels, value)) = sample(line) {
            let Some((of, kind)) = &family else {
                wrong.push(format!("of no family: {line}"));
                continue;
            };
            let endings: &[&str] = match kind.as_str() {
                "counter" => &["_total"],
                "histogram" => &["_bucket", "_sum", "_count"],
                _ => &[""],
            };
            let ending = name.strip_prefix(of.as_str());
            if !ending.is_some_and(|ending| endings.contains(&ending)) {
                wrong.push(format!("not of {kind} {of}: {line}"));
            }
            if !seen.insert((name.clone(), labels.clone())) {
                wrong.push(format!("twice: {line}"));
            }
            if value.is_nan() || (kind == "counter" && value < 0.0) {
                wrong.push(format!("no value: {line}"));
            }
            samples.push((name, labels, value));
        } else {
            wrong.push(format!("no line of the format: {line}"));
        }
    }
    (wrong, samples)
}

fn is_name(name: &str) -> bool {
    let ours = name.starts_with("tidings_") || name == "process_start_time_seconds";
    let unit = ["_ms", "_milliseconds", "_minutes", "_us", "_total"];
    ours && name.bytes().all(|one| one.is_ascii_lowercase() || one == b'_')
        && !unit.iter().any(|unit| name.ends_with(unit))
}

fn sample(line: &str) -> Option<Sample> {
    let (series, value) = line.rsplit_once(' ')?;
    let (name, labels) = match series.split_once('{') {
        Some((name, rest)) => (name, rest.strip_suffix('}')?),
        None => (series, ""),
    };
    let mut found = BTreeMap::new();
    for label in labels.split(',').filter(|label| !label.is_empty()) {
        let (key, value) = label.split_once('=')?;
        let value = value.strip_prefix('"')?.strip_suffix('"')?;
        if found.insert(key.to_owned(), value.to_owned()).is_some() {
            return None;
        }
    }
    let is_name = |name: &str| name.bytes().all(|one| one.is_ascii_alphanumeric() || one == b'_');
    let good = is_name(name) && found.keys().all(|key| is_name(key));
    good.then(|| Some((name.to_owned(), found, value.parse().ok()?)))?
}

#[test]
fn the_checker_finds_what_is_wrong() {
    check("# HELP tidings_a A.\n# TYPE tidings_a counter\ntidings_a_total 1\n# EOF\n", 0);
    check("# HELP tidings_a A.\n# TYPE tidings_a counter\ntidings_a 1\n# EOF\n", 1);
    check("# HELP tidings_a A.\n# TYPE tidings_a gauge\ntidings_a 1\ntidings_a 2\n# EOF\n", 1);
    check("# HELP tidings_a A.\n# TYPE tidings_a gauge\ntidings_a{b=\"c\"} x\n# EOF\n", 1);
    check("# TYPE tidings_a gauge\n# EOF\n", 1);
    check("# HELP tidings_ms A.\n# TYPE tidings_ms gauge\n# EOF\n", 1);
    check("tidings_a 1\n# EOF\n", 1);
    check("", 1);

    #[track_caller]
    fn check(text: &str, count: usize) {
        assert_eq!(lint(text).0.len(), count, "{:?}", lint(text).0);
    }
}
