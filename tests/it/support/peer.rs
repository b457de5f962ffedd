//! A server that follows a transcript, byte for byte, and knows no protocol.
//!
//! A transcript has one step a line:
//!
//! ```text
//! S: text      sends the text and CRLF; {tag} is the first word of the last line read
//! S- text      sends the text without CRLF; \r, \n, \0 and \xNN are read as in Rust
//! C: pattern   reads a line, which must match; * stands for any text
//! S! drop      closes the connection
//! S! hang      sends nothing more and waits until the client goes
//! ```
//!
//! After the last step the connection is closed. Each connection follows the next transcript, the
//! last one for ever.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A running scripted server on a free loopback port.
pub(crate) struct Peer {
    pub(crate) port: u16,
    /// Every line that clients sent, in order, without line ends.
    pub(crate) heard: Arc<Mutex<Vec<String>>>,
    /// What did not go by the transcript.
    pub(crate) complaints: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    /// Starts a server for these transcripts.
    pub(crate) async fn start(transcripts: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let complaints = Arc::new(Mutex::new(Vec::new()));
        let scripts: Vec<String> = transcripts.iter().map(|&text| text.to_owned()).collect();
        let (lines, wrong) = (Arc::clone(&heard), Arc::clone(&complaints));
        tokio::spawn(async move {
            for n in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let script = scripts[n.min(scripts.len() - 1)].clone();
                let (lines, wrong) = (Arc::clone(&lines), Arc::clone(&wrong));
                tokio::spawn(async move {
                    if let Err(complaint) = follow(stream, &script, &lines).await {
                        wrong.lock().unwrap().push(complaint);
                    }
                });
            }
        });
        Self { port, heard, complaints }
    }

    /// Fails the test if a client did not keep to its transcript.
    #[track_caller]
    pub(crate) fn assert_followed(&self) {
        let complaints = self.complaints.lock().unwrap();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}

async fn follow(stream: TcpStream, script: &str, heard: &Mutex<Vec<String>>) -> Result<(), String> {
    let mut stream = BufReader::new(stream);
    let mut tag = String::new();
    for step in script.lines().map(str::trim_start).filter(|step| !step.is_empty()) {
        let (kind, text) = step.split_at(2);
        let text = text.strip_prefix(' ').unwrap_or(text);
        match (kind, text) {
            ("S:", text) => {
                let line = format!("{}\r\n", text.replace("{tag}", &tag));
                let _ = stream.write_all(line.as_bytes()).await;
            }
            ("S-", text) => {
                let _ = stream.write_all(&unescape(&text.replace("{tag}", &tag))).await;
            }
            ("S!", "drop") => return Ok(()),
            ("S!", "hang") => {
                let _ = stream.read_to_end(&mut Vec::new()).await;
                return Ok(());
            }
            ("C:", pattern) => {
                let mut line = String::new();
                let read = stream.read_line(&mut line).await.map_err(|error| error.to_string())?;
                let line = line.trim_end_matches(['\r', '\n']);
                heard.lock().unwrap().push(line.to_owned());
                if read == 0 || !matches(pattern, line) {
                    return Err(format!("expected {pattern:?}, got {line:?}"));
                }
                tag = line.split(' ').next().unwrap_or_default().to_owned();
            }
            _ => panic!("a step that transcripts do not have: {step:?}"),
        }
    }
    Ok(())
}

fn matches(pattern: &str, line: &str) -> bool {
    let mut rest = line;
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(after) = rest.strip_prefix(first) else { return false };
    rest = after;
    let pieces: Vec<_> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else { return rest.is_empty() };
    for piece in middle {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => match chars.next() {
                Some('r') => bytes.push(b'\r'),
                Some('n') => bytes.push(b'\n'),
                Some('0') => bytes.push(0),
                Some('x') => {
                    let hex: String = chars.by_ref().take(2).collect();
                    bytes.push(u8::from_str_radix(&hex, 16).unwrap());
                }
                other => panic!("an escape that transcripts do not have: {other:?}"),
            },
            other => bytes.extend(other.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    bytes
}
