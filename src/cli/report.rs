//! `tidings report`: the totals of a desk.

mod figures;
mod picture;
mod plot;
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use self::picture::Picture;
use super::command::report::{Grouping, Report as Typed};
use super::open::{Opened, desk_name, open};
use super::output::raw;
use super::{Exit, Failure, Or as _, Outcome, instant};
use crate::config::Config;
use crate::desk::totals::{By, Interval, Report, Totals};
use crate::store::totals;

/// How it is shown.
enum Form {
    Table,
    Csv,
    Json,
    Picture(PathBuf),
}

pub(super) async fn report(path: &Path, typed: &Typed) -> Outcome {
    let (form, by, within) = (form(typed)?, by(typed.by), within(typed)?);
    let opened = open(path).await?;
    let report = count(&opened, by, typed.desk.as_deref(), within).await;
    opened.store.close().await;
    let report = report?;
    match form {
        Form::Table => table::print(by, &report),
        Form::Csv => raw(&figures::csv(by, &report).or_exit(Exit::Software)?),
        Form::Json => figures::print_json(by, &report),
        Form::Picture(file) => {
            if report.groups.is_empty() {
                let what = "no ticket is counted, and nothing is drawn";
                return Err(Failure::new(Exit::NoInput, what));
            }
            let heading = heading(by, typed);
            let picture = Picture { by, report: &report, heading: &heading };
            plot::write(&file, &picture.svg().or_exit(Exit::Software)?)?;
        }
    }
    Ok(Exit::Ok)
}

/// Counts tickets page by page: whoever writes meanwhile waits for none of it.
async fn count(
    opened: &Opened,
    by: By,
    desk: Option<&str>,
    within: Interval,
) -> Result<Report, Failure> {
    let desk = desk.map(|desk| desk_name(&opened.config, Some(desk))).transpose()?;
    let zones = zones(&opened.config);
    let (mut counted, utc) = (Totals::default(), TimeZone::UTC);
    let mut after = Some(0);
    while let Some(behind) = after {
        let mut tx = opened.store.read().await.or_exit(Exit::Unavailable)?;
        let page = totals::page(&mut tx, desk.as_deref(), within, behind).await;
        let page = page.or_exit(Exit::Unavailable)?;
        tx.rollback().await.or_exit(Exit::Unavailable)?;
        for ticket in &page.tickets {
            let zone = zones.get(ticket.desk.as_str()).unwrap_or(&utc);
            counted.add(&by.group(ticket, zone), ticket);
        }
        after = page.next;
    }
    Ok(counted.report())
}

/// By whose wall clocks the months of a desk begin: those of the hours of its default level.
fn zones(config: &Config) -> BTreeMap<&str, TimeZone> {
    let zone = |desk: &crate::config::Desk| desk.default_level.service.usual.hours.zone().clone();
    config.desks.iter().map(|desk| (&*desk.name, zone(desk))).collect()
}

fn by(typed: Grouping) -> By {
    match typed {
        Grouping::Desk => By::Desk,
        Grouping::Agent => By::Agent,
        Grouping::Level => By::Level,
        Grouping::Month => By::Month,
    }
}

fn form(typed: &Typed) -> Result<Form, Failure> {
    Ok(match (&typed.plot, typed.csv, typed.json) {
        (Some(file), _, _) => Form::Picture(plot::checked(file)?),
        (None, true, _) => Form::Csv,
        (None, false, true) => Form::Json,
        (None, false, false) => Form::Table,
    })
}

fn within(typed: &Typed) -> Result<Interval, Failure> {
    let since = typed.since.as_deref().map(|text| instant::typed("--since", text));
    let until = typed.until.as_deref().map(|text| instant::typed("--until", text));
    let within = Interval { since: since.transpose()?, until: until.transpose()? };
    match (within.since, within.until) {
        (Some(since), Some(until)) if until <= since => {
            let what = format!("--until {until} is not after --since {since}");
            Err(Failure::new(Exit::Usage, what))
        }
        (_, _) => Ok(within),
    }
}

/// What a picture is of.
fn heading(by: By, typed: &Typed) -> String {
    let said = [("of desk", &typed.desk), ("since", &typed.since), ("until", &typed.until)];
    let said = said.map(|(word, what)| what.as_ref().map(|what| format!(" {word} {what}")));
    format!("Tickets by {}{}", by.as_str(), said.into_iter().flatten().collect::<String>())
}
