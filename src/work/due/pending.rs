//! Tickets that were pending until an instant are open again, each in a transaction of its own.

use tracing::info;

use super::by_time;
use crate::failpoint::{self, Point};
use crate::mail::subject::TicketNumber;
use crate::store::commit;
use crate::store::error::{Class, StoreError};
use crate::store::sql::Tx;
use crate::store::ticket::{self, life};
use crate::time::Timestamp;
use crate::triage::pending::come_back;
use crate::work::room::Room;

/// Tickets of one batch.
const BATCH: i64 = 64;

/// Brings back what is due, at most a batch; how many came back. What somebody changes meanwhile is
/// looked at again in the next pass.
pub(super) async fn bring_back(room: &Room) -> Result<usize, StoreError> {
    let mut tx = room.store.read().await?;
    let due = life::due(&mut tx, room.name(), room.clock.now(), BATCH).await?;
    tx.rollback().await?;
    let mut count = 0;
    for (number, until) in due {
        match bring_back_one(room, number, until).await {
            Ok(written) => count += written,
            Err(error) if error.class() == Class::Raced => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

async fn bring_back_one(
    room: &Room,
    number: TicketNumber,
    until: Timestamp,
) -> Result<usize, StoreError> {
    let mut tx = room.store.begin().await?;
    match bring_back_in(&mut tx, room, number).await {
        Ok(Written::Something) => {}
        Ok(Written::Nothing) => {
            tx.rollback().await?;
            return Ok(0);
        }
        Err(error) => {
            tx.rollback().await?;
            return Err(error);
        }
    }
    failpoint::at(Point::Decided);
    tx.commit().await?;
    failpoint::at(Point::Committed);
    let (desk, ticket) = (room.name(), number.get());
    info!(desk, ticket, "Ticket {ticket} is back: it was pending until {until}");
    Ok(1)
}

/// What became of a ticket that was due.
enum Written {
    Something,
    Nothing,
}

/// As the ticket stands by now: somebody may have named another instant.
async fn bring_back_in(
    tx: &mut Tx,
    room: &Room,
    number: TicketNumber,
) -> Result<Written, StoreError> {
    let now = room.clock.now();
    let Some(ticket) = ticket::facts(tx, room.name(), number).await? else {
        return Ok(Written::Nothing);
    };
    let until = life::life(tx, number).await?.pending_until.filter(|until| *until <= now);
    let effects = until.map(|until| come_back(&ticket, until)).unwrap_or_default();
    if effects.is_empty() {
        return Ok(Written::Nothing);
    }
    commit::apply(tx, &effects, &by_time(room, now, &[])).await?;
    Ok(Written::Something)
}
