//! Reading headers alone.

use tidings::imap::Header;
use tidings::time::Timestamp;

use super::{FULL, patient, session, uid};

#[tokio::test]
async fn std_52_headers_are_read_by_number_and_not_marked() {
    let (peer, mut session) = session(
        FULL,
        patient(),
        r#"C: T0004 FETCH 7:9 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER]<0.100>)
           S- * 8 FETCH (UID 80 RFC822.SIZE 9000 INTERNALDATE "02-Mar-2026 09:00:00 +0000"
           S- \x20BODY[HEADER]<0> {6}\r\nA: b\r\n)\r\n
           S- * 7 FETCH (UID 70 RFC822.SIZE 5 INTERNALDATE "02-Mar-2026 09:00:00 +0000"
           S- \x20BODY[HEADER] "X: \xff")\r\n
           S: * 7 FETCH (FLAGS (\Seen) UID 70)
           S: * 9 FETCH (UID 90 FLAGS (\Seen))
           S: {tag} OK done"#,
    )
    .await;
    let internal_date = Timestamp::parse("2026-03-02T09:00:00Z").unwrap();
    let header = |number, size, bytes: &[u8]| {
        let bytes = bytes.to_vec();
        Header { uid: uid(number), size, internal_date, bytes }
    };
    let expected = vec![header(70, 5, b"X: \xff"), header(80, 9000, b"A: b\r\n")];
    assert_eq!(session.fetch_headers(7..=9, 100).await.unwrap(), expected);
    peer.assert_followed();
}

#[tokio::test]
async fn thr_39_a_server_that_sends_other_than_was_asked_for_is_refused() {
    let date = "INTERNALDATE \"02-Mar-2026 09:00:00 +0000\"";
    let item =
        |uid: u32| format!("S: * 1 FETCH (UID {uid} RFC822.SIZE 1 {date} BODY[HEADER] NIL)\n");
    check(&[item(1), item(2), item(3)].concat(), "list of headers larger than 2").await;
    let part =
        format!("S- * 1 FETCH (UID 1 RFC822.SIZE 1 {date} BODY[HEADER]<5> {{1}}\\r\\na)\\r\\n\n");
    check(&part, "not IMAP: another part of a header than asked for").await;
    check("S- * 1 FETCH (BODY[HEADER] {70000}\\r\\n\n", "literal larger than 65536").await;
    check("S: * 1 FETCH (UID 1 BODY[HEADER] NIL)\n", "not IMAP: a message without RFC822.SIZE")
        .await;

    async fn check(answers: &str, expected: &str) {
        let steps = format!("C: T0004 FETCH 1:2 *\n{answers}S: T0004 OK");
        let (_, mut session) = session(FULL, patient(), &steps).await;
        let error = session.fetch_headers(1..=2, 100).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}
