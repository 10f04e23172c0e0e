//! 门面 (edge): everything between a socket and a use case that knows nothing of deliberation.
//!
//! A request passes, in this order:
//!
//! 1. the gate judges the head of every request before hyper gets it and refuses what two servers could
//!    understand differently (two lengths, a length and chunks), and what is too large or too slow;
//! 2. [`edge`] checks host and origin, counts the request against the limits, runs the router, turns a
//!    panic into an answer, and puts language, trace id and security headers on whatever comes out;
//! 3. the extractors ([`extract`], [`query`], [`idempotency`], [`etag`]) turn bytes into typed values or
//!    into a [`problem::Problem`] with a stable code; [`json`] is the strict reader below them.
//!
//! To add a refusal: add a line to [`codes`], return it as a `Problem`, add a row to the table in
//! `tests/bad_requests.rs`. No handler ever writes an error body itself.
#![expect(missing_docs, reason = "only the server uses this crate: what a name says is not said again")]

pub mod accept;
pub mod codes;
pub mod cookies;
pub mod cursor;
pub mod edge;
pub mod etag;
pub mod extract;
pub mod guests;
pub mod headers;
pub mod idempotency;
pub mod json;
pub mod origin;
pub mod problem;
pub mod query;
pub mod ratelimit;
pub mod schema;
pub mod serve;
pub mod shares;
pub mod trace;

mod gate;
mod head;

pub use edge::{Edge, EdgeConfig, RequestMeta};
pub use extract::{Json, Write};
pub use problem::Problem;
pub use yishi_schema::FieldError;
pub use yishi_words::Words;
