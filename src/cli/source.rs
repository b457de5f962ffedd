//! Messages from files: a message (.eml), an mbox (RFC 4155), a Maildir, or standard input.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// A message of a file.
pub(super) struct Message {
    /// The file, or `-`.
    pub(super) file: String,
    /// Which of several in the file, the first is 0; `None` where a file is one message.
    pub(super) index: Option<usize>,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

/// Bytes of one message that are read from a file (1 GiB): a file is in nobody's way, but memory
/// has an end.
const BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Gives each message of a file or folder to `each`, one at a time.
///
/// # Errors
/// What the system said about the file.
pub(super) async fn each_message<E>(
    path: &Path,
    mut each: impl AsyncFnMut(Message) -> Result<(), E>,
) -> Result<Result<(), E>, std::io::Error> {
    let file = path.display().to_string();
    if path.is_dir() {
        for (index, entry) in maildir(path)?.into_iter().enumerate() {
            let bytes = std::fs::read(&entry)?;
            let message = Message { file: file.clone(), index: Some(index), bytes };
            if let Err(error) = each(message).await {
                return Ok(Err(error));
            }
        }
        return Ok(Ok(()));
    }
    let mut reader: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(path)?))
    };
    if !reader.fill_buf()?.starts_with(b"From ") {
        let mut bytes = Vec::new();
        reader.take(BYTES_MAX).read_to_end(&mut bytes)?;
        return Ok(each(Message { file, index: None, bytes }).await);
    }
    let mut index = 0;
    let mut mbox = Mbox { reader, line: Vec::new() };
    mbox.next_line()?;
    while let Some(bytes) = mbox.message()? {
        if let Err(error) = each(Message { file: file.clone(), index: Some(index), bytes }).await {
            return Ok(Err(error));
        }
        index += 1;
    }
    Ok(Ok(()))
}

/// The messages of a Maildir in the order of their names, or all files of another folder.
fn maildir(path: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let parts = [path.join("cur"), path.join("new")];
    let folders: Vec<&Path> = if parts.iter().any(|part| part.is_dir()) {
        parts.iter().map(PathBuf::as_path).filter(|part| part.is_dir()).collect()
    } else {
        vec![path]
    };
    let mut files = Vec::new();
    for folder in folders {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    Ok(files)
}

struct Mbox<R> {
    reader: R,
    /// The separator or line that was read last.
    line: Vec<u8>,
}

impl<R: BufRead> Mbox<R> {
    fn next_line(&mut self) -> Result<(), std::io::Error> {
        self.line.clear();
        self.reader.by_ref().take(BYTES_MAX).read_until(b'\n', &mut self.line)?;
        Ok(())
    }

    /// The next message: up to the next separator after an empty line. `>From ` loses its mark.
    fn message(&mut self) -> Result<Option<Vec<u8>>, std::io::Error> {
        if self.line.is_empty() {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let mut after_empty = false;
        loop {
            self.next_line()?;
            if self.line.is_empty() || (after_empty && self.line.starts_with(b"From ")) {
                break;
            }
            after_empty = matches!(self.line.as_slice(), b"\n" | b"\r\n");
            let quoted = self.line.iter().position(|byte| *byte != b'>').unwrap_or(0);
            let unquoted = self.line.get(quoted..).unwrap_or_default();
            let line = if quoted > 0 && unquoted.starts_with(b"From ") {
                self.line.get(1..).unwrap_or_default()
            } else {
                self.line.as_slice()
            };
            bytes.extend_from_slice(line);
        }
        // The empty line before a separator belongs to the separator.
        for end in [b"\n".as_slice(), b"\r"] {
            if after_empty && let Some(rest) = bytes.strip_suffix(end) {
                bytes.truncate(rest.len());
            }
        }
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mbox_is_cut_at_its_separators() {
        let text =
            b"From a@b Mon\nSubject: 1\n\nx\n>From y\nFrom z\n\nFrom c@d Tue\nSubject: 2\n\ny\n";
        let mut mbox = Mbox { reader: text.as_slice(), line: Vec::new() };
        mbox.next_line().unwrap();
        let first = mbox.message().unwrap().unwrap();
        assert_eq!(String::from_utf8(first).unwrap(), "Subject: 1\n\nx\nFrom y\nFrom z\n");
        let second = mbox.message().unwrap().unwrap();
        assert_eq!(String::from_utf8(second).unwrap(), "Subject: 2\n\ny\n");
        assert!(mbox.message().unwrap().is_none());
    }
}
