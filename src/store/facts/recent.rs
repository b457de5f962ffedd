//! What happened of late with a sender, a domain and a desk, as far as acknowledgements depend on it.
//! Everything is counted by an index, and no further than it matters.

use std::time::Duration;

use super::Question;
use crate::store::error::StoreError;
use crate::store::sql::{Row, Tx, values};
use crate::time::Timestamp;
use crate::triage::case::{Acknowledged, OPENED_WITHIN, Opened, SAME_TOPIC_WITHIN};
use crate::triage::gate::SAME_TOPIC_MAX;
use crate::triage::loops::OPENED_MAX;
use crate::triage::policy::WebForm;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// What is known of who wrote the message; nothing when nobody did.
pub(super) async fn recent(
    tx: &mut Tx,
    question: &Question<'_>,
) -> Result<(Acknowledged, Opened), StoreError> {
    let (Some(sender), limits, now) = (question.requester(), question.limits, question.now) else {
        return Ok(Default::default());
    };
    let hour = now.before(HOUR);
    // Where there is no cap nothing is counted.
    let most = |cap: Option<u32>| cap.map_or(0, i64::from);
    let (domain_most, total_most) = (most(limits.domain_per_hour), most(limits.total_per_hour));
    let values = values![
        sender.as_str(),
        sender.domain(),
        question.desk,
        &question.topic,
        now,
        hour,
        now.before(DAY),
        now.before(SAME_TOPIC_WITHIN),
        now.before(OPENED_WITHIN),
        most(limits.address_per_hour),
        most(limits.address_per_day),
        domain_most,
        total_most,
        i64::from(SAME_TOPIC_MAX),
        i64::from(OPENED_MAX),
    ];
    let row = tx.one(RECENT, values).await?;
    let instant =
        |row: &Row, column| row.integer_or_null(column).map(|us| us.map(Timestamp::from_us));
    let opened = Opened {
        by_address: row.integer("by_address")?,
        by_domain: row.integer("by_domain")?,
        address_hushed: instant(&row, "address_hushed_us")?,
        domain_hushed: instant(&row, "domain_hushed_us")?,
    };
    let mut acknowledged = Acknowledged {
        address_hour: row.integer("address_hour")?,
        address_day: row.integer("address_day")?,
        domain_hour: row.integer("domain_hour")?,
        total_hour: row.integer("total_hour")?,
        domain_room: None,
        total_room: None,
        same_topic: row.integer("same_topic")?,
        form_hour: by_form(tx, question, hour).await?,
    };
    if 0 < domain_most && domain_most <= acknowledged.domain_hour {
        acknowledged.domain_room = room(tx, DOMAIN_ROOM, sender.domain(), domain_most).await?;
    }
    if 0 < total_most && total_most <= acknowledged.total_hour {
        acknowledged.total_room = room(tx, TOTAL_ROOM, question.desk, total_most).await?;
    }
    Ok((acknowledged, opened))
}

/// How many went out because of the form that speaks for the sender.
async fn by_form(tx: &mut Tx, question: &Question<'_>, hour: Timestamp) -> Result<i64, StoreError> {
    match question.form {
        Some(WebForm { from, per_hour: Some(most) }) => {
            let values = values![question.desk, from.as_str(), hour, i64::from(*most)];
            tx.one(BY_FORM, values).await?.integer("sent")
        }
        Some(WebForm { per_hour: None, .. }) | None => Ok(0),
    }
}

/// When there is room for one more: an hour behind that of the last so many, sent and planned, which
/// goes out first. So no hour ever has more than the cap.
async fn room(
    tx: &mut Tx,
    sql: &'static str,
    whose: &str,
    most: i64,
) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.optional(sql, values![whose, most - 1]).await?;
    let first = row.map(|row| row.integer("capped_us")).transpose()?;
    Ok(first.map(|us| Timestamp::from_us(us).after(HOUR)))
}

const RECENT: &str = "
select (select count(*) from (select 1 from outbox
                               where kind = 'acknowledgement' and recipient = $1
                                 and created_us > $6
                               limit $10) as recent) as address_hour,
       (select count(*) from (select 1 from outbox
                               where kind = 'acknowledgement' and recipient = $1
                                 and created_us > $7
                               limit $11) as recent) as address_day,
       (select count(*) from (select 1 from outbox
                               where recipient_domain = $2 and capped_us > $6
                               limit $12) as recent) as domain_hour,
       (select count(*) from (select 1 from outbox
                               where desk = $3 and capped_us > $6
                               limit $13) as recent) as total_hour,
       (select count(*) from (select 1 from outbox
                               where kind = 'acknowledgement' and recipient = $1
                                 and created_us > $8 and topic = $4
                               limit $14) as recent) as same_topic,
       (select count(*) from (select 1 from ticket
                               where requester = $1 and topic = $4 and opened_us > $9
                               limit $15) as recent) as by_address,
       (select count(*) from (select 1 from ticket
                               where requester_domain = $2 and topic = $4 and opened_us > $9
                               limit $15) as recent) as by_domain,
       (select until_us from hush
         where kind = 'address' and whom = $1 and until_us > $5) as address_hushed_us,
       (select until_us from hush
         where kind = 'domain' and whom = $2 and until_us > $5) as domain_hushed_us";

const BY_FORM: &str = "
select count(*) as sent
  from (select 1
          from outbox
          join inbound on inbound.id = outbox.inbound
         where outbox.kind = 'acknowledgement' and outbox.desk = $1 and outbox.created_us > $3
           and inbound.sender = $2
         limit $4) as recent";

const DOMAIN_ROOM: &str = "
select capped_us
  from outbox
 where recipient_domain = $1 and capped_us is not null
 order by capped_us desc
 limit 1 offset $2";

const TOTAL_ROOM: &str = "
select capped_us
  from outbox
 where desk = $1 and capped_us is not null
 order by capped_us desc
 limit 1 offset $2";
