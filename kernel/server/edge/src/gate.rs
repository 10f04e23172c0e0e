//! 闸口 (gate): the transport between a socket and hyper.
//!
//! ```text
//!            +--------- Gate ---------+
//!  socket -> | whole head -> judge    | -> hyper -> service
//!            |   refused: a stand-in  |
//!  socket <- | paced, and a goodbye   | <- hyper
//!            +------------------------+
//! ```
//!
//! Bytes of a head are held back until the head is whole and accepted, so hyper never sees one that was refused. In its
//! place hyper gets a head of the gate's own and then the end, and the service answers that one with the refusal: in its
//! turn behind the answers still owed, and with everything that belongs to an answer. When such a connection is closed, a
//! little of what the client still sends is read first: closing at once would reset it and lose the answer.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use crate::codes::{self, Code};
use crate::head::{Phase, Verdict};

/// How long, and how much, a client is still listened to whose request was not read to its end.
const LINGER_TIME: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 16 * 1024 * 1024;
/// What a client must take of an answer in the time it is given for it. A connection that does not is closed: what is
/// still to be said to it is held for nobody.
const WRITE_LEAST: usize = 8 * 1024;
/// What hyper reads in place of a head that was refused.
const STAND_IN: &[u8] = b"OPTIONS * HTTP/1.1\r\nconnection: close\r\n\r\n";

/// 连接状态 (what gate and service know of each other's side of a connection).
#[derive(Debug)]
pub(crate) struct Turn {
    state: AtomicU8,
    /// When the state last changed to idle, in milliseconds since `made`.
    idle_at: AtomicU64,
    made: Instant,
    /// How many requests have reached the service.
    begun: AtomicU64,
    /// Which one of them stands in for a refused head, and why that was refused.
    refused: OnceLock<(u64, &'static Code)>,
}

impl Default for Turn {
    fn default() -> Self {
        Self {
            state: AtomicU8::new(IDLE),
            idle_at: AtomicU64::new(0),
            made: Instant::now(),
            begun: AtomicU64::new(0),
            refused: OnceLock::new(),
        }
    }
}

const IDLE: u8 = 0;
const SERVING: u8 = 1;
const DRAINING: u8 = 2;

impl Turn {
    /// A request has reached the service; with what it is to be refused, when it stands in for another.
    pub(crate) fn begin(&self) -> Option<&'static Code> {
        self.state.store(SERVING, Ordering::Relaxed);
        let before = self.begun.fetch_add(1, Ordering::Relaxed);
        self.refused.get().filter(|(at, _)| *at == before).map(|(_, code)| *code)
    }

    /// How long nothing has been asked on the connection; none while an answer is owed.
    pub(crate) fn idle_for(&self) -> Option<Duration> {
        let idle_at = self.made + Duration::from_millis(self.idle_at.load(Ordering::Relaxed));
        (self.state.load(Ordering::Relaxed) == IDLE).then(|| idle_at.elapsed())
    }

    /// hyper flushes only when all it has written was taken, so after the body's end nothing is left.
    fn flushed(&self) {
        if self.state.load(Ordering::Relaxed) == DRAINING {
            let age = u64::try_from(self.made.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.idle_at.store(age, Ordering::Relaxed);
            self.state.store(IDLE, Ordering::Relaxed);
        }
    }
}

/// Tells the gate, when it is dropped with an answer's body, that hyper is done with that.
pub(crate) struct Owed(pub(crate) Arc<Turn>);

impl Drop for Owed {
    fn drop(&mut self) {
        self.0.state.store(DRAINING, Ordering::Relaxed);
    }
}

/// What more is read of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    All,
    /// Nothing: it has no more to say.
    Ended,
    /// Nothing: what it says is not understood.
    Refused,
}

/// A socket whose request heads are judged. See the module's description.
pub(crate) struct Gate<S> {
    socket: S,
    turn: Arc<Turn>,
    /// Bytes read and not yet handed over; the first `ready` of them may be.
    held: Vec<u8>,
    ready: usize,
    phase: Phase,
    /// How many heads were accepted.
    heads: u64,
    reads: Reads,
    started: Instant,
    head_time: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    write_time: Duration,
    /// Runs while the client takes nothing, or next to nothing, of what is being sent.
    stalled: Option<Pin<Box<Sleep>>>,
    /// How much it has taken since.
    taken: usize,
    /// How much is still listened to after the goodbye, and until when.
    lingering: Option<(usize, Pin<Box<Sleep>>)>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Gate<S> {
    /// Guards a socket; a head may take `head_time` in all, and of an answer a client takes something every `write_time`.
    pub(crate) fn new(socket: S, turn: Arc<Turn>, head_time: Duration, write_time: Duration) -> Self {
        Self {
            socket,
            turn,
            held: Vec::new(),
            ready: 0,
            phase: Phase::Head,
            heads: 0,
            reads: Reads::All,
            started: Instant::now(),
            head_time,
            timer: None,
            write_time,
            stalled: None,
            taken: 0,
            lingering: None,
        }
    }

    /// Judges what is held beyond `ready`.
    fn advance(&mut self) {
        while let Some(unread) = self.held.get(self.ready..).filter(|unread| !unread.is_empty()) {
            match self.phase.judge(unread) {
                Verdict::More => return,
                Verdict::Pass(length, next) => {
                    self.ready += length;
                    if self.phase == Phase::Head {
                        self.heads += 1;
                        self.timer = None;
                    }
                    self.phase = next;
                }
                Verdict::Refuse(code) => return self.refuse(code),
                // hyper, and so the handler, finds the body broken off.
                Verdict::Broken => {
                    self.held.truncate(self.ready);
                    self.reads = Reads::Refused;
                }
            }
        }
    }

    fn refuse(&mut self, code: &'static Code) {
        // The only call: nothing is read afterwards.
        let _ = self.turn.refused.set((self.heads, code));
        self.held.truncate(self.ready);
        self.held.extend_from_slice(STAND_IN);
        self.ready = self.held.len();
        self.reads = Reads::Refused;
    }

    /// Whether the head has taken too long; sets the timer when there is none.
    fn late(&mut self, cx: &mut Context<'_>) -> bool {
        let first = self.heads == 0;
        if self.phase != Phase::Head || !(first || self.held.len() > self.ready) {
            return false;
        }
        // The first head is timed from the connection's start, a later one from its first byte.
        let start = if first { self.started } else { Instant::now() };
        let head_time = self.head_time;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(start + head_time)));
        timer.as_mut().poll(cx).is_ready()
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
            if this.reads != Reads::All {
                return Poll::Ready(Ok(()));
            }
            if let (Phase::Body { left, .. }, true) = (this.phase, this.held.is_empty()) {
                // A body in mid-course goes straight through, up to its end.
                let limit = usize::try_from(left).unwrap_or(usize::MAX).min(out.remaining());
                let mut part = ReadBuf::new(out.initialize_unfilled_to(limit));
                ready!(Pin::new(&mut this.socket).poll_read(cx, &mut part))?;
                if part.filled().is_empty() {
                    this.reads = Reads::Ended;
                } else if let Verdict::Pass(_, next) = this.phase.judge(part.filled()) {
                    this.phase = next;
                }
                let read = part.filled().len();
                out.advance(read);
                return Poll::Ready(Ok(()));
            }
            let mut chunk = [std::mem::MaybeUninit::<u8>::uninit(); 8192];
            let mut part = ReadBuf::uninit(&mut chunk);
            match Pin::new(&mut this.socket).poll_read(cx, &mut part) {
                Poll::Ready(Ok(())) if part.filled().is_empty() => this.reads = Reads::Ended,
                Poll::Ready(Ok(())) => {
                    this.held.extend_from_slice(part.filled());
                    this.advance();
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                // A connection that never spoke is closed without a word.
                Poll::Pending if this.late(cx) && this.held.is_empty() => this.reads = Reads::Ended,
                Poll::Pending if this.late(cx) => this.refuse(&codes::TIMEOUT),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gate<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.socket).poll_write(cx, bytes);
        this.paced(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.socket).poll_write_vectored(cx, parts);
        this.paced(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.socket).poll_flush(cx))?;
        (this.stalled, this.taken) = (None, 0);
        this.turn.flushed();
        Poll::Ready(Ok(()))
    }

    /// Says goodbye, and listens a little longer where the client is still sending what nobody wants (413, 408): else it
    /// would not get to read the answer.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.socket).poll_shutdown(cx))?;
        }
        let unread = this.phase != Phase::Head || this.held.len() > this.ready;
        if this.reads == Reads::Ended || (this.reads == Reads::All && !unread) {
            return Poll::Ready(Ok(()));
        }
        let (left, until) =
            this.lingering.get_or_insert_with(|| (LINGER_BYTES, Box::pin(sleep(LINGER_TIME))));
        while until.as_mut().poll(cx).is_pending() {
            let mut sink = [0_u8; 4096];
            let mut read = ReadBuf::new(&mut sink);
            ready!(Pin::new(&mut this.socket).poll_read(cx, &mut read))?;
            match left.checked_sub(read.filled().len().max(1)).filter(|_| !read.filled().is_empty()) {
                Some(rest) => *left = rest,
                None => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}
