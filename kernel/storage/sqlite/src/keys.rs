//! 表决密钥 (ballot keys): what the choices of a running secret ballot are sealed with, kept beside the database.
//!
//! While people vote, the database and its journal can be read by whoever makes a backup, and of a commit that holds one
//! vote they show who came and which choice came with them. So choices are sealed, and the key of each ballot is a small file
//! of its own in the folder `ballot-keys`, readable to the server's user alone, that no copy of the database takes along.
//! When the ballot is settled the file is overwritten and removed: what is left of sealed choices in a journal, a freed page
//! or an old copy stays closed for ever.
//!
//! The price: a copy of the database made while a secret ballot runs cannot count that ballot. It has to be held again.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use yishi_canonical::Digest;
use yishi_storage::Choice;
use zeroize::Zeroizing;

/// A ballot's key in memory; wiped when it is dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// A sealed choice: one length for every choice.
pub(crate) type Sealed = [u8; 32];

const EVERY_CHOICE: [Choice; 3] = [Choice::Yes, Choice::No, Choice::Abstain];

/// A choice under a ballot's key. The random key of the vote makes equal choices differ.
pub(crate) fn seal(key: &Key, random_key: &[u8; 16], choice: Choice) -> Sealed {
    // A key of fewer bytes than a block is filled with zeros (RFC 2104).
    let mut block = Zeroizing::new([0; 64]);
    block[..key.len()].copy_from_slice(key.as_slice());
    let mut mac = Hmac::<Sha256>::new(&(*block).into());
    mac.update(random_key);
    mac.update(choice.code().as_bytes());
    mac.finalize().into_bytes().into()
}

/// The choice in a seal, found by trying the three there are; nothing when it was not sealed with this key.
pub(crate) fn unseal(key: &Key, random_key: &[u8; 16], sealed: &[u8]) -> Option<Choice> {
    EVERY_CHOICE.into_iter().find(|choice| seal(key, random_key, *choice) == sealed)
}

/// The folder of keys.
#[derive(Debug, Clone)]
pub(crate) struct Keys(PathBuf);

impl Keys {
    /// The folder of keys of a data directory, made if it is not there.
    pub(crate) fn of(directory: &Path) -> io::Result<Self> {
        let folder = directory.join("ballot-keys");
        fs::create_dir_all(&folder)?;
        set_private(&folder, 0o700)?;
        Ok(Self(folder))
    }

    /// Keeps a key, durably. A key that is kept for this ballot already is left over from an opening that failed.
    pub(crate) fn keep(&self, community: &str, ballot: &str, key: &[u8; 32]) -> io::Result<()> {
        let path = self.path(community, ballot);
        let mut file = File::options().write(true).create(true).truncate(true).open(&path)?;
        set_private(&path, 0o600)?;
        file.write_all(key)?;
        file.sync_all()?;
        self.sync()
    }

    /// The key of a ballot; nothing when there is none.
    pub(crate) fn get(&self, community: &str, ballot: &str) -> io::Result<Option<Key>> {
        match fs::read(self.path(community, ballot)).map(Zeroizing::new) {
            Ok(bytes) => Ok(<[u8; 32]>::try_from(bytes.as_slice()).ok().map(Zeroizing::new)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Destroys the key of a ballot. Without one there is nothing to do.
    pub(crate) fn destroy(&self, community: &str, ballot: &str) -> io::Result<()> {
        match self.wipe(&self.path(community, ballot)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }

    /// Destroys every key but those of these ballots: after a crash between settling a ballot and destroying its key, or
    /// between keeping a key and opening its ballot.
    pub(crate) fn keep_only(&self, running: &BTreeSet<(String, String)>) -> io::Result<()> {
        let running: BTreeSet<PathBuf> =
            running.iter().map(|(community, ballot)| self.path(community, ballot)).collect();
        for file in fs::read_dir(&self.0)? {
            let path = file?.path();
            if !running.contains(&path) {
                self.wipe(&path)?;
            }
        }
        Ok(())
    }

    fn wipe(&self, path: &Path) -> io::Result<()> {
        let mut file = File::options().write(true).open(path)?;
        file.write_all(&[0; 32])?;
        file.sync_all()?;
        fs::remove_file(path)?;
        self.sync()
    }

    /// Ids are opaque text to storage and no names of files, so a file is called by their digest.
    fn path(&self, community: &str, ballot: &str) -> PathBuf {
        let name = Digest::of(format!("{community}\0{ballot}").as_bytes());
        self.0.join(hex::encode(name.as_bytes()))
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }
}

#[cfg(unix)]
fn set_private(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_private(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_under_its_own_key_alone() {
        let (key, other) = (Zeroizing::new([1; 32]), Zeroizing::new([2; 32]));
        let mut seen = BTreeSet::new();
        for choice in EVERY_CHOICE {
            for nonce in [[3; 16], [4; 16]] {
                let sealed = seal(&key, &nonce, choice);
                assert_eq!(unseal(&key, &nonce, &sealed), Some(choice));
                assert_eq!(unseal(&other, &nonce, &sealed), None);
                assert_eq!(unseal(&key, &[5; 16], &sealed), None);
                assert!(seen.insert(sealed), "equal choices look alike");
            }
        }
    }

    #[test]
    fn a_key_is_kept_until_it_is_destroyed() {
        let directory = tempfile::tempdir().expect("a directory");
        let keys = Keys::of(directory.path()).expect("a folder");
        assert!(keys.get("com_1", "bal_1").expect("reads").is_none());
        keys.keep("com_1", "bal_1", &[9; 32]).expect("keeps");
        keys.keep("com_1", "bal_2", &[8; 32]).expect("keeps");
        let keys = Keys::of(directory.path()).expect("the folder again");
        assert_eq!(keys.get("com_1", "bal_1").expect("reads").as_deref(), Some(&[9; 32]));
        keys.keep_only(&BTreeSet::from([("com_1".to_owned(), "bal_1".to_owned())])).expect("clears");
        assert!(keys.get("com_1", "bal_2").expect("reads").is_none());
        keys.destroy("com_1", "bal_1").expect("destroys");
        keys.destroy("com_1", "bal_1").expect("and there is nothing more to do");
        assert!(keys.get("com_1", "bal_1").expect("reads").is_none());
    }
}
