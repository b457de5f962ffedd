//! Whatever the document is: our tags, words of the public text, and time as its length.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{clean, formatted};

/// Everything that may stand between `<` and `>`, but for links and numbers of items.
const TAGS: [&str; 20] = [
    "p",
    "b",
    "i",
    "u",
    "s",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "td",
    "th",
    "blockquote",
];

/// The text of what was written, if all of its tags are ours, and each ends where it should.
fn text_of(html: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some((before, from)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, behind) = from.split_once('>').ok_or("a tag without an end")?;
        rest = behind;
        if tag != "br" {
            let name = tag.split(' ').next().unwrap_or_default();
            match tag.strip_prefix('/') {
                Some(name) if open.pop() == Some(name) => {}
                Some(_) => return Err(format!("{tag} ends nothing")),
                None => {
                    let inside = tag.strip_prefix(name).unwrap_or_default();
                    let good = match name {
                        "a" => is_link(inside),
                        "table" => inside == " border=\"1\" cellpadding=\"4\"",
                        "li" if !inside.is_empty() => is_number(inside),
                        _ => TAGS.contains(&name) && inside.is_empty(),
                    };
                    if !good {
                        return Err(format!("<{tag}>"));
                    }
                    open.push(name);
                }
            }
        }
        let is_within = matches!(
            tag,
            "b" | "/b" | "i" | "/i" | "u" | "/u" | "s" | "/s" | "code" | "/code" | "/a"
        ) || tag.starts_with("a ");
        if !is_within {
            text.push(' ');
        }
    }
    if !open.is_empty() {
        return Err(format!("{open:?} do not end"));
    }
    text.push_str(rest);
    Ok(text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&"))
}

fn is_link(inside: &str) -> bool {
    let url = inside.strip_prefix(" href=\"").and_then(|url| url.strip_suffix('"'));
    url.is_some_and(|url| {
        let leads = ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme));
        leads && url.bytes().all(|one| one.is_ascii_graphic() && !b"\"<>'`".contains(&one))
    })
}

fn is_number(inside: &str) -> bool {
    let number = inside.strip_prefix(" value=\"").and_then(|number| number.strip_suffix('"'));
    number.is_some_and(|number| number.bytes().all(|one| one.is_ascii_digit()))
}

/// Words of the public text in their order, and nothing else.
fn is_said(written: &str, public: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|at: char| !at.is_alphanumeric());
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let public = words(public);
    let mut there = public.iter();
    words(written).iter().all(|word| there.any(|one| one == word))
}

/// Markup that means harm, and markup as it is.
const PIECES: [&str; 44] = [
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<div>",
    "</div>",
    "<p>",
    "<br>",
    "<ul>",
    "</ul>",
    "<ol start=7>",
    "</ol>",
    "<li>",
    "</li>",
    "<table>",
    "</table>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<pre>",
    "</pre>",
    "<h1>",
    "</h2>",
    "<blockquote>",
    "</blockquote>",
    "<a href='https://x.example/?a=\"&b'>",
    "<a href=\"javascript:x\">",
    "</a>",
    "<script>",
    "</script>",
    "<img src=x onerror=x alt='one two'>",
    "<svg onload=x><math><style>",
    "<!--",
    "-->",
    "<style>*{}</style>",
    "<td style='x'><th>",
    "<u class=x>",
    "<b",
    "=\"'>",
    "&lt;script&gt;",
    "&#0;&#x202e;",
    "<plaintext",
    "secret",
];

const WORDS: [&str; 8] =
    ["one ", "two ", "three\n", "*four* ", "<five> ", "six@x.example\n\n", "7. ", "&amp;"];

proptest! {
    #[test]
    fn thr_13_thr_31_only_public_words_within_our_tags(
        html in proptest::collection::vec((0..PIECES.len(), 0..WORDS.len()), 0..40),
        public in proptest::collection::vec(0..WORDS.len(), 0..4),
    ) {
        let html: String = html.iter().flat_map(|(piece, word)| [PIECES[*piece], WORDS[*word]]).collect();
        let public: String = public.iter().map(|word| WORDS[*word]).collect();
        if let Some(written) = formatted(&html, &public, &clean) {
            let text = text_of(&written).map_err(|error| TestCaseError::fail(format!("{error}: {written}")))?;
            prop_assert!(is_said(&text, &public), "{written}\n{public}");
        }
    }
}

#[test]
fn thr_13_known_attacks_leave_nothing() {
    for html in [
        "<script>alert(1)</script>a",
        "<svg><style><img src=x onerror=alert(1)></style>a",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">a",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">a",
        "<b style=\"background:url(javascript:x)\" onmouseover=x>a</b>",
        "<form><input formaction=javascript:x><button>a</button></form>",
        "<iframe srcdoc='<script>x</script>'></iframe>a",
        "<a href='https://x.example' style=x id=y onclick=z>a</a>",
        "<base href='https://evil.example/'><a href='/x'>a</a>",
        "<style>@import 'https://evil.example'</style>a",
    ] {
        if let Some(written) = formatted(html, "a", &clean) {
            assert_eq!(
                text_of(&written).map(|text| text.trim().to_owned()),
                Ok("a".to_owned()),
                "{html}: {written}"
            );
            assert!(!written.contains("on") && !written.contains("evil"), "{html}: {written}");
        }
    }
    let text = formatted("&lt;script&gt;x&lt;/script&gt;", "<script>x</script>", &clean);
    assert_eq!(text.as_deref(), Some("<p>&lt;script&gt;x&lt;/script&gt;</p>\n"));
}

/// Bytes of most documents here: built without optimisation, a mebibyte of each takes minutes in all.
const SIZE: usize = super::HTML_BYTES_MAX / 16;

#[test]
fn thr_17_the_worst_costs_its_length() {
    let of = |piece: &str| piece.repeat(SIZE / piece.len());
    let link = format!("<a href='https://x.example/{}'>", "x".repeat(2000));
    let documents = [
        of("<div>"),
        of("<b>"),
        of("<table><tr><td>a"),
        of("<ul><li>a"),
        of("a "),
        of("a<td>"),
        of("<a href=x>a"),
        of("<br><img alt='a a'>"),
        of("</div></b></td>"),
        of("a@b "),
        of("<b>a</b>"),
        of("<a href='https://x.example/%2540%2540'>a</a>"),
        of("<"),
        format!("{link}{}", of("<li>a")),
        format!("{link}{}", of("<br>a <b>a</b>")),
        "a<br>".repeat(super::HTML_BYTES_MAX / 5),
    ];
    let texts = ["a ".repeat(SIZE) + "b", "a\n".repeat(SIZE / 4), "a<a:b>".repeat(SIZE / 4)];
    for html in &documents {
        for text in &texts {
            let begun = Instant::now();
            let written = formatted(html, text, &clean).unwrap_or_default();
            let start = html.get(..60).unwrap_or(html);
            assert!(begun.elapsed() < Duration::from_secs(10), "{start}: {:?}", begun.elapsed());
            assert!(written.len() <= 3 * 1024 * 1024, "{start}: {}", written.len());
        }
    }
    let large = "a".repeat(super::HTML_BYTES_MAX + 1);
    assert_eq!(formatted(&large, &large, &clean), None);
}
