//! A paid level, without being who bought it.

use super::{CARLA, EVE, Guarded, SUPPORT, eves, genuine, letter, now, signed_by, system_time};
use crate::authentication::signer::{How, Key, signed};
use crate::support::letter::Letter;

fn text(letter: &Letter) -> String {
    String::from_utf8(letter.bytes()).unwrap()
}

#[test]
fn thr_04_a_spoofed_customer_gets_the_default_level() {
    let guarded = Guarded::met();
    let from_carla = |subject: &str| letter(CARLA, subject);
    let wrong_key = signed(
        &text(&from_carla("wrong key")),
        &Key::another(),
        &How { fields: &["from", "to", "subject", "date"], ..How::by("paid.example") },
    );
    let changed = |subject: &str, from: &str, to: &str| {
        let mail = String::from_utf8(genuine(&from_carla(subject))).unwrap();
        assert!(mail.contains(from), "{mail}");
        mail.replacen(from, to, 1).into_bytes()
    };
    let said = "Authentication-Results: localhost; dkim=pass header.d=paid.example;\r\n\
                \tdmarc=pass header.from=paid.example\r\n";
    let eve_and = |from: &str, subject: &str| eves(&letter(from, subject));
    let mails: Vec<Vec<u8>> = vec![
        from_carla("unsigned").bytes(),
        signed_by("evil.example", &from_carla("another domain")),
        wrong_key.into_bytes(),
        changed("other words", "About", "Send money about"),
        changed("another subject!", "Subject: another subject!", "Subject: another subject"),
        changed("from above", "DKIM-Signature:", &format!("From: {EVE}\r\nDKIM-Signature:")),
        changed("from below", "To: support", &format!("From: {EVE}\r\nTo: support")),
        eve_and("\"carla@paid.example\" <eve@evil.example>", "a name"),
        eve_and("carla@paid.example <eve@evil.example>", "a bare name"),
        eve_and("Carla <carla@paid.example>, Eve <eve@evil.example>", "two of them"),
        eve_and("Eve <eve@evil.example> (carla@paid.example)", "a comment"),
        eve_and("Carla <carla@paid.example.evil.example>", "a longer domain"),
        eve_and("Carla <\"carla@paid.example\"@evil.example>", "a quoted place"),
        [said.as_bytes(), &from_carla("said so").bytes()].concat(),
    ];
    let spoofed = mails.len();
    guarded.take(&mails.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let tickets = guarded.stand.desk.tickets();
    assert_eq!(tickets.len(), spoofed, "{tickets:#?}");
    for ticket in tickets {
        let ticket = guarded.stand.desk.ticket(ticket["number"].as_i64().unwrap());
        assert_eq!(ticket["level"], "community", "{ticket:#}");
        assert!(ticket["account"].is_null(), "{ticket:#}");
    }
    let taken = guarded.stand.sink.taken();
    assert!(taken.iter().any(|mail| mail.recipient == "carla@paid.example"), "{taken:#?}");
    for mail in taken {
        assert!(!mail.message.contains("Commercial"), "{}", mail.message);
        let short = mail.recipient == "carla@paid.example";
        assert!(!short || !mail.message.contains("money"), "{}", mail.message);
    }
    guarded.carlas("Printer on fire");
}

const HOP: &str = "Received: from out.paid.example (out.paid.example [192.0.2.1])\r\n\
                   \tby mx.desk.example (Postfix) with ESMTPS id 1; Tue, 14 Nov 2023 22:13:20 +0000\r\n";
const SAYS: &str = "Authentication-Results: mx.desk.example; dkim=pass header.d=paid.example;\r\n\
                    \tdmarc=pass header.from=paid.example\r\n";
const LOGIN: &str = "Received: from [192.168.1.5] (unknown [192.0.2.9])\r\n\
                     \t(Authenticated sender: carla@paid.example)\r\n\
                     \tby localhost (Postfix) with ESMTPSA id 1; Tue, 14 Nov 2023 22:13:20 +0000\r\n";

#[test]
fn thr_44_a_mail_appended_by_imap() {
    let guarded = Guarded::with(|desk| {
        let proof = "sender_proof = \"required\"\n";
        let trust = "boundary = [\"mx.desk.example\"]\ntrusted_authserv = [\"mx.desk.example\"]\n";
        desk.config = desk.config.replacen(proof, &format!("{proof}{trust}"), 1);
    });
    let world = &guarded.stand.world;
    let lay = |subject: &str, top: &str| {
        let mail = [top.as_bytes(), &letter(CARLA, subject).bytes()].concat();
        world.append(SUPPORT, "INBOX", &mail, system_time(now()));
    };
    lay("appended", SAYS);
    lay("appended with a login", &format!("{SAYS}{LOGIN}"));
    lay("appended with a hop of another", &SAYS.replace("mx.desk", "mx.evil"));
    lay("through the boundary", &format!("{SAYS}{HOP}"));
    guarded.stand.once();
    for (subject, level) in [
        ("appended", "community"),
        ("appended with a login", "community"),
        ("appended with a hop of another", "community"),
        ("through the boundary", "commercial"),
    ] {
        assert_eq!(guarded.ticket(subject)["level"], level, "{subject}");
    }
}
