//! SPF (RFC 7208): whether a domain lets a client send in its name.

mod macros;
mod record;

use std::net::IpAddr;

use super::{Check, Findings, Outcome};
use crate::dns::LookupError;
use crate::mail::envelope::ReversePath;
use macros::Values;
use record::{Lengths, Mechanism, Record};

/// Terms that ask the DNS (RFC 7208 §4.6.4), names of an MX or PTR record too.
const QUESTIONS_MAX: usize = 10;

/// Answers without a record (RFC 7208 §4.6.4).
const VOID_MAX: usize = 2;

/// Why a check has no result of its own.
enum Stop {
    /// The DNS does not answer.
    Later,
    /// The record breaks a rule or a limit.
    Broken,
}

/// One evaluation, with all that it includes.
struct Run<'r> {
    check: &'r Check<'r>,
    ip: IpAddr,
    helo: &'r str,
    sender: (&'r str, &'r str),
    questions: usize,
    voids: usize,
}

impl Check<'_> {
    /// Evaluates SPF for MAIL FROM, or EHLO where that is null; the domain that it is about.
    pub(super) async fn spf(&self, findings: &mut Findings) -> String {
        let (Some(client), Some(path)) = (self.question.client, self.question.return_path) else {
            return String::new();
        };
        if client.ip.is_loopback() {
            return String::new();
        }
        let domain = self.envelope_domain().unwrap_or_default().to_lowercase();
        let local = match path {
            ReversePath::Address(address) => address.local(),
            ReversePath::Null => "postmaster",
        };
        let mut run = Run {
            check: self,
            ip: client.ip.to_canonical(),
            helo: &client.helo,
            sender: (local, &domain),
            questions: 0,
            voids: 0,
        };
        findings.spf = match run.host(&domain).await {
            Ok(outcome) => outcome,
            Err(Stop::Later) => Outcome::TempError,
            Err(Stop::Broken) => Outcome::PermError,
        };
        domain
    }
}

impl Run<'_> {
    /// What the record of a domain says, or that to which it refers (RFC 7208 §4).
    async fn host(&mut self, domain: &str) -> Result<Outcome, Stop> {
        let mut domain = domain.to_owned();
        let mut outcome = Outcome::None;
        loop {
            if !is_domain(&domain) {
                return Ok(outcome);
            }
            let texts = self.check.records(&domain).await.map_err(|_| Stop::Later)?;
            let texts = texts.unwrap_or_default();
            let Some(text) = record::select(&texts).map_err(|()| Stop::Broken)? else {
                return Ok(outcome);
            };
            let record = Record::parse(text).ok_or(Stop::Broken)?;
            for (result, mechanism) in &record.directives {
                if self.matches(mechanism, &domain).await? {
                    return Ok(*result);
                }
            }
            let Some(redirect) = record.redirect else { return Ok(Outcome::Neutral) };
            self.ask()?;
            domain = self.expand(&redirect, &domain).await?;
            // What is not there is an error from here on (RFC 7208 §6.1).
            outcome = Outcome::PermError;
        }
    }

    async fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Stop> {
        let ip = self.ip;
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::V4(net, length) => Ok(within(ip, IpAddr::V4(*net), *length)),
            Mechanism::V6(net, length) => Ok(within(ip, IpAddr::V6(*net), *length)),
            Mechanism::Include(spec) => {
                self.ask()?;
                let name = self.expand(spec, domain).await?;
                match Box::pin(self.host(&name)).await? {
                    Outcome::Pass => Ok(true),
                    Outcome::Fail | Outcome::SoftFail | Outcome::Neutral => Ok(false),
                    Outcome::TempError => Err(Stop::Later),
                    Outcome::None
                    | Outcome::PermError
                    | Outcome::Policy
                    | Outcome::NotEvaluated => Err(Stop::Broken),
                }
            }
            Mechanism::A(spec, lengths) => {
                self.ask()?;
                let name = self.target(spec.as_ref(), domain).await?;
                let found = self.addresses(&name).await?;
                self.void(found.is_empty())?;
                Ok(found.into_iter().any(|one| lengths.within(ip, one)))
            }
            Mechanism::Mx(spec, lengths) => {
                self.ask()?;
                let name = self.target(spec.as_ref(), domain).await?;
                let dns = &self.check.dns.0;
                let hosts = self.check.timely(dns.mail_exchangers(&name)).await;
                let hosts = answer(hosts)?;
                self.void(hosts.is_empty())?;
                if QUESTIONS_MAX < hosts.len() {
                    return Err(Stop::Broken);
                }
                for host in hosts {
                    let found = self.addresses(&host.host).await?;
                    if found.into_iter().any(|one| lengths.within(ip, one)) {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Mechanism::Ptr(spec) => {
                self.ask()?;
                let name = self.target(spec.as_ref(), domain).await?.to_lowercase();
                Ok(self.validated(&name).await.is_some())
            }
            Mechanism::Exists(spec) => {
                self.ask()?;
                let name = self.expand(spec, domain).await?;
                let found = self.check.timely(self.check.dns.0.ipv4(&name)).await;
                let found = answer(found)?;
                self.void(found.is_empty())?;
                Ok(!found.is_empty())
            }
        }
    }

    /// Counts a term that asks.
    fn ask(&mut self) -> Result<(), Stop> {
        self.questions += 1;
        if QUESTIONS_MAX < self.questions { Err(Stop::Broken) } else { Ok(()) }
    }

    /// Counts an answer with nothing in it.
    fn void(&mut self, is_empty: bool) -> Result<(), Stop> {
        self.voids += usize::from(is_empty);
        if VOID_MAX < self.voids { Err(Stop::Broken) } else { Ok(()) }
    }

    async fn target(&mut self, spec: Option<&macros::Spec>, domain: &str) -> Result<String, Stop> {
        match spec {
            Some(spec) => self.expand(spec, domain).await,
            None => Ok(domain.to_owned()),
        }
    }

    async fn expand(&mut self, spec: &macros::Spec, domain: &str) -> Result<String, Stop> {
        let validated = if spec.names_the_client() { self.validated(domain).await } else { None };
        Ok(spec.expand(&Values {
            ip: self.ip,
            helo: self.helo,
            sender: self.sender,
            domain,
            validated: validated.as_deref().unwrap_or("unknown"),
        }))
    }

    /// The addresses of a host that are of the client's kind.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Stop> {
        let dns = &self.check.dns.0;
        answer(match self.ip {
            IpAddr::V4(_) => self.check.timely(dns.ipv4(host)).await,
            IpAddr::V6(_) => self.check.timely(dns.ipv6(host)).await,
        })
    }

    /// A name of the client, of this domain or below it, that has the client's address (RFC 7208
    /// §5.5); trouble is none.
    async fn validated(&self, domain: &str) -> Option<String> {
        let mut labels = macros::labels(self.ip);
        labels.reverse();
        let zone = match self.ip {
            IpAddr::V4(_) => "in-addr.arpa",
            IpAddr::V6(_) => "ip6.arpa",
        };
        let name = format!("{}.{zone}", labels.join("."));
        let names = self.check.timely(self.check.dns.0.names(&name)).await?.ok()?;
        for name in names.into_iter().take(QUESTIONS_MAX) {
            let name = name.to_lowercase();
            let rest = name.strip_suffix(domain);
            if !rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.')) {
                continue;
            }
            if self.addresses(&name).await.is_ok_and(|found| found.contains(&self.ip)) {
                return Some(name);
            }
        }
        None
    }
}

impl Lengths {
    fn within(self, ip: IpAddr, net: IpAddr) -> bool {
        within(ip, net, if ip.is_ipv4() { self.v4 } else { self.v6 })
    }
}

/// What was found; nothing where there is nothing, or the name is none.
fn answer<T>(found: Option<Result<Vec<T>, LookupError>>) -> Result<Vec<T>, Stop> {
    match found {
        Some(Ok(found)) => Ok(found),
        Some(Err(
            LookupError::NoSuchName | LookupError::NoSuchRecord | LookupError::Garbage(_),
        )) => Ok(Vec::new()),
        Some(Err(LookupError::Temporary(_))) | None => Err(Stop::Later),
    }
}

/// Whether an address begins as a net does.
fn within(ip: IpAddr, net: IpAddr, length: u8) -> bool {
    let shift = |bits: u32| bits.saturating_sub(u32::from(length));
    match (ip, net) {
        (IpAddr::V4(ip), IpAddr::V4(net)) => {
            (ip.to_bits() ^ net.to_bits()).checked_shr(shift(32)).unwrap_or(0) == 0
        }
        (IpAddr::V6(ip), IpAddr::V6(net)) => {
            (ip.to_bits() ^ net.to_bits()).checked_shr(shift(128)).unwrap_or(0) == 0
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

/// Whether it can be asked for (RFC 7208 §4.3): more than one label, none empty or too long.
fn is_domain(domain: &str) -> bool {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let is_label = |label: &str| (1..=63).contains(&label.len());
    let plain = domain.bytes().all(|byte| byte.is_ascii_graphic() && !b"[]()@".contains(&byte));
    plain && domain.len() <= 253 && domain.contains('.') && domain.split('.').all(is_label)
}
