//! What a decision promises: what its mails say of it, and the clocks of its ticket.

use std::fmt::Write as _;

use tidings::desk::level::Level;
use tidings::desk::priority::Priority;
use tidings::desk::target::{Kind, State, Target};
use tidings::mail::parse::parse;
use tidings::store::sql::Tx;
use tidings::store::target;
use tidings::time::Timestamp;
use tidings::triage::decision::{Decision, Effect};
use tidings::triage::policy::Policy;
use tidings::triage::raise;

/// How lines of our mails begin that say what somebody has to expect.
const TELLING: [&str; 7] = [
    "Service level",
    "First answer",
    "Nobody is here",
    "Closed:",
    "Maintenance:",
    "We could not accept",
    "- ",
];

/// Of a desk that promises nothing, only what is said of coupons.
pub(super) async fn print(
    tx: &mut Tx,
    decision: &Decision,
    policy: &Policy,
    is_shipped: bool,
) -> String {
    let mut text = String::new();
    for effect in &decision.effects {
        let Effect::Submit(notice) = effect else { continue };
        for line in parse(&notice.bytes).0.text.lines().map(str::trim) {
            let is_coupons = line.starts_with("Coupon ") || line.starts_with("The coupon ");
            if is_coupons || is_shipped && TELLING.iter().any(|begin| line.starts_with(begin)) {
                writeln!(text, "mail      {line}").unwrap();
            }
        }
    }
    if let Some(ticket) = decision.verdict.ticket().filter(|_| is_shipped) {
        let graded = target::graded(tx, ticket).await.unwrap();
        let level = raise::level(policy, &graded.level).unwrap();
        // Without an end nothing is promised, by now.
        let all = target::of_ticket(tx, ticket).await.unwrap().into_iter();
        for target in all.filter(|target| target.due.is_some()) {
            writeln!(text, "promise   {}", shown(&target, level, &graded.priority)).unwrap();
        }
    }
    text
}

fn shown(target: &Target, level: &Level, priority: &Priority) -> String {
    let zone = level.service.at(priority).hours.zone();
    let instant = |at: Timestamp| {
        let at = jiff::Timestamp::from_microsecond(at.as_us()).unwrap();
        at.to_zoned(zone.clone()).strftime("%a %Y-%m-%d %H:%M %Z").to_string()
    };
    let due = target.due.map_or_else(|| "never".to_owned(), instant);
    let what = match target.state {
        State::Running if target.kind == Kind::OnCall => format!("at {due}"),
        State::Running => format!("since {}, due {due}", instant(target.since)),
        State::Paused(at) => format!("stands since {}", instant(at)),
        State::Met(at) => format!("met {}, due {due}", instant(at)),
        State::Void(at) => format!("not awaited since {}", instant(at)),
    };
    format!("{}: {what}", target.kind)
}
