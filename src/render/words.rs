//! The words of notices: `templates/words.toml`, in each language side by side.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::TemplateError;
use crate::desk::language::Language;

/// All words, by table and key.
pub(super) struct Words(BTreeMap<String, BTreeMap<String, Forms>>);

/// What stands for a key in each language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forms {
    en: String,
    de: String,
    nb: String,
}

/// The table of what several notices say.
const COMMON: &str = "common";

/// A table and a key: where words stand.
pub(super) type Place = (String, String);

impl Words {
    /// Reads them.
    pub(super) fn read(text: &str) -> Result<Self, TemplateError> {
        let wrong = |what: String| TemplateError::Words { what };
        let words = Self(toml::from_str(text).map_err(|error| wrong(error.to_string()))?);
        for (table, keys) in &words.0 {
            for (key, forms) in keys {
                let forms = Language::ALL.map(|language| forms.of(language));
                if forms.iter().any(|form| form.contains(['<', '&'])) {
                    return Err(wrong(format!("{table}.{key} has markup: that is the template's")));
                }
                if table != COMMON && words.0.get(COMMON).is_some_and(|all| all.contains_key(key)) {
                    return Err(wrong(format!("{table}.{key} stands in [{COMMON}], too")));
                }
            }
        }
        Ok(words)
    }

    /// What a notice says for a key, and where that stands: in its own table or in the common one.
    pub(super) fn of(&self, notice: &str, key: &str, language: Language) -> Option<(Place, &str)> {
        let said = |table: &str| {
            let forms = self.0.get(table)?.get(key)?;
            Some(((table.to_owned(), key.to_owned()), forms.of(language)))
        };
        said(notice).or_else(|| said(COMMON))
    }

    /// Every place at which words stand.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.0.iter().flat_map(|(table, keys)| keys.keys().map(|key| (table.clone(), key.clone())))
    }
}

impl Forms {
    fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::German => &self.de,
            Language::Norwegian => &self.nb,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_a_form_in_each_language_and_no_markup() {
        check("[a.x]\nen = 'a'\nde = 'b'\nnb = 'c'", None);
        check("[a.x]\nen = 'a'\nnb = 'c'", Some("missing field `de`"));
        check("[a.x]\nen = 'a'\nde = 'b'\nnb = 'c'\nsv = 'd'", Some("unknown field `sv`"));
        check("[a.x]\nen = 'a <b>'\nde = 'b'\nnb = 'c'", Some("a.x has markup"));
        let twice = "[a.x]\nen = 'a'\nde = 'b'\nnb = 'c'\n[common.x]\nen = 'a'\nde = 'b'\nnb = 'c'";
        check(twice, Some("a.x stands in [common], too"));

        #[track_caller]
        fn check(text: &str, wrong: Option<&str>) {
            match (Words::read(text), wrong) {
                (Ok(words), None) => {
                    let (_, said) = words.of("a", "x", Language::German).unwrap();
                    assert_eq!(said, "b");
                    assert!(words.of("b", "x", Language::German).is_none());
                }
                (Err(error), Some(wrong)) => {
                    assert!(error.to_string().contains(wrong), "{error}");
                }
                (found, _) => panic!("{:?}", found.err()),
            }
        }
    }
}
