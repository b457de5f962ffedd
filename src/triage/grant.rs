//! What a proof is worth: which level a sender gets, and what he is told.

use super::case::known::MatchedBy;
use crate::desk::sender_proof::SenderProof;
use crate::mail::proof::{Published, ReturnPath, Verdict};

/// With what a level is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What the proof came to.
    pub verdict: Verdict,
    /// What the licence asks, or else the desk.
    pub asked: SenderProof,
    /// How the sender is known; `None` is a stranger, who has nothing but an answer to claim.
    pub matched: Option<MatchedBy>,
    /// What the author's domain publishes.
    pub published: Published,
    /// Whether the envelope names the author.
    pub return_path: ReturnPath,
    /// Whether an agent has said that this address needs no proof.
    pub trust: AddressTrust,
}

/// Whether an agent has said that mail of an address is believed without a proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AddressTrust {
    /// Nobody has.
    #[default]
    Asked,
    /// An agent has.
    Trusted,
}

/// What is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Which level.
    pub level: Level,
    /// What the sender is told.
    pub acknowledgement: Acknowledgement,
}

/// Which level a sender gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// That of his account.
    Account,
    /// The default one; the account is noted as claimed, and may be raised.
    Claimed,
    /// The default one; agents are told that somebody may be pretending.
    Flagged,
}

/// What a sender is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// All, within the caps.
    Full,
    /// Without a word of the sender's, at a fifth of the caps.
    Short,
    /// Nothing yet: the verdict may still come.
    Wait,
    /// Nothing.
    Withheld,
}

/// The table of grants.
#[must_use]
pub fn grant(claim: Claim) -> Grant {
    let account = Grant { level: Level::Account, acknowledgement: Acknowledgement::Full };
    let flagged = Grant { level: Level::Flagged, acknowledgement: Acknowledgement::Withheld };
    let claimed = |acknowledgement| Grant { level: Level::Claimed, acknowledgement };
    match (claim.verdict, claim.asked) {
        (Verdict::Ambiguous, _) => flagged,
        (_, SenderProof::Off)
        | (Verdict::Strong | Verdict::Pass, _)
        | (Verdict::PassSpf, SenderProof::Required | SenderProof::Preferred) => account,
        (Verdict::PassSpf | Verdict::None | Verdict::Pending, _) if is_trusted(claim) => account,
        (Verdict::PassSpf, SenderProof::Dkim) => claimed(Acknowledgement::Full),
        (Verdict::None, SenderProof::Preferred) if is_plain(claim) => account,
        (Verdict::None, SenderProof::Dkim | SenderProof::Required | SenderProof::Preferred) => {
            claimed(match claim.return_path {
                ReturnPath::Author => Acknowledgement::Short,
                ReturnPath::Another => Acknowledgement::Withheld,
            })
        }
        (Verdict::Pending, SenderProof::Dkim | SenderProof::Required | SenderProof::Preferred) => {
            claimed(Acknowledgement::Wait)
        }
        (Verdict::Fail, SenderProof::Dkim | SenderProof::Required | SenderProof::Preferred) => {
            flagged
        }
    }
}

/// Somebody who is listed by address, whose domain has asked for nothing, and whose envelope agrees.
fn is_plain(claim: Claim) -> bool {
    claim.matched == Some(MatchedBy::Address)
        && matches!(claim.published, Published::Nothing | Published::Monitor)
        && claim.return_path == ReturnPath::Author
}

/// Somebody whose address is listed, and of whom an agent has said that he needs no proof. It is said
/// of an address, never of a domain.
fn is_trusted(claim: Claim) -> bool {
    claim.matched == Some(MatchedBy::Address) && claim.trust == AddressTrust::Trusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use Acknowledgement::{Full, Short, Wait, Withheld};
    use SenderProof::{Dkim, Off, Preferred, Required};

    /// A listed address whose envelope agrees and whose domain publishes nothing: the best case.
    fn claim(verdict: Verdict, asked: SenderProof) -> Claim {
        Claim {
            verdict,
            asked,
            matched: Some(MatchedBy::Address),
            published: Published::Nothing,
            return_path: ReturnPath::Author,
            trust: AddressTrust::Asked,
        }
    }

    #[track_caller]
    fn check(claim: Claim, level: Level, acknowledgement: Acknowledgement) {
        assert_eq!(grant(claim), Grant { level, acknowledgement }, "{claim:?}");
    }

    #[test]
    fn aut_20_each_row_of_the_table() {
        use Level::{Account, Claimed, Flagged};
        for asked in [Dkim, Required, Preferred, Off] {
            check(claim(Verdict::Strong, asked), Account, Full);
            check(claim(Verdict::Pass, asked), Account, Full);
            check(claim(Verdict::Ambiguous, asked), Flagged, Withheld);
        }
        for asked in [Dkim, Required, Preferred] {
            check(claim(Verdict::Pending, asked), Claimed, Wait);
            check(claim(Verdict::Fail, asked), Flagged, Withheld);
        }
        for verdict in [Verdict::PassSpf, Verdict::None, Verdict::Pending, Verdict::Fail] {
            check(claim(verdict, Off), Account, Full);
        }
        check(claim(Verdict::PassSpf, Dkim), Claimed, Full);
        check(claim(Verdict::PassSpf, Required), Account, Full);
        check(claim(Verdict::PassSpf, Preferred), Account, Full);
        check(claim(Verdict::None, Dkim), Claimed, Short);
        check(claim(Verdict::None, Required), Claimed, Short);
        check(claim(Verdict::None, Preferred), Account, Full);
    }

    #[test]
    fn aut_20_without_proof_only_a_plain_case_gets_its_level() {
        let plain = claim(Verdict::None, Preferred);
        check(Claim { published: Published::Monitor, ..plain }, Level::Account, Full);
        check(Claim { published: Published::Enforced, ..plain }, Level::Claimed, Short);
        check(Claim { published: Published::Unknown, ..plain }, Level::Claimed, Short);
        check(Claim { return_path: ReturnPath::Another, ..plain }, Level::Claimed, Withheld);
    }

    #[test]
    fn aut_25_a_match_by_domain_needs_proof_unless_nobody_asks() {
        for asked in [Dkim, Required, Preferred] {
            let by_domain =
                |verdict| Claim { matched: Some(MatchedBy::Domain), ..claim(verdict, asked) };
            check(by_domain(Verdict::None), Level::Claimed, Short);
            check(by_domain(Verdict::Pass), Level::Account, Full);
        }
        let off = Claim { matched: Some(MatchedBy::Domain), ..claim(Verdict::None, Off) };
        check(off, Level::Account, Full);
    }

    #[test]
    fn std_03_a_stranger_to_his_envelope_is_not_answered() {
        for asked in [Dkim, Required, Preferred] {
            let other = Claim { return_path: ReturnPath::Another, ..claim(Verdict::None, asked) };
            check(other, Level::Claimed, Withheld);
        }
    }

    #[test]
    fn aut_23_a_trusted_address_needs_no_proof_and_no_forgery_passes() {
        use Level::{Account, Claimed, Flagged};
        for asked in [Dkim, Required, Preferred] {
            let trusted = |verdict| Claim { trust: AddressTrust::Trusted, ..claim(verdict, asked) };
            for verdict in [Verdict::PassSpf, Verdict::None, Verdict::Pending] {
                check(trusted(verdict), Account, Full);
                let another = ReturnPath::Another;
                check(Claim { return_path: another, ..trusted(verdict) }, Account, Full);
            }
            check(trusted(Verdict::Fail), Flagged, Withheld);
            check(trusted(Verdict::Ambiguous), Flagged, Withheld);
            let by_domain = Some(MatchedBy::Domain);
            check(Claim { matched: by_domain, ..trusted(Verdict::None) }, Claimed, Short);
            check(Claim { matched: None, ..trusted(Verdict::Pending) }, Claimed, Wait);
        }
    }
}
