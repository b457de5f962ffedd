//! From mail to acknowledgement by each mechanism; tokens that end meanwhile.

use std::time::{Duration, Instant};

use super::{CLIENT, both, request};
use crate::support::desk::{Desk, SUPPORT, wait_until};
use crate::support::endpoint::Endpoint;
use crate::support::peer::Peer;
use crate::support::sink::Sink;
use crate::support::world::World;

const CARLA: &str = "carla@paid.example";

#[track_caller]
fn mail_becomes_a_ticket_by(mechanisms: &str) {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let endpoint = Endpoint::start();
    let world = World::up(&["MAIL_FSYNC=never", &endpoint.dovecot(mechanisms)]);
    let desk = both(&world, &Sink::start(&[]), &endpoint, CLIENT);
    let checked = desk.ok(&["check"]);
    assert!(checked.contains("oauth2") && checked.contains("has a token until"), "{checked}");
    let daemon = desk.start();
    wait_until("the folder is looked at", || daemon.log().contains("First look at"));
    world.deliver(SUPPORT, &request(1));
    wait_until("it is acknowledged", || world.count(CARLA, "INBOX") == 1);
    // One token for both servers: one of `check`, one of the daemon.
    assert_eq!(endpoint.state().asked.len(), 2, "{}", daemon.log());

    // What was good a moment ago is refused: a fresh one is fetched, and nothing is lost.
    endpoint.forget();
    world.deliver(SUPPORT, &request(2));
    wait_until("it is acknowledged, too", || world.count(CARLA, "INBOX") == 2);
    assert_eq!(endpoint.state().asked.len(), 3);
    assert!(!daemon.log().contains("ERROR"), "{}", daemon.log());
    assert_eq!(desk.tickets().len(), 2);
    assert_eq!(daemon.stop(), Some(0));
    let asked = &endpoint.state().asked[0];
    let shown = ["grant_type", "client_id", "client_secret", "scope"].map(|key| &*asked[key]);
    assert_eq!(shown, ["client_credentials", "app", "secret-canary", "mail"]);
}

#[test]
fn std_98_mail_becomes_a_ticket_by_xoauth2() {
    mail_becomes_a_ticket_by("xoauth2");
}

#[test]
fn std_98_mail_becomes_a_ticket_by_oauthbearer() {
    mail_becomes_a_ticket_by("oauthbearer");
}

#[test]
fn std_98_a_token_is_replaced_when_most_of_its_life_is_over() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let endpoint = Endpoint::start();
    endpoint.state().life = 1;
    let options = ["MAIL_FSYNC=never", &endpoint.dovecot("xoauth2 oauthbearer")];
    let world = World::up(&options);
    let desk = both(&world, &Sink::start(&[]), &endpoint, CLIENT);
    let daemon = desk.start();
    wait_until("the folder is looked at", || daemon.log().contains("First look at"));
    let begun = Instant::now();
    world.deliver(SUPPORT, &request(1));
    wait_until("it is acknowledged", || world.count(CARLA, "INBOX") == 1);
    let before = endpoint.state().asked.len();
    wait_until("the token is over", || begun.elapsed() > Duration::from_secs(1));
    world.deliver(SUPPORT, &request(2));
    wait_until("it is acknowledged, too", || world.count(CARLA, "INBOX") == 2);
    assert!(endpoint.state().asked.len() > before);
    // The session is renewed with its token, not cut off at some time after.
    wait_until("the folder's session is renewed", || endpoint.state().asked.len() > before + 2);
    assert!(!daemon.log().contains("The mail server is back"), "{}", daemon.log());
    assert!(!daemon.log().contains("ERROR"), "{}", daemon.log());
    assert_eq!(daemon.stop(), Some(0));
}

/// Exchange Online without passwords.
const NO_PASSWORDS: &str = "S: 220 ready\nC: EHLO *\nS: 250-x\nS: 250 AUTH PLAIN XOAUTH2\n\
                            C: AUTH PLAIN *\nS: 550 5.7.30 Basic authentication is off\nS! hang";

#[tokio::test(flavor = "multi_thread")]
async fn std_99_a_provider_without_passwords_is_left_alone_and_oauth2_is_named() {
    let peer = Peer::start(&[NO_PASSWORDS]).await;
    let (world, sink) = (World::up(&["MTA=0", "MAIL_FSYNC=never"]), Sink::start(&[]));
    let mut desk = Desk::new(&world, &sink);
    let login = "user = \"support@desk.example\"\npassword_file = \"password\"\n";
    let port = format!("port = {}\ntls = \"plaintext\"\n", sink.port);
    let to_peer = format!("port = {}\ntls = \"plaintext\"\n{login}", peer.port);
    desk.config = desk.config.replacen(&port, &to_peer, 1);
    let daemon = desk.start();
    wait_until("the folder is looked at", || daemon.log().contains("First look at"));
    world.deliver(SUPPORT, &request(1));
    wait_until("it is logged", || daemon.log().contains("Cannot submit"));
    let log = daemon.log();
    let line = log.lines().find(|line| line.contains("Cannot submit")).unwrap();
    assert!(line.contains("takes no password any more: set [desk.smtp.oauth2]"), "{line}");
    let rest: u64 =
        line.split_once("rest_s=").unwrap().1.split(' ').next().unwrap().parse().unwrap();
    assert!(rest >= 300, "{line}");
    wait_until("it waits", || desk.outbox().iter().any(|notice| notice["state"] == "due"));
    assert!(desk.outbox().iter().all(|notice| notice["attempts"] == 0));
    assert_eq!(daemon.stop(), Some(0));
    let heard = peer.heard.lock().unwrap();
    assert_eq!(heard.iter().filter(|line| line.starts_with("AUTH")).count(), 1, "{heard:?}");
}
