//! The names of a case, and how its files write them.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tidings::fresh::{Bearer, Fresh, Key, Namer, Random};
use tidings::mail::address::Address;
use tidings::mail::message_id::MessageId;
use tidings::mail::subject::TicketNumber;
use tidings::time::Timestamp;

/// The names of a run: each run of a case makes the same.
pub(super) struct Names {
    pub(super) namer: Namer,
    own: Vec<MessageId>,
    /// Tokens, and how a case writes them.
    tokens: Vec<(String, String)>,
    fresh: Fresh,
}

/// Notices of a decision beside the first.
const FURTHER: usize = 8;

impl Names {
    pub(super) fn new(now: Timestamp) -> Self {
        let counting = Random::Counting(Arc::new(AtomicU64::new(1)));
        let namer = Namer::new(Key::new(&[7; 32]), "desk.example", counting);
        let own = (0..9).map(|_| namer.message_id().unwrap()).collect();
        let number = TicketNumber::new(1001).unwrap();
        let fresh = namer.fresh(now, number, FURTHER).unwrap();
        Self { namer, own, tokens: Vec::new(), fresh }
    }

    /// The tokens of a ticket: `{TOKEN-17-ada@acme.example}` of a party, `{BOUNCE-17-1}` of our first
    /// Message-ID.
    pub(super) fn give(
        &mut self,
        desk: &str,
        number: TicketNumber,
        parties: &[String],
        own: &[usize],
    ) {
        for party in parties {
            let bearer = Address::parse(party).unwrap();
            let token = self.namer.token(desk, number, Bearer::Requester(&bearer));
            self.tokens.push((format!("{{TOKEN-{number}-{party}}}"), token.to_string()));
        }
        for own in own {
            let notice = self.own(*own);
            let token = self.namer.token(desk, number, Bearer::Bounce(&notice));
            self.tokens.push((format!("{{BOUNCE-{number}-{own}}}"), token.to_string()));
        }
    }

    pub(super) fn fresh(&self) -> Fresh {
        self.fresh.clone()
    }

    pub(super) fn own(&self, number: usize) -> MessageId {
        self.own[number - 1].clone()
    }

    /// A message with `{OWN-ID-1}` and so on replaced by what we made.
    pub(super) fn fill(&self, raw: &[u8]) -> Vec<u8> {
        let mut text = String::from_utf8(raw.to_vec()).unwrap();
        for (number, id) in (1..).zip(&self.own) {
            text = text.replace(&format!("{{OWN-ID-{number}}}"), id.as_str());
        }
        for (written, token) in &self.tokens {
            text = text.replace(written, token);
        }
        text.into_bytes()
    }

    /// The other way round, for people.
    pub(super) fn shown(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (number, id) in (1..).zip(&self.own) {
            text = text.replace(id.as_str(), &format!("{{OWN-ID-{number}}}"));
        }
        for (written, token) in &self.tokens {
            text = text.replace(token, written);
        }
        text
    }
}
