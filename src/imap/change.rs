//! Marking and moving messages of the open folder, many in one command.

use std::ops::RangeInclusive;

use super::answer::{Code, Ending, Remark, Told};
use super::set::{Set, folder_name, sets, within};
use super::wire::Command;
use super::{ImapError, Session, Uid};

/// How messages come to another folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mover {
    /// By MOVE (RFC 6851).
    Move,
    /// By COPY and an EXPUNGE of exactly what was copied (RFC 4315).
    CopyAndExpunge,
}

impl Session {
    /// How messages can be moved here; `None` where they cannot.
    #[must_use]
    pub fn mover(&self) -> Option<Mover> {
        if self.capabilities.offers("MOVE") {
            Some(Mover::Move)
        } else {
            self.capabilities.offers("UIDPLUS").then_some(Mover::CopyAndExpunge)
        }
    }

    /// Marks messages as read. Those that are gone are passed over.
    ///
    /// # Errors
    /// [`ImapError::Refused`] where the folder takes no marks.
    pub async fn mark_seen(&mut self, uids: &[Uid]) -> Result<(), ImapError> {
        for set in sets(uids) {
            self.plain("UID STORE", format!("UID STORE {} +FLAGS.SILENT (\\Seen)", set.text))
                .await?;
        }
        Ok(())
    }

    /// Moves messages to another folder, which is made if the server asks for that. Those that are
    /// gone are passed over. Without MOVE (RFC 6851) they are copied, and exactly the copied ones
    /// expunged (RFC 4315 §2.1); other messages with `\Deleted` are somebody else's and stay.
    ///
    /// # Errors
    /// [`ImapError::Unsupported`] if the server has neither MOVE nor UIDPLUS, or does not say what
    /// it copied; the messages are where they were then.
    pub async fn move_to(&mut self, uids: &[Uid], folder: &str) -> Result<(), ImapError> {
        if uids.is_empty() {
            return Ok(());
        }
        let mover = self.mover().ok_or(ImapError::Unsupported { what: "MOVE or UIDPLUS" })?;
        for set in sets(uids) {
            match mover {
                Mover::Move => drop(self.transfer("UID MOVE", &set, folder).await?),
                Mover::CopyAndExpunge => self.copy_and_expunge(&set, folder).await?,
            }
        }
        Ok(())
    }

    async fn copy_and_expunge(&mut self, set: &Set, folder: &str) -> Result<(), ImapError> {
        let copied = within(&set.uids, self.transfer("UID COPY", set, folder).await?);
        if copied.is_empty() && self.is_any_there(set).await? {
            return Err(ImapError::Unsupported { what: "COPYUID" });
        }
        for set in sets(&copied) {
            self.plain("UID STORE", format!("UID STORE {} +FLAGS.SILENT (\\Deleted)", set.text))
                .await?;
            self.plain("UID EXPUNGE", format!("UID EXPUNGE {}", set.text)).await?;
        }
        Ok(())
    }

    /// Copies or moves; a folder that is not there is made first. Gives the UIDs that the server
    /// says it copied.
    async fn transfer(
        &mut self,
        name: &'static str,
        set: &Set,
        folder: &str,
    ) -> Result<Vec<RangeInclusive<u32>>, ImapError> {
        let folder = folder_name(folder);
        let mut copied = Vec::new();
        let line = format!("{name} {} {folder}", set.text);
        let mut ending = self.try_transfer(name, &line, &mut copied).await?;
        if let Ending::No(Remark { code: Code::TryCreate, .. }) = ending {
            self.create(&folder).await?;
            ending = self.try_transfer(name, &line, &mut copied).await?;
        }
        if let Code::Copied(ranges) = ending.ok(name)?.code {
            copied.extend(ranges);
        }
        Ok(copied)
    }

    async fn try_transfer(
        &mut self,
        name: &'static str,
        line: &str,
        copied: &mut Vec<RangeInclusive<u32>>,
    ) -> Result<Ending, ImapError> {
        let ending = self.wire.run(Command::new(name, line), |told| {
            // Some tell it before the end, as MOVE does (RFC 6851 §4.3).
            if let Told::Remark(Remark { code: Code::Copied(ranges), .. }) = told {
                copied.extend(ranges);
            }
            Ok(())
        });
        ending.await
    }

    /// Makes a folder; `folder` is its name as it stands in a command.
    pub(super) async fn create(&mut self, folder: &str) -> Result<(), ImapError> {
        let command = Command::new("CREATE", format!("CREATE {folder}"));
        match self.wire.run(command, |_| Ok(())).await? {
            Ending::Ok(_) => Ok(()),
            // Somebody else may just have made it (RFC 5530 §3, ALREADYEXISTS).
            Ending::No(remark) if remark.text.to_ascii_uppercase().contains("EXISTS") => Ok(()),
            Ending::No(remark) | Ending::Bad(remark) => Err(remark.refusal("CREATE")),
        }
    }

    async fn is_any_there(&mut self, set: &Set) -> Result<bool, ImapError> {
        let mut found = false;
        let command = Command::new("UID FETCH", format!("UID FETCH {} (UID)", set.text));
        let ending = self.wire.run(command, |told| {
            if let Told::Item(item) = told {
                found |= item.uid.is_some_and(|uid| set.uids.binary_search(&uid).is_ok());
            }
            Ok(())
        });
        ending.await?.ok("UID FETCH")?;
        Ok(found)
    }

    /// A command of which only the end matters.
    async fn plain(&mut self, name: &'static str, line: String) -> Result<(), ImapError> {
        self.wire.run(Command::new(name, line), |_| Ok(())).await?.ok(name)?;
        Ok(())
    }
}
