//! What a desk needs to know of each request.

use super::At;
use crate::config::error::ConfigError;
use crate::config::file::ChecklistFile;
use crate::desk::checklist::Checklist;
use crate::desk::phrases::Phrases;

pub(super) fn checklist(
    at: &At<'_>,
    written: &[ChecklistFile],
) -> Result<Vec<Checklist>, ConfigError> {
    let most = Checklist::ITEMS_MAX;
    if most < written.len() {
        return Err(at.wrong("checklist", format!("there must be at most {most}")));
    }
    let read = |(index, one): (usize, &ChecklistFile)| {
        let at = at.table("checklist").item(index);
        let ask = one.ask.trim();
        let most = Checklist::CHARS_MAX;
        if ask.is_empty() || most < ask.chars().count() || ask.contains(char::is_control) {
            return Err(at.wrong("ask", format!("must be one line of 1 to {most} characters")));
        }
        let found_by =
            Phrases::new(&one.found_by).map_err(|error| at.wrong("found_by", error.to_string()))?;
        Ok(Checklist { ask: ask.to_owned(), found_by })
    };
    written.iter().enumerate().map(read).collect()
}
