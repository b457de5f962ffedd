//! Tells the operator by mail when something is wrong, and when it is over: through the first desk
//! that can send, which need not be the one at fault.
//!
//! What was told stands in the database, so that neither a restart nor another daemon tells it again.
//! A daemon that stops between the server's 250 and the note of it tells once more. While the
//! database itself is away, each daemon that notices tells that from memory.

mod letter;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use self::letter::Letter;
use super::alarm::{self, Change, Seen, changes, due, mails};
use super::lookout::{LOOKED_AT, Lookout};
use crate::config::Operator;
use crate::health::id::Id;
use crate::smtp::{Limits, OpenError, Outcome};
use crate::store::alarm as rows;
use crate::store::alarm::{Alarm, AlarmId, State, Teller};
use crate::store::error::StoreError;
use crate::store::sql::Tx;
use crate::store::trouble::Kind;
use crate::time::Timestamp;
use crate::work::backoff::{Backoff, Trouble};
use crate::work::pause;
use crate::work::pulse::{Beat, STORE};
use crate::work::room::Room;
use crate::work::submit::lane;

/// How long one mail may take, over all desks that are tried.
const TOLD_WITHIN: Duration = Duration::from_mins(5);
/// For so long nobody else tells what one daemon is telling: longer than it takes.
const CLAIM: Duration = Duration::from_mins(10);
/// For so long it is remembered what was told.
const KEPT: Duration = Duration::from_hours(24 * 30);
/// A server that is slower than this with a short mail is passed over for the next desk's.
const LIMITS: Limits = Limits {
    greeting: Duration::from_secs(20),
    command: Duration::from_secs(20),
    data: Duration::from_secs(20),
    block: Duration::from_secs(20),
    final_dot: Duration::from_mins(1),
};

/// The loop that tells.
pub(super) struct Telling {
    lookout: Lookout,
    /// Desks that could not send are left alone for a while.
    rests: BTreeMap<Box<str>, Rest>,
    /// What was told, and is not noted yet.
    unsettled: Vec<(AlarmId, State, Timestamp)>,
    /// Of the database, which cannot note that it is away.
    remembered: Vec<Alarm>,
    /// Says that the loop turns.
    beat: Beat,
}

struct Rest {
    backoff: Backoff,
    until: Instant,
}

/// Tells until told to stop.
pub(super) async fn tell(lookout: Lookout, stop: CancellationToken) {
    const WHO: &str = "operator";
    let beat = lookout.daemon.pulse.begin(WHO);
    let (rests, unsettled, remembered) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut telling = Telling { lookout, rests, unsettled, remembered, beat };
    while !stop.is_cancelled() {
        telling.beat.works(STORE);
        let operator = telling.lookout.settings.borrow().operator.clone();
        if let Some(operator) = operator {
            telling.tell_of_database(&operator).await;
            match telling.tell_of_desks(&operator, &stop).await {
                Ok(()) => telling.lookout.daemon.outage.over(WHO),
                Err(error) => telling.lookout.daemon.outage.met(WHO, &error),
            }
        }
        telling.beat.waits(LOOKED_AT);
        tokio::select! {
            () = stop.cancelled() => {}
            () = pause(LOOKED_AT) => {}
        }
    }
    telling.lookout.daemon.outage.left(WHO);
}

impl Telling {
    async fn tell_of_desks(
        &mut self,
        operator: &Operator,
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        let (store, holder) = (self.lookout.store.clone(), self.lookout.daemon.holder.clone());
        self.settle().await?;
        let Some(judged) = self.lookout.latest() else { return Ok(()) };
        let desks = judged.known.desks.iter().zip(&judged.wrong);
        let seen: Vec<Seen> = desks
            .flat_map(|(desk, wrong)| alarm::seen(&desk.name, wrong, judged.known.now))
            .collect();
        let mut tx = store.read().await?;
        let now = tx.shared_now(self.lookout.clock.now()).await?;
        let mut standing = rows::standing(&mut tx).await?;
        let sent = rows::mails_since(&mut tx, now.before(Duration::from_hours(1))).await?;
        tx.rollback().await?;
        let changes = changes(&standing, &seen, operator.after, now);
        if !changes.is_empty() {
            let mut tx = store.begin().await?;
            note(&mut tx, &changes, now).await?;
            rows::sweep(&mut tx, now.before(KEPT)).await?;
            standing = rows::standing(&mut tx).await?;
            tx.commit().await?;
        }
        for mail in mails(due(&standing, operator.after, now), sent) {
            if stop.is_cancelled() {
                break;
            }
            let mut tx = store.begin().await?;
            let by = Teller { holder: &holder.id, until: now.after(CLAIM) };
            let mut ours = Vec::new();
            for alarm in mail {
                if rows::claim(&mut tx, (alarm.id, alarm.state), by, now).await? {
                    ours.push(alarm);
                }
            }
            tx.commit().await?;
            if ours.is_empty() {
                continue;
            }
            if self.send(operator, &ours, judged.figures()).await {
                let now = self.lookout.clock.now();
                self.unsettled.extend(ours.iter().map(|one| (one.id, one.state, now)));
                self.settle().await?;
            } else {
                let mut tx = store.begin().await?;
                for one in &ours {
                    rows::release(&mut tx, one.id, &holder.id).await?;
                }
                tx.commit().await?;
                // The others would not go out either.
                break;
            }
        }
        Ok(())
    }

    /// Notes what was told.
    async fn settle(&mut self) -> Result<(), StoreError> {
        if self.unsettled.is_empty() {
            return Ok(());
        }
        let mut tx = self.lookout.store.begin().await?;
        for (id, state, at) in &self.unsettled {
            rows::told(&mut tx, (*id, *state), &self.lookout.daemon.holder.id, *at).await?;
        }
        tx.commit().await?;
        self.unsettled.clear();
        Ok(())
    }

    /// The one cause that is told without the database.
    async fn tell_of_database(&mut self, operator: &Operator) {
        let now = self.lookout.clock.now();
        let outage = self.lookout.daemon.outage.standing();
        let seen: Vec<_> = outage
            .map(|what| Seen { desk: String::new(), id: Id::Database, what })
            .into_iter()
            .collect();
        for change in changes(&self.remembered, &seen, operator.after, now) {
            match change {
                Change::Begin(seen) => self.remembered.push(remembered(seen, now)),
                Change::Forget(_) => self.remembered.clear(),
                Change::Pause(_) => self.remembered.iter_mut().for_each(|one| one.over = Some(now)),
                Change::Resume(_) => self.remembered.iter_mut().for_each(|one| one.over = None),
            }
        }
        let due = due(&self.remembered, operator.after, now);
        let Some(one) = due.first() else { return };
        if self.send(operator, &due, Vec::new()).await {
            match one.state {
                State::Seen => {
                    self.remembered.iter_mut().for_each(|one| one.state = State::Told);
                }
                State::Told => self.remembered.clear(),
            }
        }
    }

    /// Whether a server took it.
    async fn send(&mut self, operator: &Operator, alarms: &[Alarm], figures: Vec<String>) -> bool {
        self.beat.works(TOLD_WITHIN.saturating_add(STORE));
        let sending = self.send_through_some(operator, alarms, figures);
        let sent = tokio::time::timeout(TOLD_WITHIN, sending).await.unwrap_or(false);
        self.beat.works(STORE);
        sent
    }

    async fn send_through_some(
        &mut self,
        operator: &Operator,
        alarms: &[Alarm],
        figures: Vec<String>,
    ) -> bool {
        let letter = Letter { operator, alarms, figures, daemon: &self.lookout.daemon.holder.name };
        for room in self.ways() {
            let rest = self.rests.entry(room.desk.name.clone()).or_insert_with(Rest::none);
            if rest.until > Instant::now() {
                continue;
            }
            match send(&room, &letter).await {
                Ok(()) => {
                    rest.backoff.succeeded();
                    self.lookout.daemon.metrics.operator_told();
                    let (desk, causes) = (room.name(), alarms.len());
                    info!(desk, causes, "The operator was told");
                    return true;
                }
                Err((trouble, why)) => {
                    let span = rest.backoff.failed(trouble, room.jitter());
                    rest.until = Instant::now() + span;
                    if rest.backoff.is_news() {
                        let desk = room.name();
                        error!(desk, "The operator cannot be told through {desk}: {why}");
                    }
                }
            }
        }
        false
    }

    /// Desks that may be able to send, those at which nothing is wrong first. One whose submission
    /// server is in trouble is left to the loop that probes it.
    fn ways(&self) -> Vec<Arc<Room>> {
        let latest = self.lookout.latest();
        let is_well = |room: &Room| {
            let found = latest.iter().flat_map(|seen| seen.known.desks.iter().zip(&seen.wrong));
            found.filter(|(desk, _)| *desk.name == *room.name()).all(|(_, wrong)| wrong.is_empty())
        };
        let can_send = |room: &Arc<Room>| {
            let troubles = room.troubles.standing(self.lookout.clock.now());
            !troubles.iter().any(|one| matches!(one.kind, Kind::Smtp | Kind::SmtpLogin))
        };
        let mut rooms = self.lookout.floor.rooms();
        rooms.retain(can_send);
        rooms.sort_by_key(|room| !is_well(room));
        rooms
    }
}

impl Rest {
    fn none() -> Self {
        Self { backoff: Backoff::default(), until: Instant::now() }
    }
}

fn remembered(seen: Seen, now: Timestamp) -> Alarm {
    let (desk, cause) = (seen.desk, seen.id.as_str().to_owned());
    let (id, state, begun) = (AlarmId(0), State::Seen, now);
    Alarm { id, desk, cause, what: seen.what, state, begun, over: None }
}

async fn note(tx: &mut Tx, changes: &[Change], now: Timestamp) -> Result<(), StoreError> {
    for change in changes {
        match change {
            Change::Begin(seen) => {
                rows::begin(tx, &seen.desk, seen.id.as_str(), &seen.what, now).await?;
            }
            Change::Forget(id) => rows::forget(tx, *id).await?,
            Change::Pause(id) => rows::pause(tx, *id, now).await?,
            Change::Resume(id) => rows::resume(tx, *id).await?,
        }
    }
    Ok(())
}

/// Submits it on a connection of its own.
async fn send(room: &Room, letter: &Letter<'_>) -> Result<(), (Trouble, String)> {
    let server = |why: String| (Trouble::Server, why);
    let (envelope, bytes) = letter.write(room).map_err(server)?;
    let connecting = lane::connect(room, LIMITS).await;
    let mut connection = connecting.map_err(|error| (error.trouble(), error.to_string()))?;
    let outcome = connection.submit(&envelope, &bytes).await;
    connection.quit().await;
    match outcome {
        Outcome::Accepted(_) => Ok(()),
        Outcome::Deferred(reply) | Outcome::Rejected(reply) | Outcome::Closing(reply) => {
            Err(server(reply.to_string()))
        }
        Outcome::PasswordsOff(reply) => {
            Err((Trouble::Login, OpenError::PasswordsOff(reply).to_string()))
        }
        Outcome::Unsendable(error) => Err(server(error.to_string())),
        Outcome::Lost { at, cause } => Err(server(format!("lost at {at}: {cause}"))),
        Outcome::Withheld => Err(server("withheld".to_owned())),
    }
}
