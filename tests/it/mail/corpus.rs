//! Real messages: a few in `tests/corpus` whose print is compared, and, where `TIDINGS_CORPUS`
//! names a folder of them, many with what their projects expect.

mod fields;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::Value;
use tidings::mail::automatic::{Answers, Kind};
use tidings::mail::reply::Reply;
use tidings::mail::report::Action;
use tidings::mail::{Mail, Sender, parse};

/// How the mail of a case prints: one line a fact, so that a difference names it.
fn print(mail: &Mail, defects: &[parse::Defect]) -> String {
    let mut text = String::new();
    let sender = match &mail.sender {
        Sender::One(named) => format!("{} <{}>", named.name, named.address),
        Sender::Ambiguous { why, shown, .. } => format!("nobody ({why}): {shown}"),
    };
    let shown = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    let names = |list: &[tidings::mail::address::NamedAddress]| {
        list.iter()
            .map(|one| format!("{} <{}>", one.name, one.address))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let ids = |list: &[tidings::mail::message_id::MessageId]| {
        list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let lines = [
        ("message-id", shown(mail.message_id.as_ref().map(ToString::to_string))),
        ("in-reply-to", ids(&mail.in_reply_to)),
        ("references", ids(&mail.references)),
        ("sender", sender),
        ("reply-to", names(&mail.reply_to)),
        ("to", names(&mail.to)),
        ("cc", names(&mail.cc)),
        ("subject", mail.subject.clone()),
        ("date", shown(mail.date.map(|date| date.to_string()))),
        ("received", shown(mail.received.map(|date| date.to_string()))),
        ("return-path", shown(mail.return_path.as_ref().map(ToString::to_string))),
        ("kind", format!("{} {:?}", mail.class.kind.as_str(), mail.class.reasons)),
        ("answers", format!("{:?}", mail.class.answers)),
        ("content", mail.content.to_string()),
    ];
    for (name, value) in lines {
        writeln!(text, "{name:<12} {value}").unwrap();
    }
    for one in &mail.attachments {
        let placement = format!("{:?}", one.placement).to_lowercase();
        let (name, kind, size) = (&one.name, &one.media_type, one.size);
        writeln!(text, "attachment   {name} {kind} {size} {placement} {}", one.digest).unwrap();
    }
    for defect in defects {
        writeln!(text, "defect       {defect}").unwrap();
    }
    writeln!(text, "text\n{}", mail.text).unwrap();
    text
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut cases: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    cases
}

#[expect(clippy::disallowed_methods, reason = "the corpus is handed in by the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// `UPDATE=1` rewrites what is expected.
#[test]
fn each_case_prints_as_it_did() {
    let update = environment("UPDATE").is_some();
    for case in cases() {
        let raw = std::fs::read(case.join("mail.eml")).unwrap();
        let (mail, defects) = parse::parse(&raw);
        let printed = print(&mail, &defects);
        let expected = case.join("parsed.txt");
        if update {
            std::fs::write(&expected, printed).unwrap();
        } else {
            let expected = std::fs::read_to_string(expected).unwrap();
            assert_eq!(printed, expected, "{}", case.display());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_are_a_mail(raw in prop::collection::vec(any::<u8>(), 0..2_000)) {
        sound(&raw);
    }

    #[test]
    fn any_damage_leaves_a_mail(
        case in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..6_u8, any::<u8>()), 1..20),
    ) {
        let cases = cases();
        let mut raw = std::fs::read(case.get(&cases).join("mail.eml")).unwrap();
        const PIECES: [&[u8]; 12] = [
            b"\r\n", b"\r\n\r\n", b"--", b"=?utf-8?Q?", b"\"", b"(", b"<", b"\0", b"\xff",
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", b"From: x@y.z\r\n", b"&#",
        ];
        for (at, what, byte) in damage {
            if raw.is_empty() {
                break;
            }
            let at = at.index(raw.len());
            match what {
                0 => raw[at] = byte,
                1 => raw.truncate(at),
                2 => { raw.drain(at..raw.len().min(at + usize::from(byte))); }
                3 => { let copy = raw[at..raw.len().min(at + 200)].to_vec(); raw.extend(copy); }
                _ => {
                    let piece = PIECES[usize::from(byte) % PIECES.len()];
                    raw.splice(at..at, piece.iter().copied());
                }
            }
        }
        sound(&raw);
    }
}

/// What holds for every mail, whatever the bytes.
fn sound(raw: &[u8]) {
    let (mail, defects) = parse::parse(raw);
    assert_eq!(parse::parse(raw), (mail.clone(), defects));
    let bad = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    assert!(!mail.text.contains(bad), "{:?}", mail.text);
    assert!(!mail.subject.contains(char::is_control), "{:?}", mail.subject);
    for one in &mail.attachments {
        assert!(!one.name.is_empty() && !one.name.contains(['/', '\\']), "{}", one.name);
        assert!(!one.name.contains(char::is_control), "{:?}", one.name);
    }
    let person = mail.class.kind == Kind::Person;
    assert_eq!(person, mail.class.reasons.is_empty());
}

fn rows(folder: &Path, file: &str) -> Vec<(Value, Vec<u8>)> {
    std::fs::read_to_string(folder.join(file))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|row| {
            let raw = std::fs::read(folder.join(row["eml"].as_str().unwrap())).unwrap();
            (row, raw)
        })
        .collect()
}

/// Prints what went wrong and asserts the share, in percent, that must go right.
#[track_caller]
fn score(name: &str, total: usize, misses: &[String], percent_min: usize) {
    for miss in misses {
        println!("{name}: {miss}");
    }
    let good = total - misses.len();
    println!("{name}: {good} of {total}");
    assert!(total * percent_min <= good * 100, "{name}: {good} of {total}\n{}", misses.join("\n"));
}

#[test]
fn the_messages_of_other_projects_read_as_they_expect() {
    let Some(folder) = environment("TIDINGS_CORPUS").map(PathBuf::from) else { return };
    smoke(&folder);
    fields::score(&folder);
    machines(&folder);
    bounces(&folder);
    persons(&folder);
    replies(&folder);
}

fn smoke(folder: &Path) {
    let mut slow = Vec::new();
    let rows = rows(folder, "smoke.jsonl");
    for (row, raw) in &rows {
        let started = Instant::now();
        sound(raw);
        // A guard against what hangs, no measure of speed.
        if Duration::from_secs(20) < started.elapsed() {
            slow.push(format!("{} took {:?}", row["id"], started.elapsed()));
        }
    }
    score("smoke", rows.len(), &slow, 100);
}

fn machines(folder: &Path) {
    let (mut misses, mut kinds) = (Vec::new(), Vec::new());
    let rows = rows(folder, "auto.jsonl");
    for (row, raw) in &rows {
        let (mail, _) = parse::parse(raw);
        let kind = mail.class.kind;
        let shown = format!("{} is {} {:?}", row["id"], kind.as_str(), mail.class.reasons);
        if row["expect"]["auto"].as_bool() != Some(kind != Kind::Person) {
            misses.push(shown.clone());
        }
        let fits = match row["expect"]["kind"].as_str().unwrap_or_default() {
            "bounce" | "dsn-delay" => kind == Kind::Bounce,
            "feedback-report" | "dmarc-report" => kind == Kind::Report,
            "auto-generated" | "own-loop-header" => {
                matches!(kind, Kind::Generated | Kind::Bulk | Kind::AutoReply | Kind::OutOfOffice)
            }
            "normal" => kind == Kind::Person,
            _ => true,
        };
        if !fits {
            kinds.push(shown);
        }
    }
    score("auto", rows.len(), &misses, 99);
    score("kind", rows.len(), &kinds, 98);
}

/// Whom a report of failure names, all of them and no others, and whether each has failed for good.
fn bounces(folder: &Path) {
    let (mut recipients, mut classes, mut told) = (Vec::new(), Vec::new(), 0);
    let rows = rows(folder, "bounce.jsonl");
    for (row, raw) in &rows {
        let found = parse::parse(raw).0.report.map_or_else(Vec::new, |report| report.recipients);
        let expected = row["expect"]["recipients"].as_array().unwrap();
        let name = |one: &Value| one["recipient"].as_str().unwrap().to_lowercase();
        let names: BTreeSet<_> = expected.iter().map(name).collect();
        let read: BTreeSet<_> = found.iter().map(|one| one.address.to_string()).collect();
        if names != read {
            recipients.push(format!("{}: {read:?}, not {names:?}", row["id"]));
        }
        for one in expected {
            told += 1;
            let read = found.iter().find(|read| read.address.as_str() == name(one));
            let failed = read.map(|read| read.action == Some(Action::Failed));
            let status = read.and_then(|read| read.status).map(|status| status.to_string());
            let wanted = one["status"].as_str();
            if failed != one["permanent"].as_bool()
                || wanted.is_some_and(|wanted| status.as_deref() != Some(wanted))
            {
                classes.push(format!("{} {}: {read:?}", row["id"], name(one)));
            }
        }
    }
    score("bounced recipients", rows.len(), &recipients, 97);
    score("bounced for good", told, &classes, 97);
}

/// Messages of persons, unless they carry a mark of a machine or a list.
fn persons(folder: &Path) {
    let mut wrong = Vec::new();
    let mut total = 0;
    for file in ["parse.jsonl", "reply.jsonl"] {
        for (row, raw) in rows(folder, file) {
            let (mail, _) = parse::parse(&raw);
            let class = mail.class;
            let header = String::from_utf8_lossy(&raw).to_lowercase();
            let header = header.split("\r\n\r\n").next().unwrap_or_default();
            let header = header.split("\n\n").next().unwrap_or_default();
            let marked = [
                "list-",
                "precedence:",
                "auto-submitted:",
                "x-auto",
                "<>",
                "mailing-list:",
                "submitter:",
            ]
            .iter()
            .any(|mark| header.contains(mark));
            total += 1;
            if class.kind != Kind::Person && !marked {
                wrong.push(format!("{} is {:?} {:?}", row["id"], class.kind, class.reasons));
            }
            if let Answers::Unwelcome(reason) = class.answers {
                println!("persons: {} unwelcome: {reason}", row["id"]);
            }
        }
    }
    score("persons", total, &wrong, 100);
}

/// What a reply says now. Where two of the well-known parsers agree it is no matter of taste.
fn replies(folder: &Path) {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let (mut all, mut agreed, mut agreed_total) = (Vec::new(), Vec::new(), 0);
    let rows = rows(folder, "reply.jsonl");
    for (row, raw) in &rows {
        let (mail, _) = parse::parse(raw);
        let found = Reply::of(&mail.text).text;
        let accepted = row["expect"]["accept"].as_array().into_iter().flatten();
        let texts =
            accepted.filter_map(|one| one["text"].as_str()).chain(row["expect"]["text"].as_str());
        let right = texts.into_iter().any(|text| squeezed(text) == squeezed(&found));
        let peers = row["peer_agreement"]["agree"].as_u64().unwrap_or_default();
        agreed_total += usize::from(2 <= peers);
        if !right {
            let shown = format!("{} ({peers} agree): {found:?}", row["id"]);
            agreed.extend((2 <= peers).then(|| shown.clone()));
            all.push(shown);
        }
    }
    score("reply", rows.len(), &all, 90);
    score("reply, two agree", agreed_total, &agreed, 94);
}
