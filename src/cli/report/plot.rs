//! A picture becomes a file: whole or not at all.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::cli::part::Part;
use crate::cli::{Exit, Failure};

/// A file that may become a picture.
///
/// # Errors
/// Its name says that it is something else.
pub(super) fn checked(file: &Path) -> Result<PathBuf, Failure> {
    let is_svg = file.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("svg"));
    if !is_svg {
        let what = format!("--plot {} must end in .svg: no other picture is drawn", file.display());
        return Err(Failure::new(Exit::Usage, what));
    }
    Ok(file.to_owned())
}

/// Writes it, in the place of what is there.
///
/// # Errors
/// What the system said.
pub(super) fn write(file: &Path, svg: &str) -> Result<(), Failure> {
    let written = Part::beside(file).and_then(|part| {
        std::fs::write(part.path(), svg)?;
        part.replace(file)
    });
    written.map_err(|error| {
        let kind = error.kind();
        let exit = if kind == ErrorKind::PermissionDenied {
            Exit::Permission
        } else if kind == ErrorKind::NotFound {
            Exit::NoInput
        } else {
            Exit::TryLater
        };
        let user = rustix::process::geteuid().as_raw();
        let what = format!("cannot write {} as user {user}: {error}", file.display());
        Failure::new(exit, what)
    })
}
