//! What an import changes of an account.

use std::collections::BTreeSet;

use super::{Whole, Written};
use crate::desk::account::{Account, Licence};

/// What becomes of an account.
pub(super) enum Change {
    Added,
    /// With what, for people.
    Changed(String),
    None,
}

/// What becomes of all of them.
#[derive(Debug, Default)]
pub(super) struct Tally {
    added: usize,
    changed: usize,
    unchanged: usize,
    shown: Vec<String>,
}

/// Accounts of which it is shown what becomes of them; of the others, how many there are.
const SHOWN_MAX: usize = 50;
/// Parts of an account of which it is shown.
const PARTS_MAX: usize = 8;

impl Written {
    /// The account as it is to be, where this is what it is.
    pub(super) fn over(self, current: Option<&Account>) -> Account {
        let Self { mut account, whole } = self;
        let Some(current) = current.filter(|_| whole == Whole::No) else { return account };
        account.languages.clone_from(&current.languages);
        account.groups.clone_from(&current.groups);
        account.coupons.clone_from(&current.coupons);
        for licence in &mut account.licences {
            if let Some(known) = current.licences.iter().find(|known| known.key == licence.key) {
                licence.contacts.clone_from(&known.contacts);
                licence.sender_proof = known.sender_proof;
            }
        }
        account
    }
}

/// What becomes of an account that is to be `wanted`.
pub(super) fn change(current: Option<&Account>, wanted: &Account) -> Change {
    let Some(current) = current else { return Change::Added };
    if current == wanted {
        return Change::None;
    }
    let mut parts = Vec::new();
    if current.name != wanted.name {
        parts.push(format!("name {:?} → {:?}", current.name, wanted.name));
    }
    if current.status != wanted.status {
        parts.push(format!("{} → {}", current.status.as_str(), wanted.status.as_str()));
    }
    parts.extend(list("languages", &current.languages, &wanted.languages));
    parts.extend(list("groups", &current.groups, &wanted.groups));
    parts.extend(list("contacts", &texts(&current.contacts), &texts(&wanted.contacts)));
    let (before, after) = (&current.licences, &wanted.licences);
    for licence in after {
        let Licence { key, level, .. } = licence;
        match before.iter().find(|known| known.key == *key) {
            None => parts.push(format!("licence {key} new: level {level}, {}", days(licence))),
            Some(known) if known == licence => {}
            Some(known) => parts.push(format!("licence {key}: {}", differences(known, licence))),
        }
    }
    for gone in before.iter().filter(|known| !after.iter().any(|one| one.key == known.key)) {
        parts.push(format!("licence {} gone", gone.key));
    }
    let codes = |account: &Account| {
        let coupons = account.coupons.iter();
        coupons
            .map(|one| format!("{} ({}, {})", one.code.shown(), one.level, one.uses))
            .collect::<Vec<_>>()
    };
    parts.extend(list("coupons", &codes(current), &codes(wanted)));
    let more = parts.len().saturating_sub(PARTS_MAX);
    parts.truncate(PARTS_MAX);
    if more > 0 {
        parts.push(format!("and {more} more"));
    }
    Change::Changed(parts.join("; "))
}

fn texts<T: ToString>(list: &[T]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

/// What is new in a list, and what is gone.
fn list(what: &str, before: &[String], after: &[String]) -> Option<String> {
    const NAMED_MAX: usize = 3;
    if before == after {
        return None;
    }
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (before.iter().collect(), after.iter().collect());
    let named = |sign: char, some: Vec<&&String>| match some.len() {
        0 => None,
        count if count <= NAMED_MAX => {
            let signed: Vec<_> = some.iter().map(|one| format!("{sign}{one}")).collect();
            Some(signed.join(" "))
        }
        count => Some(format!("{sign}{count}")),
    };
    let found =
        [named('+', new.difference(&old).collect()), named('-', old.difference(&new).collect())];
    let found: Vec<_> = found.into_iter().flatten().collect();
    let said = if found.is_empty() { "in another order".to_owned() } else { found.join(" ") };
    Some(format!("{what} {said}"))
}

fn days(licence: &Licence) -> String {
    let until =
        licence.until.map_or_else(|| "without end".to_owned(), |day| format!("until {day}"));
    format!("from {} {until}", licence.from)
}

fn differences(known: &Licence, wanted: &Licence) -> String {
    let mut parts = Vec::new();
    if known.level != wanted.level {
        parts.push(format!("level {} → {}", known.level, wanted.level));
    }
    if days(known) != days(wanted) {
        parts.push(format!("{} → {}", days(known), days(wanted)));
    }
    parts.extend(list("contacts", &texts(&known.contacts), &texts(&wanted.contacts)));
    if known.sender_proof != wanted.sender_proof {
        let word = |proof: Option<_>| {
            proof.map_or_else(
                || "the desk's".to_owned(),
                |one: crate::desk::sender_proof::SenderProof| one.to_string(),
            )
        };
        parts.push(format!(
            "sender_proof {} → {}",
            word(known.sender_proof),
            word(wanted.sender_proof)
        ));
    }
    parts.join(", ")
}

impl Tally {
    pub(super) fn count(&mut self, key: &str, change: Change) {
        let said = match change {
            Change::None => {
                self.unchanged += 1;
                return;
            }
            Change::Added => {
                self.added += 1;
                "new".to_owned()
            }
            Change::Changed(what) => {
                self.changed += 1;
                what
            }
        };
        if self.shown.len() < SHOWN_MAX {
            self.shown.push(format!("{key}: {said}"));
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.added + self.changed == 0
    }

    /// What becomes of the first accounts that do not stay as they are.
    pub(super) fn shown(&self) -> Vec<String> {
        let mut shown = self.shown.clone();
        let more = (self.added + self.changed).saturating_sub(shown.len());
        if more > 0 {
            shown.push(format!("and {more} accounts more"));
        }
        shown
    }

    /// In a line.
    pub(super) fn for_people(&self, would: &str) -> String {
        let Self { added, changed, unchanged, .. } = self;
        format!("accounts: {added} {would}added, {changed} {would}changed, {unchanged} unchanged")
    }
}
