//! A copy of the database, made while it is worked with.
//!
//! `VACUUM INTO` reads one state of the file, as any reader does: in WAL mode that keeps no writer
//! waiting, however long it takes. `SQLite`'s backup API begins again whenever another process
//! writes, and a copy of the file itself is none.

use std::path::Path;

use super::error::{OpenError, StoreError};
use super::keys::CLAIMED;
use super::location::Location;
use super::{Engine, Store};

/// What is in a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The instance it belongs to.
    pub instance: String,
    /// Tickets in it.
    pub tickets: i64,
    /// Messages in it.
    pub messages: i64,
    /// What is wrong with it; empty when nothing is.
    pub wrong: Vec<String>,
}

/// Copies the database into a file, which is empty or not there; `false` where a server keeps it.
///
/// # Errors
/// [`StoreError`]; what the file holds then is worth nothing.
pub async fn copy(store: &Store, file: &str) -> Result<bool, StoreError> {
    match &store.engine {
        Engine::Sqlite { read, .. } => {
            sqlx::query("vacuum into $1").bind(file).execute(read).await?;
            Ok(true)
        }
        Engine::Postgres(_) => Ok(false),
    }
}

/// Opens a copy, to read it only, and looks at everything in it.
///
/// # Errors
/// [`OpenError`] when it is none.
pub async fn look(file: &Path) -> Result<Copied, OpenError> {
    let copy = Store::open_read_only(&Location::Sqlite(file.to_owned()), None).await?;
    let looked = contents(&copy).await;
    copy.close().await;
    Ok(looked?)
}

async fn contents(copy: &Store) -> Result<Copied, StoreError> {
    let wrong = copy.check().await?;
    let mut tx = copy.read().await?;
    let instance = tx.one(CLAIMED, &[]).await?.text("name")?;
    let counted = tx.one(COUNT, &[]).await?;
    let (tickets, messages) = (counted.integer("tickets")?, counted.integer("messages")?);
    tx.rollback().await?;
    Ok(Copied { instance, tickets, messages, wrong })
}

const COUNT: &str = "
select (select count(*) from ticket) as tickets, (select count(*) from inbound) as messages";
