//! Totals of tickets that came by mail: for people, for programs, and as a picture.

use std::fs;
use std::os::unix::fs::symlink;

use html5gum::{Token, Tokenizer};

use super::{CARLA, OLAF, Stand};
use crate::support::letter::Letter;

/// What a desk handled over the turn of a year, with promises kept and broken.
const PROMISES: &str = "
[calendar.office]
timezone = \"Europe/Berlin\"
hours = { mon-sun = \"00:00-24:00\" }
";

/// Four tickets and one that was merged, whose times are set behind the program's back; the one but last came
/// in 2026 by the wall clock of Berlin, and in 2025 in UTC.
fn handled() -> Stand {
    let mut stand = Stand::new();
    let level = "title = \"Community support\"\nrank = 0\n";
    assert!(stand.desk.config.contains(level));
    let promised =
        format!("{level}calendar = \"office\"\nfirst_response = \"1h\"\nresolution = \"2h\"\n");
    stand.desk.config = stand.desk.config.replacen(level, &promised, 1);
    stand.desk.config.push_str(PROMISES);
    stand
        .desk
        .config
        .push_str("\n[[agent]]\nname = \"-1+1 & <Ada>\"\naddresses = [\"ada@staff.example\"]\n");
    stand.once();
    for (from, subject) in
        [(CARLA, "Printer"), (OLAF, "Scanner"), (CARLA, "Screen"), (OLAF, "Toner"), (OLAF, "More")]
    {
        stand.deliver(&Letter::new(from, subject));
        stand.once();
    }
    let tickets = stand.desk.tickets();
    let numbers: Vec<_> = tickets.iter().map(|ticket| ticket["number"].to_string()).collect();
    let [one, two, three, four, five] = numbers.try_into().unwrap();
    stand.desk.tell(&["ticket", "reply", &one], "Use water.\n");
    stand.desk.tell(&["ticket", "reply", &two], "Use sand.\n");
    stand.desk.ok(&["ticket", "set", &two, "--agent", "-1+1 & <Ada>"]);
    stand.desk.ok(&["ticket", "set", &two, "--status", "resolved"]);
    stand.desk.ok(&["ticket", "set", &three, "--level", "commercial", "--status", "closed"]);
    stand.desk.ok(&["ticket", "merge", &five, "--into", &four]);
    // In seconds: 1 December 2025, 09:00; then the last half hour of the year in UTC, and 2 January.
    let (december, eve, january) = (1_764_579_600, 1_767_223_800, 1_767_344_400);
    let came = |ticket: &str, at: i64, answered: i64| {
        stand.desk.sql(&format!(
            "update ticket set opened_us = {at}000000 where number = {ticket};
             update article set at_us = {at}000000 where ticket = {ticket} and kind = 'requester';
             update article set at_us = {answered}000000 where ticket = {ticket} and kind = 'agent'"
        ));
    };
    came(&one, december, december + 600);
    came(&two, december + 60, december + 60 + 7_500);
    came(&three, eve, eve);
    came(&four, january, january);
    came(&five, january + 5, january + 5);
    stand.desk.sql(&format!(
        "update ticket set over_us = {december}000000 + 90060000000 where number = {two};
         update ticket set over_us = {eve}000000 + 59000000 where number = {three};
         update target set breached_us = {december}000000 where ticket = {two} and kind = 'first_response';
         insert into rating (ticket, stars, rater, at_us)
         values ({one}, 5, 'carla@paid.example', {december}000000), ({two}, 3, 'x@other.example', {eve}000000)"
    ));
    stand
}

#[test]
fn a_desk_has_its_totals() {
    let stand = handled();
    let report = |arguments: &[&str]| stand.desk.ok(&[&["report"], arguments].concat());
    let table = "\
DESK     TICKETS  ANSWERED  MEDIAN  90 %       OVER  MEDIAN           90 %     KEPT  BROKEN  RATED     STARS
support  4        2         10 min  2 h 5 min  2     less than 1 min  1 d 1 h  2     1       2 (50 %)  4.00
";
    assert_eq!(report(&[]), table);
    assert_eq!(
        report(&["--desk", "support", "--since", "2025-12-01", "--until", "2026-01-03"]),
        table
    );
    let table = "\
MONTH    TICKETS  ANSWERED  MEDIAN  90 %       OVER  MEDIAN           90 %             KEPT  BROKEN  RATED      STARS
2025-12  2        2         10 min  2 h 5 min  1     1 d 1 h          1 d 1 h          2     1       2 (100 %)  4.00
2026-01  2        0         -       -          1     less than 1 min  less than 1 min  0     0       0          -
all      4        2         10 min  2 h 5 min  2     less than 1 min  1 d 1 h          2     1       2 (50 %)   4.00
";
    assert_eq!(report(&["--by", "month"]), table);
    let names = "tickets,answered,first_response_median_s,first_response_p90_s,over,resolution_median_s,\
                 resolution_p90_s,promises_kept,promises_broken,ratings,rating_mean";
    let by_month = "2025-12,2,2,600,7500,1,90000,90000,2,1,2,4.0\n2026-01,2,0,,,1,59,59,0,0,0,\n";
    assert_eq!(report(&["--by", "month", "--csv"]), format!("month,{names}\n{by_month}"));
    let by_agent = "-,3,1,600,600,1,59,59,1,0,1,5.0\n\
                    '-1+1 & <Ada>,1,1,7500,7500,1,90000,90000,1,1,1,3.0\n";
    assert_eq!(report(&["--by", "agent", "--csv"]), format!("agent,{names}\n{by_agent}"));
    let by_level = r#"{"answered":0,"first_response_median_s":null,"first_response_p90_s":null,"level":"commercial","over":1,"promises_broken":0,"promises_kept":0,"rating_mean":null,"ratings":0,"resolution_median_s":59,"resolution_p90_s":59,"tickets":1}
{"answered":2,"first_response_median_s":600,"first_response_p90_s":7500,"level":"community","over":1,"promises_broken":1,"promises_kept":2,"rating_mean":4.0,"ratings":2,"resolution_median_s":90000,"resolution_p90_s":90000,"tickets":3}
"#;
    assert_eq!(report(&["--by", "level", "--json"]), by_level);

    // The first of them came at 09:00; and before the desk was there nothing did.
    let first = ["--until", "2025-12-01T09:00:01Z", "--csv"];
    let expected = "support,1,1,600,600,0,,,1,0,1,5.0\n";
    assert_eq!(report(&first), format!("desk,{names}\n{expected}"));
    assert_eq!(report(&["--until", "2025-12-01", "--csv"]), format!("desk,{names}\n"));
    assert_eq!(report(&["--until", "2025-12-01", "--json"]), "");
}

#[test]
fn totals_become_a_picture() {
    let stand = handled();
    let file = stand.desk.path("totals.svg");
    let path = file.to_str().unwrap();
    // A link is replaced, and not what it leads to.
    let other = stand.desk.path("other");
    fs::write(&other, "kept").unwrap();
    symlink(&other, &file).unwrap();
    assert_eq!(stand.desk.ok(&["report", "--by", "agent", "--plot", path]), "");
    assert_eq!(fs::read_to_string(&other).unwrap(), "kept");
    assert!(fs::symlink_metadata(&file).unwrap().is_file());
    let left = fs::read_dir(stand.desk.folder.path()).unwrap();
    let left = left.filter(|one| one.as_ref().unwrap().path().extension() == Some("part".as_ref()));
    assert_eq!(left.count(), 0);

    let svg = fs::read_to_string(&file).unwrap();
    let texts = texts(&svg);
    for text in ["Tickets by agent", "-", "-1+1 & <Ada>", "First response", "median", "90 % within"]
        .into_iter()
        .chain(["2 h 5 min", "kept", "broken", "stars, from 1 to 5", "3.00, 1 rated", "hours"])
    {
        assert!(texts.iter().any(|one| one == text), "{text:?} in {texts:#?}");
    }
    assert!(svg.contains("&lt;Ada&gt;") && !svg.contains("<Ada>"), "{svg}");

    let refused = |arguments: &[&str], code, says: &str| {
        let ran = stand.desk.run(&[&["report"], arguments].concat());
        assert_eq!((ran.code, &*ran.stdout), (Some(code), ""), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
    };
    let png = stand.desk.path("totals.png");
    refused(&["--plot", png.to_str().unwrap()], 64, "must end in .svg");
    refused(&["--plot", path, "--csv"], 64, "cannot be used with");
    refused(&["--plot", path, "--until", "2025-12-01"], 66, "nothing is drawn");
    refused(&["--plot", "/none/totals.svg"], 66, "cannot write /none/totals.svg");
    refused(&["--since", "yesterday"], 64, "is not an instant");
    refused(&["--since", "2026-01-01", "--until", "2026-01-01"], 64, "is not after");
    refused(&["--desk", "none"], 64, "there is no desk");
    assert!(!png.exists());
    assert_eq!(fs::read_to_string(&file).unwrap(), svg, "it stays as it was");
}

/// The texts of a document whose elements are all closed, in their order.
#[track_caller]
fn texts(svg: &str) -> Vec<String> {
    let (mut open, mut texts) = (Vec::new(), Vec::new());
    for token in Tokenizer::new(svg) {
        match token.unwrap() {
            Token::StartTag(tag) if tag.self_closing => {}
            Token::StartTag(tag) => open.push(tag.name.clone()),
            Token::EndTag(tag) => assert_eq!(open.pop().as_ref(), Some(&tag.name), "{svg}"),
            Token::String(text) => {
                texts.push(String::from_utf8_lossy(&text).trim().to_owned());
            }
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => panic!("{svg}"),
        }
    }
    assert!(open.is_empty(), "{open:?} in {svg}");
    texts.retain(|text| !text.is_empty());
    texts
}
