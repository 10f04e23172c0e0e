//! 首页与事项列表 (the portal's home, a community's home, its matters).

use yishi_app::reader::VoteStanding;
use yishi_app::views::{DisclosureView, MatterSummary, MeetingView, RuleSummary};
use yishi_deliberation::RuleState;
use yishi_deliberation::matter::DisclosureKind;
use yishi_deliberation::meeting::MeetingStage;
use yishi_identity::RoleGrant;
use yishi_identity::policy::Scope;
use yishi_portal::context::{
    AskedCard, AskedKind, CommunityCard, CommunityHome, DecisionCard, MatterCard, MatterList, MeetingCard,
    MeetingList, NoticeCard, NoticeKind, PortalHome, RuleCard, RuleStatus, TownGroup,
};
use yishi_storage::CommunityRow;

use super::matter::may_comment;
use super::prelude::*;
use super::standing::{ASKED_TO_COMMENT, ASKED_TO_VOTE, Board, CALLED, NEW, Standing};

/// Decisions shown on a community's home.
const RECENT: usize = 5;
/// Matters under way on a community's home, beside what people are asked; the rest are in the list.
const DECIDING: usize = 12;
/// New suggestions named on a community's home.
const FRESH: usize = 3;
/// Meetings held that a community's home names.
const HELD: usize = 3;
/// Matters on one page of the list.
const PAGE: u32 = 20;
/// Meetings looked through for the home, the desk and a matter's own meeting.
const MEETINGS: u32 = 20;

impl Visit {
    pub(super) async fn meeting_list(&self, id: CommunityId) -> Result<Response> {
        let place = self.place(id, NavItem::Matters).await?;
        let base = format!("{}/meetings", place.href);
        let after = self.position_and_id(&base, "cursor")?;
        let list = self.app().meetings(self.ctx(), id, after, PAGE).await?;
        let page = MeetingList {
            meetings: list.items.into_iter().map(|meeting| self.meeting_card(meeting)).collect(),
            next_href: self.next(&base, "cursor", list.next),
        };
        self.page(&place.frame, &page)
    }

    pub(super) async fn portal_home(&self) -> Result<Response> {
        let mut towns = Vec::new();
        for (town, communities) in self.app().places().await? {
            let mut cards = Vec::with_capacity(communities.len());
            for row in communities {
                let id: CommunityId = row.id.parse().map_err(yishi_app::AppError::internal)?;
                let card = self.card_of(id, async || self.card(id, row).await).await?;
                cards.push((*card).clone());
            }
            let may = self.ctx().actor.roles.iter().any(|role| match role {
                RoleGrant::CityAdmin => true,
                RoleGrant::TownAdmin { town: of } => of.to_string() == town.id,
                _ => false,
            });
            towns.push(TownGroup {
                name: town.name,
                href: may.then(|| format!("/towns/{}", town.id)),
                communities: cards,
            });
        }
        let mut actions = Vec::new();
        if yishi_identity::permits(&self.ctx().actor, HouseAct::CreateTown, &Scope::City, None) {
            let form = self.house_form(
                CommunityKind::Village,
                HouseAct::CreateTown,
                "/towns",
                "",
                &About::default(),
            )?;
            actions.push(self.guarded(form, None)?);
        }
        let frame = self.frame(NavItem::None).await?;
        self.page(&frame, &PortalHome { towns, actions })
    }

    async fn card(&self, id: CommunityId, row: CommunityRow) -> Result<CommunityCard> {
        let kind = phrases::community_kind_of(&row.kind);
        let board = self.board_of(id, kind).await?;
        let open = self.app().open_matters(self.ctx(), id).await?;
        let ranks: Vec<u8> = open.iter().map(|one| board.of(one).rank).collect();
        let of = |rank| ranks.iter().filter(|one| **one == rank).count() as u64;
        let rules = self.app().rules(self.ctx(), id).await?;
        let in_force = RuleState::Standing(yishi_deliberation::Standing::InForce);
        Ok(CommunityCard {
            name: row.name,
            kind,
            href: format!("/c/{id}"),
            deciding: open.len() as u64,
            voting: of(ASKED_TO_VOTE),
            consulting: of(ASKED_TO_COMMENT),
            rules: rules.iter().filter(|rule| rule.state == in_force).count() as u64,
        })
    }

    pub(super) async fn community_home(&self, id: CommunityId) -> Result<Response> {
        let place = self.place(id, NavItem::Home).await?;
        let home = self.app().home(self.ctx(), id).await?;
        let (persons, households) = self.app().roster_size(self.ctx(), id).await?;
        let board = self.board(&place).await?;
        let mut open: Vec<_> = home.deciding.iter().map(|one| (one, board.of(one))).collect();
        // Within a rank the latest act stays first.
        open.sort_by_key(|(_, standing)| standing.rank);
        // What asks something of this reader stands apart from what others are asked.
        let (mut asked, mut waiting) = (Vec::new(), Vec::new());
        for (summary, standing) in open.iter().filter(|(_, standing)| standing.rank <= ASKED_TO_COMMENT) {
            let card = self.asked_card(&place, &board, summary, standing).await?;
            let list = if card.act.is_some() { &mut asked } else { &mut waiting };
            list.push(card);
        }
        let fresh: Vec<_> = open.iter().filter(|(_, standing)| standing.rank == NEW).collect();
        let deciding = open.iter().filter(|(_, standing)| standing.rank < NEW).take(DECIDING);
        let rules = home.charter.iter().chain(&home.rules);
        let [rules, making, _] = self.rule_cards(&place, &board, rules, &home.deciding).await?;
        let meetings = self.meetings(&place).await?;
        let over =
            |meeting: &&MeetingView| matches!(meeting.state, MeetingStage::Adjourned | MeetingStage::Minuted);
        let running = home.notices.iter().filter(|notice| !notice.ended);
        let card_of = |notice: &DisclosureView| NoticeCard {
            kind: match notice.kind {
                DisclosureKind::Outcome => NoticeKind::Outcome,
                DisclosureKind::Decision => NoticeKind::Decision,
            },
            title: notice.title.clone(),
            href: format!("{}/matters/{}", place.href, notice.matter),
            first: notice.posted_on,
            last: notice.last_day,
            days_left: phrases::days_left(notice.last_day, self.ctx().today),
        };
        let mut notices: Vec<_> = running.map(card_of).collect();
        notices.extend(self.posted_by_rules(&place).await?);
        notices.sort_by_key(|notice| notice.last);
        let page = CommunityHome {
            households,
            persons,
            asked,
            running: waiting,
            deciding: deciding.map(|(summary, standing)| card(summary, standing.clone())).collect(),
            fresh_more: fresh.len().saturating_sub(FRESH) as u64,
            fresh: fresh.into_iter().take(FRESH).map(|(summary, _)| (*summary).clone()).collect(),
            held: meetings
                .iter()
                .filter(over)
                .take(HELD)
                .cloned()
                .map(|one| self.meeting_card(one))
                .collect(),
            meetings: self.ahead(meetings),
            notices,
            recent: self.recent_decisions(&place, home.deciding.iter().chain(&home.recent)).await?,
            rules,
            making,
            figures: home.figures,
            bodies: home.bodies.into_iter().filter(|body| body.in_office > 0).collect(),
        };
        self.page(&place.frame, &page)
    }

    pub(super) async fn matter_list(&self, id: CommunityId) -> Result<Response> {
        let place = self.place(id, NavItem::Matters).await?;
        let state = self.query.get("state").map(String::as_str);
        let closed = match state {
            Some("open") => Some(false),
            Some("closed") => Some(true),
            _ => None,
        };
        let base = format!("{}/matters", place.href);
        let scope = format!("{base}?{}", state.unwrap_or_default());
        let after = self.position_and_id(&scope, "cursor")?;
        let list = self.app().matters(self.ctx(), id, closed, after, PAGE).await?;
        let filter = |text: &str, wanted: Option<&str>| {
            let href = wanted.map_or_else(|| base.clone(), |state| format!("{base}?state={state}"));
            (Link::new(text, href), closed == state_of(wanted))
        };
        let board = self.board(&place).await?;
        // What people are asked stands first, on the first page and on no other.
        let mut urgent = Vec::new();
        if closed != Some(true) {
            urgent = self.app().open_matters(self.ctx(), id).await?;
            urgent.retain(|one| board.of(one).rank <= CALLED);
            urgent.sort_by_key(|one| board.of(one).rank);
        }
        let listed = list.items.iter().filter(|one| !urgent.iter().any(|first| first.id == one.id));
        let first = urgent.iter().filter(|_| !self.query.contains_key("cursor"));
        let page = MatterList {
            matters: first.chain(listed).map(|summary| card(summary, board.of(summary))).collect(),
            filters: vec![
                filter(self.lang.words().all, None),
                filter(self.say("办理中", "In progress"), Some("open")),
                filter(self.say("已结束", "Ended"), Some("closed")),
            ],
            next_href: self.sealed(&scope, list.next).map(|cursor| match state {
                Some(state) if closed.is_some() => format!("{base}?state={state}&cursor={cursor}"),
                _ => format!("{base}?cursor={cursor}"),
            }),
        };
        self.page(&place.frame, &page)
    }

    /// What people are asked to do about a matter, with what this reader can do about it.
    async fn asked_card(
        &self,
        place: &Place,
        board: &Board,
        summary: &MatterSummary,
        standing: &Standing,
    ) -> Result<AskedCard> {
        let t = self.lang.words();
        let href = format!("{}/matters/{}", place.href, summary.id);
        let link = |text: &str, href: String| Some(Link::new(text, href));
        let sign_in = |to: &str| self.sign_in_for(to).and_then(|href| link(t.sign_in_first, href));
        let ballot = board.before(summary.id).and_then(|before| before.ballot.as_ref());
        let what = if standing.rank == ASKED_TO_VOTE { AskedKind::Vote } else { AskedKind::Comment };
        let (mut act, mut receipt, mut note) = (None, None, None);
        match (what, ballot) {
            (AskedKind::Vote, Some(ballot)) if ballot.open => {
                let to = format!("{}/ballots/{}", place.href, ballot.id);
                let own = self.app().own_vote(self.ctx(), place.id(), ballot.id).await?;
                match own.map(|own| own.standing) {
                    Some(VoteStanding::Ready) => {
                        act = link(t.vote_now, to);
                        note = Some(t.asked_waiting.to_owned());
                    }
                    Some(VoteStanding::Voted { .. }) => {
                        note = Some(t.asked_voted.to_owned());
                        receipt = link(t.voted_receipt, format!("{to}/receipt"));
                    }
                    Some(VoteStanding::Recused) => note = Some(t.vote_recused.to_owned()),
                    Some(VoteStanding::Absent) => note = Some(t.vote_absent.to_owned()),
                    // The line says whose vote it is; nothing is asked of anybody else.
                    Some(VoteStanding::NotEntitled) => {}
                    None => act = sign_in(&to),
                }
            }
            (AskedKind::Comment, _) => {
                act = match may_comment(place) {
                    true => link(t.form_comment, format!("{href}#consultation")),
                    false => sign_in(&href),
                };
            }
            _ => {}
        }
        let line = standing.waiting.clone().unwrap_or_default();
        Ok(AskedCard { what, title: summary.title.clone(), href, line, act, receipt, note })
    }

    /// Meetings called and not yet over, the next one first.
    pub(super) async fn meeting_cards(&self, place: &Place) -> Result<Vec<MeetingCard>> {
        Ok(self.ahead(self.meetings(place).await?))
    }

    fn ahead(&self, meetings: Vec<MeetingView>) -> Vec<MeetingCard> {
        let coming = meetings.into_iter().filter(|meeting| meeting.state.is_to_sit());
        coming.rev().map(|meeting| self.meeting_card(meeting)).collect()
    }

    fn meeting_card(&self, meeting: MeetingView) -> MeetingCard {
        MeetingCard { overdue: self.overdue(&meeting), meeting }
    }

    /// What should have been done of a meeting on its day, in a sentence.
    pub(super) fn overdue(&self, meeting: &MeetingView) -> Option<String> {
        self.lang.unended(meeting.owed.as_ref()?, self.ctx().today)
    }

    /// The latest meetings, newest first.
    pub(super) async fn meetings(&self, place: &Place) -> Result<Vec<MeetingView>> {
        Ok(self.app().meetings(self.ctx(), place.id(), None, MEETINGS).await?.items)
    }

    /// What a meeting is called: the body.
    pub(super) fn meeting_title(&self, meeting: &MeetingView) -> String {
        self.lang.of(&meeting.body_name, &meeting.body_name_en).to_owned()
    }

    async fn recent_decisions(
        &self,
        place: &Place,
        summaries: impl Iterator<Item = &MatterSummary>,
    ) -> Result<Vec<DecisionCard>> {
        let wanted = summaries.filter(|one| one.state.is_decided());
        let mut cards = Vec::new();
        for summary in wanted.take(RECENT) {
            let matter = self.app().matter(self.ctx(), place.id(), summary.id).await?;
            let Some(decision) = matter.decisions.last().cloned() else { continue };
            let href = format!("{}/matters/{}", place.href, matter.id);
            cards.push(DecisionCard { title: matter.title, href, decision });
        }
        cards.sort_by_key(|card| std::cmp::Reverse(card.decision.at));
        Ok(cards)
    }

    /// Rules in three lists: in force, on their way, ended.
    pub(super) async fn rule_cards(
        &self,
        place: &Place,
        board: &Board,
        rules: impl Iterator<Item = &RuleSummary>,
        open: &[MatterSummary],
    ) -> Result<[Vec<RuleCard>; 3]> {
        let matters = self.app().matters_of_rules(self.ctx(), place.id()).await?;
        let mut lists = [Vec::new(), Vec::new(), Vec::new()];
        for rule in rules {
            let matter = matters.get(&rule.id).and_then(|id| open.iter().find(|one| one.id == *id));
            let standing = matter.map(|matter| board.of(matter));
            let status = RuleStatus::of(rule.state, standing.map(|one| one.status));
            let list = match status {
                RuleStatus::InForce | RuleStatus::Suspended => 0,
                RuleStatus::Superseded | RuleStatus::Repealed | RuleStatus::Rejected => 2,
                _ => 1,
            };
            lists[list].push(RuleCard { rule: rule.clone(), status });
        }
        Ok(lists)
    }
}

/// A matter in a list.
fn card(summary: &MatterSummary, standing: Standing) -> MatterCard {
    MatterCard {
        summary: summary.clone(),
        status: standing.status,
        stage: standing.stage,
        waiting_for: standing.waiting,
        overdue: standing.overdue,
    }
}

fn state_of(wanted: Option<&str>) -> Option<bool> {
    wanted.map(|state| state == "closed")
}
