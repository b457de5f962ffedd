//! The whole life of a ticket in each language: what its requester finds in his mailbox, read from top to bottom as a
//! person does. `UPDATE=1` rewrites `tests/lives`.

use std::fmt::Write as _;
use std::path::Path;

use percent_encoding::percent_decode_str;

use super::client::Read;
use super::journeys::Names;
use super::office::{ADA, CARL, CARLA, KARI, Office};
use crate::attacks::now;
use crate::support::desk::SUPPORT;
use crate::support::letter::date;

/// What is said in a language.
struct Life {
    tag: &'static str,
    who: &'static str,
    name: &'static str,
    subject: &'static str,
    asks: &'static str,
    question: &'static str,
    reply: &'static str,
    solution: &'static str,
    again: &'static str,
}

const LIVES: [Life; 3] = [
    Life {
        tag: "en",
        who: CARLA,
        name: "Carla",
        subject: "No email since this morning",
        asks: "Hello,\n\nsince this morning we get no email any more. You can look for yourselves:\n\
               Password: hunter2-x9\n\nKind regards\nCarla",
        question: "Hello Carla,\n\nsince when exactly, and what does the program say?\n\nAda",
        reply: "Since nine o'clock. It says that the mailbox is full.",
        solution: "Hello Carla,\n\nyour mailbox has more room now.\n\nAda",
        again: "It is full again. Please have another look.",
    },
    Life {
        tag: "de",
        who: CARL,
        name: "Carl",
        subject: "Seit heute Morgen keine E-Mails",
        asks: "Guten Tag,\n\nseit heute Morgen bekommen wir keine E-Mails mehr. Sie können selbst nachsehen:\n\
               Passwort: hunter2-x9\n\nViele Grüße\nCarl",
        question: "Guten Tag Carl,\n\nseit wann genau, und was meldet das Programm?\n\nAda",
        reply: "Seit neun Uhr. Es meldet, dass das Postfach voll ist.",
        solution: "Guten Tag Carl,\n\nIhr Postfach hat jetzt mehr Platz.\n\nAda",
        again: "Es ist schon wieder voll. Bitte sehen Sie noch einmal nach.",
    },
    Life {
        tag: "nb",
        who: KARI,
        name: "Kari",
        subject: "Ingen e-post siden i morges",
        asks: "Hei!\n\nSiden i morges har vi ikke fått noen e-post. Dere kan se selv:\n\
               Passord: hunter2-x9\n\nVennlig hilsen\nKari",
        question: "Hei, Kari!\n\nNår begynte det, og hva sier programmet?\n\nAda",
        reply: "Klokken ni. Det sier at postkassen er full.",
        solution: "Hei, Kari!\n\nPostkassen din har fått mer plass.\n\nAda",
        again: "Den er full igjen. Kan dere se på det en gang til?",
    },
];

#[test]
fn a_whole_life_of_a_ticket_reads_well_in_each_language() {
    let Some(office) = Office::with(
        "languages = [\"en\", \"de\", \"nb\"]\nreopen_within = \"14d\"\n",
        &[("notices = []\n", "")],
    ) else {
        eprintln!("left out: Postfix's master runs as root only");
        return;
    };
    for life in &LIVES {
        lived(&office, life);
        is_as_written(&office, life);
    }
}

fn lived(office: &Office, life: &Life) {
    let count = std::cell::Cell::new(0);
    let desk = format!("Support <{SUPPORT}>");
    let id = |who: &str| {
        count.set(count.get() + 1);
        format!("<life-{}-{}@{}>", life.tag, count.get(), who.split('@').nth(1).unwrap())
    };
    let begun = |subject: &str, text: &str| {
        let head = format!("To: {desk}\nSubject: {subject}\n");
        let mail = mail(life.name, life.who, &head, &id(life.who), text);
        office.take(life.who, &mail)
    };
    let answered = |who: &'static str, name: &str, text: &str| {
        let newest = Read::of(office.mailbox(who).last().unwrap());
        let known: Vec<_> = newest.references.iter().chain([&newest.message_id]).collect();
        let known = known.iter().map(|id| id.as_str()).filter(|id| !id.is_empty());
        let head = format!(
            "To: {}\nSubject: Re: {}\nIn-Reply-To: {}\nReferences: {}\n",
            newest.reply_to,
            newest.subject.trim_start_matches("Re: "),
            newest.message_id,
            known.collect::<Vec<_>>().join(" ")
        );
        let quoted: Vec<_> = newest.text.lines().map(|line| format!("> {line}")).collect();
        let text = format!("{text}\n\n{}", quoted.join("\n"));
        office.take(who, &mail(name, who, &head, &id(who), &text))
    };
    let hears = |reached: &[&str]| assert!(reached.contains(&life.who), "{reached:?}");
    let hears_nothing = |reached: &[&str]| assert!(!reached.contains(&life.who), "{reached:?}");

    hears(&begun(life.subject, life.asks));
    hears(&answered(ADA, "Ada", "#accept"));
    hears(&answered(ADA, "Ada", life.question));
    hears_nothing(&answered(life.who, life.name, life.reply));
    hears(&answered(ADA, "Ada", "#waiting\n#priority high"));
    hears(&answered(ADA, "Ada", &format!("#resolve\n\n{}", life.solution)));
    // He chooses a link, and his program begins a mail.
    let newest = Read::of(office.mailbox(life.who).last().unwrap());
    let link = newest.html.split("href=\"mailto:").nth(5).unwrap().split('"').next().unwrap();
    let (to, subject) = link.split_once("?subject=").unwrap();
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let head = format!("To: {}\nSubject: {}\n", decoded(to), decoded(subject));
    hears_nothing(&office.take(life.who, &mail(life.name, life.who, &head, &id(life.who), "")));
    hears_nothing(&answered(life.who, life.name, life.again));
    hears(&answered(ADA, "Ada", "#resolve"));
    hears(&answered(ADA, "Ada", "#close"));
    hears(&answered(life.who, life.name, "#history"));
    let ticket = office.desk.tickets().into_iter().rfind(|one| one["requester"] == life.who);
    let ticket = office.desk.ticket(ticket.unwrap()["number"].as_i64().unwrap());
    assert_eq!((&ticket["status"], &ticket["rating"]["stars"]), (&"closed".into(), &5.into()));
}

fn mail(name: &str, from: &str, head: &str, id: &str, text: &str) -> String {
    let date = date(now());
    format!(
        "From: {name} <{from}>\n{head}Date: {date}\nMessage-ID: {id}\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    )
    .replace('\n', "\r\n")
}

/// His mailbox, but for what is another each time.
fn is_as_written(office: &Office, life: &Life) {
    let mut names = Names::default();
    let mut found = String::new();
    for raw in office.mailbox(life.who) {
        let mail = Read::of(&raw);
        has_its_form(&raw, &mail, life);
        writeln!(found, "From: {}\nSubject: {}\n", mail.from, mail.subject).unwrap();
        let text = undated(&unwrapped(&mail.text));
        writeln!(found, "{}\n\n{}\n", names.mask(&text), "=".repeat(76)).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lives");
    let path = path.join(life.tag).with_extension("txt");
    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says so")]
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&path).unwrap(), "UPDATE=1 rewrites it");
}

/// Bytes of a mail of ours without what is attached.
const BYTES_MAX: usize = 20 * 1024;

/// One thread in every client (RFC 5322 §3.6.4), small, and no list's (RFC 2369).
fn has_its_form(raw: &[u8], mail: &Read, life: &Life) {
    let head = String::from_utf8_lossy(raw).to_lowercase();
    let head = head.split("\n\n").next().unwrap().split("\r\n\r\n").next().unwrap();
    let has = |field: &str| head.lines().any(|line| line.starts_with(field));
    assert!(has("date:") && has("message-id:") && !has("list-"), "{head}");
    let is_answer = mail.text.contains("\n-- \n");
    assert_eq!(has("auto-submitted:"), !is_answer, "{head}");
    let first = format!("<life-{}-1@paid.example>", life.tag);
    assert_eq!(mail.references.first(), Some(&first), "{}", mail.subject);
    assert!(mail.subject.contains(life.subject), "{}", mail.subject);
    assert!(raw.len() <= BYTES_MAX, "{}: {} bytes", mail.subject, raw.len());
}

/// A line of so many characters goes on in the next.
const FULL: usize = 50;

/// A paragraph in a line: where its lines end hangs on the day.
fn unwrapped(text: &str) -> String {
    let mut whole = String::new();
    let mut before = 0;
    for line in text.lines() {
        let goes_on = FULL <= before && !line.is_empty();
        if goes_on {
            whole.pop();
            whole.push(' ');
        }
        whole.push_str(line);
        whole.push('\n');
        before = line.chars().count();
    }
    whole.trim_end().to_owned()
}

/// Days of the week, in all languages.
const DAYS: [&str; 21] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Montag",
    "Dienstag",
    "Mittwoch",
    "Donnerstag",
    "Freitag",
    "Samstag",
    "Sonntag",
    "mandag",
    "tirsdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lørdag",
    "søndag",
];

/// From a day of the week to the end of its time.
fn undated(text: &str) -> String {
    let mut text = text.to_owned();
    for day in DAYS {
        while let Some(begin) = text.find(&format!("{day} ")).or(text.find(&format!("{day}, "))) {
            let length = text[begin..].find("UTC").unwrap() + "UTC".len();
            text.replace_range(begin..begin + length, "(DAY)");
        }
    }
    text
}
