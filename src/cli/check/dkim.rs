//! What is published for a key that signs our mail (RFC 6376 §3.6.1): is it there, and is it its
//! public half?

use data_encoding::BASE64;

use super::dns::{failed, said};
use super::report::Finding;
use crate::config::{Desk, Dkim, DkimKey};
use crate::dns::{Dns, LookupError};
use crate::mail::dkim::{NamedKey, Signer, SigningKey};

/// Longest piece of a text in a zone (RFC 1035 §3.3).
const PIECE_MAX: usize = 255;

/// What the texts under a selector say about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Published {
    /// Nothing.
    Missing,
    /// More than one record: which of them counts is anybody's guess (RFC 6376 §3.6.2.2).
    Several,
    /// The key counts no more: `p=` is empty.
    Revoked,
    /// Another key, or none that can be read.
    Differs,
    /// Not for mail, or not for SHA-256.
    Unfit,
    /// The key, but it is only tried out: `t=y`.
    Testing,
    /// The key.
    Sound,
}

/// The keys of a desk, as far as this machine knows them.
pub(super) fn keys(desk: &Desk) -> Vec<Finding> {
    desk.dkim.iter().flat_map(Dkim::keys).map(|key| readable(key).of(&desk.name)).collect()
}

fn readable(key: &DkimKey) -> Finding {
    let about = format!("dkim key {}", key.selector);
    match key.read() {
        Ok(NamedKey { key, .. }) => Finding::good(
            about,
            format!("is readable for us alone, and signs ({})", key.algorithm()),
        ),
        Err(error) => Finding::wrong(about, error.to_string()),
    }
}

/// Asks for the record of each key.
pub(super) async fn look(dns: &Dns, signer: &Signer) -> Vec<Finding> {
    let mut findings = Vec::new();
    for NamedKey { selector, key } in signer.keys() {
        let name = format!("{selector}._domainkey.{}", signer.domain);
        let texts = said(dns.texts(&name)).await;
        findings.push(finding(&name, &signer.domain, key, &texts));
    }
    findings
}

fn finding(
    name: &str,
    domain: &str,
    key: &SigningKey,
    texts: &Result<Vec<String>, LookupError>,
) -> Finding {
    const ABOUT: &str = "dns dkim";
    let publish = format!("publish: {name}. TXT {}", quoted(&key.record()));
    let what = match texts.as_deref().map(|texts| read(texts, key)) {
        Ok(Published::Sound) => {
            let text = format!("{name} has the key that signs our mail as {domain}");
            return Finding::good(ABOUT, text);
        }
        Err(error) => return failed(ABOUT, error),
        Ok(Published::Missing) => format!("there is no key at {name}"),
        Ok(Published::Several) => format!("{name} has several records; leave one"),
        Ok(Published::Revoked) => format!("the key at {name} is revoked (p= is empty)"),
        Ok(Published::Differs) => format!("{name} has another key than the one that signs"),
        Ok(Published::Unfit) => format!("the record at {name} is not for mail with SHA-256"),
        Ok(Published::Testing) => format!("the record at {name} says that it is a test (t=y)"),
    };
    let follows = "receivers take what we sign for unsigned, or for forged";
    Finding::soon(ABOUT, format!("{what}: {follows}; {publish}"))
}

fn read(texts: &[String], key: &SigningKey) -> Published {
    let mut records = texts.iter().map(|text| tags(text)).filter(|tags| value(tags, "p").is_some());
    let (Some(tags), None) = (records.next(), records.next()) else {
        let any = texts.iter().any(|text| value(&tags(text), "p").is_some());
        return if any { Published::Several } else { Published::Missing };
    };
    let has = |tag, default: &str, wanted: &[&str]| {
        let value = value(&tags, tag).unwrap_or(default);
        value.split(':').any(|one| wanted.contains(&one.trim()))
    };
    let public: String = value(&tags, "p").unwrap_or_default().split_whitespace().collect();
    if public.is_empty() {
        return Published::Revoked;
    }
    let is_ours = has("k", "rsa", &[key.kind()])
        && BASE64.decode(public.as_bytes()).is_ok_and(|bytes| key.is_published_as(&bytes));
    if !is_ours {
        Published::Differs
    } else if !has("h", "sha256", &["sha256"]) || !has("s", "*", &["*", "email"]) {
        Published::Unfit
    } else if has("t", "", &["y"]) {
        Published::Testing
    } else {
        Published::Sound
    }
}

/// The tags of a record, or of anything (RFC 6376 §3.2).
fn tags(text: &str) -> Vec<(&str, &str)> {
    let tags = text.split(';').filter_map(|tag| tag.split_once('='));
    tags.map(|(tag, value)| (tag.trim(), value.trim())).collect()
}

fn value<'a>(tags: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    tags.iter().find(|(tag, _)| *tag == name).map(|(_, value)| *value)
}

/// As it is written in a zone: a long text in several pieces.
fn quoted(text: &str) -> String {
    let pieces: Vec<String> = text
        .as_bytes()
        .chunks(PIECE_MAX)
        .map(|piece| format!("\"{}\"", String::from_utf8_lossy(piece)))
        .collect();
    pieces.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::report::Found;

    /// Keys of nobody's, made for the tests.
    const ED25519: &str = include_str!("../../../tests/data/dkim-ed25519.pem");
    const RSA: &str = include_str!("../../../tests/data/dkim-rsa.pem");

    fn key(pem: &str) -> SigningKey {
        SigningKey::read(&pem.into()).unwrap()
    }

    #[test]
    fn std_90_what_is_published_for_a_key() {
        let (ours, other) = (key(ED25519), key(RSA));
        let record = ours.record();
        check(&[], Published::Missing);
        check(&["v=spf1 -all"], Published::Missing);
        check(&[&record], Published::Sound);
        check(&["v=spf1 -all", &record], Published::Sound);
        check(&[&record.replace("; p=", " ; p = ")], Published::Sound);
        check(&[&record, &record], Published::Several);
        check(&["v=DKIM1; k=ed25519; p="], Published::Revoked);
        check(&["v=DKIM1; k=ed25519; p=====;"], Published::Differs);
        check(&[&other.record()], Published::Differs);
        check(&[&record.replace("k=ed25519; ", "")], Published::Differs);
        check(&[&format!("{record}; h=sha1")], Published::Unfit);
        check(&[&format!("{record}; s=other")], Published::Unfit);
        check(&[&format!("{record}; h=sha1:sha256; s=email; t=s")], Published::Sound);
        check(&[&format!("{record}; t=y:s")], Published::Testing);
        // The default of k= is RSA, and white space in p= does not count.
        let mut spaced = other.record().replace("k=rsa; ", "");
        spaced.insert_str(80, " \t");
        assert_eq!(read(&[spaced], &other), Published::Sound);

        #[track_caller]
        fn check(texts: &[&str], expected: Published) {
            let texts: Vec<_> = texts.iter().map(ToString::to_string).collect();
            assert_eq!(read(&texts, &key(ED25519)), expected, "{texts:?}");
        }
    }

    #[test]
    fn std_90_what_is_to_be_published_is_said() {
        let (name, key) = ("s1._domainkey.example.com", key(RSA));
        let missing = finding(name, "example.com", &key, &Ok(Vec::new()));
        assert_eq!(missing.found, Found::Soon);
        assert!(missing.text.contains("TXT \"v=DKIM1; k=rsa; p=MII"), "{missing:?}");
        let (_, pieces) = missing.text.split_once(" TXT ").unwrap();
        let pieces: Vec<_> = pieces.trim_matches('"').split("\" \"").collect();
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.len() <= PIECE_MAX));
        let published = finding(name, "example.com", &key, &Ok(vec![pieces.concat()]));
        assert_eq!(published.found, Found::Good);
        let silent = finding(name, "example.com", &key, &Err(LookupError::Temporary("no".into())));
        assert_eq!(silent.found, Found::Down);
    }
}
