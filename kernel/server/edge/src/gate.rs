//! 闸口 (gate): the transport between a socket and hyper.
//!
//! ```text
//!            +--------- Gate ----------+
//!  socket -> | whole head -> judge     | -> hyper -> service
//!            |   refused: answer here  |
//!  socket <- | hyper's bare error heads| <- hyper
//!            |   become problem bodies |
//!            +-------------------------+
//! ```
//!
//! Bytes of a head are held back until the head is whole and accepted, so hyper never sees one that was
//! refused. A refusal is answered and the connection closed, after reading a little of what the client
//! still sends: closing at once would reset the connection and lose the answer.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use crate::codes::{self, Code};
use crate::head::{self, Chunks, Followed, Verdict};

/// How long, and how much, a refused client is still listened to.
const LINGER_TIME: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 4 * 1024 * 1024;
/// What a client must take of an answer in the time it is given for it. A connection that does not is closed: what is
/// still to be said to it is held for nobody.
const WRITE_LEAST: usize = 8 * 1024;

/// Makes the whole HTTP/1.1 answer to a refused head.
pub type Answer = dyn Fn(&'static Code) -> Vec<u8> + Send + Sync;

/// 连接状态 (what the gate knows of hyper's side): set by the service, read by the gate.
#[derive(Debug)]
pub struct Turn {
    state: AtomicU8,
    /// When the state last changed to idle, in milliseconds since `made`.
    idle_at: AtomicU64,
    made: Instant,
}

impl Default for Turn {
    fn default() -> Self {
        Self { state: AtomicU8::new(IDLE), idle_at: AtomicU64::new(0), made: Instant::now() }
    }
}

const IDLE: u8 = 0;
const SERVING: u8 = 1;
const DRAINING: u8 = 2;

impl Turn {
    /// A request has reached the service.
    pub fn begin(&self) {
        self.state.store(SERVING, Ordering::Relaxed);
    }

    /// How long nothing has been asked on the connection; none while an answer is owed.
    #[must_use]
    pub fn idle_for(&self) -> Option<Duration> {
        let idle_at = self.made + Duration::from_millis(self.idle_at.load(Ordering::Relaxed));
        (self.get() == IDLE).then(|| idle_at.elapsed())
    }

    fn get(&self) -> u8 {
        self.state.load(Ordering::Relaxed)
    }

    fn body_done(&self) {
        self.state.store(DRAINING, Ordering::Relaxed);
    }

    /// hyper flushes only when all it has written was taken, so after the body's end nothing is left.
    fn flushed(&self) {
        if self.get() == DRAINING {
            let age = u64::try_from(self.made.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.idle_at.store(age, Ordering::Relaxed);
            self.state.store(IDLE, Ordering::Relaxed);
        }
    }
}

/// An answer's body that tells the gate when hyper is done with it.
#[derive(Debug)]
pub struct Tracked {
    inner: Body,
    turn: Arc<Turn>,
}

impl Tracked {
    /// Follows a body.
    #[must_use]
    pub fn new(inner: Body, turn: Arc<Turn>) -> Self {
        Self { inner, turn }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.turn.body_done();
    }
}

impl HttpBody for Tracked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

enum Phase {
    Head,
    Sized(u64),
    Chunked(Chunks),
    /// The body's framing is broken: hyper will refuse it, and no next head is looked for.
    Opaque,
}

enum Closing {
    No,
    Write { answer: Vec<u8>, at: usize },
    Shutdown,
    Linger { left: usize, until: Pin<Box<Sleep>> },
    Done,
}

/// A socket whose request heads are judged. See the module's description.
pub struct Gate<S> {
    socket: S,
    turn: Arc<Turn>,
    answer: Arc<Answer>,
    /// Bytes read and not yet handed over; the first `ready` of them may be.
    held: Vec<u8>,
    ready: usize,
    /// How many bytes of the unfinished head were judged before.
    seen: usize,
    phase: Phase,
    timer: Option<Pin<Box<Sleep>>>,
    head_time: Duration,
    write_time: Duration,
    /// Runs while the client takes nothing, or next to nothing, of what is being sent.
    stalled: Option<Pin<Box<Sleep>>>,
    /// How much it has taken since.
    taken: usize,
    started: Instant,
    fresh: bool,
    ended: bool,
    refused: Option<&'static Code>,
    closing: Closing,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Gate<S> {
    /// Guards a socket; a head may take `head_time` in all, and of an answer a client takes something every `write_time`.
    pub fn new(
        socket: S,
        turn: Arc<Turn>,
        answer: Arc<Answer>,
        head_time: Duration,
        write_time: Duration,
    ) -> Self {
        Self {
            socket,
            turn,
            answer,
            held: Vec::new(),
            ready: 0,
            seen: 0,
            phase: Phase::Head,
            timer: None,
            head_time,
            write_time,
            stalled: None,
            taken: 0,
            started: Instant::now(),
            fresh: true,
            ended: false,
            refused: None,
            closing: Closing::No,
        }
    }

    /// Judges what is held beyond `ready`.
    fn advance(&mut self) {
        while self.refused.is_none() {
            let Some(unread) = self.held.get(self.ready..).filter(|unread| !unread.is_empty()) else {
                return;
            };
            match &mut self.phase {
                Phase::Opaque => self.ready = self.held.len(),
                Phase::Sized(left) => {
                    let here = u64::try_from(unread.len()).unwrap_or(u64::MAX).min(*left);
                    self.ready += usize::try_from(here).unwrap_or(unread.len());
                    *left -= here;
                    if *left > 0 {
                        return;
                    }
                    self.phase = Phase::Head;
                }
                Phase::Chunked(chunks) => match chunks.follow(unread) {
                    Followed::All => {
                        self.ready = self.held.len();
                        return;
                    }
                    Followed::Ended(after) => {
                        self.ready += after;
                        self.phase = Phase::Head;
                    }
                    Followed::Broken => self.phase = Phase::Opaque,
                },
                Phase::Head => match head::judge(unread, self.seen) {
                    Verdict::More => {
                        self.seen = unread.len();
                        return;
                    }
                    Verdict::Refuse(code) => self.refused = Some(code),
                    Verdict::Head(length, body) => {
                        self.ready += length;
                        self.seen = 0;
                        self.fresh = false;
                        self.timer = None;
                        self.phase = match body {
                            head::Body::Sized(0) => Phase::Head,
                            head::Body::Sized(length) => Phase::Sized(length),
                            head::Body::Chunked => Phase::Chunked(Chunks::START),
                        };
                    }
                },
            }
        }
    }

    /// Whether the head has taken too long; sets the timer when there is none.
    fn late(&mut self, cx: &mut Context<'_>) -> bool {
        let waiting = matches!(self.phase, Phase::Head) && (self.fresh || self.held.len() > self.ready);
        if !waiting {
            return false;
        }
        // The first head is timed from the connection's start, a later one from its first byte.
        let start = if self.fresh { self.started } else { Instant::now() };
        let head_time = self.head_time;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(start + head_time)));
        timer.as_mut().poll(cx).is_ready()
    }

    /// Sends the refusal, says goodbye, and listens a little longer.
    fn poll_closing(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match &mut self.closing {
                Closing::No | Closing::Done => return Poll::Ready(()),
                Closing::Write { answer, at } => {
                    let rest = answer.get(*at..).unwrap_or_default();
                    if rest.is_empty() {
                        self.closing = Closing::Shutdown;
                        continue;
                    }
                    match ready!(Pin::new(&mut self.socket).poll_write(cx, rest)) {
                        Ok(written) if written > 0 => *at += written,
                        _ => self.closing = Closing::Done,
                    }
                }
                Closing::Shutdown => {
                    self.closing = match ready!(Pin::new(&mut self.socket).poll_shutdown(cx)) {
                        Ok(()) => Closing::Linger { left: LINGER_BYTES, until: Box::pin(sleep(LINGER_TIME)) },
                        Err(_) => Closing::Done,
                    };
                }
                Closing::Linger { left, until } => {
                    if until.as_mut().poll(cx).is_ready() {
                        self.closing = Closing::Done;
                        continue;
                    }
                    let mut sink = [0_u8; 4096];
                    let mut read = ReadBuf::new(&mut sink);
                    let outcome = ready!(Pin::new(&mut self.socket).poll_read(cx, &mut read));
                    let taken = read.filled().len();
                    if outcome.is_err() || taken == 0 || taken >= *left {
                        self.closing = Closing::Done;
                    } else {
                        *left -= taken;
                    }
                }
            }
        }
    }

    /// Gives up on a client that does not read.
    fn paced(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(length)) => {
                self.taken += length;
                if self.taken >= WRITE_LEAST {
                    (self.stalled, self.taken) = (None, 0);
                }
                Poll::Ready(Ok(length))
            }
            Poll::Pending => {
                let write_time = self.write_time;
                let timer = self.stalled.get_or_insert_with(|| Box::pin(sleep(write_time)));
                ready!(timer.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            failed @ Poll::Ready(Err(_)) => failed,
        }
    }

    fn refuse(&mut self, code: &'static Code) {
        let answer = (self.answer)(code);
        self.closing = Closing::Write { answer, at: 0 };
    }

    /// A write while no request is being served is hyper's own bodiless error head.
    fn replaces(&mut self, bytes: &[u8]) -> bool {
        if self.turn.get() != IDLE || !matches!(self.closing, Closing::No) {
            return !matches!(self.closing, Closing::No);
        }
        let status = bytes.get(9..12).and_then(|s| std::str::from_utf8(s).ok()).and_then(|s| s.parse().ok());
        match status {
            Some(status) if bytes.starts_with(b"HTTP/1.") && status >= 400 => {
                self.refuse(codes::for_status(status));
                true
            }
            _ => false,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Gate<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.ready > 0 {
                let length = this.ready.min(out.remaining());
                out.put_slice(this.held.get(..length).unwrap_or_default());
                this.held.drain(..length);
                this.ready -= length;
                return Poll::Ready(Ok(()));
            }
            if let Some(code) = this.refused {
                // An answer on its way goes first; hyper reads again once it is out.
                if this.turn.get() == SERVING {
                    return Poll::Pending;
                }
                if matches!(this.closing, Closing::No) {
                    this.refuse(code);
                }
                ready!(this.poll_closing(cx));
                return Poll::Ready(Ok(()));
            }
            if this.ended {
                return Poll::Ready(Ok(()));
            }
            if let (Phase::Sized(left), true) = (&mut this.phase, this.held.is_empty()) {
                // A body in mid-course goes straight through, up to its end.
                let limit = usize::try_from(*left).unwrap_or(usize::MAX).min(out.remaining());
                let mut part = ReadBuf::new(out.initialize_unfilled_to(limit));
                ready!(Pin::new(&mut this.socket).poll_read(cx, &mut part))?;
                let read = part.filled().len();
                this.ended = read == 0;
                *left -= u64::try_from(read).unwrap_or(u64::MAX).min(*left);
                if *left == 0 {
                    this.phase = Phase::Head;
                }
                out.advance(read);
                return Poll::Ready(Ok(()));
            }
            let mut chunk = [std::mem::MaybeUninit::<u8>::uninit(); 8192];
            let mut part = ReadBuf::uninit(&mut chunk);
            match Pin::new(&mut this.socket).poll_read(cx, &mut part) {
                Poll::Ready(Ok(())) if part.filled().is_empty() => this.ended = true,
                Poll::Ready(Ok(())) => {
                    this.held.extend_from_slice(part.filled());
                    this.advance();
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                // A connection that never spoke is closed without a word.
                Poll::Pending if this.late(cx) && this.held.is_empty() => this.ended = true,
                Poll::Pending if this.late(cx) => this.refused = Some(&codes::TIMEOUT),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gate<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.replaces(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut this.socket).poll_write(cx, bytes);
        this.paced(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.replaces(parts.first().map_or(&[], |part| part)) {
            return Poll::Ready(Ok(parts.iter().map(|part| part.len()).sum()));
        }
        let written = Pin::new(&mut this.socket).poll_write_vectored(cx, parts);
        this.paced(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_closing(cx));
        ready!(Pin::new(&mut this.socket).poll_flush(cx))?;
        (this.stalled, this.taken) = (None, 0);
        this.turn.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_closing(cx));
        if matches!(this.closing, Closing::Done) {
            return Poll::Ready(Ok(()));
        }
        let unread = matches!(this.phase, Phase::Sized(_) | Phase::Chunked(_) | Phase::Opaque)
            || this.held.len() > this.ready;
        if unread && !this.ended {
            // The client is still sending a body nobody wants (413, 408): let it read the answer first.
            this.closing = Closing::Shutdown;
            ready!(this.poll_closing(cx));
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut this.socket).poll_shutdown(cx)
    }
}
