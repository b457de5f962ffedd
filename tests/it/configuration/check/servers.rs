//! Servers that lack something, and certificates that end or are of others.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rcgen::{CertificateParams, DnType, Issuer, KeyPair};
use tidings::time::Clock;

use super::{PUBLISHED, QUICK, checked};
use crate::support::desk::Desk;
use crate::support::name_server::NameServer;
use crate::support::sink::Sink;
use crate::support::world::{Service, World};

const DAY: Duration = Duration::from_hours(24);

#[test]
fn svc_10_what_an_imap_server_lacks_is_said_with_what_follows() {
    let sink = Sink::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let (include, lists) = (folder.path().join("include"), folder.path().join("lists"));
    // Rights by folder: INBOX keeps no \Seen, Tickets can only be read.
    let settings =
        format!("mail_plugins = acl\nplugin {{\n  acl = vfile:{}\n}}\n", lists.display());
    fs::write(&include, settings).unwrap();
    fs::write(&lists, "INBOX owner lrwtiek\nTickets owner lr\n").unwrap();
    open_to_all(folder.path());
    let include = format!("DOVECOT_INCLUDE={}", include.display());
    let mut options = QUICK.to_vec();
    options.extend([&*include, "IMAP_CAPABILITY=IMAP4rev1 AUTH=PLAIN UIDPLUS"]);
    let world = World::up(&options);
    world.doveadm(&[
        "-o",
        "mail_plugins=",
        "mailbox",
        "create",
        "-u",
        "support@desk.example",
        "Tickets",
    ]);
    let name_server = NameServer::of(PUBLISHED);
    let mut desk = Desk::new(&world, &sink);
    desk.ask(name_server.address);

    let (code, line) = checked(&desk, "imap IDLE");
    assert_eq!(code, Some(78), "INBOX keeps no mark");
    assert!(line.starts_with("ok ") && line.contains("every 1 s"), "{line}");
    let (_, line) = checked(&desk, "folder INBOX");
    assert!(line.starts_with("WRONG") && line.contains("does not keep \\Seen"), "{line}");

    let inbox = "poll = \"1s\"";
    desk.config = desk.config.replacen(inbox, "folders = [\"Tickets\"]\npoll = \"1s\"", 1);
    let (code, line) = checked(&desk, "folder Tickets");
    assert_eq!(code, Some(78));
    assert!(line.starts_with("WRONG") && line.contains("is read-only for us"), "{line}");

    let moving = "folders = [\"INBOX\"]\nafter = \"move\"\nmove_to = \"Tickets\"\nidle = false";
    desk.config = desk.config.replacen("folders = [\"Tickets\"]", moving, 1);
    let ran = desk.run(&["check"]);
    assert_eq!(ran.code, Some(78));
    let line = |about: &str| ran.stdout.lines().find(|line| line.contains(about));
    assert!(line("imap MOVE").is_some_and(|line| line.contains("are copied and expunged")));
    assert!(
        line("move_to Tickets").is_some_and(|line| line.starts_with("WRONG")),
        "{}",
        ran.stdout
    );
    // Who does not want it does not miss it.
    assert_eq!(line("imap IDLE"), None);
}

#[test]
fn svc_10_the_certificate_of_a_server_is_looked_at() {
    let (world, sink) = (World::up(QUICK), Sink::start(&[]));
    let name_server = NameServer::of(PUBLISHED);
    let mut desk = Desk::new(&world, &sink);
    desk.ask(name_server.address);
    let (_, line) = checked(&desk, "imap certificate");
    assert!(line.starts_with("ok ") && line.contains("localhost, mx.desk.example"), "{line}");
    assert!(line.contains("by world CA, 29 days left, TLS 1.3"), "{line}");

    let mut params = CertificateParams::new([]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Private CA");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let tls = world.ca_file().parent().unwrap();
    fs::write(world.ca_file(), authority.pem()).unwrap();

    let now = Duration::from_micros(Clock::System.now().as_us().unsigned_abs());
    let (begin, yesterday) = (now.saturating_sub(9 * DAY), now.saturating_sub(DAY));
    show(&world, tls, &issuer, "localhost", [begin, now + 3 * DAY]);
    let (code, line) = checked(&desk, "imap certificate");
    assert_eq!(code, Some(0));
    assert!(line.starts_with("soon ") && line.contains("by Private CA, 2 days left"), "{line}");
    assert!(line.contains("renew it on the server"), "{line}");

    show(&world, tls, &issuer, "localhost", [begin, yesterday]);
    let (code, line) = checked(&desk, "support: imap  ");
    assert_eq!(code, Some(69));
    assert!(line.starts_with("down ") && line.contains("certificate expired"), "{line}");
    assert!(line.ends_with("renew the certificate on the server"), "{line}");

    show(&world, tls, &issuer, "localhost", [now + DAY, now + 90 * DAY]);
    let (code, line) = checked(&desk, "support: imap  ");
    assert_eq!(code, Some(69));
    assert!(line.contains("not valid yet") && line.contains("this machine's clock"), "{line}");

    show(&world, tls, &issuer, "other.example", [begin, now + 90 * DAY]);
    let (code, line) = checked(&desk, "support: imap  ");
    assert_eq!(code, Some(69));
    assert!(line.contains("other.example") && line.contains("look at `host`"), "{line}");
}

/// From now on Dovecot shows a certificate for this name, valid between these times since 1970.
fn show(world: &World, tls: &Path, issuer: &Issuer<'_, KeyPair>, name: &str, valid: [Duration; 2]) {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    [params.not_before, params.not_after] = valid.map(|since| epoch + since);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    world.crash(Service::Dovecot);
    fs::write(tls.join("server.pem"), certificate.pem()).unwrap();
    fs::write(tls.join("server.key"), key.serialize_pem()).unwrap();
    world.start(Service::Dovecot);
}

#[test]
fn std_91_a_relay_that_refuses_a_sender_or_large_mail_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let include = folder.path().join("include");
    let settings = "smtpd_sender_restrictions = check_sender_access inline:{{<> = REJECT not you}}\n\
                    message_size_limit = 2000000\n";
    fs::write(&include, settings).unwrap();
    let include = format!("POSTFIX_INCLUDE={}", include.display());
    let (world, sink) = (World::up(&["MAIL_FSYNC=never", &include]), Sink::start(&[]));
    if !world.has_postfix() {
        return;
    }
    let name_server = NameServer::of(PUBLISHED);
    let mut desk = Desk::new(&world, &sink);
    desk.ask(name_server.address);
    let (from, to) = (format!("port = {}", sink.port), format!("port = {}", world.port("SMTP")));
    desk.config = desk.config.replacen(&from, &to, 1);
    let (code, line) = checked(&desk, "<> is ");
    assert_eq!(code, Some(78));
    assert!(line.starts_with("WRONG") && line.contains("not you"), "{line}");
    assert!(line.contains("set envelope_from to an address"), "{line}");
    assert!(checked(&desk, "<support@desk.example> is ").1.starts_with("ok "));
    let (_, line) = checked(&desk, "smtp SIZE");
    assert!(line.contains("2000000 bytes: a larger notice is never sent"), "{line}");
    // With an address instead all is right; nothing was sent.
    let line = "ticket_prefix = \"EX\"\nenvelope_from = \"help@desk.example\"";
    desk.config = desk.config.replacen("ticket_prefix = \"EX\"", line, 1);
    desk.ok(&["check"]);
    assert_eq!(world.count("support@desk.example", "INBOX"), 0);
}

#[test]
fn std_91_a_relay_that_does_not_take_the_address_is_named() {
    let world = World::up(QUICK);
    let name_server = NameServer::of(PUBLISHED);
    for (refuses, found, code, says) in [
        (["-f", "MAIL"], "WRONG", 78, "500 5.3.0 Error: command failed; no notice is sent from it"),
        (["-r", "MAIL"], "down ", 69, "not taken now: 450 4.3.0"),
        (["-q", "RCPT"], "down ", 69, "no answer to RCPT TO"),
    ] {
        let sink = Sink::start(&refuses);
        let mut desk = Desk::new(&world, &sink);
        desk.ask(name_server.address);
        let (ended, line) = checked(&desk, "smtp sender");
        assert_eq!(ended, Some(code), "{line}");
        assert!(line.starts_with(found) && line.contains(says), "{line}");
        assert!(sink.taken().is_empty());
    }
}

/// Dovecot is another user.
fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}
