//! What becomes of a message in its mailbox once it is decided.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{CARLA, QUICK, Stand, long_ago};
use crate::support::desk::SUPPORT;
use crate::support::letter::Letter;

fn deliver_three(stand: &Stand) {
    for subject in ["one", "two", "three"] {
        stand.deliver(&Letter::new(CARLA, subject));
    }
}

/// Where the marks of all messages stand.
fn marks(stand: &Stand) -> Vec<String> {
    let marks = stand.desk.inbound().into_iter();
    marks.map(|one| one["mark"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn decided_messages_are_seen_and_held_ones_are_not() {
    let stand = Stand::met();
    for n in 0..51 {
        let old = Letter::new(&format!("customer{n}@other.example"), "Long ago");
        stand.world.append(SUPPORT, "INBOX", &old.bytes(), long_ago());
    }
    stand.once();
    deliver_three(&stand);
    stand.once();
    stand.expect(&[("held", 51), ("opened", 3)], 3);
    let flags = stand.world.flags(SUPPORT, "INBOX");
    let (held, opened) = flags.split_at(51);
    assert!(held.iter().all(|flags| !flags.contains("\\Seen")), "{held:?}");
    assert!(opened.iter().all(|flags| flags.contains("\\Seen")), "{opened:?}");
}

#[test]
fn nothing_is_marked_where_the_configuration_says_keep() {
    let stand = Stand::new().imap("after = \"keep\"");
    stand.once();
    deliver_three(&stand);
    stand.once();
    stand.expect(&[("opened", 3)], 3);
    let flags = stand.world.flags(SUPPORT, "INBOX");
    assert!(flags.iter().all(|flags| !flags.contains("\\Seen")), "{flags:?}");
}

#[test]
fn std_54_decided_messages_are_moved_with_and_without_move() {
    let without = "IMAP_CAPABILITY=IMAP4rev1 SASL-IR LITERAL+ ENABLE IDLE UIDPLUS";
    for more in [&[][..], &[without]] {
        let stand = Stand::with_options(&[QUICK, more].concat())
            .imap("after = \"move\"\nmove_to = \"Processed\"");
        stand.once();
        // somebody else's, to be expunged by him
        stand.world.append(SUPPORT, "INBOX", &Letter::new(CARLA, "old").bytes(), long_ago());
        stand.once();
        assert_eq!(stand.world.count(SUPPORT, "Processed"), 1);
        stand.world.move_messages(SUPPORT, "Processed", "INBOX", &["all"]);
        let flag = ["flags", "add", "-u", SUPPORT, "\\Deleted", "mailbox", "INBOX", "all"];
        stand.world.doveadm(&flag);
        deliver_three(&stand);
        stand.once();
        stand.expect(&[("duplicate", 1), ("opened", 4)], 3);
        assert_eq!(stand.world.count(SUPPORT, "INBOX"), 0);
        assert_eq!(stand.world.count(SUPPORT, "Processed"), 4);
        assert_eq!(marks(&stand), ["done"; 5]);
        stand.once();
        stand.expect(&[("duplicate", 1), ("opened", 4)], 3);
    }
}

#[test]
fn std_54_where_messages_cannot_be_moved_they_are_handled_where_they_are() {
    let neither = "IMAP_CAPABILITY=IMAP4rev1 SASL-IR LITERAL+ ENABLE IDLE";
    let stand = Stand::with_options(&[QUICK, &[neither]].concat())
        .imap("after = \"move\"\nmove_to = \"Processed\"");
    stand.once();
    deliver_three(&stand);
    stand.once();
    stand.expect(&[("opened", 3)], 3);
    assert_eq!(stand.world.count(SUPPORT, "INBOX"), 3);
    assert_eq!(marks(&stand), ["impossible"; 3]);
}

#[test]
fn std_55_mail_of_a_read_only_folder_is_handled() {
    let folder = tempfile::Builder::new().prefix("acl-").tempdir().unwrap();
    let (settings, rights) = (folder.path().join("acl.conf"), folder.path().join("rights"));
    fs::write(&rights, "* owner lr\n").unwrap();
    let text = format!(
        "mail_plugins = acl\nprotocol lmtp {{\n  mail_plugins =\n}}\n\
         plugin {{\n  acl = vfile:{}\n}}\n",
        rights.display()
    );
    fs::write(&settings, text).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let include = format!("DOVECOT_INCLUDE={}", settings.display());
    let stand = Stand::with_options(&[QUICK, &[&include]].concat());
    stand.once();
    deliver_three(&stand);
    stand.once();
    stand.expect(&[("opened", 3)], 3);
    assert_eq!(marks(&stand), ["impossible"; 3]);
    stand.once();
    stand.expect(&[("opened", 3)], 3);
}
