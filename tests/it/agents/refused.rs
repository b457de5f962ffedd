//! What is not done, whoever says so, and what the agent hears of it.

use crate::authentication::signer::Key;
use crate::authentication::zone::{Has, Zone};

use super::{ADA, BOB, CARLA, Staffed, answer, letter, recipients, signed_by, to};

#[test]
fn aut_32_an_order_that_is_none_does_nothing_and_comes_back() {
    let desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    let news = desk.take(&answer(ADA, told, "#close\n#resolv\nTurn it off."));
    assert_eq!(recipients(&news), ["ada@staff.example"]);
    let refusal = to(&news, "ada@staff.example");
    assert!(refusal.message.contains("do you mean #resolve?"), "{}", refusal.message);
    assert!(refusal.message.contains("#spent 30m"), "{}", refusal.message);
    let ticket = desk.only();
    assert_eq!(ticket["status"], "new");
    let kinds: Vec<_> = ticket["articles"].as_array().unwrap().iter().map(|a| &a["kind"]).collect();
    assert_eq!(kinds, ["requester", "internal"]);
}

#[test]
fn thr_05_who_only_says_that_he_is_an_agent_orders_nothing() {
    let desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    let tid = desk.only()["tid"].as_str().unwrap().to_owned();
    let forged = answer(ADA, told, "#close\nYour level has ended.");
    let mails = [
        // not signed, signed by another domain, by the subject alone, from the address of no signature
        forged.bytes(),
        signed_by("evil.example", &answer(ADA, told, "#close\nAnother one.")),
        letter(ADA, &format!("Re: {tid} Printer on fire")).text("#close\r\nA third.\r\n").bytes(),
        letter("Ada <ada@home.example>", &format!("Re: {tid}"))
            .text("#close\r\nA fourth.\r\n")
            .bytes(),
    ];
    for mail in mails {
        let news = desk.take_bytes(&mail);
        assert_eq!(recipients(&news), ["ada@staff.example"]);
        let refusal = to(&news, "ada@staff.example");
        assert!(
            refusal.message.contains("It is not known that you wrote it"),
            "{}",
            refusal.message
        );
        assert_eq!(desk.only()["status"], "new");
    }
    assert_eq!(desk.sent_to("carla@paid.example").len(), 1, "the acknowledgement");
}

#[test]
fn aut_34_an_order_of_a_requester_is_a_word() {
    let desk = Staffed::met();
    let news = desk.opened();
    let first = to(&news, "carla@paid.example").clone();
    let order = letter(CARLA, "Re: Printer on fire")
        .answers(&first.header("Message-ID"))
        .text("#close\r\n#level commercial\r\nPlease.\r\n");
    let news = desk.take(&order);
    assert_eq!(recipients(&news), ["ada@staff.example", "bob@staff.example"]);
    assert_eq!(desk.only()["status"], "new");
    // and quoted by an agent it still is none
    let told = to(&news, "ada@staff.example");
    let news = desk.take(&answer(ADA, told, "We look at it."));
    assert!(recipients(&news).contains(&"carla@paid.example"));
    assert_eq!(desk.only()["status"], "pending");
}

#[test]
fn thr_05_who_is_an_agent_no_more_is_refused() {
    let mut desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "bob@staff.example").clone();
    let config = &mut desk.guarded.stand.desk.config;
    *config = config[..config.rfind("[[agent]]").unwrap()].to_owned();
    let news = desk.take(&answer(BOB, &told, "#resolve\nAll is well."));
    assert!(!recipients(&news).contains(&"carla@paid.example"), "{news:#?}");
    let tickets = desk.guarded.stand.desk.tickets();
    assert!(tickets.iter().all(|ticket| ticket["status"] == "new"), "{tickets:#?}");
    assert_eq!(tickets.len(), 2, "his mail is a stranger's");
}

#[test]
fn aut_32_orders_in_html_alone_and_what_is_sealed_do_nothing() {
    let desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    let of_type = |kind: &str, body: &str| {
        let plain = answer(ADA, told, "").field("Content-Type", kind);
        plain.field("MIME-Version", "1.0").text(body)
    };
    let html = of_type("text/html", "<div>#close</div><div>Turn it off.</div>\r\n");
    let sealed =
        of_type("application/pkcs7-mime; smime-type=enveloped-data", "MIAGCSqGSIb3DQEHA6CA\r\n");
    for (mail, why) in [(html, "HTML alone"), (sealed, "It is encrypted")] {
        let news = desk.take(&mail);
        assert_eq!(recipients(&news), ["ada@staff.example"], "{why}");
        assert!(to(&news, "ada@staff.example").message.contains(why), "{news:#?}");
        assert_eq!(desk.only()["status"], "new");
    }
    // what is HTML alone and orders nothing is an answer
    let html = of_type("text/html", "<div>Turn it <b>off</b>.</div>\r\n");
    let news = desk.take(&html);
    assert!(to(&news, "carla@paid.example").message.contains("Turn it"), "{news:#?}");
}

#[test]
fn aut_30_a_mail_whose_proof_is_pending_waits() {
    let key = || Has::Text(Key::ed25519().record());
    let mut desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    let records = |ours: Has| {
        Zone::of(&[
            ("s._domainkey.paid.example", key()),
            ("s._domainkey.staff.example", ours),
            ("_dmarc.staff.example", Has::Text("v=DMARC1; p=reject".to_owned())),
        ])
    };
    let (silent, knows) = (records(Has::Trouble), records(key()));
    let zone = desk.guarded.zone.address.to_string();
    let config = &mut desk.guarded.stand.desk.config;
    *config = config.replace(&zone, &silent.address.to_string());
    let mail = answer(ADA, told, "#spent 10m\nTurn it off.");
    assert!(desk.take(&mail).is_empty());
    assert_eq!(desk.guarded.stand.desk.halfway()["pending"], 1);
    assert_eq!(desk.only()["articles"].as_array().unwrap().len(), 1);
    // a minute later
    let config = &mut desk.guarded.stand.desk.config;
    *config = config.replace(&silent.address.to_string(), &knows.address.to_string());
    desk.guarded.stand.desk.sql("update inbound set due_us = 0 where state = 'pending'");
    desk.guarded.stand.once();
    let news = desk.news();
    assert!(to(&news, "carla@paid.example").message.contains("Turn it off."));
    assert_eq!(desk.only()["spent_minutes"], 10);
}

#[test]
fn thr_31_what_a_program_breaks_off_a_quote_is_not_passed_on() {
    let desk = Staffed::met();
    let news = desk.opened();
    let told = to(&news, "ada@staff.example");
    let plain = String::from_utf8(answer(ADA, told, "").bytes()).unwrap();
    let (head, quote) = plain.split_once("\r\n\r\n").unwrap();
    let with = |orders: &str, quote: &str| format!("{head}\r\n\r\n{orders}{quote}\r\n");
    // the last line of the quote is long, and its end stands below it without a mark
    let broken = quote.replace(", #merge", "\r\n#merge");
    assert_ne!(broken, quote);
    // orders and nothing else: what is quoted is no answer
    let signed = |mail: String| super::sign("staff.example", &mail);
    let news = desk.take_bytes(&signed(with("#spent 5m\r\n", quote.trim())));
    assert!(news.is_empty(), "{news:#?}");
    let below = format!("{}\r\n\r\nTurn it off.\r\n", broken.trim());
    for orders in ["", "#close\r\n"] {
        let news = desk.take_bytes(&signed(with(orders, &below)));
        assert_eq!(recipients(&news), ["ada@staff.example"]);
        let refusal = to(&news, "ada@staff.example");
        assert!(refusal.message.contains("leave an empty line"), "{}", refusal.message);
    }
    let below = format!("{}\r\n\r\nTurn it off.\r\n", quote.trim());
    let news = desk.take_bytes(&signed(with("#pending\r\n", &below)));
    let told = to(&news, "carla@paid.example");
    assert!(told.message.contains("Turn it off."), "{}", told.message);
    assert!(!told.message.contains("#close"), "{}", told.message);
}
