//! What each command sends, and what it makes of answers that a decent server gives.

use std::future::{pending, ready};
use std::time::Duration;

use tidings::imap::{Access, Class, IdleEnd, ImapError, Listed, Seen, Selected};
use tidings::time::Timestamp;

use super::{FULL, patient, session, uid, uids};

const LONG: Duration = Duration::from_secs(10);

#[tokio::test]
async fn std_50_a_folder_is_what_its_uidvalidity_says() {
    let (peer, mut session) = session(
        FULL,
        patient(),
        r#"C: T0004 SELECT "Entw&APw-rfe"
           S: * FLAGS (\Seen \Deleted)
           S: * 3 EXISTS
           S: * OK [PERMANENTFLAGS (\Seen \*)] ok
           S: * OK [UIDVALIDITY 1700000000] ok
           S: * OK [UIDNEXT 44] ok
           S: {tag} OK [READ-WRITE] selected
           C: T0005 SELECT "INBOX"
           S: * OK [CLOSED] ok
           S: * 0 EXISTS
           S: * OK [PERMANENTFLAGS (\Deleted)] ok
           S: * OK [UIDVALIDITY 7]
           S: {tag} OK [READ-ONLY] selected
           C: T0006 SELECT "INBOX"
           S: * 0 EXISTS
           S: {tag} OK selected
           C: T0007 SELECT "INBOX"
           S: * OK [UIDVALIDITY 0] odd
           S: * 0 EXISTS
           S: {tag} OK selected
           C: T0008 SELECT "INBOX"
           S: * OK [UIDVALIDITY 7]
           S: {tag} OK selected"#,
    )
    .await;
    let drafts = session.select("Entwürfe").await.unwrap();
    let expected = Selected {
        uid_validity: 1_700_000_000,
        uid_next: Some(44),
        exists: 3,
        access: Access::ReadWrite,
        seen: Seen::Kept,
    };
    assert_eq!(drafts, expected);
    let inbox = session.select("INBOX").await.unwrap();
    let (access, seen) = (Access::ReadOnly, Seen::Lost);
    let expected = Selected { uid_validity: 7, uid_next: None, exists: 0, access, seen };
    assert_eq!(inbox, expected);
    for missing in ["UIDVALIDITY", "UIDVALIDITY", "number of messages"] {
        let error = session.select("INBOX").await.unwrap_err();
        assert!(error.to_string().contains(missing), "{error}");
    }
    peer.assert_followed();
}

#[tokio::test]
async fn a_folder_that_does_not_open_leaves_the_session_usable() {
    let (peer, mut session) = session(
        FULL,
        patient(),
        "C: T0004 SELECT *
         S: {tag} NO [NONEXISTENT] no such folder
         C: T0005 SELECT *
         S: {tag} NO [UNAVAILABLE] moving house
         C: T0006 SELECT *
         S: * 0 EXISTS
         S: * OK [UIDVALIDITY 7]
         S: {tag} OK",
    )
    .await;
    let error = session.select("Support").await.unwrap_err();
    assert_eq!(error.class(), Class::Folder);
    assert_eq!(error.to_string(), "cannot open folder \"Support\": [NONEXISTENT] no such folder");
    assert_eq!(session.select("Support").await.unwrap_err().class(), Class::Server);
    session.select("INBOX").await.unwrap();
    peer.assert_followed();
}

#[tokio::test]
async fn std_51_a_list_is_ascending_and_within_its_bounds() {
    let (peer, mut session) = session(
        FULL,
        patient(),
        r#"C: T0004 UID FETCH 5:* (UID RFC822.SIZE INTERNALDATE)
           S: * 9 FETCH (FLAGS (\Seen))
           S: * 3 FETCH (UID 9 RFC822.SIZE 90 INTERNALDATE " 2-Mar-2026 10:00:00 +0100")
           S: * 2 FETCH (INTERNALDATE "02-Mar-2026 09:00:00 +0000" FLAGS (a b) UID 5 RFC822.SIZE 50)
           S: * 1 FETCH (UID 4 RFC822.SIZE 40 INTERNALDATE "02-Mar-2026 09:00:00 +0000")
           S: * 2 EXPUNGE
           S: * 2 FETCH (UID 5 RFC822.SIZE 51 INTERNALDATE "02-Mar-2026 09:00:00 +0000")
           S: * 2 FETCH (UID 0 RFC822.SIZE 50 INTERNALDATE "02-Mar-2026 09:00:00 +0000")
           S: * 2 FETCH (RFC822.SIZE 50 INTERNALDATE "02-Mar-2026 09:00:00 +0000")
           S: * 4 FETCH (UID 7 FLAGS (\Seen) MODSEQ (12))
           S: * 5 FETCH (UID 8 RFC822.SIZE 80)
           S: * 5 FETCH (UID 8 INTERNALDATE "02-Mar-2026 09:00:00 +0000")
           S: {tag} OK done
           C: T0005 UID FETCH 5:8 (UID RFC822.SIZE INTERNALDATE)
           S: * 3 FETCH (UID 9 RFC822.SIZE 90 INTERNALDATE "02-Mar-2026 09:00:00 +0000")
           S: {tag} OK done"#,
    )
    .await;
    let at = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    let listed = |number, size| Listed { uid: uid(number), size, internal_date: at };
    let expected = vec![listed(5, 50), listed(8, 80), listed(9, 90)];
    assert_eq!(session.list(uid(5), None).await.unwrap(), expected);
    assert_eq!(session.list(uid(5), Some(uid(8))).await.unwrap(), vec![]);
    peer.assert_followed();
}

#[tokio::test]
async fn std_52_a_message_is_read_whole_and_not_marked() {
    let (peer, mut session) = session(
        FULL,
        patient(),
        r#"C: T0004 UID FETCH 1:3,9 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[])
           S- * 2 FETCH (UID 2 RFC822.SIZE 4 INTERNALDATE "02-Mar-2026 09:00:00 +0000"
           S- \x20BODY[] {6}\r\n\xff\xfe\0)\r\n)\r\n
           S- * 1 FETCH (BODY[] {3}\r\nabc BODY[] {3}\r\nxyz FLAGS (\x5cSeen) UID 1 RFC822.SIZE 3
           S- \x20INTERNALDATE "02-Mar-2026 09:00:00 +0000")\r\n
           S: * 7 FETCH (FLAGS (\Seen))
           S: * 1 EXPUNGE
           S- * 1 FETCH (UID 1 RFC822.SIZE 3 INTERNALDATE "02-Mar-2026 09:00:00 +0000"
           S- \x20BODY[] {3}\r\nxyz)\r\n
           S- * 8 FETCH (UID 8 RFC822.SIZE 3 INTERNALDATE "02-Mar-2026 09:00:00 +0000"
           S- \x20BODY[] {3}\r\nxyz)\r\n
           S: * 3 FETCH (UID 3 RFC822.SIZE 0 INTERNALDATE "02-Mar-2026 09:00:00 +0000" BODY[] NIL)
           S: {tag} OK done"#,
    )
    .await;
    let fetched = session.fetch(&uids(&[9, 3, 1, 2, 1])).await.unwrap();
    let read: Vec<_> = fetched.iter().map(|one| (one.uid.get(), &one.bytes[..])).collect();
    assert_eq!(read, [(1, &b"abc"[..]), (2, b"\xff\xfe\0)\r\n"), (3, b"")]);
    assert_eq!(session.fetch(&[]).await.unwrap(), vec![]);
    peer.assert_followed();
}

#[tokio::test]
async fn std_52_what_does_not_fit_together_is_left_for_later() {
    let body = "x".repeat(60_000);
    let item = |number: u32| {
        format!(
            "S- * {number} FETCH (UID {number} RFC822.SIZE 60000 INTERNALDATE \
             \"02-Mar-2026 09:00:00 +0000\" BODY[] {{60000}}\\r\\n{body})\\r\\n\n"
        )
    };
    let steps = format!("C: T0004 UID FETCH 1:2 *\n{}{}S: {{tag}} OK", item(1), item(2));
    let (_, mut session) = session(FULL, patient(), &steps).await;
    let fetched = session.fetch(&uids(&[1, 2])).await.unwrap();
    assert_eq!(fetched.iter().map(|one| one.uid.get()).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn std_52_a_part_is_the_one_that_was_asked_for() {
    let wrong = Err("not IMAP: another part of a message than asked for");
    check(r"S- * 1 FETCH (UID 1 BODY[]<100> {3}\r\nabc)\r\n", Ok(Some("abc"))).await;
    check(r#"S: * 1 FETCH (UID 1 BODY[]<100> "a\\\"")"#, Ok(Some("a\\\""))).await;
    check(r#"S: * 1 FETCH (UID 1 BODY[]<100> "")"#, Ok(Some(""))).await;
    check("S: * 1 FETCH (UID 1 BODY[]<100> NIL)", Ok(Some(""))).await;
    check("S: * 1 FETCH (UID 1 BODY[] NIL)", Ok(Some(""))).await;
    check("S: * 1 FETCH (UID 2 BODY[]<100> NIL)", Ok(None)).await;
    check("S: * 1 FETCH (UID 1 FLAGS ())", Ok(None)).await;
    check("", Ok(None)).await;
    check(r"S- * 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n", wrong).await;
    check(r"S- * 1 FETCH (UID 1 BODY[]<0> {3}\r\nabc)\r\n", wrong).await;
    check(r"S- * 1 FETCH (UID 1 BODY[]<100> {5}\r\nabcde)\r\n", wrong).await;

    async fn check(answer: &str, expected: Result<Option<&str>, &str>) {
        let steps = format!(
            "C: T0004 UID FETCH 1 (UID BODY.PEEK[]<100.4>)
             {answer}
             S: T0004 OK"
        );
        let (peer, mut session) = session(FULL, patient(), &steps).await;
        let part = session.fetch_part(uid(1), 100, 4).await;
        let part = part.map_err(|error| error.to_string());
        let expected = expected.map(|part| part.map(|part| part.as_bytes().to_vec()));
        assert_eq!(part, expected.map_err(str::to_owned), "{answer}");
        peer.assert_followed();
    }
}

#[tokio::test]
async fn many_messages_are_marked_in_one_command() {
    let (peer, mut session) = session(
        FULL,
        patient(),
        r"C: T0004 UID STORE 1:3,7 +FLAGS.SILENT (\Seen)
          S: * 1 FETCH (FLAGS (\Seen))
          S: {tag} OK done
          C: T0005 UID STORE 1 *
          S: {tag} NO read only",
    )
    .await;
    session.mark_seen(&uids(&[7, 3, 2, 1, 2])).await.unwrap();
    session.mark_seen(&[]).await.unwrap();
    let error = session.mark_seen(&uids(&[1])).await.unwrap_err();
    assert_eq!(error.to_string(), "UID STORE refused: read only");
    assert_eq!(error.class(), Class::Refused);
    peer.assert_followed();
}

#[tokio::test]
async fn std_54_messages_are_moved_and_the_folder_made() {
    let (peer, mut session) = session(
        FULL,
        patient(),
        r#"C: T0004 UID MOVE 1:2 "Done"
           S: {tag} NO [TRYCREATE] no such folder
           C: T0005 CREATE "Done"
           S: {tag} OK
           C: T0006 UID MOVE 1:2 "Done"
           S: * OK [COPYUID 7 1:2 11:12]
           S: * 1 EXPUNGE
           S: * 1 EXPUNGE
           S: {tag} OK
           C: T0007 UID MOVE 3 "Done"
           S: {tag} NO [TRYCREATE] no such folder
           C: T0008 CREATE "Done"
           S: {tag} NO [ALREADYEXISTS] it is there
           C: T0009 UID MOVE 3 "Done"
           S: {tag} NO [TRYCREATE] no such folder"#,
    )
    .await;
    session.move_to(&uids(&[2, 1]), "Done").await.unwrap();
    let error = session.move_to(&uids(&[3]), "Done").await.unwrap_err();
    assert_eq!(error.to_string(), "UID MOVE refused: no such folder");
    assert_eq!(error.class(), Class::Refused);
    peer.assert_followed();
}

#[tokio::test]
async fn std_54_without_move_only_what_was_copied_is_expunged() {
    let (peer, mut session) = session(
        "IMAP4rev1 UIDPLUS",
        patient(),
        r#"C: T0004 UID COPY 1:5 "Done"
           S: {tag} OK [COPYUID 7 1:2,5 11:13] copied
           C: T0005 UID STORE 1:2,5 +FLAGS.SILENT (\Deleted)
           S: {tag} OK
           C: T0006 UID EXPUNGE 1:2,5
           S: * 1 EXPUNGE
           S: {tag} OK
           C: T0007 UID COPY 9 "Done"
           S: {tag} OK nothing
           C: T0008 UID FETCH 9 (UID)
           S: {tag} OK
           C: T0009 UID COPY 9 "Done"
           S: {tag} OK copied
           C: T0010 UID FETCH 9 (UID)
           S: * 1 FETCH (UID 9)
           S: {tag} OK"#,
    )
    .await;
    session.move_to(&uids(&[1, 2, 3, 4, 5]), "Done").await.unwrap();
    session.move_to(&uids(&[9]), "Done").await.unwrap();
    let error = session.move_to(&uids(&[9]), "Done").await.unwrap_err();
    assert_eq!(error.to_string(), "the server does not offer COPYUID");
    peer.assert_followed();
}

#[tokio::test]
async fn std_54_without_move_and_uidplus_nothing_is_moved() {
    let (peer, mut session) = session("IMAP4rev1", patient(), "S! hang").await;
    let error = session.move_to(&uids(&[1]), "Done").await.unwrap_err();
    assert!(matches!(error, ImapError::Unsupported { .. }));
    assert_eq!(error.class(), Class::Refused);
    assert_eq!(peer.heard.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn std_53_idle_ends_with_done_and_the_session_goes_on() {
    check("S: + idling\nS: * OK Still here\nS: * 4 EXISTS", IdleEnd::Changed).await;
    check("S: * 4 EXISTS\nS: +", IdleEnd::Changed).await;
    check("S: +", IdleEnd::Woken).await;
    check("S: + idling\nS: * 1 EXPUNGE\nS: * 2 FETCH (FLAGS (a))", IdleEnd::Woken).await;

    async fn check(answers: &str, expected: IdleEnd) {
        let steps = format!(
            "C: T0004 IDLE
             {answers}
             C: DONE
             S: T0004 OK
             C: T0005 UID STORE *
             S: {{tag}} OK"
        );
        let (peer, mut session) = session(FULL, patient(), &steps).await;
        let end = match expected {
            IdleEnd::Changed => session.idle(LONG, pending()).await,
            IdleEnd::Woken => session.idle(LONG, ready(())).await,
            IdleEnd::TimeUp => unreachable!(),
        };
        assert_eq!(end.unwrap(), expected, "{answers}");
        session.mark_seen(&uids(&[1])).await.unwrap();
        peer.assert_followed();
    }
}

#[tokio::test]
async fn std_53_idle_ends_when_its_time_is_up_or_mail_comes_at_the_last_moment() {
    let time = Duration::from_millis(1);
    let (peer, mut session) = session(
        FULL,
        patient(),
        "C: T0004 IDLE
         S: +
         C: DONE
         S: T0004 OK
         C: T0005 IDLE
         S: +
         C: DONE
         S: * 5 EXISTS
         S: T0005 OK
         C: T0006 IDLE
         S: +
         C: DONE
         S: T0006 OK",
    )
    .await;
    assert_eq!(session.idle(time, pending()).await.unwrap(), IdleEnd::TimeUp);
    assert_eq!(session.idle(time, pending()).await.unwrap(), IdleEnd::Changed);
    // It was told once; nothing came since.
    assert_eq!(session.idle(time, pending()).await.unwrap(), IdleEnd::TimeUp);
    peer.assert_followed();
}

#[tokio::test]
async fn std_53_mail_that_came_during_another_command_ends_idle_at_once() {
    let (peer, mut session) = session(
        FULL,
        patient(),
        "C: T0004 SELECT *
         S: * 3 EXISTS
         S: * OK [UIDVALIDITY 7]
         S: {tag} OK
         C: T0005 IDLE
         S: +
         C: DONE
         S: T0005 OK
         C: T0006 UID STORE *
         S: * 2 EXPUNGE
         S: * 3 EXISTS
         S: {tag} OK
         C: T0007 UID STORE *
         S: * 3 EXISTS
         S: {tag} OK
         C: T0008 IDLE
         S: +
         C: DONE
         S: T0008 OK",
    )
    .await;
    session.select("INBOX").await.unwrap();
    assert_eq!(session.idle(LONG, ready(())).await.unwrap(), IdleEnd::Woken);
    session.mark_seen(&uids(&[1])).await.unwrap();
    assert_eq!(session.idle(LONG, ready(())).await.unwrap(), IdleEnd::Changed);
    session.mark_seen(&uids(&[1])).await.unwrap();
    assert_eq!(session.idle(LONG, ready(())).await.unwrap(), IdleEnd::Woken);
    peer.assert_followed();
}

#[tokio::test]
async fn idle_is_not_asked_of_a_server_without_it() {
    let (_, mut session) = session("IMAP4rev1", patient(), "S! hang").await;
    assert!(!session.can_idle());
    let error = session.idle(LONG, pending()).await.unwrap_err();
    assert!(matches!(error, ImapError::Unsupported { what: "IDLE" }));
}
