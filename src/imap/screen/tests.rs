//! The promise of the screen: whatever a server sends, what is left of it is parsed to its end.

use imap_proto::Response;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Refusal, Screen, TEXT_MAX, Within};

const LITERAL_MAX: u64 = 1000;

/// Responses, and pieces that break a parser.
const PIECES: [&[u8]; 51] = [
    b"* ",
    b"* OK ",
    b"* BYE ",
    b"T0001 OK ",
    b"+ ",
    b"* CAPABILITY IMAP4rev1  IDLE",
    b"* 1 EXISTS",
    b"* 2 EXPUNGE",
    b"* 3 FETCH (",
    b"UID 7",
    b"RFC822.SIZE 9",
    b"INTERNALDATE \"02-Mar-2026 09:00:00 +0000\"",
    b"INTERNALDATE NIL",
    b"BODY[] {3}\r\nabc",
    b"BODY[]<5> {3}\r\n)((",
    b"BODY[] NIL",
    b"BODY[HEADER]<0> {3}\r\nA:\n",
    b"BODY[HEADER] NIL",
    b"BODY[] \"a\\\"b\"",
    b"BODY[HEADER.FIELDS (A B)] {2}\r\n\r\n",
    b"* SEARCH 4294967295 7",
    b"* ESEARCH (TAG \"T0001\") UID ALL 3:5,9",
    b"BODYSTRUCTURE ",
    b"ENVELOPE ",
    b"FLAGS (\\Seen a]b)",
    b"X (",
    b"X a{30}\r\n BODYSTRUCTURE ((((((((((((((",
    b"X (a {24}\r\n) BODYSTRUCTURE ((((((((",
    b"X \")\" Y (BODY[] {20}\r\n INTERNALDATE NIL)\r\n",
    b"[ALERT]",
    b"[ALERT]\xfcx",
    b"[COPYUID 7 1:2,5 11:13]",
    b"[UIDVALIDITY 99999999999]",
    b"[CAPABILITY IMAP4rev1 X]",
    b"[BADCHARSET (\xff {3}\r\n",
    b"METADATA \"\" (/x \"\xff\")",
    b"LIST () NIL {4}\r\n",
    b"ID (\"a\" NIL)",
    b"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
    b"))))",
    b"\"",
    b"\\",
    b"{5}",
    b"{5+}\r\n",
    b"{",
    b"[",
    b"]",
    b" ",
    b"\n",
    b"\r\n",
    b"\xff\0",
];

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = (0..PIECES.len()).prop_map(|n| PIECES[n].to_vec());
    let line_end = Just(b")\r\n".to_vec());
    let noise = vec(any::<u8>(), 0..4);
    vec(prop_oneof![8 => piece, 2 => line_end, 1 => noise], 0..24)
        .prop_map(|pieces| pieces.concat())
}

/// How the screen stands after a stream.
#[derive(Debug, PartialEq)]
enum Stand {
    BetweenResponses,
    WithinOne,
    Refused(Refusal),
}

/// All that the screen lets through, with `step` bytes at a time, up to a refusal.
fn screened(input: &[u8], step: usize) -> (Vec<u8>, Stand) {
    let (mut screen, mut out) = (Screen::new(LITERAL_MAX), Vec::new());
    for mut piece in input.chunks(step) {
        while !piece.is_empty() {
            match screen.take(piece, &mut out) {
                Ok(taken) => piece = &piece[taken..],
                Err(refusal) => return (out, Stand::Refused(refusal)),
            }
        }
    }
    let is_between = screen.line.is_empty()
        && screen.literal.is_none()
        && matches!(screen.within, Within::Nothing);
    (out, if is_between { Stand::BetweenResponses } else { Stand::WithinOne })
}

/// Reads responses as async-imap does, and gives what is left at the end.
#[track_caller]
fn parse(mut bytes: &[u8]) -> &[u8] {
    loop {
        match Response::parse(bytes) {
            Ok((rest, _)) => bytes = rest,
            Err(error) if error.is_incomplete() => return bytes,
            Err(error) => panic!("{error:?} in {:?}", String::from_utf8_lossy(bytes)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn thr_39_what_is_left_never_harms_the_parser(input in stream(), step in 1_usize..200) {
        let (out, stand) = screened(&input, step);
        let rest = parse(&out);
        // A response that has begun ends, unless the server broke it off.
        if stand == Stand::BetweenResponses {
            prop_assert_eq!(rest, b"");
        }
    }

    #[test]
    fn thr_39_bytes_mean_the_same_however_they_come(input in stream(), step in 1_usize..50) {
        prop_assert_eq!(screened(&input, step), screened(&input, input.len().max(1)));
    }
}

#[test]
fn thr_39_a_status_line_announces_no_literal() {
    let input = b"* OK [BADCHARSET (? {3}\r\n* 1 EXISTS\r\n";
    let (out, stand) = screened(input, input.len());
    assert_eq!(stand, Stand::BetweenResponses);
    assert_eq!(parse(&out), b"");
    assert_eq!(out, b"* OK [BADCHARSET (? ?3}\r\n* 1 EXISTS\r\n");
}

#[test]
fn thr_39_a_flood_takes_linear_time() {
    let line: &[u8] = b"* 1 FETCH (X (((\"a\"))) FLAGS (a b c) Y \"zzzz\" UID 5)\r\n";
    let input = line.repeat(100_000);
    let (out, stand) = screened(&input, 100);
    assert_eq!(stand, Stand::BetweenResponses);
    assert_eq!(out, b"* 1 FETCH (UID 5)\r\n".repeat(100_000));
}

#[test]
fn thr_39_a_long_text_is_cut() {
    check("* OK ", "x");
    check("* CAPABILITY ", " IDLE");

    #[track_caller]
    fn check(start: &str, repeated: &str) {
        let input = format!("{start}{}\r\n", repeated.repeat(500_000 / repeated.len()));
        let (out, stand) = screened(input.as_bytes(), 1000);
        assert_eq!(stand, Stand::BetweenResponses);
        assert!(out.starts_with(start.as_bytes()));
        assert!(out.len() < TEXT_MAX + 100, "{}", out.len());
    }
}
