//! 首页与事项列表 (the portal's home, a community's home, its matters).

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use yishi_app::OpContext;
use yishi_app::inputs::NewTown;
use yishi_app::views::{BodyView, DisclosureView, MatterSummary, MeetingView, RuleSummary};
use yishi_edge::extract::Path;
use yishi_identity::policy::Scope;
use yishi_identity::{Action, CommunityId, RoleGrant};
use yishi_law::days::add_days;
use yishi_portal::context::{
    BodyCard, CommunityCard, CommunityHome, DecisionCard, Link, MatterCard, MatterList, MatterStatus,
    MeetingCard, MeetingLine, MeetingList, NavItem, NoticeCard, NoticeKind, PortalHome, RuleCard, SeatLine,
    TownGroup,
};
use yishi_portal::forms;

use super::answer::{Miss, Tried};
use super::posted::Posted;
use super::visit::{Place, Visit};
use super::{finding, phrases};
use crate::http::Server;

/// Decisions shown on a community's home.
const RECENT: usize = 5;
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
        .route("/towns", post(create_town))
        .route("/c/{community}", get(community_home))
        .route("/c/{community}/matters", get(matter_list))
        .route("/c/{community}/meetings", get(meeting_list))
}

async fn portal_home(visit: Visit) -> Response {
    let page = visit.portal_home(None).await;
    visit.show(page).await
}

async fn create_town(visit: Visit, posted: Posted) -> Response {
    let page = match visit.create_town(&posted).await {
        Ok(town) => {
            return visit.done(&format!("/towns/{town}"), visit.say("镇已建立", "The town has been set up"));
        }
        Err(miss) => match visit.tried(&miss, "new-town", &posted, &[]) {
            Some(tried) => visit.portal_home(Some(&tried)).await,
            None => Err(miss),
        },
    };
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
    async fn create_town(&self, form: &Posted) -> Result<String, Miss> {
        let input = NewTown { name: form.required("name")?, region_code: form.required("region_code")? };
        let app = self.app();
        let view =
            self.once(form, |ctx: OpContext| async move { app.create_town(&ctx, input).await }).await?;
        Ok(view["id"].as_str().unwrap_or_default().to_owned())
    }

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
            state: phrases::meeting_state(&meeting.state),
        });
        let page = MeetingList {
            meetings: lines.collect(),
            next_href: next.map(|cursor| format!("{base}?cursor={cursor}")),
        };
        self.page(&place.frame, &page, None)
    }

    async fn portal_home(&self, tried: Option<&Tried>) -> Result<Response, Miss> {
        let mut towns = Vec::new();
        for (town, communities) in self.app().places().await? {
            let mut cards = Vec::with_capacity(communities.len());
            for row in communities {
                let id: CommunityId = row.id.parse().map_err(yishi_app::AppError::internal)?;
                let deciding = self.app().matters(self.ctx(), id, Some(false), None, 100).await?.items.len();
                let rules = self.app().rules(self.ctx(), id).await?;
                cards.push(CommunityCard {
                    name: row.name,
                    kind: phrases::community_kind_of(&row.kind),
                    href: format!("/c/{id}"),
                    deciding: deciding as u64,
                    rules: rules.iter().filter(|rule| rule.state == "in-force").count() as u64,
                });
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
        if yishi_identity::permits(&self.ctx().actor, Action::ManageTowns, &Scope::City) {
            actions.push(self.guarded(forms::new_town(self.lang, "/towns"), None)?);
        }
        if let Some(tried) = tried {
            tried.fill(&mut actions);
        }
        let frame = self.frame(NavItem::None).await?;
        self.page(&frame, &PortalHome { towns, actions }, tried)
    }

    async fn community_home(&self, id: CommunityId) -> Result<Response, Miss> {
        let place = self.place(id, NavItem::Home).await?;
        let home = self.app().home(self.ctx(), id).await?;
        let (persons, households) = self.app().roster_size(self.ctx(), id).await?;
        let mut deciding = Vec::with_capacity(home.deciding.len());
        for summary in &home.deciding {
            deciding.push(self.matter_card(&place, summary));
        }
        let rules = home.charter.iter().chain(&home.rules).map(|rule| self.rule_card(&place, rule));
        let page = CommunityHome {
            households,
            persons,
            non_local: home.figures.non_local,
            representatives: home.figures.representatives,
            deciding,
            meetings: self.meeting_cards(&place).await?,
            notices: self.notices(&place, &home.notices, self.posted_by_rules(&place).await?),
            recent: self.recent_decisions(&place, home.deciding.iter().chain(&home.recent)).await?,
            rules: rules.collect(),
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
        let page = MatterList {
            matters: list.items.iter().map(|summary| self.matter_card(&place, summary)).collect(),
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
    pub(super) fn matter_card(&self, place: &Place, summary: &MatterSummary) -> MatterCard {
        let class = phrases::class(&summary.class);
        let waiting = phrases::waiting(self.lang, class, &summary.state, &summary.domain);
        MatterCard {
            title: summary.title.clone(),
            number: phrases::number(&summary.opened_on, &summary.id),
            href: format!("{}/matters/{}", place.href, summary.id),
            class,
            status: phrases::status(&summary.state),
            stage: phrases::step(class, summary.step),
            step: summary.step,
            waiting_for: (!summary.closed).then_some(waiting),
            changed: phrases::date(self.lang, &summary.updated_on),
        }
    }

    /// Meetings called and not yet over, the next one first.
    pub(super) async fn meeting_cards(&self, place: &Place) -> Result<Vec<MeetingCard>, Miss> {
        let mut coming: Vec<_> = self
            .meetings(place)
            .await?
            .into_iter()
            .filter(|meeting| matches!(meeting.state.as_str(), "convened" | "open"))
            .collect();
        coming.reverse();
        Ok(coming.iter().map(|meeting| self.meeting_card(place, meeting)).collect())
    }

    fn meeting_card(&self, place: &Place, meeting: &MeetingView) -> MeetingCard {
        MeetingCard {
            title: self.meeting_title(meeting),
            held_on: phrases::date(self.lang, &meeting.held_on),
            place: meeting.place.clone(),
            href: format!("{}/meetings/{}", place.href, meeting.id),
            open: meeting.state == "open",
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
        by_rules: Vec<(String, NoticeCard)>,
    ) -> Vec<NoticeCard> {
        let today = self.ctx().today;
        let mut cards: Vec<_> = notices
            .iter()
            .filter(|notice| !notice.ended)
            .map(|notice| {
                let last: Option<jiff::civil::Date> = notice.last_day.parse().ok();
                let left = last.map_or(0, |last| (last - today).get_days() + 1);
                (
                    notice.last_day.clone(),
                    NoticeCard {
                        kind: if notice.kind == "outcome" {
                            NoticeKind::Outcome
                        } else {
                            NoticeKind::Decision
                        },
                        title: notice.title.clone(),
                        href: format!("{}/matters/{}", place.href, notice.matter),
                        first: phrases::date(self.lang, &notice.posted_on),
                        last: phrases::date(self.lang, &notice.last_day),
                        days_left: u32::try_from(left).unwrap_or(0),
                    },
                )
            })
            .collect();
        cards.extend(by_rules);
        cards.sort_by(|(a, _), (b, _)| a.cmp(b));
        cards.into_iter().map(|(_, card)| card).collect()
    }

    async fn recent_decisions(
        &self,
        place: &Place,
        summaries: impl Iterator<Item = &MatterSummary>,
    ) -> Result<Vec<DecisionCard>, Miss> {
        let decided = ["resolved", "filed", "decision-disclosed", "implemented", "outcome-disclosed"];
        let ended = ["completed", "rejected"];
        let wanted = summaries
            .filter(|one| decided.contains(&one.state.as_str()) || ended.contains(&one.state.as_str()));
        let mut cards = Vec::new();
        for summary in wanted.take(RECENT) {
            let id = summary.id.parse().map_err(yishi_app::AppError::internal)?;
            let matter = self.app().matter(self.ctx(), place.id(), id).await?;
            let Some(decision) = matter.decisions.last() else { continue };
            let count = decision.finding.count;
            cards.push((
                decision.at.clone(),
                DecisionCard {
                    title: matter.title.clone(),
                    href: format!("{}/matters/{}", place.href, matter.id),
                    body: phrases::of(self.lang, &decision.body_name, &decision.body_name_en).to_owned(),
                    held_on: phrases::date(self.lang, &decision.at),
                    result: finding::result(decision.finding.result),
                    yes: count.yes,
                    present: count.present,
                    in_office: count.in_office,
                },
            ));
        }
        cards.sort_by(|(a, _), (b, _)| b.cmp(a));
        Ok(cards.into_iter().map(|(_, card)| card).collect())
    }

    /// A rule in a list.
    pub(super) fn rule_card(&self, place: &Place, rule: &RuleSummary) -> RuleCard {
        RuleCard {
            title: phrases::of(self.lang, &rule.title, &rule.title_en).to_owned(),
            kind: phrases::rule_kind(&rule.kind),
            version: rule.version.clone(),
            status: phrases::rule_status(&rule.state),
            since: rule.in_force_from.as_deref().map(|day| phrases::date(self.lang, day)),
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
                office: phrases::office(self.lang, &member.office, &body.body, &member.office_name),
            })
            .collect();
        let term = body.members.first().map(|member| {
            let (from, to) = (&member.term_from, &member.term_to);
            format!("{} – {}", phrases::date(self.lang, from), phrases::date(self.lang, to))
        });
        BodyCard {
            id: body.body.clone(),
            name: phrases::of(self.lang, &body.name, &body.name_en).to_owned(),
            in_office: body.in_office,
            term,
            more: (body.members.len().saturating_sub(seats.len())) as u64,
            seats,
        }
    }

    /// The status of a matter as people see it: a consultation or a ballot that is open says more than the state.
    pub(super) fn status_of(state: &str, consulting: bool, voting: bool) -> MatterStatus {
        match phrases::status(state) {
            MatterStatus::Open if voting => MatterStatus::Voting,
            MatterStatus::Open if consulting => MatterStatus::Consulting,
            status => status,
        }
    }

    /// Whether the reader may do this here.
    pub(super) fn may(place: &Place, action: Action) -> bool {
        place.reader.may(action)
    }

    /// The day so many days from today.
    pub(super) fn in_days(&self, days: u16) -> jiff::civil::Date {
        add_days(self.ctx().today, days)
    }
}

fn state_of(wanted: Option<&str>) -> Option<bool> {
    wanted.map(|state| state == "closed")
}
