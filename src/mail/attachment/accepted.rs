//! Which attachments a desk takes: by the suffix of the name, by the declared media type, by the
//! format that the first bytes say, by size.
//!
//! What a desk takes must hold for what an attachment is called and for what it is: a program under
//! the name of a picture is run by who believes that the name is wrong. None is opened, run or shown
//! by this program, and archives stay packed. What is not taken stays in the raw message.

use std::fmt;

use super::format::Format;
use super::{Attachment, is_signature};

/// What a desk takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    types: Vec<TypePattern>,
    /// Bytes of one attachment.
    bytes_max: u64,
}

/// Which attachments are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypePattern {
    /// `*`
    All,
    /// `.png`, in lower case, with its dot.
    Suffix(Box<str>),
    /// `image/`, in lower case, with its slash.
    Family(Box<str>),
    /// `image/png`, in lower case.
    MediaType(Box<str>),
}

/// Why an attachment is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No pattern means what it is called.
    Type,
    /// Its first bytes are of this format, which no pattern means and its name does not, either.
    Content(Format),
    /// It is larger than the desk takes.
    Size,
}

impl Refusal {
    /// One word, as programs read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Content(_) => "content",
            Self::Size => "size",
        }
    }
}

/// For people, behind a name: `its type`, `its content is BMP`.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type | Self::Size => write!(f, "its {}", self.as_str()),
            Self::Content(format) => write!(f, "its content is {format}"),
        }
    }
}

impl TypePattern {
    /// Reads `*`, `.png` or `*.png`, `image/*`, `image/png`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let plain = |part: &str| {
            let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-.+_".contains(&byte);
            !part.is_empty() && part.bytes().all(good)
        };
        if text == "*" || text == "*/*" {
            return Some(Self::All);
        }
        if let Some((family, kind)) = text.split_once('/') {
            return match kind {
                "*" if plain(family) => Some(Self::Family(format!("{family}/").into())),
                kind if plain(family) && plain(kind) => Some(Self::MediaType(text.into())),
                _ => None,
            };
        }
        let suffix = text.strip_prefix('*').unwrap_or(&text);
        suffix.strip_prefix('.').filter(|rest| plain(rest)).map(|_| Self::Suffix(suffix.into()))
    }

    /// Whether files of this format are meant.
    fn means(&self, format: Format) -> bool {
        match self {
            Self::All => true,
            Self::Suffix(suffix) => {
                format.suffixes().any(|one| suffix.strip_prefix('.') == Some(one))
            }
            Self::Family(family) => format.types().any(|one| one.starts_with(&**family)),
            Self::MediaType(media_type) => format.types().any(|one| one == &**media_type),
        }
    }
}

impl fmt::Display for TypePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::Suffix(text) | Self::MediaType(text) => f.write_str(text),
            Self::Family(family) => write!(f, "{family}*"),
        }
    }
}

impl Accepted {
    /// What these patterns mean, up to so many bytes each.
    #[must_use]
    pub fn new(types: Vec<TypePattern>, bytes_max: u64) -> Self {
        Self { types, bytes_max }
    }

    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self::new(vec![TypePattern::All], u64::MAX)
    }

    /// Why an attachment is not taken; `None` where it is.
    #[must_use]
    pub fn refusal(&self, attachment: &Attachment) -> Option<Refusal> {
        let size = u64::try_from(attachment.size).unwrap_or(u64::MAX);
        self.refusal_of(&attachment.name, &attachment.media_type, attachment.format, size)
    }

    /// As [`Accepted::refusal`], of what is known of one. A suffix says more than a declared type:
    /// by it the receiver's machine opens a file. So where suffixes are listed, a name that has one
    /// is judged by it alone. A type that says nothing counts as the format, where there is one. A
    /// signature is no file, and is always taken, unless its bytes are those of one.
    #[must_use]
    pub fn refusal_of(
        &self,
        name: &str,
        media_type: &str,
        format: Option<Format>,
        size: u64,
    ) -> Option<Refusal> {
        if is_signature(media_type) && format.is_none() {
            return None;
        }
        let name = name.to_lowercase();
        let by_suffix = name.contains('.')
            && self.types.iter().any(|one| matches!(one, TypePattern::Suffix(_)));
        let meant = |format| self.types.iter().any(|one| one.means(format));
        let unsaid = !by_suffix && media_type == "application/octet-stream";
        let taken = match format {
            Some(format) if unsaid => meant(format),
            Some(_) | None => self.is_called_so(&name, media_type, by_suffix),
        };
        if !taken {
            return Some(Refusal::Type);
        }
        if let Some(format) = format {
            let right =
                if by_suffix { format.suits_name(&name) } else { format.suits_type(media_type) };
            if !right && !meant(format) {
                return Some(Refusal::Content(format));
            }
        }
        (self.bytes_max < size).then_some(Refusal::Size)
    }

    /// What is taken, for people: `.png, .zip`; `None` is everything.
    #[must_use]
    pub fn types(&self) -> Option<String> {
        let types: Vec<_> = self.types.iter().map(ToString::to_string).collect();
        (!self.types.contains(&TypePattern::All)).then(|| types.join(", "))
    }

    /// How large one may be, for people: `35 MiB`; `None` is without end.
    #[must_use]
    pub fn size(&self) -> Option<String> {
        let mib = 1024 * 1024;
        match self.bytes_max {
            u64::MAX => None,
            max if max % mib == 0 => Some(format!("{} MiB", max / mib)),
            max => Some(format!("{} KiB", max / 1024)),
        }
    }

    fn is_called_so(&self, name: &str, media_type: &str, by_suffix: bool) -> bool {
        self.types.iter().any(|one| match one {
            TypePattern::All => true,
            TypePattern::Suffix(suffix) => name.ends_with(&**suffix),
            TypePattern::Family(family) => !by_suffix && media_type.starts_with(&**family),
            TypePattern::MediaType(one) => !by_suffix && **one == *media_type,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(types: &[&str]) -> Accepted {
        let types = types.iter().map(|text| TypePattern::parse(text).unwrap()).collect();
        Accepted::new(types, 1024)
    }

    #[test]
    fn a_suffix_says_more_than_a_declared_type() {
        let images = ["*.png", ".GIF", ".jpg", ".zip", ".rar", "image/png"];
        check(&images, "a.png", "image/png", None);
        check(&images, "A.PNG", "application/octet-stream", None);
        check(&images, "logs.zip", "application/x-zip-compressed", None);
        check(&images, "screen.bmp", "image/bmp", Some(Refusal::Type));
        check(&images, "screen.bmp", "image/png", Some(Refusal::Type));
        check(&images, "run.exe", "image/png", Some(Refusal::Type));
        check(&images, "a.png.exe", "image/png", Some(Refusal::Type));
        check(&images, "nosuffix", "image/png", None);
        check(&images, "nosuffix", "application/pdf", Some(Refusal::Type));
        check(&images, "smime.p7s", "application/pkcs7-signature", None);
        check(&["image/*"], "a.bmp", "image/bmp", None);
        check(&["image/*"], "a.pdf", "application/pdf", Some(Refusal::Type));
        check(&["*"], "anything.at.all", "x/y", None);
        check(&["*/*"], "", "x/y", None);
        check(&[], "a.png", "image/png", Some(Refusal::Type));

        #[track_caller]
        fn check(types: &[&str], name: &str, media_type: &str, expected: Option<Refusal>) {
            let found = accepted(types).refusal_of(name, media_type, None, 1024);
            assert_eq!(found, expected, "{name} {media_type}");
        }
    }

    #[test]
    fn thr_14_what_it_is_counts_as_what_it_is_called() {
        use Format::{Bmp, Compound, Html, Jpeg, Png, Rar, Script, WindowsProgram, Word, Zip};
        const STREAM: &str = "application/octet-stream";
        let seed = ["*.png", "*.gif", "*.jpg", "*.jpeg", "*.zip", "*.rar"];
        check(&seed, "a.png", STREAM, Png, None);
        check(&seed, "a.png", "image/png", Bmp, Some(Refusal::Content(Bmp)));
        // What it is declared as counts for no name with a suffix.
        check(&seed, "a.png", "image/bmp", Bmp, Some(Refusal::Content(Bmp)));
        check(&seed, "a.bmp", "image/bmp", Bmp, Some(Refusal::Type));
        check(&seed, "a.jpg", "image/jpeg", WindowsProgram, Some(Refusal::Content(WindowsProgram)));
        check(&seed, "a.png", "image/png", Html, Some(Refusal::Content(Html)));
        // A wrong name of what is taken all the same.
        check(&seed, "a.png", "image/png", Jpeg, None);
        check(&seed, "a.png", "image/png", Rar, None);
        check(&seed, "a.zip", STREAM, Word, None);
        check(&seed, "a.png", "image/png", Word, Some(Refusal::Content(Word)));
        // Without a name, and without a type that says anything.
        check(&seed, "screenshot", STREAM, Png, None);
        check(&seed, "screenshot", STREAM, Bmp, Some(Refusal::Type));
        check(&["image/*"], "a.png", STREAM, Png, None);
        check(&["image/*"], "a.png", STREAM, WindowsProgram, Some(Refusal::Type));
        check(&["image/*"], "a.png", "image/png", Bmp, None);
        check(&["image/png"], "a.png", "image/png", Bmp, Some(Refusal::Content(Bmp)));
        check(&["image/*"], "a.png", "image/png", Zip, Some(Refusal::Content(Zip)));
        // What is built on another format is rightly of it.
        check(&[".docx"], "a.docx", STREAM, Zip, None);
        check(&[".docx"], "a.docx", STREAM, Compound, None);
        check(&[".docx"], "a.docx", STREAM, WindowsProgram, Some(Refusal::Content(WindowsProgram)));
        check(&[".log", ".png"], "a.log", "text/plain", Script, None);
        check(&["text/plain"], "a.sh", "text/plain", Script, None);
        // A signature is one by its bytes, too.
        let signature = "application/pkcs7-signature";
        check(&seed, "a.p7s", signature, WindowsProgram, Some(Refusal::Type));
        check(&["*"], "a.png", "image/png", WindowsProgram, None);

        #[track_caller]
        fn check(
            types: &[&str],
            name: &str,
            declared: &str,
            format: Format,
            expected: Option<Refusal>,
        ) {
            let found = accepted(types).refusal_of(name, declared, Some(format), 1024);
            assert_eq!(found, expected, "{name} {declared} {format:?}");
        }
    }

    #[test]
    fn a_refusal_has_a_word() {
        for (refusal, word, shown) in [
            (Refusal::Type, "type", "its type"),
            (Refusal::Size, "size", "its size"),
            (Refusal::Content(Format::Bmp), "content", "its content is BMP"),
        ] {
            assert_eq!((refusal.as_str(), refusal.to_string().as_str()), (word, shown));
        }
    }

    #[test]
    fn an_attachment_has_a_size() {
        for (size, refusal) in [(0, None), (1024, None), (1025, Some(Refusal::Size))] {
            assert_eq!(accepted(&["*"]).refusal_of("a", "x/y", None, size), refusal);
        }
    }

    #[test]
    fn a_pattern_is_a_suffix_or_a_type() {
        for (text, shown) in [
            ("*", "*"),
            ("*.PNG", ".png"),
            (".tar.gz", ".tar.gz"),
            ("image/*", "image/*"),
            (" Image/SVG+xml ", "image/svg+xml"),
        ] {
            assert_eq!(TypePattern::parse(text).unwrap().to_string(), shown);
        }
        for text in ["", ".", "png", "*.*", "image/", "/png", "image/p*", "a/b/c", ".a b", "*."] {
            assert_eq!(TypePattern::parse(text), None, "{text}");
        }
        let some = [".png", "image/*"].map(|text| TypePattern::parse(text).unwrap());
        let some = Accepted::new(some.into(), 35 << 20);
        assert_eq!(some.types().as_deref(), Some(".png, image/*"));
        assert_eq!(some.size().as_deref(), Some("35 MiB"));
        assert_eq!((Accepted::all().types(), Accepted::all().size()), (None, None));
    }
}
