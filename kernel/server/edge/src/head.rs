//! 请求头检查 (head check): pure reading of one request head, and of where its body ends.
//!
//! hyper is the parser; this is a filter before it. It refuses heads that two readers could take for two
//! different requests, and it follows body lengths only to know where the next head begins.

use crate::codes::{self, Code};

/// The longest request target.
pub(crate) const MAX_TARGET: usize = 8 * 1024;
/// The largest head in all.
pub(crate) const MAX_HEAD: usize = 16 * 1024;
/// The most header lines.
pub(crate) const MAX_HEADERS: usize = 100;

/// What follows an accepted head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Sized(u64),
    Chunked,
}

/// What can be said of the bytes at hand.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Not yet a whole head.
    More,
    /// A head of this many bytes, and its body.
    Head(usize, Body),
    /// Not a request this server reads.
    Refuse(&'static Code),
}

/// Judges the beginning of a connection's unread bytes. `seen` is how many of them an earlier call saw.
pub(crate) fn judge(bytes: &[u8], seen: usize) -> Verdict {
    // One empty line before a request is allowed (RFC 9112, 2.2).
    let skipped = bytes.iter().take(4).take_while(|b| matches!(b, b'\r' | b'\n')).count();
    if skipped > 2 {
        return Verdict::Refuse(&codes::BAD_REQUEST);
    }
    let head = bytes.get(skipped..).unwrap_or_default();
    let from = seen.saturating_sub(skipped).saturating_sub(3);
    let end = head.get(from..).and_then(|tail| tail.windows(4).position(|w| w == b"\r\n\r\n"));
    let Some(end) = end else { return unfinished(head) };
    let head = head.get(..from + end).unwrap_or_default();
    match check(head) {
        Ok(body) => Verdict::Head(skipped + head.len() + 4, body),
        Err(code) => Verdict::Refuse(code),
    }
}

/// A head that has not ended may already be too long or wrong.
fn unfinished(head: &[u8]) -> Verdict {
    match head.iter().position(|b| *b == b'\n') {
        None if head.len() > MAX_TARGET + 64 => Verdict::Refuse(&codes::URI_TOO_LONG),
        None => Verdict::More,
        Some(end) => {
            let line = head.get(..end).unwrap_or_default();
            let refused = line.strip_suffix(b"\r").map_or(Err(&codes::BAD_REQUEST), request_line);
            match refused {
                Err(code) => Verdict::Refuse(code),
                Ok(_) if head.len() > MAX_HEAD + MAX_TARGET => Verdict::Refuse(&codes::HEADERS_TOO_LARGE),
                Ok(_) if bare_line_feed(head) => Verdict::Refuse(&codes::BAD_REQUEST),
                Ok(_) => Verdict::More,
            }
        }
    }
}

fn bare_line_feed(head: &[u8]) -> bool {
    let mut previous = 0;
    head.iter().any(|byte| {
        let bare = *byte == b'\n' && previous != b'\r';
        previous = *byte;
        bare
    })
}

/// Whether the version is HTTP/1.1.
fn request_line(line: &[u8]) -> Result<bool, &'static Code> {
    let mut parts = line.split(|b| *b == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(&codes::BAD_REQUEST);
    };
    if method.is_empty() || method.len() > 32 || !method.iter().all(|b| token(*b)) {
        return Err(&codes::BAD_REQUEST);
    }
    if target.len() > MAX_TARGET {
        return Err(&codes::URI_TOO_LONG);
    }
    if target.is_empty() || !target.iter().all(|b| b.is_ascii_graphic()) {
        return Err(&codes::BAD_REQUEST);
    }
    match version {
        b"HTTP/1.1" => Ok(true),
        b"HTTP/1.0" => Ok(false),
        _ => Err(&codes::BAD_REQUEST),
    }
}

fn check(head: &[u8]) -> Result<Body, &'static Code> {
    let mut lines = head.split(|b| *b == b'\n');
    let first = lines.next().unwrap_or_default();
    // The last line lost its CRLF to the end mark, every other one ends in CR here.
    let first = first.strip_suffix(b"\r").unwrap_or(first);
    let http11 = request_line(first)?;
    if head.len() > MAX_HEAD {
        return Err(&codes::HEADERS_TOO_LARGE);
    }
    let mut count = 0_usize;
    let mut hosts = 0_usize;
    let mut length: Option<u64> = None;
    let mut chunked = false;
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let colon = line.iter().position(|b| *b == b':').ok_or(&codes::BAD_REQUEST)?;
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        // A name that is no token covers folded lines and space before the colon.
        if name.is_empty() || !name.iter().all(|b| token(*b)) {
            return Err(&codes::BAD_REQUEST);
        }
        if !value.iter().all(|b| *b == b'\t' || (*b >= 0x20 && *b != 0x7f)) {
            return Err(&codes::BAD_REQUEST);
        }
        count += 1;
        if name.eq_ignore_ascii_case(b"host") {
            hosts += 1;
        } else if name.eq_ignore_ascii_case(b"content-length") {
            let digits = std::str::from_utf8(value).ok().filter(|v| v.bytes().all(|b| b.is_ascii_digit()));
            let parsed = digits.and_then(|v| v.parse::<u64>().ok()).ok_or(&codes::BAD_REQUEST)?;
            if length.replace(parsed).is_some() {
                return Err(&codes::BAD_REQUEST);
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if chunked || !http11 || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(&codes::BAD_REQUEST);
            }
            chunked = true;
        }
    }
    if count > MAX_HEADERS {
        return Err(&codes::HEADERS_TOO_LARGE);
    }
    if hosts != 1 {
        return Err(&codes::BAD_HOST);
    }
    match (length, chunked) {
        (Some(_), true) => Err(&codes::BAD_REQUEST),
        (Some(length), false) => Ok(Body::Sized(length)),
        (None, true) => Ok(Body::Chunked),
        (None, false) => Ok(Body::Sized(0)),
    }
}

fn token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Follows a chunked body to its end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Chunks {
    Size { size: u64, line: u32, extension: bool },
    Data(u64),
    DataEnd(u8),
    Trailer { empty: bool, total: u32 },
}

/// What became of a stretch of a chunked body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// All bytes belong to the body, which goes on.
    All,
    /// The body ended after this many bytes.
    Ended(usize),
    /// Not a chunked body; hyper will say so too.
    Broken,
}

impl Chunks {
    pub(crate) const START: Self = Self::Size { size: 0, line: 0, extension: false };

    pub(crate) fn follow(&mut self, bytes: &[u8]) -> Followed {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            *self = match *self {
                Self::Data(left) => {
                    let here = u64::try_from(bytes.len() - at).unwrap_or(u64::MAX).min(left);
                    at += usize::try_from(here).unwrap_or(usize::MAX);
                    if here == left { Self::DataEnd(b'\r') } else { Self::Data(left - here) }
                }
                state => {
                    at += 1;
                    match state.step(byte) {
                        Some(Some(next)) => next,
                        Some(None) => {
                            *self = Self::START;
                            return Followed::Ended(at);
                        }
                        None => return Followed::Broken,
                    }
                }
            };
        }
        Followed::All
    }

    /// One byte outside chunk data: the next state, the end (`Some(None)`), or a refusal.
    fn step(self, byte: u8) -> Option<Option<Self>> {
        Some(Some(match self {
            Self::Data(_) => return None,
            Self::Size { line, .. } if line > 256 => return None,
            Self::Size { size, line, extension } => match byte {
                b'\n' if size == 0 => Self::Trailer { empty: true, total: 0 },
                b'\n' => Self::Data(size),
                b'\r' => Self::Size { size, line: line + 1, extension: true },
                b';' => Self::Size { size, line: line + 1, extension: true },
                _ if extension => Self::Size { size, line: line + 1, extension },
                _ => {
                    let digit = char::from(byte).to_digit(16)?;
                    Self::Size {
                        size: size.checked_mul(16)?.checked_add(digit.into())?,
                        line: line + 1,
                        extension,
                    }
                }
            },
            Self::DataEnd(expected) if byte != expected => return None,
            Self::DataEnd(b'\r') => Self::DataEnd(b'\n'),
            Self::DataEnd(_) => Self::START,
            Self::Trailer { total, .. } if total > 4096 => return None,
            Self::Trailer { empty, total } => match byte {
                b'\n' if empty => return Some(None),
                b'\n' => Self::Trailer { empty: true, total: total + 1 },
                b'\r' => Self::Trailer { empty, total: total + 1 },
                _ => Self::Trailer { empty: false, total: total + 1 },
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(head: &str) -> String {
        match judge(head.as_bytes(), 0) {
            Verdict::More => "more".into(),
            Verdict::Head(length, body) => format!("{length} {body:?}"),
            Verdict::Refuse(code) => code.status.to_string(),
        }
    }

    #[test]
    fn heads() {
        let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "x: y\r\n".repeat(100));
        let wide = format!("GET / HTTP/1.1\r\nHost: a\r\nx: {}\r\n\r\n", "y".repeat(17_000));
        let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "y".repeat(9_000));
        let open = format!("GET /{}", "y".repeat(9_000));
        for (head, expected) in [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\nrest", "27 Sized(0)"),
            ("\r\nGET / HTTP/1.0\r\nHost: a\r\n\r\n", "29 Sized(0)"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n", "48 Sized(12)"),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "56 Chunked"),
            ("GET / HTTP/1.1\r\nHost: a\r\n", "more"),
            ("GE", "more"),
            ("GET /\r\n", "400"),
            ("GET / HTTP/1.1\n\n", "400"),
            ("GET / HTTP/1.1\r\nHost: a\n\n", "400"),
            ("PRI * HTTP/2.0\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: a\r\nx: \0\r\n\r\n", "400"),
            ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
            ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "400"),
            ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "400"),
            (many.as_str(), "431"),
            (wide.as_str(), "431"),
            (long.as_str(), "414"),
            (open.as_str(), "414"),
        ] {
            assert_eq!(verdict(head), expected, "{}", head.get(..80).unwrap_or(head));
        }
    }

    #[test]
    fn a_head_in_pieces_is_the_same_head() {
        let head = b"\r\nPOST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
        let mut seen = 0;
        for end in 1..=head.len() {
            match judge(&head[..end], seen) {
                Verdict::More => seen = end,
                Verdict::Head(length, body) => {
                    assert_eq!((length, body, end), (head.len() - 3, Body::Sized(3), head.len() - 3));
                    return;
                }
                Verdict::Refuse(code) => panic!("refused with {} at {end}", code.code),
            }
        }
        panic!("never complete");
    }

    #[test]
    fn chunked_bodies_end_where_they_end() {
        let body = b"5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\nGET /";
        let end = body.len() - 5;
        for cut in 0..end {
            let mut chunks = Chunks::START;
            assert_eq!(chunks.follow(&body[..cut]), Followed::All, "cut at {cut}");
            assert_eq!(chunks.follow(&body[cut..]), Followed::Ended(end - cut), "cut at {cut}");
        }
        for broken in [&b"x\r\n"[..], b"2\r\nabc", b"fffffffffffffffff\r\n"] {
            let mut chunks = Chunks::START;
            assert_eq!(chunks.follow(broken), Followed::Broken);
        }
    }
}
