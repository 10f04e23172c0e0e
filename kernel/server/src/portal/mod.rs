//! 页面 (pages): the views of the application in contexts of `yishi-portal`, and forms as use cases.
//!
//! ```text
//! GET  -> Visit (who, language, token) -> Place (community, standing) -> view -> context -> HTML
//! POST -> Visit + Posted -> token, key, version -> use case -> 303 with a message
//!                                             `-> refused: the same page, with the words at the field
//! ```
//!
//! One file a page. To add a page: its context in `yishi-portal`, a file here, a line in the table below. To add a form:
//! the file of its act in `yishi-acts`. One that is no act (signing in, an upload) is a function of `yishi_portal::forms`,
//! guarded by `Visit::guarded`, done by `Visit::once` and answered by `Visit::taken`. A page draws its forms the same way
//! whether one of them was refused or not: the visit knows, and what it guards comes with what was sent and what was wrong.
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
mod uploads;
mod verify;
mod visit;
#[cfg(test)]
mod words_test;

use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use serde::de::DeserializeOwned;
use yishi_edge::extract::Path;

pub(crate) use errors::error_page;
pub use kept::Kept;
pub use lines::Lines;
pub use uploads::Uploads;
pub(crate) use visit::{has_own, wishes};

use self::answer::Result;
use self::visit::Visit;
use crate::http::Server;

/// What nearly every page uses.
mod prelude {
    pub(super) use axum::response::Response;
    pub(super) use serde_json::{Value, json};
    pub(super) use yishi_acts::house::HouseAct;
    pub(super) use yishi_acts::{Aggregate as _, Entry};
    pub(super) use yishi_app::{AppError, OpContext};
    pub(super) use yishi_edge::extract::Path;
    pub(super) use yishi_identity::{Action, CommunityId};
    pub(super) use yishi_law::CommunityKind;
    pub(super) use yishi_portal::context::{Field, FieldChoice, FieldKind, Form, FormStyle, Link, NavItem};
    pub(super) use yishi_portal::{Lang, Speak as _};

    pub(super) use super::acts::{About, OfRules};
    pub(super) use super::answer::{Miss, Result};
    pub(super) use super::phrases;
    pub(super) use super::posted::Posted;
    pub(super) use super::visit::{Place, Visit};
}

/// A page as it is being drawn.
type Drawn<'v> = Pin<Box<dyn Future<Output = Result<Response>> + Send + 'v>>;

/// The page at an address, drawn for what the address names.
fn page<At, D>(draw: D) -> MethodRouter<Arc<Server>>
where
    At: DeserializeOwned + Send + 'static,
    D: for<'v> Fn(&'v Visit, At) -> Drawn<'v> + Clone + Send + Sync + 'static,
{
    get(move |visit: Visit, Path(at): Path<At>| async move {
        let page = draw(&visit, at).await;
        visit.show(page).await
    })
}

/// Pages, each at its address: the function that draws it takes the ids of the address, and after `;` what only a form that was
/// sent says.
macro_rules! pages {
    ($($address:literal => $draw:ident($($id:ident),* $(; $none:expr)?);)+) => {
        Router::new()$(.route($address, page(|visit, ($($id,)*)| Box::pin(visit.$draw($($id,)* $($none)?)))))+
    };
}

fn pages() -> Router<Arc<Server>> {
    pages! {
        "/" => portal_home();
        "/sign-in" => sign_in_page();
        "/me/password" => password_page();
        "/towns/{town}" => town_page(town);
        "/c/{community}" => community_home(community);
        "/c/{community}/matters" => matter_list(community);
        "/c/{community}/matters/{matter}" => matter_page(community, matter);
        "/c/{community}/matters/{matter}/notice" => notice(community, matter);
        "/c/{community}/suggest" => suggest_page(community);
        "/c/{community}/meetings" => meeting_list(community);
        "/c/{community}/meetings/{meeting}" => meeting_page(community, meeting);
        "/c/{community}/ballots/{ballot}" => vote_page(community, ballot; None);
        "/c/{community}/ballots/{ballot}/receipt" => receipt_page(community, ballot);
        "/c/{community}/rules" => rules_page(community; None);
        "/c/{community}/rules/{rule}" => rule_page(community, rule);
        "/c/{community}/rules/{rule}/cases" => cases_page(community, rule);
        "/c/{community}/rules/{rule}/cases/{case}" => case_page(community, rule, case);
        "/c/{community}/my/cases" => own_cases_page(community);
        "/c/{community}/documents/{digest}" => document(community, digest);
        "/c/{community}/receipts/{seq}" => receipt(community, seq);
        "/c/{community}/verify" => verify_page(community; None);
        "/c/{community}/verify/export" => export(community);
        "/c/{community}/verify/checkpoint" => checkpoint(community);
        "/c/{community}/desk" => desk_page(community);
        "/c/{community}/roster" => roster_page(community; None);
        "/c/{community}/roster/template" => template(community);
        "/c/{community}/bodies" => bodies_page(community);
        "/c/{community}/accounts" => accounts_page(community);
    }
}

/// Every page and every form.
pub(crate) fn routes() -> Router<Arc<Server>> {
    pages()
        .merge(house::routes())
        .route("/sign-in", post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/me/password", post(account::change_password))
        .route("/c/{community}/matters/{matter}/{act}", post(acts::act))
        .route("/c/{community}/meetings/{meeting}/{act}", post(meeting::act))
        .route("/c/{community}/ballots/{ballot}", post(ballot::vote))
        .route("/c/{community}/ballots/{ballot}/record", post(ballot::record_vote))
        .route("/c/{community}/rules/shelf", post(rules::shelve))
        .route("/c/{community}/rules/{rule}/{act}", post(rule::act))
        .route("/c/{community}/rules/{rule}/cases", post(cases::handle))
        .route("/c/{community}/rules/{rule}/cases/{case}/{act}", post(cases::act))
        .route("/c/{community}/verify", post(verify::check))
        .route("/c/{community}/roster", post(roster::import))
        // A reader may come by a link to the address of a form: the language of a refused page, a sign-in that leads
        // back. Every such address leads to the page the form stands on.
        .method_not_allowed_fallback(answer::page_of_form)
}
