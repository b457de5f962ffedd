//! Notices in words. Templates are compiled at the start, know nothing but the fields given, fail
//! on unknown names, and never look into a value for more template (THR-27).

pub mod announced;
pub mod changed;
pub mod late;
pub mod notification;
pub mod part;
mod shipped;

use std::fmt;
use std::sync::Arc;

use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;
use shipped::SHIPPED;

/// Every template, compiled.
#[derive(Clone)]
pub struct Templates(Arc<Environment<'static>>);

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same in HTML, where the notice has it.
    pub html: Option<String>,
}

/// What the acknowledgement may say.
#[derive(Clone, Debug, Serialize)]
pub struct Acknowledgement {
    /// The ticket identifier, `[EX#17]`.
    pub tid: String,
    /// The base subject of the requester's message; may be empty.
    pub subject: String,
    /// The name that the requester shows; may be empty.
    pub requester_name: String,
    /// The title of the level that was granted.
    pub level_title: String,
    /// Why, where there is something to say of it.
    pub because: Option<part::Because>,
    /// By when a person answers, where the level promises it.
    pub promise: Option<String>,
    /// What the desk announces.
    pub announcements: Vec<String>,
    /// What the message does not say, and the desk needs to know.
    pub missing: Vec<String>,
    /// When nobody is there.
    pub hours: part::Hours,
    /// When the message came.
    pub received: String,
    /// Whether it was too large to be read as a whole.
    pub oversize: bool,
    /// Attachments of the message that the desk does not take.
    pub refused: Option<part::Refused>,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<part::CouponLine>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

/// What the acknowledgement to an unproven sender may say: nothing that the sender wrote, or anybody
/// could send a text of his to anybody in the desk's name (THR-28).
#[derive(Clone, Debug, Serialize)]
pub struct ShortAcknowledgement {
    /// The ticket identifier, `[EX#17]`.
    pub tid: String,
    /// The title of the level of who is not known.
    pub level_title: String,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<part::CouponLine>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

/// What the acknowledgement of a message that is added to a ticket may say.
#[derive(Clone, Debug, Serialize)]
pub struct Addition {
    /// The ticket identifier.
    pub tid: String,
    /// The base subject of the message; may be empty.
    pub subject: String,
    /// The name that the requester shows; may be empty.
    pub requester_name: String,
    /// When the message came.
    pub received: String,
    /// Whether it was too large to be read as a whole.
    pub oversize: bool,
    /// Attachments of the message that the desk does not take.
    pub refused: Option<part::Refused>,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<part::CouponLine>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

/// What an answer may say.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The ticket identifier.
    pub tid: String,
    /// The base subject of the ticket.
    pub subject: String,
    /// The agent's words.
    pub text: String,
    /// The same in HTML. It is written as it is: nothing but what `mail::formatted` gives may stand here.
    pub html: String,
    /// The desk's name.
    pub desk_name: String,
    /// What stands under its answers; may be empty.
    pub signature: String,
}

/// What a notice of a raised level may say.
#[derive(Clone, Debug, Serialize)]
pub struct Raised {
    /// The ticket identifier.
    pub tid: String,
    /// The base subject of the ticket.
    pub subject: String,
    /// The title of the level that it has now.
    pub level_title: String,
    /// What became of a coupon, where the message names one.
    pub coupon: Option<part::CouponLine>,
    /// The desk's name.
    pub desk_name: String,
    /// The desk's address.
    pub desk_address: String,
}

/// What a mail to the operator may say.
#[derive(Clone, Debug, Serialize)]
pub struct Alarms {
    /// The instance's name.
    pub instance: String,
    /// What began or is over, one or several.
    pub alarms: Vec<Alarm>,
    /// How it goes with each desk, a line each.
    pub figures: Vec<String>,
    /// The daemon that writes.
    pub daemon: String,
}

/// A cause that began, or is over.
#[derive(Clone, Debug, Serialize)]
pub struct Alarm {
    /// The desk; empty where it is of none.
    pub desk: String,
    /// The word by which the documentation knows it.
    pub cause: String,
    /// What it is.
    pub what: String,
    /// What to do.
    pub advice: String,
    /// Since when.
    pub begun: String,
    /// When it ended; `None` while it stands.
    pub over: Option<String>,
}

/// A template does not fit what it is given.
#[derive(Debug, thiserror::Error)]
#[error("template {name}: {cause}")]
pub struct RenderError {
    name: String,
    cause: minijinja::Error,
}

/// Operations that one rendering may take; ten thousand times what the shipped ones need.
const FUEL: u64 = 1_000_000;

/// Characters of the subject of a mail to the operator: servers may say much.
const ALARM_SUBJECT_MAX: usize = 160;

impl Templates {
    /// Compiles the shipped templates.
    ///
    /// # Errors
    /// [`RenderError`] names the template and the line.
    pub fn shipped() -> Result<Self, RenderError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        for (name, source) in SHIPPED {
            environment
                .add_template(name, source)
                .map_err(|cause| RenderError { name: name.to_owned(), cause })?;
        }
        Ok(Self(Arc::new(environment)))
    }

    /// The acknowledgement: text and HTML.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn acknowledgement(&self, data: &Acknowledgement) -> Result<Wording, RenderError> {
        Ok(Wording {
            subject: one_line(&self.render("acknowledgement.subject", data)?),
            text: self.render("acknowledgement.txt", data)?,
            html: Some(self.render("acknowledgement.html", data)?),
        })
    }

    /// The acknowledgement to an unproven sender: text and HTML.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn short(&self, data: &ShortAcknowledgement) -> Result<Wording, RenderError> {
        Ok(Wording {
            subject: one_line(&self.render("short.subject", data)?),
            text: self.render("short.txt", data)?,
            html: Some(self.render("short.html", data)?),
        })
    }

    /// The acknowledgement of what is added to a ticket: text alone.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn addition(&self, data: &Addition) -> Result<Wording, RenderError> {
        Ok(Wording {
            subject: one_line(&self.render("addition.subject", data)?),
            text: self.render("addition.txt", data)?,
            html: None,
        })
    }

    /// An agent's answer: text and HTML, as the agent wrote it.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn answer(&self, data: &Answer) -> Result<Wording, RenderError> {
        Ok(Wording {
            subject: one_line(&self.render("answer.subject", data)?),
            text: self.render("answer.txt", data)?,
            html: Some(self.render("answer.html", data)?),
        })
    }

    /// The notice of a raised level: text alone.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn raised(&self, data: &Raised) -> Result<Wording, RenderError> {
        Ok(Wording {
            subject: one_line(&self.render("raised.subject", data)?),
            text: self.render("raised.txt", data)?,
            html: None,
        })
    }

    /// A mail to the operator: text alone.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn alarms(&self, data: &Alarms) -> Result<Wording, RenderError> {
        let mut subject = one_line(&self.render("alarm.subject", data)?);
        if let Some((end, _)) = subject.char_indices().nth(ALARM_SUBJECT_MAX) {
            subject.truncate(end);
            subject.push('…');
        }
        Ok(Wording { subject, text: self.render("alarm.txt", data)?, html: None })
    }

    fn render(&self, name: &str, data: &impl Serialize) -> Result<String, RenderError> {
        self.0
            .get_template(name)
            .and_then(|template| template.render(minijinja::value::Serde(data)))
            .map_err(|cause| RenderError { name: name.to_owned(), cause })
    }
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Templates")
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn data() -> Acknowledgement {
        Acknowledgement {
            tid: "[EX#17]".into(),
            subject: "Printer".into(),
            requester_name: "Ada".into(),
            level_title: "Gold".into(),
            because: None,
            promise: None,
            announcements: Vec::new(),
            missing: Vec::new(),
            hours: part::Hours::default(),
            received: "2026-03-02T09:00:00Z".into(),
            oversize: false,
            refused: None,
            coupon: None,
            desk_name: "Example Support".into(),
            desk_address: "support@desk.example".into(),
        }
    }

    #[test]
    fn the_acknowledgement_names_ticket_and_level() {
        let wording = Templates::shipped().unwrap().acknowledgement(&data()).unwrap();
        assert_eq!(wording.subject, "[EX#17] Printer");
        for body in [wording.text, wording.html.unwrap()] {
            assert!(body.contains("[EX#17]") && body.contains("Gold"), "{body}");
            assert!(!body.contains("First answer"), "{body}");
        }
    }

    #[test]
    fn a_raised_level_is_told_with_its_ticket() {
        let raised = Raised {
            tid: "[EX#17]".into(),
            subject: "{{ desk_address }}".into(),
            level_title: "Gold".into(),
            coupon: None,
            desk_name: "Example Support".into(),
            desk_address: "support@desk.example".into(),
        };
        let wording = Templates::shipped().unwrap().raised(&raised).unwrap();
        assert_eq!(wording.subject, "[EX#17] {{ desk_address }}");
        assert!(wording.text.contains("[EX#17]") && wording.text.contains("Gold"));
    }

    #[test]
    fn an_alarm_says_what_it_is_and_what_to_do() {
        let alarm = |over: Option<&str>| Alarm {
            desk: "support".into(),
            cause: "imap_login".into(),
            what: "Cannot read INBOX: refused".into(),
            advice: "see: `tidings check`".into(),
            begun: "09:00".into(),
            over: over.map(str::to_owned),
        };
        let database = Alarm { desk: String::new(), what: "it is away".into(), ..alarm(None) };
        let long = Alarm { what: "ü".repeat(500), ..alarm(None) };
        check(vec![alarm(None)], "support: Cannot read INBOX: refused", "see: `tidings check`");
        check(vec![alarm(Some("10:00"))], "over: support: Cannot read INBOX: refused", "10:00");
        check(vec![database.clone()], "it is away", "it is away");
        check(vec![alarm(None), database], "2 causes", "[imap_login]");
        check(vec![long], &format!("support: {}…", "ü".repeat(131)), "ü");

        #[track_caller]
        fn check(alarms: Vec<Alarm>, subject: &str, says: &str) {
            let figures = vec!["support: 3 due".to_owned()];
            let (instance, daemon) = ("x.example".to_owned(), "mail1".to_owned());
            let data = Alarms { instance, alarms, figures, daemon };
            let wording = Templates::shipped().unwrap().alarms(&data).unwrap();
            assert_eq!(wording.subject, format!("[tidings x.example] {subject}"));
            assert!(wording.text.contains(says), "{}", wording.text);
            assert!(wording.text.contains("support: 3 due"), "{}", wording.text);
        }
    }

    #[test]
    fn the_promise_has_its_place() {
        let promised = Acknowledgement { promise: Some("by noon".into()), ..data() };
        let wording = Templates::shipped().unwrap().acknowledgement(&promised).unwrap();
        assert!(wording.text.contains("First answer    by noon"));
        assert!(wording.html.unwrap().contains("by noon"));
    }

    #[test]
    fn thr_27_a_value_is_never_read_as_template_or_markup() {
        let hostile = Acknowledgement {
            subject: "{{ desk_address }} ${env}".into(),
            requester_name: "<script>{% raw %}".into(),
            ..data()
        };
        let wording = Templates::shipped().unwrap().acknowledgement(&hostile).unwrap();
        assert_eq!(wording.subject, "[EX#17] {{ desk_address }} ${env}");
        assert!(wording.text.contains("<script>{% raw %}"));
        assert!(!wording.html.unwrap().contains("<script>"));
    }
}
