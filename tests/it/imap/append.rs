//! Laying a message into a folder, and finding it again.

use tidings::imap::{Class, Session};
use tidings::time::Timestamp;

use super::{FULL, patient, session};

const MESSAGE: &[u8] = b"A: b\r\n\r\n\xc3\xa4.\r\n";

fn at() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00Z").unwrap()
}

async fn append(session: &mut Session) -> Result<(), (Class, String)> {
    let done = session.append("Entwürfe", at(), MESSAGE).await;
    done.map_err(|error| (error.class(), error.to_string()))
}

#[tokio::test]
async fn a_message_is_sent_when_the_server_waits_for_it() {
    let (peer, mut session) = session(
        FULL,
        patient(),
        "C: T0004 APPEND \"Entw&APw-rfe\" (\\Seen) \"02-Mar-2026 09:00:00 +0000\" {13}
         S: * OK wait
         S: + go on
         C: A: b
         C:
         C: ä.
         C:
         S: * 4 EXISTS
         S: T0004 OK [APPENDUID 38505 3955] done
         C: T0005 SELECT *
         S: * 4 EXISTS
         S: * OK [UIDVALIDITY 7]
         S: {tag} OK",
    )
    .await;
    append(&mut session).await.unwrap();
    session.select("INBOX").await.unwrap();
    peer.assert_followed();
}

#[tokio::test]
async fn the_folder_is_made_where_the_server_asks_for_that() {
    let (peer, mut session) = session(
        FULL,
        patient(),
        "C: T0004 APPEND *
         S: {tag} NO [TRYCREATE] no such folder
         C: T0005 CREATE \"Entw&APw-rfe\"
         S: {tag} OK
         C: T0006 APPEND *
         S: +
         C: A: b
         C:
         C: ä.
         C:
         S: T0006 OK done
         C: T0007 APPEND *
         S: {tag} NO [TRYCREATE] no such folder
         C: T0008 CREATE *
         S: {tag} NO [ALREADYEXISTS] it is there
         C: T0009 APPEND *
         S: {tag} NO [TRYCREATE] no such folder",
    )
    .await;
    append(&mut session).await.unwrap();
    let refused = (Class::Refused, "APPEND refused: no such folder".to_owned());
    assert_eq!(append(&mut session).await, Err(refused));
    peer.assert_followed();
}

#[tokio::test]
async fn std_58_a_message_that_was_not_taken_is_no_success() {
    let refused = |text: &str| (Class::Refused, format!("APPEND refused: {text}"));
    let server = |text: &str| (Class::Server, text.to_owned());
    let sent = "S: +\nC: A: b\nC:\nC: ä.\nC:\n";
    check("S: T0004 NO [OVERQUOTA] full", refused("[OVERQUOTA] full")).await;
    check("S: T0004 OK done", server("not IMAP: an APPEND that ended before its message")).await;
    check(&format!("{sent}S: T0004 NO [TOOBIG] large"), refused("[TOOBIG] large")).await;
    let busy = server("APPEND not possible now: [INUSE] wait");
    check(&format!("{sent}S: T0004 NO [INUSE] wait"), busy).await;
    let lost = server("connection closed: by the server");
    check(&format!("{sent}S! drop"), lost).await;

    async fn check(steps: &str, expected: (Class, String)) {
        let (_, mut session) =
            session(FULL, patient(), &format!("C: T0004 APPEND *\n{steps}")).await;
        assert_eq!(append(&mut session).await, Err(expected), "{steps}");
    }
}

#[tokio::test]
async fn a_limit_of_the_server_is_known() {
    for (more, expected) in
        [("APPENDLIMIT=35651584", Some(35_651_584)), ("APPENDLIMIT", None), ("", None)]
    {
        let (_, session) = session(&format!("{FULL} {more}"), patient(), "S! hang").await;
        assert_eq!(session.append_limit(), expected, "{more:?}");
    }
}

#[tokio::test]
async fn a_message_is_found_by_its_message_id() {
    let one = |id: &str| {
        format!(
            "S- * 1 FETCH (UID 12 BODY[]<0> {{{}}}\\r\\nMessage-ID: <{id}>\\r\\n)\\r\\n\n",
            id.len() + 16
        )
    };
    let ours = one("n1@desk.example");
    check("S: * SEARCH\n", "", false).await;
    check("", "", false).await;
    check("S: * ESEARCH (TAG \"T0004\") UID\n", "", false).await;
    check("S: * SEARCH 12\n", &ours, true).await;
    check(&format!("S: * SEARCH 12{}\n", " 13".repeat(100_000)), &ours, true).await;
    check("S: * ESEARCH (TAG \"T0004\") UID ALL 12:14,99\n", &ours, true).await;
    // It found what nobody asked for, or what is gone by now.
    check("S: * SEARCH 12\n", &one("n2@desk.example"), false).await;
    check("S: * SEARCH 12\n", "S: * 1 EXPUNGE\n", false).await;

    async fn check(found: &str, fetched: &str, expected: bool) {
        let asked = if fetched.is_empty() {
            String::new()
        } else {
            format!("C: T0005 UID FETCH 12 (UID BODY.PEEK[]<0.65536>)\n{fetched}S: T0005 OK\n")
        };
        let steps = format!(
            "C: T0004 UID SEARCH SINCE 2-Mar-2026 HEADER Message-ID \"n1@desk.example\"
             {found}S: T0004 OK
             {asked}"
        );
        let (peer, mut session) = session(FULL, patient(), &steps).await;
        assert_eq!(session.holds("n1@desk.example", at()).await.unwrap(), expected, "{found}");
        peer.assert_followed();
    }
}
