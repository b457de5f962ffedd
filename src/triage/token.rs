//! Tokens in addresses: where our mails ask for answers, and what comes back there.

use super::case::{Addressed, Case, SentNotice, TicketFacts};
use super::colleague;
use super::decision::NoticeKind;
use super::policy::{EnvelopeFrom, Policy, Replies};
use crate::desk::agent::Agent;
use crate::fresh::{Bearer, Token, TokenKind};
use crate::mail::Mail;
use crate::mail::address::Address;
use crate::mail::envelope::ReversePath;
use crate::mail::message_id::MessageId;
use crate::mail::subject::TicketNumber;

/// Tokens of one message that are looked up.
pub const TOKENS_MAX: usize = 8;

/// What the reply tokens of a message prove.
pub enum Proved<'a> {
    /// Nothing.
    Nothing,
    /// That it answers a mail of this ticket.
    One(&'a TicketFacts),
    /// That its writer had mails of several tickets: nobody can say of which it is.
    Several,
}

impl Policy {
    /// Where the answers to a mail about a ticket go, if not to the desk's address.
    #[must_use]
    pub fn reply_to(&self, ticket: TicketNumber, to: &Address) -> Option<Address> {
        match &self.replies {
            Replies::Plain => None,
            Replies::Tokens(pattern) => {
                let token = self.namer.token(&self.desk, ticket, Bearer::Requester(to));
                pattern.fill(&token.to_string()).ok()
            }
        }
    }

    /// Where an agent's answers to a mail about a ticket go, if not to the desk's address.
    #[must_use]
    pub fn agents_reply_to(&self, ticket: TicketNumber, agent: &Agent) -> Option<Address> {
        match &self.replies {
            Replies::Plain => None,
            Replies::Tokens(pattern) => {
                let token =
                    self.namer.token(&self.desk, ticket, Bearer::Agent(agent.name.as_str()));
                pattern.fill(&token.to_string()).ok()
            }
        }
    }

    /// `MAIL FROM` of a notice.
    #[must_use]
    pub fn envelope_from(
        &self,
        kind: NoticeKind,
        ticket: TicketNumber,
        message_id: &MessageId,
    ) -> ReversePath {
        // A failure to deliver an answer must come back to the desk.
        let to_desk = || ReversePath::Address(self.address.clone());
        match (&self.envelope_from, kind) {
            (EnvelopeFrom::Tokens(pattern), _) => {
                let token = self.namer.token(&self.desk, ticket, Bearer::Bounce(message_id));
                pattern.fill(&token.to_string()).map_or_else(|_| to_desk(), ReversePath::Address)
            }
            (
                EnvelopeFrom::Fixed(path),
                NoticeKind::Acknowledgement
                | NoticeKind::Raised
                | NoticeKind::Announcement
                | NoticeKind::History
                | NoticeKind::Changed,
            ) => path.clone(),
            (
                EnvelopeFrom::Fixed(_),
                NoticeKind::Answer
                | NoticeKind::Reminder
                | NoticeKind::Notification
                | NoticeKind::Refusal
                | NoticeKind::Warning
                | NoticeKind::Breach
                | NoticeKind::Call
                | NoticeKind::Digest,
            ) => to_desk(),
        }
    }

    /// The tokens in the addresses under which a message came: those that our own servers noted,
    /// else those in To and Cc. Each once, at most [`TOKENS_MAX`]; none is proved.
    #[must_use]
    pub fn tokens(&self, delivered_to: &[Address], mail: &Mail) -> Vec<Token> {
        let noted = self.tokens_of(delivered_to.iter());
        if !noted.is_empty() {
            return noted;
        }
        self.tokens_of(mail.to.iter().chain(&mail.cc).map(|named| &named.address))
    }

    /// Whether mail to an address comes to the desk: to one of its own, with or without anything behind
    /// a `+`, or to one with a token.
    #[must_use]
    pub fn takes(&self, address: &Address) -> bool {
        let is_own = |address| self.is_own(address);
        is_own(address) || is_own(&address.without_detail()) || self.token(address).is_some()
    }

    /// Whether an address of the desk has a token, of whatever kind.
    #[must_use]
    pub fn has_token(&self, address: &Address) -> bool {
        self.token(address).is_some()
    }

    fn tokens_of<'a>(&self, addresses: impl Iterator<Item = &'a Address>) -> Vec<Token> {
        let mut found = Vec::new();
        for token in addresses.filter_map(|address| self.token(address)) {
            if found.len() < TOKENS_MAX && !found.contains(&token) {
                found.push(token);
            }
        }
        found
    }

    /// The token in an address of the desk. It is read whatever the configuration says of new ones:
    /// mails with old ones are on their way.
    fn token(&self, address: &Address) -> Option<Token> {
        let behind_plus = |own: &Address| {
            let rest = address.local().strip_prefix(own.local())?.strip_prefix('+')?;
            (address.domain() == own.domain()).then_some(rest)
        };
        let reply = match &self.replies {
            Replies::Plain => None,
            Replies::Tokens(pattern) => pattern.token(address),
        };
        let bounce = match &self.envelope_from {
            EnvelopeFrom::Fixed(_) => None,
            EnvelopeFrom::Tokens(pattern) => pattern.token(address),
        };
        let text = reply.or(bounce).or_else(|| {
            std::iter::once(&self.address).chain(&self.aliases).find_map(behind_plus)
        })?;
        Token::parse(text)
    }
}

/// Whether a message answers a mail that this agent had of a ticket, and nobody else: by the address to
/// which it came, or by the Message-ID that it answers.
#[must_use]
pub fn is_agents(case: &Case<'_>, agent: &Agent, ticket: &TicketFacts) -> bool {
    let by_address = case.facts.tokens.iter().any(|one| {
        let here = one.ticket.as_ref().is_some_and(|found| found.number == ticket.number);
        here && one.token.kind() == TokenKind::Agent && is_his(case, agent, &one.token)
    });
    let answers = |id: &MessageId| {
        case.mail.in_reply_to.contains(id) && case.policy.namer.made(id, case.fresh.now)
    };
    let by_message = case.facts.referenced.iter().any(|known| {
        known.ticket.number == ticket.number
            && answers(&known.message_id)
            && known.recipients.contains(&agent.address)
    });
    by_address || by_message
}

/// Whether a token was given to this agent.
fn is_his(case: &Case<'_>, agent: &Agent, token: &Token) -> bool {
    let (policy, bearer) = (case.policy, Bearer::Agent(agent.name.as_str()));
    policy.namer.vouches(&policy.desk, token, bearer, case.fresh.now)
}

/// What the reply tokens of a message prove.
#[must_use]
pub fn proved<'a>(case: &Case<'a>) -> Proved<'a> {
    let mut found: Option<&TicketFacts> = None;
    for ticket in case.facts.tokens.iter().filter_map(|one| answered(case, one)) {
        match found {
            Some(other) if other.number != ticket.number => return Proved::Several,
            Some(_) => {}
            None => found = Some(ticket),
        }
    }
    found.map_or(Proved::Nothing, Proved::One)
}

/// Tokens and Message-IDs in a message that look like ours and are not: somebody guesses, or the
/// key that made them counts no more.
#[must_use]
pub fn forged(case: &Case<'_>) -> usize {
    let is_bad = |one: &&Addressed| answered(case, one).is_none() && bounced(case, one).is_none();
    let tokens = case.facts.tokens.iter().filter(is_bad).count();
    let ids = case.mail.references.iter().chain(&case.mail.in_reply_to);
    tokens + ids.filter(|id| case.policy.namer.is_forged(id, case.fresh.now)).count()
}

/// The ticket that a reply token proves to be answered: the token was given to one of its parties.
fn answered<'a>(case: &Case<'a>, one: &'a Addressed) -> Option<&'a TicketFacts> {
    let (policy, ticket) = (case.policy, one.ticket.as_ref()?);
    let given = |party: &Address| {
        policy.namer.vouches(&policy.desk, &one.token, Bearer::Requester(party), case.fresh.now)
    };
    let is_given = match one.token.kind() {
        TokenKind::Requester => ticket.parties.iter().any(given),
        TokenKind::Agent => {
            let is_given = |agent| is_his(case, agent, &one.token);
            colleague::agent(case).is_some() && policy.agents.iter().any(is_given)
        }
        TokenKind::Bounce => false,
    };
    is_given.then_some(ticket)
}

/// The notice that a report came back to, and its ticket.
#[must_use]
pub fn returned<'a>(case: &Case<'a>) -> Option<(&'a TicketFacts, &'a SentNotice)> {
    case.facts.tokens.iter().find_map(|one| bounced(case, one))
}

/// The notice whose address for reports has this token.
fn bounced<'a>(case: &Case<'a>, one: &'a Addressed) -> Option<(&'a TicketFacts, &'a SentNotice)> {
    let (policy, ticket) = (case.policy, one.ticket.as_ref()?);
    let has = |notice: &&SentNotice| {
        policy.namer.vouches(
            &policy.desk,
            &one.token,
            Bearer::Bounce(&notice.message_id),
            case.fresh.now,
        )
    };
    Some((ticket, one.notices.iter().find(has)?))
}
