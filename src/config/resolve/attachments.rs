//! Which attachments a desk takes.

use super::At;
use crate::config::error::ConfigError;
use crate::config::file::AttachmentsFile;
use crate::config::quantity;
use crate::mail::attachment::accepted::{Accepted, TypePattern};

/// The default size above which an attachment is not taken (35 MiB).
const SIZE: u64 = 35 * 1024 * 1024;

pub(super) fn attachments(at: &At<'_>, written: &AttachmentsFile) -> Result<Accepted, ConfigError> {
    let size = at.quantity("max", written.max.as_deref(), SIZE, quantity::size)?;
    let Some(types) = &written.types else {
        return Ok(Accepted::new(vec![TypePattern::All], size));
    };
    let pattern = |text: &String| {
        TypePattern::parse(text).ok_or_else(|| {
            let what = "is neither \"*\", nor a suffix such as \".png\", nor a media type such as \
                \"image/png\" or \"image/*\"";
            at.wrong("types", format!("{text:?} {what}"))
        })
    };
    Ok(Accepted::new(types.iter().map(pattern).collect::<Result<_, _>>()?, size))
}
