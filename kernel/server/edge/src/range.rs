//! 范围请求 (range requests) over bytes at hand: one range is served, many are refused.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use crate::codes;
use crate::problem::Problem;

/// Refuses a request for more than one range (the cheap way to multiply an answer).
///
/// # Errors
/// 416.
pub fn check_single(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get(header::RANGE) {
        Some(range) if range.as_bytes().contains(&b',') => Err(Problem::new(&codes::RANGE)),
        _ => Ok(()),
    }
}

/// The bytes, or the one range of them that was asked for.
///
/// # Errors
/// 416 with the length when the range lies outside.
pub fn serve(bytes: Bytes, media_type: &'static str, headers: &HeaderMap) -> Result<Response<Body>, Problem> {
    check_single(headers)?;
    let length = bytes.len();
    let asked =
        headers.get(header::RANGE).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("bytes="));
    let mut response = match asked.map(|range| part(range, length)) {
        // A header that is no byte range is ignored (RFC 9110, 14.2).
        None | Some(Asked::Nonsense) => Response::new(Body::from(bytes)),
        Some(Asked::Outside) => {
            let whole = HeaderValue::try_from(format!("bytes */{length}")).ok();
            let problem = Problem::new(&codes::RANGE);
            return Err(match whole {
                Some(whole) => problem.header(header::CONTENT_RANGE, whole),
                None => problem,
            });
        }
        Some(Asked::Part { first, last }) => {
            let mut response = Response::new(Body::from(bytes.slice(first..=last)));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            if let Ok(range) = HeaderValue::try_from(format!("bytes {first}-{last}/{length}")) {
                response.headers_mut().insert(header::CONTENT_RANGE, range);
            }
            response
        }
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    Ok(response)
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Part { first: usize, last: usize },
    Outside,
    Nonsense,
}

fn part(range: &str, length: usize) -> Asked {
    let Some((first, last)) = range.trim().split_once('-') else { return Asked::Nonsense };
    let end = length.checked_sub(1);
    let number =
        |text: &str| if text.bytes().all(|b| b.is_ascii_digit()) { text.parse::<usize>().ok() } else { None };
    match (first, number(first), last, number(last)) {
        ("", _, _, Some(0)) => Asked::Outside,
        ("", _, _, Some(tail)) => match end {
            Some(end) => Asked::Part { first: length.saturating_sub(tail), last: end },
            None => Asked::Outside,
        },
        (_, Some(first), "", _) => match end {
            Some(end) if first <= end => Asked::Part { first, last: end },
            _ => Asked::Outside,
        },
        (_, Some(first), _, Some(last)) if first <= last => match end {
            Some(end) if first <= end => Asked::Part { first, last: last.min(end) },
            _ => Asked::Outside,
        },
        _ => Asked::Nonsense,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        assert_eq!(part("0-", 10), Asked::Part { first: 0, last: 9 });
        assert_eq!(part("2-4", 10), Asked::Part { first: 2, last: 4 });
        assert_eq!(part("2-400", 10), Asked::Part { first: 2, last: 9 });
        assert_eq!(part("-3", 10), Asked::Part { first: 7, last: 9 });
        assert_eq!(part("-300", 10), Asked::Part { first: 0, last: 9 });
        assert_eq!(part("10-", 10), Asked::Outside);
        assert_eq!(part("0-", 0), Asked::Outside);
        assert_eq!(part("4-2", 10), Asked::Nonsense);
        assert_eq!(part("x", 10), Asked::Nonsense);
        assert_eq!(part("-", 10), Asked::Nonsense);
    }
}
