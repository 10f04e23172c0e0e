//! Pages of the portal: views in, HTML out.
//!
//! A page is a [`Page`]: a struct of [`context`] that renders itself inside a [`context::Frame`]. It holds the views of the API
//! (`yishi-views`) that it shows, and what a view cannot know: links, forms, who is cited. Nothing here queries, reads a clock
//! or knows a route handler. A template says what a view holds in the reader's language, by the methods of [`Speak`].
//!
//! ```
//! use yishi_portal::{Page, samples};
//! let html = samples::community_home().render(&samples::frame())?;
//! assert!(html.starts_with("<!doctype html>"));
//! # Ok::<(), yishi_portal::RenderError>(())
//! ```
//!
//! To add a page: a struct in [`context`], a template that extends `base.html`, one line in `render.rs`, its
//! words in `words.rs` (both languages, or it does not compile), a sample in [`samples`] named in
//! [`samples::gallery`]. The tests then render it in both languages and both modes and check its markup.
//!
//! Rules of the house: every page works without JavaScript; forms are plain POST with a `csrf` field; no inline
//! style or script (see [`CONTENT_SECURITY_POLICY`]); no foreign host; no colour without a word beside it.

#![expect(missing_docs, reason = "the one user is the server; a name that says all needs no second saying")]

pub mod acts;
pub mod asked;
mod assets;
pub mod context;
mod draw;
pub mod forms;
mod icon;
mod lang;
mod phrase;
pub mod phrases;
mod qr;
mod render;
pub mod samples;
mod words;

pub use assets::{asset, asset_href};
pub use lang::Lang;
pub use phrase::{Speak, fill, percent, short_digest};
pub use render::{Page, RenderError};
pub use words::{ALL as ALL_WORDS, Words};

/// The policy every page is written for: own style sheet, own script, own images, forms to this host, nothing else.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
