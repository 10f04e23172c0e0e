//! 密钥 (keys): one secret per installation, kept in the data directory, and what is derived from it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use yishi_app::Entropy;
use zeroize::Zeroizing;

const FILE: &str = "secret";

/// The installation's secret.
pub struct Keys(Zeroizing<[u8; 32]>);

impl Keys {
    /// Reads the secret, or makes one where there is none. Nobody but the owner may read the file.
    ///
    /// # Errors
    /// When the file cannot be used, or is not 32 bytes.
    pub fn open(data: &Path, entropy: &dyn Entropy) -> io::Result<Self> {
        let path = data.join(FILE);
        let mut secret = Zeroizing::new([0_u8; 32]);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                entropy.fill(&mut secret[..]);
                file.write_all(&secret[..])?;
                file.sync_all()?;
                File::open(data)?.sync_all()?;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let mut file = File::open(&path)?;
                if file.metadata()?.len() != 32 {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "the secret file is damaged"));
                }
                file.read_exact(&mut secret[..])?;
            }
            Err(error) => return Err(error),
        }
        Ok(Self(secret))
    }

    /// Whether the data directory has a secret.
    pub fn exist(data: &Path) -> bool {
        data.join(FILE).exists()
    }

    /// The key that signs logs, of a generation counted from 1: a log continued after a loss is signed by the next.
    pub fn signing(&self, generation: u32) -> [u8; 32] {
        if generation <= 1 {
            self.derive("log signing")
        } else {
            self.derive(&format!("log signing {generation}"))
        }
    }

    /// The key for one purpose. Purposes are permanent: changing one changes the key.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut block = Zeroizing::new([0_u8; 64]);
        for (place, byte) in block.iter_mut().zip(self.0.iter()) {
            *place = *byte;
        }
        let mut mac = Hmac::<Sha256>::new(&(*block).into());
        mac.update(b"yishi key for ");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::clock::SystemEntropy;

    #[test]
    fn the_secret_is_made_once_and_kept_private() {
        let data = tempfile::tempdir().expect("a directory");
        let first = Keys::open(data.path(), &SystemEntropy).expect("made");
        let second = Keys::open(data.path(), &SystemEntropy).expect("read");
        assert_eq!(first.derive("log"), second.derive("log"));
        assert_ne!(first.derive("log"), first.derive("cursor"));
        let mode = std::fs::metadata(data.path().join(FILE)).expect("it exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(data.path().join(FILE), b"short").expect("written");
        assert!(Keys::open(data.path(), &SystemEntropy).is_err());
    }
}
