//! Logins by OAuth 2.0 on a real Dovecot and Postfix, with an endpoint that answers as it is told.
// Clippy allows unwrapping in tests only below this mark.
#![cfg(test)]

mod device;
mod endpoint;
mod mail;
mod tls;

use crate::support::desk::{Desk, SUPPORT};
use crate::support::endpoint::Endpoint;
use crate::support::sink::Sink;
use crate::support::world::World;

/// A client with a secret.
const CLIENT: &str = "client_secret_file = \"secret\"\n";

fn oauth2(endpoint: &Endpoint, keys: &str) -> String {
    format!(
        "provider = \"custom\"\nclient_id = \"app\"\ntoken_url = \"{}\"\nscopes = [\"mail\"]\n{keys}",
        endpoint.url("token")
    )
}

fn device(endpoint: &Endpoint) -> String {
    format!("device_url = \"{}\"\n", endpoint.url("device"))
}

/// A desk that reads its mail by OAuth 2.0, and submits to the sink.
fn reading(world: &World, sink: &Sink, endpoint: &Endpoint, keys: &str) -> Desk {
    let mut desk = Desk::new(world, sink);
    desk.write_secret("secret", "secret-canary\n", 0o600);
    let table = format!("[desk.imap.oauth2]\n{}\n[desk.smtp]", oauth2(endpoint, keys));
    let config = desk.config.replacen("password_file = \"password\"\n", "", 1);
    desk.config = config.replacen("[desk.smtp]", &table, 1);
    desk
}

/// A desk that submits to the world's Postfix by the same login.
fn both(world: &World, sink: &Sink, endpoint: &Endpoint, keys: &str) -> Desk {
    let mut desk = reading(world, sink, endpoint, keys);
    let none = format!("host = \"127.0.0.1\"\nport = {}\ntls = \"plaintext\"\n", sink.port);
    let login = format!(
        "host = \"localhost\"\nport = {}\nca_file = \"{}\"\nuser = \"{SUPPORT}\"\n\
         [desk.smtp.oauth2]\n",
        world.port("SUBMISSIONS"),
        world.ca_file().display()
    );
    assert!(desk.config.contains(&none), "{}", desk.config);
    desk.config = desk.config.replacen(&none, &login, 1);
    desk
}

/// A message of somebody who has a mailbox in the world.
fn request(n: usize) -> Vec<u8> {
    format!(
        "From: carla@paid.example\r\nTo: {SUPPORT}\r\nSubject: Request {n}\r\n\
         Message-ID: <oauth-{n}@paid.example>\r\n\r\nPlease help, {n}.\r\n"
    )
    .into_bytes()
}
