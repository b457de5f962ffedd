//! The promises of the tickets that a decision changes: their clocks follow what happens.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Act;
use crate::desk::level::Level;
use crate::desk::promise::Promises;
use crate::desk::target::clocks::Occurrence;
use crate::desk::target::{Kind, Target};
use crate::mail::subject::TicketNumber;
use crate::store::error::StoreError;
use crate::store::sql::Tx;
use crate::store::target::{self, Graded, Kept};
use crate::time::Timestamp;
use crate::triage::decision::{Effect, NewEvent};
use crate::triage::promise::{By, Happening, What, happenings, since};

/// A ticket's clocks, and what they go by.
struct Ticket {
    kept: Kept,
    graded: Graded,
    since: Timestamp,
}

/// Writes what becomes of the clocks; what is to be remembered beside.
pub(super) async fn keep(
    tx: &mut Tx,
    effects: &[Effect],
    act: &Act<'_>,
) -> Result<Vec<NewEvent>, StoreError> {
    let kinds = promised(act.levels);
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let happenings = happenings(effects, act.by);
    let mut tickets = BTreeMap::new();
    for happening in &happenings {
        let mut involved = vec![happening.ticket];
        if let What::TakesIn(other) = happening.what {
            involved.push(other);
        }
        for number in involved {
            if let Entry::Vacant(place) = tickets.entry(number) {
                place.insert(read(tx, number, effects, act).await?);
            }
        }
    }
    // What was owed to a ticket that becomes a part of another, before it does.
    let before: BTreeMap<_, _> =
        tickets.iter().map(|(number, one)| (*number, one.kept.clocks.clone())).collect();
    let nothing = Promises::default();
    let mut told = Vec::new();
    for Happening { ticket: number, what } in &happenings {
        let Some(ticket) = tickets.get_mut(number) else { continue };
        let occurrence = match what {
            What::Plain(occurrence) => occurrence.clone(),
            What::TakesIn(other) => {
                Occurrence::TookIn(before.get(other).cloned().unwrap_or_default())
            }
        };
        let promises = promises(act.levels, &ticket.graded).unwrap_or(&nothing);
        ticket.kept.clocks.follow(&occurrence, ticket.since, &kinds, promises);
    }
    for (number, ticket) in &mut tickets {
        let was = before.get(number).map(|clocks| clocks.targets.as_slice()).unwrap_or_default();
        let regraded = happenings
            .iter()
            .any(|one| one.ticket == *number && one.what == What::Plain(Occurrence::Regraded));
        for (index, target) in ticket.kept.clocks.targets.iter_mut().enumerate() {
            let was = was.get(index);
            let quietly = match was {
                None => act.by == By::Found,
                Some(was) => regraded && !was.is_late(act.now),
            };
            if quietly && target.breached.is_none() && target.is_late(act.now) {
                target.breached = Some(act.now);
                told.push(late(*number, target));
            }
            match (ticket.kept.ids.get(index), was) {
                (Some(_), Some(was)) if was == target => {}
                (Some(id), _) => target::update(tx, *id, target).await.map_err(halfway)?,
                (None, _) => target::insert(tx, act.desk, *number, target).await?,
            }
        }
    }
    Ok(told)
}

/// The effects are written by then.
fn halfway(error: StoreError) -> StoreError {
    if let StoreError::Raced = error { StoreError::RacedHalfway } else { error }
}

fn late(ticket: TicketNumber, target: &Target) -> NewEvent {
    let due = target.due.map(|due| due.to_string()).unwrap_or_default();
    let detail = format!("{} was due {due}; nobody is told", target.kind);
    NewEvent { ticket, kind: "late", detail }
}

/// A ticket as it stands by now: its row is written.
async fn read(
    tx: &mut Tx,
    number: TicketNumber,
    effects: &[Effect],
    act: &Act<'_>,
) -> Result<Ticket, StoreError> {
    let since = since(act.happened, act.now);
    let new = effects
        .iter()
        .find_map(|effect| if let Effect::OpenTicket(new) = effect { Some(new) } else { None });
    let new = new.filter(|new| new.number == number);
    let Some(new) = new else {
        let (kept, graded) = (target::kept(tx, number).await?, target::graded(tx, number).await?);
        return Ok(Ticket { kept, graded, since });
    };
    let graded = Graded { level: new.level.clone(), priority: new.priority.clone() };
    // What was split off waits since it was said.
    let is_said =
        |effect: &Effect| matches!(effect, Effect::AddArticle(new) if new.ticket == number);
    let said =
        if effects.iter().any(is_said) { None } else { target::first_said(tx, number).await? };
    Ok(Ticket { kept: Kept::default(), graded, since: said.unwrap_or(since).min(act.now) })
}

/// What these levels promise at all.
fn promised(levels: &[Level]) -> Vec<Kind> {
    let is_promised = |kind: &Kind| levels.iter().any(|level| level.service.promises(*kind));
    Kind::ALL.into_iter().filter(is_promised).collect()
}

/// What is promised of a ticket; `None` where its level has left the configuration.
fn promises<'a>(levels: &'a [Level], graded: &Graded) -> Option<&'a Promises> {
    let level = levels.iter().find(|level| level.name == graded.level)?;
    Some(level.service.at(&graded.priority))
}
