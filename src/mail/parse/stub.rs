//! Is a plain text a stub, one that says nothing but that there is HTML beside it?
//!
//! The HTML is made into text only where that can be so, and is read only up to the words that say
//! that it is not.

use std::borrow::Cow;
use std::collections::HashSet;

/// A stub's HTML has this many times its letters, unless it speaks of HTML itself.
const FACTOR: usize = 5;

/// A stub shares few words with the HTML and is much shorter, or speaks of HTML. `html` gives the
/// text of at most `html_bytes` bytes of HTML: there are no more letters in it than bytes, numbers
/// of lists aside.
pub(super) fn is(plain: &str, html_bytes: usize, html: impl FnOnce() -> String) -> bool {
    let short = letters(plain);
    if short == 0 || html_bytes <= short {
        return false;
    }
    let is_longer = |long: usize| FACTOR * short <= long;
    if !is_longer(html_bytes) && !words(plain).any(|word| word == HTML) {
        return false;
    }
    let html = html();
    let mut missing: HashSet<_> = words(plain).collect();
    let said = missing.len();
    for word in words(&html) {
        if missing.remove(&word) && said < 2 * (said - missing.len()) {
            return false;
        }
    }
    let long = letters(&html);
    short < long && (missing.contains(HTML) || is_longer(long))
}

const HTML: &str = "html";

fn letters(text: &str) -> usize {
    text.chars().filter(|one| one.is_alphanumeric()).count()
}

/// In lower case.
fn words(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let words = text.split(|at: char| !at.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| {
        let is_lower = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if is_lower { Cow::Borrowed(word) } else { Cow::Owned(word.to_lowercase()) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_stub(plain: &str, html: &str) -> bool {
        is(plain, html.len(), || html.to_owned())
    }

    #[test]
    fn a_stub_is_told_from_a_text() {
        let long = "Dear Carla, the printer on the second floor prints blank pages since Monday. \
            We changed the toner and the drum, and it is still the same. Please send somebody. ";
        let html = long.repeat(3);
        for stub in [
            "This is an HTML message. Please use an HTML capable mail program to read this message.",
            "Diese Nachricht ist im HTML-Format. Ihr Programm kann sie nicht anzeigen.",
            "Your client cannot show this. Open https://x.example/view",
        ] {
            assert!(is_stub(stub, &html), "{stub}");
        }
        for text in ["Dear Carla, the printer prints blank pages.", long, ""] {
            assert!(!is_stub(text, long), "{text}");
        }
        assert!(!is_stub("Thanks!", &format!("Thanks! On Monday Ada wrote: {long}")));
        assert!(!is_stub("This is HTML.", ""));
        assert!(!is_stub("This is HTML.", &format!("In HTML: {long}")));
    }

    #[test]
    fn html_that_cannot_matter_is_not_made_into_text() {
        let unread = || -> String { unreachable!("it was read") };
        for (plain, html_bytes) in [("", 60_000), ("...", 60_000), ("HTML", 4), ("four", 19)] {
            assert!(!is(plain, html_bytes, unread), "{plain}");
        }
        assert!(is("HTML", 60_000, || "one and two".to_owned()));
        assert!(is("four", 20, || "one, two, three, five, seven".to_owned()));
    }
}
