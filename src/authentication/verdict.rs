//! Evidence becomes a verdict, and a proof that can be shown.

use super::evidence::{self, Author, Evidence, Forwarded, Header};
use super::own::{Findings, Says};
use super::trace::{Boundary, Trace};
use super::{OwnDkim, Trust};
use crate::mail::Sender;
use crate::mail::envelope::ReversePath;
use crate::mail::proof::{Internal, Outcome, Proof, Published, ReturnPath, Verdict};

/// The table: what the header and our own check say, then what lifts it.
#[must_use]
pub fn verdict(evidence: Evidence) -> Verdict {
    if evidence.author == Author::Ambiguous {
        return Verdict::Ambiguous;
    }
    let said = match (evidence.header, evidence.own) {
        (Header::Forged, _) => Verdict::Fail,
        (Header::Signed | Header::Sent, Says::Signed) => Verdict::Strong,
        (Header::Signed, Says::Sent | Says::Later | Says::Silent)
        | (Header::Silent, Says::Signed) => Verdict::Pass,
        (Header::Sent, Says::Sent | Says::Later | Says::Silent) | (Header::Silent, Says::Sent) => {
            Verdict::PassSpf
        }
        (Header::Silent, Says::Later) => Verdict::Pending,
        (Header::Silent, Says::Silent) => Verdict::None,
    };
    let within = evidence.internal == Internal::Proven && said != Verdict::Fail;
    // Forwarding is what breaks DMARC: who is believed about that may say so.
    let lifted = within || evidence.forwarded == Forwarded::Proven;
    if lifted && said != Verdict::Strong { Verdict::Pass } else { said }
}

/// The proof of a message: `findings` is `None` where our own check was not made, and `why_not` says
/// why.
#[must_use]
pub fn prove(
    sender: &Sender,
    trace: &Trace,
    findings: Result<&Findings, &str>,
    trust: &Trust,
) -> Proof {
    let author = sender.address();
    let evidence = evidence::gather(author, trace, findings.ok(), trust);
    let header = evidence::header(&trace.results, author);
    let own = findings.ok();
    let own_dkim = own.map(dkim).unwrap_or_default();
    let own_arc = own.map(|found| found.arc).unwrap_or_default();
    let first = |one: Outcome, other: Outcome| {
        if one == Outcome::NotEvaluated { other } else { one }
    };
    let counted = if trace.repeated.is_some() { evidence.unsigned() } else { evidence };
    Proof {
        verdict: verdict(counted),
        dkim: if header.dkim == Outcome::Pass { header.dkim } else { first(own_dkim, header.dkim) },
        spf: first(header.spf, own.map(|found| found.spf).unwrap_or_default()),
        dmarc: first(header.dmarc, own.map(|found| found.dmarc).unwrap_or_default()),
        arc: first(own_arc, header.arc),
        internal: evidence.internal,
        published: own.map(|found| found.published).unwrap_or_default(),
        return_path: match (author, &trace.return_path) {
            (Some(author), Some(path)) if *path == ReversePath::Address(author.clone()) => {
                ReturnPath::Author
            }
            (Some(_) | None, _) => ReturnPath::Another,
        },
        signed: own.map(|found| found.signed.clone()).unwrap_or_default(),
        reasons: reasons(sender, trace, evidence, findings, trust),
        lessened: None,
    }
}

/// All signatures together: one that holds is enough.
fn dkim(findings: &Findings) -> Outcome {
    if findings.refused.is_some() {
        return Outcome::NotEvaluated;
    }
    let outcomes = || findings.signatures.iter().map(|signature| signature.outcome);
    for wanted in [Outcome::Pass, Outcome::TempError] {
        if outcomes().any(|outcome| outcome == wanted) {
            return wanted;
        }
    }
    outcomes().next().unwrap_or(Outcome::None)
}

fn reasons(
    sender: &Sender,
    trace: &Trace,
    evidence: Evidence,
    findings: Result<&Findings, &str>,
    trust: &Trust,
) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Sender::Ambiguous { why, .. } = sender {
        reasons.push((*why).to_owned());
    }
    reasons.extend(header_reason(evidence.header, trace));
    match findings {
        Err(why) => reasons.push(format!("own check not evaluated: {why}")),
        Ok(findings) => own_reasons(findings, trust, &mut reasons),
    }
    if let Some(name) = trace.repeated {
        reasons.push(format!("no signature counts: {name} stands twice, and one may be added"));
    }
    if evidence.internal == Internal::Proven {
        reasons.push("the author had logged in at a server of ours".to_owned());
    } else if trace.login.is_some() {
        reasons.push("who had logged in is not the author".to_owned());
    }
    if evidence.forwarded == Forwarded::Proven {
        reasons.push("a trusted forwarder saw DMARC pass".to_owned());
    }
    reasons.extend(trace.reasons.iter().cloned());
    reasons
}

fn header_reason(header: Header, trace: &Trace) -> Option<String> {
    let name = trace.results.first()?.authserv.as_deref().unwrap_or("Exchange");
    Some(match header {
        Header::Silent => format!("{name} says nothing about the author's domain"),
        Header::Signed => format!("{name}: signed by the author's domain"),
        Header::Sent => format!("{name}: SPF of the author's domain alone"),
        Header::Forged => format!("{name}: DMARC fails for the author's domain"),
    })
}

fn own_reasons(findings: &Findings, trust: &Trust, reasons: &mut Vec<String>) {
    if let Some(why) = findings.refused {
        reasons.push(format!("own check not evaluated: {why}"));
        return;
    }
    for signature in &findings.signatures {
        let domain = match signature.domain.as_str() {
            "" => "(unreadable)",
            domain => domain,
        };
        reasons.push(format!("dkim {domain} {}: {}", signature.outcome, signature.why));
    }
    reasons.extend(findings.broken.map(|why| format!("arc {}: {why}", findings.arc)));
    let policy = match findings.published {
        Published::Nothing => ", without a policy",
        Published::Unknown | Published::Monitor | Published::Enforced => "",
    };
    let counts = match trust.own_dkim {
        OwnDkim::On | OwnDkim::Off => "",
        OwnDkim::Advisory => " (advisory)",
    };
    reasons.push(match findings.says {
        Says::Signed => format!("own check: aligned signature{policy}{counts}"),
        Says::Sent => format!("own check: aligned SPF alone{policy}{counts}"),
        Says::Later => format!("own check: no answer for the author's domain yet{counts}"),
        Says::Silent => format!("own check: nothing of the author's domain{policy}{counts}"),
    });
}

/// Why there was no boundary to take a client from; `None` where there was.
#[must_use]
pub fn no_client(boundary: &Boundary) -> Option<&'static str> {
    match boundary {
        Boundary::Unknown => Some("SPF not evaluated: no boundary is configured"),
        Boundary::Missing => Some("SPF not evaluated: no boundary host has received this message"),
        Boundary::Host { client: None, .. } => {
            Some("SPF not evaluated: the boundary's Received field is not understood")
        }
        Boundary::Host { client: Some(_), .. } => None,
    }
}

#[cfg(test)]
mod tests;
