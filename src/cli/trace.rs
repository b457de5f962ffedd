//! `tidings trace`: everything that happened with a person's mail, a message or a ticket, and why.

mod about;
mod view;

use std::path::Path;

use self::about::About;
use super::open::{Opened, open};
use super::{Exit, Failure, Or as _, Outcome, instant};
use crate::store::sql::Tx;
use crate::store::trace::{self, Entry};
use crate::time::Timestamp;

/// Entries of one trace: what somebody still reads. The next ones begin at a later `--since`.
const ENTRIES: usize = 300;

/// Before everything.
const BEGINNING: Timestamp = Timestamp::from_us(i64::MIN);

pub(super) async fn trace(path: &Path, about: &str, since: Option<&str>, as_json: bool) -> Outcome {
    let wanted = About::parse(about).ok_or_else(|| {
        let what = "an address, a Message-ID or a ticket such as 1042 or EX#1042";
        Failure::new(Exit::Usage, format!("{about:?} is not {what}"))
    })?;
    let since = match since {
        Some(text) => instant::typed("--since", text)?,
        None => BEGINNING,
    };
    let opened = open(path).await?;
    let told = tell(&opened, &wanted, since, as_json).await;
    opened.store.close().await;
    told
}

async fn tell(opened: &Opened, about: &About, since: Timestamp, as_json: bool) -> Outcome {
    let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
    let mut entries = find(&mut tx, about, since).await?;
    let unknown = match about {
        About::Ticket(_) => 0,
        About::Address(_) | About::Message(_) | About::Either(..) => {
            trace::of_nobody(&mut tx).await.or_exit(Exit::Unavailable)?
        }
    };
    if entries.is_empty() {
        let from = if since > BEGINNING { format!(" since {since}") } else { String::new() };
        let rest = view::unknown(unknown).map(|line| format!("; {line}")).unwrap_or_default();
        let what = format!("nothing is known of {about}{from}{rest}");
        return Err(Failure::new(Exit::NoInput, what));
    }
    let rest = entries.split_off(entries.len().min(ENTRIES));
    if as_json {
        view::print_json(&opened.config, &entries, &rest);
    } else {
        view::print(&opened.config, &entries, &rest, unknown);
    }
    Ok(Exit::Ok)
}

async fn find(tx: &mut Tx, about: &About, since: Timestamp) -> Result<Vec<Entry>, Failure> {
    let found = match about {
        About::Address(address) => trace::of_address(tx, address, since).await,
        About::Message(id) => trace::of_message(tx, id, since).await,
        About::Ticket(number) => trace::of_ticket(tx, *number, since).await,
        About::Either(address, id) => match trace::of_address(tx, address, since).await {
            Ok(found) if found.is_empty() => trace::of_message(tx, id, since).await,
            found => found,
        },
    };
    found.or_exit(Exit::Unavailable)
}
