//! What an endpoint's answer means (RFC 6749 §5). Pure; nothing in it is trusted.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::OAuthError;
use super::http::Reply;
use super::request::{self, Form};

/// A token and what came with it.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The access token.
    pub access: SecretString,
    /// How long it lasts from the request on.
    pub life: Duration,
    /// The token for the next one; the one before is not to be used any more.
    pub refresh: Option<SecretString>,
    /// How long that lasts, where the endpoint says it.
    pub refresh_life: Option<Duration>,
}

/// The life of a token whose answer does not tell it: a server that refuses it earlier is met by a
/// fresh one.
const LIFE_UNKNOWN: Duration = Duration::from_mins(10);
/// Longer lives are not believed; a fresh token costs one request.
const LIFE_MAX: Duration = Duration::from_hours(24);
/// The longest life of a refresh token that is told to people.
const REFRESH_LIFE_MAX: Duration = Duration::from_hours(24 * 366 * 10);
/// What an endpoint may ask us to wait.
const WAIT_LEAST: Duration = Duration::from_secs(1);
const WAIT_MOST: Duration = Duration::from_mins(15);
/// Characters of its words that are shown.
const CODE_MAX: usize = 60;
const TEXT_MAX: usize = 200;
/// Bytes of a token; the longest known ones have some thousand.
const TOKEN_MAX: usize = 16 * 1024;

pub(super) fn granted(host: &str, reply: &Reply, form: &Form) -> Result<Granted, OAuthError> {
    let answer = object(host, reply, form)?;
    let garbage = |what: &str| away(host, format!("its answer has {what}"), None);
    let token = |key: &str| answer.get(key).and_then(Value::as_str).filter(|text| is_token(text));
    let access = token("access_token").ok_or_else(|| garbage("no access token"))?;
    let kind = answer.get("token_type").and_then(Value::as_str).unwrap_or_default();
    if !kind.eq_ignore_ascii_case("bearer") {
        return Err(garbage("a token that is not a bearer's"));
    }
    let refresh = match answer.get("refresh_token") {
        None | Some(Value::Null) => None,
        Some(_) => Some(token("refresh_token").ok_or_else(|| garbage("a bad refresh token"))?),
    };
    Ok(Granted {
        access: access.into(),
        life: seconds(&answer, "expires_in").unwrap_or(LIFE_UNKNOWN).min(LIFE_MAX),
        refresh: refresh.map(SecretString::from),
        refresh_life: seconds(&answer, "refresh_token_expires_in")
            .or_else(|| seconds(&answer, "refresh_expires_in"))
            // Keycloak's word for "never".
            .filter(|life| !life.is_zero())
            .map(|life| life.min(REFRESH_LIFE_MAX)),
    })
}

/// The JSON object of a good answer; any other answer is an error.
pub(super) fn object(host: &str, reply: &Reply, form: &Form) -> Result<Value, OAuthError> {
    let json = serde_json::from_slice(&reply.body).ok().filter(Value::is_object);
    if (200..300).contains(&reply.status) {
        return json.ok_or_else(|| away(host, "its answer is not JSON".to_owned(), None));
    }
    let said = |key: &str| json.as_ref().and_then(|json| json.get(key)).and_then(Value::as_str);
    let code = said("error").map(|code| shown(code, CODE_MAX, form));
    let code = match (reply.status, code) {
        // RFC 6749 §4.1.2.1 has them for times when a code of HTTP cannot be given.
        (_, Some(code)) if ["temporarily_unavailable", "server_error"].contains(&&*code) => {
            return Err(away(host, code, wait(reply)));
        }
        (400 | 401 | 403, Some(code)) => code,
        (401 | 403, None) => format!("status {}", reply.status),
        (status, _) => return Err(away(host, format!("it answers {status}"), wait(reply))),
    };
    let text = said("error_description").map(|text| shown(text, TEXT_MAX, form));
    Err(OAuthError::Refused { host: host.into(), code, text: text.unwrap_or_default() })
}

pub(super) fn away(host: &str, why: String, wait: Option<Duration>) -> OAuthError {
    OAuthError::Away { host: host.into(), why, wait }
}

/// RFC 9110 §10.2.3, in seconds; a date is taken for nothing.
fn wait(reply: &Reply) -> Option<Duration> {
    let seconds = reply.retry_after.as_deref()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).clamp(WAIT_LEAST, WAIT_MOST))
}

/// A number of seconds; some endpoints write it as text.
pub(super) fn seconds(answer: &Value, key: &str) -> Option<Duration> {
    let value = answer.get(key)?;
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    Some(Duration::from_secs(number))
}

/// Visible ASCII (RFC 6749 appendix A.12): anything else would not fit where it is sent.
pub(super) fn is_token(text: &str) -> bool {
    (1..=TOKEN_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A text of the endpoint, fit for a log line. Should it hold what we sent, that is left out.
pub(super) fn shown(text: &str, max: usize, form: &Form) -> String {
    let mut text = text.to_owned();
    for (_, value) in form {
        match value {
            request::Value::Secret(secret) => {
                text = text.replace(secret.expose_secret(), "(secret)");
            }
            request::Value::Plain(_) => {}
        }
    }
    let plain = |char: char| if char.is_control() { ' ' } else { char };
    text.trim().chars().map(plain).take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Granted, OAuthError> {
        answer_with(status, None, body)
    }

    fn answer_with(status: u16, retry: Option<&str>, body: &str) -> Result<Granted, OAuthError> {
        let body = body.as_bytes().to_vec();
        let form = vec![("client_secret", request::Value::Secret("s3cret".into()))];
        granted("host", &Reply { status, retry_after: retry.map(str::to_owned), body }, &form)
    }

    #[test]
    fn std_98_a_good_answer_is_read() {
        check(r#""expires_in":3599"#, 3599);
        check(r#""expires_in":"3599""#, 3599);
        check(r#""expires_in":99999999999"#, 86400);
        check(r#""expires_in":-1"#, 600);
        check(r#""expires_in":null"#, 600);

        #[track_caller]
        fn check(life: &str, seconds: u64) {
            let body = format!(r#"{{"access_token":"t","token_type":"bearer",{life}}}"#);
            let granted = answer(200, &body).unwrap();
            assert_eq!(granted.access.expose_secret(), "t");
            assert_eq!(granted.life.as_secs(), seconds);
            assert!(granted.refresh.is_none() && granted.refresh_life.is_none());
        }
        let rotated = r#"{"access_token":"t","token_type":"Bearer","expires_in":60,
            "refresh_token":"r","refresh_token_expires_in":604800}"#;
        let granted = answer(200, rotated).unwrap();
        assert_eq!(granted.refresh.unwrap().expose_secret(), "r");
        assert_eq!(granted.refresh_life, Some(Duration::from_hours(168)));
    }

    #[test]
    fn flt_36_an_answer_is_a_token_a_refusal_or_the_servers_trouble() {
        check(
            400,
            r#"{"error":"invalid_grant","error_description":"Bad\nday"}"#,
            "invalid_grant: Bad day",
        );
        check(401, r#"{"error":"invalid_client"}"#, "host gives no token: invalid_client");
        check(401, "<html>", "no token: status 401");
        check(403, "", "no token: status 403");
        check(
            400,
            r#"{"error":"temporarily_unavailable"}"#,
            "no token now: temporarily_unavailable",
        );
        for status in [302, 404, 429, 500, 502, 503] {
            check(
                status,
                r#"{"error":"invalid_grant"}"#,
                &format!("no token now: it answers {status}"),
            );
        }
        check(400, "<html>", "no token now: it answers 400");
        check(200, "<html>", "no token now: its answer is not JSON");
        check(200, "[]", "no token now: its answer is not JSON");
        check(200, "{}", "no token now: its answer has no access token");
        check(200, r#"{"access_token":"a b","token_type":"bearer"}"#, "has no access token");
        check(200, r#"{"access_token":"t","token_type":"mac"}"#, "not a bearer's");
        check(
            200,
            r#"{"access_token":"t","token_type":"bearer","refresh_token":1}"#,
            "bad refresh",
        );

        #[track_caller]
        fn check(status: u16, body: &str, said: &str) {
            let error = answer(status, body).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn flt_36_retry_after_is_honoured_within_bounds() {
        check("0", Some(1));
        check("120", Some(120));
        check("99999999", Some(900));
        check("Wed, 21 Oct 2026 07:28:00 GMT", None);
        check("-5", None);

        #[track_caller]
        fn check(header: &str, seconds: Option<u64>) {
            let Err(OAuthError::Away { wait, .. }) = answer_with(429, Some(header), "") else {
                panic!("{header}");
            };
            assert_eq!(wait.map(|wait| wait.as_secs()), seconds, "{header}");
        }
    }

    #[test]
    fn thr_37_an_endpoint_that_repeats_our_secret_does_not_make_us_say_it() {
        let body = r#"{"error":"x-s3cret","error_description":"the secret s3cret is bad"}"#;
        let error = answer(400, body).unwrap_err().to_string();
        assert_eq!(error, "host gives no token: x-(secret): the secret (secret) is bad");
    }

    #[test]
    fn texts_of_an_endpoint_have_an_end() {
        let body = format!(r#"{{"error":"{0}","error_description":"{0}"}}"#, "x".repeat(1000));
        let Err(OAuthError::Refused { code, text, .. }) = answer(400, &body) else { panic!() };
        assert_eq!((code.len(), text.len()), (CODE_MAX, TEXT_MAX));
        let long = "x".repeat(TOKEN_MAX + 1);
        let body = format!(r#"{{"access_token":"{long}","token_type":"bearer"}}"#);
        assert!(answer(200, &body).is_err());
    }
}
