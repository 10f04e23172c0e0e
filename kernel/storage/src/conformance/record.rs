//! Cases about the log and about units.

use std::sync::Arc;

use serde_json::json;
use yishi_canonical::Digest;
use yishi_record::merkle::{empty_root, verify_consistency, verify_inclusion};
use yishi_record::{Frontier, ZERO_LEAF, leaf_hash};

use super::{Factory, close, community, entry, entry_of, furnished, here, now, there};
use crate::{
    Changes, CommentRow, DocumentRow, EntryDraft, Feed, LogHead, Row, Scope, Store, StoreError,
    StoredCheckpoint, Unit, ViewRow,
};

pub(super) async fn run<F: Factory>(factory: &F) {
    entries_follow_each_other(factory).await;
    a_stale_version_is_a_conflict(factory).await;
    a_unit_is_written_wholly_or_not_at_all(factory).await;
    a_refused_unit_leaves_its_neighbours_alone(factory).await;
    a_log_goes_on_after_reopening_and_its_proofs_hold(factory).await;
    communities_do_not_see_each_other(factory).await;
    checkpoints_have_one_root(factory).await;
    a_feed_is_newest_first(factory).await;
    the_time_of_a_log_never_runs_back(factory).await;
    a_reader_is_given_what_it_missed(factory).await;
    what_no_database_could_keep_alike_is_refused(factory).await;
    every_change_is_counted_where_it_shows(factory).await;
}

async fn every_change_is_counted_where_it_shows<F: Factory>(factory: &F) {
    let store = furnished(factory, "changes").await;
    let seen = async || {
        let here = store.changes(Changes::Community(&here())).await.expect("reads");
        let there = store.changes(Changes::Community(&there())).await.expect("reads");
        (here, there, store.changes(Changes::Everywhere).await.expect("reads"))
    };
    let start = seen().await;
    let stream = async || store.changes(Changes::Stream(&here(), "mat_1")).await.expect("reads");
    let before = stream().await;
    store.commit(Unit::of(here()).entry(entry("mat_1", 1))).await.expect("commits");
    let grown = seen().await;
    assert!(stream().await > before, "a stream that grew is counted");
    assert!(grown.0 > start.0 && grown.1 == start.1 && grown.2 > start.2, "{start:?} {grown:?}");
    let view = ViewRow {
        kind: "matter".into(),
        id: "mat_1".into(),
        sort: String::new(),
        parent: None,
        version: 1,
        body: json!({}),
    };
    let of_view = async || store.changes(Changes::View(&here(), "matter", "mat_1")).await.expect("reads");
    let of_views = async || store.changes(Changes::Views(&here(), "matter")).await.expect("reads");
    let (unseen, unlisted) = (of_view().await, of_views().await);
    store.commit(Unit::of(here()).row(Row::PutView(view))).await.expect("commits");
    assert!(of_view().await > unseen, "a view that changed is counted");
    let listed = of_views().await;
    assert!(listed > unlisted, "a view that came is counted among its kind");
    let shown = seen().await;
    assert!(shown.0 > grown.0 && shown.1 == grown.1, "a row without an entry shows too: {shown:?}");
    let refused = store.commit(Unit::of(here()).entry(entry("mat_1", 1))).await;
    assert!(refused.is_err());
    let outbox = Row::Outbox { topic: "notice".into(), key: "k".into(), body: json!({}), due: now() };
    store.commit(Unit::of(here()).row(outbox)).await.expect("commits");
    assert_eq!(seen().await, shown, "what was refused and what nobody reads change nothing");
    let gone = Row::DeleteView { kind: "matter".into(), id: "mat_1".into() };
    store.commit(Unit::of(here()).row(gone)).await.expect("commits");
    assert!(of_views().await > listed, "so is one that went");
    let said = async || store.changes(Changes::Comments(&here(), "mat_1")).await.expect("reads");
    let silent = said().await;
    let comment = CommentRow {
        id: "com_1".into(),
        subject: "mat_1".into(),
        author: "per_1".into(),
        text: "同意".into(),
        salt: None,
        hidden: false,
        created: now(),
    };
    store.commit(Unit::of(here()).row(Row::PutComment(comment))).await.expect("commits");
    assert!(said().await > silent, "a comment is counted");
    let shown = seen().await;
    let places = store.changes(Changes::Places).await.expect("reads");
    let renaming = Row::PutCommunity(community(there().community(), 2));
    store.commit(Unit::global().row(renaming)).await.expect("commits");
    assert!(store.changes(Changes::Places).await.expect("reads") > places);
    let renamed = seen().await;
    assert!(renamed.0 == shown.0 && renamed.1 > shown.1, "{renamed:?}");
    close(factory, store).await;
}

async fn entries_follow_each_other<F: Factory>(factory: &F) {
    let store = furnished(factory, "follow").await;
    let empty = LogHead { size: 0, root: empty_root(), last_leaf: ZERO_LEAF };
    assert_eq!(store.head(&here()).await.expect("head"), empty);
    let first = Unit::of(here()).entry(entry("mat_1", 1)).entry(entry("mat_2", 1)).entry(entry("mat_1", 2));
    let committed = store.commit(first).await.expect("commits");
    assert_eq!((committed.seqs, committed.log_size), (Some((0, 2)), 3));
    let committed = store.commit(Unit::of(here()).entry(entry("mat_1", 3))).await.expect("commits");
    assert_eq!((committed.seqs, committed.log_size), (Some((3, 3)), 4));
    let rows_only = store.commit(Unit::of(here())).await.expect("commits");
    assert_eq!((rows_only.seqs, rows_only.log_size), (None, 4));

    let stored = store.entries(&here(), 0, 100).await.expect("entries");
    assert_eq!(stored.len(), 4);
    let mut prev = ZERO_LEAF;
    let mut frontier = Frontier::new();
    for (seq, stored) in (0..).zip(&stored) {
        let envelope = stored.envelope().expect("an entry");
        assert_eq!((stored.seq, envelope.seq, envelope.prev), (seq, seq, prev));
        assert_eq!((&envelope.stream, envelope.stream_version), (&stored.stream, stored.version));
        assert_eq!(envelope.community, here().community());
        assert_eq!(envelope.at.to_string(), "2026-03-01T01:02:03Z", "entries keep whole seconds");
        assert_eq!(stored.leaf, leaf_hash(&stored.bytes));
        prev = stored.leaf;
        frontier.append(stored.leaf);
    }
    let head = LogHead { size: 4, root: frontier.root(), last_leaf: prev };
    assert_eq!(store.head(&here()).await.expect("head"), head);
    let versions: Vec<u64> =
        store.stream(&here(), "mat_1").await.expect("stream").iter().map(|entry| entry.version).collect();
    assert_eq!(versions, [1, 2, 3]);
    assert!(store.stream(&here(), "mat_9").await.expect("stream").is_empty());
    assert_eq!(store.entries(&here(), 1, 2).await.expect("entries"), stored[1..3]);
    close(factory, store).await;
}

/// Entries of an act taken up earlier were written with their own time, behind later ones; and when the machine's clock
/// was set back a year, so was the record.
async fn the_time_of_a_log_never_runs_back<F: Factory>(factory: &F) {
    let store = furnished(factory, "time").await;
    let noon = super::time("2026-03-01T04:00:00Z");
    let dated = |stream: &str, at| EntryDraft { at, ..entry(stream, 1) };
    store.commit(Unit::of(here()).entry(dated("mat_1", noon))).await.expect("commits");
    let slow = noon - jiff::SignedDuration::from_secs(45);
    store.commit(Unit::of(here()).entry(dated("mat_2", slow))).await.expect("a slow act is no fault");
    let long_ago = noon - jiff::SignedDuration::from_hours(400 * 24);
    let refused = store.commit(Unit::of(here()).entry(dated("mat_3", long_ago))).await;
    assert!(
        matches!(&refused, Err(StoreError::ClockBehind { at, reached }) if *at == long_ago && *reached == noon),
        "{refused:?}"
    );
    close(factory, store).await;
    let store = Arc::new(factory.open("time").await);
    let refused = store.commit(Unit::of(here()).entry(dated("mat_3", long_ago))).await;
    assert!(matches!(&refused, Err(StoreError::ClockBehind { .. })), "also after a restart: {refused:?}");
    store
        .commit(Unit::of(there()).entry(dated("mat_3", long_ago)))
        .await
        .expect("another log's time is its own");
    let entries = store.entries(&here(), 0, 10).await.expect("entries");
    let times: Vec<_> = entries.iter().map(|entry| entry.envelope().expect("an entry").at).collect();
    assert_eq!(times, [noon, noon], "the slow one carries the time of the one before it");
    close(factory, store).await;
}

async fn a_reader_is_given_what_it_missed<F: Factory>(factory: &F) {
    let store = furnished(factory, "missed").await;
    assert_eq!(store.stream_version(&here(), "mat_1").await.expect("reads"), 0);
    let unit = (1..=3).fold(Unit::of(here()), |unit, version| unit.entry(entry("mat_1", version)));
    store.commit(unit.entry(entry("mat_2", 1))).await.expect("commits");
    assert_eq!(store.stream_version(&here(), "mat_1").await.expect("reads"), 3);
    let all = store.stream(&here(), "mat_1").await.expect("reads");
    for (after, missed) in [(0, &all[..]), (2, &all[2..]), (3, &all[3..]), (u64::MAX, &all[3..])] {
        assert_eq!(
            store.stream_after(&here(), "mat_1", after).await.expect("reads"),
            missed,
            "after {after}"
        );
    }
    assert!(store.stream_after(&there(), "mat_1", 0).await.expect("reads").is_empty());
    assert!(store.entries(&here(), u64::MAX, 10).await.expect("no such number is no fault").is_empty());
    close(factory, store).await;
}

async fn a_stale_version_is_a_conflict<F: Factory>(factory: &F) {
    let store = furnished(factory, "stale").await;
    store.commit(Unit::of(here()).entry(entry("mat_1", 1))).await.expect("commits");
    for version in [1, 3] {
        let refused = store.commit(Unit::of(here()).entry(entry("mat_1", version))).await;
        assert!(
            matches!(&refused, Err(StoreError::Conflict { what }) if what == "mat_1"),
            "version {version}: {refused:?}"
        );
    }
    // Of many that decided on the same state, one is written.
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..32 {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            let unit = Unit::of(here()).entry(entry_of("mat_1", 2, json!({"number": number})));
            store.commit(unit).await
        });
    }
    let results = writers.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(results.iter().flat_map(|result| result.as_ref().err()).all(StoreError::is_conflict));
    assert_eq!(store.head(&here()).await.expect("head").size, 2);
    close(factory, store).await;
}

fn view(id: &str) -> ViewRow {
    ViewRow {
        kind: "matter".into(),
        id: id.into(),
        sort: id.into(),
        parent: None,
        version: 1,
        body: json!({"id": id}),
    }
}

async fn a_unit_is_written_wholly_or_not_at_all<F: Factory>(factory: &F) {
    let store = furnished(factory, "wholly").await;
    store.commit(Unit::of(here()).entry(entry("mat_1", 1))).await.expect("commits");
    let before = store.head(&here()).await.expect("head");

    let late_conflict =
        Unit::of(here()).row(Row::PutView(view("mat_2"))).entry(entry("mat_2", 1)).entry(entry("mat_1", 1));
    assert!(matches!(store.commit(late_conflict).await, Err(StoreError::Conflict { .. })));
    let late_row = Unit::of(here())
        .entry(entry("mat_2", 1))
        .row(Row::PutView(view("mat_2")))
        .row(Row::ExpectView { kind: "matter".into(), id: "mat_3".into(), version: 7 });
    assert!(matches!(store.commit(late_row).await, Err(StoreError::Conflict { .. })));

    assert_eq!(store.view(&here(), "matter", "mat_2").await.expect("view"), None);
    assert!(store.stream(&here(), "mat_2").await.expect("stream").is_empty());
    assert_eq!(store.head(&here()).await.expect("head"), before);
    // And what was refused can be written right after, at the place it would have had.
    let again = store.commit(Unit::of(here()).entry(entry("mat_2", 1))).await.expect("commits");
    assert_eq!(again.seqs, Some((1, 1)));
    close(factory, store).await;
}

async fn a_refused_unit_leaves_its_neighbours_alone<F: Factory>(factory: &F) {
    let store = furnished(factory, "neighbours").await;
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..90_u64 {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            let stream = format!("mat_{number}");
            // Every third claims a place in its stream that is not the next.
            let version = if number % 3 == 0 { 2 } else { 1 };
            let unit = Unit::of(here()).row(Row::PutView(view(&stream))).entry(entry(&stream, version));
            (number, store.commit(unit).await)
        });
    }
    for (number, result) in writers.join_all().await {
        assert_eq!(result.is_ok(), number % 3 != 0, "unit {number}: {result:?}");
        let stored = store.view(&here(), "matter", &format!("mat_{number}")).await.expect("view");
        assert_eq!(stored.is_some(), number % 3 != 0, "view {number}");
    }
    let entries = store.entries(&here(), 0, 1000).await.expect("entries");
    assert_eq!(entries.len(), 60);
    let mut prev = ZERO_LEAF;
    for entry in &entries {
        assert_eq!(entry.envelope().expect("an entry").prev, prev);
        prev = entry.leaf;
    }
    assert_eq!(store.head(&here()).await.expect("head").last_leaf, prev);
    close(factory, store).await;
}

async fn a_log_goes_on_after_reopening_and_its_proofs_hold<F: Factory>(factory: &F) {
    let mut store = furnished(factory, "reopen").await;
    let mut leaves: Vec<Digest> = Vec::new();
    let mut roots = vec![empty_root()];
    let mut frontier = Frontier::new();
    // More than two tiles of 256, with a reopening within and at the edge of one.
    for round in 0..12_u64 {
        let unit = (0..50).fold(Unit::of(here()), |unit, n| unit.entry(entry("mat_1", round * 50 + n + 1)));
        store.commit(unit).await.expect("commits");
        for entry in store.entries(&here(), round * 50, 50).await.expect("entries") {
            leaves.push(entry.leaf);
            frontier.append(entry.leaf);
            roots.push(frontier.root());
        }
        if round % 3 == 1 {
            let before = store.head(&here()).await.expect("head");
            close(factory, store).await;
            store = Arc::new(factory.open("reopen").await);
            assert_eq!(store.head(&here()).await.expect("head"), before);
        }
    }
    assert_eq!(store.head(&here()).await.expect("head").root, frontier.root());
    let root_of = |size: u64| &roots[usize::try_from(size).expect("small")];
    for (seq, size) in
        [(0, 1), (0, 600), (255, 256), (255, 257), (256, 257), (511, 512), (300, 599), (599, 600)]
    {
        let parts = store.receipt_parts(&here(), seq, size).await.expect("reads").expect("is there");
        assert_eq!(parts.entry.seq, seq);
        assert_eq!(verify_inclusion(&parts.entry.leaf, seq, size, &parts.proof, root_of(size)), Ok(()));
    }
    for (old, new) in [(0, 600), (1, 2), (255, 256), (256, 512), (257, 600), (512, 513), (600, 600)] {
        let proof = store.consistency_proof(&here(), old, new).await.expect("reads").expect("is there");
        assert_eq!(verify_consistency(old, root_of(old), new, root_of(new), &proof), Ok(()));
    }
    assert_eq!(store.receipt_parts(&here(), 600, 600).await.expect("reads"), None);
    assert_eq!(store.receipt_parts(&here(), 0, 601).await.expect("reads"), None);
    assert_eq!(store.consistency_proof(&here(), 1, 601).await.expect("reads"), None);
    close(factory, store).await;
}

async fn communities_do_not_see_each_other<F: Factory>(factory: &F) {
    let store = furnished(factory, "isolation").await;
    let text = b"text".to_vec();
    let document = DocumentRow::public("text/plain", text.clone());
    let unit = Unit::of(here())
        .row(Row::PutView(view("mat_1")))
        .row(Row::PutDocument(document))
        .entry(entry("mat_1", 1));
    store.commit(unit).await.expect("commits");

    for foreign in [there(), Scope::issued("com_nowhere")] {
        assert_eq!(store.view(&foreign, "matter", "mat_1").await.expect("reads"), None);
        assert_eq!(store.document(&foreign, &Digest::of(&text)).await.expect("reads"), None);
        assert!(store.stream(&foreign, "mat_1").await.expect("reads").is_empty());
        assert!(store.entries(&foreign, 0, 10).await.expect("reads").is_empty());
        assert_eq!(store.head(&foreign).await.expect("reads").size, 0);
        assert_eq!(store.receipt_parts(&foreign, 0, 1).await.expect("reads"), None);
    }
    // The same stream id elsewhere is another stream, and deleting there deletes nothing here.
    let elsewhere = Unit::of(there())
        .entry(entry("mat_1", 1))
        .row(Row::DeleteView { kind: "matter".into(), id: "mat_1".into() });
    assert_eq!(store.commit(elsewhere).await.expect("commits").seqs, Some((0, 0)));
    assert!(store.view(&here(), "matter", "mat_1").await.expect("reads").is_some());
    let heads = (store.head(&here()).await.expect("head"), store.head(&there()).await.expect("head"));
    assert_ne!(heads.0.root, heads.1.root, "an entry names its community");
    let nowhere = store.commit(Unit::of(Scope::issued("com_nowhere")).entry(entry("mat_1", 1))).await;
    assert!(matches!(nowhere, Err(StoreError::Missing { .. })), "{nowhere:?}");
    close(factory, store).await;
}

async fn checkpoints_have_one_root<F: Factory>(factory: &F) {
    let store = furnished(factory, "checkpoints").await;
    assert!(store.unsigned_logs(10).await.expect("reads").is_empty());
    store.commit(Unit::of(here()).entry(entry("mat_1", 1))).await.expect("commits");
    assert_eq!(store.unsigned_logs(10).await.expect("reads"), [here()]);
    let head = store.head(&here()).await.expect("head");
    let first = StoredCheckpoint { size: head.size, root: head.root, note: "note 1".into(), at: now() };
    store.commit(Unit::of(here()).row(Row::PutCheckpoint(first.clone()))).await.expect("commits");
    assert!(store.unsigned_logs(10).await.expect("reads").is_empty());
    assert_eq!(store.checkpoint(&here()).await.expect("reads"), Some(first.clone()));

    let again = StoredCheckpoint { note: "note 2".into(), ..first.clone() };
    store.commit(Unit::of(here()).row(Row::PutCheckpoint(again.clone()))).await.expect("the same root again");
    let split = StoredCheckpoint { root: Digest::of(b"another"), ..first };
    let refused = store.commit(Unit::of(here()).row(Row::PutCheckpoint(split))).await;
    assert!(matches!(refused, Err(StoreError::Corrupt { .. })), "{refused:?}");
    assert_eq!(store.checkpoint_of_size(&here(), 1).await.expect("reads"), Some(again));
    assert_eq!(store.checkpoint_of_size(&here(), 2).await.expect("reads"), None);
    assert_eq!(store.checkpoint(&there()).await.expect("reads"), None);
    close(factory, store).await;
}

async fn a_feed_is_newest_first<F: Factory>(factory: &F) {
    let store = furnished(factory, "feed").await;
    for number in 0..6_u64 {
        let kind = if number % 2 == 0 { "matter.even" } else { "matter.odd" };
        let draft = EntryDraft { kind: kind.into(), ..entry("mat_1", number + 1) };
        store.commit(Unit::of(here()).entry(draft)).await.expect("commits");
    }
    let seqs = async |kinds: &[&str], before, limit| -> Vec<u64> {
        let feed = Feed { kinds: kinds.iter().map(ToString::to_string).collect(), before, limit };
        store.feed(&here(), &feed).await.expect("reads").iter().map(|entry| entry.seq).collect()
    };
    assert_eq!(seqs(&[], None, 3).await, [5, 4, 3]);
    assert_eq!(seqs(&[], Some(3), 10).await, [2, 1, 0]);
    assert_eq!(seqs(&["matter.even"], None, 10).await, [4, 2, 0]);
    assert_eq!(seqs(&["matter.even", "matter.odd"], Some(4), 2).await, [3, 2]);
    assert!(seqs(&["matter.none"], None, 10).await.is_empty());
    close(factory, store).await;
}

async fn what_no_database_could_keep_alike_is_refused<F: Factory>(factory: &F) {
    let store = furnished(factory, "refused").await;
    let wrong = DocumentRow { bytes: b"b".to_vec(), ..DocumentRow::public("text/plain", b"a".to_vec()) };
    let bare = DocumentRow { salt: None, ..DocumentRow::internal([1; 32], "text/plain", b"a".to_vec()) };
    let nul = ViewRow { body: json!({"text": "a\0b"}), ..view("mat_1") };
    let units = [
        ("a NUL in a view", Unit::of(here()).row(Row::PutView(nul))),
        ("a NUL in an entry", Unit::of(here()).entry(entry_of("mat_1", 1, json!({"a\0": 1})))),
        ("a wrong digest", Unit::of(here()).row(Row::PutDocument(wrong))),
        ("a commitment without its salt", Unit::of(here()).row(Row::PutDocument(bare))),
        ("a salt of nobody", Unit::of(here()).row(Row::PutSalts(vec![(String::new(), [1; 32])]))),
        ("a fraction", Unit::of(here()).entry(entry_of("mat_1", 1, json!({"share": 0.5})))),
        ("a body that is no object", Unit::of(here()).entry(entry_of("mat_1", 1, json!([1])))),
        ("a body too long", Unit::of(here()).entry(entry_of("mat_1", 1, json!({"x": "x".repeat(70_000)})))),
        ("version zero", Unit::of(here()).entry(entry("mat_1", 0))),
        ("entries without a community", Unit::global().entry(entry("mat_1", 1))),
        ("a view without a community", Unit::global().row(Row::PutView(view("mat_1")))),
        ("an empty id", Unit::global().row(Row::PutCommunity(community("", 1)))),
    ];
    for (what, unit) in units {
        let refused = store.commit(unit).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{what}: {refused:?}");
    }
    assert_eq!(store.head(&here()).await.expect("head").size, 0);
    close(factory, store).await;
}
