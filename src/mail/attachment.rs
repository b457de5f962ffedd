//! Attachments: what is kept about them. Their bytes stay in the raw message.

pub mod accepted;
pub mod format;

use super::Digest;
use format::Format;

/// Attachments that are listed; the rest is a defect.
pub const ATTACHMENTS_MAX: usize = 200;

/// Bytes of a name; what file systems take (255) with room for what a program adds to it.
pub const NAME_BYTES_MAX: usize = 150;

/// Bytes of a suffix that survives when a long name is cut, so that people see what it is.
const SUFFIX_BYTES_MAX: usize = 16;

/// A part of a message that is not its readable text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The name for people, safe for any file system (see [`display_name`]).
    pub name: String,
    /// The media type as declared, lower case, `application/octet-stream` when not readable.
    pub media_type: String,
    /// What its first bytes say that it is; `None` where they say nothing.
    pub format: Option<Format>,
    /// Bytes after decoding.
    pub size: usize,
    /// SHA-256 of the decoded bytes.
    pub digest: Digest,
    /// Whether it belongs into the text (a `cid:` image) or beside it.
    pub placement: Placement,
}

impl Attachment {
    /// What is to be said of its type, if that tells a person little.
    #[must_use]
    pub fn note(&self) -> Option<&'static str> {
        note(&self.media_type)
    }
}

/// Whether it signs the message, and is no file of its writer.
#[must_use]
pub fn is_signature(media_type: &str) -> bool {
    const SIGNATURES: [&str; 3] = [
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
    ];
    SIGNATURES.contains(&media_type)
}

/// Whether the words of a message are within it, and nobody here can read them.
#[must_use]
pub fn is_sealed(media_type: &str) -> bool {
    ["application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"]
        .contains(&media_type)
}

/// What is to be said of an attachment of this type.
#[must_use]
pub fn note(media_type: &str) -> Option<&'static str> {
    match media_type {
        signature if is_signature(signature) => Some("signature, not checked"),
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => Some("S/MIME, not opened"),
        "application/pgp-encrypted" => Some("says that the next one is encrypted"),
        "application/ms-tnef" | "application/vnd.ms-tnef" => {
            Some("attachments packed by Outlook, not opened")
        }
        "message/rfc822" | "message/global" => Some("a message"),
        _ => None,
    }
}

/// Where a reader sees an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Within the text (RFC 2183 §2.1, RFC 2392).
    Inline,
    /// Beside the text (RFC 2183 §2.2).
    Beside,
}

/// A decoded name made safe: no invisible characters, no folders, no leading or final dots or
/// blanks, at most [`NAME_BYTES_MAX`] bytes, no device of Windows. Empty when nothing is left.
///
/// The order matters: what is invisible goes first, else `\u{200b}.htaccess` passes a check for
/// leading dots (CVE-2026-27636).
#[must_use]
pub fn display_name(name: &str) -> String {
    let visible: String =
        name.chars().filter(|&character| !is_invisible(character)).map(without_meaning).collect();
    let base = visible.rsplit(['/', '\\']).next().unwrap_or_default();
    let trimmed = base.trim_matches(is_edge);
    let cut = cut(trimmed);
    if is_device(&cut) { format!("_{cut}") } else { cut }
}

/// The name of an attachment that came without one: `attachment-3.pdf`, by its declared type, or
/// by its format where that has no usual suffix.
#[must_use]
pub fn given_name(number: usize, media_type: &str, format: Option<Format>) -> String {
    let suffix = suffix(media_type).or_else(|| format?.suffixes().next());
    format!("attachment-{number}.{}", suffix.unwrap_or("bin"))
}

fn is_edge(character: char) -> bool {
    character == '.' || character.is_whitespace()
}

/// Characters that file systems or shells give a meaning become a `_`.
fn without_meaning(character: char) -> char {
    if "<>:\"|?*".contains(character) { '_' } else { character }
}

/// Controls (Cc), format characters (Cf: bidirectional marks, zero-width blanks, tags), line and
/// paragraph separators, fillers that show nothing, and code points that are no characters.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

fn cut(name: &str) -> String {
    if name.len() <= NAME_BYTES_MAX {
        return name.to_owned();
    }
    let suffix = match name.rsplit_once('.') {
        Some((_, suffix)) if suffix.len() < SUFFIX_BYTES_MAX => format!(".{suffix}"),
        Some(_) | None => String::new(),
    };
    let end = name.floor_char_boundary(NAME_BYTES_MAX - suffix.len());
    let stem = name.get(..end).unwrap_or_default().trim_end_matches(is_edge);
    format!("{stem}{suffix}")
}

/// Names that Windows takes for devices, whatever suffix they have.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|number| {
            let mut characters = number.chars();
            matches!(characters.next(), Some('0'..='9' | '¹' | '²' | '³'))
                && characters.next().is_none()
        })
    });
    numbered || ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"].contains(&stem.as_str())
}

/// The usual suffix of a media type.
fn suffix(media_type: &str) -> Option<&'static str> {
    Some(match media_type {
        "text/plain" | "text/rfc822-headers" | "message/delivery-status" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "text/csv" => "csv",
        "text/vcard" | "text/x-vcard" => "vcf",
        "message/rfc822" | "message/global" => "eml",
        "image/png" => "png",
        "image/jpeg" | "image/jpg" => "jpg",
        "image/gif" => "gif",
        "image/svg+xml" => "svg",
        "image/tiff" => "tif",
        "application/pdf" => "pdf",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/gzip" => "gz",
        "application/json" => "json",
        "application/xml" | "text/xml" => "xml",
        "application/msword" => "doc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/pgp-signature" => "asc",
        "application/ms-tnef" => "dat",
        "audio/mpeg" => "mp3",
        "video/mp4" => "mp4",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thr_14_a_name_is_safe_wherever_it_is_saved() {
        check("report.pdf", "report.pdf");
        check("Frösche und N° 3.txt", "Frösche und N° 3.txt");
        check("../../etc/passwd", "passwd");
        check("..\\..\\boot.ini", "boot.ini");
        check("C:\\temp\\a.txt", "a.txt");
        check("/", "");
        check("..", "");
        check(" . . ", "");
        check("", "");
        check("a/..", "");
        check(".htaccess", "htaccess");
        check("\u{200b}.htaccess", "htaccess");
        check("\u{feff}\u{200d} .\u{200b}.htaccess", "htaccess");
        check(".\u{202e}.\u{ad}/..", "");
        check("a\u{202e}gpj.exe", "agpj.exe");
        check("file.pdf\0.exe", "file.pdf.exe");
        check("a\r\nb\tc.txt", "abc.txt");
        check("a\u{85}b\u{2028}c.txt", "abc.txt");
        check("tag\u{e0041}s.txt", "tags.txt");
        check("name.exe. . ", "name.exe");
        check("stream.txt:evil", "stream.txt_evil");
        check("<b>|\"?*.txt", "_b_____.txt");
        check("CON", "_CON");
        check("con.txt", "_con.txt");
        check("Com1.log", "_Com1.log");
        check("lpt³", "_lpt³");
        check("nul .txt", "_nul .txt");
        check("COM10", "COM10");
        check("console.txt", "console.txt");

        #[track_caller]
        fn check(name: &str, expected: &str) {
            assert_eq!(display_name(name), expected, "{name:?}");
        }
    }

    #[test]
    fn thr_14_a_name_has_a_length() {
        for length in [NAME_BYTES_MAX - 1, NAME_BYTES_MAX] {
            assert_eq!(display_name(&"x".repeat(length)).len(), length);
        }
        assert_eq!(display_name(&"x".repeat(NAME_BYTES_MAX + 1)).len(), NAME_BYTES_MAX);
        let long = display_name(&format!("{}.exe", "é".repeat(10_000)));
        assert!(long.len() <= NAME_BYTES_MAX && long.ends_with("é.exe"), "{long}");
    }

    #[test]
    fn an_attachment_without_a_name_gets_one() {
        assert_eq!(given_name(1, "application/pdf", Some(Format::Zip)), "attachment-1.pdf");
        assert_eq!(given_name(2, "x/y", None), "attachment-2.bin");
        assert_eq!(
            given_name(3, "application/octet-stream", Some(Format::Rar)),
            "attachment-3.rar"
        );
        assert_eq!(given_name(4, "x/y", Some(Format::Compound)), "attachment-4.bin");
    }
}
