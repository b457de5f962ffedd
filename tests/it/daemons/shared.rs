//! Work that daemons share: desks, each with one of them, and the notices of every desk.

use super::{Pair, WORKS, hear, said};
use crate::support::desk::{Daemon, SUPPORT, wait_until};
use crate::support::letter::Letter;
use crate::support::sink::Taken;
use crate::support::stand::{SALES, Stand};

fn letters(to: &str, count: usize) -> impl Iterator<Item = Vec<u8>> {
    let letter = move |n| Letter::new(&format!("customer{n}@other.example"), "Help").to(to);
    (0..count).map(move |n| letter(n).bytes())
}

/// Notices of the desk `support` that a daemon has sent.
fn sent(daemon: &Daemon) -> usize {
    let log = daemon.log();
    log.lines().filter(|line| line.contains(" sent") && line.contains("desk=\"support\"")).count()
}

#[test]
fn two_daemons_work_on_a_desk_each_and_share_the_notices_of_both() {
    const OF_SUPPORT: usize = 100;
    const OF_SALES: usize = 20;
    // A greeting longer than who has nothing to send rests: both have claimed when the first is sent.
    let stand = Stand::on_postgres(&["-W", "EHLO:5"]).with_sales();
    stand.once();
    let pair = Pair::of(stand);
    pair.second.write_secret("password-sales", "pw-sales\n", 0o600);
    let first = pair.stand.desk.start();
    hear(&first, WORKS, 1);
    hear(&first, "Working on sales", 1);
    let second = pair.second.start();
    hear(&second, "this daemon stands by", 2);
    pair.end_lease("sales");
    hear(&second, "Working on sales", 1);

    pair.stand.world.deliver_many(SUPPORT, letters(SUPPORT, OF_SUPPORT));
    pair.stand.world.deliver_many(SALES, letters(SALES, OF_SALES));
    pair.wait_until_done(OF_SUPPORT + OF_SALES);
    let decided = |daemon: &Daemon, desk: &str| {
        let desk = format!("desk=\"{desk}\"");
        let log = daemon.log();
        log.lines().filter(|line| line.contains(" opened") && line.contains(&desk)).count()
    };
    assert_eq!([decided(&first, "support"), decided(&first, "sales")], [OF_SUPPORT, 0]);
    assert_eq!([decided(&second, "support"), decided(&second, "sales")], [0, OF_SALES]);
    let shares = [sent(&first), sent(&second)];
    println!("notices of support: {shares:?}");
    assert!(shares[0] > 0 && shares[1] > 0, "{shares:?}");
    assert_eq!(shares[0] + shares[1], OF_SUPPORT);
    assert_eq!([first.stop(), second.stop()], [Some(0), Some(0)]);
    pair.stand.expect(&[("opened", OF_SUPPORT + OF_SALES)], OF_SUPPORT + OF_SALES);
    assert!(pair.stand.copies().values().all(|&copies| copies == 1));
}

#[test]
fn answers_on_a_ticket_go_out_in_their_order_whoever_sends_them() {
    const TICKETS: usize = 6;
    const ANSWERS: usize = 3;
    // Slow enough for the other daemon to look what is due while one is on its way.
    let pair = Pair::met(&["-W", "DATA:1"]);
    pair.stand.world.deliver_many(SUPPORT, letters(SUPPORT, TICKETS));
    pair.stand.once();
    let (first, second) = pair.start();
    let tickets = pair.stand.desk.tickets();
    assert_eq!(tickets.len(), TICKETS);
    // Each agent answers on every other ticket.
    std::thread::scope(|scope| {
        for (first, desk) in (0_usize..).zip([&pair.stand.desk, &pair.second]) {
            let tickets = &tickets;
            scope.spawn(move || {
                for ticket in tickets.iter().skip(first).step_by(2) {
                    let number = ticket["number"].to_string();
                    for answer in 1..=ANSWERS {
                        desk.tell(&["ticket", "reply", &number], &format!("Answer {answer}.\n"));
                    }
                }
            });
        }
    });
    let mails = TICKETS * (1 + ANSWERS);
    wait_until("every answer is sent", || pair.stand.sink.taken().len() >= mails);
    wait_until("both know", || sent(&first) + sent(&second) >= mails - TICKETS);
    let taken = pair.stand.sink.taken();
    assert_eq!(taken.len(), mails);
    let about = |mail: &Taken| {
        let answer = (1..=ANSWERS).find(|n| mail.message.contains(&format!("Answer {n}.")));
        answer.unwrap_or(0)
    };
    for n in 0..TICKETS {
        let customer = format!("customer{n}@other.example");
        let order: Vec<usize> =
            taken.iter().filter(|mail| mail.recipient == customer).map(about).collect();
        assert_eq!(order, [0, 1, 2, 3], "{customer}");
    }
    println!("answers: {} and {}", sent(&first), sent(&second));
    assert_eq!(said(&first, "deferred") + said(&second, "deferred"), 0);
    assert_eq!([first.stop(), second.stop()], [Some(0), Some(0)]);
}
