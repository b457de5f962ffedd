//! Who wrote a message: mails that the tests sign, a zone that answers, and the built program.

mod cases;
mod corpus;
mod explain;
mod forwarded;
mod own;
mod seen;
pub(crate) mod signer;
mod signing;
pub(crate) mod zone;
