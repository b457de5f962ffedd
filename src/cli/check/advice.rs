//! What to do about a server that `check` cannot use.

use crate::imap::ImapError;
use crate::smtp::OpenError;
use crate::tls::{CertificateFault, ConnectError};

/// What to do about a mail server.
pub(super) fn imap(error: &ImapError) -> &'static str {
    match error {
        ImapError::Connect(error) => connect(error),
        ImapError::LoginRefused { .. } => LOGIN,
        ImapError::Folder { .. } => "look at `folders`, or make the folder",
        ImapError::Insecure { .. } => "look at `tls` and `port`",
        ImapError::Unavailable { .. } => "wait, or ask who runs the server",
        ImapError::Closed { .. } | ImapError::Silent { .. } | ImapError::Garbage { .. } => {
            "see that an IMAP server listens there, and look at `tls` and `port`"
        }
        ImapError::Refused { .. } | ImapError::TooLarge { .. } | ImapError::Unsupported { .. } => {
            "ask who runs the server"
        }
    }
}

/// What to do about a submission server.
pub(super) fn smtp(error: &OpenError) -> &'static str {
    match error {
        OpenError::Connect(error) => connect(error),
        OpenError::LoginRefused(_) => LOGIN,
        OpenError::PasswordsOff(_) => "docs/OPERATIONS.md says how: Logging in with OAuth2",
        OpenError::NoAuth(_) => {
            "look at `port` and `tls`: many servers offer a login under TLS only"
        }
        OpenError::NoStartTls | OpenError::Insecure(_) => "look at `tls` and `port`",
        OpenError::Greeting(_) | OpenError::LoginDeferred(_) => "wait, or ask who runs the server",
        OpenError::Silent { .. } | OpenError::Garbage(_) | OpenError::Closed => {
            "see that an SMTP server listens there, and look at `tls` and `port`"
        }
    }
}

const LOGIN: &str = "look at `user` and the password, or what the mailbox's owner lets the application of \
                     OAuth2 do";

fn connect(error: &ConnectError) -> &'static str {
    match error.certificate_fault() {
        Some(CertificateFault::Expired) => return "renew the certificate on the server",
        Some(CertificateFault::NotYetValid) => {
            return "look at this machine's clock, then at the server's";
        }
        Some(CertificateFault::OtherName) => {
            return "look at `host`: the certificate must be for it";
        }
        Some(CertificateFault::UnknownIssuer) => {
            return "a certificate of an authority of your own needs `ca_file`";
        }
        None => {}
    }
    match error {
        ConnectError::Unreachable { .. } | ConnectError::Silent { .. } => {
            "look at `host` and `port`, and whether the server runs"
        }
        ConnectError::Handshake { .. } => {
            "look at `port` and `tls`, and at the server's certificate"
        }
    }
}
