//! Parsing of whole messages: limits, real messages.

mod bounds;
mod corpus;
mod meaning;
mod reply;
mod reports;
