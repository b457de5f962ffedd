//! Holidays of all German states: their laws on holidays, and the Unification Treaty for October 3.

use super::{Day, Rule};

/// Since 1990, when 3 October became one.
pub(super) const NATIONAL: [Rule; 10] = [
    Rule::new("Neujahr", Day::Fixed(1, 1)),
    Rule::new("Karfreitag", Day::Easter(-2)),
    Rule::new("Ostermontag", Day::Easter(1)),
    Rule::new("Tag der Arbeit", Day::Fixed(5, 1)),
    Rule::new("Christi Himmelfahrt", Day::Easter(39)),
    Rule::new("Pfingstmontag", Day::Easter(50)),
    Rule::new("Tag der Deutschen Einheit", Day::Fixed(10, 3)).since(1990),
    // Once in all states, 500 years on.
    Rule::new("Reformationstag", Day::Fixed(10, 31)).since(2017).until(2017),
    Rule::new("Erster Weihnachtstag", Day::Fixed(12, 25)),
    Rule::new("Zweiter Weihnachtstag", Day::Fixed(12, 26)),
];
