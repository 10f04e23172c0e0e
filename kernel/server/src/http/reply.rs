//! 答复 (replies): how answers, pages of lists and repeated writes are written out.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hyper::body::Frame;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yishi_app::house::Answered;
use yishi_app::views::{self, ListView};
use yishi_app::{AppError, AppResult, OpContext, RequestKey};
use yishi_edge::etag::etag;
use yishi_edge::idempotency::{Once, mark_replayed, mismatch};
use yishi_edge::query::Limit;
use yishi_edge::shares::Share;
use yishi_edge::{Problem, Words, codes};
use yishi_identity::CommunityId;
use yishi_storage::IdempotencyRecord;

use super::Server;
use super::caller::Caller;
use super::fault::{Fault, told};
use super::unchanged::Lasting;

/// What a handler gives.
pub type Reply = Result<Response, Fault>;

/// A view with a version carries it as its entity tag.
pub trait View: Serialize {
    /// The version, where there is one.
    fn version(&self) -> Option<u64> {
        None
    }
}

macro_rules! versioned {
    ($($view:ident)*) => {$(
        impl View for views::$view {
            fn version(&self) -> Option<u64> {
                Some(self.version)
            }
        }
    )*};
}

macro_rules! unversioned {
    ($($view:ident)*) => {$( impl View for views::$view {} )*};
}

versioned! { MatterView MeetingView BallotView RuleView CaseView }
unversioned! {
    SessionView AccountView TokenView TownView CommunityView RosterReport RosterChangeDone ErasedView QuotaView DocumentView BodyView ElectionView HomeView
    CommentView VoteView ShelfView DraftView RuleNoticeView CheckpointView EntryView TownDashboard ClockView PersonView
    HouseholdView RuleSummary NamedView
}

impl View for Answered {
    fn version(&self) -> Option<u64> {
        self.version()
    }
}

impl<T: View> View for Vec<T> {}
impl<T: Serialize> View for ListView<T> {}
impl View for serde_json::Value {}
impl View for yishi_record::Receipt {}

/// An answer as JSON.
///
/// # Errors
/// When the view cannot be written, which is our own fault.
pub fn json<T: View>(status: StatusCode, view: &T) -> Reply {
    let bytes = serde_json::to_vec(view).map_err(|error| Fault::from(AppError::internal(error)))?;
    let mut response = raw(status, bytes);
    if let Some(version) = view.version() {
        response.headers_mut().insert(header::ETAG, etag(version));
    }
    Ok(response)
}

/// A read's answer.
///
/// # Errors
/// The use case's.
pub fn read<T: View>(view: AppResult<T>) -> Reply {
    let mut response = json(StatusCode::OK, &view?)?;
    response.extensions_mut().insert(Lasting);
    Ok(response)
}

/// An answer without a body.
pub fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// A text or file that is not JSON.
pub fn file(bytes: Vec<u8>, media_type: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media_type)], bytes).into_response()
}

/// A text.
pub fn text(text: String) -> Response {
    file(text.into_bytes(), "text/plain; charset=utf-8")
}

/// The answer to a read of a text.
pub fn read_text(read: AppResult<String>) -> Reply {
    Ok(text(read?))
}

/// A download under this name.
pub fn attached(mut response: Response, name: &str) -> Response {
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// 边读边发 (a record on its way out): the next part is read from storage when the client has taken the one before, so
/// one who does not read costs one part of memory, and the connection's time limit.
struct Parts {
    parts: tokio::sync::mpsc::Receiver<Result<Vec<u8>, AppError>>,
    _share: Share,
}

impl hyper::body::Body for Parts {
    type Data = Bytes;
    type Error = AppError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, AppError>>> {
        self.parts.poll_recv(cx).map(|part| Some(part?.map(|bytes| Frame::data(Bytes::from(bytes)))))
    }
}

impl Server {
    /// An export, streamed. One client has a few of them at a time.
    ///
    /// # Errors
    /// 503 when there are too many; the use case's.
    pub(crate) async fn streamed(
        &self,
        ctx: &OpContext,
        client: IpAddr,
        community: CommunityId,
        media_type: &'static str,
    ) -> Reply {
        let share = self.exports.take(client).ok_or_else(|| {
            Problem::new(&codes::UNAVAILABLE)
                .detail(Words::new(
                    "同一网络正在下载的记录太多，请等前面的下载完成",
                    "too many exports are being downloaded from this network; wait for one to finish",
                ))
                .retry_after(10)
        })?;
        let mut export = self.app().export(ctx, community).await?;
        let (sender, parts) = tokio::sync::mpsc::channel(1);
        tokio::spawn(async move {
            loop {
                let part = match export.part().await {
                    Ok(None) => return,
                    Ok(Some(part)) => Ok(part),
                    Err(error) => {
                        // The answer has begun: all that is left is to break it off, so that it is not taken as whole.
                        tracing::error!(%error, "an export broke off");
                        Err(error)
                    }
                };
                let over = part.is_err();
                // A client that has gone needs no more.
                if sender.send(part).await.is_err() || over {
                    return;
                }
            }
        });
        let body = Body::new(Parts { parts, _share: share });
        Ok(([(header::CONTENT_TYPE, media_type)], body).into_response())
    }
}

fn raw(status: StatusCode, bytes: Vec<u8>) -> Response {
    (status, file(bytes, "application/json")).into_response()
}

/// A page of a list on the wire.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageOf<T> {
    /// The items.
    pub items: Vec<T>,
    /// Opaque; given back as `cursor` it asks for what follows. Absent on the last page.
    pub next: Option<String>,
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// 1 to 100 items; 50 where nothing is said.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub limit: Limit,
    /// The `next` of the page before.
    pub cursor: Option<String>,
}

impl Server {
    /// A page of a list. `filters` are what else the list was asked for, so that a cursor of one list is none of
    /// another.
    ///
    /// # Errors
    /// 400 `bad-cursor`; the use case's.
    pub async fn page<T: Serialize, F: Future<Output = AppResult<ListView<T>>>>(
        &self,
        caller: &Caller,
        paging: &Paging,
        filters: &str,
        list: impl FnOnce(Option<String>, u32) -> F,
    ) -> Reply {
        let scope = format!("{}?{filters}", caller.path);
        let now = caller.ctx.now.as_second();
        let after =
            paging.cursor.as_deref().map(|cursor| self.cursors.open(&scope, cursor, now)).transpose()?;
        let page = list(after, paging.limit.0).await?;
        let next = page.next.map(|position| self.cursors.seal(&scope, &position, now));
        let link = next.as_ref().and_then(|next| {
            let more = if filters.is_empty() { String::new() } else { format!("{filters}&") };
            HeaderValue::try_from(format!(
                "<{}?{more}limit={}&cursor={next}>; rel=\"next\"",
                caller.path, paging.limit.0
            ))
            .ok()
        });
        let bytes = serde_json::to_vec(&PageOf { items: page.items, next })
            .map_err(|error| Fault::from(AppError::internal(error)))?;
        let mut response = raw(StatusCode::OK, bytes);
        response.extensions_mut().insert(Lasting);
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        Ok(response)
    }

    /// A write as the API answers it: a repeated request gets the first answer again.
    ///
    /// # Errors
    /// As [`Server::done_once`].
    pub async fn once<T: View, F: Future<Output = AppResult<T>>>(
        &self,
        caller: Caller,
        status: StatusCode,
        once: Once,
        act: impl FnOnce(OpContext) -> F,
    ) -> Reply {
        match self.done_once(&caller, caller.ctx.clone(), once, act).await? {
            Done::Now(view) => json(status, &view),
            Done::Before(record) => replay(record),
        }
    }

    /// Does a write once per key, whether it comes over the API or from a form.
    ///
    /// # Errors
    /// 409 while the key is in use, 422 when it was used for something else; the use case's.
    pub(crate) async fn done_once<T, F: Future<Output = AppResult<T>>>(
        &self,
        caller: &Caller,
        mut ctx: OpContext,
        Once { key, request }: Once,
        act: impl FnOnce(OpContext) -> F,
    ) -> Result<Done<T>, Fault> {
        let owner = caller.owner();
        let _claim = self.running.claim(caller.owner_key(), &key)?;
        let before = |record: IdempotencyRecord| match record.request == request {
            true => Ok(Done::Before(record)),
            false => Err(Fault(mismatch())),
        };
        if let Some(record) = self.app.answered(&owner, key.as_str(), ctx.now).await? {
            return before(record);
        }
        ctx.key = Some(RequestKey { owner, key: key.as_str().to_owned(), request });
        match act(ctx).await {
            Ok(view) => Ok(Done::Now(view)),
            Err(AppError::Replayed(record)) => before(*record),
            Err(error) => Err(Fault(told(&self.app, error).await)),
        }
    }
}

/// 办成 (what a write that is done once comes to): just done, or done before and answered so.
pub(crate) enum Done<T> {
    Now(T),
    Before(IdempotencyRecord),
}

fn replay(record: IdempotencyRecord) -> Reply {
    let status = StatusCode::from_u16(record.status).map_err(|_| Problem::new(&codes::INTERNAL))?;
    let version =
        serde_json::from_slice::<Versioned>(&record.response).ok().and_then(|answer| answer.version);
    let mut response = raw(status, record.response);
    mark_replayed(response.headers_mut());
    if let Some(version) = version {
        response.headers_mut().insert(header::ETAG, etag(version));
    }
    Ok(response)
}

/// The version inside a kept answer.
#[derive(Deserialize)]
struct Versioned {
    version: Option<u64>,
}
