//! A token endpoint that answers as it is told, and vouches to Dovecot for the tokens that it gave.
//!
//! `POST /token` and `/device` are RFC 6749's and RFC 8628's, `GET /introspect` is for Dovecot's
//! oauth2 passdb. A refresh token is good once: whoever shows one that was replaced is refused.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use tempfile::TempDir;

use super::desk::SUPPORT;

/// A running endpoint on a free loopback port.
pub(crate) struct Endpoint {
    pub(crate) port: u16,
    folder: TempDir,
    state: Arc<Mutex<State>>,
}

/// What `/token` answers.
#[derive(Clone)]
pub(crate) enum Answer {
    /// A token to who shows something good, and else a refusal.
    Grant,
    /// This status and body, with a header line or none.
    Say(u16, &'static str, &'static str),
    /// More than anybody should read.
    Huge,
    /// Nothing, and the connection stays open.
    Hang,
}

pub(crate) struct State {
    /// What is answered next, each once; then `always`.
    pub(crate) next: VecDeque<Answer>,
    pub(crate) always: Answer,
    /// `expires_in` of tokens.
    pub(crate) life: u64,
    /// `refresh_token_expires_in`.
    pub(crate) refresh_life: Option<u64>,
    /// Forms that `/token` was sent.
    pub(crate) asked: Vec<HashMap<String, String>>,
    /// Access tokens that are good.
    good: BTreeSet<String>,
    /// The refresh token that is good.
    refresh: String,
    given: u32,
    /// Access tokens that somebody logged in with, and what was in the token file then.
    pub(crate) shown: Vec<(String, String)>,
    /// A file that is read whenever a token is shown.
    pub(crate) token_file: Option<PathBuf>,
}

impl Endpoint {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let folder = tempfile::Builder::new().prefix("endpoint-").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let state = Arc::new(Mutex::new(State {
            next: VecDeque::new(),
            always: Answer::Grant,
            life: 3600,
            refresh_life: None,
            asked: Vec::new(),
            good: BTreeSet::new(),
            refresh: "refresh-canary-0".to_owned(),
            given: 0,
            shown: Vec::new(),
            token_file: None,
        }));
        let serving = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&serving);
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { port, folder, state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.port)
    }

    /// No token that was given before is good any more.
    pub(crate) fn forget(&self) {
        self.state().good.clear();
    }

    /// Settings by which a world's Dovecot believes this endpoint, as an option of the world.
    pub(crate) fn dovecot(&self, mechanisms: &str) -> String {
        let write = |name: &str, text: String| {
            let path = self.folder.path().join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            path.display().to_string()
        };
        let url = self.url("introspect");
        let passdb = write(
            "oauth2.conf",
            format!(
                "introspection_mode = auth\nintrospection_url = {url}\n\
                 username_attribute = username\nactive_attribute = active\nactive_value = true\n"
            ),
        );
        let include = write(
            "dovecot.conf",
            format!(
                "auth_mechanisms = plain login {mechanisms}\npassdb {{\n  driver = oauth2\n  \
                 mechanisms = {mechanisms}\n  args = {passdb}\n}}\n"
            ),
        );
        format!("DOVECOT_INCLUDE={include}")
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    if stream.read_line(&mut line).is_err() {
        return;
    }
    let (mut length, mut bearer) = (0, String::new());
    loop {
        let mut header = String::new();
        if stream.read_line(&mut header).unwrap_or(0) <= 2 {
            break;
        }
        let (name, value) = header.split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "authorization" => value.trim().trim_start_matches("Bearer ").clone_into(&mut bearer),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    let _ = stream.read_exact(&mut body);
    let form = fields(&String::from_utf8_lossy(&body));
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let answer = match path.as_str() {
        "/token" => token(state, form),
        "/introspect" => Answered::Json(introspect(&mut state.lock().unwrap(), bearer)),
        "/device" => Answered::Json(
            r#"{"device_code":"device-canary","user_code":"ABCD-EFGH","interval":0,
                "verification_uri":"https://login.example/device","expires_in":900}"#
                .to_owned(),
        ),
        _ => Answered::Whole(404, "", String::new()),
    };
    let (status, header, body) = match answer {
        Answered::Json(body) => (200, "", body),
        Answered::Whole(status, header, body) => (status, header, body),
        Answered::Never => {
            let _ = stream.read(&mut [0]);
            return;
        }
    };
    let mut head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n", body.len());
    let _ = write!(head, "content-type: application/json\r\nconnection: close\r\n{header}\r\n");
    let _ = stream.get_mut().write_all(format!("{head}{body}").as_bytes());
}

enum Answered {
    Json(String),
    Whole(u16, &'static str, String),
    Never,
}

fn token(state: &Mutex<State>, form: HashMap<String, String>) -> Answered {
    let mut state = state.lock().unwrap();
    let answer = state.next.pop_front().unwrap_or_else(|| state.always.clone());
    let shown = form.get("refresh_token").cloned();
    state.asked.push(form);
    match answer {
        Answer::Say(status, header, body) => Answered::Whole(status, header, body.to_owned()),
        Answer::Huge => Answered::Whole(200, "", "x".repeat(1 << 20)),
        Answer::Hang => Answered::Never,
        Answer::Grant if shown.is_some_and(|shown| shown != state.refresh) => {
            Answered::Whole(400, "", r#"{"error":"invalid_grant"}"#.to_owned())
        }
        Answer::Grant => {
            state.given += 1;
            let access = format!("access-canary-{}", state.given);
            state.refresh = format!("refresh-canary-{}", state.given);
            state.good.insert(access.clone());
            let (life, refresh) = (state.life, &state.refresh);
            let mut body = format!(
                r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":{life},"refresh_token":"{refresh}""#
            );
            if let Some(life) = state.refresh_life {
                let _ = write!(body, r#","refresh_token_expires_in":{life}"#);
            }
            Answered::Json(body + "}")
        }
    }
}

fn introspect(state: &mut State, token: String) -> String {
    let active = state.good.contains(&token);
    let file = state.token_file.as_ref().and_then(|path| fs::read_to_string(path).ok());
    state.shown.push((token, file.unwrap_or_default()));
    format!(r#"{{"active":{active},"username":"{SUPPORT}","scope":"mail"}}"#)
}

/// A form as it is posted.
fn fields(body: &str) -> HashMap<String, String> {
    let decoded = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let hex: String = rest.by_ref().take(2).map(char::from).collect();
                    u8::from_str_radix(&hex, 16).unwrap_or(b'?')
                }
                other => other,
            });
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}
