//! An endpoint that refuses, is away, or talks nonsense: the token is used to its end, what stands
//! in the way is told, and work goes on when it is over.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use tidings::config::{Config, Desk as DeskConfig};
use tidings::oauth::Granted;
use tidings::time::{Clock, Timestamp};
use tidings::work::backoff::{Backoff, Trouble};
use tidings::work::logins::Logins;
use tidings::work::tokens::{LoginError, Source, Tokens};
use tidings::work::troubles::{Troubles, in_words};

use super::{CLIENT, device, oauth2, reading};
use crate::support::desk::{SUPPORT, wait_until};
use crate::support::endpoint::{Answer, Endpoint};
use crate::support::sink::Sink;
use crate::support::world::World;

/// A desk's tokens by a clock that stands still.
struct Stand {
    endpoint: Endpoint,
    folder: tempfile::TempDir,
    clock: Clock,
    troubles: Arc<Troubles>,
}

impl Stand {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clock, troubles) = (Clock::manual(Timestamp::from_seconds(1000)), Arc::default());
        let stand = Self { endpoint: Endpoint::start(), folder, clock, troubles };
        stand.write("secret", "secret-canary");
        stand
    }

    fn write(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn desk(&self, table: &str) -> DeskConfig {
        let text = format!(
            "instance = \"desk.example\"\nstate_dir = \"state\"\n[[desk]]\nname = \"support\"\n\
             address = \"{SUPPORT}\"\nticket_prefix = \"EX\"\ndefault_level = \"x\"\n\
             sender_proof = \"off\"\n[desk.imap]\nhost = \"localhost\"\ntls = \"plaintext\"\n\
             user = \"{SUPPORT}\"\n[desk.imap.oauth2]\n{table}[desk.smtp]\nhost = \"localhost\"\n\
             tls = \"plaintext\"\nuser = \"{SUPPORT}\"\n[desk.smtp.oauth2]\n[level.x]\n\
             title = \"X\"\n"
        );
        let path = self.folder.path().join("tidings.toml");
        Config::parse(&text, &path).unwrap().desks.remove(0)
    }

    /// The tokens of a desk with these keys; IMAP and SMTP share them.
    fn tokens(&self, keys: &str) -> Arc<Tokens> {
        self.tokens_of(&oauth2(&self.endpoint, keys))
    }

    fn tokens_of(&self, table: &str) -> Arc<Tokens> {
        let logins = Logins::new(&self.desk(table), &self.clock, &self.troubles);
        let tokens = logins.tokens();
        assert_eq!(tokens.len(), 1);
        Arc::clone(tokens[0])
    }

    fn pass(&self, seconds: u64) {
        let Clock::Manual(now) = &self.clock else { panic!() };
        let us = i64::try_from(seconds).unwrap() * 1_000_000;
        now.fetch_add(us, std::sync::atomic::Ordering::SeqCst);
    }

    fn asked(&self) -> usize {
        self.endpoint.state().asked.len()
    }

    fn grants(&self) {
        self.endpoint.state().always = Answer::Grant;
    }

    fn trouble(&self) -> String {
        in_words(&self.troubles.standing(self.clock.now())).unwrap_or_default()
    }
}

async fn shown(tokens: &Tokens) -> Result<(String, Source), LoginError> {
    let (token, source) = tokens.token().await?;
    Ok((token.secret.expose_secret().to_owned(), source))
}

/// While the endpoint answers so, the token is used to its end and the trouble is told; then there
/// is none, which rests as `trouble` does; and when the endpoint is well, all is.
async fn bears(answer: Answer, trouble: Trouble, says: &str) {
    let stand = Stand::new();
    let tokens = stand.tokens(CLIENT);
    let first = "access-canary-1".to_owned();
    assert_eq!(shown(&tokens).await.unwrap(), (first.clone(), Source::Fetched));
    stand.endpoint.state().always = answer;
    stand.pass(2879);
    assert_eq!(shown(&tokens).await.unwrap(), (first.clone(), Source::Kept));
    assert_eq!((stand.asked(), stand.trouble()), (1, String::new()));

    stand.pass(1);
    assert_eq!(shown(&tokens).await.unwrap(), (first, Source::Kept), "{says}");
    assert_eq!(stand.asked(), 2);
    assert!(stand.trouble().contains(says), "{says:?} is not in {}", stand.trouble());
    assert!(stand.trouble().contains("is used until 1970-01-01T01:16:40Z"), "{}", stand.trouble());

    stand.pass(720);
    let error = shown(&tokens).await.unwrap_err();
    assert_eq!(error.trouble(), trouble, "{error}");
    assert!(error.to_string().contains(says), "{error}");
    let asked = stand.asked();
    assert!(shown(&tokens).await.is_err());
    assert_eq!(stand.asked(), asked, "{says}: who comes at the same time does not ask again");
    let rest = Backoff::default().failed(error.trouble(), 0);
    match trouble {
        Trouble::Login => assert!(rest >= Duration::from_mins(5)),
        Trouble::Server | Trouble::Store => assert!(rest <= Duration::from_secs(30)),
    }

    stand.grants();
    stand.pass(900);
    assert_eq!(shown(&tokens).await.unwrap(), ("access-canary-2".to_owned(), Source::Fetched));
    assert_eq!(stand.trouble(), "");
}

#[tokio::test]
async fn flt_36_a_token_is_used_to_its_end_whatever_the_endpoint_does() {
    let grant = r#"{"error":"invalid_grant","error_description":"expired"}"#;
    let refusal = "gives no token: invalid_grant: expired; see the client's id and secret";
    bears(Answer::Say(400, "", grant), Trouble::Login, refusal).await;
    let client = r#"{"error":"invalid_client"}"#;
    bears(Answer::Say(401, "", client), Trouble::Login, "invalid_client; see the client's").await;
    bears(Answer::Say(429, "retry-after: 60\r\n", ""), Trouble::Server, "it answers 429").await;
    bears(Answer::Say(500, "", ""), Trouble::Server, "it answers 500").await;
    bears(Answer::Say(200, "", "<html>"), Trouble::Server, "its answer is not JSON").await;
    let elsewhere = "location: http://127.0.0.1:1/\r\n";
    bears(Answer::Say(307, elsewhere, ""), Trouble::Server, "it answers 307").await;
    bears(Answer::Huge, Trouble::Server, "longer than 65536 bytes").await;
}

#[tokio::test]
async fn flt_36_retry_after_is_honoured() {
    let stand = Stand::new();
    let tokens = stand.tokens(CLIENT);
    stand.endpoint.state().always = Answer::Say(429, "retry-after: 60\r\n", "");
    assert!(shown(&tokens).await.is_err());
    stand.grants();
    stand.pass(59);
    assert!(shown(&tokens).await.is_err());
    assert_eq!(stand.asked(), 1);
    stand.pass(1);
    assert!(shown(&tokens).await.is_ok());
}

#[tokio::test]
async fn flt_36_an_endpoint_that_hangs_is_left_after_half_a_minute() {
    let stand = Stand::new();
    let tokens = stand.tokens(CLIENT);
    stand.endpoint.state().next = VecDeque::from([Answer::Hang]);
    let error = shown(&tokens).await.unwrap_err();
    assert_eq!(error.trouble(), Trouble::Server);
    assert!(error.to_string().contains("no answer within 30 s"), "{error}");
    stand.pass(2);
    assert!(shown(&tokens).await.is_ok());
}

#[tokio::test]
async fn std_98_who_comes_at_the_same_time_gets_the_same_token() {
    let stand = Stand::new();
    let tokens = stand.tokens(CLIENT);
    let all = futures_util::future::join_all((0..8).map(|_| shown(&tokens))).await;
    assert!(all.iter().all(|one| one.as_ref().unwrap().0 == "access-canary-1"));
    assert_eq!(stand.asked(), 1);
    // A refused one is replaced once, by whoever is first.
    let (refused, _) = tokens.token().await.unwrap();
    stand.pass(1);
    let replaced = futures_util::future::join_all((0..8).map(|_| tokens.replace(&refused))).await;
    let is_second =
        |token: &tidings::oauth::Token| token.secret.expose_secret() == "access-canary-2";
    assert!(replaced.iter().all(|one| is_second(one.as_ref().unwrap())));
    assert_eq!(stand.asked(), 2);
}

#[tokio::test]
async fn std_97_a_service_account_speaks_for_the_user() {
    let stand = Stand::new();
    let pem = include_str!("../../data/service-account.pem");
    let key = serde_json::json!({ "client_email": "robot@project.example", "private_key": pem });
    stand.write("key.json", &key.to_string());
    let keys = oauth2(&stand.endpoint, "key_file = \"key.json\"\n");
    let tokens = stand.tokens_of(&keys.replace("client_id = \"app\"\n", ""));
    assert!(shown(&tokens).await.is_ok());
    let asked = stand.endpoint.state().asked[0].clone();
    assert_eq!(asked["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    let claims = asked["assertion"].split('.').nth(1).unwrap();
    let claims = data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!((&claims["sub"], &claims["iat"]), (&SUPPORT.into(), &1000.into()));
    assert_eq!(asked.len(), 2, "{:?}", asked.keys());
}

#[tokio::test]
async fn std_96_a_token_whose_successor_cannot_be_kept_is_not_used() {
    let stand = Stand::new();
    let keys = device(&stand.endpoint);
    let file = stand.folder.path().join("state/token.support.imap");
    let tokens = stand.tokens(&keys);
    let error = shown(&tokens).await.unwrap_err();
    assert_eq!(error.trouble(), Trouble::Login);
    assert!(error.to_string().contains("type: tidings login support"), "{error}");
    let granted = Granted {
        access: "unused".into(),
        life: Duration::ZERO,
        refresh: Some("refresh-canary-0".into()),
        refresh_life: None,
    };
    tokens.accept(&granted, stand.clock.now()).await.unwrap();

    // What stands where the new file is to be written makes every write fail.
    let obstacle = file.with_added_extension("new");
    std::fs::create_dir(&obstacle).unwrap();
    for _ in 0..2 {
        let error = shown(&tokens).await.unwrap_err();
        assert!(error.to_string().contains("cannot use the token file"), "{error}");
        assert_eq!(error.trouble(), Trouble::Server);
        assert_eq!(stand.asked(), 1, "the old one is not shown again");
        assert!(std::fs::read_to_string(&file).unwrap().contains("refresh-canary-0"));
    }
    std::fs::remove_dir(&obstacle).unwrap();
    assert_eq!(shown(&tokens).await.unwrap().0, "access-canary-1");
    assert_eq!(stand.asked(), 1);
    assert!(std::fs::read_to_string(&file).unwrap().contains("refresh-canary-1"));
}

#[tokio::test]
async fn flt_36_who_was_refused_tries_again_as_soon_as_somebody_has_logged_in() {
    let stand = Stand::new();
    let tokens = stand.tokens(&device(&stand.endpoint));
    let granted = |refresh: &str| Granted {
        access: "unused".into(),
        life: Duration::ZERO,
        refresh: Some(refresh.into()),
        refresh_life: None,
    };
    tokens.accept(&granted("revoked"), stand.clock.now()).await.unwrap();
    let error = shown(&tokens).await.unwrap_err();
    assert!(error.to_string().contains("invalid_grant; type: tidings login support"), "{error}");
    assert!(shown(&tokens).await.is_err());
    assert_eq!(stand.asked(), 1);
    // As another process does it.
    let other = stand.tokens(&device(&stand.endpoint));
    other.accept(&granted("refresh-canary-0"), stand.clock.now()).await.unwrap();
    assert_eq!(shown(&tokens).await.unwrap().0, "access-canary-1");
}

#[tokio::test]
async fn an_end_is_known_before_it_comes() {
    let stand = Stand::new();
    let keys = format!("{CLIENT}client_secret_expires = \"1970-01-10\"\n");
    let ends = stand.tokens(&keys).expiries();
    assert_eq!(format!("{ends:?}").matches("ClientSecret").count(), 1);
    assert_eq!(ends[0].at, Timestamp::from_seconds(9 * 86400));
    assert!(stand.tokens(CLIENT).expiries().is_empty());
}

#[test]
fn flt_36_an_endpoint_that_refuses_rests_five_minutes_and_stands_in_the_status() {
    let endpoint = Endpoint::start();
    let world = World::up(&["MTA=0", "MAIL_FSYNC=never", &endpoint.dovecot("xoauth2")]);
    let sink = Sink::start(&[]);
    let desk = reading(&world, &sink, &endpoint, CLIENT);
    let refusal = r#"{"error":"invalid_client","error_description":"AADSTS7000222: expired"}"#;
    endpoint.state().always = Answer::Say(401, "", refusal);
    let daemon = desk.start();
    wait_until("it is logged", || daemon.log().contains("Cannot read INBOX"));
    let log = daemon.log();
    let line = log.lines().find(|line| line.contains("Cannot read INBOX")).unwrap();
    assert!(line.contains("invalid_client: AADSTS7000222: expired; see the client's"), "{line}");
    let (_, rest) = line.split_once("rest_s=").unwrap();
    let rest: u64 = rest.split(' ').next().unwrap().parse().unwrap();
    assert!((300..=375).contains(&rest), "{line}");
    wait_until("the status says it", || desk.run(&["status"]).stdout.contains("AADSTS7000222"));
    assert_eq!(endpoint.state().asked.len(), 1);
    assert_eq!(daemon.stop(), Some(0));

    let check = desk.run(&["check"]);
    assert_eq!(check.code, Some(78), "{}", check.stdout);
    assert!(check.stdout.contains("WRONG support: oauth2"), "{}", check.stdout);
    endpoint.state().always = Answer::Say(503, "", "");
    let check = desk.run(&["check"]);
    assert_eq!(check.code, Some(69), "{}", check.stdout);

    endpoint.state().always = Answer::Grant;
    let mut warned = reading(&world, &sink, &endpoint, CLIENT);
    let ends = "client_secret_expires = \"2020-01-31\"\n[desk.smtp]";
    warned.config = warned.config.replacen("[desk.smtp]", ends, 1);
    let said = warned.ok(&["check"]);
    assert!(said.contains("came to its end on 31 January 2020"), "{said}");
    endpoint.state().always = Answer::Say(503, "", "");

    // Away, it is tried again soon, and work goes on by itself.
    let daemon = desk.start();
    wait_until("it is logged", || daemon.log().contains("it answers 503"));
    endpoint.state().always = Answer::Grant;
    wait_until("the folder is looked at", || daemon.log().contains("First look at"));
    assert_eq!(daemon.stop(), Some(0));
}
