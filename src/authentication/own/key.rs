//! The record of a key (RFC 6376 §3.6.1), and whether it made a signature.

use mail_auth::common::crypto;
use mail_auth::common::parse::TxtRecordParser as _;
use mail_auth::common::verify::DomainKey;

use super::tags::Tags;

/// Records of one name that are looked at.
const RECORDS_MAX: usize = 5;

/// The shortest RSA key that counts, in bits (RFC 8301 §3.2).
const RSA_BITS_MIN: usize = 1024;

/// An algorithm that counts (RFC 8301 §3.1, RFC 8463).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    RsaSha256,
    Ed25519Sha256,
}

/// A published key.
pub(super) struct Key {
    /// What it signs with.
    algorithm: Algorithm,
    public: DomainKey,
    /// Whether it is in use.
    pub stage: Stage,
    /// For whom it signs.
    pub scope: Scope,
}

/// Whether a key is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    InUse,
    /// It is only tried out (`t=y`): what it signs counts as unsigned.
    Trial,
}

/// For which identities (`i=`) a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those of its domain and of all below it.
    Below,
    /// Those of its domain alone (`t=s`).
    Exact,
}

/// Reads what a name has. More than one key leaves it to the verifier which is meant (RFC 6376
/// §3.6.2.2): any of them may have signed, unless one is revoked.
///
/// # Errors
/// Why there is none, for people.
pub(super) fn read(texts: &[String]) -> Result<Vec<Key>, &'static str> {
    let (mut keys, mut first) = (Vec::new(), None);
    for text in texts.iter().take(RECORDS_MAX) {
        match Key::parse(text) {
            Ok(key) => keys.push(key),
            Err(REVOKED) => return Err(REVOKED),
            Err(why) => first = first.or(Some(why)),
        }
    }
    if keys.is_empty() { Err(first.unwrap_or("no key is published")) } else { Ok(keys) }
}

const REVOKED: &str = "the key is revoked";

impl Key {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let no_record = "no usable key is published";
        let tags = Tags::parse(text.as_bytes()).map_err(|_| no_record)?;
        if tags.get("v").is_some_and(|version| version != "DKIM1" || tags.first() != Some("v")) {
            return Err(no_record);
        }
        let is_for = |tag, fits: &[&str]| match tags.list(tag) {
            Some(mut listed) => listed.any(|one| fits.contains(&one)),
            None => true,
        };
        let flags = |flag| tags.list("t").is_some_and(|mut flags| flags.any(|one| one == flag));
        let public = tags.base64("p").ok_or(no_record)?;
        if public.is_empty() {
            return Err(REVOKED);
        }
        if !is_for("h", &["sha256"]) {
            return Err("the key is not for SHA-256");
        }
        if !is_for("s", &["*", "email"]) {
            return Err("the key is not for mail");
        }
        let kind = tags.get("k").unwrap_or("rsa");
        let algorithm = match kind {
            "rsa" => Algorithm::RsaSha256,
            "ed25519" if public.len() == 32 => Algorithm::Ed25519Sha256,
            _ => return Err(no_record),
        };
        // Written anew, so that two readers of a record cannot differ.
        let plain = format!("k={kind}; p={}", data_encoding::BASE64.encode(&public));
        let public = DomainKey::parse(plain.as_bytes()).map_err(|_| no_record)?;
        if public.p.public_key_bits() == 0 {
            return Err(no_record);
        }
        let stage = if flags("y") { Stage::Trial } else { Stage::InUse };
        let scope = if flags("s") { Scope::Exact } else { Scope::Below };
        Ok(Self { algorithm, public, stage, scope })
    }

    /// Whether it is a key of this algorithm.
    pub(super) fn is_of(&self, algorithm: Algorithm) -> bool {
        self.algorithm == algorithm
    }

    /// Whether it is long enough.
    pub(super) fn is_strong(&self) -> bool {
        self.algorithm == Algorithm::Ed25519Sha256
            || RSA_BITS_MIN <= self.public.p.public_key_bits()
    }

    /// Whether it made this signature.
    pub(super) fn made(&self, signature: &[u8], data: &[u8]) -> bool {
        let algorithm = match self.algorithm {
            Algorithm::RsaSha256 => crypto::Algorithm::RsaSha256,
            Algorithm::Ed25519Sha256 => crypto::Algorithm::Ed25519Sha256,
        };
        self.public.p.verify_bytes(data, signature, algorithm).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key of RFC 8463 §A.2.
    const ED: &str = "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    #[test]
    fn std_74_a_record_is_a_key_for_mail_or_none() {
        check(&["v=DKIM1; k=ed25519; {}"], Ok(1));
        check(&["k=ed25519; {};"], Ok(1));
        check(&["v=DKIM1; k=ed25519; h=sha1:sha256; s=email; t=s; n=x; {}"], Ok(1));
        check(&["v=spf1 -all", "v=DKIM1; k=ed25519; {}"], Ok(1));
        check(&["k=ed25519; {}", "k=ed25519; {}"], Ok(2));
        check(&["k=ed25519; {}", "v=DKIM1; p="], Err(REVOKED));
        check(&["v=DKIM1; p="], Err(REVOKED));
        check(&["v=DKIM1; k=ed25519; h=sha1; {}"], Err("the key is not for SHA-256"));
        check(&["v=DKIM1; k=ed25519; s=tlsrpt; {}"], Err("the key is not for mail"));
        for text in [
            "v=DKIM2; k=ed25519; {}",
            "k=ed25519; v=DKIM1; {}",
            "k=ed448; {}",
            "k=rsa; {}",
            "v=DKIM1; k=rsa; omgwhatsgoingon",
            "v=DKIM1; k=ed25519",
            "k=ed25519; k=ed25519; {}",
            "k=ed25519; p=AA==",
            "k=ed25519; p=*",
            "",
        ] {
            check(&[text], Err("no usable key is published"));
        }
        check(&[], Err("no key is published"));

        #[track_caller]
        fn check(texts: &[&str], expected: Result<usize, &str>) {
            let filled: Vec<_> = texts.iter().map(|text| text.replace("{}", ED)).collect();
            assert_eq!(read(&filled).map(|keys| keys.len()), expected, "{texts:?}");
        }
    }

    #[test]
    fn flags_say_how_far_a_key_goes() {
        check("", Stage::InUse, Scope::Below);
        check("t=y; ", Stage::Trial, Scope::Below);
        check("t=s; ", Stage::InUse, Scope::Exact);
        check("t=x : s:y; ", Stage::Trial, Scope::Exact);

        #[track_caller]
        fn check(flags: &str, stage: Stage, scope: Scope) {
            let keys = read(&[format!("k=ed25519; {flags}{ED}")]).unwrap();
            assert_eq!((keys[0].stage, keys[0].scope), (stage, scope), "{flags}");
        }
    }
}
