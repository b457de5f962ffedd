//! The parts of an account, as both kinds of file write them.

use jiff::civil::Date;

use super::faults::{Faults, Place};
use crate::desk::account::coupon::CouponCode;
use crate::desk::account::{AccountStatus, Contact};
use crate::desk::level::{Level, LevelName};
use crate::desk::sender_proof::SenderProof;

/// What a reader of parts needs: the levels that there are, and where to say what is wrong.
pub(super) struct Parts<'a> {
    pub(super) levels: &'a [Level],
    pub(super) faults: &'a mut Faults,
}

/// Bytes of an account's id, of a licence's key, of a login.
const KEY_MAX: usize = 128;
/// Bytes of a name.
const NAME_MAX: usize = 256;

impl Parts<'_> {
    /// Notes a fault in place of a value.
    fn or_fault<T>(&mut self, read: Result<T, String>, place: impl FnOnce() -> Place) -> Option<T> {
        read.map_err(|what| self.faults.add(place(), what)).ok()
    }

    pub(super) fn key(
        &mut self,
        what: &str,
        text: &str,
        place: impl FnOnce() -> Place,
    ) -> Option<String> {
        let good = is_line(text, KEY_MAX);
        let wrong = || {
            format!(
                "{what} has 1 to {KEY_MAX} bytes, no control characters, and no space at its ends"
            )
        };
        self.or_fault(if good { Ok(text.to_owned()) } else { Err(wrong()) }, place)
    }

    pub(super) fn name(&mut self, text: &str, place: impl FnOnce() -> Place) -> Option<String> {
        let good = is_line(text, NAME_MAX);
        let wrong = || {
            format!(
                "a name has 1 to {NAME_MAX} bytes, no control characters, and no space at its ends"
            )
        };
        self.or_fault(if good { Ok(text.to_owned()) } else { Err(wrong()) }, place)
    }

    pub(super) fn contact(&mut self, text: &str, place: impl FnOnce() -> Place) -> Option<Contact> {
        let read = match Contact::parse(text) {
            Ok(Contact::Login(login)) if !is_line(&login, KEY_MAX) => {
                Err(format!("a login has 1 to {KEY_MAX} bytes and no control characters"))
            }
            read => read.map_err(|error| error.to_string()),
        };
        self.or_fault(read, place)
    }

    pub(super) fn status(
        &mut self,
        text: &str,
        place: impl FnOnce() -> Place,
    ) -> Option<AccountStatus> {
        let wrong = || format!("status {text:?} is not \"active\" or \"suspended\"");
        self.or_fault(AccountStatus::parse(text).ok_or_else(wrong), place)
    }

    pub(super) fn language(&mut self, text: &str, place: impl FnOnce() -> Place) -> Option<String> {
        let good = (2..=35).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let wrong = || format!("{text:?} is not a language such as \"de\" or \"pt-BR\" (RFC 5646)");
        self.or_fault(if good { Ok(text.to_owned()) } else { Err(wrong()) }, place)
    }

    pub(super) fn level(&mut self, text: &str, place: impl FnOnce() -> Place) -> Option<LevelName> {
        let known = LevelName::parse(text)
            .filter(|name| self.levels.iter().any(|level| level.name == *name));
        let names = || self.levels.iter().map(|level| level.name.as_str()).collect::<Vec<_>>();
        let wrong = || {
            format!(
                "there is no [level.{text}] in the configuration; there are {}",
                names().join(", ")
            )
        };
        let is_given =
            |name: &LevelName| self.levels.iter().any(|level| level.escalates_to.contains(name));
        let read = match known {
            Some(name) if is_given(&name) => {
                Err(format!("level {name} is given by agents alone, as escalates_to lists it"))
            }
            known => known.ok_or_else(wrong),
        };
        self.or_fault(read, place)
    }

    pub(super) fn sender_proof(
        &mut self,
        text: &str,
        place: impl FnOnce() -> Place,
    ) -> Option<SenderProof> {
        let wrong = || format!("sender_proof {text:?} is not dkim, required, preferred or off");
        self.or_fault(SenderProof::parse(text).ok_or_else(wrong), place)
    }

    pub(super) fn code(&mut self, text: &str, place: impl FnOnce() -> Place) -> Option<CouponCode> {
        self.or_fault(CouponCode::parse(text).map_err(|error| error.to_string()), place)
    }

    pub(super) fn day(&mut self, text: &str, place: impl FnOnce() -> Place) -> Option<Date> {
        // Of an instant the time of day would be passed over.
        let read = text.parse().ok().filter(|_| text.len() == "2026-12-31".len());
        let read = read.ok_or_else(|| format!("{text:?} is not a day such as 2026-12-31"));
        self.or_fault(read, place)
    }
}

/// A text that can stand in a listing.
fn is_line(text: &str, bytes_max: usize) -> bool {
    (1..=bytes_max).contains(&text.len())
        && text.trim() == text
        && !text.chars().any(char::is_control)
}
