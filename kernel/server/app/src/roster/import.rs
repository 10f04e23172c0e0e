//! 导入 (the import): a clerk's spreadsheet in, persons and households out. All rows are stored or none; a trial run does the
//! same without storing.

use std::collections::BTreeMap;

use serde_json::json;
use yishi_identity::{Action, CommunityId, Household};
use yishi_roster::{KnownPeople, Plan, Sheet, plan};
use yishi_storage::{HouseholdRow, PersonRow, Row, Unit};

use super::{person_of, person_row};
use crate::entry_kind::HouseEvent;
use crate::views::RosterReport;
use crate::{App, AppError, AppResult, OpContext};

impl App {
    /// 导入名册 (imports a roster from CSV), or says what an import would do.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with the first bad cells when this is no dry run and any row is bad, and with the people
    /// it asks about while nobody has said whether they are known; the authorisation errors of [`App::scope`].
    pub async fn import_roster(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        csv: &[u8],
        dry_run: bool,
        known_people: KnownPeople,
    ) -> AppResult<RosterReport> {
        let here = self.scope(ctx, community, Action::EditRoster).await?;
        let sheet = Sheet::read(csv, ctx.today);
        let homes = self.all_households(&here.scope).await?;
        let rows = self.all_person_rows(&here.scope).await?;
        let households = homes.iter().map(household_of).collect::<AppResult<Vec<_>>>()?;
        let persons = rows.iter().cloned().map(person_of).collect::<AppResult<Vec<_>>>()?;
        let planned = plan(persons, households, sheet, known_people, &mut || self.uuid(ctx));
        let obstacles = planned.obstacles();
        let Plan { report, changed, households, persons, .. } = planned;
        let report = RosterReport { dry_run, ..report };
        if dry_run {
            return Ok(report);
        }
        if !obstacles.is_empty() {
            return Err(AppError::Invalid(obstacles));
        }
        // Nothing of the file itself: of a list of one person even a digest could be found by trying.
        let body = json!({
            "rows": report.persons, "households": report.households, "added": report.added, "changed": changed,
        });
        let mut unit = Unit::of(here.scope.clone());
        unit.entries.push(self.roster_entry(&here, HouseEvent::RosterImported, body).await?);
        let homes: BTreeMap<&str, &HouseholdRow> = homes.iter().map(|row| (row.id.as_str(), row)).collect();
        let before: BTreeMap<&str, &PersonRow> = rows.iter().map(|row| (row.id.as_str(), row)).collect();
        // Households first: a person row refers to its household.
        for household in households {
            let id = household.id.to_string();
            let before = homes.get(id.as_str()).copied();
            unit.rows.push(Row::PutHousehold(HouseholdRow {
                version: before.map_or(1, |row| row.version + 1),
                label: household.label,
                head: household.head.map(|head| head.to_string()),
                extra: before.map(|row| row.extra.clone()).unwrap_or_default(),
                id,
            }));
        }
        for person in &persons {
            let before = before.get(person.id.to_string().as_str()).copied();
            unit.rows.push(Row::PutPerson(person_row(person, before)?));
        }
        self.commit(ctx, unit, 200, report).await
    }
}

/// A stored household as the pure crates know it.
pub(crate) fn household_of(row: &HouseholdRow) -> AppResult<Household> {
    Ok(Household {
        id: row.id.parse().map_err(AppError::internal)?,
        label: row.label.clone(),
        head: row.head.as_ref().map(|head| head.parse()).transpose().map_err(AppError::internal)?,
    })
}
