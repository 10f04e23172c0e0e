//! Many clients who mean ill, and one who means well: idle connections, bodies that never end, answers nobody reads.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use hyper::body::Frame;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};
use utoipa::ToSchema;
use yishi_edge::extract::{BodyTimes, Json};
use yishi_edge::guests::ConnectionLimits;
use yishi_edge::origin::Hosts;
use yishi_edge::ratelimit::Rates;
use yishi_edge::{Edge, EdgeConfig};

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Sample {
    name: String,
}

/// An answer without end, which notes how much of it was asked for and that somebody still wants it.
struct Endless(Arc<AtomicUsize>);

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::convert::Infallible>>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 65_536])))))
    }
}

async fn start(taken: &Arc<AtomicUsize>, change: impl FnOnce(&mut EdgeConfig)) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let mut config = EdgeConfig::new(Hosts::new(["a.test".to_owned()]));
    config.rates = Rates::OFF;
    config.head_time = Duration::from_secs(5);
    config.body_times = BodyTimes { idle: Duration::from_secs(5), total: Duration::from_secs(5) };
    change(&mut config);
    let edge = Arc::new(Edge::new(config).expect("the machine has randomness"));
    let taken = Arc::clone(taken);
    let router = Router::new()
        .route("/api/v1/thing", get(|| async { "a thing" }))
        .route("/api/v1/things", post(|Json(sample): Json<Sample>| async move { axum::Json(sample) }))
        .route("/api/v1/endless", get(move || async move { Body::new(Endless(taken)) }));
    tokio::spawn(yishi_edge::serve::serve(listener, edge, router, std::future::pending()));
    address
}

/// Connects from an address of one's own on loopback.
async fn from(own: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(format!("{own}:0").parse().expect("an address")).expect("loopback has many addresses");
    socket.connect(to).await.expect("the server listens")
}

/// The status of what is answered, within a second.
async fn asked(stream: &mut TcpStream) -> Option<u16> {
    stream.write_all(b"GET /api/v1/thing HTTP/1.1\r\nHost: a.test\r\n\r\n").await.ok()?;
    answered(stream).await
}

async fn answered(stream: &mut TcpStream) -> Option<u16> {
    let mut bytes = [0_u8; 4096];
    let read = timeout(Duration::from_secs(1), stream.read(&mut bytes)).await.ok()?.ok()?;
    std::str::from_utf8(bytes.get(..read)?).ok()?.split(' ').nth(1)?.parse().ok()
}

/// 8,321 idle connections of one address, and nobody else was served for a minute.
#[tokio::test]
async fn idle_connections_of_one_address_keep_nobody_out() {
    let limits = ConnectionLimits { all: 8, each: 8 };
    let server = start(&Arc::default(), |config| config.connections = limits).await;
    let mut flood = Vec::new();
    for _ in 0..8 {
        let mut one = from("127.0.0.2", server).await;
        assert_eq!(asked(&mut one).await, Some(200));
        flood.push(one);
    }
    for _ in 0..3 {
        let mut other = from("127.0.0.3", server).await;
        assert_eq!(asked(&mut other).await, Some(200), "somebody else is not served");
        assert_eq!(asked(&mut other).await, Some(200), "and is not closed for the flood");
    }
}

#[tokio::test]
async fn one_address_has_its_share_of_connections() {
    let limits = ConnectionLimits { all: 8, each: 3 };
    let server = start(&Arc::default(), |config| config.connections = limits).await;
    let mut first = from("127.0.0.2", server).await;
    assert_eq!(asked(&mut first).await, Some(200));
    let mut more = Vec::new();
    for _ in 0..3 {
        let mut one = from("127.0.0.2", server).await;
        assert_eq!(asked(&mut one).await, Some(200));
        more.push(one);
    }
    assert_eq!(asked(&mut first).await, None, "the one that idled longest was closed for the fourth");
}

/// 1,200 bodies that trickled in filled the limit of requests in work, and others were answered 503.
#[tokio::test]
async fn bodies_that_trickle_are_no_requests_in_work() {
    let server = start(&Arc::default(), |config| {
        config.max_in_flight = 4;
        config.slow_bodies = (16, 6);
    })
    .await;
    let head = b"POST /api/v1/things HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\n\
                 Content-Length: 14\r\n\r\n{\"nam";
    let mut slow = Vec::new();
    for _ in 0..3 {
        for _ in 0..2 {
            let mut one = from("127.0.0.2", server).await;
            one.write_all(head).await.expect("sent");
            slow.push(one);
        }
        sleep(Duration::from_millis(400)).await;
    }
    let mut other = from("127.0.0.3", server).await;
    assert_eq!(asked(&mut other).await, Some(200), "the work of others goes on");
    let mut seventh = from("127.0.0.2", server).await;
    seventh.write_all(head).await.expect("sent");
    assert_eq!(answered(&mut seventh).await, Some(503), "a client awaits so many and no more");
    // What was awaited is still taken when it comes.
    let mut first = slow.swap_remove(0);
    first.write_all(b"e\":\"abc\"}").await.expect("sent");
    assert_eq!(answered(&mut first).await, Some(200));
}

/// 400 exports that nobody read were held in memory, four gigabytes, for as long as the clients liked.
#[tokio::test]
async fn an_answer_nobody_reads_is_given_up() {
    let taken = Arc::new(AtomicUsize::new(0));
    let server = start(&taken, |config| config.write_time = Duration::from_millis(300)).await;
    let mut one = from("127.0.0.2", server).await;
    one.write_all(b"GET /api/v1/endless HTTP/1.1\r\nHost: a.test\r\n\r\n").await.expect("sent");
    // What the kernel holds for the connection is made, and no more.
    sleep(Duration::from_millis(1500)).await;
    let made = taken.load(Ordering::Relaxed);
    assert!(made < 256, "no more is made than is taken, but {made} parts were");
    sleep(Duration::from_millis(300)).await;
    assert_eq!(taken.load(Ordering::Relaxed), made, "nothing is made for nobody");
    assert_eq!(Arc::strong_count(&taken), 2, "the answer is dropped: only the route and the test know of it");
    // What was on its way can still be read; then the connection is over.
    let mut rest = Vec::new();
    let ended = timeout(Duration::from_secs(5), one.read_to_end(&mut rest)).await.expect("it ends");
    assert!(ended.is_err() || !rest.ends_with(b"0\r\n\r\n"), "broken off, not finished");
}
