//! 限额的账 (what has been used of the quotas): one row for each account and one for the community, kept beside the record
//! and written in the same unit as what it counts, so that two requests at once cannot both take the last of it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yishi_identity::quota::{Quota, Takes, Used, another_suggestion};
use yishi_identity::{Action, CommunityId, MatterId, PersonId};
use yishi_storage::Row;

use crate::model::Model;
use crate::views::QuotaView;
use crate::{App, AppError, AppResult, Community, Here, OpContext};

/// What an account, or the community, has used today.
const USED: Model<Used> = Model::new("quota");
/// Suggestions of a person that may still wait.
const SUGGESTED: Model<Waiting> = Model::new("quota-suggestions");
/// The row of the community.
const HERE: &str = "community";

/// Suggestions that waited when it was last looked.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Waiting {
    matters: BTreeSet<String>,
}

impl App {
    /// The rows that book what an act takes, for the unit of the act.
    ///
    /// # Errors
    /// A refusal of the quota, the account's own or the community's.
    pub(crate) async fn takes(&self, here: &Here<'_>, takes: Takes) -> AppResult<Vec<Row>> {
        let mut rows = Vec::new();
        let own = here.ctx.actor.account.map(|account| (account.to_string(), false));
        for (id, of_all) in own.into_iter().chain([(HERE.to_owned(), true)]) {
            let quota = if of_all { Quota::OF_A_COMMUNITY } else { self.quota_of(here).await? };
            let (used, version) = self.used(here, &id).await?;
            let used = used.taking(takes, &quota, here.ctx.today, of_all)?;
            rows.extend(USED.next(id, version, &used)?);
        }
        Ok(rows)
    }

    /// The rows that book another suggestion of a person.
    ///
    /// # Errors
    /// `quota-suggestions` while too many of theirs wait to be taken up.
    pub(crate) async fn another_suggestion(
        &self,
        community: &Community,
        person: PersonId,
        matter: MatterId,
    ) -> AppResult<[Row; 2]> {
        let (mut waiting, version) = self.waiting(community, person).await?;
        another_suggestion(waiting.matters.len() as u64, &Quota::OF_A_PERSON)?;
        waiting.matters.insert(matter.to_string());
        SUGGESTED.next(person, version, &waiting)
    }

    /// 限额 (what the signed-in account may still put into the record here).
    pub async fn quota(&self, ctx: &OpContext, community: CommunityId) -> AppResult<QuotaView> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let account = ctx.actor.account.ok_or(AppError::NotSignedIn)?;
        let quota = self.quota_of(&here).await?;
        let (used, _) = self.used(&here, &account.to_string()).await?;
        let used = if used.day == Some(ctx.today) { used } else { Used::default() };
        let waiting = match ctx.actor.person_in(here.id) {
            Some(person) => self.waiting(&here, person).await?.0.matters.len() as u64,
            None => 0,
        };
        Ok(QuotaView {
            documents: quota.documents,
            documents_left: quota.documents.saturating_sub(used.documents),
            bytes: quota.bytes,
            bytes_left: quota.bytes.saturating_sub(used.bytes),
            comments: quota.comments,
            comments_left: quota.comments.saturating_sub(used.comments),
            open_suggestions: quota.open_suggestions,
            suggestions_left: quota.open_suggestions.saturating_sub(waiting),
        })
    }

    async fn quota_of(&self, here: &Here<'_>) -> AppResult<Quota> {
        Ok(if self.records(here).await? { Quota::OF_STAFF } else { Quota::OF_A_PERSON })
    }

    async fn used(&self, community: &Community, id: &str) -> AppResult<(Used, u64)> {
        self.read_or_new(&community.scope, &USED, id).await
    }

    /// Which of a person's suggestions nobody has taken up yet, and the version of the row that says so.
    async fn waiting(&self, community: &Community, person: PersonId) -> AppResult<(Waiting, u64)> {
        let (kept, version) = self.read_or_new(&community.scope, &SUGGESTED, person).await?;
        let mut waiting = Waiting::default();
        for matter in kept.matters {
            let row = self.read(&community.scope, &crate::matters::VIEW, &matter).await?;
            if row.is_some_and(|row| row.body.state == yishi_deliberation::MatterStage::Suggested) {
                waiting.matters.insert(matter);
            }
        }
        Ok((waiting, version))
    }
}
