//! 事项 (matters): how one begins, what is read of it, and what people say of it. What is done with one stands in the
//! catalogue of acts and goes through [`App::act_on_matter`].

use serde_json::json;
use yishi_acts::house::Suggestion;
use yishi_acts::{Aggregate as _, Asks};
use yishi_deliberation::matter::{Matter, MatterCommand, MatterEvent};
use yishi_identity::policy::Right;
use yishi_identity::{Action, CommunityId, MatterId, PersonId, RuleId};
use yishi_law::days::HolidayCalendar;
use yishi_law::{BodyKind, MatterClass, Step};
use yishi_storage::{Page, Unit};

use crate::bodies::keep;
use crate::gates::{Asked, MatterFacts};
use crate::model::{Model, Seen};
use crate::step::{attach, said_row};
use crate::views::{ListView, MatterSummary, MatterView};
use crate::{App, AppError, AppResult, Community, Here, OpContext};

/// The read model's kind.
pub(crate) const VIEW: Model<MatterSummary> = Model::new("matter");
/// What a phone shows in three lines.
const MAX_TITLE_CHARS: usize = 120;

/// What a suggestion made: its events, what is written with them, and what the rules said.
pub(crate) struct Suggested {
    pub(crate) events: Vec<MatterEvent>,
    pub(crate) unit: Unit,
    pub(crate) asked: Asked,
}

impl App {
    /// 建议 (anyone of the community suggests).
    pub(crate) async fn suggest(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        input: Suggestion,
    ) -> AppResult<MatterView> {
        let here = self.scope(ctx, community, right).await?;
        let id = MatterId::from_uuid(self.uuid(ctx));
        let (for_whom, asked) = (input.suggested_by, input.asked.clone());
        self.entered_for(&here, for_whom, asked.as_deref()).await?;
        let whose = for_whom.or_else(|| ctx.actor.person_in(here.id));
        let Suggested { events, mut unit, asked: said } = self.suggestion(&here, id, input, None).await?;
        if let Some(person) = whose {
            let row = self.another_suggestion(&here, person, id).await?;
            unit.rows.extend(row);
        }
        if let (Some(person), Some(asked)) = (for_whom, asked) {
            let people = self.people(&here).await?;
            self.staff_act(ctx, &mut unit, "suggestion-entered", &people.name(person), &asked).await?;
        }
        let matter =
            Matter::fold(&events).ok_or_else(|| AppError::internal("a suggestion made no matter"))?;
        unit.rows.push(self.matter_row(&here, &matter, 1, &unit.rows).await?);
        let mut view = self.matter_view(&here, &matter, 1, &events, &[], &unit.rows).await?;
        view.findings = self.finding_views(&said.findings).await;
        view.left_out = self.left_out_views(&said.terms.left_out).await;
        self.commit(ctx, unit, 201, view).await
    }

    /// 代为录入: only staff speak for somebody else, only for a person of the roster, and say how that person asked.
    async fn entered_for(
        &self,
        here: &Here<'_>,
        person: Option<PersonId>,
        asked: Option<&str>,
    ) -> AppResult<()> {
        let Some(person) = person else { return Ok(()) };
        let own = here.ctx.actor.person_in(here.id) == Some(person);
        let staff = self.records(here).await?;
        if !staff && !own {
            return Err(AppError::field(
                "/suggested_by",
                "not-in-your-name",
                "只有工作人员可以代居民录入建议；请以本人名义提出",
                "only staff enter a suggestion for somebody else; make it in your own name",
            ));
        }
        let found = self.store.person(&here.scope, &person.to_string()).await?;
        if found.as_ref().is_none_or(|row| crate::roster::off_roll_of(row).is_some()) {
            return Err(AppError::field(
                "/suggested_by",
                "unknown-reference",
                "名册中没有此人",
                "no such person on the roster",
            ));
        }
        // A child's wish is a grown-up's to bring: whoever suggests is heard on it, and answers for it.
        let grown = match found {
            Some(row) => crate::roster::person_of(row)?.is_adult_on(here.ctx.today),
            None => false,
        };
        if !grown {
            return Err(AppError::field(
                "/suggested_by",
                "not-of-age",
                "建议由年满十八周岁的人提出；未成年人的想法请由家长以自己的名义提出",
                "whoever suggests is eighteen or older; a parent brings a child's idea in their own name",
            ));
        }
        if !own && asked.is_none_or(|text| text.trim().is_empty()) {
            return Err(AppError::field(
                "/asked",
                "missing-field",
                "请写明此人何时、怎样委托您录入（如：5月3日到村委会口头提出）",
                "say when and how this person asked you to enter it",
            ));
        }
        Ok(())
    }

    /// The events and documents of a suggestion, for a plain one and for the one that a drafted rule makes. The rules are
    /// asked, as before every transition; one that gives no answer is left out and named, so that a broken rule takes from
    /// nobody the right to suggest (N6). A rule has no say in its own end.
    pub(crate) async fn suggestion(
        &self,
        here: &Here<'_>,
        id: MatterId,
        input: Suggestion,
        ends: Option<RuleId>,
    ) -> AppResult<Suggested> {
        let mut unit = Unit::of(here.scope.clone());
        let title = keep(&mut unit.rows, "/title", title_of(&input.title)?)?;
        let text = keep(&mut unit.rows, "/text", &input.text)?;
        let domain = domain(&input.domain)?;
        let pins = self.pins_today(here).await?;
        let law = self.pinned_floor(here, &pins)?;
        let facts = MatterFacts {
            domain: domain.clone(),
            subjects: input.subjects.clone().unwrap_or_default(),
            class: MatterClass::Ordinary,
            amount_fen: input.amount_fen,
            per_household_fen: input.per_household_fen,
            form: "{}".to_owned(),
            sets_aside: true,
            ends,
        };
        // The council is who takes suggestions up.
        let at = Asks::at(BodyKind::Council, Step::Suggest);
        let asked = self.ask(here, &pins, &facts, at, &json!({})).await?;
        let command = MatterCommand::Suggest {
            id,
            title,
            text,
            domain,
            subjects: input.subjects.unwrap_or_default(),
            amount_fen: input.amount_fen,
            per_household_fen: input.per_household_fen,
            pins,
        };
        let mut context = self.machine_context(here, Matter::right(command.act())).await?;
        if let Some(person) = input.suggested_by {
            context.actor.person = Some(person);
        }
        let holidays = HolidayCalendar::none();
        let findings = asked.for_machine();
        let events =
            Matter::decide(None, &command, &context.with(here.ctx, &asked, law, &holidays, &findings))?;
        unit.entries = self.drafts(here.ctx, "matter", &id.to_string(), 0, &events)?;
        attach(&mut unit.entries, &asked);
        unit.rows.push(said_row(id, 1, &asked)?);
        Ok(Suggested { events, unit, asked })
    }

    /// 事项 (public).
    pub async fn matter(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
    ) -> AppResult<MatterView> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let loaded = self.load_matter(&here, id).await?;
        self.stored_view(&here, &loaded).await
    }

    /// 事项列表, newest act first (public).
    pub async fn matters(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        closed: Option<bool>,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<MatterSummary>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        self.summaries(&here, closed, after, limit).await
    }

    pub(crate) async fn summaries(
        &self,
        community: &Community,
        closed: Option<bool>,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<MatterSummary>> {
        let list = closed.map(|closed| if closed { "closed" } else { "open" }.to_owned());
        let rows = self.latest(&community.scope, &VIEW, list, Page { after, limit }).await?;
        Ok(ListView::page(rows, limit, Seen::key, |row| row.body))
    }
}

/// A title: one line of at most [`MAX_TITLE_CHARS`]. Unlike a name it keeps its punctuation as written.
fn title_of(text: &str) -> AppResult<&str> {
    let title = text.trim();
    let count = title.chars().count();
    if count == 0 {
        return Err(AppError::field("/title", "empty", "不能为空", "must not be empty"));
    }
    if count > MAX_TITLE_CHARS || title.contains(['\n', '\r', '\t']) {
        return Err(AppError::field(
            "/title",
            "title-length",
            format!("标题应为一行，不超过 {MAX_TITLE_CHARS} 个字"),
            format!("a title is one line of at most {MAX_TITLE_CHARS} characters"),
        ));
    }
    Ok(title)
}

/// A domain: a short kebab-case word.
fn domain(text: &str) -> AppResult<String> {
    let good = !text.is_empty()
        && text.len() <= 40
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if good {
        return Ok(text.to_owned());
    }
    Err(AppError::field(
        "/domain",
        "not-a-domain",
        "所属方面不在列表中，请从列表中选择",
        "a domain is a lower-case word such as `sanitation`",
    ))
}
