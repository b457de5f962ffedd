//! Looks every few seconds at how it goes with every desk. What is seen is what `/healthz`, the
//! metrics and the mails to the operator say, so that no number of questions asks the database more.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::floor::Floor;
use crate::config::{Config, Metrics, Operator, StatusLimits};
use crate::health::cause::Cause;
use crate::health::id::Id;
use crate::health::{self, Known};
use crate::metrics::{DeskReading, Reading};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::trouble::Kind;
use crate::time::{Clock, Timestamp};
use crate::work::pause;
use crate::work::place::Place;
use crate::work::pulse;
use crate::work::room::{Daemon, Room};

/// How often it is looked.
pub(super) const LOOKED_AT: Duration = Duration::from_secs(5);
/// What was seen longer ago says nothing of now.
const STALE: Duration = Duration::from_secs(30);

/// What a reload may change.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) limits: StatusLimits,
    pub(super) operator: Option<Operator>,
}

/// How it goes, for who asks.
#[derive(Clone)]
pub(super) struct Lookout {
    pub(super) floor: Floor,
    pub(super) daemon: Daemon,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) settings: watch::Receiver<Settings>,
    metrics: Metrics,
    latest: Arc<Mutex<Option<Arc<Judged>>>>,
}

/// What was seen, and what is wrong with it.
pub(super) struct Judged {
    pub(super) known: Known,
    /// Of each desk, in their order.
    pub(super) wrong: Vec<Vec<Cause>>,
    at: Instant,
}

impl Settings {
    pub(super) fn of(config: &Config) -> Self {
        Self { limits: config.status.limits, operator: config.operator.clone() }
    }
}

impl Lookout {
    pub(super) fn new(
        floor: Floor,
        daemon: Daemon,
        store: Store,
        clock: Clock,
        settings: watch::Receiver<Settings>,
        metrics: Metrics,
    ) -> Self {
        Self { floor, daemon, store, clock, settings, metrics, latest: Arc::default() }
    }

    /// Looks until told to stop, while there is anybody who is told what is seen.
    pub(super) async fn look(mut self, stop: CancellationToken) {
        const WHO: &str = "status";
        let beat = self.daemon.pulse.begin(WHO);
        while !stop.is_cancelled() {
            if !self.is_asked() {
                self.daemon.outage.left(WHO);
                beat.rests();
                tokio::select! {
                    () = stop.cancelled() => {}
                    Ok(()) = self.settings.changed() => {}
                }
                continue;
            }
            beat.works(pulse::STORE);
            match self.judge().await {
                Ok(judged) => {
                    self.daemon.outage.over(WHO);
                    *self.latest.lock().unwrap_or_else(PoisonError::into_inner) =
                        Some(Arc::new(judged));
                }
                Err(error) => self.daemon.outage.met(WHO, &error),
            }
            beat.waits(LOOKED_AT);
            tokio::select! {
                () = stop.cancelled() => {}
                () = pause(LOOKED_AT) => {}
            }
        }
        self.daemon.outage.left(WHO);
    }

    fn is_asked(&self) -> bool {
        self.metrics != Metrics::None || self.settings.borrow().operator.is_some()
    }

    async fn judge(&self) -> Result<Judged, StoreError> {
        let rooms = self.floor.rooms();
        let desks: Vec<_> = rooms.iter().map(|room| &room.desk).collect();
        let known = health::ask(&self.store, &desks, self.clock.now()).await?;
        let limits = self.settings.borrow().limits;
        let wrong = known.desks.iter().map(|desk| desk.wrong(&limits, known.now)).collect();
        Ok(Judged { known, wrong, at: Instant::now() })
    }

    /// What was seen last; `None` when that is nothing, or too long ago.
    pub(super) fn latest(&self) -> Option<Arc<Judged>> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        latest.filter(|judged| judged.at.elapsed() < STALE)
    }

    /// What a probe is told, a line each; empty when all is well.
    pub(super) fn failing(&self) -> Vec<String> {
        let outage = self.daemon.outage.standing();
        let mut lines: Vec<_> =
            outage.iter().map(|what| format!("{what}; {}", Id::Database.advice())).collect();
        match self.latest() {
            Some(judged) => lines.extend(judged.failing()),
            None if lines.is_empty() => lines.push("it is not known yet how it goes".to_owned()),
            None => {}
        }
        lines
    }

    /// What the metrics say beside what is counted.
    pub(super) fn reading(&self) -> Reading {
        let latest = self.latest();
        let database_up = self.daemon.outage.standing().is_none();
        let now = self.clock.now();
        let rooms = self.floor.rooms();
        let desks = rooms.iter().map(|room| {
            let mut reading = of_room(room, database_up, now);
            if let Some(judged) = &latest {
                judged.add(&mut reading);
            }
            reading
        });
        Reading { desks: desks.collect(), database_up }
    }
}

/// What this daemon knows of a desk by itself.
fn of_room(room: &Room, database_up: bool, now: Timestamp) -> DeskReading {
    let standing = room.troubles.standing(now);
    let is_of = |kinds: [Kind; 2]| standing.iter().any(|trouble| kinds.contains(&trouble.kind));
    DeskReading {
        desk: room.name().into(),
        lease_held: room.place.now() == Place::Works,
        troubles: vec![
            ("imap", is_of([Kind::Imap, Kind::ImapLogin])),
            ("smtp", is_of([Kind::Smtp, Kind::SmtpLogin])),
            ("store", !database_up),
        ],
        ..DeskReading::default()
    }
}

impl Judged {
    fn failing(&self) -> impl Iterator<Item = String> {
        self.known.desks.iter().zip(&self.wrong).flat_map(|(desk, wrong)| {
            let fails = wrong.iter().filter(|cause| cause.fails());
            fails.map(|cause| format!("{}: {}", desk.name, cause.say(self.known.now)))
        })
    }

    /// Adds what the database knows of a desk.
    fn add(&self, reading: &mut DeskReading) {
        let found = self.known.desks.iter().zip(&self.wrong);
        let Some((desk, wrong)) = found.into_iter().find(|(desk, _)| desk.name == reading.desk)
        else {
            return;
        };
        let (work, now) = (&desk.work, self.known.now);
        let age = |since: Option<Timestamp>| since.map_or(Duration::ZERO, |since| now.since(since));
        reading.waiting = vec![
            ("undecided", work.undecided.count),
            ("held", work.held),
            ("due", work.unsent.count),
            ("dead", work.dead),
        ];
        reading.ages =
            vec![("undecided", age(work.undecided.since)), ("unsent", age(work.unsent.since))];
        let looks = desk.folders.iter();
        reading.looks = looks
            .filter_map(|folder| Some((folder.name.clone(), folder.looked()?.as_seconds())))
            .collect();
        let stands = |id: Id| (id.as_str(), wrong.iter().any(|cause| cause.id() == id));
        let of_desks = Id::ALL.into_iter().filter(|id| *id != Id::Database);
        reading.wrong = of_desks.map(stands).collect();
    }

    /// A line of figures for each desk.
    pub(super) fn figures(&self) -> Vec<String> {
        let line = |desk: &health::Desk| {
            let work = &desk.work;
            format!(
                "{}: {} undecided, {} held, {} due, {} dead",
                desk.name, work.undecided.count, work.held, work.unsent.count, work.dead
            )
        };
        self.known.desks.iter().map(line).collect()
    }
}
