//! The clocks of one ticket: what happens to it makes them begin, stand, go on and end.

use super::{Kind, Pause, State, Target};
use crate::desk::promise::{Promises, WhileWaiting};
use crate::desk::ticket::Status;
use crate::time::Timestamp;

/// The targets of a ticket that are alive, and the resolution that can be again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// Each of them.
    pub targets: Vec<Target>,
}

/// Something that happens to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// It begins.
    Opened,
    /// Somebody outside says what an answer is owed to.
    Asked,
    /// An agent says something in public.
    Answered,
    /// An agent does something.
    Worked,
    /// It stands elsewhere.
    Moved {
        /// Where it stood.
        from: Status,
        /// Where it stands.
        to: Status,
    },
    /// Its level or its priority is another.
    Regraded,
    /// It takes in another, with what was owed there.
    TookIn(Clocks),
    /// It becomes a part of another: what was owed is owed there.
    Merged,
}

/// Pauses of one target, at most; what comes after the last counts as time.
const PAUSES_MAX: usize = 1_000;

impl Clocks {
    /// What becomes of them when this happens `at` an instant. `kinds` are those that anybody is promised
    /// anything of; `promises` are those of the ticket, from now on.
    pub fn follow(
        &mut self,
        occurrence: &Occurrence,
        at: Timestamp,
        kinds: &[Kind],
        promises: &Promises,
    ) {
        match occurrence {
            Occurrence::Opened => {
                for kind in [Kind::FirstResponse, Kind::Review, Kind::Resolution, Kind::OnCall] {
                    self.begin(kind, at, kinds);
                }
            }
            Occurrence::Asked => {
                if self.alive(Kind::FirstResponse).is_none() {
                    self.begin(Kind::NextResponse, at, kinds);
                }
                self.begin(Kind::Review, at, kinds);
                self.begin(Kind::OnCall, at, kinds);
            }
            Occurrence::Answered => {
                for kind in [Kind::FirstResponse, Kind::NextResponse, Kind::Review, Kind::OnCall] {
                    self.meet(kind, at);
                }
                if self.meet(Kind::Update, at) {
                    self.begin(Kind::Update, at, kinds);
                }
            }
            Occurrence::Worked => {
                self.meet(Kind::Review, at);
                self.meet(Kind::OnCall, at);
            }
            Occurrence::Moved { from, to } => self.moved(*from, *to, at, kinds, promises),
            Occurrence::Regraded => {}
            Occurrence::TookIn(others) => self.take_in(others, at),
            Occurrence::Merged => Kind::ALL.into_iter().for_each(|kind| self.void(kind, at)),
        }
        for target in &mut self.targets {
            target.set_by(promises);
        }
    }

    /// The one of this kind that is alive.
    #[must_use]
    pub fn alive(&self, kind: Kind) -> Option<&Target> {
        self.targets.iter().find(|one| one.kind == kind && one.is_alive())
    }

    fn alive_mut(&mut self, kind: Kind) -> Option<&mut Target> {
        self.targets.iter_mut().find(|one| one.kind == kind && one.is_alive())
    }

    /// There is one of a kind at a time.
    fn begin(&mut self, kind: Kind, at: Timestamp, kinds: &[Kind]) {
        if kinds.contains(&kind) && self.alive(kind).is_none() {
            self.targets.push(Target::begun(kind, at));
        }
    }

    /// An answer is none to what was asked after it. Whether something was met.
    fn meet(&mut self, kind: Kind, at: Timestamp) -> bool {
        match self.alive_mut(kind).filter(|target| target.since <= at) {
            Some(target) => {
                // What was done in time may come to light later.
                target.breached =
                    target.breached.filter(|_| target.due.is_some_and(|due| due < at));
                target.state = State::Met(at);
                true
            }
            None => false,
        }
    }

    fn void(&mut self, kind: Kind, at: Timestamp) {
        if let Some(target) = self.alive_mut(kind) {
            target.state = State::Void(at);
        }
    }

    fn moved(
        &mut self,
        from: Status,
        to: Status,
        at: Timestamp,
        kinds: &[Kind],
        promises: &Promises,
    ) {
        if from == to {
            return;
        }
        if from.is_over() && !to.is_over() {
            self.again(at);
        }
        let waits = match promises.while_waiting {
            WhileWaiting::Runs => false,
            WhileWaiting::Pauses => true,
        };
        match to {
            Status::Pending => self.pause(at),
            Status::Waiting if waits => self.pause(at),
            Status::New | Status::Open | Status::Waiting => self.go_on(at, promises),
            Status::Resolved | Status::Closed => {
                self.go_on(at, promises);
                self.meet(Kind::Resolution, at);
                for kind in [Kind::FirstResponse, Kind::NextResponse, Kind::Review, Kind::OnCall] {
                    self.void(kind, at);
                }
            }
        }
        match to {
            Status::Waiting => self.begin(Kind::Update, at, kinds),
            Status::New | Status::Open | Status::Pending | Status::Resolved | Status::Closed => {
                self.void(Kind::Update, at);
            }
        }
    }

    fn pause(&mut self, at: Timestamp) {
        if let Some(target) = self.alive_mut(Kind::Resolution)
            && target.state == State::Running
        {
            target.state = State::Paused(at);
        }
    }

    /// What stood has an end again, by which it is late or not.
    fn go_on(&mut self, at: Timestamp, promises: &Promises) {
        if let Some(target) = self.alive_mut(Kind::Resolution)
            && let State::Paused(from) = target.state
        {
            target.stood(from, at);
            target.set_by(promises);
        }
    }

    /// What was over is not: the resolution goes on as if it had stood meanwhile.
    fn again(&mut self, at: Timestamp) {
        let last = self.targets.iter_mut().rfind(|one| one.kind == Kind::Resolution);
        if let Some(target) = last
            && let State::Met(from) = target.state
        {
            target.stood(from, at);
        }
    }

    /// What is owed to both is owed since the earlier of them. Where that one stood it stood until now.
    fn take_in(&mut self, others: &Clocks, at: Timestamp) {
        for other in others.targets.iter().filter(|one| one.is_alive()) {
            let mut other = other.clone();
            if let State::Paused(from) = other.state {
                other.stood(from, at);
            }
            match self.alive_mut(other.kind) {
                Some(target) if target.since <= other.since => {}
                Some(target) => {
                    target.since = other.since;
                    target.pauses = other.pauses;
                }
                None => self.targets.push(other),
            }
        }
    }
}

impl Target {
    /// The clock stood, and runs.
    fn stood(&mut self, from: Timestamp, until: Timestamp) {
        if from < until && self.pauses.len() < PAUSES_MAX {
            self.pauses.push(Pause { from, until });
        }
        self.state = State::Running;
    }
}
