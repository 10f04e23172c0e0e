//! Writing one row of a unit.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use yishi_storage::{
    AccountHome, AccountRow, BallotDraft, BallotSecrecy, CommunityRow, HouseholdRow, IdempotencyRecord,
    PersonRow, PluginRecordRow, PointRow, Row, SessionKind, SessionRow, ShelfRow, StoreError, ViewRow,
};

use crate::decode::{self, micros, signed};
use crate::error::{Failure, is_constraint};

type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Writes a row. `community` is empty only for global rows, which do not look at it.
pub(crate) async fn row(
    connection: &mut SqliteConnection,
    community: &str,
    row: &Row,
) -> Result<(), Failure> {
    match row {
        Row::PutView(view) => put_view(connection, community, view).await,
        Row::ExpectView { kind, id, version } => expect_view(connection, community, kind, id, *version).await,
        Row::DeleteView { kind, id } => {
            let sql = "DELETE FROM views WHERE community = ?1 AND kind = ?2 AND id = ?3";
            run(connection, sqlx::query(sql).bind(community).bind(kind).bind(id)).await.map(drop)
        }
        Row::PutDocument(document) => {
            let sql = "INSERT INTO documents (community, digest, salt, media_type, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
                       ON CONFLICT DO NOTHING";
            let query = sqlx::query(sql)
                .bind(community)
                .bind(document.digest.as_bytes().as_slice())
                .bind(document.salt.as_ref().map(<[u8; 32]>::as_slice))
                .bind(&document.media_type)
                .bind(document.bytes.as_slice());
            run(connection, query).await.map(drop)
        }
        Row::EraseDocument { digest } => {
            let sql = "DELETE FROM documents WHERE community = ?1 AND digest = ?2";
            let query = sqlx::query(sql).bind(community).bind(digest.as_bytes().as_slice());
            run(connection, query).await.map(drop)
        }
        Row::PutSalts(salts) => put_salts(connection, community, salts).await,
        Row::PutPseudonyms(pairs) => put_pseudonyms(connection, community, pairs).await,
        Row::PutPerson(person) => put_person(connection, community, person).await,
        Row::ErasePerson { id } => erase_person(connection, community, id).await,
        Row::PutHousehold(household) => put_household(connection, community, household).await,
        Row::DeleteHousehold { id } => delete_household(connection, community, id).await,
        Row::PutAccount(account) => put_account(connection, account).await,
        Row::PutSession(session) => put_session(connection, session).await,
        Row::RevokeSession { account, id } => {
            let sql = "DELETE FROM sessions WHERE account = ?1 AND id = ?2";
            run(connection, sqlx::query(sql).bind(account).bind(id)).await.map(drop)
        }
        Row::RevokeSessionsOf { account } => {
            run(connection, sqlx::query("DELETE FROM sessions WHERE account = ?1").bind(account))
                .await
                .map(drop)
        }
        Row::PutTown(town) => {
            let sql = "INSERT INTO towns (id, name, region, created) VALUES (?1, ?2, ?3, ?4)
                       ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region";
            let query = sqlx::query(sql)
                .bind(&town.id)
                .bind(&town.name)
                .bind(&town.region)
                .bind(micros(town.created));
            run(connection, query).await.map(drop)
        }
        Row::PutCommunity(community) => put_community(connection, community).await,
        Row::PutComponent { digest, bytes } => {
            let sql = "INSERT INTO components (digest, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            let query = sqlx::query(sql).bind(digest.as_bytes().as_slice()).bind(bytes.as_slice());
            run(connection, query).await.map(drop)
        }
        Row::PutShelf(item) => put_shelf(connection, community, item).await,
        Row::OpenBallot(draft) => open_ballot(connection, community, draft).await,
        Row::SettleBallot { ballot } => settle_ballot(connection, community, ballot).await,
        Row::PutComment(comment) => {
            let sql = "INSERT INTO comments (community, id, subject, author, text, salt, hidden, created)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let query = sqlx::query(sql)
                .bind(community)
                .bind(&comment.id)
                .bind(&comment.subject)
                .bind(&comment.author)
                .bind(&comment.text)
                .bind(comment.salt.as_ref().map(<[u8; 32]>::as_slice))
                .bind(comment.hidden)
                .bind(micros(comment.created));
            run(connection, query).await.map(drop)
        }
        Row::HideComment { id } => {
            let sql =
                "UPDATE comments SET text = '', salt = NULL, hidden = 1 WHERE community = ?1 AND id = ?2";
            let changed = run(connection, sqlx::query(sql).bind(community).bind(id)).await?;
            present(changed, "comment", id)
        }
        Row::ReplaceAnswers { id, response } => {
            // An answer is about the thing itself, or is a list in which it is one of several.
            for sql in [
                "UPDATE idempotency SET response = ?2
                 WHERE instr(response, CAST(?1 AS BLOB)) > 0 AND json_valid(CAST(response AS TEXT))
                   AND json_extract(CAST(response AS TEXT), '$.id') = ?1",
                "UPDATE idempotency SET response = CAST((
                     SELECT json_group_array(json(iif(json_extract(one.value, '$.id') = ?1, CAST(?2 AS TEXT), one.value)))
                     FROM json_each(CAST(response AS TEXT)) one
                 ) AS BLOB)
                 WHERE instr(response, CAST(?1 AS BLOB)) > 0 AND json_valid(CAST(response AS TEXT))
                   AND json_type(CAST(response AS TEXT), '$[0].id') = 'text'",
            ] {
                run(connection, sqlx::query(sql).bind(id).bind(response.as_slice())).await?;
            }
            Ok(())
        }
        Row::PutPluginRecord(record) => put_plugin_record(connection, community, record).await,
        Row::WithdrawPluginRecords { basis } => {
            let sql = "UPDATE plugin_records SET withdrawn = 1 WHERE community = ?1 AND basis = ?2";
            run(connection, sqlx::query(sql).bind(community).bind(basis)).await.map(drop)
        }
        Row::PutPoint(point) => put_point(connection, community, point).await,
        Row::PutCheckpoint(checkpoint) => {
            let sql = "INSERT INTO checkpoints (community, size, root, note, at) VALUES (?1, ?2, ?3, ?4, ?5)
                       ON CONFLICT DO UPDATE SET note = excluded.note, at = excluded.at
                       WHERE root = excluded.root";
            let query = sqlx::query(sql)
                .bind(community)
                .bind(signed(checkpoint.size)?)
                .bind(checkpoint.root.as_bytes().as_slice())
                .bind(&checkpoint.note)
                .bind(micros(checkpoint.at));
            let changed = run(connection, query).await?;
            // One size has one root for ever; a second root would be a split view of the record.
            if changed == 0 { Err(corrupt("a checkpoint of this size has another root")) } else { Ok(()) }
        }
        Row::Outbox { topic, key, body, due } => {
            put_outbox(connection, community, topic, key, body, *due).await
        }
        Row::ClaimJob { job, owner, now, until } => claim_job(connection, job, owner, *now, *until).await,
        Row::EndJob { job, owner, due, error } => {
            let sql = "UPDATE jobs SET owner = NULL, until = NULL, due = ?3, error = ?4,
                           attempts = iif(?4 IS NULL, 0, attempts + 1)
                       WHERE job = ?1 AND owner = ?2";
            let query = sqlx::query(sql).bind(job).bind(owner).bind(micros(*due)).bind(error);
            match run(connection, query).await? {
                0 => Err(StoreError::Conflict { what: format!("job {job}") }.into()),
                _ => Ok(()),
            }
        }
        Row::OutboxDone { id } => {
            let gone = run(connection, sqlx::query("DELETE FROM outbox WHERE id = ?1").bind(*id)).await?;
            present(gone, "outbox item", &id.to_string())
        }
        Row::OutboxRetry { id, due, error } => {
            let sql = "UPDATE outbox SET attempts = attempts + 1, due = ?2, error = ?3 WHERE id = ?1";
            run(connection, sqlx::query(sql).bind(*id).bind(micros(*due)).bind(error)).await.map(drop)
        }
        Row::Sweep { before } => {
            for sql in
                ["DELETE FROM sessions WHERE expires < ?1", "DELETE FROM idempotency WHERE expires < ?1"]
            {
                run(connection, sqlx::query(sql).bind(micros(*before))).await?;
            }
            Ok(())
        }
        other => Err(StoreError::Invalid { what: format!("unknown row {other:?}") }.into()),
    }
}

/// Refuses a request that was carried out before, or keeps its answer.
pub(crate) async fn idempotency(
    connection: &mut SqliteConnection,
    record: &IdempotencyRecord,
) -> Result<(), Failure> {
    let query = sqlx::query(
        "INSERT INTO idempotency (owner, key, request, status, response, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (owner, key) DO NOTHING",
    )
    .bind(&record.owner)
    .bind(&record.key)
    .bind(record.request.as_bytes().as_slice())
    .bind(i64::from(record.status))
    .bind(record.response.as_slice())
    .bind(micros(record.expires));
    if run(&mut *connection, query).await? == 1 {
        return Ok(());
    }
    let stored = sqlx::query(
        "SELECT owner, key, request, status, response, expires FROM idempotency WHERE owner = ?1 AND key = ?2",
    )
    .bind(&record.owner)
    .bind(&record.key)
    .fetch_one(&mut *connection)
    .await?;
    let first = decode::one(Some(stored), crate::read::requests::record)?;
    Err(Failure::Refused(match first {
        Some(first) if first.request == record.request => StoreError::Replayed(Box::new(first)),
        _ => StoreError::KeyReused,
    }))
}

async fn run(connection: &mut SqliteConnection, query: Statement<'_>) -> Result<u64, Failure> {
    Ok(query.execute(connection).await?.rows_affected())
}

/// Writes a versioned row: an insert for version 1, else an update of exactly the version before.
async fn versioned(
    connection: &mut SqliteConnection,
    version: u64,
    what: (&'static str, &str),
    insert: Statement<'_>,
    update: Statement<'_>,
) -> Result<(), Failure> {
    let (kind, id) = what;
    let conflict = || Failure::Refused(StoreError::Conflict { what: format!("{kind} {id}") });
    let changed = match if version == 1 { insert } else { update }.execute(connection).await {
        Ok(done) => done.rows_affected(),
        // Only the primary key of the row itself; other constraints keep their own meaning.
        Err(error) if version == 1 && is_primary_key(&error) => return Err(conflict()),
        Err(error) => return Err(error.into()),
    };
    if changed == 1 { Ok(()) } else { Err(conflict()) }
}

fn is_primary_key(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("1555"))
}

fn present(changed: u64, kind: &str, id: &str) -> Result<(), Failure> {
    if changed == 0 { Err(StoreError::Missing { what: format!("{kind} {id}") }.into()) } else { Ok(()) }
}

fn corrupt(what: &str) -> Failure {
    Failure::Refused(StoreError::Corrupt { what: what.to_owned() })
}

async fn put_view(connection: &mut SqliteConnection, community: &str, view: &ViewRow) -> Result<(), Failure> {
    let query = sqlx::query(
        "INSERT INTO views (community, kind, id, sort, parent, version, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (community, kind, id) DO UPDATE SET
             sort = excluded.sort, parent = excluded.parent, version = excluded.version, body = excluded.body",
    )
    .bind(community)
    .bind(&view.kind)
    .bind(&view.id)
    .bind(&view.sort)
    .bind(&view.parent)
    .bind(signed(view.version)?)
    .bind(view.body.to_string());
    run(connection, query).await.map(drop)
}

async fn expect_view(
    connection: &mut SqliteConnection,
    community: &str,
    kind: &str,
    id: &str,
    version: u64,
) -> Result<(), Failure> {
    let found: Option<i64> =
        sqlx::query_scalar("SELECT version FROM views WHERE community = ?1 AND kind = ?2 AND id = ?3")
            .bind(community)
            .bind(kind)
            .bind(id)
            .fetch_optional(connection)
            .await?;
    if found.unwrap_or(0) == signed(version)? {
        Ok(())
    } else {
        Err(StoreError::Conflict { what: format!("{kind} {id}") }.into())
    }
}

async fn put_person(
    connection: &mut SqliteConnection,
    community: &str,
    person: &PersonRow,
) -> Result<(), Failure> {
    let version = signed(person.version)?;
    let bind = |sql: &'static str| {
        sqlx::query(sql)
            .bind(community)
            .bind(&person.id)
            .bind(version)
            .bind(&person.name)
            .bind(person.birth_date.to_string())
            .bind(&person.registration)
            .bind(&person.household)
            .bind(person.resident_since.to_string())
            .bind(person.party_member)
            .bind(&person.sex)
            .bind(&person.phone)
            .bind(person.extra.to_string())
    };
    let insert = bind(
        "INSERT INTO persons (community, id, version, name, birth_date, registration, household,
             resident_since, party_member, sex, phone, extra)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    );
    let update = bind(
        "UPDATE persons SET version = ?3, name = ?4, birth_date = ?5, registration = ?6, household = ?7,
             resident_since = ?8, party_member = ?9, sex = ?10, phone = ?11, extra = ?12
         WHERE community = ?1 AND id = ?2 AND version = ?3 - 1",
    );
    versioned(connection, person.version, ("person", &person.id), insert, update).await
}

async fn put_salts(
    connection: &mut SqliteConnection,
    community: &str,
    salts: &[(String, [u8; 32])],
) -> Result<(), Failure> {
    let salts = salts.iter().map(|(subject, salt)| Value::from(vec![subject.clone(), hex::encode(salt)]));
    let query = sqlx::query(
        "INSERT INTO salts (community, subject, salt)
         SELECT ?1, value ->> 0, unhex(value ->> 1) FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(community)
    .bind(salts.collect::<Value>().to_string());
    run(connection, query).await.map(drop)
}

async fn put_pseudonyms(
    connection: &mut SqliteConnection,
    community: &str,
    pairs: &[(String, String)],
) -> Result<(), Failure> {
    let pairs =
        pairs.iter().map(|(pseudonym, subject)| Value::from(vec![pseudonym.clone(), subject.clone()]));
    let query = sqlx::query(
        "INSERT INTO pseudonyms (community, pseudonym, subject)
         SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(community)
    .bind(pairs.collect::<Value>().to_string());
    run(connection, query).await.map(drop)
}

/// Takes away everything that is about the person and is not the record: the row, the comments' texts, the
/// account's link and name, and whatever tells whose the pseudonyms of the record are. The account itself is ended.
async fn erase_person(connection: &mut SqliteConnection, community: &str, id: &str) -> Result<(), Failure> {
    let gone = "DELETE FROM persons WHERE community = ?1 AND id = ?2";
    let changed = run(connection, sqlx::query(gone).bind(community).bind(id)).await?;
    present(changed, "person", id)?;
    let answers = "UPDATE idempotency SET response = CAST('{\"erased\":true}' AS BLOB)
                   WHERE instr(response, CAST(?1 AS BLOB)) > 0";
    run(connection, sqlx::query(answers).bind(id)).await?;
    for sql in [
        "UPDATE households SET head = NULL, version = version + 1 WHERE community = ?1 AND head = ?2",
        "UPDATE comments SET text = '', salt = NULL, hidden = 1 WHERE community = ?1 AND author = ?2",
        // Before the account forgets whose it is.
        "DELETE FROM pseudonyms WHERE community = ?1 AND (subject = ?2 OR subject IN
             (SELECT id FROM accounts WHERE community = ?1 AND person = ?2))",
        "DELETE FROM salts WHERE community = ?1 AND (subject = ?2 OR subject IN
             (SELECT id FROM accounts WHERE community = ?1 AND person = ?2))",
        // In ballots they stand from now on as they stand in the log.
        "INSERT INTO ballot_rolls (community, ballot, voter, pseudonym)
             SELECT community, ballot, pseudonym, pseudonym FROM ballot_rolls
             WHERE community = ?1 AND voter = ?2",
        "UPDATE votes SET idempotency_key = NULL, voter =
             (SELECT r.pseudonym FROM ballot_rolls r
              WHERE r.community = votes.community AND r.ballot = votes.ballot AND r.voter = votes.voter)
         WHERE community = ?1 AND voter = ?2",
        "DELETE FROM ballot_rolls WHERE community = ?1 AND voter = ?2",
        "DELETE FROM sessions WHERE account IN
             (SELECT id FROM accounts WHERE community = ?1 AND person = ?2)",
        "UPDATE accounts SET login = 'erased:' || id, display_name = '', password_hash = NULL, disabled = 1,
             community = NULL, person = NULL, roles = '[]', extra = 'null', version = version + 1
         WHERE community = ?1 AND person = ?2",
    ] {
        run(connection, sqlx::query(sql).bind(community).bind(id)).await?;
    }
    Ok(())
}

async fn put_household(
    connection: &mut SqliteConnection,
    community: &str,
    household: &HouseholdRow,
) -> Result<(), Failure> {
    let version = signed(household.version)?;
    let bind = |sql: &'static str| {
        sqlx::query(sql)
            .bind(community)
            .bind(&household.id)
            .bind(version)
            .bind(&household.label)
            .bind(&household.head)
            .bind(household.extra.to_string())
    };
    let insert = bind(
        "INSERT INTO households (community, id, version, label, head, extra) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    );
    let update = bind(
        "UPDATE households SET version = ?3, label = ?4, head = ?5, extra = ?6
         WHERE community = ?1 AND id = ?2 AND version = ?3 - 1",
    );
    versioned(connection, household.version, ("household", &household.id), insert, update).await
}

async fn delete_household(
    connection: &mut SqliteConnection,
    community: &str,
    id: &str,
) -> Result<(), Failure> {
    let query =
        sqlx::query("DELETE FROM households WHERE community = ?1 AND id = ?2").bind(community).bind(id);
    match query.execute(&mut *connection).await {
        Ok(done) => {
            present(done.rows_affected(), "household", id)?;
            for sql in [
                "DELETE FROM pseudonyms WHERE community = ?1 AND subject = ?2",
                "DELETE FROM salts WHERE community = ?1 AND subject = ?2",
            ] {
                run(connection, sqlx::query(sql).bind(community).bind(id)).await?;
            }
            Ok(())
        }
        Err(error) if is_constraint(&error) => {
            Err(StoreError::Conflict { what: format!("household {id}") }.into())
        }
        Err(error) => Err(error.into()),
    }
}

async fn put_account(connection: &mut SqliteConnection, account: &AccountRow) -> Result<(), Failure> {
    let version = signed(account.version)?;
    let (level, home) = home(&account.home);
    let (community, person) = match &account.person {
        Some((community, person)) => (Some(community), Some(person)),
        None => (None, None),
    };
    let taken = taken(connection, account).await?;
    if let Some(what) = taken {
        return Err(StoreError::Taken { what }.into());
    }
    let bind = |sql: &'static str| {
        sqlx::query(sql)
            .bind(&account.id)
            .bind(version)
            .bind(&account.login)
            .bind(&account.password_hash)
            .bind(&account.display_name)
            .bind(&account.locale)
            .bind(account.disabled)
            .bind(level)
            .bind(home)
            .bind(account.roles.to_string())
            .bind(community)
            .bind(person)
            .bind(micros(account.created))
            .bind(account.must_change_password)
            .bind(account.extra.to_string())
    };
    let insert = bind(
        "INSERT INTO accounts (id, version, login, password_hash, display_name, locale, disabled, home_level,
             home, roles, community, person, created, must_change_password, extra)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    );
    let update = bind(
        "UPDATE accounts SET version = ?2, login = ?3, password_hash = ?4, display_name = ?5, locale = ?6,
             disabled = ?7, home_level = ?8, home = ?9, roles = ?10, community = ?11, person = ?12,
             must_change_password = ?14, extra = ?15
         WHERE id = ?1 AND version = ?2 - 1",
    );
    versioned(connection, account.version, ("account", &account.id), insert, update).await
}

/// Which unique thing of the account another account has.
async fn taken(
    connection: &mut SqliteConnection,
    account: &AccountRow,
) -> Result<Option<&'static str>, Failure> {
    let other: Option<String> = sqlx::query_scalar("SELECT id FROM accounts WHERE login = ?1 AND id <> ?2")
        .bind(&account.login)
        .bind(&account.id)
        .fetch_optional(&mut *connection)
        .await?;
    if other.is_some() {
        return Ok(Some("login"));
    }
    let Some((community, person)) = &account.person else { return Ok(None) };
    let other: Option<String> =
        sqlx::query_scalar("SELECT id FROM accounts WHERE community = ?1 AND person = ?2 AND id <> ?3")
            .bind(community)
            .bind(person)
            .bind(&account.id)
            .fetch_optional(connection)
            .await?;
    Ok(other.map(|_| "person"))
}

/// A home as stored: its level and, below the city, its id.
pub(crate) fn home(home: &AccountHome) -> (&'static str, &str) {
    match home {
        AccountHome::City => ("city", ""),
        AccountHome::Town(id) => ("town", id),
        AccountHome::Community(id) => ("community", id),
    }
}

async fn put_session(connection: &mut SqliteConnection, session: &SessionRow) -> Result<(), Failure> {
    let kind = match session.kind {
        SessionKind::Browser => "browser",
        SessionKind::Bearer => "bearer",
    };
    let query = sqlx::query(
        "INSERT INTO sessions (account, id, token, kind, label, created, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )
    .bind(&session.account)
    .bind(&session.id)
    .bind(session.token.as_bytes().as_slice())
    .bind(kind)
    .bind(&session.label)
    .bind(micros(session.created))
    .bind(micros(session.expires));
    run(connection, query).await.map(drop)
}

async fn put_community(connection: &mut SqliteConnection, row: &CommunityRow) -> Result<(), Failure> {
    let version = signed(row.version)?;
    let bind = |sql: &'static str| {
        sqlx::query(sql)
            .bind(&row.id)
            .bind(version)
            .bind(&row.town)
            .bind(&row.name)
            .bind(&row.kind)
            .bind(&row.region)
            .bind(row.settings.to_string())
            .bind(micros(row.created))
    };
    let insert = bind(
        "INSERT INTO communities (id, version, town, name, kind, region, settings, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    );
    let update = bind(
        "UPDATE communities SET version = ?2, town = ?3, name = ?4, kind = ?5, region = ?6, settings = ?7
         WHERE id = ?1 AND version = ?2 - 1",
    );
    versioned(connection, row.version, ("community", &row.id), insert, update).await
}

async fn put_shelf(
    connection: &mut SqliteConnection,
    community: &str,
    item: &ShelfRow,
) -> Result<(), Failure> {
    let query = sqlx::query(
        "INSERT INTO shelf (community, digest, name, version, kind, actor, added, report)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (community, digest) DO UPDATE SET report = excluded.report",
    )
    .bind(community)
    .bind(item.digest.as_bytes().as_slice())
    .bind(&item.name)
    .bind(&item.version)
    .bind(&item.kind)
    .bind(&item.actor)
    .bind(micros(item.added))
    .bind(item.report.to_string());
    run(connection, query).await.map(drop)
}

async fn open_ballot(
    connection: &mut SqliteConnection,
    community: &str,
    draft: &BallotDraft,
) -> Result<(), Failure> {
    let secrecy = match draft.secrecy {
        BallotSecrecy::Open => "open",
        BallotSecrecy::Secret => "secret",
    };
    let insert = sqlx::query(
        "INSERT INTO ballots (community, ballot, secrecy, state, deadline, roll_size)
         VALUES (?1, ?2, ?3, 'open', ?4, ?5) ON CONFLICT DO NOTHING",
    )
    .bind(community)
    .bind(&draft.ballot)
    .bind(secrecy)
    .bind(draft.deadline.map(micros))
    .bind(signed(draft.roll.len() as u64)?);
    if run(connection, insert).await? == 0 {
        return Err(StoreError::Conflict { what: format!("ballot {}", draft.ballot) }.into());
    }
    let places =
        draft.roll.iter().map(|place| Value::from(vec![place.voter.clone(), place.pseudonym.clone()]));
    let roll = sqlx::query(
        "INSERT INTO ballot_rolls (community, ballot, voter, pseudonym)
         SELECT ?1, ?2, value ->> 0, value ->> 1 FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(community)
    .bind(&draft.ballot)
    .bind(places.collect::<Value>().to_string());
    if run(connection, roll).await? == draft.roll.len() as u64 {
        Ok(())
    } else {
        Err(StoreError::Invalid { what: "a voter is on the roll twice".into() }.into())
    }
}

async fn settle_ballot(
    connection: &mut SqliteConnection,
    community: &str,
    ballot: &str,
) -> Result<(), Failure> {
    let settle = "UPDATE ballots SET state = 'settled'
                  WHERE community = ?1 AND ballot = ?2 AND state = 'stopped'";
    if run(connection, sqlx::query(settle).bind(community).bind(ballot)).await? == 0 {
        return Err(StoreError::Conflict { what: format!("ballot {ballot}") }.into());
    }
    // `secure_delete` overwrites what this removes; the key, without which it is nothing, goes after the commit.
    let destroy = "DELETE FROM sealed_choices WHERE community = ?1 AND ballot = ?2";
    run(connection, sqlx::query(destroy).bind(community).bind(ballot)).await.map(drop)
}

async fn put_plugin_record(
    connection: &mut SqliteConnection,
    community: &str,
    record: &PluginRecordRow,
) -> Result<(), Failure> {
    let query = sqlx::query(
        "INSERT INTO plugin_records (community, id, rule, kind, subject, basis, created, body, place)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, coalesce(max(place), 0) + 1 FROM plugin_records
         WHERE community = ?1 AND rule = ?3 AND kind = ?4 AND subject = ?5",
    )
    .bind(community)
    .bind(&record.id)
    .bind(&record.rule)
    .bind(&record.kind)
    .bind(&record.subject)
    .bind(&record.basis)
    .bind(micros(record.created))
    .bind(record.body.to_string());
    run(connection, query).await.map(drop)
}

async fn put_point(
    connection: &mut SqliteConnection,
    community: &str,
    point: &PointRow,
) -> Result<(), Failure> {
    let query = sqlx::query(
        "INSERT INTO points (community, id, rule, subject, amount, article, basis, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )
    .bind(community)
    .bind(&point.id)
    .bind(&point.rule)
    .bind(&point.subject)
    .bind(point.amount)
    .bind(&point.article)
    .bind(&point.basis)
    .bind(micros(point.created));
    run(connection, query).await.map(drop)
}

async fn claim_job(
    connection: &mut SqliteConnection,
    job: &str,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), Failure> {
    let sql = "INSERT INTO jobs (job, owner, until, due) VALUES (?1, ?2, ?4, ?3)
               ON CONFLICT (job) DO UPDATE SET owner = ?2, until = ?4
               WHERE owner = ?2 OR (due <= ?3 AND (owner IS NULL OR until <= ?3))";
    let query = sqlx::query(sql).bind(job).bind(owner).bind(micros(now)).bind(micros(until));
    match run(connection, query).await? {
        0 => Err(StoreError::Conflict { what: format!("job {job}") }.into()),
        _ => Ok(()),
    }
}

async fn put_outbox(
    connection: &mut SqliteConnection,
    community: &str,
    topic: &str,
    key: &str,
    body: &Value,
    due: Timestamp,
) -> Result<(), Failure> {
    let sql = "INSERT INTO outbox (community, topic, key, body, due) VALUES (?1, ?2, ?3, ?4, ?5)";
    let query = sqlx::query(sql)
        .bind((!community.is_empty()).then_some(community))
        .bind(topic)
        .bind(key)
        .bind(body.to_string())
        .bind(micros(due));
    run(connection, query).await.map(drop)
}
