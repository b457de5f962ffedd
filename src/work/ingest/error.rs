//! Why a message could not be decided, and whose fault that is.

use crate::fresh::NoRandomness;
use crate::store::error::{Class, StoreError};

/// Why a message could not be decided.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Our own code gave up on the message.
    #[error("the program failed on it: {0}")]
    Panicked(String),
    /// No name could be made.
    #[error(transparent)]
    Fresh(#[from] NoRandomness),
}

impl IngestError {
    /// Whose fault it is.
    pub(in crate::work) fn class(&self) -> Class {
        match self {
            Self::Store(error) => error.class(),
            Self::Panicked(_) => Class::Message,
            Self::Fresh(_) => Class::Store,
        }
    }
}
