//! What a requester can order on a line of its own, on top of his words. Everything else that begins with `#` is what
//! he says.

/// One order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// The supervisor of the desk is told.
    Supervisor,
    /// The requester gets all that was said.
    History,
}

impl Request {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Supervisor, Self::History];

    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supervisor => "#supervisor",
            Self::History => "#history",
        }
    }

    /// Reads a line, in any case.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        let line = line.trim();
        Self::ALL.into_iter().find(|one| one.as_str().eq_ignore_ascii_case(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_one_word_on_a_line() {
        for line in ["#supervisor", " #Supervisor\r", "#SUPERVISOR"] {
            assert_eq!(Request::read(line), Some(Request::Supervisor), "{line}");
        }
        assert_eq!(Request::read("#History"), Some(Request::History));
        let others =
            ["supervisor", "#supervisor please", "##supervisor", "# supervisor", "#resolve"];
        for line in others {
            assert_eq!(Request::read(line), None, "{line}");
        }
    }
}
