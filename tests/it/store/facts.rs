//! What is known when a message is decided.

use std::fmt::Write as _;

use tidings::desk::account::Account;
use tidings::desk::account::coupon::{Coupon, CouponCode};
use tidings::desk::level::LevelName;
use tidings::mail::Mail;
use tidings::mail::parse::parse;
use tidings::store::account::staging;
use tidings::store::commit::{self, Act};
use tidings::store::facts::{self, Question};
use tidings::store::sql::Tx;
use tidings::time::Timestamp;
use tidings::triage::case::Facts;
use tidings::triage::decision::{Effect, NewArticle, Redemption};
use tidings::triage::policy::Policy;

use super::accounts::customer;
use super::earlier::{arrived, desk, proven};
use super::{Place, act, address, article, at, id, notice, number, opening};

fn mail(header: &str) -> Mail {
    let raw = format!("From: ada@acme.example\nTo: support@desk.example\n{header}\n\nHello\n");
    parse(raw.as_bytes()).0
}

pub(super) async fn gather(tx: &mut Tx, header: &str, policy: &Policy, now: Timestamp) -> Facts {
    let mail = mail(header);
    let proof = proven();
    let question = Question::of(&mail, &[], &proof, &arrived(now), policy, now);
    facts::gather(tx, &question, None).await.unwrap()
}

pub(super) async fn many_references_are_found(place: &Place) {
    let mut tx = place.begin().await;
    let mut effects = opening(17);
    let mut field = "References:".to_owned();
    // more than one statement asks for, and as many that nobody knows
    for one in 0..40 {
        write!(field, "\n <known{one}@acme.example> <unknown{one}@acme.example>").unwrap();
        let mut said = article(17, &format!("known{one}@acme.example"));
        said.recipients = vec![address("support@desk.example"), address("bob@acme.example")];
        effects.push(Effect::AddArticle(said));
    }
    field.push_str("\nIn-Reply-To: <own@desk.example>");
    effects.push(notice(17, "own@desk.example", "ada@acme.example"));
    commit::apply(&mut tx, &effects, &act(None, 1)).await.unwrap();
    let found = gather(&mut tx, &field, &desk(), at(0)).await.referenced;
    assert_eq!(found.len(), 41);
    for known in &found {
        assert_eq!(known.ticket.number, number(17));
        assert_eq!(known.ticket.parties, [address("ada@acme.example")]);
        let own = known.message_id == id("own@desk.example");
        assert_eq!(known.recipients.len(), if own { 1 } else { 2 }, "{}", known.message_id);
    }
    // the same Message-ID may stand in two tickets; another desk's are nobody's
    let mut second = opening(18);
    second.push(Effect::AddArticle(article(18, "known0@acme.example")));
    commit::apply(&mut tx, &second, &act(None, 2)).await.unwrap();
    let mut third = opening(19);
    third.push(Effect::AddArticle(article(19, "known0@acme.example")));
    let elsewhere = Act { desk: "sales", ..act(None, 3) };
    commit::apply(&mut tx, &third, &elsewhere).await.unwrap();
    let header = "References: <known0@acme.example> <known0@acme.example>";
    let found = gather(&mut tx, header, &desk(), at(0)).await.referenced;
    let numbers: Vec<_> = found.iter().map(|known| known.ticket.number).collect();
    assert_eq!(numbers, [number(17), number(18)]);
    tx.commit().await.unwrap();
}

pub(super) async fn a_tag_of_another_desk_is_nobodys(place: &Place) {
    let mut tx = place.begin().await;
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    let elsewhere = Act { desk: "sales", ..act(None, 2) };
    commit::apply(&mut tx, &opening(18), &elsewhere).await.unwrap();
    for (subject, expected) in [
        ("[EX#17] x", vec![17]),
        ("[EX#18] x", vec![]),
        ("[EX#18] [EX#17] [EX#19] x", vec![17]),
        ("[OTHER#17] x", vec![]),
    ] {
        let header = format!("Subject: {subject}");
        let found = gather(&mut tx, &header, &desk(), at(0)).await.tagged;
        let found: Vec<_> = found.iter().map(|ticket| ticket.number.get()).collect();
        assert_eq!(found, expected, "{subject}");
    }
    tx.commit().await.unwrap();
}

pub(super) async fn a_message_that_is_decided_again_knows_what_its_ticket_had(place: &Place) {
    let mut tx = place.begin().await;
    let (code, level) = (CouponCode::parse("VIP-1").unwrap(), LevelName::parse("vip").unwrap());
    let coupons = vec![Coupon { code: code.clone(), level, uses: 3 }];
    let acme = Account { coupons, ..customer("acme", &["@acme.example"], &[]) };
    staging::import_one(&mut tx, &acme, at(0)).await.unwrap();
    commit::apply(&mut tx, &opening(17), &act(None, 1)).await.unwrap();
    let (mail, proof, policy, arrived) = (mail("Subject: VIP-1"), proven(), desk(), arrived(at(0)));
    let asked = || Question::of(&mail, &[], &proof, &arrived, &policy, at(0));
    let again = asked().again(number(17));
    let found = facts::gather(&mut tx, &again, None).await.unwrap();
    assert_eq!((found.coupons[0].left, found.redeemed), (3, vec![]));
    let (ticket, account) = (number(17), found.coupons[0].account);
    let redeem = Effect::Redeem(Redemption { ticket, account, code, uses: 3 });
    commit::apply(&mut tx, &[redeem], &act(None, 2)).await.unwrap();
    let found = facts::gather(&mut tx, &again, None).await.unwrap();
    assert_eq!((found.coupons[0].left, found.redeemed), (2, vec![ticket]));
    assert_eq!(facts::gather(&mut tx, &asked(), None).await.unwrap().redeemed, []);
    tx.rollback().await.unwrap();
}

pub(super) async fn accounts_and_tags_are_gathered(place: &Place) {
    let mut tx = place.begin().await;
    staging::import_one(&mut tx, &customer("acme", &["@acme.example"], &[("A", &[])]), at(0))
        .await
        .unwrap();
    let header = "Subject: [EX#17]\nReferences: <m@acme.example>";
    assert_eq!(gather(&mut tx, header, &desk(), at(0)).await.accounts.len(), 1);
    let mut effects = opening(17);
    effects.push(Effect::AddArticle(NewArticle {
        recipients: Vec::new(),
        ..article(17, "m@acme.example")
    }));
    commit::apply(&mut tx, &effects, &act(None, 1)).await.unwrap();
    let found = gather(&mut tx, header, &desk(), at(0)).await;
    assert_eq!((found.tagged.len(), found.referenced.len(), found.earlier), (1, 1, None));
    // whoever cannot be told from others has no account and no acknowledgements
    let raw = "From: ada@acme.example, bob@acme.example\nSubject: x\n\nHello\n";
    let (nobody, policy) = (parse(raw.as_bytes()).0, desk());
    let proof = proven();
    let question = Question::of(&nobody, &[], &proof, &arrived(at(0)), &policy, at(0));
    assert_eq!(facts::gather(&mut tx, &question, None).await.unwrap(), Facts::default());
    tx.commit().await.unwrap();
}
