//! A message that was decided before, and is proven again.

use serde::Deserialize;
use tidings::mail::subject::TicketNumber;
use tidings::triage::reconsider::{Recheck, Role, Told};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cases) struct LaterFile {
    ticket: i64,
    /// It opened the ticket if nothing else is said.
    role: Option<String>,
    recheck: i64,
    /// Nothing if nothing else is said.
    told: Option<String>,
}

impl LaterFile {
    pub(in crate::cases) fn ticket(&self) -> TicketNumber {
        TicketNumber::new(self.ticket).unwrap()
    }

    pub(in crate::cases) fn role(&self) -> Role {
        match self.role.as_deref() {
            None | Some("opened") => Role::Opened,
            Some("follow_up") => Role::FollowUp,
            Some(other) => panic!("role = {other:?}"),
        }
    }

    pub(in crate::cases) fn recheck(&self) -> Recheck {
        Recheck::nth(self.recheck)
    }

    pub(in crate::cases) fn told(&self) -> Told {
        match self.told.as_deref() {
            None | Some("nothing") => Told::Nothing,
            Some("something") => Told::Something,
            Some(other) => panic!("told = {other:?}"),
        }
    }
}
