//! `tidings ticket`: the desk acts of its own accord.

mod list;
mod promises;
mod raw;
pub(super) mod view;

use std::io::Read as _;
use std::path::Path;

use super::attachments::Folder;
use super::command::ticket::{Set, Ticket as Command};
use super::open::{Opened, open};
use super::output::line;
use super::{Exit, Failure, Or as _, Outcome};
use crate::config::person_from_environment;
use crate::desk::article::ArticleId;
use crate::desk::level::LevelName;
use crate::desk::priorities::Priorities;
use crate::desk::priority::Priority;
use crate::desk::spent;
use crate::desk::ticket::Status;
use crate::fresh::Fresh;
use crate::mail::address::{Address, NamedAddress};
use crate::mail::subject::TicketNumber;
use crate::store::account::known;
use crate::store::body::BodyId;
use crate::store::commit::{self, Act};
use crate::store::error::StoreError;
use crate::store::sql::{Nudge, Tx};
use crate::store::ticket::{self, Filter, Scope, life};
use crate::time::{Timestamp, instant_or_day};
use crate::triage::answer::{self, Correspondence, Request};
use crate::triage::case::known::{AccountMatch, Acquaintance};
use crate::triage::decision::Effect;
use crate::triage::merge::{MergeError, Side, merge};
use crate::triage::policy::Policy;
use crate::triage::promise::By;
use crate::triage::set::{Grant, Holder, Stand, Tell, Wish, set};
use crate::triage::split::{ArticleHead, split};
use view::Form;

pub(super) async fn ticket(path: &Path, command: Command) -> Outcome {
    let opened = open(path).await?;
    let done = match command {
        Command::List { json, all, desk, status, requester, text } => {
            let status = status.as_deref().map(parse_status).transpose()?;
            let requester = requester.map(|text| text.to_lowercase());
            let pattern = text.as_deref().map(pattern);
            let filter = Filter {
                desk: desk.as_deref(),
                status,
                requester: requester.as_deref(),
                text: pattern.as_deref(),
                scope: if all { Scope::All } else { Scope::Open },
            };
            list::list(&opened, &filter, json).await
        }
        Command::Show { number, raw: Some(article), .. } => {
            raw::raw(&opened, parse_number(number)?, article).await
        }
        Command::Show { number, full, json, attachments, raw: None } => {
            let form = match (json, full) {
                (true, _) => Form::Json,
                (false, true) => Form::Full,
                (false, false) => Form::Folded,
            };
            let folder = attachments.map(Folder::open).transpose()?;
            view::show(&opened, parse_number(number)?, form, folder.as_ref()).await
        }
        Command::Open { requester, subject, desk, priority } => {
            let priority = parse_priority(priority.as_deref(), &opened.config.priorities)?;
            let about = About { subject: &subject, priority: priority.as_ref() };
            open_for(&opened, &requester, about, desk.as_deref()).await
        }
        Command::Reply { number } => {
            let text = standard_input()?;
            act(&opened, number, Asked::Ticket, |known, policy, fresh, agent| {
                answer::answer(&known.ticket, &text, agent, policy, fresh)
            })
            .await
        }
        Command::Note { number } => {
            let text = standard_input()?;
            act(&opened, number, Asked::Ticket, |known, _, fresh, agent| {
                answer::note(&known.ticket, &text, agent, fresh)
            })
            .await
        }
        Command::Set(typed) => {
            let wish = wish(&typed, &opened.config.priorities)?;
            act(&opened, typed.number, Asked::Ticket, |known, policy, fresh, agent| {
                let holder = typed.agent.as_deref().map(|name| Holder::named(name, policy));
                let wish = Wish { holder: holder.transpose()?, ..wish.clone() };
                set(&known.ticket, &wish, known.acquaintance(), agent, policy, fresh)
            })
            .await
        }
        Command::Merge { number, into } => merge_into(&opened, number, into).await,
        Command::Split { number, articles } => {
            let ids: Vec<_> = articles.into_iter().map(ArticleId).collect();
            act(&opened, number, Asked::Articles, |known, policy, fresh, agent| {
                split(&known.ticket, &known.articles, &ids, agent, policy, fresh)
            })
            .await
        }
    };
    opened.store.close().await;
    done
}

async fn merge_into(opened: &Opened, number: i64, into: i64) -> Outcome {
    let into = Asked::Other(parse_number(into)?);
    act(opened, number, into, |known, policy, fresh, agent| match &known.other {
        Some((desk, ticket)) => {
            let from = Side { desk: &known.desk, ticket: &known.ticket };
            merge(from, Side { desk, ticket }, agent, policy, fresh)
        }
        None => Err(MergeError::Itself(known.ticket.number)),
    })
    .await
}

/// What is known of a ticket that is acted on.
struct Known {
    desk: String,
    ticket: Correspondence,
    /// Those of which its requester is a contact.
    accounts: Vec<AccountMatch>,
    /// When its requester opened his first ticket.
    first_ticket: Option<Timestamp>,
    /// The other ticket, and its desk.
    other: Option<(String, Correspondence)>,
    /// Its own articles.
    articles: Vec<ArticleHead>,
}

impl Known {
    fn acquaintance(&self) -> Acquaintance<'_> {
        Acquaintance { accounts: &self.accounts, first_ticket: self.first_ticket }
    }
}

/// What an action has to know.
#[derive(Clone, Copy)]
enum Asked {
    /// The ticket.
    Ticket,
    /// Another one, too.
    Other(TicketNumber),
    /// The ticket's articles, too.
    Articles,
}

/// How often a command reads a ticket again that somebody changed meanwhile.
const RACES: u32 = 3;

fn is_raced(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(StoreError::Raced | StoreError::RacedHalfway))
}

/// Reads a ticket, decides, and writes, in one transaction; again when somebody was faster.
async fn act<E: Into<anyhow::Error>>(
    opened: &Opened,
    number: i64,
    asked: Asked,
    decide: impl Fn(&Known, &Policy, &Fresh, &str) -> Result<Vec<Effect>, E>,
) -> Outcome {
    let number = parse_number(number)?;
    for _ in 0..RACES {
        match act_once(opened, number, asked, &decide).await {
            Err(failure) if is_raced(&failure.error) => {}
            done => return done,
        }
    }
    Err(Failure { exit: Exit::TryLater, error: StoreError::Raced.into() })
}

async fn act_once<E: Into<anyhow::Error>>(
    opened: &Opened,
    number: TicketNumber,
    asked: Asked,
    decide: impl Fn(&Known, &Policy, &Fresh, &str) -> Result<Vec<Effect>, E>,
) -> Outcome {
    let actor = person_from_environment();
    // Every decision may open a ticket; a number that none uses is a gap.
    let fresh_number = opened.number().await?;
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    let (desk, ticket) = correspondence(&mut tx, number).await?;
    let policy = opened.policy_of(&desk)?;
    let (fresh, body) = opened.fresh(&mut tx, fresh_number).await?;
    let (accounts, first_ticket) = match &ticket.requester {
        Some(to) => acquaintance(&mut tx, &to.address, &policy).await?,
        None => (Vec::new(), None),
    };
    let (other, articles) = match asked {
        Asked::Ticket => (None, Vec::new()),
        Asked::Other(other) => (Some(correspondence(&mut tx, other).await?), Vec::new()),
        Asked::Articles => (None, life::heads(&mut tx, number).await.or_exit(Exit::Unavailable)?),
    };
    let known = Known { desk: desk.clone(), ticket, accounts, first_ticket, other, articles };
    let effects = decide(&known, &policy, &fresh, &actor).or_exit(Exit::Data)?;
    if effects.iter().any(|effect| matches!(effect, Effect::Submit(_))) {
        opened.require_replies(&desk).await?;
    }
    let act = by_hand(&policy, &actor, fresh.now, std::slice::from_ref(&body));
    commit::apply(&mut tx, &effects, &act).await.or_exit(Exit::TryLater)?;
    tx.nudge(Nudge::Submit).await.or_exit(Exit::TryLater)?;
    committed(tx.commit().await, &format!("show {number}"))?;
    for effect in &effects {
        if let Effect::Submit(notice) = effect {
            line(&format!("ticket {number}: mail to {} is in the outbox", notice.envelope.to));
        }
        if let Effect::OpenTicket(new) = effect {
            line(&format!("{} is open", policy.prefix.tid(new.number)));
        }
    }
    line(&format!("ticket {number}: done"));
    Ok(Exit::Ok)
}

async fn correspondence(
    tx: &mut Tx,
    number: TicketNumber,
) -> Result<(String, Correspondence), Failure> {
    let found = ticket::correspondence(tx, number).await.or_exit(Exit::Unavailable)?;
    found.ok_or_else(|| no_ticket(number))
}

/// What is known of who asks.
async fn acquaintance(
    tx: &mut Tx,
    address: &Address,
    policy: &Policy,
) -> Result<(Vec<AccountMatch>, Option<Timestamp>), Failure> {
    let accounts = known::matching(tx, address).await.or_exit(Exit::Unavailable)?;
    let first = known::first_ticket(tx, &policy.desk, address).await;
    Ok((accounts, first.or_exit(Exit::Unavailable)?))
}

/// What a new ticket is about, and how urgent.
struct About<'a> {
    subject: &'a str,
    priority: Option<&'a Priority>,
}

async fn open_for(
    opened: &Opened,
    requester: &str,
    about: About<'_>,
    desk: Option<&str>,
) -> Outcome {
    let address = parse_address(requester)?;
    let policy = opened.policy(desk)?;
    let text = standard_input()?;
    let actor = person_from_environment();
    let number = opened.number().await?;
    let mut tx = opened.store.begin().await.or_exit(Exit::TryLater)?;
    let (accounts, first_ticket) = acquaintance(&mut tx, &address, &policy).await?;
    let (fresh, body) = opened.fresh(&mut tx, number).await?;
    let request = Request {
        requester: NamedAddress { name: String::new(), address },
        known: Acquaintance { accounts: &accounts, first_ticket },
        subject: about.subject,
        text: &text,
        priority: about.priority,
    };
    let effects = answer::open(&request, &actor, &policy, &fresh).or_exit(Exit::Data)?;
    let act = by_hand(&policy, &actor, fresh.now, std::slice::from_ref(&body));
    commit::apply(&mut tx, &effects, &act).await.or_exit(Exit::TryLater)?;
    committed(tx.commit().await, "list --all")?;
    line(&format!("{} is open", policy.prefix.tid(fresh.number)));
    Ok(Exit::Ok)
}

fn by_hand<'a>(
    policy: &'a Policy,
    actor: &'a str,
    now: Timestamp,
    bodies: &'a [BodyId],
) -> Act<'a> {
    Act {
        desk: &policy.desk,
        inbound: None,
        actor,
        now,
        by: By::Hand,
        happened: now,
        levels: &policy.levels,
        bodies,
    }
}

/// A COMMIT that was not answered may be done: nobody may repeat it without a look.
fn committed(done: Result<(), StoreError>, look: &str) -> Result<(), Failure> {
    match done {
        Err(error @ StoreError::CommitUnknown(_)) => Err(Failure::new(
            Exit::Unavailable,
            format!("{error}; look at `tidings ticket {look}` before you type it again"),
        )),
        done => done.or_exit(Exit::TryLater),
    }
}

fn standard_input() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).or_exit(Exit::NoInput)?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(Exit::Data, "the text on standard input is not UTF-8"))
}

fn parse_number(number: i64) -> Result<TicketNumber, Failure> {
    TicketNumber::new(number)
        .ok_or_else(|| Failure::new(Exit::Usage, format!("{number} is not a ticket number")))
}

fn wish(typed: &Set, priorities: &Priorities) -> Result<Wish, Failure> {
    let addresses = |texts: &[String]| -> Result<Vec<Address>, Failure> {
        texts.iter().map(|text| parse_address(text)).collect()
    };
    let grant = match (typed.verified, &typed.level) {
        (true, _) => Grant::Verified,
        (false, Some(name)) => Grant::Level(parse_level(name)?),
        (false, None) => Grant::Unchanged,
    };
    Ok(Wish {
        stand: stand(typed.status.as_deref(), typed.until.as_deref())?,
        grant,
        add: addresses(&typed.cc)?,
        remove: addresses(&typed.uncc)?,
        spent: typed.spent.as_deref().map(parse_spent).transpose()?,
        priority: parse_priority(typed.priority.as_deref(), priorities)?,
        holder: None,
        tell: if typed.quiet { Tell::Nothing } else { Tell::Changes },
    })
}

/// Where a ticket is to stand.
fn stand(status: Option<&str>, until: Option<&str>) -> Result<Option<Stand>, Failure> {
    let Some(status) = status.map(parse_status).transpose()? else { return Ok(None) };
    let Some(until) = until else { return Ok(Some(Stand::At(status))) };
    if status != Status::Pending {
        let what = format!("--until is for pending tickets; {status} has no end");
        return Err(Failure::new(Exit::Usage, what));
    }
    let until = instant_or_day(until).map_err(|error| {
        let what = format!("--until is not an instant such as 2026-03-05T09:00:00Z: {error}");
        Failure::new(Exit::Usage, what)
    })?;
    Ok(Some(Stand::PendingUntil(until)))
}

fn parse_spent(text: &str) -> Result<i64, Failure> {
    spent::parse(text).map_err(|error| Failure::new(Exit::Usage, error))
}

fn parse_address(text: &str) -> Result<Address, Failure> {
    Address::parse(text)
        .map_err(|error| Failure::new(Exit::Data, format!("{text:?} is not an address: {error}")))
}

fn parse_status(word: &str) -> Result<Status, Failure> {
    Status::parse(word).ok_or_else(|| {
        let words: Vec<_> = Status::ALL.iter().map(|status| status.as_str()).collect();
        Failure::new(Exit::Usage, format!("{word:?} is not a status: {}", words.join(", ")))
    })
}

fn parse_priority(
    word: Option<&str>,
    priorities: &Priorities,
) -> Result<Option<Priority>, Failure> {
    let Some(word) = word else { return Ok(None) };
    match priorities.named(word) {
        Ok(priority) => Ok(Some(priority.clone())),
        Err(error) => Err(Failure::new(Exit::Usage, error.to_string())),
    }
}

fn parse_level(name: &str) -> Result<LevelName, Failure> {
    LevelName::parse(name)
        .ok_or_else(|| Failure::new(Exit::Usage, format!("{name:?} is not the name of a level")))
}

fn no_ticket(number: TicketNumber) -> Failure {
    Failure::new(Exit::NoInput, format!("there is no ticket {number}"))
}

/// A text anywhere in the subject, as a pattern of SQL.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for char in text.to_lowercase().chars() {
        if matches!(char, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(char);
    }
    pattern.push('%');
    pattern
}
