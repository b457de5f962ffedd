//! HTML becomes text: one pass over its tokens, no tree, so that its cost is that of its length.
//!
//! html5gum reads the tokens as the HTML standard has them. `html/layout.rs` keeps what a reader of
//! mail needs: lines where blocks end, `> ` before what is quoted in a `blockquote`, marks and
//! numbers of lists, bars between cells, where links lead. Styles, scripts, comments and what is
//! not displayed are dropped.

pub(in crate::mail) mod hidden;
mod layout;
mod link;
pub(in crate::mail) mod tag;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use hidden::Hidden;
use layout::Layout;
use link::Link;
use tag::StartTag;

/// Bytes in which a meta element is looked for (1 KiB, as the HTML standard says).
const META_BYTES_MAX: usize = 1024;

/// The text of an HTML document. Stops soon after `bytes_max` bytes of it.
pub(in crate::mail) fn to_text(html: &str, bytes_max: usize) -> String {
    let mut reader = Reader::new(bytes_max);
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| {
        reader.event(&event);
        reader.layout.is_full().then_some(())
    });
    emitter.naively_switch_states(true);
    // The first thing that comes says that there is enough.
    let _ = Tokenizer::new_with_emitter(html, emitter).next();
    reader.layout.into_text()
}

/// The character set that a document names itself, where the part does not:
/// `<meta charset=utf-8>`, `<meta … content="text/html; charset=utf-8">`.
pub(super) fn declared_charset(html: &[u8]) -> Option<String> {
    let head = html.get(..META_BYTES_MAX).unwrap_or(html).to_ascii_lowercase();
    let head = String::from_utf8_lossy(&head).into_owned();
    let (_, behind) = head.split_once("<meta").and_then(|(_, rest)| rest.split_once("charset"))?;
    let value = behind.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = value.find(|at: char| !(at.is_ascii_alphanumeric() || "-_:.".contains(at)));
    let label = value.get(..end?)?;
    // What could be read so far is no UTF-16 (the HTML standard says so, too).
    (!label.is_empty() && !label.starts_with("utf-16")).then(|| label.to_owned())
}

struct Reader {
    layout: Layout,
    tag: StartTag,
    /// The link around this text.
    link: Option<Link>,
    /// Why the text is passed over.
    hidden: Option<Hidden>,
}

impl Reader {
    fn new(bytes_max: usize) -> Self {
        Self { layout: Layout::new(bytes_max), tag: StartTag::default(), link: None, hidden: None }
    }

    fn event(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => self.tag.open(name),
            CallbackEvent::AttributeName { name } => self.tag.attribute(name),
            CallbackEvent::AttributeValue { value } => self.tag.value(value),
            CallbackEvent::CloseStartTag { .. } => self.start_tag(),
            CallbackEvent::EndTag { name } => self.end_tag(&String::from_utf8_lossy(name)),
            CallbackEvent::String { value } if self.hidden.is_none() => {
                self.layout.text(&String::from_utf8_lossy(value));
            }
            CallbackEvent::String { .. }
            | CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => {}
        }
    }

    fn start_tag(&mut self) {
        if let Some(hidden) = &mut self.hidden {
            hidden.start(&self.tag.element);
            return;
        }
        self.hidden = Hidden::by(&self.tag.element, self.tag.display);
        if self.hidden.is_some() {
            return;
        }
        match &*self.tag.element {
            "a" => {
                self.end_link();
                self.link = Link::of(&self.tag.href, self.layout.at());
            }
            "img" => self.layout.image(&self.tag.alternative),
            "ol" => self.layout.list(Some(self.tag.start)),
            element => self.layout.start(element),
        }
    }

    fn end_tag(&mut self, element: &str) {
        if let Some(hidden) = &mut self.hidden {
            if hidden.ends(element) {
                self.hidden = None;
            }
            return;
        }
        match element {
            "a" => self.end_link(),
            element => self.layout.end(element),
        }
    }

    fn end_link(&mut self) {
        if let Some(link) = self.link.take()
            && let Some(target) = link.behind(self.layout.since(link.at))
        {
            self.layout.behind(&format!("<{target}>"));
        }
    }
}

#[cfg(test)]
mod tests;
