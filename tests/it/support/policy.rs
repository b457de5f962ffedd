//! The rules of a desk, for decisions that are made without a configuration.

use std::time::Duration;

use tidings::desk::agent::{Agent, AgentName, Presence, Role};
use tidings::desk::language::Languages;
use tidings::desk::level::{Level, LevelName};
use tidings::desk::priorities::Priorities;
use tidings::desk::promise::Service;
use tidings::desk::sender_proof::SenderProof;
use tidings::desk::silence;
use tidings::fresh::Namer;
use tidings::mail::address::Address;
use tidings::mail::attachment::accepted::Accepted;
use tidings::mail::envelope::ReversePath;
use tidings::mail::subject::TicketPrefix;
use tidings::render::Templates;
use tidings::triage::policy::{
    Acknowledge, AcknowledgeLimits, AgentProof, Bulk, EnvelopeFrom, GeneratedReopens, Policy,
    Replies, RequesterPriority,
};

/// Levels beside the default and the lapsed one, and their ranks.
const LEVELS: [(&str, i64); 3] = [("commercial", 20), ("partner", 30), ("vip", 40)];

/// The desk `support` of the instance that the namer names, with the limits of the configuration's
/// defaults.
pub(crate) fn policy(namer: Namer) -> Policy {
    Policy {
        desk: "support".into(),
        address: address("support@desk.example"),
        aliases: vec![address("help@desk.example")],
        other_desks: vec![address("sales@desk.example")],
        display_name: "Example Support".to_owned(),
        prefix: TicketPrefix::parse("EX").unwrap(),
        levels: LEVELS.iter().map(|(name, rank)| level(name, *rank)).collect(),
        priorities: Priorities::standard(),
        requester_priority: RequesterPriority::Ignored,
        priority_rules: Vec::new(),
        checklist: Vec::new(),
        silence: silence::Rules::default(),
        notices: Vec::new(),
        default_level: level("community", 0),
        lapsed_level: level("lapsed", 1),
        sender_proof: SenderProof::Required,
        acknowledge: Acknowledge::Tickets,
        acknowledge_within: Duration::from_hours(72),
        reopen_within: Duration::from_hours(14 * 24),
        limits: AcknowledgeLimits {
            address_per_hour: Some(5),
            address_per_day: Some(20),
            domain_per_hour: Some(100),
            total_per_hour: Some(600),
        },
        bulk: Bulk::Ignore,
        generated_reopens: GeneratedReopens::No,
        own_lists: Vec::new(),
        attachments: Accepted::all(),
        block: Vec::new(),
        forms: Vec::new(),
        agents: Vec::new(),
        agent_proof: AgentProof::Required,
        supervisor: None,
        signature: String::new(),
        languages: Languages::default(),
        replies: Replies::Plain,
        envelope_from: EnvelopeFrom::Fixed(ReversePath::Null),
        signer: None,
        namer,
        templates: Templates::shipped().unwrap(),
    }
}

fn level(name: &str, rank: i64) -> Level {
    let title = format!("{name} support");
    Level {
        name: LevelName::parse(name).unwrap(),
        title,
        rank,
        service: Service::default(),
        ends: None,
        escalates_to: Vec::new(),
    }
}

/// An agent who is there.
pub(crate) fn agent(name: &str, at: &str) -> Agent {
    Agent {
        name: AgentName::parse(name).unwrap(),
        address: address(at),
        others: Vec::new(),
        role: Role::Agent,
        presence: Presence::Here,
    }
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}
