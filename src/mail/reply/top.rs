//! How a mail begins, as far as its writer wrote that now.

use super::header;
use super::line::Line;

/// The first lines with text of a mail, at most so many, as far as they are new: none where it begins with a
/// quote, whatever is written below that, or with the header of a message that is passed on. `reply` is what of
/// the text is new ([`Reply`](super::Reply)).
#[must_use]
pub fn top<'a>(text: &'a str, reply: &str, most: usize) -> Vec<&'a str> {
    let mut own = reply.lines().filter(|line| !Line::of(line).is_blank());
    let lines: Vec<_> = text.split('\n').map(Line::of).collect();
    let with_text = lines.iter().enumerate().filter(|(_, line)| !line.is_blank());
    let is_header = |at| header::block(&lines, at).is_some_and(|block| block.is_header);
    with_text
        .take(most)
        .take_while(|(at, line)| {
            own.next() == Some(line.whole) && !line.is_quoted() && !is_header(*at)
        })
        .map(|(_, line)| line.whole)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::reply::Reply;

    #[test]
    fn what_is_quoted_or_passed_on_is_no_beginning() {
        check("\n\nPriority: high\n\nHello.\n", &["Priority: high", "Hello."]);
        check("One.\nTwo.\nThree.", &["One.", "Two."]);
        check("> Priority: high\n\nHello.", &[]);
        let quote = "On Mon, 2 Mar 2026 at 09:00, Bob <bob@acme.example> wrote:\n> Hello, all.\n> It burns.\n";
        check(&format!("{quote}\nPriority: high\n"), &[]);
        check(&format!("Priority: high\n\n{quote}"), &["Priority: high"]);
        let header =
            "From: Bob <bob@acme.example>\nSent: Monday\nTo: Ada\nSubject: x\nPriority: high\n";
        check(&format!("{header}\nIt burns."), &[]);
        check(&format!("\n{header}"), &[]);
        check(&format!("Note: see below\n\n{header}\nIt burns."), &["Note: see below"]);
        check("", &[]);

        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(top(text, &Reply::of(text).text, 2), expected, "{text}");
        }
    }
}
