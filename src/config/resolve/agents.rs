//! Who answers for which desk.

use super::At;
use crate::config::Desk;
use crate::config::error::ConfigError;
use crate::config::file::{AgentFile, DeskFile, Step};
use crate::desk::agent::{Agent, AgentName, Presence, Role};
use crate::mail::address::Address;
use crate::triage::policy::AgentProof;

/// Gives each desk its agents, in the order of the file.
pub(super) fn agents(root: &At<'_>, desks: &mut [Desk]) -> Result<(), ConfigError> {
    let mut known: Vec<Agent> = Vec::new();
    for (index, written) in root.document.file.agent.iter().enumerate() {
        let at =
            At { document: root.document, steps: vec![Step::Key("agent"), Step::Index(index)] };
        let agent = agent(&at, written, desks, &known)?;
        for desk in of(&at, written, desks)? {
            if let Some(desk) = desks.get_mut(desk) {
                desk.agents.push(agent.clone());
            }
        }
        known.push(agent);
    }
    Ok(())
}

/// What an agent's rights ask of him.
pub(super) fn proof(at: &At<'_>, written: &DeskFile) -> Result<AgentProof, ConfigError> {
    let words = [("required", AgentProof::Required), ("token", AgentProof::Token)];
    at.word("agent_proof", written.agent_proof.as_deref(), AgentProof::Required, &words)
}

/// Who is told of what goes wrong, beside the supervisors among the agents.
pub(super) fn supervisor(at: &At<'_>, written: &DeskFile) -> Result<Option<Address>, ConfigError> {
    written.supervisor.as_deref().map(|text| at.address("supervisor", text)).transpose()
}

fn agent(
    at: &At<'_>,
    written: &AgentFile,
    desks: &[Desk],
    known: &[Agent],
) -> Result<Agent, ConfigError> {
    let name = AgentName::parse(&written.name)
        .ok_or_else(|| at.wrong("name", "must have 1 to 64 bytes, and no blanks at its ends"))?;
    if known.iter().any(|other| other.name.is_meant_by(&written.name)) {
        return Err(at.wrong("name", format!("another agent is called {:?}", written.name)));
    }
    let mut addresses = Vec::new();
    for text in &written.addresses {
        let address = at.address("addresses", text)?;
        free(at, &address, desks, known)?;
        addresses.push(address);
    }
    let mut addresses = addresses.into_iter();
    let address = addresses.next().ok_or_else(|| {
        at.wrong("addresses", "there must be at least one; mails to the agent go to the first")
    })?;
    let roles = [("agent", Role::Agent), ("supervisor", Role::Supervisor)];
    Ok(Agent {
        name,
        address,
        others: addresses.collect(),
        role: at.word("role", written.role.as_deref(), Role::Agent, &roles)?,
        presence: if written.away { Presence::Away } else { Presence::Here },
    })
}

/// An address says who writes: it belongs to one agent, and mail from a desk's own is ignored.
fn free(
    at: &At<'_>,
    address: &Address,
    desks: &[Desk],
    known: &[Agent],
) -> Result<(), ConfigError> {
    let taken = |desk: &&Desk| {
        desk.address == *address
            || desk.aliases.contains(address)
            || desk.forms.iter().any(|form| form.from == *address)
    };
    if let Some(desk) = desks.iter().find(taken) {
        let what = format!("{address} is an address of desk {:?}, or of a form of it", desk.name);
        return Err(at.wrong("addresses", what));
    }
    match known.iter().find(|other| other.has(address)) {
        Some(other) => {
            let what = format!("{address} is an address of agent {:?}, too", other.name.as_str());
            Err(at.wrong("addresses", what))
        }
        None => Ok(()),
    }
}

/// The desks that an agent answers for: all, unless they are named.
fn of(at: &At<'_>, written: &AgentFile, desks: &[Desk]) -> Result<Vec<usize>, ConfigError> {
    let Some(names) = &written.desks else { return Ok((0..desks.len()).collect()) };
    let find = |name: &String| {
        desks.iter().position(|desk| *desk.name == **name).ok_or_else(|| {
            let known: Vec<_> = desks.iter().map(|desk| format!("{:?}", desk.name)).collect();
            at.wrong("desks", format!("there is no desk {name:?}; there are {}", known.join(", ")))
        })
    };
    let mut found = names.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
