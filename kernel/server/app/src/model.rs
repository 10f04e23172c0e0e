//! 读模型 (read models): the kinds of rows that listings and look-ups are made of, each with the type its rows hold, so that
//! what is written under a name is what is read under it.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use yishi_storage::{Page, Row, Scope, StoreError, ViewQuery, ViewRow};

use crate::{App, AppError, AppResult};

/// Listings are read to their end in steps of this many rows.
pub(crate) const STEP: u32 = 1_000;

/// One kind of rows.
pub(crate) struct Model<T> {
    pub(crate) kind: &'static str,
    holds: PhantomData<fn(T) -> T>,
}

/// A row as it was read.
pub(crate) struct Seen<T> {
    pub(crate) id: String,
    pub(crate) sort: String,
    pub(crate) parent: Option<String>,
    pub(crate) version: u64,
    pub(crate) body: T,
}

impl<T> Seen<T> {
    /// Where a page that begins after it goes on.
    pub(crate) fn key(&self) -> String {
        format!("{} {}", self.sort, self.id)
    }
}

impl<T> Model<T> {
    pub(crate) const fn new(kind: &'static str) -> Self {
        Self { kind, holds: PhantomData }
    }

    /// How a store is asked for one of its rows.
    pub(crate) const fn named<'a>(&self, id: &'a str) -> (&'static str, &'a str) {
        (self.kind, id)
    }

    /// The row must still be the one that was read; at 0 there must be none yet.
    pub(crate) fn as_read(&self, id: impl ToString, version: u64) -> Row {
        Row::ExpectView { kind: self.kind.to_owned(), id: id.to_string(), version }
    }

    pub(crate) fn delete(&self, id: impl ToString) -> Row {
        Row::DeleteView { kind: self.kind.to_owned(), id: id.to_string() }
    }
}

impl<T: Serialize> Model<T> {
    pub(crate) fn row(&self, id: impl ToString, version: u64, body: &T) -> AppResult<ViewRow> {
        let body = serde_json::to_value(body).map_err(AppError::internal)?;
        Ok(ViewRow::new(self.kind, id.to_string(), version, body))
    }

    pub(crate) fn put(&self, id: impl ToString, version: u64, body: &T) -> AppResult<Row> {
        Ok(Row::PutView(self.row(id, version, body)?))
    }

    /// The rows that write it anew, if nobody has since it was read at `version`.
    pub(crate) fn next(&self, id: impl ToString, version: u64, body: &T) -> AppResult<[Row; 2]> {
        Ok([self.as_read(id.to_string(), version), self.put(id, version + 1, body)?])
    }
}

impl<T: DeserializeOwned> Model<T> {
    fn seen(&self, row: ViewRow) -> AppResult<Seen<T>> {
        let ViewRow { id, sort, parent, version, body, .. } = row;
        let body = serde_json::from_value(body).map_err(AppError::internal)?;
        Ok(Seen { id, sort, parent, version, body })
    }
}

impl App {
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        scope: &Scope,
        model: &Model<T>,
        id: impl ToString,
    ) -> AppResult<Option<Seen<T>>> {
        let row = self.view(scope, model.kind, &id.to_string()).await?;
        row.map(|row| model.seen(row)).transpose()
    }

    /// What a row holds and its version: nothing at version 0 where there is none.
    pub(crate) async fn read_or_new<T: DeserializeOwned + Default>(
        &self,
        scope: &Scope,
        model: &Model<T>,
        id: impl ToString,
    ) -> AppResult<(T, u64)> {
        Ok(self.read(scope, model, id).await?.map_or_else(Default::default, |seen| (seen.body, seen.version)))
    }

    /// A page of rows, the last in order first.
    pub(crate) async fn latest<T: DeserializeOwned>(
        &self,
        scope: &Scope,
        model: &Model<T>,
        parent: Option<String>,
        page: Page<(String, String)>,
    ) -> AppResult<Vec<Seen<T>>> {
        let query = ViewQuery { kind: model.kind.to_owned(), parent, page, descending: true };
        self.store.views(scope, &query).await?.into_iter().map(|row| model.seen(row)).collect()
    }

    /// Every row, of one parent or all, in order. Read to the end: where a listing decides something, a row that is cut off
    /// would be one that nobody asks.
    pub(crate) async fn every<T: DeserializeOwned>(
        &self,
        scope: &Scope,
        model: &Model<T>,
        parent: Option<&str>,
    ) -> AppResult<Vec<Seen<T>>> {
        let rows = self.listing(scope, model.kind, parent).await?;
        rows.into_iter().map(|row| model.seen(row)).collect()
    }
}

/// Reads a listing to its end, page after page; each begins after the key of the last row before it.
pub(crate) async fn to_the_end<K, R, F>(
    read: impl Fn(Page<K>) -> F,
    key: impl Fn(&R) -> K,
) -> AppResult<Vec<R>>
where
    F: Future<Output = Result<Vec<R>, StoreError>>,
{
    let mut all: Vec<R> = Vec::new();
    loop {
        let rows = read(Page { after: all.last().map(&key), limit: STEP }).await?;
        let full = rows.len() == STEP as usize;
        all.extend(rows);
        if !full {
            return Ok(all);
        }
    }
}
