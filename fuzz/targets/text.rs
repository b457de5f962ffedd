//! Any HTML becomes a text that can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::mail::parse::parse;

fuzz_target!(|html: &[u8]| {
    let head = b"From: ada@acme.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n";
    let (mail, _) = parse(&[head.as_slice(), html].concat());
    let unprintable = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    assert!(!mail.text.contains(unprintable));
    // What a program would run is no text.
    assert!(mail.text.len() <= 16 * html.len() + 1024);
});
