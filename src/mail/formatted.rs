//! An agent's answer as HTML: his formatting, as far as the public text has his words.
//!
//! The public text alone says what goes out. Its words are looked for in the agent's document, line by
//! line and in order; what the document has besides (orders, quotes, what is among the agents) is passed
//! over. What is found is written with tags of ours: of the document come nothing but which of these
//! tags, and links that were parsed and checked (THR-13, THR-31).

mod align;
mod document;
mod link;
mod read;
mod token;
mod write;

/// Bytes of a document that is read; a larger one gives its text alone (1 MiB).
pub const HTML_BYTES_MAX: usize = 1024 * 1024;

/// Blanks at the begin of a line that are kept.
const INDENT_MAX: usize = 200;

/// A text as others may read it: the same, or with something else for what they may not.
pub type Clean<'a> = &'a dyn Fn(&str) -> String;

/// The words of `public` as HTML, formatted as `html` has them; `None` where it does not have all of
/// them. A link stays if `clean` changes nothing of it. Time and memory are in proportion to the bytes.
#[must_use]
pub fn formatted(html: &str, public: &str, clean: Clean<'_>) -> Option<String> {
    if HTML_BYTES_MAX < html.len() {
        return None;
    }
    let tokens = token::tokens(public);
    let document = read::read(html, clean);
    let pieces = align::align(&document, &tokens, clean)?;
    if pieces.is_empty() { None } else { write::write(&document, &pieces) }
}

/// A plain text as HTML: paragraphs, line ends, and the blanks at the begin of a line.
#[must_use]
pub fn unformatted(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    let mut between = "<p>";
    for line in text.lines() {
        let said = line.trim_start();
        if said.is_empty() {
            between = if html.is_empty() { "<p>" } else { "</p>\n<p>" };
            continue;
        }
        html.push_str(between);
        let indent = line.chars().take_while(|at| at.is_whitespace()).take(INDENT_MAX).count();
        html.push_str(&"&nbsp;".repeat(indent));
        write::escape(said.trim_end(), &mut html);
        between = "<br>\n";
    }
    if !html.is_empty() {
        html.push_str("</p>\n");
    }
    html
}

#[cfg(test)]
mod tests;
