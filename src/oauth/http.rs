//! The one place with a connection to an endpoint: one POST, bounded in time and size, redirected
//! nowhere.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;

use super::answer::{away, shown};
use super::request::Form;
use super::{Endpoint, OAuthError};
use crate::tls::Tls;

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) retry_after: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Time to reach an endpoint, TLS included.
const CONNECT: Duration = Duration::from_secs(10);
/// Time for the whole of it.
const WHOLE: Duration = Duration::from_secs(30);
/// Bytes of an answer; real ones have some thousand.
const BODY_MAX: usize = 64 * 1024;
/// Characters of a reason that are shown.
const REASON_MAX: usize = 200;

pub(super) async fn post(endpoint: &Endpoint, tls: &Tls, form: &Form) -> Result<Reply, OAuthError> {
    let host = endpoint.host();
    let failed = |error: reqwest::Error| away(&host, reason(&error), None);
    let fields: Vec<_> = form.iter().map(|(name, value)| (*name, value.text())).collect();
    // A connection of its own: the next request is an hour away.
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.client_config())
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .pool_max_idle_per_host(0)
        .build()
        .map_err(failed)?;
    let mut response =
        client.post(endpoint.0.clone()).form(&fields).send().await.map_err(failed)?;
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.map(str::to_owned);
    let (status, mut body) = (response.status().as_u16(), Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > BODY_MAX {
            return Err(away(&host, format!("its answer is longer than {BODY_MAX} bytes"), None));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply { status, retry_after, body })
}

/// What went wrong, with its causes; the URL, which says nothing new, is left out.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        let limit = if error.is_connect() { CONNECT } else { WHOLE };
        return format!("no answer within {} s", limit.as_secs());
    }
    let mut deepest: &dyn std::error::Error = error;
    while let Some(cause) = deepest.source() {
        deepest = cause;
    }
    shown(&deepest.to_string(), REASON_MAX, &Vec::new())
}
