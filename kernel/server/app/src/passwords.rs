//! 密码 (password hashing), with threads of its own.
//!
//! Passwords are argon2id with the parameters OWASP ASVS 5.0 gives (19 MiB, 2 passes, 1 lane). A hash takes tens of
//! milliseconds of one core, so only two are computed at a time, and few may wait. The threads are nobody else's: however
//! many uploads or answers of rules wait for a thread, signing in does not.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::oneshot;

use crate::{AppError, AppResult};

/// How many hashes are computed at once; the machine the product is sized for has two cores.
const HASHES_AT_ONCE: usize = 2;
/// How many may wait: some seconds of work. More are told at once that the server is busy.
const WAITING: usize = 64;

type Job = Box<dyn FnOnce() + Send>;

/// See the module's description.
#[derive(Debug, Default)]
pub struct Passwords {
    /// Started with the first password.
    pool: OnceLock<SyncSender<Job>>,
    decoy: OnceLock<String>,
}

fn argon2() -> AppResult<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|error| AppError::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_with(password: &str, salt: &[u8]) -> AppResult<String> {
    let hash = argon2()?
        .hash_password_with_salt(password.as_bytes(), salt)
        .map_err(|error| AppError::internal(error.to_string()))?;
    Ok(hash.to_string())
}

impl Passwords {
    /// The PHC string of a password under this salt.
    ///
    /// # Errors
    /// When the hash cannot be computed; [`AppError::Busy`] when too many wait.
    pub async fn hash(&self, password: &str, salt: [u8; 16]) -> AppResult<String> {
        let password = password.to_owned();
        self.work(move || hash_with(&password, &salt)).await
    }

    /// Whether this is the password of the hash. Without a hash a decoy is checked, so that both take the same time.
    pub(crate) async fn verify(&self, password: &str, hash: Option<String>) -> AppResult<bool> {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => match self.decoy.get() {
                Some(decoy) => decoy.clone(),
                None => {
                    let decoy = self.hash("no account has this password", [7; 16]).await?;
                    self.decoy.get_or_init(|| decoy).clone()
                }
            },
        };
        let password = password.to_owned();
        let matches = self
            .work(move || {
                let parsed =
                    PasswordHash::new(&hash).map_err(|error| AppError::internal(error.to_string()))?;
                Ok(argon2()?.verify_password(password.as_bytes(), &parsed).is_ok())
            })
            .await?;
        Ok(known && matches)
    }

    async fn work<T: Send + 'static>(
        &self,
        task: impl FnOnce() -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let (answer, done) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Whoever asked may have gone away.
            let _ = answer.send(task());
        });
        match self.pool.get_or_init(start).try_send(job) {
            Ok(()) => done.await.map_err(AppError::internal)?,
            Err(TrySendError::Full(_)) => Err(AppError::Busy),
            Err(TrySendError::Disconnected(_)) => Err(AppError::internal("the password threads have ended")),
        }
    }
}

/// Starts the threads. They end when the last sender is gone.
fn start() -> SyncSender<Job> {
    let (sender, receiver) = sync_channel::<Job>(WAITING);
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..HASHES_AT_ONCE {
        let receiver = Arc::clone(&receiver);
        let started =
            thread::Builder::new().name("yishi-passwords".to_owned()).spawn(move || serve(&receiver));
        if let Err(error) = started {
            tracing::error!(%error, "a thread for passwords could not be started");
        }
    }
    sender
}

fn serve(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            tracing::error!("hashing a password failed");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Hundreds of uploads that waited for a thread used to make signing in time out.
    #[test]
    fn signing_in_needs_no_thread_of_anybody_else() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .max_blocking_threads(1)
            .build()
            .expect("a runtime");
        let (release, held) = std::sync::mpsc::channel::<()>();
        runtime.block_on(async {
            // Somebody else's work holds every blocking thread of the runtime.
            let other = tokio::task::spawn_blocking(move || held.recv());
            let passwords = Passwords::default();
            let signing = async {
                let hash = passwords.hash("correct horse", [1; 16]).await?;
                passwords.verify("correct horse", Some(hash)).await
            };
            let signed = tokio::time::timeout(Duration::from_secs(60), signing).await;
            assert!(signed.expect("it did not wait for the others").expect("hashed"));
            drop(release);
            assert!(other.await.expect("it ends").is_err());
        });
    }

    #[tokio::test]
    async fn too_many_are_told_at_once() {
        let passwords = Passwords::default();
        let pool = passwords.pool.get_or_init(start);
        let (release, held) = std::sync::mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        for _ in 0..HASHES_AT_ONCE + WAITING {
            let held = Arc::clone(&held);
            let wait: Job = Box::new(move || {
                // It ends when the other side goes away, which is what it waits for.
                let _ = held.lock().unwrap_or_else(PoisonError::into_inner).recv();
            });
            // Until every thread has taken one, the line is a little shorter.
            let mut job = Some(wait);
            while let Some(again) = job.take() {
                if let Err(TrySendError::Full(back)) = pool.try_send(again) {
                    job = Some(back);
                    tokio::task::yield_now().await;
                }
            }
        }
        assert!(matches!(passwords.hash("x", [0; 16]).await, Err(AppError::Busy)));
        drop(release);
        loop {
            match passwords.hash("x", [0; 16]).await {
                Ok(_) => break,
                Err(AppError::Busy) => tokio::time::sleep(Duration::from_millis(5)).await,
                Err(other) => panic!("{other}"),
            }
        }
    }
}
