//! Numbers, taken in blocks before anything needs them. What is left at a stop is a gap.

use std::collections::VecDeque;

use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::sequence::{self, Sequence};

/// Numbers of one kind that nothing has used yet.
#[derive(Debug, Default)]
pub struct Numbers {
    left: VecDeque<i64>,
}

/// Body ids taken at a time, at the least.
const BODIES: usize = 1_024;

impl Numbers {
    /// How many are to be taken so that `count` are there, `block` at the least; `None` when they are.
    #[must_use]
    pub fn lacking(&self, count: usize, block: usize) -> Option<i64> {
        let lacking = count.saturating_sub(self.left.len());
        (lacking > 0).then(|| i64::try_from(lacking.max(block)).unwrap_or(i64::MAX))
    }

    /// So many were taken, of which this is the first.
    pub fn refill(&mut self, first: i64, count: i64) {
        self.left.extend(first..first + count);
    }

    /// Sees to it that `count` bodies are there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reserve_bodies(&mut self, store: &Store, count: usize) -> Result<(), StoreError> {
        if let Some(block) = self.lacking(count, BODIES) {
            let mut tx = store.begin().await?;
            let first = sequence::reserve(&mut tx, Sequence::Body, block).await?;
            tx.commit().await?;
            self.refill(first, block);
        }
        Ok(())
    }

    /// The next one, which stays the next until it is used; 0 if none was reserved.
    #[must_use]
    pub fn peek(&self) -> i64 {
        self.left.front().copied().unwrap_or(0)
    }

    /// The next ones, which stay the next until they are used; fewer if fewer were reserved.
    pub fn peek_all(&self, count: usize) -> impl Iterator<Item = i64> {
        self.left.iter().take(count).copied()
    }

    /// The next one is used.
    pub fn advance(&mut self) -> i64 {
        self.left.pop_front().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_block_comes_before_the_next() {
        let mut numbers = Numbers::default();
        assert_eq!((numbers.lacking(0, 8), numbers.lacking(3, 8)), (None, Some(8)));
        numbers.refill(1001, 8);
        let first: Vec<i64> = (0..6).map(|_| numbers.advance()).collect();
        assert_eq!(first, [1001, 1002, 1003, 1004, 1005, 1006]);
        assert_eq!((numbers.lacking(2, 8), numbers.lacking(12, 8)), (None, Some(10)));
        numbers.refill(1017, 10);
        let then: Vec<i64> = (0..3).map(|_| numbers.advance()).collect();
        assert_eq!((then, numbers.peek()), (vec![1007, 1008, 1017], 1018));
    }
}
