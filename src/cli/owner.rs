//! A command that opens the database does so as the owner of the state directory: otherwise a
//! root's stray command would leave files that the daemon cannot write.

use std::borrow::Cow;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;

use super::command::{Command, Tidings};
use super::{Exit, Failure, Or as _};
use crate::config::{Config, path_from_environment};

/// As root, becomes the owner of the state directory; as anybody else, says what to type.
pub(super) fn become_owner(typed: &Tidings) -> Result<(), Failure> {
    if let Command::Explain(_) | Command::Template(_) | Command::Completions { .. } | Command::Man =
        typed.command
    {
        return Ok(());
    }
    // What is wrong with the configuration is told by the command itself.
    let Ok(config) = Config::load(&typed.config) else { return Ok(()) };
    let Ok(state_dir) = std::fs::metadata(&config.state_dir) else { return Ok(()) };
    let (owner, group) = (state_dir.uid(), state_dir.gid());
    let me = rustix::process::geteuid();
    if me.as_raw() == owner {
        return Ok(());
    }
    if me.is_root() {
        let program = std::env::current_exe().or_exit(Exit::Software)?;
        let error = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .uid(owner)
            .gid(group)
            .exec();
        return Err(Failure { exit: Exit::Software, error: error.into() });
    }
    let mut words: Vec<_> =
        std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    // sudo keeps nothing of the environment.
    if path_from_environment().is_some_and(|path| path == typed.config)
        && !words.iter().any(|word| word.starts_with("-c") || word.starts_with("--config"))
    {
        words.splice(0..0, ["--config".to_owned(), typed.config.display().to_string()]);
    }
    let words: Vec<_> = words.iter().map(|word| quoted(word)).collect();
    Err(Failure::new(
        Exit::Permission,
        format!(
            "{} belongs to another user; type: sudo -u '#{owner}' tidings {}",
            config.state_dir.display(),
            words.join(" ")
        ),
    ))
}

/// A word as a shell reads it.
fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', "'\\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_it_otherwise() {
        assert_eq!(quoted("--desk=support"), "--desk=support");
        assert_eq!(quoted("two words"), "'two words'");
        assert_eq!(quoted("it's; rm"), "'it'\\''s; rm'");
        assert_eq!(quoted(""), "''");
    }
}
