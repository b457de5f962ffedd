//! A login by an access token, as each kind of server wants it.

use data_encoding::BASE64;
use tidings::imap::{Class, ImapError, Login, Session};
use tidings::sasl::Secret;
use tidings::tls::Security;

use super::{patient, server};
use crate::support::peer::Peer;

const TOKEN: &str = "t0k3n";

/// Logs in at a server that says it can do this; what came of it.
async fn logged_in(capabilities: &str, steps: &str) -> Result<(), ImapError> {
    let script = format!(
        "S: * OK ready\nC: T0001 CAPABILITY\nS: * CAPABILITY IMAP4rev1 {capabilities}\n\
         S: {{tag}} OK done\n{steps}"
    );
    let peer = Peer::start(&[&script]).await;
    let login = Login { user: "support".into(), secret: Secret::AccessToken(TOKEN.into()) };
    let server = server(peer.port, Security::Plaintext);
    let outcome = Session::connect(&server, &login, patient()).await.map(|_| ());
    peer.assert_followed();
    outcome
}

const LOGGED_IN: &str = "S: {tag} OK in\nC: T0003 CAPABILITY\nS: * CAPABILITY IMAP4rev1\n\
                         S: {tag} OK done";

fn xoauth2() -> String {
    BASE64.encode(format!("user=support\x01auth=Bearer {TOKEN}\x01\x01").as_bytes())
}

#[tokio::test]
async fn std_98_a_token_goes_the_way_that_the_server_offers() {
    let message = xoauth2();
    let at_once = format!("C: T0002 AUTHENTICATE XOAUTH2 {message}\n{LOGGED_IN}");
    logged_in("AUTH=PLAIN AUTH=XOAUTH2 SASL-IR", &at_once).await.unwrap();
    let later = format!("C: T0002 AUTHENTICATE XOAUTH2\nS: +\nC: {message}\n");
    let ending = LOGGED_IN.replacen("{tag}", "T0002", 1);
    logged_in("AUTH=XOAUTH2", &(later + &ending)).await.unwrap();
    let standard = format!("C: T0002 AUTHENTICATE OAUTHBEARER *\n{LOGGED_IN}");
    logged_in("AUTH=XOAUTH2 AUTH=OAUTHBEARER SASL-IR", &standard).await.unwrap();
}

#[tokio::test]
async fn std_98_the_account_of_a_failure_is_answered_and_told() {
    let account = BASE64.encode(br#"{"status":"invalid_token","scope":"mail"}"#);
    let steps = |mechanism: &str, answer: &str| {
        format!(
            "C: T0002 AUTHENTICATE {mechanism} *\nS: + {account}\nC: {answer}\n\
             S: T0002 NO [AUTHENTICATIONFAILED] no"
        )
    };
    for (mechanism, answer) in [("XOAUTH2", ""), ("OAUTHBEARER", "AQ==")] {
        let offer = format!("AUTH={mechanism} SASL-IR");
        let error = logged_in(&offer, &steps(mechanism, answer)).await.unwrap_err();
        assert_eq!(error.class(), Class::Login);
        let text = error.to_string();
        assert!(text.ends_with("no (status invalid_token, wanted scope mail)"), "{text}");
    }
    let more = steps("XOAUTH2", "").replace("S: T0002 NO", "S: + \nS: T0002 NO");
    let error = logged_in("AUTH=XOAUTH2 SASL-IR", &more).await.unwrap_err();
    assert!(matches!(error, ImapError::Garbage { .. }), "{error}");
}

#[tokio::test]
async fn std_98_a_server_without_a_mechanism_for_tokens_gets_none() {
    let error = logged_in("AUTH=PLAIN SASL-IR", "S! hang").await.unwrap_err();
    assert!(error.to_string().contains("OAUTHBEARER, XOAUTH2"), "{error}");
}
