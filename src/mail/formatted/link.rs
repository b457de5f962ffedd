//! Where a link of an agent may lead others: to a page or a mailbox that is not among the agents.

use percent_encoding::percent_decode_str;
use url::Url;

use super::Clean;
use super::document::Target;
use crate::mail::address::Address;

/// Bytes of a link that is written again (2 KiB).
const LINK_BYTES_MAX: usize = 2 * 1024;

/// Times that a link is decoded in the search for addresses: redirectors nest them.
const DECODED_MAX: usize = 4;

/// What an `href` leads to.
pub(super) fn target(href: &str, clean: Clean<'_>) -> Target {
    Target { href: href.trim().to_owned(), url: url(href, clean) }
}

fn url(href: &str, clean: Clean<'_>) -> Option<String> {
    if LINK_BYTES_MAX < href.len() {
        return None;
    }
    let mut url = Url::parse(href).ok()?;
    match url.scheme() {
        "http" | "https" => {
            // What stands before the host only looks like one.
            if !url.username().is_empty() || url.password().is_some() {
                return None;
            }
            url.host_str().filter(|host| !host.is_empty())?;
        }
        "mailto" => {
            // Copies, a subject and a text are nobody's to give.
            url.set_query(None);
            url.set_fragment(None);
            let address = percent_decode_str(url.path()).decode_utf8().ok()?;
            Address::parse(&address).ok()?;
        }
        _ => return None,
    }
    let url = String::from(url);
    (url.len() <= LINK_BYTES_MAX && is_public(&url, clean)).then_some(url)
}

/// Whether it names nothing that is to be cleaned away, however often that is encoded.
fn is_public(url: &str, clean: Clean<'_>) -> bool {
    let mut text = url.to_owned();
    for _ in 0..DECODED_MAX {
        // Parts of a link are parted by what may stand in an address.
        let mut parts = text.split(|at: char| !(at.is_alphanumeric() || "@.-_+".contains(at)));
        if parts.any(|part| clean(part) != part) || clean(&text) != text {
            return false;
        }
        let decoded = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        if decoded == text {
            return true;
        }
        text = decoded;
    }
    false
}

impl Target {
    /// Whether a plain text says the same of the link, behind its words.
    pub(super) fn is_told(&self, told: &str, clean: Clean<'_>) -> bool {
        let plain = |text: &str| text.trim_end_matches('/').to_owned();
        let bare = self.href.strip_prefix("mailto:").unwrap_or(&self.href);
        let forms = [self.href.as_str(), bare, self.url.as_deref().unwrap_or_default()];
        forms.iter().any(|form| plain(form) == plain(told) || plain(&clean(form)) == plain(told))
    }
}
