//! A base subject has no more to lose, and each identifier that is found stands there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::mail::body::one_line;
use tidings::mail::subject::{TicketPrefix, base_subject, foreign_tags, untagged};
use tidings::mail::topic::topic;

fuzz_target!(|subject: &str| {
    let Some(prefix) = TicketPrefix::parse("EX") else { return };
    // As every subject is that was parsed.
    let subject = &one_line(subject);
    let base = base_subject(subject, &prefix);
    assert_eq!(base_subject(&base, &prefix), base);
    for number in prefix.find_all(subject) {
        assert!(subject.to_uppercase().contains(&number.to_string()));
    }
    assert_eq!(prefix.find(subject).is_some(), !prefix.find_all(subject).is_empty());
    let _ = (foreign_tags(subject, &prefix), untagged(&base), topic(subject));
});
