//! Imports: seen as a whole or not at all, one at a time; and coupons, which outlive them.

use tidings::desk::account::coupon::{Coupon, CouponCode};
use tidings::desk::account::{Account, AccountId};
use tidings::desk::level::LevelName;
use tidings::store::Store;
use tidings::store::account::coupon::{self, Used};
use tidings::store::account::remnant::{self, Broom, Left, Stage};
use tidings::store::account::staging::{self, Begun, ImportId};
use tidings::store::account::{self, known};
use tidings::store::commit::{self, Act};
use tidings::store::error::StoreError;
use tidings::store::sql::Tx;
use tidings::store::undeliverable;
use tidings::triage::decision::{Effect, Redemption};

use super::accounts::customer;
use super::{Place, act, address, at, number, opening};

fn vip(uses: u32) -> Coupon {
    let level = LevelName::parse("vip").unwrap();
    Coupon { code: CouponCode::parse("VIP-1").unwrap(), level, uses }
}

/// An account with all that one can have.
fn full(name: &str) -> Account {
    let licences: [(&str, &[&str]); 2] = [("A-1", &[]), ("A-2", &["@acme.example"])];
    Account {
        name: name.to_owned(),
        languages: vec!["de".to_owned(), "en".to_owned()],
        groups: vec!["partners".to_owned()],
        coupons: vec![vip(2)],
        ..customer("acme", &["ada@acme.example", "@acme.example", "login:ada"], &licences)
    }
    .in_order()
}

async fn begin(tx: &mut Tx, seconds: i64) -> ImportId {
    match staging::begin(tx, "bea", at(seconds)).await.unwrap() {
        Begun::Now(import) => import,
        Begun::Busy => panic!("another import is at work"),
    }
}

async fn write(tx: &mut Tx, import: ImportId, account: &Account) -> AccountId {
    let id = staging::add_account(tx, import, account).await.unwrap();
    for group in &account.groups {
        staging::add_group(tx, import, id, group).await.unwrap();
    }
    let contacts: Vec<_> = account.contacts.iter().map(|contact| (id, contact)).collect();
    staging::add_contacts(tx, import, &contacts).await.unwrap();
    for licence in &account.licences {
        let added = staging::add_licence(tx, import, id, licence).await.unwrap();
        for contact in &licence.contacts {
            staging::add_licence_contact(tx, added, contact).await.unwrap();
        }
    }
    for coupon in &account.coupons {
        staging::add_coupon(tx, import, id, coupon).await.unwrap();
    }
    id
}

/// The account, by its key and by its people.
async fn seen(store: &Store) -> (Option<Account>, Vec<String>) {
    let mut tx = store.read().await.unwrap();
    let acme = account::by_key(&mut tx, "acme").await.unwrap();
    let found = known::matching(&mut tx, &address("ada@acme.example")).await.unwrap();
    assert!(undeliverable::of_account(&mut tx, "acme").await.unwrap().is_empty());
    tx.rollback().await.unwrap();
    (acme, found.into_iter().map(|one| one.name).collect())
}

pub(super) async fn an_import_is_seen_when_all_of_it_is_there(place: &Place) {
    for (round, name) in (0..).zip(["One", "Two", "Three"]) {
        let before = seen(&place.store).await;
        let mut tx = place.begin().await;
        let import = begin(&mut tx, round).await;
        write(&mut tx, import, &full(name)).await;
        tx.commit().await.unwrap();
        assert_eq!(seen(&place.store).await, before, "nobody sees what is not whole");
        let mut tx = place.begin().await;
        staging::beat(&mut tx, import, at(round)).await.unwrap();
        staging::go_live(&mut tx, import).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(seen(&place.store).await, (Some(full(name)), vec![name.to_owned()]));
    }
}

pub(super) async fn one_import_writes_at_a_time(place: &Place) {
    let mut tx = place.begin().await;
    let first = begin(&mut tx, 0).await;
    write(&mut tx, first, &full("One")).await;
    tx.commit().await.unwrap();
    let mut tx = place.begin().await;
    assert_eq!(staging::begin(&mut tx, "cora", at(60)).await.unwrap(), Begun::Busy);
    let second = begin(&mut tx, 61).await;
    let late = staging::beat(&mut tx, first, at(62)).await;
    assert!(matches!(late, Err(StoreError::Raced)), "{late:?}");
    let late = staging::go_live(&mut tx, first).await;
    assert!(matches!(late, Err(StoreError::Raced)), "{late:?}");
    write(&mut tx, second, &full("Two")).await;
    staging::go_live(&mut tx, second).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(seen(&place.store).await.1, ["Two"], "what was left does not come back");
}

pub(super) async fn what_an_import_left_is_swept(place: &Place) {
    let mut tx = place.begin().await;
    let mut id = AccountId(0);
    for round in 0..3 {
        let import = begin(&mut tx, round).await;
        id = write(&mut tx, import, &full("Old")).await;
        staging::go_live(&mut tx, import).await.unwrap();
    }
    let import = begin(&mut tx, 3).await;
    write(&mut tx, import, &full("Never")).await;
    let other = customer("other", &["@other.example"], &[]);
    write(&mut tx, import, &other).await;
    staging::leave(&mut tx, import).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = place.begin().await;
    let remnants = remnant::remnants(&mut tx, AccountId(0)).await.unwrap();
    assert_eq!(remnants.len(), 4, "two that were replaced, two that were left");
    assert_eq!(remnant::remnants(&mut tx, id).await.unwrap().len(), 1);
    for remnant in remnants {
        let mut rows = 0;
        loop {
            match remnant::sweep(&mut tx, remnant).await.unwrap() {
                0 => break,
                some => rows += some,
            }
        }
        assert!([2, 9].contains(&rows), "{remnant:?}: {rows}");
    }
    assert!(remnant::remnants(&mut tx, AccountId(0)).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    assert_eq!(seen(&place.store).await, (Some(full("Old")), vec!["Old".to_owned()]));
    let mut tx = place.begin().await;
    assert_eq!(account::by_key(&mut tx, "other").await.unwrap(), None);
    tx.rollback().await.unwrap();
}

pub(super) async fn an_import_that_is_silent_is_given_up_and_swept(place: &Place) {
    let mut tx = place.begin().await;
    let import = begin(&mut tx, 0).await;
    write(&mut tx, import, &full("Old")).await;
    staging::go_live(&mut tx, import).await.unwrap();
    let import = begin(&mut tx, 10).await;
    write(&mut tx, import, &full("Never")).await;
    let latest = remnant::latest(&mut tx).await.unwrap().unwrap();
    assert_eq!((latest.stage, latest.beat), (Stage::Staging, at(10)));
    staging::leave_silent(&mut tx, at(10)).await.unwrap();
    staging::beat(&mut tx, import, at(20)).await.unwrap();
    tx.commit().await.unwrap();
    let mut broom = Broom::begin();
    assert_eq!(broom.sweep(&place.store).await.unwrap(), Left::Nothing, "it may go on");
    let mut tx = place.begin().await;
    staging::leave_silent(&mut tx, at(21)).await.unwrap();
    let given_up = remnant::latest(&mut tx).await.unwrap().unwrap();
    assert_eq!((given_up.id, given_up.stage), (latest.id, Stage::Ended));
    let late = staging::beat(&mut tx, import, at(22)).await;
    assert!(matches!(late, Err(StoreError::Raced)), "{late:?}");
    tx.commit().await.unwrap();
    let mut broom = Broom::begin();
    let mut swept = 0;
    while let Left::Something(_) = broom.sweep(&place.store).await.unwrap() {
        swept += 1;
    }
    assert_ne!(swept, 0);
    assert_eq!(seen(&place.store).await, (Some(full("Old")), vec!["Old".to_owned()]));
}

/// Tickets for which somebody would have a coupon, and how often it was sold.
const WANTED: i64 = 8;
const SOLD: u32 = 5;

pub(super) async fn a_coupon_is_never_counted_more_often_than_it_was_sold(place: &Place) {
    let mut tx = place.begin().await;
    let sold = Account { coupons: vec![vip(SOLD)], ..full("Acme") };
    staging::import_one(&mut tx, &sold, at(0)).await.unwrap();
    let acme = known::matching(&mut tx, &address("ada@acme.example")).await.unwrap()[0].account;
    for ticket in 1..=WANTED {
        commit::apply(&mut tx, &opening(ticket), &act(None, 1)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut writers = Vec::new();
    for ticket in 1..=WANTED {
        let store = place.another().await;
        writers.push(tokio::spawn(async move {
            let redeemed = redeem(&store, acme, ticket).await;
            store.close().await;
            redeemed
        }));
    }
    let mut redeemed = 0;
    for writer in writers {
        redeemed += u32::from(writer.await.unwrap());
    }
    assert_eq!(redeemed, SOLD);
    let mut tx = place.begin().await;
    let used = coupon::used(&mut tx, "acme").await.unwrap();
    assert_eq!(used, [Used { code: "vip-1".to_owned(), times: i64::from(SOLD) }]);
    let named = coupon::named(&mut tx, acme, &["vip-1".to_owned(), "vip-2".to_owned()]).await;
    let named = named.unwrap();
    assert_eq!((named.len(), named[0].left), (1, 0));
    let mut noted = 0;
    for ticket in 1..=WANTED {
        noted += u32::from(coupon::has_redeemed(&mut tx, number(ticket)).await.unwrap());
    }
    assert_eq!(noted, SOLD);
    tx.rollback().await.unwrap();
}

/// Whether the coupon was counted for a ticket; it is for none twice.
async fn redeem(store: &Store, account: AccountId, ticket: i64) -> bool {
    let new = Redemption {
        ticket: number(ticket),
        account,
        code: CouponCode::parse("vip-1").unwrap(),
        uses: i64::from(SOLD),
    };
    let effects = [Effect::Redeem(new)];
    let mut tx = store.begin().await.unwrap();
    match commit::apply(&mut tx, &effects, &act(None, 2)).await {
        Ok(()) => tx.commit().await.unwrap(),
        Err(StoreError::Raced) => {
            tx.rollback().await.unwrap();
            return false;
        }
        Err(other) => panic!("{other:?}"),
    }
    let mut tx = store.begin().await.unwrap();
    let again = commit::apply(&mut tx, &effects, &act(None, 3)).await;
    assert!(matches!(again, Err(StoreError::Raced | StoreError::RacedHalfway)), "{again:?}");
    tx.rollback().await.unwrap();
    true
}

pub(super) async fn it_is_known_since_when_somebody_writes(place: &Place) {
    let mut tx = place.begin().await;
    let ada = address("ada@acme.example");
    assert_eq!(known::first_ticket(&mut tx, "support", &ada).await.unwrap(), None);
    for (ticket, second) in [(18, 20), (17, 10), (19, 30)] {
        let then = Act { now: at(second), ..act(None, 1) };
        commit::apply(&mut tx, &opening(ticket), &then).await.unwrap();
    }
    assert_eq!(known::first_ticket(&mut tx, "support", &ada).await.unwrap(), Some(at(10)));
    assert_eq!(known::first_ticket(&mut tx, "sales", &ada).await.unwrap(), None);
    tx.rollback().await.unwrap();
}
