//! A party to a ticket wants that the supervisor hears of it: once a day it is told to all who hear of broken promises.

use std::time::Duration;

use super::{asked, is_sure};
use crate::desk::agent::Agent;
use crate::desk::request::Request;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::message_id::MessageId;
use crate::time::{Timestamp, for_people};
use crate::triage::case::{Age, Case, TicketFacts};
use crate::triage::decision::Effect;
use crate::triage::event;
use crate::triage::gate::Supervisor;
use crate::triage::late::heads;
use crate::triage::notice::agents::{Briefing, letter};
use crate::triage::thread::Found;

/// What becomes of the wish.
pub(in crate::triage) enum Wish<'a> {
    /// There is none.
    None,
    /// These are told.
    Heard(Vec<(NamedAddress, Option<&'a Agent>)>),
    /// Nobody is told; why, for people.
    Unheard(String),
}

/// For so long nobody is told again of a ticket.
const ONCE_IN: Duration = Duration::from_hours(24);

impl<'a> Wish<'a> {
    /// What a message wishes of the ticket that it belongs to, or opens.
    pub(in crate::triage) fn of(case: &Case<'a>, found: Option<&Found<'_>>) -> Self {
        if !asked(case).is_some_and(|asked| asked.asks_for(Request::Supervisor)) {
            return Self::None;
        }
        match may(case, found) {
            Ok(heads) => Self::Heard(heads),
            Err(why) => Self::Unheard(why),
        }
    }

    /// What its writer is told of it.
    pub(in crate::triage) fn told(&self) -> Supervisor {
        match self {
            Self::Heard(_) => Supervisor::Hears,
            Self::None | Self::Unheard(_) => Supervisor::HearsNothing,
        }
    }

    /// Whether an agent hears by it.
    pub(in crate::triage) fn is_told_to(&self, agent: &Agent) -> bool {
        match self {
            Self::Heard(heads) => heads.iter().any(|(to, _)| agent.has(&to.address)),
            Self::None | Self::Unheard(_) => false,
        }
    }

    /// Adds the mails, each under one of the identifiers, and what is remembered of it; the same for people.
    pub(in crate::triage) fn tell<'b>(
        &self,
        case: &Case<'_>,
        briefing: Briefing<'_>,
        ids: &mut impl Iterator<Item = &'b MessageId>,
        effects: &mut Vec<Effect>,
    ) -> Option<String> {
        let from = case.mail.sender.address().map(Address::as_str).unwrap_or_default();
        let asks = format!("{from} asks for the supervisor");
        let heads = match self {
            Self::None => return None,
            Self::Unheard(why) => {
                let detail = format!("{asks}, who is not told: {why}");
                effects.push(event(briefing.number, "request", detail.clone()));
                return Some(detail);
            }
            Self::Heard(heads) => heads,
        };
        let heading = format!("{asks}.");
        let briefing = Briefing { heading: Some(&heading), ..briefing };
        let letters = heads.iter().zip(ids);
        let letters: Result<Vec<_>, _> =
            letters.map(|((to, agent), id)| letter(case, briefing, to, *agent, id)).collect();
        let (kind, detail) = match letters {
            Ok(letters) => {
                effects.extend(letters.into_iter().map(Effect::Submit));
                let names: Vec<_> = heads.iter().map(|(to, _)| to.address.as_str()).collect();
                ("supervisor", format!("{asks}: told to {}", names.join(", ")))
            }
            Err(why) => ("request", format!("{asks}, who is not told: {why}")),
        };
        effects.push(event(briefing.number, kind, detail.clone()));
        Some(detail)
    }
}

/// Who is told, if it may be.
fn may<'a>(
    case: &Case<'a>,
    found: Option<&Found<'_>>,
) -> Result<Vec<(NamedAddress, Option<&'a Agent>)>, String> {
    match case.arrival.age {
        Age::New | Age::Found => {}
        Age::BackFill | Age::BeforeFirstRun | Age::OldInBulk => {
            return Err("it lay there at the first look".to_owned());
        }
    }
    let from = case.mail.sender.address().ok_or("its sender is nobody")?;
    if found.is_some_and(|found| !is_party(found.ticket, from)) {
        return Err(format!("{from} takes no part in the ticket"));
    }
    is_sure(case, found.map(|found| found.by))?;
    if let Some(at) = found.and_then(|found| last(case, found)) {
        return Err(format!("it was told {} already", for_people(at)));
    }
    let heads: Vec<_> =
        heads(case.policy).into_iter().filter(|(head, _)| head.address != *from).collect();
    if heads.is_empty() { Err("the desk has none".to_owned()) } else { Ok(heads) }
}

fn is_party(ticket: &TicketFacts, from: &Address) -> bool {
    let requester = ticket.requester.as_ref().map(|requester| &requester.address);
    requester == Some(from) || ticket.parties.contains(from)
}

/// When it was told last, if that was today or yesterday.
fn last(case: &Case<'_>, found: &Found<'_>) -> Option<Timestamp> {
    let known = case.facts.ordered_of(found.ticket.number)?;
    known.supervisor.filter(|at| case.fresh.now.since(*at) < ONCE_IN)
}
