//! `tidings template`: the words of notices to requesters.

use std::path::Path;

use serde_json::json as value;

use super::command::template as command;
use super::open::{config, no_desk};
use super::output::{json, raw, table};
use super::{Exit, Failure, Or as _, Outcome};
use crate::desk::language::{Language, Languages};
use crate::render::Templates;
use crate::render::notice::{Form, Notice};
use crate::render::sample::Sample;

/// Does what the command says. It needs no database, and no configuration where the shipped templates are meant.
pub(super) fn template(path: &Path, command: &command::Template) -> Outcome {
    match command {
        command::Template::List { desk, json } => {
            let desk = Desk::of(path, desk.as_deref())?;
            if *json { desk.list_as_json() } else { desk.list() }
        }
        command::Template::Show { which, form } => {
            let (desk, notice, language) = meant(path, which)?;
            let source = desk.templates.source(notice, form_of(*form), language);
            raw(source.unwrap_or_default().as_bytes());
        }
        command::Template::Render { which, form, sample } => {
            let (desk, notice, language) = meant(path, which)?;
            let sample = match sample {
                command::Sample::Rich => Sample::Rich,
                command::Sample::Bare => Sample::Bare,
            };
            let rendered = desk.templates.sample(notice, language, sample);
            let wording = rendered.or_exit(Exit::Configuration)?;
            let text = match form.map(form_of) {
                None => format!("Subject: {}\n\n{}", wording.subject, wording.text),
                Some(Form::Subject) => wording.subject,
                Some(Form::Text) => wording.text,
                Some(Form::Html) => wording.html.unwrap_or_default(),
            };
            raw(format!("{}\n", text.trim_end()).as_bytes());
        }
    }
    Ok(Exit::Ok)
}

/// What a desk writes with.
struct Desk {
    templates: Templates,
    languages: Languages,
}

impl Desk {
    /// That of the configuration where there is one, else what is shipped.
    fn of(path: &Path, name: Option<&str>) -> Result<Self, Failure> {
        if !path.exists() && name.is_none() {
            let templates = Templates::shipped().or_exit(Exit::Software)?;
            return Ok(Self { templates, languages: Languages::default() });
        }
        let config = config(path)?;
        let found = match name {
            Some(name) => config.desk(name),
            None => config.desks.first(),
        };
        let desk = found.ok_or_else(|| no_desk(&config, name.unwrap_or_default()))?;
        Ok(Self { templates: desk.templates.clone(), languages: desk.languages.clone() })
    }

    /// Names of the templates of a notice that are the desk's own: `de/short.txt`.
    fn own(&self, notice: Notice) -> Vec<String> {
        let own = self.templates.own().iter().filter(|one| one.notice == notice);
        own.map(crate::render::own::OwnTemplate::name).collect()
    }

    fn list(&self) {
        let rows: Vec<_> = Notice::ALL
            .into_iter()
            .map(|notice| {
                let own = self.own(notice);
                let own = if own.is_empty() { "–".to_owned() } else { own.join(" ") };
                let purpose = notice.purpose().to_owned();
                [notice.name().to_owned(), forms().join(" "), tags().join(" "), own, purpose]
            })
            .collect();
        table(["NOTICE", "FORMS", "LANGUAGES", "OWN", "WHAT IT DOES"], &rows);
    }

    fn list_as_json(&self) {
        for notice in Notice::ALL {
            json(&value!({
                "name": notice.name(),
                "forms": forms(),
                "languages": tags(),
                "own": self.own(notice),
                "purpose": notice.purpose(),
            }));
        }
    }
}

fn meant(path: &Path, which: &command::Which) -> Result<(Desk, Notice, Language), Failure> {
    let usage = |what: String| Failure::new(Exit::Usage, what);
    let notice = Notice::parse(&which.name).ok_or_else(|| {
        let known = Notice::ALL.map(Notice::name).join(", ");
        usage(format!("there is no notice {:?}; there is {known}", which.name))
    })?;
    let desk = Desk::of(path, which.desk.as_deref())?;
    let language = match &which.language {
        None => desk.languages.choose(&[], None, None),
        Some(tag) => Language::parse(tag).ok_or_else(|| {
            usage(format!("there are no words in {tag:?}; there is {}", tags().join(", ")))
        })?,
    };
    Ok((desk, notice, language))
}

fn form_of(typed: command::Form) -> Form {
    match typed {
        command::Form::Subject => Form::Subject,
        command::Form::Txt => Form::Text,
        command::Form::Html => Form::Html,
    }
}

fn forms() -> [&'static str; 3] {
    Form::ALL.map(Form::name)
}

fn tags() -> [&'static str; 3] {
    Language::ALL.map(Language::tag)
}
