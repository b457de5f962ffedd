//! Templates that an operator writes, instead of shipped ones. They are tried with invented data before
//! anything is sent with them: what a requester sees first must not be an error.

use std::sync::Arc;

use super::expand::Template;
use super::notice::{Form, Notice};
use super::sample::{self, Sample};
use super::{TemplateError, Templates, broken};
use crate::desk::language::Language;

/// A template of a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTemplate {
    /// Which notice it words.
    pub notice: Notice,
    /// Which form of it.
    pub form: Form,
    /// In which language.
    pub language: Language,
    /// Its text.
    pub source: String,
}

/// Bytes of a form of the short acknowledgement: with its header and two signatures it stays within 4 KiB (THR-28).
const SHORT_BYTES_MAX: usize = 1_000;

impl Templates {
    /// These instead of the shipped ones.
    ///
    /// # Errors
    /// [`TemplateError`] says which one is wrong, where, and what to do.
    pub fn with(mut self, own: Vec<OwnTemplate>) -> Result<Self, TemplateError> {
        let environment = Arc::make_mut(&mut self.environment);
        for one in &own {
            let name = one.name();
            environment
                .add_template_owned(name.clone(), one.source.clone())
                .map_err(|error| one.wrong(broken(&name, &error)))?;
        }
        self.own = own.into();
        for one in &*self.own {
            self.try_out(one).map_err(|error| one.wrong(error))?;
        }
        Ok(self)
    }

    /// Those that are not the shipped ones.
    #[must_use]
    pub fn own(&self) -> &[OwnTemplate] {
        &self.own
    }

    fn try_out(&self, one: &OwnTemplate) -> Result<(), TemplateError> {
        let name = one.name();
        let says = |line, what: String| TemplateError::Broken { name: name.clone(), line, what };
        let template =
            self.environment.get_template(&name).map_err(|error| broken(&name, &error))?;
        for sample in Sample::ALL {
            let fields = sample::fields(one.notice, one.language, sample);
            let known =
                |field: &String| fields.get_attr(field).is_ok_and(|value| !value.is_undefined());
            let mut used: Vec<_> = template.undeclared_variables(false).into_iter().collect();
            used.sort();
            if let Some(unknown) = used.iter().find(|field| !known(field)) {
                let line = one.source.lines().position(|line| line.contains(unknown.as_str()));
                let names = fields.try_iter().into_iter().flatten();
                let names: Vec<_> = names.map(|one| one.to_string()).collect();
                let what = format!("there is no {unknown}; there is {}", names.join(", "));
                return Err(says(line.map(|line| line + 1), what));
            }
            let said = template.render(&fields).map_err(|error| broken(&name, &error))?;
            if one.form == Form::Html && said.contains(sample::MARKUP) {
                let what = "what somebody else wrote stands there as markup; leave out \"|safe\"";
                return Err(says(None, what.to_owned()));
            }
            if one.notice == Notice::Short && said.len() > SHORT_BYTES_MAX {
                let what = format!("has {} bytes; {SHORT_BYTES_MAX} are the most", said.len());
                return Err(says(None, what));
            }
        }
        Ok(())
    }
}

impl OwnTemplate {
    /// Its name: `de/short.txt`.
    #[must_use]
    pub fn name(&self) -> String {
        let Self { notice, form, language, .. } = *self;
        Template { notice: notice.name(), form, language }.name()
    }

    /// What to do about it.
    fn wrong(&self, error: TemplateError) -> TemplateError {
        let Self { notice, form, language, .. } = self;
        let (notice, form, language) = (notice.name(), form.name(), language.tag());
        match error {
            TemplateError::Broken { name, line, what } => {
                let shipped =
                    format!("tidings template show {notice} --language {language} --form {form}");
                let what = format!(
                    "{what}; put it right, or take the file away: `{shipped}` then shows the shipped one"
                );
                TemplateError::Broken { name: format!("{name}.j2"), line, what }
            }
            TemplateError::Words { .. } | TemplateError::Unused { .. } => error,
        }
    }
}
