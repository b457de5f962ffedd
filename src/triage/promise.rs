//! What a decision does to the promises of its tickets. It follows from the effects alone, so that no way of
//! changing a ticket can forget them.

use std::time::Duration;

use super::decision::by_hand::ByHand;
use super::decision::{Effect, Means};
use crate::desk::target::clocks::Occurrence;
use crate::desk::ticket::Status;
use crate::mail::subject::TicketNumber;
use crate::time::Timestamp;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Whoever wrote a message.
    Mail,
    /// Whoever wrote one that was found later than it came, and of which nobody is told.
    Found,
    /// An agent, on the command line.
    Hand,
    /// Nobody: an instant has come.
    Time,
}

/// What happens to a ticket, in the order of the effects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The ticket.
    pub ticket: TicketNumber,
    /// What.
    pub what: What,
}

/// What happens to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// As its own clocks know it.
    Plain(Occurrence),
    /// It takes in this one.
    TakesIn(TicketNumber),
}

/// No clock begins longer ago than that: a mail server's date may be anything.
const SINCE_MOST: Duration = Duration::from_hours(366 * 24);

/// When the clocks begin, go on or end by what happened then.
#[must_use]
pub fn since(happened: Timestamp, now: Timestamp) -> Timestamp {
    happened.min(now).max(now.before(SINCE_MOST))
}

/// What these effects do to the promises of tickets: first what was done, then where tickets stand, then
/// what is asked of them.
#[must_use]
pub fn happenings(effects: &[Effect], by: By) -> Vec<Happening> {
    let mut all = Vec::new();
    for effect in effects {
        of_effect(effect, effects, by, &mut |ticket, what| all.push(Happening { ticket, what }));
    }
    all.sort_by_key(|one| order(&one.what));
    all
}

fn of_effect(
    effect: &Effect,
    effects: &[Effect],
    by: By,
    happens: &mut impl FnMut(TicketNumber, What),
) {
    let mut plain = |ticket, occurrence| happens(ticket, What::Plain(occurrence));
    match effect {
        Effect::OpenTicket(new) => {
            plain(new.number, Occurrence::Opened);
            let (from, to) = (Status::New, new.status);
            plain(new.number, Occurrence::Moved { from, to });
        }
        Effect::ChangeTicket(change) => {
            let (ticket, from, to) = (change.number, change.from, change.to);
            if is_agents(by, effects, ticket) {
                plain(ticket, Occurrence::Worked);
            }
            if change.entitlement.is_some() {
                plain(ticket, Occurrence::Regraded);
            }
            if is_merged(effects, ticket) {
                plain(ticket, Occurrence::Merged);
            } else if from != to {
                plain(ticket, Occurrence::Moved { from, to });
            }
        }
        Effect::AddArticle(new) => match new.means {
            // What opens a ticket is what the first response is owed to.
            Means::Asks if is_opened(effects, new.ticket) => {}
            Means::Asks => plain(new.ticket, Occurrence::Asked),
            Means::Answers => plain(new.ticket, Occurrence::Answered),
            Means::Works => plain(new.ticket, Occurrence::Worked),
            Means::Nothing => {}
        },
        Effect::Prioritize(new) => plain(new.ticket, Occurrence::Regraded),
        Effect::ByHand(ByHand::Merge { ticket, into }) => happens(*into, What::TakesIn(*ticket)),
        Effect::ByHand(_)
        | Effect::AddParticipant(_)
        | Effect::Submit(_)
        | Effect::Bounce(_)
        | Effect::Undeliverable(_)
        | Effect::Record(_)
        | Effect::Hush(_)
        | Effect::Rate(_)
        | Effect::Redeem(_) => {}
    }
}

/// An answer meets what is owed before the ticket is over by it; who asks asks of what is open again.
fn order(what: &What) -> u8 {
    match what {
        What::Plain(Occurrence::Opened) => 0,
        What::Plain(Occurrence::Answered | Occurrence::Worked) => 1,
        What::Plain(
            Occurrence::Regraded
            | Occurrence::Moved { .. }
            | Occurrence::Merged
            | Occurrence::TookIn(_),
        ) => 2,
        What::Plain(Occurrence::Asked) | What::TakesIn(_) => 3,
    }
}

/// Whether an agent changes the ticket. By mail that is what changes without a word, or with his.
fn is_agents(by: By, effects: &[Effect], ticket: TicketNumber) -> bool {
    match by {
        By::Hand => true,
        By::Time => false,
        By::Mail | By::Found => !effects
            .iter()
            .any(|effect| matches!(effect, Effect::AddArticle(new) if new.ticket == ticket)),
    }
}

fn is_merged(effects: &[Effect], one: TicketNumber) -> bool {
    effects.iter().any(
        |effect| matches!(effect, Effect::ByHand(ByHand::Merge { ticket, .. }) if *ticket == one),
    )
}

fn is_opened(effects: &[Effect], ticket: TicketNumber) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::OpenTicket(new) if new.number == ticket))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::decision::TicketChange;

    #[test]
    fn who_changes_a_ticket_by_hand_has_looked_at_it_and_an_instant_has_not() {
        check(By::Hand, &["Worked", "Moved"]);
        check(By::Mail, &["Worked", "Moved"]);
        check(By::Found, &["Worked", "Moved"]);
        check(By::Time, &["Moved"]);

        #[track_caller]
        fn check(by: By, expected: &[&str]) {
            let number = TicketNumber::new(17).unwrap();
            let (from, to, entitlement) = (Status::Pending, Status::Open, None);
            let change = TicketChange { number, version: 1, from, to, entitlement };
            let words = happenings(&[Effect::ChangeTicket(change)], by).into_iter().map(|one| {
                match one.what {
                    What::Plain(Occurrence::Worked) => "Worked",
                    What::Plain(Occurrence::Moved { .. }) => "Moved",
                    What::Plain(_) | What::TakesIn(_) => "something else",
                }
            });
            assert_eq!(words.collect::<Vec<_>>(), expected, "{by:?}");
        }
    }
}
