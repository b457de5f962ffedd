//! Advice names commands in backticks. What it names must be what can be typed.

use clap::Parser as _;

use super::command::Tidings;

/// Fails unless a text names a command, and each that it names can be typed.
#[track_caller]
pub(super) fn assert_can_be_typed(text: &str) {
    let commands = text.split('`').skip(1).step_by(2).flat_map(|quoted| quoted.split(" | "));
    let mut count = 0;
    for command in commands {
        count += 1;
        if let Err(error) = Tidings::try_parse_from(command.split(' ')) {
            panic!("{command:?} in {text:?}: {error}");
        }
    }
    assert!(count > 0, "no command in {text:?}");
}

#[test]
fn what_to_do_about_a_cause_can_be_typed() {
    for cause in crate::health::id::Id::ALL {
        assert_can_be_typed(cause.advice());
    }
}
