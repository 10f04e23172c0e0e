//! How often a request reads one and the same stream: once, whatever it asks of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::{Layer, filter::Targets};

#[expect(dead_code, reason = "of the browser of the page tests only this is needed")]
#[path = "pages/browser.rs"]
mod browser;

use browser::Host;

/// Which streams were read, and how often.
#[derive(Debug, Clone, Default)]
struct Streams(Arc<Mutex<BTreeMap<String, usize>>>);

impl Streams {
    /// What was read since it was last asked.
    fn taken(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Name(Option<String>);

impl Visit for Name {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "stream" {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

impl<S: tracing::Subscriber> Layer<S> for Streams {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut name = Name(None);
        event.record(&mut name);
        if let Some(stream) = name.0 {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(stream).or_default() += 1;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_reads_each_stream_at_most_once() {
    let streams = Streams::default();
    let told = Targets::new().with_target("yishi::streams", tracing::Level::TRACE);
    let subscriber = tracing_subscriber::registry().with(streams.clone().with_filter(told));
    tracing::subscriber::set_global_default(subscriber).expect("nobody else listens here");

    let host = Host::start().await;
    let home = format!("/c/{}", host.community);
    let mut staff = host.browser();
    staff.sign_in("staff").await;
    let page = staff.page(&format!("{home}/suggest")).await;
    streams.taken();
    let written = [("title", "硬化机耕路"), ("text", "雨天泥泞。"), ("domain", "public-works")];
    let sent = staff.send_whole(&page, "suggest", &written).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let once = |what: &str| {
        let taken = streams.taken();
        assert!(taken.values().all(|times| *times == 1), "{what} reads a stream again: {taken:?}");
        taken.len()
    };
    once("a suggestion");
    let matter = sent.location.split('#').next().unwrap_or_default().to_owned();
    let page = staff.page(&matter).await;
    assert!(once("a matter's page after it was written") > 0, "it was written, so it is read");
    staff.page(&matter).await;
    assert_eq!(once("the page again"), 0, "nothing was written meanwhile");
    let withdrawn = staff.send_whole(&page, "withdraw", &[("reasons", "镇里统一安排。")]).await;
    assert_eq!(withdrawn.status, StatusCode::SEE_OTHER, "{}", withdrawn.text());
    once("a step");
    staff.page(&matter).await.shows("撤回");
    once("the page after the step");
    for path in [home.clone(), format!("{home}/desk"), format!("{home}/matters")] {
        staff.page(&path).await;
        once(&path);
    }
}
