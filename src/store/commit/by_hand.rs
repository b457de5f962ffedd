//! Rows of what agents alone do.

use super::Act;
use crate::desk::agent::AgentName;
use crate::store::error::StoreError;
use crate::store::sql::{Tx, values};
use crate::store::trusted;
use crate::time::Timestamp;
use crate::triage::decision::by_hand::ByHand;

pub(super) async fn apply(tx: &mut Tx, effect: &ByHand, act: &Act<'_>) -> Result<(), StoreError> {
    match effect {
        ByHand::RemoveParticipant { ticket, address } => {
            tx.execute(REMOVE_PARTICIPANT, values![ticket.get(), address.as_str()]).await.map(drop)
        }
        ByHand::Postpone { ticket, until } => {
            let until = until.map(Timestamp::as_us);
            tx.execute_one(POSTPONE, values![ticket.get(), until]).await
        }
        ByHand::Merge { ticket, into } => {
            tx.execute_one(MERGE, values![ticket.get(), into.get()]).await?;
            tx.execute_one(START, values![ticket.get(), into.get()]).await?;
            tx.execute(HAND_OVER, values![ticket.get(), into.get()]).await.map(drop)
        }
        ByHand::MoveArticles { from, to, articles } => {
            for article in articles {
                let values = values![article.0, from.get(), to.get()];
                tx.execute_one(MOVE_ARTICLE, values).await?;
                tx.execute(MOVE_REFERENCES, values).await?;
            }
            Ok(())
        }
        ByHand::Assign { ticket, agent } => {
            let agent = agent.as_ref().map(AgentName::as_str);
            tx.execute_one(ASSIGN, values![ticket.get(), agent]).await
        }
        ByHand::Trust { address } => trusted::add(tx, address, act.actor, act.now).await,
        ByHand::Spend { ticket, minutes } => {
            let values = values![ticket.get(), act.now, act.actor, *minutes];
            tx.execute(SPEND, values).await.map(drop)
        }
    }
}

const REMOVE_PARTICIPANT: &str = "delete from participant where ticket = $1 and address = $2";

const POSTPONE: &str = "
update ticket set pending_until_us = $2 where number = $1 and status = 'pending'";

const MERGE: &str = "
update ticket
   set merged_into = $2
 where number = $1 and status = 'closed' and merged_into is null";

const START: &str = "
update ticket
   set opened_us = (select min(opened_us) from ticket where number in ($1, $2))
 where number = $2 and merged_into is null";

const HAND_OVER: &str = "update spent set ticket = $2 where ticket = $1";

const MOVE_ARTICLE: &str = "update article set ticket = $3 where id = $1 and ticket = $2";

const MOVE_REFERENCES: &str = "update reference set ticket = $3 where article = $1 and ticket = $2";

const ASSIGN: &str = "update ticket set agent = $2 where number = $1";

const SPEND: &str = "
insert into spent (ticket, at_us, actor, minutes) values ($1, $2, $3, $4)";
