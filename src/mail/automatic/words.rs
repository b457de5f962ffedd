//! The words of machines, in the languages in which they write. All in lower case.

/// Lower case, white space folded, decoration at the beginning (rules of `*` or `-`) gone.
pub(super) fn folded(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_start_matches(|at: char| !at.is_alphanumeric() && at != '[').to_owned()
}

/// Whether a subject says that a person passes something on or answers it.
pub(super) fn is_passed_on(subject: &str) -> bool {
    let marker = subject.split([':', '：']).next().unwrap_or_default().trim();
    ["re", "aw", "sv", "antw", "odp", "rif", "res", "fw", "fwd", "wg", "vb", "tr", "rv", "pd", "vs"]
        .contains(&marker)
}

/// Whether a subject begins as that of a report of failure does.
pub(super) fn says_failed(subject: &str) -> bool {
    FAILED.iter().any(|words| subject.starts_with(words))
        || FAILED_ENDS.iter().any(|words| subject.ends_with(words))
}

/// Whether a text begins in the voice of a server about a failure.
pub(super) fn begins_failed(text: &str) -> bool {
    BEGINNINGS.iter().any(|words| text.starts_with(words))
}

/// Whether a text speaks about a failure.
pub(super) fn explains_failure(text: &str) -> bool {
    EXPLANATIONS.iter().any(|words| text.contains(words))
}

/// Whether a subject begins (or, for one old form, goes on) as only an automatic answer does.
pub(super) fn says_automatic(subject: &str) -> bool {
    AUTOMATIC.iter().any(|words| {
        subject.strip_prefix(words).is_some_and(|rest| rest.trim_start().starts_with([':', '：']))
    }) || subject.contains("out of office autoreply:")
}

/// Whether words about absence stand in it. Persons use them too.
pub(super) fn says_away(text: &str) -> bool {
    AWAY.iter().any(|words| text.contains(words))
}

const FAILED: [&str; 64] = [
    "undelivered mail",
    "undelivered message",
    "undeliverable",
    "undeliver",
    "non-delivery",
    "nondeliverable",
    "non delivery",
    "nondelivery",
    "not delivered",
    "delivery status",
    "delivery failure",
    "delivery failed",
    "delivery has failed",
    "delivery problem",
    "delivery error",
    "delivery notification",
    "delivery report",
    "delivery delayed",
    "delayed mail",
    "mail delivery",
    "message delivery",
    "mail failed",
    "mail failure",
    "mail could not be delivered",
    "mail not delivered",
    "mail system error",
    "mail error",
    "message could not be delivered",
    "message not delivered",
    "message undeliverable",
    "your message could not be delivered",
    "permanent delivery failure",
    "permanent error",
    "failure notice",
    "failed mail",
    "failed delivery",
    "returned mail",
    "returned message",
    "returned to sender",
    "return to sender",
    "email delivery",
    "e-mail delivery",
    "could not send message",
    "warning: could not send",
    "warning: message",
    "processing error",
    "unable to deliver",
    "unzustellbar",
    "nicht zugestellt",
    "nachricht nicht zugestellt",
    "zustellung fehlgeschlagen",
    "übermittlung fehlgeschlagen",
    "fehler bei der zustellung",
    "échec de",
    "non remis",
    "message non remis",
    "mancato recapito",
    "impossibile recapitare",
    "no se puede entregar",
    "no se pudo entregar",
    "onbestelbaar",
    "niet afgeleverd",
    "недоставленное",
    "не удалось доставить",
];

/// What some servers put behind the subject of the message that failed.
const FAILED_ENDS: [&str; 3] = ["(delivery failed)", ": non remis", ": user unknown!"];

const BEGINNINGS: [&str; 50] = [
    "your message with subject",
    "your message to",
    "your message was not delivered",
    "your message could not be delivered",
    "your message couldn't be delivered",
    "your message did not reach",
    "your message has encountered",
    "your message wasn't delivered",
    "your mail to",
    "your mail could not",
    "your email to",
    "your e-mail to",
    "this is an automatically generated delivery",
    "this message was created automatically by mail",
    "this is the mail system",
    "this is the postfix program",
    "this report relates to a message",
    "this is a delivery failure",
    "this is an advisory-only email",
    "the message you sent",
    "the following message",
    "the following recipient",
    "the following address",
    "the following user",
    "the original message was received at",
    "the user(s)",
    "could not deliver message to",
    "could not deliver your message",
    "couldn't deliver",
    "unable to deliver",
    "we were unable to deliver",
    "we could not deliver",
    "failed recipient",
    "invalid final delivery userid",
    "unknown user:",
    "undeliverable to",
    "undelivered message",
    "delivery to the following",
    "delivery has failed to",
    "delivery failed",
    "hi. this is the",
    "i'm sorry to have to inform",
    "i'm afraid i wasn't able to deliver",
    "sorry, i wasn't able to",
    "an error was detected while",
    "message from interscan",
    "recipient address rejected",
    "ihre nachricht an",
    "votre message n'a pas pu",
    "su mensaje no pudo",
];

const EXPLANATIONS: [&str; 30] = [
    "could not be delivered",
    "couldn't be delivered",
    "not be delivered",
    "did not reach",
    "delivery failed",
    "delivery to the following",
    "undeliverable",
    "undelivered",
    "unknown user",
    "user unknown",
    "no such user",
    "mailbox unavailable",
    "mailbox full",
    "failed recipient",
    "affected recipient",
    "invalid final delivery",
    "permanent fatal error",
    "transcript of session",
    "has been postponed",
    "delivery of email",
    "delivery problem",
    "addressee unknown",
    "rcpt to",
    "550 ",
    "552 ",
    "5.1.1",
    "nicht zugestellt",
    "pas pu être",
    "no se pudo entregar",
    "original message follows",
];

const AUTOMATIC: [&str; 32] = [
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "autoresponse",
    "automatic response",
    "automated reply",
    "automated response",
    "out of office autoreply",
    "out of office reply",
    "out-of-office reply",
    "vacation reply",
    "automatische antwort",
    "abwesenheitsnotiz",
    "abwesenheitsnachricht",
    "réponse automatique",
    "respuesta automática",
    "risposta automatica",
    "resposta automática",
    "automatisch antwoord",
    "autosvar",
    "automatiskt svar",
    "automatisk svar",
    "automaattinen vastaus",
    "automatyczna odpowiedź",
    "automatická odpověď",
    "автоматический ответ",
    "автоответ",
    "自動応答",
    "自动答复",
];

const AWAY: [&str; 36] = [
    "out of office",
    "out-of-office",
    "out of the office",
    "ooo:",
    "vacation",
    "on holiday",
    "on leave",
    "away from",
    "i am away",
    "auto-reply",
    "autoreply",
    "auto reply",
    "automatic reply",
    "abwesen",
    "urlaub",
    "automatische antwort",
    "absence",
    "absent du",
    "en congé",
    "réponse automatique",
    "fuera de la oficina",
    "ausente",
    "ausencia",
    "respuesta automática",
    "fuori sede",
    "fuori ufficio",
    "assenza",
    "ausência",
    "afwezig",
    "fravær",
    "frånvaro",
    "autosvar",
    "poissa",
    "nieobecno",
    "nepřítomn",
    "отсутств",
];
