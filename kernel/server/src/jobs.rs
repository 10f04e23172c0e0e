//! 定时任务 (jobs): what happens without a request. Each is idempotent; running it twice does no harm.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use yishi_app::OpContext;
use yishi_identity::Actor;

use crate::http::Server;

/// How often logs that have grown are signed. A decision is covered by a published checkpoint within 10 seconds.
const SIGNING: Duration = Duration::from_secs(3);
/// How often expired sessions and kept answers are forgotten, in rounds of signing: about once in ten minutes.
const SWEEPING: u32 = 200;

/// Jobs that run.
#[derive(Debug)]
pub struct Jobs {
    stop: watch::Sender<bool>,
    signing: JoinHandle<()>,
}

/// Starts the jobs.
#[must_use]
pub fn start(server: Arc<Server>) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    Jobs { stop, signing: tokio::spawn(sign(server, stopped)) }
}

impl Jobs {
    /// Ends the jobs, each after the round it is in.
    pub async fn stop(self) {
        // Without a receiver the jobs have ended already.
        let _ = self.stop.send(true);
        if let Err(error) = self.signing.await {
            tracing::error!(%error, "the signing job had failed");
        }
    }
}

async fn sign(server: Arc<Server>, mut stopped: watch::Receiver<bool>) {
    let mut rounds = 0_u32;
    let mut ticks = interval(SIGNING);
    let mut late = false;
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = ticks.tick() => {}
        }
        if let Some(clock) = server.simulated()
            && let Err(error) = clock.mark()
        {
            tracing::error!(%error, "the simulated clock could not be written down");
        }
        let behind = server.app().in_time().is_err();
        if behind != late {
            late = behind;
            match server.app().in_time() {
                Err(error) => {
                    tracing::error!(%error, "the machine's clock was set back: nothing is entered until it is right")
                }
                Ok(()) => tracing::info!("the machine's clock has caught up"),
            }
        }
        let ctx = OpContext::new(Actor::default(), server.app().now(), "job:sign");
        // The first round sweeps: what expired while nothing ran goes at the start.
        if rounds.is_multiple_of(SWEEPING)
            && let Err(error) = server.app().sweep(&ctx).await
        {
            tracing::error!(%error, "expired sessions and answers could not be forgotten");
        }
        rounds = rounds.wrapping_add(1);
        match server.app().sign_grown_logs(&ctx).await {
            Ok(0) => {}
            Ok(signed) => tracing::debug!(signed, "checkpoints signed"),
            Err(error) => tracing::error!(%error, "checkpoints could not be signed"),
        }
    }
}
