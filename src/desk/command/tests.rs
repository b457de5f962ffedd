//! Commands as agents type them.

use super::*;

fn commands(text: &str) -> Vec<Command> {
    read(text).unwrap().commands
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

#[test]
fn aut_32_commands_stand_on_top_and_nowhere_else() {
    check("", &[], "");
    check("Hello", &[], "Hello");
    check("#resolve", &[Command::Resolve], "");
    check(
        "\n #Resolve \n\n#note\n\nHello\n#close\n",
        &[Command::Resolve, Command::Note],
        "Hello\n#close",
    );
    check("Hello\n#close", &[], "Hello\n#close");
    check("> #close\n", &[], "> #close");
    check("#1 is broken", &[], "#1 is broken");
    check("# heading", &[], "# heading");
    check("##close it", &[], "#close it");
    check("#accept\n##close it", &[Command::Accept], "#close it");

    #[track_caller]
    fn check(text: &str, commands: &[Command], rest: &str) {
        let Ordered { commands: found, text, .. } = read(text).unwrap();
        assert_eq!((found.as_slice(), text.as_str()), (commands, rest));
    }
}

#[test]
fn each_command_is_read_as_it_is_written() {
    let minutes = Command::Spent;
    let number = |number| TicketNumber::new(number).unwrap();
    let day = |text| Some(Timestamp::parse(text).unwrap());
    let level = Command::Level(LevelName::parse("vip").unwrap());
    for (line, expected) in [
        ("#close", Command::Close),
        ("#reopen", Command::Reopen),
        ("#pending", Command::Pending(None)),
        ("#pending until 2026-12-24", Command::Pending(day("2026-12-24T00:00:00Z"))),
        ("#pending 2026-12-24T09:30:00+01:00", Command::Pending(day("2026-12-24T08:30:00Z"))),
        ("#merge 1042", Command::Merge(number(1042))),
        ("#merge [EX#1042]", Command::Merge(number(1042))),
        ("#split", Command::Split),
        ("#spam", Command::Spam),
        ("#open for <bob@acme.example>", Command::OpenFor(address("bob@acme.example"))),
        ("#forwarded", Command::Forwarded),
        ("#spent -15m", minutes(-15)),
        ("#WAITING", Command::Waiting),
        ("#accept.", Command::Accept),
        ("#assign Ada Lovelace", Command::Assign("Ada Lovelace".into())),
        ("#priority High", Command::Priority("High".into())),
        ("#priority 1", Command::Priority("1".into())),
        ("#level vip", level),
        ("#note:", Command::Note),
        ("#cc bob@acme.example", Command::Cc(Cc::Add(address("bob@acme.example")))),
        ("#cc -<bob@acme.example>", Command::Cc(Cc::Remove(address("bob@acme.example")))),
        ("#spent 30m", minutes(30)),
        ("#spent 1h 30m", minutes(90)),
        ("#spent 2H", minutes(120)),
        ("#verify", Command::Verify(Verify::Once)),
        ("#verify Always", Command::Verify(Verify::Always)),
    ] {
        assert_eq!(commands(line), [expected], "{line}");
    }
}

#[test]
fn aut_32_a_faulty_line_stops_all_of_it_and_says_how_it_is_written() {
    for (text, expected) in [
        ("#reslove\n#close", "#reslove: there is no such command; do you mean #resolve?"),
        ("#xyzzy", "#xyzzy: there is no such command"),
        ("#close now", "#close now: it is written #close"),
        ("#spent 0m", "#spent 0m: it is written #spent 30m"),
        ("#spent 30", "#spent 30: it is written #spent 30m"),
        ("#spent 1001h", "#spent 1001h: it is written #spent 30m"),
        ("#cc nobody", "#cc nobody: it is written #cc ADDRESS, #cc -ADDRESS"),
        ("#assign", "#assign: it is written #assign NAME"),
        ("#priority", "#priority: it is written #priority NAME"),
        ("#merge x", "#merge x: it is written #merge NUMBER"),
        ("#open bob@acme.example", "#open bob@acme.example: it is written #open for ADDRESS"),
        ("#verify maybe", "#verify maybe: it is written #verify, #verify always"),
    ] {
        let faults = read(text).unwrap_err();
        assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }
    let many = read(&"#note\n".repeat(COMMANDS_MAX + 1)).unwrap_err();
    assert_eq!(many.first().map(|fault| &fault.what), Some(&Wrong::TooMany));
    assert_eq!(read(&"#x\n".repeat(1_000)).unwrap_err().len(), COMMANDS_MAX);
}

#[test]
fn help_names_every_command() {
    let help = help();
    for word in ["#resolve", "#assign NAME", "#verify always"] {
        assert!(help.contains(word), "{help}");
    }
}
