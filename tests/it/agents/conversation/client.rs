//! What mail programs make of a mail that is answered. A file of `tests/data/conversation` is what one
//! writes; in it `{{…}}` stands for what it takes from the mail that it answers.

use std::fs;
use std::path::Path;

use mail_parser::MessageParser;

use crate::attacks::now;
use crate::support::letter::date;

/// A mail as a program reads it.
pub(super) struct Read {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) reply_to: String,
    pub(super) subject: String,
    pub(super) message_id: String,
    pub(super) in_reply_to: String,
    /// Oldest first.
    pub(super) references: Vec<String>,
    pub(super) text: String,
    pub(super) html: String,
}

impl Read {
    pub(super) fn of(mail: &[u8]) -> Self {
        let message = MessageParser::default().parse(mail).unwrap();
        let field = |name: &str| {
            let raw = message.header_raw(name).unwrap_or_default();
            raw.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let (from, reply_to) = (field("From"), field("Reply-To"));
        let text = message.body_text(0).unwrap_or_default().replace('\r', "");
        let html = message.html_part(0).map(|_| message.body_html(0).unwrap_or_default());
        let html = html.unwrap_or_default().replace('\r', "");
        let inner = html.split_once("<body").and_then(|(_, rest)| rest.split_once('>'));
        let inner = inner.map_or(html.as_str(), |(_, rest)| rest);
        Self {
            to: field("To"),
            reply_to: if reply_to.is_empty() { from.clone() } else { reply_to },
            from,
            subject: message.subject().unwrap_or_default().to_owned(),
            message_id: field("Message-ID"),
            in_reply_to: field("In-Reply-To"),
            references: field("References").split(' ').map(str::to_owned).collect(),
            text: text.trim_end().to_owned(),
            html: inner.replace("</body>", "").replace("</html>", ""),
        }
    }

    /// What a program writes for a word in braces.
    fn says(&self, word: &str) -> String {
        let about = |needle: &str| {
            let lines: Vec<_> = self.text.lines().collect();
            let at = lines.iter().position(|line| line.contains(needle));
            let at = at.unwrap_or_else(|| panic!("{needle:?} is not in {}", self.text));
            let (to, from) = lines.split_at(at + 1);
            (to.join("\n"), from.join("\n"))
        };
        match word.split_once(": ") {
            Some(("quoted to", needle)) => return quoted(&about(needle).0),
            Some(("quoted from", needle)) => return quoted(&about(needle).1),
            _ => {}
        }
        match word {
            "from" => self.from.clone(),
            "from as html" => as_html(&self.from),
            "reply-to" => self.reply_to.clone(),
            "subject" => self.subject.clone(),
            "re" => format!("Re: {}", self.subject.trim_start_matches("Re: ")),
            "message-id" => self.message_id.clone(),
            "references" => {
                let known = self.references.iter().chain([&self.message_id]);
                known.filter(|id| !id.is_empty()).cloned().collect::<Vec<_>>().join(" ")
            }
            "text" => self.text.clone(),
            "text as html" => as_html(&self.text),
            "quoted" => quoted(&self.text),
            "html" if self.html.is_empty() => as_html(&self.text),
            "html" => self.html.clone(),
            other => panic!("nobody knows {other:?}"),
        }
    }
}

fn quoted(text: &str) -> String {
    text.lines()
        .map(|line| format!("> {line}").trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

fn as_html(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\n', "<br>\n")
}

/// What somebody writes, in answer to a mail where the file says so.
pub(super) fn written(file: &str, answered: Option<&[u8]>) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/conversation").join(file);
    let form = fs::read_to_string(path.with_extension("eml")).unwrap();
    let answered = answered.map(Read::of);
    let mut mail = String::new();
    let mut rest = form.as_str();
    while let Some((before, (word, after))) =
        rest.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
    {
        mail.push_str(before);
        match (word, &answered) {
            ("date", _) => mail.push_str(&date(now())),
            (_, Some(answered)) => mail.push_str(&answered.says(word)),
            (_, None) => panic!("{file} answers nothing"),
        }
        rest = after;
    }
    mail.push_str(rest);
    mail.replace('\n', "\r\n")
}
