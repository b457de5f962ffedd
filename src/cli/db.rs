//! `tidings db`: the database.

use std::path::Path;

use super::backup::backup;
use super::command::Db as Command;
use super::open::{config, open_config};
use super::output::{line, printable};
use super::{Exit, Or as _, Outcome};
use crate::store::Upgrade;

pub(super) async fn db(path: &Path, command: Command) -> Outcome {
    // Opening makes the schema fit; here the operator has said so.
    let upgrade = match &command {
        Command::Migrate => Upgrade::ByForce,
        Command::Check => Upgrade::Gently,
        Command::Backup { file } => return backup(path, file).await,
    };
    let opened = open_config(config(path)?, upgrade).await?;
    let file = opened.store.location().to_string();
    let exit = match command {
        Command::Migrate => {
            line(&format!("{file} is up to date"));
            Exit::Ok
        }
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
