//! 分页标记 (page cursor): where the next page begins, sealed so that only this server can have made it
//! and only the same list of the same community can use it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::codes;
use crate::problem::Problem;

const SEAL: usize = 16;
/// How long a cursor is good for, in seconds.
pub const LIFE: i64 = 24 * 60 * 60;
const MAX_TEXT: usize = 1024;

#[derive(Clone)]
pub struct CursorKey(Hmac<Sha256>);

impl CursorKey {
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(keyed(secret))
    }

    /// Seals a position. `scope` names community, list and filters; `now` is in seconds.
    pub fn seal(&self, scope: &str, position: &str, now: i64) -> String {
        let made = now.to_be_bytes();
        let mut bytes = Vec::with_capacity(8 + SEAL + position.len());
        bytes.extend_from_slice(&made);
        bytes.extend_from_slice(&self.mac(scope, position, made));
        bytes.extend_from_slice(position.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Opens a cursor of the same scope.
    ///
    /// # Errors
    /// 400 `bad-cursor`, the same whether it was forged, belongs elsewhere or has expired.
    pub fn open(&self, scope: &str, cursor: &str, now: i64) -> Result<String, Problem> {
        self.opened(scope, cursor, now).ok_or_else(|| Problem::new(&codes::BAD_CURSOR))
    }

    fn opened(&self, scope: &str, cursor: &str, now: i64) -> Option<String> {
        if cursor.len() > MAX_TEXT {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (made, rest) = bytes.split_first_chunk::<8>()?;
        let (seal, position) = rest.split_first_chunk::<SEAL>()?;
        let position = std::str::from_utf8(position).ok()?;
        let genuine: bool =
            subtle::ConstantTimeEq::ct_eq(&seal[..], &self.mac(scope, position, *made)[..]).into();
        let age = now.saturating_sub(i64::from_be_bytes(*made));
        (genuine && (-60..=LIFE).contains(&age)).then(|| position.to_owned())
    }

    fn mac(&self, scope: &str, position: &str, made: [u8; 8]) -> [u8; SEAL] {
        let mut mac = self.0.clone();
        mac.update(&made);
        mac.update(&u64::try_from(scope.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(scope.as_bytes());
        mac.update(position.as_bytes());
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        whole.first_chunk::<SEAL>().copied().unwrap_or_default()
    }
}

/// What seals with a secret.
pub fn keyed(secret: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC pads a short key with zeros to its block; done here, no length can be wrong.
    let mut block = [0_u8; 64];
    for (place, byte) in block.iter_mut().zip(secret) {
        *place = *byte;
    }
    Hmac::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_where_and_when_it_was_made() {
        let key = CursorKey::new(&[7; 32]);
        let cursor = key.seal("com_a/matters", "2026-01-01|mat_x", 1_000);
        let open = |scope: &str, cursor: &str, now: i64| {
            key.open(scope, cursor, now).map_err(|p| p.code().to_owned())
        };
        assert_eq!(open("com_a/matters", &cursor, 1_000), Ok("2026-01-01|mat_x".into()));
        let bad = Err("bad-cursor".to_owned());
        assert_eq!(open("com_b/matters", &cursor, 1_000), bad);
        assert_eq!(open("com_a/matters", &cursor, 1_001 + LIFE), bad);
        assert_eq!(open("com_a/matters", "rubbish", 1_000), bad);
        assert_eq!(open("com_a/matters", "", 1_000), bad);
        let other = CursorKey::new(&[8; 32]);
        assert!(other.open("com_a/matters", &cursor, 1_000).is_err());
        // Any one character changed is a forgery.
        for at in 0..cursor.len() {
            let mut forged = cursor.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).expect("ASCII stays ASCII");
            assert_eq!(open("com_a/matters", &forged, 1_000), bad, "position {at}");
        }
    }
}
