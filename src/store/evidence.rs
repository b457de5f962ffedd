//! A proof, as it is kept beside the message that it is about: for people, and never read again for a
//! decision.

use serde_json::json;

use crate::mail::proof::Proof;

/// What a proof rests on.
pub(super) fn evidence(proof: &Proof) -> String {
    json!({
        "dkim": proof.dkim.as_str(),
        "spf": proof.spf.as_str(),
        "dmarc": proof.dmarc.as_str(),
        "arc": proof.arc.as_str(),
        "internal": proof.internal.as_str(),
        "published": proof.published.as_str(),
        "return_path": proof.return_path.as_str(),
        "reasons": proof.reasons,
    })
    .to_string()
}
