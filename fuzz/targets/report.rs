//! Any text is a report of failure or says nothing; what it says can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::mail::report::{Sources, read};

fuzz_target!(|text: &str| {
    let report = read(&Sources {
        status: text,
        fields: &[],
        reporter: None,
        reported_to: &[],
        text,
        returned_to: &[],
        original: None,
    });
    for recipient in &report.recipients {
        let said = format!("{recipient:?}");
        assert!(!said.contains(|character: char| character.is_control()));
    }
});
