//! Promises of a ticket, shown.

use serde_json::json;

use crate::cli::output::{Tone, line, toned};
use crate::desk::target::{Kind, State, Target};
use crate::store::ticket::NextTarget;
use crate::time::Timestamp;
use crate::triage::late::distance;

/// A line each, those that are not awaited any more as an aside.
pub(super) fn tell(targets: &[Target], now: Timestamp) {
    for target in targets.iter().filter(|target| target.kind != Kind::OnCall) {
        let Some(what) = what(target, now) else { continue };
        let text = format!("{:<14}  {what}", target.kind.to_string());
        if target.is_alive() { line(&text) } else { toned(Tone::Aside, &text) }
    }
}

/// How much time is left: `1 h 5 min`, or `3 min late`.
pub(super) fn left(due: Timestamp, now: Timestamp) -> String {
    if due <= now {
        return format!("{} late", distance(now.since(due)));
    }
    distance(due.since(now))
}

/// For programs: what is promised next.
pub(super) fn next(next: NextTarget, now: Timestamp) -> serde_json::Value {
    let state = if next.due <= now { "breached" } else { "running" };
    json!({ "kind": next.kind.as_str(), "due_at": next.due.to_string(), "state": state })
}

/// For programs: all of them.
pub(super) fn values(targets: &[Target], now: Timestamp) -> serde_json::Value {
    let instant = |at: Option<Timestamp>| at.map(|at| at.to_string());
    targets
        .iter()
        .map(|target| {
            json!({
                "kind": target.kind.as_str(),
                "since": target.since.to_string(),
                "due_at": instant(target.due),
                "state": target.state.as_str(),
                "state_since": instant(target.state.since()),
                "late": target.is_late(now),
                "warned_at": instant(target.warned),
                "breached_at": instant(target.breached),
            })
        })
        .collect()
}

/// `None` where nothing is promised.
fn what(target: &Target, now: Timestamp) -> Option<String> {
    let due = || target.due.map(|due| format!("due {due}, {}", left(due, now)));
    match target.state {
        State::Running => due(),
        State::Paused(since) => Some(format!("stands since {since}")),
        State::Met(at) => {
            let due = target.due?;
            let how = if due < at { "late" } else { "in time" };
            Some(format!("{how}: due {due}, done {at}"))
        }
        State::Void(at) => target.due.map(|_| format!("not awaited since {at}")),
    }
}
