//! Coupons, from a mail to the acknowledgement that says how many are left.

use tidings::mail::parse::parse;

use super::{CARLA, OLAF, Stand};
use crate::support::desk::wait_until;
use crate::support::letter::Letter;
use crate::support::stand::SALES;

const ACCOUNTS: &str = "
[[account]]
id = \"paid\"
contacts = [\"@paid.example\"]
[[account.coupon]]
code = \"FIX-2026-7Q\"
level = \"commercial\"
uses = 1
";

/// Of each mail that went out: to whom, and its paragraph about a coupon.
fn told(stand: &Stand) -> Vec<(String, String)> {
    let lines = stand.sink.taken().into_iter().map(|taken| {
        let text = parse(taken.message.as_bytes()).0.text;
        let paragraph = text.split("\n\n").find(|said| said.contains("oupon")).unwrap_or("none");
        (taken.recipient, paragraph.replace('\n', " "))
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    lines
}

#[test]
fn a_coupon_counts_once_and_its_owner_reads_how_many_are_left() {
    let stand = Stand::met();
    stand.desk.write_secret("accounts.toml", ACCOUNTS, 0o600);
    let accounts = stand.desk.path("accounts.toml").display().to_string();
    stand.desk.ok(&["account", "import", &accounts]);
    stand
        .deliver(&Letter::new(CARLA, "Printer on fire").text("Please use coupon fix-2026-7q.\r\n"));
    stand.once();
    let ticket = stand.desk.ticket(stand.only_ticket());
    assert_eq!(ticket["level"], "commercial");
    assert_eq!(
        told(&stand),
        [(
            "carla@paid.example".into(),
            "Coupon FIX-2026-7Q has been redeemed for this ticket. It is now used up.".into()
        )]
    );
    let shown = stand.desk.json(&["account", "show", "paid", "--json"]);
    assert_eq!(shown[0]["coupons"][0]["left"], 0);

    stand.deliver(&Letter::new(CARLA, "Scanner, coupon FIX-2026-7Q"));
    stand.deliver(&Letter::new(OLAF, "Copier, coupon FIX-2026-7Q"));
    stand.deliver(&Letter::new(OLAF, "Plotter FIX-2026-7Q"));
    let ran = stand.desk.run(&["run", "--once"]);
    assert!(!ran.stderr.to_lowercase().contains("2026-7q"), "no code is logged: {}", ran.stderr);
    stand.expect(&[("opened", 4)], 4);
    let carla = |line: &str| ("carla@paid.example".to_owned(), line.to_owned());
    let olaf = |line: &str| ("olaf@other.example".to_owned(), line.to_owned());
    assert_eq!(
        told(&stand),
        [
            carla("Coupon FIX-2026-7Q has been redeemed for this ticket. It is now used up."),
            carla("Coupon FIX-2026-7Q was already used up, so it does not count for this ticket."),
            olaf(
                "We have not redeemed the coupon you named. A coupon counts only when we are sure that its owner \
             wrote the message, and only for the owner's tickets."
            ),
            olaf("none"),
        ]
    );
}

/// How many tickets wait for the row of a coupon.
const WAITING: &str = "select count(*) = 2 from pg_locks where not granted";

#[test]
fn the_last_of_a_coupon_that_two_desks_read_of_at_once_counts_once() {
    let stand = Stand::on_postgres(&[]).with_sales();
    stand.once();
    stand.desk.write_secret("accounts.toml", &ACCOUNTS.replace("uses = 1", "uses = 2"), 0o600);
    let accounts = stand.desk.path("accounts.toml").display().to_string();
    stand.desk.ok(&["account", "import", &accounts]);
    stand.deliver(&Letter::new(CARLA, "Printer, coupon FIX-2026-7Q"));
    stand.once();
    assert_eq!(
        told(&stand),
        [(
            "carla@paid.example".into(),
            "Coupon FIX-2026-7Q has been redeemed for this ticket. It is good for one more ticket."
                .into()
        )]
    );

    let server = stand.desk.postgres.clone().unwrap();
    let mut session = server.psql("tidings");
    session.run("begin; select used from coupon_use for update");
    let daemon = stand.desk.start();
    stand.deliver(&Letter::new(CARLA, "Scanner, coupon FIX-2026-7Q"));
    let copier = Letter::new(CARLA, "Copier, coupon FIX-2026-7Q").to(SALES);
    stand.world.deliver(SALES, &copier.bytes());
    // Both have read that one is left.
    server.wait_until("tidings", WAITING);
    session.run("commit");
    wait_until("both are told", || told(&stand).len() == 3);
    assert_eq!(daemon.stop(), Some(0));
    let carla = |line: &str| ("carla@paid.example".to_owned(), line.to_owned());
    assert_eq!(
        told(&stand),
        [
            carla(
                "Coupon FIX-2026-7Q has been redeemed for this ticket. It is good for one more ticket."
            ),
            carla("Coupon FIX-2026-7Q has been redeemed for this ticket. It is now used up."),
            carla("Coupon FIX-2026-7Q was already used up, so it does not count for this ticket."),
        ]
    );
    let levels = stand.desk.tickets();
    let counted = levels.iter().filter(|one| one["level"] == "commercial").count();
    assert_eq!((levels.len(), counted), (3, 2), "{levels:#?}");
    assert_eq!(stand.desk.sql("select used from coupon_use"), "2");
    assert_eq!(stand.desk.sql("select count(*) from redemption"), "2");
    let shown = stand.desk.json(&["account", "show", "paid", "--json"]);
    assert_eq!(shown[0]["coupons"][0]["left"], 0);
}
