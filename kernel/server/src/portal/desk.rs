//! 工作台与建议 (the staff desk: what to do, convening, accounts; and the form for a suggestion).

use yishi_app::cases::DeskCase;
use yishi_app::position::{Turn, UnendedMeeting};
use yishi_app::reader::OfficeHolder;
use yishi_app::views::{BodyView, MatterSummary, NamedView, RuleSummary};
use yishi_deliberation::matter::FiledWith;
use yishi_deliberation::rule::RuleStage;
use yishi_deliberation::{Matter, MatterStage, Meeting, Rule, RuleAct, RuleState, Standing as RuleStanding};
use yishi_identity::bodies::seated;
use yishi_law::{BodyKind, TrackStage};
use yishi_portal::context::{
    CheckItem, DeskPage, MatterStatus, RuleKind, SuggestPage, TodoGroup, TodoItem, Tone,
};

use super::prelude::*;
use super::standing::{self, ASKED_TO_VOTE, Board, CALLED, NEW, Standing, decided_by};

/// Members without an account whom the checklist names.
const NAMED: usize = 5;

impl Visit {
    pub(super) async fn desk_page(&self, community: CommunityId) -> Result<Response> {
        self.signed_in()?;
        let place = self.place(community, NavItem::Desk).await?;
        place.needs(Action::ViewInternal)?;
        let open = self.app().open_matters(self.ctx(), community).await?;
        let board = self.board(&place).await?;
        let unended = self.app().unended_meetings(self.ctx(), community).await?;
        let cases = self.app().desk_cases(self.ctx(), community).await?;
        let rules = self.app().rules(self.ctx(), community).await?;
        let (convene, cannot_convene) = self.convene_form(&place, &open)?;
        let mut actions: Vec<Form> = convene.into_iter().collect();
        if place.may(Action::ManageCommunityAccounts) {
            actions.push(self.member_account_form(&place)?);
        }
        // Those who confirm it, and those who enter such things and see what becomes of them.
        let decides = |act: &RuleAct| place.may(Rule::right(*act));
        let attests = place.may(HouseAct::Attest) || RuleStage::Attested.awaits().iter().any(decides);
        let waits = |rule: &&RuleSummary| attests && rule.state == RuleState::Stage(RuleStage::Attested);
        let page = DeskPage {
            checklist: self.checklist(&place, &rules).await?,
            groups: self.todo(&place, &board, &open, &unended, &cases),
            meetings: self.meeting_cards(&place).await?,
            roster: place.may(Action::ViewRoster),
            accounts: Self::manages_accounts(&place),
            suggest: place.may(HouseAct::Suggest),
            actions,
            cannot_convene,
            alarms: rules.iter().filter_map(|rule| self.failing_rule(community, rule)).collect(),
            attestations: rules.iter().filter(waits).cloned().collect(),
        };
        self.page(&place.frame, &page)
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
            let Some(late) = self.lang.unended(&meeting.owed, self.ctx().today) else { continue };
            let name = self.lang.of(&meeting.name, &meeting.name_en);
            let own = place.reader.may_of(Meeting::right(meeting.ended_by), meeting.body);
            let list = if own { &mut mine } else { &mut others };
            let href = format!("{}/meetings/{}", place.href, meeting.id);
            let item = TodoItem {
                number: self.lang.date(&meeting.owed.due),
                who: name.to_owned(),
                overdue: Some(late),
                tone: Tone::Bad,
                ..todo(name, href, meeting.ended_by.term().heading(self.lang))
            };
            list.push((false, ASKED_TO_VOTE, item));
        }
        for case in cases {
            let item = self.case_todo(place, case);
            let list = if case.mine { &mut mine } else { &mut others };
            list.push((item.overdue.is_none(), CALLED, item));
        }
        let mut filings = Vec::new();
        for summary in open {
            let Some(act) = summary.unacknowledged.map(FiledWith::answers_with) else { continue };
            if place.reader.acting_as_for(act).is_none() {
                continue;
            }
            let href = format!("{}/matters/{}#actions", place.href, summary.id);
            let item = TodoItem {
                number: phrases::number(summary.opened_on, summary.id),
                ..todo(&summary.title, href, act.term().heading(self.lang))
            };
            filings.push((true, CALLED, item));
        }
        for summary in open {
            let standing = board.of(summary);
            let act = summary.next_act;
            let decides = decided_by(summary);
            let own = match standing.status {
                // What comes before a vote is its sitting.
                MatterStatus::Open if waits_for_a_sitting(summary) => calls_its_sitting(place, summary),
                _ => act.is_some_and(|act| place.reader.may_of(Matter::right(act), decides)),
            };
            let due = summary.duties.iter().map(|duty| duty.due).min();
            let late = standing.overdue.is_some();
            let item = TodoItem {
                number: phrases::number(summary.opened_on, summary.id),
                who: standing.who.clone(),
                due: due.map(|due| self.lang.date(&due)),
                overdue: standing.overdue.clone(),
                tone: match (late, own) {
                    (true, _) => Tone::Bad,
                    (false, true) => Tone::Active,
                    (false, false) => Tone::Neutral,
                },
                ..todo(&summary.title, self.where_to_act(place, summary, &standing), standing.next.clone())
            };
            // Nobody can close a matter while its notice has to stay up.
            let kept = standing.status == MatterStatus::Disclosing && summary.next == Some(Turn::Complete);
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
            MatterStatus::Open if waits_for_a_sitting(summary) => {
                let body = summary.next_by.unwrap_or(BodyKind::Council).code();
                format!("{}/desk?agenda={}&body={body}#convene", place.href, summary.id)
            }
            MatterStatus::Answering => format!("{page}#consultation"),
            _ => format!("{page}#actions"),
        }
    }

    /// What the community needs before it can decide anything, in the order in which it is done; empty once all is there.
    async fn checklist(&self, place: &Place, rules: &[RuleSummary]) -> Result<Vec<CheckItem>> {
        if !place.may(Action::ViewRoster) {
            return Ok(Vec::new());
        }
        let id = place.id();
        let (persons, households) = self.app().roster_size(self.ctx(), id).await?;
        let bodies = self.app().bodies(self.ctx(), id).await?;
        let mut needed: Vec<_> = seated().filter(|body| body.needed.is_some()).collect();
        needed.sort_by_key(|body| body.needed);
        let empty: Vec<_> = needed
            .into_iter()
            .filter(|body| {
                // Whoever sits in it by another office does not make it up: the representatives are elected.
                let elected = |view: &BodyView| view.members.iter().any(|member| !member.ex_officio);
                bodies.iter().any(|view| view.body == body.kind && !elected(view))
            })
            .map(|body| standing::body(self.lang, place.kind(), body.kind))
            .collect();
        let mut charters = rules.iter().filter(|rule| rule.kind == RuleKind::Charter);
        let in_force = charters.clone().any(|rule| rule.state == RuleState::Standing(RuleStanding::InForce));
        let attested = charters
            .any(|rule| matches!(rule.state, RuleState::Stage(RuleStage::Attested | RuleStage::Confirmed)));
        let shelved = place.may(Action::ViewShelf)
            && self.app().shelf(self.ctx(), id).await?.iter().any(|item| item.kind == RuleKind::Charter);
        let any = !self.app().member_accounts(self.ctx(), id, None, 1).await?.items.is_empty();
        let lacking = self.app().members_without_account(self.ctx(), id).await?;
        let accounts = any && lacking.is_empty();
        let t = self.lang.words();
        let item =
            |text: &str, note: String, page, done| CheckItem { text: text.to_owned(), note, page, done };
        let roster = match persons {
            0 => t.check_roster_none.to_owned(),
            _ => self.lang.fill2(t.check_roster_has, persons, households),
        };
        let elected = match empty.is_empty() {
            true => t.check_elected.to_owned(),
            false => self.lang.fill(t.check_elected_not, self.lang.list(&empty)),
        };
        let charter = match (in_force, attested, shelved) {
            (true, ..) => t.check_charter_in_force,
            (_, true, _) => t.check_charter_attested,
            (_, _, true) => t.check_charter_shelved,
            _ => t.check_charter_none,
        };
        let accounts_note = match (accounts, any) {
            (true, _) => t.check_accounts.to_owned(),
            (false, true) => self.without_account(&lacking),
            (false, false) => t.check_accounts_none.to_owned(),
        };
        let kind = self.lang.rule_kind(RuleKind::Charter, place.kind());
        let items = vec![
            item(t.check_roster, roster, "roster", persons > 0),
            item(t.check_elections, elected, "bodies", empty.is_empty()),
            item(&kind, charter.to_owned(), "rules", in_force),
            item(t.check_residents, accounts_note, "accounts", accounts),
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
        let (count, more) = (lacking.len(), lacking.len() > NAMED);
        self.lang.pick(
            format!(
                "还有 {count} 名在任成员没有账号：{names}{}。没有账号的，到会举手或投纸质票",
                if more { "等" } else { "" }
            ),
            format!(
                "In office without an account: {count} ({names}{}). They vote by hand or on paper in the hall",
                if more { " and others" } else { "" }
            ),
        )
    }

    /// A rule that gave no usable answer, about which nothing has been done yet, with its page.
    pub(super) fn failing_rule(&self, community: CommunityId, rule: &RuleSummary) -> Option<Link> {
        let failing = rule.failing.as_ref()?;
        let title = self.lang.of(&rule.title, &rule.title_en);
        Some(Link {
            text: format!("{title}{}{}", self.say("：", ": "), self.lang.failing(failing)),
            href: format!("/c/{community}/rules/{}", rule.id),
        })
    }

    /// The form that calls a meeting, with the bodies that the reader convenes; and whether there is none because no matter can be
    /// put on an agenda. A link from a matter names the body that decides it and puts it on the agenda.
    fn convene_form(&self, place: &Place, open: &[MatterSummary]) -> Result<(Option<Form>, bool)> {
        let matter = |one: &MatterSummary| {
            let number = phrases::number(one.opened_on, one.id);
            json!({ "const": one.id, "title": format!("{number} {}", one.title) })
        };
        let matters: Vec<Value> = open.iter().filter(|one| can_be_called(one)).map(matter).collect();
        let none = matters.is_empty();
        let body: Option<BodyKind> =
            self.query.get("body").and_then(|code| yishi_words::from_code(code).ok());
        let agenda: Vec<&String> = self.query.get("agenda").into_iter().collect();
        let about = About {
            current: json!({ "body": body, "agenda": agenda }),
            at_hand: Some(matters),
            ..About::default()
        };
        let mut form = self.house_form_at(place, HouseAct::Convene, "desk/meetings", "", about)?;
        form.tried |= self.query.contains_key("agenda");
        let mut convenes = false;
        for field in form.fields.iter_mut().filter(|field| field.name == "body") {
            if let FieldKind::Select(bodies) = &mut field.kind {
                bodies.retain(|body| {
                    let body = yishi_words::from_code(&body.value);
                    body.is_ok_and(|body: BodyKind| place.reader.may_of(HouseAct::Convene, body))
                });
                convenes = !bodies.is_empty();
            }
        }
        Ok(((convenes && !none).then_some(form), convenes && none))
    }

    pub(super) async fn suggest_page(&self, community: CommunityId) -> Result<Response> {
        let place = self.place(community, NavItem::Matters).await?;
        let may = place.may(HouseAct::Suggest);
        let mut form = None;
        if may {
            let domains = self.app().domains(self.ctx(), community).await?;
            let named = |one: &NamedView| {
                let title = self.lang.of(&one.title, &one.title_en);
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
                let rest = self.lang.fill2(self.lang.words().suggestions_left, most, left);
                ready = ready.note(&format!("{note}{}{rest}", self.say("", " ")));
            }
            form = Some(ready);
        }
        let page = SuggestPage { form, sign_in_href: self.sign_in_for(&format!("{}/suggest", place.href)) };
        self.page(&place.frame, &page)
    }
}

/// Whether the matter's turn is its vote, which a sitting has to be called for.
fn waits_for_a_sitting(summary: &MatterSummary) -> bool {
    summary.next == Some(Turn::Stage(TrackStage::Resolve))
}

/// Whether the reader calls the sitting that the matter waits for.
pub(super) fn calls_its_sitting(place: &Place, summary: &MatterSummary) -> bool {
    waits_for_a_sitting(summary) && place.reader.may_of(HouseAct::Convene, decided_by(summary))
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

/// Something to do, by nobody in particular and at no time.
fn todo(title: &str, href: String, next: String) -> TodoItem {
    TodoItem { title: title.to_owned(), href, next, tone: Tone::Active, ..TodoItem::default() }
}
