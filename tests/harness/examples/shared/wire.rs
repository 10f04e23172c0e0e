//! HTTP by hand, on one kept-alive connection, so that what is measured on a small machine is the server and not the client.

use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One connection with one request under way.
pub(crate) struct Wire {
    connection: TcpStream,
    answer: Vec<u8>,
}

impl Wire {
    /// Connects to `host:port`.
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let connection = TcpStream::connect(address).await?;
        connection.set_nodelay(true)?;
        Ok(Self { connection, answer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends a whole request and reads the whole answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<&[u8]> {
        self.connection.write_all(request).await?;
        self.answer.clear();
        let mut whole = None;
        loop {
            if self.connection.read_buf(&mut self.answer).await? == 0 {
                bail!("the server closed the connection");
            }
            if whole.is_none()
                && let Some(end) = self.answer.windows(4).position(|four| four == b"\r\n\r\n")
            {
                let head = std::str::from_utf8(&self.answer[..end])?.to_ascii_lowercase();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
                let length: usize = length.context("an answer without a length")?.trim().parse()?;
                whole = Some(end + 4 + length);
            }
            if whole.is_some_and(|whole| self.answer.len() >= whole) {
                return Ok(&self.answer);
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement reads the clock; nothing of it reaches the record"
)]
pub(crate) fn stopwatch() -> Instant {
    Instant::now()
}
