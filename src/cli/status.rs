//! `tidings status`: who works on each desk, and how it goes. For people, and for a monitoring
//! probe: nothing is changed, and no server is asked but the database's.

mod view;

use std::path::Path;

use super::open::{config, open_read_only};
use super::{Exit, Failure, Or as _, Outcome};
use crate::config::Config;
use crate::health::cause::Cause;
use crate::health::{self, Desk, Known};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::lease::{self, Lease};
use crate::store::location::Location;
use crate::time::Clock;

/// What is shown.
struct Shown {
    known: Known,
    /// What is wrong with each desk, in their order.
    wrong: Vec<Vec<Cause>>,
    /// Leases that hold, of desks that the configuration does not have.
    others: Vec<Lease>,
}

impl Shown {
    fn desks(&self) -> impl Iterator<Item = (&Desk, &[Cause])> {
        self.known.desks.iter().zip(self.wrong.iter().map(Vec::as_slice))
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
    let shown = ask(&config, &store).await;
    store.close().await;
    let shown = shown.or_exit(Exit::Unavailable)?;
    if as_json {
        view::print_json(&shown);
    } else {
        view::print(&shown);
    }
    let fails = shown.wrong.iter().flatten().any(Cause::fails);
    Ok(if fails { Exit::TryLater } else { Exit::Ok })
}

async fn ask(config: &Config, store: &Store) -> Result<Shown, StoreError> {
    let desks: Vec<_> = config.desks.iter().collect();
    let known = health::ask(store, &desks, Clock::System.now()).await?;
    let limits = &config.status.limits;
    let wrong = known.desks.iter().map(|desk| desk.wrong(limits, known.now)).collect();
    let mut tx = store.read().await?;
    let mut others = lease::list(&mut tx).await?;
    tx.rollback().await?;
    others.retain(|lease| lease.is_living(known.now) && config.desk(&lease.desk).is_none());
    Ok(Shown { known, wrong, others })
}
