//! Two tickets become one: the articles stay where they are and are read together, and whatever led to the
//! merged one leads to the other.

use super::answer::{Correspondence, change, record};
use super::decision::by_hand::ByHand;
use super::decision::{Effect, NewParticipant};
use super::notice::changed::{Changes, Why, told};
use super::policy::Policy;
use super::raise;
use crate::desk::entitlement::Entitlement;
use crate::desk::ticket::Status;
use crate::fresh::Fresh;
use crate::mail::subject::TicketNumber;

/// Why tickets cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// They are one.
    #[error("ticket {0} cannot be merged into itself")]
    Itself(TicketNumber),
    /// One is a part of another already.
    #[error("ticket {0} is merged into ticket {1} already; name that one")]
    Merged(TicketNumber, TicketNumber),
    /// They belong to two desks.
    #[error(
        "ticket {0} and ticket {1} belong to two desks; what one desk knows is not the other's"
    )]
    TwoDesks(TicketNumber, TicketNumber),
    /// Nobody would look at what is still to be done.
    #[error(
        "ticket {from} is {stands}, and ticket {into} is {over}; open that one first: \
         `tidings ticket set {into} --status open`"
    )]
    Over {
        /// What is to be merged.
        from: TicketNumber,
        /// Where it stands.
        stands: Status,
        /// Into what.
        into: TicketNumber,
        /// Where that stands.
        over: Status,
    },
}

/// A ticket and its desk.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The desk's name.
    pub desk: &'a str,
    /// The ticket.
    pub ticket: &'a Correspondence,
}

/// Merges a ticket into another of its desk. Its parties become parties of that, which has the higher
/// level of both.
///
/// # Errors
/// [`MergeError`]; nothing is to be written then.
pub fn merge(
    from: Side<'_>,
    into: Side<'_>,
    agent: &str,
    policy: &Policy,
    fresh: &Fresh,
) -> Result<Vec<Effect>, MergeError> {
    let (one, other) = (from.ticket, into.ticket);
    if one.number == other.number {
        return Err(MergeError::Itself(one.number));
    }
    for side in [one, other] {
        if let Some(into) = side.merged_into {
            return Err(MergeError::Merged(side.number, into));
        }
    }
    if from.desk != into.desk {
        return Err(MergeError::TwoDesks(one.number, other.number));
    }
    if other.status.is_over() && !one.status.is_over() {
        let (stands, over) = (one.status, other.status);
        return Err(MergeError::Over { from: one.number, stands, into: other.number, over });
    }
    let entitlement = stricter(&one.entitlement, &other.entitlement, policy);
    let level = raise::change(&other.entitlement, &entitlement);
    let mut taken_in = change(other, together(one.status, other.status));
    if let Effect::ChangeTicket(change) = &mut taken_in {
        change.entitlement = (entitlement != other.entitlement).then_some(entitlement);
    }
    let mut effects = vec![
        change(one, Status::Closed),
        taken_in,
        Effect::ByHand(ByHand::Merge { ticket: one.number, into: other.number }),
    ];
    for party in one.parties.iter().filter(|party| !other.parties.contains(party)) {
        let named = one.requester.as_ref().filter(|requester| requester.address == *party);
        let name = named.map(|requester| requester.name.clone()).unwrap_or_default();
        let address = party.clone();
        let new = NewParticipant { ticket: other.number, address, name };
        effects.push(Effect::AddParticipant(new));
    }
    let detail = format!("{agent} merged it into ticket {}", other.number);
    effects.push(record(one, "merged", detail));
    let detail = format!("{agent} merged ticket {} into it{level}", one.number);
    effects.push(record(other, "merged", detail));
    // Whoever has nothing open any more waits for nothing.
    if !one.status.is_over() {
        let changes = Changes { merged_into: Some(other.number), ..Changes::default() };
        effects.extend(told(one, &changes, Why::Staff, policy, fresh));
    }
    Ok(effects)
}

/// Where the one ticket stands from now on: what the desk has to do in either is to be done.
fn together(one: Status, other: Status) -> Status {
    match (one, other) {
        (Status::New | Status::Open, Status::Pending | Status::Waiting)
        | (Status::Open | Status::Pending | Status::Waiting, Status::New) => Status::Open,
        (_, other) => other,
    }
}

/// The higher level of both, and the account, where one has none.
fn stricter(one: &Entitlement, other: &Entitlement, policy: &Policy) -> Entitlement {
    let rank =
        |of: &Entitlement| raise::level(policy, &of.level).map_or(i64::MIN, |level| level.rank);
    let base = if rank(one) > rank(other) { one } else { other };
    Entitlement {
        level: base.level.clone(),
        level_by: base.level_by.clone(),
        account: other.account.or(one.account),
        claimed: other.claimed,
        proof: other.proof,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_desk_has_to_do_stays_to_be_done() {
        for (one, other, expected) in [
            ("new", "new", "new"),
            ("new", "open", "open"),
            ("new", "pending", "open"),
            ("open", "waiting", "open"),
            ("open", "new", "open"),
            ("pending", "new", "open"),
            ("pending", "waiting", "waiting"),
            ("waiting", "pending", "pending"),
            ("closed", "new", "new"),
            ("resolved", "pending", "pending"),
            ("closed", "resolved", "resolved"),
        ] {
            let [one, other, expected] =
                [one, other, expected].map(|word| Status::parse(word).unwrap());
            assert_eq!(together(one, other), expected, "{one} into {other}");
        }
    }
}
