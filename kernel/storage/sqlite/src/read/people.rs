//! Persons and households.

use sqlx::sqlite::SqlitePool;
use yishi_storage::{CommentRow, HouseholdRow, Page, PersonQuery, PersonRow, Scope};

use super::{Read, after, all, limit, one};
use crate::decode::Columns;

fn person_row(columns: &mut Columns<'_>) -> Read<PersonRow> {
    Ok(PersonRow {
        id: columns.text()?,
        version: columns.count()?,
        name: columns.text()?,
        birth_date: columns.date()?,
        registration: columns.text()?,
        household: columns.text()?,
        resident_since: columns.date()?,
        party_member: columns.flag()?,
        sex: columns.text()?,
        phone: columns.get()?,
        extra: columns.json()?,
    })
}

pub(crate) async fn person(pool: &SqlitePool, scope: &Scope, id: &str) -> Read<Option<PersonRow>> {
    let query = sqlx::query(
        "SELECT id, version, name, birth_date, registration, household, resident_since, party_member, sex,
                phone, extra
         FROM persons WHERE community = ?1 AND id = ?2",
    );
    one(pool, query.bind(scope.community()).bind(id), person_row).await
}

pub(crate) async fn persons(pool: &SqlitePool, scope: &Scope, wanted: &PersonQuery) -> Read<Vec<PersonRow>> {
    let sql = if wanted.household.is_some() {
        "SELECT id, version, name, birth_date, registration, household, resident_since, party_member, sex,
                phone, extra
         FROM persons
         WHERE community = ?1 AND household = ?5 AND id > ?2 AND (?3 IS NULL OR instr(name, ?3) > 0)
         ORDER BY id LIMIT ?4 + 0"
    } else {
        "SELECT id, version, name, birth_date, registration, household, resident_since, party_member, sex,
                phone, extra
         FROM persons
         WHERE community = ?1 AND id > ?2 AND (?3 IS NULL OR instr(name, ?3) > 0)
         ORDER BY id LIMIT ?4 + 0"
    };
    let query = sqlx::query(sql)
        .bind(scope.community())
        .bind(after(&wanted.page))
        .bind(&wanted.name_contains)
        .bind(limit(wanted.page.limit));
    let query = if let Some(household) = &wanted.household { query.bind(household) } else { query };
    all(pool, query, person_row).await
}

pub(crate) async fn person_count(pool: &SqlitePool, scope: &Scope) -> Read<u64> {
    let query = sqlx::query("SELECT count(*) FROM persons WHERE community = ?1");
    Ok(one(pool, query.bind(scope.community()), |columns| columns.count()).await?.unwrap_or(0))
}

fn household_row(columns: &mut Columns<'_>) -> Read<HouseholdRow> {
    Ok(HouseholdRow {
        id: columns.text()?,
        version: columns.count()?,
        label: columns.text()?,
        head: columns.get()?,
        extra: columns.json()?,
    })
}

pub(crate) async fn household(pool: &SqlitePool, scope: &Scope, id: &str) -> Read<Option<HouseholdRow>> {
    let query = sqlx::query(
        "SELECT id, version, label, head, extra FROM households WHERE community = ?1 AND id = ?2",
    );
    one(pool, query.bind(scope.community()).bind(id), household_row).await
}

pub(crate) async fn households(
    pool: &SqlitePool,
    scope: &Scope,
    page: &Page<String>,
) -> Read<Vec<HouseholdRow>> {
    let query = sqlx::query(
        "SELECT id, version, label, head, extra FROM households
         WHERE community = ?1 AND id > ?2 ORDER BY id LIMIT ?3 + 0",
    );
    all(pool, query.bind(scope.community()).bind(after(page)).bind(limit(page.limit)), household_row).await
}

pub(crate) async fn household_count(pool: &SqlitePool, scope: &Scope) -> Read<u64> {
    let query = sqlx::query("SELECT count(*) FROM households WHERE community = ?1");
    Ok(one(pool, query.bind(scope.community()), |columns| columns.count()).await?.unwrap_or(0))
}

fn comment_row(columns: &mut Columns<'_>) -> Read<CommentRow> {
    Ok(CommentRow {
        id: columns.text()?,
        subject: columns.text()?,
        author: columns.text()?,
        text: columns.text()?,
        salt: columns.maybe_bytes()?,
        hidden: columns.flag()?,
        created: columns.time()?,
    })
}

pub(crate) async fn comment(pool: &SqlitePool, scope: &Scope, id: &str) -> Read<Option<CommentRow>> {
    let query = sqlx::query(
        "SELECT id, subject, author, text, salt, hidden, created FROM comments WHERE community = ?1 AND id = ?2",
    );
    one(pool, query.bind(scope.community()).bind(id), comment_row).await
}

pub(crate) async fn comment_count(pool: &SqlitePool, scope: &Scope, subject: &str) -> Read<u64> {
    let query = sqlx::query("SELECT count(*) FROM comments WHERE community = ?1 AND subject = ?2");
    let count = one(pool, query.bind(scope.community()).bind(subject), |columns| columns.count()).await?;
    Ok(count.unwrap_or(0))
}

pub(crate) async fn comments(
    pool: &SqlitePool,
    scope: &Scope,
    subject: &str,
    page: &Page<String>,
) -> Read<Vec<CommentRow>> {
    let query = sqlx::query(
        "SELECT id, subject, author, text, salt, hidden, created FROM comments
         WHERE community = ?1 AND subject = ?2 AND id > ?3 ORDER BY id LIMIT ?4 + 0",
    )
    .bind(scope.community())
    .bind(subject)
    .bind(after(page))
    .bind(limit(page.limit));
    all(pool, query, comment_row).await
}

pub(crate) async fn salts(
    pool: &SqlitePool,
    scope: &Scope,
    subjects: &[String],
) -> Read<Vec<(String, [u8; 32])>> {
    let query = sqlx::query(
        "SELECT subject, salt FROM salts
         WHERE community = ?1 AND subject IN (SELECT value FROM json_each(?2))",
    );
    let wanted = serde_json::Value::from(subjects).to_string();
    all(pool, query.bind(scope.community()).bind(wanted), |columns| Ok((columns.text()?, columns.bytes()?)))
        .await
}

pub(crate) async fn subjects(
    pool: &SqlitePool,
    scope: &Scope,
    pseudonyms: &[String],
) -> Read<Vec<(String, String)>> {
    let query = sqlx::query(
        "SELECT pseudonym, subject FROM pseudonyms
         WHERE community = ?1 AND pseudonym IN (SELECT value FROM json_each(?2))",
    );
    let wanted = serde_json::Value::from(pseudonyms).to_string();
    all(pool, query.bind(scope.community()).bind(wanted), |columns| Ok((columns.text()?, columns.text()?)))
        .await
}
