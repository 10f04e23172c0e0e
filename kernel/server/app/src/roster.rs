//! 名册 (the roster): persons and households, from a clerk's spreadsheet ([`import`]) and from acts that say what has
//! changed for one of them ([`changes`]). Nobody is ever removed: whoever is gone is off the roll from a day on.

mod changes;
mod erase;
mod import;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yishi_identity::{Action, CommunityId, OffRoll, Person};
use yishi_storage::{HouseholdRow, Page, PersonQuery, PersonRow, Scope};

pub use import::NAMED;

use crate::views::{HouseholdView, ListView, PersonView};
use crate::{App, AppError, AppResult, OpContext, words};

/// The columns, in any order. `phone` may be missing.
pub const COLUMNS: [&str; 9] = [
    "household",
    "name",
    "birth_date",
    "sex",
    "registration",
    "resident_since",
    "party_member",
    "household_head",
    "phone",
];

/// The most rows one import may have; a larger village is imported in parts.
pub const MAX_ROWS: usize = 20_000;

/// Storage pages are read in steps of this many rows.
pub(crate) const STEP: u32 = 1_000;

impl App {
    /// 名册 (a page of persons), by id.
    ///
    /// # Errors
    /// The authorisation errors of [`App::scope`].
    pub async fn persons(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        name: Option<String>,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<PersonView>> {
        let community = self.scope(ctx, community, Action::ViewRoster).await?;
        let query = PersonQuery { name_contains: name, household: None, page: Page { after, limit } };
        let rows = self.store.persons(&community.scope, &query).await?;
        let labels = self.household_labels(&community.scope).await?;
        Ok(ListView::page(rows, limit, |row| row.id.clone(), |row| person_view(&row, &labels)))
    }

    /// 户 (a page of households), by id.
    ///
    /// # Errors
    /// The authorisation errors of [`App::scope`].
    pub async fn households(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<HouseholdView>> {
        let community = self.scope(ctx, community, Action::ViewRoster).await?;
        let rows = self.store.households(&community.scope, &Page { after, limit }).await?;
        Ok(ListView::page(
            rows,
            limit,
            |row| row.id.clone(),
            |row| HouseholdView { id: row.id, label: row.label, head: row.head },
        ))
    }

    /// Every person of a community, as the pure crates know them.
    pub(crate) async fn all_persons(&self, scope: &Scope) -> AppResult<Vec<Person>> {
        self.all_person_rows(scope).await?.into_iter().map(person_of).collect()
    }

    async fn all_person_rows(&self, scope: &Scope) -> AppResult<Vec<PersonRow>> {
        let mut persons: Vec<PersonRow> = Vec::new();
        loop {
            let after = persons.last().map(|row| row.id.clone());
            let query =
                PersonQuery { name_contains: None, household: None, page: Page { after, limit: STEP } };
            let rows = self.store.persons(scope, &query).await?;
            let full = rows.len() as u64 == u64::from(STEP);
            persons.extend(rows);
            if !full {
                return Ok(persons);
            }
        }
    }

    pub(crate) async fn all_households(&self, scope: &Scope) -> AppResult<Vec<HouseholdRow>> {
        let mut households: Vec<HouseholdRow> = Vec::new();
        loop {
            let after = households.last().map(|row| row.id.clone());
            let rows = self.store.households(scope, &Page { after, limit: STEP }).await?;
            let full = rows.len() as u64 == u64::from(STEP);
            households.extend(rows);
            if !full {
                return Ok(households);
            }
        }
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

fn note(off_roll: Option<OffRoll>) -> AppResult<serde_json::Value> {
    serde_json::to_value(Note { off_roll }).map_err(AppError::internal)
}

/// A stored person with what a change has changed.
fn put_person(row: PersonRow, after: &Person) -> AppResult<PersonRow> {
    Ok(PersonRow {
        name: after.name.clone(),
        birth_date: after.birth_date,
        household: after.household.to_string(),
        sex: word(&after.sex).unwrap_or(row.sex),
        extra: note(after.off_roll)?,
        ..row
    })
}

fn word<T: Serialize>(value: &T) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Some(word),
        _ => None,
    }
}
