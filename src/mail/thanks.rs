//! Whether what somebody writes is thanks and nothing else, in English, German and Norwegian. What is in
//! doubt is not: a request that is taken for thanks is heard by nobody.

mod words;

use std::borrow::Cow;

/// Words of a message that may be thanks alone, greeting and name among them.
pub const WORDS_MAX: usize = 12;

/// Words of a name.
const NAME_WORDS_MAX: usize = 3;

/// What a clause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clause {
    /// Nothing stands in it.
    Empty,
    Greeting,
    Thanks(Named),
    /// What people add to thanks: that it is good now.
    Praise,
    /// "Kind regards"; a name may follow.
    Closing,
    /// The writer's own name.
    Name,
    Other,
}

/// Whether a name may follow thanks. In German every noun looks like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    May,
    Never,
}

/// What a text is in which nothing stands but what politeness says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Courtesy {
    Thanks,
    WithoutThanks,
}

/// Whether the new text of a message only says thanks. `writer` are words of its writer's name, in
/// lower case.
#[must_use]
pub fn is_only_thanks(new_text: &str, writer: &[String]) -> bool {
    courtesy(new_text, writer) == Some(Courtesy::Thanks)
}

/// Whether a text says nothing: thanks, a greeting and a name at the most.
#[must_use]
pub fn is_only_courtesy(new_text: &str, writer: &[String]) -> bool {
    courtesy(new_text, writer).is_some()
}

fn courtesy(new_text: &str, writer: &[String]) -> Option<Courtesy> {
    if new_text.contains(['?', '？', '¿']) {
        return None;
    }
    // Nobody needs to read a book to find that it is more than twelve words.
    if words_of(new_text).take(WORDS_MAX + 1).count() > WORDS_MAX {
        return None;
    }
    let writer: Vec<String> = writer.iter().map(|word| fold(word).into_owned()).collect();
    let (mut before, mut found) = (Clause::Empty, Courtesy::WithoutThanks);
    for line in new_text.lines() {
        for text in line.split(is_end) {
            let written: Vec<&str> = words_of(text).collect();
            let clause = clause(&written, &writer, before);
            match clause {
                Clause::Other => return None,
                Clause::Thanks(_) => found = Courtesy::Thanks,
                Clause::Empty => continue,
                Clause::Greeting | Clause::Praise | Clause::Closing | Clause::Name => {}
            }
            before = clause;
        }
        // Only what stands beside thanks is a name by that.
        if let Clause::Thanks(_) = before {
            before = Clause::Praise;
        }
    }
    Some(found)
}

/// Where a clause ends.
fn is_end(char: char) -> bool {
    matches!(char, '.' | ',' | '!' | ';' | ':' | '(' | ')' | '–' | '—' | '…')
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// What a clause is behind the one before it.
fn clause(written: &[&str], writer: &[String], before: Clause) -> Clause {
    let folded: Vec<Cow<'_, str>> = written.iter().map(|word| fold(word)).collect();
    let words: Vec<&str> = folded.iter().map(AsRef::as_ref).collect();
    let phrase = words.join(" ");
    if words.is_empty() {
        return Clause::Empty;
    }
    if words::PRAISE.contains(&phrase.as_str()) {
        return Clause::Praise;
    }
    if is_thanks(&words) {
        return Clause::Thanks(named_by(&words));
    }
    if words.iter().all(|word| writer.iter().any(|own| own == word)) {
        return Clause::Name;
    }
    if let (Some((last, rest)), Some(name)) = (words.split_last(), written.last())
        && is_thanks(rest)
        && (named_by(rest) == Named::May && is_capitalised(name) || is_own(writer, last))
    {
        return Clause::Thanks(Named::Never);
    }
    if let Some(rest) = after(words::GREETINGS, &words, written)
        && rest.len() <= NAME_WORDS_MAX
        && rest.iter().all(|word| is_capitalised(word) || words::ALL.contains(&&*fold(word)))
    {
        return Clause::Greeting;
    }
    match after(words::CLOSINGS, &words, written) {
        Some(rest) if is_name(rest) => Clause::Closing,
        Some(_) | None if may_be_name(before, written) => Clause::Name,
        Some(_) | None => Clause::Other,
    }
}

/// Whether all of it are words of thanks, one that gives thanks among them.
fn is_thanks(words: &[&str]) -> bool {
    let gives = |word: &&str| words::THANKS.contains(word) || words::DANK.contains(word);
    words.iter().any(gives) && words.iter().all(|word| gives(word) || words::AROUND.contains(word))
}

fn named_by(words: &[&str]) -> Named {
    let german = words.iter().any(|word| words::DANK.contains(word));
    if german { Named::Never } else { Named::May }
}

/// What is written behind one of these phrases.
fn after<'a, 'b>(
    phrases: &[&str],
    words: &[&str],
    written: &'a [&'b str],
) -> Option<&'a [&'b str]> {
    let length = |phrase: &&str| {
        let count = phrase.split(' ').count();
        words.get(..count).is_some_and(|begin| begin.join(" ") == **phrase).then_some(count)
    };
    let longest = phrases.iter().filter_map(length).max()?;
    written.get(longest..)
}

/// A name below "Kind regards", or beside thanks.
fn may_be_name(before: Clause, written: &[&str]) -> bool {
    match before {
        Clause::Closing => is_name(written),
        Clause::Thanks(Named::May) => written.len() == 1 && is_name(written),
        Clause::Thanks(Named::Never)
        | Clause::Empty
        | Clause::Greeting
        | Clause::Praise
        | Clause::Name
        | Clause::Other => false,
    }
}

fn is_name(written: &[&str]) -> bool {
    written.len() <= NAME_WORDS_MAX && written.iter().all(|word| is_capitalised(word))
}

/// "Ada", but not "ADA", "ada" or "A320".
fn is_capitalised(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.all(char::is_lowercase)
}

fn is_own(writer: &[String], word: &str) -> bool {
    writer.iter().any(|own| own == word)
}

/// In lower case, `ß` and umlauts as they are written without them.
fn fold(word: &str) -> Cow<'_, str> {
    let mut folded = String::with_capacity(word.len());
    for char in word.chars().flat_map(char::to_lowercase) {
        match char {
            'ß' => folded.push_str("ss"),
            'ä' | 'æ' => folded.push_str("ae"),
            'ö' | 'ø' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'å' => folded.push_str("aa"),
            char => folded.push(char),
        }
    }
    if folded == word { Cow::Borrowed(word) } else { Cow::Owned(folded) }
}

#[cfg(test)]
mod tests;
