//! Accounts as TOML.

use std::collections::HashMap;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::faults::{Faults, Place};
use super::parts::Parts;
use super::pieces::Piece;
use super::{Mentions, Written};
use crate::desk::account::coupon::Coupon;
use crate::desk::account::{Account, AccountStatus, Contact, Licence};
use crate::desk::level::Level;

/// Licences, coupons or groups of an account; contacts of a licence.
const PARTS_MAX: usize = 1000;

/// The accounts of a piece; what is wrong with them is noted.
pub(super) fn accounts(
    piece: Piece<'_>,
    levels: &[Level],
    mentions: &mut Mentions,
    faults: &mut Faults,
) -> Vec<Written> {
    let (root, errors) = DeTable::parse_recoverable(piece.text);
    for error in &errors {
        faults.add(piece.place(error.span().map_or(0, |span| span.start)), error.message());
    }
    if !errors.is_empty() {
        return Vec::new();
    }
    let mut reader = Reader { piece, parts: Parts { levels, faults }, mentions };
    let mut accounts = Vec::new();
    for (key, value) in root.get_ref() {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("account", DeValue::Array(tables)) => {
                for table in tables {
                    accounts.extend(reader.account(table));
                }
            }
            ("account", _) => reader.fault(key.span().start, "an account begins with [[account]]"),
            (other, _) => reader.unknown(key.span().start, other, &["[[account]]"]),
        }
    }
    accounts
}

struct Reader<'a> {
    piece: Piece<'a>,
    parts: Parts<'a>,
    mentions: &'a mut Mentions,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn place(&self, at: usize) -> Place {
        self.piece.place(at)
    }

    fn fault(&mut self, at: usize, what: &str) {
        self.parts.faults.add(self.piece.place(at), what);
    }

    fn unknown(&mut self, at: usize, key: &str, known: &[&str]) {
        self.fault(at, &format!("unknown key {key:?}; there are {}", known.join(", ")));
    }

    fn account(&mut self, value: &Value<'_>) -> Option<Written> {
        let piece = self.piece;
        let start = value.span().start;
        let DeValue::Table(table) = value.get_ref() else {
            self.fault(start, "an account begins with [[account]]");
            return None;
        };
        let (mut id, mut name, mut status) = (None, None, Some(AccountStatus::Active));
        let mut account = Account {
            key: String::new(),
            name: String::new(),
            status: AccountStatus::Active,
            languages: Vec::new(),
            groups: Vec::new(),
            contacts: Vec::new(),
            licences: Vec::new(),
            coupons: Vec::new(),
        };
        for (key, value) in table {
            let at = value.span().start;
            match key.get_ref().as_ref() {
                "id" => id = self.id(value),
                "name" => {
                    let text = self.text(value, string(value));
                    name = text.and_then(|text| self.parts.name(text, || piece.place(at)));
                }
                "status" => {
                    let text = self.text(value, string(value));
                    status = text.and_then(|text| self.parts.status(text, || piece.place(at)));
                }
                "languages" => account.languages = self.languages(value),
                "groups" => account.groups = self.groups(value),
                "contacts" => {
                    let texts = self.strings(value);
                    account.contacts = self.contacts(&texts);
                }
                "licence" => account.licences = self.each(value, "licence", Self::licence),
                "coupon" => account.coupons = self.each(value, "coupon", Self::coupon),
                other => {
                    let known = [
                        "id",
                        "name",
                        "status",
                        "languages",
                        "groups",
                        "contacts",
                        "[[account.licence]]",
                        "[[account.coupon]]",
                    ];
                    self.unknown(key.span().start, other, &known);
                }
            }
        }
        if !table.contains_key("id") {
            self.fault(start, "an account needs an id");
        }
        account.key = id?;
        account.name = name.unwrap_or_else(|| account.key.clone());
        account.status = status?;
        Some(Written { account: account.in_order(), whole: super::Whole::Yes })
    }

    fn id(&mut self, value: &Value<'_>) -> Option<String> {
        let (piece, at) = (self.piece, value.span().start);
        let text = self.text(value, string(value))?;
        let id = self.parts.key("an id", text, || piece.place(at))?;
        self.mentions.account(&id, piece.place(at), self.parts.faults);
        Some(id)
    }

    fn languages(&mut self, value: &Value<'_>) -> Vec<String> {
        let (piece, mut languages) = (self.piece, Vec::new());
        for (at, text) in self.limited(value) {
            languages.extend(self.parts.language(text, || piece.place(at)));
        }
        languages
    }

    fn groups(&mut self, value: &Value<'_>) -> Vec<String> {
        let (piece, mut seen, mut groups) = (self.piece, Seen::default(), Vec::new());
        for (at, text) in self.limited(value) {
            let group = self.parts.key("a group", text, || piece.place(at));
            if let Some(group) = group.filter(|group| self.once(&mut seen, "group", group, at)) {
                self.mentions.group(&group, piece.place(at));
                groups.push(group);
            }
        }
        groups
    }

    /// The tables of an array, each with its name once.
    fn each<T>(
        &mut self,
        value: &Value<'_>,
        what: &str,
        read: impl Fn(&mut Self, &DeTable<'_>, usize) -> Option<(String, usize, T)>,
    ) -> Vec<T> {
        let at = value.span().start;
        let DeValue::Array(array) = value.get_ref() else {
            self.fault(at, &format!("a {what} begins with [[account.{what}]]"));
            return Vec::new();
        };
        if array.len() > PARTS_MAX {
            self.fault(at, &format!("an account has at most {PARTS_MAX} of these"));
            return Vec::new();
        }
        let (mut seen, mut found) = (Seen::default(), Vec::new());
        for one in array {
            let at = one.span().start;
            let DeValue::Table(table) = one.get_ref() else {
                self.fault(at, &format!("a {what} begins with [[account.{what}]]"));
                continue;
            };
            if let Some((name, at, one)) = read(self, table, at)
                && self.once(&mut seen, what, &name, at)
            {
                found.push(one);
            }
        }
        found
    }

    fn licence(&mut self, table: &DeTable<'_>, start: usize) -> Option<(String, usize, Licence)> {
        let piece = self.piece;
        let (mut key, mut level, mut from, mut until) = (None, None, None, Some(None));
        let (mut contacts, mut sender_proof) = (Vec::new(), Some(None));
        let mut until_at = start;
        for (name, value) in table {
            let at = value.span().start;
            match name.get_ref().as_ref() {
                "key" => {
                    let text = self.text(value, string(value));
                    key = text
                        .and_then(|text| self.parts.key("a licence", text, || piece.place(at)))
                        .map(|key| (key, at));
                }
                "level" => {
                    let text = self.text(value, string(value));
                    level = text.and_then(|text| self.parts.level(text, || piece.place(at)));
                }
                "from" => from = self.day(value),
                "until" => (until, until_at) = (self.day(value).map(Some), at),
                "contacts" => {
                    let texts = self.limited(value);
                    contacts = self.contacts(&texts);
                }
                "sender_proof" => {
                    let text = self.text(value, string(value));
                    let proof =
                        text.and_then(|text| self.parts.sender_proof(text, || piece.place(at)));
                    sender_proof = proof.map(Some);
                }
                other => {
                    let known = ["key", "level", "from", "until", "contacts", "sender_proof"];
                    self.unknown(name.span().start, other, &known);
                }
            }
        }
        self.needs("licence", table, &["key", "level", "from"], start);
        let (until, from) = (until?, from?);
        if until.is_some_and(|until| until < from) {
            self.fault(until_at, "the licence ends before it begins");
        }
        let ((key, at), level, sender_proof) = (key?, level?, sender_proof?);
        let licence = Licence { key: key.clone(), level, from, until, contacts, sender_proof };
        Some((key, at, licence))
    }

    fn coupon(&mut self, table: &DeTable<'_>, start: usize) -> Option<(String, usize, Coupon)> {
        let piece = self.piece;
        let (mut code, mut level, mut uses) = (None, None, None);
        for (name, value) in table {
            let at = value.span().start;
            match name.get_ref().as_ref() {
                "code" => {
                    let text = self.text(value, string(value));
                    code = text
                        .and_then(|text| self.parts.code(text, || piece.place(at)))
                        .map(|code| (code, at));
                }
                "level" => {
                    let text = self.text(value, string(value));
                    level = text.and_then(|text| self.parts.level(text, || piece.place(at)));
                }
                "uses" => {
                    uses = if let DeValue::Integer(number) = value.get_ref() {
                        number.as_str().replace('_', "").parse().ok()
                    } else {
                        None
                    };
                    if uses.is_none() {
                        self.fault(at, "uses is a number of tickets, 0 or more");
                    }
                }
                other => self.unknown(name.span().start, other, &["code", "level", "uses"]),
            }
        }
        self.needs("coupon", table, &["code", "level", "uses"], start);
        let ((code, at), level, uses) = (code?, level?, uses?);
        Some((code.folded().to_owned(), at, Coupon { code, level, uses }))
    }

    fn needs(&mut self, what: &str, table: &DeTable<'_>, keys: &[&str], at: usize) {
        for key in keys {
            if !table.contains_key(*key) {
                self.fault(at, &format!("a {what} needs {key}"));
            }
        }
    }

    fn contacts(&mut self, texts: &[(usize, &str)]) -> Vec<Contact> {
        let (piece, mut seen, mut contacts) = (self.piece, Seen::default(), Vec::new());
        for (at, text) in texts {
            let contact = self.parts.contact(text, || piece.place(*at));
            let Some(contact) = contact else { continue };
            if self.once(&mut seen, "contact", &contact.to_string(), *at) {
                contacts.push(contact);
            }
        }
        contacts
    }

    /// Whether a name is met for the first time; the second is a fault.
    fn once(&mut self, seen: &mut Seen, what: &str, name: &str, at: usize) -> bool {
        let Some(first) = seen.0.insert(name.to_owned(), at) else { return true };
        seen.0.insert(name.to_owned(), first);
        let first = self.place(first);
        self.fault(at, &format!("{what} {name:?} stands twice; the first is at {first}"));
        false
    }

    fn text<'t>(&mut self, value: &Value<'_>, text: Option<&'t str>) -> Option<&'t str> {
        if text.is_none() {
            self.fault(value.span().start, "this must be a text in quotes");
        }
        text
    }

    fn strings<'t>(&mut self, value: &'t Value<'_>) -> Vec<(usize, &'t str)> {
        let DeValue::Array(array) = value.get_ref() else {
            self.fault(value.span().start, "this must be a list of texts: [\"…\", \"…\"]");
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(array.len());
        for one in array {
            if let Some(text) = self.text(one, string(one)) {
                texts.push((one.span().start, text));
            }
        }
        texts
    }

    fn limited<'t>(&mut self, value: &'t Value<'_>) -> Vec<(usize, &'t str)> {
        let texts = self.strings(value);
        if texts.len() > PARTS_MAX {
            self.fault(value.span().start, &format!("at most {PARTS_MAX} can be listed here"));
            return Vec::new();
        }
        texts
    }

    fn day(&mut self, value: &Value<'_>) -> Option<Date> {
        let piece = self.piece;
        let text = if let DeValue::Datetime(day) = value.get_ref() {
            day.to_string()
        } else {
            string(value).unwrap_or_default().to_owned()
        };
        self.parts.day(&text, || piece.place(value.span().start))
    }
}

/// Where names were met first.
#[derive(Default)]
struct Seen(HashMap<String, usize>);

fn string<'t>(value: &'t Value<'_>) -> Option<&'t str> {
    if let DeValue::String(text) = value.get_ref() { Some(text) } else { None }
}
