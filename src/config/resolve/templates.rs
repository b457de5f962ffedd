//! A desk's own templates, read with the configuration.

use std::io::Read as _;
use std::path::Path;

use super::At;
use crate::config::error::ConfigError;
use crate::desk::language::Language;
use crate::render::Templates;
use crate::render::notice::{Form, Notice};
use crate::render::own::OwnTemplate;

/// Bytes of a template.
const BYTES_MAX: u64 = 64 * 1024;

/// The shipped templates, and instead of some of them those of a folder; no folder where the path is empty.
pub(super) fn templates(at: &At<'_>, folder: &Path) -> Result<Templates, ConfigError> {
    let wrong = |what: String| at.wrong("templates_dir", what);
    let shipped = Templates::shipped().map_err(|error| wrong(error.to_string()))?;
    if folder.as_os_str().is_empty() {
        return Ok(shipped);
    }
    let own = read(&at.path(folder)).map_err(wrong)?;
    shipped.with(own).map_err(|error| wrong(error.to_string()))
}

fn read(root: &Path) -> Result<Vec<OwnTemplate>, String> {
    let mut own = Vec::new();
    for folder in names(root)? {
        let language = Language::ALL.into_iter().find(|one| one.tag() == folder);
        let Some(language) = language else {
            let known = Language::ALL.map(Language::tag).join(", ");
            let path = root.join(&folder);
            return Err(format!("{}: in this folder are folders {known} alone", path.display()));
        };
        let folder = root.join(folder);
        for name in names(&folder)? {
            let path = folder.join(&name);
            let (notice, form) = notice_and_form(&name)
                .ok_or_else(|| format!("{}: there is no such template; {KNOWN}", path.display()))?;
            own.push(OwnTemplate { notice, form, language, source: source(&path)? });
        }
    }
    Ok(own)
}

const KNOWN: &str = "a file is <notice>.<form>.j2, as `tidings template list` names them";

fn notice_and_form(name: &str) -> Option<(Notice, Form)> {
    let (notice, form) = name.strip_suffix(".j2")?.split_once('.')?;
    Some((Notice::parse(notice)?, Form::parse(form)?))
}

/// What is in a folder, in order, without what editors and archives hide there.
fn names(folder: &Path) -> Result<Vec<String>, String> {
    let unreadable = |error| format!("{} cannot be read: {error}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !name.ends_with('~') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn source(path: &Path) -> Result<String, String> {
    let unreadable = |error| format!("{} cannot be read: {error}", path.display());
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut source = String::new();
    file.take(BYTES_MAX + 1).read_to_string(&mut source).map_err(unreadable)?;
    if source.len() as u64 > BYTES_MAX {
        return Err(format!("{} has more than {} KiB", path.display(), BYTES_MAX / 1024));
    }
    Ok(source)
}
