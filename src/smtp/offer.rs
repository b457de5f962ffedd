//! What a server says that it can do (RFC 5321 §4.1.1.1).

use std::collections::BTreeSet;

use super::reply::Answer;

/// An extension that we make use of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keyword {
    /// RFC 3207.
    StartTls,
    /// RFC 1870.
    Size,
    /// RFC 3461.
    Dsn,
    /// RFC 6531.
    SmtpUtf8,
    /// RFC 6152.
    EightBitMime,
    /// RFC 4954 with RFC 4616.
    AuthPlain,
    /// RFC 4954 with the mechanism that never got beyond a draft.
    AuthLogin,
    /// RFC 4954 with RFC 7628.
    AuthOAuthBearer,
    /// RFC 4954 with the forerunner of RFC 7628.
    AuthXOAuth2,
}

/// The extensions in one answer to EHLO.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    keywords: BTreeSet<Keyword>,
    size: Option<u64>,
}

impl Offer {
    /// Reads an answer to EHLO; keywords in any case, `AUTH=PLAIN` as old servers write it too.
    pub(super) fn read(answer: &Answer) -> Self {
        let mut offer = Self::default();
        for line in answer.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
            match words.next() {
                Some("STARTTLS") => offer.add(Keyword::StartTls),
                Some("DSN") => offer.add(Keyword::Dsn),
                Some("SMTPUTF8") => offer.add(Keyword::SmtpUtf8),
                Some("8BITMIME") => offer.add(Keyword::EightBitMime),
                Some("SIZE") => {
                    offer.add(Keyword::Size);
                    offer.size = words.next().and_then(|word| word.parse().ok());
                }
                Some("AUTH") => words.for_each(|word| match word {
                    "PLAIN" => offer.add(Keyword::AuthPlain),
                    "LOGIN" => offer.add(Keyword::AuthLogin),
                    "OAUTHBEARER" => offer.add(Keyword::AuthOAuthBearer),
                    "XOAUTH2" => offer.add(Keyword::AuthXOAuth2),
                    _ => {}
                }),
                _ => {}
            }
        }
        offer
    }

    /// Whether the server offers this.
    #[must_use]
    pub fn has(&self, keyword: Keyword) -> bool {
        self.keywords.contains(&keyword)
    }

    /// The largest message in bytes; `None` when the server names no limit (RFC 1870 §4: zero).
    #[must_use]
    pub fn size_max(&self) -> Option<u64> {
        self.size.filter(|&size| size > 0)
    }

    fn add(&mut self, keyword: Keyword) {
        self.keywords.insert(keyword);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Offer {
        let lines = lines.iter().map(|&line| line.to_owned()).collect();
        Offer::read(&Answer { code: 250, lines })
    }

    #[test]
    fn keywords_are_read_in_any_case() {
        let offer = read(&["STARTTLS.example", "size 1000", "dsn", "Auth login Plain", "XDSN"]);
        for keyword in [Keyword::Size, Keyword::Dsn, Keyword::AuthPlain, Keyword::AuthLogin] {
            assert!(offer.has(keyword), "{keyword:?}");
        }
        for keyword in [Keyword::StartTls, Keyword::SmtpUtf8, Keyword::EightBitMime] {
            assert!(!offer.has(keyword), "{keyword:?}");
        }
        assert_eq!(offer.size_max(), Some(1000));
    }

    #[test]
    fn std_23_size_zero_and_size_alone_are_no_limit() {
        assert_eq!(read(&["x", "SIZE 0"]).size_max(), None);
        assert_eq!(read(&["x", "SIZE"]).size_max(), None);
        assert!(read(&["x", "SIZE"]).has(Keyword::Size));
        assert!(read(&["x", "AUTH=LOGIN"]).has(Keyword::AuthLogin));
    }
}
