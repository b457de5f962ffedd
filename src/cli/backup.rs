//! `tidings db backup`: a file that is whole, looked through, and on disk, or none.

use std::path::Path;

use super::open::{config, open_read_only};
use super::output::line;
use super::part::Part;
use super::{Exit, Failure, Or as _, Outcome};
use crate::config::Config;
use crate::store::backup::{self, Copied};
use crate::store::location::Location;

pub(super) async fn backup(path: &Path, file: &Path) -> Outcome {
    let config = config(path)?;
    if let Location::Postgres(_) = &config.database {
        return Err(on_a_server(&config));
    }
    if file.symlink_metadata().is_ok() {
        let what = format!("{} is there already, and no backup is written over", file.display());
        return Err(Failure::new(Exit::Data, what));
    }
    let part = Part::beside(file).map_err(|error| cannot_write(file, &error))?;
    let copied = copy(&config, &part).await?;
    let bytes = part.become_file(file).map_err(|error| cannot_write(file, &error))?;
    let (megabytes, file) = (bytes.div_ceil(1024 * 1024), file.display());
    let Copied { instance, tickets, messages, .. } = copied;
    line(&format!("{file}: {megabytes} MiB, {tickets} tickets, {messages} messages of {instance}"));
    line("looked through: whole, and it can be opened");
    line(&format!(
        "not in it: the key ({}), without which no reply to earlier mails is recognised; keep one \
         copy of it in another place. Nor the configuration and the passwords that it names",
        config.key_file().display()
    ));
    Ok(Exit::Ok)
}

async fn copy(config: &Config, part: &Part) -> Result<Copied, Failure> {
    let Some(name) = part.path().to_str() else {
        return Err(Failure::new(Exit::Usage, "the name of the file is not UTF-8"));
    };
    let store = open_read_only(config).await?;
    let done = backup::copy(&store, name).await;
    store.close().await;
    done.or_exit(Exit::Unavailable)?;
    let copied = backup::look(part.path()).await.or_exit(Exit::Unavailable)?;
    if let Some(what) = copied.wrong.first() {
        return Err(Failure::new(
            Exit::Unavailable,
            format!("the copy is not sound, nothing is kept of it: {what}; run: tidings db check"),
        ));
    }
    Ok(copied)
}

fn cannot_write(file: &Path, error: &std::io::Error) -> Failure {
    let user = rustix::process::geteuid().as_raw();
    let what = format!("cannot write {} as user {user}: {error}", file.display());
    Failure::new(Exit::Permission, what)
}

fn on_a_server(config: &Config) -> Failure {
    let url = &config.database;
    Failure::new(
        Exit::Usage,
        format!(
            "a PostgreSQL database is saved with its own tools: `pg_dump -Fc --file=FILE '{url}'`, \
             or pg_basebackup and WAL archiving for every commit; to lose nothing when the server \
             is lost, replicate synchronously"
        ),
    )
}
