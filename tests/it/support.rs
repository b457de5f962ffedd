//! What the tests stand on.

pub(crate) mod commits;
pub(crate) mod desk;
pub(crate) mod draft;
pub(crate) mod endpoint;
pub(crate) mod holds;
pub(crate) mod letter;
pub(crate) mod name_server;
pub(crate) mod peer;
pub(crate) mod policy;
pub(crate) mod postgres;
pub(crate) mod relay;
pub(crate) mod script;
pub(crate) mod sink;
pub(crate) mod stand;
pub(crate) mod tls;
pub(crate) mod world;
