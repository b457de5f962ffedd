//! Files of accounts: what is wrong is said at once, what is right is done as a whole.

use super::{GOOD, changed, output};
use crate::support::desk::{Desk, wait_until};

const TOML: &str = r#"
[[account]]
id = "acme"
name = "Acme"
contacts = ["ada@acme.example", "@acme.example"]
[[account.licence]]
key = "K-1"
level = "community"
from = 2026-01-01
until = 2026-12-31
"#;

const CSV: &str = "account,name,contact,licence,level,from,until,status\n\
    acme,Acme,ada@acme.example,K-1,community,2026-01-01,2026-12-31,active\n\
    acme,,@acme.example,K-1,community,2026-01-01,2026-12-31,\n";

/// A desk whose database is there.
fn desk() -> Desk {
    let desk = Desk::with_config(GOOD);
    desk.run(&["run", "--once"]);
    desk
}

fn import(desk: &Desk, name: &str, text: &str, more: &[&str]) -> (Option<i32>, String) {
    let path = desk.path(name);
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    let ran = desk.run(&[&["account", "import", &path], more].concat());
    (ran.code, output(&ran).replace(&path, name))
}

#[track_caller]
fn says(done: &(Option<i32>, String), code: i32, parts: &[&str]) {
    assert_eq!(done.0, Some(code), "{}", done.1);
    for part in parts {
        assert!(done.1.contains(part), "{part:?} is not in {}", done.1);
    }
}

#[test]
fn all_that_is_wrong_with_a_toml_file_is_said_with_its_place() {
    let desk = desk();
    let wrong = r#"
[[account]]
id = "acme"
nmae = "Acme"
status = "paid"
contacts = ["ada@acme.example", "@gmail.com", "ADA@acme.example", "nobody", 7]
groups = ["nowhere"]
[[account.licence]]
key = "K-1"
level = "platinum"
from = 2026-12-31
until = 2026-01-01
contacts = ["@web.de"]
[[account.licence]]
key = "K-1"
level = "community"
from = 2026-01-01T00:00:00Z
[[account]]
id = "broken
[[account]]
id = "acme"
[[account.coupon]]
code = "vip"
level = "community"
uses = -1
[[account.coupon]]
code = "VIP-1"
[acount]
id = "x"
"#;
    let done = import(&desk, "a.toml", wrong, &[]);
    says(
        &done,
        65,
        &[
            "a.toml: line 4, column 1: unknown key \"nmae\"",
            "a.toml: line 5, column 10: status \"paid\" is not",
            "a.toml: line 6, column 33: \"gmail.com\" is a free-mail domain",
            "a.toml: line 6, column 47: contact \"ada@acme.example\" stands twice; the first is at line 6, column 13",
            "a.toml: line 6, column 67: \"nobody\" is not an address",
            "a.toml: line 6, column 77: this must be a text",
            "a.toml: line 7, column 11: group \"nowhere\" is no account",
            "a.toml: line 10, column 9: there is no [level.platinum]",
            "a.toml: line 12, column 9: the licence ends before it begins",
            "a.toml: line 13, column 13: \"web.de\" is a free-mail domain",
            "a.toml: line 17, column 8: \"2026-01-01T00:00:00Z\" is not a day",
            "a.toml: line 19, column ",
            "a.toml: line 21, column 6: account \"acme\" stands twice; the first is at line 3, column 6",
            "a.toml: line 23, column 8: a coupon's code has",
            "a.toml: line 25, column 8: uses is a number",
            "a.toml: line 26, column 1: a coupon needs level",
            "a.toml: line 26, column 1: a coupon needs uses",
            "a.toml: line 28, column 2: unknown key \"acount\"",
            "nothing was imported",
        ],
    );
    assert_eq!(desk.json(&["account", "list", "--json"]).len(), 0);
    let twice = TOML.replace(
        "until = 2026-12-31",
        "[[account.licence]]\nkey = \"K-1\"\nlevel = \"community\"\nfrom = 2026-01-01",
    );
    says(
        &import(&desk, "a.toml", &twice, &[]),
        65,
        &["line 11, column 7: licence \"K-1\" stands twice; the first is at line 7, column 7"],
    );
}

#[test]
fn all_that_is_wrong_with_a_csv_file_is_said_with_its_place() {
    let desk = desk();
    let wrong = "account,name,contact,licence,level,from,until,status\n\
        acme,Acme,ada@acme.example,K-1,platinum,2026-01-01,2026-12-31,active\n\
        acme,Acme Inc,@gmail.com,K-1,community,2026-01-01,2025-12-31,off\n\
        other,Other,\"two\nlines\",,,2026-01-01,,\n\
        acme,Acme,ada@acme.example,K-1,platinum,2026-01-01,2026-12-31,active\n\
        short,line\n";
    let done = import(&desk, "a.csv", wrong, &[]);
    says(
        &done,
        65,
        &[
            "a.csv: line 2, column \"level\": there is no [level.platinum]",
            "a.csv: line 3, column \"name\": line 2 says \"Acme\" of the same account",
            "a.csv: line 3, column \"contact\": \"gmail.com\" is a free-mail domain",
            "a.csv: line 3, column \"level\": licence \"K-1\" has another level in line 2",
            "a.csv: line 3, column \"until\": licence \"K-1\" has another until in line 2",
            "a.csv: line 3, column \"status\": line 2 says \"active\"",
            "a.csv: line 4, column \"contact\": ",
            "a.csv: line 4, column \"from\": this needs a licence",
            "a.csv: line 6, column \"account\": this line says what line 2 says",
            "a.csv: line 7, column \"account\": 2 fields where the first line has 8",
            "nothing was imported",
        ],
    );
    let header = "account,name,contact,license,level,from,until,name\n";
    let done = import(&desk, "a.csv", header, &[]);
    says(
        &done,
        65,
        &[
            "line 1, column 22: unknown column \"license\"",
            "column \"licence\" is missing",
            "column \"name\" stands twice",
            "column \"status\" is missing",
        ],
    );
}

#[test]
fn an_import_is_done_once_and_a_dry_run_not_at_all() {
    let desk = desk();
    let would = "acme: new\naccounts: 1 would be added, 0 would be changed, 0 unchanged; nothing was written\n";
    assert_eq!(import(&desk, "a.toml", TOML, &["--dry-run"]), (Some(0), would.to_owned()));
    assert_eq!(desk.json(&["account", "list", "--json"]).len(), 0);
    says(&import(&desk, "a.toml", TOML, &[]), 0, &["accounts: 1 added, 0 changed, 0 unchanged"]);
    let before = desk.json(&["account", "show", "acme", "--json"]);
    let nothing = "accounts: 0 added, 0 changed, 1 unchanged\n".to_owned();
    assert_eq!(import(&desk, "a.toml", TOML, &[]), (Some(0), nothing.clone()));
    assert_eq!(import(&desk, "a.csv", CSV, &[]), (Some(0), nothing), "both kinds say the same");
    assert_eq!(desk.json(&["account", "show", "acme", "--json"]), before);

    let other = "[[account]]\nid = \"other\"\n";
    let changed = TOML.replace("2026-12-31", "2027-12-31").replace("\"@acme.example\"", "");
    let changed =
        format!("{changed}[[account.coupon]]\ncode = \"VIP-1\"\nlevel = \"community\"\nuses = 3\n");
    let both = format!("{changed}{other}");
    let would = import(&desk, "a.toml", &both, &["--dry-run"]);
    says(
        &would,
        0,
        &[
            "acme: contacts -@acme.example; licence K-1: from 2026-01-01 until 2026-12-31 → from 2026-01-01 until 2027-12-31; coupons +VIP-1 (community, 3)\n",
            "other: new\n",
            "1 would be added, 1 would be changed, 0 unchanged",
        ],
    );
    says(&import(&desk, "a.toml", &both, &[]), 0, &["1 added, 1 changed, 0 unchanged"]);
    says(&import(&desk, "a.toml", other, &[]), 0, &["0 added, 0 changed, 1 unchanged"]);
    assert_eq!(desk.json(&["account", "list", "--json"]).len(), 2, "what is not named stays");
    // A table has no word for coupons: they stay.
    says(&import(&desk, "a.csv", CSV, &[]), 0, &["0 added, 1 changed"]);
    let shown = desk.ok(&["account", "show", "acme"]);
    assert!(shown.contains("coupon    VIP-1: level community, 3 of 3 left"), "{shown}");
    assert!(shown.contains("valid today"), "{shown}");
    assert!(shown.contains("open      0 tickets"), "{shown}");
}

#[test]
fn an_import_that_is_killed_has_done_nothing() {
    let mut desk = desk();
    says(&import(&desk, "a.toml", TOML, &[]), 0, &["1 added"]);
    let before = desk.json(&["account", "show", "acme", "--json"]);
    let one = |at| format!("[[account]]\nid = \"c{at}\"\ncontacts = [\"a@c{at}.example\"]\n");
    let many = (0..2_000).map(one).collect::<Vec<_>>().concat();
    let text = format!("{}{many}", TOML.replace("Acme", "Acme Inc"));
    desk.environment = vec![("TIDINGS_FAILPOINT".to_owned(), "staged:3".to_owned())];
    assert_eq!(import(&desk, "b.toml", &text, &[]).0, None, "it is killed");
    desk.environment.clear();
    assert_eq!(desk.json(&["account", "list", "--json"]).len(), 1);
    assert_eq!(desk.json(&["account", "show", "acme", "--json"]), before);
    says(&import(&desk, "b.toml", &text, &[]), 75, &["another import is at work"]);
    desk.sql("update account_import set beat_us = 0 where state = 'staging'");
    says(&import(&desk, "b.toml", &text, &[]), 0, &["2000 added, 1 changed"]);
    assert_eq!(desk.json(&["account", "list", "--json"]).len(), 2_001);
    assert_eq!(desk.sql("select count(*) from account_edition").trim(), "2001", "all is swept");
}

#[test]
fn what_a_killed_import_has_written_is_swept_by_the_daemon() {
    let mut desk = desk();
    says(&import(&desk, "a.toml", TOML, &[]), 0, &["1 added"]);
    let before = desk.json(&["account", "show", "acme", "--json"]);
    let one = |at| format!("[[account]]\nid = \"c{at}\"\ncontacts = [\"a@c{at}.example\"]\n");
    let many = (0..2_000).map(one).collect::<Vec<_>>().concat();
    desk.environment = vec![("TIDINGS_FAILPOINT".to_owned(), "staged:3".to_owned())];
    assert_eq!(import(&desk, "b.toml", &many, &[]).0, None, "it is killed");
    desk.environment.clear();
    let editions = || desk.sql("select count(*) from account_edition").trim().to_owned();
    let left = editions();
    assert_ne!(left, "1");
    // It may go on as yet.
    let daemon = desk.start();
    wait_until("the daemon is at work", || daemon.log().contains("tidings is at work"));
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(editions(), left);
    desk.sql("update account_import set beat_us = 0 where state = 'staging'");
    let daemon = desk.start();
    wait_until("it is swept", || editions() == "1");
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(desk.sql("select count(*) from contact").trim(), "2");
    let stages = desk.sql("select state from account_import order by id desc limit 1");
    assert_eq!(stages.trim(), "left");
    assert_eq!(desk.json(&["account", "show", "acme", "--json"]), before);
}

#[test]
fn a_level_that_ends_names_the_next_and_comes_to_an_end() {
    let level =
        |more: &str| changed("title = \"Community support\"", &format!("title = \"C\"\n{more}"));
    let check = |more: &str| output(&level(more).run(&["check", "--offline"]));
    assert!(check("ends_after = \"30d\"").contains("needs `then`"));
    assert!(check("then = \"x\"").contains("needs `ends_after`"));
    assert!(check("ends_after = \"30d\"\nthen = \"x\"").contains("there is no [level.x]"));
    assert!(check("ends_after = \"30d\"\nthen = \"community\"").contains("cannot follow itself"));
    assert!(check("escalates_to = [\"x\"]").contains("there is no [level.x]"));
    let circle = "ends_after = \"30d\"\nthen = \"x\"\n[level.x]\ntitle = \"X\"\nends_after = \"60d\"\nthen = \"community\"";
    assert!(check(circle).contains("end in a circle"));
}

#[test]
fn a_level_that_agents_give_is_reached_from_those_that_list_it() {
    let levels = "title = \"Community support\"\n[level.commercial]\ntitle = \"C\"\nescalates_to = [\"development\"]\n[level.development]\ntitle = \"D\"";
    let desk = changed("title = \"Community support\"", levels);
    desk.run(&["run", "--once"]);
    desk.tell(
        &["ticket", "open", "--for", "ada@acme.example", "--subject", "Printer"],
        "It burns.",
    );
    let number = desk.tickets()[0]["number"].to_string();
    let set = |level: &str| {
        let ran = desk.run(&["ticket", "set", &number, "--level", level]);
        (ran.code, output(&ran))
    };
    says(
        &set("development"),
        65,
        &["a ticket of level community cannot get level development", "has none"],
    );
    says(&set("commercial"), 0, &["done"]);
    says(&set("development"), 0, &["done"]);
    says(&set("development"), 0, &["done"]);
    says(&set("community"), 0, &["done"]);
    let file = TOML.replace("\"community\"", "\"development\"");
    says(&import(&desk, "a.toml", &file, &[]), 65, &["level development is given by agents alone"]);
}
