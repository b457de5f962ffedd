//! What a submission server says and offers, and whether it takes what the desk sends.

use super::report::{Finding, Found};
use super::{advice, certificate};
use crate::config::Desk;
use crate::mail::envelope::{Envelope, ReversePath};
use crate::smtp::{Connection, Keyword, Limits, Login, Offer, OpenClass, OpenError, Outcome};
use crate::time::Timestamp;

/// Logs in and asks whether the desk's senders would be taken. Nothing is sent.
pub(super) async fn look(
    desk: &Desk,
    login: Option<&Login>,
    hello: &str,
    now: Timestamp,
) -> Vec<Finding> {
    let host = &desk.smtp.server.host;
    let opened = Connection::open(&desk.smtp.server, login, hello, Limits::default()).await;
    let mut connection = match opened {
        Ok(connection) => connection,
        Err(error) => return vec![failed("smtp", &error)],
    };
    let how =
        login.map_or_else(|| "without login".to_owned(), |login| format!("as {}", login.user));
    let text = format!("connected to {host} {how} ({})", connection.greeting().text);
    let mut findings = vec![Finding::good("smtp", text)];
    findings.extend(connection.peer().map(|peer| certificate::judge("smtp", peer, now)));
    findings.extend(consequences(connection.offer(), desk.message_limit));
    let mut senders = vec![ReversePath::Address(desk.address.clone())];
    let envelope_from = desk.envelope_from.sample();
    if !senders.contains(&envelope_from) {
        senders.push(envelope_from);
    }
    for from in senders {
        let envelope = Envelope { from, to: desk.address.clone() };
        let outcome = connection.would_take(&envelope).await;
        let finding = sender(&envelope.from, &outcome);
        let is_taken = finding.found == Found::Good;
        findings.push(finding);
        if !is_taken {
            // What is said of the next one would be of the same cause.
            break;
        }
    }
    connection.quit().await;
    findings
}

/// What is missing and would be used. PIPELINING is not: a transaction waits for each answer.
fn consequences(offer: &Offer, message_limit: u64) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(limit) = offer.size_max().filter(|&limit| limit < message_limit) {
        let text = format!("the server takes {limit} bytes: a larger notice is never sent");
        findings.push(Finding::good("smtp SIZE", text));
    }
    if !(offer.has(Keyword::SmtpUtf8) && offer.has(Keyword::EightBitMime)) {
        let text = "is not offered: addresses such as jörg@example.com get no notice";
        findings.push(Finding::good("smtp SMTPUTF8", text));
    }
    findings
}

/// The line about a sender: the desk's address, which answers have, or that of acknowledgements.
fn sender(from: &ReversePath, outcome: &Outcome) -> Finding {
    const ABOUT: &str = "smtp sender";
    let advice = match from {
        ReversePath::Null => {
            "no acknowledgement is sent; set envelope_from to an address that no program answers"
        }
        ReversePath::Address(_) => {
            "no notice is sent from it; let the login send as this address, or log in as who may"
        }
    };
    let wrong = |what: String| Finding::wrong(ABOUT, format!("{what}; {advice}"));
    let down =
        |what: String| Finding::down(ABOUT, format!("{what}; wait, or ask who runs the server"));
    match outcome {
        Outcome::Accepted(_) => Finding::good(ABOUT, format!("{from} is taken")),
        Outcome::Rejected(reply) => wrong(format!("{from} is refused: {reply}")),
        Outcome::PasswordsOff(reply) => {
            Finding::wrong(ABOUT, OpenError::PasswordsOff(reply.clone()).to_string())
        }
        Outcome::Unsendable(error) => wrong(format!("{from} cannot be said: {error}")),
        // RFC 4954 §6.
        Outcome::Closing(reply) if reply.code == 530 => {
            let text = format!("{from} needs a login: {reply}; set `user` and a password");
            Finding::wrong(ABOUT, text)
        }
        Outcome::Deferred(reply) | Outcome::Closing(reply) => {
            down(format!("{from} is not taken now: {reply}"))
        }
        Outcome::Lost { at, cause } => down(format!("{from}: no answer to {at}: {cause}")),
        Outcome::Withheld => down(format!("{from} was not asked for")),
    }
}

/// The line about a server that there is no connection to.
pub(super) fn failed(about: &str, error: &OpenError) -> Finding {
    let found = match error.class() {
        OpenClass::Login => Found::Wrong,
        OpenClass::Server => Found::Down,
    };
    Finding::new(found, about, format!("{error}; {}", advice::smtp(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp::Reply;

    #[test]
    fn std_91_a_refused_sender_is_wrong_and_a_deferred_one_is_not() {
        let reply = |code| Reply { code, text: "no".to_owned() };
        let (null, address) = ("<>", "<a@b.example>");
        check(null, &Outcome::Accepted(reply(250)), Found::Good, "is taken");
        check(null, &Outcome::Rejected(reply(550)), Found::Wrong, "550 no; no acknowledgement");
        check(null, &Outcome::Rejected(reply(550)), Found::Wrong, "set envelope_from");
        check(address, &Outcome::Rejected(reply(553)), Found::Wrong, "553 no; no notice");
        check(address, &Outcome::Closing(reply(530)), Found::Wrong, "needs a login: 530 no; set");
        check(address, &Outcome::Deferred(reply(451)), Found::Down, "taken now: 451 no; wait");
        check(address, &Outcome::Closing(reply(421)), Found::Down, "taken now: 421 no; wait");

        #[track_caller]
        fn check(from: &str, outcome: &Outcome, found: Found, says: &str) {
            let finding = sender(&ReversePath::parse(from).unwrap(), outcome);
            assert_eq!(finding.found, found);
            assert!(finding.text.contains(says), "{finding:?}");
        }
    }
}
