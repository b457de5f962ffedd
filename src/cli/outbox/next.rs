//! What to do about a notice.

use crate::store::outbox::review::NoticeRow;
use crate::time::Timestamp;

/// Why a notice is dead, as far as it matters what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Death {
    /// Somebody gave it up.
    Dropped,
    /// The server put it off until it was given up.
    PutOff,
    /// The server knows no such mailbox (RFC 3463 §3.2), or says 550, 551 or 553 and no more
    /// (RFC 5321 §4.2.3).
    NoMailbox,
    /// The server refuses it for another reason.
    Refused,
    /// It was never given to a server.
    Unsendable,
}

/// What a person can do about a notice, with the command to type.
pub(super) fn next_step(notice: &NoticeRow, now: Timestamp) -> String {
    let (id, ticket, to) = (notice.id.0, notice.ticket, &notice.recipient);
    let message_id = &notice.message_id;
    let retry = format!("`tidings outbox retry {id}`");
    match notice.state.as_str() {
        "sent" => format!(
            "nothing: the server has it; if it did not arrive, ask who runs the server, with its \
             reply; what followed: `tidings trace {ticket}`"
        ),
        "claimed" => "nothing: a daemon is submitting it; see how it goes: `tidings status`".into(),
        "dead" => match death(notice.reply.as_deref().unwrap_or_default()) {
            Death::Dropped => format!("nothing: it was given up; {retry} sends it after all"),
            Death::PutOff => format!(
                "see whether the server of {to} is there again, then {retry}; or reach the \
                 requester in another way and say so: `tidings ticket note {ticket}`"
            ),
            Death::NoMailbox => format!(
                "if {to} is mistyped, open a ticket for the right address: \
                 `tidings ticket open --for ADDRESS --subject SUBJECT`; if the server was wrong, \
                 {retry}"
            ),
            Death::Refused => format!(
                "mend what the reply names, with who runs the submission server; `tidings check` \
                 says whether it takes our login; then {retry}"
            ),
            Death::Unsendable => {
                format!(
                    "it can never be sent as it is; write anew: `tidings ticket reply {ticket}`"
                )
            }
        },
        "due" if notice.due > now => format!(
            "nothing: the server put it off, and it is tried again at {}; {retry} tries it now, \
             `tidings outbox drop {id}` gives it up",
            notice.due
        ),
        "due" => format!(
            "it is due: see that a daemon works and that its server is there: `tidings status`; \
             `tidings outbox drop {id}` gives it up"
        ),
        "held" => format!(
            "see in the submission server's log whether <{message_id}> went out before the \
             database was restored; if not, {retry} sends it, the same bytes as before; else \
             `tidings outbox drop {id}` gives it up"
        ),
        _ => format!("{retry} sends it, `tidings outbox drop {id}` gives it up"),
    }
}

fn death(reply: &str) -> Death {
    if reply.starts_with("dropped by ") {
        return Death::Dropped;
    }
    if reply.starts_with("given up after ") {
        return Death::PutOff;
    }
    let mut words = reply.split(' ');
    let (code, next) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if code.len() != 3 || !code.starts_with('5') || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Death::Unsendable;
    }
    let is_enhanced = next.starts_with("5.");
    if next.starts_with("5.1.") || (!is_enhanced && matches!(code, "550" | "551" | "553")) {
        Death::NoMailbox
    } else {
        Death::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::typed::assert_can_be_typed;
    use crate::store::outbox::OutboxId;
    use crate::store::outbox::filed::Filed;

    const NOW: Timestamp = Timestamp::from_seconds(1_772_442_000);

    #[test]
    fn why_a_notice_is_dead_is_read_from_what_was_said() {
        check("dropped by ada", Death::Dropped);
        check("given up after five days: 450 4.2.0 busy", Death::PutOff);
        check("550 5.1.1 <x@y.example>: unknown user", Death::NoMailbox);
        check("553 5.1.3 bad address", Death::NoMailbox);
        check("550 no such user", Death::NoMailbox);
        check("550", Death::NoMailbox);
        check("550 5.7.1 relaying denied", Death::Refused);
        check("500 5.3.0 Error: command failed", Death::Refused);
        check("554 no", Death::Refused);
        check("cannot be sent: outbox 7 has lost its bytes", Death::Unsendable);
        check("line 5 has 1000 bytes; 998 are allowed", Death::Unsendable);
        check("5 lines", Death::Unsendable);
        check("", Death::Unsendable);

        #[track_caller]
        fn check(reply: &str, expected: Death) {
            assert_eq!(death(reply), expected, "{reply}");
        }
    }

    #[test]
    fn what_to_do_next_can_be_typed() {
        check("sent", "250 2.0.0 Ok", NOW, "`tidings trace 1042`");
        check("claimed", "", NOW, "`tidings status`");
        check("dead", "dropped by ada", NOW, "it was given up; `tidings outbox retry 7`");
        check("dead", "given up after five days: 450 x", NOW, "`tidings ticket note 1042`");
        check("dead", "550 5.1.1 unknown", NOW, "if ada@acme.example is mistyped");
        check("dead", "554 5.7.1 no", NOW, "`tidings check`");
        check("dead", "line 5 holds a NUL", NOW, "`tidings ticket reply 1042`");
        let later = NOW.after(std::time::Duration::from_mins(5));
        check(
            "due",
            "450 x",
            later,
            "tried again at 2026-03-02T09:05:00Z; `tidings outbox retry 7`",
        );
        check("due", "", NOW, "it is due: see that a daemon works");
        let held = "held at the restore of 2026-03-02T09:00:00Z: it may have been sent before";
        check("held", held, NOW, "whether <n1@desk.example> went out");
        check("held", held, NOW, "`tidings outbox retry 7` sends it, the same bytes");

        #[track_caller]
        fn check(state: &str, reply: &str, due: Timestamp, expected: &str) {
            let notice = NoticeRow {
                id: OutboxId(7),
                desk: "support".to_owned(),
                ticket: 1042,
                kind: "answer".to_owned(),
                recipient: "ada@acme.example".to_owned(),
                state: state.to_owned(),
                created: NOW,
                due,
                attempts: 0,
                first_attempt: None,
                sent: None,
                bounced: None,
                reply: Some(reply.to_owned()),
                message_id: "n1@desk.example".to_owned(),
                filed: Filed::No,
            };
            let said = next_step(&notice, NOW);
            assert!(said.contains(expected), "{said}");
            assert_can_be_typed(&said);
        }
    }
}
