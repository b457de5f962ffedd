//! A login by OAuth 2.0: whether a token is to be had, until when, and what to do.

use super::report::Finding;
use crate::oauth;
use crate::time::Clock;
use crate::work::backoff::Trouble;
use crate::work::logins::announcement;
use crate::work::tokens::Tokens;

const ABOUT: &str = "oauth2";

pub(super) async fn look(tokens: &Tokens, desk: &str) -> Finding {
    let token = match tokens.token().await {
        Ok((token, _)) => token,
        Err(error) => {
            return match error.trouble() {
                Trouble::Server | Trouble::Store => Finding::down(ABOUT, error.to_string()),
                Trouble::Login => Finding::wrong(ABOUT, error.to_string()),
            };
        }
    };
    let now = Clock::System.now();
    let ends = tokens.expiries().into_iter().filter(|expiry| oauth::is_near(expiry.at, now));
    let ends: Vec<_> = ends.map(|expiry| announcement(tokens.user(), desk, expiry, now)).collect();
    let text = format!("{} has a token until {}", tokens.user(), token.expires);
    if ends.is_empty() {
        Finding::good(ABOUT, text)
    } else {
        Finding::soon(ABOUT, format!("{text}; {}", ends.join("; ")))
    }
}
