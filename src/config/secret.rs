//! Secrets: read from a file or a systemd credential, refused when others could read them, kept
//! in a type that cannot be printed.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

/// What is secret, and where it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretSource {
    /// Which secret.
    pub secret: Secret,
    /// Where it is.
    pub place: SecretPlace,
}

/// What a secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// A mailbox's password.
    Password,
    /// What an application shows to a token endpoint.
    ClientSecret,
    /// The key of a service account.
    ServiceAccountKey,
    /// The password of the database's server.
    DatabasePassword,
    /// A key that signs mail.
    DkimKey,
    /// The key of the instance.
    Key,
}

/// Where a secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretPlace {
    /// A file that its owner alone can read.
    File(PathBuf),
    /// A credential of the systemd unit.
    Credential(String),
}

impl Secret {
    /// The words for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::ClientSecret => "client secret",
            Self::ServiceAccountKey => "service account key",
            Self::DatabasePassword => "database password",
            Self::DkimKey => "DKIM key",
            Self::Key => "key",
        }
    }
}

/// Where the instance's key is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// In the state directory, where it is made at the first start.
    StateDir,
    /// Where the configuration says; it is never made there.
    Given(SecretSource),
}

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file is not there or not readable for us.
    #[error("cannot read the {} file {}: {cause}", secret.as_str(), path.display())]
    Unreadable {
        /// Which secret.
        secret: Secret,
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Others than its owner can read it.
    #[error(
        "the {} file {} can be read by others (mode {mode:04o}); run: chmod 600 {}",
        secret.as_str(), path.display(), path.display()
    )]
    Exposed {
        /// Which secret.
        secret: Secret,
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// There is nothing in it.
    #[error("the {} file {} is empty", secret.as_str(), path.display())]
    Empty {
        /// Which secret.
        secret: Secret,
        /// The file.
        path: PathBuf,
    },
    /// There are no credentials.
    #[error(
        "the {} is credential {name:?}, but $CREDENTIALS_DIRECTORY is not set; only systemd sets it",
        secret.as_str()
    )]
    NoCredentials {
        /// Which secret.
        secret: Secret,
        /// The credential.
        name: String,
    },
}

impl SecretSource {
    /// Reads the secret. One line end after it is not part of it.
    ///
    /// # Errors
    /// [`SecretError`] says what to do.
    pub fn read(&self) -> Result<SecretString, SecretError> {
        let secret = self.secret;
        match &self.place {
            SecretPlace::File(path) => read_file(secret, path, 0o077),
            SecretPlace::Credential(name) => {
                let folder = credentials_directory()
                    .ok_or_else(|| SecretError::NoCredentials { secret, name: name.clone() })?;
                // The folder is for the unit's user alone; where that is given by an access list,
                // the list's mask stands in the place of the group's bits.
                read_file(secret, &folder.join(name), 0o007)
            }
        }
    }
}

/// Whether two readings of a password found the same one, or both none.
#[must_use]
pub fn is_same(one: Option<&SecretString>, other: Option<&SecretString>) -> bool {
    one.map(ExposeSecret::expose_secret) == other.map(ExposeSecret::expose_secret)
}

/// Reads a file that must have none of these permission bits.
fn read_file(secret: Secret, path: &Path, others: u32) -> Result<SecretString, SecretError> {
    let unreadable = |cause| SecretError::Unreadable { secret, path: path.to_owned(), cause };
    let mode = std::fs::metadata(path).map_err(unreadable)?.mode() & 0o7777;
    if mode & others != 0 {
        return Err(SecretError::Exposed { secret, path: path.to_owned(), mode });
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty() {
        return Err(SecretError::Empty { secret, path: path.to_owned() });
    }
    Ok(SecretString::from(password))
}

#[expect(clippy::disallowed_methods, reason = "the configuration may read the environment")]
fn credentials_directory() -> Option<PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn at(path: impl Into<PathBuf>, secret: Secret) -> SecretSource {
        SecretSource { secret, place: SecretPlace::File(path.into()) }
    }

    fn file(content: &str, mode: u32) -> (tempfile::TempDir, SecretSource) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        (dir, at(path, Secret::Password))
    }

    #[test]
    fn svc_05_a_password_file_that_others_can_read_is_refused() {
        for mode in [0o644, 0o640, 0o604, 0o610] {
            let (_dir, source) = file("canary", mode);
            let error = source.read().unwrap_err().to_string();
            assert!(error.contains("chmod 600"), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
        let (_dir, source) = file("canary\n", 0o600);
        assert_eq!(source.read().unwrap().expose_secret(), "canary");
    }

    #[test]
    fn thr_37_a_password_does_not_print_itself() {
        let (_dir, source) = file("canary", 0o600);
        assert!(!format!("{:?}", source.read().unwrap()).contains("canary"));
    }

    #[test]
    fn flt_36_another_password_is_told_from_the_same() {
        let (of, none) = (|text: &str| SecretString::from(text), None);
        assert!(is_same(none, none));
        assert!(is_same(Some(&of("one")), Some(&of("one"))));
        assert!(!is_same(Some(&of("one")), Some(&of("other"))));
        assert!(!is_same(Some(&of("one")), none));
    }

    #[test]
    fn a_missing_or_empty_password_file_is_named() {
        let (_dir, source) = file("\n", 0o600);
        assert!(matches!(source.read(), Err(SecretError::Empty { .. })));
        let says = |secret| at("/nowhere/at-all", secret).read().unwrap_err().to_string();
        let start = "cannot read the client secret file /nowhere/at-all: ";
        assert!(says(Secret::ClientSecret).starts_with(start), "{}", says(Secret::ClientSecret));
        assert!(says(Secret::Password).starts_with("cannot read the password file "));
    }
}
