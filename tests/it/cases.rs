//! Decisions as data: a folder of `tests/cases` is a message, the world it meets, and what is
//! decided. A bug report becomes a folder. `UPDATE=1` rewrites what is expected.

mod counts;
mod names;
mod print;
mod promised;
mod proof;
mod table;
mod threads;
mod world;

use std::path::{Path, PathBuf};

use tidings::fresh::Fresh;
use tidings::mail::automatic::Kind;
use tidings::mail::parse::parse;
use tidings::store::body::BodyId;
use tidings::store::commit::{self, Act};
use tidings::store::facts::{self, Question};
use tidings::store::location::Location;
use tidings::store::ticket;
use tidings::store::{Absent, Identity, Store, Upgrade};
use tidings::triage::case::Case;
use tidings::triage::decide;
use tidings::triage::decision::{Decision, Effect};
use tidings::triage::reconsider::{Later, reconsider};
use tidings::triage::requester;

use world::World;

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders: Vec<_> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says so in the environment")]
fn rewrites() -> bool {
    std::env::var_os("UPDATE").is_some()
}

#[tokio::test]
async fn each_case_is_decided_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let identity =
        Identity { instance: "desk.example", key_ids: &["k"], key_file: Path::new("key") };
    let (at, how) = (Location::Sqlite(folder.path().join("tidings.db")), Upgrade::Gently);
    let now = world::now();
    let store = Store::open(&at, None, Absent::Create, how, &identity, now).await.unwrap();
    let mut wrong = Vec::new();
    for case in folders() {
        let found = decided(&store, &case).await;
        let file = case.join("decision.txt");
        if rewrites() {
            std::fs::write(&file, found).unwrap();
            continue;
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        if found != expected {
            wrong.push(format!("{}\n--- expected\n{expected}--- found\n{found}", case.display()));
        }
    }
    store.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_case_has_a_number_and_a_name_of_its_own() {
    let folders = folders();
    assert!(folders.len() >= 40, "{}", folders.len());
    let mut last = String::new();
    for folder in folders {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let (number, words) = name.split_once('-').unwrap();
        assert!(number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit()), "{name}");
        assert!(!words.is_empty(), "{name}");
        assert_ne!(number, last, "{name}");
        number.clone_into(&mut last);
    }
}

/// Builds the world, reads what the store knows of it, decides, writes, and undoes all of it.
async fn decided(store: &Store, folder: &Path) -> String {
    let world = World::read(folder);
    let names = world.names();
    let raw = names.fill(&std::fs::read(folder.join("mail.eml")).unwrap());
    let (policy, arrival, fresh) = (world.policy(&names), world.arrival(), names.fresh());
    let mail = parse(&raw).0.apart_from(&policy.own_lists);
    let (proof, spam) = (world.proof(), world.spam());
    let mut tx = store.begin().await.unwrap();
    world.build(&mut tx, &names, if world.is_shipped() { &policy.levels } else { &[] }).await;
    let delivered_to = world.delivered_to(&raw);
    let question = Question::of(&mail, &delivered_to, &proof, &arrival, &policy, fresh.now);
    let question = match &world.later {
        Some(file) => question.again(file.ticket()),
        None => question,
    };
    let gathered = facts::gather(&mut tx, &question, None).await.unwrap();
    let facts = world.complete(gathered);
    let (mail, arrival, proof, spam) = (&mail, &arrival, &proof, spam.as_ref());
    let case = Case { mail, arrival, proof, spam, facts: &facts, policy: &policy, fresh: &fresh };
    let decision = match &world.later {
        None => {
            let decision = decide(&case);
            assert_eq!(decision, decide(&case), "{}", folder.display());
            decision
        }
        Some(file) => {
            let ticket = ticket::facts(&mut tx, &policy.desk, file.ticket()).await.unwrap();
            let fresh = Fresh { number: file.ticket(), ..fresh.clone() };
            let case = Case { fresh: &fresh, ..case };
            let (role, told, recheck) = (file.role(), file.told(), file.recheck());
            reconsider(&Later { case, ticket: &ticket.unwrap(), role, told, recheck })
        }
    };
    sound(&decision, requester::kind(&case), folder);
    let bodies: Vec<_> = (1_000_000..1_000_100).map(BodyId).collect();
    let act = Act {
        desk: &policy.desk,
        inbound: None,
        actor: "tidings",
        now: fresh.now,
        by: arrival.age.by(),
        happened: arrival.received,
        levels: &policy.levels,
        bodies: &bodies,
    };
    let written = commit::apply(&mut tx, &decision.effects, &act).await;
    assert!(written.is_ok(), "{}: {written:?}", folder.display());
    let mut text = print::print(&decision);
    text.push_str(&promised::print(&mut tx, &decision, &policy, world.is_shipped()).await);
    tx.rollback().await.unwrap();
    names.shown(&text)
}

/// What holds for every decision.
fn sound(decision: &Decision, kind: Kind, folder: &Path) {
    let name = folder.display();
    let answered = decision.effects.iter().any(|effect| matches!(effect, Effect::Submit(_)));
    assert!(!answered || kind == Kind::Person, "{name}: a machine is answered");
    assert!(!decision.reason().is_empty(), "{name}: no reason");
    assert!(!decision.reason().contains(char::is_control), "{name}: {:?}", decision.reason());
    for effect in &decision.effects {
        if let Effect::Submit(notice) = effect {
            let (back, _) = parse(&notice.bytes);
            assert_eq!(back.message_id.as_ref(), Some(&notice.message_id), "{name}");
            assert_ne!(back.class.kind, Kind::Person, "{name}: our notice must say that it is one");
            assert!(!notice.bytes.contains(&0), "{name}");
        } else {
            assert!(!format!("{effect:?}").contains("\\0"), "{name}: {effect:?}");
        }
    }
}
