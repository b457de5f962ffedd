//! In which of a desk's languages a text is, where that is clear.

use whatlang::{Detector, Lang};

use super::{Language, Languages};

/// Characters that are looked at: the beginning says it.
const CHARACTERS_MAX: usize = 2_000;

/// Widespread languages in which no desk writes: a text in one of them is in none of the desk's. Danish is not among
/// them, as short texts are as often Norwegian, and who writes Danish reads Norwegian.
const OTHERS: [Lang; 9] = [
    Lang::Fra,
    Lang::Spa,
    Lang::Ita,
    Lang::Por,
    Lang::Nld,
    Lang::Pol,
    Lang::Swe,
    Lang::Fin,
    Lang::Ces,
];

/// The language; `None` where the text is too short to tell, or in none of them.
pub(super) fn detect(text: &str, among: &Languages) -> Option<Language> {
    let end = text.char_indices().nth(CHARACTERS_MAX).map_or(text.len(), |(end, _)| end);
    let text = text.get(..end)?;
    // By far the best among the desk's, and better than any other.
    let own: Vec<_> = among.iter().map(name).collect();
    let found = Detector::with_allowlist(own).detect(text).filter(whatlang::Info::is_reliable)?;
    let ours = Language::ALL.map(name);
    let all = ours.into_iter().chain(OTHERS).collect();
    let best = Detector::with_allowlist(all).detect(text)?;
    let same = best.lang() == found.lang();
    among.iter().find(|one| same && name(*one) == found.lang())
}

fn name(language: Language) -> Lang {
    match language {
        Language::English => Lang::Eng,
        Language::German => Lang::Deu,
        Language::Norwegian => Lang::Nob,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_in_its_language_or_in_none() {
        for (text, expected) in [
            ("The printer is broken again and I cannot print any invoices.", "en"),
            (
                "Hello, I cannot log in to the VPN since this morning. Error 691. Regards, John",
                "en",
            ),
            ("Guten Tag, unser Drucker druckt seit heute morgen nicht mehr.", "de"),
            ("Bitte setzen Sie mein Passwort zurück.", "de"),
            ("Der Server ist nicht erreichbar.", "de"),
            ("Hei, skriveren vår virker ikke lenger. Kan dere hjelpe oss?", "nb"),
            ("Jeg får ikke logget inn på VPN siden i dag tidlig.", "nb"),
            ("Bonjour, notre imprimante ne fonctionne plus depuis ce matin. Merci.", "none"),
            ("Goedemorgen, onze printer werkt niet meer sinds vanmorgen.", "none"),
            ("Hej, vår skrivare fungerar inte längre. Kan ni hjälpa oss?", "none"),
            ("Buongiorno, la nostra stampante non funziona più da stamattina.", "none"),
            ("Dzień dobry, nasza drukarka nie działa od rana. Proszę o pomoc.", "none"),
            ("Здравствуйте, принтер не работает", "none"),
            ("Error 0x80070005 at C:\\Windows\\System32 foo.dll", "none"),
            ("Serveren", "none"),
            ("", "none"),
            ("😀 1234 +++", "none"),
        ] {
            let among = Languages::new(&Language::ALL).unwrap();
            let found = detect(text, &among).map_or("none", Language::tag);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_language_that_the_desk_does_not_write_is_none() {
        let among = Languages::new(&[Language::English, Language::German]).unwrap();
        let text = "Hei, skriveren vår virker ikke lenger. Kan dere hjelpe oss?";
        assert_eq!(detect(text, &among), None);
        let long = format!("{}{}", "ø".repeat(CHARACTERS_MAX), "the ".repeat(9_000));
        assert_eq!(detect(&long, &among), None);
    }
}
