//! A `Received` field (RFC 5321 §4.4), as Postfix, Exim, Sendmail, Exchange and Gmail write it. What
//! is not understood is left alone.

use std::net::IpAddr;

use super::trace::Client;

/// Words and comments that are looked at; servers write some twenty.
const TOKENS_MAX: usize = 200;

/// One field, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Received {
    /// The word behind "from".
    from: Option<String>,
    /// The comments behind that word.
    from_comments: Vec<String>,
    /// The word behind "by", in lower case.
    pub(super) by: String,
    /// The word behind "with", in lower case.
    with: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    /// Without the outer parentheses.
    Comment(String),
}

impl Received {
    /// `None` where the field does not say once by whom: a second "by" is somebody's text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut received = Self::default();
        let mut clause = String::new();
        let mut awaited = false;
        for token in tokens(text)? {
            match token {
                Token::Word(word) if awaited => {
                    awaited = false;
                    match clause.as_str() {
                        "from" => received.from = Some(word),
                        "by" => received.by = word.trim_end_matches('.').to_lowercase(),
                        _ => received.with = word.to_lowercase(),
                    }
                }
                Token::Word(word) => {
                    clause = word.to_lowercase();
                    awaited = match clause.as_str() {
                        "from" => received.from.is_none() && received.by.is_empty(),
                        "by" if received.by.is_empty() => true,
                        "by" => return None,
                        "with" => received.with.is_empty() && !received.by.is_empty(),
                        _ => false,
                    };
                }
                Token::Comment(comment) if received.by.is_empty() && received.from.is_some() => {
                    received.from_comments.push(comment);
                }
                Token::Comment(_) => {}
            }
        }
        (!received.by.is_empty()).then_some(received)
    }

    /// Who handed the message over:
    ///
    /// ```text
    /// from HELO (rdns [192.0.2.1])           Postfix, Sendmail, Gmail
    /// from rdns ([192.0.2.1] helo=HELO)      Exim; without helo= where it is the same as rdns
    /// from [192.0.2.1] (helo=HELO)           Exim, without a reverse name
    /// from HELO (192.0.2.1)                  Exchange
    /// ```
    pub(super) fn client(&self) -> Option<Client> {
        let from = self.from.as_deref()?;
        let comment = self.from_comments.first()?.trim();
        let helo = match comment.split_once("helo=") {
            Some((_, rest)) if rest.contains("helo=") => return None,
            Some((_, rest)) => rest.split([' ', '\t']).next()?,
            None => from,
        };
        let ip = match literals(comment).as_slice() {
            [one] => literal(one)?,
            [] if comment.starts_with("helo=") => match literals(from).as_slice() {
                [one] => literal(one)?,
                _ => return None,
            },
            [] => comment.parse().ok()?,
            _ => return None,
        };
        (!helo.is_empty()).then(|| Client { ip: ip.to_canonical(), helo: helo.to_owned() })
    }

    /// Who had logged in, as Postfix notes it (`smtpd_sasl_authenticated_header`).
    pub(super) fn login(&self) -> Option<String> {
        let login = |comment: &String| {
            let login = comment.trim().strip_prefix("Authenticated sender:")?.trim().to_owned();
            (!login.is_empty()).then_some(login)
        };
        self.from_comments.iter().find_map(login)
    }

    /// Whether a host only handed the message on within itself: by LMTP, which is not spoken
    /// across the internet, or from a loopback address, as a content filter does.
    pub(super) fn is_within_a_host(&self) -> bool {
        let local = self.client().is_some_and(|client| client.ip.is_loopback());
        local || self.with.starts_with("lmtp")
    }

    /// Whether a host took the message from an address that is not of a private network: from
    /// outside, as far as one note tells.
    pub(super) fn is_from_outside(&self) -> bool {
        let public = |ip: IpAddr| match ip {
            IpAddr::V4(ip) => !(ip.is_private() || ip.is_link_local() || ip.is_loopback()),
            IpAddr::V6(ip) => {
                !(ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback())
            }
        };
        !self.is_within_a_host() && self.client().is_some_and(|client| public(client.ip))
    }
}

/// What stands in square brackets.
fn literals(text: &str) -> Vec<&str> {
    text.split('[').skip(1).filter_map(|rest| rest.split_once(']').map(|(one, _)| one)).collect()
}

/// An address literal (RFC 5321 §4.1.3).
fn literal(text: &str) -> Option<IpAddr> {
    let bytes = text.as_bytes();
    let tagged = bytes.get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case(b"IPv6:"));
    if tagged { text.get(5..) } else { Some(text) }?.parse().ok()
}

/// Words and comments up to the date; `None` where a comment has no end.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    let mut comment = String::new();
    let mut depth = 0_usize;
    for char in text.chars() {
        let blank = matches!(char, ' ' | '\t' | '\r' | '\n');
        let ends_word = depth == 0 && (blank || matches!(char, '(' | ';'));
        if ends_word && !word.is_empty() {
            tokens.push(Token::Word(std::mem::take(&mut word)));
        }
        if TOKENS_MAX < tokens.len() || (depth == 0 && char == ';') {
            return Some(tokens);
        }
        match char {
            '(' => {
                if depth > 0 {
                    comment.push(char);
                }
                depth += 1;
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    tokens.push(Token::Comment(std::mem::take(&mut comment)));
                } else {
                    comment.push(char);
                }
            }
            _ if depth > 0 => comment.push(char),
            _ if blank => {}
            _ => word.push(char),
        }
    }
    if !word.is_empty() {
        tokens.push(Token::Word(word));
    }
    (depth == 0).then_some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_read_as_servers_write_it() {
        check(
            "from mail.example.com (mail.example.com [192.0.2.1])\t(using TLSv1.3 with cipher X) by \
             mx.example.net (Postfix) with ESMTPS id 4X for <a@b>; Mon, 1 Jan 2024 00:00:00 +0000",
            "mx.example.net 192.0.2.1 mail.example.com",
        );
        check(
            "from [10.0.0.5] (unknown [IPv6:2001:db8::1]) by MX.example.net. (Postfix) with ESMTPSA",
            "mx.example.net 2001:db8::1 [10.0.0.5]",
        );
        check(
            "from mail-wr1-f41.google.com (mail-wr1-f41.google.com. [209.85.221.41]) by \
             mx.google.com with ESMTPS id x",
            "mx.google.com 209.85.221.41 mail-wr1-f41.google.com",
        );
        check(
            "from rdns.example ([192.0.2.1] helo=mail.example.com) by mx.example with esmtps (Exim)",
            "mx.example 192.0.2.1 mail.example.com",
        );
        check("from mail.example ([192.0.2.1]) by mx.example", "mx.example 192.0.2.1 mail.example");
        check(
            "from rdns.example ([192.0.2.1]:52114 helo=mail.example.com) by mx.example with esmtp",
            "mx.example 192.0.2.1 mail.example.com",
        );
        check("from [192.0.2.1] (helo=m.example) by mx.example", "mx.example 192.0.2.1 m.example");
        check(
            "from mail.example.com (192.0.2.1) by DB5EUR03FT013.mail.protection.outlook.com \
             (10.152.20.110) with Microsoft SMTP Server (version=TLS1_2) id 15.20",
            "db5eur03ft013.mail.protection.outlook.com 192.0.2.1 mail.example.com",
        );
        check("from m.example (::ffff:192.0.2.1) by mx.example", "mx.example 192.0.2.1 m.example");
        check("by mx.example with LMTP id x; date", "mx.example -");
        check("from unknown (HELO m.example) (192.0.2.1) by mx.example", "mx.example -");
        check("from m (a [192.0.2.1] [192.0.2.2]) by mx.example", "mx.example -");
        check("from m ([192.0.2.1] helo=a helo=b) by mx.example", "mx.example -");
        check("from m (m [not.an.ip]) by mx.example", "mx.example -");
        check("from m by mx.example", "mx.example -");
        check("from m (m [192.0.2.1]) by mx.example by evil.example", "none");
        check("from by (m [192.0.2.1]) by mx.example", "mx.example 192.0.2.1 by");
        check("from m by evil.example (m [192.0.2.1]) by mx.example", "none");
        check("from m (m [192.0.2.1]) id 5; by mx.example", "none");
        check("from m (m [192.0.2.1] by mx.example", "none");
        check("", "none");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            let found = Received::parse(text).map_or_else(
                || "none".to_owned(),
                |found| match found.client() {
                    Some(client) => format!("{} {} {}", found.by, client.ip, client.helo),
                    None => format!("{} -", found.by),
                },
            );
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_login_is_a_comment_of_its_own_about_the_client() {
        check(
            "from [10.0.0.5] (x [192.0.2.1]) (Authenticated sender: ada) by mx (Postfix)",
            Some("ada"),
        );
        check("from m (Authenticated sender: ada@example.com) by mx", Some("ada@example.com"));
        check("from m (m [192.0.2.1] (Authenticated sender: ada)) by mx", None);
        check("from m (m [192.0.2.1]) by mx (Authenticated sender: ada)", None);
        check("from m (Authenticated sender: ) by mx", None);

        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            let found = Received::parse(text).and_then(|found| found.login());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
