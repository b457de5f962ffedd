//! What the HTML of notices is like, whoever shows it: small, of one piece, and legible in light and in dark.

use std::collections::BTreeMap;

use super::samples;

/// Bytes of a notice in HTML.
const BYTES_MAX: usize = 20 * 1024;

#[test]
fn std_05_nothing_is_fetched_and_nothing_is_large() {
    for (name, wording) in samples() {
        let html = wording.html.unwrap();
        for foreign in ["http", "src=", "url(", "<img", "<link", "<script", "@import", "cid:"] {
            assert!(!html.contains(foreign), "{}: {foreign}", name.display());
        }
        assert!(html.contains("name=\"color-scheme\" content=\"light dark\""), "{html}");
        assert!(html.len() <= BYTES_MAX, "{}: {} bytes", name.display(), html.len());
    }
}

#[test]
fn thr_13_thr_27_what_a_stranger_wrote_is_text() {
    for (name, wording) in samples() {
        assert!(!wording.html.unwrap().contains("<Room"), "{}", name.display());
    }
}

#[test]
fn text_is_legible_in_light_and_in_dark() {
    let acknowledged = [("page", "page"), ("page", "facts"), ("page", "note"), ("label", "facts")];
    let resolved = [("page", "facts"), ("label", "facts"), ("rating", "page")];
    legible("acknowledgement/rich", &acknowledged);
    legible("changed/rich", &resolved);

    #[track_caller]
    fn legible(notice: &str, pairs: &[(&str, &str)]) {
        let mut all = samples();
        all.retain(|(name, _)| name.to_string_lossy().starts_with(notice));
        assert_eq!(all.len(), 3);
        for html in all.into_iter().filter_map(|(_, wording)| wording.html) {
            contrasts(&html, pairs);
        }
    }

    #[track_caller]
    fn contrasts(html: &str, pairs: &[(&str, &str)]) {
        for (scheme, colours) in [("light", inline(html)), ("dark", in_the_dark(html))] {
            for (text, ground) in pairs.iter().copied() {
                let (of, on) = (colours[&(text, "color")], colours[&(ground, "background-color")]);
                let contrast = contrast(of, on);
                assert!(contrast >= 4.5, "{scheme}: {text} on {ground} has {contrast:.2}");
            }
        }
    }
}

type Colours<'a> = BTreeMap<(&'a str, &'a str), u32>;

/// What stands in `style` beside a class.
fn inline(html: &str) -> Colours<'_> {
    let mut found = BTreeMap::new();
    for tag in html.split("class=\"").skip(1) {
        let class = tag.split('"').next().unwrap();
        let style = tag.split_once("style=\"").unwrap().1.split('"').next().unwrap();
        found.extend(colours(class, style));
    }
    found
}

/// What the style sheet says instead.
fn in_the_dark(html: &str) -> Colours<'_> {
    let sheet = html.split_once("(prefers-color-scheme: dark) {").unwrap().1;
    let sheet = sheet.split_once("</style>").unwrap().0;
    let mut found = BTreeMap::new();
    for rule in sheet.split("\n  .").skip(1) {
        let (class, style) = rule.split_once(" {").unwrap();
        found.extend(colours(class, style.split('}').next().unwrap()));
    }
    found
}

fn colours<'a>(class: &'a str, style: &'a str) -> Vec<((&'a str, &'a str), u32)> {
    let declared = style.split(';').filter_map(|one| one.split_once(':'));
    let meant = declared.filter_map(|(property, value)| {
        let hex = value.trim().strip_prefix('#')?.get(..6)?;
        Some(((class, property.trim()), u32::from_str_radix(hex, 16).ok()?))
    });
    meant.collect()
}

/// WCAG 2.2, "contrast ratio"; AA asks for 4.5.
fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: u32) -> f64 {
    let [_, red, green, blue] = colour.to_be_bytes().map(|byte| {
        let part = f64::from(byte) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
