//! Each fault of a server, at a desk of its own, is shown within a minute, told to the operator once,
//! and cleared within a minute of its end.

use super::hall::{Fault, Hall, come_and_go};
use crate::support::desk::wait_until;
use crate::support::relay::Way;

/// Of servers.
const OF_SERVERS: [Fault; 13] = [
    Fault {
        rule: "flt_30 the mail server is cut off",
        desk: "cut",
        causes: &["imap"],
        make: |hall, desk| hall.imap[desk].set(Way::Cut),
        end: |hall, desk| hall.imap[desk].set(Way::Open),
    },
    Fault {
        rule: "flt_32 the mail server hangs",
        desk: "hang",
        causes: &["not_looked"],
        make: |hall, desk| hall.imap[desk].set(Way::Blocked),
        end: |hall, desk| hall.imap[desk].set(Way::Open),
    },
    Fault {
        rule: "flt_33 the mail server talks nonsense",
        desk: "nonsense",
        causes: &["imap"],
        make: |hall, desk| hall.imap[desk].set(Way::Soiled),
        end: |hall, desk| hall.imap[desk].set(Way::Open),
    },
    Fault {
        rule: "flt_34 the folder is gone",
        desk: "folder",
        causes: &["imap"],
        make: |hall, desk| hall.rename(desk, "away"),
        end: |hall, desk| hall.rename("away", desk),
    },
    Fault {
        rule: "flt_36 the mail server refuses the login",
        desk: "login",
        causes: &["imap_login"],
        make: |hall, desk| {
            hall.password(desk, "wrong");
            // The next session logs in again.
            hall.imap[desk].set(Way::Cut);
            let before = hall.imap[desk].accepted();
            wait_until("it is tried again", || hall.imap[desk].accepted() > before);
            hall.imap[desk].set(Way::Open);
        },
        end: |hall, desk| hall.password(desk, "pw-ada"),
    },
    Fault {
        rule: "flt_50 the submission server is gone",
        desk: "gone",
        causes: &["smtp"],
        make: |hall, desk| {
            hall.smtp[desk].set(Way::Cut);
            hall.deliver(desk);
        },
        end: |hall, desk| hall.smtp[desk].set(Way::Open),
    },
    Fault {
        rule: "flt_50 the submission server puts off",
        desk: "later",
        causes: &["unsent"],
        make: |hall, desk| {
            hall.replace_sink(desk, &["-r", "RCPT"]);
            hall.deliver(desk);
        },
        end: Hall::mend,
    },
    Fault {
        rule: "flt_51 the submission server refuses",
        desk: "never",
        causes: &["dead"],
        make: |hall, desk| {
            hall.replace_sink(desk, &["-f", "RCPT"]);
            hall.deliver(desk);
        },
        end: Hall::mend,
    },
    Fault {
        rule: "flt_52 the submission server is lost after the final dot",
        desk: "dot",
        causes: &["unsent"],
        make: |hall, desk| {
            hall.replace_sink(desk, &["-q", "."]);
            hall.deliver(desk);
        },
        end: Hall::mend,
    },
    Fault {
        rule: "flt_53 the submission server closes with 421",
        desk: "closing",
        causes: &["smtp"],
        make: |hall, desk| {
            hall.replace_sink(desk, &["-Q", "RCPT"]);
            hall.deliver(desk);
        },
        end: |hall, desk| hall.replace_sink(desk, &[]),
    },
    Fault {
        rule: "flt_54 the submission server hangs",
        desk: "silent",
        causes: &["unsent"],
        make: |hall, desk| {
            hall.smtp[desk].set(Way::Blocked);
            hall.deliver(desk);
        },
        end: |hall, desk| hall.smtp[desk].set(Way::Open),
    },
    Fault {
        rule: "flt_56 the submission server offers no login",
        desk: "nologin",
        causes: &["smtp_login"],
        make: |hall, desk| {
            hall.replace_sink(desk, &["-a"]);
            hall.deliver(desk);
        },
        end: |hall, desk| {
            hall.replace_sink(desk, &[]);
            hall.password(desk, "another");
        },
    },
    Fault {
        rule: "flt_55 the certificate is not to be believed",
        desk: "tls",
        causes: &["imap"],
        make: |hall, _| {
            let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
            hall.trust(&other.cert.pem());
        },
        end: |hall, _| hall.trust(&std::fs::read_to_string(hall.world.ca_file()).unwrap()),
    },
];

/// Of what lies between, and of servers that have too much to do.
const OF_WAYS: [Fault; 5] = [
    Fault {
        rule: "flt_31 the mail server says BYE",
        desk: "bye",
        causes: &["imap"],
        make: |hall, desk| hall.imap[desk].set(Way::Says("* BYE The server shuts down\r\n")),
        end: |hall, desk| hall.imap[desk].set(Way::Open),
    },
    Fault {
        rule: "flt_31 the mail server has too many sessions of the user",
        desk: "full",
        causes: &["imap"],
        make: |hall, desk| {
            hall.imap[desk].set(Way::Cut);
            hall.fill_up(desk);
            hall.imap[desk].set(Way::Open);
        },
        end: |hall, _| hall.others.borrow_mut().clear(),
    },
    Fault {
        rule: "flt_60 the mail server's name is not known",
        desk: "unnamed",
        causes: &["imap"],
        make: |hall, desk| hall.move_server(desk, "imap", ("localhost", "imap.invalid")),
        end: |hall, desk| hall.move_server(desk, "imap", ("imap.invalid", "localhost")),
    },
    Fault {
        rule: "flt_60 the submission server's name is not known",
        desk: "unknown",
        causes: &["smtp"],
        make: |hall, desk| {
            hall.move_server(desk, "smtp", (PLAINTEXT, NOBODY));
            hall.deliver(desk);
        },
        end: |hall, desk| hall.move_server(desk, "smtp", (NOBODY, PLAINTEXT)),
    },
    Fault {
        rule: "flt_61 the network is gone",
        desk: "alone",
        causes: &["imap", "smtp"],
        make: |hall, desk| {
            hall.smtp[desk].set(Way::Cut);
            hall.deliver(desk);
            wait_until("there is something to send", || hall.has_notice(desk));
            hall.imap[desk].set(Way::Cut);
        },
        end: |hall, desk| {
            hall.imap[desk].set(Way::Open);
            hall.smtp[desk].set(Way::Open);
        },
    },
];

/// Where notices go, and where nobody is.
const PLAINTEXT: &str = "host = \"127.0.0.1\"\ntls = \"plaintext\"";
const NOBODY: &str = "host = \"smtp.invalid\"";

#[test]
fn flt_30_each_fault_of_a_server_is_shown_told_and_cleared_within_a_minute() {
    come_and_go(&OF_SERVERS);
}

#[test]
fn flt_61_each_fault_of_a_way_is_shown_told_and_cleared_within_a_minute() {
    come_and_go(&OF_WAYS);
}
