//! Our own mail comes back, and a relay has made another of it (STD-10).

use crate::support::letter::Letter;
use crate::support::sink::Taken;
use crate::support::stand::Stand;

/// An acknowledgement of ours, as a relay passes it on that writes From, Message-ID and Subject anew
/// and takes away what tells that a program wrote it.
fn rewritten(ours: &Taken, field: &str, value: &str, n: usize) -> Letter {
    let subject = format!("Fwd: {}", ours.header("Subject").replace("[EX#", "[FWD "));
    Letter::bare("list@relay.example", "support@desk.example", &subject)
        .field("Message-ID", &format!("<new.{n}@relay.example>"))
        .field(field, value)
}

#[test]
fn std_10_our_own_mail_is_known_whatever_a_relay_made_of_it() {
    let stand = Stand::met();
    stand.deliver(&Letter::new("Carla <carla@paid.example>", "Printer on fire"));
    stand.once();
    let ours = stand.only_mail();
    let (id, mark) = (ours.header("Message-ID"), ours.header("X-Loop"));
    assert_eq!(mark, "tidings-desk.example");
    let fields = [
        ("X-Loop", mark.as_str()),
        ("Resent-Message-ID", &id),
        ("X-Original-Message-ID", &id),
        ("X-Google-Original-Message-ID", &id),
    ];
    for (n, (field, value)) in fields.iter().enumerate() {
        stand.deliver(&rewritten(&ours, field, value, n));
    }
    stand.once();
    stand.expect(&[("ignored", fields.len()), ("opened", 1)], 1);
    let ignored = stand.desk.inbound();
    let whys: Vec<_> = ignored.iter().filter(|one| one["verdict"] == "ignored").collect();
    assert!(whys.iter().all(|one| one["reason"].to_string().contains("own mail")), "{whys:#?}");

    // Marks of others are nobody's, and an identifier that only looks like ours is none.
    let guessed = id.replacen(char::is_alphabetic, "7", 1);
    let others = [("X-Loop", "tidings-other.example"), ("X-Original-Message-ID", &guessed)];
    for (n, (field, value)) in others.iter().enumerate() {
        stand.deliver(&rewritten(&ours, field, value, 10 + n));
    }
    stand.once();
    stand.expect(&[("ignored", fields.len()), ("opened", 3)], 3);
}
