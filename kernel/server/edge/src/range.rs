//! 范围请求 (range requests): nothing here has a length before it is made, so a range is answered with the whole, as RFC
//! 9110 (14.2) allows; many ranges, the cheap way to multiply an answer, are refused.

use axum::http::{HeaderMap, header};

use crate::codes;
use crate::problem::Problem;

/// Refuses a request for more than one range.
///
/// # Errors
/// 416.
pub fn check_single(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get(header::RANGE) {
        Some(range) if range.as_bytes().contains(&b',') => Err(Problem::new(&codes::RANGE)),
        _ => Ok(()),
    }
}
