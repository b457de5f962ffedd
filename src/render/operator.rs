//! Mails to the operator.

use serde::Serialize;

use super::{RenderError, Templates, Wording, one_line};

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

/// Characters of the subject of a mail to the operator: servers may say much.
const SUBJECT_MAX: usize = 160;

impl Templates {
    /// A mail to the operator: text alone.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn alarms(&self, data: &Alarms) -> Result<Wording, RenderError> {
        let mut subject = one_line(&self.render("en/alarm.subject", data)?);
        if let Some((end, _)) = subject.char_indices().nth(SUBJECT_MAX) {
            subject.truncate(end);
            subject.push('…');
        }
        Ok(Wording::english(subject, self.render("en/alarm.txt", data)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
