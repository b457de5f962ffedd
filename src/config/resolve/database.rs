//! Where the database is, and what is needed to open it.

use std::path::Path;

use super::{At, postgres};
use crate::config::error::ConfigError;
use crate::config::{KeySource, Secret, SecretPlace, SecretSource};
use crate::store::location::{Location, PostgresServer, PostgresWay};
use crate::tls::Tls;

/// No error here has the value: a URL may hold a password that somebody put there by mistake.
pub(super) fn location(at: &At<'_>, state_dir: &Path) -> Result<Location, ConfigError> {
    let file = &at.document.file;
    let written = file.database.as_deref().unwrap_or("sqlite:tidings.db");
    let mut location = match written.strip_prefix("sqlite:") {
        Some("") => {
            let what = "needs a file name behind \"sqlite:\", relative to state_dir";
            return Err(at.wrong("database", what));
        }
        Some(file) => Location::Sqlite(state_dir.join(file)),
        None => Location::Postgres(
            postgres::server(written).map_err(|what| at.wrong("database", what))?,
        ),
    };
    let Some(written) = file.database_ca_file.as_deref() else { return Ok(location) };
    let Location::Postgres(PostgresServer { way: PostgresWay::Tls { ca_file, .. }, .. }) =
        &mut location
    else {
        let what = "only with a PostgreSQL server that is reached by TLS: a SQLite file, a Unix \
                    socket and sslmode=disable have no certificate";
        return Err(at.wrong("database_ca_file", what));
    };
    let path = at.path(written);
    // A file without a certificate is named with its line, before a server is asked.
    Tls::new(Some(&path)).map_err(|error| at.wrong("database_ca_file", error.to_string()))?;
    *ca_file = Some(path);
    Ok(location)
}

pub(super) fn password(
    at: &At<'_>,
    location: &Location,
) -> Result<Option<SecretSource>, ConfigError> {
    let file = &at.document.file;
    let keys = ["database_password_file", "database_password_credential"];
    let path = file.database_password_file.as_deref();
    let credential = file.database_password_credential.as_deref();
    let source = at.secret(Secret::DatabasePassword, keys, path, credential)?;
    match (location, &source) {
        (Location::Postgres(_), _) | (Location::Sqlite(_), None) => Ok(source),
        (Location::Sqlite(_), Some(source)) => {
            let [file, credential] = keys;
            let key = match source.place {
                SecretPlace::File(_) => file,
                SecretPlace::Credential(_) => credential,
            };
            Err(at.wrong(key, "only with a PostgreSQL server: a SQLite file has no password"))
        }
    }
}

pub(super) fn key(at: &At<'_>, location: &Location) -> Result<KeySource, ConfigError> {
    let file = &at.document.file;
    let keys = ["key_file", "key_credential"];
    let (path, credential) = (file.key_file.as_deref(), file.key_credential.as_deref());
    let source = at.secret(Secret::Key, keys, path, credential)?;
    match (location, source) {
        (_, Some(source)) => Ok(KeySource::Given(source)),
        (Location::Sqlite(_), None) => Ok(KeySource::StateDir),
        // At the line of the key that asks for it; it is not written itself.
        (Location::Postgres(_), None) => Err(at.wrong(
            "database",
            "with PostgreSQL key_file or key_credential must be set, since all daemons share the \
             key; for a new instance make one: openssl rand -hex 32 > FILE; chmod 600 FILE",
        )),
    }
}
