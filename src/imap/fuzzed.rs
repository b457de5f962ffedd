//! What a server says, without a server: for fuzzing alone.

use imap_proto::Response;

use super::answer::Answer;
use super::screen::Screen;
use super::wire::LITERAL_MAX;

/// Reads what a server says, as a session does, and forgets it. What is no IMAP ends it.
pub fn read_all(mut bytes: &[u8]) {
    let (mut screen, mut said) = (Screen::new(LITERAL_MAX), Vec::new());
    while !bytes.is_empty() {
        match screen.take(bytes, &mut said) {
            Ok(taken) => bytes = bytes.get(taken..).unwrap_or_default(),
            Err(_) => break,
        }
    }
    let mut rest = said.as_slice();
    while let Ok((left, response)) = Response::parse(rest) {
        let _ = Answer::read(&response);
        rest = left;
    }
}
