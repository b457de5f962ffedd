//! Addresses in running text, and what stands around them.

use crate::mail::address::Address;

/// An address in a line.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    pub address: Address,
    /// The line before it.
    pub before: &'a str,
    /// The line behind it.
    pub after: &'a str,
}

/// The addresses in a line, in order. A bracket, a quote or an address type around one is no part of
/// it.
pub(super) fn candidates(line: &str) -> impl Iterator<Item = Candidate<'_>> {
    line.match_indices('@').filter_map(|(at, _)| around(line, at))
}

fn around(line: &str, at: usize) -> Option<Candidate<'_>> {
    const LOCAL_BYTES_MAX: usize = 128;
    let (left, right) = (line.get(..at)?, line.get(at + 1..)?);
    let floor = left.len().saturating_sub(LOCAL_BYTES_MAX);
    let near = left.get(left.ceil_char_boundary(floor)..)?;
    let length = near.len() - near.trim_end_matches(is_local).len();
    let local = near.get(near.len() - length..)?;
    let local = bare(local);
    let domain_length = right.len() - right.trim_start_matches(is_domain).len();
    let domain = right.get(..domain_length)?.trim_end_matches(['.', '-']);
    let address = Address::parse(&format!("{local}@{domain}")).ok()?;
    Some(Candidate {
        address,
        before: left.get(..left.len() - local.len())?,
        after: right.get(domain.len()..)?,
    })
}

/// Without the address type of X.400 or a quote before it.
fn bare(local: &str) -> &str {
    let local = local.trim_start_matches(['\'', '`', '*', '{', '|', '-', '.', '=', '/']);
    let typed = local.split_once('=').filter(|(kind, _)| {
        ["smtp", "rfc822", "rfc-822"].iter().any(|word| kind.eq_ignore_ascii_case(word))
    });
    typed.map_or(local, |(_, rest)| rest)
}

fn is_local(one: char) -> bool {
    one.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(one)
}

fn is_domain(one: char) -> bool {
    one.is_alphanumeric() || matches!(one, '.' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_what_stands_around_it() {
        check("<ada@example.com>: host said", "ada@example.com");
        check("    'ada@example.com' on Fri, 4 Oct", "ada@example.com");
        check("c=US;a= ;p=X;dda:SMTP=ada@example.com; on Fri", "ada@example.com");
        check("Recipient: [SMTP:ada@example.com]", "ada@example.com");
        check("* ada.b+c=d@mail.example.com.", "ada.b+c=d@mail.example.com");
        check("a@b.example, c@d.example", "a@b.example c@d.example");
        check("no@ @where a@@b.example", "");
        check("prvs=0123abcdef=ada@example.com", "prvs=0123abcdef=ada@example.com");

        #[track_caller]
        fn check(line: &str, expected: &str) {
            let found: Vec<_> = candidates(line).map(|one| one.address.to_string()).collect();
            assert_eq!(found.join(" "), expected, "{line}");
        }
    }
}
