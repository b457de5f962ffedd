//! In which languages a desk writes.

use super::At;
use crate::config::error::ConfigError;
use crate::desk::language::{Language, Languages};

pub(super) fn languages(at: &At<'_>, written: Option<&[String]>) -> Result<Languages, ConfigError> {
    let Some(written) = written else { return Ok(Languages::default()) };
    let read = |tag: &String| {
        Language::parse(tag).ok_or_else(|| {
            let known = Language::ALL.map(|one| format!("{:?}", one.tag())).join(", ");
            at.wrong("languages", format!("there are no words in {tag:?}; there is {known}"))
        })
    };
    let languages: Vec<_> = written.iter().map(read).collect::<Result<_, _>>()?;
    Languages::new(&languages)
        .ok_or_else(|| at.wrong("languages", "must name one at least, such as \"en\""))
}
