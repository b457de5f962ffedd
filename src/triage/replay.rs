//! What a proof is worth when somebody else may have sent the message. A signature says who wrote it,
//! and never who sends it, to whom, or how often: whoever has a signed mail can send it again
//! (RFC 6376 §8.6).

use std::borrow::Cow;
use std::time::Duration;

use super::case::Case;
use crate::mail::proof::{Internal, Proof, Verdict};

/// A message is sent when it is written: its Date lies no further than this from its receipt.
const DATE_WITHIN: Duration = Duration::from_hours(7 * 24);
const DAY: Duration = Duration::from_hours(24);

/// The proof of a message, less what anybody has who has the message itself. A login is of this very
/// sending; so is SPF, whatever the Date, but nobody's mail is written twice.
#[must_use]
pub fn worth<'a>(case: &Case<'a>) -> Cow<'a, Proof> {
    let lessened = match case.proof.verdict {
        _ if !matters(case.proof) => None,
        Verdict::PassSpf => replayed(case),
        Verdict::Strong
        | Verdict::Pass
        | Verdict::Pending
        | Verdict::None
        | Verdict::Fail
        | Verdict::Ambiguous => replayed(case).or_else(|| dated(case)),
    };
    match lessened {
        Some(_) => Cow::Owned(Proof { verdict: Verdict::None, lessened, ..case.proof.clone() }),
        None => Cow::Borrowed(case.proof),
    }
}

/// Whether it matters that the desk had a message before: without a login, and where something proves
/// its sender or yet may.
#[must_use]
pub fn matters(proof: &Proof) -> bool {
    match (proof.internal, proof.verdict) {
        (Internal::Proven, _)
        | (Internal::Unproven, Verdict::None | Verdict::Fail | Verdict::Ambiguous) => false,
        (
            Internal::Unproven,
            Verdict::Strong | Verdict::Pass | Verdict::PassSpf | Verdict::Pending,
        ) => true,
    }
}

/// The desk had it before: more than a day from this one, or under the same signature.
fn replayed(case: &Case<'_>) -> Option<String> {
    case.facts.replays.map(|before| format!("a replay of inbound {}", before.0))
}

/// It is not of the time at which it came.
fn dated(case: &Case<'_>) -> Option<String> {
    let received = case.arrival.received;
    let Some(date) = case.mail.date else {
        // It would never be too old, and never be known again.
        return Some("it has no Date".to_owned());
    };
    let apart = date.since(received).max(received.since(date));
    let days = apart.as_secs() / DAY.as_secs();
    (apart > DATE_WITHIN).then(|| format!("its Date is {days} days from its receipt"))
}
