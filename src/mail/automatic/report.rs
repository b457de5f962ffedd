//! Reports: of deliveries, readings, complaints, and about domains.

use super::{Evidence, Kind, Mark, words};

/// Reports by their form (RFC 6522 §3) or by the subject that RFC 7489 §7.2.1.1 and RFC 8460
/// §5.3 lay down for those about domains.
pub(super) fn mark(evidence: &Evidence<'_>) -> Option<Mark> {
    if evidence.media_type == "multipart/report" {
        let about_delivery = evidence.report_type.eq_ignore_ascii_case("delivery-status")
            || (evidence.report_type.is_empty() && evidence.parts.contains(&DELIVERY_STATUS));
        let kind = if about_delivery { Kind::Bounce } else { Kind::Report };
        return Some((kind, format!("multipart/report of type {}", evidence.report_type)));
    }
    let subject = words::folded(evidence.subject);
    if words::is_passed_on(&subject) {
        return None;
    }
    if let Some(part) = evidence.parts.iter().find(|part| **part == DELIVERY_STATUS) {
        return Some((Kind::Bounce, format!("a part of type {part}")));
    }
    let reports =
        ["message/feedback-report", "message/disposition-notification", "application/tlsrpt+gzip"];
    if let Some(part) = evidence.parts.iter().find(|part| reports.contains(part)) {
        return Some((Kind::Report, format!("a part of type {part}")));
    }
    if let Some(file) = evidence.files.iter().find(|file| is_about_domain(file)) {
        return Some((Kind::Report, format!("an attachment {file}")));
    }
    let about_domain = ["report domain:", "submitter:", "report-id:"];
    let complains = subject.starts_with("complaint about message from ");
    (complains || about_domain.iter().all(|word| subject.contains(word)))
        .then(|| (Kind::Report, format!("Subject: {}", evidence.subject)))
}

/// `receiver!domain!begin!end.xml.gz` (RFC 7489 §7.2.1.1, RFC 8460 §5.1).
fn is_about_domain(file: &str) -> bool {
    let packed = [".xml", ".xml.gz", ".zip", ".json", ".json.gz", ".gz"];
    let Some(name) = packed.iter().find_map(|end| file.strip_suffix(end)) else { return false };
    let mut parts = name.split('!').skip(2);
    let is_time = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.next().is_some_and(is_time) && parts.next().is_some_and(is_time)
}

/// RFC 3464 §2.1.
const DELIVERY_STATUS: &str = "message/delivery-status";
