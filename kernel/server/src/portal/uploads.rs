//! 暂存文件 (files between a trial run and the real one), in memory, for half an hour.
//!
//! A roster is personal data: it is kept nowhere else, and only whoever uploaded it can have it imported.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use yishi_identity::{AccountId, CommunityId};

/// A trial run that was not followed up is forgotten after this many seconds.
const SECONDS: i64 = 30 * 60;
/// More than this many at once is not kept; the oldest goes first.
const MOST: usize = 16;

/// See the module's description.
#[derive(Debug, Default)]
pub struct Uploads(Mutex<BTreeMap<String, Upload>>);

#[derive(Debug)]
struct Upload {
    account: AccountId,
    community: CommunityId,
    bytes: Bytes,
    at: i64,
}

impl Uploads {
    /// Keeps a file under a name nobody can guess.
    pub(crate) fn keep(
        &self,
        name: &str,
        account: AccountId,
        community: CommunityId,
        bytes: Bytes,
        now: i64,
    ) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, upload| now - upload.at < SECONDS);
        while kept.len() >= MOST {
            let oldest = kept.iter().min_by_key(|(_, upload)| upload.at).map(|(name, _)| name.clone());
            if let Some(oldest) = oldest {
                kept.remove(&oldest);
            }
        }
        kept.insert(name.to_owned(), Upload { account, community, bytes, at: now });
    }

    /// The file, for whoever uploaded it, in the community they uploaded it for.
    pub(crate) fn get(
        &self,
        name: &str,
        account: AccountId,
        community: CommunityId,
        now: i64,
    ) -> Option<Bytes> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let upload = kept.get(name)?;
        let own = upload.account == account && upload.community == community;
        (own && now - upload.at < SECONDS).then(|| upload.bytes.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_for_its_owner_for_a_while() {
        let id = |n| uuid::Uuid::from_u128(n);
        let (account, other) = (AccountId::from_uuid(id(1)), AccountId::from_uuid(id(2)));
        let community = CommunityId::from_uuid(id(3));
        let uploads = Uploads::default();
        uploads.keep("a", account, community, Bytes::from_static(b"x"), 100);
        assert!(uploads.get("a", account, community, 200).is_some());
        assert!(uploads.get("a", other, community, 200).is_none());
        assert!(uploads.get("a", account, CommunityId::from_uuid(id(4)), 200).is_none());
        assert!(uploads.get("a", account, community, 100 + SECONDS).is_none());
        for n in 0..MOST {
            uploads.keep(&format!("more {n}"), account, community, Bytes::new(), 300);
        }
        assert!(uploads.get("a", account, community, 300).is_none(), "the oldest made room");
    }
}
