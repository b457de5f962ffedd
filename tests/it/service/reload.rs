//! SIGHUP: the configuration is read again, and what it does not change is not disturbed.

use rustix::process::Signal;

use super::{Host, SALES, in_desk, signal};
use crate::support::desk::wait_until;

#[test]
fn a_bad_configuration_is_told_and_the_one_before_holds() {
    let mut host = Host::new(&[]);
    let daemon = host.start();
    host.is_answered("one");
    let bad = in_desk(&host.desk.config, "support", "poll = \"1s\"", "poll = \"1x\"");
    let no_password = in_desk(&host.desk.config, "support", "\"password\"", "\"no-password\"");
    for (n, config) in [bad, no_password].iter().enumerate() {
        host.reload(&daemon, config);
        let states = host.manager.states();
        let begun: Vec<_> =
            states.iter().skip(1).map(|line| line.split('=').next().unwrap()).collect();
        assert_eq!(begun, ["RELOADING", "MONOTONIC_USEC", "READY"].repeat(n + 1), "{states:?}");
    }
    let log = daemon.log();
    assert_eq!(log.matches("the one before holds").count(), 2, "{log}");
    host.is_answered("two");

    // the same words as `check`
    host.desk.config = host.desk.config.replace("\"1s\"", "\"1x\"");
    let said = host.desk.run(&["check", "--offline"]);
    assert_eq!(said.code, Some(78));
    let words = said.stderr.trim().strip_prefix("tidings: ").unwrap();
    assert!(log.contains(&format!("{words}; the configuration is not taken")), "{words}: {log}");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn a_desk_that_changed_is_restarted_and_the_other_keeps_its_session() {
    let mut host = Host::new(&[]);
    let [support, sales] = host.two_desks();
    let daemon = host.start();
    let before = (support.accepted(), sales.accepted());
    wait_until("both are connected", || support.accepted() == 2 && sales.accepted() == 2);
    assert_eq!(before.0.max(before.1).max(2), 2, "one for each run");
    host.is_answered("one");
    host.is_answered_at(SALES, "two");

    let changed = in_desk(&host.desk.config, "sales", "\"SA\"", "\"SHOP\"");
    host.reload(&daemon, &changed);
    assert!(daemon.log().contains("The configuration was read again: changed: sales"));
    host.is_answered("three");
    host.is_answered_at(SALES, "four");
    assert_eq!((support.accepted(), sales.accepted()), (2, 3));
    let subjects: Vec<_> = host.sink.taken().iter().map(|mail| mail.header("Subject")).collect();
    assert!(subjects.iter().any(|subject| subject.starts_with("[SHOP#")), "{subjects:?}");

    // nothing has changed: nobody is disturbed
    host.reload(&daemon, &changed);
    assert!(daemon.log().contains("The configuration was read again: no desk has changed"));
    host.is_answered("five");
    host.is_answered_at(SALES, "six");
    assert_eq!((support.accepted(), sales.accepted()), (2, 3));
    assert_eq!(daemon.stop(), Some(0));
}

/// Who signed the acknowledgement of this mail: the `b=` of its signature is left out.
fn signature(host: &Host, subject: &str) -> String {
    host.is_answered(subject);
    let taken = host.sink.taken();
    let mail = taken.iter().find(|mail| mail.header("Subject").ends_with(subject)).unwrap();
    mail.header("DKIM-Signature")
}

#[test]
fn std_90_another_key_in_the_same_file_signs_after_a_reload() {
    let mut host = Host::new(&[]);
    let dkim = "[desk.dkim]\nselector = \"s1\"\nkey_file = \"dkim.pem\"\n\n[level.";
    host.desk.config = host.desk.config.replacen("[level.", dkim, 1);
    let write = |text: &str| host.desk.write_secret("dkim.pem", text, 0o600);
    write(include_str!("../../data/dkim-rsa.pem"));
    let daemon = host.start();
    let config = host.desk.config.clone();
    assert!(signature(&host, "one").contains("a=rsa-sha256"));
    write(include_str!("../../data/dkim-ed25519.pem"));
    assert!(signature(&host, "two").contains("a=rsa-sha256"), "it was not read again yet");
    host.reload(&daemon, &config);
    assert!(daemon.log().contains("The configuration was read again: changed: support"));
    assert!(signature(&host, "three").contains("a=ed25519-sha256"));
    // One that is of no use is told, and the one before signs on.
    write("no key");
    host.reload(&daemon, &config);
    assert!(daemon.log().contains("is not a private key in PEM"), "{}", daemon.log());
    assert!(signature(&host, "four").contains("a=ed25519-sha256"));
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn a_new_desk_starts_and_one_that_is_gone_gives_its_lease_back() {
    let host = Host::new(&[]);
    let daemon = host.start();
    let lease = |desk| host.sql(&format!("select until_us from lease where desk = '{desk}'"));
    host.reload(&daemon, &host.with_sales());
    wait_until("both are worked on", || host.manager.status() == "works on support, sales");
    wait_until("sales has been looked at", || {
        host.sql("select count(*) from mailbox where desk = 'sales'") == "1"
    });
    host.is_answered_at(SALES, "one");
    assert_ne!(lease("sales"), "0");

    host.reload(&daemon, &host.desk.config);
    assert!(daemon.log().contains("changed: support; gone: sales"), "{}", daemon.log());
    assert_eq!(lease("sales"), "0");
    wait_until("one is worked on", || host.manager.status() == "works on support");
    host.is_answered("two");
    assert_ne!(lease("support"), "0");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn what_needs_a_restart_is_said_and_the_rest_applies() {
    let host = Host::new(&[]);
    let daemon = host.start();
    let config = in_desk(&host.desk.config, "support", "\"EX\"", "\"NEW\"");
    host.reload(&daemon, &config.replace("instance = \"desk", "instance = \"help"));
    let log = daemon.log();
    assert!(
        log.contains("instance has changed in the configuration; that takes effect at a restart")
    );
    assert!(log.contains("read again: changed: support"), "{log}");
    host.is_answered("one");
    let mail = host.sink.taken().remove(0);
    assert!(mail.header("Subject").starts_with("[NEW#"), "{}", mail.message);
    assert!(mail.header("Message-ID").ends_with("@desk.example>"), "{}", mail.message);
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn a_reload_finishes_what_is_in_hand_and_one_that_comes_meanwhile_is_done_after_it() {
    let host = Host::new(&["-w", "2"]);
    let daemon = host.start();
    host.deliver(super::SUPPORT, "one");
    wait_until("the notice is claimed", || {
        host.sql("select count(*) from outbox where state = 'claimed'") == "1"
    });
    let prefix = |name: &str| in_desk(&host.desk.config, "support", "\"EX\"", name);
    host.ask_to_reload(&daemon, &prefix("\"AA\""));
    wait_until("the reload begins", || host.manager.count("RELOADING=1") == 1);
    host.ask_to_reload(&daemon, &prefix("\"BB\""));
    wait_until("both are done", || host.manager.count("READY=1") == 3);
    assert_eq!(host.manager.count("RELOADING=1"), 2);
    assert_eq!(host.sink.taken().len(), 1, "what was in hand");
    host.is_answered("two");
    assert_eq!(host.sink.taken().len(), 2);
    let subjects: Vec<_> = host.sink.taken().iter().map(|mail| mail.header("Subject")).collect();
    assert!(subjects.iter().any(|subject| subject.starts_with("[BB#")), "{subjects:?}");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn sigterm_in_the_midst_of_a_reload_stops_in_order() {
    let host = Host::new(&["-w", "2"]);
    let mut daemon = host.start();
    host.deliver(super::SUPPORT, "one");
    wait_until("the notice is claimed", || {
        host.sql("select count(*) from outbox where state = 'claimed'") == "1"
    });
    host.ask_to_reload(&daemon, &in_desk(&host.desk.config, "support", "\"EX\"", "\"AA\""));
    wait_until("the reload begins", || host.manager.count("RELOADING=1") == 1);
    signal(&daemon, Signal::TERM);
    assert_eq!(daemon.child.wait().unwrap().code(), Some(0));
    assert_eq!(host.manager.states().last().unwrap(), "STOPPING=1");
    assert_eq!(host.sink.taken().len(), 1);
    assert_eq!(host.sql("select until_us from lease"), "0");
}

#[test]
fn templates_of_a_desk_are_read_again_and_a_wrong_one_is_told() {
    let mut host = Host::new(&[]);
    let own = "ticket_prefix = \"EX\"\ntemplates_dir = \"own\"\n";
    host.desk.config = host.desk.config.replacen("ticket_prefix = \"EX\"\n", own, 1);
    let folder = host.desk.path("own/en");
    std::fs::create_dir_all(&folder).unwrap();
    let write = |text: &str| std::fs::write(folder.join("acknowledgement.txt.j2"), text).unwrap();
    write("Ahoy, {{ tid }}.\n");
    let daemon = host.start();
    let config = host.desk.config.clone();
    let says = |subject: &str, words: &str| {
        host.is_answered(subject);
        let taken = host.sink.taken();
        let mail = taken.iter().find(|mail| mail.header("Subject").ends_with(subject)).unwrap();
        assert!(mail.message.contains(words), "{words}: {mail:#?}");
    };
    says("one", "Ahoy, [EX#");
    write("Cheers, {{ tid }}.\n");
    host.reload(&daemon, &config);
    assert!(daemon.log().contains("The configuration was read again: changed: support"));
    says("two", "Cheers, [EX#");
    write("{{ nobody }}\n");
    host.reload(&daemon, &config);
    assert!(daemon.log().contains("there is no nobody"), "{}", daemon.log());
    says("three", "Cheers, [EX#");
    assert_eq!(daemon.stop(), Some(0));
}
