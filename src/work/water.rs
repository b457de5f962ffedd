//! Before anything of the database is told outside of it (a ticket number, a notice, a message that
//! is moved away), it is written down beside the database how far that had come. So a database that
//! was brought back from a backup is noticed whenever that matters.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::error;

use crate::failpoint::{self, Point};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::high_water::{self, Mark};
use crate::store::restore::{self, Raised, Restored, Said};
use crate::store::sql::Tx;
use crate::time::Timestamp;

/// How far the database had come, as this process knows.
#[derive(Debug)]
pub struct Water {
    path: PathBuf,
    instance: Box<str>,
    /// Who notices a restore, for people.
    who: Box<str>,
    restores: AtomicU64,
}

impl Water {
    /// The mark in this file.
    #[must_use]
    pub fn new(path: PathBuf, instance: &str, who: &str) -> Self {
        let restores = AtomicU64::new(0);
        Self { path, instance: instance.into(), who: who.into(), restores }
    }

    /// Takes `tickets` numbers; what the database held until now may be told outside once this
    /// returns. A database that has gone back is treated as restored.
    ///
    /// # Errors
    /// [`StoreError`]; nothing may be told then.
    pub async fn raise(
        &self,
        store: &Store,
        tickets: i64,
        now: Timestamp,
    ) -> Result<Raised, StoreError> {
        let tx = store.begin().await?;
        self.commit(tx, tickets, now).await
    }

    /// Raises in a transaction of what is about to be told, and commits it. As the last of it: others
    /// who raise wait from here to the commit.
    ///
    /// # Errors
    /// [`StoreError`]; nothing may be told then.
    pub async fn commit(
        &self,
        mut tx: Tx,
        tickets: i64,
        now: Timestamp,
    ) -> Result<Raised, StoreError> {
        // Read before the tide is raised: what others write meanwhile may be above it.
        let known = self.known().await?;
        let raised = restore::raise(&mut tx, known.as_ref(), tickets, now, &self.who).await?;
        if raised.restored.is_some() {
            failpoint::at(Point::Restoring);
            // Before others, who wait for this transaction, can raise it in their turn.
            self.restores.fetch_add(1, Ordering::SeqCst);
        }
        tx.commit().await?;
        failpoint::at(Point::Raised);
        self.write(raised.mark.clone()).await?;
        if let Some(restored) = &raised.restored {
            let (next_ticket, held) = (restored.next_ticket, restored.held);
            error!(cause = "notices_held", next_ticket, held, "{}", say(restored));
        }
        Ok(raised)
    }

    /// Somebody says that the database was restored.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn say_restored(&self, store: &Store, now: Timestamp) -> Result<Said, StoreError> {
        let known = self.known().await?;
        let mut tx = store.begin().await?;
        let said = restore::say(&mut tx, known.as_ref(), now, &self.who).await?;
        failpoint::at(Point::Restoring);
        tx.commit().await?;
        failpoint::at(Point::Raised);
        if let Said::Now(mark, _) = &said {
            self.write(mark.clone()).await?;
        }
        Ok(said)
    }

    /// How many restores this process has noticed.
    #[must_use]
    pub fn restores(&self) -> u64 {
        self.restores.load(Ordering::SeqCst)
    }

    async fn known(&self) -> Result<Option<Mark>, StoreError> {
        let (path, instance) = (self.path.clone(), self.instance.clone());
        self.beside(move || high_water::read(&path, &instance)).await
    }

    async fn write(&self, mark: Mark) -> Result<(), StoreError> {
        let (path, instance) = (self.path.clone(), self.instance.clone());
        self.beside(move || high_water::write(&path, &instance, &mark)).await
    }

    /// Waits for the disk on a thread of its own.
    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
            Err(StoreError::HighWater { path: self.path.clone(), what: error.to_string() })
        })
    }
}

/// What follows from a restore, for people.
#[must_use]
pub fn say(restored: &Restored) -> String {
    format!(
        "The database was restored from a backup: ticket numbers go on at {}; what may have been \
         sent before is held ({}), see `tidings outbox list --state held`; mail that it does not \
         know is looked for in every folder and opens without acknowledgement",
        restored.next_ticket, restored.held
    )
}
