//! Reply addresses are given out only when a mail to one has come back.

use crate::config::{Config, Desk};
use crate::mail::address::Address;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::plus;
use crate::triage::policy::Replies;

/// Why a desk may not give out reply addresses.
#[derive(Debug, thiserror::Error)]
pub enum RepliesError {
    /// Nobody has seen that mail to them comes.
    #[error(
        "desk {desk} has plus_addressing = true, and no mail to {address} with a \"+\" and a token \
         has come back to it yet: answers might be lost; run: tidings check --plus"
    )]
    Unproved {
        /// The desk.
        desk: Box<str>,
        /// The address that takes answers.
        address: Address,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sees that each desk that gives out reply addresses has had a mail at one.
///
/// # Errors
/// [`RepliesError`] says what to do.
pub async fn require_proved(store: &Store, config: &Config) -> Result<(), RepliesError> {
    for desk in &config.desks {
        require_proved_of(store, desk).await?;
    }
    Ok(())
}

/// The same of one desk.
///
/// # Errors
/// [`RepliesError`] says what to do.
pub async fn require_proved_of(store: &Store, desk: &Desk) -> Result<(), RepliesError> {
    if desk.replies == Replies::Plain {
        return Ok(());
    }
    let mut tx = store.read().await?;
    let proved = plus::proved(&mut tx, &desk.name, &desk.reply_address).await?;
    tx.rollback().await?;
    match proved {
        Some(_) => Ok(()),
        None => Err(RepliesError::Unproved {
            desk: desk.name.clone(),
            address: desk.reply_address.clone(),
        }),
    }
}
