//! Accounts: imported, matched, listed.

use tidings::desk::account::{Account, AccountStatus, Contact, Licence};
use tidings::desk::level::LevelName;
use tidings::store::account::{self, known, staging};
use tidings::store::sql::Tx;
use tidings::triage::case::known::MatchedBy;

use super::{Place, address, at};

pub(super) fn customer(key: &str, contacts: &[&str], licences: &[(&str, &[&str])]) -> Account {
    let read = |list: &[&str]| list.iter().map(|text| Contact::parse(text).unwrap()).collect();
    Account {
        key: key.to_owned(),
        name: format!("{key} Ltd"),
        status: AccountStatus::Active,
        languages: Vec::new(),
        groups: Vec::new(),
        coupons: Vec::new(),
        contacts: read(contacts),
        licences: licences
            .iter()
            .map(|(key, contacts)| Licence {
                key: (*key).to_owned(),
                level: LevelName::parse("commercial").unwrap(),
                from: "2026-01-01".parse().unwrap(),
                until: Some("2026-12-31".parse().unwrap()),
                sender_proof: None,
                contacts: read(contacts),
            })
            .collect(),
    }
}

/// Account, how it is matched, and the licences that serve.
async fn matching(tx: &mut Tx, sender: &str) -> Vec<(String, MatchedBy, Vec<String>)> {
    let found = known::matching(tx, &address(sender)).await.unwrap();
    let keys = |licences: Vec<Licence>| licences.into_iter().map(|one| one.key).collect();
    found.into_iter().map(|one| (one.key, one.by, keys(one.licences))).collect()
}

pub(super) async fn an_import_replaces_an_account(place: &Place) {
    let mut tx = place.begin().await;
    let first = customer("acme", &["ada@acme.example", "login:ada"], &[("A-1", &[]), ("A-2", &[])]);
    staging::import_one(&mut tx, &first, at(0)).await.unwrap();
    let before = known::matching(&mut tx, &address("ada@acme.example")).await.unwrap();
    assert_eq!(account::by_key(&mut tx, "acme").await.unwrap().unwrap().name, "acme Ltd");
    let second = Account {
        status: AccountStatus::Suspended,
        name: "Acme Inc".to_owned(),
        ..customer("acme", &["@acme.example"], &[("A-2", &["bob@acme.example"])])
    };
    for _ in 0..2 {
        staging::import_one(&mut tx, &second, at(0)).await.unwrap();
        assert_eq!(account::by_key(&mut tx, "acme").await.unwrap(), Some(second.clone()));
    }
    let after = known::matching(&mut tx, &address("bob@acme.example")).await.unwrap();
    assert_eq!(after[0].account, before[0].account, "tickets keep their account");
    assert_eq!(after[0].status, AccountStatus::Suspended);
    let left = known::matching(&mut tx, &address("ada@acme.example")).await.unwrap();
    assert_eq!(left[0].by, MatchedBy::Domain, "a contact that has left is none any more");
    assert_eq!(account::by_key(&mut tx, "ACME").await.unwrap(), None);
    tx.commit().await.unwrap();
}

pub(super) async fn a_sender_is_found_by_address_before_domain(place: &Place) {
    let mut tx = place.begin().await;
    for one in [
        customer("bydomain", &["@acme.example"], &[("D-1", &[])]),
        customer("both", &["@acme.example", "ada@acme.example"], &[("B-1", &[]), ("B-2", &[])]),
        customer("bare", &["ada@acme.example"], &[]),
        customer("login", &["login:ada@acme.example"], &[("L-1", &[])]),
        customer("other", &["@example", "@mail.acme.example"], &[("O-1", &[])]),
    ] {
        staging::import_one(&mut tx, &one, at(0)).await.unwrap();
    }
    let keys = |list: &[&str]| list.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        matching(&mut tx, "Ada@ACME.example").await,
        [
            ("bydomain".to_owned(), MatchedBy::Domain, keys(&["D-1"])),
            ("both".to_owned(), MatchedBy::Address, keys(&["B-1", "B-2"])),
            ("bare".to_owned(), MatchedBy::Address, keys(&[])),
        ]
    );
    assert_eq!(matching(&mut tx, "zoe@acme.example").await.len(), 2);
    assert_eq!(matching(&mut tx, "zoe@elsewhere.example").await, []);
    tx.commit().await.unwrap();
}

pub(super) async fn a_licence_may_serve_some_contacts_alone(place: &Place) {
    let mut tx = place.begin().await;
    let licences: [(&str, &[&str]); 3] =
        [("all", &[]), ("bob", &["bob@acme.example"]), ("lab", &["@lab.example", "login:x"])];
    let one = customer("acme", &["@acme.example", "@lab.example"], &licences);
    staging::import_one(&mut tx, &one, at(0)).await.unwrap();
    for (sender, expected) in [
        ("ada@acme.example", vec!["all"]),
        ("bob@acme.example", vec!["all", "bob"]),
        ("eve@lab.example", vec!["all", "lab"]),
    ] {
        let found = matching(&mut tx, sender).await;
        assert_eq!(found.len(), 1, "{sender}");
        assert_eq!(found[0].2, expected, "{sender}");
    }
    tx.commit().await.unwrap();
}

pub(super) async fn a_group_serves_the_people_of_its_members(place: &Place) {
    let mut tx = place.begin().await;
    let groups = |account: Account, groups: &[&str]| Account {
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        ..account
    };
    let licences: [(&str, &[&str]); 2] = [("P-1", &[]), ("P-2", &["bob@acme.example"])];
    for one in [
        groups(customer("acme", &["@acme.example"], &[]), &["partners"]),
        groups(customer("partners", &["@partners.example"], &licences), &["all"]),
        groups(customer("all", &[], &[("A-1", &[])]), &["acme", "partners"]),
    ] {
        staging::import_one(&mut tx, &one, at(0)).await.unwrap();
    }
    for (sender, expected) in [
        ("ada@acme.example", vec![("all", vec!["A-1"]), ("partners", vec!["P-1"])]),
        ("bob@acme.example", vec![("all", vec!["A-1"]), ("partners", vec!["P-1", "P-2"])]),
        ("zoe@partners.example", vec![("acme", vec![]), ("all", vec!["A-1"])]),
    ] {
        let found = known::matching(&mut tx, &address(sender)).await.unwrap();
        let groups: Vec<_> = found[0]
            .groups
            .iter()
            .map(|group| {
                let keys = group.licences.iter().map(|licence| licence.key.as_str());
                (group.key.as_str(), keys.collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(groups, expected, "{sender}");
    }
    tx.commit().await.unwrap();
}

pub(super) async fn accounts_are_listed_by_key(place: &Place) {
    let mut tx = place.begin().await;
    // bytewise, whatever the locale
    let keys = ["Z", "a", "b", "z", "Ä"];
    let mut expected = Vec::new();
    for key in ["b", "Ä", "z", "Z", "a"] {
        staging::import_one(&mut tx, &customer(key, &["@acme.example"], &[(key, &[])]), at(0))
            .await
            .unwrap();
    }
    for key in keys {
        expected.push(customer(key, &["@acme.example"], &[(key, &[])]));
    }
    assert_eq!(account::page(&mut tx, None).await.unwrap(), expected);
    assert_eq!(account::page(&mut tx, Some("b")).await.unwrap(), expected[3..]);
    let some = account::by_keys(&mut tx, &["z", "a", "y"]).await.unwrap();
    assert_eq!(some, [expected[1].clone(), expected[3].clone()]);
    assert_eq!(account::open_tickets(&mut tx, "a").await.unwrap(), 0);
    tx.commit().await.unwrap();
}
