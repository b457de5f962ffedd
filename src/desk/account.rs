//! Accounts: the customers, how they are recognised, and what they bought.

pub mod coupon;
pub mod free_mail;

use std::fmt;

use jiff::civil::Date;

use coupon::Coupon;
use free_mail::is_free_mail;

use super::level::LevelName;
use super::sender_proof::SenderProof;
use crate::mail::address::{Address, AddressError, normal_domain};

/// The row of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub i64);

/// A customer, as imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The identity by which later imports find it again.
    pub key: String,
    /// What people read.
    pub name: String,
    /// Whether its licences count.
    pub status: AccountStatus,
    /// In which its people write, the first the dearest to them; empty: those of the desk.
    pub languages: Vec<String>,
    /// Accounts whose licences serve its people, too, by their keys.
    pub groups: Vec<String>,
    /// How its people are recognised.
    pub contacts: Vec<Contact>,
    /// What it bought for a time.
    pub licences: Vec<Licence>,
    /// What it bought for single tickets.
    pub coupons: Vec<Coupon>,
}

/// Whether an account's licences count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// They do.
    Active,
    /// Fees are not paid: none is valid.
    Suspended,
}

/// Something by which a person of an account is recognised.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contact {
    /// This address.
    Address(Address),
    /// Every address of exactly this domain, written `@example.com`.
    Domain(String),
    /// A login at the vendor's site, written `login:name`: a hint for agents, never a right.
    Login(String),
}

/// A level bought for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// The licence key.
    pub key: String,
    /// The level that it gives.
    pub level: LevelName,
    /// The first day.
    pub from: Date,
    /// The last day, inclusive; `None` is without end.
    pub until: Option<Date>,
    /// Whom it serves; empty: everybody of the account.
    pub contacts: Vec<Contact>,
    /// What it asks of its senders; `None`: what the desk asks.
    pub sender_proof: Option<SenderProof>,
}

/// Why a text is not a contact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// Not an address.
    #[error("{text:?} is not an address: {cause}")]
    Address {
        /// As written.
        text: String,
        /// What is wrong.
        cause: AddressError,
    },
    /// Everybody can have an address there.
    #[error("{0:?} is a free-mail domain: everybody can have an address there; list addresses")]
    FreeMail(String),
    /// `login:` without a name.
    #[error("a login needs a name after \"login:\"")]
    NoLogin,
}

impl Account {
    /// The same with its lists in the order in which they are kept and compared.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.groups.sort();
        self.contacts.sort_by(|one, other| one.order().cmp(&other.order()));
        self.licences.sort_by(|one, other| one.key.cmp(&other.key));
        for licence in &mut self.licences {
            licence.contacts.sort_by(|one, other| one.order().cmp(&other.order()));
        }
        self.coupons.sort_by(|one, other| one.code.folded().cmp(other.code.folded()));
        self
    }
}

impl Licence {
    /// Whether it counts on `day`.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

impl Contact {
    /// Reads `ada@example.com`, `@example.com` or `login:ada`.
    ///
    /// # Errors
    /// [`ContactError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let text = text.trim();
        let bad = |cause| ContactError::Address { text: text.to_owned(), cause };
        if let Some(login) = text.strip_prefix("login:") {
            let login = login.trim();
            return if login.is_empty() {
                Err(ContactError::NoLogin)
            } else {
                Ok(Self::Login(login.to_owned()))
            };
        }
        if let Some(domain) = text.strip_prefix('@') {
            let domain = normal_domain(domain).map_err(bad)?;
            return if is_free_mail(&domain) {
                Err(ContactError::FreeMail(domain))
            } else {
                Ok(Self::Domain(domain))
            };
        }
        Address::parse(text).map(Self::Address).map_err(bad)
    }

    /// The kind in the store.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Domain(_) => "domain",
            Self::Login(_) => "login",
        }
    }

    /// By which contacts are listed.
    fn order(&self) -> (&'static str, &str) {
        (self.kind(), self.value())
    }

    /// The value in the store, in the form in which it is compared.
    #[must_use]
    pub fn value(&self) -> &str {
        match self {
            Self::Address(address) => address.as_str(),
            Self::Domain(domain) => domain,
            Self::Login(login) => login,
        }
    }
}

/// As written in an import file.
impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Domain(domain) => write!(f, "@{domain}"),
            Self::Login(login) => write!(f, "login:{login}"),
        }
    }
}

impl AccountStatus {
    /// The word in the store and in import files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Suspended].into_iter().find(|status| status.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_read_what_they_write() {
        for text in ["ada@example.com", "@example.com", "login:ada"] {
            assert_eq!(Contact::parse(text).map(|contact| contact.to_string()), Ok(text.into()));
        }
    }

    #[test]
    fn aut_25_a_free_mail_domain_is_refused() {
        assert!(matches!(Contact::parse("@GMail.com"), Err(ContactError::FreeMail(_))));
        assert!(Contact::parse("ada@gmail.com").is_ok());
    }

    #[test]
    fn thr_16_a_domain_is_compared_by_its_a_labels() {
        assert_ne!(Contact::parse("@раypal.com"), Contact::parse("@paypal.com"));
    }

    #[test]
    fn a_licence_covers_its_last_day() {
        let day = |d| Date::constant(2026, 3, d);
        let licence = Licence {
            key: "K".into(),
            level: LevelName::parse("gold").unwrap(),
            from: day(1),
            until: Some(day(9)),
            contacts: vec![],
            sender_proof: None,
        };
        assert!(licence.covers(day(1)) && licence.covers(day(9)));
        assert!(!licence.covers(day(10)));
        assert!(!licence.covers(Date::constant(2026, 2, 28)));
    }
}
