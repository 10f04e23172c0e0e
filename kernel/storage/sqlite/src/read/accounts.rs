//! Accounts, sessions and tokens.

use jiff::Timestamp;
use sqlx::sqlite::SqlitePool;
use yishi_canonical::Digest;
use yishi_storage::{AccountHome, AccountRow, Page, Scope, SessionKind, SessionRow, StoreError};

use super::{Read, after, all, limit, one};
use crate::apply::home;
use crate::decode::{Columns, micros};

fn account_row(columns: &mut Columns<'_>) -> Read<AccountRow> {
    Ok(AccountRow {
        id: columns.text()?,
        version: columns.count()?,
        login: columns.text()?,
        password_hash: columns.get()?,
        must_change_password: columns.flag()?,
        display_name: columns.text()?,
        locale: columns.text()?,
        disabled: columns.flag()?,
        home: match (columns.text()?.as_str(), columns.text()?) {
            ("city", _) => AccountHome::City,
            ("town", id) => AccountHome::Town(id),
            ("community", id) => AccountHome::Community(id),
            (other, _) => return Err(StoreError::Corrupt { what: format!("`{other}` is not a level") }),
        },
        roles: columns.json()?,
        person: columns.get::<Option<String>>()?.zip(columns.get::<Option<String>>()?),
        created: columns.time()?,
        extra: columns.json()?,
    })
}

fn session_row(columns: &mut Columns<'_>) -> Read<SessionRow> {
    Ok(SessionRow {
        id: columns.text()?,
        token: columns.digest()?,
        account: columns.text()?,
        kind: match columns.text()?.as_str() {
            "browser" => SessionKind::Browser,
            "bearer" => SessionKind::Bearer,
            other => return Err(StoreError::Corrupt { what: format!("`{other}` is not a session") }),
        },
        label: columns.text()?,
        created: columns.time()?,
        expires: columns.time()?,
    })
}

pub(crate) async fn account(pool: &SqlitePool, id: &str) -> Read<Option<AccountRow>> {
    let query = sqlx::query(
        "SELECT id, version, login, password_hash, must_change_password, display_name, locale, disabled,
                home_level, home, roles, community, person, created, extra
         FROM accounts WHERE id = ?1",
    );
    one(pool, query.bind(id), account_row).await
}

pub(crate) async fn account_by_login(pool: &SqlitePool, login: &str) -> Read<Option<AccountRow>> {
    let query = sqlx::query(
        "SELECT id, version, login, password_hash, must_change_password, display_name, locale, disabled,
                home_level, home, roles, community, person, created, extra
         FROM accounts WHERE login = ?1",
    );
    one(pool, query.bind(login), account_row).await
}

pub(crate) async fn account_of_person(
    pool: &SqlitePool,
    scope: &Scope,
    person: &str,
) -> Read<Option<AccountRow>> {
    let query = sqlx::query(
        "SELECT id, version, login, password_hash, must_change_password, display_name, locale, disabled,
                home_level, home, roles, community, person, created, extra
         FROM accounts WHERE community = ?1 AND person = ?2",
    );
    one(pool, query.bind(scope.community()).bind(person), account_row).await
}

pub(crate) async fn accounts(
    pool: &SqlitePool,
    wanted: Option<&AccountHome>,
    page: &Page<String>,
) -> Read<Vec<AccountRow>> {
    let Some(wanted) = wanted else {
        let query = sqlx::query(
            "SELECT id, version, login, password_hash, must_change_password, display_name, locale, disabled,
                    home_level, home, roles, community, person, created, extra
             FROM accounts WHERE id > ?1 ORDER BY id LIMIT ?2 + 0",
        );
        return all(pool, query.bind(after(page)).bind(limit(page.limit)), account_row).await;
    };
    let (level, id) = home(wanted);
    let query = sqlx::query(
        "SELECT id, version, login, password_hash, must_change_password, display_name, locale, disabled,
                home_level, home, roles, community, person, created, extra
         FROM accounts
         WHERE home_level = ?3 AND home = ?4 AND id > ?1 AND login NOT GLOB 'erased:*' ORDER BY id LIMIT ?2 + 0",
    );
    all(pool, query.bind(after(page)).bind(limit(page.limit)).bind(level).bind(id), account_row).await
}

pub(crate) async fn session(
    pool: &SqlitePool,
    token: &Digest,
    now: Timestamp,
) -> Read<Option<(SessionRow, AccountRow)>> {
    let query = sqlx::query(
        "SELECT s.id, s.token, s.account, s.kind, s.label, s.created, s.expires,
                a.id, a.version, a.login, a.password_hash, a.must_change_password, a.display_name, a.locale,
                a.disabled, a.home_level, a.home, a.roles, a.community, a.person, a.created,
                a.extra
         FROM sessions s JOIN accounts a ON a.id = s.account
         WHERE s.token = ?1 AND s.expires > ?2 AND a.disabled = 0",
    );
    let query = query.bind(token.as_bytes().as_slice()).bind(micros(now));
    one(pool, query, |columns| Ok((session_row(columns)?, account_row(columns)?))).await
}

pub(crate) async fn sessions_of(pool: &SqlitePool, account: &str, now: Timestamp) -> Read<Vec<SessionRow>> {
    let query = sqlx::query(
        "SELECT id, token, account, kind, label, created, expires FROM sessions
         WHERE account = ?1 AND expires > ?2 ORDER BY created, id",
    );
    all(pool, query.bind(account).bind(micros(now)), session_row).await
}
