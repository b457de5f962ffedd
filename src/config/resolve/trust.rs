//! Whom a desk believes about its senders.

use super::At;
use crate::authentication::results::Form;
use crate::authentication::{OwnDkim, Trust};
use crate::config::error::ConfigError;
use crate::config::file::DeskFile;
use crate::mail::address::normal_domain;

/// What a desk says of the servers in front of its mailbox.
pub(super) fn trust(at: &At<'_>, written: &DeskFile) -> Result<Trust, ConfigError> {
    let forms = [("standard", Form::Standard), ("exchange", Form::Exchange)];
    let mode = written.authserv_mode.as_deref();
    let form = at.word("authserv_mode", mode, Form::Standard, &forms)?;
    let own = [("on", OwnDkim::On), ("advisory", OwnDkim::Advisory), ("off", OwnDkim::Off)];
    let authservs = written.trusted_authserv.iter().map(|name| {
        let plain = !name.is_empty() && !name.contains([' ', ';', '(', '"']);
        let name = plain.then(|| name.to_lowercase().into());
        name.ok_or_else(|| at.wrong("trusted_authserv", "must be names of servers"))
    });
    let authservs = authservs.collect::<Result<Vec<Box<str>>, _>>()?;
    let boundary = written.boundary.iter().map(|host| {
        let (any, domain) = match host.strip_prefix("*.") {
            Some(domain) => ("*.", domain),
            None => ("", host.as_str()),
        };
        let domain = normal_domain(domain).map_err(|_| {
            at.wrong("boundary", "must be host names; \"*.example.com\" is any below that domain")
        })?;
        Ok(format!("{any}{domain}").into())
    });
    let boundary = boundary.collect::<Result<Vec<Box<str>>, ConfigError>>()?;
    if boundary.is_empty() && (!authservs.is_empty() || form == Form::Exchange) {
        return Err(at.wrong(
            "boundary",
            "is needed, too: without the host that takes mail from outside, nobody can tell what \
             your servers wrote from what a sender wrote",
        ));
    }
    let forwarders = written.trusted_forwarders.iter().map(|domain| {
        let domain = normal_domain(domain);
        domain.map(Into::into).map_err(|_| at.wrong("trusted_forwarders", "must be domains"))
    });
    let mut addresses = vec![at.address("address", &written.address)?];
    for alias in &written.aliases {
        addresses.push(at.address("aliases", alias)?);
    }
    Ok(Trust {
        authservs,
        boundary,
        form,
        forwarders: forwarders.collect::<Result<Vec<Box<str>>, ConfigError>>()?,
        own_dkim: at.word("own_dkim", written.own_dkim.as_deref(), OwnDkim::On, &own)?,
        addresses,
    })
}
