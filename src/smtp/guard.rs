//! What we never give to a server, whatever the outbox holds.

/// Octets of a line without its CRLF (RFC 5322 §2.1.1).
const LINE_BYTES_MAX: usize = 998;

/// Why a message is not given to a server. Sending it again would not help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsendableError {
    /// A CR or LF by itself, with which a message can end early and begin a second one
    /// (CVE-2023-51764, RUSTSEC-2026-0561).
    #[error("line {line} holds a CR or LF that is not part of a CRLF")]
    BareLineEnd {
        /// The line, from 1.
        line: usize,
    },
    /// A NUL, which ends the line for some servers (RFC 5321 §4.5.2 allows it, RFC 5322 does not).
    #[error("line {line} holds a NUL")]
    Nul {
        /// The line, from 1.
        line: usize,
    },
    /// A line that servers may cut, and so change (RFC 5322 §2.1.1).
    #[error("line {line} has {bytes} bytes; 998 are allowed")]
    LineTooLong {
        /// The line, from 1.
        line: usize,
        /// Its length without CRLF.
        bytes: usize,
    },
    /// More than the server takes, as it says itself (RFC 1870 §4).
    #[error("the message has {bytes} bytes; the server takes {limit}")]
    TooLarge {
        /// Size of the message.
        bytes: u64,
        /// What the server declared.
        limit: u64,
    },
    /// An address or header beyond ASCII, and a server without SMTPUTF8 (RFC 6531 §3.2).
    #[error("undeliverable:eai: an address beyond ASCII, and the server does not offer SMTPUTF8")]
    NeedsSmtpUtf8,
    /// A body beyond ASCII, and a server without 8BITMIME (RFC 6152 §3).
    #[error("bytes beyond ASCII, and the server does not offer 8BITMIME")]
    NeedsEightBitMime,
}

/// Refuses bytes that two programs could split into lines differently. lettre's dot-stuffing
/// counts on this: it looks for dots after CRLF only.
///
/// # Errors
/// [`UnsendableError`] names the first line that has a bare CR, a bare LF, a NUL, or more than 998
/// bytes.
pub fn assert_crlf_only(message: &[u8]) -> Result<(), UnsendableError> {
    let mut line = 1;
    let mut bytes = 0;
    let mut rest = message.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' if rest.next_if_eq(&b'\n').is_some() => {
                line += 1;
                bytes = 0;
            }
            b'\r' | b'\n' => return Err(UnsendableError::BareLineEnd { line }),
            0 => return Err(UnsendableError::Nul { line }),
            _ => bytes += 1,
        }
        if bytes > LINE_BYTES_MAX {
            return Err(UnsendableError::LineTooLong { line, bytes });
        }
    }
    Ok(())
}

/// The header section: everything before the first empty line.
pub(super) fn header_section(message: &[u8]) -> &[u8] {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n");
    end.and_then(|end| message.get(..end)).unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pin_01_only_crlf_ends_a_line() {
        use UnsendableError::{BareLineEnd, LineTooLong, Nul};
        good("");
        good("a\r\n\r\n.\r\nb\r\n");
        good("no end");
        good(&format!("{}\r\n", "x".repeat(998)));
        bad("a\r\nb\nc", BareLineEnd { line: 2 });
        bad("a\r\nb\rc", BareLineEnd { line: 2 });
        bad("a\r\r\n", BareLineEnd { line: 1 });
        bad("a\r", BareLineEnd { line: 1 });
        bad("\n.\nMAIL FROM:<a@b>\r\n", BareLineEnd { line: 1 });
        bad("a\r\n\0", Nul { line: 2 });
        bad(&"x".repeat(999), LineTooLong { line: 1, bytes: 999 });

        #[track_caller]
        fn good(message: &str) {
            assert_eq!(assert_crlf_only(message.as_bytes()), Ok(()));
        }
        #[track_caller]
        fn bad(message: &str, error: UnsendableError) {
            assert_eq!(assert_crlf_only(message.as_bytes()), Err(error));
        }
    }

    #[test]
    fn the_header_section_ends_at_the_first_empty_line() {
        assert_eq!(header_section(b"A: b\r\n\r\nc\r\n\r\nd"), b"A: b");
        assert_eq!(header_section(b"A: b\r\n"), b"A: b\r\n");
    }
}
