//! `tidings key`: the key of the instance.

use std::path::Path;

use super::command::Key as Command;
use super::open::{config, open_config};
use super::output::line;
use super::{Exit, Failure, Or as _, Outcome};
use crate::config::KeySource;
use crate::daemon::state::{self, FORMER_FOR, StateError};
use crate::fresh::Random;
use crate::store::Upgrade;

pub(super) async fn key(path: &Path, command: Command) -> Outcome {
    match command {
        Command::Rotate => rotate(path).await,
    }
}

/// A daemon at work has the keys that it began with, and would not know what a new one makes.
async fn rotate(path: &Path) -> Outcome {
    let config = config(path)?;
    if config.key != KeySource::StateDir {
        let text = format!(
            "the key is {}, which you make yourself: write a new one (openssl rand -hex 32) above the \
             old one and start the daemon again; OPERATIONS.md, \"Another key\", has the steps",
            config.key_file().display()
        );
        return Err(Failure::new(Exit::Configuration, text));
    }
    // There must be an instance with a key before there can be another.
    let opened = open_config(config.clone(), Upgrade::Gently).await?;
    opened.store.close().await;
    let lock = state::lock(&config).map_err(|error| {
        let busy = matches!(error, StateError::Locked { .. });
        let exit = if busy { Exit::TryLater } else { Exit::Permission };
        Failure { exit, error: error.into() }
    })?;
    state::rotate(&config, &lock, &Random::System).or_exit(Exit::Permission)?;
    // The database takes the new key with this; if it does not, it does at the next start.
    let opened = open_config(config, Upgrade::Gently).await?;
    let until = opened.now().after(FORMER_FOR);
    opened.store.close().await;
    line(&format!(
        "a new key makes our names from now on; what the former one made counts until {until}. \
         Back up {} again",
        opened.config.key_file().display()
    ));
    Ok(Exit::Ok)
}
