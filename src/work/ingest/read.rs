//! A batch is parsed and its senders are proven outside of any transaction.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::IngestError;
use crate::authentication::prover::{Proven, Prover, Received};
use crate::mail::Mail;
use crate::mail::address::Address;
use crate::mail::parse::{parse, with_enclosed, with_html};
use crate::mail::proof::Proof;
use crate::mail::spam::SpamSign;
use crate::store::inbound::Pending;
use crate::triage::case::{Age, Form};
use crate::triage::colleague;
use crate::triage::policy::Policy;

/// A message with what it says, and how sure it is who says it.
pub(in crate::work) struct Read {
    pub(in crate::work) pending: Pending,
    pub(in crate::work) mail: Mail,
    pub(in crate::work) proof: Proof,
    /// Under which addresses our servers delivered it.
    pub(in crate::work) delivered_to: Vec<Address>,
    pub(in crate::work) spam: Option<SpamSign>,
}

/// Parses a batch on all cores, then asks the DNS about all of it at once.
pub(in crate::work) async fn read_all(
    waiting: &[(Pending, Arc<[u8]>)],
    prover: &Arc<Prover>,
    policy: &Policy,
) -> Result<Vec<Read>, IngestError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = waiting.len().div_ceil(cores).max(1);
    let tasks: Vec<_> = waiting
        .chunks(share)
        .map(|chunk| {
            let (chunk, prover) = (chunk.to_vec(), Arc::clone(prover));
            let policy = policy.clone();
            // Hashing a large message takes as long as parsing it: neither belongs among the loops.
            spawn_blocking(move || {
                let each =
                    chunk.into_iter().map(|(pending, raw)| read(pending, raw, &prover, &policy));
                Handle::current().block_on(join_all(each))
            })
        })
        .collect();
    let mut read = Vec::with_capacity(waiting.len());
    for task in tasks {
        read.extend(task.await.map_err(|error| IngestError::Panicked(error.to_string()))?);
    }
    Ok(read)
}

async fn read(pending: Pending, raw: Arc<[u8]>, prover: &Prover, policy: &Policy) -> Read {
    let mail = parse(&raw).0.apart_from(&policy.own_lists);
    let mail = match colleague::known(&mail, policy) {
        Some(_) => with_html(with_enclosed(mail, &raw), &raw),
        None => mail,
    };
    let (sender, at) = (&mail.sender, pending.arrival.received);
    let unchecked = unchecked(&pending);
    let message = Received { raw: &raw, sender, at, unchecked };
    let Proven { proof, delivered_to, spam } = prover.prove(message).await;
    Read { pending, mail, proof, delivered_to, spam }
}

/// Why nobody is asked about a message, if nobody is.
fn unchecked(pending: &Pending) -> Option<&'static str> {
    match (pending.arrival.form, pending.arrival.age) {
        (Form::Oversize { .. }, _) => Some("only its beginning was fetched"),
        (Form::Whole, Age::BeforeFirstRun | Age::OldInBulk) => Some("it is not decided by now"),
        (Form::Whole, Age::New | Age::BackFill | Age::Found) => None,
    }
}
