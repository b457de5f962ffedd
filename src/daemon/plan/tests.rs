//! A table of changes to a configuration, and what each asks for.

use std::path::Path;

use super::*;

const BASE: &str = r#"
instance = "desk.example"
state_dir = "state"

[[desk]]
name = "support"
address = "support@desk.example"
ticket_prefix = "EX"
default_level = "community"
sender_proof = "off"
[desk.imap]
host = "imap.example"
user = "support"
password_file = "support.password"
[desk.smtp]
host = "smtp.example"

[[desk]]
name = "sales"
address = "sales@desk.example"
aliases = ["buy@desk.example"]
ticket_prefix = "SA"
default_level = "community"
sender_proof = "off"
[desk.imap]
host = "imap.example"
user = "sales"
password_file = "sales.password"
[desk.smtp]
host = "smtp.example"

[level.community]
title = "Community support"
"#;

const BILLING: &str = r#"
[[desk]]
name = "billing"
address = "billing@desk.example"
ticket_prefix = "BI"
default_level = "community"
sender_proof = "off"
[desk.imap]
host = "imap.example"
user = "billing"
password_file = "billing.password"
[desk.smtp]
host = "smtp.example"
"#;

fn config(text: &str) -> Config {
    Config::parse(text, Path::new("/etc/tidings/tidings.toml")).unwrap()
}

/// The desk `sales` with its tables.
fn sales() -> &'static str {
    let begin = BASE.rfind("[[desk]]").unwrap();
    &BASE[begin..BASE.find("[level.").unwrap()]
}

fn planned(before: &str, after: &str) -> String {
    let plan = plan(&config(before), &config(after));
    let list = |desks: &[Box<str>]| desks.join(" ");
    let (kept, changed) = (list(&plan.kept), list(&plan.changed));
    let (new, gone, at_restart) = (list(&plan.new), list(&plan.gone), plan.at_restart.join(" "));
    format!("kept[{kept}] changed[{changed}] new[{new}] gone[{gone}] at restart[{at_restart}]")
}

#[test]
fn what_is_the_same_is_kept() {
    let reordered = BASE.replace(sales(), "").replace("[[desk]]", &format!("{}[[desk]]", sales()));
    check("nothing", BASE, "kept[support sales]");
    check(
        "a comment and spaces",
        &format!("# why\n{}", BASE.replace(" = ", "=")),
        "kept[support sales]",
    );
    check(
        "a default that is written out",
        &with(r#"user = "sales""#, "user = \"sales\"\npoll = \"60s\""),
        "kept[support sales]",
    );
    check("the order of desks", &reordered, "kept[sales support]");

    #[track_caller]
    fn check(what: &str, after: &str, expected: &str) {
        let expected = format!("{expected} changed[] new[] gone[] at restart[]");
        assert_eq!(planned(BASE, after), expected, "{what}");
    }
}

/// The base with something else in it.
fn with(from: &str, to: &str) -> String {
    assert!(BASE.contains(from), "{from}");
    BASE.replacen(from, to, 1)
}

#[test]
fn what_differs_is_stopped_started_or_left_for_a_restart() {
    let one = "kept[support] changed[sales] new[] gone[] at restart[]";
    check("its user", &with(r#"user = "sales""#, r#"user = "shop""#), one);
    check("its password file", &with("sales.password", "shop.password"), one);
    check(
        "its folders",
        &with(r#"user = "sales""#, "user = \"sales\"\nfolders = [\"INBOX\", \"A\"]"),
        one,
    );
    check("its prefix", &with(r#""SA""#, r#""SB""#), one);

    let both = "kept[] changed[support sales] new[] gone[] at restart[]";
    check("another desk's address", &with("sales@desk", "shop@desk"), both);
    check("another desk's alias", &with("buy@desk", "order@desk"), both);
    check("a level's title", &with("Community support", "Free support"), both);
    check("one level more", &format!("{BASE}[level.vip]\ntitle = \"VIP\"\n"), both);

    check("the priorities", &format!("{BASE}[priority]\ndefault = \"low\"\n"), both);

    let billing = with("[level.", &format!("{BILLING}[level."));
    check("a new desk", &billing, "kept[] changed[support sales] new[billing] gone[] at restart[]");
    let alone = BASE.replace(sales(), "");
    check("a desk less", &alone, "kept[] changed[support] new[] gone[sales] at restart[]");
    let renamed = with(r#"name = "sales""#, r#"name = "shop""#);
    check("another name", &renamed, "kept[support] changed[] new[shop] gone[sales] at restart[]");

    let later = |key: &str| format!("kept[support sales] changed[] new[] gone[] at restart[{key}]");
    check("the instance", &with(r#""desk.example""#, r#""help.example""#), &later("instance"));
    check("the state directory", &with(r#""state""#, r#""other""#), &later("state_dir database"));
    check("the database", &format!("database = \"sqlite:new.db\"{BASE}"), &later("database"));
    check("the key", &format!("key_file = \"key\"{BASE}"), &later("key"));

    #[track_caller]
    fn check(what: &str, after: &str, expected: &str) {
        assert_eq!(planned(BASE, after), expected, "{what}");
    }
}

#[test]
fn what_is_taken_has_the_desks_of_the_one_and_the_rest_of_the_other() {
    let before = config(BASE);
    let changed = BASE.replace("\"desk.example\"", "\"help.example\"").replace("\"SA\"", "\"SB\"");
    let after = config(&format!("{changed}[priority]\ndefault = \"low\"\n"));
    let taken = taken(&before, after.clone());
    assert_eq!((&taken.instance, &taken.desks), (&before.instance, &after.desks));
    assert_eq!(taken.priorities, after.priorities);
    assert_eq!(plan(&taken, &after).at_restart, ["instance"], "told again");
    assert_eq!(plan(&taken, &after).changed, [] as [Box<str>; 0]);
}

#[test]
fn who_is_told_of_what_is_taken_and_where_it_is_asked_is_not() {
    let status = "[status]\ntrouble = \"9m\"\nmetrics = \"127.0.0.1:1\"\n";
    let tables = format!("operator = \"ops@x.example\"\n{status}[[desk]]");
    let (before, after) = (config(BASE), config(&BASE.replacen("[[desk]]", &tables, 1)));
    let plan = plan(&before, &after);
    assert_eq!((plan.kept.len(), plan.at_restart), (2, vec!["status.metrics"]));
    let taken = taken(&before, after.clone());
    assert_eq!((&taken.operator, taken.status.limits), (&after.operator, after.status.limits));
    assert_eq!(taken.status.metrics, before.status.metrics);
}

#[test]
fn another_certificate_under_the_same_name_is_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let certificate = || {
        let key = rcgen::KeyPair::generate().unwrap();
        rcgen::CertificateParams::new(vec!["ca.example".to_owned()])
            .unwrap()
            .self_signed(&key)
            .unwrap()
            .pem()
    };
    let line = format!("user = \"sales\"\nca_file = \"{}\"", file.display());
    let text = with(r#"user = "sales""#, &line);
    std::fs::write(&file, certificate()).unwrap();
    let (before, same) = (config(&text), config(&text));
    assert_eq!(plan(&before, &same).changed, [] as [Box<str>; 0]);
    std::fs::write(&file, certificate()).unwrap();
    assert_eq!(plan(&before, &config(&text)).changed, ["sales".into()]);
}

#[test]
fn the_log_says_what_changed() {
    let said = |after: &str| plan(&config(BASE), &config(after)).to_string();
    assert_eq!(said(BASE), "no desk has changed");
    let billing = with("[level.", &format!("{BILLING}[level."));
    assert_eq!(said(&billing), "changed: support, sales; new: billing");
    let renamed = with(r#"name = "sales""#, r#"name = "shop""#);
    assert_eq!(said(&renamed), "new: shop; gone: sales");
}
