//! Service levels: what they are called, when they end, and from where agents reach them.

use super::At;
use super::promises::{self, Calendars};
use crate::config::error::ConfigError;
use crate::config::file::LevelFile;
use crate::config::quantity;
use crate::desk::level::{End, Level, LevelName};
use crate::desk::priorities::Priorities;

pub(super) fn levels(
    root: &At<'_>,
    calendars: &Calendars,
    priorities: &Priorities,
) -> Result<Vec<Level>, ConfigError> {
    let written = &root.document.file.level;
    let table = root.table("level");
    let mut levels = Vec::new();
    for (name, file) in written {
        let at = table.table(name);
        let parsed = LevelName::parse(name).ok_or_else(|| {
            table.wrong(name, "a level's name has only letters, digits, \"-\" and \"_\"")
        })?;
        let known = |key: &str, other: &String| match LevelName::parse(other) {
            Some(level) if other == name => {
                Err(at.wrong(key, format!("level {level} cannot follow itself")))
            }
            Some(level) if written.contains_key(other) => Ok(level),
            Some(_) | None => Err(at.wrong(key, format!("there is no [level.{other}]"))),
        };
        let escalates_to = file.escalates_to.iter().map(|other| known("escalates_to", other));
        levels.push(Level {
            name: parsed,
            title: file.title.clone(),
            rank: file.rank,
            service: promises::service(&at, file, calendars, priorities)?,
            ends: end(&at, file, known)?,
            escalates_to: escalates_to.collect::<Result<_, _>>()?,
        });
    }
    without_circles(&table, &levels)?;
    Ok(levels)
}

fn end(
    at: &At<'_>,
    file: &LevelFile,
    known: impl Fn(&str, &String) -> Result<LevelName, ConfigError>,
) -> Result<Option<End>, ConfigError> {
    match (&file.ends_after, &file.then) {
        (None, None) => Ok(None),
        (Some(text), Some(then)) => {
            let after = quantity::duration(text).map_err(|what| at.wrong("ends_after", what))?;
            Ok(Some(End { after, then: known("then", then)? }))
        }
        (Some(_), None) => Err(at.wrong("ends_after", "needs `then`, the level that follows")),
        (None, Some(_)) => Err(at.wrong("then", "needs `ends_after`, such as \"30d\"")),
    }
}

/// Whoever follows the ends of a level comes to one that stays.
fn without_circles(table: &At<'_>, levels: &[Level]) -> Result<(), ConfigError> {
    for first in levels {
        let mut level = first;
        for _ in levels {
            let then = level.ends.as_ref().map(|end| &end.then);
            match then.and_then(|then| levels.iter().find(|other| other.name == *then)) {
                Some(next) => level = next,
                None => break,
            }
        }
        if level.ends.is_some() {
            let what = "this level, and those that follow it, end in a circle";
            return Err(table.table(first.name.as_str()).wrong("then", what));
        }
    }
    Ok(())
}
