//! HTTP: routes, and what handlers share.
//!
//! ```text
//! edge (limits, origin, language) -> router -> Caller (who) -> Write / Path / Query (what) -> App -> reply
//! ```
//!
//! To add an operation: a handler in the noun's file under `api/v1` with a `#[utoipa::path]`, its line in that
//! file's `routes()`, then `yishi openapi > schemas/openapi.json`.

pub mod api;
pub mod caller;
pub mod docs;
pub mod fault;
pub mod openapi;
pub mod pages;
pub mod reply;
pub(crate) mod unchanged;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use yishi_app::App;
use yishi_edge::Edge;
use yishi_edge::cursor::CursorKey;
use yishi_edge::idempotency::Running;
use yishi_edge::ratelimit::RateLimits;
use yishi_edge::shares::Shares;

use self::unchanged::Unchanged;
use crate::clock::SimulatedClock;
use crate::portal::{Kept, Lines, Uploads};

/// What every handler can reach.
pub struct Server {
    app: Arc<App>,
    edge: Arc<Edge>,
    pub(crate) limits: Arc<RateLimits>,
    /// Seals positions in lists.
    pub(crate) cursors: CursorKey,
    /// Seals form tokens.
    pub(crate) csrf: [u8; 32],
    /// Keys of writes in use right now.
    running: Running,
    simulated: Option<Arc<SimulatedClock>>,
    /// Files between a trial run and the real one.
    pub(crate) uploads: Uploads,
    /// What was written in forms whose session had ended.
    pub(crate) kept: Kept,
    /// Exports on their way.
    exports: Arc<Shares>,
    /// Public answers that still hold.
    unchanged: Unchanged,
    /// The lines of communities that still hold.
    pub(crate) lines: Lines,
}

/// Exports on their way at once, in all and for one client: a village behind one address, not a flood.
const EXPORTS: (usize, usize) = (256, 8);

impl Server {
    /// Brings the parts together.
    pub fn new(
        app: Arc<App>,
        edge: Arc<Edge>,
        cursors: CursorKey,
        csrf: [u8; 32],
        simulated: Option<Arc<SimulatedClock>>,
    ) -> Self {
        let limits = edge.limits();
        Self {
            app,
            edge,
            limits,
            cursors,
            csrf,
            running: Running::default(),
            simulated,
            uploads: Uploads::default(),
            kept: Kept::default(),
            exports: Shares::new(EXPORTS.0, EXPORTS.1),
            unchanged: Unchanged::default(),
            lines: Lines::default(),
        }
    }

    /// The use cases.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The edge.
    pub fn edge(&self) -> &Arc<Edge> {
        &self.edge
    }

    /// How often a public answer was sent again as it was, for whoever watches the server.
    pub fn sent_again(&self) -> u64 {
        self.unchanged.sent_again()
    }

    /// The simulated clock, where there is one.
    pub fn simulated(&self) -> Option<&Arc<SimulatedClock>> {
        self.simulated.as_ref()
    }
}

/// Every route.
pub fn router(server: Arc<Server>) -> Router {
    let (api, document) = openapi::parts();
    Router::new()
        .merge(api)
        .merge(docs::routes(document))
        .merge(pages::compressed(&server, crate::portal::routes()))
        .layer(from_fn_with_state(Arc::clone(&server), unchanged::unchanged))
        .route("/healthz", get(api::v1::health::alive))
        .route("/readyz", get(api::v1::health::ready))
        .with_state(server)
}
