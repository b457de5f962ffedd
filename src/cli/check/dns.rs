//! What the DNS says of a desk's domain, and what receivers make of our mail because of it. Nothing
//! here stops the daemon.

use std::net::IpAddr;

use super::dkim;
use super::dmarc::{self, Dmarc, Policy};
use super::report::{Finding, Found};
use super::spf::{self, Spf};
use crate::config::Desk;
use crate::dns::{Dns, LookupError, MailExchanger};
use crate::mail::address::Address;
use crate::mail::envelope::ReversePath;

/// What is said of a name; a name that has nothing is no failure.
type Said<T> = Result<Vec<T>, LookupError>;

/// Asks about the domain of a desk's address.
pub(super) async fn look(dns: &Dns, desk: &Desk) -> Vec<Finding> {
    let domain = desk.address.domain();
    let (exchangers, texts, dmarc) =
        futures_util::join!(exchangers(dns, domain), said(dns.texts(domain)), policy(dns, domain));
    let mut findings = vec![mx(&desk.address, &exchangers)];
    findings.push(spf(domain, &desk.smtp.server.host, &texts));
    let envelope_from = desk.envelope_from.sample();
    match &envelope_from {
        ReversePath::Address(from) if from.domain() != domain => {
            let texts = said(dns.texts(from.domain())).await;
            findings.push(spf(from.domain(), &desk.smtp.server.host, &texts));
        }
        ReversePath::Address(_) | ReversePath::Null => {}
    }
    match desk.signer() {
        Ok(Some(signer)) => findings.extend(dkim::look(dns, &signer).await),
        Ok(None) => findings.push(signed_by_relay(domain, &envelope_from)),
        // That was said with the keys.
        Err(_) => {}
    }
    findings.push(dmarc_finding(domain, &dmarc));
    findings
}

/// The line where nobody can be asked at all.
pub(super) fn down(error: &LookupError) -> Finding {
    Finding::down("dns", format!("{error}; look at `dns`, and at /etc/resolv.conf"))
}

pub(super) async fn said<T>(asked: impl Future<Output = Said<T>>) -> Said<T> {
    match asked.await {
        Err(LookupError::NoSuchName | LookupError::NoSuchRecord) => Ok(Vec::new()),
        said => said,
    }
}

/// Where mail for a domain goes.
enum Exchangers {
    /// To these hosts.
    Named(Vec<MailExchanger>),
    /// To the address of the domain itself (RFC 5321 §5.1).
    Itself,
    /// Nowhere.
    Nobody,
}

async fn exchangers(dns: &Dns, domain: &str) -> Result<Exchangers, LookupError> {
    let named = said(dns.mail_exchangers(domain)).await?;
    if !named.is_empty() {
        return Ok(Exchangers::Named(named));
    }
    let addresses: Vec<IpAddr> = said(dns.addresses(domain)).await?;
    Ok(if addresses.is_empty() { Exchangers::Nobody } else { Exchangers::Itself })
}

/// The nearest record, with the domain that it is of; the last that was asked if there is none.
async fn policy<'a>(dns: &Dns, domain: &'a str) -> Result<(&'a str, Dmarc), LookupError> {
    for above in dmarc::domains(domain) {
        let texts = said(dns.texts(&format!("_dmarc.{above}"))).await?;
        match dmarc::read(&texts) {
            Dmarc::Missing => {}
            found @ (Dmarc::Several | Dmarc::Broken | Dmarc::Sound { .. }) => {
                return Ok((above, found));
            }
        }
    }
    Ok((domain, Dmarc::Missing))
}

fn mx(address: &Address, found: &Result<Exchangers, LookupError>) -> Finding {
    const ABOUT: &str = "dns mx";
    let domain = address.domain();
    match found {
        Ok(Exchangers::Named(hosts)) if hosts.iter().all(|one| one.host.is_empty()) => {
            let text = format!(
                "{domain} says that it takes no mail: nobody can write to {address}; publish: \
                 {domain}. MX 10 <the host that takes your mail>."
            );
            Finding::soon(ABOUT, text)
        }
        Ok(Exchangers::Named(hosts)) => {
            let first = hosts.first().map_or("", |one| &one.host);
            Finding::good(ABOUT, format!("mail for {domain} goes to {first}"))
        }
        Ok(Exchangers::Itself) => {
            Finding::good(ABOUT, format!("none; mail for {domain} goes to the host of that name"))
        }
        Ok(Exchangers::Nobody) => {
            let text = format!(
                "{domain} has none, nor an address: nobody can write to {address}, and many take \
                 no mail from it; publish: {domain}. MX 10 <the host that takes your mail>."
            );
            Finding::soon(ABOUT, text)
        }
        Err(error) => failed(ABOUT, error),
    }
}

fn spf(domain: &str, relay: &str, texts: &Said<String>) -> Finding {
    const ABOUT: &str = "dns spf";
    let publish = format!("publish: {domain}. TXT \"{}\"", suggestion(relay));
    let soon = |text: String| {
        let follows = "Gmail and others refuse or junk our notices";
        Finding::soon(
            ABOUT,
            format!("{text}: {follows}; {publish}, or what your relay's operator says"),
        )
    };
    match texts.as_deref().map(spf::read) {
        Ok(Spf::Sound) => Finding::good(ABOUT, format!("{domain} says who may send for it")),
        Ok(Spf::Missing) => soon(format!("{domain} does not say who may send for it")),
        Ok(Spf::Several) => soon(format!("{domain} has several records, which counts as none")),
        Ok(Spf::Broken(why)) => soon(format!("the record of {domain} is broken, {why}")),
        Ok(Spf::Everybody) => {
            let text = format!(
                "the record of {domain} lets everybody send: it proves nothing, and forgers use \
                 it; {publish}"
            );
            Finding::soon(ABOUT, text)
        }
        Err(error) => failed(ABOUT, error),
    }
}

/// A record that lets the relay send, as far as that can be known from its name.
fn suggestion(relay: &str) -> String {
    match relay.parse() {
        Ok(IpAddr::V4(ip)) if !ip.is_loopback() => format!("v=spf1 mx ip4:{ip} ~all"),
        Ok(IpAddr::V6(ip)) if !ip.is_loopback() => format!("v=spf1 mx ip6:{ip} ~all"),
        Ok(IpAddr::V4(_) | IpAddr::V6(_)) => "v=spf1 mx ~all".to_owned(),
        Err(_) if relay == "localhost" => "v=spf1 mx ~all".to_owned(),
        Err(_) => format!("v=spf1 mx a:{relay} ~all"),
    }
}

/// Where the relay signs: a key cannot be looked up without its selector, which stands in signed mail alone.
fn signed_by_relay(domain: &str, envelope_from: &ReversePath) -> Finding {
    let rests = match envelope_from {
        // RFC 7208 §2.4: SPF then judges the name that the relay gives in HELO.
        ReversePath::Null => format!(
            "acknowledgements go out as <>, where SPF is of the relay's name and not of {domain}: \
             they pass DMARC by DKIM alone"
        ),
        ReversePath::Address(from) => format!("acknowledgements go out as <{from}>"),
    };
    let text = format!(
        "cannot be seen from here; {rests}. Look into a notice that came to you from outside for \
         dkim=pass with header.d={domain}"
    );
    Finding::good("dns dkim", text)
}

fn dmarc_finding(domain: &str, found: &Result<(&str, Dmarc), LookupError>) -> Finding {
    const ABOUT: &str = "dns dmarc";
    let publish = format!(
        "publish: _dmarc.{domain}. TXT \"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\""
    );
    let soon = |text: &str| {
        let follows = "Gmail and others trust our notices less";
        Finding::soon(ABOUT, format!("{text}: {follows}; {publish}"))
    };
    match found {
        Ok((_, Dmarc::Missing)) => soon(&format!("there is no record for {domain}")),
        Ok((of, Dmarc::Several)) => soon(&format!("_dmarc.{of} has several records, none counts")),
        Ok((of, Dmarc::Broken)) => soon(&format!("the record of _dmarc.{of} has no policy")),
        Ok((of, Dmarc::Sound { domain: own, subdomains })) => {
            let policy = if *of == domain { *own } else { *subdomains };
            let follows = match policy {
                Policy::None => "nothing is asked of receivers",
                Policy::Quarantine => "mail without DKIM or SPF of the domain goes to junk",
                Policy::Reject => "mail without DKIM or SPF of the domain is refused",
            };
            let text = format!("_dmarc.{of} says p={}: {follows}", policy.word());
            Finding::good(ABOUT, text)
        }
        Err(error) => failed(ABOUT, error),
    }
}

pub(super) fn failed(about: &str, error: &LookupError) -> Finding {
    Finding::new(Found::Down, about, format!("{error}; try again, or look at `dns`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: &str = "example.com";

    #[test]
    fn svc_10_a_missing_mx_is_named_with_the_record_to_publish() {
        let host = |host: &str| MailExchanger { preference: 10, host: host.to_owned() };
        check(
            &Ok(Exchangers::Named(vec![host("mx.example.com")])),
            Found::Good,
            "to mx.example.com",
        );
        check(&Ok(Exchangers::Named(vec![host("")])), Found::Soon, "takes no mail");
        check(&Ok(Exchangers::Itself), Found::Good, "the host of that name");
        check(&Ok(Exchangers::Nobody), Found::Soon, "publish: example.com. MX 10");
        check(
            &Err(LookupError::Temporary("no".to_owned())),
            Found::Down,
            "does not answer: no; try",
        );

        #[track_caller]
        fn check(found: &Result<Exchangers, LookupError>, expected: Found, says: &str) {
            judged(&mx(&Address::parse("support@example.com").unwrap(), found), expected, says);
        }
    }

    #[test]
    fn svc_10_a_missing_spf_record_is_named_with_the_record_to_publish() {
        let missing = "TXT \"v=spf1 mx a:smtp.example.net ~all\"";
        check("smtp.example.net", &[], Found::Soon, missing);
        check("192.0.2.1", &[], Found::Soon, "TXT \"v=spf1 mx ip4:192.0.2.1 ~all\"");
        check("2001:db8::1", &[], Found::Soon, "TXT \"v=spf1 mx ip6:2001:db8::1 ~all\"");
        check("127.0.0.1", &[], Found::Soon, "TXT \"v=spf1 mx ~all\"");
        check("localhost", &[], Found::Soon, "TXT \"v=spf1 mx ~all\"");
        check("localhost", &["v=spf1 mx -all"], Found::Good, "says who may send");
        check("localhost", &["v=spf1 +all"], Found::Soon, "lets everybody send");
        check("localhost", &["v=spf1 -al"], Found::Soon, "is broken, \"-al\" is no word");
        check("localhost", &["v=spf1 mx", "v=spf1 a"], Found::Soon, "several");

        #[track_caller]
        fn check(relay: &str, texts: &[&str], expected: Found, says: &str) {
            let texts = texts.iter().map(ToString::to_string).collect();
            judged(&spf(DOMAIN, relay, &Ok(texts)), expected, says);
        }
    }

    #[test]
    fn std_73_the_policy_that_holds_is_said() {
        let sound = Dmarc::Sound { domain: Policy::None, subdomains: Policy::Reject };
        check("example.com", sound.clone(), Found::Good, "_dmarc.example.com says p=none: nothing");
        check("com", sound, Found::Good, "_dmarc.com says p=reject: mail without");
        check("example.com", Dmarc::Missing, Found::Soon, "publish: _dmarc.example.com. TXT");
        check("example.com", Dmarc::Several, Found::Soon, "several");
        check("example.com", Dmarc::Broken, Found::Soon, "no policy");

        #[track_caller]
        fn check(of: &str, found: Dmarc, expected: Found, says: &str) {
            judged(&dmarc_finding(DOMAIN, &Ok((of, found))), expected, says);
        }
    }

    #[test]
    fn what_an_empty_sender_means_is_said() {
        judged(&signed_by_relay(DOMAIN, &ReversePath::Null), Found::Good, "by DKIM alone");
        let from = ReversePath::parse("<noreply@example.com>").unwrap();
        judged(&signed_by_relay(DOMAIN, &from), Found::Good, "go out as <noreply@example.com>");
    }

    #[track_caller]
    fn judged(finding: &Finding, expected: Found, says: &str) {
        assert_eq!(finding.found, expected, "{finding:?}");
        assert!(finding.text.contains(says), "{finding:?}");
    }
}
