//! 问题 (problem details, RFC 9457): the one shape of every refusal.

use std::borrow::Cow;

use axum::Extension;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};
use yishi_schema::FieldError;
use yishi_words::Words;

use crate::accept::Lang;
use crate::codes::Code;
use crate::trace::TraceId;

pub const MEDIA_TYPE: &str = "application/problem+json";

/// A refusal on its way out. [`crate::edge`] renders it in the reader's language.
#[derive(Debug, Clone)]
#[must_use]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    status: StatusCode,
    code: Cow<'static, str>,
    title: Words,
    detail: Option<Words>,
    errors: Vec<FieldError>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem of the table in [`crate::codes`].
    pub fn new(code: &'static Code) -> Self {
        let status = StatusCode::from_u16(code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::with(status, code.code, Words::new(code.zh, code.en))
    }

    /// A problem whose code and title come from the kernel (a refusal of the deliberation, say).
    pub fn with(status: StatusCode, code: impl Into<Cow<'static, str>>, title: Words) -> Self {
        Self(Box::new(Inner {
            status,
            code: code.into(),
            title,
            detail: None,
            errors: Vec::new(),
            members: Map::new(),
            headers: Vec::new(),
        }))
    }

    /// The same problem under a title of its own.
    pub fn titled(mut self, title: Words) -> Self {
        self.0.title = title;
        self
    }

    /// Many field errors: one code when they agree on one, `invalid-fields` when they do not.
    pub fn fields(mut errors: Vec<FieldError>) -> Self {
        errors.sort_by(|a, b| a.pointer.cmp(&b.pointer).then_with(|| a.code.cmp(b.code)));
        errors.dedup_by(|a, b| a.pointer == b.pointer && a.code == b.code);
        let first = errors.first().map_or("invalid-fields", |error| error.code);
        let agreed = errors.iter().all(|error| error.code == first);
        let code = if agreed { crate::codes::find(first) } else { None };
        let mut problem = Self::new(code.unwrap_or(&crate::codes::INVALID_FIELDS));
        problem.0.errors = errors;
        problem
    }

    /// What happened this time, for people.
    pub fn detail(mut self, detail: Words) -> Self {
        self.0.detail = Some(detail);
        self
    }

    /// One more member of the body, such as the steps that are allowed.
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.members.insert(name.to_owned(), value.into());
        self
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    pub fn error(mut self, error: FieldError) -> Self {
        self.0.errors.push(error);
        self
    }

    /// When to try again, in whole seconds (at least one).
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    pub fn code(&self) -> &str {
        &self.0.code
    }

    pub fn title(&self, lang: Lang) -> &str {
        self.0.title.said(lang)
    }

    /// The detail in one language, when there is one.
    pub fn detail_text(&self, lang: Lang) -> Option<&str> {
        self.0.detail.as_ref().map(|words| words.said(lang))
    }

    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// One of the further members of the body, such as the steps that are allowed.
    pub fn member_of(&self, name: &str) -> Option<&Value> {
        self.0.members.get(name)
    }

    pub fn body(&self, lang: Lang, trace: TraceId, instance: &str) -> Vec<u8> {
        let inner = &self.0;
        // Members first: a kernel-supplied name can never replace one of the standard ones.
        let mut body = inner.members.clone();
        body.insert("type".into(), json!(format!("/problems/{}", inner.code)));
        body.insert("title".into(), json!(inner.title.said(lang)));
        body.insert("status".into(), json!(inner.status.as_u16()));
        body.insert("code".into(), json!(inner.code));
        body.insert("instance".into(), json!(instance));
        body.insert("trace_id".into(), json!(trace.to_string()));
        if let Some(detail) = &inner.detail {
            body.insert("detail".into(), json!(detail.said(lang)));
        }
        if !inner.errors.is_empty() {
            let errors: Vec<Value> = inner
                .errors
                .iter()
                .map(|e| json!({ "pointer": e.pointer, "code": e.code, "detail": e.detail.said(lang) }))
                .collect();
            body.insert("errors".into(), Value::Array(errors));
        }
        Value::Object(body).to_string().into_bytes()
    }

    /// The whole answer in one language.
    pub fn render(&self, lang: Lang, trace: TraceId, instance: &str) -> Response<Body> {
        let headers = [
            (header::CONTENT_TYPE, MEDIA_TYPE),
            (header::CONTENT_LANGUAGE, lang.tag()),
            (header::VARY, "accept, accept-language"),
        ];
        let mut response = (self.0.status, headers, self.body(lang, trace, instance)).into_response();
        self.apply_headers(response.headers_mut());
        response
    }

    /// Puts this problem's own headers on an answer (used when the body is a page).
    pub fn apply_headers(&self, headers: &mut axum::http::HeaderMap) {
        for (name, value) in &self.0.headers {
            headers.append(name.clone(), value.clone());
        }
    }
}

impl IntoResponse for Problem {
    /// Leaves the rendering to [`crate::edge`], which knows language and trace id.
    fn into_response(self) -> axum::response::Response {
        (self.0.status, Extension(self)).into_response()
    }
}

impl From<&'static Code> for Problem {
    fn from(code: &'static Code) -> Self {
        Self::new(code)
    }
}
