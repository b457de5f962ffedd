//! Who wrote a message, as far as a dry run can tell.

use super::desk::Desk;
use crate::authentication::dns::Dns;
use crate::authentication::prover::{HandedOver, Prover};
use crate::authentication::trace::Client;
use crate::cli::command::Explain;
use crate::cli::{Exit, Failure};
use crate::dns::NameServer;
use crate::mail::envelope::ReversePath;

/// What proves messages, as the desk and the command line say.
pub(super) fn prover(desk: &Desk, arguments: &Explain) -> Result<Prover, Failure> {
    let server = match arguments.dns.as_deref().map(NameServer::parse) {
        None => desk.dns,
        Some(Some(NameServer::At(server))) => NameServer::At(server),
        Some(Some(NameServer::System) | None) => {
            return Err(Failure::new(Exit::Usage, "--dns must be IP:PORT"));
        }
    };
    let dns = if arguments.offline {
        Err("--offline".to_owned())
    } else {
        Dns::new(server).map_err(|error| error.to_string())
    };
    let handed_over = match &arguments.received_from {
        None => None,
        Some(text) => Some(hop(text).ok_or_else(|| {
            let what = "--received-from must be IP/HELO/MAILFROM, MAILFROM an address or <>";
            Failure::new(Exit::Usage, what)
        })?),
    };
    Ok(Prover::new(desk.trust.clone(), dns).handed_over(handed_over))
}

/// Reads `IP/HELO/MAILFROM`.
fn hop(text: &str) -> Option<HandedOver> {
    let mut pieces = text.splitn(3, '/');
    let (ip, helo, path) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let client = Client { ip: ip.parse().ok()?, helo: helo.to_owned() };
    let return_path = ReversePath::parse(path).ok()?;
    (!helo.is_empty()).then_some(HandedOver { client, return_path })
}
