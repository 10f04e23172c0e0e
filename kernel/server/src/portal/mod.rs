//! 页面 (pages): the views of the application as contexts of `yishi-portal`, and forms as use cases.
//!
//! COORDINATION (lead, 07:10): everything in this folder except `errors.rs` is being written by the portal-wiring
//! engineer right now; the HTTP engineer leaves it alone and only merges `crate::portal::routes()` in `http/mod.rs`.

mod errors;

pub(crate) use errors::error_page;
