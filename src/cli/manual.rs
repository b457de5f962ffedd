//! `tidings man` and `tidings completions`: what can be typed, as the table of commands says it.

use std::io;

use clap::{Arg, Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::command::Tidings;
use super::{Exit, Or as _, Outcome, output};

/// Daemons, and what their operators type.
const SECTION: &str = "8";

/// What the table of commands does not say.
const EXIT_STATUS: [(&str, &str); 9] = [
    ("0", "Done."),
    ("64", "The command was typed wrongly."),
    ("65", "What was given is not what it should be."),
    ("66", "What was named is not there."),
    ("69", "A server is not to be had."),
    ("70", "The program failed."),
    ("75", "Try again later; of status: something is wrong."),
    ("77", "Somebody else must do this; the message says who."),
    ("78", "The configuration, a secret, or the schema of the database."),
];
const FILES: [(&str, &str); 3] = [
    ("/etc/tidings/tidings.toml", "The configuration."),
    ("/usr/share/doc/tidings/examples/tidings.toml", "Every key, its default, and why."),
    ("/usr/share/doc/tidings/OPERATIONS.md", "How it is run, what each alarm means."),
];
const ENVIRONMENT: [(&str, &str); 3] = [
    ("TIDINGS_CONFIG", "The configuration, as --config."),
    ("TIDINGS_LOG", "A level, such as debug, or a filter of the log; info without."),
    ("TIDINGS_LOG_FORMAT", "As --log-format of run."),
];

/// Prints a shell's completions.
pub(super) fn completions(shell: Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Tidings::command(), "tidings", &mut script);
    output::raw(&script);
    Exit::Ok
}

/// Prints the manual page, in roff.
pub(super) fn page() -> Outcome {
    output::raw(&written().or_exit(Exit::Software)?);
    Ok(Exit::Ok)
}

fn written() -> io::Result<Vec<u8>> {
    let mut tidings = Tidings::command();
    tidings.build();
    let mut page = Vec::new();
    let man = Man::new(tidings.clone()).section(SECTION).manual("tidings");
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    let mut rest = Roff::new();
    rest.control("SH", ["OPTIONS"]);
    options(&mut rest, tidings.get_arguments());
    rest.control("SH", ["COMMANDS"]);
    commands(&mut rest, &tidings, "");
    for (heading, rows) in
        [("EXIT STATUS", &EXIT_STATUS[..]), ("ENVIRONMENT", &ENVIRONMENT), ("FILES", &FILES)]
    {
        rest.control("SH", [heading]);
        for (name, text) in rows {
            item(&mut rest, name, text);
        }
    }
    rest.to_writer(&mut page)?;
    Ok(page)
}

/// Those that can be typed, each with its arguments.
fn commands(roff: &mut Roff, above: &Command, path: &str) {
    for command in above.get_subcommands() {
        let path = format!("{path} {}", command.get_name());
        if command.has_subcommands() {
            commands(roff, command, &path);
            continue;
        }
        roff.control("SS", [path.trim_start()]);
        roff.text([roman(styled(command.get_about()))]);
        options(roff, command.get_arguments().filter(|argument| !argument.is_global_set()));
    }
}

/// All but the asking for help, which every command has.
fn options<'a>(roff: &mut Roff, arguments: impl Iterator<Item = &'a Arg>) {
    for argument in arguments.filter(|argument| argument.get_id() != "help") {
        let short = argument.get_short().map(|short| format!("-{short}, ")).unwrap_or_default();
        let mut text = styled(argument.get_help());
        let values = argument.get_possible_values();
        let words: Vec<_> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
        if argument.get_action().takes_values() && !words.is_empty() {
            text = format!("{text}: {}", words.join(", "));
        }
        item(roff, &format!("{short}{argument}"), &text);
    }
}

fn item(roff: &mut Roff, name: &str, text: &str) {
    roff.control("TP", []);
    roff.text([bold(name)]);
    roff.text([roman(text)]);
}

fn styled(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn svc_11_the_page_has_every_command_and_its_options() {
        let page = String::from_utf8(written().unwrap()).unwrap();
        let plain = page.replace('\\', "");
        for expected in [
            ".TH tidings 8",
            "-c, --config <FILE>",
            ".SS \"ticket show\"",
            "--log-format <FORMAT>",
            "How the log is written: auto, text, json, journal",
            "--dry-run",
            ".SH \"EXIT STATUS\"",
            "TIDINGS_CONFIG",
        ] {
            assert!(plain.contains(expected), "{expected}: {plain}");
        }
        assert!(!plain.contains("Print help"), "{plain}");
    }
}
