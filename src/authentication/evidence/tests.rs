//! What believed fields say about an author.

use super::*;
use crate::authentication::own::Signature;

fn author() -> Address {
    Address::parse("ada@example.com").unwrap()
}

#[test]
fn std_71_fields_are_read_together_and_the_worse_counts() {
    use Header::{Forged, Sent, Signed, Silent};
    const DKIM: &str = "dkim=pass header.d=example.com";
    const SPF: &str = "spf=pass smtp.mailfrom=ada@example.com";
    const DMARC: &str = "dmarc=pass header.from=example.com";
    check(&[], Silent);
    check(&["none"], Silent);
    check(&[DMARC, DKIM], Signed);
    check(&[DMARC, "dkim=pass header.i=@mail.example.com"], Signed);
    check(&[DMARC, "dkim=fail header.d=example.com", SPF], Sent);
    check(&[DMARC, "dkim=pass header.d=sender.example"], Sent);
    check(&[DMARC], Sent);
    check(&["dmarc=pass"], Silent);
    check(&["dmarc=pass header.from=EXAMPLE.com.", DKIM], Signed);
    check(&["dmarc=pass header.from=other.example", SPF], Sent);
    check(&["dmarc=pass header.from=other.example"], Silent);
    check(&["dmarc=fail header.from=other.example", DKIM], Signed);
    check(&["dmarc=fail header.from=example.com", DKIM], Forged);
    check(&[DMARC, "dmarc=fail header.from=example.com"], Forged);
    check(&[DMARC, "dmarc=temperror header.from=example.com"], Silent);
    check(&["dmarc=none header.from=example.com", DKIM], Signed);
    check(&["dmarc=bestguesspass header.from=example.com"], Silent);
    check(&["dmarc=bestguesspass header.from=example.com", SPF], Sent);
    check(&[DKIM], Signed);
    check(&["dkim=pass header.d=mail.example.com"], Silent);
    check(&["dkim=pass header.d=notexample.com"], Silent);
    check(&["dkim=pass header.d=com"], Silent);
    check(&["dkim=pass header.d=none"], Silent);
    check(&[SPF], Sent);
    check(&["spf=pass smtp.mailfrom=example.com"], Sent);
    check(&[SPF, "spf=fail smtp.mailfrom=ada@example.com"], Silent);
    check(&[SPF, "spf=pass smtp.mailfrom=x@evil.example"], Silent);
    check(&["spf=pass smtp.helo=example.com"], Silent);
    check(&["compauth=pass reason=100"], Silent);
    check(&["arc=pass", "iprev=pass"], Silent);

    #[track_caller]
    fn check(statements: &[&str], expected: Header) {
        // in one field, and in one each
        let one = format!("mx; {}", statements.join("; "));
        let each = statements.iter().map(|said| format!("mx; {said}"));
        for fields in [vec![one.trim_end_matches("; ").to_owned()], each.collect()] {
            let fields: Vec<_> = fields
                .iter()
                .map(|field| {
                    results::parse(field, Form::Standard)
                        .unwrap_or_else(|_| Results { authserv: None, statements: Vec::new() })
                })
                .collect();
            assert_eq!(header(&fields, Some(&author())).says, expected, "{statements:?}");
        }
    }
}

#[test]
fn std_28_domains_of_people_are_compared_as_a_labels() {
    let author = Address::parse("ada@bücher.example").unwrap();
    for from in ["bücher.example", "xn--bcher-kva.example", "BÜCHER.example", "@Bücher.Example"]
    {
        let field = format!("mx; dmarc=pass header.from={from}; dkim=pass header.d={from}");
        let field = results::parse(&field, Form::Standard).unwrap();
        assert_eq!(header(&[field], Some(&author)).says, Header::Signed, "{from}");
    }
}

#[test]
fn a_login_is_proof_of_its_own_address_alone() {
    let named = |login: &str| Login::Named(login.to_owned());
    check(&named("ada@example.com"), "ada@example.com", Internal::Proven);
    check(&named("ADA@Example.com"), "ada@example.com", Internal::Proven);
    check(&named("ada"), "ada@example.com", Internal::Proven);
    check(&named("Ada"), "ada@example.com", Internal::Proven);
    check(&named("bob"), "ada@example.com", Internal::Unproven);
    check(&named("bob@example.com"), "ada@example.com", Internal::Unproven);
    check(&named("ada@evil.example"), "ada@example.com", Internal::Unproven);
    check(&named("ada"), "ada@paid.example", Internal::Unproven);
    check(&Login::Exchange, "ada@example.com", Internal::Proven);
    check(&Login::Exchange, "ada@paid.example", Internal::Unproven);

    #[track_caller]
    fn check(login: &Login, author: &str, expected: Internal) {
        let addresses = vec![Address::parse("support@example.com").unwrap()];
        let trust = Trust { addresses, ..Trust::default() };
        let author = Address::parse(author).unwrap();
        assert_eq!(internal(Some(login), &author, &trust), expected, "{login:?} {author}");
    }
}

#[test]
fn std_75_every_seal_must_be_a_believed_one() {
    const PASS: &str = " list.example; dmarc=pass header.from=example.com";
    check(Outcome::Pass, &["list.example"], PASS, Forwarded::Proven);
    check(Outcome::Pass, &["list.example", "list.example"], PASS, Forwarded::Proven);
    check(Outcome::Pass, &["evil.example", "list.example"], PASS, Forwarded::Unproven);
    check(Outcome::Pass, &["list.example", "evil.example"], PASS, Forwarded::Unproven);
    check(Outcome::Pass, &[], PASS, Forwarded::Unproven);
    check(Outcome::Fail, &["list.example"], PASS, Forwarded::Unproven);
    for seen in [
        " list.example; dmarc=pass header.from=other.example",
        " list.example; dmarc=fail header.from=example.com",
        " list.example; dkim=pass header.d=example.com",
        " dmarc=pass header.from=example.com",
    ] {
        check(Outcome::Pass, &["list.example"], seen, Forwarded::Unproven);
    }

    #[track_caller]
    fn check(arc: Outcome, sealers: &[&str], seen: &str, expected: Forwarded) {
        let findings = Findings {
            arc,
            sealers: sealers.iter().map(ToString::to_string).collect(),
            first_seen: Some(seen.to_owned()),
            ..Findings::default()
        };
        let trust = Trust { forwarders: vec!["list.example".into()], ..Trust::default() };
        assert_eq!(forwarded(&findings, &author(), &trust), expected, "{sealers:?} {seen}");
    }
}

#[test]
fn aut_02_an_advisory_check_changes_nothing() {
    let signature =
        Signature { domain: "example.com".into(), outcome: Outcome::Pass, why: "verified" };
    let findings =
        Findings { says: Says::Signed, signatures: vec![signature], ..Findings::default() };
    for (own_dkim, expected) in [
        (OwnDkim::On, Says::Signed),
        (OwnDkim::Advisory, Says::Silent),
        (OwnDkim::Off, Says::Silent),
    ] {
        let trust = Trust { own_dkim, ..Trust::default() };
        let gathered = gather(Some(&author()), &Trace::default(), Some(&findings), &trust);
        assert_eq!(gathered.own, expected, "{own_dkim:?}");
    }
    let nobody = gather(None, &Trace::default(), Some(&findings), &Trust::default());
    assert_eq!(nobody.author, Author::Ambiguous);
}
