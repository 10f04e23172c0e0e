//! 页面 (pages): the views of the application in contexts of `yishi-portal`, and forms as use cases.
//!
//! ```text
//! GET  -> Visit (who, language, token) -> Place (community, standing) -> view -> context -> HTML
//! POST -> Visit + Posted -> token, key, version -> use case -> 303 with a message
//!                                             `-> refused: the same page, with the words at the field
//! ```
//!
//! One file a page. To add a page: its context in `yishi-portal`, a file here with `routes()`, a line below. To add
//! a form: the file of its act in `yishi-acts`. One that is no act (signing in, an upload) is a function of
//! `yishi_portal::forms`, guarded by `Visit::guarded`, done by `Visit::once` and answered by `Visit::taken`.
//!
//! Nothing is decided here: which forms a page has follows from the views' `may` and from the policy table.

mod account;
mod acts;
mod answer;
mod ballot;
mod cases;
mod comments;
mod community;
mod desk;
mod errors;
mod finding;
mod house;
mod kept;
mod lines;
mod matter;
mod meeting;
mod notice;
mod people;
mod phrases;
mod posted;
mod room;
mod roster;
mod rule;
mod rules;
mod sign_in;
mod standing;

mod told;
mod town;
mod visit;

mod uploads;
mod verify;
#[cfg(test)]
mod words_test;

use std::sync::Arc;

use axum::Router;

pub(crate) use errors::error_page;
pub use kept::Kept;
pub use lines::Lines;
pub use uploads::Uploads;
pub(crate) use visit::{has_own, wishes};

use crate::http::Server;

/// Every page and every form.
pub(crate) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .merge(house::routes())
        .merge(community::routes())
        .merge(sign_in::routes())
        .merge(matter::routes())
        .merge(notice::routes())
        .merge(meeting::routes())
        .merge(ballot::routes())
        .merge(rules::routes())
        .merge(rule::routes())
        .merge(cases::routes())
        .merge(verify::routes())
        .merge(desk::routes())
        .merge(roster::routes())
        .merge(town::routes())
        .merge(account::routes())
        // A reader may come by a link to the address of a form: the language of a refused page, a sign-in that leads
        // back. Every such address leads to the page the form stands on.
        .method_not_allowed_fallback(answer::page_of_form)
}
