//! Words, values and what stands between them (RFC 8601 §2.2, RFC 5322 §3.2.2). Every byte is looked
//! at once, and nothing recurses.

use super::Malformed;

pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn here(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn is_end(&self) -> bool {
        self.here().is_none()
    }

    pub(super) fn is_at(&self, byte: u8) -> bool {
        self.here() == Some(byte)
    }

    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.is_at(byte);
        self.at += usize::from(found);
        found
    }

    /// Passes over blanks and comments, however deep.
    pub(super) fn blank(&mut self) -> Result<(), Malformed> {
        let mut depth = 0_usize;
        while let Some(byte) = self.here() {
            match byte {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b'\\' if depth > 0 => self.at += 1,
                b' ' | b'\t' | b'\r' | b'\n' => {}
                _ if depth > 0 => {}
                _ => return Ok(()),
            }
            self.at += 1;
        }
        if depth == 0 { Ok(()) } else { Err(Malformed::Unbalanced) }
    }

    /// A keyword: letters, digits, `-` and `_`; empty where there is none.
    pub(super) fn keyword(&mut self) -> &'a str {
        let start = self.at;
        while self.here().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// A value: letters of any kind and quoted strings that touch each other; empty where there is
    /// none. Wider than the grammar's token, since real servers leave `/`, `=` and `@` unquoted.
    pub(super) fn value(&mut self) -> Result<String, Malformed> {
        let mut value = String::new();
        loop {
            let start = self.at;
            while self.here().is_some_and(|byte| byte > b' ' && !b"\";()\x7f".contains(&byte)) {
                self.at += 1;
            }
            value.push_str(self.text.get(start..self.at).unwrap_or_default());
            if !self.take(b'"') {
                return Ok(value);
            }
            self.quoted(&mut value)?;
        }
    }

    fn quoted(&mut self, value: &mut String) -> Result<(), Malformed> {
        let mut start = self.at;
        while let Some(byte) = self.here() {
            if matches!(byte, b'"' | b'\\') {
                value.push_str(self.text.get(start..self.at).unwrap_or_default());
                start = self.at + 1;
            }
            match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        Err(Malformed::Unbalanced)
    }
}
