//! 位置 (where a matter stands): the one answer to "which of the six steps, what comes next, who does it, by when". Lists,
//! pages, the desk and the town's board all take it from [`MatterSummary`], so that none says another thing.

use std::collections::BTreeMap;

use jiff::civil::Date;

use yishi_acts::Aggregate as _;
pub use yishi_deliberation::Turn;
use yishi_deliberation::matter::{DutyDone, Matter};
use yishi_deliberation::meeting::{Meeting, decides_by_ballot};
use yishi_deliberation::{MatterAct, MeetingAct};
use yishi_identity::{Action, BallotId, CommunityId, MatterId, MeetingId, RuleId};
use yishi_law::{BodyKind, CommunityKind, FloorText};

use crate::matters::VIEW;
use crate::model::STEP;
use crate::views::{BallotPhase, DutyDoneView, DutyView, MatterSummary};
use crate::{App, AppError, AppResult, Community, OpContext, words};

/// States of a meeting that is not over, sittings first.
const UNENDED: [&str; 3] = ["open", "recessed", "convened"];

/// What is done to take what has its turn: of what the matter allows now, the act that declares it.
fn taking(matter: &Matter, turn: Turn) -> Option<MatterAct> {
    let takes = |act: &MatterAct| Matter::entry(*act).is_some_and(|entry| entry.takes == Some(turn));
    matter.allowed().into_iter().find(takes)
}

/// The summary of a matter for listings.
pub(crate) fn summary(matter: &Matter, title: String, kind: CommunityKind, law: &FloorText) -> MatterSummary {
    let stands = matter.stands();
    let position = matter.position(law);
    let consulting = matter.consultations.last().filter(|one| one.closed.is_none());
    let posted = [&matter.outcome_disclosure, &matter.decision_disclosure];
    let posted = posted.into_iter().flatten().find(|one| one.taken_down.is_none());
    MatterSummary {
        id: matter.id,
        title,
        class: matter.class.as_ref().map(|class| class.value),
        state: stands,
        state_name: stands.term().zh.to_owned(),
        state_name_en: stands.term().en.to_owned(),
        step: position.step,
        next: position.next,
        next_by: position.by,
        next_act: position.next.and_then(|turn| taking(matter, turn)),
        closed: matter.stage.is_closed(),
        updated_on: matter.last_act.on,
        opened_on: matter.opened.on,
        domain: matter.domain.clone(),
        consulting_until: consulting.filter(|_| position.next.is_some()).map(|one| one.until),
        posted_until: posted.map(|one| one.period.last),
        duties: matter
            .duties(kind)
            .into_iter()
            .map(|duty| {
                let said = duty.kind.undone();
                DutyView { code: words::code(&duty.kind), text: said.zh, text_en: said.en, due: duty.due }
            })
            .collect(),
        done: matter.duties_done(kind).into_iter().map(done_view).collect(),
        unacknowledged: matter.filing.filter(|filing| !filing.has_receipt()).map(|filing| filing.with),
    }
}

fn done_view(done: DutyDone) -> DutyDoneView {
    let said = done.kind.words();
    DutyDoneView {
        code: done.kind,
        text: said.zh,
        text_en: said.en,
        due: done.due,
        done: done.done,
        days_late: done.days_late(),
    }
}

/// What a meeting still owes on its day.
pub(crate) fn owed(meeting: &Meeting) -> Option<DutyView> {
    meeting.owed().map(|(duty, due)| {
        let said = duty.words();
        DutyView { code: words::code(&duty), text: said.zh, text_en: said.en, due }
    })
}

/// 未散的会议 (a meeting that is not over), with what is to be done of it on its day.
#[derive(Debug, Clone)]
pub struct UnendedMeeting {
    pub id: MeetingId,
    pub body: BodyKind,
    /// The body in Chinese.
    pub name: String,
    /// The body in English.
    pub name_en: String,
    /// What is to be done.
    pub owed: DutyView,
    /// What ends it, where that is all that can still be done.
    pub ended_by: MeetingAct,
}

/// 会上的事项 (a meeting that a matter is before: called, or sitting).
#[derive(Debug, Clone)]
pub struct BeforeMeeting {
    pub meeting: MeetingId,
    /// The body in Chinese.
    pub body: String,
    /// The body in English.
    pub body_en: String,
    /// The day it sits, or sits again after a recess.
    pub sits_on: Date,
    /// Whether it is sitting now.
    pub sitting: bool,
    /// The ballot on the matter that is not closed.
    pub ballot: Option<RunningBallot>,
    /// Whether the matter has been voted on in it.
    pub voted: bool,
}

/// 进行中的表决 (a ballot that is not closed).
#[derive(Debug, Clone)]
pub struct RunningBallot {
    /// The ballot.
    pub id: BallotId,
    /// Whether votes are taken; not while its count is being settled.
    pub open: bool,
    /// Votes so far.
    pub turnout: u64,
    /// On the roll.
    pub roll: u64,
}

impl App {
    /// 会上的事项 of a community, by matter: every meeting that is called or sitting, and the ballots in it (public).
    pub async fn before_meetings(
        &self,
        ctx: &OpContext,
        community: CommunityId,
    ) -> AppResult<BTreeMap<MatterId, BeforeMeeting>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let mut found: BTreeMap<MatterId, BeforeMeeting> = BTreeMap::new();
        // Sittings first: a matter that is being voted on is not merely called.
        for state in UNENDED {
            for row in self.every(&here.scope, &crate::meetings::VIEW, Some(state)).await? {
                let id = row.id.parse().map_err(AppError::internal)?;
                self.put_before(&here, id, &mut found).await?;
            }
        }
        Ok(found)
    }

    async fn put_before(
        &self,
        community: &Community,
        id: MeetingId,
        found: &mut BTreeMap<MatterId, BeforeMeeting>,
    ) -> AppResult<()> {
        let meeting = self.load_meeting(community, id).await?.meeting;
        let name = words::body(meeting.body, community.kind);
        for matter in meeting.agenda.iter().map(|item| &item.matter) {
            // What is not of that body's turn is talked about there, and waits for somebody else.
            let row = self.read(&community.scope, &VIEW, matter).await?;
            let next = row.and_then(|row| row.body.next_by);
            if next != Some(meeting.body) && !decides_by_ballot(meeting.body) {
                continue;
            }
            let mut running = None;
            let mut voted = false;
            for ballot in meeting.ballots.values().filter(|ballot| ballot.matter == *matter) {
                if !ballot.is_open() {
                    voted = true;
                    continue;
                }
                let view = self.ballot_view(community, &meeting, 0, ballot).await?;
                running = Some(RunningBallot {
                    id: view.id,
                    open: view.state == BallotPhase::Open,
                    turnout: view.turnout,
                    roll: view.roll_size,
                });
            }
            found.entry(*matter).or_insert_with(|| BeforeMeeting {
                meeting: id,
                body: name.zh.clone(),
                body_en: name.en.clone(),
                sits_on: meeting.sits_on,
                sitting: meeting.stage == yishi_deliberation::meeting::MeetingStage::Open,
                ballot: running,
                voted,
            });
        }
        Ok(())
    }

    /// 未散的会议 of a community: called, sitting or in recess (public).
    pub async fn unended_meetings(
        &self,
        ctx: &OpContext,
        community: CommunityId,
    ) -> AppResult<Vec<UnendedMeeting>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let mut found = Vec::new();
        for state in UNENDED {
            for row in self.every(&here.scope, &crate::meetings::VIEW, Some(state)).await? {
                let id = row.id.parse().map_err(AppError::internal)?;
                let (_, meeting) = self.seen_meeting(&here, id).await?;
                let Some(owed) = owed(&meeting) else { continue };
                let name = words::body(meeting.body, here.kind);
                found.push(UnendedMeeting {
                    id: meeting.id,
                    body: meeting.body,
                    name: name.zh,
                    name_en: name.en,
                    owed,
                    ended_by: meeting.ended_by(),
                });
            }
        }
        Ok(found)
    }

    /// 规约与事项: the matter that adopts each rule, by rule (public).
    pub async fn matters_of_rules(
        &self,
        ctx: &OpContext,
        community: CommunityId,
    ) -> AppResult<BTreeMap<RuleId, MatterId>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let rules = self.rule_rows(&here).await?;
        Ok(rules.iter().filter_map(|row| Some((row.life.id, row.matter?))).collect())
    }

    /// 在办事项 (every matter that has not ended, the latest act first; public). Read to the end: what is being voted on
    /// does not vanish behind what is merely newer.
    pub async fn open_matters(
        &self,
        ctx: &OpContext,
        community: CommunityId,
    ) -> AppResult<Vec<MatterSummary>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        self.open_summaries(&here).await
    }

    pub(crate) async fn open_summaries(&self, community: &Community) -> AppResult<Vec<MatterSummary>> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = self.summaries(community, Some(false), after, STEP).await?;
            all.extend(page.items);
            let Some(next) = page.next else { return Ok(all) };
            after = next.rsplit_once(' ').map(|(sort, id)| (sort.to_owned(), id.to_owned()));
        }
    }

    /// How many matters have ended.
    pub(crate) async fn count_closed(&self, community: &Community) -> AppResult<u64> {
        Ok(self.store.view_count(&community.scope, VIEW.kind, Some("closed")).await?)
    }

    /// One matter in a line, as lists show it (public).
    pub async fn matter_summary(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
    ) -> AppResult<MatterSummary> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let row = self.read(&here.scope, &VIEW, id).await?;
        Ok(row.ok_or(AppError::NotFound { what: "matter" })?.body)
    }
}

/// 逾期的义务 (those of a summary's duties whose last day is over), unless a meeting that is called takes the matter up.
#[must_use]
pub fn overdue<'a>(
    summary: &'a MatterSummary,
    before: Option<&BeforeMeeting>,
    today: Date,
) -> Vec<(&'a DutyView, u64)> {
    let waits = before.is_some_and(|one| one.sits_on >= today);
    let late = summary.duties.iter().filter_map(|duty| {
        let days = days_late(duty, today)?;
        // A sitting that has been called is the next step; a petition's own last day stands all the same.
        (!(waits && duty.code == "next-step")).then_some((duty, days))
    });
    late.collect()
}

/// How many days ago the last day of a duty was; none while it can be done in time.
#[must_use]
pub fn days_late(duty: &DutyView, today: Date) -> Option<u64> {
    duty.days_late(today)
}
