//! What the operator reads.

use crate::config::Operator;
use crate::health::id::Id;
use crate::mail::address::NamedAddress;
use crate::mail::compose::{Automatic, Draft, compose};
use crate::mail::envelope::{Envelope, ReversePath};
use crate::render::operator;
use crate::store::alarm::{Alarm, State};
use crate::time::for_people;
use crate::triage::policy::{EnvelopeFrom, Policy};
use crate::work::room::Room;

/// One mail.
pub(super) struct Letter<'a> {
    pub(super) operator: &'a Operator,
    /// What it tells, at least one.
    pub(super) alarms: &'a [Alarm],
    /// How it goes with each desk.
    pub(super) figures: Vec<String>,
    /// The daemon that tells.
    pub(super) daemon: &'a str,
}

impl Letter<'_> {
    /// The final bytes, from the desk that they go through.
    pub(super) fn write(&self, room: &Room) -> Result<(Envelope, Vec<u8>), String> {
        let policy = &room.policy;
        let instance = policy.namer.instance().to_owned();
        let wording = policy
            .templates
            .alarms(&operator::Alarms {
                instance: instance.clone(),
                alarms: self.alarms.iter().map(told).collect(),
                figures: self.figures.clone(),
                daemon: self.daemon.to_owned(),
            })
            .map_err(|error| error.to_string())?;
        let to = self.operator.address.clone();
        let draft = Draft {
            from: policy.sender(),
            to: NamedAddress { name: String::new(), address: to.clone() },
            reply_to: None,
            language: wording.tag(),
            subject: wording.subject,
            date: room.clock.now(),
            message_id: policy.namer.message_id().map_err(|error| error.to_string())?,
            in_reply_to: None,
            references: Vec::new(),
            text: wording.text,
            html: wording.html,
            automatic: Automatic::Generated,
            instance,
        };
        let bytes = compose(&draft, policy.signer.as_ref()).map_err(|error| error.to_string())?;
        Ok((Envelope { from: sender(policy), to }, bytes))
    }
}

/// No ticket waits for a report about this mail.
fn sender(policy: &Policy) -> ReversePath {
    match &policy.envelope_from {
        EnvelopeFrom::Fixed(path) => path.clone(),
        EnvelopeFrom::Tokens(_) => ReversePath::Address(policy.address.clone()),
    }
}

fn told(alarm: &Alarm) -> operator::Alarm {
    let over = match alarm.state {
        State::Seen => None,
        State::Told => alarm.over.map(for_people),
    };
    operator::Alarm {
        desk: alarm.desk.clone(),
        cause: alarm.cause.clone(),
        what: alarm.what.clone(),
        advice: Id::parse(&alarm.cause).map_or("", Id::advice).to_owned(),
        begun: for_people(alarm.begun),
        over,
    }
}
