//! Authentication-Results (RFC 8601 §2.2), read by their grammar. What does not follow it says
//! nothing: a reader that guesses can be told what to guess (CVE-2020-12272).

mod scan;

use scan::Scan;

/// Statements in one field.
pub const STATEMENTS_MAX: usize = 100;

/// Properties of one statement.
pub const PROPERTIES_MAX: usize = 50;

/// How a server writes the field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// As RFC 8601 says: who speaks, then statements.
    #[default]
    Standard,
    /// As Exchange does: statements alone.
    Exchange,
}

/// One field, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    /// Who speaks, in lower case; `None` in Exchange's form.
    pub authserv: Option<String>,
    /// What is said, in order.
    pub statements: Vec<Statement>,
}

/// What a server says about one method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The method, in lower case: `dkim`, `spf`, `dmarc`, `auth` …
    pub method: String,
    /// What it came to, in lower case.
    pub result: String,
    /// `ptype.property` in lower case, and the value; a word without `ptype` stands alone.
    pub properties: Vec<(String, String)>,
}

impl Statement {
    /// The value of a property, such as `header.from`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// Why a field says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A comment or quoted string has no end.
    #[error("a comment or quoted string without an end")]
    Unbalanced,
    /// It does not say who speaks.
    #[error("no name of a server")]
    NoAuthserv,
    /// A statement is none.
    #[error("words that are no statement")]
    NoStatement,
    /// A property is none.
    #[error("words that are no property")]
    NoProperty,
    /// A statement says two things of one property.
    #[error("a property with two values")]
    Repeated,
    /// More statements or properties than anybody makes.
    #[error("too many statements or properties")]
    TooMany,
}

/// Reads an unfolded field.
///
/// # Errors
/// [`Malformed`] names the first rule that it breaks.
pub fn parse(text: &str, form: Form) -> Result<Results, Malformed> {
    let mut scan = Scan::of(text);
    let authserv = match form {
        Form::Standard => Some(authserv(&mut scan)?),
        Form::Exchange => None,
    };
    let mut statements = Vec::new();
    let mut separated = form == Form::Exchange;
    loop {
        scan.blank()?;
        separated |= scan.take(b';');
        scan.blank()?;
        if scan.is_end() {
            return Ok(Results { authserv, statements });
        }
        if scan.is_at(b';') {
            continue;
        }
        if !separated {
            return Err(Malformed::NoStatement);
        }
        if statements.len() == STATEMENTS_MAX {
            return Err(Malformed::TooMany);
        }
        statements.extend(statement(&mut scan)?);
        separated = false;
    }
}

/// ARC-Authentication-Results without the instance before them (RFC 8617 §4.1.1), to be read as
/// Authentication-Results; `None` where there is no instance.
#[must_use]
pub fn without_instance(text: &str) -> Option<&str> {
    instance(text).map(|(_, rest)| rest)
}

/// The instance before ARC-Authentication-Results, and what stands behind it.
#[must_use]
pub fn instance(text: &str) -> Option<(usize, &str)> {
    let (instance, rest) = text.split_once(';')?;
    let number = instance.trim().strip_prefix('i')?.trim_start().strip_prefix('=')?.trim();
    let is_number =
        (1..=2).contains(&number.len()) && number.bytes().all(|one| one.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_number)?;
    Some((number, rest))
}

/// Who speaks, and perhaps a version, which does not matter.
fn authserv(scan: &mut Scan<'_>) -> Result<String, Malformed> {
    scan.blank()?;
    let name = scan.value()?;
    if name.is_empty() || name.contains('=') {
        return Err(Malformed::NoAuthserv);
    }
    scan.blank()?;
    let version = scan.value()?;
    if !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Malformed::NoAuthserv);
    }
    Ok(name.to_lowercase())
}

/// `method=result` with its properties; `none` alone is no statement.
fn statement(scan: &mut Scan<'_>) -> Result<Option<Statement>, Malformed> {
    let method = scan.keyword().to_ascii_lowercase();
    scan.blank()?;
    if scan.take(b'/') {
        scan.blank()?;
        scan.keyword();
        scan.blank()?;
    }
    if !scan.take(b'=') {
        let nothing = method == "none" && (scan.is_end() || scan.is_at(b';'));
        return if nothing { Ok(None) } else { Err(Malformed::NoStatement) };
    }
    scan.blank()?;
    let result = scan.keyword().to_ascii_lowercase();
    if method.is_empty() || result.is_empty() {
        return Err(Malformed::NoStatement);
    }
    let mut properties: Vec<(String, String)> = Vec::new();
    loop {
        scan.blank()?;
        if scan.is_end() || scan.is_at(b';') {
            return Ok(Some(Statement { method, result, properties }));
        }
        let (name, value) = property(scan)?;
        match properties.iter().find(|(found, _)| *found == name) {
            Some((_, found)) if *found == value => {}
            Some(_) => return Err(Malformed::Repeated),
            None if properties.len() == PROPERTIES_MAX => return Err(Malformed::TooMany),
            None => properties.push((name, value)),
        }
    }
}

/// `ptype.property=value`, `reason=value`, or Exchange's `action=value`.
fn property(scan: &mut Scan<'_>) -> Result<(String, String), Malformed> {
    let mut name = scan.keyword().to_ascii_lowercase();
    scan.blank()?;
    if scan.take(b'.') {
        scan.blank()?;
        name.push('.');
        name.push_str(&scan.keyword().to_ascii_lowercase());
        scan.blank()?;
    }
    if name.is_empty() || name.starts_with('.') || name.ends_with('.') || !scan.take(b'=') {
        return Err(Malformed::NoProperty);
    }
    scan.blank()?;
    Ok((name, scan.value()?))
}

#[cfg(test)]
mod tests;
