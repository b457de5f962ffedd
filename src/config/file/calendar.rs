//! A calendar as it is written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct CalendarFile {
    pub(in crate::config) timezone: String,
    pub(in crate::config) hours: BTreeMap<String, String>,
    #[serde(default)]
    pub(in crate::config) holidays: Vec<HolidayFile>,
    #[serde(default)]
    pub(in crate::config) holiday_sets: Vec<String>,
    #[serde(default)]
    pub(in crate::config) holiday_files: Vec<PathBuf>,
    #[serde(default)]
    pub(in crate::config) closures: Vec<PeriodFile>,
    #[serde(default)]
    pub(in crate::config) openings: Vec<PeriodFile>,
    #[serde(default)]
    pub(in crate::config) maintenance: Vec<PeriodFile>,
}

/// With quotes or as a date of TOML.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "must be a date such as \"2026-12-25\", or { date = \"2026-12-25\", name = \"Christmas Day\" }"
)]
pub(in crate::config) enum HolidayFile {
    Date(TimeFile),
    Named(NamedHolidayFile),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct NamedHolidayFile {
    pub(in crate::config) date: TimeFile,
    pub(in crate::config) name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct PeriodFile {
    pub(in crate::config) from: TimeFile,
    pub(in crate::config) until: TimeFile,
    pub(in crate::config) name: Option<String>,
}

/// With quotes or as a date and time of TOML.
#[derive(Deserialize)]
#[serde(untagged, expecting = "must be a date or time such as \"2026-03-02T12:00\"")]
pub(in crate::config) enum TimeFile {
    Text(String),
    Toml(toml::value::Datetime),
}
