//! Numbers, taken in blocks before anything needs them. What is left at a stop is a gap.

use std::ops::Range;

use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::sequence::{self, Sequence};

/// Numbers of one kind that nothing has used yet.
#[derive(Debug)]
pub struct Numbers {
    block: i64,
    left: Range<i64>,
}

/// Body ids taken at a time, at the least.
const BODIES: i64 = 256;

impl Numbers {
    /// None yet; at least `block` are taken at a time.
    #[must_use]
    pub fn new(block: i64) -> Self {
        Self { block, left: 0..0 }
    }

    /// Of bodies.
    #[must_use]
    pub fn of_bodies() -> Self {
        Self::new(BODIES)
    }

    /// How many are to be taken so that `count` are there; `None` when they are.
    #[must_use]
    pub fn lacking(&self, count: usize) -> Option<i64> {
        let needed = i64::try_from(count).unwrap_or(i64::MAX);
        (self.left.end - self.left.start < needed).then(|| needed.max(self.block))
    }

    /// So many were taken, of which this is the first.
    pub fn refill(&mut self, first: i64, count: i64) {
        self.left = first..first + count;
    }

    /// Sees to it that `count` bodies are there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reserve_bodies(&mut self, store: &Store, count: usize) -> Result<(), StoreError> {
        if let Some(block) = self.lacking(count) {
            let mut tx = store.begin().await?;
            let first = sequence::reserve(&mut tx, Sequence::Body, block).await?;
            tx.commit().await?;
            self.refill(first, block);
        }
        Ok(())
    }

    /// The next one, which stays the next until it is used. It is there if it was reserved.
    #[must_use]
    pub fn peek(&self) -> i64 {
        self.left.start
    }

    /// The next one is used.
    pub fn advance(&mut self) -> i64 {
        self.left.next().unwrap_or(self.left.end)
    }
}
