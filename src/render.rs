//! Notices in words. Templates are compiled at the start, know nothing but the fields given, fail
//! on unknown names, and never look into a value for more template (THR-27).

pub mod acknowledged;
pub mod announced;
pub mod answered;
pub mod changed;
mod expand;
pub mod history;
pub mod late;
pub mod notice;
pub mod notification;
pub mod operator;
pub mod own;
pub mod part;
pub mod phrase;
pub mod raised;
pub mod sample;
mod shipped;
mod words;
pub mod wrap;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, LazyLock};

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use crate::desk::language::Language;
use expand::{Expander, Template};
use notice::{Form, Notice};
use own::OwnTemplate;
use words::Words;

/// Every template, compiled.
#[derive(Clone)]
pub struct Templates {
    environment: Arc<Environment<'static>>,
    /// Those that are not the shipped ones.
    own: Arc<[OwnTemplate]>,
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same in HTML, where the notice has it.
    pub html: Option<String>,
    /// The language of its words; `None` where they are a person's.
    pub language: Option<Language>,
}

/// What a notice to a requester may say.
pub trait Fields: Serialize {
    /// Which one it is.
    const NOTICE: Notice;
}

/// What is wrong with the templates themselves.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The words cannot be read.
    #[error("words of templates: {what}")]
    Words {
        /// What is wrong.
        what: String,
    },
    /// No template says these.
    #[error("words of templates: {table}.{key} stands in no template")]
    Unused {
        /// The table.
        table: String,
        /// The key.
        key: String,
    },
    /// A template is none.
    #[error("template {name}{}: {what}", .line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Broken {
        /// Its name, `de/short.txt`.
        name: String,
        /// The line, from 1 on, where that is known.
        line: Option<usize>,
        /// What is wrong.
        what: String,
    },
}

/// A template does not fit what it is given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct RenderError(TemplateError);

/// Operations that one rendering may take; ten thousand times what the shipped ones need.
const FUEL: u64 = 1_000_000;

impl Templates {
    /// The shipped templates.
    ///
    /// # Errors
    /// [`TemplateError`] names the template and the line.
    pub fn shipped() -> Result<Self, TemplateError> {
        static SHIPPED: LazyLock<Result<Templates, TemplateError>> =
            LazyLock::new(Templates::compile);
        SHIPPED.clone()
    }

    fn compile() -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.add_filter("wrap", |text: &str| wrap::wrap(text));
        let mut add = |name: String, source: String| {
            environment
                .add_template_owned(name.clone(), source)
                .map_err(|error| broken(&name, &error))
        };
        for (name, source) in shipped::ENGLISH {
            add(name.to_owned(), source.to_owned())?;
        }
        for (template, source) in expanded()? {
            add(template.name(), source)?;
        }
        Ok(Self { environment: Arc::new(environment), own: Arc::default() })
    }

    /// A notice to a requester.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn notice<F: Fields>(&self, language: Language, data: &F) -> Result<Wording, RenderError> {
        let name = |form| Template { notice: F::NOTICE.name(), form, language }.name();
        Ok(Wording {
            subject: one_line(&self.render(&name(Form::Subject), data)?),
            text: self.render(&name(Form::Text), data)?,
            html: Some(self.render(&name(Form::Html), data)?),
            language: match F::NOTICE {
                // Its words are the agent's.
                Notice::Answer => None,
                Notice::Acknowledgement
                | Notice::Short
                | Notice::Addition
                | Notice::Raised
                | Notice::Changed
                | Notice::History
                | Notice::Reminder
                | Notice::Announcement => Some(language),
            },
        })
    }

    /// The text of a template, as it is used.
    #[must_use]
    pub fn source(&self, notice: Notice, form: Form, language: Language) -> Option<String> {
        let name = Template { notice: notice.name(), form, language }.name();
        let template = self.environment.get_template(&name).ok()?;
        Some(template.source().to_owned())
    }

    fn render(&self, name: &str, data: &impl Serialize) -> Result<String, RenderError> {
        self.environment
            .get_template(name)
            .and_then(|template| template.render(Serde(data)))
            .map_err(|error| RenderError(broken(name, &error)))
    }
}

impl Wording {
    /// The tag of its language (BCP 47).
    #[must_use]
    pub fn tag(&self) -> Option<&'static str> {
        self.language.map(Language::tag)
    }

    /// A text in English.
    fn english(subject: String, text: String) -> Self {
        Self { subject, text, html: None, language: Some(Language::English) }
    }
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates").field("own", &self.own).finish_non_exhaustive()
    }
}

/// The shipped ones are the same everywhere.
impl PartialEq for Templates {
    fn eq(&self, other: &Self) -> bool {
        self.own == other.own
    }
}

impl Eq for Templates {}

/// The templates of the notices to requesters, with their words; each word is said somewhere.
fn expanded() -> Result<Vec<(Template<'static>, String)>, TemplateError> {
    let words = Words::read(shipped::WORDS)?;
    let expander = Expander { words: &words, parts: &shipped::PARTS };
    let (mut templates, mut used) = (Vec::new(), BTreeSet::new());
    for language in Language::ALL {
        for table in phrase::TABLES {
            let template = phrase::template(table, language);
            templates.push((template, expander.expand(template, phrase::KEY, &mut used)?));
        }
        for notice in Notice::ALL {
            for form in Form::ALL {
                let template = Template { notice: notice.name(), form, language };
                let source = shipped::source(notice, form);
                templates.push((template, expander.expand(template, source, &mut used)?));
            }
        }
    }
    match words.places().find(|place| !used.contains(place)) {
        Some((table, key)) => Err(TemplateError::Unused { table, key }),
        None => Ok(templates),
    }
}

fn broken(name: &str, error: &minijinja::Error) -> TemplateError {
    let kind = error.kind().to_string();
    let what = match error.detail() {
        Some(detail) => format!("{kind}: {detail}"),
        None => kind,
    };
    TemplateError::Broken { name: name.to_owned(), line: error.line(), what }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::acknowledged::Acknowledgement;
    use super::part::Hours;
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
            hours: Hours::default(),
            received: "Monday, 2 March, 09:00 UTC".into(),
            oversize: false,
            refused: None,
            supervisor: false,
            coupon: None,
            desk_name: "Example Support".into(),
            desk_address: "support@desk.example".into(),
        }
    }

    pub(super) fn acknowledgement(data: &Acknowledgement) -> Wording {
        Templates::shipped().unwrap().notice(Language::English, data).unwrap()
    }

    #[test]
    fn the_acknowledgement_names_ticket_and_level() {
        let wording = acknowledgement(&data());
        assert_eq!(wording.subject, "[EX#17] Printer");
        for body in [wording.text, wording.html.unwrap()] {
            assert!(body.contains("[EX#17]") && body.contains("Gold"), "{body}");
            assert!(!body.contains("First answer"), "{body}");
        }
    }

    #[test]
    fn the_promise_has_its_place() {
        let wording = acknowledgement(&Acknowledgement { promise: Some("noon".into()), ..data() });
        assert!(wording.text.contains("First answer    by noon"), "{}", wording.text);
        assert!(wording.html.unwrap().contains("by <bdi>noon</bdi>"));
    }

    #[test]
    fn thr_27_a_value_is_never_read_as_template_or_markup() {
        let hostile = Acknowledgement {
            subject: "{{ desk_address }} ${env}".into(),
            requester_name: "<script>{% raw %}[[level]]".into(),
            ..data()
        };
        let wording = acknowledgement(&hostile);
        assert_eq!(wording.subject, "[EX#17] {{ desk_address }} ${env}");
        assert!(wording.text.contains("<script>{% raw %}[[level]]"));
        assert!(!wording.html.unwrap().contains("<script>"));
    }
}
