//! Whom a desk believes about its senders.

use super::At;
use crate::authentication::spam::SpamField;
use crate::authentication::{Mode, OwnDkim, Trust};
use crate::config::Unprovable;
use crate::config::error::ConfigError;
use crate::config::file::DeskFile;
use crate::mail::address::normal_domain;

/// What a desk says of the servers in front of its mailbox.
pub(super) fn trust(at: &At<'_>, written: &DeskFile) -> Result<Trust, ConfigError> {
    let modes = [Mode::Standard, Mode::Below, Mode::Exchange].map(|mode| (mode.as_str(), mode));
    let mode = written.authserv_mode.as_deref();
    let mode = at.word("authserv_mode", mode, Mode::Standard, &modes)?;
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
    if boundary.is_empty() && (!authservs.is_empty() || mode == Mode::Exchange) {
        return Err(at.wrong(
            "boundary",
            "is needed, too: without the host that takes mail from outside, nobody can tell what \
             your servers wrote from what a sender wrote",
        ));
    }
    if authservs.is_empty() && mode == Mode::Below {
        return Err(at.wrong(
            "trusted_authserv",
            "is needed, too: below the boundary only a server that is named is believed",
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
        mode,
        forwarders: forwarders.collect::<Result<Vec<Box<str>>, ConfigError>>()?,
        own_dkim: at.word("own_dkim", written.own_dkim.as_deref(), OwnDkim::On, &own)?,
        addresses,
        spam_fields: spam_fields(at, written)?,
    })
}

/// Fields that count as a filter's word.
fn spam_fields(at: &At<'_>, written: &DeskFile) -> Result<Vec<SpamField>, ConfigError> {
    let Some(fields) = &written.spam_fields else { return Ok(vec![SpamField::Known]) };
    let read = |text: &String| {
        if text == "known" {
            return Ok(SpamField::Known);
        }
        let named = text.split_once(':').map(|(name, words)| (name, words.trim()));
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':')
        };
        match named.filter(|(name, words)| is_name(name) && !words.is_empty()) {
            Some((name, words)) => Ok(SpamField::Named { name: name.into(), words: words.into() }),
            None => Err(at.wrong(
                "spam_fields",
                "must be \"known\", or a field and how its value begins: \"X-Our-Filter: spam\"",
            )),
        }
    };
    fields.iter().map(read).collect()
}

/// Whether anything could ever prove who wrote a message: a server that is believed, or our own check
/// where it counts. A login at the boundary proves colleagues alone, and is not enough.
///
/// # Errors
/// Why nobody can be proven, and what to do.
pub(in crate::config) fn can_prove(trust: &Trust) -> Result<(), Unprovable> {
    let believed = match trust.mode {
        Mode::Standard | Mode::Below => !trust.authservs.is_empty(),
        Mode::Exchange => !trust.boundary.is_empty(),
    };
    let why = match trust.own_dkim {
        OwnDkim::On => return Ok(()),
        OwnDkim::Advisory | OwnDkim::Off if believed => return Ok(()),
        OwnDkim::Advisory => {
            "no server is believed about senders, and with own_dkim = \"advisory\" our own check \
             changes no verdict"
        }
        OwnDkim::Off => {
            "no server is believed about senders, and with own_dkim = \"off\" there is no check of \
             our own"
        }
    };
    let advice = "name your servers in trusted_authserv and boundary (with Exchange authserv_mode = \
                  \"exchange\" and boundary), or set own_dkim = \"on\"";
    Err(Unprovable { why, advice })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aut_28_somebody_must_be_provable() {
        let (named, nobody) = (&["mx.example"][..], &[][..]);
        for mode in [Mode::Standard, Mode::Below] {
            for own in [OwnDkim::On, OwnDkim::Advisory, OwnDkim::Off] {
                check(named, named, mode, own, None);
            }
        }
        check(nobody, named, Mode::Exchange, OwnDkim::Off, None);
        check(nobody, nobody, Mode::Standard, OwnDkim::On, None);
        // The boundary alone tells colleagues and SPF, which is our own check's.
        check(nobody, named, Mode::Standard, OwnDkim::Off, Some("no check of our own"));
        check(nobody, nobody, Mode::Standard, OwnDkim::Off, Some("no check of our own"));
        check(nobody, nobody, Mode::Standard, OwnDkim::Advisory, Some("changes no verdict"));

        #[track_caller]
        fn check(
            authservs: &[&str],
            boundary: &[&str],
            mode: Mode,
            own_dkim: OwnDkim,
            refused: Option<&str>,
        ) {
            let names = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
            let (authservs, boundary) = (names(authservs), names(boundary));
            let trust = Trust { authservs, boundary, mode, own_dkim, ..Trust::default() };
            match (can_prove(&trust), refused) {
                (Ok(()), None) => {}
                (Err(error), Some(says)) => {
                    assert!(error.why.contains(says), "{error}");
                    assert!(error.advice.contains("own_dkim = \"on\""), "{error}");
                }
                (found, _) => panic!("{found:?}: {trust:?}"),
            }
        }
    }
}
