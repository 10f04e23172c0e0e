//! Cases about persons, households, accounts and sessions.

use jiff::SignedDuration;
use serde_json::{Value, json};
use yishi_canonical::Digest;

use super::{Factory, close, furnished, here, now, there};
use crate::{
    AccountHome, AccountRow, Changes, CommentRow, DocumentRow, HouseholdRow, IdempotencyRecord, Page,
    PersonQuery, PersonRow, Row, SessionKind, SessionRow, Store, StoreError, Unit,
};

pub(super) async fn run<F: Factory>(factory: &F) {
    persons_have_versions_and_pages(factory).await;
    households_are_not_deleted_under_their_persons(factory).await;
    an_erased_person_leaves_nothing(factory).await;
    the_first_salt_stays(factory).await;
    logins_and_persons_are_taken_once(factory).await;
    sessions_expire_and_are_revoked(factory).await;
}

pub(super) fn household(id: &str, version: u64) -> HouseholdRow {
    HouseholdRow { id: id.into(), version, label: "三组12号".into(), head: None, extra: Value::Null }
}

pub(super) fn person(id: &str, version: u64, name: &str, household: &str) -> PersonRow {
    PersonRow {
        id: id.into(),
        version,
        name: name.into(),
        birth_date: "1970-02-28".parse().expect("a date"),
        registration: "non-local".into(),
        household: household.into(),
        resident_since: "2010-01-01".parse().expect("a date"),
        party_member: true,
        sex: "female".into(),
        phone: Some("13800000000".into()),
        extra: json!({"group": 3}),
    }
}

fn account(id: &str, version: u64, login: &str, person: Option<&str>) -> AccountRow {
    AccountRow {
        id: id.into(),
        version,
        login: login.into(),
        password_hash: Some("$argon2id$".into()),
        must_change_password: false,
        display_name: "陆秀英".into(),
        locale: "zh-CN".into(),
        disabled: false,
        home: AccountHome::Community(super::HERE.into()),
        roles: json!([{"role": "staff"}]),
        person: person.map(|person| (super::HERE.to_owned(), person.to_owned())),
        created: now(),
        extra: serde_json::json!({"kept": id}),
    }
}

fn session(id: &str, account: &str, token: &str) -> SessionRow {
    SessionRow {
        id: id.into(),
        token: Digest::of(token.as_bytes()),
        account: account.into(),
        kind: SessionKind::Bearer,
        label: "脚本".into(),
        created: now(),
        expires: now() + SignedDuration::from_hours(1),
    }
}

async fn persons_have_versions_and_pages<F: Factory>(factory: &F) {
    let store = furnished(factory, "persons").await;
    let early =
        store.commit(Unit::of(here()).row(Row::PutPerson(person("per_1", 1, "陆秀英", "hh_1")))).await;
    assert!(matches!(early, Err(StoreError::Missing { .. })), "{early:?}");
    let names = ["陆秀英", "钱金龙", "陆建国", "秀英", "Lu%"];
    let unit = names.iter().enumerate().fold(
        Unit::of(here())
            .row(Row::PutHousehold(household("hh_1", 1)))
            .row(Row::PutHousehold(household("hh_2", 1))),
        |unit, (n, name)| {
            let home = if n == 1 { "hh_2" } else { "hh_1" };
            unit.row(Row::PutPerson(person(&format!("per_{n}"), 1, name, home)))
        },
    );
    store.commit(unit).await.expect("commits");
    let found = async |name: Option<&str>, household: Option<&str>, page| -> Vec<String> {
        let query =
            PersonQuery { name_contains: name.map(Into::into), household: household.map(Into::into), page };
        store.persons(&here(), &query).await.expect("reads").into_iter().map(|person| person.id).collect()
    };
    assert_eq!(found(None, None, Page::first(2)).await, ["per_0", "per_1"]);
    assert_eq!(found(None, None, Page::after("per_1".into(), 9)).await, ["per_2", "per_3", "per_4"]);
    assert_eq!(found(Some("秀英"), None, Page::first(9)).await, ["per_0", "per_3"]);
    assert_eq!(found(Some("陆"), Some("hh_1"), Page::first(9)).await, ["per_0", "per_2"]);
    assert_eq!(found(None, Some("hh_2"), Page::first(9)).await, ["per_1"]);
    assert_eq!(found(Some("%"), None, Page::first(9)).await, ["per_4"], "a sign is a sign");
    assert_eq!(store.person_count(&here()).await.expect("reads"), 5);
    assert_eq!(store.household_count(&here()).await.expect("reads"), 2);

    let changed = PersonRow { phone: None, party_member: false, ..person("per_0", 2, "陆秀英", "hh_2") };
    store.commit(Unit::of(here()).row(Row::PutPerson(changed.clone()))).await.expect("commits");
    assert_eq!(store.person(&here(), "per_0").await.expect("reads"), Some(changed));
    for version in [1, 2, 4] {
        let row = Row::PutPerson(person("per_0", version, "陆秀英", "hh_1"));
        let refused = store.commit(Unit::of(here()).row(row)).await;
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "version {version}: {refused:?}");
    }
    assert_eq!(store.person(&there(), "per_0").await.expect("reads"), None);
    assert_eq!(store.household(&there(), "hh_1").await.expect("reads"), None);
    assert_eq!(store.person_count(&there()).await.expect("reads"), 0);
    let borrowed =
        store.commit(Unit::of(there()).row(Row::PutPerson(person("per_9", 1, "钱", "hh_1")))).await;
    assert!(
        matches!(borrowed, Err(StoreError::Missing { .. })),
        "a household of another community: {borrowed:?}"
    );
    close(factory, store).await;
}

async fn households_are_not_deleted_under_their_persons<F: Factory>(factory: &F) {
    let store = furnished(factory, "households").await;
    let unit = Unit::of(here())
        .row(Row::PutHousehold(household("hh_1", 1)))
        .row(Row::PutHousehold(household("hh_2", 1)))
        .row(Row::PutPerson(person("per_1", 1, "陆秀英", "hh_1")));
    store.commit(unit).await.expect("commits");
    let delete = |id: &str| Unit::of(here()).row(Row::DeleteHousehold { id: id.into() });
    assert!(matches!(store.commit(delete("hh_1")).await, Err(StoreError::Conflict { .. })));
    assert!(matches!(store.commit(delete("hh_9")).await, Err(StoreError::Missing { .. })));
    store.commit(delete("hh_2")).await.expect("an empty household can go");
    let listed = store.households(&here(), &Page::first(9)).await.expect("reads");
    assert_eq!(listed, [household("hh_1", 1)]);
    let headed = HouseholdRow { head: Some("per_1".into()), ..household("hh_1", 2) };
    store.commit(Unit::of(here()).row(Row::PutHousehold(headed.clone()))).await.expect("commits");
    assert_eq!(store.household(&here(), "hh_1").await.expect("reads"), Some(headed));
    close(factory, store).await;
}

async fn an_erased_person_leaves_nothing<F: Factory>(factory: &F) {
    let store = furnished(factory, "erased").await;
    let comment = CommentRow {
        id: "cmt_1".into(),
        subject: "mat_1".into(),
        author: "per_1".into(),
        text: "我家门口的路".into(),
        salt: Some([3; 32]),
        hidden: false,
        created: now(),
    };
    let unit = Unit::of(here())
        .row(Row::PutHousehold(household("hh_1", 1)))
        .row(Row::PutPerson(person("per_1", 1, "陆秀英", "hh_1")))
        .row(Row::PutHousehold(HouseholdRow { head: Some("per_1".into()), ..household("hh_1", 2) }))
        .row(Row::PutComment(comment))
        .row(Row::PutAccount(account("acc_1", 1, "luxiuying", Some("per_1"))))
        .row(Row::PutSession(session("ses_1", "acc_1", "token")))
        .row(Row::PutSalts(["per_1", "acc_1", "hh_1"].map(|subject| (subject.to_owned(), [4; 32])).into()))
        .row(Row::PutPseudonyms(
            [("per_a", "per_1"), ("acc_a", "acc_1"), ("hh_a", "hh_1")]
                .map(|(pseudonym, subject)| (pseudonym.to_owned(), subject.to_owned()))
                .into(),
        ))
        .entry(super::entry("mat_1", 1));
    store.commit(unit).await.expect("commits");
    let answered = IdempotencyRecord {
        owner: "acc_9".into(),
        key: "k".into(),
        request: Digest::of(b"asked"),
        status: 200,
        response: r#"{"id":"per_1","name":"陆秀英"}"#.into(),
        expires: now() + jiff::SignedDuration::from_hours(48),
    };
    let mut unit =
        Unit::of(here()).row(Row::PutDocument(DocumentRow::internal([5; 32], "text/plain", b"x".into())));
    unit.idempotency = Some(answered);
    store.commit(unit).await.expect("commits");
    let paper = DocumentRow::internal([5; 32], "text/plain", b"x".into()).digest;
    let head = store.head(&here()).await.expect("head");
    let subjects = ["per_1", "acc_1", "hh_1", "hh_2"].map(str::to_owned);
    let pseudonyms = ["per_a", "acc_a", "hh_a", "hh_b"].map(str::to_owned);
    assert_eq!(store.salts(&here(), &subjects).await.expect("reads").len(), 3);
    assert_eq!(store.subjects(&here(), &pseudonyms).await.expect("reads").len(), 3);

    let foreign = store.commit(Unit::of(there()).row(Row::ErasePerson { id: "per_1".into() })).await;
    assert!(matches!(foreign, Err(StoreError::Missing { .. })), "{foreign:?}");
    let counts = async || {
        let accounts = store.changes(Changes::Accounts).await.expect("reads");
        (accounts, store.changes(Changes::Erasures).await.expect("reads"))
    };
    let before = counts().await;
    store
        .commit(Unit::global().row(Row::PutSession(session("ses_2", "acc_1", "other"))))
        .await
        .expect("commits");
    assert_eq!(counts().await, before, "to sign in ends nothing");
    let gone = Row::ErasePerson { id: "per_1".into() };
    let unit = Unit::of(here()).row(gone).row(Row::EraseDocument { digest: paper });
    store.commit(unit).await.expect("erases");
    let after = counts().await;
    assert!(after.0 > before.0 && after.1 > before.1, "{before:?} {after:?}");
    assert_eq!(store.document(&here(), &paper).await.expect("reads"), None);
    let kept = store.idempotency("acc_9", "k", now()).await.expect("reads").expect("is there");
    assert_eq!(kept.response, br#"{"erased":true}"#, "no kept answer names them");
    assert_eq!(store.person(&here(), "per_1").await.expect("reads"), None);
    assert_eq!(store.household(&here(), "hh_1").await.expect("reads").expect("is there").head, None);
    let emptied = store.comment(&here(), "cmt_1").await.expect("reads").expect("is there");
    assert_eq!((emptied.text.as_str(), emptied.salt), ("", None));
    // Nothing says any more whose the pseudonyms in the log are, neither the person's nor the account's.
    assert_eq!(store.salts(&here(), &subjects).await.expect("reads"), [("hh_1".to_owned(), [4; 32])]);
    let left = store.subjects(&here(), &pseudonyms).await.expect("reads");
    assert_eq!(left, [("hh_a".to_owned(), "hh_1".to_owned())]);
    assert_eq!(store.account_by_login("luxiuying").await.expect("reads"), None);
    let ended = store.account("acc_1").await.expect("reads").expect("is there");
    assert!(ended.disabled && ended.display_name.is_empty() && ended.person.is_none(), "{ended:?}");
    assert_eq!(store.session(&Digest::of(b"token"), now()).await.expect("reads"), None);
    assert_eq!(store.head(&here()).await.expect("head"), head, "the record stays as it is");
    close(factory, store).await;
}

async fn the_first_salt_stays<F: Factory>(factory: &F) {
    let store = furnished(factory, "salts").await;
    let put = |salt: u8| Unit::of(here()).row(Row::PutSalts(vec![("per_1".into(), [salt; 32])]));
    let stands =
        |subject: &str| Unit::of(here()).row(Row::PutPseudonyms(vec![("per_a".into(), subject.into())]));
    store.commit(put(1)).await.expect("commits");
    store.commit(put(2)).await.expect("is no change");
    store.commit(stands("per_1")).await.expect("commits");
    store.commit(stands("per_2")).await.expect("is no change");
    let (one, a) = (["per_1".to_owned()], ["per_a".to_owned()]);
    assert_eq!(store.salts(&here(), &one).await.expect("reads"), [("per_1".to_owned(), [1; 32])]);
    assert_eq!(store.subjects(&here(), &a).await.expect("reads"), [("per_a".to_owned(), "per_1".to_owned())]);
    assert!(store.salts(&there(), &one).await.expect("reads").is_empty());
    assert!(store.subjects(&there(), &a).await.expect("reads").is_empty());
    assert!(store.salts(&here(), &[]).await.expect("reads").is_empty());
    close(factory, store).await;
}

async fn logins_and_persons_are_taken_once<F: Factory>(factory: &F) {
    let store = furnished(factory, "accounts").await;
    let put = |account: AccountRow| Unit::global().row(Row::PutAccount(account));
    let first = account("acc_1", 1, "luxiuying", Some("per_1"));
    store.commit(put(first.clone())).await.expect("commits");
    let same_login = store.commit(put(account("acc_2", 1, "luxiuying", None))).await;
    assert!(matches!(same_login, Err(StoreError::Taken { what: "login" })), "{same_login:?}");
    let same_person = store.commit(put(account("acc_2", 1, "other", Some("per_1")))).await;
    assert!(matches!(same_person, Err(StoreError::Taken { what: "person" })), "{same_person:?}");
    let city = AccountRow { home: AccountHome::City, ..account("acc_2", 1, "city", None) };
    let town = AccountRow { home: AccountHome::Town("town_1".into()), ..account("acc_3", 1, "town", None) };
    store.commit(put(city.clone())).await.expect("commits");
    store.commit(put(town.clone())).await.expect("commits");
    let moved = AccountRow { version: 2, login: "luxy".into(), must_change_password: true, ..first.clone() };
    store.commit(put(moved.clone())).await.expect("commits");
    assert!(matches!(store.commit(put(moved.clone())).await, Err(StoreError::Conflict { .. })));

    assert_eq!(store.account("acc_1").await.expect("reads"), Some(moved.clone()));
    assert_eq!(store.account_by_login("luxy").await.expect("reads"), Some(moved.clone()));
    assert_eq!(store.account_by_login("luxiuying").await.expect("reads"), None);
    assert_eq!(store.account_of_person(&here(), "per_1").await.expect("reads"), Some(moved.clone()));
    assert_eq!(store.account_of_person(&there(), "per_1").await.expect("reads"), None);
    let page = Page::first(9);
    assert_eq!(
        store.accounts(None, &page).await.expect("reads"),
        [moved.clone(), city.clone(), town.clone()]
    );
    assert_eq!(store.accounts(Some(&AccountHome::City), &page).await.expect("reads"), [city]);
    let home = AccountHome::Community(super::HERE.into());
    assert_eq!(store.accounts(Some(&home), &page).await.expect("reads"), [moved]);
    let after = Page::after("acc_2".to_owned(), 9);
    assert_eq!(store.accounts(None, &after).await.expect("reads"), [town]);
    close(factory, store).await;
}

async fn sessions_expire_and_are_revoked<F: Factory>(factory: &F) {
    let store = furnished(factory, "sessions").await;
    let orphan = store.commit(Unit::global().row(Row::PutSession(session("ses_1", "acc_1", "a")))).await;
    assert!(matches!(orphan, Err(StoreError::Missing { .. })), "{orphan:?}");
    let owner = account("acc_1", 1, "luxiuying", None);
    let other = account("acc_2", 1, "other", None);
    let unit = Unit::global()
        .row(Row::PutAccount(owner.clone()))
        .row(Row::PutAccount(other))
        .row(Row::PutSession(session("ses_1", "acc_1", "a")))
        .row(Row::PutSession(session("ses_2", "acc_1", "b")))
        .row(Row::PutSession(SessionRow { kind: SessionKind::Browser, ..session("ses_3", "acc_2", "c") }));
    store.commit(unit).await.expect("commits");
    let lookup =
        async |token: &str, at| store.session(&Digest::of(token.as_bytes()), at).await.expect("reads");
    assert_eq!(lookup("a", now()).await, Some((session("ses_1", "acc_1", "a"), owner.clone())));
    assert_eq!(lookup("z", now()).await, None);
    assert_eq!(lookup("a", now() + SignedDuration::from_hours(1)).await, None, "expired at its moment");
    assert_eq!(store.sessions_of("acc_1", now()).await.expect("reads").len(), 2);

    let foreign = Row::RevokeSession { account: "acc_2".into(), id: "ses_1".into() };
    store.commit(Unit::global().row(foreign)).await.expect("revokes nothing");
    assert!(lookup("a", now()).await.is_some());
    let own = Row::RevokeSession { account: "acc_1".into(), id: "ses_1".into() };
    store.commit(Unit::global().row(own)).await.expect("revokes");
    assert!(lookup("a", now()).await.is_none() && lookup("b", now()).await.is_some());

    let disabled = AccountRow { version: 2, disabled: true, ..owner };
    store.commit(Unit::global().row(Row::PutAccount(disabled))).await.expect("commits");
    assert_eq!(lookup("b", now()).await, None, "a disabled account's tokens do not count");
    assert!(lookup("c", now()).await.is_some());
    store
        .commit(Unit::global().row(Row::RevokeSessionsOf { account: "acc_2".into() }))
        .await
        .expect("revokes");
    assert!(lookup("c", now()).await.is_none());
    let later = now() + SignedDuration::from_hours(2);
    store.commit(Unit::global().row(Row::Sweep { before: later })).await.expect("sweeps");
    assert!(store.sessions_of("acc_1", now()).await.expect("reads").is_empty());
    close(factory, store).await;
}
