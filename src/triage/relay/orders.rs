//! What the commands of one mail come to.

use crate::desk::agent::Agent;
use crate::desk::command::{Cc, Command, Verify};
use crate::desk::ticket::Status;
use crate::mail::subject::TicketNumber;
use crate::triage::answer::{Correspondence, record};
use crate::triage::decision::Effect;
use crate::triage::decision::by_hand::ByHand;
use crate::triage::policy::Policy;
use crate::triage::set::{Grant, Holder, Stand, Wish};

/// What an agent orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Orders {
    /// What changes of the ticket.
    pub(super) wish: Wish,
    /// Whether his words go out.
    pub(super) privacy: Privacy,
    /// Whether its requester is believed from now on.
    pub(super) trust: bool,
    /// What becomes of the ticket as a whole.
    pub(super) turn: Turn,
}

/// What becomes of a ticket as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It stays one.
    Stays,
    /// It becomes a part of that one.
    Merges(TicketNumber),
    /// What is answered becomes another.
    Splits,
    /// Nobody is to see it again.
    Spam,
}

/// Who reads what an agent says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Privacy {
    /// The requester, too.
    Public,
    /// The agents.
    Internal,
}

/// What these commands come to.
///
/// # Errors
/// What cannot be meant, a line each.
pub(super) fn meant(
    commands: &[Command],
    agent: &Agent,
    policy: &Policy,
) -> Result<Orders, Vec<String>> {
    let mut orders =
        Orders { wish: Wish::default(), privacy: Privacy::Public, trust: false, turn: Turn::Stays };
    let mut faults = Vec::new();
    for command in commands {
        if let Err(fault) = order(&mut orders, command, agent, policy) {
            faults.push(fault);
        }
    }
    if orders.turn != Turn::Stays {
        let others = commands.iter().filter(|one| **one != Command::Note).count();
        if 1 < others {
            faults.push("#merge, #split and #spam stand alone, or with #note".to_owned());
        }
        // Whoever reads it would answer a ticket that is not there any more.
        orders.privacy = Privacy::Internal;
    }
    if faults.is_empty() { Ok(orders) } else { Err(faults) }
}

fn order(
    orders: &mut Orders,
    command: &Command,
    agent: &Agent,
    policy: &Policy,
) -> Result<(), String> {
    match command {
        Command::Resolve => stand(orders, Stand::At(Status::Resolved)),
        Command::Close => stand(orders, Stand::At(Status::Closed)),
        Command::Reopen => stand(orders, Stand::At(Status::Open)),
        Command::Pending(None) => stand(orders, Stand::At(Status::Pending)),
        Command::Pending(Some(until)) => stand(orders, Stand::PendingUntil(*until)),
        Command::Waiting => stand(orders, Stand::At(Status::Waiting)),
        Command::Accept => takes(orders, Holder::Agent(agent.name.clone())),
        Command::Assign(name) => {
            let holder = Holder::named(name, policy).map_err(|error| error.to_string())?;
            takes(orders, holder)
        }
        Command::Priority(word) => {
            let priority = policy.priorities.named(word).map_err(|error| error.to_string())?;
            match orders.wish.priority.replace(priority.clone()) {
                None => Ok(()),
                Some(_) => Err("one mail gives a ticket one priority".to_owned()),
            }
        }
        Command::Level(level) => grant(orders, Grant::Level(level.clone())),
        Command::Verify(Verify::Once) => grant(orders, Grant::Verified),
        Command::Verify(Verify::Always) => {
            orders.trust = true;
            grant(orders, Grant::Verified)
        }
        Command::Note => {
            orders.privacy = Privacy::Internal;
            Ok(())
        }
        Command::Cc(Cc::Add(address)) => {
            orders.wish.add.push(address.clone());
            Ok(())
        }
        Command::Cc(Cc::Remove(address)) => {
            orders.wish.remove.push(address.clone());
            Ok(())
        }
        Command::Merge(number) => {
            orders.turn = Turn::Merges(*number);
            Ok(())
        }
        Command::Split => {
            orders.turn = Turn::Splits;
            Ok(())
        }
        Command::Spam => {
            orders.turn = Turn::Spam;
            stand(orders, Stand::At(Status::Closed))
        }
        // They open a ticket before one is looked for.
        Command::OpenFor(_) | Command::Forwarded => {
            Err("#open and #forwarded stand alone".to_owned())
        }
        Command::Spent(minutes) => {
            let sum = orders.wish.spent.unwrap_or(0).saturating_add(*minutes);
            orders.wish.spent = Some(sum);
            Ok(())
        }
    }
}

fn stand(orders: &mut Orders, to: Stand) -> Result<(), String> {
    match orders.wish.stand.replace(to) {
        None => Ok(()),
        Some(_) => Err("one mail takes a ticket to one status".to_owned()),
    }
}

fn grant(orders: &mut Orders, grant: Grant) -> Result<(), String> {
    match std::mem::replace(&mut orders.wish.grant, grant) {
        Grant::Unchanged => Ok(()),
        Grant::Verified | Grant::Level(_) => {
            Err("one mail has #verify or #level, and once".to_owned())
        }
    }
}

fn takes(orders: &mut Orders, holder: Holder) -> Result<(), String> {
    match orders.wish.holder.replace(holder) {
        None => Ok(()),
        Some(_) => Err("one mail gives a ticket to one agent".to_owned()),
    }
}

/// The requester of the ticket is believed from now on; nobody, where it has none.
pub(super) fn trust(ticket: &Correspondence, by: &str) -> Option<[Effect; 2]> {
    let address = ticket.requester.as_ref()?.address.clone();
    let detail = format!("{by}: {address} is believed from now on");
    Some([Effect::ByHand(ByHand::Trust { address }), record(ticket, "trusted", detail)])
}
