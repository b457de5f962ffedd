//! `tidings announce`.

use std::path::Path;

use serde_json::json as value;

use super::command::Whom;
use super::open::{Opened, no_desk, open};
use super::output::{json, line, printable, table};
use super::{Exit, Failure, Or as _, Outcome};
use crate::config::person_from_environment;
use crate::store::announcement::{self, Announcement, Audience};
use crate::time::{Timestamp, instant_or_day};

/// Characters of a text.
const TEXT_MAX: usize = 2_000;

/// What is to be told.
pub(super) struct Told<'a> {
    pub(super) text: &'a str,
    pub(super) until: Option<&'a str>,
    pub(super) desk: Option<&'a str>,
    pub(super) to: Option<Whom>,
}

/// Announces something.
pub(super) async fn announce(path: &Path, told: Told<'_>) -> Outcome {
    let usage = |what: &str| Failure::new(Exit::Usage, what);
    let until = told.until.ok_or_else(|| usage("--until TIME says until when it holds"))?;
    let until = instant_or_day(until).map_err(|why| usage(&format!("--until {until}: {why}")))?;
    let text = told.text.trim();
    if text.is_empty() || text.chars().count() > TEXT_MAX {
        return Err(usage(&format!("the text has 1 to {TEXT_MAX} characters")));
    }
    let opened = open(path).await?;
    let now = opened.now();
    if until <= now {
        return Err(usage(&format!("--until {until} has passed")));
    }
    let audience = match told.to {
        None => Audience::Writers,
        Some(Whom::Open) => Audience::Open,
    };
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    for desk in desks(&opened, told.desk)? {
        let new = Announcement {
            id: 0,
            desk: desk.clone(),
            text: text.to_owned(),
            actor: person_from_environment(),
            from: now,
            until,
        };
        let id = announcement::insert(&mut tx, &new, audience).await.or_exit(Exit::TryLater)?;
        line(&format!("announcement {id} of {desk}, until {until}"));
    }
    tx.commit().await.or_exit(Exit::TryLater)?;
    if audience == Audience::Open {
        line("the daemon mails it to who has an open ticket");
    }
    opened.store.close().await;
    Ok(Exit::Ok)
}

/// What is announced now.
pub(super) async fn list(path: &Path, desk: Option<&str>, as_json: bool) -> Outcome {
    let opened = open(path).await?;
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let mut rows = Vec::new();
    for desk in desks(&opened, desk)? {
        let standing = announcement::standing(&mut tx, &desk, opened.now()).await;
        for one in standing.or_exit(Exit::Unavailable)? {
            if as_json {
                json(&view(&one));
            } else {
                let (id, until) = (one.id.to_string(), one.until.to_string());
                rows.push([id, one.desk, until, printable(&one.actor), printable(&one.text)]);
            }
        }
    }
    tx.rollback().await.or_exit(Exit::Unavailable)?;
    if !as_json {
        table(["NUMBER", "DESK", "UNTIL", "BY", "TEXT"], &rows);
    }
    opened.store.close().await;
    Ok(Exit::Ok)
}

/// Ends an announcement.
pub(super) async fn end(path: &Path, id: i64) -> Outcome {
    let opened = open(path).await?;
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    let stood = announcement::end(&mut tx, id, opened.now()).await.or_exit(Exit::TryLater)?;
    tx.commit().await.or_exit(Exit::TryLater)?;
    opened.store.close().await;
    if !stood {
        return Err(Failure::new(Exit::Data, format!("no announcement {id} stands")));
    }
    line(&format!("announcement {id} is over"));
    Ok(Exit::Ok)
}

fn desks(opened: &Opened, desk: Option<&str>) -> Result<Vec<String>, Failure> {
    match desk {
        None => Ok(opened.config.desks.iter().map(|desk| desk.name.to_string()).collect()),
        Some(name) if opened.config.desk(name).is_some() => Ok(vec![name.to_owned()]),
        Some(name) => Err(no_desk(&opened.config, name)),
    }
}

fn view(one: &Announcement) -> serde_json::Value {
    let instant = |at: Timestamp| at.to_string();
    value!({
        "number": one.id,
        "desk": one.desk,
        "text": one.text,
        "by": one.actor,
        "from": instant(one.from),
        "until": instant(one.until),
    })
}
