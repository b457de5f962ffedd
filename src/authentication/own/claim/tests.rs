//! What signatures and seals say, and what is refused.

use super::*;

const GOOD: &str = "v=1; a=rsa-sha256; d=Example.com; s=s1; h=from:to; bh=YQ==; b=Yg==";

/// What becomes of it.
fn refused(list: &str) -> Option<Outcome> {
    read(list).err().map(|refused| refused.outcome)
}

fn read(list: &str) -> Result<Claim<'_>, Refusal> {
    let tags = Tags::parse(list.as_bytes()).unwrap();
    dkim(&tags, Timestamp::from_seconds(1000))
}

#[test]
fn std_74_a_signature_is_judged_as_of_its_receipt() {
    check(None, None, true);
    check(Some(1000), None, true);
    check(Some(9000), None, true);
    check(Some(9000), Some(9001), true);
    check(None, Some(1001), true);
    check(None, Some(1000), false);
    check(None, Some(0), false);
    check(Some(500), Some(1001), true);
    check(Some(1100), Some(1100), false);

    #[track_caller]
    fn check(made: Option<u64>, until: Option<u64>, expected: bool) {
        let received = Timestamp::from_seconds(1000);
        assert_eq!(holds(made, until, received), expected, "t={made:?} x={until:?}");
    }
}

#[test]
fn std_74_what_a_signature_must_say_it_says() {
    let claim = read(GOOD).unwrap();
    assert_eq!((&*claim.stamp.domain, &*claim.stamp.selector), ("example.com", "s1"));
    assert_eq!(claim.forms, (Form::Simple, Form::Simple));
    assert_eq!(claim.names, ["from", "to"]);
    for tag in [
        "v=1; ",
        "a=rsa-sha256; ",
        "d=Example.com; ",
        "s=s1; ",
        "h=from:to; ",
        "bh=YQ==; ",
        "; b=Yg==",
    ] {
        let refused = refused(&GOOD.replace(tag, ""));
        assert_eq!(refused, Some(Outcome::PermError), "without {tag}");
    }
    for (tag, instead) in [
        ("v=1", "v=2"),
        ("a=rsa-sha256", "a=rsa-poptart"),
        ("a=rsa-sha256", "a="),
        ("a=rsa-sha256", "a=RSA-SHA256"),
        ("d=Example.com", "d="),
        ("d=Example.com", "d=example..."),
        ("d=Example.com", "d=***"),
        ("d=Example.com", "d=legitimate.com(.attacker.com"),
        ("s=s1", "s="),
        ("s=s1", "s=a..b"),
        ("s=s1", "s=a b"),
        ("h=from:to", "h="),
        ("h=from:to", "h=to:subject"),
        ("bh=YQ==", "bh="),
        ("bh=YQ==", "bh=not_base_64"),
        ("b=Yg==", "b="),
        ("b=Yg==", "b=*"),
        ("v=1", "v=1; c=pancake/waffle"),
        ("v=1", "v=1; c="),
        ("v=1", "v=1; l=-1"),
        ("v=1", "v=1; t=icecream"),
        ("v=1", "v=1; t=1 2345"),
        ("v=1", "v=1; x="),
        ("v=1", "v=1; q=http"),
        ("v=1", "v=1; i=example.com"),
        ("v=1", "v=1; i=@example.net"),
        ("v=1", "v=1; i=@notexample.com"),
        ("v=1", "v=1; i=@com"),
    ] {
        let refused = refused(&GOOD.replace(tag, instead));
        assert_eq!(refused, Some(Outcome::PermError), "{instead}");
    }
    assert_eq!(refused(&GOOD.replace("sha256", "sha1")), Some(Outcome::Policy));
}

#[test]
fn what_a_signature_may_say() {
    use Form::{Relaxed, Simple};
    for (tags, forms) in [
        ("c=relaxed", (Relaxed, Simple)),
        ("c=relaxed/relaxed", (Relaxed, Relaxed)),
        ("c=simple/relaxed", (Simple, Relaxed)),
        ("q=dns/txt; c=simple", (Simple, Simple)),
        ("q=http:dns/txt; i=@mail.example.com", (Simple, Simple)),
        ("i=ada@EXAMPLE.com; w=unknown", (Simple, Simple)),
    ] {
        let list = format!("{GOOD}; {tags}");
        assert_eq!(read(&list).map(|claim| claim.forms), Ok(forms), "{tags}");
    }
    let list = format!("{GOOD}; l=5; i=@mail.example.com");
    let claim = read(&list).unwrap();
    assert_eq!((claim.length, claim.identity.as_deref()), (Some(5), Some("mail.example.com")));
    let many = GOOD.replace("h=from", &format!("h=from{}", ":a".repeat(SIGNED_NAMES_MAX)));
    assert_eq!(refused(&many), Some(Outcome::Policy));
}

#[test]
fn std_75_a_seal_names_no_fields() {
    check("a=rsa-sha256; d=example.com; s=s1; t=1; b=Yg==", true);
    check("a=rsa-sha256; d=example.com; s=s1; t=1; b=Yg==; h=from", false);
    check("a=rsa-sha256; d=example.com; s=s1; i=1; b=Yg==", false);
    check("i=1; a=rsa-sha256; d=example.com; s=s1; b=Yg==", true);
    check("i=1; a=rsa-sha256; d=example.com; s=s1; t=; b=Yg==", false);
    check("a=rsa-sha256; d=example.com; s=s1; t=-123.4; b=Yg==", false);
    check("a=rsa-sha1; d=example.com; s=s1; t=1; b=Yg==", false);
    check("a=rsa-sha256; d=example.com; s=s1; t=1; b=", false);

    #[track_caller]
    fn check(list: &str, expected: bool) {
        assert_eq!(seal(&Tags::parse(list.as_bytes()).unwrap()).is_ok(), expected, "{list}");
    }
}
