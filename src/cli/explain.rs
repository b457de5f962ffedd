//! `tidings explain`: what would be done with a message, and why. Stores and sends nothing.

mod desk;
mod proof;
mod view;

use std::path::Path;

use self::desk::Desk;
use self::proof::prover;
use super::attachments::Folder;
use super::command::Explain;
use super::ingest::{received, unreadable};
use super::output::json;
use super::source::{Message, each_message};
use super::{Exit, Failure, Or as _, Outcome};
use crate::authentication::prover::{Proven, Prover, Received};
use crate::mail::parse::{parse, with_enclosed, with_html};
use crate::store::facts::{self, Question};
use crate::time::{Clock, Timestamp};
use crate::triage::case::{Age, Arrival, Case, Facts, FolderKind, Form};
use crate::triage::colleague;
use crate::triage::decide;

pub(super) async fn explain(path: &Path, arguments: Explain) -> Outcome {
    let at = match &arguments.at {
        Some(text) => Some(Timestamp::parse(text).map_err(|error| {
            Failure::new(Exit::Usage, format!("--at {text:?} is not an instant: {error}"))
        })?),
        None => None,
    };
    let desk = Desk::open(path, arguments.desk.as_deref()).await?;
    let prover = prover(&desk, &arguments)?;
    let folder = arguments.attachments.clone().map(Folder::open).transpose()?;
    for file in &arguments.files {
        each_message(file, async |message| {
            let whole = explain_one(&desk, &prover, &message, at).await?;
            let explained = if arguments.secrets { whole } else { view::masked(whole) };
            if let Some(folder) = &folder {
                folder.take(&message.bytes, &desk.policy.attachments)?;
            }
            if arguments.json {
                json(&explained);
            } else {
                view::print(&explained);
            }
            Ok::<_, Failure>(())
        })
        .await
        .map_err(|error| unreadable(file, &error))??;
    }
    Ok(Exit::Ok)
}

async fn explain_one(
    desk: &Desk,
    prover: &Prover,
    message: &Message,
    at: Option<Timestamp>,
) -> Result<serde_json::Value, Failure> {
    let (mail, defects) = parse(&message.bytes);
    let mail = mail.apart_from(&desk.policy.own_lists);
    let mail = match colleague::known(&mail, &desk.policy) {
        Some(_) => with_html(with_enclosed(mail, &message.bytes), &message.bytes),
        None => mail,
    };
    let now = at.unwrap_or_else(|| Clock::System.now());
    let received = at.unwrap_or_else(|| received(&mail, now));
    let (age, form, folder) = (Age::New, Form::Whole, FolderKind::Watched);
    let arrival = Arrival { received, age, form, folder, released: None };
    let (raw, sender) = (message.bytes.as_slice(), &mail.sender);
    let asked = Received { raw, sender, at: received, unchecked: None };
    let Proven { proof, mut delivered_to, spam } = prover.prove(asked).await;
    delivered_to.extend(desk.stands_for());
    let policy = &desk.policy;
    let facts = match &desk.store {
        Some(store) => {
            let mut tx = store.read().await.or_exit(Exit::Unavailable)?;
            let question = Question::of(&mail, &delivered_to, &proof, &arrival, policy, now);
            facts::gather(&mut tx, &question, None).await.or_exit(Exit::Unavailable)?
        }
        None => Facts { delivered_to, ..Facts::default() },
    };
    let fresh = desk.fresh(now, facts.further_notices(policy))?;
    let case = Case {
        mail: &mail,
        arrival: &arrival,
        proof: &proof,
        spam: spam.as_ref(),
        facts: &facts,
        policy,
        fresh: &fresh,
    };
    let decision = decide(&case);
    Ok(view::object(message, &case, &decision, &defects, desk))
}
