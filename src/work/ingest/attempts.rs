//! Attempts: each is counted before it is made, charged to the message if it was its own fault, and taken back
//! if it was nobody's.

use tracing::{error, warn};

use super::{ATTEMPTS, Ingest, IngestError};
use crate::store::error::StoreError;
use crate::store::inbound::{self, Mark, Outcome, Pending, attempts};
use crate::triage::case::InboundId;

impl Ingest {
    /// Takes attempts back that were nobody's fault. The store may fail at that, too.
    pub(super) async fn give_back(&mut self) -> Result<(), StoreError> {
        while let Some((id, attempts)) = self.overcharged.last() {
            let mut tx = self.room.store.begin().await?;
            attempts::lower_attempts(&mut tx, *id, *attempts).await?;
            tx.commit().await?;
            self.overcharged.pop();
        }
        Ok(())
    }

    /// How many attempts there are with the one that is made now.
    pub(super) async fn count_attempt(&mut self, one: &Pending) -> Result<i64, StoreError> {
        let mut tx = self.room.store.begin().await?;
        attempts::raise_attempts(&mut tx, one.id).await?;
        if let Err(error) = tx.commit().await {
            self.overcharged.push((one.id, one.attempts));
            return Err(error);
        }
        Ok(one.attempts + 1)
    }

    /// An attempt failed, and it was the message's own fault.
    pub(super) async fn charge(
        &self,
        id: InboundId,
        attempts: i64,
        error: &IngestError,
    ) -> Result<(), StoreError> {
        if attempts >= ATTEMPTS {
            return self.hold(id, &format!("failed three times: {error}")).await;
        }
        warn!(
            desk = self.room.name(),
            inbound = id.0,
            attempts,
            "Inbound {} failed and is tried again: {error}",
            id.0
        );
        Ok(())
    }

    pub(super) async fn hold(&self, id: InboundId, why: &str) -> Result<(), StoreError> {
        let outcome = Outcome {
            verdict: "held",
            reason: why,
            ticket: None,
            duplicate_of: None,
            content: None,
            mark: Mark::None,
            sender: None,
            message_id: None,
            proof: None,
            decided: self.room.clock.now(),
        };
        let mut tx = self.room.store.begin().await?;
        inbound::finish(&mut tx, id, &outcome).await?;
        tx.commit().await?;
        self.room.tally.decided("held", "unknown", None);
        error!(
            desk = self.room.name(),
            inbound = id.0,
            cause = "held",
            "Inbound {} is held: {why}; see `tidings inbound show {}`",
            id.0,
            id.0
        );
        Ok(())
    }
}
