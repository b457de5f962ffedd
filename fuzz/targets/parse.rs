//! Any bytes are a mail, twice the same one, and everything in it can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::mail::attachment::NAME_BYTES_MAX;
use tidings::mail::attachment::format::Format;
use tidings::mail::automatic::Kind;
use tidings::mail::body::TEXT_BYTES_MAX;
use tidings::mail::parse::parse;

fuzz_target!(|raw: &[u8]| {
    let (mail, defects) = parse(raw);
    let unprintable = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    assert!(!mail.text.contains(unprintable));
    assert!(mail.text.len() <= TEXT_BYTES_MAX);
    assert!(!mail.subject.contains(char::is_control));
    for one in &mail.attachments {
        assert!(!one.name.is_empty() && one.name.len() <= NAME_BYTES_MAX);
        assert!(!one.name.contains(['/', '\\']) && !one.name.contains(char::is_control));
    }
    assert_eq!(mail.class.kind == Kind::Person, mail.class.reasons.is_empty());
    // The same bytes as a file, too.
    assert!(Format::of(raw).is_none_or(|format| format.suits_type(format.media_type())));
    assert_eq!(parse(raw), (mail, defects));
});
