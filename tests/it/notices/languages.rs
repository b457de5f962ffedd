//! In which language a desk answers, on real servers; and with words of its own, which are read again.

use std::process::Command;

use tidings::mail::parse::parse;

use crate::support::letter::Letter;
use crate::support::sink::Taken;
use crate::support::stand::Stand;

const ACCOUNTS: &str = "
[[account]]
id = \"nord\"
languages = [\"pt-BR\", \"nb\"]
contacts = [\"@paid.example\"]
[[account.licence]]
key = \"N-1\"
level = \"commercial\"
from = 2026-01-01
";

const GERMAN: &str = "Guten Tag, unser Drucker druckt seit heute Morgen nicht mehr. Gruß, Eva\r\n";
const ENGLISH: &str =
    "Hello, our printer has not been working since this morning. Regards, Eva\r\n";

fn stand(keys: &str) -> Stand {
    let mut stand = Stand::new();
    let proof = "sender_proof = \"off\"\n";
    stand.desk.config = stand.desk.config.replacen(proof, &format!("{proof}{keys}"), 1);
    stand.desk.write_secret("accounts.toml", ACCOUNTS, 0o600);
    let accounts = stand.desk.path("accounts.toml").display().to_string();
    std::fs::create_dir(stand.desk.path("own")).unwrap();
    stand.once();
    stand.desk.ok(&["account", "import", &accounts]);
    stand
}

/// The language of what went to an address last, by its header, and its text.
fn last(stand: &Stand, to: &str) -> (String, String) {
    let taken = stand.sink.taken().into_iter().rfind(|one: &Taken| one.recipient == to).unwrap();
    let text = parse(taken.message.as_bytes()).0.text;
    (taken.header("Content-Language"), text)
}

#[test]
fn a_requester_is_answered_in_his_language() {
    let stand = stand("languages = [\"en\", \"de\", \"nb\"]\n");
    for (from, text, language, says) in [
        ("eva@other.example", GERMAN, "de", "Ticketnummer"),
        ("eva@other.example", ENGLISH, "en", "we have opened ticket"),
        ("eva@other.example", "0x8007 x.dll", "en", "we have opened ticket"),
        ("carla@paid.example", GERMAN, "nb", "har fått saksnummer"),
    ] {
        stand.deliver(&Letter::new(&format!("Eva <{from}>"), &format!("About {says}")).text(text));
        stand.once();
        let (tag, said) = last(&stand, from);
        assert_eq!(tag, language, "{said}");
        assert!(said.replace('\n', " ").contains(says), "{said}");
    }
    // Who is told of something without having asked: by the account, else as his ticket began.
    stand.desk.ok(&["announce", "Sturm", "--until", "2099-01-01", "--to", "open"]);
    stand.once();
    assert_eq!(last(&stand, "carla@paid.example").0, "nb");
    assert_eq!(last(&stand, "eva@other.example").0, "de");
    let tickets = stand.desk.tickets();
    let evas = tickets.iter().find(|one| one["requester"] == "eva@other.example").unwrap();
    let number = evas["number"].to_string();
    stand.desk.ok(&["ticket", "set", &number, "--status", "waiting"]);
    stand.once();
    assert_eq!(last(&stand, "eva@other.example").0, "de");
    let carlas = tickets.iter().find(|one| one["requester"] == "carla@paid.example").unwrap();
    stand.desk.tell(&["ticket", "reply", &carlas["number"].to_string()], "Hei!");
    stand.once();
    let (tag, said) = last(&stand, "carla@paid.example");
    assert_eq!((tag.as_str(), said.lines().next()), ("", Some("Hei!")));
}

#[test]
fn a_desk_has_its_own_words_and_reads_them_again() {
    let stand = stand("languages = [\"de\"]\ntemplates_dir = \"own\"\n");
    let own = |text: &str| {
        let folder = stand.desk.path("own/de");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("acknowledgement.txt.j2"), text).unwrap();
    };
    let checked = || stand.desk.run(&["check", "--offline"]);
    own("Moin {{ requester_name }}, das ist {{ tid }}.");
    stand.deliver(&Letter::new("Eva <eva@other.example>", "Drucker").text(GERMAN));
    stand.once();
    assert_eq!(last(&stand, "eva@other.example").1.trim(), "Moin Eva, das ist [EX#1001].");
    let listed = stand.desk.json(&["template", "list", "--json"]);
    assert_eq!(listed[0]["own"][0], "de/acknowledgement.txt");
    let rendered = stand.desk.ok(&["template", "render", "acknowledgement", "--form", "txt"]);
    assert_eq!(rendered, "Moin Ada Lovelace <Room 5>, das ist [EX#1042].\n");
    own("Moin\n{{ nobody }}");
    let said = checked();
    assert_eq!(said.code, Some(78));
    let wrong = "templates_dir: template de/acknowledgement.txt.j2, line 2: there is no nobody";
    assert!(said.stderr.contains(wrong), "{}", said.stderr);
    std::fs::write(stand.desk.path("own/de/welcome.txt.j2"), "").unwrap();
    own("Moin");
    assert!(
        checked().stderr.contains("welcome.txt.j2: there is no such template"),
        "{:?}",
        checked().stderr
    );
}

#[test]
fn templates_are_shown_without_a_configuration() {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
        let ran = command.args(["--config", "/nonexistent"]).args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (ran.status.code(), text(ran.stdout), text(ran.stderr))
    };
    let (code, shown, _) = run(&["template", "show", "short", "--language", "nb"]);
    assert_eq!(code, Some(0));
    assert!(shown.contains("Servicenivå     {{ level_title }}"), "{shown}");
    let (_, listed, _) = run(&["template", "list"]);
    assert!(listed.contains("announcement     subject txt html  en de nb"), "{listed}");
    let (_, rendered, _) =
        run(&["template", "render", "raised", "--language", "de", "--sample", "bare"]);
    assert!(rendered.starts_with("Subject: [EX#1042]\n\nGuten Tag,\n"), "{rendered}");
    for (arguments, code, says) in [
        (["show", "welcome", "--language", "de"], 64, "there is no notice \"welcome\""),
        (["show", "short", "--language", "sv"], 64, "there are no words in \"sv\""),
        (["show", "short", "--desk", "x"], 78, "/nonexistent"),
    ] {
        let (found, _, error) = run(&[&["template"][..], &arguments].concat());
        assert_eq!(found, Some(code), "{error}");
        assert!(error.contains(says), "{error}");
    }
}
