//! Servers that hang, lie, break off, or want our memory.

use std::future::{pending, ready};
use std::time::Duration;

use futures_util::future::join_all;
use tidings::imap::{Class, ImapError, LISTED_MAX, Limits};

use super::{DEEDS, Deed, FULL, hasty, patient, session, uid, uids};
use crate::support::peer::Peer;

const LONG: Duration = Duration::from_secs(10);
const ONE: &str =
    "S: * 1 FETCH (UID 1 RFC822.SIZE 3 INTERNALDATE \"02-Mar-2026 09:00:00 +0000\")\n";

/// Does each command with a server that answers it with `steps`.
async fn each(limits: Limits, steps: &str, expected: impl Fn(Deed) -> String) {
    let ends = DEEDS.map(async |deed| {
        let steps = format!("C: T0004 {}*\n{steps}", deed.command());
        let (_, mut session) = session(FULL, limits, &steps).await;
        (deed, deed.of(&mut session).await.map_err(|error| error.to_string()))
    });
    for (deed, end) in join_all(ends).await {
        assert_eq!(end, Err(expected(deed)), "{deed:?}: {steps}");
    }
}

/// The UIDs that a server lists which answers with `steps` and then hangs.
async fn listed(steps: &str) -> Result<Vec<u32>, String> {
    let steps = format!("C: T0004 UID FETCH *\n{steps}\nS! hang");
    let (_, mut session) = session(FULL, patient(), &steps).await;
    let listed = session.list(uid(1), None).await.map_err(|error| error.to_string())?;
    Ok(listed.iter().map(|one| one.uid.get()).collect())
}

/// What comes of a message whose FETCH response goes on with `steps`.
async fn fetched(steps: &str) -> Result<Vec<Vec<u8>>, String> {
    let steps = format!(
        "C: T0004 UID FETCH *
         S- * 1 FETCH (UID 1 RFC822.SIZE 3 INTERNALDATE \"02-Mar-2026 09:00:00 +0000\"
         S- {steps}"
    );
    let (_, mut session) = session(FULL, patient(), &steps).await;
    let fetched = session.fetch(&uids(&[1])).await.map_err(|error| error.to_string())?;
    Ok(fetched.into_iter().map(|one| one.bytes).collect())
}

#[tokio::test]
async fn std_58_a_command_ends_with_its_tagged_ok_or_not_at_all() {
    let closed = "connection closed: by the server";
    check("S! drop", closed).await;
    check("S: * 3 EXISTS\nS: * OK fine", closed).await;
    check("S: * BYE shutting down\nS! hang", "connection closed: shutting down").await;
    check("S: T9999 OK done\nS! hang", "not IMAP: an answer to another command").await;
    check("S: hello there\nS! hang", "not IMAP: a line that is no response").await;
    check("S: {tag} MAYBE\nS! hang", "not IMAP: a line that is no response").await;

    async fn check(steps: &str, expected: &str) {
        each(patient(), steps, |_| expected.to_owned()).await;
    }
}

#[tokio::test]
async fn std_58_a_refusal_is_never_an_empty_success() {
    let said = |deed: Deed, text: &str| match deed {
        Deed::Select => format!("cannot open folder \"INBOX\": {text}"),
        Deed::List
        | Deed::Fetch
        | Deed::Part
        | Deed::Mark
        | Deed::Move
        | Deed::Append
        | Deed::Search
        | Deed::Idle => format!("{} refused: {text}", deed.command()),
    };
    each(patient(), "S: {tag} NO not you", |deed| said(deed, "not you")).await;
    each(patient(), "S: {tag} BAD [CLIENTBUG] what", |deed| said(deed, "[CLIENTBUG] what")).await;
    each(patient(), "S: {tag} NO [INUSE] wait", |deed| {
        format!("{} not possible now: [INUSE] wait", deed.command())
    })
    .await;
}

#[tokio::test]
async fn thr_39_a_silent_server_is_given_up() {
    each(hasty(), "S! hang", |deed| format!("no answer to {} within 0 s", deed.command())).await;
    each(hasty(), "S- * 1 FETCH (UID 1 BODY[] {9}\\r\\nabc\nS! hang", |deed| {
        format!("no answer to {} within 0 s", deed.command())
    })
    .await;
}

#[tokio::test]
async fn thr_39_a_command_has_an_end_whatever_comes() {
    let limits = Limits { command: Duration::from_millis(50), ..patient() };
    let peer = Peer::start(&[&"S: * OK ready\n".repeat(400_000)]).await;
    let server = super::server(peer.port, tidings::tls::Security::Plaintext);
    let login = super::login("support", "secret");
    let ended = tidings::imap::Session::connect(&server, &login, limits).await;
    assert!(matches!(ended.err(), Some(ImapError::Silent { command: "CAPABILITY", .. })));
}

#[tokio::test]
async fn std_58_after_a_broken_command_nothing_more_is_asked() {
    let (peer, mut session) = session(FULL, hasty(), "C: T0004 *\nS! hang").await;
    session.mark_seen(&uids(&[1])).await.unwrap_err();
    let error = session.list(uid(1), None).await.unwrap_err();
    assert_eq!(error.to_string(), "connection closed: an earlier command broke off");
    assert_eq!(error.class(), Class::Server);
    session.logout().await;
    assert_eq!(peer.heard.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn std_58_a_command_that_was_dropped_leaves_no_answer_to_the_next() {
    let (_, mut session) = session(FULL, patient(), "C: T0004 *\nS! hang").await;
    tokio::select! {
        biased;
        _ = session.list(uid(1), None) => panic!("an answer"),
        () = tokio::task::yield_now() => {}
    }
    let error = session.mark_seen(&uids(&[1])).await.unwrap_err();
    assert!(matches!(error, ImapError::Closed { .. }), "{error:?}");
}

#[tokio::test]
async fn std_58_a_message_that_breaks_off_is_no_message() {
    let middle = Err("connection closed: in the middle of an answer".to_owned());
    let whole = r" BODY[] {3}\r\nabc)\r\n";
    assert_eq!(fetched(r" BODY[] {9}\r\nabc").await, middle);
    assert_eq!(fetched(r" BODY[] {3}\r\nabc").await, middle);
    // A complete message before the break is not one either: the command did not end.
    let cut = format!("{whole}\nS: * BYE sorry");
    assert_eq!(fetched(&cut).await, Err("connection closed: sorry".to_owned()));
    assert_eq!(fetched(whole).await, Err("connection closed: by the server".to_owned()));
    let ended = format!("{whole}\nS: T0004 NO some are gone");
    assert_eq!(fetched(&ended).await, Err("UID FETCH refused: some are gone".to_owned()));
    let ended = format!("{whole}\nS: T0004 OK");
    assert_eq!(fetched(&ended).await, Ok(vec![b"abc".to_vec()]));
}

#[tokio::test]
async fn std_58_a_wrong_length_is_noticed() {
    for length in [0, 1, 2, 4, 5, 6, 9] {
        let ended = fetched(&format!(r" BODY[] {{{length}}}\r\nabc)\r\nT0004 OK\r\n")).await;
        assert_eq!(ended, Err("not IMAP: a FETCH response that breaks off".to_owned()), "{length}");
    }
    let odd = fetched(r" BODY[] {x}\r\nabc)\r\nT0004 OK\r\n").await;
    assert_eq!(odd, Err("not IMAP: a literal in a FETCH response without a size".to_owned()));
}

#[tokio::test]
async fn std_50_a_message_without_its_facts_is_garbage() {
    check("UID 1 RFC822.SIZE 3", "INTERNALDATE").await;
    check("UID 1 RFC822.SIZE 3 INTERNALDATE NIL", "INTERNALDATE").await;
    check("UID 1 RFC822.SIZE 3 INTERNALDATE \"yesterday\"", "INTERNALDATE").await;
    check("UID 1 RFC822.SIZE 3 INTERNALDATE \"\"", "INTERNALDATE").await;
    check("UID 1 INTERNALDATE \"02-Mar-2026 09:00:00 +0000\"", "RFC822.SIZE").await;
    check("UID 1 RFC822.SIZE -3 INTERNALDATE \"02-Mar-2026 09:00:00 +0000\"", "RFC822.SIZE").await;

    async fn check(attributes: &str, missing: &str) {
        let ended = listed(&format!("S: * 1 FETCH ({attributes})\nS: T0004 OK")).await;
        assert_eq!(ended, Err(format!("not IMAP: a message without {missing}")), "{attributes}");
    }
}

#[tokio::test]
async fn thr_39_no_memory_is_given_for_what_is_announced() {
    // 10 % above the largest message is let through, not more; 64 KiB where no message is due.
    check_fetch("S: * 1 FETCH (UID 1 BODY[] {110001}", "literal larger than 110000").await;
    check_fetch("S: * 1 FETCH (UID 1 BODY[] {500000000}", "literal larger than 110000").await;
    check_fetch("S: * 1 FETCH (UID 1 BODY[] {99999999999999999999}", "literal larger than 110000")
        .await;
    check_fetch("S: * 1 FETCH (X {500000000}", "literal larger than 110000").await;
    check_fetch("S: * LIST () NIL {500000000}", "literal larger than 110000").await;
    for steps in ["S: * 1 FETCH (UID 1 BODY[] {65537}", "S: * XFOO {65537+}"] {
        let expected = Err("literal larger than 65536".to_owned());
        assert_eq!(listed(steps).await, expected, "{steps}");
    }

    async fn check_fetch(steps: &str, expected: &str) {
        let steps = format!("C: T0004 *\n{steps}\nS! hang");
        let (_, mut session) = session(FULL, patient(), &steps).await;
        let error = session.fetch(&uids(&[1])).await.unwrap_err();
        assert_eq!(error.to_string(), expected, "{steps}");
    }
}

#[tokio::test]
async fn thr_39_lines_and_lists_have_an_end() {
    let long = format!("S: * XFOO {}", "x".repeat(2 * 1024 * 1024));
    assert_eq!(listed(&long).await, Err("line of a response larger than 1048576".to_owned()));
    let long = format!("S: * OK {}\n{ONE}S: T0004 OK", "x".repeat(1_000_000));
    assert_eq!(listed(&long).await, Ok(vec![1]));
    let open = |count| format!("S: * 1 FETCH (BODYSTRUCTURE {}", "(".repeat(count));
    let deep = Err("nesting of parentheses larger than 50".to_owned());
    assert_eq!(listed(&open(1000)).await, deep);
    assert_eq!(listed(&open(51)).await, deep);
    let nested = format!("{}{} UID 1)\n{ONE}S: T0004 OK", open(50), ")".repeat(50));
    assert_eq!(listed(&nested).await, Ok(vec![1]));
}

#[tokio::test]
async fn thr_39_a_list_has_an_end() {
    use std::fmt::Write as _;
    let mut steps = String::new();
    for number in 1..=LISTED_MAX + 1 {
        writeln!(steps, "S: * {number} FETCH (UID {number} RFC822.SIZE 1)").unwrap();
    }
    let expected = Err("list of messages larger than 100000".to_owned());
    assert_eq!(listed(&steps).await, expected);
}

#[tokio::test]
async fn std_58_what_is_not_for_us_is_passed_over() {
    check("S: * XFOO bar baz").await;
    check("S: * ESEARCH (TAG \"A1\") UID ALL 1:3").await;
    check("S: * SEARCH 1 2 (MODSEQ 5)").await;
    check("S: * VANISHED (EARLIER) 1:4294967295").await;
    check("S: * STATUS INBOX (MESSAGES 1 UIDVALIDITY 4294967296)").await;
    check(r#"S: * METADATA "" (/private/x "\xff")"#).await;
    check(r"S- * LIST () NIL {12}\r\n* BYE ))))\r\n x\r\n").await;
    check("S: * 5000000000 EXISTS").await;
    check("S: * -1 EXISTS").await;
    check("S: *").await;
    check("S:").await;
    check(r"S- \r\n\n  \r\n").await;
    check(r"S- * OK [ALERT]\xfcx\r\n").await;
    check(r"S- * OK [ALERT]\xc3\xbcx\r\n").await;
    check(r"S- * NO [BADCHARSET (\xff)] \0\xff\r\n").await;
    check("S: * NO [BADCHARSET (a {700}").await;
    check("S: * OK [UIDVALIDITY 99999999999] {7}").await;
    check("S: * OK").await;
    check("S: *  OK  [ODD").await;
    check("S: * CAPABILITY").await;
    check("S: * 2 FETCH (FLAGS (\\Seen a]b))").await;
    check(r"S- * 2 FETCH (FLAGS (\xe9t\xe9) X-GM-LABELS (\x22a ) (((\x22))\r\n").await;
    check(r"S- * 2 FETCH (ENVELOPE {4}\r\n(((( X a BODY[TEXT] {3}\r\n)\r\n)\r\n").await;
    check(r"S- * 2 FETCH (BODY[HEADER.FIELDS (A B)] {3}\r\nabc INTERNALDATE NIL)\r\n").await;
    check("S: * 2 FETCH (EMAILID (M1)  THREADID NIL SAVEDATE NIL )").await;
    check("S: * 2 FETCH ()").await;

    async fn check(steps: &str) {
        let ended = listed(&format!("{steps}\n{ONE}S: T0004 OK done")).await;
        assert_eq!(ended, Ok(vec![1]), "{steps}");
    }
}

#[tokio::test]
async fn std_58_bare_line_feeds_are_line_ends() {
    let body = fetched(r" BODY[] {3}\nabc)\nT0004 OK\n").await;
    assert_eq!(body, Ok(vec![b"abc".to_vec()]));
}

#[tokio::test]
async fn thr_39_a_text_in_an_error_is_short_and_printable() {
    let text = "x".repeat(500);
    let steps = format!(r"S- T0004 NO \x1b[31m\xff\x07{text}\r\n");
    let expected = format!("UID FETCH refused: ?[31m??{}", "x".repeat(193));
    assert_eq!(listed(&steps).await, Err(expected));
}

#[tokio::test]
async fn std_53_an_idle_that_goes_wrong_is_an_error() {
    let closed = "connection closed: by the server";
    check("S: +\nS! drop", closed).await;
    check("S: +\nS: * BYE timeout", "connection closed: timeout").await;
    check("S: +\nS: T0004 OK enough", "not IMAP: an IDLE that the server ended").await;
    check("S: T0004 OK enough", "not IMAP: an IDLE that the server ended").await;
    check("S: +\nS: T0004 NO enough", "IDLE refused: enough").await;
    check("S: +\nS: * 1 EXISTS\nC: DONE\nS! drop", closed).await;
    check("S: +\nS: * 1 EXISTS\nC: DONE\nS: * BYE", "connection closed: ").await;
    check("S: +\nS: * 1 EXISTS\nC: DONE\nS: T0004 BAD what", "IDLE refused: what").await;

    async fn check(steps: &str, expected: &str) {
        let steps = format!("C: T0004 IDLE\n{steps}");
        let (_, mut session) = session(FULL, patient(), &steps).await;
        let error = session.idle(LONG, pending()).await.unwrap_err();
        assert_eq!(error.to_string(), expected, "{steps}");
    }
}

#[tokio::test]
async fn std_53_a_server_that_is_silent_at_done_is_given_up() {
    let steps = "C: T0004 IDLE\nS: +\nC: DONE\nS! hang";
    let (_, mut session) = session(FULL, hasty(), steps).await;
    let error = session.idle(LONG, ready(())).await.unwrap_err();
    let ImapError::Silent { command: "IDLE", after } = error else { panic!("{error:?}") };
    assert_eq!(after, hasty().silence);
}

#[tokio::test]
async fn std_53_waiting_in_idle_is_not_silence() {
    let steps = "C: T0004 IDLE\nS: +\nC: DONE\nS: T0004 OK";
    let (_, mut session) = session(FULL, hasty(), steps).await;
    let end = session.idle(2 * hasty().silence, pending()).await.unwrap();
    assert_eq!(end, tidings::imap::IdleEnd::TimeUp);
}

#[tokio::test]
async fn a_good_bye_does_not_wait_for_a_broken_server() {
    let (_, session) = session(FULL, hasty(), "C: T0004 LOGOUT\nS! hang").await;
    session.logout().await;
}
