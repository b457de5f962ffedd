//! A message taken apart, and what its signatures sign.

use super::*;

#[test]
fn thr_20_a_reader_that_sees_another_author_is_not_believed() {
    check("From: ada@example.com\r\n\r\n", Some("ada@example.com"), true);
    check("From: <Ada@Example.com>\r\n\r\n", Some("ada@example.com"), true);
    check("From: ada@example.com\r\n\r\n", Some("bob@example.com"), false);
    check("From: ada@example.com\r\nFrom: b@c.d\r\n\r\n", Some("ada@example.com"), false);
    check("From: ada@example.com\r\nFrom : b@c.d\r\n\r\n", Some("ada@example.com"), false);
    check("From: ada@example.com, b@c.d\r\n\r\n", Some("ada@example.com"), false);
    check("To: ada@example.com\r\n\r\n", Some("ada@example.com"), false);
    check("From: a@b.c\r\nFrom: b@c.d\r\n\r\n", None, true);

    #[track_caller]
    fn check(raw: &str, author: Option<&str>, expected: bool) {
        let author = author.map(|author| Address::parse(author).unwrap());
        let read = Letter::read(raw.as_bytes(), author.as_ref());
        assert_eq!(read.is_ok(), expected, "{raw}");
    }
}

#[test]
fn signers_are_ordered_by_what_they_are_to_the_author() {
    check("example.com", Kin::Author);
    check("EXAMPLE.com", Kin::Author);
    check("mail.example.com", Kin::Relative);
    check("com", Kin::Stranger);
    check("example.net", Kin::Stranger);
    check("notexample.com", Kin::Stranger);
    check("", Kin::Stranger);

    #[track_caller]
    fn check(signer: &str, expected: Kin) {
        assert_eq!(kin(signer, Some("example.com")), expected, "{signer}");
    }
}

#[test]
fn a_header_ends_at_the_empty_line() {
    check("A: 1\r\nB :2\r\n\t3\r\n\r\nbody\r\n", &["A= 1", "B =2\r\n\t3"], "body\r\n");
    check("A: 1\nB: 2\n\nbody", &["A= 1", "B= 2"], "body");
    check("From ada Mon Jan 1\nA: 1\n\nbody", &["From ada Mon Jan 1=", "A= 1"], "body");
    check("A: 1", &["A= 1"], "");
    check("\r\nA: 1\r\n\r\n", &[], "A: 1\r\n\r\n");
    check("", &[], "");

    #[track_caller]
    fn check(raw: &str, fields: &[&str], body: &str) {
        let letter = Letter::read(raw.as_bytes(), None).map_err(str::to_owned).ok().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let found: Vec<_> = letter
            .fields
            .iter()
            .map(|field| format!("{}={}", text(field.name), text(field.value)))
            .collect();
        let fields: Vec<_> = fields.iter().filter(|field| !field.starts_with("From ")).collect();
        assert_eq!(
            found.iter().map(String::as_str).collect::<Vec<_>>(),
            fields.into_iter().copied().collect::<Vec<_>>()
        );
        assert_eq!(text(letter.body), body);
    }
}

#[test]
fn std_74_the_signature_itself_is_not_signed() {
    check(" v=1; b=abc; d=x", " v=1; b=; d=x");
    check(" v=1; bh=a=; b = ab\r\n\tc= ", " v=1; bh=a=; b =");
    check(" b=a; bb=b; c=b=c", " b=; bb=b; c=b=c");
    check(" B=a", " B=a");

    #[track_caller]
    fn check(value: &str, expected: &str) {
        let field = Field { at: 0, name: b"A", value: value.as_bytes() };
        assert_eq!(String::from_utf8(field.unsigned()).unwrap(), expected);
    }
}

#[test]
fn std_74_fields_are_signed_from_the_bottom_up() {
    let raw = "S: v\r\nTo: a\r\nTo: b\r\nS: w\r\nX: c\r\n\r\n";
    check(raw, &["to", "x"], "to:b\r\nx:c\r\ns:v");
    check(raw, &["To", "to", "TO"], "to:b\r\nto:a\r\ns:v");
    check(raw, &["s", "s"], "s:w\r\ns:v");
    check(raw, &["none"], "s:v");

    #[track_caller]
    fn check(raw: &str, names: &[&'static str], expected: &str) {
        let letter = Letter::read(raw.as_bytes(), None).ok().unwrap();
        let tags =
            Tags::parse(b"v=1; a=rsa-sha256; c=relaxed; d=x.y; s=s; h=from; bh=YQ==; b=Yg==");
        let mut claim = claim::dkim(&tags.unwrap(), Timestamp::from_seconds(0)).unwrap();
        claim.names = names.to_vec();
        let data = letter.signed_header(&claim, letter.fields[0]);
        assert_eq!(String::from_utf8(data).unwrap(), expected);
    }
}
