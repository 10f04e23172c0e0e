//! Several processes on one store: each job is done once a turn, what one of them ends has ended for all, and whoever dies
//! keeps nothing.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use yishi_app::context::{Clock, OpContext};
use yishi_app::inputs::SignIn;
use yishi_app::record::{KeptApart, Signer};
use yishi_app::worker::{Job, Turn};
use yishi_app::{App, AppError};
use yishi_identity::Actor;
use yishi_record::LogSize;
use yishi_rulebook::{CompileMode, Config, Limits, Rulebook};
use yishi_server::boot;
use yishi_server::clock::{SimulatedClock, SystemEntropy};
use yishi_storage::{Row, SessionKind, Store, Unit};

const PASSWORD: &str = "correct-horse-7";

/// Nothing was signed elsewhere.
#[derive(Debug)]
struct Nowhere;

impl KeptApart for Nowhere {
    fn keep(&self, _: &[(String, LogSize)]) -> std::io::Result<bool> {
        Ok(true)
    }

    fn last(&self, _: &str) -> Option<LogSize> {
        None
    }
}

/// Two applications on one store, as two processes have them: they share nothing else but the time.
struct Two {
    one: Arc<App>,
    two: App,
    clock: Arc<SimulatedClock>,
    store: Arc<dyn Store>,
    _data: tempfile::TempDir,
}

impl Two {
    async fn start() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let begin = "2026-03-02T09:00:00+08:00".parse().expect("an instant");
        let opened = boot::open(data.path(), Some(begin), CompileMode::InProcess).await.expect("opened");
        let clock = opened.simulated.expect("a simulated clock");
        let rulebook = Rulebook::new(Config {
            cache_dir: None,
            mac_key: [7; 32],
            compiler: CompileMode::InProcess,
            limits: Limits::default(),
        });
        let two = App::new(
            Arc::clone(&opened.store),
            Arc::new(rulebook.expect("a rule host")),
            Arc::clone(&clock) as Arc<dyn Clock>,
            Arc::new(SystemEntropy),
            Signer::new(vec![opened.keys.signing(1)], Arc::new(Nowhere)),
        );
        let visitor = OpContext::new(Actor::default(), opened.app.now(), "test");
        opened.app.create_first_account(&visitor, "city", PASSWORD).await.expect("an account");
        Self { one: opened.app, store: opened.store, two, clock, _data: data }
    }

    fn ctx(&self) -> OpContext {
        OpContext::new(Actor::default(), self.one.now(), "test")
    }

    fn wait(&self, time: SignedDuration) {
        let to: Timestamp = self.one.now() + time;
        self.clock.set(to).expect("forward");
    }

    /// What both do at the same time, by job.
    async fn turn(&self) -> Vec<Job> {
        let (ctx, other) = (self.ctx(), self.ctx());
        let (one, two) = tokio::join!(self.one.work(&ctx, "one"), self.two.work(&other, "two"));
        let mut done: Vec<Job> =
            one.expect("works").iter().chain(&two.expect("works")).map(done_well).collect();
        done.sort();
        done
    }
}

fn done_well(turn: &Turn) -> Job {
    assert!(turn.done.is_ok(), "{turn:?}");
    turn.job
}

#[tokio::test(flavor = "multi_thread")]
async fn each_job_is_done_once_a_turn() {
    let both = Two::start().await;
    let mut all = Job::ALL.to_vec();
    all.sort();
    assert_eq!(both.turn().await, all, "in the first turn everything is due");
    assert_eq!(both.turn().await, [], "nothing is due again yet");
    both.wait(SignedDuration::from_secs(4));
    assert_eq!(both.turn().await, [Job::Sign]);
    both.wait(SignedDuration::from_hours(2));
    assert_eq!(both.turn().await, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_died_over_is_taken_up_by_another() {
    let both = Two::start().await;
    assert!(both.one.claim(&both.ctx(), Job::Sweep, "one").await.expect("claims"));
    let others = both.two.work(&both.ctx(), "two").await.expect("works");
    assert!(others.iter().all(|turn| turn.job != Job::Sweep), "somebody is at it: {others:?}");
    both.wait(SignedDuration::from_mins(11));
    let others = both.two.work(&both.ctx(), "two").await.expect("works");
    assert!(others.iter().any(|turn| turn.job == Job::Sweep), "their time is over: {others:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_delivered_waits_and_is_not_lost() {
    let both = Two::start().await;
    let item = Row::Outbox {
        topic: "nobody-takes-this".into(),
        key: "k".into(),
        body: serde_json::json!({}),
        due: both.one.now(),
    };
    both.store.commit(Unit::global().row(item)).await.expect("commits");
    both.turn().await;
    let later = both.one.now() + SignedDuration::from_hours(2);
    let left = both.store.outbox(later, 10).await.expect("reads");
    assert_eq!((left.len(), left[0].attempts), (1, 1));
    assert!(left[0].due > both.one.now(), "it is tried again later");
}

/// What ends a session in one process ends it in all, though each keeps the sessions it has seen.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_everywhere() {
    let both = Two::start().await;
    let input = SignIn { login: "city".into(), password: PASSWORD.into() };
    let session = both.one.sign_in(&both.ctx(), input, SessionKind::Bearer).await.expect("signed in");
    for app in [&*both.one, &both.two] {
        app.authenticate(&session.token, app.now()).await.expect("holds");
        app.authenticate(&session.token, app.now()).await.expect("holds, from memory");
    }
    both.one.sign_out(&both.ctx(), &session.token).await.expect("signed out");
    for app in [&*both.one, &both.two] {
        let ended = app.authenticate(&session.token, app.now()).await;
        assert!(matches!(ended, Err(AppError::NotSignedIn)), "{ended:?}");
    }
}
