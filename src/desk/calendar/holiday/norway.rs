//! Holidays of Norway: the laws on holidays (LOV-1995-02-24-12) and on 1 and 17 May (LOV-1947-04-26-1).

use super::{Day, Rule};

/// As they are since 1947.
pub(super) const NATIONAL: [Rule; 12] = [
    Rule::new("første nyttårsdag", Day::Fixed(1, 1)),
    Rule::new("skjærtorsdag", Day::Easter(-3)),
    Rule::new("langfredag", Day::Easter(-2)),
    Rule::new("første påskedag", Day::Easter(0)),
    Rule::new("andre påskedag", Day::Easter(1)),
    Rule::new("første mai", Day::Fixed(5, 1)),
    Rule::new("grunnlovsdagen", Day::Fixed(5, 17)),
    Rule::new("Kristi himmelfartsdag", Day::Easter(39)),
    Rule::new("første pinsedag", Day::Easter(49)),
    Rule::new("andre pinsedag", Day::Easter(50)),
    Rule::new("første juledag", Day::Fixed(12, 25)),
    Rule::new("andre juledag", Day::Fixed(12, 26)),
];
