//! What to do about a message.

use crate::store::inbound::review::InboundRow;
use crate::triage::decision::Ignored;

/// What a person can do about a message, with the command to type.
pub(super) fn next_step(found: &InboundRow) -> String {
    let id = found.id.0;
    let drop = format!("`tidings inbound drop {id} --why …` puts it aside");
    match (found.verdict.as_str(), found.ticket, found.duplicate_of) {
        ("pending", ..) if found.attempts > 0 => format!(
            "nothing yet: it failed {} times and is held after three; see that a daemon works: \
             `tidings status`",
            found.attempts
        ),
        ("pending", ..) => {
            "nothing: a daemon decides it, or `tidings run --once`; see that one works: \
             `tidings status`"
                .to_owned()
        }
        ("held", ..) if found.body.is_none() => format!(
            "look into the folder with a mail client: the server lists it and does not give it; \
             then {drop}"
        ),
        ("held", ..) if found.age == "old_in_bulk" => format!(
            "if it should be a ticket, `tidings inbound retry {id}`; else {drop}; \
             `tidings inbound list --verdict held` shows what came with it"
        ),
        ("held", ..) => format!(
            "see what is odd about it: `tidings inbound show {id} --raw | tidings explain -`; \
             then `tidings inbound retry {id}` decides it again, or {drop}"
        ),
        ("ignored", ..) if is_for(found, Ignored::Spam) => format!(
            "nothing; if it is no spam, `tidings inbound retry --not-spam {id}`; where that happens \
             often to one sender, have the filter in front of the mailbox let him through"
        ),
        ("ignored", ..) if is_for(found, Ignored::Blocked) => format!(
            "nothing; for this message alone `tidings inbound retry --not-spam {id}`; for all that \
             comes take the sender out of the desk's block"
        ),
        ("ignored", ..) => format!(
            "nothing; if the reason is wrong, mend that and decide it again: \
             `tidings inbound retry {id}`"
        ),
        ("dropped", ..) => {
            format!("nothing; `tidings inbound retry {id}` decides it again after all")
        }
        (_, Some(ticket), _) if found.age == "found" => format!(
            "it was found later than it came, and nobody was told of its ticket: see whether it \
             was answered before: `tidings ticket show {ticket}`; if not, \
             `tidings ticket reply {ticket}`"
        ),
        (_, Some(ticket), _) => {
            format!("nothing here; go on with its ticket: `tidings ticket show {ticket}`")
        }
        (_, None, Some(first)) => {
            format!("nothing here; look at the first of them: `tidings inbound show {}`", first.0)
        }
        (_, None, None) => format!("nothing; see all about it: `tidings inbound show {id}`"),
    }
}

/// Whether a message was ignored for this.
fn is_for(found: &InboundRow, ignored: Ignored) -> bool {
    let rest = found.reason.strip_prefix(ignored.why());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(';'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::typed::assert_can_be_typed;
    use crate::store::body::BodyId;
    use crate::time::Timestamp;
    use crate::triage::case::InboundId;

    fn found(verdict: &str) -> InboundRow {
        let then = Timestamp::from_seconds(1_772_442_000);
        InboundRow {
            id: InboundId(7),
            desk: "support".to_owned(),
            origin: "INBOX, UID 9".to_owned(),
            received: then,
            spooled: then,
            decided: Some(then),
            sender: None,
            message_id: None,
            age: "new".to_owned(),
            size: 812,
            form: "whole".to_owned(),
            body: Some(BodyId(1)),
            verdict: verdict.to_owned(),
            reason: String::new(),
            proof: None,
            evidence: None,
            ticket: None,
            duplicate_of: None,
            attempts: 0,
            mark: "none".to_owned(),
            mark_reason: None,
        }
    }

    #[test]
    fn what_to_do_next_can_be_typed() {
        check(&found("pending"), "`tidings run --once`");
        check(&InboundRow { attempts: 2, ..found("pending") }, "it failed 2 times");
        check(&InboundRow { body: None, ..found("held") }, "with a mail client");
        let bulk = InboundRow { age: "old_in_bulk".to_owned(), ..found("held") };
        check(&bulk, "should be a ticket, `tidings inbound retry 7`");
        check(
            &InboundRow { attempts: 3, ..found("held") },
            "`tidings inbound show 7 --raw | tidings explain -`",
        );
        check(&found("ignored"), "`tidings inbound retry 7`");
        for reason in ["spam", "spam; X-Spam-Flag: YES, and it belongs to no ticket", "blocked; x"]
        {
            let row = InboundRow { reason: reason.to_owned(), ..found("ignored") };
            check(&row, "`tidings inbound retry --not-spam 7`");
        }
        let other = InboundRow { reason: "spammy".to_owned(), ..found("ignored") };
        check(&other, "`tidings inbound retry 7`");
        check(&found("dropped"), "`tidings inbound retry 7`");
        for verdict in ["opened", "follow_up", "event"] {
            let row = InboundRow { ticket: Some(1042), ..found(verdict) };
            check(&row, "`tidings ticket show 1042`");
        }
        let late = InboundRow { age: "found".to_owned(), ticket: Some(1042), ..found("opened") };
        check(&late, "nobody was told of its ticket");
        check(&late, "`tidings ticket reply 1042`");
        let copy = InboundRow { duplicate_of: Some(InboundId(3)), ..found("duplicate") };
        check(&copy, "`tidings inbound show 3`");
        check(&found("duplicate"), "`tidings inbound show 7`");

        #[track_caller]
        fn check(row: &InboundRow, expected: &str) {
            let said = next_step(row);
            assert!(said.contains(expected), "{said}");
            assert_can_be_typed(&said);
        }
    }
}
