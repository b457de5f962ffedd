//! Opening a folder.

use super::answer::{Code, Ending, Remark, Told};
use super::set::folder_name;
use super::wire::Command;
use super::{Access, ImapError, Seen, Selected, Session};

impl Session {
    /// Opens a folder for the commands that follow (RFC 3501 §6.3.1), again if it is open.
    ///
    /// # Errors
    /// [`ImapError::Folder`] if the server refuses; no folder is open then.
    pub async fn select(&mut self, folder: &str) -> Result<Selected, ImapError> {
        self.open(folder, "SELECT").await
    }

    /// Opens a folder as [`Session::select`] does, to look into it alone: nothing in it is changed,
    /// nor what the server takes for new (RFC 3501 §6.3.2).
    ///
    /// # Errors
    /// As [`Session::select`].
    pub async fn examine(&mut self, folder: &str) -> Result<Selected, ImapError> {
        self.open(folder, "EXAMINE").await
    }

    async fn open(&mut self, folder: &str, name: &'static str) -> Result<Selected, ImapError> {
        self.wire.forget_news();
        let command = Command::new(name, format!("{name} {}", folder_name(folder)));
        let (mut uid_validity, mut uid_next, mut exists) = (None, None, None);
        // RFC 3501 §6.3.1: without a word about it all flags are kept.
        let mut seen = Seen::Kept;
        let ending = self.wire.run(command, |told| {
            match told {
                Told::Exists(count) => exists = Some(count),
                Told::Remark(Remark { code: Code::UidValidity(value), .. }) => {
                    uid_validity = Some(value).filter(|&value| value != 0);
                }
                Told::Remark(Remark { code: Code::UidNext(value), .. }) => {
                    uid_next = Some(value).filter(|&value| value != 0);
                }
                Told::Remark(Remark { code: Code::Permanent(said), .. }) => seen = said,
                Told::Remark(_)
                | Told::Capabilities(_)
                | Told::Expunged
                | Told::Item(_)
                | Told::Found(_)
                | Told::Other => {}
            }
            Ok(())
        });
        let remark = match ending.await? {
            Ending::Ok(remark) => remark,
            Ending::No(remark) | Ending::Bad(remark) => {
                return Err(remark
                    .refusal_as(name, |text| ImapError::Folder { folder: folder.into(), text }));
            }
        };
        let Some(uid_validity) = uid_validity else {
            // RFC 3501 §2.3.1.1: such a server has no lasting UIDs.
            return Err(ImapError::Garbage { what: "a folder without UIDVALIDITY" });
        };
        let Some(exists) = exists else {
            return Err(ImapError::Garbage { what: "a folder without a number of messages" });
        };
        self.wire.selected(exists);
        let access = match remark.code {
            Code::ReadOnly => Access::ReadOnly,
            Code::None
            | Code::Alert
            | Code::TryCreate
            | Code::UidValidity(_)
            | Code::UidNext(_)
            | Code::Permanent(_)
            | Code::Copied(_)
            | Code::NotNow => Access::ReadWrite,
        };
        Ok(Selected { uid_validity, uid_next, exists, access, seen })
    }
}
