//! Who wrote a message: mails that the tests sign, a zone that answers, and the built program.

mod arc;
mod cases;
mod corpus;
mod dkim;
mod dmarc;
mod explain;
mod forwarded;
mod own;
mod sealer;
mod seen;
pub(crate) mod signer;
mod signing;
mod spf;
pub(crate) mod zone;
