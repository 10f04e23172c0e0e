//! 首页与事项列表 (the portal's home, a community's home, its matters).
use yishi_identity::policy::Right;
use yishi_law::CommunityKind;
use yishi_portal::Speak as _;

use super::acts::About;
use std::sync::Arc;
use yishi_acts::house::HouseAct;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use yishi_app::reader::VoteStanding;
use yishi_app::views::{BodyView, DisclosureView, MatterSummary, MeetingView, RuleSummary};
use yishi_deliberation::RuleState;
use yishi_deliberation::matter::DisclosureKind;
use yishi_deliberation::meeting::MeetingStage;
use yishi_edge::extract::Path;
use yishi_identity::policy::Scope;
use yishi_identity::{CommunityId, RoleGrant};
use yishi_portal::context::{
    AskedCard, AskedKind, BodyCard, CommunityCard, CommunityHome, DecisionCard, Link, MatterCard, MatterList,
    MeetingCard, MeetingLine, MeetingList, NavItem, NoticeCard, NoticeKind, PortalHome, RuleCard, RuleStatus,
    SeatLine, TownGroup,
};
use yishi_storage::CommunityRow;

use super::answer::{Miss, Tried};
use super::phrases;
use super::standing::{ASKED_TO_COMMENT, ASKED_TO_VOTE, Board, CALLED, NEW, Standing, rule_status, unended};
use super::visit::{Place, Visit};
use crate::http::Server;

/// Decisions shown on a community's home.
const RECENT: usize = 5;
/// Matters under way on a community's home, beside what people are asked; the rest are in the list.
const DECIDING: usize = 12;
/// New suggestions named on a community's home.
const FRESH: usize = 3;
/// Meetings held that a community's home names.
const HELD: usize = 3;
/// Members of a body named on a community's home.
const NAMED: usize = 5;
/// Matters on one page of the list.
const PAGE: u32 = 20;
/// Meetings looked through for the home, the desk and a matter's own meeting.
const MEETINGS: u32 = 20;

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/", get(portal_home))
        .route("/c/{community}", get(community_home))
        .route("/c/{community}/matters", get(matter_list))
        .route("/c/{community}/meetings", get(meeting_list))
}

async fn portal_home(visit: Visit) -> Response {
    let page = visit.portal_home(None).await;
    visit.show(page).await
}

async fn meeting_list(visit: Visit, Path(community): Path<CommunityId>) -> Response {
    let page = visit.meeting_list(community).await;
    visit.show(page).await
}

async fn community_home(visit: Visit, Path(community): Path<CommunityId>) -> Response {
    let page = visit.community_home(community).await;
    visit.show(page).await
}

async fn matter_list(visit: Visit, Path(community): Path<CommunityId>) -> Response {
    let page = visit.matter_list(community).await;
    visit.show(page).await
}

impl Visit {
    async fn meeting_list(&self, id: CommunityId) -> Result<Response, Miss> {
        let place = self.place(id, NavItem::Matters).await?;
        let base = format!("{}/meetings", place.href);
        let position = self.position(&base, "cursor")?;
        let after = position.and_then(|position| {
            position.rsplit_once(' ').map(|(sort, id)| (sort.to_owned(), id.to_owned()))
        });
        let list = self.app().meetings(self.ctx(), id, after, PAGE).await?;
        let now = self.ctx().now.as_second();
        let next = list.next.map(|position| self.server.cursors().seal(&base, &position, now));
        let lines = list.items.iter().map(|meeting| MeetingLine {
            card: self.meeting_card(&place, meeting),
            state: phrases::meeting_state(meeting.state),
        });
        let page = MeetingList {
            meetings: lines.collect(),
            next_href: next.map(|cursor| format!("{base}?cursor={cursor}")),
        };
        self.page(&place.frame, &page, None)
    }

    pub(super) async fn portal_home(&self, tried: Option<&Tried>) -> Result<Response, Miss> {
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
        if let Some(tried) = tried {
            tried.fill(&mut actions);
        }
        let frame = self.frame(NavItem::None).await?;
        self.page(&frame, &PortalHome { towns, actions }, tried)
    }

    async fn card(&self, id: CommunityId, row: CommunityRow) -> Result<CommunityCard, Miss> {
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

    async fn community_home(&self, id: CommunityId) -> Result<Response, Miss> {
        let place = self.place(id, NavItem::Home).await?;
        let home = self.app().home(self.ctx(), id).await?;
        let (persons, households) = self.app().roster_size(self.ctx(), id).await?;
        let board = self.board(&place).await?;
        let mut open: Vec<_> = home.deciding.iter().map(|one| (one, board.of(one))).collect();
        // Within a rank the latest act stays first.
        open.sort_by_key(|(_, standing)| standing.rank);
        // What asks something of this reader stands apart from what others are asked.
        let (mut asked, mut running) = (Vec::new(), Vec::new());
        for (summary, standing) in open.iter().filter(|(_, standing)| standing.rank <= ASKED_TO_COMMENT) {
            let card = self.asked_card(&place, &board, summary, standing).await?;
            let list = if card.act.is_some() { &mut asked } else { &mut running };
            list.push(card);
        }
        let fresh: Vec<_> = open.iter().filter(|(_, standing)| standing.rank == NEW).collect();
        let deciding = open.iter().filter(|(_, standing)| standing.rank < NEW).take(DECIDING);
        let rules = self.rule_cards(&place, &board, home.charter.iter().chain(&home.rules), &home.deciding);
        let [rules, making, _] = rules.await?;
        let meetings = self.meetings(&place).await?;
        let page = CommunityHome {
            households,
            persons,
            non_local: home.figures.non_local,
            representatives: home.figures.representatives,
            asked,
            running,
            deciding: deciding
                .map(|(summary, standing)| Self::line(self.lang, &place, summary, standing))
                .collect(),
            fresh_more: fresh.len().saturating_sub(FRESH) as u64,
            fresh: fresh
                .into_iter()
                .take(FRESH)
                .map(|(summary, _)| Link {
                    text: summary.title.clone(),
                    href: format!("{}/matters/{}", place.href, summary.id),
                })
                .collect(),
            held: meetings
                .iter()
                .filter(|meeting| matches!(meeting.state, MeetingStage::Adjourned | MeetingStage::Minuted))
                .take(HELD)
                .map(|meeting| MeetingLine {
                    card: self.meeting_card(&place, meeting),
                    state: phrases::meeting_state(meeting.state),
                })
                .collect(),
            meetings: self.ahead(&place, &meetings),
            notices: self.notices(&place, &home.notices, self.posted_by_rules(&place).await?),
            recent: self.recent_decisions(&place, home.deciding.iter().chain(&home.recent)).await?,
            rules,
            making,
            bodies: home.bodies.iter().filter(|body| body.in_office > 0).map(|b| self.body_card(b)).collect(),
            suggest_href: format!("{}/suggest", place.href),
            matters_href: format!("{}/matters", place.href),
            meetings_href: format!("{}/meetings", place.href),
            bodies_href: format!("{}/bodies", place.href),
            rules_href: format!("{}/rules", place.href),
        };
        self.page(&place.frame, &page, None)
    }

    async fn matter_list(&self, id: CommunityId) -> Result<Response, Miss> {
        let place = self.place(id, NavItem::Matters).await?;
        let state = self.query.get("state").map(String::as_str);
        let closed = match state {
            Some("open") => Some(false),
            Some("closed") => Some(true),
            _ => None,
        };
        let base = format!("{}/matters", place.href);
        // A cursor is sealed to the list it belongs to, as those of the API are.
        let scope = format!("{base}?{}", state.unwrap_or_default());
        let now = self.ctx().now.as_second();
        let after = match self.query.get("cursor") {
            Some(cursor) => {
                let position = self.server.cursors().open(&scope, cursor, now)?;
                position.rsplit_once(' ').map(|(sort, id)| (sort.to_owned(), id.to_owned()))
            }
            None => None,
        };
        let list = self.app().matters(self.ctx(), id, closed, after, PAGE).await?;
        let filter = |text: &str, wanted: Option<&str>| {
            let href = wanted.map_or_else(|| base.clone(), |state| format!("{base}?state={state}"));
            (Link { text: text.to_owned(), href }, closed == state_of(wanted))
        };
        let next = list.next.map(|position| self.server.cursors().seal(&scope, &position, now));
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
            matters: first.chain(listed).map(|summary| self.matter_card(&place, &board, summary)).collect(),
            filters: vec![
                filter(self.lang.words().all, None),
                filter(self.say("办理中", "In progress"), Some("open")),
                filter(self.say("已结束", "Ended"), Some("closed")),
            ],
            next_href: next.map(|cursor| match state {
                Some(state) if closed.is_some() => format!("{base}?state={state}&cursor={cursor}"),
                _ => format!("{base}?cursor={cursor}"),
            }),
            suggest_href: format!("{}/suggest", place.href),
        };
        self.page(&place.frame, &page, None)
    }

    /// A matter in a list.
    fn matter_card(&self, place: &Place, board: &Board, summary: &MatterSummary) -> MatterCard {
        Self::line(self.lang, place, summary, &board.of(summary))
    }

    fn line(
        lang: yishi_portal::Lang,
        place: &Place,
        summary: &MatterSummary,
        standing: &Standing,
    ) -> MatterCard {
        MatterCard {
            title: summary.title.clone(),
            number: phrases::number(summary.opened_on, summary.id),
            href: format!("{}/matters/{}", place.href, summary.id),
            class: summary.class,
            status: standing.status,
            stage: standing.stage,
            step: standing.step,
            waiting_for: standing.waiting.clone(),
            overdue: standing.overdue.clone(),
            changed: phrases::date(lang, &summary.updated_on),
        }
    }

    /// What people are asked to do about a matter, with what this reader can do about it.
    async fn asked_card(
        &self,
        place: &Place,
        board: &Board,
        summary: &MatterSummary,
        standing: &Standing,
    ) -> Result<AskedCard, Miss> {
        let t = self.lang.words();
        let href = format!("{}/matters/{}", place.href, summary.id);
        let visitor = self.ctx().actor.account.is_none();
        let sign_in = |to: &str| {
            let back: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
            Link { text: t.sign_in_first.to_owned(), href: format!("/sign-in?next={back}") }
        };
        let ballot = board.before(summary.id).and_then(|before| before.ballot.as_ref());
        let what = if standing.rank == ASKED_TO_VOTE { AskedKind::Vote } else { AskedKind::Comment };
        let (mut act, mut receipt, mut note) = (None, None, None);
        match (what, ballot) {
            (AskedKind::Vote, Some(ballot)) if ballot.open => {
                let to = format!("{}/ballots/{}", place.href, ballot.id);
                let own = self.app().own_vote(self.ctx(), place.id(), ballot.id).await?;
                match own.map(|own| own.standing) {
                    Some(VoteStanding::Ready) => {
                        act = Some(Link { text: t.vote_now.to_owned(), href: to });
                        note = Some(t.asked_waiting.to_owned());
                    }
                    Some(VoteStanding::Voted { .. }) => {
                        note = Some(t.asked_voted.to_owned());
                        receipt =
                            Some(Link { text: t.voted_receipt.to_owned(), href: format!("{to}/receipt") });
                    }
                    Some(VoteStanding::Recused) => note = Some(t.vote_recused.to_owned()),
                    Some(VoteStanding::Absent) => note = Some(t.vote_absent.to_owned()),
                    // The line says whose vote it is; nothing is asked of anybody else.
                    Some(VoteStanding::NotEntitled) => {}
                    None if visitor => act = Some(sign_in(&to)),
                    None => {}
                }
            }
            (AskedKind::Comment, _) => {
                let to = format!("{href}#consultation");
                if place.reader.may(HouseAct::Comment) {
                    act = Some(Link { text: t.form_comment.to_owned(), href: to });
                } else if visitor {
                    act = Some(sign_in(&href));
                }
            }
            _ => {}
        }
        let line = standing.waiting.clone().unwrap_or_default();
        Ok(AskedCard { what, title: summary.title.clone(), href, line, act, receipt, note })
    }

    /// Meetings called and not yet over, the next one first.
    pub(super) async fn meeting_cards(&self, place: &Place) -> Result<Vec<MeetingCard>, Miss> {
        let meetings = self.meetings(place).await?;
        Ok(self.ahead(place, &meetings))
    }

    fn ahead(&self, place: &Place, meetings: &[MeetingView]) -> Vec<MeetingCard> {
        let coming = meetings.iter().filter(|meeting| meeting.state.is_to_sit());
        coming.rev().map(|meeting| self.meeting_card(place, meeting)).collect()
    }

    /// The day and the hour a meeting is called for.
    pub(super) fn meeting_time(&self, meeting: &MeetingView) -> String {
        format!("{} {}", phrases::date(self.lang, &meeting.held_on), meeting.hour).trim_end().to_owned()
    }

    fn meeting_card(&self, place: &Place, meeting: &MeetingView) -> MeetingCard {
        MeetingCard {
            title: self.meeting_title(meeting),
            held_on: self.meeting_time(meeting),
            place: meeting.place.clone(),
            href: format!("{}/meetings/{}", place.href, meeting.id),
            open: meeting.state == MeetingStage::Open,
            overdue: unended(self.lang, meeting.owed.as_ref(), self.ctx().today),
        }
    }

    /// The latest meetings, newest first.
    pub(super) async fn meetings(&self, place: &Place) -> Result<Vec<MeetingView>, Miss> {
        Ok(self.app().meetings(self.ctx(), place.id(), None, MEETINGS).await?.items)
    }

    /// What a meeting is called: the body and the day.
    pub(super) fn meeting_title(&self, meeting: &MeetingView) -> String {
        phrases::of(self.lang, &meeting.body_name, &meeting.body_name_en).to_owned()
    }

    fn notices(
        &self,
        place: &Place,
        notices: &[DisclosureView],
        by_rules: Vec<(Date, NoticeCard)>,
    ) -> Vec<NoticeCard> {
        let today = self.ctx().today;
        let mut cards: Vec<_> = notices
            .iter()
            .filter(|notice| !notice.ended)
            .map(|notice| {
                (
                    notice.last_day,
                    NoticeCard {
                        kind: if notice.kind == DisclosureKind::Outcome {
                            NoticeKind::Outcome
                        } else {
                            NoticeKind::Decision
                        },
                        title: notice.title.clone(),
                        href: format!("{}/matters/{}", place.href, notice.matter),
                        first: phrases::date(self.lang, &notice.posted_on),
                        last: phrases::date(self.lang, &notice.last_day),
                        days_left: phrases::days_left(notice.last_day, today),
                    },
                )
            })
            .collect();
        cards.extend(by_rules);
        cards.sort_by_key(|(a, _)| *a);
        cards.into_iter().map(|(_, card)| card).collect()
    }

    async fn recent_decisions(
        &self,
        place: &Place,
        summaries: impl Iterator<Item = &MatterSummary>,
    ) -> Result<Vec<DecisionCard>, Miss> {
        let wanted = summaries.filter(|one| one.state.is_decided());
        let mut cards = Vec::new();
        for summary in wanted.take(RECENT) {
            let matter = self.app().matter(self.ctx(), place.id(), summary.id).await?;
            let Some(decision) = matter.decisions.last() else { continue };
            let count = decision.finding.count;
            cards.push((
                decision.at,
                DecisionCard {
                    title: matter.title.clone(),
                    href: format!("{}/matters/{}", place.href, matter.id),
                    body: phrases::of(self.lang, &decision.body_name, &decision.body_name_en).to_owned(),
                    held_on: phrases::date(self.lang, &decision.at),
                    result: decision.finding.result,
                    yes: count.yes,
                    present: count.present,
                    in_office: count.in_office,
                },
            ));
        }
        cards.sort_by(|(a, _), (b, _)| b.cmp(a));
        Ok(cards.into_iter().map(|(_, card)| card).collect())
    }

    /// Rules in three lists: in force, on their way, ended.
    pub(super) async fn rule_cards(
        &self,
        place: &Place,
        board: &Board,
        rules: impl Iterator<Item = &RuleSummary>,
        open: &[MatterSummary],
    ) -> Result<[Vec<RuleCard>; 3], Miss> {
        let matters = self.app().matters_of_rules(self.ctx(), place.id()).await?;
        let mut lists = [Vec::new(), Vec::new(), Vec::new()];
        for rule in rules {
            let matter = matters.get(&rule.id).and_then(|id| open.iter().find(|one| one.id == *id));
            let standing = matter.map(|matter| board.of(matter));
            let status = rule_status(rule.state, standing.as_ref());
            let list = match status {
                RuleStatus::InForce | RuleStatus::Suspended => 0,
                RuleStatus::Superseded | RuleStatus::Repealed | RuleStatus::Rejected => 2,
                _ => 1,
            };
            lists[list].push(self.rule_card(place, rule, status));
        }
        Ok(lists)
    }

    /// A rule in a list.
    fn rule_card(&self, place: &Place, rule: &RuleSummary, status: RuleStatus) -> RuleCard {
        RuleCard {
            title: phrases::of(self.lang, &rule.title, &rule.title_en).to_owned(),
            kind: rule.kind,
            version: rule.version.clone(),
            status,
            since: rule.in_force_from.map(|day| phrases::day(self.lang, day)),
            href: format!("{}/rules/{}", place.href, rule.id),
        }
    }

    fn body_card(&self, body: &BodyView) -> BodyCard {
        let seats: Vec<_> = body
            .members
            .iter()
            .take(NAMED)
            .map(|member| SeatLine {
                name: member.name.clone(),
                office: phrases::of(self.lang, &member.office_name, &member.office_name_en).to_owned(),
            })
            .collect();
        let term = body.members.first().map(|member| {
            let (from, to) = (&member.term_from, &member.term_to);
            format!("{} – {}", phrases::date(self.lang, from), phrases::date(self.lang, to))
        });
        BodyCard {
            id: body.body.code().to_owned(),
            name: phrases::of(self.lang, &body.name, &body.name_en).to_owned(),
            in_office: body.in_office,
            term,
            more: (body.members.len().saturating_sub(seats.len())) as u64,
            seats,
        }
    }

    /// Whether the reader may do this here.
    pub(super) fn may(place: &Place, action: impl Into<Right>) -> bool {
        place.reader.may(action)
    }
}

fn state_of(wanted: Option<&str>) -> Option<bool> {
    wanted.map(|state| state == "closed")
}
