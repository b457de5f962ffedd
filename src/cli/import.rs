//! Accounts as they are written: TOML, or CSV with a header line.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;

use crate::desk::account::{Account, AccountStatus, Contact, Licence};
use crate::desk::level::{Level, LevelName};
use crate::desk::sender_proof::SenderProof;

/// Why a file of accounts is not accepted. Nothing of it is imported then.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {place}: {what}")]
pub(super) struct ImportError {
    file: String,
    place: String,
    what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountsFile {
    #[serde(default)]
    account: Vec<AccountFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountFile {
    id: String,
    name: Option<String>,
    status: Option<String>,
    #[serde(default)]
    contacts: Vec<String>,
    #[serde(default)]
    licence: Vec<LicenceFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LicenceFile {
    key: String,
    level: String,
    from: toml::value::Datetime,
    until: Option<toml::value::Datetime>,
    #[serde(default)]
    contacts: Vec<String>,
    sender_proof: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CsvRow {
    account: String,
    name: String,
    contact: String,
    licence: String,
    level: String,
    from: String,
    until: String,
    status: String,
}

/// Reads accounts; a file that ends in `.csv` is CSV, any other TOML.
pub(super) fn read(text: &str, file: &Path, levels: &[Level]) -> Result<Vec<Account>, ImportError> {
    let name = file.display().to_string();
    let is_csv = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let accounts = if is_csv { from_csv(text) } else { from_toml(text) };
    let wrong = |(place, what)| ImportError { file: name.clone(), place, what };
    let accounts = accounts.map_err(wrong)?;
    for account in &accounts {
        for licence in &account.licences {
            if !levels.iter().any(|level| level.name == licence.level) {
                let what = format!("there is no [level.{}] in the configuration", licence.level);
                return Err(wrong((format!("account {}", account.key), what)));
            }
        }
    }
    Ok(accounts)
}

/// Where something is wrong, and what.
type Wrong = (String, String);

fn from_toml(text: &str) -> Result<Vec<Account>, Wrong> {
    let file: AccountsFile = toml::from_str(text).map_err(|error| {
        let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
        (format!("line {}", before.matches('\n').count() + 1), error.message().to_owned())
    })?;
    file.account
        .into_iter()
        .map(|written| {
            let place = format!("account {}", written.id);
            toml_account(written).map_err(|what| (place, what))
        })
        .collect()
}

fn toml_account(written: AccountFile) -> Result<Account, String> {
    let day = |day: toml::value::Datetime| date(&day.to_string());
    let licences: Result<Vec<Licence>, String> = written
        .licence
        .into_iter()
        .map(|licence| {
            Ok(Licence {
                key: licence.key,
                level: level(&licence.level)?,
                from: day(licence.from)?,
                until: licence.until.map(day).transpose()?,
                contacts: contacts(licence.contacts.iter().map(String::as_str))?,
                sender_proof: licence.sender_proof.as_deref().map(sender_proof).transpose()?,
            })
        })
        .collect();
    Ok(Account {
        name: written.name.unwrap_or_else(|| written.id.clone()),
        key: identity(written.id)?,
        status: status(written.status.as_deref().unwrap_or("active"))?,
        contacts: contacts(written.contacts.iter().map(String::as_str))?,
        licences: licences?,
    })
}

/// One line a contact and licence; lines of one account belong together.
fn from_csv(text: &str) -> Result<Vec<Account>, Wrong> {
    let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    for (row, line) in reader.deserialize::<CsvRow>().zip(2..) {
        let place = || format!("line {line}");
        let row = row.map_err(|error| (place(), error.to_string()))?;
        let account = csv_account(&row).map_err(|what| (place(), what))?;
        let known = accounts.entry(account.key.clone()).or_insert_with(|| Account {
            contacts: Vec::new(),
            licences: Vec::new(),
            ..account.clone()
        });
        known.status = account.status;
        for contact in account.contacts {
            if !known.contacts.contains(&contact) {
                known.contacts.push(contact);
            }
        }
        for licence in account.licences {
            if !known.licences.iter().any(|other| other.key == licence.key) {
                known.licences.push(licence);
            }
        }
    }
    Ok(accounts.into_values().collect())
}

fn csv_account(row: &CsvRow) -> Result<Account, String> {
    let licences = if row.licence.is_empty() {
        Vec::new()
    } else {
        vec![Licence {
            key: row.licence.clone(),
            level: level(&row.level)?,
            from: date(&row.from)?,
            until: if row.until.is_empty() { None } else { Some(date(&row.until)?) },
            contacts: Vec::new(),
            sender_proof: None,
        }]
    };
    Ok(Account {
        key: identity(row.account.clone())?,
        name: row.name.clone(),
        status: status(if row.status.is_empty() { "active" } else { &row.status })?,
        contacts: contacts(Some(row.contact.as_str()).filter(|text| !text.is_empty()).into_iter())?,
        licences,
    })
}

fn contacts<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<Contact>, String> {
    texts.map(|text| Contact::parse(text).map_err(|error| error.to_string())).collect()
}

fn identity(text: String) -> Result<String, String> {
    if text.is_empty() || text.len() > 128 {
        return Err("an account's id has 1 to 128 bytes".to_owned());
    }
    Ok(text)
}

fn status(text: &str) -> Result<AccountStatus, String> {
    AccountStatus::parse(text).ok_or_else(|| format!("status {text:?} is not active or suspended"))
}

fn sender_proof(text: &str) -> Result<SenderProof, String> {
    SenderProof::parse(text)
        .ok_or_else(|| format!("sender_proof {text:?} is not dkim, required, preferred or off"))
}

fn level(text: &str) -> Result<LevelName, String> {
    LevelName::parse(text).ok_or_else(|| format!("{text:?} is not the name of a level"))
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("{text:?} is not a day such as 2026-12-31"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels() -> Vec<Level> {
        let name = LevelName::parse("gold").unwrap();
        vec![Level { name, title: "Gold".into(), rank: 1 }]
    }

    const TOML: &str = r#"
[[account]]
id = "acme"
name = "Acme"
contacts = ["ada@acme.example", "@acme.example"]
[[account.licence]]
key = "K-1"
level = "gold"
from = 2026-01-01
until = 2026-12-31
"#;

    const CSV: &str = "account,name,contact,licence,level,from,until,status\n\
        acme,Acme,ada@acme.example,K-1,gold,2026-01-01,2026-12-31,active\n\
        acme,Acme,@acme.example,K-1,gold,2026-01-01,2026-12-31,\n";

    #[test]
    fn both_forms_say_the_same() {
        let toml = read(TOML, Path::new("a.toml"), &levels()).unwrap();
        let csv = read(CSV, Path::new("a.csv"), &levels()).unwrap();
        assert_eq!(toml, csv);
        assert_eq!(toml.len(), 1);
        assert_eq!(toml[0].contacts.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        check(&TOML.replace("gold", "silver"), "a.toml", "account acme");
        check(&TOML.replace("@acme.example\"]", "@gmail.com\"]"), "a.toml", "free-mail");
        check(&TOML.replace("name =", "nmae ="), "a.toml", "line 4");
        check(&CSV.replace("2026-12-31,active", "soon,active"), "a.csv", "line 2");

        #[track_caller]
        fn check(text: &str, file: &str, expected: &str) {
            let error = read(text, Path::new(file), &levels()).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
