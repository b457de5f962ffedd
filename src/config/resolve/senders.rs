//! From whom a desk takes nothing, and its web forms.

use super::At;
use crate::config::error::ConfigError;
use crate::config::file::DeskFile;
use crate::mail::address::normal_domain;
use crate::mail::automatic::ListId;
use crate::triage::policy::{Blocked, Bulk, GeneratedReopens, WebForm};

/// Acknowledgements that go out because of one form in an hour.
const FORM_PER_HOUR: u32 = 60;

/// From whom nothing is taken.
pub(super) fn block(at: &At<'_>, written: &DeskFile) -> Result<Vec<Blocked>, ConfigError> {
    let read = |text: &String| match text.strip_prefix('@') {
        Some(domain) => {
            normal_domain(domain).map(|domain| Blocked::Domain(domain.into())).map_err(|_| {
                at.wrong("block", format!("{text:?} must be an address, or \"@\" and a domain"))
            })
        }
        None => at.address("block", text).map(Blocked::Address),
    };
    written.block.iter().map(read).collect()
}

/// What becomes of bulk mail that belongs to no ticket.
pub(super) fn bulk(at: &At<'_>, written: &DeskFile) -> Result<Bulk, ConfigError> {
    let words = [("ignore", Bulk::Ignore), ("ticket", Bulk::Open)];
    at.word("bulk", written.bulk.as_deref(), Bulk::Ignore, &words)
}

/// Whether what programs write reopens a ticket.
pub(super) fn generated_reopens(written: &DeskFile) -> GeneratedReopens {
    match written.generated_reopens {
        Some(true) => GeneratedReopens::Yes,
        Some(false) | None => GeneratedReopens::No,
    }
}

/// The lists that are addresses of the desk.
pub(super) fn own_lists(at: &At<'_>, written: &DeskFile) -> Result<Vec<ListId>, ConfigError> {
    let read = |text: &String| {
        ListId::parse(text).ok_or_else(|| {
            let what = format!("{text:?} must be what stands in List-Id, as \"x.example.com\"");
            at.wrong("own_lists", what)
        })
    };
    written.own_lists.iter().map(read).collect()
}

/// The web forms of a desk.
pub(super) fn forms(at: &At<'_>, written: &DeskFile) -> Result<Vec<WebForm>, ConfigError> {
    let read = |(index, form): (usize, &crate::config::file::FormFile)| {
        let per_hour = match form.caps.per_hour.unwrap_or(FORM_PER_HOUR) {
            0 => None,
            limit => Some(limit),
        };
        let from = at.table("form").item(index).address("from", &form.from)?;
        Ok(WebForm { from, per_hour })
    };
    written.form.iter().enumerate().map(read).collect()
}
