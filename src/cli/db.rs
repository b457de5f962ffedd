//! `tidings db`: the database.

use std::path::Path;

use super::command::Db as Command;
use super::open::open;
use super::output::{line, printable};
use super::{Exit, Or as _, Outcome};

pub(super) async fn db(path: &Path, command: Command) -> Outcome {
    // Opening makes the schema fit.
    let opened = open(path).await?;
    let file = opened.store.path().display().to_string();
    let exit = match command {
        Command::Migrate => {
            line(&format!("{file} is up to date"));
            Exit::Ok
        }
        Command::Check => {
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
