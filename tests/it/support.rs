//! What the tests stand on.

pub(crate) mod letter;
pub(crate) mod peer;
pub(crate) mod policy;
