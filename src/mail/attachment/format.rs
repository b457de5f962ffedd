//! What the first bytes of an attachment say that it is, whatever its sender calls it.
//!
//! Known are the formats that come to support desks, and those that do harm where they are opened.
//! What is not known is no format at all: its name and its declared type count alone. Only the
//! beginning is looked at, and nothing is unpacked.

mod magic;
mod names;

use std::fmt;

/// A format that its first bytes give away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// Windows' bitmap.
    Bmp,
    /// `WebP`.
    WebP,
    /// TIFF, and the raw pictures of cameras.
    Tiff,
    /// HEIC and AVIF: pictures of telephones.
    Heif,
    /// MP4 and `QuickTime`.
    Mp4,
    /// Matroska and `WebM`.
    Matroska,
    /// PDF.
    Pdf,
    /// PostScript.
    PostScript,
    /// RTF.
    RichText,
    /// Word since 2007 (ECMA-376).
    Word,
    /// Excel since 2007.
    Excel,
    /// `PowerPoint` since 2007.
    PowerPoint,
    /// A text of `OpenDocument`.
    OpenText,
    /// A table of `OpenDocument`.
    OpenSheet,
    /// Slides of `OpenDocument`.
    OpenSlides,
    /// Office before 2007, Outlook's messages, Windows' installers, encrypted documents (MS-CFB).
    Compound,
    /// ZIP that is none of the above.
    Zip,
    /// RAR, 4 and 5.
    Rar,
    /// 7z.
    SevenZip,
    /// gzip.
    Gzip,
    /// xz.
    Xz,
    /// bzip2.
    Bzip2,
    /// Zstandard.
    Zstandard,
    /// tar.
    Tar,
    /// Windows' cabinet.
    Cabinet,
    /// A program of Windows or DOS.
    WindowsProgram,
    /// A program or a library of Unix, or its core.
    Elf,
    /// A program or a library of macOS.
    MachO,
    /// A class of Java.
    JavaClass,
    /// A shortcut of Windows, which starts what it names (MS-SHLLINK).
    Shortcut,
    /// HTML.
    Html,
    /// SVG, which can have scripts.
    Svg,
    /// A text that names the program that runs it.
    Script,
    /// A message (RFC 5322).
    Message,
}

impl Format {
    /// All of them.
    const ALL: [Self; 37] = [
        Self::Png,
        Self::Jpeg,
        Self::Gif,
        Self::Bmp,
        Self::WebP,
        Self::Tiff,
        Self::Heif,
        Self::Mp4,
        Self::Matroska,
        Self::Pdf,
        Self::PostScript,
        Self::RichText,
        Self::Word,
        Self::Excel,
        Self::PowerPoint,
        Self::OpenText,
        Self::OpenSheet,
        Self::OpenSlides,
        Self::Compound,
        Self::Zip,
        Self::Rar,
        Self::SevenZip,
        Self::Gzip,
        Self::Xz,
        Self::Bzip2,
        Self::Zstandard,
        Self::Tar,
        Self::Cabinet,
        Self::WindowsProgram,
        Self::Elf,
        Self::MachO,
        Self::JavaClass,
        Self::Shortcut,
        Self::Html,
        Self::Svg,
        Self::Script,
        Self::Message,
    ];

    /// What these bytes are, from the first one of a file on; `None` where they say nothing.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        magic::format(bytes)
    }

    /// Its media type, in lower case; each has its own.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        self.types().next().unwrap_or_default()
    }

    /// The format of this media type, as [`Format::media_type`] has it.
    #[must_use]
    pub fn parse(media_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.media_type() == media_type)
    }

    /// The media types that mean it, its own first.
    pub fn types(self) -> impl Iterator<Item = &'static str> {
        names::of(self).types.split_whitespace()
    }

    /// The suffixes that mean it, without a dot, the usual one first.
    pub fn suffixes(self) -> impl Iterator<Item = &'static str> {
        names::of(self).suffixes.split_whitespace()
    }

    /// Whether a file of this name, in lower case, is rightly of this format.
    #[must_use]
    pub fn suits_name(self, name: &str) -> bool {
        let Some((_, suffix)) = name.rsplit_once('.') else { return false };
        let has = |format: Self| {
            let mut rightly = format.suffixes().chain(names::of(format).also.split_whitespace());
            rightly.any(|one| one == suffix)
        };
        has(self) || (self.is_built_upon() && !Self::ALL.into_iter().any(has))
    }

    /// Whether a part of this declared media type, in lower case, is rightly of this format.
    #[must_use]
    pub fn suits_type(self, media_type: &str) -> bool {
        let has = |format: Self| {
            let mut rightly = format.types().chain(names::of(format).also_types.split_whitespace());
            rightly.any(|one| match one.strip_suffix('*') {
                Some(beginning) => media_type.starts_with(beginning),
                None => media_type == one,
            })
        };
        let other = || media_type.starts_with("application/") && !Self::ALL.into_iter().any(has);
        has(self) || (self.is_built_upon() && other())
    }

    /// Whether programs have formats of their own that are of this one, too. Under a name that is
    /// of no format here it is no stranger.
    fn is_built_upon(self) -> bool {
        matches!(self, Self::Zip | Self::Gzip | Self::Compound)
    }
}

/// One word for people, by its usual suffix: `BMP`.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.suffixes().next().unwrap_or("OLE").to_ascii_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_format_has_a_media_type_of_its_own() {
        let all = Format::ALL;
        let types: BTreeSet<_> = all.iter().map(|format| format.media_type()).collect();
        assert_eq!(types.len(), all.len());
        for format in all {
            assert_eq!(Format::parse(format.media_type()), Some(format));
            assert!(format.suits_type(format.media_type()));
            assert!(format.suffixes().all(|suffix| format.suits_name(&format!("a.{suffix}"))));
        }
        assert_eq!(Format::parse("application/octet-stream"), None);
        let words = all.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        assert_eq!(words.len(), all.len());
        assert!(words.contains("BMP") && words.contains("OLE"));
    }

    #[test]
    fn a_format_has_many_names() {
        use Format::{Compound, Elf, Gzip, Html, Message, Png, Script, Word, Zip};
        for (format, name, media_type, suits) in [
            (Png, "a.png", "image/png", true),
            (Png, "a.jpg", "image/jpeg", false),
            (Png, "png", "application/octet-stream", false),
            (Zip, "a.docx", "application/vnd.oasis.opendocument.text", true),
            (Zip, "a.png", "application/x-tar", false),
            (Word, "a.zip", "application/zip", true),
            (Word, "a.xlsx", "application/vnd.ms-excel", false),
            (Compound, "a.msg", "application/vnd.ms-outlook", true),
            (Compound, "a.docx", "application/vnd.openxmlformats-officedocument.x", true),
            (Gzip, "a.tar.gz", "application/x-gzip", true),
            (Zip, "a.pbix", "application/vnd.example", true),
            (Gzip, "a.backup", "application/tlsrpt+gzip", true),
            (Gzip, "a.log", "text/x-example", false),
            (Zip, "a.exe", "image/png", false),
            (Elf, "a.pbix", "application/vnd.example", false),
            (Html, "table.xls", "text/plain", true),
            (Script, "install.log", "text/plain", true),
            (Script, "a.png", "image/png", false),
            (Message, "a.txt", "text/rfc822-headers", true),
        ] {
            assert_eq!(format.suits_name(name), suits, "{format:?} {name}");
            assert_eq!(format.suits_type(media_type), suits, "{format:?} {media_type}");
        }
    }
}
