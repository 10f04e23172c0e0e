//! What every implementation refuses before it touches the database, so that databases cannot differ in it:
//! NUL characters (one database keeps them, another fails), digests that are not those of their bytes,
//! community rows without a community, and entries that could never be part of a log.

use serde_json::Value;
use yishi_canonical::Digest;

use crate::ballot::CastVote;
use crate::error::StoreError;
use crate::rows::AccountHome;
use crate::unit::{EntryDraft, Row, Unit};

impl Unit {
    /// Checks what can be checked without a database.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] naming what is wrong.
    pub fn validate(&self) -> Result<(), StoreError> {
        if let Some(scope) = &self.scope {
            text("community", scope.community())?;
        } else if !self.entries.is_empty() {
            return Err(invalid("entries without a community"));
        }
        self.entries.iter().try_for_each(entry)?;
        for row in &self.rows {
            if self.scope.is_none() && needs_scope(row) {
                return Err(invalid("a community's row without a community"));
            }
            check_row(row)?;
        }
        match &self.idempotency {
            Some(record) => {
                text("owner", &record.owner)?;
                text("key", &record.key)
            }
            None => Ok(()),
        }
    }
}

impl CastVote {
    /// Checks what can be checked without a database. What only names something stored needs no check: a
    /// voter or ballot that cannot exist is simply not there.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] naming what is wrong.
    pub fn validate(&self) -> Result<(), StoreError> {
        maybe("actor", self.actor.as_deref())?;
        maybe("idempotency key", self.idempotency_key.as_deref())
    }
}

fn entry(draft: &EntryDraft) -> Result<(), StoreError> {
    text("stream", &draft.stream)?;
    text("kind", &draft.kind)?;
    text("actor", &draft.actor)?;
    json("body", &draft.body)?;
    if draft.version == 0 {
        return Err(invalid("an entry's version starts at 1"));
    }
    if draft.kind == "ballot.cast" || draft.stream.ends_with(".cast") {
        return Err(invalid("votes become entries by being cast"));
    }
    if draft.body.is_object() { Ok(()) } else { Err(invalid("an entry's body must be an object")) }
}

const fn needs_scope(row: &Row) -> bool {
    !matches!(
        row,
        Row::PutAccount(_)
            | Row::PutSession(_)
            | Row::RevokeSession { .. }
            | Row::RevokeSessionsOf { .. }
            | Row::PutTown(_)
            | Row::PutCommunity(_)
            | Row::PutComponent { .. }
            | Row::ReplaceAnswers { .. }
            | Row::Outbox { .. }
            | Row::ClaimJob { .. }
            | Row::EndJob { .. }
            | Row::OutboxDone { .. }
            | Row::OutboxRetry { .. }
            | Row::Sweep { .. }
    )
}

fn check_row(row: &Row) -> Result<(), StoreError> {
    match row {
        Row::PutView(view) => {
            texts(&[("kind", &view.kind), ("id", &view.id)])?;
            plain("sort", &view.sort)?;
            maybe("parent", view.parent.as_deref())?;
            version(view.version)?;
            json("body", &view.body)
        }
        Row::PutDocument(document) => {
            text("media type", &document.media_type)?;
            if document.is_whole() { Ok(()) } else { Err(invalid("a digest is not that of its bytes")) }
        }
        Row::PutSalts(salts) => salts.iter().try_for_each(|(subject, _)| text("subject", subject)),
        Row::PutPseudonyms(pairs) => pairs
            .iter()
            .try_for_each(|(pseudonym, subject)| texts(&[("pseudonym", pseudonym), ("subject", subject)])),
        Row::PutComponent { digest, bytes } => addressed(digest, bytes),
        Row::PutPerson(person) => {
            texts(&[("id", &person.id), ("name", &person.name), ("household", &person.household)])?;
            maybe("phone", person.phone.as_deref())?;
            version(person.version)?;
            json("extra", &person.extra)
        }
        Row::PutHousehold(household) => {
            texts(&[("id", &household.id), ("label", &household.label)])?;
            maybe("head", household.head.as_deref())?;
            version(household.version)?;
            json("extra", &household.extra)
        }
        Row::PutAccount(account) => {
            texts(&[("id", &account.id), ("login", &account.login), ("locale", &account.locale)])?;
            plain("display name", &account.display_name)?;
            maybe("password hash", account.password_hash.as_deref())?;
            if let AccountHome::Town(home) | AccountHome::Community(home) = &account.home {
                text("home", home)?;
            }
            if let Some((community, person)) = &account.person {
                texts(&[("community", community), ("person", person)])?;
            }
            version(account.version)?;
            json("roles", &account.roles)?;
            json("extra", &account.extra)
        }
        Row::PutSession(session) => {
            texts(&[("id", &session.id), ("account", &session.account)])?;
            plain("label", &session.label)
        }
        Row::PutTown(town) => {
            texts(&[("id", &town.id), ("name", &town.name)])?;
            plain("region", &town.region)
        }
        Row::PutCommunity(community) => {
            texts(&[("id", &community.id), ("town", &community.town), ("name", &community.name)])?;
            plain("region", &community.region)?;
            version(community.version)?;
            json("settings", &community.settings)
        }
        Row::PutShelf(item) => {
            texts(&[("name", &item.name), ("version", &item.version), ("kind", &item.kind)])?;
            text("actor", &item.actor)?;
            json("report", &item.report)
        }
        Row::OpenBallot(draft) => {
            text("ballot", &draft.ballot)?;
            draft
                .roll
                .iter()
                .try_for_each(|place| texts(&[("voter", &place.voter), ("pseudonym", &place.pseudonym)]))
        }
        Row::PutComment(comment) => {
            texts(&[("id", &comment.id), ("subject", &comment.subject), ("author", &comment.author)])?;
            plain("text", &comment.text)
        }
        Row::PutPluginRecord(record) => {
            texts(&[("id", &record.id), ("rule", &record.rule), ("kind", &record.kind)])?;
            text("subject", &record.subject)?;
            maybe("basis", record.basis.as_deref())?;
            json("body", &record.body)
        }
        Row::PutPoint(point) => {
            texts(&[("id", &point.id), ("rule", &point.rule), ("subject", &point.subject)])?;
            text("article", &point.article)?;
            maybe("basis", point.basis.as_deref())
        }
        Row::PutCheckpoint(checkpoint) => text("note", &checkpoint.note),
        Row::Outbox { topic, key, body, .. } => {
            text("topic", topic)?;
            plain("key", key)?;
            json("body", body)
        }
        Row::ClaimJob { job, owner, .. } => texts(&[("job", job), ("owner", owner)]),
        Row::EndJob { job, owner, error, .. } => {
            texts(&[("job", job), ("owner", owner)])?;
            error.as_deref().map_or(Ok(()), |error| plain("error", error))
        }
        Row::OutboxRetry { error, .. } => plain("error", error),
        // These only name what is there already: a NUL in them names nothing.
        Row::ExpectView { .. }
        | Row::DeleteView { .. }
        | Row::ErasePerson { .. }
        | Row::DeleteHousehold { .. }
        | Row::RevokeSession { .. }
        | Row::RevokeSessionsOf { .. }
        | Row::SettleBallot { .. }
        | Row::HideComment { .. }
        | Row::EraseDocument { .. }
        | Row::WithdrawPluginRecords { .. }
        | Row::ReplaceAnswers { .. }
        | Row::OutboxDone { .. }
        | Row::Sweep { .. } => Ok(()),
    }
}

fn texts(fields: &[(&str, &String)]) -> Result<(), StoreError> {
    fields.iter().try_for_each(|(name, value)| text(name, value))
}

fn text(name: &str, value: &str) -> Result<(), StoreError> {
    if value.is_empty() { Err(invalid(&format!("`{name}` is empty"))) } else { plain(name, value) }
}

fn maybe(name: &str, value: Option<&str>) -> Result<(), StoreError> {
    value.map_or(Ok(()), |value| text(name, value))
}

fn plain(name: &str, value: &str) -> Result<(), StoreError> {
    if value.contains('\0') { Err(invalid(&format!("`{name}` holds a NUL character"))) } else { Ok(()) }
}

fn json(name: &str, value: &Value) -> Result<(), StoreError> {
    match value {
        Value::String(value) => plain(name, value),
        Value::Array(items) => items.iter().try_for_each(|item| json(name, item)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            plain(name, key)?;
            json(name, value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn version(version: u64) -> Result<(), StoreError> {
    if version == 0 { Err(invalid("a row's version starts at 1")) } else { Ok(()) }
}

fn addressed(digest: &Digest, bytes: &[u8]) -> Result<(), StoreError> {
    if Digest::of(bytes) == *digest { Ok(()) } else { Err(invalid("a digest is not that of its bytes")) }
}

fn invalid(what: &str) -> StoreError {
    StoreError::Invalid { what: what.to_owned() }
}
