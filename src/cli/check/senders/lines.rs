//! The lines about senders' proofs: what was seen, and what to do.

use std::fmt::Write as _;

use super::signatures::Checked;
use crate::authentication::survey::proposal::{self, Proposal};
use crate::authentication::survey::tally::Tally;
use crate::authentication::survey::{Insiders, NAMELESS, Survey};
use crate::authentication::{Mode, OwnDkim, Trust};
use crate::cli::check::report::Finding;
use crate::config::Desk;
use crate::imap::ImapError;
use crate::mail::automatic::ListId;

/// Names that one line tells.
const NAMES_MAX: usize = 5;

/// Signed messages that must be changed before a server is said to rebuild them.
const CHANGED_LEAST: usize = 3;

/// Whether the configuration lets anybody be proven.
pub(super) fn provable(desk: &Desk) -> Finding {
    const ABOUT: &str = "proof";
    let trust = &desk.trust;
    if let Err(error) = desk.can_prove() {
        return Finding::soon(ABOUT, error.to_string());
    }
    let by = match (trust.mode, believes(trust)) {
        (Mode::Exchange, true) => "Authentication-Results of Exchange".to_owned(),
        (Mode::Standard | Mode::Below, true) => {
            format!("Authentication-Results of {}", trust.authservs.join(", "))
        }
        (Mode::Standard | Mode::Below | Mode::Exchange, false) => "our own check alone".to_owned(),
    };
    let also = match (believes(trust), trust.own_dkim) {
        (true, OwnDkim::On) => ", and by our own check",
        (true, OwnDkim::Advisory | OwnDkim::Off) | (false, _) => "",
    };
    Finding::good(ABOUT, format!("senders can be proven by {by}{also}"))
}

fn believes(trust: &Trust) -> bool {
    !trust.boundary.is_empty() && (!trust.authservs.is_empty() || trust.mode == Mode::Exchange)
}

/// How much was looked at.
pub(super) fn headers(folder: &str, exists: u32, survey: &Survey) -> Vec<Finding> {
    const ABOUT: &str = "headers";
    let text = match (exists, survey.messages) {
        (0, _) if folder.is_empty() => return Vec::new(),
        (0, _) => format!(
            "{folder} is empty, so that nothing is seen of senders' proofs; run check again when \
             mail has come"
        ),
        (_, messages) => {
            format!("the newest {messages} of {exists} messages in {folder} are looked at")
        }
    };
    vec![Finding::good(ABOUT, text)]
}

/// Where the rest could not be read.
pub(super) fn broken(error: &ImapError) -> Finding {
    Finding::soon("headers", format!("{error}; run check again"))
}

/// All about the headers that were seen.
pub(super) fn all(survey: &Survey, desk: &Desk) -> Vec<Finding> {
    let trust = &desk.trust;
    let mut findings =
        if trust.boundary.is_empty() { proposed(survey) } else { vec![boundary(survey, trust)] };
    let none_below = survey.below.ranked().is_empty();
    let above = names(&survey.above, Some(trust));
    findings.push(Finding::good("results above", said(&above, "above the boundary")));
    if !none_below {
        let below = names(&survey.below, None);
        findings.push(Finding::good("results below", said(&below, "below the boundary")));
    }
    if believes(trust) {
        findings.push(believed(survey, trust));
    }
    findings.extend(forged(survey, trust));
    let insiders = survey.insiders.iter();
    findings.extend(insiders.map(|(domain, insiders)| insider(domain, *insiders)));
    let lists = survey.lists.ranked().into_iter().filter(|(_, count)| survey.messages < 2 * count);
    findings.extend(lists.map(|(list, count)| group(list, count, survey.messages, desk)));
    findings
}

/// A list on most of the messages is the desk's own address, and what it adds makes lists of them all.
fn group(list: &str, count: usize, messages: usize, desk: &Desk) -> Finding {
    let known = ListId::parse(list).is_some_and(|id| desk.own_lists.contains(&id));
    let seen = format!("List-Id {list} stands on {count} of {messages} messages");
    if known {
        return Finding::good("list", format!("{seen}: a group of ours, as own_lists says"));
    }
    let what = format!(
        "{seen}: this is a group's address; if it is one of yours, write own_lists = [{list:?}], \
         or all its mail is a mailing list's, and is never acknowledged"
    );
    Finding::soon("list", what)
}

fn said(names: &str, place: &str) -> String {
    if names.is_empty() {
        format!("no Authentication-Results stand {place}")
    } else {
        format!("Authentication-Results {place}: {names}")
    }
}

/// The most frequent names, each with the number of messages; those that are believed say so.
fn names(tally: &Tally, trust: Option<&Trust>) -> String {
    let ranked = tally.ranked();
    let one = |(name, count): &(&str, usize)| match trust {
        Some(trust) if trust.authservs.iter().any(|known| **known == **name) => {
            format!("{name} ({count}, trusted)")
        }
        Some(_) | None => format!("{name} ({count})"),
    };
    let mut told = ranked.iter().take(NAMES_MAX).map(one).collect::<Vec<_>>().join(", ");
    if NAMES_MAX < ranked.len() {
        let _ = write!(told, ", and {} more", ranked.len() - NAMES_MAX);
    }
    told
}

fn boundary(survey: &Survey, trust: &Trust) -> Finding {
    const ABOUT: &str = "boundary";
    let Survey { messages, bounded, .. } = *survey;
    let hosts = trust.boundary.join(", ");
    let text = format!("{hosts} took {bounded} of {messages} messages");
    if messages <= 2 * bounded {
        return Finding::good(ABOUT, text);
    }
    let others = names(&survey.takers, None);
    let others = if others.is_empty() {
        "no other host is seen that takes mail from outside".to_owned()
    } else {
        format!(
            "mail from outside seems to be taken by {others}; those that are yours belong into `boundary`"
        )
    };
    Finding::soon(ABOUT, format!("{text}, and what the others say is not believed; {others}"))
}

/// What could be written into the configuration, a line for each key.
fn proposed(survey: &Survey) -> Vec<Finding> {
    const ABOUT: &str = "boundary";
    let without = "is not set, so that our own check alone proves senders";
    let Some(proposal) = proposal::propose(survey) else {
        let text = format!("{without}; no host is seen that takes mail from outside");
        return vec![Finding::good(ABOUT, text)];
    };
    let Proposal { boundary, authservs, mode, unsteady } = proposal;
    let takers = names(&survey.takers, None);
    let mut text = format!(
        "{without}; mail from outside is taken by {takers}; if these are your hosts, paste into \
         [[desk]] what follows"
    );
    if let Some((name, count)) = unsteady {
        let _ = write!(
            text,
            "; {name} stands directly below in {count} messages only, and in others a sender could \
             write it: not proposed"
        );
    }
    let list = |names: &[String]| {
        names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
    };
    let mut findings = vec![Finding::soon(ABOUT, text)];
    let mut paste = |line: String| findings.push(Finding::soon("paste", line));
    paste(format!("boundary = [{}]", list(&boundary)));
    if !authservs.is_empty() {
        paste(format!("trusted_authserv = [{}]", list(&authservs)));
    }
    if !authservs.is_empty() || mode != Mode::Standard {
        paste(format!("authserv_mode = \"{}\"", mode.as_str()));
    }
    findings
}

/// The share of messages with a result that counts.
fn believed(survey: &Survey, trust: &Trust) -> Finding {
    const ABOUT: &str = "trusted results";
    let Survey { messages, believed, .. } = *survey;
    let text = format!("{believed} of {messages} messages have results that are believed");
    if messages <= 2 * believed {
        return Finding::good(ABOUT, text);
    }
    let next = survey.next.ranked().into_iter().filter(|(name, _)| {
        trust.mode == Mode::Standard && trust.authservs.iter().any(|known| **known == **name)
    });
    if let Some((name, count)) = next.max_by_key(|(_, count)| *count)
        && messages < 2 * count
    {
        let checked = messages.saturating_sub(survey.logins);
        let advice = if proposal::is_steady(count, checked) {
            "set authserv_mode = \"below\", if your server always writes there"
        } else {
            "in others a sender could write it, so that authserv_mode = \"below\" would be unsafe; let \
             your server write above its Received field"
        };
        let text =
            format!("{text}; {name} stands directly below the boundary in {count}; {advice}");
        return Finding::soon(ABOUT, text);
    }
    if 0 < survey.above.of(NAMELESS) && trust.mode != Mode::Exchange {
        let text =
            format!("{text}; Exchange writes without a name: set authserv_mode = \"exchange\"");
        return Finding::soon(ABOUT, text);
    }
    Finding::soon(
        ABOUT,
        format!(
            "{text}; look at `trusted_authserv` and `boundary`, and whether your server checks all mail"
        ),
    )
}

fn forged(survey: &Survey, trust: &Trust) -> Option<Finding> {
    const ABOUT: &str = "forged results";
    if trust.authservs.is_empty() {
        return None;
    }
    Some(match survey.forged {
        0 => Finding::good(ABOUT, "no message names a trusted server where a sender can write"),
        count => Finding::good(
            ABOUT,
            format!(
                "{count} of {} messages name a trusted server where a sender can write; that is not \
                 believed",
                survey.messages
            ),
        ),
    })
}

fn insider(domain: &str, insiders: Insiders) -> Finding {
    let Insiders { messages, proven } = insiders;
    let text =
        format!("{proven} of {messages} messages from {domain} prove a login of their author");
    if 0 < proven {
        return Finding::good("internal", text);
    }
    let advice = "if colleagues wrote them, let your server note logins (in Postfix \
                  smtpd_sasl_authenticated_header = yes)";
    Finding::soon("internal", format!("{text}; {advice}"))
}

/// Whether our own check holds here.
pub(super) fn own_check(checked: &Checked, own_dkim: OwnDkim) -> Finding {
    const ABOUT: &str = "own_dkim";
    let messages = checked.messages();
    if messages == 0 {
        let text = if checked.silence {
            "the DNS does not answer for the keys of signed messages; look at `dns`, and run check again"
        } else {
            "no signed message could be read"
        };
        return Finding::soon(ABOUT, text);
    }
    let Checked { verified, changed, compared, agreed, .. } = *checked;
    let mut text = format!("our own check verifies {verified} of {messages} signed messages");
    if 0 < compared {
        let _ = write!(text, ", and agrees with believed results in {agreed} of {compared}");
    }
    if 0 < verified || changed < CHANGED_LEAST {
        return Finding::good(ABOUT, text);
    }
    let _ = write!(
        text,
        "; what is signed was changed in {changed}, so that this server rebuilds messages"
    );
    match own_dkim {
        OwnDkim::On => Finding::soon(ABOUT, format!("{text}; set own_dkim = \"advisory\"")),
        OwnDkim::Advisory | OwnDkim::Off => Finding::good(ABOUT, text),
    }
}

#[cfg(test)]
mod tests;
