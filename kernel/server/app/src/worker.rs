//! 任务 (the worker): what happens without a request. A few jobs, each due again after a while, each taken up under a lease, so
//! that any number of processes on one store may run them and each is done once a turn.
//!
//! Every job may be broken off anywhere and done again: what it writes is guarded by versions or by its own absence. A
//! runner that dies keeps its job until the lease is over; then another takes it up. To add one: a [`Job`], its words of time
//! below, an arm in [`App::run`].

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use yishi_identity::CommunityId;
use yishi_law::BodyKind;
use yishi_storage::{AccountRow, OutboxItem, Page, Row, StoreError, Unit};
use yishi_words::coded;

use crate::model::Model;
use crate::natural_person::AccountNote;
use crate::position::overdue;
use crate::views::MatterSummary;
use crate::{App, AppError, AppResult, Here, OpContext};

coded! {
    /// 任务.
    pub enum Job: "job" {
        /// 签署检查点.
        Sign = "sign-checkpoints",
        /// 投递通知.
        Deliver = "deliver-outbox",
        /// 提醒到期.
        Remind = "notice-due-days",
        /// 清理过期.
        Sweep = "sweep",
    }
}

/// What is left for [`Job::Deliver`] when a day that something was due on is over.
const DUTY_DUE: &str = "duty-due";
/// The read model that says which duties of a matter were noticed.
const NOTICED: Model<Noticed> = Model::new("due-noticed");
/// Each duty with its day.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Noticed {
    late: Vec<String>,
}

/// Items delivered in one turn; the rest is due at once.
const ITEMS: u32 = 100;
/// The longest wait before something that failed is tried again.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

impl Job {
    /// How long after it was done it is due again.
    const fn every(self) -> SignedDuration {
        match self {
            // A decision is covered by a published checkpoint within 10 seconds.
            Self::Sign => SignedDuration::from_secs(3),
            Self::Deliver => SignedDuration::from_secs(10),
            Self::Remind => SignedDuration::from_hours(1),
            Self::Sweep => SignedDuration::from_mins(10),
        }
    }

    /// How long it may take before somebody else takes it up.
    const fn lease(self) -> SignedDuration {
        match self {
            Self::Sign | Self::Deliver => SignedDuration::from_secs(60),
            Self::Remind | Self::Sweep => SignedDuration::from_mins(10),
        }
    }
}

/// 一轮 (what one turn of the worker did).
#[derive(Debug)]
pub struct Turn {
    pub job: Job,
    /// How much of it there was: logs signed, notices delivered, duties noticed.
    pub done: AppResult<usize>,
}

impl App {
    /// Takes up every job that is due and that nobody else has, and does it. `owner` names the process.
    ///
    /// # Errors
    /// Those of storage. A job that fails is in its [`Turn`] and is tried again later, later each time.
    pub async fn work(&self, ctx: &OpContext, owner: &str) -> AppResult<Vec<Turn>> {
        let known = self.store.jobs().await?;
        let mut turns = Vec::new();
        for job in Job::ALL {
            let row = known.iter().find(|row| row.job == job.code());
            let taken = row.is_some_and(|row| {
                let held = |(by, until): &(String, Timestamp)| by != owner && *until > ctx.now;
                row.due > ctx.now || row.lease.as_ref().is_some_and(held)
            });
            if taken || !self.claim(ctx, *job, owner).await? {
                continue;
            }
            let done = self.run(ctx, *job, owner).await;
            let (wait, error) = match &done {
                Ok(_) => (job.every(), None),
                Err(error) => {
                    let times = row.map_or(0, |row| row.attempts).min(10);
                    (PATIENCE.min(job.every() * (1 << times)), Some(error.to_string()))
                }
            };
            let end = Row::EndJob {
                job: job.code().to_owned(),
                owner: owner.to_owned(),
                due: ctx.now + wait,
                error,
            };
            match self.store.commit(Unit::global().row(end)).await {
                // It took too long, and somebody else has it by now.
                Ok(_) | Err(StoreError::Conflict { .. }) => turns.push(Turn { job: *job, done }),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(turns)
    }

    /// Takes a job up, or goes on with it; not when somebody else has it.
    pub async fn claim(&self, ctx: &OpContext, job: Job, owner: &str) -> AppResult<bool> {
        let (job, owner, lease) = (job.code().to_owned(), owner.to_owned(), job.lease());
        let claim = Row::ClaimJob { job, owner, now: ctx.now, until: ctx.now + lease };
        match self.store.commit(Unit::global().row(claim)).await {
            Ok(_) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn run(&self, ctx: &OpContext, job: Job, owner: &str) -> AppResult<usize> {
        match job {
            Job::Sign => self.sign_grown_logs(ctx).await,
            Job::Deliver => self.deliver(ctx).await,
            Job::Remind => self.remind(ctx, owner).await,
            Job::Sweep => self.sweep(ctx).await.map(|()| 0),
        }
    }

    /// Delivers what is due, in order. What cannot be delivered waits, and what comes after it under the same key with it.
    async fn deliver(&self, ctx: &OpContext) -> AppResult<usize> {
        let mut delivered = 0;
        for item in self.store.outbox(ctx.now, ITEMS).await? {
            let unit = match self.delivery(ctx, &item).await {
                Ok(unit) => unit,
                Err(error) => {
                    let wait = PATIENCE.min(SignedDuration::from_secs(30) * (1 << item.attempts.min(10)));
                    let due = ctx.now + wait;
                    Unit::global().row(Row::OutboxRetry { id: item.id, due, error: error.to_string() })
                }
            };
            match self.store.commit(unit).await {
                Ok(_) => delivered += 1,
                // Somebody else delivered it, or an account changed meanwhile: it is looked at again in the next turn.
                Err(StoreError::Missing { .. } | StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(delivered)
    }

    /// What delivering one item writes, with its end in the same unit.
    async fn delivery(&self, ctx: &OpContext, item: &OutboxItem) -> AppResult<Unit> {
        let unknown = || AppError::internal(format!("nobody takes `{}`", item.topic));
        if item.topic != DUTY_DUE {
            return Err(unknown());
        }
        let community = item.community.as_deref().and_then(|id| id.parse().ok()).ok_or_else(unknown)?;
        let here = self.at(ctx, community).await?;
        let body = serde_json::from_value(item.body["by"].clone()).map_err(AppError::internal)?;
        let title = item.body["title"].as_str().unwrap_or_default();
        let mut unit = Unit::global().row(Row::OutboxDone { id: item.id });
        for mut account in self.in_charge(&here, body).await? {
            let mut note = AccountNote::of(&account);
            note.remind(DUTY_DUE, title, ctx.now.to_string());
            note.put(&mut account)?;
            account.version += 1;
            unit.rows.push(Row::PutAccount(account));
        }
        Ok(unit)
    }

    /// Who is reminded: the staff, and who sits in the body whose turn it is, as far as they have accounts.
    async fn in_charge(&self, here: &Here<'_>, body: Option<BodyKind>) -> AppResult<Vec<AccountRow>> {
        let mut found = self.staff_of(here).await?;
        let Some(body) = body else { return Ok(found) };
        let (register, _) = self.register(&here.scope, here.id).await?;
        for seat in register.in_office(body, here.ctx.today) {
            let account = self.store.account_of_person(&here.scope, &seat.person.to_string()).await?;
            if let Some(account) =
                account.filter(|one| !one.disabled && !found.iter().any(|f| f.id == one.id))
            {
                found.push(account);
            }
        }
        Ok(found)
    }

    /// Notices what fell due, once each, in every community.
    async fn remind(&self, ctx: &OpContext, owner: &str) -> AppResult<usize> {
        let mut noticed = 0;
        let mut page = Page::first(200);
        loop {
            let communities = self.store.communities(None, &page).await?;
            for row in &communities {
                noticed += self.remind_community(ctx, row.id.parse().map_err(AppError::internal)?).await?;
            }
            match communities.last() {
                Some(last) if communities.len() == 200 => page.after = Some(last.id.clone()),
                _ => return Ok(noticed),
            }
            // Still at it; or somebody else is by now, and goes on from here.
            if !self.claim(ctx, Job::Remind, owner).await? {
                return Ok(noticed);
            }
        }
    }

    async fn remind_community(&self, ctx: &OpContext, id: CommunityId) -> AppResult<usize> {
        let here = self.at(ctx, id).await?;
        let mut noticed = 0;
        let before = self.before_meetings(ctx, id).await?;
        for summary in self.open_summaries(&here).await? {
            let late = overdue(&summary, before.get(&summary.id), ctx.today);
            let late: Vec<String> =
                late.iter().map(|(duty, _)| format!("{} {}", duty.code, duty.due)).collect();
            if !late.is_empty() && self.remind_of(&here, &summary, late).await? {
                noticed += 1;
            }
        }
        Ok(noticed)
    }

    /// Leaves a notice of what is late with a matter, unless all of it was noticed before.
    async fn remind_of(
        &self,
        here: &Here<'_>,
        summary: &MatterSummary,
        late: Vec<String>,
    ) -> AppResult<bool> {
        let id = summary.id.to_string();
        let (mut noticed, version) = self.read_or_new(&here.scope, &NOTICED, &id).await?;
        let fresh: Vec<String> = late.into_iter().filter(|one| !noticed.late.contains(one)).collect();
        if fresh.is_empty() {
            return Ok(false);
        }
        noticed.late.extend(fresh);
        let notice = json!({ "title": summary.title, "by": summary.next_by });
        let mut unit = Unit::of(here.scope.clone()).row(Row::Outbox {
            topic: DUTY_DUE.to_owned(),
            key: id.clone(),
            body: notice,
            due: here.ctx.now,
        });
        unit.rows.extend(NOTICED.next(&id, version, &noticed)?);
        match self.store.commit(unit).await {
            Ok(_) => Ok(true),
            // Another runner noticed it.
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use yishi_words::differences;

    use super::Job;

    #[test]
    fn every_job_has_its_words() {
        assert_eq!(differences::<Job>(), Vec::<String>::new());
    }
}
