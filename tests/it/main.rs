//! Everything that is tested from outside of a module: one binary, so that it links once.

// clippy's leave to unwrap in tests is for what is marked as test
#![cfg(test)]

mod cases;
mod imap;
mod mail;
mod smtp;
mod store;
mod support;
mod world;
