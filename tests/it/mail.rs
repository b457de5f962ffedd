//! Parsing of whole messages: limits, real messages.

mod bombs;
mod bounds;
mod corpus;
mod meaning;
mod reading;
mod reply;
mod reports;
