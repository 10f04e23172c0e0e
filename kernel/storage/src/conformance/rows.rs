//! Cases about read models, places, rules, requests and jobs.

use jiff::SignedDuration;
use serde_json::json;
use yishi_canonical::Digest;

use super::{Factory, close, community, furnished, here, now, there};
use crate::{
    CommentRow, DocumentRow, IdempotencyRecord, Page, PluginRecordQuery, PluginRecordRow, PointRow, Row,
    ShelfRow, Store, StoreError, Unit, ViewQuery, ViewRow,
};

pub(super) async fn run<F: Factory>(factory: &F) {
    pages_stay_stable_while_rows_are_written(factory).await;
    views_are_replaced_expected_and_deleted(factory).await;
    documents_are_kept_once(factory).await;
    communities_have_versions(factory).await;
    components_are_shared_and_shelves_are_not(factory).await;
    comments_can_be_hidden(factory).await;
    rule_records_and_points_add_up(factory).await;
    the_newest_record_is_the_one_written_last(factory).await;
    a_repeated_unit_gets_the_first_answer(factory).await;
    what_is_shown_otherwise_is_so_in_every_kept_answer(factory).await;
    the_outbox_keeps_order(factory).await;
    a_job_has_one_runner_at_a_time(factory).await;
}

fn view(kind: &str, id: &str, sort: &str, parent: Option<&str>) -> Row {
    Row::PutView(ViewRow {
        kind: kind.into(),
        id: id.into(),
        sort: sort.into(),
        parent: parent.map(Into::into),
        version: 1,
        body: json!({"id": id, "title": "村道"}),
    })
}

fn query(kind: &str, parent: Option<&str>, descending: bool, limit: u32) -> ViewQuery {
    ViewQuery { kind: kind.into(), parent: parent.map(Into::into), page: Page::first(limit), descending }
}

/// Reads every page, doing `between` before each further one.
async fn walk<S: Store>(store: &S, mut query: ViewQuery, mut between: impl AsyncFnMut(usize)) -> Vec<String> {
    let mut seen = Vec::new();
    for page in 1.. {
        let rows = store.views(&here(), &query).await.expect("reads");
        assert!(rows.len() <= usize::try_from(query.page.limit).expect("small"));
        let Some(last) = rows.last() else { break };
        query.page.after = Some((last.sort.clone(), last.id.clone()));
        seen.extend(rows.into_iter().map(|row| row.id));
        between(page).await;
    }
    seen
}

async fn pages_stay_stable_while_rows_are_written<F: Factory>(factory: &F) {
    let store = furnished(factory, "pages").await;
    // Two of each sort key, so that ties are broken by id.
    let ids: Vec<String> = (0..20).map(|n| format!("mat_{n:02}")).collect();
    let unit = (0..20).fold(Unit::of(here()), |unit, n: usize| {
        let parent = if n.is_multiple_of(2) { "even" } else { "odd" };
        unit.row(view("matter", &ids[n], &format!("{:02}", n / 2), Some(parent)))
    });
    let unit = unit.row(view("meeting", "mtg_1", "00", None)).row(view("matter", "mat_x", "", None));
    store.commit(unit).await.expect("commits");
    let mut all = vec!["mat_x".to_owned()];
    all.extend(ids.clone());
    assert_eq!(walk(&*store, query("matter", None, false, 3), async |_| {}).await, all);
    let mut backwards = all.clone();
    backwards.reverse();
    assert_eq!(walk(&*store, query("matter", None, true, 3), async |_| {}).await, backwards);
    let even: Vec<String> = ids.iter().step_by(2).cloned().collect();
    assert_eq!(walk(&*store, query("matter", Some("even"), false, 3), async |_| {}).await, even);
    let mut odd: Vec<String> = ids.iter().skip(1).step_by(2).cloned().collect();
    odd.reverse();
    assert_eq!(walk(&*store, query("matter", Some("odd"), true, 3), async |_| {}).await, odd);

    // Rows written before the place reached neither shift nor repeat what follows.
    let seen = walk(&*store, query("matter", None, false, 4), async |page| {
        let row = view("matter", &format!("new_{page}"), "", None);
        store.commit(Unit::of(here()).row(row)).await.expect("commits");
    })
    .await;
    assert_eq!(seen, all);
    assert!(store.views(&there(), &query("matter", None, false, 9)).await.expect("reads").is_empty());
    close(factory, store).await;
}

async fn views_are_replaced_expected_and_deleted<F: Factory>(factory: &F) {
    let store = furnished(factory, "views").await;
    let expect = |version| Row::ExpectView { kind: "matter".into(), id: "mat_1".into(), version };
    let first = Unit::of(here()).row(expect(0)).row(view("matter", "mat_1", "a", None));
    store.commit(first.clone()).await.expect("commits");
    assert!(matches!(store.commit(first).await, Err(StoreError::Conflict { .. })));
    let changed = ViewRow {
        kind: "matter".into(),
        id: "mat_1".into(),
        sort: "b".into(),
        parent: Some("bdy_1".into()),
        version: 4,
        body: json!({"状态": null}),
    };
    let second = Unit::of(here()).row(expect(1)).row(Row::PutView(changed.clone()));
    store.commit(second).await.expect("commits");
    assert_eq!(store.view(&here(), "matter", "mat_1").await.expect("reads"), Some(changed.clone()));
    let names = [("matter", "mat_1"), ("matter", "mat_2"), ("meeting", "mat_1")];
    assert_eq!(store.views_named(&here(), &names).await.expect("reads"), [changed]);
    assert!(store.views_named(&there(), &names).await.expect("reads").is_empty());
    let delete = Row::DeleteView { kind: "matter".into(), id: "mat_1".into() };
    store.commit(Unit::of(here()).row(expect(4)).row(delete.clone()).row(delete)).await.expect("commits");
    assert_eq!(store.view(&here(), "matter", "mat_1").await.expect("reads"), None);
    close(factory, store).await;
}

async fn documents_are_kept_once<F: Factory>(factory: &F) {
    let store = furnished(factory, "documents").await;
    let bytes = "关于修建村道的提议\0".as_bytes().to_vec();
    let document = DocumentRow::public("text/plain; charset=utf-8", bytes.clone());
    let digest = document.digest;
    for _ in 0..2 {
        let unit = Unit::of(here()).row(Row::PutDocument(document.clone()));
        store.commit(unit).await.expect("keeping it twice is no change");
    }
    assert_eq!(store.document(&here(), &digest).await.expect("reads"), Some(document));
    assert_eq!(store.document(&here(), &Digest::of(b"")).await.expect("reads"), None);
    let asked = std::collections::BTreeSet::from([digest, Digest::of(b"")]);
    let found = store.documents(&here(), &asked).await.expect("reads");
    assert_eq!(found.iter().map(|row| row.digest).collect::<Vec<_>>(), [digest]);
    // The same words filed as an internal paper are another document, and another one each time.
    for salt in [[1; 32], [2; 32]] {
        let internal = DocumentRow::internal(salt, "text/plain; charset=utf-8", bytes.clone());
        assert_ne!(internal.digest, digest);
        store.commit(Unit::of(here()).row(Row::PutDocument(internal.clone()))).await.expect("commits");
        assert_eq!(store.document(&here(), &internal.digest).await.expect("reads"), Some(internal));
    }
    assert!(store.document(&here(), &digest).await.expect("reads").is_some_and(|row| row.salt.is_none()));
    close(factory, store).await;
}

async fn communities_have_versions<F: Factory>(factory: &F) {
    let store = furnished(factory, "communities").await;
    let renamed = crate::CommunityRow { name: "新村".into(), ..community(super::HERE, 2) };
    store.commit(Unit::global().row(Row::PutCommunity(renamed.clone()))).await.expect("commits");
    assert_eq!(store.community(super::HERE).await.expect("reads"), Some(renamed.clone()));
    for version in [1, 2, 4] {
        let row = Row::PutCommunity(community(super::HERE, version));
        let refused = store.commit(Unit::global().row(row)).await;
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "version {version}: {refused:?}");
    }
    let orphan = crate::CommunityRow { town: "town_9".into(), ..community("com_new", 1) };
    let refused = store.commit(Unit::global().row(Row::PutCommunity(orphan))).await;
    assert!(matches!(refused, Err(StoreError::Missing { .. })), "{refused:?}");
    let listed = store.communities(Some("town_1"), &Page::first(9)).await.expect("reads");
    assert_eq!(listed.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), [super::HERE, super::THERE]);
    let rest = store.communities(None, &Page::after(super::HERE.into(), 9)).await.expect("reads");
    assert_eq!(rest.len(), 1);
    assert!(store.communities(Some("town_9"), &Page::first(9)).await.expect("reads").is_empty());
    assert_eq!(store.towns(&Page::first(9)).await.expect("reads").len(), 1);
    assert_eq!(store.town("town_1").await.expect("reads").expect("is there").name, "锦丰镇");
    // A community and its first entries can be written together.
    let unit = Unit { scope: Some(crate::Scope::issued("com_new")), ..Unit::default() }
        .row(Row::PutCommunity(community("com_new", 1)))
        .entry(super::entry("com_new", 1));
    assert_eq!(store.commit(unit).await.expect("commits").seqs, Some((0, 0)));
    close(factory, store).await;
}

async fn components_are_shared_and_shelves_are_not<F: Factory>(factory: &F) {
    let store = furnished(factory, "shelf").await;
    let bytes = vec![0, 0x61, 0x73, 0x6d];
    let digest = Digest::of(&bytes);
    let item = ShelfRow {
        digest,
        name: "clean-home".into(),
        version: "1.0.0".into(),
        kind: "implementation-rule".into(),
        actor: "acc_1".into(),
        added: now(),
        report: json!({"scenarios": 3}),
    };
    let early = store.commit(Unit::of(here()).row(Row::PutShelf(item.clone()))).await;
    assert!(matches!(early, Err(StoreError::Missing { .. })), "{early:?}");
    let unit = Unit::of(here())
        .row(Row::PutComponent { digest, bytes: bytes.clone() })
        .row(Row::PutShelf(item.clone()));
    store.commit(unit).await.expect("commits");
    store
        .commit(Unit::global().row(Row::PutComponent { digest, bytes: bytes.clone() }))
        .await
        .expect("again");
    assert_eq!(store.component(&digest).await.expect("reads"), Some(bytes));
    assert_eq!(store.component(&Digest::of(b"")).await.expect("reads"), None);
    assert_eq!(store.shelf(&here()).await.expect("reads"), std::slice::from_ref(&item));
    assert_eq!(store.shelf_item(&here(), &digest).await.expect("reads"), Some(item));
    assert!(store.shelf(&there()).await.expect("reads").is_empty());
    assert_eq!(store.shelf_item(&there(), &digest).await.expect("reads"), None);
    close(factory, store).await;
}

async fn comments_can_be_hidden<F: Factory>(factory: &F) {
    let store = furnished(factory, "comments").await;
    let comment = |number: u32| CommentRow {
        id: format!("cmt_{number}"),
        subject: "mat_1".into(),
        author: "per_1".into(),
        text: format!("意见 {number}"),
        salt: Some([3; 32]),
        hidden: false,
        created: now(),
    };
    let unit = (0..5).fold(Unit::of(here()), |unit, n| unit.row(Row::PutComment(comment(n))));
    store.commit(unit).await.expect("commits");
    store.commit(Unit::of(here()).row(Row::HideComment { id: "cmt_1".into() })).await.expect("commits");
    let hidden = store.comment(&here(), "cmt_1").await.expect("reads").expect("is there");
    assert_eq!((hidden.text.as_str(), hidden.salt, hidden.hidden), ("", None, true));
    let page = Page::after("cmt_1".to_owned(), 2);
    let listed = store.comments(&here(), "mat_1", &page).await.expect("reads");
    assert_eq!(listed, [comment(2), comment(3)]);
    let foreign = store.commit(Unit::of(there()).row(Row::HideComment { id: "cmt_2".into() })).await;
    assert!(matches!(foreign, Err(StoreError::Missing { .. })), "{foreign:?}");
    assert!(store.comments(&there(), "mat_1", &Page::first(9)).await.expect("reads").is_empty());
    close(factory, store).await;
}

async fn rule_records_and_points_add_up<F: Factory>(factory: &F) {
    let store = furnished(factory, "rules").await;
    let record = |number: u32| PluginRecordRow {
        id: format!("rec_{number}"),
        rule: "rul_1".into(),
        kind: if number.is_multiple_of(2) { "inspection" } else { "notice" }.into(),
        subject: format!("hh_{}", number % 3),
        basis: Some(format!("cas_{number}")),
        created: now(),
        body: json!({"score": number}),
    };
    let point = |number: u32, amount| PointRow {
        id: format!("pnt_{number}"),
        rule: "rul_1".into(),
        subject: format!("hh_{}", number % 2),
        amount,
        article: "R1".into(),
        basis: Some(format!("cas_{number}")),
        created: now(),
    };
    let unit = (0..6).fold(Unit::of(here()), |unit, n| unit.row(Row::PutPluginRecord(record(n))));
    let unit = [(0, 10), (1, 5), (2, -3)]
        .into_iter()
        .fold(unit, |unit, (n, amount)| unit.row(Row::PutPoint(point(n, amount))));
    store.commit(unit).await.expect("commits");
    let wanted = |kind: &str, subject: &str, limit| PluginRecordQuery {
        rule: "rul_1".into(),
        kind: kind.into(),
        subject: subject.into(),
        limit,
    };
    let query = wanted("inspection", "hh_1", 9);
    assert_eq!(store.latest_records(&here(), &query).await.expect("reads"), [record(4)]);
    assert!(store.latest_records(&there(), &query).await.expect("reads").is_empty());
    assert!(store.latest_records(&here(), &wanted("notice", "hh_9", 9)).await.expect("reads").is_empty());
    assert_eq!(store.points(&here(), "rul_1", "hh_0").await.expect("reads"), 7);
    assert_eq!(store.points(&here(), "rul_1", "hh_9").await.expect("reads"), 0);
    assert_eq!(store.points(&there(), "rul_1", "hh_0").await.expect("reads"), 0);
    assert_eq!(store.points_of(&here(), "cas_2").await.expect("reads"), [point(2, -3)]);
    assert!(store.points_of(&there(), "cas_2").await.expect("reads").is_empty());
    let rows = store.point_rows(&here(), "rul_1", Some("hh_0"), &Page::first(9)).await.expect("reads");
    assert_eq!(rows, [point(0, 10), point(2, -3)]);
    close(factory, store).await;
}

/// A rule used to be shown the oldest thousand records of a community, and what the clock said decided the order.
async fn the_newest_record_is_the_one_written_last<F: Factory>(factory: &F) {
    let store = furnished(factory, "newest").await;
    let record = |number: u32, subject: &str, created| PluginRecordRow {
        // Ids and times run backwards: neither says what is newest.
        id: format!("rec_{:05}", 99_999 - number),
        rule: "rul_1".into(),
        kind: "inspection".into(),
        subject: subject.into(),
        basis: Some(format!("cas_{number}")),
        created,
        body: json!({"score": number}),
    };
    let mut unit = Unit::of(here());
    for number in 0..1_001 {
        let earlier = now() - SignedDuration::from_mins(i64::from(number));
        unit = unit.row(Row::PutPluginRecord(record(number, "hh_1", earlier)));
        unit = unit.row(Row::PutPluginRecord(record(number + 2_000, &format!("hh_other_{number}"), now())));
    }
    store.commit(unit).await.expect("commits");
    let newest = async |subject: &str, limit| -> Vec<u64> {
        let query = PluginRecordQuery {
            rule: "rul_1".into(),
            kind: "inspection".into(),
            subject: subject.into(),
            limit,
        };
        let rows = store.latest_records(&here(), &query).await.expect("reads");
        rows.iter().map(|row| row.body["score"].as_u64().expect("a score")).collect()
    };
    assert_eq!(newest("hh_1", 3).await, [1_000, 999, 998]);
    assert_eq!(newest("hh_other_1000", 3).await, [3_000]);
    let withdraw = |basis: &str| Row::WithdrawPluginRecords { basis: basis.into() };
    store.commit(Unit::of(there()).row(withdraw("cas_1000"))).await.expect("nothing of another community");
    assert_eq!(newest("hh_1", 1).await, [1_000]);
    store.commit(Unit::of(here()).row(withdraw("cas_1000"))).await.expect("commits");
    assert_eq!(newest("hh_1", 2).await, [999, 998], "what was withdrawn is shown to no rule");
    store
        .commit(Unit::of(here()).row(Row::PutPluginRecord(record(1_001, "hh_1", now()))))
        .await
        .expect("commits");
    assert_eq!(newest("hh_1", 2).await, [1_001, 999]);
    close(factory, store).await;
}

async fn a_repeated_unit_gets_the_first_answer<F: Factory>(factory: &F) {
    let mut store = furnished(factory, "idempotency").await;
    let record = IdempotencyRecord {
        owner: super::HERE.into(),
        key: "key-1".into(),
        request: Digest::of(b"POST /matters {}"),
        status: 201,
        response: br#"{"id":"mat_1"}"#.to_vec(),
        expires: now() + SignedDuration::from_hours(24),
    };
    let unit = |version, record: &IdempotencyRecord| Unit {
        idempotency: Some(record.clone()),
        ..Unit::of(here()).entry(super::entry("mat_1", version))
    };
    // A unit that is refused keeps no answer.
    assert!(matches!(store.commit(unit(9, &record)).await, Err(StoreError::Conflict { .. })));
    assert_eq!(store.idempotency(super::HERE, "key-1", now()).await.expect("reads"), None);
    store.commit(unit(1, &record)).await.expect("commits");
    close(factory, store).await;
    store = std::sync::Arc::new(factory.open("idempotency").await);

    let again = store.commit(unit(2, &record)).await;
    assert!(matches!(&again, Err(StoreError::Replayed(first)) if **first == record), "{again:?}");
    let reused = IdempotencyRecord { request: Digest::of(b"POST /matters {1}"), ..record.clone() };
    assert!(matches!(store.commit(unit(2, &reused)).await, Err(StoreError::KeyReused)));
    assert_eq!(store.head(&here()).await.expect("head").size, 1);
    // Another owner's key is another key.
    let other = IdempotencyRecord { owner: "acc_1".into(), ..record.clone() };
    store.commit(unit(2, &other)).await.expect("commits");
    assert_eq!(store.idempotency(super::HERE, "key-1", now()).await.expect("reads"), Some(record.clone()));
    assert_eq!(store.idempotency(super::HERE, "key-1", record.expires).await.expect("reads"), None);
    let later = record.expires + SignedDuration::from_secs(1);
    store.commit(Unit::global().row(Row::Sweep { before: later })).await.expect("sweeps");
    store.commit(unit(3, &record)).await.expect("a swept key is new");
    close(factory, store).await;
}

/// A comment that was hidden stood in the answer to whoever had answered several comments at once.
async fn what_is_shown_otherwise_is_so_in_every_kept_answer<F: Factory>(factory: &F) {
    let store = furnished(factory, "kept-answers").await;
    let kept = |key: &str, response: &str| IdempotencyRecord {
        owner: super::HERE.into(),
        key: key.into(),
        request: Digest::of(key.as_bytes()),
        status: 200,
        response: response.as_bytes().to_vec(),
        expires: now() + SignedDuration::from_hours(24),
    };
    let answers = [
        ("itself", r#"{"id":"cmt_1","text":"骂人"}"#, r#"{"id":"cmt_1","hidden":true}"#),
        (
            "one of several",
            r#"[{"id":"cmt_2","text":"好"},{"id":"cmt_1","text":"骂人"}]"#,
            r#"[{"id":"cmt_2","text":"好"},{"id":"cmt_1","hidden":true}]"#,
        ),
        ("another's", r#"[{"id":"cmt_2","text":"不是 cmt_1"}]"#, r#"[{"id":"cmt_2","text":"不是 cmt_1"}]"#),
        ("no list of things", r#"["cmt_1"]"#, r#"["cmt_1"]"#),
        ("no JSON", "cmt_1", "cmt_1"),
    ];
    for (version, (key, response, _)) in (1..).zip(answers) {
        let unit = Unit::of(here()).entry(super::entry("mat_1", version));
        store.commit(Unit { idempotency: Some(kept(key, response)), ..unit }).await.expect("commits");
    }
    let response = br#"{"id":"cmt_1","hidden":true}"#.to_vec();
    let row = Row::ReplaceAnswers { id: "cmt_1".into(), response };
    store.commit(Unit::global().row(row)).await.expect("commits");
    for (key, _, shown) in answers {
        let found = store.idempotency(super::HERE, key, now()).await.expect("reads").expect("it is kept");
        assert_eq!(String::from_utf8_lossy(&found.response), shown, "{key}");
    }
    close(factory, store).await;
}

async fn the_outbox_keeps_order<F: Factory>(factory: &F) {
    let store = furnished(factory, "outbox").await;
    let due = |hours| now() + SignedDuration::from_hours(hours);
    let item = |key: &str, number: u32, hours| Row::Outbox {
        topic: "notice".into(),
        key: key.into(),
        body: json!({"number": number}),
        due: due(hours),
    };
    let unit = Unit::of(here())
        .row(item("mat_1", 1, 1))
        .row(item("mat_1", 2, 0))
        .row(item("mat_2", 3, 0))
        .row(item("mat_2", 4, 0));
    store.commit(unit).await.expect("commits");
    store.commit(Unit::global().row(item("city", 5, 5))).await.expect("commits");
    let numbers = async |hours| -> Vec<(i64, u64)> {
        let items = store.outbox(due(hours), 10).await.expect("reads");
        items.iter().map(|item| (item.id, item.body["number"].as_u64().expect("a number"))).collect()
    };
    let first = numbers(0).await;
    assert_eq!(first.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [3], "2 waits for 1, 4 for 3");
    let third = first[0].0;
    let retry = Row::OutboxRetry { id: third, due: due(2), error: "503".into() };
    store.commit(Unit::global().row(retry)).await.expect("commits");
    let open = numbers(1).await;
    assert_eq!(open.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [1], "4 still waits for 3");
    store.commit(Unit::global().row(Row::OutboxDone { id: open[0].0 })).await.expect("commits");
    let again = store.commit(Unit::global().row(Row::OutboxDone { id: open[0].0 })).await;
    assert!(matches!(again, Err(StoreError::Missing { .. })), "what was delivered is not delivered twice");
    assert_eq!(numbers(2).await.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [2, 3]);
    let items = store.outbox(due(2), 10).await.expect("reads");
    assert_eq!((items[1].attempts, items[1].community.as_deref()), (1, Some(super::HERE)));
    close(factory, store).await;
}

async fn a_job_has_one_runner_at_a_time<F: Factory>(factory: &F) {
    let store = furnished(factory, "jobs").await;
    let at = |minutes| now() + SignedDuration::from_mins(minutes);
    let claim = async |owner: &str, from, until| {
        let (job, owner) = ("sign".to_owned(), owner.to_owned());
        store.commit(Unit::global().row(Row::ClaimJob { job, owner, now: at(from), until: at(until) })).await
    };
    let end = |owner: &str, due, error: Option<&str>| {
        let (job, owner) = ("sign".to_owned(), owner.to_owned());
        Unit::global().row(Row::EndJob { job, owner, due: at(due), error: error.map(str::to_owned) })
    };
    let refused = |result| assert!(matches!(result, Err(StoreError::Conflict { .. })), "{result:?}");
    claim("one", 0, 5).await.expect("nobody has it");
    refused(claim("two", 4, 9).await);
    claim("one", 4, 9).await.expect("its own runner goes on with it");
    claim("two", 9, 14).await.expect("the lease is over");
    let lost = end("one", 20, None).row(Row::Outbox {
        topic: "notice".into(),
        key: "k".into(),
        body: json!({}),
        due: now(),
    });
    refused(store.commit(lost).await);
    assert_eq!(store.outbox(at(60), 10).await.expect("reads"), [], "nor what stood beside it");
    store.commit(end("two", 20, Some("503"))).await.expect("it failed");
    let row = store.jobs().await.expect("reads").remove(0);
    assert_eq!((row.lease, row.due, row.attempts, row.error.as_deref()), (None, at(20), 1, Some("503")));
    refused(claim("one", 19, 30).await);
    claim("one", 20, 30).await.expect("it is due");
    store.commit(end("one", 40, None)).await.expect("it was done");
    let row = store.jobs().await.expect("reads").remove(0);
    assert_eq!((row.attempts, row.error), (0, None));
    close(factory, store).await;
}
