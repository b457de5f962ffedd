//! What an IMAP server says and offers, and what follows for a desk.

use super::report::{Finding, Found};
use super::{advice, certificate};
use crate::config::{After, Desk, Imap, Watch};
use crate::imap::{Access, Class, ImapError, Limits, Login, Mover, Seen, Selected, Session};
use crate::time::Timestamp;

/// What a server can do for us.
#[derive(Clone, Copy, Debug)]
struct Abilities {
    watch: Watch,
    mover: Option<Mover>,
}

/// Logs in and opens every folder. The session is still open, where there is one.
pub(super) async fn look(
    desk: &Desk,
    login: &Login,
    now: Timestamp,
) -> (Vec<Finding>, Option<Session>) {
    let imap = &desk.imap;
    let limits = Limits::for_messages(desk.message_limit);
    let mut session = match Session::connect(&imap.server, login, limits).await {
        Ok(session) => session,
        Err(error) => return (vec![failed("imap", &error)], None),
    };
    let mut findings = vec![welcome(imap, session.greeting())];
    findings.extend(session.peer().map(|peer| certificate::judge("imap", peer, now)));
    let watch = if session.can_idle() { Watch::Idle } else { Watch::Poll };
    findings.extend(consequences(imap, Abilities { watch, mover: session.mover() }));
    for name in imap.watched() {
        findings.push(folder(name, &imap.after, &session.select(name).await));
    }
    if let After::Move(name) = &imap.after {
        findings.push(target(name, &session.select(name).await));
    }
    if let Some(name) = &imap.sent {
        findings.push(sent(name, &session.select(name).await));
    }
    (findings, Some(session))
}

fn welcome(imap: &Imap, greeting: &str) -> Finding {
    let text = format!("logged in to {} as {}", imap.server.host, imap.user);
    let greeting = if greeting.is_empty() { String::new() } else { format!(" ({greeting})") };
    Finding::good("imap", text + &greeting)
}

/// What is missing and would be used.
fn consequences(imap: &Imap, can: Abilities) -> Vec<Finding> {
    let mut findings = Vec::new();
    match (imap.watch, can.watch) {
        (Watch::Idle, Watch::Poll) => {
            let text = format!(
                "is not offered: new mail is found at the next look, every {} s (`poll`)",
                imap.poll.as_secs()
            );
            findings.push(Finding::good("imap IDLE", text));
        }
        (Watch::Idle, Watch::Idle) | (Watch::Poll, Watch::Idle | Watch::Poll) => {}
    }
    match (&imap.after, can.mover) {
        (After::Move(to), None) => findings.push(Finding::wrong(
            "imap MOVE",
            format!(
                "is not offered, nor UIDPLUS: no message can be moved to {to:?}; set after = \"seen\""
            ),
        )),
        (After::Move(to), Some(Mover::CopyAndExpunge)) => findings.push(Finding::good(
            "imap MOVE",
            format!(
                "is not offered: messages are copied and expunged; a connection lost between the \
                 two leaves one more copy in {to:?}"
            ),
        )),
        (After::Move(_), Some(Mover::Move)) | (After::Seen | After::Keep, _) => {}
    }
    findings
}

fn folder(name: &str, after: &After, selected: &Result<Selected, ImapError>) -> Finding {
    let about = format!("folder {name}");
    let selected = match selected {
        Ok(selected) => selected,
        Err(error) => return failed(&about, error),
    };
    match (after, selected.access, selected.seen) {
        (After::Seen | After::Move(_), Access::ReadOnly, _) => Finding::wrong(
            about,
            "is read-only for us: messages will not be marked; give us the right, \
             or set after = \"keep\"",
        ),
        (After::Seen, Access::ReadWrite, Seen::Lost) => Finding::wrong(
            about,
            "does not keep \\Seen for us: messages stay unread; give us the right, \
             or set after = \"keep\"",
        ),
        (After::Keep, _, _)
        | (After::Seen, Access::ReadWrite, Seen::Kept)
        | (After::Move(_), Access::ReadWrite, _) => {
            Finding::good(about, format!("{} messages", selected.exists))
        }
    }
}

fn target(name: &str, selected: &Result<Selected, ImapError>) -> Finding {
    let about = format!("move_to {name}");
    match selected.as_ref().map(|selected| selected.access) {
        Ok(Access::ReadWrite) => Finding::good(about, "is there"),
        Ok(Access::ReadOnly) => Finding::wrong(
            about,
            "is read-only for us: no message can be moved there; give us the right, \
             or name another folder",
        ),
        Err(_) => Finding::good(about, "is not there yet; the first move makes it"),
    }
}

fn sent(name: &str, selected: &Result<Selected, ImapError>) -> Finding {
    let about = format!("sent {name}");
    match selected {
        Ok(Selected { access: Access::ReadWrite, .. }) => Finding::good(about, "is there"),
        Ok(Selected { access: Access::ReadOnly, .. }) => Finding::wrong(
            about,
            "is read-only for us: no answer can be filed there; give us the right, or name another \
             folder",
        ),
        Err(error) => match error.class() {
            Class::Folder => Finding::good(about, "is not there yet; the first answer makes it"),
            Class::Server | Class::Login | Class::Refused => failed(&about, error),
        },
    }
}

/// The line about what could not be done.
pub(super) fn failed(about: &str, error: &ImapError) -> Finding {
    let found = match error.class() {
        Class::Server => Found::Down,
        Class::Login | Class::Folder | Class::Refused => Found::Wrong,
    };
    Finding::new(found, about, format!("{error}; {}", advice::imap(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn svc_10_a_folder_must_take_the_marks_that_it_is_given() {
        let processed = After::Move("Processed".into());
        check(&After::Seen, Access::ReadWrite, Seen::Kept, Found::Good, "7 messages");
        check(&After::Seen, Access::ReadOnly, Seen::Lost, Found::Wrong, "read-only");
        check(&After::Seen, Access::ReadWrite, Seen::Lost, Found::Wrong, "\\Seen");
        check(&processed, Access::ReadOnly, Seen::Kept, Found::Wrong, "read-only");
        check(&processed, Access::ReadWrite, Seen::Lost, Found::Good, "7 messages");
        check(&After::Keep, Access::ReadOnly, Seen::Lost, Found::Good, "7 messages");

        #[track_caller]
        fn check(after: &After, access: Access, seen: Seen, found: Found, says: &str) {
            let selected = Selected { uid_validity: 1, uid_next: None, exists: 7, access, seen };
            let finding = folder("INBOX", after, &Ok(selected));
            assert_eq!(finding.found, found);
            assert_eq!(finding.about, "folder INBOX");
            assert!(finding.text.contains(says), "{finding:?}");
        }
    }

    #[test]
    fn a_folder_that_we_put_mail_into_may_be_missing_but_not_read_only() {
        let selected = |access| {
            Ok(Selected { uid_validity: 1, uid_next: None, exists: 7, access, seen: Seen::Kept })
        };
        assert_eq!(target("Done", &selected(Access::ReadWrite)).found, Found::Good);
        assert_eq!(target("Done", &selected(Access::ReadOnly)).found, Found::Wrong);
        let missing = || ImapError::Folder { folder: "Done".into(), text: "no".to_owned() };
        assert_eq!(target("Done", &Err(missing())).found, Found::Good);
        assert_eq!(sent("Sent", &selected(Access::ReadWrite)).found, Found::Good);
        assert_eq!(sent("Sent", &selected(Access::ReadOnly)).found, Found::Wrong);
        assert_eq!(sent("Sent", &Err(missing())).found, Found::Good);
        let gone = ImapError::Closed { text: "by the server".to_owned() };
        assert_eq!(sent("Sent", &Err(gone)).found, Found::Down);
    }
}
