//! `tidings status`: who works on each desk, and how it goes. For people, and for a monitoring
//! probe: nothing is changed, and no server is asked but the database's.

mod view;
mod wrong;

use std::path::Path;
use std::time::Duration;

use super::open::{config, open_read_only};
use super::{Exit, Failure, Or as _, Outcome};
use crate::config::Config;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::lease::{self, Lease};
use crate::store::location::Location;
use crate::store::status::{self, Seen, Work};
use crate::time::{Clock, Timestamp};

/// What is known at one instant.
struct Known {
    /// By the clock that all who share the database go by.
    now: Timestamp,
    desks: Vec<Desk>,
    /// Leases that hold, of desks that the configuration does not have.
    others: Vec<Lease>,
}

/// What is known of a desk.
struct Desk {
    name: Box<str>,
    /// How often its folders are looked at, at the least.
    poll: Duration,
    work: Work,
    folders: Vec<Folder>,
}

struct Folder {
    name: Box<str>,
    /// `None` when it was never opened.
    seen: Option<Seen>,
}

impl Desk {
    /// Who holds it now.
    fn holder(&self, now: Timestamp) -> Option<&Lease> {
        self.work.lease.as_ref().filter(|lease| lease.is_living(now))
    }

    /// The folder that was looked at longest ago; one that never was before all.
    fn stalest(&self) -> Option<&Folder> {
        self.folders.iter().min_by_key(|folder| folder.looked())
    }
}

impl Folder {
    fn looked(&self) -> Option<Timestamp> {
        self.seen.and_then(|seen| seen.looked)
    }
}

pub(super) async fn status(path: &Path, as_json: bool) -> Outcome {
    let config = config(path)?;
    if let Location::Sqlite(file) = &config.database
        && !file.exists()
    {
        let file = file.display();
        let what = format!("there is no database {file}; the first `tidings run` makes it");
        return Err(Failure::new(Exit::NoInput, what));
    }
    let store = open_read_only(&config).await?;
    let known = ask(&config, &store).await;
    store.close().await;
    let known = known.or_exit(Exit::Unavailable)?;
    if as_json {
        view::print_json(&known);
    } else {
        view::print(&known);
    }
    let fails = |desk: &Desk| wrong::wrong(desk, known.now).iter().any(wrong::Wrong::fails);
    Ok(if known.desks.iter().any(fails) { Exit::TryLater } else { Exit::Ok })
}

async fn ask(config: &Config, store: &Store) -> Result<Known, StoreError> {
    let mut tx = store.read().await?;
    let now = tx.shared_now(Clock::System.now()).await?;
    let mut desks = Vec::with_capacity(config.desks.len());
    for desk in &config.desks {
        let mut folders = Vec::with_capacity(desk.imap.folders.len());
        for name in &desk.imap.folders {
            let seen = status::folder(&mut tx, &desk.name, name).await?;
            folders.push(Folder { name: name.clone(), seen });
        }
        let work = status::work(&mut tx, &desk.name).await?;
        desks.push(Desk { name: desk.name.clone(), poll: desk.imap.poll, work, folders });
    }
    let mut others = lease::list(&mut tx).await?;
    others.retain(|lease| lease.is_living(now) && config.desk(&lease.desk).is_none());
    tx.rollback().await?;
    Ok(Known { now, desks, others })
}
