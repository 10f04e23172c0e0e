//! 页面 (pages): static files, how pages are sent, and what a problem's `type` leads to.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use yishi_edge::etag::not_modified;
use yishi_edge::{Problem, codes};

use super::{Server, reply};

/// A static file, from the embedded map only.
async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let (media_type, bytes, tag) =
        yishi_portal::asset(&name).ok_or_else(|| Problem::new(&codes::NOT_FOUND))?;
    let tag = HeaderValue::from_static(tag);
    // Pages ask for a file with its tag in the query, so a new file has a new address.
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    let same = not_modified(&headers, &tag);
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, kept)];
    Ok(match same {
        true => (StatusCode::NOT_MODIFIED, headers).into_response(),
        false => (headers, [(header::CONTENT_TYPE, media_type)], bytes).into_response(),
    })
}

/// Refusals of the machines, which say themselves what was wrong: code, Chinese, English.
const REFUSALS: [&[(&str, &str, &str)]; 5] = [
    yishi_deliberation::REFUSAL_TEXTS,
    yishi_identity::bodies::REFUSAL_TEXTS,
    yishi_identity::convening::REFUSAL_TEXTS,
    yishi_identity::roster::REFUSAL_TEXTS,
    yishi_identity::quota::REFUSAL_TEXTS,
];

/// What the code at the end of a problem's `type` means.
///
/// # Errors
/// 404 for a code that is neither the edge's nor the machines' (those of rules explain themselves in their title).
pub async fn problem_page(Path(code): Path<String>) -> Result<Response, Problem> {
    let refusal = || REFUSALS.into_iter().flatten().find(|(known, ..)| *known == code);
    let text = match (codes::find(&code), refusal()) {
        (Some(code), _) => format!("{} ({})\n\n{}\n{}\n", code.code, code.status, code.zh, code.en),
        (None, Some((code, zh, en))) => {
            format!("{code} ({})\n\n{}\n{}\n", StatusCode::CONFLICT.as_u16(), bare(zh), bare(en))
        }
        (None, None) => return Err(Problem::new(&codes::NOT_FOUND)),
    };
    Ok(reply::text(text))
}

/// A text with an ellipsis for each thing that is put in at run time.
fn bare(text: &str) -> String {
    let (first, rest) = text.split_once('{').unwrap_or((text, ""));
    let after = rest
        .split('{')
        .filter(|piece| !piece.is_empty())
        .map(|piece| piece.split_once('}').map_or("", |(_, after)| after));
    after.fold(first.to_owned(), |whole, piece| whole + "…" + piece)
}

/// 压缩 (gzip): phones far from the mast load a long charter in a third of the bytes. Pages of somebody signed in carry
/// their form token, and whoever can watch the length of a compressed secret can guess it (BREACH): those pages are sent
/// as they are.
pub(crate) fn compressed(server: &Arc<Server>, pages: Router<Arc<Server>>) -> Router<Arc<Server>> {
    let gzip = CompressionLayer::new().gzip(true).compress_when(SizeAbove::new(1024));
    let own = async |State(server): State<Arc<Server>>, mut request: Request, next: Next| {
        if !matches!(server.edge().config().cookie.read(request.headers()), Ok(None)) {
            request.headers_mut().remove(header::ACCEPT_ENCODING);
        }
        next.run(request).await
    };
    let assets = Router::new().route("/assets/{name}", get(asset));
    assets.layer(gzip.clone()).merge(pages.layer(gzip).layer(from_fn_with_state(Arc::clone(server), own)))
}
