//! What of a document is not for readers.

/// Whether the style of an element hides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail) enum Display {
    Shown,
    None,
}

/// An element whose inside is not for readers, and how deep in others of its name we are.
#[derive(Debug)]
pub(in crate::mail) struct Hidden {
    element: String,
    depth: usize,
}

impl Display {
    /// With this style.
    pub(in crate::mail) fn styled(self, style: &str) -> Self {
        let style: String = style.split_whitespace().collect();
        if style.to_ascii_lowercase().contains("display:none") { Self::None } else { self }
    }
}

impl Hidden {
    /// The element, if its inside is hidden.
    pub(in crate::mail) fn by(element: &str, display: Display) -> Option<Self> {
        // Only of these does the end surely come, in mail as it is.
        let ends = matches!(element, "div" | "span" | "table" | "td" | "tr" | "p" | "a");
        let is_hidden = is_no_text(element) || (display == Display::None && ends);
        is_hidden.then(|| Self { element: element.to_owned(), depth: 1 })
    }

    /// An element begins within it.
    pub(in crate::mail) fn start(&mut self, element: &str) {
        self.depth += usize::from(self.element == element);
    }

    /// An element ends within it; whether it ends itself.
    pub(in crate::mail) fn ends(&mut self, element: &str) -> bool {
        self.depth -= usize::from(self.element == element);
        self.depth == 0
    }
}

/// Elements whose inside is no text; of `noscript` and the like it is markup that is not read.
fn is_no_text(element: &str) -> bool {
    matches!(
        element,
        "script" | "style" | "title" | "template" | "noscript" | "iframe" | "noembed" | "noframe"
    )
}
