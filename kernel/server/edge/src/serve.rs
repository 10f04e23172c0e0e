//! 服务循环 (the serving loop): connections in, requests to the edge, an orderly end.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt as _;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{interval, sleep, timeout};

use crate::edge::Edge;
use crate::gate::{Gate, Owed, Turn};
use crate::guests::Guests;

/// How long a kept-alive connection may be silent between requests.
const IDLE_TIME: Duration = Duration::from_secs(75);
/// How much of an answer is held for a client that has not read what came before.
const WAITING: usize = 64 * 1024;
/// How long requests in work may take once the end was announced.
pub const GRACE: Duration = Duration::from_secs(10);

/// Serves until `stop` resolves, then lets requests in work finish.
///
/// Returns whether all of them did within [`GRACE`].
pub async fn serve(
    listener: TcpListener,
    edge: Arc<Edge>,
    router: Router,
    stop: impl Future<Output = ()>,
) -> bool {
    let graceful = GracefulShutdown::new();
    let guests = Guests::new(edge.config().connections);
    let limits = edge.limits();
    let tidy = tokio::spawn(async move {
        let mut minutes = interval(Duration::from_secs(60));
        loop {
            minutes.tick().await;
            limits.tidy();
        }
    });
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &guests) => accepted,
        };
        match accepted {
            Ok((socket, peer)) => connection(socket, peer, &guests, &edge, &router, &graceful),
            Err(error) => {
                // Out of file descriptors, most often: wait for some to come back instead of spinning.
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    tidy.abort();
    timeout(GRACE, graceful.shutdown()).await.is_ok()
}

async fn accept(listener: &TcpListener, guests: &Guests) -> io::Result<(TcpStream, SocketAddr)> {
    guests.room().await;
    let (socket, peer) = listener.accept().await?;
    socket.set_nodelay(true)?;
    Ok((socket, peer))
}

fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    guests: &Arc<Guests>,
    edge: &Arc<Edge>,
    router: &Router,
    graceful: &GracefulShutdown,
) {
    let turn = Arc::new(Turn::default());
    let Some(guest) = guests.enter(peer.ip(), edge.is_proxy(peer.ip()), Arc::clone(&turn)) else {
        tracing::debug!(%peer, "an address has too many connections at work");
        return;
    };
    let guests = Arc::clone(guests);
    let gate = Gate::new(socket, Arc::clone(&turn), edge.config().head_time, edge.config().write_time);
    let (edge, router) = (Arc::clone(edge), router.clone());
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let refused = turn.begin();
        let (edge, router, owed) = (Arc::clone(&edge), router.clone(), Owed(Arc::clone(&turn)));
        async move {
            let response = match refused {
                Some(code) => edge.refuse(code),
                None => edge.handle(request.map(Body::new), peer, router).await,
            };
            // Held by the body, and dropped with it.
            let kept = move |error| {
                let _ = &owed;
                error
            };
            Ok::<_, Infallible>(response.map(|body| body.map_err(kept)))
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIME)
        // A client that has said all it has to say still gets its answer, and a handler that has begun
        // is not dropped half-way because its client went away.
        .half_close(true)
        // Of an answer, this much waits for the client at most; heads are held to less by the gate.
        .max_buf_size(WAITING)
        .serve_connection(TokioIo::new(gate), service);
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        tokio::select! {
            ended = watched => if let Err(error) = ended {
                tracing::debug!(%error, "connection ended early");
            },
            () = guests.sent_away(&guest) => {}
        }
        guests.leave(&guest);
    });
}
