//! A calendar's event in one line (RFC 5545): what, when, where, who.

use crate::mail::body::one_line;
use crate::mail::content_line::{ContentLine, content_lines, unescaped};

/// Bytes of a calendar that are read (64 KiB): an invitation's event stands first.
const CALENDAR_BYTES_MAX: usize = 64 * 1024;

/// Characters of each of its texts that are shown.
const SHOWN_CHARS_MAX: usize = 200;

/// An event, as far as it is told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Invitation {
    method: String,
    /// What it is about; empty when it does not say.
    pub(super) summary: String,
    start: String,
    end: String,
    place: String,
    organizer: String,
    /// The first answer of somebody who was invited.
    answer: String,
}

impl Invitation {
    /// The first event of a calendar.
    pub(super) fn of(calendar: &str) -> Option<Self> {
        let end = calendar.floor_char_boundary(CALENDAR_BYTES_MAX.min(calendar.len()));
        let calendar = calendar.get(..end).unwrap_or_default();
        let mut invitation = Self::default();
        // Within the event, and not within an alarm or the like in it.
        let mut within: Vec<String> = Vec::new();
        let mut found = false;
        for line in content_lines(calendar) {
            match (line.name.as_str(), within.last().map(String::as_str)) {
                ("BEGIN", _) if within.len() < 10 => within.push(line.value.to_ascii_uppercase()),
                ("END", Some("VEVENT")) => return Some(invitation),
                ("END", _) => {
                    within.pop();
                }
                ("METHOD", Some("VCALENDAR")) => {
                    invitation.method = line.value.to_ascii_uppercase();
                }
                (_, Some("VEVENT")) => {
                    found = true;
                    invitation.take(&line);
                }
                _ => {}
            }
        }
        found.then_some(invitation)
    }

    fn take(&mut self, line: &ContentLine) {
        match line.name.as_str() {
            "SUMMARY" => self.summary = text(&line.value),
            "LOCATION" => self.place = text(&line.value),
            "DTSTART" => self.start = instant(line),
            "DTEND" => self.end = instant(line),
            "ORGANIZER" => self.organizer = person(line),
            "ATTENDEE" if self.answer.is_empty() => {
                self.answer = match line.parameter("PARTSTAT").to_ascii_uppercase().as_str() {
                    "ACCEPTED" => format!("{} accepts", person(line)),
                    "DECLINED" => format!("{} declines", person(line)),
                    "TENTATIVE" => format!("{} may come", person(line)),
                    _ => String::new(),
                };
            }
            _ => {}
        }
    }

    /// `[Invitation: Team lunch; 2026-03-02 12:00 to 13:00 (Europe/Berlin); Room 5; from Ada <a@x>]`
    pub(super) fn line(&self) -> String {
        let kind = match self.method.as_str() {
            "REQUEST" => "Invitation",
            "CANCEL" => "Cancelled",
            "REPLY" => "Answer to an invitation",
            _ => "Event",
        };
        let when = match (self.start.is_empty(), self.end.is_empty()) {
            (true, _) => String::new(),
            (false, true) => self.start.clone(),
            (false, false) => span(&self.start, &self.end),
        };
        let answer = if self.method == "REPLY" { self.answer.clone() } else { String::new() };
        let from = match self.organizer.as_str() {
            "" => String::new(),
            person => format!("from {person}"),
        };
        let facts = [self.summary.clone(), when, self.place.clone(), from, answer];
        let facts: Vec<_> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
        format!("[{kind}: {}]", facts.join("; "))
    }
}

fn text(value: &str) -> String {
    shown(&unescaped(value))
}

fn shown(text: &str) -> String {
    one_line(text).chars().take(SHOWN_CHARS_MAX).collect()
}

/// `Ada <ada@example.com>`
fn person(line: &ContentLine) -> String {
    let name = shown(line.parameter("CN"));
    let scheme = line.value.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    let address = shown(if scheme { line.value.get(7..).unwrap_or_default() } else { "" });
    match (name.is_empty() || name == address, address.is_empty()) {
        (true, _) => address,
        (false, true) => name,
        (false, false) => format!("{name} <{address}>"),
    }
}

/// `2026-03-02 12:00 (Europe/Berlin)` as it is written there: no zone is computed.
fn instant(line: &ContentLine) -> String {
    let value = line.value.trim();
    let digits = |from: usize, to: usize| {
        value.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let (Some(year), Some(month), Some(day)) = (digits(0, 4), digits(4, 6), digits(6, 8)) else {
        return shown(value);
    };
    let date = format!("{year}-{month}-{day}");
    let (Some(hour), Some(minute)) = (digits(9, 11), digits(11, 13)) else { return date };
    let zone = match (value.ends_with('Z'), line.parameter("TZID")) {
        (true, _) => " (UTC)".to_owned(),
        (false, "") => String::new(),
        (false, zone) => format!(" ({})", shown(zone)),
    };
    format!("{date} {hour}:{minute}{zone}")
}

/// From one instant to another, without what both have.
fn span(start: &str, end: &str) -> String {
    let (from, zone) = start.split_once(" (").map_or((start, ""), |(from, zone)| (from, zone));
    let (to, same) = end.split_once(" (").map_or((end, ""), |(to, zone)| (to, zone));
    if zone != same {
        return format!("{start} to {end}");
    }
    let to = match (from.split_once(' '), to.split_once(' ')) {
        (Some((day, _)), Some((same, time))) if day == same => time,
        _ => to,
    };
    let zone = if zone.is_empty() { String::new() } else { format!(" ({zone}") };
    format!("{from} to {to}{zone}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_line() {
        check(
            "METHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Team\\, lunch\nDTSTART;TZID=Europe/Berlin:20260302T120000\n\
             DTEND;TZID=Europe/Berlin:20260302T130000\nLOCATION:Room 5\\nsecond floor\n\
             ORGANIZER;CN=\"Ada: L.\":mailto:ada@x.example\nBEGIN:VALARM\nSUMMARY:no\nEND:VALARM\nEND:VEVENT",
            "[Invitation: Team, lunch; 2026-03-02 12:00 to 13:00 (Europe/Berlin); Room 5 second floor; \
             from Ada: L. <ada@x.example>]",
        );
        check(
            "BEGIN:VEVENT\nSUMMARY:Long\n er\nDTSTART:20260302T110000Z\nDTEND:20260303T110000Z\nEND:VEVENT",
            "[Event: Longer; 2026-03-02 11:00 to 2026-03-03 11:00 (UTC)]",
        );
        check(
            "METHOD:CANCEL\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260302\nORGANIZER:MAILTO:a@x.example",
            "[Cancelled: 2026-03-02; from a@x.example]",
        );
        check(
            "METHOD:REPLY\nBEGIN:VEVENT\nSUMMARY:x\nATTENDEE;PARTSTAT=ACCEPTED;CN=Bob:mailto:b@x.example\nEND:VEVENT",
            "[Answer to an invitation: x; Bob <b@x.example> accepts]",
        );
        check("BEGIN:VEVENT\nSUMMARY:a\u{202e}b\nDTSTART:soon\nEND:VEVENT", "[Event: ab; soon]");
        for none in ["", "BEGIN:VTODO\nSUMMARY:x\nEND:VTODO", "hello"] {
            assert_eq!(Invitation::of(none), None, "{none}");
        }

        #[track_caller]
        fn check(event: &str, expected: &str) {
            let calendar = format!("BEGIN:VCALENDAR\r\n{}\r\n", event.replace('\n', "\r\n"));
            assert_eq!(Invitation::of(&calendar).unwrap().line(), expected);
        }
    }

    #[test]
    fn thr_10_a_calendar_costs_its_length() {
        for piece in ["BEGIN:VEVENT\n", " x", "\n ", "END:X\n", ";", "A;B=\"", "SUMMARY:x\n"] {
            let calendar = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{}", piece.repeat(1_000_000));
            let line = Invitation::of(&calendar).map(|event| event.line()).unwrap_or_default();
            assert!(line.len() < 4096, "{piece}");
        }
    }
}
