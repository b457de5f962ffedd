//! An agent's mail about a ticket: what he orders is done, and what he says goes to the requester in the
//! desk's name. All of it or none (AUT-32), and nothing that is among the agents goes out (THR-31).

pub mod opening;
mod orders;
pub(super) mod refusal;
pub mod words;

use super::answer::{self, Correspondence, Letter, record};
use super::case::known::Acquaintance;
use super::case::{Case, Handled};
use super::colleague::{self, Colleague, Right};
use super::decision::{Carries, Decision, Effect, Means, NewArticle, Verdict};
use super::merge::{Side, merge};
use super::notice::agents::{self, Briefing, Occasion};
use super::notice::changed::{self, Changes};
use super::notice::promised;
use super::policy::Policy;
use super::raise;
use super::set::{Holder, Tell, Wish, changes, set};
use super::split::split;
use super::thread::Found;
use crate::desk::agent::Agent;
use crate::desk::article::ArticleKind;
use crate::desk::command::{self, Command, Ordered};
use crate::desk::ticket::{Mover, Status};
use crate::mail::address::NamedAddress;
use crate::mail::attachment::{Attachment, is_sealed, is_signature};
use crate::mail::body::Source;
use crate::mail::formatted::formatted;
use crate::mail::message_id::MessageId;
use crate::mail::reply::Reply;
use crate::mail::subject::TicketNumber;
use crate::render::changed::Change;
use orders::{Orders, Privacy, Turn};
use refusal::{Refused, refuse};

pub use refusal::REFUSALS_MAX;

/// Decides what a person's mail from the address of an agent does to a ticket.
#[must_use]
pub fn decide(case: &Case<'_>, found: &Found<'_>, colleague: &Colleague<'_>) -> Decision {
    let handled = case.facts.handled.iter().find(|one| one.ticket.number == found.ticket.number);
    let done = match (&colleague.right, handled) {
        (Right::Proven, Some(handled)) => {
            let mail = Mail { case, handled, agent: colleague.agent };
            mail.done(found)
        }
        (Right::Proven, None) => Err(Refused::plain("the ticket could not be read")),
        (Right::Refused(why), _) => {
            Err(Refused::unproven(format!("It is not known that you wrote it: {why}.")))
        }
        (Right::Pending, _) => {
            let why = "The DNS has not said whether you wrote it.";
            Err(Refused::unproven(why.to_owned()))
        }
    };
    done.unwrap_or_else(|refused| refuse(case, found, colleague.agent, &refused))
}

const TORN: &str = "Words of yours stand directly below a line that you quote, and may be the rest of it: write \
                    above what you quote, or leave an empty line between.";

/// A mail of an agent who is known to have written it.
#[derive(Clone, Copy)]
struct Mail<'a> {
    case: &'a Case<'a>,
    handled: &'a Handled,
    agent: &'a Agent,
}

impl Mail<'_> {
    fn done(self, found: &Found<'_>) -> Result<Decision, Refused> {
        let Self { case, handled, agent } = self;
        let (policy, ticket, name) = (case.policy, &handled.ticket, agent.name.as_str());
        if case.mail.attachments.iter().any(|one| is_sealed(&one.media_type)) {
            return Err(Refused::plain(
                "It is encrypted, or signed in one piece: nobody here can read it.",
            ));
        }
        let Ordered { commands, lines, text } = self.ordered()?;
        let Orders { wish, privacy, trust, turn } =
            orders::meant(&commands, agent, policy).map_err(Refused::commands)?;
        let said = match privacy {
            Privacy::Public => words::public(&text, &handled.said, policy, case.fresh.now)
                .map_err(|words::Torn| Refused::commands(vec![TORN.to_owned()]))?,
            Privacy::Internal => text,
        };
        let brings = self.carries() == Carries::Attachments;
        if said.is_empty() && commands.is_empty() && !brings {
            let why = "It has no words of yours above what it quotes, and no orders.".to_owned();
            return Err(Refused::commands(vec![why]));
        }
        let speaks = !said.is_empty() || brings;
        let answers = speaks && privacy == Privacy::Public;
        let recipients = if answers { self.recipients(&wish)? } else { Vec::new() };
        let overtaken = answers && self.is_overtaken();
        let stands = wish.stand.is_some();
        // Whom an answer reaches reads there what changes with it.
        let is_reached = ticket.requester.as_ref().is_some_and(|to| recipients.contains(to));
        let tell = told(turn, if is_reached { Tell::Level } else { Tell::Changes });
        let wish = Wish { stand: wish.stand.filter(|_| !overtaken), tell, ..wish };
        let mut effects = match turn {
            Turn::Stays => set(ticket, &wish, handled.acquaintance(), name, policy, case.fresh)
                .map_err(cannot)?,
            Turn::Spam => {
                let mut effects =
                    set(ticket, &wish, Acquaintance::default(), name, policy, case.fresh)
                        .map_err(cannot)?;
                effects.push(record(ticket, "spam", format!("{name}: it is spam")));
                effects
            }
            Turn::Merges(into) => self.merged(into)?,
            Turn::Splits => self.split()?,
        };
        let trust = trust.then(|| orders::trust(ticket, name)).flatten();
        effects.extend(trust.into_iter().flatten());
        let mut why = vec![found.why(), format!("agent {name} wrote it")];
        if !lines.is_empty() {
            effects.push(record(ticket, "ordered", format!("{name}: {}", lines.join(", "))));
            why.extend(lines);
        }
        if answers && !stands {
            stand(&mut effects, ticket.status.after(Mover::Answer));
        }
        if overtaken {
            stand(&mut effects, ticket.status);
            let what = format!("it stays {}: the requester wrote after it", ticket.status);
            effects.push(record(ticket, "overtaken", what.clone()));
            why.push(what);
        }
        let mut ids = case.fresh.further.iter();
        if speaks {
            effects.push(Effect::AddArticle(self.article(privacy, &said)));
            let changes = changes(ticket, &wish, name);
            let told = self.answer(&said, &changes, &recipients, &mut ids, &mut effects)?;
            why.push(told.clone());
            let kind = if answers { "answered" } else { "noted" };
            effects.push(record(ticket, kind, told));
        }
        // What is no article is at least an event.
        let verdict = if speaks { Verdict::FollowUp } else { Verdict::Event };
        let said = speaks.then_some(said.as_str());
        why.extend(self.colleagues(said, &wish, &mut ids, &mut effects));
        Ok(Decision { verdict: verdict(ticket.number), why, effects })
    }

    /// The words of the mail, and the commands above them. What is HTML alone has none: there is no line
    /// that its writer saw as one.
    fn ordered(self) -> Result<Ordered, Refused> {
        let mail = self.case.mail;
        let read = match command::read(&mail.reply) {
            Ok(Ordered { commands, text: words, .. })
                if words.is_empty() && !commands.is_empty() =>
            {
                command::read(&Reply::of(&words::without_marker(&mail.text)).text)
            }
            read => read,
        };
        match (mail.text_source, read) {
            (Source::Plain, Ok(ordered)) => Ok(ordered),
            (Source::Html, Ok(ordered)) if ordered.commands.is_empty() => Ok(ordered),
            (Source::Plain, Err(faults)) => {
                Err(Refused::commands(faults.iter().map(ToString::to_string).collect()))
            }
            (Source::Html, _) => {
                let why = "Your program sent HTML alone; orders are read from plain text.";
                Err(Refused::commands(vec![why.to_owned()]))
            }
        }
    }

    fn merged(self, into: TicketNumber) -> Result<Vec<Effect>, Refused> {
        let Self { case, handled, agent } = self;
        let other = case.facts.handled.iter().find(|one| one.ticket.number == into);
        let Some(other) = other else {
            return Err(Refused::commands(vec![format!("This desk has no ticket {into}.")]));
        };
        let side = |ticket| Side { desk: &case.policy.desk, ticket };
        let (from, into) = (side(&handled.ticket), side(&other.ticket));
        merge(from, into, agent.name.as_str(), case.policy, case.fresh).map_err(cannot)
    }

    /// The message about which the agent was told becomes another ticket.
    fn split(self) -> Result<Vec<Effect>, Refused> {
        let Self { case, handled, agent } = self;
        let Some(article) = handled.answered else {
            let why =
                "#split is an answer to the mail about the message that becomes another ticket.";
            return Err(Refused::commands(vec![why.to_owned()]));
        };
        let (ticket, name) = (&handled.ticket, agent.name.as_str());
        split(ticket, &handled.articles, &[article], name, case.policy, case.fresh).map_err(cannot)
    }

    /// Who gets an answer: the requester and the participants as the agent wishes them, but for those who have
    /// it from him.
    fn recipients(self, wish: &Wish) -> Result<Vec<NamedAddress>, Refused> {
        let (mail, policy, handled) = (self.case.mail, self.case.policy, self.handled);
        let has_it =
            |to: &NamedAddress| mail.to.iter().chain(&mail.cc).any(|one| one.address == to.address);
        let is_ours = |to: &NamedAddress| {
            policy.takes(&to.address) || policy.agents.iter().any(|one| one.has(&to.address))
        };
        let Some(requester) = &handled.ticket.requester else {
            return Err(Refused::plain("Nobody can be answered: it is not known who asks."));
        };
        let mut others: Vec<_> = handled.participants.clone();
        for address in &wish.add {
            if !others.iter().any(|one| one.address == *address) {
                others.push(NamedAddress { name: String::new(), address: address.clone() });
            }
        }
        let is_there = |one: &NamedAddress| !wish.remove.contains(&one.address);
        others.retain(|one| one.address != requester.address && is_there(one));
        let all = std::iter::once(requester).chain(&others);
        Ok(all.filter(|to| !has_it(to) && !is_ours(to)).cloned().collect())
    }

    /// Whether the requester has written since: then the desk is awaited, whatever the agent ordered
    /// before he could know.
    fn is_overtaken(self) -> bool {
        self.handled.said_at.is_some_and(|said| said > self.case.arrival.received)
    }

    /// Whether it brings something along; a signature is of the mail that was sent here.
    fn carries(self) -> Carries {
        let brings = |one: &Attachment| !is_signature(&one.media_type);
        let any = self.case.mail.attachments.iter().any(brings);
        if any { Carries::Attachments } else { Carries::Nothing }
    }

    fn article(self, privacy: Privacy, said: &str) -> NewArticle {
        let mail = self.case.mail;
        NewArticle {
            ticket: self.handled.ticket.number,
            kind: match privacy {
                Privacy::Public => ArticleKind::Agent,
                Privacy::Internal => ArticleKind::Internal,
            },
            from: self.agent.name.to_string(),
            at: self.case.arrival.received,
            text: said.to_owned(),
            message_id: mail.message_id.clone(),
            ancestors: Vec::new(),
            tags: Vec::new(),
            recipients: mail.to.iter().chain(&mail.cc).map(|named| named.address.clone()).collect(),
            attachments: mail.attachments.clone(),
            means: match privacy {
                Privacy::Public => Means::Answers,
                Privacy::Internal => Means::Works,
            },
        }
    }

    /// The mails to those who get the answer; what was done, for people.
    fn answer<'a>(
        self,
        said: &str,
        changes: &Changes<'_>,
        recipients: &[NamedAddress],
        ids: &mut impl Iterator<Item = &'a MessageId>,
        effects: &mut Vec<Effect>,
    ) -> Result<String, Refused> {
        let Self { case, handled, agent } = self;
        let clean = |text: &str| words::cleaned(text, case.policy, case.fresh.now);
        let html = case.mail.html.as_ref().and_then(|html| formatted(html, said, &clean));
        let mut told = Vec::new();
        for (to, id) in recipients.iter().zip(ids) {
            let (text, html, carries) = (said, html.as_deref(), self.carries());
            let change = if handled.ticket.requester.as_ref() == Some(to) {
                changed::beside(&handled.ticket, changes, case.policy, case.fresh.now)
            } else {
                Change::default()
            };
            let letter = Letter { to, text, html, change, message_id: id, carries };
            let letter = answer::letter(&handled.ticket, &letter, case.policy, case.fresh.now)
                .map_err(|error| Refused::plain(&error.to_string()))?;
            effects.push(Effect::Submit(letter));
            told.push(to.address.to_string());
        }
        Ok(match told.as_slice() {
            [] => format!("{}: it stays here", agent.name),
            told => format!("{} answered {}", agent.name, told.join(", ")),
        })
    }

    /// The other agents of the ticket get a copy of what he says, and so does who has it by his
    /// wish; what is given to him without a word is what the requester said last. What was done, for people.
    fn colleagues<'a>(
        self,
        said: Option<&str>,
        wish: &Wish,
        ids: &mut impl Iterator<Item = &'a MessageId>,
        effects: &mut Vec<Effect>,
    ) -> Option<String> {
        let Self { case, handled, agent } = self;
        let Correspondence { number, ref subject, ref entitlement, ref requester, .. } =
            handled.ticket;
        let had = handled.ticket.agent.as_deref();
        let holder = match &wish.holder {
            Some(Holder::Agent(name)) => Some(name.as_str()),
            Some(Holder::Nobody) => None,
            None => had,
        };
        let colleagues = || case.policy.agents.iter().filter(|one| *one != agent);
        let given = colleagues().find(|one| Some(one.name.as_str()) == holder && holder != had);
        let mut audience = match said {
            Some(_) => agents::audience(case.policy, had, Some(agent)),
            None => Vec::new(),
        };
        audience.extend(given.filter(|one| !audience.contains(one)));
        let priority = wish.priority.as_ref().unwrap_or(&handled.ticket.priority);
        let next = raise::level(case.policy, &entitlement.level).and_then(|level| {
            let clocks = handled.ticket.clocks.clone();
            promised::next_due(case, clocks, level, priority, effects)
        });
        let briefing = Briefing {
            number,
            subject,
            heading: None,
            occasion: Occasion::Adds,
            status: changed_to(effects).unwrap_or(handled.ticket.status),
            priority,
            level: &entitlement.level,
            why: "",
            account: None,
            agent: holder,
            next: next.as_deref(),
            requester: requester.as_ref(),
            writer: if said.is_some() { Some(&agent.named()) } else { requester.as_ref() },
            text: said.or(handled.said.first().map(String::as_str)).unwrap_or_default(),
        };
        agents::brief(case, briefing, &audience, ids, effects)
    }
}

/// What the requester is told of a ticket that becomes so: spam is answered by nothing.
fn told(turn: Turn, tell: Tell) -> Tell {
    match turn {
        Turn::Stays | Turn::Merges(_) | Turn::Splits => tell,
        Turn::Spam => Tell::Nothing,
    }
}

/// What cannot be done, with the orders that can.
fn cannot(error: impl std::error::Error) -> Refused {
    Refused::commands(vec![error.to_string()])
}

/// The ticket that a mail of an agent makes another a part of, as far as it can be read.
#[must_use]
pub fn merges(mail: &crate::mail::Mail, policy: &Policy) -> Option<TicketNumber> {
    colleague::known(mail, policy)?;
    let ordered = command::read(&mail.reply).ok()?;
    ordered
        .commands
        .iter()
        .find_map(|command| if let Command::Merge(number) = command { Some(*number) } else { None })
}

/// Where the ticket stands after these effects.
fn changed_to(effects: &[Effect]) -> Option<Status> {
    effects.iter().find_map(|effect| {
        if let Effect::ChangeTicket(change) = effect { Some(change.to) } else { None }
    })
}

/// The change of the ticket takes it there.
fn stand(effects: &mut [Effect], to: Status) {
    for effect in effects {
        if let Effect::ChangeTicket(change) = effect {
            change.to = to;
        }
    }
}
