//! A private Dovecot of one test's own, with Postfix before it where the test runs as root.
//!
//! `world/world` makes it and takes it down; here a test puts mail in, looks at what is there, and
//! breaks it. Who has a mailbox is in `world/conf`; a password is `pw-` and the local part.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use data_encoding::BASE64;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tempfile::TempDir;

use super::script::Script;

const SCRIPT: Script = Script(concat!(env!("CARGO_MANIFEST_DIR"), "/world/world"));

/// Makes the names of appended messages differ, and sort in their order.
static APPENDED: AtomicU32 = AtomicU32::new(0);

/// A running world; it ends with this value.
pub(crate) struct World {
    folder: TempDir,
    settings: HashMap<String, String>,
}

/// How somebody's mail program hands in a message.
#[derive(Clone, Copy)]
pub(crate) struct Submission<'a> {
    /// Who logs in, with his password.
    pub(crate) user: &'a str,
    /// What the program calls its machine.
    pub(crate) client: &'a str,
    /// The envelope.
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
}

#[derive(Clone, Copy)]
pub(crate) enum Service {
    Dovecot,
    Postfix,
}

impl World {
    /// Starts a world; `options` are `KEY=VALUE` as `world/world` takes them.
    #[track_caller]
    pub(crate) fn up(options: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("world-").tempdir().unwrap();
        let settings = SCRIPT.up(folder.path(), options, "world.env");
        Self { folder, settings }
    }

    /// Where a server listens on loopback: `SMTP`, `SUBMISSION` (STARTTLS), `SUBMISSIONS` (TLS),
    /// `IMAP`, `IMAPS` or `LMTP`.
    pub(crate) fn port(&self, name: &str) -> u16 {
        self.settings[name].parse().unwrap()
    }

    /// Vouches for the servers' certificate, which is for `localhost`.
    pub(crate) fn ca_file(&self) -> &Path {
        Path::new(&self.settings["CA"])
    }

    pub(crate) fn has_postfix(&self) -> bool {
        self.settings["MTA"] == "1"
    }

    /// Puts a message straight into a mailbox; its envelope sender is the address in its From.
    pub(crate) fn deliver(&self, to: &str, message: &[u8]) {
        self.deliver_many(to, [message.to_vec()]);
    }

    /// As `deliver`, over one connection.
    pub(crate) fn deliver_many(&self, to: &str, messages: impl IntoIterator<Item = Vec<u8>>) {
        let mut session = Session::open(self.port("LMTP"), "LHLO").unwrap();
        for message in messages {
            session.send(&sender(&message), to, &message).unwrap();
        }
    }

    /// As `deliver_many`, with this envelope sender.
    pub(crate) fn deliver_as(
        &self,
        from: &str,
        to: &str,
        messages: impl IntoIterator<Item = Vec<u8>>,
    ) {
        let mut session = Session::open(self.port("LMTP"), "LHLO").unwrap();
        for message in messages {
            session.send(from, to, &message).unwrap();
        }
    }

    /// Hands a message to Postfix, as another host would.
    pub(crate) fn mail(&self, to: &str, message: &[u8]) {
        let mut session = Session::open(self.port("SMTP"), "EHLO").unwrap();
        session.send(&sender(message), to, message).unwrap();
    }

    /// Hands a message to Postfix as somebody's mail program does: logged in, over TLS.
    pub(crate) fn submit(&self, submission: &Submission<'_>, message: &[u8]) {
        let Submission { user, client, from, to } = *submission;
        let stream = dial(self.port("SUBMISSIONS")).unwrap();
        let config = self.trusting();
        let name = "localhost".try_into().unwrap();
        let tls = rustls::ClientConnection::new(config.into(), name).unwrap();
        let stream = rustls::StreamOwned::new(tls, stream);
        let mut session = Session { stream: BufReader::new(stream) };
        session.greet("EHLO", client).unwrap();
        let password = user.split('@').next().unwrap();
        let plain = BASE64.encode(format!("\0{user}\0pw-{password}").as_bytes());
        session.ask(&format!("AUTH PLAIN {plain}"), "235").unwrap();
        session.send(from, to, message).unwrap();
    }

    /// Believes the world's certificate.
    fn trusting(&self) -> rustls::ClientConfig {
        let pem = CertificateDer::pem_file_iter(self.ca_file()).unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(pem.map(Result::unwrap));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth()
    }

    /// Lays a message into a folder, as one that arrived then.
    pub(crate) fn append(&self, user: &str, folder: &str, message: &[u8], arrived: SystemTime) {
        let maildir = self.maildir(user, folder);
        if !maildir.join("tmp").exists() {
            let create = if folder == "INBOX" { "status" } else { "create" };
            let field = if folder == "INBOX" { &["messages"][..] } else { &[] };
            self.doveadm(&[&["mailbox", create, "-u", user], field, &[folder]].concat());
        }
        let seconds = arrived.duration_since(UNIX_EPOCH).unwrap().as_secs();
        let n = APPENDED.fetch_add(1, Ordering::Relaxed);
        let name = format!("{seconds}.M{n:06}.append");
        let (temporary, name) = (maildir.join("tmp").join(&name), maildir.join("new").join(&name));
        fs::write(&temporary, message).unwrap();
        fs::File::options().append(true).open(&temporary).unwrap().set_modified(arrived).unwrap();
        let owner = fs::metadata(&maildir).unwrap();
        chown(&temporary, Some(owner.uid()), Some(owner.gid())).unwrap();
        fs::rename(temporary, name).unwrap();
    }

    /// The flags of each message in a folder, in the order of UIDs.
    pub(crate) fn flags(&self, user: &str, folder: &str) -> Vec<String> {
        let table = self.doveadm(&[
            "-f",
            "tab",
            "fetch",
            "-u",
            user,
            "uid flags",
            "mailbox",
            folder,
            "all",
        ]);
        let mut rows: Vec<(u32, String)> = table
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once('\t'))
            .map(|(uid, flags)| (uid.parse().unwrap(), flags.to_owned()))
            .collect();
        rows.sort();
        rows.into_iter().map(|(_, flags)| flags).collect()
    }

    /// Moves messages that a search finds from one folder to another, as another mail client would.
    pub(crate) fn move_messages(&self, user: &str, from: &str, to: &str, search: &[&str]) {
        self.doveadm(&[&["move", "-u", user, to, "mailbox", from], search].concat());
    }

    /// How many messages are in a folder.
    pub(crate) fn count(&self, user: &str, folder: &str) -> usize {
        let status = self.doveadm(&["mailbox", "status", "-u", user, "messages", folder]);
        status.trim().rsplit('=').next().unwrap().parse().unwrap()
    }

    /// Waits until so many messages are in a folder.
    #[track_caller]
    pub(crate) fn wait_for_count(&self, user: &str, folder: &str, count: usize) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.count(user, folder) < count {
            assert!(Instant::now() < deadline, "{user} has no {count} messages in {folder}");
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// What is in a folder, as it lies there, in the order of UIDs.
    pub(crate) fn messages(&self, user: &str, folder: &str) -> Vec<Vec<u8>> {
        self.files(user, folder).iter().map(|file| fs::read(file).unwrap()).collect()
    }

    /// Lets the server list a message, the first is 0, and not read it; or read it again.
    pub(crate) fn set_readable(&self, user: &str, folder: &str, nth: usize, mode: u32) {
        let file = &self.files(user, folder)[nth];
        fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// The files of a folder's messages, in the order of UIDs.
    fn files(&self, user: &str, folder: &str) -> Vec<PathBuf> {
        let found = self.doveadm(&["search", "-u", user, "mailbox", folder, "all"]);
        let maildir = self.maildir(user, folder);
        // one line a message: UID, attributes, colon, and the file's name without flags
        let list = fs::read_to_string(maildir.join("dovecot-uidlist")).unwrap_or_default();
        let names: HashMap<&str, &str> = list
            .lines()
            .skip(1)
            .filter_map(|line| Some((line.split(' ').next()?, line.split_once(':')?.1)))
            .collect();
        let mut files = HashMap::new();
        for place in ["cur", "new"] {
            for file in fs::read_dir(maildir.join(place)).unwrap() {
                let path = file.unwrap().path();
                let name = path.file_name().and_then(OsStr::to_str).unwrap();
                files.insert(name.split(':').next().unwrap().to_owned(), path);
            }
        }
        let uids = found.lines().map(|line| line.split_once(' ').unwrap().1);
        uids.map(|uid| files[names[uid]].clone()).collect()
    }

    /// Makes all earlier knowledge of a folder's UIDs worthless.
    pub(crate) fn set_uid_validity(&self, user: &str, folder: &str, value: u32) {
        let value = value.to_string();
        self.doveadm(&["mailbox", "update", "--uid-validity", &value, "-u", user, folder]);
    }

    #[track_caller]
    pub(crate) fn doveadm(&self, arguments: &[&str]) -> String {
        SCRIPT.run("doveadm", self.folder.path(), arguments)
    }

    #[track_caller]
    pub(crate) fn start(&self, service: Service) {
        SCRIPT.run("start", self.folder.path(), &[service.name()]);
    }

    /// Asks it to end, and waits until it has.
    #[track_caller]
    pub(crate) fn stop(&self, service: Service) {
        SCRIPT.run("stop", self.folder.path(), &[service.name()]);
    }

    /// Kills all of its processes at once.
    #[track_caller]
    pub(crate) fn crash(&self, service: Service) {
        SCRIPT.run("crash", self.folder.path(), &[service.name()]);
    }

    /// Where a folder lies.
    pub(crate) fn maildir(&self, user: &str, folder: &str) -> PathBuf {
        let (local, domain) = user.split_once('@').unwrap();
        let maildir = Path::new(&self.settings["MAIL"]).join(domain).join(local);
        if folder == "INBOX" { maildir } else { maildir.join(format!(".{folder}")) }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        SCRIPT.down(self.folder.path());
    }
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::Dovecot => "dovecot",
            Self::Postfix => "postfix",
        }
    }
}

/// The address in the message's From; empty without one.
pub(crate) fn sender(message: &[u8]) -> String {
    let message = String::from_utf8_lossy(message);
    let mut head = message.lines().take_while(|line| !line.is_empty());
    let from = head.find_map(|line| line.strip_prefix("From:")).unwrap_or_default();
    let from = from.rsplit('<').next().unwrap_or_default().split('>').next().unwrap_or_default();
    from.trim().to_owned()
}

/// A connection to a server of the world.
fn dial(port: u16) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok(stream)
}

/// A connection by SMTP or LMTP, which differ in the greeting.
struct Session<S> {
    stream: BufReader<S>,
}

impl Session<TcpStream> {
    fn open(port: u16, hello: &str) -> io::Result<Self> {
        let mut session = Self { stream: BufReader::new(dial(port)?) };
        session.greet(hello, "customer.example")?;
        Ok(session)
    }
}

impl<S: Read + Write> Session<S> {
    fn greet(&mut self, hello: &str, client: &str) -> io::Result<()> {
        self.expect("220")?;
        self.ask(&format!("{hello} {client}"), "250")
    }

    fn send(&mut self, from: &str, to: &str, message: &[u8]) -> io::Result<()> {
        self.ask(&format!("MAIL FROM:<{from}>"), "250")?;
        self.ask(&format!("RCPT TO:<{to}>"), "250")?;
        self.ask("DATA", "354")?;
        let mut data = Vec::with_capacity(message.len() + 100);
        for line in message.split_inclusive(|&byte| byte == b'\n') {
            if line.starts_with(b".") {
                data.push(b'.');
            }
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            data.extend(line.strip_suffix(b"\r").unwrap_or(line));
            data.extend(b"\r\n");
        }
        data.extend(b".\r\n");
        self.stream.get_mut().write_all(&data)?;
        self.expect("250")
    }

    fn ask(&mut self, command: &str, reply: &str) -> io::Result<()> {
        self.stream.get_mut().write_all(format!("{command}\r\n").as_bytes())?;
        self.expect(reply)
    }

    fn expect(&mut self, reply: &str) -> io::Result<()> {
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            if !line.starts_with(reply) {
                return Err(io::Error::other(format!("expected {reply}, got {line:?}")));
            }
            if !line[reply.len()..].starts_with('-') {
                return Ok(());
            }
        }
    }
}
