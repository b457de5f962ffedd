//! How important a message is, as its writer's program says: Importance and Priority (RFC 2156 §5.3, RFC 4021
//! §2.1), and X-Priority, which many write and no RFC has.

/// What a program says of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Importance {
    /// Read it first.
    High,
    /// It is as most are.
    Normal,
    /// It can wait.
    Low,
}

/// The fields, in the order of their weight.
const FIELDS: [&str; 3] = ["importance", "x-priority", "priority"];

/// What these fields say, names and unfolded values. The first of the three kinds that says anything counts, of
/// several of a kind the topmost; `None`: they say nothing.
#[must_use]
pub fn importance(fields: &[(&str, String)]) -> Option<Importance> {
    FIELDS.iter().find_map(|name| {
        let (_, value) = fields.iter().find(|(one, _)| one.eq_ignore_ascii_case(name))?;
        said(name, value)
    })
}

fn said(name: &str, value: &str) -> Option<Importance> {
    // `X-Priority: 1 (Highest)`
    let word = value.split_whitespace().next()?.to_ascii_lowercase();
    match (name, word.as_str()) {
        ("importance", "high") | ("x-priority", "1" | "2") | ("priority", "urgent") => {
            Some(Importance::High)
        }
        ("importance", "low") | ("x-priority", "4" | "5") | ("priority", "non-urgent") => {
            Some(Importance::Low)
        }
        ("importance" | "priority", "normal") | ("x-priority", "3") => Some(Importance::Normal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_says_how_important_a_message_is() {
        check(&[("Importance", "High")], Some(Importance::High));
        check(&[("IMPORTANCE", " low ")], Some(Importance::Low));
        check(&[("X-Priority", "1 (Highest)")], Some(Importance::High));
        check(&[("X-Priority", "2")], Some(Importance::High));
        check(&[("X-Priority", "3")], Some(Importance::Normal));
        check(&[("X-Priority", "4")], Some(Importance::Low));
        check(&[("X-Priority", "5 (Lowest)")], Some(Importance::Low));
        check(&[("Priority", "urgent")], Some(Importance::High));
        check(&[("Priority", "non-urgent")], Some(Importance::Low));
        check(&[("Priority", "normal")], Some(Importance::Normal));
        check(&[("Importance", "urgent"), ("Priority", "high"), ("X-Priority", "11")], None);
        check(&[("Importance", ""), ("Subject", "high")], None);
        check(&[("X-Priority", "5"), ("Importance", "high")], Some(Importance::High));
        let normal = [("Priority", "urgent"), ("Importance", "normal")];
        check(&normal, Some(Importance::Normal));
        check(&[("Importance", "low"), ("Importance", "high")], Some(Importance::Low));

        #[track_caller]
        fn check(fields: &[(&str, &str)], expected: Option<Importance>) {
            let fields: Vec<_> =
                fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            assert_eq!(importance(&fields), expected, "{fields:?}");
        }
    }
}
