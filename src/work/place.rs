//! Where this daemon stands with a desk, for who looks from outside.

use std::sync::{Mutex, PoisonError};

/// Where this daemon stands with a desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// It asks for the desk.
    #[default]
    Asks,
    /// The desk is its own.
    Works,
    /// Another daemon has the desk.
    StandsBy,
}

/// Where it stands now.
#[derive(Debug, Default)]
pub struct Places(Mutex<Place>);

impl Places {
    /// It stands there now.
    pub fn set(&self, place: Place) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }

    /// Where it stands now.
    #[must_use]
    pub fn now(&self) -> Place {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
