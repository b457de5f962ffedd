//! For systemd's journal, by its own protocol (`systemd.journal-fields`, "Native Journal
//! Protocol"): an entry is a datagram of `NAME=value` lines. Our values are single lines and short,
//! so that neither its binary form nor a memory file is needed.

use std::fmt::Write as _;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tracing::{Level, Metadata};

use super::event::Said;
use crate::health::id::Id;
use crate::store::trouble::Kind;

/// Where the journal listens.
pub(super) const SOCKET: &str = "/run/systemd/journal/socket";

/// The journal, to which each write is an entry.
#[derive(Clone)]
pub(super) struct Journal {
    socket: Arc<UnixDatagram>,
    path: Arc<Path>,
}

impl Journal {
    /// Sees whether it listens at `path`.
    pub(super) fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path: Arc<Path> = path.into().into();
        let socket = UnixDatagram::unbound()?;
        // An empty entry is none.
        socket.send_to(b"", &path)?;
        Ok(Self { socket: Arc::new(socket), path })
    }
}

impl io::Write for Journal {
    /// Not over a connection: one would not survive a restart of the journal.
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        self.socket.send_to(entry, &self.path)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An event as an entry.
pub(super) fn entry(metadata: &Metadata<'_>, said: &Said) -> String {
    written(*metadata.level(), metadata.target(), said)
}

/// The message has the fields, too: `journalctl` shows people nothing else.
fn written(level: Level, target: &str, said: &Said) -> String {
    let mut entry = format!(
        "SYSLOG_IDENTIFIER=tidings\nPRIORITY={}\nTIDINGS_TARGET={target}\nMESSAGE={}\n",
        priority(level),
        said.line()
    );
    if let Some(id) = said.fields.iter().find_map(|(name, value)| match *name {
        "cause" => Id::parse(value.as_str()?),
        _ => None,
    }) {
        let _ = writeln!(entry, "MESSAGE_ID={}", message_id(id));
    }
    for (name, value) in &said.fields {
        let name = name.to_ascii_uppercase().replace('.', "_");
        let _ = match value.as_str() {
            Some(text) => writeln!(entry, "TIDINGS_{name}={text}"),
            None => writeln!(entry, "TIDINGS_{name}={value}"),
        };
    }
    entry
}

/// By which a catalogue, or a program that watches the journal, knows that a cause begins. Made at
/// random once, and never changed.
fn message_id(cause: Id) -> &'static str {
    match cause {
        Id::Nobody => "b6763467124644a29ada054b1e63d3e1",
        Id::NotLooked => "7f211f5b76024d3aa85d4f96073b2c59",
        Id::Undecided => "2413d856fb724f0f951b6538c74530ac",
        Id::Unsent => "122e9097c52e483ab986e26b2873c40e",
        Id::Dead => "8ab69a5086534a1bac5b28cbb63ef562",
        Id::Held => "0db0947b4c794d23b8b3dd74fadb156b",
        Id::NoticesHeld => "c4ff3b02dca347ab88a4b861a618b3e1",
        Id::Loop => "e96de92c899c490280b9f42c388c5966",
        Id::Trouble(Kind::Imap) => "fe53252adcbe4e9fac01d68cde3edbd1",
        Id::Trouble(Kind::ImapLogin) => "f9c7daf7c4ae4d1fad6e8fbd28f0b489",
        Id::Trouble(Kind::Smtp) => "c3e5c430a5034893aadf66563ef26621",
        Id::Trouble(Kind::SmtpLogin) => "fa85097d2c60479d86d71f0c2baed3ec",
        Id::Trouble(Kind::Clock) => "6bc95055c61b44e5a20984bf26e045a2",
        Id::Database => "8712e11a7f8a49b892ce0026c60c08be",
    }
}

/// As syslog counts (RFC 5424 §6.2.1).
fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        Level::DEBUG | Level::TRACE => 7,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn said() -> Said {
        let fields = vec![("desk", "support".into()), ("inbound", 7.into())];
        Said { text: "Inbound 7 is held".to_owned(), fields }
    }

    const ENTRY: &str = "SYSLOG_IDENTIFIER=tidings\n\
                         PRIORITY=3\n\
                         TIDINGS_TARGET=tidings::work\n\
                         MESSAGE=Inbound 7 is held desk=\"support\" inbound=7\n\
                         TIDINGS_DESK=support\n\
                         TIDINGS_INBOUND=7\n";

    #[test]
    fn svc_09_an_entry_has_the_fields_of_the_event() {
        assert_eq!(written(Level::ERROR, "tidings::work", &said()), ENTRY);
    }

    #[test]
    fn svc_09_what_begins_a_cause_has_an_id_of_that_cause() {
        let mut ids: Vec<_> = Id::ALL.into_iter().map(message_id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), Id::ALL.len());
        assert!(ids.iter().all(|id| id.len() == 32 && u128::from_str_radix(id, 16).is_ok()));
        for id in Id::ALL {
            let line = format!("MESSAGE_ID={}\n", message_id(id));
            check(id.as_str(), |entry| entry.matches(&line).count() == 1);
        }
        check("unheard_of", |entry| !entry.contains("MESSAGE_ID"));

        #[track_caller]
        fn check(cause: &str, is_right: impl Fn(&str) -> bool) {
            let said = Said { text: "Gone".to_owned(), fields: vec![("cause", cause.into())] };
            let entry = written(Level::ERROR, "tidings::work", &said);
            assert!(is_right(&entry), "{entry}");
        }
    }

    #[test]
    fn an_entry_is_a_datagram_also_after_the_journal_was_restarted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        assert!(Journal::open(&path).is_err());
        let listening = UnixDatagram::bind(&path).unwrap();
        let mut journal = Journal::open(&path).unwrap();
        assert_eq!(received(&listening), "");
        journal.write_all(ENTRY.as_bytes()).unwrap();
        assert_eq!(received(&listening), ENTRY);

        drop(listening);
        std::fs::remove_file(&path).unwrap();
        assert!(journal.write_all(ENTRY.as_bytes()).is_err());
        let listening = UnixDatagram::bind(&path).unwrap();
        journal.write_all(ENTRY.as_bytes()).unwrap();
        assert_eq!(received(&listening), ENTRY);
    }

    fn received(socket: &UnixDatagram) -> String {
        let mut bytes = [0; 4096];
        let length = socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }
}
