//! DKIM signatures, whole, and broken in every way that a rule knows: the word for each.

use data_encoding::BASE64;
use tidings::authentication::own::{Findings, Says};
use tidings::mail::proof::Outcome;

use super::own::ask;
use super::sealer::{relaxed, signed_fields, unsigned};
use super::signer::{Key, RECEIVED, mail};
use super::zone::{Has, Zone};

use Outcome::{Fail, Pass, PermError, Policy, TempError};

/// What a good signer says; `{h}` is the digest of the body, `{b}` the signature.
const GOOD: &str = "v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.com; s=s; t=1600000000; \
                    h=from:to:subject:date; bh={h}; b={b}";

fn hash(body: &str) -> String {
    BASE64.encode(ring::digest::digest(&ring::digest::SHA256, body.as_bytes()).as_ref())
}

/// The mail, signed in the relaxed form; its body is in the form already.
fn signed(mail: &str, tags: &str) -> String {
    let (header, body) = mail.split_once("\r\n\r\n").unwrap();
    let tags = tags.replace("{h}", &hash(body));
    let (_, names) = tags.split_once("h=").unwrap_or_default();
    let (names, _) = names.split_once(';').unwrap_or_default();
    let data =
        format!("{}dkim-signature:{}", signed_fields(header, names), relaxed(&unsigned(&tags)));
    let signature = BASE64.encode(&Key::ed25519().sign(data.as_bytes()));
    format!("DKIM-Signature: {}\r\n{mail}", tags.replace("{b}", &signature))
}

fn text(text: &str) -> Has {
    Has::Text(text.to_owned())
}

fn zone(record: &str) -> Zone {
    Zone::of(&[
        ("s._domainkey.example.com", text(record)),
        ("trouble._domainkey.example.com", Has::Trouble),
        ("_dmarc.example.com", text("v=DMARC1; p=reject")),
    ])
}

fn found(zone: &Zone, raw: &str) -> Findings {
    ask(zone, raw, RECEIVED, None)
}

#[track_caller]
fn check(zone: &Zone, name: &str, raw: &str, expected: Outcome) {
    let found = found(zone, raw);
    let outcomes: Vec<_> = found.signatures.iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [expected], "{name}: {found:?}\n{raw}");
    let says = if expected == Pass {
        Says::Signed
    } else if expected == TempError {
        Says::Later
    } else {
        Says::Silent
    };
    assert_eq!(found.says, says, "{name}: {found:?}\n{raw}");
}

#[test]
fn std_74_what_a_signature_may_say() {
    let zone = zone(&Key::ed25519().record());
    let letter = mail("ada@example.com");
    for (from, to) in [
        ("v=1", "v=1"),
        ("c=relaxed/relaxed", "c=relaxed/simple"),
        ("c=relaxed/relaxed", "c=relaxed"),
        ("d=example.com", "d=Example.COM"),
        ("s=s", "s=S"),
        ("t=1600000000; ", ""),
        ("t=1600000000", "q=dns/txt; w=unknown; z=From:x|To:y"),
        ("t=1600000000", "x=1800000000"),
        ("t=1600000000", "i=@example.com"),
        ("t=1600000000", "i=joe=3Bx@mail.example.com"),
        ("t=1600000000", "l=24"),
        ("from:to", "from : TO :\r\n\tx-none"),
        ("from:to", "from:to:from:to"),
        ("from:to", "from::to"),
        ("b={b}", "b=\r\n\t {b} ;"),
        ("bh={h}", "bh= {h}"),
        ("v=1; ", ""),
    ] {
        let tags = GOOD.replace(from, to);
        let tags = if from == "v=1; " { format!("{tags}; v=1") } else { tags };
        check(&zone, to, &signed(&letter, &tags), Pass);
    }
    let raw = signed(&letter, GOOD);
    for (from, to) in [
        ("\r\n", "\n"),
        ("From: ada", "from:\tada"),
        ("Subject: help", "Subject : help \r\n\t"),
        ("fire.\r\n", "fire.\r\n\r\n \r\n"),
        ("on fire", "on \t fire"),
        ("DKIM-Signature: v=1; ", "dkim-signature:\r\n v=1;\r\n\t"),
        ("Message-ID", "X-Message-ID"),
    ] {
        check(&zone, to, &raw.replace(from, to), Pass);
    }
}

#[test]
fn std_74_what_breaks_a_rule_is_not_verified() {
    let zone = zone(&Key::ed25519().record());
    let letter = mail("ada@example.com");
    for (from, to, expected) in [
        ("v=1; ", "", PermError),
        ("v=1", "v=2", PermError),
        ("v=1", "v=", PermError),
        ("a=ed25519-sha256; ", "", PermError),
        ("a=ed25519-sha256", "a=rsa-sha1", Policy),
        ("a=ed25519-sha256", "a=rsa-sha256", PermError),
        ("a=ed25519-sha256", "a=rsa-md5", PermError),
        ("c=relaxed/relaxed", "c=relaxed/", PermError),
        ("c=relaxed/relaxed", "c=none", PermError),
        ("d=example.com; ", "", PermError),
        ("d=example.com", "d=", PermError),
        ("d=example.com", "d=example..com", PermError),
        ("d=example.com", "d=example.com(.evil.example", PermError),
        ("s=s; ", "", PermError),
        ("s=s", "s=none", PermError),
        ("s=s", "s=trouble", TempError),
        ("s=s", "s=s; s=s", PermError),
        ("h=from:to:subject:date; ", "", PermError),
        ("h=from:to:subject:date", "h=to:subject:date", PermError),
        ("bh={h}; ", "", PermError),
        ("bh={h}", "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Fail),
        ("; b={b}", "", PermError),
        ("b={b}", "b=", PermError),
        ("b={b}", "b=AAAA", Fail),
        ("t=1600000000", "t=x", PermError),
        ("t=1600000000", "x=", PermError),
        ("t=1600000000", "x=1600000000", Fail),
        ("t=1600000000", "t=1800000000; x=1790000000", Fail),
        ("t=1600000000", "i=@example.net", PermError),
        ("t=1600000000", "i=@com", PermError),
        ("t=1600000000", "i=ada", PermError),
        ("t=1600000000", "q=dns/soa", PermError),
        ("t=1600000000", "l=x", PermError),
        ("t=1600000000", "l=0", Policy),
        ("t=1600000000", "l=23", Policy),
        ("t=1600000000", "l=25", Fail),
        ("t=1600000000", "t=1600000000;", PermError),
        ("t=1600000000", "t=1600000000; ==", PermError),
        ("d=example.com", "D=example.com", PermError),
    ] {
        check(&zone, to, &signed(&letter, &GOOD.replace(from, to)), expected);
    }
    let raw = signed(&letter, GOOD);
    for (from, to) in [
        ("on fire", "online"),
        ("on fire", "onfire"),
        ("fire.\r\n", "fire.\r\nP.S.\r\n"),
        ("Subject: help", "Subject: transfer money"),
        ("Subject: help\r\n", ""),
        ("To: support@", "To: evil@"),
        ("t=1600000000", "t=1600000001"),
        ("h=from:to:subject", "h=from:subject:to"),
    ] {
        assert!(raw.contains(from), "{from}");
        check(&zone, to, &raw.replace(from, to), Fail);
    }
    // What was appended behind the length that is signed.
    let short = signed(&letter, &GOOD.replace("v=1", "v=1; l=24"));
    check(&zone, "appended", &format!("{short}evil\r\n"), Policy);
}

#[test]
fn std_74_a_from_field_that_was_added_breaks_every_signature() {
    let zone = zone(&Key::ed25519().record());
    let raw = signed(&mail("ada@example.com"), GOOD);
    for place in ["DKIM-Signature: ", "Message-ID: "] {
        let two = raw.replace(place, &format!("From: vip@example.com\r\n{place}"));
        check(&zone, place, &two, Fail);
    }
}

#[test]
fn std_74_the_record_of_a_key_decides() {
    let key = Key::ed25519().record();
    let raw = signed(&mail("ada@example.com"), GOOD);
    let below = signed(&mail("ada@example.com"), &GOOD.replace("v=1", "v=1; i=@a.example.com"));
    let public = key.split_once("p=").unwrap().1;
    for (record, raw, expected) in [
        (key.as_str(), &raw, Pass),
        (&format!("k=ed25519; p={public}"), &raw, Pass),
        (&format!("k=ed25519; p= {} ; n=a note; w=x;", public.replace('Q', "Q ")), &raw, Pass),
        (&format!("{key}; h=sha256; s=*; t=s"), &raw, Pass),
        (&format!("{key}; h=sha1:sha256; s=other:email"), &raw, Pass),
        (&key, &below, Pass),
        (&format!("{key}; t=s"), &below, PermError),
        (&format!("{key}; t=y"), &raw, Policy),
        (&format!("{key}; h=sha1"), &raw, PermError),
        (&format!("{key}; s=tlsrpt"), &raw, PermError),
        (&format!("{key}; k=ed25519"), &raw, PermError),
        (&format!("k=ed25519; p={public}; v=DKIM1"), &raw, PermError),
        (&format!("v=DKIM2; k=ed25519; p={public}"), &raw, PermError),
        (&format!("p={public}"), &raw, PermError),
        ("v=DKIM1; k=ed25519; p=", &raw, PermError),
        ("v=DKIM1; k=ed25519", &raw, PermError),
        ("v=DKIM1; k=ed25519; p=*", &raw, PermError),
        ("v=DKIM1; k=rsa; p=AAAA", &raw, PermError),
        ("v=spf1 -all", &raw, PermError),
        (&Key::another().record(), &raw, Fail),
    ] {
        check(&zone(record), record, raw, expected);
    }
}

#[test]
fn std_74_forms_are_those_of_rfc_6376() {
    let zone = zone(&Key::ed25519().record());
    let header = "From: ada@example.com\r\nSubject:  a\t b \r\n\tc \r\n";
    let fields = [header, "from:ada@example.com\r\nsubject:a b c\r\n"];
    let bodies = [
        ["", "\r\n", ""],
        ["\r\n\r\n", "\r\n", ""],
        [" \t\r\n", " \t\r\n", ""],
        [" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"],
        ["a\r\n \r\n", "a\r\n \r\n", "a\r\n"],
        ["a", "a\r\n", "a\r\n"],
        ["\r\na\r\n\r\nb\r\n", "\r\na\r\n\r\nb\r\n", "\r\na\r\n\r\nb\r\n"],
    ];
    for (forms, of_header, of_body) in [
        ("simple/simple", 0, 1),
        ("simple/relaxed", 0, 2),
        ("relaxed/simple", 1, 1),
        ("relaxed/relaxed", 1, 2),
    ] {
        for body in bodies {
            let unsigned = format!(
                "v=1; a=ed25519-sha256; c={forms};\r\n d=example.com; s=s; h=from:subject;\r\n \
                 bh={}; b=",
                hash(body[of_body])
            );
            let own = if of_header == 0 {
                format!("DKIM-Signature: {unsigned}")
            } else {
                format!("dkim-signature:{}", relaxed(&unsigned))
            };
            let data = format!("{}{own}", fields[of_header]);
            let signature = BASE64.encode(&Key::ed25519().sign(data.as_bytes()));
            let raw = format!("DKIM-Signature: {unsigned}{signature}\r\n{header}\r\n{}", body[0]);
            check(&zone, forms, &raw, Pass);
            check(&zone, forms, &raw.replace("\r\n", "\n"), Pass);
            let other = raw.replace("a\t b", "a b");
            check(&zone, forms, &other, if of_header == 0 { Fail } else { Pass });
        }
    }
}

/// RFC 8463 §A.3.
const RFC_8463: &str = "\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.

";

#[test]
fn std_74_the_sample_of_rfc_8463_verifies() {
    let rsa = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3id\
               Y6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lx\
               j+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";
    let ed = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let zone = Zone::of(&[
        ("brisbane._domainkey.football.example.com", text(ed)),
        ("test._domainkey.football.example.com", text(rsa)),
    ]);
    for raw in [RFC_8463.to_owned(), RFC_8463.replace('\n', "\r\n")] {
        let found = found(&zone, &raw);
        let outcomes: Vec<_> = found.signatures.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [Pass, Pass], "{found:?}");
        assert_eq!(found.says, Says::Signed);
    }
}
