//! Sets of numbers as ranges: in order, and with a gap between any two.

/// From, inclusive, and until, exclusive.
pub(super) type Range = (i64, i64);

/// What any of the ranges has, whatever their order.
pub(super) fn union(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.retain(|(from, until)| from < until);
    ranges.sort_unstable();
    let mut all: Vec<Range> = Vec::with_capacity(ranges.len());
    for (from, until) in ranges {
        match all.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => all.push((from, until)),
        }
    }
    all
}

/// What is in `from` and not in `what`, which are sets.
pub(super) fn without(from: Vec<Range>, what: &[Range]) -> Vec<Range> {
    if what.is_empty() {
        return from;
    }
    let mut left = Vec::with_capacity(from.len());
    for (mut begin, end) in from {
        let first = what.partition_point(|(_, until)| *until <= begin);
        for (from, until) in what.iter().skip(first).take_while(|(from, _)| *from < end) {
            if begin < *from {
                left.push((begin, *from));
            }
            begin = *until;
        }
        if begin < end {
            left.push((begin, end));
        }
    }
    left
}

/// What is in both sets.
pub(super) fn common(one: &[Range], other: &[Range]) -> Vec<Range> {
    let mut both = Vec::new();
    for (begin, end) in one {
        let first = other.partition_point(|(_, until)| until <= begin);
        for (from, until) in other.iter().skip(first).take_while(|(from, _)| from < end) {
            both.push((*begin.max(from), *end.min(until)));
        }
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_joined_cut_and_compared() {
        let set = union(vec![(8, 9), (0, 2), (2, 4), (1, 3), (6, 6), (9, 8)]);
        assert_eq!(set, [(0, 4), (8, 9)]);
        assert_eq!(without(set.clone(), &[(1, 2), (3, 10)]), [(0, 1), (2, 3)]);
        assert_eq!(without(set.clone(), &[(4, 8)]), set);
        assert_eq!(without(vec![(0, 9)], &[(0, 1), (8, 9)]), [(1, 8)]);
        assert_eq!(common(&set, &[(3, 8), (8, 9)]), [(3, 4), (8, 9)]);
    }
}
