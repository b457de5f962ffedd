//! A login by an access token, as each kind of server wants it.

use data_encoding::BASE64;
use tidings::sasl::Secret;
use tidings::smtp::{Connection, Limits, Login, OpenClass, OpenError};
use tidings::tls::Security;

use super::{GREETED, LEFT, peer, server};

/// Logs in at a server that offers this; what came of it.
async fn logged_in(offer: &str, token: &str, talk: &str) -> Result<(), OpenError> {
    let greeted = GREETED.replace("250 DSN", &format!("250 AUTH {offer}"));
    let peer = peer(&[&greeted, talk]).await;
    let login = Login { user: "user".into(), secret: Secret::AccessToken(token.into()) };
    let server = server(peer.port, Security::Plaintext);
    let opened = Connection::open(&server, Some(&login), "desk.example", Limits::default()).await;
    let outcome = match opened {
        Ok(connection) => {
            connection.quit().await;
            Ok(())
        }
        Err(error) => Err(error),
    };
    peer.assert_followed();
    outcome
}

fn xoauth2(token: &str) -> String {
    BASE64.encode(format!("user=user\x01auth=Bearer {token}\x01\x01").as_bytes())
}

#[tokio::test]
async fn std_98_a_short_token_goes_at_once_and_a_long_one_waits() {
    let short = format!("C: AUTH XOAUTH2 {}\nS: 235 ok{LEFT}", xoauth2("t0k"));
    logged_in("PLAIN XOAUTH2", "t0k", &short).await.unwrap();
    let standard = format!("C: AUTH OAUTHBEARER *\nS: 235 ok{LEFT}");
    logged_in("XOAUTH2 OAUTHBEARER", "t0k", &standard).await.unwrap();
    // 24 bytes around the token and 15 around the base64 of it.
    for (bytes, is_short) in [(348, true), (349, false), (2000, false)] {
        let token = "t".repeat(bytes);
        let message = xoauth2(&token);
        let line = format!("AUTH XOAUTH2 {message}\r\n");
        assert_eq!(line.len() <= 512, is_short, "{bytes}");
        let talk = if is_short {
            format!("C: AUTH XOAUTH2 {message}\nS: 235 ok{LEFT}")
        } else {
            format!("C: AUTH XOAUTH2\nS: 334 \nC: {message}\nS: 235 ok{LEFT}")
        };
        logged_in("XOAUTH2", &token, &talk).await.unwrap();
    }
}

#[tokio::test]
async fn std_98_the_account_of_a_failure_is_answered_and_told() {
    let account = BASE64.encode(br#"{"status":"400","schemes":"Bearer","scope":"mail"}"#);
    for (mechanism, answer) in [("XOAUTH2", ""), ("OAUTHBEARER", "AQ==")] {
        let talk = format!("C: AUTH {mechanism} *\nS: 334 {account}\nC: {answer}\nS: 535 5.7.8 no");
        let error = logged_in(mechanism, "t0k", &talk).await.unwrap_err();
        assert_eq!(error.class(), OpenClass::Login);
        let said = "login refused: 535 5.7.8 no (status 400, wanted scope mail)";
        assert_eq!(error.to_string(), said);
    }
    let endless = "C: AUTH XOAUTH2 *\nS: 334 \nC: \nS: 334 \nC: \nS: 334 ";
    let error = logged_in("XOAUTH2", "t0k", endless).await.unwrap_err();
    assert!(matches!(error, OpenError::Garbage(_)), "{error}");
}

#[tokio::test]
async fn std_98_a_server_without_a_mechanism_for_tokens_gets_none() {
    let error = logged_in("PLAIN LOGIN", "t0k", "S! hang").await.unwrap_err();
    assert_eq!(error.class(), OpenClass::Login);
    assert!(error.to_string().contains("OAUTHBEARER, XOAUTH2"), "{error}");
}
