//! 首页与看板 (the community's public home, and the town's dashboard).

use std::collections::BTreeMap;

use jiff::civil::Date;
use yishi_deliberation::rule::{RuleStage, Standing};
use yishi_identity::bodies::seated;
use yishi_identity::policy::Scope as PolicyScope;
use yishi_identity::{Action, CommunityId, TownId};
use yishi_law::RuleKind;
use yishi_storage::{Changes, CommunityRow};

use crate::bodies::body_view;
use crate::bounded::{Bounded, Bytes};
use crate::matter_view::disclosures;
use crate::model::to_the_end;
use crate::places::community_view;
use crate::rule_life::RuleRow;
use crate::views::{CommunityDigest, HomeView, RuleSummary, TownDashboard, TownView};
use crate::{App, AppError, AppResult, Here, OpContext, words};

/// 看板上的各行 (the lines of towns' boards drawn lately), each with what it rests on.
pub(crate) type Digests = Bounded<CommunityId, ((u64, Date), CommunityDigest)>;

impl Bytes for Date {
    fn bytes(&self) -> u64 {
        8
    }
}

impl Bytes for CommunityDigest {
    fn bytes(&self) -> u64 {
        800 + 600 * self.failing_rules.len() as u64
    }
}

/// Ended matters a home page looks at.
const SHOWN: u32 = 30;

impl App {
    /// 村（社区）首页 (what is being decided, what was decided, which rules hold, who is who; public).
    pub async fn home(&self, ctx: &OpContext, community: CommunityId) -> AppResult<HomeView> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let people = self.people(&here).await?;
        let (register, _) = self.register(&here.scope, here.id).await?;
        let town = self.store.town(&here.row.town).await?;
        // All of them: what people are asked about must not vanish behind what is merely newer.
        let deciding = self.open_summaries(&here).await?;
        let recent = self.summaries(&here, Some(true), None, SHOWN).await?.items;
        let mut notices = Vec::new();
        // A matter ends only after its notices have run.
        for summary in deciding.iter().filter(|one| one.posted_until.is_some()) {
            let matter = self.load_matter(&here, summary.id).await?.matter;
            let running =
                disclosures(ctx, &matter, &summary.title).into_iter().filter(|notice| !notice.taken_down);
            notices.extend(running);
        }
        let mut charter: Option<RuleSummary> = None;
        let mut rules = Vec::new();
        for row in self.rule_rows(&here).await? {
            let standing = row.life.standing(ctx.today);
            if !matches!(standing, Standing::InForce | Standing::Suspended | Standing::NotYet) {
                continue;
            }
            let summary = self.rule_summary(ctx, &row).await?;
            if summary.kind == RuleKind::Charter && standing == Standing::InForce {
                charter = Some(summary);
            } else {
                rules.push(summary);
            }
        }
        Ok(HomeView {
            community: community_view(&here.row, town.as_ref().map_or("", |town| &town.name)),
            figures: people.figures(&register, ctx.today),
            law: words::law(self.floor(here.kind, ctx.today)?),
            charter,
            rules,
            deciding,
            recent,
            notices,
            bodies: seated().map(|body| body_view(&here, &people, &register, body.kind)).collect(),
        })
    }

    /// 镇看板 (a line for each community; for the town and the city).
    pub async fn town_dashboard(&self, ctx: &OpContext, town: TownId) -> AppResult<TownDashboard> {
        self.authorise_above(ctx, Action::ViewTown, PolicyScope::Town(town))?;
        let row = self.town_row(town).await?;
        let mut communities = Vec::new();
        for place in self.communities_of(&row.id).await? {
            let id = place.id.parse().map_err(AppError::internal)?;
            let here = self.at(ctx, id).await?;
            communities.push(self.kept_digest(&here, &row.name).await?);
        }
        Ok(TownDashboard {
            town: TownView { id: row.id, name: row.name, region_code: row.region },
            communities,
        })
    }

    /// Every community of a town: a dashboard that leaves one out would say that all is well there.
    pub(crate) async fn communities_of(&self, town: &str) -> AppResult<Vec<CommunityRow>> {
        let read = |page| async move { self.store.communities(Some(town), &page).await };
        to_the_end(read, |row: &CommunityRow| row.id.clone()).await
    }

    /// The line of a community in which nothing was written since it was last drawn is as it was that day.
    async fn kept_digest(&self, here: &Here<'_>, town_name: &str) -> AppResult<CommunityDigest> {
        let changes = self.store.changes(Changes::Community(&here.scope)).await?;
        let (basis, forgotten, hurried) =
            ((changes, here.ctx.today), self.digests.forgotten(), self.hurried());
        if let Some((_, digest)) = self.digests.get_if(&here.id, |(kept, _)| *kept == basis) {
            return Ok(digest);
        }
        let digest = self.community_digest(here, town_name).await?;
        if self.hurried() == hurried {
            self.digests.put(forgotten, here.id, (basis, digest.clone()));
        }
        Ok(digest)
    }

    async fn community_digest(&self, here: &Here<'_>, town_name: &str) -> AppResult<CommunityDigest> {
        let open = self.open_summaries(here).await?;
        let ended = self.count_closed(here).await?;
        let before = self.before_meetings(here.ctx, here.id).await?;
        let mut by_step = BTreeMap::new();
        let mut overdue = 0;
        for summary in &open {
            *by_step.entry(summary.step).or_insert(0) += 1;
            overdue +=
                crate::position::overdue(summary, before.get(&summary.id), here.ctx.today).len() as u64;
        }
        for meeting in self.unended_meetings(here.ctx, here.id).await? {
            overdue += u64::from(crate::position::days_late(&meeting.owed, here.ctx.today).is_some());
        }
        for task in self.owed_in_cases(here).await? {
            overdue += u64::from(crate::position::days_late(&task.owed, here.ctx.today).is_some());
        }
        let rules = self.rule_rows(here).await?;
        let holds = |row: &&RuleRow| row.life.standing(here.ctx.today) == Standing::InForce;
        let in_force = rules.iter().filter(holds).count();
        let waiting = rules.iter().filter(|row| row.life.stage == RuleStage::Attested).count();
        let mut failing_rules = Vec::new();
        for row in rules.iter().filter(|row| row.failing.is_some()) {
            let summary = self.rule_summary(here.ctx, row).await?;
            if summary.failing.is_some() {
                failing_rules.push(summary);
            }
        }
        Ok(CommunityDigest {
            community: community_view(&here.row, town_name),
            by_step,
            ended,
            rules_in_force: in_force as u64,
            failing_rules,
            attestations_waiting: waiting as u64,
            overdue,
        })
    }
}
