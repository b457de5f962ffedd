//! Chains of ARC, whole, and broken in every way that the conformance suite of ARC knows
//! (`ValiMail/arc_test_suite`), made anew here: the word for each.

use mail_auth::{AuthenticatedMessage, DkimResult, MessageAuthenticator};
use tidings::dns::{NameServer, resolver};
use tidings::mail::proof::Outcome;

use super::own::ask;
use super::sealer::{SEALER, Sealed, Set, sealed};
use super::signer::{Key, RECEIVED, mail};
use super::zone::{Has, Zone};

const PASS: Outcome = Outcome::Pass;
const FAIL: Outcome = Outcome::Fail;

fn zone() -> Zone {
    let key = Key::ed25519().record();
    let text = |text: &str| Has::Text(text.to_owned());
    Zone::of(&[
        (&format!("s._domainkey.{SEALER}"), text(&key)),
        // White space, as zones fold a key.
        (
            &format!("folded._domainkey.{SEALER}"),
            text(&key.replace("p=", "p= ").replace('a', "a ")),
        ),
        (&format!("revoked._domainkey.{SEALER}"), text("v=DKIM1; k=ed25519; p=")),
        (&format!("invalid._domainkey.{SEALER}"), text("v=DKIM1; k=rsa; omgwhatsgoingon")),
        (&format!("another._domainkey.{SEALER}"), text(&Key::another().record())),
        ("other._domainkey.other.example", text(&key)),
        (&format!("trouble._domainkey.{SEALER}"), Has::Trouble),
    ])
}

fn letter() -> String {
    mail("ada@example.com")
}

/// A whole chain.
fn chain(sets: usize) -> Vec<Set> {
    (1..=sets).map(Set::good).collect()
}

fn good(sets: usize) -> String {
    sealed(&letter(), &Key::ed25519(), &chain(sets))
}

fn one(set: Set) -> String {
    sealed(&letter(), &Key::ed25519(), &[set])
}

/// A mail without the nth of its fields of this name, or with it twice.
fn times(raw: &str, name: &str, nth: usize, times: usize) -> String {
    let at = |line: &str| line.starts_with(&format!("{name}:"));
    let mut seen = 0;
    raw.split_inclusive("\r\n")
        .map(|line| {
            seen += usize::from(at(line));
            line.repeat(if at(line) && seen == nth { times } else { 1 })
        })
        .collect()
}

/// How other verifiers of chains see it: none passes what mail-auth does not pass.
fn theirs(zone: &Zone, raw: &str) -> bool {
    let (config, options) = resolver(NameServer::At(zone.address)).unwrap();
    let Some(message) = AuthenticatedMessage::parse(raw.as_bytes()) else { return false };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let asks = MessageAuthenticator::new(config, options).unwrap();
    *runtime.block_on(asks.verify_arc(&message)).result() == DkimResult::Pass
}

#[track_caller]
fn check(zone: &Zone, name: &str, raw: &str, expected: Outcome) {
    let found = ask(zone, raw, RECEIVED, None);
    assert_eq!(found.arc, expected, "{name}: {:?}\n{raw}", found.broken);
    // Here mail-auth asks for names in the list, for no `l=`, and for a signature that is good today.
    let known = ["h= empty", "l= of all", "expires later"];
    if expected == PASS && !known.contains(&name) {
        assert!(theirs(zone, raw), "{name}: mail-auth does not pass it\n{raw}");
    }
}

#[test]
fn std_75_whole_chains_hold_up_to_fifty_sets() {
    let zone = zone();
    for (name, raw) in [("empty", ""), ("no header", "\r\nHey gang,\r\n"), ("no seal", &letter())] {
        check(&zone, name, raw, Outcome::None);
    }
    for sets in [1, 2, 3, 4, 5, 49, 50] {
        check(&zone, "whole", &good(sets), PASS);
    }
    // Asked for once, however many seals name it.
    assert!(zone.asked.lock().unwrap().len() < 60);
    check(&zone, "51 sets", &good(51), FAIL);
    // As a file has it, and in any order.
    check(&zone, "LF", &good(2).replace("\r\n", "\n"), PASS);
    let mut lines: Vec<_> = good(3).split_inclusive("\r\n").map(str::to_owned).collect();
    lines[..9].reverse();
    check(&zone, "other order", &lines.concat(), PASS);
}

#[test]
fn std_75_what_a_signature_or_seal_may_say() {
    let zone = zone();
    let set = || Set::good(1);
    for (name, set) in [
        ("blanks around ;", set().message("; c=", " ; c=").seal("; s=", " ; s=")),
        ("blanks around =", set().message("c=r", "c = r").seal("i=1", "i = 1")),
        ("; at the end", set().message("b={b}", "b={b};").seal("b={b}", "b={b};")),
        ("unknown tags", set().message("t=1", "w=flarp; t=1").seal("t=1", "w=catparty; t=1")),
        ("v=", set().message("i=1", "v=1; i=1")),
        ("h= with blanks", set().message("from:to", "from : to :\r\n\t")),
        ("h= in capitals", set().message("from:to", "FROM:To")),
        ("h= of what is not there", set().message("from:to", "from:x-not:to:x-not")),
        ("h= with an empty name", set().message("from:to", "from::to")),
        ("h= empty", set().message("h=from:to:subject:date", "h=")),
        ("h= of the results", set().message("from:to", "from:arc-authentication-results:to")),
        ("no t=", set().message("t=12345; ", "").seal("t=12345; ", "")),
        ("b= with blanks", set().message("b={b}", "b=\r\n {b}").seal("b={b}", "b=\r\n {b}")),
        ("bh= with blanks", set().message("{h}", " {h}\r\n ")),
        ("simple body", set().message("relaxed/relaxed", "relaxed/simple")),
        ("no form of the body", set().message("relaxed/relaxed", "relaxed")),
        (
            "order",
            set()
                .message("i=1; ", "")
                .message("s=s;", "s=s; i=1;")
                .seal("i=1; ", "")
                .seal("s=s;", "s=s; i=1;"),
        ),
        ("folded key", set().message("s=s", "s=folded").seal("s=s", "s=folded")),
        ("domains differ", set().seal("s=s", "s=other").seal(SEALER, "other.example")),
        ("D in capitals", set().message(SEALER, "LIST.Example").seal(SEALER, "List.example")),
        ("l= of all", set().message("t=1", "l=24; t=1")),
        ("expires later", set().message("t=12345", &format!("t=12345; x={}", RECEIVED + 1))),
    ] {
        check(&zone, name, &one(set), PASS);
    }
    // An older signature may sign what changed, or have expired, since.
    let key = Key::ed25519();
    let old = set().message("t=12345", "t=12345; x=12346");
    check(&zone, "expired before", &sealed(&letter(), &key, &[old, Set::good(2)]), PASS);
    let changed =
        Sealed::new(&letter()).with(&key, &set()).changed("Subject: ", "Subject: [list] ");
    check(&zone, "changed before", &changed.with(&key, &Set::good(2)).raw, PASS);
    let of_older = Set::good(2).message("from:to", "from:arc-message-signature:to");
    check(&zone, "h= of the older signature", &sealed(&letter(), &key, &[set(), of_older]), PASS);
    // What stands in a form that counts for nothing.
    let raw = one(set());
    for (from, to) in [
        ("From: ada", "FROM:   ada"),
        ("Subject: help", "subject : \r\n\thelp \t"),
        ("ARC-Seal: i=1;", "arc-SEAL:  i=1;  \r\n "),
        ("My printer is", "My \t printer  is  "),
        ("fire.\r\n", "fire.\r\n\r\n \t\r\n\r\n"),
        ("fire.\r\n", "fire."),
    ] {
        assert!(raw.contains(from), "{from}");
        let found = ask(&zone, &raw.replace(from, to), RECEIVED, None);
        assert_eq!(found.arc, PASS, "{to:?}: {:?}", found.broken);
    }
}

#[test]
fn std_75_a_chain_that_is_not_whole_is_none() {
    let zone = zone();
    let (first, second) = (good(1), good(2));
    for name in ["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"] {
        check(&zone, &format!("no {name}"), &times(&first, name, 1, 0), FAIL);
        check(&zone, &format!("two {name}"), &times(&first, name, 1, 2), FAIL);
        for nth in [1, 2] {
            check(&zone, &format!("no {name} {nth}"), &times(&second, name, nth, 0), FAIL);
            check(&zone, &format!("two {name} {nth}"), &times(&second, name, nth, 2), FAIL);
        }
        for other in ["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"] {
            let alone = times(&times(&first, other, 1, 0), name, 1, 0);
            check(&zone, &format!("neither {name} nor {other}"), &alone, FAIL);
        }
    }
    let twice = format!("{}{first}", &first[..first.find("From:").unwrap()]);
    check(&zone, "the set twice", &twice, FAIL);
    let key = Key::ed25519();
    let numbered = |at: usize| {
        let mut set = Set::good(1);
        for text in [&mut set.results, &mut set.message, &mut set.seal] {
            *text = text.replacen("i=1", &format!("i={at}"), 1);
        }
        set
    };
    check(&zone, "i=0", &one(numbered(0)), FAIL);
    check(&zone, "i=2 alone", &one(numbered(2)), FAIL);
    check(&zone, "i=51 alone", &one(numbered(51)), FAIL);
    check(&zone, "1 and 3", &sealed(&letter(), &key, &[Set::good(1), Set::good(3)]), FAIL);
    check(&zone, "0 and 1", &sealed(&letter(), &key, &[numbered(0), Set::good(1)]), FAIL);
    for instance in ["", "i=; ", "i=a; ", "i=-1; ", "i=1 1; ", "i=+1; ", "i=001; ", "i=1; i=1; "] {
        let changed = |text: &str| text.replacen("i=1; ", instance, 1);
        let (mut results, mut message, mut seal) = (Set::good(1), Set::good(1), Set::good(1));
        results.results = changed(&results.results);
        message.message = changed(&message.message);
        seal.seal = changed(&seal.seal);
        for (of, set) in [("results", results), ("signature", message), ("seal", seal)] {
            // Behind the instance of results stands who speaks, whatever he is called.
            if (of, instance) == ("results", "i=1; i=1; ") {
                continue;
            }
            check(&zone, &format!("{instance:?} in the {of}"), &one(set), FAIL);
        }
    }
    let mut set = Set::good(1);
    for results in
        ["list.example; i=1; dmarc=pass", "i=1 list.example; dmarc=pass", "I=1; list.example"]
    {
        set.results = results.to_owned();
        check(&zone, results, &one(set.clone()), FAIL);
    }
}

#[test]
fn std_75_a_signature_that_breaks_a_rule_breaks_the_chain() {
    let zone = zone();
    for (from, to) in [
        ("a=ed25519-sha256; ", ""),
        ("a=ed25519-sha256", "a="),
        ("a=ed25519-sha256", "a=rsa-sha1"),
        ("a=ed25519-sha256", "a=rsa-sha256"),
        ("a=ed25519-sha256", "a=rsa-poptart"),
        ("; b={b}", ""),
        ("b={b}", "b="),
        ("b={b}", "b=not_base_64"),
        ("bh={h}; ", ""),
        ("bh={h}", "bh="),
        ("bh={h}", "bh=not_base_64"),
        ("bh={h}", "bh=Z3JlbWxpbnM="),
        ("c=relaxed/relaxed; ", ""),
        ("c=relaxed/relaxed", "c="),
        ("c=relaxed/relaxed", "c=simple/simple"),
        ("c=relaxed/relaxed", "c=simple/relaxed"),
        ("c=relaxed/relaxed", "c=pancake/waffle"),
        ("c=relaxed/relaxed", "c=Relaxed/Relaxed"),
        ("d=list.example; ", ""),
        ("d=list.example", "d="),
        ("d=list.example", "d=list..."),
        ("d=list.example", "d=***"),
        ("d=list.example", "D=list.example"),
        ("h=from:to:subject:date; ", ""),
        ("h=from:to:subject:date", "H=from:to:subject:date"),
        ("h=from:to", "h=from:arc-seal:to"),
        ("h=from:to", "h=from:ARC-Seal:to"),
        ("s=s; ", ""),
        ("s=s", "s="),
        ("s=s", "s=none"),
        ("s=s", "s=revoked"),
        ("s=s", "s=invalid"),
        ("s=s", "s=another"),
        ("s=s", "s=s; s=s"),
        ("t=12345", "t="),
        ("t=12345", "t=icecream"),
        ("t=12345", "t=1 2345"),
        ("t=12345", "t=12345;"),
        ("t=12345", "t=12345; =="),
        ("t=12345", "t=12345; _="),
        ("t=12345", "t=12345; word"),
        ("t=12345", "t=12345; x=12345"),
        ("t=12345", "t=12345; x=12346"),
        ("t=12345", "t=12345; l=10"),
        ("t=12345", "t=12345; l=25"),
    ] {
        check(&zone, &format!("{to} for {from}"), &one(Set::good(1).message(from, to)), FAIL);
    }
}

#[test]
fn std_75_what_is_changed_after_the_last_seal_breaks_the_chain() {
    let zone = zone();
    for (from, to) in [
        ("My printer", "Our printer"),
        ("My printer", "My\r\nprinter"),
        ("From: ada", "From: bob"),
        ("From: ada", "From: eve@evil.example\r\nFrom: ada"),
        ("Subject: help", "Subject: help (mod)"),
        ("Subject: help\r\n", ""),
        ("To: support", "To: evil@desk.example\r\nTo: support"),
        ("h=from:to", "h=to:from"),
        ("h=from:to", "h=from"),
        ("t=12345; h=", "t=12346; h="),
    ] {
        let raw = if to.contains("evil@") {
            // Signed from the bottom up: which of two comes first matters.
            let set = Set::good(1).message("from:to", "from:to:to");
            one(set).replace("To: support", "To: other@desk.example\r\nTo: support")
        } else {
            good(1).replace(from, to)
        };
        assert_ne!(raw, good(1), "{from}");
        let found = ask(&zone, &raw, RECEIVED, None);
        assert_eq!(found.arc, FAIL, "{to}: {:?}", found.broken);
    }
}

#[test]
fn std_75_a_seal_that_breaks_a_rule_breaks_the_chain() {
    let zone = zone();
    for (from, to) in [
        ("a=ed25519-sha256; ", ""),
        ("a=ed25519-sha256", "a="),
        ("a=ed25519-sha256", "a=rsa-sha1"),
        ("a=ed25519-sha256", "a=rsa-sha42"),
        ("; b={b}", ""),
        ("b={b}", "b="),
        ("b={b}", "b=yo-mama"),
        ("b={b}", "b={b}; h=from:to"),
        ("b={b}", "b={b};; w=1"),
        ("cv=none; ", ""),
        ("cv=none", "cv="),
        ("cv=none", "cv=:)"),
        ("cv=none", "cv=pass"),
        ("cv=none", "cv=fail"),
        ("cv=none", "cv=None"),
        ("d=list.example; ", ""),
        ("d=list.example", "d="),
        ("d=list.example", "d=***"),
        ("s=s; ", ""),
        ("s=s", "s="),
        ("s=s", "S=s"),
        ("s=s", "s=none"),
        ("s=s", "s=revoked"),
        ("s=s", "s=invalid"),
        ("s=s", "s=another"),
        ("s=s", "s=s; s=s"),
        ("s=s", "s=s; _="),
        ("t=12345", "t="),
        ("t=12345", "t=-123.4"),
        ("t=12345", "t=12 345"),
    ] {
        check(&zone, &format!("{to} for {from}"), &one(Set::good(1).seal(from, to)), FAIL);
    }
    // A seal of the form before the RFC says its time.
    let early = Set::good(1).seal("i=1; ", "").seal("t=12345", "i=1");
    check(&zone, "early form without a time", &one(early), FAIL);
    let key = Key::ed25519();
    for (nth, status) in
        [(1, "pass"), (1, "fail"), (2, "none"), (2, "fail"), (3, "none"), (3, "fail")]
    {
        let mut sets = chain(3);
        let (_, rest) = sets[nth - 1].seal.split_once("cv=").unwrap();
        let found = rest[..4].to_owned();
        sets[nth - 1] = sets[nth - 1].clone().seal(&format!("cv={found}"), &format!("cv={status}"));
        check(&zone, &format!("cv={status} in {nth}"), &sealed(&letter(), &key, &sets), FAIL);
    }
    let raw = good(2);
    for (from, to) in [
        ("i=1; list.example; dmarc=pass", "i=1; list.example; dmarc=fail"),
        ("i=2; list.example; dmarc=pass", "i=2; list.example; dmarc=none"),
        ("cv=pass; d=list.example; s=s; t=12345", "cv=pass; d=list.example; s=s; t=12346"),
        ("cv=none; d=list.example; s=s; t=12345", "cv=none; d=list.example; s=s; t=12346"),
        ("i=1; a=ed25519-sha256; c=relaxed/relaxed", "i=1; a=ed25519-sha256; c=relaxed"),
    ] {
        assert!(raw.contains(from), "{from}");
        check(&zone, to, &raw.replace(from, to), FAIL);
    }
    let trouble = Set::good(1).seal("s=s", "s=trouble");
    check(&zone, "no answer", &one(trouble), Outcome::TempError);
}

#[test]
fn std_74_the_length_of_an_rsa_key_counts_for_seals_too() {
    for (bits, expected) in [(512, FAIL), (1024, PASS), (2048, PASS)] {
        let key = Key::rsa(bits);
        let name = format!("s._domainkey.{SEALER}");
        let zone = Zone::of(&[(name.as_str(), Has::Text(key.record()))]);
        let (from, to) = ("a=ed25519-sha256", "a=rsa-sha256");
        let set = Set::good(1).message(from, to).seal(from, to);
        check(&zone, &format!("{bits} bits"), &sealed(&letter(), &key, &[set]), expected);
    }
}
