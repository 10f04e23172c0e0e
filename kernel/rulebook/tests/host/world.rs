//! A community to ask in.

use std::sync::OnceLock;

use serde_json::{Value, json};
use yishi_law::{FloorText, Law};
use yishi_rulebook::wire::{
    Body, Community, CommunityKind, CountingMode, Matter, MatterClass, Step, TermsQuery, Transition,
};
use yishi_rulebook::{Config, Facts, GateContext, Limits, RuleRef, RuleSet, Rulebook};

/// One engine for all tests.
pub(crate) fn rulebook() -> Rulebook {
    static SHARED: OnceLock<Rulebook> = OnceLock::new();
    SHARED.get_or_init(|| Rulebook::new(config()).expect("the engine starts")).clone()
}

pub(crate) fn config() -> Config {
    Config { limits: Limits::default(), ..Config::in_process() }
}

pub(crate) fn community(kind: CommunityKind) -> Community {
    Community { kind, adults: 1000, households: 300, representatives: 45, council_members: 11 }
}

pub(crate) fn ctx() -> GateContext {
    GateContext {
        community: community(CommunityKind::Village),
        law_date: jiff::civil::date(2026, 3, 2),
        today: jiff::civil::date(2026, 3, 2),
        facts: Facts::default(),
    }
}

pub(crate) fn floor() -> &'static FloorText {
    Law::embedded()
        .at(yishi_law::CommunityKind::Village, jiff::civil::date(2026, 3, 2))
        .expect("a text is in force")
}

pub(crate) fn matter(domain: &str) -> Matter {
    Matter {
        domain: domain.to_owned(),
        subjects: Vec::new(),
        class: MatterClass::Ordinary,
        amount_fen: None,
        per_household_fen: None,
        form: "{}".to_owned(),
    }
}

pub(crate) fn query(body: Body) -> TermsQuery {
    TermsQuery { matter: matter("sanitation"), body, step: Step::Resolve, mode: CountingMode::Persons }
}

pub(crate) fn transition() -> Transition {
    Transition {
        matter: matter("sanitation"),
        step: Step::Resolve,
        body: Body::Council,
        evidence: "{}".to_owned(),
    }
}

/// Loads a component and refers to it with its default settings.
pub(crate) fn rule(book: &Rulebook, bytes: &[u8]) -> RuleRef {
    let inspection = book.load(bytes).expect("the component is taken");
    RuleRef::new(inspection.digest, &inspection.manifest, &inspection.manifest.settings.defaults)
        .expect("canonical")
}

pub(crate) fn charter(book: &Rulebook, bytes: &[u8]) -> RuleSet {
    RuleSet { charter: Some(rule(book, bytes)), ..RuleSet::default() }
}

/// `because` of the wire as articles of a joined value.
pub(crate) fn articles(by: &std::collections::BTreeSet<yishi_law::Authority>) -> Vec<String> {
    by.iter()
        .filter_map(|authority| match authority {
            yishi_law::Authority::Plugin { article, .. } => Some(article.clone()),
            _ => None,
        })
        .collect()
}

/// Keeps every processor of the machine busy, several times over, while something is tried.
pub(crate) fn on_a_busy_machine<T>(work: impl FnOnce() -> T) -> T {
    use std::sync::atomic::{AtomicBool, Ordering};
    /// Raised when the work is done, also when it panics.
    struct Done<'a>(&'a AtomicBool);
    impl Drop for Done<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let done = AtomicBool::new(false);
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let end = Done(&done);
        for _ in 0..processors * 8 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let made = work();
        drop(end);
        made
    })
}

pub(crate) fn share(numerator: u32, denominator: u32) -> Value {
    json!({ "comparison": "at-least", "numerator": numerator, "denominator": denominator })
}
