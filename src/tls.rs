//! How a server is reached: TCP with time limits, and TLS by rustls with the ring provider.

mod certificate;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, ProtocolVersion, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub use certificate::Certificate;

/// Time to reach a server by TCP; a host that does not answer is given up after it.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// Time for the TLS handshake.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);

/// A server and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Host name; its certificate must be for this name.
    pub host: Box<str>,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Whom we believe about the server's name.
    pub tls: Tls,
}

/// How a connection is protected. There is no fallback from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// TLS by the `STARTTLS` command, required.
    StartTls,
    /// None; the configuration allows it to a loopback address only.
    Plaintext,
}

/// Our side of TLS: roots and provider.
#[derive(Clone, Debug)]
pub struct Tls {
    config: Arc<ClientConfig>,
    roots: Roots,
}

/// Whom we believe.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Roots {
    /// The system's authorities.
    System,
    /// Those of a file that held these bytes.
    File(Arc<[u8]>),
}

/// Two are the same when they believe the same: a file may get other contents under its name.
impl PartialEq for Tls {
    fn eq(&self, other: &Self) -> bool {
        self.roots == other.roots
    }
}

impl Eq for Tls {}

/// Why TLS cannot be set up at all.
#[derive(Debug, thiserror::Error)]
pub enum TlsSetupError {
    /// The file of certificates cannot be read.
    #[error("cannot read certificates from {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What reading it said.
        cause: pem::Error,
    },
    /// There is no certificate to believe in.
    #[error("no root certificate found; install ca-certificates or set ca_file")]
    NoRoots,
    /// The provider does not offer what we ask.
    #[error(transparent)]
    Provider(#[from] rustls::Error),
}

/// Why a server cannot be spoken to. Always temporary: servers come back.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The name is not known, nobody listens, or the way is cut.
    #[error("cannot reach {host}:{port}: {cause}")]
    Unreachable {
        /// The host.
        host: Box<str>,
        /// The port.
        port: u16,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Nothing came within the limit.
    #[error("{host}:{port} does not answer within {} s", after.as_secs())]
    Silent {
        /// The host.
        host: Box<str>,
        /// The port.
        port: u16,
        /// How long we waited.
        after: Duration,
    },
    /// The TLS handshake failed: certificate, name, or version.
    #[error("TLS with {host}:{port} failed: {cause}")]
    Handshake {
        /// The host.
        host: Box<str>,
        /// The port.
        port: u16,
        /// What rustls said.
        cause: std::io::Error,
    },
}

/// A TCP connection under TLS.
pub type Secured = TlsStream<TcpStream>;

/// What a server shows of itself in the handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The protocol's version, such as `TLS 1.3`.
    pub version: &'static str,
    /// Its own certificate; `None` if it cannot be read, which no roots vouch for.
    pub certificate: Option<Certificate>,
}

impl Peer {
    fn of(stream: &Secured) -> Self {
        let (_, session) = stream.get_ref();
        let version = match session.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
            Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
            Some(_) | None => "TLS",
        };
        let first = session.peer_certificates().and_then(<[_]>::first);
        Self { version, certificate: first.and_then(|der| Certificate::read(der)) }
    }
}

/// What is wrong with a certificate that is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// It has expired.
    Expired,
    /// It is not valid yet, or our clock is slow.
    NotYetValid,
    /// It is for other names.
    OtherName,
    /// Whoever issued it is not believed.
    UnknownIssuer,
}

impl ConnectError {
    /// What is wrong with the server's certificate; `None` where that is not it.
    #[must_use]
    pub fn certificate_fault(&self) -> Option<CertificateFault> {
        let Self::Handshake { cause, .. } = self else { return None };
        let cause = cause.get_ref()?.downcast_ref::<rustls::Error>()?;
        let rustls::Error::InvalidCertificate(fault) = cause else { return None };
        if let CertificateError::Expired | CertificateError::ExpiredContext { .. } = fault {
            Some(CertificateFault::Expired)
        } else if let CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } =
            fault
        {
            Some(CertificateFault::NotYetValid)
        } else if let CertificateError::NotValidForName
        | CertificateError::NotValidForNameContext { .. } = fault
        {
            Some(CertificateFault::OtherName)
        } else if let CertificateError::UnknownIssuer = fault {
            Some(CertificateFault::UnknownIssuer)
        } else {
            None
        }
    }
}

impl Tls {
    /// TLS 1.2 or newer with the system's roots, or with those of `ca_file` alone.
    ///
    /// # Errors
    /// [`TlsSetupError`] when there are no roots to be had.
    pub fn new(ca_file: Option<&Path>) -> Result<Self, TlsSetupError> {
        let mut believed = RootCertStore::empty();
        let roots = if let Some(path) = ca_file {
            let unreadable = |cause| TlsSetupError::Unreadable { path: path.into(), cause };
            let bytes = std::fs::read(path).map_err(|cause| unreadable(pem::Error::Io(cause)))?;
            for certificate in CertificateDer::pem_slice_iter(&bytes) {
                believed.add(certificate.map_err(unreadable)?)?;
            }
            Roots::File(bytes.into())
        } else {
            believed.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            Roots::System
        };
        if believed.is_empty() {
            return Err(TlsSetupError::NoRoots);
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(believed)
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config), roots })
    }

    /// The same for who brings connections of its own.
    #[must_use]
    pub fn client_config(&self) -> ClientConfig {
        ClientConfig::clone(&self.config)
    }
}

impl Server {
    /// Opens the TCP connection, with keepalive (so that a dead peer is found within two minutes)
    /// and without Nagle's delay.
    ///
    /// # Errors
    /// [`ConnectError::Unreachable`] or [`ConnectError::Silent`].
    pub async fn open(&self) -> Result<TcpStream, ConnectError> {
        let unreachable =
            |cause| ConnectError::Unreachable { host: self.host.clone(), port: self.port, cause };
        let connecting = TcpStream::connect((&*self.host, self.port));
        let stream = match timeout(CONNECT_TIMEOUT, connecting).await {
            Ok(connected) => connected.map_err(unreachable)?,
            Err(_) => return Err(self.silent(CONNECT_TIMEOUT)),
        };
        stream.set_nodelay(true).map_err(unreachable)?;
        let keepalive = socket2::TcpKeepalive::new()
            .with_time(Duration::from_mins(1))
            .with_interval(Duration::from_secs(15))
            .with_retries(4);
        socket2::SockRef::from(&stream).set_tcp_keepalive(&keepalive).map_err(unreachable)?;
        Ok(stream)
    }

    /// Does the TLS handshake on an open connection; the certificate must be for [`Self::host`].
    /// Beside the stream stands what the server showed.
    ///
    /// # Errors
    /// [`ConnectError::Handshake`] or [`ConnectError::Silent`].
    pub async fn handshake(&self, stream: TcpStream) -> Result<(Secured, Peer), ConnectError> {
        let failed =
            |cause| ConnectError::Handshake { host: self.host.clone(), port: self.port, cause };
        let name = ServerName::try_from(self.host.to_string()).map_err(|error| {
            failed(std::io::Error::new(std::io::ErrorKind::InvalidInput, error))
        })?;
        let connector = TlsConnector::from(Arc::clone(&self.tls.config));
        match timeout(HANDSHAKE_TIMEOUT, connector.connect(name, stream)).await {
            Ok(Ok(stream)) => {
                let peer = Peer::of(&stream);
                Ok((stream, peer))
            }
            Ok(Err(cause)) => Err(failed(cause)),
            Err(_) => Err(self.silent(HANDSHAKE_TIMEOUT)),
        }
    }

    fn silent(&self, after: Duration) -> ConnectError {
        ConnectError::Silent { host: self.host.clone(), port: self.port, after }
    }
}
