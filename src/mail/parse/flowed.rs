//! Text whose lines were broken by the writer's program (RFC 3676): they are joined again.

use super::part::About;

/// How the lines of a `format=flowed` text were broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// At a blank, which stays.
    Blanks,
    /// By a blank that was put there (`delsp=yes`).
    Added,
}

impl Flow {
    /// `None` where lines are as they were written.
    pub(super) fn of(about: &About) -> Option<Self> {
        let says = |name: &str, value: &str| {
            about.content_type.get(name).is_some_and(|said| said.eq_ignore_ascii_case(value))
        };
        if about.media_type != "text/plain" || !says("format", "flowed") {
            return None;
        }
        Some(if says("delsp", "yes") { Self::Added } else { Self::Blanks })
    }

    /// The text with its paragraphs on one line each, `> ` before what is quoted.
    pub(super) fn unfold(self, text: &str) -> String {
        let mut whole = String::with_capacity(text.len());
        // The depth of the paragraph that the last line leaves open.
        let mut open: Option<usize> = None;
        for line in text.split_inclusive('\n') {
            let (line, end) = match line.strip_suffix('\n') {
                Some(line) => (line.strip_suffix('\r').unwrap_or(line), "\n"),
                None => (line, ""),
            };
            let unquoted = line.trim_start_matches('>');
            let depth = line.len() - unquoted.len();
            let content = unquoted.strip_prefix(' ').unwrap_or(unquoted);
            // The line above a signature is fixed (RFC 3676 §4.3).
            let signature = content == "-- ";
            if open.is_some_and(|above| above != depth || signature) {
                whole.truncate(whole.trim_end_matches(' ').len());
                whole.push('\n');
                open = None;
            }
            if open.is_none() {
                whole.extend(std::iter::repeat_n('>', depth));
                if 0 < depth && !content.is_empty() {
                    whole.push(' ');
                }
            }
            let flows = content.ends_with(' ') && !signature;
            whole.push_str(match (flows, self) {
                (true, Self::Added) => content.strip_suffix(' ').unwrap_or(content),
                (true, Self::Blanks) | (false, _) => content,
            });
            open = (flows && !end.is_empty()).then_some(depth);
            if !flows {
                whole.push_str(end);
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_whole_again() {
        check("One \ntwo \nthree.\nFour\n", "One two three.\nFour\n");
        check("a \r\nb\r\n\r\nc", "a b\n\nc");
        check("> a \n> b\n>> c \n> d\n", "> a b\n>> c\n> d\n");
        check(" >no quote\n  From x\n", ">no quote\n From x\n");
        check("a \n-- \nAda\n", "a\n-- \nAda\n");
        check("> a \nb\n", "> a\nb\n");
        check(">\n> a\n", ">\n> a\n");
        check("a ", "a ");
        check("", "");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(Flow::Blanks.unfold(text), expected, "{text:?}");
        }
    }

    #[test]
    fn blanks_that_were_added_go() {
        assert_eq!(Flow::Added.unfold("日本 \n語で \n> x\n"), "日本語で\n> x\n");
        assert_eq!(Flow::Added.unfold("a  \nb\n"), "a b\n");
    }
}
