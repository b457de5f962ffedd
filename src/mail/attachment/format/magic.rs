//! The bytes with which formats begin.

use super::Format;

/// Bytes in which the names of a ZIP's first files are looked for (16 KiB).
const ZIP_BYTES: usize = 16 * 1024;

/// Bytes of a text that say what it is (4 KiB).
const TEXT_BYTES: usize = 4 * 1024;

/// Beginnings that nothing else has.
const BEGINNINGS: [(&[u8], Format); 31] = [
    (b"\x89PNG\r\n\x1a\n", Format::Png),
    (b"\xff\xd8\xff", Format::Jpeg),
    (b"GIF87a", Format::Gif),
    (b"GIF89a", Format::Gif),
    (b"II*\0", Format::Tiff),
    (b"MM\0*", Format::Tiff),
    (b"II+\0", Format::Tiff),
    (b"MM\0+", Format::Tiff),
    (b"\x1a\x45\xdf\xa3", Format::Matroska),
    (b"%!PS", Format::PostScript),
    (b"{\\rtf", Format::RichText),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format::Compound),
    (b"PK\x05\x06", Format::Zip),
    (b"PK\x07\x08PK", Format::Zip),
    (b"Rar!\x1a\x07\0", Format::Rar),
    (b"Rar!\x1a\x07\x01\0", Format::Rar),
    (b"7z\xbc\xaf\x27\x1c", Format::SevenZip),
    (b"\x1f\x8b\x08", Format::Gzip),
    (b"\xfd7zXZ\0", Format::Xz),
    (b"\x28\xb5\x2f\xfd", Format::Zstandard),
    (b"MSCF\0\0\0\0", Format::Cabinet),
    (b"\x7fELF", Format::Elf),
    (b"\xfe\xed\xfa\xce", Format::MachO),
    (b"\xfe\xed\xfa\xcf", Format::MachO),
    (b"\xce\xfa\xed\xfe", Format::MachO),
    (b"\xcf\xfa\xed\xfe", Format::MachO),
    (b"\x4c\0\0\0\x01\x14\x02\0", Format::Shortcut),
    (b"%PDF-", Format::Pdf),
    (b"\xef\xbb\xbf%PDF-", Format::Pdf),
    (b"\n%PDF-", Format::Pdf),
    (b"\r\n%PDF-", Format::Pdf),
];

/// What a file with these bytes is.
pub(super) fn format(bytes: &[u8]) -> Option<Format> {
    let sure = BEGINNINGS.iter().find(|(magic, _)| bytes.starts_with(magic));
    let sure = sure.map(|(_, format)| *format);
    sure.or_else(|| weak(bytes)).or_else(|| text(bytes))
}

fn at(bytes: &[u8], position: usize, length: usize) -> &[u8] {
    bytes.get(position..position.saturating_add(length)).unwrap_or_default()
}

/// Beginnings of two or three letters, which a text may have, too: what else they must have.
fn weak(bytes: &[u8]) -> Option<Format> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    if begins(b"PK\x03\x04") {
        return Some(zip(bytes));
    }
    // The reserved fields of its header.
    if begins(b"BM") && at(bytes, 6, 4) == [0; 4] {
        return Some(Format::Bmp);
    }
    // Its header has small numbers.
    if begins(b"MZ") && bytes.iter().take(64).any(|&byte| byte == 0) {
        return Some(Format::WindowsProgram);
    }
    if begins(b"BZh") && matches!(at(bytes, 4, 6), b"1AY&SY" | b"\x17rE8P\x90") {
        return Some(Format::Bzip2);
    }
    if begins(b"RIFF") && at(bytes, 8, 4) == b"WEBP" {
        return Some(Format::WebP);
    }
    // A library for several machines says for how many; a class its version, from 45 on.
    if let Some(&[first, second, third, fourth, ..]) = bytes.strip_prefix(b"\xca\xfe\xba\xbe") {
        let few = u32::from_be_bytes([first, second, third, fourth]) < 45;
        return Some(if few { Format::MachO } else { Format::JavaClass });
    }
    if at(bytes, 4, 4) == b"ftyp" {
        let picture = matches!(
            at(bytes, 8, 4),
            b"heic"
                | b"heix"
                | b"heim"
                | b"heis"
                | b"hevc"
                | b"hevx"
                | b"mif1"
                | b"msf1"
                | b"avif"
                | b"avis"
        );
        return Some(if picture { Format::Heif } else { Format::Mp4 });
    }
    (at(bytes, 257, 5) == b"ustar").then_some(Format::Tar)
}

/// Which of the formats that are ZIPs, by the names of the first files in it.
fn zip(bytes: &[u8]) -> Format {
    const NAME_AT: usize = 30;
    // OpenDocument has its media type first, not compressed (OpenDocument 1.3, part 2, §3.3).
    let first = bytes.get(NAME_AT..).unwrap_or_default();
    let declared = first.strip_prefix(b"mimetypeapplication/vnd.oasis.opendocument.");
    if let Some(kind) = declared {
        let kinds: [(&[u8], Format); 3] = [
            (b"text", Format::OpenText),
            (b"spreadsheet", Format::OpenSheet),
            (b"presentation", Format::OpenSlides),
        ];
        // A template or a master goes on with a hyphen.
        let is = |name: &[u8]| kind.strip_prefix(name).is_some_and(|rest| !rest.starts_with(b"-"));
        let found = kinds.iter().find(|(name, _)| is(name));
        return found.map_or(Format::Zip, |(_, format)| *format);
    }
    let beginning = bytes.get(..ZIP_BYTES).unwrap_or(bytes);
    let files = beginning.windows(4).enumerate().filter(|(_, four)| four == b"PK\x03\x04");
    for (position, _) in files {
        let name = beginning.get(position + NAME_AT..).unwrap_or_default();
        if name.starts_with(b"word/") {
            return Format::Word;
        }
        if name.starts_with(b"xl/") {
            return Format::Excel;
        }
        if name.starts_with(b"ppt/") {
            return Format::PowerPoint;
        }
    }
    Format::Zip
}

/// What a text is, by its first words.
fn text(bytes: &[u8]) -> Option<Format> {
    let beginning = bytes.get(..TEXT_BYTES).unwrap_or(bytes);
    // UTF-16 of plain letters without its zeros is ASCII.
    let wide = beginning.strip_prefix(b"\xff\xfe").or_else(|| beginning.strip_prefix(b"\xfe\xff"));
    let letters: Vec<u8> = match wide {
        Some(wide) => wide.iter().filter(|&&byte| byte != 0).map(u8::to_ascii_lowercase).collect(),
        None => beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning).to_ascii_lowercase(),
    };
    let text = letters.trim_ascii_start();
    if let Some(program) = letters.strip_prefix(b"#!") {
        return program.trim_ascii_start().starts_with(b"/").then_some(Format::Script);
    }
    if text.starts_with(b"<?php") {
        return Some(Format::Script);
    }
    if text.starts_with(b"<") {
        return markup(text);
    }
    is_message(&letters).then_some(Format::Message)
}

/// HTML or SVG, behind what XML may have before its root.
fn markup(mut text: &[u8]) -> Option<Format> {
    const HTML: [&[u8]; 10] = [
        b"!doctype html",
        b"html",
        b"head",
        b"body",
        b"script",
        b"iframe",
        b"title",
        b"style",
        b"meta",
        b"table",
    ];
    loop {
        let (beginning, end): (&[u8], &[u8]) = if text.starts_with(b"<?") {
            (b"<?", b"?>")
        } else if text.starts_with(b"<!--") {
            (b"<!--", b"-->")
        } else {
            break;
        };
        let rest = text.get(beginning.len()..).unwrap_or_default();
        let position = rest.windows(end.len()).position(|window| window == end)?;
        text = rest.get(position + end.len()..).unwrap_or_default().trim_ascii_start();
    }
    let element = text.strip_prefix(b"<")?;
    let is = |name: &[u8]| {
        let rest = element.strip_prefix(name);
        rest.is_some_and(|rest| rest.first().is_some_and(|byte| !byte.is_ascii_alphanumeric()))
    };
    if is(b"svg") || is(b"!doctype svg") || is(b"svg:svg") {
        return Some(Format::Svg);
    }
    HTML.iter().any(|name| is(name)).then_some(Format::Html)
}

/// Whether it begins with a header: fields, of which one says who wrote or carried it, and another
/// is a message's, too.
fn is_message(text: &[u8]) -> bool {
    const CARRIED: [&[u8]; 5] =
        [b"return-path", b"received", b"from", b"message-id", b"delivered-to"];
    const OTHER: [&[u8]; 6] =
        [b"to", b"subject", b"date", b"mime-version", b"dkim-signature", b"content-type"];
    let (mut carried, mut fields) = (0, 0);
    for line in text.split(|&byte| byte == b'\n') {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            continue;
        }
        let Some(colon) = line.iter().position(|&byte| byte == b':') else { break };
        let name = line.get(..colon).unwrap_or_default();
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            break;
        }
        carried += usize::from(CARRIED.contains(&name));
        fields += usize::from(CARRIED.contains(&name) || OTHER.contains(&name));
    }
    0 < carried && 1 < fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_say_what_it_is() {
        for (magic, format) in BEGINNINGS {
            check(magic, Some(format));
            check(&[magic, b"\0rest"].concat(), Some(format));
            check(&magic[..magic.len() - 1], None);
            check(&[b"x", magic].concat(), None);
        }
        check(b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Some(Format::Bmp));
        check(b"BM", None);
        check(b"BMW is a car, and BM no picture.", None);
        check(b"MZ\x90\0\x03\0\0\0", Some(Format::WindowsProgram));
        check(b"MZ", None);
        check(b"MZ-104: the motor stands still since Monday; please send somebody.", None);
        check(b"BZh91AY&SY", Some(Format::Bzip2));
        check(b"BZh is not enough", None);
        check(b"RIFF\x10\0\0\0WEBPVP8 ", Some(Format::WebP));
        check(b"RIFF\x10\0\0\0WAVEfmt ", None);
        check(b"\xca\xfe\xba\xbe\0\0\0\x02", Some(Format::MachO));
        check(b"\xca\xfe\xba\xbe\0\0\0\x41", Some(Format::JavaClass));
        check(b"\xca\xfe\xba\xbe\0", None);
        check(b"\0\0\0\x18ftypheic", Some(Format::Heif));
        check(b"\0\0\0\x20ftypisom", Some(Format::Mp4));
        let tar = [&[b'a'; 257][..], b"ustar\x0000"].concat();
        check(&tar, Some(Format::Tar));
        check(b"", None);
        check(b"\0", None);
        check(&[7; 4096], None);
    }

    /// The local header of a file in a ZIP, and what is in it.
    fn file(name: &str, bytes: &str) -> Vec<u8> {
        let mut header = b"PK\x03\x04\x14".to_vec();
        header.resize(30, 0);
        [&header[..], name.as_bytes(), bytes.as_bytes()].concat()
    }

    #[test]
    fn a_zip_is_known_by_its_first_files() {
        let types = file("[Content_Types].xml", "<Types/>");
        check(&file("logs/a.txt", "x"), Some(Format::Zip));
        check(&[&types[..], &file("word/document.xml", "x")].concat(), Some(Format::Word));
        check(&[&types[..], &file("xl/workbook.xml", "x")].concat(), Some(Format::Excel));
        check(&[&types[..], &file("ppt/slides.xml", "x")].concat(), Some(Format::PowerPoint));
        check(&types, Some(Format::Zip));
        let open = "application/vnd.oasis.opendocument.";
        for (kind, format) in [
            ("text", Format::OpenText),
            ("spreadsheet", Format::OpenSheet),
            ("presentation", Format::OpenSlides),
            ("text-template", Format::Zip),
            ("graphics", Format::Zip),
        ] {
            check(&file("mimetype", &format!("{open}{kind}PK\x03\x04")), Some(format));
        }
        check(&file("mimetype", "application/epub+zip"), Some(Format::Zip));
        // Only the beginning is looked at.
        let late = [&types[..], &vec![b'x'; ZIP_BYTES], &file("word/a", "x")].concat();
        check(&late, Some(Format::Zip));
    }

    #[test]
    fn a_text_is_known_by_its_first_words() {
        for text in [
            "<html>",
            "<!DOCTYPE html>\n<p>",
            "\u{feff} \r\n<HTML lang=en>",
            "<!-- saved from url -->\n<!-- 2 --><head>",
            "<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC 'x'><html>",
            "<script>alert(1)</script>",
            "<body\nonload=x>",
        ] {
            check(text.as_bytes(), Some(Format::Html));
            let letters = text.trim_start_matches('\u{feff}');
            let wide: Vec<u8> = letters.encode_utf16().flat_map(u16::to_le_bytes).collect();
            check(&[b"\xff\xfe", &wide[..]].concat(), Some(Format::Html));
        }
        for text in
            ["<svg xmlns='x'>", "<?xml version='1.0'?><!-- a --><svg/>", "<!DOCTYPE svg PUBLIC>"]
        {
            check(text.as_bytes(), Some(Format::Svg));
        }
        for text in ["#!/bin/sh\n", "#! /usr/bin/env python3", "<?php echo 1;"] {
            check(text.as_bytes(), Some(Format::Script));
        }
        for text in [
            "From: a@b.example\r\nTo: c@d.example\r\n\r\nx",
            "Received: from x\r\n\tby y\r\nSubject: z\r\n\r\n",
            "Return-Path: <a@b.example>\nX-A: b\nMessage-ID: <1@b.example>\n",
        ] {
            check(text.as_bytes(), Some(Format::Message));
        }
        for text in [
            "Dear Carla,\nFrom: here\nTo: there\n",
            "<?xml version='1.0'?><note/>",
            "<?xml without end",
            "<!-- without end",
            "<htmlx>",
            "<3 your support",
            "#!important",
            "Date: 2026-03-02\nSubject: x\n",
            "2026-03-02 10:00:00 ERROR: From: x\n",
            "From: x\n\nTo: y\n",
        ] {
            check(text.as_bytes(), None);
        }
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<Format>) {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        assert_eq!(format(bytes), expected, "{shown:?}");
    }
}
