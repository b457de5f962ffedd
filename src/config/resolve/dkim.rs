//! With what a desk's mail is signed.

use std::path::PathBuf;

use super::At;
use crate::config::error::ConfigError;
use crate::config::file::DkimFile;
use crate::config::{Dkim, DkimKey, Secret};
use crate::mail::address::{Address, normal_domain};

/// Bytes of a selector: with `._domainkey.` and the domain it is a name of the DNS.
const SELECTOR_BYTES_MAX: usize = 63;

pub(super) fn dkim(
    at: &At<'_>,
    written: &DkimFile,
    address: &Address,
) -> Result<Dkim, ConfigError> {
    let DkimFile { domain, selector, key_file, key_credential, second } = written;
    let first = key(at, selector, key_file.as_ref(), key_credential.as_deref())?;
    let second = match second {
        None => None,
        Some(written) => {
            let at = at.table("second");
            let file = written.key_file.as_ref();
            let second = key(&at, &written.selector, file, written.key_credential.as_deref())?;
            if second.selector == first.selector {
                return Err(at.wrong("selector", "is that of the first key; each has its own"));
            }
            Some(second)
        }
    };
    Ok(Dkim { domain: of(at, domain.as_deref(), address.domain())?, first, second })
}

/// The domain that answers for the mail: the desk's, or one above or below it.
fn of(at: &At<'_>, written: Option<&str>, own: &str) -> Result<Box<str>, ConfigError> {
    let Some(written) = written else { return Ok(own.into()) };
    let domain = normal_domain(written)
        .map_err(|_| at.wrong("domain", "must be a domain name, such as example.com"))?;
    let is_below = |below: &str, above: &str| {
        below.strip_suffix(above).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if is_below(&domain, own) || is_below(own, &domain) {
        return Ok(domain.into());
    }
    // RFC 9989 §4.4.1
    let what = format!(
        "must be {own}, or above or below it: a signature of another domain says \
                        nothing about the address in From"
    );
    Err(at.wrong("domain", what))
}

fn key(
    at: &At<'_>,
    selector: &str,
    file: Option<&PathBuf>,
    credential: Option<&str>,
) -> Result<DkimKey, ConfigError> {
    let selector = normal_domain(selector)
        .ok()
        .filter(|selector| selector.len() <= SELECTOR_BYTES_MAX)
        .ok_or_else(|| {
            at.wrong("selector", "must be letters, digits, \"-\" and \".\", at most 63")
        })?;
    let keys = ["key_file", "key_credential"];
    let source = at
        .secret(Secret::DkimKey, keys, file.map(PathBuf::as_path), credential)?
        .ok_or_else(|| at.wrong("key_file", "it or key_credential must be set"))?;
    Ok(DkimKey { selector: selector.into(), source })
}
