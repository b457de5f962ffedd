//! Signatures as they are written; that they verify is seen in `tests/it/authentication/signing.rs`.

use super::*;

/// Keys of nobody's, made for the tests.
const ED25519: &str = include_str!("../../../tests/data/dkim-ed25519.pem");
const RSA: &str = include_str!("../../../tests/data/dkim-rsa.pem");
/// The same kind of key in PKCS #8.
const RSA_PKCS8: &str = include_str!("../../../tests/data/service-account.pem");

const MESSAGE: &str = "From: a@example.com\r\nTo: b@example.net\r\nX-Other: x\r\nSubject: long\r\n \
                       and folded\r\n\r\nText. \r\n";

fn named(selector: &str, pem: &str) -> NamedKey {
    NamedKey { selector: selector.into(), key: SigningKey::read(&pem.into()).unwrap() }
}

fn signer() -> Signer {
    let (first, second) = (named("s1", RSA), Some(named("s2", ED25519)));
    Signer { domain: "example.com".into(), first, second }
}

fn sign(message: &str) -> String {
    let at = Timestamp::from_seconds(1_772_442_000);
    String::from_utf8(signer().sign(message.as_bytes(), at).unwrap()).unwrap()
}

#[test]
fn std_90_a_signature_of_each_key_stands_before_the_message() {
    let signed = sign(MESSAGE);
    let (fields, rest) = signed.split_at(signed.find("From:").unwrap());
    assert_eq!(rest, MESSAGE);
    for says in [
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; t=1772442000;\r\n \
         d=example.com;\r\n s=s1;\r\n h=from:from:to:to:cc:reply-to:subject:subject:",
        "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; t=1772442000;\r\n \
         d=example.com;\r\n s=s2;\r\n h=from:",
    ] {
        assert!(fields.contains(says), "{fields}");
    }
    // Neither the body's length nor an end of validity.
    assert!(!fields.contains(" l=") && !fields.contains(" x="), "{fields}");
    assert!(fields.split("\r\n").all(|line| line.len() <= 78), "{fields}");
}

#[test]
fn std_24_the_same_message_gives_the_same_bytes() {
    assert_eq!(sign(MESSAGE), sign(MESSAGE));
    assert_ne!(sign(MESSAGE), sign(&MESSAGE.replace("Text", "text")));
}

#[test]
fn std_90_what_is_absent_is_signed_as_absent() {
    let names = |message: &str| {
        let signed = sign(message);
        let (_, names) = signed.split_once("h=").unwrap();
        names.split_once(';').unwrap().0.split_whitespace().collect::<String>()
    };
    let without = "from:from:to:to:cc:reply-to:subject:subject:date:message-id:in-reply-to:\
                   references:mime-version:content-type";
    assert_eq!(names(MESSAGE), without);
    let with = MESSAGE.replace("X-Other: x", "Auto-Submitted: auto-replied\r\nDate: d");
    let with_both = without.replace(":date:", ":date:date:") + ":auto-submitted";
    assert_eq!(names(&with), with_both);
}

#[test]
fn std_90_keys_are_read_as_openssl_writes_them() {
    good(RSA, "rsa");
    good(RSA_PKCS8, "rsa");
    good(ED25519, "ed25519");
    good(&format!("a comment\n{ED25519}\n"), "ed25519");
    bad("", &KeyError::NotPem);
    bad("-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n", &KeyError::NotPem);
    bad("-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY-----\n", &KeyError::NotPem);
    bad("-----BEGIN ENCRYPTED PRIVATE KEY-----\n", &KeyError::Encrypted);
    bad(SHORT, &KeyError::Rejected("TooSmall".to_owned()));
    bad(&RSA.replace("RSA PRIVATE", "PRIVATE"), &KeyError::Rejected("InvalidEncoding".to_owned()));

    #[track_caller]
    fn good(pem: &str, kind: &str) {
        assert_eq!(SigningKey::read(&pem.into()).unwrap().kind(), kind);
    }
    #[track_caller]
    fn bad(pem: &str, expected: &KeyError) {
        assert_eq!(SigningKey::read(&pem.into()).as_ref().unwrap_err(), expected);
    }
}

/// RSA of 1024 bits: verifiers take it (RFC 8301 §3.2), signers do not use it.
const SHORT: &str = include_str!("../../../tests/data/dkim-rsa-1024.pem");

#[test]
fn std_90_the_record_has_the_public_half() {
    for pem in [RSA, RSA_PKCS8, ED25519] {
        let key = SigningKey::read(&pem.into()).unwrap();
        let record = key.record();
        let (tags, public) = record.rsplit_once("p=").unwrap();
        assert_eq!(tags, format!("v=DKIM1; k={}; ", key.kind()));
        assert!(key.is_published_as(&BASE64.decode(public.as_bytes()).unwrap()));
        assert!(!key.is_published_as(b"") && !key.is_published_as(&[0; 32]));
    }
}

#[test]
fn thr_37_a_key_does_not_print_itself() {
    assert_eq!(
        format!("{:?}", signer().first),
        "NamedKey { selector: \"s1\", key: SigningKey(rsa) }"
    );
}
