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
use yishi_identity::roster::RosterChange;
use yishi_identity::{
    Action, BodyRegister, CommunityId, HouseholdId, OffRoll, OffRollReason, PersonId, RegisterCommand,
    RegisterEvent, Registration, SeatEndReason,
};
use yishi_storage::{HouseholdRow, Page, PersonRow, Row, Unit, ViewQuery, ViewRow};

use super::{person_of, person_view, put_person, word};
use crate::accounts::clean_name;
use crate::bodies::register_context;
use crate::entry_kind::HouseEvent;
use crate::people::{bodies_stream, roster_stream};
use crate::views::{ListView, PersonView, RosterChangeDone, RosterChangeView};
use crate::{App, AppError, AppResult, Community, OpContext, words};

/// The read model of a change; its parent is the person.
pub(super) const VIEW: &str = "roster-change";
/// 户 of those who are known here for an office alone: it has nobody who counts, and so never counts as a household.
const ELSEWHERE: &str = "不在本村（社区）居住";

/// What is kept of a change beside the log.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    change: String,
    on: String,
    at: String,
    by: String,
    /// Who it was before, where that is what changed.
    was: String,
    reasons: yishi_canonical::Digest,
    paper: yishi_canonical::Digest,
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
    pub async fn change_person(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        person: PersonId,
        input: RosterChangeInput,
    ) -> AppResult<RosterChangeDone> {
        let community = self.scope(ctx, community, Action::EditRoster).await?;
        let row = self.store.person(&community.scope, &person.to_string()).await?;
        let row = row.ok_or(AppError::NotFound { what: "person" })?;
        let households = self.all_households(&community.scope).await?;
        let mut unit = Unit::of(community.scope.clone());
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
        let stream = roster_stream(community.id);
        let version = self.next_version(&community.scope, &stream).await?;
        let body = json!({ "change": change.code(), "on": input.on, "reasons": reasons, "paper": paper });
        unit.entries.push(self.entry(ctx, &stream, version, HouseEvent::RosterChanged.code(), body));
        // Nobody holds a seat who turns out to be a child: no law elects one, and the roll of the body would count them.
        let a_child = before.is_adult_on(ctx.today) && !after.is_adult_on(ctx.today);
        let ends = change.ends_seats().or_else(|| a_child.then_some((ctx.today, SeatEndReason::Other)));
        let (ended, stay) = self.end_seats(ctx, &community, &before.id, ends, paper, &mut unit).await?;
        let mut stored = put_person(row, &after)?;
        stored.version += 1;
        headship(&households, &before.id, before.household, target, input.head, &mut unit.rows);
        let disabled = self.close_account(&community, &before.id, &change, &mut unit).await?;
        let labels = self.household_labels(&community.scope).await?;
        let mut view = person_view(&stored, &labels);
        if target == Some(after.household)
            && let Some(label) = &input.household
        {
            view.household_label.clone_from(label);
        }
        unit.rows.push(Row::PutPerson(stored));
        unit.rows.push(Row::PutView(ViewRow {
            kind: VIEW.to_owned(),
            id: format!("{:020}", version),
            sort: format!("{:020}", version),
            parent: Some(person.to_string()),
            version: 1,
            body: serde_json::to_value(&kept).map_err(AppError::internal)?,
        }));
        let done = RosterChangeDone {
            person: view,
            seats_ended: ended,
            seats_kept: stay,
            account_disabled: disabled,
        };
        self.commit(ctx, unit, 200, done).await
    }

    /// 登记任职人员 (somebody from outside who holds an office here by paper and dates, and is on no roll; R30).
    ///
    /// # Errors
    /// [`AppError::Invalid`]; the authorisation errors.
    pub async fn enter_officer(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        input: NewOfficer,
    ) -> AppResult<PersonView> {
        let community = self.scope(ctx, community, Action::EditRoster).await?;
        let name = clean_name("/name", &input.name)?;
        for (pointer, day) in [("/birth_date", input.birth_date), ("/on", input.on)] {
            if day > ctx.today {
                let (zh, en) = ("日期在今天之后", "the date lies in the future");
                return Err(AppError::field(pointer, "in-the-future", zh, en));
            }
        }
        let mut unit = Unit::of(community.scope.clone());
        let households = self.all_households(&community.scope).await?;
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
        let row = PersonRow {
            id: PersonId::from_uuid(self.uuid(ctx)).to_string(),
            version: 1,
            name,
            birth_date: input.birth_date,
            registration: word(&Registration::NonLocal).unwrap_or_default(),
            household: household.id.clone(),
            resident_since: input.on,
            party_member: input.party_member,
            sex: word(&input.sex).unwrap_or_default(),
            phone: None,
            extra: super::note(Some(off))?,
        };
        let stream = roster_stream(community.id);
        let version = self.next_version(&community.scope, &stream).await?;
        let body = json!({ "change": "officer", "on": input.on, "reasons": reasons, "paper": paper });
        unit.entries.push(self.entry(ctx, &stream, version, HouseEvent::RosterChanged.code(), body));
        let labels = std::collections::BTreeMap::from([(household.id, household.label)]);
        let view = person_view(&row, &labels);
        unit.rows.push(Row::PutPerson(row));
        self.commit(ctx, unit, 201, view).await
    }

    /// 变动记录 (what was entered about people, newest first; for whoever reads the roster).
    ///
    /// # Errors
    /// The authorisation errors.
    pub async fn roster_changes(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<RosterChangeView>> {
        let community = self.scope(ctx, community, Action::ViewRoster).await?;
        let people = self.people(&community).await?;
        let query = ViewQuery {
            kind: VIEW.to_owned(),
            parent: None,
            page: Page { after: after.map(|id| (id.clone(), id)), limit },
            descending: true,
        };
        let rows = self.store.views(&community.scope, &query).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let kept: Kept = serde_json::from_value(row.body).map_err(AppError::internal)?;
            let person = row.parent.unwrap_or_default();
            items.push(RosterChangeView {
                id: row.id,
                name: person.parse().map_or_else(|_| String::new(), |id| people.name(id)),
                person,
                change: kept.change,
                on: kept.on,
                at: kept.at,
                was: kept.was,
                reasons: self.text(&community.scope, &kept.reasons).await?,
                paper: self.text(&community.scope, &kept.paper).await?,
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
        ctx: &OpContext,
        community: &Community,
        person: &PersonId,
        ends: Option<(Date, SeatEndReason)>,
        record: yishi_canonical::Digest,
        unit: &mut Unit,
    ) -> AppResult<(Vec<String>, Vec<String>)> {
        let Some((on, because)) = ends else { return Ok((Vec::new(), Vec::new())) };
        let people = self.people(community).await?;
        let (register, version) = self.register(&community.scope, community.id).await?;
        let law = self.law.at(community.kind, ctx.today);
        let command = RegisterCommand::LeaveAll { person: *person, on, because, record };
        let events = register.decide(&command, &register_context(ctx, community, &people, law))?;
        let ended = events.iter().filter_map(|event| match event {
            RegisterEvent::SeatEnded { body, .. } => Some(words::body(*body, community.kind).zh),
            RegisterEvent::Elected { .. } => None,
        });
        let ended: Vec<String> = ended.collect();
        let stream = bodies_stream(community.id);
        unit.entries.extend(self.drafts(ctx, "bodies", &stream, version, &events)?);
        let after = events.iter().fold(register, BodyRegister::evolve);
        let stay = after.seats_of(*person, ctx.today);
        let stay = stay.iter().filter(|seat| held_by_paper(seat.body, community.kind));
        Ok((ended, stay.map(|seat| words::body(seat.body, community.kind).zh).collect()))
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
