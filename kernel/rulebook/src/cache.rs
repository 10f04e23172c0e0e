//! 编译缓存 (compiled code on disk), believed only when this host wrote it.
//!
//! Wasmtime accepts compiled code with a flipped byte, so every file carries a MAC over its key and its
//! content. The key is the component's digest and a hash of everything the engine's code depends on. A
//! file that is changed, renamed, linked, or from another version is ignored, logged, and compiled anew.

use std::fs::{self, File, OpenOptions, Permissions};
use std::hash::Hasher;
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use wasmtime::Engine;
use yishi_canonical::Digest;

use crate::rulebook::RulebookError;

const MAGIC: &[u8; 8] = b"yishi-c1";
const MAC_BYTES: usize = 32;

/// A directory of compiled code.
pub(crate) struct Cache {
    directory: PathBuf,
    key: [u8; 32],
    engine: [u8; 32],
    largest: usize,
    written: AtomicU64,
}

impl Cache {
    pub(crate) fn open(
        directory: PathBuf,
        key: [u8; 32],
        engine: &Engine,
        largest: usize,
    ) -> Result<Self, RulebookError> {
        let fault = |reason: String| RulebookError::Cache { path: directory.clone(), reason };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&directory)
            .map_err(|error| fault(error.to_string()))?;
        let meta = fs::symlink_metadata(&directory).map_err(|error| fault(error.to_string()))?;
        if !meta.is_dir() {
            return Err(fault("it is not a directory".to_owned()));
        }
        if meta.uid() != rustix::process::geteuid().as_raw() {
            return Err(fault("it belongs to another user".to_owned()));
        }
        if meta.mode() & 0o022 != 0 {
            return Err(fault(format!("others may write to it (mode {:o})", meta.mode() & 0o777)));
        }
        Ok(Self { directory, key, engine: compatibility(engine), largest, written: AtomicU64::new(0) })
    }

    /// Code for a component, if this host wrote it and nobody has touched it.
    pub(crate) fn read(&self, digest: &Digest) -> Option<Vec<u8>> {
        let path = self.path(digest);
        match self.read_file(&path, digest) {
            Ok(code) => Some(code),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!(component = %digest, %error, "compiled code ignored; compiling anew");
                None
            }
        }
    }

    fn read_file(&self, path: &Path, digest: &Digest) -> io::Result<Vec<u8>> {
        // O_NOFOLLOW: a link is not a file this host wrote.
        let flags = rustix::fs::OFlags::NOFOLLOW.bits();
        let file = OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path)?;
        let meta = file.metadata()?;
        if !meta.is_file() || meta.mode() & 0o077 != 0 {
            return Err(io::Error::other("it is not a plain file of mode 0600"));
        }
        let most = (self.largest + MAGIC.len() + MAC_BYTES) as u64;
        if meta.len() > most {
            return Err(io::Error::other("it is larger than compiled code may be"));
        }
        let mut content = Vec::new();
        file.take(most).read_to_end(&mut content)?;
        let rest =
            content.strip_prefix(MAGIC.as_slice()).ok_or_else(|| io::Error::other("unknown format"))?;
        let (mac, code) =
            rest.split_at_checked(MAC_BYTES).ok_or_else(|| io::Error::other("it is cut off"))?;
        // `verify_slice` compares in constant time.
        self.mac(digest, code)?
            .verify_slice(mac)
            .map_err(|_| io::Error::other("its authentication code is wrong"))?;
        Ok(code.to_vec())
    }

    /// Keeps code. A full disk is not a fault of the component: it is logged, and the code is used once.
    pub(crate) fn write(&self, digest: &Digest, code: &[u8]) {
        if let Err(error) = self.write_file(digest, code) {
            tracing::warn!(component = %digest, %error, "compiled code was not kept");
        }
    }

    fn write_file(&self, digest: &Digest, code: &[u8]) -> io::Result<()> {
        let mac = self.mac(digest, code)?.finalize().into_bytes();
        let path = self.path(digest);
        let turn = self.written.fetch_add(1, Ordering::Relaxed);
        let draft = path.with_extension(format!("{}-{turn}.draft", std::process::id()));
        let result = (|| {
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
            file.write_all(MAGIC)?;
            file.write_all(&mac)?;
            file.write_all(code)?;
            file.set_permissions(Permissions::from_mode(0o600))?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
            File::open(&self.directory)?.sync_all()
        })();
        if result.is_err() {
            // Best effort: the draft is of no use, and a failure to remove it is not the failure to report.
            let _ = fs::remove_file(&draft);
        }
        result
    }

    fn mac(&self, digest: &Digest, code: &[u8]) -> io::Result<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).map_err(io::Error::other)?;
        mac.update(MAGIC);
        mac.update(&self.engine);
        mac.update(digest.as_bytes());
        mac.update(code);
        Ok(mac)
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let name = format!("{}-{}.code", hex::encode(digest.as_bytes()), hex::encode(&self.engine[..8]));
        self.directory.join(name)
    }
}

/// What compiled code depends on besides the component: version, target and configuration of the engine.
fn compatibility(engine: &Engine) -> [u8; 32] {
    struct Feed(Sha256);

    impl Hasher for Feed {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }

        fn finish(&self) -> u64 {
            // Only the full digest is used.
            0
        }
    }

    let mut feed = Feed(Sha256::new());
    std::hash::Hash::hash(&engine.precompile_compatibility_hash(), &mut feed);
    feed.0.finalize().into()
}
