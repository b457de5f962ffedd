//! What the store knows of a sender: accounts that have his address, their groups, his first ticket.

use super::licence;
use crate::desk::account::{AccountId, AccountStatus};
use crate::desk::language::Language;
use crate::mail::address::Address;
use crate::store::error::StoreError;
use crate::store::sql::{Row, Tx, values};
use crate::time::Timestamp;
use crate::triage::case::known::{AccountMatch, GroupMatch, MatchedBy};

/// Accounts of which the sender is a contact, by address or by exact domain, with those licences
/// that serve this sender, their own and those of their groups.
///
/// # Errors
/// [`StoreError`].
pub async fn matching(tx: &mut Tx, sender: &Address) -> Result<Vec<AccountMatch>, StoreError> {
    let rows = tx.all(MATCHING, values![sender.as_str(), sender.domain()]).await?;
    let mut found: Vec<AccountMatch> = Vec::new();
    for row in &rows {
        let account = AccountId(row.integer("account")?);
        let by = row.parsed("kind", |kind| match kind {
            "address" => Some(MatchedBy::Address),
            "domain" => Some(MatchedBy::Domain),
            _ => None,
        })?;
        // Rows come by account, address before domain.
        match found.last_mut().filter(|last| last.account == account) {
            Some(last) if last.by == by => last.licences.extend(licence(row)?),
            Some(_) => {}
            None => found.push(AccountMatch {
                account,
                key: row.text("account_key")?,
                name: row.text("name")?,
                status: row.parsed("status", AccountStatus::parse)?,
                languages: languages(&row.text("languages")?),
                by,
                licences: licence(row)?.into_iter().collect(),
                groups: Vec::new(),
            }),
        }
    }
    for one in &mut found {
        let values = values![one.account.0, sender.as_str(), sender.domain()];
        one.groups = groups(&tx.all(GROUPS, values).await?)?;
    }
    Ok(found)
}

/// Those of an account in which somebody could be written to; there may be others.
#[must_use]
pub(in crate::store) fn languages(kept: &str) -> Vec<Language> {
    kept.lines().filter_map(Language::parse).collect()
}

fn groups(rows: &[Row]) -> Result<Vec<GroupMatch>, StoreError> {
    let mut groups: Vec<GroupMatch> = Vec::new();
    for row in rows {
        let key = row.text("account_key")?;
        match groups.last_mut().filter(|last| last.key == key) {
            Some(last) => last.licences.extend(licence(row)?),
            None => groups.push(GroupMatch {
                key,
                name: row.text("name")?,
                status: row.parsed("status", AccountStatus::parse)?,
                licences: licence(row)?.into_iter().collect(),
            }),
        }
    }
    Ok(groups)
}

/// When an address opened its first ticket at a desk.
///
/// # Errors
/// [`StoreError`].
pub async fn first_ticket(
    tx: &mut Tx,
    desk: &str,
    requester: &Address,
) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.optional(FIRST_TICKET, values![desk, requester.as_str()]).await?;
    row.map(|row| row.integer("opened_us").map(Timestamp::from_us)).transpose()
}

const MATCHING: &str = "
select contact.account, contact.kind, account.key as account_key, account_now.name,
       account_now.status, account_now.languages, licence.key as licence_key, licence.level,
       licence.valid_from, licence.valid_until, licence.sender_proof
  from contact
  join account_now on account_now.account = contact.account and account_now.edition = contact.edition
  join account on account.id = contact.account
  left join licence
    on licence.account = contact.account
   and licence.edition = contact.edition
   and (not exists (select 1 from licence_contact where licence_contact.licence = licence.id)
        or exists (select 1 from licence_contact
                    where licence_contact.licence = licence.id
                      and ((licence_contact.kind = 'address' and licence_contact.value = $1)
                        or (licence_contact.kind = 'domain' and licence_contact.value = $2))))
 where (contact.kind = 'address' and contact.value = $1)
    or (contact.kind = 'domain' and contact.value = $2)
 order by contact.account, contact.kind, licence.key
 limit 1000";

// A union forgets what it has had: a circle of groups ends. SQLite begins a cross join at its left: left alone it
// may walk through every account in the order of its key.
const GROUPS: &str = "
with recursive served (key) as (
    select account_group.member_of
      from account_group
      join account_now
        on account_now.account = account_group.account
       and account_now.edition = account_group.edition
     where account_group.account = $1
    union
    select account_group.member_of
      from served
     cross join account
      join account_now on account_now.account = account.id
      join account_group
        on account_group.account = account_now.account
       and account_group.edition = account_now.edition
     where account.key = served.key
)
select account.key as account_key, account_now.name, account_now.status,
       licence.key as licence_key, licence.level, licence.valid_from, licence.valid_until,
       licence.sender_proof
  from served
 cross join account
  join account_now on account_now.account = account.id
  left join licence
    on licence.account = account_now.account
   and licence.edition = account_now.edition
   and (not exists (select 1 from licence_contact where licence_contact.licence = licence.id)
        or exists (select 1 from licence_contact
                    where licence_contact.licence = licence.id
                      and ((licence_contact.kind = 'address' and licence_contact.value = $2)
                        or (licence_contact.kind = 'domain' and licence_contact.value = $3))))
 where account.key = served.key and account.id <> $1
 order by account.key, licence.key
 limit 1000";

const FIRST_TICKET: &str = "
select opened_us
  from ticket
 where requester = $2 and desk = $1
 order by opened_us
 limit 1";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::store::location::Location;
    use crate::store::{Absent, Identity, Store, Upgrade};

    #[tokio::test]
    async fn no_account_is_looked_at_that_is_not_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let identity =
            Identity { instance: "x.example", key_ids: &["k"], key_file: Path::new("key") };
        let (at, how) = (Location::Sqlite(folder.path().join("tidings.db")), Upgrade::Gently);
        let now = Timestamp::from_seconds(0);
        let store = Store::open(&at, None, Absent::Create, how, &identity, now).await.unwrap();
        let mut tx = store.read().await.unwrap();
        for sql in [MATCHING, GROUPS, FIRST_TICKET] {
            let explained = format!("explain query plan {sql}").leak();
            let steps = tx.all(explained, values!["x", "y", "z"]).await.unwrap();
            assert!(!steps.is_empty());
            for step in steps {
                let step = step.text("detail").unwrap();
                // In a circle of groups there are a few; in the database there may be a million.
                assert!(!step.starts_with("SCAN ") || step == "SCAN served", "{sql}\n{step}");
            }
        }
        tx.rollback().await.unwrap();
        store.close().await;
    }
}
