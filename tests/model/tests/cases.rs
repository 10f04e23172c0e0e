//! Sequences over which the engine and the model of the statute once parted. They agree on each of them now.

use std::path::Path;

use yishi_model::engine::Workshop;
use yishi_model::run::{Bench, Case, Look};

/// Each kept case, from its own first day, with the whole database compared at every refusal.
#[tokio::test]
async fn engine_and_model_agree_on_every_kept_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).expect("the cases").map(|entry| entry.expect("a case").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no case in {}", folder.display());
    let workshop = Workshop::open().expect("the charter builds");
    let mut bench = Bench::open(workshop, Look::Everything).await.expect("the engine is set up");
    let mut parted = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a case");
        let case: Case = serde_json::from_str(&text).expect("a case is JSON");
        if let Some(found) = bench.case(&case).await.expect("the engine can be driven") {
            parted.push(format!("{}: {}\n{found:#?}", file.display(), case.about));
        }
    }
    assert!(parted.is_empty(), "{}", parted.join("\n"));
}
