//! Whether our own check of signatures holds for mail as this server gives it back (a server that
//! rebuilds messages breaks them all).

use crate::authentication::dns::Dns;
use crate::authentication::own::{self, Question};
use crate::authentication::{results, trace};
use crate::config::Desk;
use crate::dns::NameServer;
use crate::imap::{Session, Uid};
use crate::mail::parse::{header_fields, parse};
use crate::mail::proof::Outcome;
use crate::time::Timestamp;

/// Messages that are read whole: as many seconds are 40 at most, two for each.
const MESSAGES_MAX: usize = 20;

/// Bytes of one of them; a larger one is passed over.
const BYTES_MAX: u64 = 64 * 1024;

/// A message with a signature, small enough to be read.
pub(super) struct Signed {
    uid: Uid,
    received: Timestamp,
}

/// What our own check came to; each number counts messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Checked {
    /// A signature holds.
    pub(super) verified: usize,
    /// None holds, and what one of them signs was changed.
    pub(super) changed: usize,
    /// No key is published any more, or there is another reason.
    pub(super) unclear: usize,
    /// A believed server speaks of DKIM, too.
    pub(super) compared: usize,
    /// It says the same as we do.
    pub(super) agreed: usize,
    /// The DNS did not answer for one; no more were looked at.
    pub(super) silence: bool,
}

impl Checked {
    pub(super) fn messages(&self) -> usize {
        self.verified + self.changed + self.unclear
    }
}

impl Signed {
    /// `None` where the message carries no signature, or is too large.
    pub(super) fn of(uid: Uid, size: u64, received: Timestamp, header: &[u8]) -> Option<Self> {
        let is_signed = || {
            let fields = header_fields(header);
            fields.iter().any(|field| field.name.eq_ignore_ascii_case("dkim-signature"))
        };
        (size <= BYTES_MAX && is_signed()).then_some(Self { uid, received })
    }
}

/// Checks the newest of them, until one has no answer.
pub(super) async fn check(
    session: &mut Session,
    signed: &[Signed],
    desk: &Desk,
    dns: NameServer,
) -> Checked {
    let mut checked = Checked::default();
    let Ok(dns) = Dns::new(dns) else { return Checked { silence: true, ..checked } };
    for Signed { uid, received } in signed.iter().take(MESSAGES_MAX) {
        let Ok(fetched) = session.fetch(&[*uid]).await else { return checked };
        let Some(message) = fetched.first() else { continue };
        let raw = &message.bytes;
        let (mail, _) = parse(raw);
        let author = mail.sender.address();
        let question =
            Question { raw, author, received: *received, client: None, return_path: None };
        let findings = own::examine(&dns, question).await;
        let any = |outcome| findings.signatures.iter().any(|one| one.outcome == outcome);
        if !any(Outcome::Pass) && any(Outcome::TempError) {
            checked.silence = true;
            return checked;
        }
        let holds = any(Outcome::Pass);
        if holds {
            checked.verified += 1;
        } else if any(Outcome::Fail) {
            checked.changed += 1;
        } else {
            checked.unclear += 1;
        }
        if let Some(theirs) = said(&trace::read(&header_fields(raw), &desk.trust).results) {
            checked.compared += 1;
            checked.agreed += usize::from(theirs == holds);
        }
    }
    checked
}

/// Whether believed servers say that a signature holds; `None` where they do not speak of any.
fn said(fields: &[results::Results]) -> Option<bool> {
    let statements = fields.iter().flat_map(|field| &field.statements);
    let dkim: Vec<_> = statements.filter(|one| one.method == "dkim").collect();
    (!dkim.is_empty()).then(|| dkim.iter().any(|one| one.result == "pass"))
}
