//! Agents: who answers for which desk, and what cannot be meant.

use std::path::Path;

use tidings::config::Config;

use super::{GOOD, OTHER, refused};
use crate::support::desk::Desk;

fn agent(lines: &str) -> String {
    format!("\n[[agent]]\n{lines}\n")
}

const ADA: &str = "name = \"Ada\"\naddresses = [\"ada@staff.example\"]";

#[test]
fn what_no_agent_can_be_is_named() {
    let second = |lines: &str| format!("{}{}", agent(ADA), agent(lines));
    for (lines, named, why) in [
        (agent("name = \"\"\naddresses = [\"a@b.example\"]"), "agent[0].name", "1 to 64 bytes"),
        (agent("name = \"Ada\"\naddresses = []"), "agent[0].addresses", "at least one"),
        (agent("name = \"Ada\"\naddresses = [\"ada\"]"), "agent[0].addresses", "ada"),
        (
            agent("name = \"Ada\"\naddresses = [\"support@desk.example\"]"),
            "agent[0].addresses",
            "desk",
        ),
        (agent(&format!("{ADA}\ndesks = [\"sales\"]")), "agent[0].desks", "there is no desk"),
        (agent(&format!("{ADA}\nrole = \"boss\"")), "agent[0].role", "supervisor"),
        (agent(&format!("{ADA}\npager = \"1\"")), "agent[0].pager", "unknown"),
        (second("name = \"ADA\"\naddresses = [\"b@b.example\"]"), "agent[1].name", "another agent"),
        (
            second("name = \"Bob\"\naddresses = [\"ADA@staff.example\"]"),
            "agent[1].addresses",
            "Ada",
        ),
    ] {
        refused(&Desk::with_config(&format!("{GOOD}{lines}")), 78, &[named, why]);
    }
}

#[test]
fn thr_05_an_agent_answers_for_his_desks_alone() {
    let bob = "name = \"Bob\"\naddresses = [\"bob@staff.example\"]\ndesks = [\"other\"]";
    let text = format!("{GOOD}{OTHER}{}{}", agent(ADA), agent(bob));
    let config = Config::parse(&text, Path::new("/tmp/tidings.toml")).unwrap();
    let of = |desk: &str| -> Vec<String> {
        let desk = config.desk(desk).unwrap();
        desk.agents.iter().map(|agent| agent.name.to_string()).collect()
    };
    assert_eq!(
        (of("support"), of("other")),
        (vec!["Ada".into()], vec!["Ada".into(), "Bob".into()])
    );
}
