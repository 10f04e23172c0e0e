//! A plain API client: one base address, one bearer token, and the two headers every write needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, bail};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

/// Whoever acts: a visitor, or an account with a token.
#[derive(Debug, Clone)]
pub struct Client {
    base: String,
    token: Option<String>,
    http: reqwest::Client,
    keys: Arc<AtomicU64>,
    tag: String,
    /// Whether answers are held to the API's document.
    checked: bool,
}

/// An answer, read to the end.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status line's code.
    pub status: StatusCode,
    /// The headers.
    pub headers: header::HeaderMap,
    /// The body, when it was JSON; `null` otherwise.
    pub json: Value,
    /// The body as text.
    pub text: String,
}

impl Reply {
    /// The stable error code of a problem document, or an empty text.
    #[must_use]
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// How long the server asks to be left alone; a second when it does not say.
    #[must_use]
    pub fn retry_after(&self) -> std::time::Duration {
        let seconds =
            self.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        std::time::Duration::from_secs(seconds.unwrap_or(1))
    }

    /// The body, if the request went well.
    ///
    /// # Errors
    /// The problem document as text.
    pub fn ok(self) -> anyhow::Result<Value> {
        if self.status.is_success() {
            return Ok(self.json);
        }
        bail!("answered {}: {}", self.status, self.text)
    }

    /// Checks that the request was refused with this status and code, and gives the problem document.
    ///
    /// # Errors
    /// What came instead.
    pub fn refused(self, status: u16, code: &str) -> anyhow::Result<Value> {
        if self.status.as_u16() == status && self.code() == code {
            return Ok(self.json);
        }
        bail!("expected {status} `{code}`, was answered {}: {}", self.status, self.text)
    }
}

impl Client {
    /// A visitor at this address, for example `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn visitor(base: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(60))
            .no_proxy()
            .build()?;
        // Unique for this process and start, so that two runs against one server never share a key.
        let tag = format!("{}-{:?}", std::process::id(), std::thread::current().id());
        Ok(Self { base: base.to_owned(), token: None, http, keys: Arc::default(), tag, checked: true })
    }

    /// The same client for measuring: it takes answers as they come.
    #[must_use]
    pub fn unchecked(self) -> Self {
        Self { checked: false, ..self }
    }

    /// Signs in and gives a client that acts for the account.
    ///
    /// A whole village behind one address signs in at the pace the server allows: this waits when it is told to.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_in(&self, login: &str, password: &str) -> anyhow::Result<Self> {
        let body = json!({"login": login, "password": password});
        loop {
            let reply = self.post("/sessions", &body).await?;
            if reply.status == StatusCode::TOO_MANY_REQUESTS {
                tokio::time::sleep(reply.retry_after()).await;
                continue;
            }
            let session = reply.ok().with_context(|| format!("signing in as {login}"))?;
            let token = session["token"].as_str().context("no token in the answer")?.to_owned();
            return Ok(Self { token: Some(token), ..self.clone() });
        }
    }

    /// Signs in and takes a bearer token for a year, which outlives the jumps of a simulated clock.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_in_for_a_year(&self, login: &str, password: &str) -> anyhow::Result<Self> {
        let session = self.sign_in(login, password).await?;
        let token = session
            .post("/tokens", &json!({"label": "harness", "expires_in_days": 365}))
            .await?
            .ok()
            .with_context(|| format!("taking a token as {login}"))?;
        let token = token["token"].as_str().context("no token in the answer")?.to_owned();
        Ok(Self { token: Some(token), ..session })
    }

    /// The address without the API prefix.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The bearer token, if this client acts for an account.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// A fresh idempotency key.
    #[must_use]
    pub fn fresh_key(&self) -> String {
        format!("harness-{}-{}", self.tag.replace(['(', ')'], "-"), self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// Reads a path below `/api/v1`.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn get(&self, path: &str) -> anyhow::Result<Reply> {
        self.send(Method::GET, path, None, &[]).await
    }

    /// Reads a page, as a browser that this account signed in with would: its address from the root, its text.
    ///
    /// # Errors
    /// When no page comes.
    pub async fn page(&self, path: &str) -> anyhow::Result<String> {
        let request = self.http.get(format!("{}{path}", self.base));
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if !status.is_success() {
            bail!("{path} was answered {status}: {text}");
        }
        Ok(text)
    }

    /// Writes JSON to a path below `/api/v1` with a fresh idempotency key.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Reply> {
        let key = self.fresh_key();
        self.send(Method::POST, path, Some(body), &[("idempotency-key", &key)]).await
    }

    /// Writes JSON to something that has a version: reads `thing` first and sends its entity tag along.
    ///
    /// # Errors
    /// When no answer comes, or `thing` has no entity tag.
    pub async fn change(&self, thing: &str, act: &str, body: &Value) -> anyhow::Result<Reply> {
        let read = self.get(thing).await?;
        let Some(tag) = read.headers.get(header::ETAG) else {
            bail!("`{thing}` has no entity tag: {} {}", read.status, read.text)
        };
        let tag = tag.to_str()?.to_owned();
        let key = self.fresh_key();
        let path = format!("{thing}{act}");
        self.send(Method::POST, &path, Some(body), &[("idempotency-key", &key), ("if-match", &tag)]).await
    }

    /// Sends bytes of another media type (a plugin, a roster).
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn upload(&self, path: &str, media_type: &str, bytes: Vec<u8>) -> anyhow::Result<Reply> {
        let key = self.fresh_key();
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, media_type)
            .header("idempotency-key", key)
            .body(bytes);
        self.read(Method::POST, path, request).await
    }

    /// Sends a request with exactly these extra headers.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> anyhow::Result<Reply> {
        let mut request = self.request(method.clone(), path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        self.read(method, path, request).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let address = format!("{}{}", self.base, whole(path));
        let request = self.http.request(method, address);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn read(
        &self,
        method: Method,
        path: &str,
        request: reqwest::RequestBuilder,
    ) -> anyhow::Result<Reply> {
        let answer = request.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let text = answer.text().await?;
        let path = whole(path);
        if self.checked && path.starts_with("/api/") {
            let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            crate::contract::check(&method, &path, status, kind.unwrap_or_default(), &text);
        }
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Reply { status, headers, json, text })
    }
}

/// A path as it is asked for: below the API, unless it says otherwise.
fn whole(path: &str) -> String {
    if path.starts_with("/api/") || path.starts_with("/c/") || path == "/" {
        path.to_owned()
    } else {
        format!("/api/v1{path}")
    }
}
