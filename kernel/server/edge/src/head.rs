//! 分帧 (framing): where one request ends and the next begins on a connection, and which heads are refused.
//!
//! Heads are parsed by `httparse`, as hyper does right after, so the two cannot read one head differently. What is refused
//! here is what hyper would take although two servers could take it for two different requests, or what is too large;
//! `tests/bad_requests.rs` shows of each that hyper alone takes it. What hyper refuses too is refused here for the sake of
//! the answer alone: hyper's has no body.

use axum::http::Uri;
use httparse::Status;

use crate::codes::{self, Code};

/// The longest request target.
pub(crate) const MAX_TARGET: usize = 8 * 1024;
/// The largest head in all.
const MAX_HEAD: usize = 16 * 1024;
/// The most header lines.
const MAX_HEADERS: usize = 100;
/// The longest line of a chunk's size, and what may stand behind the last chunk.
const MAX_BETWEEN: usize = 4 * 1024;

/// What is read next on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// A head.
    Head,
    /// So many bytes of a body, and then, in a chunked one, the next chunk.
    Body { left: u64, chunked: bool },
    /// The line with the size of a chunk.
    Chunk,
    /// What stands behind the last chunk.
    Trailers,
}

/// What can be said of the bytes at hand.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Not enough of them.
    More,
    /// So many belong to this phase; then comes another.
    Pass(usize, Phase),
    /// Not a request this server reads.
    Refuse(&'static Code),
    /// A body whose end cannot be told, so that no next request can be found.
    Broken,
}

impl Phase {
    /// Judges the unread bytes of a connection.
    pub(crate) fn judge(self, bytes: &[u8]) -> Verdict {
        match self {
            Self::Head => match head(bytes) {
                Ok(Some((length, next))) => Verdict::Pass(length, next),
                Ok(None) => Verdict::More,
                Err(code) => Verdict::Refuse(code),
            },
            Self::Body { left, chunked } => {
                let here = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                let left = left.saturating_sub(u64::try_from(here).unwrap_or(u64::MAX));
                Verdict::Pass(here, body(left, chunked))
            }
            Self::Chunk => match httparse::parse_chunk_size(bytes) {
                Ok(Status::Complete((length, 0))) => Verdict::Pass(length, Self::Trailers),
                // The line end behind the data is part of the chunk; hyper looks whether it is one.
                Ok(Status::Complete((length, size))) => match size.checked_add(2) {
                    Some(left) => Verdict::Pass(length, body(left, true)),
                    None => Verdict::Broken,
                },
                Ok(Status::Partial) if bytes.len() <= MAX_BETWEEN => Verdict::More,
                _ => Verdict::Broken,
            },
            Self::Trailers if bytes.starts_with(b"\r\n") => Verdict::Pass(2, Self::Head),
            Self::Trailers => match bytes.windows(4).position(|end| end == b"\r\n\r\n") {
                Some(end) if !bare_line_feed(bytes.get(..end).unwrap_or_default()) => {
                    Verdict::Pass(end + 4, Self::Head)
                }
                None if bytes.len() <= MAX_BETWEEN => Verdict::More,
                _ => Verdict::Broken,
            },
        }
    }
}

/// What follows when so much of a body is left.
fn body(left: u64, chunked: bool) -> Phase {
    match (left, chunked) {
        (0, true) => Phase::Chunk,
        (0, false) => Phase::Head,
        _ => Phase::Body { left, chunked },
    }
}

/// The length of a head and what follows it; none when it is not whole.
fn head(bytes: &[u8]) -> Result<Option<(usize, Phase)>, &'static Code> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let parsed = request.parse(bytes);
    // A target that has not ended may already be too long.
    if request.path.map_or(bytes.len().saturating_sub(64), str::len) > MAX_TARGET {
        return Err(&codes::URI_TOO_LONG);
    }
    let length = match parsed {
        Ok(Status::Partial) if bytes.len() <= MAX_HEAD => return Ok(None),
        Ok(Status::Complete(length)) if length <= MAX_HEAD => length,
        Ok(_) | Err(httparse::Error::TooManyHeaders) => return Err(&codes::HEADERS_TOO_LARGE),
        Err(_) => return Err(&codes::BAD_REQUEST),
    };
    let target = request.path.filter(|target| target.is_ascii() && target.parse::<Uri>().is_ok());
    if target.is_none() || bare_line_feed(bytes.get(..length).unwrap_or_default()) {
        return Err(&codes::BAD_REQUEST);
    }
    let of = |name: &'static str| {
        request
            .headers
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value)
    };
    let (mut lengths, mut codings) = (of("content-length"), of("transfer-encoding"));
    match (lengths.next(), codings.next(), lengths.next().or(codings.next())) {
        (None, None, None) => Ok(Some((length, Phase::Head))),
        (Some(digits), None, None) if digits.iter().all(u8::is_ascii_digit) => {
            let left = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
            Ok(Some((length, body(left.ok_or(&codes::BAD_REQUEST)?, false))))
        }
        (None, Some(coding), None)
            if request.version == Some(1) && coding.eq_ignore_ascii_case(b"chunked") =>
        {
            Ok(Some((length, Phase::Chunk)))
        }
        _ => Err(&codes::BAD_REQUEST),
    }
}

fn bare_line_feed(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').rev().skip(1).any(|line| !line.ends_with(b"\r"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(head: &str) -> String {
        match Phase::Head.judge(head.as_bytes()) {
            Verdict::More => "more".into(),
            Verdict::Pass(length, next) => format!("{length} {next:?}"),
            Verdict::Refuse(code) => code.status.to_string(),
            Verdict::Broken => "broken".into(),
        }
    }

    #[test]
    fn heads() {
        let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "x: y\r\n".repeat(100));
        let wide = format!("GET / HTTP/1.1\r\nHost: a\r\nx: {}\r\n\r\n", "y".repeat(17_000));
        let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "y".repeat(9_000));
        let open = format!("GET /{}", "y".repeat(9_000));
        let endless = format!("GET / HTTP/1.1\r\nHost: a\r\nx: {}", "y".repeat(17_000));
        let blank = "\r\n".repeat(9_000);
        for (head, expected) in [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\nrest", "27 Head"),
            ("\r\nGET / HTTP/1.0\r\nHost: a\r\n\r\n", "29 Head"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "47 Head"),
            (
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n",
                "48 Body { left: 12, chunked: false }",
            ),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "56 Chunk"),
            ("GET / HTTP/1.1\r\nHost: a\r\n", "more"),
            ("GE", "more"),
            ("GET /\r\n", "400"),
            ("GET / HTTP/1.1\n\n", "400"),
            ("GET / HTTP/1.1\r\nHost: a\n\n", "400"),
            ("PRI * HTTP/2.0\r\n\r\n", "400"),
            ("GET /名 HTTP/1.1\r\nHost: a\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: a\r\nx: \0\r\n\r\n", "400"),
            ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
            ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
            (many.as_str(), "431"),
            (wide.as_str(), "431"),
            (endless.as_str(), "431"),
            (long.as_str(), "414"),
            (open.as_str(), "414"),
            (blank.as_str(), "414"),
        ] {
            assert_eq!(verdict(head), expected, "{}", head.get(..80).unwrap_or(head));
        }
    }

    /// Follows a stream that arrives in two pieces, as the gate does: where the last phase began, and which it is.
    fn followed(stream: &[u8], cut: usize) -> Option<(usize, Phase)> {
        let (mut at, mut phase) = (0, Phase::Head);
        for end in [cut, stream.len()] {
            while at < end {
                match phase.judge(&stream[at..end]) {
                    Verdict::More => break,
                    Verdict::Pass(length, next) => (at, phase) = (at + length, next),
                    Verdict::Refuse(_) | Verdict::Broken => return None,
                }
            }
        }
        Some((at, phase))
    }

    #[test]
    fn a_stream_in_pieces_is_the_same_stream() {
        let sized = b"\r\nPOST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /";
        let chunked = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
            5\r\nhello\r\n0000000000A;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\nGET /";
        for stream in [&sized[..], chunked] {
            for cut in 0..=stream.len() {
                assert_eq!(followed(stream, cut), Some((stream.len() - 5, Phase::Head)), "cut at {cut}");
            }
        }
    }

    /// Past a body whose end is not certain, heads used to go by without being judged.
    #[test]
    fn a_body_without_a_certain_end_has_nothing_behind_it() {
        let long = format!("1;{}", "x".repeat(5_000));
        let trailers = format!("0\r\nT: {}", "x".repeat(5_000));
        for broken in [
            "x\r\n",
            "fffffffffffffffff\r\n",
            "ffffffffffffffff\r\n",
            "1\n",
            "0\r\nT: v\n\r\n\r\n",
            &long,
            &trailers,
        ] {
            let stream = format!("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{broken}");
            assert_eq!(followed(stream.as_bytes(), 0), None, "{}", &broken[..broken.len().min(40)]);
        }
    }
}
