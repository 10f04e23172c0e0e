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

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

use super::super::Server;

/// Every operation.
pub fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new()
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
