//! The server's answers in our own words; imap-proto's types end here.

use std::ops::RangeInclusive;

use imap_proto::rfc4315::UidSetMember;
use imap_proto::{
    AttributeValue, MailboxDatum, MessageSection, Outcome, Response, ResponseCode, SectionPath,
    Status,
};

use super::capabilities::Capabilities;
use super::{ImapError, Seen, Uid};

/// Longest text of the server in an error or in the log, in characters.
const SHOWN_MAX: usize = 200;

/// One response.
pub(super) enum Answer {
    /// `+`: the server waits for more of the command; the challenge in base64, if it is one.
    Continue(String),
    Told(Told),
    /// The greeting of a server that asks for no login.
    Preauth,
    Bye(Remark),
    /// A tagged response.
    End {
        tag: String,
        ending: Ending,
    },
}

/// What is told before a command ends.
pub(super) enum Told {
    Capabilities(Capabilities),
    /// The folder has so many messages.
    Exists(u32),
    /// A message of the folder is gone.
    Expunged,
    Item(Item),
    /// A message that a search found.
    Found(Uid),
    /// An untagged `OK`, `NO` or `BAD`.
    Remark(Remark),
    /// Nothing for us.
    Other,
}

/// What one FETCH response says of a message.
#[derive(Default)]
pub(super) struct Item {
    pub(super) uid: Option<Uid>,
    pub(super) size: Option<u64>,
    pub(super) internal_date: Option<String>,
    pub(super) body: Option<Body>,
    pub(super) header: Option<Body>,
}

/// The bytes of `BODY[]` or `BODY[HEADER]`; `NIL` is none.
pub(super) struct Body {
    /// Where in the message they begin, for a partial fetch.
    pub(super) offset: Option<u32>,
    pub(super) bytes: Vec<u8>,
}

/// How a command ended.
pub(super) enum Ending {
    Ok(Remark),
    No(Remark),
    Bad(Remark),
}

/// The text of a status response (RFC 3501 §7.1).
#[derive(Default)]
pub(super) struct Remark {
    pub(super) code: Code,
    /// For people: printable, at most [`SHOWN_MAX`] characters.
    pub(super) text: String,
}

/// A response code, as far as we act on it.
#[derive(Default)]
pub(super) enum Code {
    #[default]
    None,
    Alert,
    ReadOnly,
    TryCreate,
    UidValidity(u32),
    UidNext(u32),
    /// PERMANENTFLAGS, as far as we set flags.
    Permanent(Seen),
    /// The UIDs in the source folder that were copied (RFC 4315 §3).
    Copied(Vec<RangeInclusive<u32>>),
    /// The server cannot do it now.
    NotNow,
}

impl Answer {
    pub(super) fn read(response: &Response<'_>) -> Self {
        match response {
            Response::Continue(outcome) => {
                Self::Continue(outcome.information.as_deref().unwrap_or_default().to_owned())
            }
            Response::Data { status, outcome } => {
                let remark = Remark::read(outcome);
                match status {
                    Status::Ok | Status::No | Status::Bad => Self::Told(Told::Remark(remark)),
                    Status::PreAuth => Self::Preauth,
                    Status::Bye => Self::Bye(remark),
                }
            }
            Response::Done { tag, status, outcome } => {
                let remark = Remark::read(outcome);
                let ending = match status {
                    Status::Ok => Ending::Ok(remark),
                    Status::No => Ending::No(remark),
                    Status::Bad | Status::PreAuth | Status::Bye => Ending::Bad(remark),
                };
                Self::End { tag: tag.0.clone(), ending }
            }
            Response::Capabilities(_)
            | Response::Expunge(_)
            | Response::Vanished { .. }
            | Response::Fetch(..)
            | Response::MailboxData(_)
            | Response::Quota(_)
            | Response::QuotaRoot(_)
            | Response::Id(_)
            | Response::Acl(_)
            | Response::ListRights(_)
            | Response::MyRights(_)
            | _ => Self::Told(Told::read(response)),
        }
    }
}

impl Told {
    fn read(response: &Response<'_>) -> Self {
        if let Response::Capabilities(list) = response {
            Self::Capabilities(Capabilities::read(list))
        } else if let Response::MailboxData(MailboxDatum::Exists(count)) = response {
            Self::Exists(*count)
        } else if let Response::Expunge(_) = response {
            Self::Expunged
        } else if let Response::Fetch(_, attributes) = response {
            Self::Item(Item::read(attributes))
        } else if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
            uids.first().copied().and_then(Uid::new).map_or(Self::Other, Self::Found)
        } else {
            Self::Other
        }
    }
}

impl Item {
    fn read(attributes: &[AttributeValue<'_>]) -> Self {
        let mut item = Self::default();
        for attribute in attributes {
            if let AttributeValue::Uid(uid) = attribute {
                // 0 is no UID: the response then counts as one without.
                item.uid = Uid::new(*uid);
            } else if let AttributeValue::Rfc822Size(size) = attribute {
                item.size = Some(u64::from(*size));
            } else if let AttributeValue::InternalDate(date) = attribute {
                item.internal_date = Some(date.clone().into_owned());
            } else if let AttributeValue::BodySection { section, index, data } = attribute {
                let bytes = data.as_deref().unwrap_or_default().to_vec();
                let body = Some(Body { offset: *index, bytes });
                match section {
                    None => item.body = body,
                    Some(SectionPath::Full(MessageSection::Header)) => item.header = body,
                    Some(_) => {}
                }
            }
        }
        item
    }
}

impl Ending {
    /// The remark of an `OK`; any other ending of `command` is an error.
    pub(super) fn ok(self, command: &'static str) -> Result<Remark, ImapError> {
        match self {
            Self::Ok(remark) => Ok(remark),
            Self::No(remark) | Self::Bad(remark) => Err(remark.refusal(command)),
        }
    }
}

impl Remark {
    fn read(outcome: &Outcome<'_>) -> Self {
        let text = outcome.information.as_deref().unwrap_or_default();
        let code = match &outcome.code {
            Some(code) => Code::read(code),
            // A code that imap-proto does not know stands in the text.
            None if is_not_now(text) => Code::NotNow,
            None => Code::None,
        };
        Self { code, text: shown(text) }
    }

    /// The error for a refused command.
    pub(super) fn refusal(self, command: &'static str) -> ImapError {
        self.refusal_as(command, |text| ImapError::Refused { command, text })
    }

    /// The error for a refused command, where a refusal that lasts has a name of its own.
    pub(super) fn refusal_as(
        self,
        command: &'static str,
        lasting: impl FnOnce(String) -> ImapError,
    ) -> ImapError {
        if let Code::NotNow = self.code {
            return ImapError::Unavailable { command, text: self.text };
        }
        lasting(self.text)
    }
}

impl Code {
    fn read(code: &ResponseCode<'_>) -> Self {
        if let ResponseCode::CopyUid(_, source, _) = code {
            return Self::Copied(source.iter().map(range).collect());
        }
        if let ResponseCode::UidValidity(value) = code {
            return Self::UidValidity(*value);
        }
        if let ResponseCode::UidNext(value) = code {
            return Self::UidNext(*value);
        }
        if let ResponseCode::PermanentFlags(flags) = code {
            let seen = flags.iter().any(|flag| flag.eq_ignore_ascii_case("\\Seen"));
            return Self::Permanent(if seen { Seen::Kept } else { Seen::Lost });
        }
        let plain = [
            (ResponseCode::Alert, Self::Alert),
            (ResponseCode::ReadOnly, Self::ReadOnly),
            (ResponseCode::TryCreate, Self::TryCreate),
        ];
        plain.into_iter().find(|(name, _)| name == code).map_or(Self::None, |(_, ours)| ours)
    }
}

fn range(member: &UidSetMember) -> RangeInclusive<u32> {
    match member {
        UidSetMember::UidRange(range) => range.clone(),
        UidSetMember::Uid(uid) => *uid..=*uid,
    }
}

/// Whether the text begins with a code of RFC 5530 §3 that promises better times. CONTACTADMIN is
/// none of them: nothing changes before a person acts.
fn is_not_now(text: &str) -> bool {
    let code = text.strip_prefix('[').and_then(|rest| rest.split([']', ' ']).next());
    let temporary = ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"];
    code.is_some_and(|code| temporary.iter().any(|name| code.eq_ignore_ascii_case(name)))
}

/// A text from outside, fit for a log line.
pub(super) fn shown(text: &str) -> String {
    let plain = |char: char| if char.is_control() { '?' } else { char };
    text.chars().take(SHOWN_MAX).map(plain).collect()
}
