//! Ballots, rolls and participation.

use sqlx::sqlite::SqlitePool;
use yishi_storage::{BallotRow, Page, Participation, Scope, StoreError};

use super::{Read, after, all, limit, one};

pub(crate) async fn ballot(pool: &SqlitePool, scope: &Scope, ballot: &str) -> Read<Option<BallotRow>> {
    let query = sqlx::query(
        "SELECT ballot, secrecy, state, deadline, roll_size, cast_count
         FROM ballots WHERE community = ?1 AND ballot = ?2",
    );
    one(pool, query.bind(scope.community()).bind(ballot), |columns| {
        Ok(BallotRow {
            ballot: columns.text()?,
            secrecy: columns.word()?,
            state: columns.word()?,
            deadline: columns.maybe_time()?,
            roll_size: columns.count()?,
            cast: columns.count()?,
        })
    })
    .await
}

pub(crate) async fn voter(
    pool: &SqlitePool,
    scope: &Scope,
    ballot: &str,
    voter: &str,
) -> Read<Option<Option<Participation>>> {
    let query = sqlx::query(
        "SELECT r.voter, v.channel, v.choice, v.seq FROM ballot_rolls r
         LEFT JOIN votes v ON v.community = r.community AND v.ballot = r.ballot AND v.voter = r.voter
         WHERE r.community = ?1 AND r.ballot = ?2 AND r.voter = ?3",
    )
    .bind(scope.community())
    .bind(ballot)
    .bind(voter);
    one(pool, query, |columns| {
        let voter = columns.text()?;
        let Some(channel) = columns.maybe_word()? else { return Ok(None) };
        let choice = columns.maybe_word()?;
        Ok(Some(Participation { voter, choice, channel, seq: columns.count()? }))
    })
    .await
}

pub(crate) async fn participations(
    pool: &SqlitePool,
    scope: &Scope,
    ballot: &str,
    page: &Page<String>,
) -> Read<Vec<Participation>> {
    let query = sqlx::query(
        "SELECT voter, choice, channel, seq FROM votes
         WHERE community = ?1 AND ballot = ?2 AND voter > ?3 ORDER BY voter LIMIT ?4 + 0",
    )
    .bind(scope.community())
    .bind(ballot)
    .bind(after(page))
    .bind(limit(page.limit));
    all(pool, query, |columns| {
        Ok(Participation {
            voter: columns.text()?,
            choice: columns.maybe_word()?,
            channel: columns.word()?,
            seq: columns.count()?,
        })
    })
    .await
}

pub(crate) async fn roll(
    pool: &SqlitePool,
    scope: &Scope,
    ballot: &str,
    page: &Page<String>,
) -> Result<Vec<String>, StoreError> {
    let query = sqlx::query(
        "SELECT voter FROM ballot_rolls
         WHERE community = ?1 AND ballot = ?2 AND voter > ?3 ORDER BY voter LIMIT ?4 + 0",
    )
    .bind(scope.community())
    .bind(ballot)
    .bind(after(page))
    .bind(limit(page.limit));
    all(pool, query, |columns| columns.text()).await
}
