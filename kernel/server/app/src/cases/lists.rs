//! 办件的列表 (which cases a reader is shown), and whom a clerk means by a name.

use serde_json::Value;
use yishi_acts::Aggregate as _;
use yishi_deliberation::Case;
use yishi_identity::policy::Reach;
use yishi_identity::{Action, CaseId, CommunityId, RuleId};
use yishi_storage::Page;

use super::{OF_SUBJECT, VIEW};
use crate::model::Seen;
use crate::reader::Reader;
use crate::views::{CaseView, ListView};
use crate::{App, AppError, AppResult, Community, Here, OpContext};

impl App {
    /// 一件办件, with all that became of it. For those who may see cases, for everybody about themselves and their own household,
    /// and for a body of which something is asked in it.
    pub async fn case(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        rule: RuleId,
        id: CaseId,
    ) -> AppResult<CaseView> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let case = self.load_case(&here, rule, id).await?;
        if !self.may_see(&here, &case).await? {
            self.authorise(&here, Action::ViewCases, None).await?;
        }
        self.case_view(&here, &case, &[]).await
    }

    async fn may_see(&self, here: &Here<'_>, case: &Case) -> AppResult<bool> {
        let reader = self.reader(here).await?;
        Ok(reader.may(Action::ViewCases)
            || is_asked_of(&reader, case)
            || self.is_own(here, &case.subject).await?)
    }

    /// 本户的办件 (what rules have handled about the reader and the reader's household, of all rules, newest first).
    ///
    /// # Errors
    /// [`AppError::NotPermitted`] to whoever is not a resident here; the authorisation errors.
    pub async fn own_cases(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<CaseView>> {
        let here = self.scope(ctx, community, Action::ViewOwnCases).await?;
        let person = ctx.actor.person_in(here.id).ok_or(AppError::not_permitted(Action::ViewOwnCases))?;
        let person = self.store.person(&here.scope, &person.to_string()).await?;
        let person = person.ok_or(AppError::not_permitted(Action::ViewOwnCases))?;
        let mut rows = Vec::new();
        for subject in [person.household, person.id] {
            let page = Page { after: after.clone(), limit };
            rows.extend(self.latest(&here.scope, &OF_SUBJECT, Some(subject), page).await?);
        }
        rows.sort_by(|a, b| (&b.sort, &b.id).cmp(&(&a.sort, &a.id)));
        rows.truncate(limit as usize);
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.extend(self.read(&here.scope, &VIEW, &row.id).await?);
        }
        self.listed(&here, found, limit).await
    }

    /// 办件列表, newest first.
    pub async fn cases(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        rule: RuleId,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<CaseView>> {
        let here = self.scope(ctx, community, Action::ViewCases).await?;
        let page = Page { after, limit };
        let rows = self.latest(&here.scope, &VIEW, Some(rule.to_string()), page).await?;
        self.listed(&here, rows, limit).await
    }

    async fn listed(
        &self,
        here: &Here<'_>,
        rows: Vec<Seen<Value>>,
        limit: u32,
    ) -> AppResult<ListView<CaseView>> {
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let key = row.key();
            let case = self.case_of_row(here, row).await?;
            items.push((key, self.case_view(here, &case, &[]).await?));
        }
        Ok(ListView::page(items, limit, |(key, _)| key.clone(), |(_, view)| view))
    }

    /// 户号或者姓名 (the households and persons that a clerk may mean by what they wrote), with words to tell them apart.
    pub async fn subjects_named(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        name: &str,
    ) -> AppResult<Vec<(String, String)>> {
        let here = self.scope(ctx, community, Action::HandleCase).await?;
        let households = self.all_households(&here.scope).await?;
        let mut found: Vec<(String, String)> = households
            .iter()
            .filter(|row| row.label == name || row.id == name)
            .map(|row| (row.id.clone(), row.label.clone()))
            .collect();
        if let Some(person) = self.store.person(&here.scope, name).await? {
            found.push((person.id, person.name));
        }
        let Ok(name) = yishi_identity::names::normalise_name(name) else { return Ok(found) };
        // Everybody of exactly this name: nobody is left out because many names contain it.
        let people = self.people(&here).await?;
        for person in people.persons.values().filter(|person| person.name == name) {
            let home = households.iter().find(|row| row.id == person.household.to_string());
            let home = home.map_or("", |row| row.label.as_str());
            found.push((person.id.to_string(), format!("{} · {home} · {}", person.name, person.birth_date)));
        }
        Ok(found)
    }

    /// What a case is about, in words: the number of the household, the person's name, or the community's.
    pub(super) async fn about_whom(&self, community: &Community, subject: &str) -> AppResult<String> {
        if let Some(label) = self.house_number(community, subject).await? {
            return Ok(label);
        }
        if subject == community.id.to_string() {
            return Ok(community.row.name.clone());
        }
        let person = self.store.person(&community.scope, subject).await?;
        Ok(person.map_or_else(|| "—".to_owned(), |person| person.name))
    }

    pub(super) async fn house_number(
        &self,
        community: &Community,
        subject: &str,
    ) -> AppResult<Option<String>> {
        Ok(self.store.household(&community.scope, subject).await?.map(|row| row.label))
    }
}

/// Whether the reader sits in a body of which something is asked in a case.
pub(super) fn is_asked_of(reader: &Reader, case: &Case) -> bool {
    let of_bodies = Case::acts().iter().filter(|entry| entry.may.reach != Reach::Community);
    let tasks = case.open_tasks();
    of_bodies.into_iter().any(|entry| tasks.iter().any(|task| reader.may_of(entry.right(), task.task.by)))
}
