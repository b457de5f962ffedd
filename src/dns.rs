//! The one module that asks the DNS (RFC 1035): what a name has of one kind, within two seconds, by
//! UDP and, for a long answer, TCP. An answer may be anybody's: nothing rests on it that a stranger
//! must not decide.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::system_conf::read_system_conf;
use tokio::time::timeout;

/// Time for one question, whatever it takes; people wait for the answer.
pub const LOOKUP_LIMIT: Duration = Duration::from_secs(2);
/// Time until a server that is silent is asked again, since UDP loses datagrams.
const ATTEMPT_LIMIT: Duration = Duration::from_millis(900);
/// Answers that are remembered, at most.
const CACHE_ENTRIES: u64 = 4096;
/// Answers are remembered for an hour at most, whatever their owner says.
const CACHE_LIMIT: Duration = Duration::from_hours(1);
/// Longest text of an error, in characters.
const SHOWN_MAX: usize = 200;

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameServer {
    /// Whom `/etc/resolv.conf` names.
    System,
    /// This server.
    At(SocketAddr),
}

impl NameServer {
    /// Reads `system` or `IP:port`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "system" => Some(Self::System),
            text => text.parse().ok().map(Self::At),
        }
    }
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// There is no such name (RFC 8020).
    #[error("there is no such name")]
    NoSuchName,
    /// The name has nothing of this kind.
    #[error("the name has no such record")]
    NoSuchRecord,
    /// No server could be asked, or it did not answer, or could not find out. Ask later.
    #[error("the DNS does not answer: {0}")]
    Temporary(String),
    /// The name cannot be asked for, or the answer is none.
    #[error("the DNS answers what cannot be read: {0}")]
    Garbage(String),
}

/// Where mail for a domain goes (RFC 5321 §5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailExchanger {
    /// The lowest is asked first.
    pub preference: u16,
    /// A host; empty where the domain takes no mail (RFC 7505).
    pub host: String,
}

/// Asks, and remembers the answers for as long as they say.
#[derive(Clone, Debug)]
pub struct Dns {
    resolver: TokioResolver,
}

impl Dns {
    /// Will ask this server.
    ///
    /// # Errors
    /// [`LookupError::Temporary`] when the system does not say whom to ask.
    pub fn new(server: NameServer) -> Result<Self, LookupError> {
        let (config, options) = resolver(server)?;
        let provider = TokioRuntimeProvider::default();
        let builder = TokioResolver::builder_with_config(config, provider).with_options(options);
        Ok(Self { resolver: builder.build().map_err(|error| read(&error))? })
    }

    /// The texts of a name, each with its pieces joined (RFC 7208 §3.3); bytes that are not UTF-8
    /// are replaced.
    ///
    /// # Errors
    /// [`LookupError`].
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, LookupError> {
        self.ask(name, RecordType::TXT, |data| {
            let RData::TXT(text) = data else { return None };
            Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned())
        })
        .await
    }

    /// Where mail for a domain goes, the first to be asked first.
    ///
    /// # Errors
    /// [`LookupError`].
    pub async fn mail_exchangers(&self, domain: &str) -> Result<Vec<MailExchanger>, LookupError> {
        let mut found = self
            .ask(domain, RecordType::MX, |data| {
                let RData::MX(exchanger) = data else { return None };
                let host = exchanger.exchange.to_ascii().trim_end_matches('.').to_owned();
                Some(MailExchanger { preference: exchanger.preference, host })
            })
            .await?;
        found.sort_by_key(|exchanger| exchanger.preference);
        Ok(found)
    }

    /// The addresses of a host, of both kinds.
    ///
    /// # Errors
    /// [`LookupError`], if there is no address of either kind.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, LookupError> {
        let (v4, v6) = (self.ipv4(host), self.ipv6(host));
        match futures_util::join!(v4, v6) {
            (Ok(mut v4), Ok(v6)) => {
                v4.extend(v6);
                Ok(v4)
            }
            (Ok(found), Err(_)) | (Err(_), Ok(found)) => Ok(found),
            // What may yet be found comes before what is not there.
            (Err(LookupError::NoSuchName | LookupError::NoSuchRecord), Err(error))
            | (Err(error), Err(_)) => Err(error),
        }
    }

    /// The addresses of a host, of IPv4 alone.
    ///
    /// # Errors
    /// [`LookupError`].
    pub async fn ipv4(&self, host: &str) -> Result<Vec<IpAddr>, LookupError> {
        self.ask(host, RecordType::A, RData::ip_addr).await
    }

    /// The addresses of a host, of IPv6 alone.
    ///
    /// # Errors
    /// [`LookupError`].
    pub async fn ipv6(&self, host: &str) -> Result<Vec<IpAddr>, LookupError> {
        self.ask(host, RecordType::AAAA, RData::ip_addr).await
    }

    /// The names that `name`, an address within `arpa`, points to (RFC 1035 §3.5).
    ///
    /// # Errors
    /// [`LookupError`].
    pub async fn names(&self, name: &str) -> Result<Vec<String>, LookupError> {
        self.ask(name, RecordType::PTR, |data| {
            let RData::PTR(found) = data else { return None };
            Some(found.0.to_ascii().trim_end_matches('.').to_owned())
        })
        .await
    }

    async fn ask<T>(
        &self,
        name: &str,
        kind: RecordType,
        take: impl Fn(&RData) -> Option<T>,
    ) -> Result<Vec<T>, LookupError> {
        let mut name = asked_for(name)?;
        // The whole name, never one within this machine's own domain.
        name.set_fqdn(true);
        let asked = timeout(LOOKUP_LIMIT, self.resolver.lookup(name, kind)).await;
        let Ok(answer) = asked else {
            let text = format!("nothing came within {} s", LOOKUP_LIMIT.as_secs());
            return Err(LookupError::Temporary(text));
        };
        let found = answer.map_err(|error| read(&error))?;
        let found: Vec<T> = found.answers().iter().filter_map(|one| take(&one.data)).collect();
        if found.is_empty() { Err(LookupError::NoSuchRecord) } else { Ok(found) }
    }
}

/// How a resolver asks this server and remembers its answers.
///
/// # Errors
/// [`LookupError::Temporary`] when the system does not say whom to ask.
pub fn resolver(server: NameServer) -> Result<(ResolverConfig, ResolverOpts), LookupError> {
    let (config, mut options) = match server {
        NameServer::System => read_system_conf().map_err(|error| read(&error))?,
        NameServer::At(address) => {
            let mut server = NameServerConfig::udp_and_tcp(address.ip());
            for connection in &mut server.connections {
                connection.port = address.port();
            }
            let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
            (config, ResolverOpts::default())
        }
    };
    options.timeout = ATTEMPT_LIMIT;
    options.attempts = 1;
    options.cache_size = CACHE_ENTRIES;
    options.positive_max_ttl = Some(CACHE_LIMIT);
    options.negative_max_ttl = Some(CACHE_LIMIT);
    // What others are told is asked, not what this machine believes.
    options.use_hosts_file = ResolveHosts::Never;
    Ok((config, options))
}

/// A name as it is asked for. A label may hold any byte (RFC 2181 §11), and SPF makes such names.
fn asked_for(name: &str) -> Result<Name, LookupError> {
    let labels = || name.trim_end_matches('.').split('.').map(str::as_bytes);
    let found = Name::from_ascii(name).or_else(|_| Name::from_labels(labels()));
    found.map_err(|error| garbage(&error))
}

fn read(error: &NetError) -> LookupError {
    if let NetError::Dns(DnsError::NoRecordsFound(none)) = error {
        let code = none.response_code;
        return if code == ResponseCode::NXDomain {
            LookupError::NoSuchName
        } else if code == ResponseCode::NoError {
            LookupError::NoSuchRecord
        } else {
            LookupError::Temporary(code.to_string())
        };
    }
    if let NetError::Proto(error) = error {
        return garbage(error);
    }
    LookupError::Temporary(shown(&error.to_string()))
}

fn garbage(error: &impl std::fmt::Display) -> LookupError {
    LookupError::Garbage(shown(&error.to_string()))
}

/// A text from outside, fit for a line.
fn shown(text: &str) -> String {
    let plain = |char: char| if char.is_control() { '?' } else { char };
    text.chars().take(SHOWN_MAX).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_the_systems_or_an_address_with_a_port() {
        assert_eq!(NameServer::parse("system"), Some(NameServer::System));
        let at = NameServer::parse("127.0.0.1:53").map(|found| format!("{found:?}"));
        assert_eq!(at.as_deref(), Some("At(127.0.0.1:53)"));
        for text in ["", "System", "127.0.0.1", "dns.example:53", "127.0.0.1:99999"] {
            assert_eq!(NameServer::parse(text), None, "{text}");
        }
    }
}
