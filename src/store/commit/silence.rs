//! The silences of the tickets that a decision changes: they begin, go on and end with what happens.

use super::Act;
use crate::store::error::StoreError;
use crate::store::silence;
use crate::store::sql::Tx;
use crate::triage::decision::Effect;
use crate::triage::silence::{Turn, turns};

/// Writes what becomes of them. The tickets' changes have made sure that they are as they were read.
pub(super) async fn keep(tx: &mut Tx, effects: &[Effect], act: &Act<'_>) -> Result<(), StoreError> {
    for (ticket, turn) in turns(effects, act.by) {
        match turn {
            Turn::Begins => silence::begin(tx, act.desk, ticket, act.now).await?,
            Turn::GoesOn => silence::go_on(tx, ticket, None).await?,
            Turn::IsPrioritized => silence::go_on(tx, ticket, Some(act.now)).await?,
            Turn::Ends => silence::end(tx, ticket).await?,
        }
    }
    Ok(())
}
