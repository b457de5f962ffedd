//! What the writer's addresses say: daemons, and addresses that nobody reads (RFC 5230 §4.6).

use super::{Evidence, Kind, Mark};
use crate::mail::Sender;
use crate::mail::envelope::ReversePath;

/// The part before the `@` of whoever wrote it, lower case, wrappings taken off. A sender that is
/// not plain counts here too: a daemon often has no proper address.
pub(super) fn local(evidence: &Evidence<'_>) -> String {
    match evidence.sender {
        Sender::One(named) => unwrapped(named.address.local()).to_owned(),
        Sender::Ambiguous { shown, .. } => {
            let plain = shown.split('(').next().unwrap_or_default();
            let inside = plain.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
            let address = inside.map_or("", |(address, _)| address.trim());
            let address = if address.is_empty() {
                plain.split('<').next().unwrap_or_default().trim()
            } else {
                address
            };
            let local = address.split('@').next().unwrap_or_default();
            local.trim_matches(['"', '\\', ' ']).to_ascii_lowercase()
        }
    }
}

/// Whether the reverse path is null, or the address that some servers write for it.
pub(super) fn has_null_path(evidence: &Evidence<'_>) -> bool {
    match evidence.return_path {
        Some(ReversePath::Null) => true,
        Some(ReversePath::Address(address)) => is_daemon(address.local()),
        None => false,
    }
}

/// The mark of a writer without an address. One at an address for no answers may be a person who typed
/// into a form: he is not answered, and that is all.
pub(super) fn mark(evidence: &Evidence<'_>) -> Option<Mark> {
    match evidence.sender {
        Sender::Ambiguous { shown, .. } if shown.trim() == "<>" => {
            Some((Kind::Generated, "From: <>".to_owned()))
        }
        Sender::One(_) | Sender::Ambiguous { .. } => None,
    }
}

/// Whether a reverse path is the list's own.
pub(super) fn is_of_list(path: &ReversePath) -> bool {
    match path {
        ReversePath::Null => false,
        ReversePath::Address(address) => {
            let local = unwrapped(address.local());
            is_list_address(local) || is_bounce_address(local)
        }
    }
}

/// Whether a local part is that of a program that delivers mail.
pub(super) fn is_daemon(local: &str) -> bool {
    ["mailer-daemon", "mailerdaemon", "mailer_daemon", "mail-daemon", "maildaemon", "mdaemon"]
        .contains(&local)
}

/// Why no automatic answer should be sent, if so.
pub(super) fn unwelcome(evidence: &Evidence<'_>) -> Option<String> {
    if has_null_path(evidence) {
        return Some("Return-Path: <>".to_owned());
    }
    let suppressed = evidence.fields.iter().find(|(name, value)| {
        name.eq_ignore_ascii_case("x-auto-response-suppress")
            && value.split([',', ';']).any(|word| {
                let word = word.trim();
                ["all", "autoreply", "oof"].iter().any(|wish| word.eq_ignore_ascii_case(wish))
            })
    });
    if let Some((name, value)) = suppressed {
        return Some(format!("{name}: {value}"));
    }
    let local = local(evidence);
    if is_no_person(&local) {
        return Some(format!("nobody reads {local}@"));
    }
    match evidence.return_path {
        Some(ReversePath::Address(address)) if is_list_address(unwrapped(address.local())) => {
            Some(format!("Return-Path: <{address}>"))
        }
        Some(ReversePath::Address(_) | ReversePath::Null) | None => None,
    }
}

/// Whether a local part is that of a program, or of an address that nobody reads.
pub(super) fn is_no_person(local: &str) -> bool {
    is_unread(local) || is_list_address(local) || is_daemon(local)
}

/// Takes off what a server wrapped around the address against forged bounces: BATV
/// (`prvs=0123abcdef=ada`) and SRS (`SRS0=hash=tt=example.com=ada`).
fn unwrapped(local: &str) -> &str {
    let wrapped = ["prvs=", "btv1==", "srs0=", "srs0+", "srs0-", "srs1=", "srs1+", "srs1-"];
    if wrapped.iter().any(|prefix| local.starts_with(prefix)) {
        return local.rsplit('=').next().unwrap_or(local);
    }
    local
}

fn is_unread(local: &str) -> bool {
    let letters: String = local.chars().filter(|at| !matches!(at, '-' | '_' | '.')).collect();
    let says_so =
        ["noreply", "donotreply", "dontreply", "noresponder", "nepasrepondre", "nichtantworten"];
    let programs = ["root", "daemon", "uucp", "nobody", "autoresponder", "autoreply"];
    says_so.iter().any(|word| letters.contains(word))
        || is_bounce_address(local)
        || programs.contains(&local)
}

fn is_bounce_address(local: &str) -> bool {
    let begins = ["bounce+", "bounces+", "bounce-", "bounces-"];
    let ends = ["-bounces", "-bounce"];
    ["bounce", "bounces"].contains(&local)
        || begins.iter().any(|begin| local.starts_with(begin))
        || ends.iter().any(|end| local.ends_with(end))
}

fn is_list_address(local: &str) -> bool {
    local.starts_with("owner-")
        || local.ends_with("-request")
        || local.ends_with("-owner")
        || ["majordomo", "listserv", "listproc", "mailman"].contains(&local)
}
