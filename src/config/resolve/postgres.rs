//! Reads the URL of a `PostgreSQL` database. What is wrong is a constant text, so that none can hold
//! a password that somebody wrote into the URL.
//!
//! By hand: the `url` crate follows the WHATWG and takes no user without a host, which is how a Unix
//! socket is written (`postgres://USER@/DATABASE?host=/FOLDER`).

use std::net::Ipv6Addr;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use super::is_loopback;
use crate::store::location::{PostgresServer, PostgresWay};

/// What is wrong, and what would be right.
type Wrong = &'static str;

const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
/// Where a server listens when nobody says.
const PORT: u16 = 5432;

pub(super) const SHAPE: Wrong = "must be \"sqlite:FILE\", \"postgres://USER@HOST/DATABASE\", or by a \
     Unix socket \"postgres://USER@/DATABASE?host=/FOLDER\"";
const PASSWORD: Wrong = "a password does not belong here: write it to a file of mode 0600 and name \
     that file in database_password_file";
const NO_USER: Wrong = "the user is missing: \"postgres://USER@HOST/DATABASE\"";
const NO_DATABASE: Wrong = "the name of the database is missing, or has a \"/\" that is not written \
     %2F: \"postgres://USER@HOST/DATABASE\"";
const NO_HOST: Wrong = "the host is missing: \"postgres://USER@HOST/DATABASE\", or by a Unix socket \
     \"postgres://USER@/DATABASE?host=/FOLDER\"";
const TWO_HOSTS: Wrong = "a host and host=/FOLDER exclude each other: \
     \"postgres://USER@HOST/DATABASE\" or \"postgres://USER@/DATABASE?host=/FOLDER\"";
const HOST: Wrong = "the host must be a name, an IPv4 address, or an IPv6 address in brackets; an \
     \"@\" in the user's name is written %40";
const PORT_RANGE: Wrong = "the port must be from 1 to 65535";
const PORT_PLACE: Wrong = "the port stands behind a host (HOST:PORT), or with a Unix socket as \
     \"?host=/FOLDER&port=PORT\"";
const FOLDER: Wrong = "\"host=\" is for the folder of a Unix socket and begins with \"/\"; a server's \
     name stands before the database's: \"postgres://USER@HOST/DATABASE\"";
const PARAMETERS: Wrong = "the only parameters are, each once, sslmode=verify-full or \
     sslmode=disable with a host, and host=/FOLDER and port=PORT with a Unix socket";
const FRAGMENT: Wrong = "must have no \"#\"; within a name it is written %23";
const ESCAPE: Wrong = "a \"%\" stands before two hexadecimal digits and is itself written %25; what \
     they say must be UTF-8 without control characters";
const BLANK: Wrong = "must have no blanks; within a name one is written %20";
const SSLMODE: Wrong = "sslmode is verify-full, which is the default, or on a loopback host disable: \
     what lies between does not verify whom we talk to";
const SSLMODE_LOOPBACK: Wrong = "sslmode=disable is for a loopback host only (localhost, 127.0.0.0/8, \
     ::1)";
const SSLMODE_SOCKET: Wrong = "sslmode is for a host; a Unix socket has no TLS";

#[derive(Clone, Copy)]
enum SslMode {
    VerifyFull,
    Disable,
}

/// What stands behind the "?".
#[derive(Default)]
struct Parameters {
    host: Option<String>,
    port: Option<u16>,
    sslmode: Option<SslMode>,
}

pub(super) fn server(url: &str) -> Result<PostgresServer, Wrong> {
    let rest = SCHEMES.iter().find_map(|scheme| url.strip_prefix(scheme)).ok_or(SHAPE)?;
    // First, so that whatever a password breaks behind it is not what is complained about.
    let (user, rest) = rest.split_once('@').ok_or(NO_USER)?;
    if user.contains(':') {
        return Err(PASSWORD);
    }
    if user.is_empty() || user.contains(['/', '?', '#']) {
        return Err(NO_USER);
    }
    if url.contains(|char: char| char.is_whitespace() || char.is_control()) {
        return Err(BLANK);
    }
    if url.contains('#') {
        return Err(FRAGMENT);
    }
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let parameters = query.map_or(Ok(Parameters::default()), parameters)?;
    let (place, database) = rest.split_once('/').ok_or(NO_DATABASE)?;
    if database.is_empty() || database.contains('/') {
        return Err(NO_DATABASE);
    }
    Ok(PostgresServer {
        way: way(place, parameters)?,
        user: decoded(user)?.into(),
        database: decoded(database)?.into(),
    })
}

fn parameters(query: &str) -> Result<Parameters, Wrong> {
    let mut found = Parameters::default();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').ok_or(PARAMETERS)?;
        let again = match name {
            "host" => found.host.replace(decoded(value)?).is_some(),
            "port" => found.port.replace(port(value)?).is_some(),
            "sslmode" => found.sslmode.replace(ssl_mode(value)?).is_some(),
            "password" => return Err(PASSWORD),
            _ => return Err(PARAMETERS),
        };
        if again {
            return Err(PARAMETERS);
        }
    }
    Ok(found)
}

fn ssl_mode(text: &str) -> Result<SslMode, Wrong> {
    match text {
        "verify-full" => Ok(SslMode::VerifyFull),
        "disable" => Ok(SslMode::Disable),
        _ => Err(SSLMODE),
    }
}

fn way(place: &str, parameters: Parameters) -> Result<PostgresWay, Wrong> {
    let Parameters { host: folder, port: socket, sslmode } = parameters;
    match (place.is_empty(), folder) {
        (true, None) => Err(NO_HOST),
        (true, Some(folder)) if !folder.starts_with('/') => Err(FOLDER),
        (true, Some(_)) if sslmode.is_some() => Err(SSLMODE_SOCKET),
        (true, Some(folder)) => {
            Ok(PostgresWay::Socket { folder: PathBuf::from(folder), port: socket.unwrap_or(PORT) })
        }
        (false, Some(_)) if place.starts_with(':') => Err(PORT_PLACE),
        (false, Some(_)) => Err(TWO_HOSTS),
        (false, None) if socket.is_some() => Err(PORT_PLACE),
        (false, None) => {
            let (host, port) = host_and_port(place)?;
            let host: Box<str> = host.into();
            match sslmode {
                None | Some(SslMode::VerifyFull) => {
                    Ok(PostgresWay::Tls { host, port, ca_file: None })
                }
                Some(SslMode::Disable) if is_loopback(&host) => {
                    Ok(PostgresWay::Plaintext { host, port })
                }
                Some(SslMode::Disable) => Err(SSLMODE_LOOPBACK),
            }
        }
    }
}

/// The host, an IPv6 address without its brackets, and the port.
fn host_and_port(place: &str) -> Result<(&str, u16), Wrong> {
    let (host, rest) = if let Some(inner) = place.strip_prefix('[') {
        let (address, rest) = inner.split_once(']').ok_or(HOST)?;
        address.parse::<Ipv6Addr>().map_err(|_| HOST)?;
        (address, rest)
    } else {
        let end = place.find(':').unwrap_or(place.len());
        let (host, rest) = place.split_at(end);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if host.is_empty() || !host.bytes().all(plain) {
            return Err(HOST);
        }
        (host, rest)
    };
    match rest.strip_prefix(':') {
        Some(text) => Ok((host, port(text)?)),
        None if rest.is_empty() => Ok((host, PORT)),
        None => Err(HOST),
    }
}

/// Digits alone: the standard library takes a sign, too.
fn port(text: &str) -> Result<u16, Wrong> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PORT_RANGE);
    }
    text.parse().ok().filter(|port| *port > 0).ok_or(PORT_RANGE)
}

/// Strictly (RFC 3986 §2.1); a NUL would end a name early in the server's protocol.
fn decoded(text: &str) -> Result<String, Wrong> {
    let mut parts = text.split('%');
    parts.next();
    let escapes = parts.all(|part| part.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2);
    if !escapes {
        return Err(ESCAPE);
    }
    let text = percent_decode_str(text).decode_utf8().map_err(|_| ESCAPE)?;
    if text.contains(char::is_control) { Err(ESCAPE) } else { Ok(text.into_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, way: PostgresWay, user: &str, database: &str) {
        let expected = PostgresServer { way, user: user.into(), database: database.into() };
        assert_eq!(server(url), Ok(expected), "{url}");
    }

    #[track_caller]
    fn refused(rest: &str, expected: Wrong) {
        for scheme in SCHEMES {
            assert_eq!(server(&format!("{scheme}{rest}")), Err(expected), "{rest}");
        }
    }

    fn tls(host: &str, port: u16) -> PostgresWay {
        PostgresWay::Tls { host: host.into(), port, ca_file: None }
    }

    fn plaintext(host: &str, port: u16) -> PostgresWay {
        PostgresWay::Plaintext { host: host.into(), port }
    }

    fn socket(folder: &str, port: u16) -> PostgresWay {
        PostgresWay::Socket { folder: folder.into(), port }
    }

    #[test]
    fn a_host_is_spoken_to_by_tls() {
        check("postgres://u@db.example/d", tls("db.example", 5432), "u", "d");
        check("postgresql://u@db.example/d", tls("db.example", 5432), "u", "d");
        check("postgres://u@db.example:1/d", tls("db.example", 1), "u", "d");
        check("postgres://u@db_1:65535/d?sslmode=verify-full", tls("db_1", 65535), "u", "d");
        check("postgres://u@192.0.2.1/d", tls("192.0.2.1", 5432), "u", "d");
        check("postgres://u@[2001:db8::1]/d", tls("2001:db8::1", 5432), "u", "d");
        check("postgres://u@[2001:db8::1]:6432/d", tls("2001:db8::1", 6432), "u", "d");
        check("postgres://u@localhost/d", tls("localhost", 5432), "u", "d");
    }

    #[test]
    fn only_a_loopback_host_is_spoken_to_without_tls() {
        for (host, inner) in
            [("localhost", "localhost"), ("127.0.0.1", "127.0.0.1"), ("[::1]", "::1")]
        {
            let url = format!("postgres://u@{host}:6432/d?sslmode=disable");
            check(&url, plaintext(inner, 6432), "u", "d");
        }
        check("postgres://u@127.1.2.3/d?sslmode=disable", plaintext("127.1.2.3", 5432), "u", "d");
        for host in
            ["db.example", "192.0.2.1", "[2001:db8::1]", "localhost.example", "127.0.0.1.example"]
        {
            refused(&format!("u@{host}/d?sslmode=disable"), SSLMODE_LOOPBACK);
        }
        for mode in ["require", "prefer", "allow", "verify-ca", "VERIFY-FULL", ""] {
            refused(&format!("u@localhost/d?sslmode={mode}"), SSLMODE);
        }
    }

    #[test]
    fn a_unix_socket_has_a_folder() {
        let folder = "/run/postgresql";
        check("postgres://u@/d?host=/run/postgresql", socket(folder, 5432), "u", "d");
        check("postgres://u@/d?host=%2Frun%2fpostgresql", socket(folder, 5432), "u", "d");
        check("postgres://u@/d?host=/run/postgresql&port=5433", socket(folder, 5433), "u", "d");
        check("postgres://u@/d?port=5433&host=/run/postgresql", socket(folder, 5433), "u", "d");
        check("postgres://u@/d?host=/a:b@c+d", socket("/a:b@c+d", 5432), "u", "d");
        refused("u@/d?host=run/postgresql", FOLDER);
        refused("u@/d?host=db.example", FOLDER);
        refused("u@/d?host=", FOLDER);
        refused("u@/d?host=/run&sslmode=disable", SSLMODE_SOCKET);
        refused("u@/d?host=/run&sslmode=verify-full", SSLMODE_SOCKET);
        refused("u@localhost/d?host=/run", TWO_HOSTS);
        refused("u@:5433/d?host=/run", PORT_PLACE);
        refused("u@localhost/d?port=5433", PORT_PLACE);
    }

    #[test]
    fn names_are_decoded_once() {
        let way = || tls("h", 5432);
        check("postgres://a%40b%3Ac@h/d%2Fe%23%3f", way(), "a@b:c", "d/e#?");
        check("postgres://a+b@h/%2541", way(), "a+b", "%41");
        check("postgres://j%C3%BCrgen@h/d%20e", way(), "j\u{fc}rgen", "d e");
        for bad in ["%", "%4", "%4g", "%+4", "%%34", "%ff", "%00", "%0a", "%7F"] {
            refused(&format!("u{bad}@h/d"), ESCAPE);
            refused(&format!("u@h/d{bad}"), ESCAPE);
            refused(&format!("u@/d?host=/{bad}"), ESCAPE);
        }
        for blank in [" ", "\t", "\n", "\0", "\u{a0}"] {
            refused(&format!("u{blank}@h/d"), BLANK);
            refused(&format!("u@h/d{blank}"), BLANK);
        }
    }

    #[test]
    fn what_is_missing_or_too_much_is_told() {
        for missing in ["", "h", "h/d", "@h/d", "h/d?x=u@h", "/d?host=/run"] {
            refused(missing, NO_USER);
        }
        for missing in ["u@h", "u@h/", "u@h/?sslmode=disable", "u@", "u@h/d/", "u@h/d/e"] {
            refused(missing, NO_DATABASE);
        }
        refused("u@/d", NO_HOST);
        for host in [
            ":5432",
            "a@b",
            "[::1",
            "[::1]x",
            "[]",
            "[127.0.0.1]",
            "::1",
            "%41",
            "[fe80::1%25eth0]",
            "h\u{e4}",
            "a,b",
        ] {
            refused(&format!("u@{host}/d"), HOST);
        }
        for port in ["", "0", "65536", "+1", "-1", "1x", "1:2"] {
            refused(&format!("u@h:{port}/d"), PORT_RANGE);
            refused(&format!("u@[::1]:{port}/d"), PORT_RANGE);
            refused(&format!("u@/d?host=/run&port={port}"), PORT_RANGE);
        }
        refused("u@h/d#", FRAGMENT);
        refused("u@h/d?sslmode=disable#x", FRAGMENT);
        for query in [
            "",
            "sslmode",
            "sslmode=disable&",
            "sslmode=disable&sslmode=disable",
            "SSLMODE=disable",
            "user=v",
            "dbname=e",
            "connect_timeout=5",
            "sslrootcert=/ca.pem",
            "host=/run&host=/run",
        ] {
            refused(&format!("u@localhost/d?{query}"), PARAMETERS);
        }
        for url in ["", "u@h/d", "POSTGRES://u@h/d", "mysql://u@h/d", "postgres:u@h/d"] {
            assert_eq!(server(url), Err(SHAPE), "{url}");
        }
    }

    #[test]
    fn thr_37_a_password_is_refused_wherever_it_stands() {
        for password in ["canary", "", "can@ary", "can/ary", "can#ary", "can?ary", "can:ary", "%"] {
            refused(&format!("u:{password}@h/d"), PASSWORD);
        }
        refused(":canary@h/d", PASSWORD);
        refused("u@h/d?password=canary", PASSWORD);
        refused("u@/d?host=/run&password=", PASSWORD);
    }
}
