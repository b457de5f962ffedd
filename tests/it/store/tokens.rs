//! What brings a message to its ticket, beside the tickets themselves.

use std::path::Path;

use tidings::fresh::{Bearer, Key, Namer, Random};
use tidings::mail::parse::parse;
use tidings::store::commit;
use tidings::store::error::OpenError;
use tidings::store::facts::{self, Question};
use tidings::store::{Absent, Identity, Store, Upgrade, keys, outbox, plus};
use tidings::triage::case::{Role, SentNotice};
use tidings::triage::decision::{Bounced, Effect};
use tidings::triage::policy::{EnvelopeFrom, Policy};

use super::earlier::{arrived, desk, proven};
use super::{Place, act, address, article, at, id, notice, number, opening};
use crate::support::policy;

pub(super) async fn an_address_is_proved_for_its_desk(place: &Place) {
    let mut tx = place.begin().await;
    let support = address("support@desk.example");
    assert_eq!(plus::proved(&mut tx, "support", &support).await.unwrap(), None);
    for instant in [at(1), at(2)] {
        plus::prove(&mut tx, "support", &support, instant).await.unwrap();
        assert_eq!(plus::proved(&mut tx, "support", &support).await.unwrap(), Some(instant));
    }
    assert_eq!(plus::proved(&mut tx, "sales", &support).await.unwrap(), None);
    let other = address("support@reply.example");
    assert_eq!(plus::proved(&mut tx, "support", &other).await.unwrap(), None);
    tx.commit().await.unwrap();
}

pub(super) async fn the_first_key_at_hand_takes_the_place_of_the_one_of_now(place: &Place) {
    let known = async || {
        let mut tx = place.store.read().await.unwrap();
        let known = keys::list(&mut tx).await.unwrap();
        tx.rollback().await.unwrap();
        known.into_iter().map(|key| (key.id.into(), key.replaced)).collect::<Vec<(String, _)>>()
    };
    assert_eq!(known().await, [("k1".to_owned(), None)]);
    let open = async |key_ids: &[&str]| {
        let identity = Identity { instance: "desk.example", key_ids, key_file: Path::new("key") };
        let (at, how) = (place.engine.location(), Upgrade::Gently);
        let store = Store::open(&at, None, Absent::Refuse, how, &identity, super::at(50)).await;
        match store {
            Ok(store) => {
                store.close().await;
                true
            }
            Err(error) => {
                assert!(matches!(error, OpenError::OtherKey { .. }), "{error}");
                false
            }
        }
    };
    // Known beforehand is not used.
    assert!(open(&["k1", "k2"]).await);
    assert_eq!(known().await, [("k1".to_owned(), None)]);
    assert!(open(&["k2", "k1"]).await);
    let changed = [("k1".to_owned(), Some(at(50))), ("k2".to_owned(), None)];
    assert_eq!(known().await, changed);
    // A file that is older, or shorter, changes nothing; one without the key of now is another's.
    assert!(open(&["k1", "k2"]).await && open(&["k2"]).await);
    assert!(!open(&["k1"]).await && !open(&["k3", "k1"]).await);
    assert_eq!(known().await, changed);
}

pub(super) async fn a_notice_that_came_back_stays_sent(place: &Place) {
    let mut tx = place.begin().await;
    let mut effects = opening(17);
    effects.push(notice(17, "n1@desk.example", "ada@acme.example"));
    commit::apply(&mut tx, &effects, &act(None, 1)).await.unwrap();
    let other = [notice(17, "n2@desk.example", "bob@acme.example")];
    commit::apply(&mut tx, &other, &act(None, 2)).await.unwrap();
    let of =
        |message_id: &str, to: &str| SentNotice { message_id: id(message_id), to: address(to) };
    let both =
        [of("n2@desk.example", "bob@acme.example"), of("n1@desk.example", "ada@acme.example")];
    assert_eq!(outbox::of_ticket(&mut tx, "support", number(17)).await.unwrap(), both);
    assert_eq!(outbox::of_ticket(&mut tx, "sales", number(17)).await.unwrap(), []);
    assert_eq!(outbox::of_ticket(&mut tx, "support", number(18)).await.unwrap(), []);

    for (ticket, message_id) in [(17, "n1@desk.example"), (18, "n2@desk.example"), (17, "x@y")] {
        let bounced = Bounced { ticket: number(ticket), message_id: id(message_id) };
        commit::apply(&mut tx, &[Effect::Bounce(bounced)], &act(None, 3)).await.unwrap();
    }
    let rows = outbox::review::list(&mut tx, Some("all"), 0).await.unwrap();
    let seen: Vec<_> = rows.iter().map(|row| (row.state.as_str(), row.bounced)).collect();
    assert_eq!(seen, [("due", Some(at(60))), ("due", None)]);
    tx.commit().await.unwrap();
}

pub(super) async fn what_nobody_has_seen_is_an_ancestor_until_it_comes(place: &Place) {
    let mut tx = place.begin().await;
    let mut effects = opening(17);
    let mut first = article(17, "second@acme.example");
    first.ancestors = vec![id("first@acme.example"), id("second@acme.example")];
    effects.push(Effect::AddArticle(first));
    commit::apply(&mut tx, &effects, &act(None, 1)).await.unwrap();
    let raw =
        b"From: ada@acme.example\nReferences: <first@acme.example> <second@acme.example>\n\nx";
    let (mail, _) = parse(raw);
    let policy = desk();
    let proof = proven();
    let question = Question::of(&mail, &[], &proof, &arrived(at(0)), &policy, at(0));
    let known = async |tx: &mut _| {
        let mut known: Vec<_> = facts::gather(tx, &question, None)
            .await
            .unwrap()
            .referenced
            .into_iter()
            .map(|known| (known.message_id, known.role))
            .collect();
        known.sort_by(|a, b| a.0.cmp(&b.0));
        known
    };
    let (one, two) = (id("first@acme.example"), id("second@acme.example"));
    let expected = [(one.clone(), Role::Ancestor), (two.clone(), Role::Message)];
    assert_eq!(known(&mut tx).await, expected);
    // It comes after all; and an ancestor again it never is.
    let mut late = article(17, "third@acme.example");
    late.ancestors = vec![two.clone()];
    let effects = [Effect::AddArticle(article(17, "first@acme.example")), Effect::AddArticle(late)];
    commit::apply(&mut tx, &effects, &act(None, 2)).await.unwrap();
    assert_eq!(known(&mut tx).await, [(one, Role::Message), (two, Role::Message)]);
    tx.commit().await.unwrap();
}

pub(super) async fn a_token_brings_its_ticket_and_a_bounces_its_notices(place: &Place) {
    let mut tx = place.begin().await;
    let mut effects = opening(17);
    effects.push(notice(17, "n1@desk.example", "ada@acme.example"));
    commit::apply(&mut tx, &effects, &act(None, 1)).await.unwrap();
    let namer = Namer::new(Key::new(&[7; 32]), "desk.example", Random::System);
    let (ada, notice) = (address("ada@acme.example"), id("n1@desk.example"));
    let reply = namer.token("support", number(17), Bearer::Requester(&ada));
    let bounce = namer.token("support", number(17), Bearer::Bounce(&notice));
    let none = namer.token("support", number(99), Bearer::Requester(&ada));
    let pattern = tidings::mail::address::pattern::AddressPattern::parse("b-%token@desk.example");
    let envelope_from = EnvelopeFrom::Tokens(pattern.unwrap());
    let policy = Policy { envelope_from, ..policy::policy(namer) };
    let raw = format!(
        "From: ada@acme.example\nTo: support+{reply}@desk.example, b-{bounce}@desk.example,\n \
         support+{none}@desk.example, support+{reply}@desk.example\n\nx"
    );
    let (mail, _) = parse(raw.as_bytes());
    let gathered = async |tx: &mut _, delivered: &[_]| {
        let proof = proven();
        let question = Question::of(&mail, delivered, &proof, &arrived(at(0)), &policy, at(0));
        facts::gather(tx, &question, None).await.unwrap().tokens
    };
    let found = gathered(&mut tx, &[]).await;
    let tickets: Vec<_> = found.iter().map(|one| one.ticket.as_ref().map(|t| t.number)).collect();
    assert_eq!(tickets, [Some(number(17)), Some(number(17)), None]);
    let notices: Vec<_> = found.iter().map(|one| one.notices.len()).collect();
    assert_eq!(notices, [0, 1, 0]);
    // What our servers noted counts alone, if it has a token.
    let noted = [address(&format!("support+{none}@desk.example"))];
    assert_eq!(gathered(&mut tx, &noted).await.len(), 1);
    assert_eq!(gathered(&mut tx, &[address("support@desk.example")]).await.len(), 3);
    tx.commit().await.unwrap();
}
