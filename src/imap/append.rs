//! Laying a message into a folder (RFC 3501 §6.3.11), and finding it there again.

use super::answer::{Answer, Code, Ending, Remark, Told};
use super::set::{folder_name, quoted};
use super::wire::Command;
use super::{ImapError, Session, Uid, internal_date};
use crate::time::Timestamp;

/// Most bytes of a found message that are looked at; ours say their Message-ID long before.
const LOOKED_AT: u32 = 64 * 1024;

impl Session {
    /// Largest message that the server takes into any folder, in bytes, if it says so (RFC 7889).
    #[must_use]
    pub fn append_limit(&self) -> Option<u64> {
        self.capabilities.append_limit()
    }

    /// Lays a message into a folder, flagged as seen, with `at` as its INTERNALDATE. The folder is
    /// made if the server asks for that. The server is waited for before the message is sent, so
    /// that a refusal costs no bytes.
    ///
    /// # Errors
    /// [`ImapError`]; when the connection is lost, the message may lie there or not.
    pub async fn append(
        &mut self,
        folder: &str,
        at: Timestamp,
        message: &[u8],
    ) -> Result<(), ImapError> {
        let folder = folder_name(folder);
        let date = internal_date::written(at);
        let line = format!("APPEND {folder} (\\Seen) \"{date}\" {{{}}}", message.len());
        let mut ending = self.try_append(&line, message).await?;
        if let Ending::No(Remark { code: Code::TryCreate, .. }) = ending {
            self.create(&folder).await?;
            ending = self.try_append(&line, message).await?;
        }
        ending.ok("APPEND").map(drop)
    }

    async fn try_append(&mut self, line: &str, message: &[u8]) -> Result<Ending, ImapError> {
        let mut turn = self.wire.begin(Command::new("APPEND", line)).await?;
        loop {
            match self.wire.next(&turn).await? {
                Answer::Continue(_) => break,
                Answer::End { ending: Ending::Ok(_), .. } => {
                    return Err(ImapError::Garbage {
                        what: "an APPEND that ended before its message",
                    });
                }
                Answer::End { ending, .. } => return Ok(ending),
                Answer::Told(_) | Answer::Preauth | Answer::Bye(_) => {}
            }
        }
        self.wire.pour(&mut turn, message).await?;
        loop {
            match self.wire.next(&turn).await? {
                Answer::End { ending, .. } => return Ok(ending),
                Answer::Continue(_) | Answer::Told(_) | Answer::Preauth | Answer::Bye(_) => {}
            }
        }
    }

    /// Whether the open folder has a message that says this Message-ID in its first 64 KiB and came
    /// there on the day of `since` or later. What the server finds is looked at: some find what was not
    /// asked for.
    ///
    /// # Errors
    /// [`ImapError::Refused`] where the server cannot search.
    pub async fn holds(&mut self, message_id: &str, since: Timestamp) -> Result<bool, ImapError> {
        let day = internal_date::day(since);
        let line = format!("UID SEARCH SINCE {day} HEADER Message-ID {}", quoted(message_id));
        let mut found: Option<Uid> = None;
        let ending = self.wire.run(Command::new("UID SEARCH", line), |told| {
            if let Told::Found(uid) = told {
                found = found.or(Some(uid));
            }
            Ok(())
        });
        ending.await?.ok("UID SEARCH")?;
        let Some(uid) = found else { return Ok(false) };
        let head = self.fetch_part(uid, 0, LOOKED_AT).await?.unwrap_or_default();
        Ok(head.windows(message_id.len().max(1)).any(|piece| piece == message_id.as_bytes()))
    }
}
