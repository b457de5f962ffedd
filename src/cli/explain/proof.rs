//! Who wrote a message, as far as a dry run can tell.

use super::desk::Desk;
use crate::authentication::dns::Dns;
use crate::authentication::own::{self, Question};
use crate::authentication::trace::{self, Boundary, Client};
use crate::authentication::verdict;
use crate::authentication::{OwnDkim, Trust};
use crate::cli::command::Explain;
use crate::cli::{Exit, Failure};
use crate::dns::NameServer;
use crate::mail::Sender;
use crate::mail::envelope::ReversePath;
use crate::mail::parse::header_fields;
use crate::mail::proof::Proof;
use crate::time::Timestamp;

/// Proves messages.
pub(super) struct Prover {
    trust: Trust,
    /// Whom to ask, or why nobody is asked.
    dns: Result<Dns, String>,
    /// Stands where no boundary host says who handed a message over.
    received_from: Option<(Client, ReversePath)>,
}

impl Prover {
    pub(super) fn of(desk: &Desk, arguments: &Explain) -> Result<Self, Failure> {
        let server = match arguments.dns.as_deref().map(NameServer::parse) {
            None => desk.dns,
            Some(Some(NameServer::At(server))) => NameServer::At(server),
            Some(Some(NameServer::System) | None) => {
                return Err(Failure::new(Exit::Usage, "--dns must be IP:PORT"));
            }
        };
        let dns = match desk.trust.own_dkim {
            _ if arguments.offline => Err("--offline".to_owned()),
            OwnDkim::Off => Err("own_dkim is off".to_owned()),
            OwnDkim::On | OwnDkim::Advisory => Dns::new(server).map_err(|error| error.to_string()),
        };
        let received_from = match &arguments.received_from {
            None => None,
            Some(text) => Some(hop(text).ok_or_else(|| {
                let what = "--received-from must be IP/HELO/MAILFROM, MAILFROM an address or <>";
                Failure::new(Exit::Usage, what)
            })?),
        };
        Ok(Self { trust: desk.trust.clone(), dns, received_from })
    }

    pub(super) async fn prove(&self, raw: &[u8], sender: &Sender, received: Timestamp) -> Proof {
        let trace = trace::read(&header_fields(raw), &self.trust);
        let (client, return_path) = match (&trace.boundary, &self.received_from) {
            (Boundary::Host { client, .. }, _) => (client.as_ref(), trace.return_path.as_ref()),
            (Boundary::Unknown | Boundary::Missing, Some((client, path))) => {
                (Some(client), Some(path))
            }
            (Boundary::Unknown | Boundary::Missing, None) => (None, None),
        };
        let author = sender.address();
        let question = Question { raw, author, received, client, return_path };
        let findings = match &self.dns {
            Ok(dns) => Ok(own::examine(dns, question).await),
            Err(why) => Err(why.as_str()),
        };
        let findings = findings.as_ref().map_err(|why| *why);
        let mut proof = verdict::prove(sender, &trace, findings, &self.trust);
        if client.is_none() {
            proof.reasons.extend(verdict::no_client(&trace.boundary).map(str::to_owned));
        }
        proof
    }
}

/// Reads `IP/HELO/MAILFROM`.
fn hop(text: &str) -> Option<(Client, ReversePath)> {
    let mut pieces = text.splitn(3, '/');
    let (ip, helo, path) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let client = Client { ip: ip.parse().ok()?, helo: helo.to_owned() };
    (!helo.is_empty()).then_some((client, ReversePath::parse(path).ok()?))
}
