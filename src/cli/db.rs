//! `tidings db`: the database.

use std::path::Path;

use super::backup::backup;
use super::command::Db as Command;
use super::open::{Opened, config, open_config, water};
use super::output::{line, printable};
use super::{Exit, Or as _, Outcome};
use crate::config::person_from_environment;
use crate::store::Upgrade;
use crate::store::restore::Said;
use crate::work::water::say;

pub(super) async fn db(path: &Path, command: Command) -> Outcome {
    // Opening makes the schema fit; here the operator has said so.
    let upgrade = match &command {
        Command::Migrate => Upgrade::ByForce,
        Command::Check | Command::Restored => Upgrade::Gently,
        Command::Backup { file } => return backup(path, file).await,
    };
    let opened = open_config(config(path)?, upgrade).await?;
    let file = opened.store.location().to_string();
    let exit = match command {
        Command::Migrate => {
            line(&format!("{file} is up to date"));
            Exit::Ok
        }
        Command::Restored => restored(&opened).await?,
        Command::Backup { .. } | Command::Check => {
            let wrong = opened.store.check().await.or_exit(Exit::Unavailable)?;
            for what in &wrong {
                line(&printable(what));
            }
            if wrong.is_empty() {
                line(&format!("{file} is sound"));
                Exit::Ok
            } else {
                Exit::Data
            }
        }
    };
    opened.store.close().await;
    Ok(exit)
}

/// A daemon at work finds it in the database with its next step.
async fn restored(opened: &Opened) -> Outcome {
    let water = water(&opened.config, &person_from_environment());
    match water.say_restored(&opened.store, opened.now()).await.or_exit(Exit::TryLater)? {
        Said::Now(_, restored) => line(&say(&restored)),
        Said::Before(restored) => {
            line(&format!("that was noticed at {}; nothing is changed", restored.at));
        }
    }
    Ok(Exit::Ok)
}
