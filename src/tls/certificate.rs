//! What a certificate says, for people who have to renew it (RFC 5280).

use std::net::IpAddr;

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::time::Timestamp;

/// A server's certificate. Names and issuer are its words, not yet fit for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The hosts that it is for (RFC 5280 §4.2.1.6).
    pub names: Vec<String>,
    /// Who issued it: its common name, or else all of its name.
    pub issuer: String,
    /// The last instant at which it is believed.
    pub not_after: Timestamp,
}

impl Certificate {
    /// Reads a certificate in DER; `None` if it is none.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let alternative = certificate.subject_alternative_name().ok().flatten();
        let names = alternative.iter().flat_map(|names| &names.value.general_names);
        let names = names.filter_map(|name| {
            if let GeneralName::DNSName(name) = name {
                return Some((*name).to_owned());
            }
            let GeneralName::IPAddress(bytes) = name else { return None };
            let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
            v4.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from))
                .ok()
                .map(|ip| ip.to_string())
        });
        let issuer = certificate.issuer();
        let common_name = issuer.iter_common_name().next().and_then(|name| name.as_str().ok());
        Some(Self {
            names: names.collect(),
            issuer: common_name.map_or_else(|| issuer.to_string(), str::to_owned),
            not_after: Timestamp::from_seconds(certificate.validity().not_after.timestamp()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_tells_names_issuer_and_end() {
        let mut authority = rcgen::CertificateParams::new([]).unwrap();
        authority.distinguished_name.push(rcgen::DnType::CommonName, "Private CA");
        let authority_key = rcgen::KeyPair::generate().unwrap();
        let authority = rcgen::Issuer::new(authority, authority_key);
        let names = ["mail.example".to_owned(), "imap.example".to_owned()];
        let mut server = rcgen::CertificateParams::new(names.clone()).unwrap();
        server.not_after = rcgen::date_time_ymd(2026, 3, 2);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = server.signed_by(&key, &authority).unwrap();
        let read = Certificate::read(certificate.der()).unwrap();
        assert_eq!(read.names, names);
        assert_eq!(read.issuer, "Private CA");
        assert_eq!(read.not_after.to_string(), "2026-03-02T00:00:00Z");
        assert_eq!(Certificate::read(b"0"), None);
    }
}
