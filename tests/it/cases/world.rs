//! The world of a case, `world.toml`: what is not written is as in the defaults here.

mod account;
mod later;
mod priority;
mod shipped;
mod ticket;

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use tidings::authentication::{Trust, trace};
use tidings::desk::account::AccountId;
use tidings::desk::account::coupon::CouponCode;
use tidings::desk::level::Level;
use tidings::desk::sender_proof::SenderProof;
use tidings::mail::address::Address;
use tidings::mail::address::pattern::AddressPattern;
use tidings::mail::attachment::accepted::{Accepted, TypePattern};
use tidings::mail::automatic::ListId;
use tidings::mail::envelope::ReversePath;
use tidings::mail::message_id::MessageId;
use tidings::mail::parse::header_fields;
use tidings::mail::proof::{Proof, Verdict};
use tidings::mail::spam::SpamSign;
use tidings::store::account::{known, staging};
use tidings::store::body::BodyId;
use tidings::store::commit::{self, Act};
use tidings::store::sql::Tx;
use tidings::store::trusted;
use tidings::time::Timestamp;
use tidings::triage::case::{
    Age, Arrival, Earlier, EarlierEffects, Facts, FolderKind, Form, InboundId, Released,
};
use tidings::triage::decision::{Effect, Redemption};
use tidings::triage::policy::{
    Acknowledge, Blocked, Bulk, EnvelopeFrom, GeneratedReopens, Policy, Replies, WebForm,
};
use tidings::triage::promise::By;

use super::counts;
use super::names::Names;
use super::proof::ProofFile;
use crate::support::policy::policy;
use account::{AccountFile, EndFile, sender_proof};
use later::LaterFile;
use priority::PriorityFile;
use ticket::TicketFile;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct World {
    now: Option<String>,
    received: Option<String>,
    age: Option<String>,
    /// Its size on the server, where it is over the limit.
    oversize: Option<u64>,
    /// In a junk folder.
    junk: bool,
    /// The field by which a filter calls it spam.
    spam: Option<String>,
    /// Who has said that it is no spam.
    released: Option<String>,
    /// Without it the sender is proven by his domain's signature.
    proof: Option<ProofFile>,
    earlier: Option<EarlierFile>,
    /// An earlier inbound of another day that says the same.
    replays: Option<i64>,
    /// A policy of `config/policies`, with its accounts, in place of `desk`, `priority` and `end`.
    policy: Option<String>,
    /// Of which desk of it the mailbox is; of its first, if nothing else is said.
    desk_name: Option<String>,
    desk: DeskFile,
    priority: PriorityFile,
    account: Vec<AccountFile>,
    /// Levels that end for somebody.
    end: Vec<EndFile>,
    ticket: Vec<TicketFile>,
    /// Addresses that an agent trusts.
    trusted: Vec<String>,
    /// The message is decided already, and was proven again.
    pub(super) later: Option<LaterFile>,
    acknowledged: counts::Acknowledged,
    opened: counts::Opened,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EarlierFile {
    inbound: i64,
    ignored: bool,
    #[serde(default)]
    held: bool,
    /// A copy, the same to the byte, lay in a junk folder.
    #[serde(default)]
    junk: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DeskFile {
    acknowledge: Option<String>,
    sender_proof: Option<String>,
    bulk: Option<String>,
    #[serde(default)]
    generated_reopens: bool,
    #[serde(default)]
    own_lists: Vec<String>,
    plus_addressing: bool,
    envelope_from: Option<String>,
    boundary: Vec<Box<str>>,
    block: Vec<String>,
    form: Vec<FormFile>,
    /// Who is told of what goes wrong.
    supervisor: Option<String>,
    /// Days.
    reopen_within: Option<u64>,
    /// The types of attachments that it takes; without it all.
    attachments: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormFile {
    from: String,
    per_hour: Option<u32>,
}

/// The instant of a case that names none.
pub(super) fn now() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00Z").unwrap()
}

impl World {
    pub(super) fn read(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join("world.toml")).unwrap();
        let read = toml::from_str(&text);
        let mut world: Self = read.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        if let Some(policy) = &world.policy {
            world.account.extend(shipped::accounts(policy));
        }
        world
    }

    /// Whether its desk is as it is shipped.
    pub(super) fn is_shipped(&self) -> bool {
        self.policy.is_some()
    }

    fn now(&self) -> Timestamp {
        self.now.as_deref().map_or_else(now, |text| Timestamp::parse(text).unwrap())
    }

    pub(super) fn names(&self) -> Names {
        let mut names = Names::new(self.now());
        for ticket in &self.ticket {
            let desk = ticket.desk.as_deref().unwrap_or("support");
            names.give(desk, ticket.number(), &ticket.parties, &ticket.own);
        }
        names
    }

    /// Under which addresses the desk's servers delivered a message.
    pub(super) fn delivered_to(&self, raw: &[u8]) -> Vec<Address> {
        let trust = Trust { boundary: self.desk.boundary.clone(), ..Trust::default() };
        trace::read(&header_fields(raw), &trust).delivered_to
    }

    /// A minute ago, if nothing else is said.
    pub(super) fn arrival(&self) -> Arrival {
        let minute = Duration::from_mins(1);
        let received = self.received.as_deref();
        Arrival {
            received: received
                .map_or_else(|| self.now().before(minute), |text| Timestamp::parse(text).unwrap()),
            age: match self.age.as_deref() {
                None | Some("new") => Age::New,
                Some("back_fill") => Age::BackFill,
                Some("found") => Age::Found,
                Some("before_first_run") => Age::BeforeFirstRun,
                Some("old_in_bulk") => Age::OldInBulk,
                Some(other) => panic!("age = {other:?}"),
            },
            form: self.oversize.map_or(Form::Whole, |size| Form::Oversize { size }),
            folder: folder(self.junk),
            released: self.released.clone().map(|by| Released { by, at: self.now() }),
        }
    }

    pub(super) fn spam(&self) -> Option<SpamSign> {
        let (name, value) = self.spam.as_deref()?.split_once(": ").unwrap();
        Some(SpamSign::of(name, value))
    }

    /// By a signature, if nothing else is said.
    pub(super) fn proof(&self) -> Proof {
        match &self.proof {
            Some(file) => file.meant(),
            None => Proof::given(Verdict::Pass, ""),
        }
    }

    pub(super) fn policy(&self, names: &Names) -> Policy {
        if let Some(policy) = &self.policy {
            return shipped::policy(policy, self.desk_name.as_deref(), names);
        }
        let mut policy = self.with_desk(names);
        for end in &self.end {
            end.set(&mut policy);
        }
        policy
    }

    fn with_desk(&self, names: &Names) -> Policy {
        Policy {
            sender_proof: self
                .desk
                .sender_proof
                .as_deref()
                .map_or(SenderProof::Required, sender_proof),
            acknowledge: match self.desk.acknowledge.as_deref() {
                None | Some("tickets") => Acknowledge::Tickets,
                Some("messages") => Acknowledge::Messages,
                Some("none") => Acknowledge::None,
                Some(other) => panic!("acknowledge = {other:?}"),
            },
            bulk: match self.desk.bulk.as_deref() {
                None | Some("ignore") => Bulk::Ignore,
                Some("ticket") => Bulk::Open,
                Some(other) => panic!("bulk = {other:?}"),
            },
            generated_reopens: if self.desk.generated_reopens {
                GeneratedReopens::Yes
            } else {
                GeneratedReopens::No
            },
            own_lists: self
                .desk
                .own_lists
                .iter()
                .map(|text| ListId::parse(text).unwrap())
                .collect(),
            requester_priority: self.priority.requester(),
            priorities: self.priority.all(),
            priority_rules: self.priority.rules(),
            reopen_within: Duration::from_hours(24 * self.desk.reopen_within.unwrap_or(14)),
            block: self.desk.block.iter().map(|text| blocked(text)).collect(),
            forms: self
                .desk
                .form
                .iter()
                .map(|form| WebForm { from: address(&form.from), per_hour: form.per_hour })
                .collect(),
            supervisor: self.desk.supervisor.as_deref().map(address),
            replies: if self.desk.plus_addressing {
                let own = address("support@desk.example");
                Replies::Tokens(AddressPattern::behind_plus(&own, "desk.example").unwrap())
            } else {
                Replies::Plain
            },
            envelope_from: self
                .desk
                .envelope_from
                .as_deref()
                .map_or(EnvelopeFrom::Fixed(ReversePath::Null), |text| {
                    EnvelopeFrom::Tokens(AddressPattern::parse(text).unwrap())
                }),
            attachments: self.desk.attachments.as_deref().map_or_else(Accepted::all, accepted),
            ..policy(names.namer.clone())
        }
    }

    /// Writes accounts and tickets.
    pub(super) async fn build(&self, tx: &mut Tx, names: &Names, levels: &[Level]) {
        for file in &self.account {
            staging::import_one(tx, &file.meant(), now()).await.unwrap();
        }
        for text in &self.trusted {
            trusted::add(tx, &address(text), "bea", now()).await.unwrap();
        }
        for (at, file) in (1..).zip(&self.ticket) {
            let desk = file.desk.as_deref().unwrap_or("support");
            let account = self.account_of(tx, file.account.as_deref()).await;
            let claimed = self.account_of(tx, file.claimed.as_deref()).await;
            let mut effects = file.opening(account, claimed);
            effects.extend(file.article.iter().map(|article| article.meant(file)));
            let done = |now| Act { levels, ..by_hand(desk, now, &[]) };
            commit::apply(tx, &effects, &done(file.opened())).await.unwrap();
            commit::apply(tx, &file.by_hand(account, claimed), &done(file.opened())).await.unwrap();
            if let Some((at, effects)) = file.answer() {
                commit::apply(tx, &effects, &done(at)).await.unwrap();
            }
            if let Some((at, effect)) = file.supervised() {
                commit::apply(tx, &[effect], &done(at)).await.unwrap();
            }
            for (nr, text) in (1..).zip(&file.histories) {
                let id = MessageId::parse(&format!("history{nr}.{at}@desk.example")).unwrap();
                let (now, body) =
                    (Timestamp::parse(text).unwrap(), [BodyId(500_000 + at * 100 + nr)]);
                let act = Act { bodies: &body, ..done(now) };
                commit::apply(tx, &[file.history(id)], &act).await.unwrap();
            }
            if let (Some(code), Some(account)) = (&file.coupon, account) {
                let (ticket, code) = (file.number(), CouponCode::parse(code).unwrap());
                let redeem = Redemption { ticket, account, code, uses: 1 };
                apply(tx, &[Effect::Redeem(redeem)], desk, BodyId(0)).await;
            }
            for own in &file.own {
                let body = BodyId(at * 100 + i64::try_from(*own).unwrap());
                apply(tx, &[file.notice(names.own(*own))], desk, body).await;
            }
        }
        for file in self.ticket.iter().rev() {
            let desk = file.desk.as_deref().unwrap_or("support");
            if let Some((ended, effects)) = file.ending() {
                let actor = "a test";
                let act = Act { actor, ..by_hand(desk, ended, &[]) };
                commit::apply(tx, &effects, &act).await.unwrap();
            }
        }
    }

    /// What a case says that the store would have to be filled for.
    pub(super) fn complete(&self, gathered: Facts) -> Facts {
        Facts {
            earlier: self.earlier.as_ref().map(|earlier| Earlier {
                inbound: InboundId(earlier.inbound),
                effects: match (earlier.ignored, earlier.held) {
                    (true, _) => EarlierEffects::Ignored,
                    (false, true) => EarlierEffects::Held,
                    (false, false) => EarlierEffects::Had,
                },
                folder: folder(earlier.junk),
            }),
            replays: self.replays.map(InboundId),
            acknowledged: self.acknowledged.meant(),
            opened: self.opened.meant(),
            ..gathered
        }
    }

    async fn account_of(&self, tx: &mut Tx, key: Option<&str>) -> Option<AccountId> {
        let key = key?;
        let file = self.account.iter().find(|file| file.key == key).unwrap();
        let contact = file.contacts.first().unwrap();
        let of = if contact.starts_with('@') { format!("x{contact}") } else { contact.clone() };
        let found = known::matching(tx, &address(&of)).await.unwrap();
        found.iter().find(|found| found.key == key).map(|found| found.account)
    }
}

async fn apply(tx: &mut Tx, effects: &[Effect], desk: &str, body: BodyId) {
    commit::apply(tx, effects, &by_hand(desk, now(), &[body])).await.unwrap();
}

fn by_hand<'a>(desk: &'a str, now: Timestamp, bodies: &'a [BodyId]) -> Act<'a> {
    let (by, happened, levels) = (By::Hand, now, &[]);
    Act { desk, inbound: None, actor: "a test", now, by, happened, levels, bodies }
}

fn folder(junk: bool) -> FolderKind {
    if junk { FolderKind::Junk } else { FolderKind::Watched }
}

fn blocked(text: &str) -> Blocked {
    match text.strip_prefix('@') {
        Some(domain) => Blocked::Domain(domain.into()),
        None => Blocked::Address(address(text)),
    }
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn accepted(types: &[String]) -> Accepted {
    let types = types.iter().map(|text| TypePattern::parse(text).unwrap()).collect();
    Accepted::new(types, 35 << 20)
}
