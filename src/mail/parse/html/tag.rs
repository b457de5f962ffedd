//! A start tag as it is read, with the attributes that say something to readers of mail.

use super::hidden::Display;

/// Bytes of an attribute that are read; longer ones are data (4 KiB).
pub(in crate::mail) const ATTRIBUTE_BYTES_MAX: usize = 4 * 1024;

/// A start tag, or the last one that was read.
#[derive(Debug)]
pub(in crate::mail) struct StartTag {
    /// Its element.
    pub(in crate::mail) element: String,
    /// `href`: where a link leads; empty without one.
    pub(in crate::mail) href: String,
    /// `alt`: what stands for a picture; empty without one.
    pub(in crate::mail) alternative: String,
    /// `start`: where an ordered list begins.
    pub(in crate::mail) start: usize,
    /// Whether its style hides it.
    pub(in crate::mail) display: Display,
    attribute: Attribute,
}

/// Attributes that say something.
#[derive(Clone, Copy, Debug)]
enum Attribute {
    Href,
    Alt,
    Start,
    Style,
    Other,
}

impl Default for StartTag {
    fn default() -> Self {
        Self {
            element: String::new(),
            href: String::new(),
            alternative: String::new(),
            start: 1,
            display: Display::Shown,
            attribute: Attribute::Other,
        }
    }
}

impl StartTag {
    /// Another one begins.
    pub(in crate::mail) fn open(&mut self, name: &[u8]) {
        self.element = String::from_utf8_lossy(name).into_owned();
        self.attribute = Attribute::Other;
        self.href.clear();
        self.alternative.clear();
        self.start = 1;
        self.display = Display::Shown;
    }

    /// The name of its next attribute.
    pub(in crate::mail) fn attribute(&mut self, name: &[u8]) {
        self.attribute = match name {
            b"href" => Attribute::Href,
            b"alt" => Attribute::Alt,
            b"start" => Attribute::Start,
            b"style" => Attribute::Style,
            b"hidden" => {
                self.display = Display::None;
                Attribute::Other
            }
            _ => Attribute::Other,
        };
    }

    /// The value of that attribute.
    pub(in crate::mail) fn value(&mut self, value: &[u8]) {
        if ATTRIBUTE_BYTES_MAX < value.len() {
            return;
        }
        let value = String::from_utf8_lossy(value);
        match self.attribute {
            Attribute::Href => self.href = value.into_owned(),
            Attribute::Alt => self.alternative = value.into_owned(),
            Attribute::Start => self.start = value.trim().parse().unwrap_or(1),
            Attribute::Style => self.display = self.display.styled(&value),
            Attribute::Other => {}
        }
    }
}
