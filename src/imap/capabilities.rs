//! What a server can do (RFC 3501 §7.2.1).

use std::collections::BTreeSet;

use imap_proto::Capability;

/// Names that RFC 9051 makes part of the protocol, so that a server of it need not say them.
const PART_OF_REV2: [&str; 3] = ["IDLE", "MOVE", "UIDPLUS"];

/// The names that a server announced, in capitals.
#[derive(Debug, Default)]
pub(super) struct Capabilities(BTreeSet<String>);

impl Capabilities {
    pub(super) fn read(list: &[Capability<'_>]) -> Self {
        let name = |capability: &Capability<'_>| match capability {
            Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
            Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
            Capability::Atom(atom) => atom.to_ascii_uppercase(),
        };
        let mut names: BTreeSet<String> = list.iter().map(name).collect();
        if names.contains("IMAP4REV2") {
            names.extend(PART_OF_REV2.map(str::to_owned));
        }
        Self(names)
    }

    /// Whether the server announced `name`, which is in capitals.
    pub(super) fn offers(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// The largest message for any folder, in bytes (RFC 7889 §3.1).
    pub(super) fn append_limit(&self) -> Option<u64> {
        self.0.iter().find_map(|name| name.strip_prefix("APPENDLIMIT=")?.parse().ok())
    }
}
