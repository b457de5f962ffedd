//! What two desks may not share.

use crate::config::error::ConfigError;
use crate::config::file::{Document, Step};
use crate::config::{After, Desk, Imap};

/// No two desks may share a name, an address or a folder: mail would be handled twice.
pub(super) fn distinct(document: &Document<'_>, desks: &[Desk]) -> Result<(), ConfigError> {
    forms(document, desks)?;
    for (index, desk) in desks.iter().enumerate() {
        let wrong = |key, what: String| {
            document.wrong(&[Step::Key("desk"), Step::Index(index), Step::Key(key)], what)
        };
        let own = || std::iter::once(&desk.address).chain(&desk.aliases);
        for other in desks.iter().take(index) {
            if other.name == desk.name {
                return Err(wrong("name", format!("another desk is called {:?}", desk.name)));
            }
            if let Some(address) = own().find(|address| other.has(address)) {
                let what = format!("{address} is an address of desk {:?}, too", other.name);
                return Err(wrong("address", what));
            }
            let same_login = other.imap.server.host == desk.imap.server.host
                && other.imap.server.port == desk.imap.server.port
                && other.imap.user == desk.imap.user;
            let folder =
                desk.imap.watched().find(|name| other.imap.watched().any(|one| one == *name));
            let moved = |from: &Imap, to: &Imap| match &from.after {
                After::Move(folder) => to.watched().any(|one| one == folder),
                After::Seen | After::Keep => false,
            };
            if same_login && (moved(&desk.imap, &other.imap) || moved(&other.imap, &desk.imap)) {
                let what = format!(
                    "desk {:?} and this one: move_to of one is watched by the other",
                    other.name
                );
                return Err(wrong("imap", what));
            }
            let filed = |from: &Imap, to: &Imap| {
                from.sent.as_ref().is_some_and(|sent| to.watched().any(|one| one == sent))
            };
            if same_login && (filed(&desk.imap, &other.imap) || filed(&other.imap, &desk.imap)) {
                let what = format!(
                    "desk {:?} and this one: sent of one is watched by the other",
                    other.name
                );
                return Err(wrong("imap", what));
            }
            if let (true, Some(folder)) = (same_login, folder) {
                let what = format!("desk {:?} watches {folder:?} of that mailbox, too", other.name);
                return Err(wrong("imap", what));
            }
        }
    }
    Ok(())
}

/// A web form mails from an address of its own: mail from a desk's is ours, and is ignored.
fn forms(document: &Document<'_>, desks: &[Desk]) -> Result<(), ConfigError> {
    for (index, desk) in desks.iter().enumerate() {
        for (nth, form) in desk.forms.iter().enumerate() {
            let wrong = |what: String| {
                let form = [Step::Key("form"), Step::Index(nth), Step::Key("from")];
                let desk = [Step::Key("desk"), Step::Index(index)];
                document.wrong(&[&desk[..], &form].concat(), what)
            };
            if let Some(owner) = desks.iter().find(|one| one.has(&form.from)) {
                let what = format!("is an address of desk {:?}: give the form its own", owner.name);
                return Err(wrong(what));
            }
            if desk.forms.iter().take(nth).any(|other| other.from == form.from) {
                return Err(wrong(format!("{} is named twice", form.from)));
            }
        }
    }
    Ok(())
}
