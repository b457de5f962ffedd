//! The table of verdicts, a row a line.

use super::*;

const HEADERS: [Header; 4] = [Header::Silent, Header::Signed, Header::Sent, Header::Forged];
const OWNS: [Says; 4] = [Says::Silent, Says::Signed, Says::Sent, Says::Later];

fn evidence(header: Header, own: Says) -> Evidence {
    Evidence {
        author: Author::One,
        header,
        own,
        forwarded: Forwarded::Unproven,
        internal: Internal::Unproven,
    }
}

#[test]
fn aut_10_each_row_of_the_table() {
    check(Header::Signed, Says::Signed, Verdict::Strong); // a
    check(Header::Sent, Says::Signed, Verdict::Strong);
    check(Header::Signed, Says::Silent, Verdict::Pass); // b
    check(Header::Signed, Says::Sent, Verdict::Pass);
    check(Header::Signed, Says::Later, Verdict::Pass);
    check(Header::Silent, Says::Signed, Verdict::Pass); // c
    check(Header::Sent, Says::Silent, Verdict::PassSpf); // d
    check(Header::Sent, Says::Sent, Verdict::PassSpf);
    check(Header::Sent, Says::Later, Verdict::PassSpf);
    check(Header::Silent, Says::Sent, Verdict::PassSpf);
    check(Header::Forged, Says::Silent, Verdict::Fail); // e
    check(Header::Forged, Says::Signed, Verdict::Fail);
    check(Header::Forged, Says::Sent, Verdict::Fail);
    check(Header::Forged, Says::Later, Verdict::Fail);
    check(Header::Silent, Says::Silent, Verdict::None); // f
    check(Header::Silent, Says::Later, Verdict::Pending); // g

    #[track_caller]
    fn check(header: Header, own: Says, expected: Verdict) {
        assert_eq!(verdict(evidence(header, own)), expected, "{header:?} {own:?}");
    }
}

#[test]
fn aut_10_without_one_author_nothing_counts() {
    for header in HEADERS {
        for own in OWNS {
            let all = Evidence {
                author: Author::Ambiguous,
                internal: Internal::Proven,
                forwarded: Forwarded::Proven,
                ..evidence(header, own)
            };
            assert_eq!(verdict(all), Verdict::Ambiguous);
        }
    }
}

#[test]
fn a_login_lifts_all_but_what_fails_and_a_believed_forwarder_that_too() {
    for header in HEADERS {
        for own in OWNS {
            let plain = verdict(evidence(header, own));
            let within = Evidence { internal: Internal::Proven, ..evidence(header, own) };
            let stays = matches!(plain, Verdict::Strong | Verdict::Fail);
            let lifted = if stays { plain } else { Verdict::Pass };
            assert_eq!(verdict(within), lifted, "{header:?} {own:?}");
            let passed_on = Evidence { forwarded: Forwarded::Proven, ..evidence(header, own) };
            let lifted = if plain == Verdict::Strong { plain } else { Verdict::Pass };
            assert_eq!(verdict(passed_on), lifted, "{header:?} {own:?}");
        }
    }
}
