//! 登记变动 (changes of one person's entry): a death, a departure, a correction, a move, each an act with reason, paper and
//! date. What was wrong or is over stays on record; ids, accounts and past votes stay who they were.
//!
//! The log says that and when somebody has died or moved and which papers show it, never who: that stands in a row
//! beside it, which can be erased.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use yishi_acts::house::{NewOfficer, RosterChangeInput, RosterChangeKind};
use yishi_identity::bodies::held_by_paper;
use yishi_identity::policy::Right;
use yishi_identity::roster::RosterChange;
use yishi_identity::{
    Action, BodyRegister, CommunityId, HouseholdId, OffRoll, OffRollReason, Person, PersonId,
    RegisterCommand, RegisterEvent, Registration, SeatEndReason,
};
use yishi_storage::{HouseholdRow, Page, Row, Unit};

use super::{person_of, person_row, person_view};
use crate::accounts::clean_name;
use crate::bodies::register_context;
use crate::entry_kind::HouseEvent;
use crate::model::Model;
use crate::people::bodies_stream;
use crate::views::{ListView, PersonView, RosterChangeDone, RosterChangeView};
use crate::{App, AppError, AppResult, Community, Here, OpContext, words};

/// The read model of a change; its parent is the person.
pub(super) const VIEW: Model<Kept> = Model::new("roster-change");
/// 户 of those who are known here for an office alone: it has nobody who counts, and so never counts as a household.
const ELSEWHERE: &str = "不在本村（社区）居住";

/// What is kept of a change beside the log.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    change: String,
    on: String,
    at: String,
    by: String,
    /// Who it was before, where that is what changed.
    was: String,
    pub(super) reasons: yishi_canonical::Digest,
    pub(super) paper: yishi_canonical::Digest,
}

impl App {
    /// 登记变动 (a death, a departure, loss of political rights, a return, a correction, a move to another household).
    ///
    /// Somebody who dies or leaves is off the roll from that day on, and the seats they hold end with it, but for
    /// those held by paper and dates (R30), which the answer names. So do the seats of somebody whose corrected date of birth
    /// makes them a child. The account of the dead is disabled.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for somebody who is not on the roster; a refusal; the authorisation errors.
    pub(crate) async fn change_person(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        person: PersonId,
        input: RosterChangeInput,
    ) -> AppResult<RosterChangeDone> {
        let here = self.scope(ctx, community, right).await?;
        let row = self.person_row(&here.scope, person).await?;
        let households = self.all_households(&here.scope).await?;
        let mut unit = Unit::of(here.scope.clone());
        let target = self.target_household(ctx, &households, &input, &mut unit.rows)?;
        let change = change_of(&input, target)?;
        let before = person_of(row.clone())?;
        let after = before.changed(&change, ctx.today)?;
        let reasons = self.keep_internal(&mut unit.rows, "/reasons", &input.reasons)?;
        let paper = self.keep_internal(&mut unit.rows, "/paper", &input.paper)?;
        let label = |id: HouseholdId| {
            let id = id.to_string();
            households.iter().find(|one| one.id == id).map_or_else(String::new, |one| one.label.clone())
        };
        let kept = Kept {
            change: change.code().to_owned(),
            on: input.on.to_string(),
            at: ctx.now.to_string(),
            by: ctx.actor.account.map_or_else(String::new, |account| account.to_string()),
            was: match &change {
                RosterChange::Correct { .. } => format!("{} · {}", before.name, before.birth_date),
                RosterChange::Move { .. } => label(before.household),
                RosterChange::Leave { .. } | RosterChange::Return { .. } => String::new(),
            },
            reasons,
            paper,
        };
        let body = json!({ "change": change.code(), "on": input.on, "reasons": reasons, "paper": paper });
        let entry = self.roster_entry(&here, HouseEvent::RosterChanged, body).await?;
        let version = entry.version;
        unit.entries.push(entry);
        // Nobody holds a seat who turns out to be a child: no law elects one, and the roll of the body would count them.
        let a_child = before.is_adult_on(ctx.today) && !after.is_adult_on(ctx.today);
        let ends = change.ends_seats().or_else(|| a_child.then_some((ctx.today, SeatEndReason::Other)));
        let (ended, stay) = self.end_seats(&here, &before.id, ends, paper, &mut unit).await?;
        let stored = person_row(&after, Some(&row))?;
        headship(&households, &before.id, before.household, target, input.head, &mut unit.rows);
        let disabled = self.close_account(&here, &before.id, &change, &mut unit).await?;
        let labels = self.household_labels(&here.scope).await?;
        let mut view = person_view(&stored, &labels);
        if target == Some(after.household)
            && let Some(label) = &input.household
        {
            view.household_label.clone_from(label);
        }
        unit.rows.push(Row::PutPerson(stored));
        let place = format!("{version:020}");
        unit.rows.push(VIEW.row(&place, 1, &kept)?.sorted(&place).under(person).into());
        let done = RosterChangeDone {
            person: view,
            seats_ended: ended,
            seats_kept: stay,
            account_disabled: disabled,
        };
        self.commit(ctx, unit, 200, done).await
    }

    /// 登记任职人员 (somebody from outside who holds an office here by paper and dates, and is on no roll; R30).
    pub(crate) async fn enter_officer(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        input: NewOfficer,
    ) -> AppResult<PersonView> {
        let here = self.scope(ctx, community, right).await?;
        let name = clean_name("/name", &input.name)?;
        for (pointer, day) in [("/birth_date", input.birth_date), ("/on", input.on)] {
            if day > ctx.today {
                let (zh, en) = ("日期在今天之后", "the date lies in the future");
                return Err(AppError::field(pointer, "in-the-future", zh, en));
            }
        }
        let mut unit = Unit::of(here.scope.clone());
        let households = self.all_households(&here.scope).await?;
        let household = match households.into_iter().find(|row| row.label == ELSEWHERE) {
            Some(row) => row,
            None => {
                let id = HouseholdId::from_uuid(self.uuid(ctx)).to_string();
                let row = household_row(id, ELSEWHERE);
                unit.rows.push(Row::PutHousehold(row.clone()));
                row
            }
        };
        let reasons = self.keep_internal(&mut unit.rows, "/reasons", &input.reasons)?;
        let paper = self.keep_internal(&mut unit.rows, "/paper", &input.paper)?;
        let off = OffRoll { on: input.on, because: OffRollReason::NotAResident };
        let person = Person {
            id: PersonId::from_uuid(self.uuid(ctx)),
            name,
            birth_date: input.birth_date,
            registration: Registration::NonLocal,
            household: household.id.parse().map_err(AppError::internal)?,
            resident_since: input.on,
            party_member: input.party_member,
            sex: input.sex,
            phone: None,
            off_roll: Some(off),
        };
        let row = person_row(&person, None)?;
        let body = json!({ "change": "officer", "on": input.on, "reasons": reasons, "paper": paper });
        unit.entries.push(self.roster_entry(&here, HouseEvent::RosterChanged, body).await?);
        let labels = std::collections::BTreeMap::from([(household.id, household.label)]);
        let view = person_view(&row, &labels);
        unit.rows.push(Row::PutPerson(row));
        self.commit(ctx, unit, 201, view).await
    }

    /// 变动记录 (what was entered about people, newest first; for whoever reads the roster).
    pub async fn roster_changes(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<RosterChangeView>> {
        let here = self.scope(ctx, community, Action::ViewRoster).await?;
        let people = self.people(&here).await?;
        let page = Page { after: after.map(|id| (id.clone(), id)), limit };
        let rows = self.latest(&here.scope, &VIEW, None, page).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let kept = row.body;
            let person = row.parent.unwrap_or_default();
            items.push(RosterChangeView {
                id: row.id,
                name: person.parse().map_or_else(|_| String::new(), |id| people.name(id)),
                person,
                change: kept.change,
                on: kept.on,
                at: kept.at,
                was: kept.was,
                reasons: self.text(&here.scope, &kept.reasons).await?,
                paper: self.text(&here.scope, &kept.paper).await?,
            });
        }
        Ok(ListView::page(items, limit, |view| view.id.clone(), |view| view))
    }

    /// The household somebody moves to: one that is there by its label, or a new one of that label.
    fn target_household(
        &self,
        ctx: &OpContext,
        households: &[HouseholdRow],
        input: &RosterChangeInput,
        rows: &mut Vec<Row>,
    ) -> AppResult<Option<HouseholdId>> {
        if input.change != RosterChangeKind::MovedHousehold {
            return Ok(None);
        }
        let Some(label) = &input.household else {
            let (zh, en) = ("请写明迁到哪一户", "say to which household");
            return Err(AppError::field("/household", "missing-field", zh, en));
        };
        let label = clean_name("/household", label)?;
        if let Some(row) = households.iter().find(|row| row.label == label) {
            return Ok(Some(row.id.parse().map_err(AppError::internal)?));
        }
        let id = HouseholdId::from_uuid(self.uuid(ctx));
        rows.push(Row::PutHousehold(household_row(id.to_string(), &label)));
        Ok(Some(id))
    }

    /// Ends the seats that end with a change; gives the names of those bodies, and of those whose seats stay.
    async fn end_seats(
        &self,
        here: &Here<'_>,
        person: &PersonId,
        ends: Option<(Date, SeatEndReason)>,
        record: yishi_canonical::Digest,
        unit: &mut Unit,
    ) -> AppResult<(Vec<String>, Vec<String>)> {
        let Some((on, because)) = ends else { return Ok((Vec::new(), Vec::new())) };
        let people = self.people(here).await?;
        let (register, version) = self.register(&here.scope, here.id).await?;
        let law = self.law.at(here.kind, here.ctx.today);
        let command = RegisterCommand::LeaveAll { person: *person, on, because, record };
        let events = register.decide(&command, &register_context(here, &people, law))?;
        let ended = events.iter().filter_map(|event| match event {
            RegisterEvent::SeatEnded { body, .. } => Some(words::body(*body, here.kind).zh),
            RegisterEvent::Elected { .. } => None,
        });
        let ended: Vec<String> = ended.collect();
        let stream = bodies_stream(here.id);
        unit.entries.extend(self.drafts(here.ctx, "bodies", &stream, version, &events)?);
        let after = events.iter().fold(register, BodyRegister::evolve);
        let stay = after.seats_of(*person, here.ctx.today);
        let stay = stay.iter().filter(|seat| held_by_paper(seat.body, here.kind));
        Ok((ended, stay.map(|seat| words::body(seat.body, here.kind).zh).collect()))
    }

    /// The account of somebody who has died signs in no more; whether there was one.
    async fn close_account(
        &self,
        community: &Community,
        person: &PersonId,
        change: &RosterChange,
        unit: &mut Unit,
    ) -> AppResult<bool> {
        if !matches!(change, RosterChange::Leave { because: OffRollReason::Died, .. }) {
            return Ok(false);
        }
        let account = self.store.account_of_person(&community.scope, &person.to_string()).await?;
        let Some(mut account) = account.filter(|account| !account.disabled) else { return Ok(false) };
        account.disabled = true;
        account.version += 1;
        unit.rows.push(Row::RevokeSessionsOf { account: account.id.clone() });
        unit.rows.push(Row::PutAccount(account));
        Ok(true)
    }
}

/// Who heads the households that somebody leaves and comes to.
fn headship(
    households: &[HouseholdRow],
    person: &PersonId,
    from: HouseholdId,
    to: Option<HouseholdId>,
    head: Option<bool>,
    rows: &mut Vec<Row>,
) {
    let Some(to) = to else { return };
    let (person, from, to) = (person.to_string(), from.to_string(), to.to_string());
    let heads = |row: &&HouseholdRow| row.id == from && row.head.as_deref() == Some(&person);
    if let Some(old) = households.iter().find(heads) {
        rows.push(Row::PutHousehold(HouseholdRow { head: None, version: old.version + 1, ..old.clone() }));
    }
    if head != Some(true) {
        return;
    }
    // A household made in this very unit is written with its head; one that was there is brought up to date.
    let made = rows.iter_mut().find_map(|row| match row {
        Row::PutHousehold(made) if made.id == to => Some(made),
        _ => None,
    });
    match (made, households.iter().find(|row| row.id == to)) {
        (Some(made), _) => made.head = Some(person),
        (None, Some(row)) => rows.push(Row::PutHousehold(HouseholdRow {
            head: Some(person),
            version: row.version + 1,
            ..row.clone()
        })),
        (None, None) => {}
    }
}

fn household_row(id: String, label: &str) -> HouseholdRow {
    HouseholdRow { id, version: 1, label: label.to_owned(), head: None, extra: serde_json::Value::Null }
}

fn change_of(input: &RosterChangeInput, target: Option<HouseholdId>) -> AppResult<RosterChange> {
    let on = input.on;
    let leave = |because| RosterChange::Leave { because, on };
    Ok(match input.change {
        RosterChangeKind::Died => leave(OffRollReason::Died),
        RosterChangeKind::MovedAway => leave(OffRollReason::MovedAway),
        RosterChangeKind::LostPoliticalRights => leave(OffRollReason::LostPoliticalRights),
        RosterChangeKind::Returned => RosterChange::Return { on },
        RosterChangeKind::Corrected => RosterChange::Correct {
            name: input.name.as_deref().map(|name| clean_name("/name", name)).transpose()?,
            birth_date: input.birth_date,
            sex: input.sex,
        },
        RosterChangeKind::MovedHousehold => {
            let household = target.ok_or_else(|| AppError::internal("a move without a household"))?;
            RosterChange::Move { household, on }
        }
    })
}
