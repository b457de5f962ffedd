//! The grammar: what RFC 8601 shows, what servers write, what attackers write.

use proptest::prelude::*;

use super::*;

/// `authserv: method=result name=value …; …`, or the error.
fn shown(text: &str, form: Form) -> String {
    match parse(text, form) {
        Err(error) => format!("! {error}"),
        Ok(results) => {
            let statements = results.statements.iter().map(|one| {
                let properties =
                    one.properties.iter().map(|(name, value)| format!(" {name}={value}"));
                format!("{}={}{}", one.method, one.result, properties.collect::<String>())
            });
            let said = statements.collect::<Vec<_>>().join("; ");
            format!("{}: {said}", results.authserv.as_deref().unwrap_or("-"))
        }
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(shown(text, Form::Standard), expected, "{text}");
}

#[test]
fn std_71_the_examples_of_rfc_8601_appendix_b() {
    check("example.org 1; none", "example.org: ");
    check(
        "example.com;\t  spf=pass smtp.mailfrom=example.net",
        "example.com: spf=pass smtp.mailfrom=example.net",
    );
    check(
        "example.com;\t  auth=pass (cram-md5) smtp.auth=sender@example.net;\t  spf=pass \
         smtp.mailfrom=example.net",
        "example.com: auth=pass smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net",
    );
    check(
        "example.com;\t  sender-id=fail header.from=example.com;\t  dkim=pass (good signature) \
         header.d=example.com",
        "example.com: sender-id=fail header.from=example.com; dkim=pass header.d=example.com",
    );
    check(
        "example.com;  dkim=pass reason=\"good signature\" header.i=@mail-router.example.net;  \
         dkim=fail reason=\"bad signature\" header.i=@newyork.example.com",
        "example.com: dkim=pass reason=good signature header.i=@mail-router.example.net; \
         dkim=fail reason=bad signature header.i=@newyork.example.com",
    );
    check(
        "foo.example.net (foobar) 1 (baz);\t   dkim (Because I like it) / 1 (One yay) = (wait for \
         it) fail\t     policy (A dot can go here) . (like that) expired\t     (this surprised me) = \
         (as I wasn't expecting it) 1362471462",
        "foo.example.net: dkim=fail policy.expired=1362471462",
    );
}

#[test]
fn std_71_what_servers_write() {
    check(
        "mx.google.com;  dkim=pass header.i=@example.com header.s=x header.b=\"abc/d+=\";  \
         spf=pass (google.com: domain of a@b.c designates 192.0.2.1 as permitted sender) \
         smtp.mailfrom=a@b.c;  dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.com",
        "mx.google.com: dkim=pass header.i=@example.com header.s=x header.b=abc/d+=; spf=pass \
         smtp.mailfrom=a@b.c; dmarc=pass header.from=example.com",
    );
    check("mx; spf=pass smtp.mailfrom=", "mx: spf=pass smtp.mailfrom=");
    check("mx; spf=pass;", "mx: spf=pass");
    check("mx;; spf=pass ; ;", "mx: spf=pass");
    check("mx", "mx: ");
    check(
        "MX.Example.COM; SPF=Pass SMTP.MailFrom=Example.COM",
        "mx.example.com: spf=pass smtp.mailfrom=Example.COM",
    );
    check("\"mx example\"; spf=pass", "mx example: spf=pass");
    check(
        "bücher.example; spf=pass smtp.mailfrom=a@bücher.example",
        "bücher.example: spf=pass smtp.mailfrom=a@bücher.example",
    );
    check(
        "mx; auth=pass smtp.auth=\"a \\\"b\\\"\"@x.example",
        "mx: auth=pass smtp.auth=a \"b\"@x.example",
    );
    check(
        "mx; dmarc=pass(p=none) header.from=x; dmarc=fail",
        "mx: dmarc=pass header.from=x; dmarc=fail",
    );
}

#[test]
fn std_71_what_does_not_follow_the_grammar_says_nothing() {
    check("", "! no name of a server");
    check("; spf=pass", "! no name of a server");
    check("spf=pass smtp.mailfrom=x", "! no name of a server");
    check("mx spf=pass", "! no name of a server");
    check("mx 1 spf=pass", "! words that are no statement");
    check("mx; spf", "! words that are no statement");
    check("mx; spf=", "! words that are no statement");
    check("mx; =pass", "! words that are no statement");
    check("mx; none spf=pass", "! words that are no statement");
    check("mx; spf=pass smtp.mailfrom", "! words that are no property");
    check("mx; spf=pass .mailfrom=x", "! words that are no property");
    check("mx; spf=pass smtp.=x", "! words that are no property");
    check("mx; spf=pass, dkim=pass", "! words that are no property");
    check("mx; spf=pass (no end", "! a comment or quoted string without an end");
    check("mx; spf=pass reason=\"no end", "! a comment or quoted string without an end");
    check("mx; spf=pass reason=\"x\\", "! a comment or quoted string without an end");
    check("mx; dmarc=pass header.from=a header.from=b", "! a property with two values");
    check("mx; spf=pass)", "! words that are no property");
    // CVE-2020-12272
    check(
        "mx; dkim=pass header.d=example.net(.example.com",
        "! a comment or quoted string without an end",
    );
    check("mx; dkim=pass header.d=example.net(.example.com)", "mx: dkim=pass header.d=example.net");
    check("mx(; spf=fail); spf=pass", "mx: spf=pass");
    check(
        "mx; spf=fail reason=\"; dmarc=pass header.from=x\"",
        "mx: spf=fail reason=; dmarc=pass header.from=x",
    );
}

#[test]
fn std_72_exchange_speaks_without_a_name() {
    #[track_caller]
    fn exchange(text: &str, expected: &str) {
        assert_eq!(shown(text, Form::Exchange), expected, "{text}");
    }
    exchange(
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dkim=pass (signature was \
         verified) header.d=x.example;dmarc=pass action=none header.from=x.example;compauth=pass \
         reason=100",
        "-: spf=pass smtp.mailfrom=x.example; dkim=pass header.d=x.example; dmarc=pass action=none \
         header.from=x.example; compauth=pass reason=100",
    );
    exchange("dkim=none (message not signed) header.d=none", "-: dkim=none header.d=none");
    exchange("", "-: ");
    exchange("mx.example.com; spf=pass", "! words that are no statement");
    exchange("spf=pass dkim=pass", "-: spf=pass dkim=pass");
}

#[test]
fn thr_11_depth_and_number_have_bounds() {
    let deep = format!("mx; spf=pass {}{} smtp.mailfrom=x", "(".repeat(1000), ")".repeat(1000));
    check(&deep, "mx: spf=pass smtp.mailfrom=x");
    check(&format!("mx; {}", "(".repeat(1_000_000)), "! a comment or quoted string without an end");
    let many = |count: usize| parse(&format!("mx{}", "; spf=pass".repeat(count)), Form::Standard);
    assert_eq!(many(STATEMENTS_MAX).map(|found| found.statements.len()), Ok(STATEMENTS_MAX));
    assert_eq!(many(STATEMENTS_MAX + 1), Err(Malformed::TooMany));
    let wide = |count: usize| {
        let properties: Vec<_> = (0..count).map(|number| format!("a.b{number}=c")).collect();
        parse(&format!("mx; spf=pass {}", properties.join(" ")), Form::Standard)
    };
    assert_eq!(wide(PROPERTIES_MAX).map(|found| found.statements.len()), Ok(1));
    assert_eq!(wide(PROPERTIES_MAX + 1), Err(Malformed::TooMany));
}

proptest! {
    #[test]
    fn thr_11_any_text_is_results_or_an_error(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "mx", ";", " ", "(", ")", "\"", "\\", "spf", "=", "pass", ".", "smtp", "/", "1", "ü",
            "\t", "none", "\u{0}", "@",
        ]), 0..60),
        noise in ".{0,40}",
    ) {
        let text = pieces.concat() + &noise;
        for form in [Form::Standard, Form::Exchange] {
            let first = parse(&text, form);
            prop_assert_eq!(&first, &parse(&text, form));
            if let Ok(results) = first {
                prop_assert!(results.statements.iter().all(|one| !one.method.is_empty()));
            }
        }
    }
}
