//! Labels, typed.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use ring::digest::{SHA256, digest};

use super::Refusal;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Build {
    pub(super) version: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Desk {
    pub(super) desk: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Decided {
    pub(super) desk: String,
    pub(super) verdict: &'static str,
    pub(super) class: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Refused {
    pub(super) desk: String,
    pub(super) class: Refusal,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Queue {
    pub(super) desk: String,
    pub(super) queue: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Folder {
    pub(super) desk: String,
    pub(super) folder: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Side {
    pub(super) desk: String,
    pub(super) side: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Cause {
    pub(super) desk: String,
    pub(super) cause: &'static str,
}

impl EncodeLabelValue for Refusal {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        let word = match self {
            Self::Temporary => "temporary",
            Self::Permanent => "permanent",
        };
        EncodeLabelValue::encode(&word, encoder)
    }
}

/// A name of the configuration as a label shows it: desks and shared folders may be called by
/// addresses, which no monitoring is to keep. What has an `@` is `#` and the first 8 hexadecimal
/// digits of its SHA-256.
pub(super) fn shown(name: &str) -> String {
    if !name.contains('@') {
        return name.to_owned();
    }
    let hash = digest(&SHA256, name.as_bytes());
    let first = hash.as_ref().get(..4).unwrap_or_default();
    format!("#{}", data_encoding::HEXLOWER.encode(first))
}
