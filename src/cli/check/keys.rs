//! How old the keys of the instance are, and how long the former ones count.

use super::report::Finding;
use crate::cli::open::Opened;
use crate::daemon::state::{self, FORMER_FOR};
use crate::fresh::{Key, Random};
use crate::store::error::StoreError;
use crate::store::keys::{self, KnownKey};
use crate::time::Timestamp;

const ABOUT: &str = "key";

/// A line for each key at hand that the database knows.
pub(super) async fn look(opened: &Opened) -> Vec<Finding> {
    let known = match read(opened).await {
        Ok(known) => known,
        Err(error) => return vec![Finding::down(ABOUT, error.to_string())],
    };
    // Whatever is wrong with them was told when the database was opened.
    let at_hand = state::keys(&opened.config, &Random::System).unwrap_or_default();
    let is_at_hand = |known: &&KnownKey| at_hand.iter().any(|key: &Key| *key.id() == *known.id);
    known.iter().rev().filter(is_at_hand).map(|known| finding(known, opened.now())).collect()
}

async fn read(opened: &Opened) -> Result<Vec<KnownKey>, StoreError> {
    let mut tx = opened.store.read().await?;
    let known = keys::list(&mut tx).await?;
    tx.rollback().await?;
    Ok(known)
}

fn finding(known: &KnownKey, now: Timestamp) -> Finding {
    let KnownKey { id, since, replaced } = known;
    let text = match replaced.map(|at| at.after(FORMER_FOR)) {
        None => format!("{id} makes our names since {since}"),
        Some(until) if now < until => {
            format!("{id} made our names before; they count until {until}")
        }
        Some(until) => format!("{id} counts no more since {until}; its line can go"),
    };
    Finding::good(ABOUT, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aut_44_a_former_key_counts_for_180_days() {
        let (since, replaced) = (Timestamp::from_us(0), Timestamp::from_us(1));
        let said = |replaced, now| finding(&KnownKey { id: "k".into(), since, replaced }, now).text;
        let until = replaced.after(FORMER_FOR);
        assert!(said(None, until).contains("makes our names since 1970-01-01"));
        assert!(said(Some(replaced), replaced).contains("they count until 1970-06-30"));
        assert!(said(Some(replaced), until).contains("its line can go"));
    }
}
