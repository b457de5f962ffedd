//! A message as somebody writes it.

use std::fmt::Write as _;

use tidings::time::{Clock, Timestamp};

/// Of a letter that says nothing else.
const DATE: &str = "Mon, 02 Nov 2026 09:00:00 +0000";

/// A message; its fields stand in the order of the calls.
#[derive(Clone)]
pub(crate) struct Letter {
    head: String,
    text: String,
}

impl Letter {
    /// To the support desk, with a date and an identifier made of its words.
    pub(crate) fn new(from: &str, subject: &str) -> Self {
        let id: String = format!("{subject}.{from}")
            .chars()
            .map(|char| if char.is_ascii_alphanumeric() { char } else { '.' })
            .collect();
        let id = id.split('.').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
        Self::bare(from, "support@desk.example", subject)
            .field("Message-ID", &format!("<{id}@client.example>"))
            .field("Date", DATE)
    }

    /// With the date of now: proof is of its time.
    pub(crate) fn written_now(mut self) -> Self {
        self.head = self.head.replace(DATE, &date(Clock::System.now()));
        self
    }

    /// With neither date nor identifier.
    pub(crate) fn bare(from: &str, to: &str, subject: &str) -> Self {
        let head = format!("From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\n");
        Self { head, text: format!("About {subject}.\r\n") }
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Self {
        write!(self.head, "{name}: {value}\r\n").unwrap();
        self
    }

    /// Another To than the support desk.
    pub(crate) fn to(mut self, to: &str) -> Self {
        self.head = self.head.replace("To: support@desk.example\r\n", &format!("To: {to}\r\n"));
        self
    }

    /// Answers a message.
    pub(crate) fn answers(self, message_id: &str) -> Self {
        self.field("In-Reply-To", message_id).field("References", message_id)
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    /// Its identifier, angle brackets included; empty without one.
    pub(crate) fn id(&self) -> &str {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix("Message-ID: ")).unwrap_or_default()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        format!("{}\r\n{}", self.head, self.text).into_bytes()
    }
}

/// As it stands in a Date field.
pub(crate) fn date(at: Timestamp) -> String {
    let instant = jiff::Timestamp::from_second(at.as_seconds()).unwrap();
    jiff::fmt::rfc2822::to_string(&instant.to_zoned(jiff::tz::TimeZone::UTC)).unwrap()
}
