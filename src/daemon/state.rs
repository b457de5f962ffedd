//! The state directory: the key, the lock, and who this daemon is.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::ExposeSecret as _;

use crate::config::{Config, KeySource, SecretError, SecretSource};
use crate::fresh::{Former, KEY_BYTES, Key, Namer, NoRandomness, Random};
use crate::store::keys::KnownKey;
use crate::store::lease::Holder;
use crate::store::location::Location;

/// Why the state directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// A file or folder of it.
    #[error("cannot use {}: {cause}", path.display())]
    Unusable {
        /// Which.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Another daemon works here.
    #[error("another tidings works with {}; stop it first", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The key is gone and the database is not.
    #[error(
        "the key {} is missing, but there is a database: restore the key from the backup; \
         without it no reply to earlier mails is recognised", path.display()
    )]
    KeyMissing {
        /// The key file.
        path: PathBuf,
    },
    /// The key that the configuration names cannot be read.
    #[error(
        "cannot read the key {}: {cause}; restore it from the backup, or for a new instance make \
         one: openssl rand -hex {KEY_BYTES} > FILE; chmod 600 FILE", path.display()
    )]
    KeyUnreadable {
        /// The key file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The key is to come from systemd, and nothing does.
    #[error("the key cannot be read: {0}")]
    NoCredential(SecretError),
    /// It is no key.
    #[error(
        "{} is not a key: it must hold {KEY_BYTES} bytes in hexadecimal, or up to {KEYS_MAX} keys, \
         a line each, the one of now first", path.display()
    )]
    NotAKey {
        /// The key file.
        path: PathBuf,
    },
    /// Others can read the key.
    #[error("the key {} can be read by others; run: chmod 600 {}", path.display(), path.display())]
    KeyExposed {
        /// The key file.
        path: PathBuf,
    },
    /// No key could be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Held while a daemon runs; the system lets it go when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Makes the state directory if there is none, for its owner alone.
///
/// # Errors
/// [`StateError::Unusable`].
pub fn prepare(config: &Config) -> Result<(), StateError> {
    let path = &config.state_dir;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|cause| StateError::Unusable { path: path.clone(), cause })
}

/// Keys in one file: the one of now, and those that were before it.
pub const KEYS_MAX: usize = 4;

/// How long the names count that a key made before another took its place.
pub const FORMER_FOR: Duration = Duration::from_hours(180 * 24);

/// The keys of the instance, the one of now first. In the state directory it is made at the first start, when there is
/// no database either; elsewhere never.
///
/// # Errors
/// [`StateError`] says what to do.
pub fn keys(config: &Config, random: &Random) -> Result<Vec<Key>, StateError> {
    let path = config.key_file();
    if let KeySource::Given(source) = &config.key {
        return given_keys(source, path);
    }
    let unusable = |cause| StateError::Unusable { path: path.clone(), cause };
    match File::open(&path) {
        Ok(mut file) => {
            if file.metadata().map_err(unusable)?.mode() & 0o077 != 0 {
                return Err(StateError::KeyExposed { path });
            }
            let mut text = String::new();
            file.read_to_string(&mut text).map_err(unusable)?;
            read_keys(&text).ok_or(StateError::NotAKey { path })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let used = match &config.database {
                Location::Sqlite(file) => std::fs::metadata(file).is_ok_and(|file| file.len() > 0),
                // Others may have used it before; a key of our own would not be theirs.
                Location::Postgres(_) => true,
            };
            if used {
                return Err(StateError::KeyMissing { path });
            }
            let bytes = random.bytes::<KEY_BYTES>()?;
            write_hexadecimal(&path, &bytes).map_err(unusable)?;
            Ok(vec![Key::new(&bytes)])
        }
        Err(error) => Err(unusable(error)),
    }
}

/// The key where the configuration says it is; `name` is how an operator knows the place.
fn given_keys(source: &SecretSource, name: PathBuf) -> Result<Vec<Key>, StateError> {
    match source.read() {
        Ok(text) => read_keys(text.expose_secret()).ok_or(StateError::NotAKey { path: name }),
        Err(SecretError::Unreadable { path, cause, .. }) => {
            Err(StateError::KeyUnreadable { path, cause })
        }
        Err(SecretError::Exposed { path, .. }) => Err(StateError::KeyExposed { path }),
        Err(SecretError::Empty { path, .. }) => Err(StateError::NotAKey { path }),
        Err(error @ SecretError::NoCredentials { .. }) => Err(StateError::NoCredential(error)),
    }
}

/// Takes the lock of the state directory.
///
/// # Errors
/// [`StateError::Locked`] when another daemon holds it.
pub fn lock(config: &Config) -> Result<Lock, StateError> {
    let path = config.lock_file();
    let unusable = |cause| StateError::Unusable { path: path.clone(), cause };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(StateError::Locked { path }),
        Err(TryLockError::Error(cause)) => return Err(unusable(cause)),
    }
    Ok(Lock { _file: file })
}

/// Who this daemon is. Its identity is made at the first start and kept, so that it finds its own
/// leases again after a crash; the lock says that nobody else goes by it.
///
/// # Errors
/// [`StateError`] says what to do.
pub fn holder(config: &Config, _lock: &Lock, random: &Random) -> Result<Holder, StateError> {
    let path = config.holder_file();
    let unusable = |cause| StateError::Unusable { path: path.clone(), cause };
    let known = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text.trim().to_owned()).filter(|id| !id.is_empty()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(unusable(error)),
    };
    let id = if let Some(id) = known {
        id
    } else {
        let bytes = random.bytes::<HOLDER_BYTES>()?;
        write_hexadecimal(&path, &bytes).map_err(unusable)?;
        data_encoding::HEXLOWER.encode(&bytes)
    };
    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let name = format!("{machine} (process {})", std::process::id());
    Ok(Holder { id: id.into(), name: name.into() })
}

/// Bytes of a daemon's identity.
const HOLDER_BYTES: usize = 16;

/// At least one.
fn read_keys(text: &str) -> Option<Vec<Key>> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let keys: Option<Vec<Key>> = lines.iter().map(|line| read_key(line)).collect();
    keys.filter(|keys| (1..=KEYS_MAX).contains(&keys.len()))
}

fn read_key(line: &str) -> Option<Key> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(line.as_bytes()).ok()?;
    let bytes: [u8; KEY_BYTES] = bytes.try_into().ok()?;
    Some(Key::new(&bytes))
}

/// What makes names: the key that the database knows as the one of now. Others of the file count
/// until [`FORMER_FOR`] after they were replaced.
///
/// # Errors
/// [`StateError::NotAKey`] when there is none.
pub fn namer(
    config: &Config,
    keys: Vec<Key>,
    known: &[KnownKey],
    random: Random,
) -> Result<Namer, StateError> {
    let record = |key: &Key| known.iter().find(|known| *known.id == *key.id());
    let is_now = |key: &Key| record(key).is_some_and(|known| known.replaced.is_none());
    let at = keys.iter().position(is_now).unwrap_or_default();
    let mut keys = keys;
    if keys.is_empty() {
        return Err(StateError::NotAKey { path: config.key_file() });
    }
    let key = keys.remove(at);
    let former = keys.into_iter().map(|key| {
        let replaced = record(&key).and_then(|known| known.replaced);
        Former { until: replaced.map(|at| at.after(FORMER_FOR)), key }
    });
    Ok(Namer::new(key, &config.instance, random).accepting(former.collect()))
}

/// Puts a new key before those of the state directory; the oldest beyond [`KEYS_MAX`] go.
///
/// # Errors
/// [`StateError`] says what to do; the file is as before then.
pub fn rotate(config: &Config, _lock: &Lock, random: &Random) -> Result<(), StateError> {
    // Whatever is wrong with it is told as at a start.
    keys(config, random)?;
    let path = config.key_file();
    let unusable = |cause| StateError::Unusable { path: path.clone(), cause };
    let text = std::fs::read_to_string(&path).map_err(unusable)?;
    let new = data_encoding::HEXLOWER.encode(&random.bytes::<KEY_BYTES>()?);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<&str> = std::iter::once(new.as_str()).chain(lines).take(KEYS_MAX).collect();
    write_lines(&path, &lines.join("\n")).map_err(unusable)
}

/// Written beside and renamed, so that there is never half of it.
fn write_hexadecimal(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    write_lines(path, &data_encoding::HEXLOWER.encode(bytes))
}

fn write_lines(path: &Path, lines: &str) -> std::io::Result<()> {
    let fresh = path.with_extension("new");
    let mut file =
        OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&fresh)?;
    writeln!(file, "{lines}")?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
