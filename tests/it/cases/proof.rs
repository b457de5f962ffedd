//! What is known about who wrote the message of a case.

use serde::Deserialize;
use tidings::mail::proof::{Internal, Proof, Published, ReturnPath, Verdict};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProofFile {
    verdict: String,
    published: Option<String>,
    return_path: Option<String>,
    /// Who had logged in is the author.
    #[serde(default)]
    internal: bool,
}

impl ProofFile {
    pub(super) fn meant(&self) -> Proof {
        Proof {
            published: match self.published.as_deref() {
                None | Some("unknown") => Published::Unknown,
                Some("nothing") => Published::Nothing,
                Some("monitor") => Published::Monitor,
                Some("enforced") => Published::Enforced,
                Some(other) => panic!("published = {other:?}"),
            },
            return_path: match self.return_path.as_deref() {
                None | Some("another") => ReturnPath::Another,
                Some("author") => ReturnPath::Author,
                Some(other) => panic!("return_path = {other:?}"),
            },
            internal: if self.internal { Internal::Proven } else { Internal::Unproven },
            ..Proof::given(Verdict::parse(&self.verdict).unwrap(), "")
        }
    }
}
