//! Is everything there, and whole?

use super::error::StoreError;
use super::location::Location;
use super::sql::{Tx, values};

/// What is wrong, for people.
pub(super) async fn check(tx: &mut Tx, location: &Location) -> Result<Vec<String>, StoreError> {
    let mut wrong = Vec::new();
    match location {
        Location::Sqlite(_) => {
            for row in tx.all("pragma integrity_check", &[]).await? {
                let line = row.text("integrity_check")?;
                if line != "ok" {
                    wrong.push(line);
                }
            }
            for row in tx.all("pragma foreign_key_check", &[]).await? {
                wrong.push(format!("a row of {} refers to nothing", row.text("table")?));
            }
        }
        Location::Postgres(_) => {
            // Bytes lie in pages of their own, which only a read of them all looks at; a few at a
            // time, as no statement may take long.
            let last = tx.one(LAST_BODY, &[]).await?.integer("body")?;
            let mut body = 0;
            while body < last {
                tx.one(READ_BYTES, values![body, body + BODIES]).await?;
                body += BODIES;
            }
            for row in tx.all(INVALID, &[]).await? {
                wrong.push(format!("{} is not valid", row.text("name")?));
            }
        }
    }
    for row in tx.all(WITHOUT_BYTES, &[]).await? {
        let (what, id) = (row.text("what")?, row.integer("id")?);
        wrong.push(format!("{what} {id} has lost its bytes"));
    }
    Ok(wrong)
}

/// Bodies that are read in one statement.
const BODIES: i64 = 500;

const LAST_BODY: &str = "select coalesce(max(body), 0) as body from chunk";

const READ_BYTES: &str = "
select cast(coalesce(sum(length(bytes)), 0) as bigint) as bytes
  from chunk
 where body > $1 and body <= $2";

const INVALID: &str = "
select cast(indexrelid::regclass as text) as name from pg_index
 where not (indisvalid and indisready) and indrelid in
       (select oid from pg_class where relnamespace = current_schema()::regnamespace)
union all
select cast(conname as text) as name from pg_constraint
 where not convalidated and connamespace = current_schema()::regnamespace";

const WITHOUT_BYTES: &str = "
select 'inbound' as what, id from inbound
 where body is not null
   and not exists (select 1 from chunk where chunk.body = inbound.body and chunk.part = 0)
union all
select 'outbox' as what, id from outbox
 where not exists (select 1 from chunk where chunk.body = outbox.body and chunk.part = 0)
 limit 100";
