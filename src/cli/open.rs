//! Opens what a command needs: configuration, key, database.

use std::path::Path;

use secrecy::SecretString;

use super::output::line;
use super::{Exit, Failure, Or as _};
use crate::config::{Config, SecretSource, person_from_environment};
use crate::daemon::replies::{self, RepliesError};
use crate::daemon::{self, state};
use crate::fresh::{Fresh, Key, Namer, Random};
use crate::mail::subject::TicketNumber;
use crate::store::body::BodyId;
use crate::store::error::OpenError;
use crate::store::sequence::{self, Sequence};
use crate::store::sql::Tx;
use crate::store::{Absent, Identity, Store, Upgrade, keys};
use crate::time::{Clock, Timestamp};
use crate::triage::policy::Policy;
use crate::work::water::{Water, say};

/// A configuration with its database open.
pub(super) struct Opened {
    pub(super) config: Config,
    pub(super) store: Store,
    pub(super) namer: Namer,
    pub(super) clock: Clock,
}

/// Reads the configuration.
pub(super) fn config(path: &Path) -> Result<Config, Failure> {
    Config::load(path).or_exit(Exit::Configuration)
}

/// Opens the database of a configuration, made when there is none.
pub(super) async fn open(path: &Path) -> Result<Opened, Failure> {
    open_config(config(path)?, Upgrade::Gently).await
}

pub(super) async fn open_config(config: Config, upgrade: Upgrade) -> Result<Opened, Failure> {
    let clock = Clock::System;
    state::prepare(&config).or_exit(Exit::Permission)?;
    let keys = state::keys(&config, &Random::System).or_exit(Exit::Configuration)?;
    let key_ids: Vec<&str> = keys.iter().map(Key::id).collect();
    let identity =
        Identity { instance: &config.instance, key_ids: &key_ids, key_file: &config.key_file() };
    let (password, now) = (database_password(&config)?, clock.now());
    let (at, absent) = (&config.database, Absent::Create);
    let store = Store::open(at, password.as_ref(), absent, upgrade, &identity, now)
        .await
        .map_err(|error| Failure { exit: exit_of(&error), error: error.into() })?;
    let namer = namer(&config, &store, keys).await?;
    Ok(Opened { config, store, namer, clock })
}

/// What makes names: the keys at hand, as the database knows them.
pub(super) async fn namer(
    config: &Config,
    store: &Store,
    keys: Vec<Key>,
) -> Result<Namer, Failure> {
    let mut tx = store.read().await.or_exit(Exit::Unavailable)?;
    let known = keys::list(&mut tx).await.or_exit(Exit::Unavailable)?;
    tx.rollback().await.or_exit(Exit::Unavailable)?;
    state::namer(config, keys, &known, Random::System).or_exit(Exit::Configuration)
}

/// Opens the database of a configuration to read it only; it must be there.
pub(super) async fn open_read_only(config: &Config) -> Result<Store, Failure> {
    Store::open_read_only(&config.database, database_password(config)?.as_ref())
        .await
        .map_err(|error| Failure { exit: exit_of(&error), error: error.into() })
}

/// Reads the password of the database, if it has one.
fn database_password(config: &Config) -> Result<Option<SecretString>, Failure> {
    let source = config.database_password.as_ref();
    source.map(SecretSource::read).transpose().or_exit(Exit::Configuration)
}

fn exit_of(error: &OpenError) -> Exit {
    match error {
        OpenError::NotOurs { .. }
        | OpenError::OtherInstance { .. }
        | OpenError::OtherKey { .. }
        | OpenError::Schema(_)
        | OpenError::Newer { .. }
        | OpenError::Behind
        | OpenError::InUse { .. }
        | OpenError::Unsound { .. } => Exit::Configuration,
        OpenError::Unusable { .. } | OpenError::Store(_) => Exit::Unavailable,
    }
}

impl Opened {
    /// The rules of a desk, the only one or the one that is named.
    pub(super) fn policy(&self, desk: Option<&str>) -> Result<Policy, Failure> {
        let name = desk_name(&self.config, desk)?;
        self.policy_of(&name)
    }

    /// The rules of the desk of this name.
    pub(super) fn policy_of(&self, name: &str) -> Result<Policy, Failure> {
        let no_desk = || no_desk(&self.config, name);
        let desk = self.config.desk(name).ok_or_else(no_desk)?;
        let signer = desk.signer().or_exit(Exit::Configuration)?;
        daemon::policy(&self.config, name, &self.namer, signer).ok_or_else(no_desk)
    }

    /// Sees that what this desk writes may ask for answers at its reply address.
    pub(super) async fn require_replies(&self, desk: &str) -> Result<(), Failure> {
        match self.config.desk(desk) {
            Some(desk) => replies::require_proved_of(&self.store, desk).await.map_err(unproved),
            None => Ok(()),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A ticket number, taken before the transaction that may use it.
    pub(super) async fn number(&self) -> Result<TicketNumber, Failure> {
        let water = water(&self.config, &person_from_environment());
        let raised = water.raise(&self.store, 1, self.now()).await.or_exit(Exit::TryLater)?;
        if let Some(restored) = &raised.restored {
            line(&say(restored));
        }
        TicketNumber::new(raised.first)
            .ok_or_else(|| Failure::new(Exit::Software, "no ticket number is left"))
    }

    /// Names for a command's decision, taken in its transaction.
    pub(super) async fn fresh(
        &self,
        tx: &mut Tx,
        number: TicketNumber,
    ) -> Result<(Fresh, BodyId), Failure> {
        let body = sequence::reserve(tx, Sequence::Body, 1).await.or_exit(Exit::Unavailable)?;
        let fresh = self.namer.fresh(self.now(), number, 0).or_exit(Exit::Software)?;
        Ok((fresh, BodyId(body)))
    }
}

/// A reply address that nobody has tried is a mistake in the configuration.
pub(super) fn unproved(error: RepliesError) -> Failure {
    let exit = match &error {
        RepliesError::Unproved { .. } => Exit::Configuration,
        RepliesError::Store(_) => Exit::Unavailable,
    };
    Failure { exit, error: error.into() }
}

/// How far the database had come, as the state directory knows; `who` notices if it went back.
pub(super) fn water(config: &Config, who: &str) -> Water {
    Water::new(config.high_water_file(), &config.instance, who)
}

/// The desk that is named, or the only one.
pub(super) fn desk_name(config: &Config, named: Option<&str>) -> Result<Box<str>, Failure> {
    match (named, config.desks.as_slice()) {
        (Some(name), _) => match config.desk(name) {
            Some(desk) => Ok(desk.name.clone()),
            None => Err(no_desk(config, name)),
        },
        (None, [only]) => Ok(only.name.clone()),
        (None, _) => Err(Failure::new(
            Exit::Usage,
            format!("there are several desks; say which: --desk {}", names(config)),
        )),
    }
}

pub(super) fn no_desk(config: &Config, name: &str) -> Failure {
    Failure::new(Exit::Usage, format!("there is no desk {name:?}; there is {}", names(config)))
}

fn names(config: &Config) -> String {
    config.desks.iter().map(|desk| &*desk.name).collect::<Vec<_>>().join(", ")
}
