//! Any text is Authentication-Results or is refused; none is read in two ways.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tidings::authentication::results::{Form, parse, without_instance};

fuzz_target!(|text: &str| {
    for form in [Form::Standard, Form::Exchange] {
        assert_eq!(parse(text, form).ok(), parse(text, form).ok());
    }
    if let Some(rest) = without_instance(text) {
        assert!(text.ends_with(rest));
    }
});
