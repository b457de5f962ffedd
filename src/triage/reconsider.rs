//! What becomes of a message whose proof was pending when it was decided: the DNS had not answered for
//! the author's domain (AUT-24). It is proven again, and what comes of that is decided here.

use std::time::Duration;

use super::case::{Case, TicketFacts};
use super::coupon::{self, Named};
use super::decision::{Decision, Effect, NewEvent, TicketChange, Verdict};
use super::entitle::{self, Because, Standing};
use super::gate::{Occasion, Supervisor};
use super::grant::Acknowledgement;
use super::{notice, raise, replay, requester, sender_text};
use crate::desk::entitlement::Entitlement;
use crate::desk::level::LevelName;
use crate::mail::proof::{self, Proof};

/// How long after the decision, and then after the recheck before, a message is proven again: 1, 5, 15
/// and 60 minutes after its decision.
pub const WAITS: [Duration; 4] = [
    Duration::from_mins(1),
    Duration::from_mins(4),
    Duration::from_mins(10),
    Duration::from_mins(45),
];

/// A message that was proven again, and what is known by now.
#[derive(Clone, Copy, Debug)]
pub struct Later<'a> {
    /// The message with its new proof. The number of `fresh` is the ticket's.
    pub case: Case<'a>,
    /// The ticket it belongs to.
    pub ticket: &'a TicketFacts,
    /// What it is to the ticket.
    pub role: Role,
    /// What the requester was told of the ticket.
    pub told: Told,
    /// Which time it is.
    pub recheck: Recheck,
}

/// What a message is to its ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It opened it.
    Opened,
    /// It is a later article.
    FollowUp,
}

/// What the requester was told of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// No mail went out, nor waits to.
    Nothing,
    /// An acknowledgement, or an answer.
    Something,
}

/// Which of a message's rechecks one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recheck {
    /// After a minute.
    First,
    /// After five: who waited for an acknowledgement has waited long enough.
    Second,
    /// After fifteen.
    Third,
    /// After an hour: nobody looks again.
    Last,
}

impl Recheck {
    /// From 1 on; all behind the fourth are the last one.
    #[must_use]
    pub fn nth(nth: i64) -> Self {
        match nth {
            ..=1 => Self::First,
            2 => Self::Second,
            3 => Self::Third,
            4.. => Self::Last,
        }
    }
}

impl Later<'_> {
    /// What the proof comes to for good; `None` while it is pending.
    #[must_use]
    pub fn settled(&self) -> Option<proof::Verdict> {
        match (self.case.proof.verdict, self.recheck) {
            (proof::Verdict::Pending, Recheck::First | Recheck::Second | Recheck::Third) => None,
            (proof::Verdict::Pending, Recheck::Last) => Some(proof::Verdict::None),
            (verdict, _) => Some(verdict),
        }
    }

    /// The proof as it is kept from now on.
    #[must_use]
    pub fn proof(&self) -> Proof {
        let mut proof = self.case.proof.clone();
        if let (proof::Verdict::Pending, Some(verdict)) = (proof.verdict, self.settled()) {
            proof.verdict = verdict;
            proof.reasons.push(self.found());
        }
        proof
    }

    /// What the recheck found, for people.
    fn found(&self) -> String {
        match (self.case.proof.verdict, self.recheck) {
            (proof::Verdict::Pending, Recheck::First) => "the DNS has not answered yet".to_owned(),
            (proof::Verdict::Pending, Recheck::Second | Recheck::Third) => {
                "the DNS has not answered for five minutes".to_owned()
            }
            (proof::Verdict::Pending, Recheck::Last) => {
                "the DNS has not answered for an hour: proof none".to_owned()
            }
            (verdict, _) => format!("the DNS has answered: proof {verdict}"),
        }
    }
}

/// Decides what a message does whose proof was pending. The verdict is that which it has; the effects
/// come on top of those that it had, and each is had once.
#[must_use]
pub fn reconsider(later: &Later<'_>) -> Decision {
    let proof = replay::worth(&later.case);
    let later = &Later { case: Case { proof: &proof, ..later.case }, ..*later };
    let number = later.ticket.number;
    let (verdict, decided) = match later.role {
        Role::Opened => (Verdict::Opened(number), opened(later)),
        Role::FollowUp => (Verdict::FollowUp(number), follow_up(later)),
    };
    match decided {
        Some((why, mut effects)) => {
            let detail = why.join("; ");
            effects.push(Effect::Record(NewEvent { ticket: number, kind: "proof", detail }));
            Decision { verdict, why, effects }
        }
        None => Decision { verdict, why: vec![later.found()], effects: Vec::new() },
    }
}

type Decided = Option<(Vec<String>, Vec<Effect>)>;

fn opened(later: &Later<'_>) -> Decided {
    let settled = later.settled();
    if settled.is_none() && later.recheck == Recheck::First {
        return None;
    }
    if requester::is_form(&later.case) {
        // Its ticket is the form's own, and stays so: whom it names has been told nothing.
        let why = "the ticket stays that of the web form, which was not proven when it came";
        return settled.map(|_| (vec![later.found(), why.to_owned()], Vec::new()));
    }
    // Who cannot be proven by now is for the acknowledgement who cannot be proven.
    let verdict = settled.unwrap_or(proof::Verdict::None);
    let proof = Proof { verdict, ..later.case.proof.clone() };
    let case = Case { proof: &proof, ..later.case };
    let known = &later.ticket.entitlement;
    let standing = entitle::standing(&case);
    let proven = settled.map_or(known.proof, |settled| raise::better(known.proof, settled));
    let raised = raise::raised(known, &standing, proven, case.policy);
    let coupon = opening_coupon(&case, later.ticket, &raised.level);
    let (raised, standing) = (coupon.over(raised), Standing { coupon: coupon.line(), ..standing });
    let told = match later.told {
        Told::Nothing if later.ticket.status.is_over() => {
            let why = format!("no acknowledgement: the ticket is {}", later.ticket.status);
            Some(notice::Told { why, notice: None })
        }
        Told::Nothing => {
            let shown = shown(&standing, &raised, &case);
            let occasion = Occasion::Ticket(&later.ticket.priority);
            Some(notice::acknowledgement(&case, &shown, occasion, Supervisor::HearsNothing))
        }
        Told::Something if raised.level != known.level => {
            Some(notice::news::raised(&case, later.ticket, &raised.level, coupon.line()))
        }
        Told::Something => None,
    };
    let is_news = match (&told, later.recheck) {
        (Some(notice::Told { notice: Some(_), .. }), _) | (Some(_), Recheck::Second) => true,
        (Some(_) | None, _) => settled.is_some() || raised != *known,
    };
    if !is_news {
        return None;
    }
    let mut why = vec![later.found(), format!("{}{}", standing.why, raise::change(known, &raised))];
    let mut effects = Vec::new();
    if settled.is_some() || matches!(coupon, Named::Counts(..)) {
        why.extend(coupon.why());
        effects.extend(settled_coupon(&case, &coupon, later.ticket));
    }
    if raised != *known {
        effects.push(change(later.ticket, raised));
    }
    if let Some(told) = told {
        why.push(told.why);
        effects.extend(told.notice.map(Effect::Submit));
    }
    Some((why, effects))
}

/// What an acknowledgement says: who is proven reads which level the ticket has by now, whoever gave
/// it; nobody else reads more than the default one.
fn shown<'a>(standing: &Standing<'a>, has: &Entitlement, case: &Case<'a>) -> Standing<'a> {
    let level = match standing.acknowledgement {
        Acknowledgement::Full => raise::level(case.policy, &has.level),
        Acknowledgement::Short | Acknowledgement::Wait | Acknowledgement::Withheld => None,
    };
    match level.filter(|level| level.name != standing.level.name) {
        Some(level) => Standing { level, because: Because::Given, ..standing.clone() },
        None => standing.clone(),
    }
}

/// What comes of a coupon that the message names which opened a ticket of this level.
fn opening_coupon<'a>(case: &Case<'a>, ticket: &TicketFacts, level: &LevelName) -> Named<'a> {
    if ticket.status.is_over() {
        // It would be used up for nothing.
        return Named::None;
    }
    coupon::named(case, coupon::Ticket { number: ticket.number, level, known: Some(ticket) })
}

/// What is written of it. That a code is nobody's was said when the message came.
fn settled_coupon(case: &Case<'_>, coupon: &Named<'_>, ticket: &TicketFacts) -> Vec<Effect> {
    if case.facts.coupons.is_empty() { Vec::new() } else { coupon.effects(ticket.number) }
}

fn follow_up(later: &Later<'_>) -> Decided {
    let verdict = later.settled()?;
    let proof = Proof { verdict, ..later.case.proof.clone() };
    let case = Case { proof: &proof, ..later.case };
    let mut why = vec![format!("message from {}: {}", sender_text(&case), later.found())];
    let mut effects = Vec::new();
    let coupon = if later.ticket.status.is_over() {
        Named::None
    } else {
        raise::coupon(&case, later.ticket)
    };
    let raise = raise::by_coupon(&case, later.ticket, &coupon)
        .or_else(|| raise::by_follow_up(&case, later.ticket));
    if let Some(raise) = raise {
        why.extend(raise.why);
        effects.push(change(later.ticket, raise.entitlement));
        effects.extend(raise.notice.map(Effect::Submit));
    }
    why.extend(coupon.why());
    effects.extend(settled_coupon(&case, &coupon, later.ticket));
    Some((why, effects))
}

/// The ticket stays where it stands.
fn change(ticket: &TicketFacts, entitlement: Entitlement) -> Effect {
    let TicketFacts { number, version, status, .. } = *ticket;
    let entitlement = Some(entitlement);
    Effect::ChangeTicket(TicketChange { number, version, from: status, to: status, entitlement })
}
