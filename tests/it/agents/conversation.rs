//! A whole conversation by mail, on a real Postfix and Dovecot: customers are proven by their signatures,
//! agents by their login at our own server, and everybody's program has its own way to answer.

mod client;
mod journeys;
mod leaks;
mod lives;
mod office;

use std::collections::{BTreeMap, BTreeSet};

use client::{Read, written};
use office::{ADA, AGENTS, BOB, CARL, CARLA, OLAF, Office, PIA};

/// What a mail answers.
#[derive(Clone, Copy)]
enum Answers {
    Nothing,
    /// The newest mail in the writer's mailbox.
    Newest,
    /// The one that lies so many before it.
    Before(usize),
}

/// A mail and what comes of it.
struct Step {
    /// Its file in `tests/data/conversation`.
    file: &'static str,
    from: &'static str,
    answers: Answers,
    /// Who gets a mail.
    reaches: &'static [&'static str],
    /// Where which ticket stands then, the first is 0.
    status: (usize, &'static str),
}

const fn step(
    file: &'static str,
    from: &'static str,
    answers: Answers,
    reaches: &'static [&'static str],
    status: (usize, &'static str),
) -> Step {
    Step { file, from, answers, reaches, status }
}

const CONVERSATION: [Step; 17] = [
    step("01-carla-asks", CARLA, Answers::Nothing, &[ADA, BOB, CARLA], (0, "new")),
    step("02-ada-accepts", ADA, Answers::Newest, &[BOB, CARLA], (0, "pending")),
    step("03-carla-from-her-phone", CARLA, Answers::Newest, &[ADA], (0, "open")),
    step("04-ada-hands-over", ADA, Answers::Newest, &[BOB], (0, "open")),
    step("05-bob-is-away", BOB, Answers::Newest, &[], (0, "open")),
    step("06-bob-between-the-lines", BOB, Answers::Before(2), &[CARLA, CARL], (0, "pending")),
    step("07-carl-joins", CARL, Answers::Newest, &[BOB], (0, "open")),
    step("08-ada-mistypes", ADA, Answers::Newest, &[ADA], (0, "open")),
    step("09-bob-in-html-alone", BOB, Answers::Newest, &[CARLA, CARL], (0, "pending")),
    step("10-carla-in-html-alone", CARLA, Answers::Newest, &[BOB], (0, "open")),
    step("11-bob-below-the-quote", BOB, Answers::Newest, &[CARLA, CARL], (0, "pending")),
    step("12-carla-says-yes", CARLA, Answers::Newest, &[BOB], (0, "open")),
    step("13-bob-resolves", BOB, Answers::Newest, &[CARLA, CARL], (0, "resolved")),
    step("14-carla-thanks", CARLA, Answers::Newest, &[BOB], (0, "resolved")),
    step("15-ada-passes-on", ADA, Answers::Nothing, &[ADA, BOB, PIA], (1, "new")),
    step("16-bob-forwards", BOB, Answers::Nothing, &[ADA, BOB, OLAF], (2, "new")),
    step("17-ada-answers-pia", ADA, Answers::Before(1), &[BOB, PIA], (1, "pending")),
];

#[test]
fn thr_31_a_conversation_is_one_thread_for_everybody_and_nothing_internal_goes_out() {
    let Some(office) = Office::open() else {
        eprintln!("left out: Postfix's master runs as root only");
        return;
    };
    let mut ids: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut shown = BTreeMap::new();
    for step in &CONVERSATION {
        let mailbox = office.mailbox(step.from);
        let answered = match step.answers {
            Answers::Nothing => None,
            Answers::Newest => mailbox.last(),
            Answers::Before(count) => mailbox.iter().nth_back(count),
        };
        let mail = written(step.file, answered.map(Vec::as_slice));
        let id = Read::of(mail.as_bytes()).message_id;
        let known = if answered.is_some() { mailbox.len() } else { 0 };
        assert!(known > 0 || matches!(step.answers, Answers::Nothing), "{}", step.file);
        ids.entry(step.from).or_default().push(id);
        let reached = office.take(step.from, &mail);
        let tickets = office.desk.tickets();
        let (nth, status) = step.status;
        let stands = (reached.as_slice(), tickets[nth]["status"].as_str());
        assert_eq!(stands, (step.reaches, Some(status)), "{}: {}", step.file, last(&office, nth));
        shown.insert(step.file.to_owned(), mail.into_bytes());
        for who in reached {
            let newest = office.mailbox(who).pop().unwrap();
            shown.insert(format!("{} to {who}", step.file), newest);
        }
    }
    assert_eq!(office.desk.tickets().len(), 3);
    let of_agents: Vec<_> = AGENTS.iter().flat_map(|agent| ids[agent].clone()).collect();
    leaks::nothing_internal(&office, &of_agents);
    carlas_thread(&office, &ids[CARLA], &ids[CARL]);
    agents_threads(&office);
    what_was_said(&office);
    journeys::are_as_written(&shown);
}

/// The end of a ticket's story.
fn last(office: &Office, nth: usize) -> String {
    let ticket = office.desk.ticket(office.desk.tickets()[nth]["number"].as_i64().unwrap());
    let events = ticket["events"].as_array().unwrap();
    format!("{:#?}", &events[events.len().saturating_sub(3)..])
}

/// Every mail is below her first one; beside what she has it refers to what her colleague has.
fn carlas_thread(office: &Office, hers: &[String], his: &[String]) {
    let wrote: Vec<_> = hers.iter().chain(his).cloned().collect();
    let mails = |who: &str| office.mailbox(who).into_iter().map(|mail| Read::of(&mail));
    let has: BTreeSet<_> = mails(CARLA).chain(mails(CARL)).map(|mail| mail.message_id).collect();
    for mail in mails(CARLA) {
        assert_eq!(mail.references.first(), hers.first(), "{}", mail.subject);
        assert_eq!(mail.references.last(), Some(&mail.in_reply_to), "{}", mail.subject);
        assert!(wrote.contains(&mail.in_reply_to), "{}: {}", mail.subject, mail.in_reply_to);
        let is_strange = |id: &&String| !has.contains(*id) && !wrote.contains(id);
        let strange: Vec<_> = mail.references.iter().filter(is_strange).collect();
        assert!(strange.is_empty(), "{strange:?}");
    }
}

/// Each mail of a ticket is below what stands for the ticket.
fn agents_threads(office: &Office) {
    let numbers = office.desk.tickets();
    let roots: Vec<_> =
        numbers.iter().map(|one| (format!("<ticket.{}@", one["number"]), &one["tid"])).collect();
    for agent in AGENTS {
        for mail in office.mailbox(agent).iter().map(|mail| Read::of(mail)) {
            let of = |tid: &str| mail.subject.contains(tid);
            let (root, _) = roots.iter().find(|(_, tid)| of(tid.as_str().unwrap())).unwrap();
            assert!(mail.references[0].starts_with(root), "{agent}: {}", mail.subject);
            assert!(mail.in_reply_to.starts_with(root), "{agent}: {}", mail.subject);
        }
    }
}

/// What a customer reads, in which mail of the mailbox.
const SAID: &[(&str, usize, &str)] = &[
    (CARLA, 1, "Hello Carla,\n\nyes: pull the plug at the wall first"),
    (CARLA, 2, "> our printer is on fire. Shall I unplug it?\n\nYes, and leave it off.\n"),
    (CARLA, 2, "> When does somebody come?\n> Carla\n\nTomorrow at nine, with a new one."),
    (CARLA, 3, "Hello Carl,\n\nthe disk is wiped before anybody touches it.\nYou get a"),
    (CARLA, 4, "Is there a ramp? The new one weighs eighty"),
    (CARLA, 5, "The new one stands there and prints."),
    (CARL, 0, "Yes, and leave it off."),
    (CARL, 3, "The new one stands there and prints."),
    (PIA, 1, "Hello Pia,\n\na drop of oil on the left hinge helps."),
];

fn what_was_said(office: &Office) {
    for (who, nth, words) in SAID {
        let text = Read::of(&office.mailbox(who)[*nth]).text;
        assert!(text.contains(words), "{who} {nth}: {words:?} is not in {text}");
    }
    let first = &office.desk.tickets()[0];
    let first = office.desk.ticket(first["number"].as_i64().unwrap());
    assert_eq!((&first["agent"], &first["spent_minutes"]), (&"Bob".into(), &135.into()));
    assert_eq!(first["level"], "commercial");
}
