//! A notice is written once: what it says where stands in its template, the words in `words.toml`. Here the
//! two become one template for each language, which needs nothing else and is what people read and replace.
//!
//! `[[received]]` are words, `[[level:16]]` are words filled up to so many characters, `[[include foot]]` is
//! a part, and `[[language]]` is the tag of the language.

use std::collections::BTreeSet;

use super::TemplateError;
use super::notice::Form;
use super::words::{Place, Words};
use crate::desk::language::Language;

/// What templates are expanded from.
pub(super) struct Expander<'a> {
    /// What is said.
    pub(super) words: &'a Words,
    /// Parts by their names, such as `foot.txt`.
    pub(super) parts: &'a [(&'a str, &'a str)],
}

/// One template, while it is expanded.
#[derive(Clone, Copy)]
pub(super) struct Template<'a> {
    /// The notice's name.
    pub(super) notice: &'a str,
    /// The form.
    pub(super) form: Form,
    /// The language.
    pub(super) language: Language,
}

/// Parts within parts.
const DEPTH_MAX: usize = 4;

impl Expander<'_> {
    /// The whole template; the words that it uses go to `used`.
    pub(super) fn expand(
        &self,
        template: Template<'_>,
        source: &str,
        used: &mut BTreeSet<Place>,
    ) -> Result<String, TemplateError> {
        let mut whole = String::with_capacity(source.len() * 4);
        self.append(template, source, used, &mut whole, DEPTH_MAX)?;
        Ok(whole)
    }

    fn append(
        &self,
        template: Template<'_>,
        source: &str,
        used: &mut BTreeSet<Place>,
        whole: &mut String,
        depth: usize,
    ) -> Result<(), TemplateError> {
        let mut rest = source;
        while let Some((before, marked)) = rest.split_once("[[") {
            whole.push_str(before);
            let (mark, after) =
                marked.split_once("]]").ok_or_else(|| template.wrong("a \"[[\" has no end"))?;
            rest = after;
            if let Some(name) = mark.strip_prefix("include ") {
                let name = format!("{name}.{}", template.form.name());
                let part = self.parts.iter().find(|(part, _)| **part == *name);
                let (Some((_, part)), Some(depth)) = (part, depth.checked_sub(1)) else {
                    return Err(template.wrong(&format!("there is no part {name}")));
                };
                let part = part.strip_suffix('\n').unwrap_or(part);
                self.append(template, part, used, whole, depth)?;
            } else if mark == "language" {
                whole.push_str(template.language.tag());
            } else {
                whole.push_str(&self.said(template, mark, used)?);
            }
        }
        whole.push_str(rest);
        Ok(())
    }

    fn said(
        &self,
        template: Template<'_>,
        mark: &str,
        used: &mut BTreeSet<Place>,
    ) -> Result<String, TemplateError> {
        let (key, width) = match mark.split_once(':') {
            None => (mark, 0),
            Some((key, width)) => {
                let wrong = || template.wrong(&format!("[[{mark}]]: {width:?} is no number"));
                (key, width.parse().map_err(|_| wrong())?)
            }
        };
        let found = self.words.of(template.notice, key, template.language);
        let (place, said) =
            found.ok_or_else(|| template.wrong(&format!("there are no words for [[{key}]]")))?;
        used.insert(place);
        let long = said.chars().count();
        if 0 < width && width <= long {
            let what = format!("[[{mark}]]: {said:?} is too long for its column");
            return Err(template.wrong(&what));
        }
        // What a value says must not turn the sentence around it (UAX #9): it may be in any script.
        let said = match template.form {
            Form::Html => said.replace("{{", "<bdi>{{").replace("}}", "}}</bdi>"),
            Form::Subject | Form::Text => {
                format!("{said}{}", " ".repeat(width.saturating_sub(long)))
            }
        };
        Ok(said)
    }
}

impl Template<'_> {
    /// Its name: `de/short.txt`.
    pub(super) fn name(self) -> String {
        format!("{}/{}.{}", self.language.tag(), self.notice, self.form.name())
    }

    fn wrong(self, what: &str) -> TemplateError {
        TemplateError::Broken { name: self.name(), line: None, what: what.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "
        [a.level]\nen = 'Level'\nde = 'Stufe'\nnb = 'Nivå'
        [common.bye]\nen = 'Bye {{ name }}'\nde = 'Servus {{ name }}'\nnb = 'Ha det {{ name }}'";

    fn expanded(form: Form, source: &str) -> Result<String, String> {
        let words = Words::read(WORDS).unwrap();
        let parts = [("foot.txt", "[[bye]]\n"), ("loop.txt", "[[include loop]]")];
        let template = Template { notice: "a", form, language: Language::German };
        let expander = Expander { words: &words, parts: &parts };
        let whole = expander.expand(template, source, &mut BTreeSet::new());
        whole.map_err(|error| error.to_string())
    }

    #[test]
    fn words_and_parts_stand_where_they_are_named() {
        check(Form::Text, "[[level]] {{ x[0] }}", Ok("Stufe {{ x[0] }}"));
        check(Form::Text, "[[level:8]]1", Ok("Stufe   1"));
        check(Form::Text, "a\n[[include foot]]\nb", Ok("a\nServus {{ name }}\nb"));
        check(Form::Html, "<p>[[bye]]", Ok("<p>Servus <bdi>{{ name }}</bdi>"));
        check(Form::Html, "<html lang=\"[[language]]\">", Ok("<html lang=\"de\">"));
        check(Form::Text, "[[levels]]", Err("there are no words for [[levels]]"));
        check(Form::Text, "[[level:5]]", Err("too long for its column"));
        check(Form::Text, "[[level:x]]", Err("\"x\" is no number"));
        check(Form::Html, "[[include foot]]", Err("there is no part foot.html"));
        check(Form::Text, "[[include loop]]", Err("there is no part loop.txt"));
        check(Form::Text, "[[level", Err("a \"[[\" has no end"));

        #[track_caller]
        fn check(form: Form, source: &str, expected: Result<&str, &str>) {
            match (expanded(form, source), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected),
                (Err(found), Err(expected)) => assert!(found.contains(expected), "{found}"),
                (found, _) => panic!("{source}: {found:?}"),
            }
        }
    }
}
