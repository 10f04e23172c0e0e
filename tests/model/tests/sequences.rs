//! The engine and the model of the statute agree on random sequences of acts.

use yishi_model::engine::Workshop;
use yishi_model::run::{Bench, Look};

/// A few dozen seeds in each test run; the long run is `cargo run --profile model -p yishi-model`.
const SEEDS: std::ops::Range<u64> = 0..60;

/// A refused act leaves the database as it was byte for byte, and an accepted one leaves what the statute says.
#[tokio::test]
async fn engine_and_model_agree_on_random_sequences() {
    let workshop = Workshop::open().expect("the charter builds");
    let mut bench = Bench::open(workshop, Look::Everything).await.expect("the engine is set up");
    for seed in SEEDS {
        let found = bench.seed(seed).await.expect("the engine can be driven");
        if let Some((case, found)) = found {
            let (case, found) = bench.smaller(case, found).await.expect("the engine can be driven");
            panic!("{found:#?}\n{}", serde_json::to_string(&case).expect("a case is JSON"));
        }
    }
    let coverage = &bench.coverage;
    // The sequences are worth something only if they get everywhere.
    for act in ["close-ballot", "complete", "confirm", "draft", "off-roll", "petition", "withdraw"] {
        assert!(coverage.done.contains_key(act), "no `{act}` was done: {:?}", coverage.done);
    }
}
