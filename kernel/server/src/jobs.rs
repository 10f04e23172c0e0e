//! 定时任务 (jobs): runs the worker of [`yishi_app::worker`] while the server runs. Any number of servers on one store may.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use yishi_app::OpContext;
use yishi_identity::Actor;

use crate::http::Server;

/// How often it is looked whether something is due.
const LOOKING: Duration = Duration::from_secs(1);

/// Jobs that run.
#[derive(Debug)]
pub struct Jobs {
    stop: watch::Sender<bool>,
    working: JoinHandle<()>,
}

/// Starts the jobs.
pub fn start(server: Arc<Server>) -> Jobs {
    let (stop, stopped) = watch::channel(false);
    Jobs { stop, working: tokio::spawn(work(server, stopped)) }
}

impl Jobs {
    /// Ends the jobs, each after the round it is in.
    pub async fn stop(self) {
        // Without a receiver the jobs have ended already.
        let _ = self.stop.send(true);
        if let Err(error) = self.working.await {
            tracing::error!(%error, "the worker had failed");
        }
    }
}

async fn work(server: Arc<Server>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = interval(LOOKING);
    let mut late = false;
    let mut name = [0; 16];
    // Without randomness nothing is served either; a name that others have too would only cost turns.
    let _ = getrandom::fill(&mut name);
    let owner = format!("worker-{}", hex::encode(name));
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
        let behind = server.app().in_time();
        if behind.is_err() != late {
            late = behind.is_err();
            match behind {
                Err(error) => {
                    tracing::error!(%error, "the machine's clock was set back: nothing is entered until it is right")
                }
                Ok(()) => tracing::info!("the machine's clock has caught up"),
            }
        }
        let ctx = OpContext::new(Actor::default(), server.app().now(), "worker");
        match server.app().work(&ctx, &owner).await {
            Ok(turns) => {
                for turn in turns {
                    match turn.done {
                        Ok(done) => tracing::debug!(job = turn.job.code(), done, "done"),
                        Err(error) => {
                            tracing::error!(job = turn.job.code(), %error, "failed; it is tried again")
                        }
                    }
                }
            }
            Err(error) => tracing::error!(%error, "the worker could not look for work"),
        }
    }
}
