//! A service account's assertion: a JWT (RFC 7519) signed with RS256, by which it speaks for a user
//! (RFC 7523 §3).

use std::collections::BTreeSet;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::{Endpoint, request};
use crate::time::Timestamp;

/// A service account, as the key file that its provider gives out describes it.
pub struct ServiceAccount {
    email: String,
    key_id: Option<String>,
    key: RsaKeyPair,
}

/// Why a key file is of no use. The file is not quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is not a service account's.
    #[error("it is not a service account's JSON with `client_email` and `private_key`")]
    NotAKeyFile,
    /// Its key is none.
    #[error("its `private_key` is not an RSA key in PEM (PKCS #8)")]
    NotAKey,
    /// It cannot be signed with it.
    #[error("its key cannot sign")]
    CannotSign,
}

/// How long an assertion is good; endpoints take no longer one.
const LIFE_S: i64 = 3600;
/// Room for a signature of an RSA key of 8192 bits.
const SIGNATURE_MAX: usize = 1024;

#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: String,
    private_key_id: Option<String>,
}

impl ServiceAccount {
    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn read(text: &SecretString) -> Result<Self, KeyError> {
        let file: KeyFile =
            serde_json::from_str(text.expose_secret()).map_err(|_| KeyError::NotAKeyFile)?;
        let pem = Zeroizing::new(file.private_key);
        let body = pem.lines().map(str::trim);
        let body: Zeroizing<String> =
            Zeroizing::new(body.filter(|line| !line.starts_with("-----")).collect());
        let der = BASE64.decode(body.as_bytes()).map_err(|_| KeyError::NotAKey)?;
        let der = Zeroizing::new(der);
        let key = RsaKeyPair::from_pkcs8(&der).map_err(|_| KeyError::NotAKey)?;
        Ok(Self { email: file.client_email, key_id: file.private_key_id, key })
    }

    /// An assertion by which the account speaks for `user`.
    ///
    /// # Errors
    /// [`KeyError::CannotSign`].
    #[expect(clippy::disallowed_methods, reason = "blinds a signature, and names nothing")]
    pub fn assertion(
        &self,
        user: &str,
        scopes: &BTreeSet<Box<str>>,
        audience: &Endpoint,
        now: Timestamp,
    ) -> Result<SecretString, KeyError> {
        let mut header = json!({ "alg": "RS256", "typ": "JWT" });
        if let (Some(header), Some(id)) = (header.as_object_mut(), &self.key_id) {
            header.insert("kid".to_owned(), id.as_str().into());
        }
        let claims = json!({
            "iss": self.email,
            "sub": user,
            "scope": request::joined(scopes),
            "aud": audience.as_str(),
            "iat": now.as_seconds(),
            "exp": now.as_seconds() + LIFE_S,
        });
        let part = |value: &serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let mut signature = [0; SIGNATURE_MAX];
        let signature =
            signature.get_mut(..self.key.public().modulus_len()).ok_or(KeyError::CannotSign)?;
        let random = ring::rand::SystemRandom::new();
        self.key
            .sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), signature)
            .map_err(|_| KeyError::CannotSign)?;
        Ok(format!("{signed}.{}", BASE64URL_NOPAD.encode(signature)).into())
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    /// A key of nobody's, made for this test.
    const PEM: &str = include_str!("../../tests/data/service-account.pem");

    fn key_file(pem: &str) -> SecretString {
        json!({ "client_email": "robot@project.example", "private_key": pem, "private_key_id": "k1" })
            .to_string()
            .into()
    }

    #[test]
    fn std_97_an_assertion_is_signed_and_says_for_whom_and_what() {
        let account = ServiceAccount::read(&key_file(PEM)).unwrap();
        let scopes = ["https://mail.google.com/".into()].into();
        let endpoint = Endpoint::parse("https://oauth2.googleapis.com/token").unwrap();
        let now = Timestamp::from_seconds(1_000_000);
        let jwt = account.assertion("support@example.com", &scopes, &endpoint, now).unwrap();
        let (signed, signature) = jwt.expose_secret().rsplit_once('.').unwrap();
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
        let public = account.key.public().as_ref();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
            .verify(signed.as_bytes(), &signature)
            .unwrap();
        let parts: Vec<serde_json::Value> = signed
            .split('.')
            .map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap())
            .map(|part| serde_json::from_slice(&part).unwrap())
            .collect();
        assert_eq!(parts[0], json!({ "alg": "RS256", "typ": "JWT", "kid": "k1" }));
        let expected = json!({
            "iss": "robot@project.example",
            "sub": "support@example.com",
            "scope": "https://mail.google.com/",
            "aud": "https://oauth2.googleapis.com/token",
            "iat": 1_000_000,
            "exp": 1_003_600,
        });
        assert_eq!(parts[1], expected);
    }

    #[test]
    fn a_key_file_that_is_none_is_not_quoted() {
        let error = |text: &str| ServiceAccount::read(&text.to_owned().into()).err().unwrap();
        assert_eq!(error("canary"), KeyError::NotAKeyFile);
        assert_eq!(error(r#"{"client_email":"x"}"#), KeyError::NotAKeyFile);
        assert_eq!(error(key_file("canary").expose_secret()), KeyError::NotAKey);
        let cut = PEM.replacen("MII", "MIJ", 1);
        assert_eq!(error(key_file(&cut).expose_secret()), KeyError::NotAKey);
    }
}
