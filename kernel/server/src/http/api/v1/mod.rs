//! API version 1: one file per noun.

pub mod acts;
pub mod ballots;
pub mod bodies;
pub mod cases;
pub mod clock;
pub mod documents;
pub mod health;
pub mod matters;
pub mod meetings;
pub mod places;
mod reads;
pub mod record;
pub mod roster;
pub mod rules;
pub mod sessions;

use self::prelude::Routes;

/// What nearly every noun's file uses.
mod prelude {
    pub(super) use std::sync::Arc;

    pub(super) use axum::extract::State;
    pub(super) use axum::http::StatusCode;
    pub(super) use serde::Deserialize;
    pub(super) use utoipa::{IntoParams, ToSchema};
    pub(super) use utoipa_axum::routes;
    pub(super) use yishi_edge::extract::{Json, Path};
    pub(super) use yishi_identity::CommunityId;

    pub(super) use super::reads::reads;
    pub(super) use crate::http::Server;
    pub(super) use crate::http::caller::Caller;
    pub(super) use crate::http::reply::{self, Reply};

    /// Operations with their part of the document.
    pub(super) type Routes = utoipa_axum::router::OpenApiRouter<Arc<Server>>;
}

/// Every operation.
pub fn routes() -> Routes {
    Routes::new()
        .merge(acts::house())
        .merge(sessions::routes())
        .merge(places::routes())
        .merge(roster::routes())
        .merge(bodies::routes())
        .merge(documents::routes())
        .merge(matters::routes())
        .merge(meetings::routes())
        .merge(ballots::routes())
        .merge(rules::routes())
        .merge(cases::routes())
        .merge(record::routes())
        .merge(clock::routes())
}

/// The position of a list that is sorted by a key of its own: the key, a space, the id.
fn sorted(position: Option<String>) -> Option<(String, String)> {
    position?.rsplit_once(' ').map(|(key, id)| (key.to_owned(), id.to_owned()))
}
