//! What was written now is made of whole lines of the text, in their order, and has no more to lose.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::mail::reply::Reply;

fuzz_target!(|text: &str| {
    let reply = Reply::of(text);
    let mut lines = text.split('\n');
    for line in reply.text.split('\n').filter(|line| !line.is_empty()) {
        assert!(lines.any(|one| one == line));
    }
    assert_eq!(Reply::of(&reply.text).text, reply.text);
});
