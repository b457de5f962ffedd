//! Where answers to a desk's mails go, and servers' reports about them.

use super::{At, ConfigError, DeskFile};
use crate::mail::address::pattern::AddressPattern;
use crate::mail::address::{Address, normal_domain};
use crate::mail::envelope::ReversePath;
use crate::triage::policy::{EnvelopeFrom, Replies};

/// The address that takes answers, and whether it is given out.
pub(super) fn replies(
    at: &At<'_>,
    written: &DeskFile,
    address: &Address,
) -> Result<(Address, Replies), ConfigError> {
    let domain = match &written.reply_domain {
        None => address.domain().to_owned(),
        Some(domain) => normal_domain(domain)
            .map_err(|error| at.wrong("reply_domain", format!("{domain:?} is {error}")))?,
    };
    let reply_address = at.address("reply_domain", &format!("{}@{domain}", address.local()))?;
    if written.plus_addressing != Some(true) {
        return Ok((reply_address, Replies::Plain));
    }
    let pattern = AddressPattern::behind_plus(&reply_address, &domain)
        .map_err(|error| at.wrong("plus_addressing", format!("of {reply_address}: {error}")))?;
    Ok((reply_address, Replies::Tokens(pattern)))
}

/// `MAIL FROM` of notices: the same of all, or each its own.
pub(super) fn envelope_from(
    at: &At<'_>,
    written: Option<&str>,
) -> Result<EnvelopeFrom, ConfigError> {
    let Some(written) = written else { return Ok(EnvelopeFrom::Fixed(ReversePath::Null)) };
    let wrong = |error: &dyn std::error::Error| {
        let what = "must be \"<>\", an address, or one with %token before the \"@\"";
        at.wrong("envelope_from", format!("{what}: {error}"))
    };
    if written.contains('%') {
        let pattern = AddressPattern::parse(written).map_err(|error| wrong(&error))?;
        return Ok(EnvelopeFrom::Tokens(pattern));
    }
    ReversePath::parse(written).map(EnvelopeFrom::Fixed).map_err(|error| wrong(&error))
}
