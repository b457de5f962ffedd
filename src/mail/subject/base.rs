//! What a thread is about.

use super::{TicketPrefix, foreign, head};

/// The subject without reply and forward markers, leading bracketed labels that gateways add, and
/// without this desk's ticket identifiers, white space folded: what a thread is about.
///
/// After "base subject" of RFC 5256 §2.1, with the reply markers that the field uses in other
/// languages. Other systems' tags stay, at the head where markers stood between: by them those
/// systems find what they know.
#[must_use]
pub fn base_subject(subject: &str, prefix: &TicketPrefix) -> String {
    let mut text = without_tids(head(subject), prefix);
    // Where identifiers were taken out others may appear, [EX[EX#1]#2]: until none is left.
    while prefix.find(&text).is_some() {
        text = without_tids(&text, prefix);
    }
    // Before tags are looked for, whose length counts.
    text = folded(&text);
    let mut tags = String::new();
    loop {
        if let Some(rest) = without_marker(&text).or_else(|| without_label(&text)) {
            rest.trim().clone_into(&mut text);
        } else if let Some((tag, rest)) = foreign::leading_tag(&text) {
            tags.push_str(tag);
            tags.push(' ');
            text = rest.trim().to_owned();
        } else {
            break;
        }
    }
    text.insert_str(0, &tags);
    folded(&text)
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reply and forward markers, lower case, without the colon.
pub(in crate::mail) const MARKERS: [&str; 24] = [
    "re", "aw", "sv", "vs", "antw", "odp", "ref", "rif", "res", "ynt", "vá", "回复", "回覆",
    "答复", "fw", "fwd", "wg", "vb", "tr", "doorst", "pd", "rv", "enc", "転送",
];

/// Labels that gateways put before a subject.
const LABELS: [&str; 4] = ["[ext]", "[external]", "[extern]", "[ext:]"];

/// A base subject without other systems' tags: what two messages share that are about one thing,
/// whichever system had them in hands between.
#[must_use]
pub fn untagged(base: &str) -> String {
    let mut text = base.to_owned();
    for tag in foreign::tags(base) {
        text = text.replacen(tag, " ", 1);
    }
    folded(&text)
}

fn without_tids(subject: &str, prefix: &TicketPrefix) -> String {
    let is_tid = |inside: &str| prefix.find(&format!("[{inside}]")).is_some();
    let mut kept = String::new();
    let mut rest = subject;
    while let Some((before, after)) = rest.split_once('[') {
        kept.push_str(before);
        match after.split_once(']') {
            Some((inside, tail)) if !inside.contains('[') && is_tid(inside) => rest = tail,
            Some(_) | None => {
                kept.push('[');
                rest = after;
            }
        }
    }
    kept.push_str(rest);
    kept.trim().to_owned()
}

/// `Re: x`, `AW[2]: x`, `Re : x`, and with the colon of full width.
fn without_marker(text: &str) -> Option<String> {
    let (marker, rest) = text.split_once([':', '：'])?;
    let marker = marker.trim_end();
    let word = match marker.split_once(['[', '(']) {
        Some((word, count)) => {
            let count = count.trim_end_matches([']', ')']);
            if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            word.trim_end()
        }
        None => marker,
    };
    MARKERS.contains(&word.to_lowercase().as_str()).then(|| rest.to_owned())
}

fn without_label(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    LABELS
        .iter()
        .find(|label| lower.starts_with(**label))
        .and_then(|label| text.get(label.len()..))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ex() -> TicketPrefix {
        TicketPrefix::parse("EX").unwrap()
    }

    #[test]
    fn the_base_subject_is_what_the_thread_is_about() {
        check("Re: [EX#17] Printer on fire", "Printer on fire");
        check("AW: SV: Re[2]: RE (3): Printer", "Printer");
        check("[EXT] Re: [External] Printer", "Printer");
        check("回复：Printer", "Printer");
        check("Regarding: Printer", "Regarding: Printer");
        check("Printer [OTHER-9]", "Printer [OTHER-9]");
        check("[OTHER #123] Re: [EX#17] Printer", "[OTHER #123] Printer");
        check("AW: [OTHER #123] WG: (ABC-77) Re: [EX#17] Printer", "[OTHER #123] (ABC-77) Printer");
        check("[a [EX#17] b", "[a b");
        check("Re: [EX[EX#1]#2] Printer", "Printer");
        check("[EXT] [EX#17] AW: [External] [EX#18] Printer", "Printer");
        check("  a \r\n b  ", "a b");
        check("Re:", "");
        let blanks = " ".repeat(40);
        check(&format!("[Ticket{blanks}#17] Re: Printer"), "[Ticket #17] Printer");

        #[track_caller]
        fn check(subject: &str, base: &str) {
            assert_eq!(base_subject(subject, &ex()), base, "{subject}");
        }
    }

    #[test]
    fn thr_30_a_topic_has_no_tags_of_other_systems() {
        assert_eq!(untagged("[OTHER #123] Printer (ABC-77) on fire"), "Printer on fire");
        assert_eq!(untagged("Printer (2nd floor) on fire"), "Printer (2nd floor) on fire");
    }
}
