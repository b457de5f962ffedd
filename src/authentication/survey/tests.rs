//! What is counted, and what is proposed from it.

use super::proposal::propose;
use super::*;

const TOOK: &str =
    "Received: from out.example (out.example [192.0.2.1]) by mx.desk.example (Postfix)";
const INNER: &str =
    "Received: from mx.desk.example (mx [10.0.0.1]) by store.desk.example with ESMTP";
const PASS: &str = "Authentication-Results: mx.desk.example; dmarc=pass header.from=a.example";
const BARE: &str = "Authentication-Results: spf=pass smtp.mailfrom=x.example";
const LOGIN: &str =
    "Received: from l (l [192.0.2.2]) (Authenticated sender: ada) by mx.desk.example (Postfix)";

fn survey(messages: &[(usize, &[&str])], trust: &Trust) -> Survey {
    let mut survey = Survey::default();
    for (count, lines) in messages {
        for _ in 0..*count {
            survey.add(format!("{}\r\n\r\n", lines.join("\r\n")).as_bytes(), trust);
        }
    }
    survey
}

fn trusting(mode: Mode) -> Trust {
    let ours: Box<str> = "mx.desk.example".into();
    let addresses = vec![crate::mail::address::Address::parse("support@desk.example").unwrap()];
    Trust {
        authservs: vec![ours.clone()],
        boundary: vec![ours],
        mode,
        addresses,
        ..Trust::default()
    }
}

#[test]
fn aut_28_what_is_believed_and_what_looks_forged_is_counted() {
    let messages: &[(usize, &[&str])] = &[
        (5, &[PASS, TOOK]),
        (2, &[TOOK, PASS]),
        (1, &[PASS, TOOK, PASS]),
        (1, &[TOOK, "From: x@a.example", PASS]),
        (1, &["From: x@a.example"]),
    ];
    let standard = survey(messages, &trusting(Mode::Standard));
    assert_eq!((standard.messages, standard.bounded), (10, 9));
    assert_eq!((standard.believed, standard.forged), (6, 4));
    let of = |tally: &Tally| tally.of("mx.desk.example");
    assert_eq!((of(&standard.above), of(&standard.next), of(&standard.below)), (6, 3, 4));
    let below = survey(messages, &trusting(Mode::Below));
    assert_eq!((below.believed, below.forged), (8, 1));
}

#[test]
fn aut_28_colleagues_are_counted_by_their_domain() {
    let messages: &[(usize, &[&str])] = &[
        (3, &[LOGIN, "From: ada@desk.example"]),
        (1, &[LOGIN, "From: bob@desk.example"]),
        (1, &[TOOK, "From: ada@desk.example"]),
        (1, &[LOGIN, "From: ada@other.example"]),
        (1, &[LOGIN, "From: ada@desk.example, bob@desk.example"]),
    ];
    let found = survey(messages, &trusting(Mode::Standard));
    let expected = Insiders { messages: 5, proven: 3 };
    assert_eq!(found.insiders, BTreeMap::from([("desk.example".to_owned(), expected)]));
    assert_eq!(found.logins, 6);
}

#[test]
fn what_the_operator_may_write_is_read_from_most_messages() {
    let evil = "Received: from x (x [192.0.2.9]) by evil.example with SMTP";
    let forged = "Authentication-Results: evil.example; dmarc=pass";
    let mx = "boundary mx.desk.example";
    check(&[(20, &[PASS, TOOK])], &format!("{mx}, authserv mx.desk.example, standard"));
    check(&[(20, &[INNER, PASS, TOOK])], &format!("{mx}, authserv mx.desk.example, standard"));
    check(&[(20, &[TOOK, PASS])], &format!("{mx}, authserv mx.desk.example, below"));
    check(&[(20, &[BARE, TOOK])], &format!("{mx}, authserv , exchange"));
    check(&[(20, &[TOOK])], &format!("{mx}, authserv , standard"));
    // What senders wrote into a few is not proposed.
    check(&[(15, &[TOOK]), (5, &[TOOK, forged])], &format!("{mx}, authserv , standard"));
    check(
        &[(30, &[PASS, TOOK]), (1, &[evil])],
        &format!("{mx}, authserv mx.desk.example, standard"),
    );
    // Who does not always write there is not believed there; logins are not checked.
    check(
        &[(18, &[TOOK, PASS]), (2, &[TOOK])],
        &format!("{mx}, authserv , standard, mx.desk.example in 18"),
    );
    check(&[(18, &[TOOK, PASS]), (9, &[LOGIN])], &format!("{mx}, authserv mx.desk.example, below"));
    check(&[(20, &["From: x@a.example"])], "none");
    check(&[(20, &["Received: from ?( by mx.desk.example", TOOK])], "none");
    check(&[], "none");

    #[track_caller]
    fn check(messages: &[(usize, &[&str])], expected: &str) {
        let found =
            propose(&survey(messages, &Trust::default())).map_or("none".to_owned(), |found| {
                let unsteady = found.unsteady.map(|(name, count)| format!(", {name} in {count}"));
                format!(
                    "boundary {}, authserv {}, {}{}",
                    found.boundary.join(" "),
                    found.authservs.join(" "),
                    found.mode.as_str(),
                    unsteady.unwrap_or_default()
                )
            });
        assert_eq!(found, expected, "{messages:?}");
    }
}

#[test]
fn many_hosts_of_one_domain_are_proposed_as_one() {
    let by = |host: &str| format!("Received: from o (o [192.0.2.1]) by {host} with ESMTP");
    check(&["a.mx.example", "b.mx.example"], &["a.mx.example", "b.mx.example"]);
    check(&["a.mx.example", "b.mx.example", "c.mx.example"], &["*.mx.example"]);
    let edge = "X1.mail.protection.outlook.com";
    check(&[edge], &["*.mail.protection.outlook.com"]);
    // Its inner hosts speak to each other from public addresses.
    let inner = "Received: from a (2603:10a6::1) by AM0.eurprd01.prod.outlook.com with HTTPS";
    let fields = format!("{inner}\r\n{}", by(edge));
    let found = survey(&[(1, &[&fields])], &Trust::default());
    assert_eq!(found.takers.ranked(), [("x1.mail.protection.outlook.com", 1)]);

    #[track_caller]
    fn check(hosts: &[&str], expected: &[&str]) {
        let fields: Vec<String> = hosts
            .iter()
            .map(|host| format!("Received: from o (o [192.0.2.1]) by {host}"))
            .collect();
        let lines: Vec<[&str; 1]> = fields.iter().map(|field| [field.as_str()]).collect();
        let messages: Vec<(usize, &[&str])> = lines.iter().map(|line| (1, &line[..])).collect();
        let found = propose(&survey(&messages, &Trust::default())).unwrap();
        assert_eq!(found.boundary, expected);
    }
}

#[test]
fn a_host_of_a_private_network_is_not_outside() {
    for (client, outside) in [
        ("192.0.2.1", true),
        ("IPv6:2001:db8::1", true),
        ("10.1.2.3", false),
        ("192.168.0.1", false),
        ("127.0.0.1", false),
        ("IPv6:fd00::1", false),
        ("IPv6:fe80::1", false),
        ("IPv6:::1", false),
        ("not an address", false),
    ] {
        let text = format!("from o (o [{client}]) by mx.desk.example");
        assert_eq!(Received::parse(&text).unwrap().is_from_outside(), outside, "{client}");
    }
}

#[test]
fn thr_11_long_names_and_many_fields_are_bounded() {
    let name = "x".repeat(5000);
    let one = format!("Authentication-Results: {name}; none");
    let mut fields = vec![one.as_str(); 30];
    fields.push(TOOK);
    let ids: Vec<String> =
        (0..100).map(|n| format!("Authentication-Results: n{n}.example; none")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).chain([TOOK]).collect();
    let found = survey(&[(1, &fields), (1, &ids)], &Trust::default());
    let ranked = found.above.ranked();
    assert_eq!(ranked.len(), 1 + FIELDS_MAX);
    assert!(ranked.iter().all(|(name, _)| name.len() <= NAME_MAX));
}
