//! Where a link leads, if its text does not say so.

/// Bytes of a target that is shown; longer ones are for machines (2 KiB).
const TARGET_BYTES_MAX: usize = 2 * 1024;

/// A link whose text is being read.
pub(super) struct Link {
    target: String,
    /// Where its text begins.
    pub(super) at: usize,
}

impl Link {
    /// A link that leads to a page, a mailbox or a telephone. Others are for programs, and nobody
    /// is to follow them.
    pub(super) fn of(href: &str, at: usize) -> Option<Self> {
        let target: String = href.chars().filter(|one| !one.is_ascii_whitespace()).collect();
        let scheme = target.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let leads = matches!(scheme.as_str(), "http" | "https" | "ftp" | "mailto" | "tel")
            && scheme.len() + 1 < target.len()
            && target.len() <= TARGET_BYTES_MAX
            && !target.contains(['<', '>']);
        leads.then_some(Self { target, at })
    }

    /// What is to stand behind the text; nothing, if that is the target already, or if there is no
    /// text that could be followed.
    pub(super) fn behind(&self, text: &str) -> Option<&str> {
        // A text of that length is no address.
        if TARGET_BYTES_MAX < text.len() {
            return Some(&self.target);
        }
        let shown = match self.target.split_once(':') {
            Some(("mailto" | "tel", rest)) => rest,
            Some(_) | None => &self.target,
        };
        let said = plain(text);
        (!said.is_empty() && said != plain(shown)).then_some(shown)
    }
}

/// What of an address people compare.
fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|one| !one.is_whitespace()).collect();
    let text = text.to_lowercase();
    let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    text.trim_start_matches("www.").trim_end_matches('/').to_owned()
}
