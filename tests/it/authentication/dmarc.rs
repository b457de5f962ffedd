//! DMARC (RFC 9989): records on the way up, and who is aligned with whom.

use tidings::authentication::own::{Findings, Says};
use tidings::mail::proof::{Outcome, Published};

use super::own::{Hop, ask};
use super::signer::{How, Key, RECEIVED, mail, signed};
use super::zone::{Has, Zone};

/// What is published, name and text; who writes, whose signature it carries; the word.
type Row<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str, Outcome);

fn found(records: &[(&str, &str)], author: &str, signer: &str, hop: Option<&Hop<'_>>) -> Findings {
    let key = Key::ed25519();
    let own = format!("s._domainkey.{signer}");
    let mut zone = vec![(own.as_str(), Has::Text(key.record()))];
    for (name, text) in records {
        let texts = text.split('|').map(str::to_owned).collect();
        zone.push((name, Has::Texts(texts)));
    }
    let raw = mail(&format!("ada@{author}"));
    let raw = if signer.is_empty() {
        raw
    } else {
        signed(&raw, &key, &How { domain: signer, ..How::by("example.com") })
    };
    ask(&Zone::of(&zone), &raw, RECEIVED, hop)
}

#[test]
fn std_73_a_signature_is_aligned_as_the_record_says() {
    use Outcome::{Fail, None, Pass};
    const AT: &str = "_dmarc.example.com";
    const REJECT: &str = "v=DMARC1; p=reject";
    let rows: &[Row<'_>] = &[
        (&[(AT, REJECT)], "example.com", "example.com", Pass),
        (&[(AT, REJECT)], "example.com", "mail.example.com", Pass),
        (&[(AT, REJECT)], "mail.example.com", "example.com", Pass),
        (&[(AT, REJECT)], "a.example.com", "b.example.com", Pass),
        (&[(AT, REJECT)], "a.b.c.d.e.f.g.h.i.example.com", "example.com", Pass),
        (&[(AT, REJECT)], "example.com", "example.net", Fail),
        (&[(AT, REJECT)], "example.com", "notexample.com", Fail),
        (&[(AT, REJECT)], "example.com", "", Fail),
        (&[(AT, "v=DMARC1; p=reject; adkim=s")], "example.com", "example.com", Pass),
        (&[(AT, "v=DMARC1; p=reject; adkim=s")], "example.com", "mail.example.com", Fail),
        (&[(AT, "v=DMARC1; p=reject; adkim=s")], "mail.example.com", "example.com", Fail),
        // A tag that breaks a rule counts as not there.
        (&[(AT, "v=DMARC1; p=reject; adkim=x; pct=0")], "example.com", "mail.example.com", Pass),
        (&[(AT, "v=DMARC1; p=none; rua=mailto:a@b.c")], "example.com", "example.com", Pass),
        (&[(AT, "v=DMARC1; rua=mailto:a@b.c")], "example.com", "example.com", Pass),
        // No record, or none that counts.
        (&[], "example.com", "example.com", None),
        (&[(AT, "v=DMARC1")], "example.com", "example.com", None),
        (&[(AT, "v=DMARC1; p=maybe")], "example.com", "example.com", None),
        (&[(AT, "v=spf1 -all")], "example.com", "example.com", None),
        (&[(AT, "p=reject; v=DMARC1")], "example.com", "example.com", None),
        (&[(AT, "v=DMARC1; p=reject|v=DMARC1; p=none")], "example.com", "example.com", None),
        (&[(AT, "v=spf1 -all|v=DMARC1; p=reject")], "example.com", "example.com", Pass),
        // Organisations of their own below a suffix, or within another.
        (&[("_dmarc.com", "v=DMARC1; p=none; psd=y")], "example.com", "other.com", Fail),
        (&[("_dmarc.com", "v=DMARC1; p=none; psd=y")], "example.com", "a.example.com", Pass),
        (
            &[(AT, REJECT), ("_dmarc.unit.example.com", "v=DMARC1; p=reject; psd=n")],
            "unit.example.com",
            "example.com",
            Fail,
        ),
        (
            &[(AT, REJECT), ("_dmarc.unit.example.com", "v=DMARC1; p=reject; psd=n")],
            "a.unit.example.com",
            "b.unit.example.com",
            Pass,
        ),
        (
            &[(AT, REJECT), ("_dmarc.unit.example.com", "v=DMARC1; p=reject; psd=n")],
            "example.com",
            "unit.example.com",
            Fail,
        ),
    ];
    for (records, author, signer, expected) in rows {
        let found = found(records, author, signer, Option::None);
        assert_eq!(found.dmarc, *expected, "{author} by {signer:?}: {records:?} {found:?}");
        let own = *expected == None && author == signer;
        let says = if *expected == Pass || own { Says::Signed } else { Says::Silent };
        assert_eq!(found.says, says, "{author} by {signer:?}: {records:?} {found:?}");
    }
}

#[test]
fn std_73_spf_is_aligned_as_the_record_says() {
    use Outcome::{Fail, Pass};
    for (policy, author, sender, expected) in [
        ("v=DMARC1; p=reject", "example.com", "example.com", Pass),
        ("v=DMARC1; p=reject", "example.com", "bounce.example.com", Pass),
        ("v=DMARC1; p=reject; aspf=s", "example.com", "bounce.example.com", Fail),
        ("v=DMARC1; p=reject; aspf=s", "example.com", "example.com", Pass),
        ("v=DMARC1; p=reject", "example.com", "example.net", Fail),
    ] {
        let records = [("_dmarc.example.com", policy), (sender, "v=spf1 ip4:192.0.2.1 -all")];
        let (from, other) = (format!("x@{sender}"), "192.0.2.2");
        let sent = found(&records, author, "", Some(&Hop("192.0.2.1", &from)));
        assert_eq!((sent.spf, sent.dmarc), (Pass, expected), "{policy} {sender}: {sent:?}");
        let forged = found(&records, author, "", Some(&Hop(other, &from)));
        assert_eq!((forged.spf, forged.dmarc), (Fail, Fail), "{policy} {sender}: {forged:?}");
    }
}

#[test]
fn std_73_what_a_domain_asks_for_is_known() {
    use Published::{Enforced, Monitor, Nothing};
    for (policy, author, expected) in [
        ("p=reject", "example.com", Enforced),
        ("p=quarantine", "example.com", Enforced),
        ("p=quarantine; t=y", "example.com", Monitor),
        ("p=reject; t=y", "example.com", Enforced),
        ("p=none", "example.com", Monitor),
        ("p=none; sp=reject", "example.com", Monitor),
        ("p=none; sp=reject", "there.example.com", Enforced),
        ("p=reject; sp=none", "there.example.com", Monitor),
        ("p=none; np=reject", "there.example.com", Monitor),
        ("p=none; np=reject", "absent.example.com", Enforced),
        ("rua=mailto:a@b.c", "example.com", Monitor),
        ("w=1", "example.com", Nothing),
    ] {
        let record = format!("v=DMARC1; {policy}");
        let records = [("_dmarc.example.com", record.as_str()), ("there.example.com", "x")];
        let found = found(&records, author, "", None);
        assert_eq!(found.published, expected, "{policy} {author}: {found:?}");
    }
}
