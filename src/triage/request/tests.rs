//! What is read as an order, and what stays words.

use super::*;
use crate::mail::parse::parse;
use crate::mail::subject::TicketPrefix;

fn check(subject: &str, text: &str, status: Status, expected: Option<(i64, &str)>) {
    let raw = format!("From: ada@acme.example\r\nSubject: {subject}\r\n\r\n{text}");
    let mail = parse(raw.as_bytes()).0;
    let asked = Asked::read(&mail, &TicketPrefix::parse("EX").unwrap());
    let found = asked.rating(status).map(|(stars, words)| (stars.get(), words));
    assert_eq!(found, expected, "{subject:?} {text:?}");
}

#[test]
fn a_rating_stands_on_top_or_is_the_subject() {
    use Status::{Closed, Open, Resolved};
    check("[EX#17] Rating: 4", "", Resolved, Some((4, "")));
    check("[EX#17] Rating: 4", "It broke again.", Open, Some((4, "It broke again.")));
    check("Re: [EX#17] Printer", "\n\nRating: 2\nToo slow.", Closed, Some((2, "Too slow.")));
    check("Re: [EX#17] Printer", "Too slow.\nRating: 2", Closed, None);
    check("Re: [EX#17] Rating: 5", "Rating: 2", Resolved, Some((2, "")));
    check("Re: [EX#17] Printer", "Rating: 2\nRating: 3", Open, Some((2, "Rating: 3")));
    check("Re: [EX#17] Printer", "Rating: 4 things are broken", Resolved, None);
}

#[test]
fn a_number_alone_is_a_rating_of_what_is_over() {
    use Status::{Closed, New, Open, Pending, Resolved, Waiting};
    for status in [Resolved, Closed] {
        check("Re: [EX#17] Printer", "4", status, Some((4, "")));
        check("Re: [EX#17] Printer", "4 of them", status, None);
    }
    for status in [New, Open, Pending, Waiting] {
        check("Re: [EX#17] Which floor?", "4", status, None);
    }
}
