//! Who asks. Whoever wrote the message; of a web form of ours that is proven to be it, whom it names
//! in Reply-To. Of all other mail Reply-To is never used: anybody can point it at anybody.

use super::case::Case;
use super::policy::{Policy, WebForm};
use crate::mail::address::{Address, NamedAddress};
use crate::mail::automatic::Kind;
use crate::mail::proof::{Proof, Verdict};
use crate::mail::{Mail, Sender};

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum Requester<'a> {
    /// The one in From.
    Writer(&'a NamedAddress),
    /// Somebody typed this address into a form of ours: it may be anybody's.
    Typed {
        /// The form.
        form: &'a WebForm,
        /// What was typed.
        named: &'a NamedAddress,
    },
    /// A form of ours does not say who, or nobody that could be.
    Unnamed {
        /// The form.
        form: &'a WebForm,
        /// For people.
        why: &'static str,
    },
    /// Nobody can tell.
    Nobody {
        /// For people.
        why: &'static str,
    },
}

/// Who asks by a message.
#[must_use]
pub fn of<'a>(case: &Case<'a>) -> Requester<'a> {
    who(case.mail, case.proof, case.policy)
}

/// Who asks by a message, before anything else is known about it.
#[must_use]
pub fn who<'a>(mail: &'a Mail, proof: &Proof, policy: &'a Policy) -> Requester<'a> {
    let writer = match &mail.sender {
        Sender::One(named) => named,
        Sender::Ambiguous { why, .. } => return Requester::Nobody { why },
    };
    let form = form_of(policy, &writer.address).filter(|_| match proof.verdict {
        Verdict::Strong | Verdict::Pass => true,
        Verdict::PassSpf
        | Verdict::None
        | Verdict::Pending
        | Verdict::Fail
        | Verdict::Ambiguous => false,
    });
    let Some(form) = form else { return Requester::Writer(writer) };
    let Some(named) = &mail.only_reply_to else {
        return Requester::Unnamed { form, why: "there is not one plain address in Reply-To" };
    };
    let ours = policy.is_own(&named.address)
        || policy.other_desks.contains(&named.address)
        || form_of(policy, &named.address).is_some();
    if ours {
        return Requester::Unnamed { form, why: "the address in Reply-To is one of ours" };
    }
    Requester::Typed { form, named }
}

/// The web form that mails from this address.
fn form_of<'a>(policy: &'a Policy, address: &Address) -> Option<&'a WebForm> {
    policy.forms.iter().find(|form| form.from == *address)
}

impl<'a> Requester<'a> {
    /// The address, where one is known.
    #[must_use]
    pub fn named(self) -> Option<&'a NamedAddress> {
        match self {
            Self::Writer(named) | Self::Typed { named, .. } => Some(named),
            Self::Unnamed { .. } | Self::Nobody { .. } => None,
        }
    }

    /// The form that speaks for him.
    #[must_use]
    pub fn form(self) -> Option<&'a WebForm> {
        match self {
            Self::Typed { form, .. } | Self::Unnamed { form, .. } => Some(form),
            Self::Writer(_) | Self::Nobody { .. } => None,
        }
    }

    /// How sure it is that he asks: a form proves itself, and nothing of what was typed into it.
    #[must_use]
    pub fn proof(self, of_the_writer: &Proof) -> Proof {
        match self {
            Self::Writer(_) | Self::Nobody { .. } => of_the_writer.clone(),
            Self::Typed { .. } | Self::Unnamed { .. } => {
                Proof::given(Verdict::None, "typed into a web form")
            }
        }
    }
}

/// What a form has to do with a message, for people.
#[must_use]
pub fn why(case: &Case<'_>) -> Option<String> {
    match of(case) {
        Requester::Typed { form, named } => {
            let (form, address) = (&form.from, &named.address);
            Some(format!("web form {form}, into which somebody typed {address}"))
        }
        Requester::Unnamed { form, why } => {
            Some(format!("web form {}; the requester is unknown: {why}", form.from))
        }
        Requester::Writer(named) if is_form(case) => {
            let (form, verdict) = (&named.address, case.proof.verdict);
            Some(format!("not taken for web form {form}: its proof is {verdict}, not pass"))
        }
        Requester::Writer(_) | Requester::Nobody { .. } => None,
    }
}

/// Person or machine. Behind a form of ours there is a person, whatever its program writes.
#[must_use]
pub fn kind(case: &Case<'_>) -> Kind {
    match of(case).form() {
        Some(_) => Kind::Person,
        None => case.mail.class.kind,
    }
}

/// Whether a message comes from the address of a form, proven or not: that is no person, and never
/// becomes a party to a ticket.
#[must_use]
pub fn is_form(case: &Case<'_>) -> bool {
    case.mail.sender.address().is_some_and(|from| form_of(case.policy, from).is_some())
}
