//! Everything that is tested from outside of a module: one binary, so that it links once.

// clippy's leave to unwrap in tests is for what is marked as test
#![cfg(test)]

mod agents;
mod attacks;
mod authentication;
mod bad_input;
mod calendar;
mod cases;
mod configuration;
mod daemons;
mod dns;
mod gate;
mod health;
mod imap;
mod life;
mod mail;
mod mail_loop;
mod notices;
mod oauth;
mod outgoing;
mod promises;
mod rules;
mod servers;
mod service;
mod smtp;
mod store;
mod support;
mod tidy;
mod world;
