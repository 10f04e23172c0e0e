//! 议事 (yishi): the server. Configuration, process, HTTP and pages around the use cases of `yishi-app`.
//!
//! Reading order: [`config`] (what it is told), [`boot`] (how the parts come together), [`heads`] (what was
//! signed, kept apart from the database), [`http`] (routes; one file
//! per noun under `http/api/v1`), [`jobs`] (what happens without a request), [`cli`] (the commands).
//!
//! No rule is decided here. A handler turns a request into one call of `yishi_app::App` and its answer into a
//! reply; what surrounds every request (limits, origin, language, errors) is `yishi-edge`.

pub mod boot;
pub mod cli;
pub mod clock;
pub mod config;
pub mod heads;
pub mod http;
pub mod jobs;
pub mod keys;
pub mod portal;
mod recover;
