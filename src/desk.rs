//! The help desk's nouns, and the moves that each allows. Pure.

pub mod account;
pub mod article;
pub mod entitlement;
pub mod level;
pub mod sender_proof;
pub mod spent;
pub mod ticket;
