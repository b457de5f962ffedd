//! One kept connection and its share of a claim.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::losses::{Losses, locked};
use crate::failpoint::{self, Point};
use crate::smtp::{Connection, Limits, OpenClass, OpenError, Outcome};
use crate::store::outbox::{Claimed, OutboxId, Settled};
use crate::time::Timestamp;
use crate::work::backoff::{Trouble, retry_at};
use crate::work::claims::Permit;
use crate::work::pulse::Beat;
use crate::work::room::Room;
use crate::work::tokens::LoginError;

/// A connection that is kept between claims.
pub(super) struct Lane {
    connection: Option<Connection>,
    /// Says that it goes on.
    beat: Beat,
}

/// A notice has a connection of its own at the worst: TCP and TLS, eight answers of 5 minutes, then
/// the message, whose blocks of bytes and final dot have 3 and 10 minutes. One that needs more is
/// not moving.
const NOTICE: Duration = Duration::from_mins(90);

/// A lane's share of a claim.
pub(super) struct Work<'a> {
    pub(super) notices: Vec<Claimed>,
    pub(super) now: Timestamp,
    /// Whether the notices are surely still ours.
    pub(super) permit: &'a Permit,
    /// What all lanes lost connections with.
    pub(super) losses: &'a Mutex<Losses>,
}

/// How a lane's share ended.
pub(super) struct LaneEnd {
    pub(super) settled: Vec<(OutboxId, Settled)>,
    /// Notices that were charged, by this lane or another, with what was the server's fault.
    pub(super) forgiven: Vec<OutboxId>,
    /// What is wrong with the server, if something is.
    pub(super) trouble: Option<(Trouble, String)>,
    /// Notices that may be another daemon's by now; nothing is said of them.
    pub(super) dropped: usize,
}

/// Why a connection cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error(transparent)]
    Login(#[from] LoginError),
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// What one notice says about the server.
enum Step {
    Settled(Settled),
    /// The connection was lost with this notice.
    Lost(String),
    /// The server goes away.
    Gone(Trouble, String),
    /// The notice may be another daemon's by now.
    Dropped,
}

impl Lane {
    pub(super) fn new(beat: Beat) -> Self {
        Self { connection: None, beat }
    }

    /// Submits each notice, in order.
    pub(super) async fn run(&mut self, room: &Room, work: Work<'_>) -> LaneEnd {
        let mut settled: Vec<(OutboxId, Settled)> = Vec::with_capacity(work.notices.len());
        let mut forgiven = Vec::new();
        let mut trouble = None;
        let mut dropped = 0;
        for notice in &work.notices {
            if !work.permit.is_given() {
                dropped += 1;
                continue;
            }
            if trouble.is_some() {
                settled.push((notice.id, Settled::Released));
                continue;
            }
            self.beat.works(NOTICE);
            match self.submit(room, notice, &work).await {
                Step::Dropped => dropped += 1,
                // A process that stood still finds its connections gone: that was nobody's fault.
                Step::Lost(_) if !work.permit.is_given() => dropped += 1,
                Step::Settled(outcome) => {
                    locked(work.losses).passed(notice.id);
                    settled.push((notice.id, outcome));
                }
                Step::Lost(cause) => match locked(work.losses).lost(notice.id) {
                    // Two different ones in succession: it is the server.
                    Some(other) => {
                        forgiven.push(other);
                        settled.push((notice.id, Settled::Released));
                        trouble = Some((Trouble::Server, cause));
                    }
                    None => settled.push((notice.id, later(notice, &cause, work.now))),
                },
                Step::Gone(kind, why) => {
                    settled.push((notice.id, Settled::Released));
                    trouble = Some((kind, why));
                }
            }
        }
        self.beat.rests();
        LaneEnd { settled, forgiven, trouble, dropped }
    }

    /// Ends the connection if there is one.
    pub(super) async fn rest(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.quit().await;
        }
    }

    pub(super) async fn quit(mut self) {
        self.rest().await;
    }

    async fn submit(&mut self, room: &Room, notice: &Claimed, work: &Work<'_>) -> Step {
        let now = work.now;
        // A kept connection that the server has closed meanwhile is nobody's fault.
        let mut connection = match self.connection.take().filter(Connection::usable) {
            Some(connection) => connection,
            None => match connect(room, Limits::default()).await {
                Ok(connection) => connection,
                Err(error) => return Step::Gone(error.trouble(), error.to_string()),
            },
        };
        failpoint::at(Point::Connected);
        let permit = work.permit.clone();
        connection.ask_permit(move || permit.is_given());
        let begun = Instant::now();
        let outcome = connection.submit(&notice.envelope, &notice.bytes).await;
        room.tally.submitted(begun.elapsed());
        if connection.usable() {
            self.connection = Some(connection);
        }
        match outcome {
            Outcome::Accepted(reply) => {
                failpoint::at(Point::Accepted);
                room.tally.sent(room.clock.now().since(notice.created));
                Step::Settled(Settled::Sent { reply: reply.to_string() })
            }
            Outcome::Deferred(reply) => Step::Settled(later(notice, &reply.to_string(), now)),
            Outcome::Rejected(reply) => Step::Settled(Settled::Dead { reply: reply.to_string() }),
            Outcome::Unsendable(error) => Step::Settled(Settled::Dead { reply: error.to_string() }),
            Outcome::Closing(reply) => Step::Gone(Trouble::Server, reply.to_string()),
            Outcome::PasswordsOff(reply) => {
                Step::Gone(Trouble::Login, OpenError::PasswordsOff(reply).to_string())
            }
            Outcome::Withheld => Step::Dropped,
            Outcome::Lost { at, cause } => Step::Lost(format!("lost at {at}: {cause}")),
        }
    }
}

/// A connection to the desk's submission server, for any mail of the desk's.
///
/// # Errors
/// [`ConnectError`].
pub(crate) async fn connect(room: &Room, limits: Limits) -> Result<Connection, ConnectError> {
    let server = &room.desk.smtp.server;
    let hello = room.policy.namer.instance();
    let Some(means) = &room.logins.smtp else {
        return Ok(Connection::open(server, None, hello, limits).await?);
    };
    let mut attempt = means.attempt().await?;
    match Connection::open(server, Some(&attempt.login), hello, limits).await {
        Err(refused @ OpenError::LoginRefused(_)) => {
            attempt = means.instead(&attempt).await?.ok_or(refused)?;
            Ok(Connection::open(server, Some(&attempt.login), hello, limits).await?)
        }
        other => Ok(other?),
    }
}

impl ConnectError {
    /// What it is trouble with.
    pub(crate) fn trouble(&self) -> Trouble {
        match self {
            Self::Login(error) => error.trouble(),
            Self::Open(error) => match error.class() {
                OpenClass::Login => Trouble::Login,
                OpenClass::Server => Trouble::Server,
            },
        }
    }
}

fn later(notice: &Claimed, reply: &str, now: Timestamp) -> Settled {
    let first = notice.first_attempt.unwrap_or(now);
    match retry_at(notice.attempts + 1, first, now) {
        Some(due) => Settled::Later { due, reply: reply.to_owned() },
        None => Settled::Dead { reply: format!("given up after five days: {reply}") },
    }
}
