//! What must hold whatever stops a daemon, at any moment and in the end.

use std::collections::{BTreeMap, BTreeSet};

use super::desk::SUPPORT;
use super::stand::Stand;

impl Stand {
    /// What must hold at any moment: half of nothing is written, and what is marked is spooled.
    #[track_caller]
    pub(crate) fn holds(&self) {
        self.desk.ok(&["db", "check"]);
        self.desk.halfway();
        let spooled: BTreeSet<String> = self
            .desk
            .inbound()
            .iter()
            .map(|one| one["origin"].as_str().unwrap().to_owned())
            .collect();
        for (uid, flags) in (1..).zip(self.world.flags(SUPPORT, "INBOX")) {
            let origin = format!("INBOX, UID {uid}");
            assert!(!flags.contains("\\Seen") || spooled.contains(&origin), "{origin} is marked");
        }
    }

    /// How many copies of each notice went out. All of one are the same bytes.
    #[track_caller]
    pub(crate) fn copies(&self) -> BTreeMap<String, usize> {
        let mut first: BTreeMap<String, (String, usize)> = BTreeMap::new();
        for one in self.sink.taken() {
            let known =
                first.entry(one.header("Message-ID")).or_insert_with(|| (one.message.clone(), 0));
            assert_eq!(known.0, one.message);
            known.1 += 1;
        }
        first.into_iter().map(|(id, (_, count))| (id, count)).collect()
    }

    /// What must hold when all is done.
    #[track_caller]
    pub(crate) fn holds_in_the_end(&self) {
        self.holds();
        let messages = self.world.messages(SUPPORT, "INBOX");
        let inbound = self.desk.inbound();
        assert_eq!(inbound.len(), messages.len());
        for (uid, message) in (1..).zip(&messages) {
            let origin = format!("INBOX, UID {uid}");
            let row = inbound.iter().find(|one| one["origin"] == *origin).unwrap();
            assert_eq!(row["mark"], "done", "{row}");
            if row["size"].as_u64().unwrap() > 1024 * 1024 || uid % 5 == 1 {
                let raw = self.desk.ok(&["inbound", "show", &row["id"].to_string(), "--raw"]);
                assert!(raw.as_bytes() == message, "{origin} has other bytes");
            }
        }
        let flags = self.world.flags(SUPPORT, "INBOX");
        assert!(flags.iter().all(|flags| flags.contains("\\Seen")), "{flags:?}");
        let outbox = self.desk.outbox();
        assert!(outbox.iter().all(|one| one["state"] == "sent"), "{outbox:#?}");
    }
}
