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
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
    edge: Arc<Edge>,
    limits: Arc<RateLimits>,
    cursors: CursorKey,
    csrf: CsrfKey,
    running: Running,
    simulated: Option<Arc<SimulatedClock>>,
    uploads: Uploads,
    kept: Kept,
    exports: Arc<Shares>,
    unchanged: Unchanged,
    lines: Lines,
}

/// Exports on their way at once, in all and for one client: a village behind one address, not a flood.
const EXPORTS: (usize, usize) = (256, 8);

/// Seals form tokens; never shown.
pub(crate) struct CsrfKey(pub(crate) [u8; 32]);

impl std::fmt::Debug for CsrfKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CsrfKey")
    }
}

impl Server {
    /// Brings the parts together.
    #[must_use]
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
            csrf: CsrfKey(csrf),
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
    #[must_use]
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The edge.
    #[must_use]
    pub fn edge(&self) -> &Arc<Edge> {
        &self.edge
    }

    /// What seals the tokens of forms.
    pub(crate) fn csrf_key(&self) -> &[u8; 32] {
        &self.csrf.0
    }

    /// The rate limits.
    pub(crate) fn limits(&self) -> &RateLimits {
        &self.limits
    }

    /// Exports on their way.
    pub(crate) fn exports(&self) -> &Arc<Shares> {
        &self.exports
    }

    /// The lines of communities that still hold.
    pub(crate) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Public answers that still hold.
    pub(crate) fn unchanged(&self) -> &Unchanged {
        &self.unchanged
    }

    /// How often a public answer was sent again as it was, for whoever watches the server.
    #[must_use]
    pub fn sent_again(&self) -> u64 {
        self.unchanged.sent_again()
    }

    /// What seals positions in lists.
    pub(crate) fn cursors(&self) -> &CursorKey {
        &self.cursors
    }

    /// What was written in forms whose session had ended.
    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Files between a trial run and the real one.
    pub(crate) fn uploads(&self) -> &Uploads {
        &self.uploads
    }

    /// The simulated clock, where there is one.
    #[must_use]
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
