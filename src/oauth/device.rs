//! The device flow (RFC 8628): a code is shown, a person confirms it elsewhere, and we ask until
//! that is done. Pure.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;

use super::OAuthError;
use super::answer::{self, Granted};
use super::http::Reply;
use super::request::Form;

/// What a person has to confirm, and how long there is time for it.
#[derive(Clone, Debug)]
pub struct DeviceCode {
    /// With it we ask whether it was confirmed.
    pub code: SecretString,
    /// What the person types.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// From now on.
    pub life: Duration,
    /// Between two questions.
    pub interval: Duration,
}

/// What came of one question.
#[derive(Debug)]
pub enum Poll {
    /// It was confirmed.
    Done(Granted),
    /// Not yet; ask again after this time.
    Wait(Duration),
    /// The person said no.
    Denied,
    /// Nobody said anything in time.
    Expired,
    /// The endpoint refuses us altogether.
    Failed(OAuthError),
}

/// How often is asked.
#[derive(Clone, Copy, Debug)]
pub struct Poller {
    interval: Duration,
}

/// RFC 8628 §3.2: the interval without one.
const INTERVAL: Duration = Duration::from_secs(5);
/// Nobody waits longer between two questions, whatever an endpoint says.
const INTERVAL_MOST: Duration = Duration::from_mins(1);
/// RFC 8628 §3.5: what `slow_down` adds.
const SLOWER: Duration = Duration::from_secs(5);
/// Nobody sits before a terminal for longer.
const LIFE_MOST: Duration = Duration::from_hours(1);
/// Characters of what a person reads.
const SHOWN_MAX: usize = 200;

pub(super) fn code(host: &str, reply: &Reply, form: &Form) -> Result<DeviceCode, OAuthError> {
    let answer = answer::object(host, reply, form)?;
    let garbage = || answer::away(host, "its answer has no code to confirm".to_owned(), None);
    let text = |key: &str| answer.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let code = text("device_code").filter(|code| answer::is_token(code)).ok_or_else(garbage)?;
    // Google's word for it is an older one.
    let uri = text("verification_uri").or_else(|| text("verification_url")).ok_or_else(garbage)?;
    let shown = |text: &str| answer::shown(text, SHOWN_MAX, form);
    let interval = answer::seconds(&answer, "interval").unwrap_or(INTERVAL);
    Ok(DeviceCode {
        code: code.into(),
        user_code: shown(text("user_code").ok_or_else(garbage)?),
        verification_uri: shown(uri),
        life: answer::seconds(&answer, "expires_in").unwrap_or(LIFE_MOST).min(LIFE_MOST),
        interval: interval.min(INTERVAL_MOST),
    })
}

impl Poller {
    /// Asks as often as the endpoint allows.
    #[must_use]
    pub fn new(code: &DeviceCode) -> Self {
        Self { interval: code.interval }
    }

    /// What the answer to a question means (RFC 8628 §3.5).
    pub fn heard(&mut self, answer: Result<Granted, OAuthError>) -> Poll {
        let error = match answer {
            Ok(granted) => return Poll::Done(granted),
            Err(error) => error,
        };
        match &error {
            OAuthError::Refused { code, .. } => match code.as_str() {
                "authorization_pending" => Poll::Wait(self.interval),
                "slow_down" => {
                    self.interval = (self.interval + SLOWER).min(INTERVAL_MOST);
                    Poll::Wait(self.interval)
                }
                // The second is Microsoft's word.
                "access_denied" | "authorization_declined" => Poll::Denied,
                "expired_token" => Poll::Expired,
                _ => Poll::Failed(error),
            },
            OAuthError::Away { wait, .. } => {
                // "exponential backoff", RFC 8628 §3.5
                self.interval = (self.interval * 2).clamp(INTERVAL, INTERVAL_MOST);
                Poll::Wait(wait.unwrap_or(self.interval).max(self.interval))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<DeviceCode, OAuthError> {
        let body = body.as_bytes().to_vec();
        code("host", &Reply { status: 200, retry_after: None, body }, &Vec::new())
    }

    #[test]
    fn a_code_is_read_with_its_defaults_and_bounds() {
        let full = r#"{"device_code":"d","user_code":"AB\u001bC","verification_uri":"https://x",
            "expires_in":900,"interval":7}"#;
        let code = read(full).unwrap();
        assert_eq!(code.user_code, "AB C");
        assert_eq!((code.life.as_secs(), code.interval.as_secs()), (900, 7));
        let least = r#"{"device_code":"d","user_code":"A","verification_url":"https://y"}"#;
        let code = read(least).unwrap();
        assert_eq!((code.life, code.interval), (LIFE_MOST, INTERVAL));
        assert_eq!(code.verification_uri, "https://y");
        for missing in ["device_code", "user_code", "verification_uri"] {
            assert!(read(&full.replace(missing, "x")).is_err(), "{missing}");
        }
    }

    #[test]
    fn what_the_answer_to_a_question_means() {
        let mut poller = Poller { interval: Duration::from_secs(5) };
        check(&mut poller, "authorization_pending", "Wait(5s)");
        check(&mut poller, "slow_down", "Wait(10s)");
        check(&mut poller, "authorization_pending", "Wait(10s)");
        check(&mut poller, "access_denied", "Denied");
        check(&mut poller, "authorization_declined", "Denied");
        check(&mut poller, "expired_token", "Expired");
        check(&mut poller, "invalid_client", "Failed");
        let away = |wait| Err(answer::away("host", "gone".to_owned(), wait));
        assert!(format!("{:?}", poller.heard(away(None))).starts_with("Wait(20s)"));
        let long = Some(Duration::from_secs(90));
        assert!(format!("{:?}", poller.heard(away(long))).starts_with("Wait(90s)"));
        assert!(format!("{:?}", poller.heard(away(None))).starts_with("Wait(60s)"));

        #[track_caller]
        fn check(poller: &mut Poller, code: &str, expected: &str) {
            let (host, code, text) = ("host".into(), code.to_owned(), String::new());
            let poll = poller.heard(Err(OAuthError::Refused { host, code, text }));
            assert!(format!("{poll:?}").starts_with(expected), "{poll:?}");
        }
    }
}
