//! The acknowledgement to a sender whom nothing proves. `UPDATE=1` rewrites what is expected.

use std::path::Path;

use mail_parser::MessageParser;
use tidings::desk::language::{Language, Languages};
use tidings::mail::address::NamedAddress;
use tidings::mail::attachment::accepted::{Accepted, TypePattern};
use tidings::mail::dkim::{NamedKey, Signer, SigningKey};
use tidings::render::part::CouponLine;

use super::{Saying, Words, acknowledgement, policy, told};

const KEYS: [(&str, &str); 2] = [
    ("s1", include_str!("../../data/dkim-rsa.pem")),
    ("s2", include_str!("../../data/dkim-ed25519.pem")),
];

const MAIL: &str = "From: \"Eve, call 0900-12345\" <eve@example.net>\r\n\
                    To: support@desk.example\r\nSubject: Buy at www.evil.example\r\n\
                    Message-ID: <1@evil.example>\r\nReferences: <buy@evil.example>\r\n\r\n\
                    Buy now at www.evil.example!\r\n";

/// Bytes of a short acknowledgement, with two signatures (THR-28).
const BYTES_MAX: usize = 4096;

#[test]
fn thr_28_aut_22_the_short_acknowledgement_word_by_word() {
    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says so")]
    let rewrites = std::env::var_os("UPDATE").is_some();
    let notice = acknowledgement(MAIL.as_bytes(), Words::Short, &policy()).unwrap();
    let found = String::from_utf8(notice.bytes).unwrap().replace("\r\n", "\n");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/notices/short.eml");
    if rewrites {
        std::fs::write(&file, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&file).unwrap());
}

#[test]
fn thr_28_it_has_no_word_of_the_sender() {
    let notice = acknowledgement(MAIL.as_bytes(), Words::Short, &policy()).unwrap();
    let message = String::from_utf8(notice.bytes).unwrap();
    let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
    let (text, html) = (parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap());
    for part in [&message[..], &text, &html] {
        for word in ["0900", "Buy", "Eve", "buy@evil", "www"] {
            assert!(!part.contains(word), "{word}: {part}");
        }
    }
    for part in [&text, &html] {
        assert!(part.contains("[EX#17]") && part.contains("community support"), "{part}");
        assert!(!part.contains("evil"), "{part}");
    }
    let to = parsed.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (None, Some("eve@example.net")));
    assert_eq!(parsed.in_reply_to().as_text(), Some("1@evil.example"));
    assert_eq!(parsed.references().as_text(), Some("1@evil.example"));
}

/// A mail with an attachment whose name is a text to somebody else.
const WITH_FILE: &str = "From: eve@example.net\r\nSubject: x\r\nMessage-ID: <1@evil.example>\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: image/bmp\r\n\
    Content-Disposition: attachment; filename=\"call 0900-12345 <now>.bmp\"\r\n\r\nBM\r\n--b--\r\n";

#[test]
fn thr_28_what_is_not_taken_is_named_to_the_proven_alone() {
    let mut policy = policy();
    let png = TypePattern::parse(".png").unwrap();
    policy.attachments = Accepted::new(vec![png], 1024 * 1024);
    for (words, named) in [(Words::Full, true), (Words::Short, false)] {
        let notice = acknowledgement(WITH_FILE.as_bytes(), words, &policy).unwrap();
        let message = String::from_utf8(notice.bytes).unwrap();
        let parsed = MessageParser::default().parse(message.as_bytes()).unwrap();
        let (text, html) = (parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap());
        assert_eq!(text.contains("call 0900-12345 _now_.bmp"), named, "{text}");
        assert_eq!(text.contains("We accept .png, up to 1 MiB each."), named, "{text}");
        assert_eq!(html.contains("call 0900-12345 _now_.bmp"), named, "{html}");
    }
    policy.attachments = Accepted::all();
    let notice = acknowledgement(WITH_FILE.as_bytes(), Words::Full, &policy).unwrap();
    assert!(!String::from_utf8(notice.bytes).unwrap().contains("0900"));
}

#[test]
fn aut_22_it_is_the_same_for_everybody() {
    let body = |raw: &str| {
        let notice = acknowledgement(raw.as_bytes(), Words::Short, &policy()).unwrap();
        let message = String::from_utf8(notice.bytes).unwrap();
        message.split_once("\r\n\r\n").unwrap().1.to_owned()
    };
    let other = MAIL.replace("eve@example.net", "vip@paid.example").replace("Buy", "Help");
    assert_eq!(body(MAIL), body(&other));
}

#[test]
fn thr_28_it_is_small_whatever_it_answers() {
    let long = format!("{}@evil.example", "x".repeat(980));
    let raw = MAIL.replace("1@evil.example", &long).replace("Buy", &"Buy ".repeat(200));
    let mut policy = policy();
    let named = |(selector, pem): (&str, &str)| NamedKey {
        selector: selector.into(),
        key: SigningKey::read(&pem.into()).unwrap(),
    };
    let [first, second] = KEYS.map(named);
    let domain = policy.address.domain().into();
    policy.signer = Some(Signer { domain, first, second: Some(second) });
    let notice = acknowledgement(raw.as_bytes(), Words::Short, &policy).unwrap();
    assert!(notice.bytes.len() <= BYTES_MAX, "{}", notice.bytes.len());
    let message = String::from_utf8(notice.bytes).unwrap();
    // An identifier of this length is no client's.
    assert!(!message.contains("In-Reply-To:") && !message.contains("References:"), "{message}");
    let kept = MAIL.replace("1@evil.example", &format!("{}@x.example", "x".repeat(110)));
    for language in Language::ALL {
        policy.languages = Languages::new(&[language]).unwrap();
        for coupon in [None, Some(CouponLine::NotCounted)] {
            let said = Saying { words: Words::Short, coupon };
            let notice = told(kept.as_bytes(), said, &policy).unwrap();
            assert!(notice.bytes.len() <= BYTES_MAX, "{language:?} {}", notice.bytes.len());
            assert!(notice.bytes.windows(10).any(|ten| ten == b"xxxxxxxxxx"));
        }
    }
    // A name is not a word of the sender's, but it is not the desk's either.
    let named = NamedAddress { name: String::new(), address: notice.envelope.to };
    assert_eq!(named.address.as_str(), "eve@example.net");
}
