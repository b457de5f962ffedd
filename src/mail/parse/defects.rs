//! The defects of one message, each once and not too many.

use super::Defect;

/// Defects that are kept of one message.
const DEFECTS_MAX: usize = 50;

/// What was odd so far.
#[derive(Debug, Default)]
pub(super) struct Defects {
    pub list: Vec<Defect>,
}

impl Defects {
    pub(super) fn add(&mut self, defect: Defect) {
        if self.list.len() < DEFECTS_MAX && !self.list.contains(&defect) {
            self.list.push(defect);
        }
    }

    /// Adds a defect of a number of things, if there are any.
    pub(super) fn add_count(&mut self, count: usize, defect: impl FnOnce(usize) -> Defect) {
        if 0 < count {
            self.add(defect(count));
        }
    }
}
