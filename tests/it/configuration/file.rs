//! What is written wrongly is named with its line and key, and never printed.

use super::{GOOD, OTHER, changed, output, refused};
use crate::support::desk::Desk;

#[test]
fn broken_toml_is_named_by_its_line() {
    refused(&changed("name = \"support\"", "name = \"support"), 78, &["tidings.toml:5: "]);
    refused(&changed("[desk.imap]", "[desk.imap"), 78, &["tidings.toml:11: "]);
    refused(&changed("port = 1", "port = 1\nport = 2"), 78, &["tidings.toml:14: "]);
}

#[test]
fn an_unknown_key_is_named_by_line_and_path_and_its_value_is_not_shown() {
    let cases = [
        (
            changed("user = ", "password = \"canary\"\nuser = "),
            "tidings.toml:15: desk[0].imap.password: ",
        ),
        (
            changed("[desk.imap]", "sekret = \"canary\"\n[desk.imap]"),
            "tidings.toml:11: desk[0].sekret: ",
        ),
        (changed("state_dir", "secret = \"canary\"\nstate_dir"), "tidings.toml:2: secret: "),
        (changed("port = 1", "port = \"canary\""), "tidings.toml:13: desk[0].imap.port: "),
    ];
    for (desk, named) in cases {
        refused(&desk, 78, &[named]);
        assert!(!output(&desk.run(&["check"])).contains("canary"), "{named}");
    }
}

#[test]
fn aut_20_proof_of_senders_is_required_unless_somebody_says_otherwise() {
    let says = |written: &str, word: &str| {
        let checked = changed("sender_proof = \"off\"", written).run(&["check", "--offline"]);
        let all = output(&checked);
        let line = all.lines().find(|line| line.contains("support: sender_proof"));
        assert!(line.is_some_and(|line| line.contains(&format!(" {word}: "))), "{all}");
    };
    says("", "required");
    for word in ["required", "preferred", "off"] {
        says(&format!("sender_proof = \"{word}\""), word);
    }
    let unprovable = changed("sender_proof = \"off\"", "own_dkim = \"off\"");
    refused(&unprovable, 78, &["desk[0].sender_proof: ", "trusted_authserv", "own_dkim = \"on\""]);
    let desk = changed("sender_proof = \"off\"", "sender_proof = \"dkim\"");
    refused(&desk, 78, &["desk[0].sender_proof: ", "\"required\"", "\"off\""]);
}

#[test]
fn what_would_lose_or_double_mail_is_refused() {
    let imap = |text: &str| changed("[desk.imap]\n", &format!("[desk.imap]\n{text}\n"));
    let moved = imap("after = \"move\"\nmove_to = \"Done\"\nfolders = [\"INBOX\", \"Done\"]");
    refused(&moved, 78, &["desk[0].imap.move_to: ", "would be read again"]);
    for inbox in ["inbox", "Inbox"] {
        let moved = imap(&format!("after = \"move\"\nmove_to = \"{inbox}\""));
        refused(&moved, 78, &["desk[0].imap.move_to: ", "would be read again"]);
        let twice = imap(&format!("folders = [\"INBOX\", \"{inbox}\"]"));
        refused(&twice, 78, &["desk[0].imap.folders: ", "twice"]);
    }
    let read = ["desk[0].imap.sent: ", "would be read as mail"];
    refused(&imap("sent = \"inbox\""), 78, &read);
    refused(&imap("sent = \"Junk\"\njunk_folders = [\"Junk\"]"), 78, &read);
    let both = imap("sent = \"Done\"\nafter = \"move\"\nmove_to = \"Done\"");
    refused(&both, 78, &["desk[0].imap.sent: is move_to, too"]);
    refused(&imap("sent = \"\""), 78, &["desk[0].imap.sent: must be"]);
    imap("sent = \"Sent\"").ok(&["check", "--offline"]);
    let pairs = [
        ("other@desk.example\"\nticket", "support@desk.example\"\nticket", "desk[1].address: "),
        ("other@desk.example\"\nticket", "SUPPORT@Desk.Example\"\nticket", "desk[1].address: "),
        ("user = \"other@", "user = \"support@", "desk[1].imap: "),
        ("name = \"other\"", "name = \"support\"", "desk[1].name: "),
    ];
    for (from, to, named) in pairs {
        let desk = Desk::with_config(&format!("{GOOD}{}", OTHER.replacen(from, to, 1)));
        refused(&desk, 78, &[named]);
    }
    let inbox = format!(
        "{GOOD}{}",
        OTHER.replacen("user = \"other@", "user = \"support@", 1).replacen(
            "[desk.imap]",
            "[desk.imap]\nfolders = [\"inbox\"]",
            1
        )
    );
    refused(&Desk::with_config(&inbox), 78, &["desk[1].imap: "]);
    let filed = inbox.replacen("folders = [\"inbox\"]", "folders = [\"Sales\"]", 1);
    let sent = filed.replacen("[desk.imap]", "[desk.imap]\nsent = \"Sales\"", 1);
    refused(&Desk::with_config(&sent), 78, &["desk[1].imap: ", "sent of one is watched"]);
}

#[test]
fn svc_06_nobody_beyond_this_machine_is_answered() {
    let status = |text: &str| changed("[[desk]]", &format!("[status]\n{text}\n[[desk]]"));
    for at in ["0.0.0.0:9464", "192.0.2.1:9464", "[2001:db8::1]:9464"] {
        let desk = status(&format!("metrics = \"{at}\""));
        refused(&desk, 78, &["tidings.toml:5: status.metrics: ", "loopback"]);
    }
    for at in ["localhost:9464", "unix:metrics.sock", "9464", ""] {
        refused(&status(&format!("metrics = \"{at}\"")), 78, &["status.metrics: "]);
    }
    refused(&status("trouble = \"0s\""), 78, &["status.trouble: must be 1s or more"]);
    for good in ["none", "127.0.0.1:9464", "[::1]:9464", "unix:/run/tidings/metrics.sock"] {
        status(&format!("metrics = \"{good}\"")).ok(&["check", "--offline"]);
    }
}

#[test]
fn the_operator_is_a_person() {
    let root = |text: &str| changed("[[desk]]", &format!("{text}\n[[desk]]"));
    let own = root("operator = \"Support@desk.example\"");
    refused(&own, 78, &["operator: is an address of desk \"support\""]);
    refused(&root("operator = \"nobody\""), 78, &["operator: "]);
    refused(&root("operator_after = \"5s\""), 78, &["operator_after: there is no `operator`"]);
    root("operator = \"ops@other.example\"").ok(&["check", "--offline"]);
}

#[test]
fn a_password_goes_in_plaintext_to_this_host_only() {
    for host in ["imap.example.com", "192.0.2.1", "::ffff:192.0.2.1", "localhost.example.com"] {
        let desk = changed("host = \"127.0.0.1\"", &format!("host = \"{host}\""));
        refused(&desk, 78, &["tidings.toml:14: desk[0].imap.tls: ", "loopback"]);
    }
}

#[test]
fn values_that_mean_nothing_are_refused() {
    let cases = [
        ("instance = \"desk.example\"", "instance = \"desk example\"", "instance: "),
        ("default_level = \"community\"", "default_level = \"gold\"", "desk[0].default_level: "),
        ("ticket_prefix = \"EX\"", "ticket_prefix = \"E X\"", "desk[0].ticket_prefix: "),
        ("address = \"support@desk.example\"", "address = \"support\"", "desk[0].address: "),
        ("port = 1\n", "port = 1\npoll = \"0s\"\n", "desk[0].imap.poll: "),
        ("port = 1\n", "port = 1\npoll = \"soon\"\n", "desk[0].imap.poll: "),
        ("port = 1\n", "port = 99999\n", "desk[0].imap.port: "),
        ("port = 1\n", "port = 1\nca_file = \"none.pem\"\n", "desk[0].imap.ca_file: "),
        ("state_dir = \"state\"", "", "state_dir"),
        ("state_dir = ", "dns = \"8.8.8.8\"\nstate_dir = ", ":2: dns: must be \"system\" or"),
        ("state_dir = ", "dns = \"dns.example:53\"\nstate_dir = ", ":2: dns: must be"),
    ];
    for (from, to, named) in cases {
        refused(&changed(from, to), 78, &["tidings.toml:", named]);
    }
}

#[test]
fn a_folder_is_of_one_kind() {
    let imap = |text: &str| changed("[desk.imap]\n", &format!("[desk.imap]\n{text}\n"));
    for junk in ["inbox", "INBOX"] {
        let both = imap(&format!("junk_folders = [\"Junk\", \"{junk}\"]"));
        refused(&both, 78, &["desk[0].imap.junk_folders: ", "is one of folders, too"]);
    }
    let twice = imap("junk_folders = [\"Junk\", \"Junk\"]");
    refused(&twice, 78, &["desk[0].imap.junk_folders: ", "twice"]);
    let moved = imap("junk_folders = [\"Junk\"]\nafter = \"move\"\nmove_to = \"Junk\"");
    refused(&moved, 78, &["desk[0].imap.move_to: ", "would be read again"]);
    imap("junk_folders = [\"Junk\"]").ok(&["check", "--offline"]);
    let other = OTHER.replacen("user = \"other@", "user = \"support@", 1);
    let other = other.replacen("[desk.imap]", "[desk.imap]\nfolders = [\"Junk\"]", 1);
    let good = GOOD.replacen("[desk.imap]", "[desk.imap]\njunk_folders = [\"Junk\"]", 1);
    refused(&Desk::with_config(&format!("{good}{other}")), 78, &["desk[1].imap: ", "\"Junk\""]);
}

#[test]
fn what_senders_are_is_written_plainly() {
    let desk = |text: &str| changed("[desk.imap]", &format!("{text}\n[desk.imap]"));
    for (text, named) in [
        ("block = [\"spam\"]", "desk[0].block: "),
        ("block = [\"@\"]", "desk[0].block: "),
        ("block = [\"@spam example\"]", "desk[0].block: "),
        ("own_lists = [\"our list\"]", "desk[0].own_lists: "),
        ("own_lists = [\"<>\"]", "desk[0].own_lists: "),
        ("generated_reopens = \"no\"", "tidings.toml:11: "),
        ("bulk = \"open\"", "desk[0].bulk: "),
        ("spam_fields = [\"X-Spam-Flag\"]", "desk[0].spam_fields: "),
        ("spam_fields = [\"X-Spam-Flag:\"]", "desk[0].spam_fields: "),
        ("spam_fields = [\"X Spam: yes\"]", "desk[0].spam_fields: "),
    ] {
        refused(&desk(text), 78, &["tidings.toml:11: ", named]);
    }
    let lists = "block = [\"a@spam.example\", \"@spam.example\"]\nspam_fields = [\"known\", \"X-Our: no\"]\n\
         own_lists = [\"support.desk.example\", \"Our <help.desk.example>\"]\n\
         generated_reopens = true\nbulk = \"ticket\"";
    desk(lists).ok(&["check", "--offline"]);
    let form = |text: &str| {
        let form = format!("[[desk.form]]\nfrom = {text}\n[level.community]");
        changed("[level.community]", &form)
    };
    refused(&form("\"form\""), 78, &["desk[0].form[0].from: "]);
    let own = form("\"Support@desk.example\"");
    refused(&own, 78, &["desk[0].form[0].from: ", "is an address of desk \"support\""]);
    let again = "\"f@desk.example\"\n[[desk.form]]\nfrom = \"f@desk.example\"";
    refused(&form(again), 78, &["desk[0].form[1].from: ", "twice"]);
    form("\"f@desk.example\"\ncaps = { per_hour = 0 }").ok(&["check", "--offline"]);
}

#[test]
fn which_attachments_are_taken_is_written_plainly() {
    let desk = |text: &str| changed("[desk.imap]", &format!("{text}\n[desk.imap]"));
    let types = "desk[0].attachments.types: ";
    for (text, named) in [
        ("attachments = { types = [\"png\"] }", types),
        ("attachments = { types = [\"image/\"] }", types),
        ("attachments = { max = \"35\" }", "desk[0].attachments.max: "),
        ("attachments = { size = \"1MiB\" }", "size"),
    ] {
        refused(&desk(text), 78, &["tidings.toml:11: ", named]);
    }
    let seed = "attachments = { types = [\".png\", \"*.gif\", \"image/jpeg\", \".zip\"], max = \"20MiB\" }";
    desk(seed).ok(&["check", "--offline"]);
    desk("[desk.attachments]\ntypes = [\"*\"]").ok(&["check", "--offline"]);
}
