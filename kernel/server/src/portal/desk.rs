//! 工作台与建议 (the staff desk: what to do, convening, accounts; and the form for a suggestion).
use yishi_portal::Speak as _;

use super::acts::About;
use serde_json::{Value, json};
use std::sync::Arc;
use yishi_acts::house::HouseAct;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use yishi_acts::Aggregate as _;
use yishi_app::AppError;
use yishi_app::cases::DeskCase;
use yishi_app::position::Turn;
use yishi_app::position::UnendedMeeting;
use yishi_app::reader::OfficeHolder;
use yishi_app::views::{BodyView, MatterSummary, NamedView, RuleSummary};
use yishi_deliberation::MatterStage;
use yishi_deliberation::RuleState;
use yishi_deliberation::rule::RuleStage;
use yishi_deliberation::{MatterAct, Meeting, MeetingAct, Rule, RuleAct};
use yishi_edge::extract::Path;
use yishi_identity::{Action, CommunityId};
use yishi_law::{BodyKind, TrackStage};
use yishi_portal::context::{
    CheckItem, DeskPage, FieldChoice, FieldKind, Form, Link, MatterStatus, NavItem, RuleKind, SuggestPage,
    TodoGroup, TodoItem, Tone,
};

use super::answer::{Miss, Tried};
use super::phrases;
use super::standing::{self, ASKED_TO_VOTE, Board, CALLED, NEW, Standing};
use super::visit::{Place, Visit};
use crate::http::Server;

/// Bodies without which no matter can go its way.
const NEEDED: [BodyKind; 5] = [
    BodyKind::ResidentsCommittee,
    BodyKind::Council,
    BodyKind::RepresentativeAssembly,
    BodyKind::SupervisionCommittee,
    BodyKind::PartyOrganization,
];
/// Members without an account whom the checklist names.
const NAMED: usize = 5;

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/c/{community}/desk", get(desk_page))
        .route("/c/{community}/suggest", get(suggest_page))
}

async fn desk_page(visit: Visit, Path(community): Path<CommunityId>) -> Response {
    let page = visit.desk_page(community, None).await;
    visit.show(page).await
}

async fn suggest_page(visit: Visit, Path(community): Path<CommunityId>) -> Response {
    let page = visit.suggest_page(community, None).await;
    visit.show(page).await
}

impl Visit {
    pub(super) async fn desk_page(
        &self,
        community: CommunityId,
        tried: Option<&Tried>,
    ) -> Result<Response, Miss> {
        if self.ctx().actor.account.is_none() {
            return Err(AppError::NotSignedIn.into());
        }
        let place = self.place(community, NavItem::Desk).await?;
        if !Self::may(&place, Action::ViewInternal) {
            return Err(AppError::not_permitted(Action::ViewInternal).into());
        }
        let open = self.app().open_matters(self.ctx(), community).await?;
        let board = self.board(&place).await?;
        let unended = self.app().unended_meetings(self.ctx(), community).await?;
        let cases = self.app().desk_cases(self.ctx(), community).await?;
        let groups = self.todo(&place, &board, &open, &unended, &cases);
        let mut actions = Vec::new();
        let convenes = |body: &FieldChoice| {
            let body = serde_json::from_value(serde_json::Value::String(body.value.clone()));
            body.is_ok_and(|body| place.reader.may_of(HouseAct::Convene, body))
        };
        let blank = self.convene_form(&place, Vec::new())?;
        let mut cannot_convene = None;
        if bodies_of(&blank).iter().any(convenes) && !open.iter().any(can_be_called) {
            cannot_convene = Some(self.say(
                "召集会议：现在没有可以列入议程的事项。先把建议形成提案（由议事会提议），要表决的再经“两委”审核，然后在这里召集会议。",
                "Calling a meeting: no matter can be put on an agenda now. A suggestion is written into a proposal by the council first and, where it is to be voted, reviewed by the joint committees; then a meeting is called here.",
            ));
        } else if bodies_of(&blank).iter().any(convenes) {
            let matters = open
                .iter()
                .filter(|one| can_be_called(one))
                .map(|one| {
                    let number = phrases::number(one.opened_on, one.id);
                    json!({ "const": one.id, "title": format!("{number} {}", one.title) })
                })
                .collect();
            let mut form = self.convene_form(&place, matters)?;
            // Only the bodies that the reader convenes.
            for field in &mut form.fields {
                if let ("body", FieldKind::Select(bodies)) = (field.name.as_str(), &mut field.kind) {
                    bodies.retain(convenes);
                }
            }
            actions.push(form);
        }
        if Self::may(&place, Action::ManageCommunityAccounts) {
            actions.push(self.guarded(self.member_account_form(&place), None)?);
        }
        let mut page = DeskPage {
            checklist: self.checklist(&place).await?,
            groups,
            meetings: self.meeting_cards(&place).await?,
            roster_href: Self::may(&place, Action::ViewRoster).then(|| format!("{}/roster", place.href)),
            accounts_href: Self::manages_accounts(&place).then(|| format!("{}/accounts", place.href)),
            bodies_href: format!("{}/bodies", place.href),
            meetings_href: format!("{}/meetings", place.href),
            shelf_href: format!("{}/rules", place.href),
            suggest_href: Self::may(&place, HouseAct::Suggest).then(|| format!("{}/suggest", place.href)),
            actions,
            cannot_convene: cannot_convene.map(str::to_owned),
            alarms: self.failing_rules(&place).await?,
            attestations: self.attestations(&place).await?,
        };
        if let Some(tried) = tried {
            tried.fill(&mut page.actions);
        }
        self.page(&place.frame, &page, tried)
    }

    /// What is to be done, what is late first: by the reader, by others, and what nobody has taken up yet.
    fn todo(
        &self,
        place: &Place,
        board: &Board,
        open: &[MatterSummary],
        unended: &[UnendedMeeting],
        cases: &[DeskCase],
    ) -> Vec<TodoGroup> {
        let (mut mine, mut others, mut posted, mut fresh) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for meeting in unended {
            let late = standing::unended(self.lang, Some(&meeting.owed), self.ctx().today);
            let Some(late) = late else { continue };
            let name = phrases::of(self.lang, &meeting.name, &meeting.name_en);
            let own = place.reader.may_of(Meeting::right(MeetingAct::Open), meeting.body);
            let list = if own { &mut mine } else { &mut others };
            let item = TodoItem {
                title: name.to_owned(),
                number: phrases::date(self.lang, &meeting.owed.due),
                href: format!("{}/meetings/{}", place.href, meeting.id),
                next: match meeting.owed.code.as_str() {
                    "hold-sitting" => MeetingAct::Cancel,
                    _ => MeetingAct::Adjourn,
                }
                .term()
                .heading(self.lang),
                who: name.to_owned(),
                due: None,
                overdue: Some(late),
                tone: Tone::Bad,
            };
            list.push((false, ASKED_TO_VOTE, item));
        }
        for case in cases {
            let item = self.case_todo(place, case);
            let list = if case.mine { &mut mine } else { &mut others };
            list.push((item.overdue.is_none(), CALLED, item));
        }
        let mut filings = Vec::new();
        let acknowledges = place.reader.acting_as_for(MatterAct::AcknowledgeFiling).is_some();
        for summary in open.iter().filter(|one| acknowledges && one.unacknowledged.is_some()) {
            let item = TodoItem {
                title: summary.title.clone(),
                number: phrases::number(summary.opened_on, summary.id),
                href: format!("{}/matters/{}#actions", place.href, summary.id),
                next: MatterAct::AcknowledgeFiling.term().heading(self.lang),
                who: String::new(),
                due: None,
                overdue: None,
                tone: Tone::Active,
            };
            filings.push((true, CALLED, item));
        }
        for summary in open {
            let standing = board.of(summary);
            let act = summary.next_act;
            let own = act.is_some_and(|act| place.reader.acting_as_for(act).is_some());
            let due = summary.duties.iter().map(|duty| duty.due).min();
            let late = standing.overdue.is_some();
            let item = TodoItem {
                title: summary.title.clone(),
                number: phrases::number(summary.opened_on, summary.id),
                href: self.where_to_act(place, summary, &standing),
                next: match summary.next {
                    Some(Turn::Complete) => MatterAct::Complete.term().heading(self.lang),
                    _ => self.lang.stage(standing.stage, summary.class),
                },
                who: standing.who.clone(),
                due: due.map(|due| phrases::day(self.lang, due)),
                overdue: standing.overdue.clone(),
                tone: match (late, own) {
                    (true, _) => Tone::Bad,
                    (false, true) => Tone::Active,
                    (false, false) => Tone::Neutral,
                },
            };
            // Nobody can close a matter while its notice has to stay up.
            let kept = standing.status == MatterStatus::Disclosing && act == Some(MatterAct::Complete);
            let list = match (standing.rank, own, late) {
                (NEW, _, false) => &mut fresh,
                _ if kept && !late => &mut posted,
                (_, true, _) => &mut mine,
                (_, false, _) => &mut others,
            };
            list.push((!late, standing.rank, item));
        }
        let group = |zh, en, mut items: Vec<(bool, u8, TodoItem)>| {
            items.sort_by_key(|(in_time, rank, _)| (*in_time, *rank));
            TodoGroup {
                title: self.say(zh, en).to_owned(),
                items: items.into_iter().map(|(_, _, item)| item).collect(),
            }
        };
        let mut groups = vec![
            group("待我办理", "For me to do", mine),
            group("待签收的备案", "Filings to be acknowledged", filings),
            group("等待他人", "Waiting for others", others),
            group("公示期满后办理", "To be done when the display ends", posted),
            group("新的建议，待议事会提议", "New suggestions for the council", fresh),
        ];
        groups.retain(|group| !group.items.is_empty());
        groups
    }

    /// Where the next step of a matter is taken: on its page, or where a meeting is called or running.
    pub(super) fn where_to_act(&self, place: &Place, summary: &MatterSummary, standing: &Standing) -> String {
        let page = format!("{}/matters/{}", place.href, summary.id);
        match standing.status {
            MatterStatus::Open if summary.next == Some(Turn::Stage(TrackStage::Resolve)) => {
                let body = summary.next_by.unwrap_or(BodyKind::Council).code();
                format!("{}/desk?agenda={}&body={body}#convene", place.href, summary.id)
            }
            MatterStatus::Answering => format!("{page}#consultation"),
            _ => format!("{page}#actions"),
        }
    }

    /// What the community needs before it can decide anything, in the order in which it is done; empty once all is there.
    async fn checklist(&self, place: &Place) -> Result<Vec<CheckItem>, Miss> {
        if !Self::may(place, Action::ViewRoster) {
            return Ok(Vec::new());
        }
        let id = place.id();
        let href = |page: &str| Some(format!("{}/{page}", place.href));
        let (persons, households) = self.app().roster_size(self.ctx(), id).await?;
        let bodies = self.app().bodies(self.ctx(), id).await?;
        let empty: Vec<_> = NEEDED
            .iter()
            .filter(|body| {
                // Whoever sits in it by another office does not make it up: the representatives are elected.
                let elected = |view: &BodyView| view.members.iter().any(|member| !member.ex_officio);
                bodies.iter().any(|view| view.body == **body && !elected(view))
            })
            .map(|body| standing::body(self.lang, place.kind(), *body))
            .collect();
        let rules = self.app().rules(self.ctx(), id).await?;
        let mut charters = rules.iter().filter(|rule| rule.kind == RuleKind::Charter);
        let in_force = charters
            .clone()
            .any(|rule| rule.state == RuleState::Standing(yishi_deliberation::Standing::InForce));
        let attested = charters
            .any(|rule| matches!(rule.state, RuleState::Stage(RuleStage::Attested | RuleStage::Confirmed)));
        let shelved = Self::may(place, Action::ViewShelf)
            && self.app().shelf(self.ctx(), id).await?.iter().any(|item| item.kind == RuleKind::Charter);
        let any = !self.app().member_accounts(self.ctx(), id, None, 1).await?.items.is_empty();
        let lacking = self.app().members_without_account(self.ctx(), id).await?;
        let accounts = any && lacking.is_empty();
        let figures = match self.lang {
            yishi_portal::Lang::Zh => format!("已有 {persons} 人、{households} 户"),
            yishi_portal::Lang::En => format!("{persons} people in {households} households"),
        };
        let missing =
            format!("{}{}", self.say("还没有：", "Still to come: "), empty.join(self.say("、", ", ")));
        let charter = self.lang.rule_kind(RuleKind::Charter, place.kind());
        let items = vec![
            CheckItem {
                text: self.say("导入花名册", "Import the roster").to_owned(),
                note: if persons > 0 {
                    figures
                } else {
                    self.say("应到、成年人、户数都从花名册算起", "Every roll is counted from it").to_owned()
                },
                href: href("roster"),
                done: persons > 0,
            },
            CheckItem {
                text: self.say("登记选举结果", "Record the elections").to_owned(),
                note: if empty.is_empty() {
                    self.say("各组织都有成员在任", "Every body has members in office").to_owned()
                } else {
                    missing
                },
                href: href("bodies"),
                done: empty.is_empty(),
            },
            CheckItem {
                text: charter.to_owned(),
                note: match (in_force, attested, shelved) {
                    (true, ..) => self.say("已在施行", "In force"),
                    (_, true, _) => self.say(
                        "已录入，等待镇里另一人确认",
                        "Attested; another person of the town confirms it",
                    ),
                    (_, _, true) => self.say(
                        "范本已在货架上：纸面通过过的，认证录入；没有的，起草后表决。没有它，议事会不能表决",
                        "It is on the shelf: attest it if it was adopted on paper, draft it otherwise. Without it the council cannot vote",
                    ),
                    _ => self.say(
                        "请镇里把规约文件放上货架，再录入或起草表决。没有它，议事会不能表决",
                        "Ask the town to put it on the shelf, then attest or draft it. Without it the council cannot vote",
                    ),
                }
                .to_owned(),
                href: href("rules"),
                done: in_force,
            },
            CheckItem {
                text: self.say("居民账号", "Residents' accounts").to_owned(),
                note: if accounts {
                    self.say("在任的成员都有账号", "Everybody in office has one").to_owned()
                } else if any {
                    self.without_account(&lacking)
                } else {
                    self.say(
                        "先给议事会成员、代表和干部开通，他们才能用手机投票、发表意见",
                        "Begin with council members, representatives and officers, so that they can vote and comment",
                    )
                    .to_owned()
                },
                href: href("accounts"),
                done: accounts,
            },
        ];
        if items.iter().all(|item| item.done) {
            return Ok(Vec::new());
        }
        Ok(items)
    }

    /// Which members of bodies still cannot sign in, the first of them by name.
    fn without_account(&self, lacking: &[OfficeHolder]) -> String {
        let named: Vec<_> = lacking.iter().take(NAMED).map(|member| member.name.as_str()).collect();
        let names = named.join(self.say("、", ", "));
        match self.lang {
            yishi_portal::Lang::Zh => {
                let more = if lacking.len() > NAMED { "等" } else { "" };
                format!(
                    "还有 {} 名在任成员没有账号：{names}{more}。没有账号的，到会举手或投纸质票",
                    lacking.len()
                )
            }
            yishi_portal::Lang::En => {
                let more = if lacking.len() > NAMED { " and others" } else { "" };
                format!(
                    "In office without an account: {} ({names}{more}). They vote by hand or on paper in the hall",
                    lacking.len()
                )
            }
        }
    }

    /// Rules that gave no usable answer, about which nothing has been done yet.
    async fn failing_rules(&self, place: &Place) -> Result<Vec<Link>, Miss> {
        let rules = self.app().rules(self.ctx(), place.id()).await?;
        Ok(rules.iter().filter_map(|rule| self.failing_rule(place.id(), rule)).collect())
    }

    /// One of them, with its page.
    pub(super) fn failing_rule(&self, community: CommunityId, rule: &RuleSummary) -> Option<Link> {
        let failing = rule.failing.as_ref()?;
        let title = phrases::of(self.lang, &rule.title, &rule.title_en);
        Some(Link {
            text: format!("{title}{}{}", self.say("：", ": "), self.failing(failing)),
            href: format!("/c/{community}/rules/{}", rule.id),
        })
    }

    /// Attestations that wait for the town.
    async fn attestations(&self, place: &Place) -> Result<Vec<Link>, Miss> {
        if !Self::may(place, Rule::right(RuleAct::ConfirmAttestation)) && !Self::may(place, HouseAct::Attest)
        {
            return Ok(Vec::new());
        }
        let rules = self.app().rules(self.ctx(), place.id()).await?;
        let waiting = rules.iter().filter(|rule| rule.state == RuleState::Stage(RuleStage::Attested));
        Ok(waiting
            .map(|rule| Link {
                text: phrases::of(self.lang, &rule.title, &rule.title_en).to_owned(),
                href: format!("{}/rules/{}", place.href, rule.id),
            })
            .collect())
    }

    /// A link from a matter names the body that decides it and puts it on the agenda.
    fn convene_form(&self, place: &Place, matters: Vec<Value>) -> Result<Form, Miss> {
        let body: Option<BodyKind> =
            self.query.get("body").and_then(|code| yishi_words::from_code(code).ok());
        let agenda: Vec<&String> = self.query.get("agenda").into_iter().collect();
        let about = About {
            current: json!({ "body": body, "agenda": agenda }),
            at_hand: Some(matters),
            ..About::default()
        };
        let mut form = self.house_form_at(place, HouseAct::Convene, "desk/meetings", "", about)?;
        form.tried = self.query.contains_key("agenda");
        Ok(form)
    }

    pub(super) async fn suggest_page(
        &self,
        community: CommunityId,
        tried: Option<&Tried>,
    ) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Matters).await?;
        let may = Self::may(&place, HouseAct::Suggest);
        let mut form = None;
        if may {
            let domains = self.app().domains(self.ctx(), community).await?;
            let named = |one: &NamedView| {
                let title = phrases::of(self.lang, &one.title, &one.title_en);
                json!({ "const": one.code, "title": yishi_words::capitalised(title) })
            };
            let about = About { at_hand: Some(domains.iter().map(named).collect()), ..About::default() };
            let mut ready = self.house_form_at(&place, HouseAct::Suggest, "suggest", "", about)?;
            // The page is called so already.
            ready.title.clear();
            if self.ctx().actor.person_in(community).is_some() {
                let quota = self.app().quota(self.ctx(), community).await?;
                let (most, left) = (quota.open_suggestions, quota.suggestions_left);
                let note = ready.note.take().unwrap_or_default();
                ready = ready.note(&match self.lang {
                    yishi_portal::Lang::Zh => {
                        format!("{note}每人同时最多有 {most} 条待办理的建议，您还可以提 {left} 条。")
                    }
                    yishi_portal::Lang::En => format!(
                        "{note} At most {most} of one's suggestions may wait to be taken up; you may make {left} more."
                    ),
                });
            }
            if let Some(tried) = tried {
                tried.fill([&mut ready]);
            }
            form = Some(ready);
        }
        let back: String =
            form_urlencoded::byte_serialize(format!("{}/suggest", place.href).as_bytes()).collect();
        let visitor = self.ctx().actor.account.is_none();
        let page = SuggestPage { form, sign_in_href: visitor.then(|| format!("/sign-in?next={back}")) };
        self.page(&place.frame, &page, tried)
    }
}

/// Whether a meeting can decide the matter now, or study it: a bare suggestion has no text to vote on, and what has been
/// decided is decided.
fn can_be_called(summary: &MatterSummary) -> bool {
    !matches!(
        summary.state,
        MatterStage::Suggested
            | MatterStage::Returned
            | MatterStage::Resolved
            | MatterStage::Filed
            | MatterStage::DecisionDisclosed
            | MatterStage::Implemented
            | MatterStage::OutcomeDisclosed
    )
}

/// The bodies a form offers.
fn bodies_of(form: &Form) -> Vec<FieldChoice> {
    let field = form.fields.iter().find(|field| field.name == "body");
    match field.map(|field| &field.kind) {
        Some(FieldKind::Select(bodies)) => bodies.clone(),
        _ => Vec::new(),
    }
}
