//! 镇级总览 (a town's dashboard, its communities and accounts).
use std::collections::BTreeMap;

use jiff::civil::Date;
use yishi_app::position::overdue;
use yishi_app::views::{CommunityDigest, DutyView, MatterSummary};
use yishi_deliberation::matter::{DutyKind, FiledWith};
use yishi_deliberation::rule::{RuleStage, Standing};
use yishi_deliberation::{MatterStage, RuleState};
use yishi_identity::TownId;
use yishi_law::{MatterClass, RuleKind};
use yishi_portal::context::{CommunityProgress, OverdueRow, PublishedRow, TownPage};

use super::prelude::*;
use super::standing::ASKED_TO_VOTE;

/// Duties that are done by publishing.
const PUBLISHING: [DutyKind; 2] = [DutyKind::PublishDecision, DutyKind::PublishOutcome];
/// Ended matters of a community read at a time.
const MATTERS: u32 = 500;

impl Visit {
    pub(super) async fn town_page(&self, town: TownId) -> Result<Response> {
        let dashboard = self.app().town_dashboard(self.ctx(), town).await?;
        let mut communities = Vec::with_capacity(dashboard.communities.len());
        let mut overdue = Vec::new();
        for digest in &dashboard.communities {
            let id = digest.community.id.parse().map_err(AppError::internal)?;
            let kept = self.progress_of(id, async || self.progress(digest).await).await?;
            communities.push(kept.0.clone());
            overdue.extend(kept.1.iter().cloned());
        }
        overdue.sort_by_key(|row: &OverdueRow| std::cmp::Reverse(row.days));
        let base = format!("/towns/{town}");
        let after = self.position(&base, "accounts")?;
        let list = self.app().town_accounts(self.ctx(), town, after, super::account::PAGE).await?;
        let places = dashboard
            .communities
            .iter()
            .map(|digest| (digest.community.id.clone(), digest.community.name.clone()))
            .collect();
        let accounts =
            self.account_lines(list.items, &format!("{base}/accounts"), &places, &BTreeMap::new())?;
        let communities_form = {
            let (act, action) = (HouseAct::CreateCommunity, format!("{base}/communities"));
            self.house_form(CommunityKind::Village, act, &action, "", &About::default())?
        };
        let page = TownPage {
            name: dashboard.town.name.clone(),
            communities,
            overdue,
            actions: vec![
                self.guarded(communities_form, None)?,
                self.town_account_form(town, &dashboard.communities)?,
            ],
            accounts,
            accounts_next: self.next(&base, "accounts", list.next).map(|href| format!("{href}#accounts")),
        };
        let mut frame = self.frame(NavItem::None).await?;
        frame.host_name.clone_from(&page.name);
        self.page(&frame, &page)
    }

    /// A community's line, and its duties that are overdue.
    async fn progress(&self, digest: &CommunityDigest) -> Result<(CommunityProgress, Vec<OverdueRow>)> {
        let id: CommunityId = digest.community.id.parse().map_err(AppError::internal)?;
        let href = format!("/c/{id}");
        let kind = phrases::community_kind_of(&digest.community.kind);
        let open = self.app().open_matters(self.ctx(), id).await?;
        let board = self.board_of(id, kind).await?;
        let ended = self.ended_lately(id).await?;
        let rules = self.app().rules(self.ctx(), id).await?;
        let unended = self.app().unended_meetings(self.ctx(), id).await?;
        let this_year = |day: Date| day.year() == self.ctx().today.year();
        let completed =
            ended.iter().filter(|one| one.state == MatterStage::Completed && this_year(one.updated_on));
        let all = || open.iter().chain(&ended);
        let mut published: Vec<_> = all()
            .flat_map(|one| one.done.iter().map(move |done| (one, done)))
            .filter(|(_, done)| PUBLISHING.contains(&done.code) && this_year(done.done))
            .collect();
        published.sort_by_key(|(_, done)| std::cmp::Reverse(done.done));
        let today = self.ctx().today;
        let row = |title: &str, href: String, owed: &DutyView| {
            let (community, title) = (digest.community.name.clone(), title.to_owned());
            Some(OverdueRow { community, title, href, days: owed.days_late(today)?, owed: owed.clone() })
        };
        let mut late: Vec<OverdueRow> = Vec::new();
        for summary in &open {
            let duties = overdue(summary, board.before(summary.id), today).into_iter();
            let at = format!("{href}/matters/{}", summary.id);
            late.extend(duties.filter_map(|(duty, _)| row(&summary.title, at.clone(), duty)));
        }
        late.extend(unended.iter().filter_map(|meeting| {
            let title = self.lang.of(&meeting.name, &meeting.name_en);
            row(title, format!("{href}/meetings/{}", meeting.id), &meeting.owed)
        }));
        let tasks = self.app().case_duties(self.ctx(), id).await?;
        late.extend(tasks.iter().filter_map(|task| {
            let title = self.lang.of(&task.title.zh, &task.title.en);
            row(title, format!("{href}/rules/{}", task.rule), &task.owed)
        }));
        let mut at_step = [0; 6];
        for (place, step) in at_step.iter_mut().zip(1_u8..) {
            *place = digest.by_step.get(&step).copied().unwrap_or(0);
        }
        let in_force = rules.iter().filter(|rule| rule.state == RuleState::Standing(Standing::InForce));
        let charter = in_force.clone().any(|rule| rule.kind == RuleKind::Charter);
        let progress = CommunityProgress {
            name: digest.community.name.clone(),
            failing: rules.iter().filter_map(|rule| self.failing_rule(id, rule)).collect(),
            attestations: rules
                .iter()
                .filter(|rule| rule.state == RuleState::Stage(RuleStage::Attested))
                .map(|rule| {
                    Link::new(self.lang.of(&rule.title, &rule.title_en), format!("{href}/rules/{}", rule.id))
                })
                .collect(),
            kind,
            at_step,
            filings: all()
                .filter(|one| one.unacknowledged == Some(FiledWith::Town))
                .map(|one| Link::new(&one.title, format!("{href}/matters/{}#actions", one.id)))
                .collect(),
            published: published
                .iter()
                .map(|(one, done)| PublishedRow {
                    title: one.title.clone(),
                    href: format!("{href}/matters/{}", one.id),
                    done: (*done).clone(),
                })
                .collect(),
            major: open.iter().filter(|one| one.class == Some(MatterClass::Major)).count() as u64,
            voting: open.iter().filter(|one| board.of(one).rank == ASKED_TO_VOTE).count() as u64,
            href,
            completed: completed.count() as u64,
            charter,
            rules: in_force.filter(|rule| rule.kind != RuleKind::Charter).count() as u64,
            overdue: late.len() as u64,
        };
        Ok((progress, late))
    }

    /// Matters that ended this year or the last, the latest act first: what was published in January may have been decided
    /// before it, and a filing is acknowledged when the town comes to it.
    async fn ended_lately(&self, id: CommunityId) -> Result<Vec<MatterSummary>> {
        let since = Date::constant(self.ctx().today.year() - 1, 1, 1);
        let mut ended: Vec<MatterSummary> = Vec::new();
        let mut after = None;
        loop {
            let list = self.app().matters(self.ctx(), id, Some(true), after, MATTERS).await?;
            let older = list.items.last().is_some_and(|one| one.updated_on < since);
            ended.extend(list.items.into_iter().filter(|one| one.updated_on >= since));
            let Some(next) = list.next.filter(|_| !older) else { return Ok(ended) };
            after = next.rsplit_once(' ').map(|(sort, id)| (sort.to_owned(), id.to_owned()));
        }
    }

    /// 建立工作账号: whose it is and what it may do are asked here, the rest as for every account.
    fn town_account_form(&self, town: TownId, communities: &[CommunityDigest]) -> Result<Form> {
        let staff = self.say("工作人员", "staff");
        // The least power first, so that an account made in haste gets no more than it needs.
        let mut roles: Vec<_> = communities
            .iter()
            .map(|one| FieldChoice::new(&one.community.id, &format!("{} · {staff}", one.community.name)))
            .collect();
        roles.push(FieldChoice::new(
            "town-admin",
            self.say("镇管理员（可以管理全镇）", "Town administrator (manages the whole town)"),
        ));
        let mut form = self.working_account_form(town)?;
        let whose = [
            ("display_name", self.lang.words().name, FieldKind::Text),
            ("holder.name", self.say("使用人真实姓名", "Real name of its owner"), FieldKind::Text),
            ("holder.birth_date", self.say("使用人出生日期", "Their date of birth"), FieldKind::Date),
        ];
        let whose = whose.map(|(name, label, kind)| Field::new(name, label, kind).required());
        form.fields.splice(0..0, whose);
        let grants = Field::new("grants", self.say("身份", "Capacity"), FieldKind::Select(roles)).required();
        self.guarded(form.with(grants), None)
    }
}
