//! 存活与就绪 (liveness and readiness), for whoever watches the process.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::http::Server;
use crate::http::fault::Fault;

/// The process answers.
pub async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The store answers too, and can be written to: its files are whole and the machine's clock is right.
///
/// # Errors
/// The store's; 503 `clock-behind`.
pub async fn ready(State(server): State<Arc<Server>>) -> Result<StatusCode, Fault> {
    server.app().ready().await?;
    Ok(StatusCode::NO_CONTENT)
}
