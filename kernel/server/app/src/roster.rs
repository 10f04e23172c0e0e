//! 名册 (the roster): persons and households, from a clerk's spreadsheet ([`import`]) and from acts that say what has
//! changed for one of them ([`changes`]). Nobody is ever removed: whoever is gone is off the roll from a day on.

mod changes;
mod erase;
pub(crate) mod import;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yishi_identity::{Action, CommunityId, OffRoll, Person, PersonId};
use yishi_storage::{EntryDraft, HouseholdRow, Page, PersonQuery, PersonRow, Scope};

pub use yishi_roster::COLUMNS;

use crate::entry_kind::HouseEvent;
use crate::model::to_the_end;
use crate::people::roster_stream;
use crate::views::{HouseholdView, ListView, PersonView};
use crate::{App, AppError, AppResult, Here, OpContext, words};

impl App {
    /// 名册 (a page of persons), by id.
    pub async fn persons(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        name: Option<String>,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<PersonView>> {
        let here = self.scope(ctx, community, Action::ViewRoster).await?;
        let query = PersonQuery { name_contains: name, household: None, page: Page { after, limit } };
        let rows = self.store.persons(&here.scope, &query).await?;
        let labels = self.household_labels(&here.scope).await?;
        Ok(ListView::page(rows, limit, |row| row.id.clone(), |row| person_view(&row, &labels)))
    }

    /// 户 (a page of households), by id.
    pub async fn households(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<HouseholdView>> {
        let here = self.scope(ctx, community, Action::ViewRoster).await?;
        let rows = self.store.households(&here.scope, &Page { after, limit }).await?;
        Ok(ListView::page(
            rows,
            limit,
            |row| row.id.clone(),
            |row| HouseholdView { id: row.id, label: row.label, head: row.head },
        ))
    }

    /// Somebody of the roster.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub(crate) async fn person_row(&self, scope: &Scope, person: PersonId) -> AppResult<PersonRow> {
        let row = self.store.person(scope, &person.to_string()).await?;
        row.ok_or(AppError::NotFound { what: "person" })
    }

    /// Every person of a community, as the pure crates know them.
    pub(crate) async fn all_persons(&self, scope: &Scope) -> AppResult<Vec<Person>> {
        self.all_person_rows(scope).await?.into_iter().map(person_of).collect()
    }

    /// An entry of the stream in which changes of the roster are told, the next one.
    async fn roster_entry(&self, here: &Here<'_>, kind: HouseEvent, body: Value) -> AppResult<EntryDraft> {
        let stream = roster_stream(here.id);
        let version = self.next_version(&here.scope, &stream).await?;
        Ok(self.entry(here.ctx, &stream, version, kind.code(), body))
    }

    async fn all_person_rows(&self, scope: &Scope) -> AppResult<Vec<PersonRow>> {
        let read = |page| async move {
            let query = PersonQuery { name_contains: None, household: None, page };
            self.store.persons(scope, &query).await
        };
        to_the_end(read, |row: &PersonRow| row.id.clone()).await
    }

    pub(crate) async fn all_households(&self, scope: &Scope) -> AppResult<Vec<HouseholdRow>> {
        let read = |page| async move { self.store.households(scope, &page).await };
        to_the_end(read, |row: &HouseholdRow| row.id.clone()).await
    }

    pub(crate) async fn household_labels(&self, scope: &Scope) -> AppResult<BTreeMap<String, String>> {
        Ok(self.all_households(scope).await?.into_iter().map(|row| (row.id, row.label)).collect())
    }
}

/// A stored person as the pure crates know them.
pub(crate) fn person_of(row: PersonRow) -> AppResult<Person> {
    let off_roll = off_roll_of(&row);
    Ok(Person {
        id: row.id.parse().map_err(AppError::internal)?,
        name: row.name,
        birth_date: row.birth_date,
        registration: serde_json::from_value(row.registration.into()).map_err(AppError::internal)?,
        household: row.household.parse().map_err(AppError::internal)?,
        resident_since: row.resident_since,
        party_member: row.party_member,
        sex: serde_json::from_value(row.sex.into()).map_err(AppError::internal)?,
        phone: row.phone,
        off_roll,
    })
}

/// What the roster keeps of a person beside the columns.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Note {
    off_roll: Option<OffRoll>,
}

/// From when on a stored person is off the roll.
pub(crate) fn off_roll_of(row: &PersonRow) -> Option<OffRoll> {
    Note::deserialize(&row.extra).ok()?.off_roll
}

/// A person as the roster's reader sees them; `labels` are the numbers of the households.
pub(crate) fn person_view(row: &PersonRow, labels: &BTreeMap<String, String>) -> PersonView {
    let off = off_roll_of(row);
    PersonView {
        id: row.id.clone(),
        name: row.name.clone(),
        household: row.household.clone(),
        household_label: labels.get(&row.household).cloned().unwrap_or_default(),
        birth_date: row.birth_date.to_string(),
        sex: row.sex.clone(),
        registration: row.registration.clone(),
        resident_since: row.resident_since.to_string(),
        party_member: row.party_member,
        off_roll: off.map(|off| words::code(&off.because)),
        off_roll_since: off.map(|off| off.on.to_string()),
    }
}

/// The row of a person: a new one, or one that takes the place of what was stored before.
fn person_row(person: &Person, before: Option<&PersonRow>) -> AppResult<PersonRow> {
    Ok(PersonRow {
        id: person.id.to_string(),
        version: before.map_or(1, |row| row.version + 1),
        name: person.name.clone(),
        birth_date: person.birth_date,
        registration: words::code(&person.registration),
        household: person.household.to_string(),
        resident_since: person.resident_since,
        party_member: person.party_member,
        sex: words::code(&person.sex),
        phone: person.phone.clone(),
        extra: serde_json::to_value(Note { off_roll: person.off_roll }).map_err(AppError::internal)?,
    })
}
