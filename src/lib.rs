//! tidings turns a support mailbox into a help desk that works by mail alone.
//!
//! The way of one message, each arrow a value:
//!
//! ```text
//! IMAP ─► imap ─► work::receive ─► store.inbound            durable: nothing is lost from here
//!                                    │
//!                 work::ingest ◄─────┘
//!                   mail::parse      bytes → Mail           pure, never fails
//!                   store.facts      what the desk knows    ┐ one write transaction
//!                   triage::decide   Case → Decision, pure  │ a batch
//!                   store.commit     Decision → rows        ┘
//!                                    │                      durable: from here the mark is owed
//!                 work::submit ◄─────┘ outbox, final bytes
//!                   smtp ─► SMTP
//! ```
//!
//! The modules stand in the order in which a newcomer should read them.

pub mod time;

pub mod mail;

pub mod desk;
pub mod fresh;
pub mod render;
pub mod triage;

pub mod authentication;

pub mod config;
pub mod metrics;
pub mod store;

pub mod health;

pub mod dns;
pub mod imap;
pub mod oauth;
pub mod sasl;
pub mod smtp;
pub mod tls;

pub mod failpoint;
pub mod work;

pub mod daemon;

pub mod cli;
