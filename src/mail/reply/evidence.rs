//! What says that a line is about a message: when it was written, and by whom.

/// What stands in a line, whatever its language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// `17:02`, `17.02`, `17h02`, `17時`.
    pub(super) time: bool,
    /// A year of this or the last century, `16/10/12`, or a month of an East Asian date.
    pub(super) date: bool,
    /// An address of mail.
    pub(super) address: bool,
}

/// A run of digits: how many, its value, and the character before it.
#[derive(Clone, Copy, Default)]
struct Run {
    digits: u32,
    value: u32,
    before: Option<char>,
}

impl Evidence {
    /// Of `text`, one line long.
    pub(super) fn of(text: &str) -> Self {
        let mut found = Self { address: has_address(text), ..Self::default() };
        let (mut run, mut last) = (Run::default(), [Run::default(); 2]);
        let mut previous = None;
        for character in text.chars().map(Some).chain([None]) {
            if let Some(digit) = character.and_then(digit) {
                if run.digits == 0 {
                    run.before = previous;
                }
                run.digits += 1;
                run.value = run.value.saturating_mul(10).saturating_add(digit);
            } else if 0 < run.digits {
                found.note(run, last, character);
                last = [run, last[0]];
                run = Run::default();
                if !is_separator(character) {
                    last = [Run::default(); 2];
                }
            }
            previous = character;
        }
        found
    }

    /// Takes in a run that `after` ended; `[one, two]` are the runs before it, each parted from
    /// the next by a single character.
    fn note(&mut self, run: Run, [one, two]: [Run; 2], after: Option<char>) {
        let is_hour = |hour: Run| (1..=2).contains(&hour.digits) && hour.value <= 24;
        let is_minute = run.digits == 2 && run.value < 60;
        self.date |= run.digits == 4 && (1970..2200).contains(&run.value);
        self.date |= 0 < run.value && run.value <= 12 && matches!(after, Some('月' | '월'));
        self.time |= is_hour(run) && matches!(after, Some('時' | '时' | '點' | '点' | '시'));
        match run.before {
            Some(':' | 'h' | 'u' | '：') => self.time |= is_hour(one) && is_minute,
            // 25.06.2015 is a date, 1.17 within it no time.
            Some('.') if two.digits == 0 && after != Some('.') => {
                self.time |= is_hour(one) && is_minute && one.before == Some(' ');
            }
            Some(separator @ ('/' | '-' | '.'))
                if 0 < one.digits && 0 < two.digits && one.before == Some(separator) =>
            {
                // A year has two digits or four, at one end: 1.17.2 is no date.
                let has_year = 2 <= run.digits || two.digits == 4;
                self.date |= has_year && run.digits <= 4 && one.digits <= 2 && two.digits <= 4;
            }
            _ => {}
        }
    }
}

fn is_separator(character: Option<char>) -> bool {
    matches!(character, Some('/' | '-' | '.' | ':' | '：' | 'h' | 'u'))
}

/// Arabic digits of the West and of the East.
fn digit(character: char) -> Option<u32> {
    character.to_digit(10).or(match character {
        '\u{660}'..='\u{669}' => Some(u32::from(character) - 0x660),
        '\u{6f0}'..='\u{6f9}' => Some(u32::from(character) - 0x6f0),
        _ => None,
    })
}

fn has_address(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + 1..).and_then(|after| after.chars().next());
        before.is_some_and(is_of_address) && after.is_some_and(is_of_address)
    })
}

fn is_of_address(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '+' | '=' | '"' | '[')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_and_by_whom() {
        check("on 2012-10-16 at 17:02 , x", "time date");
        check("den 24. nov. 2025 kl. 10.00 skrev", "time date");
        check("am 25.06.2015 um 10:55", "time date");
        check("am 25.06.15", "date");
        check("16/10/12", "date");
        check("le 3 mai à 10h37", "time");
        check("2016年11月8日", "date");
        check("2016. 11. 8. 오후 12:39", "time date");
        check("下午2时", "time");
        check("١ يناير ٢٠٢٣ في ٥:٢٢", "time date");
        check("x <a@b.c>", "address");
        check("a @ b, 5 apples, version 1.17.2, 12345, @me", "");
        check("10:75 99:10 1:2 123:45", "");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            let found = Evidence::of(text);
            let said = [(found.time, "time"), (found.date, "date"), (found.address, "address")];
            let said: Vec<_> = said.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
            assert_eq!(said.join(" "), expected, "{text}");
        }
    }
}
