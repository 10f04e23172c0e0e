//! 规则与事项 (a rule's life beside its matter): what each step of the one means for the other.

use std::sync::Arc;
use yishi_acts::house::Suggestion;

use serde::{Deserialize, Serialize};
use yishi_deliberation::matter::MatterEvent;
use yishi_deliberation::rule::{Rule, RuleCommand, RuleEvent};
use yishi_deliberation::{Life, Matter, OnRule, Register, RuleVote, follow};
use yishi_identity::policy::Right;
use yishi_identity::{Action, Actor, MatterId, MeetingId, RuleId};
use yishi_law::days::HolidayCalendar;
use yishi_law::{BodyKind, Words};
use yishi_rulebook::{FailureCode, GateFailure};
use yishi_storage::{Row, Unit};

use crate::gates::Asked;
use crate::matters::Suggested;
use crate::model::Model;
use crate::rules::{LINK, VIEW};
use crate::views::{DraftView, RuleSummary};
use crate::{App, AppError, AppResult, Community, Here, OpContext};

/// The read model that counts the changes to what is in force in a community, and the votes on rules that were opened: of
/// two acts that decided on the same state only one becomes durable, also where they concern two different rules.
const REGISTER: Model<()> = Model::new("rules-in-force");

/// 规约的一行 (what is kept of a rule at hand): what its standing rests on, its matter, and whether it fails.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RuleRow {
    pub(crate) life: Life,
    pub(crate) matter: Option<MatterId>,
    pub(crate) failing: Option<Failing>,
}

/// 规约的事项 (what a matter does to which rule).
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct RuleLink {
    pub(crate) rule: RuleId,
    pub(crate) deed: OnRule,
}

/// 失效 (that a rule gave no usable answer, and nothing has been done about it yet).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Failing {
    pub(crate) code: String,
    pub(crate) on: jiff::civil::Date,
    pub(crate) times: u64,
}

/// 所涉规约 (what a matter does to which rule).
pub(crate) struct Linked {
    pub(crate) does: OnRule,
    pub(crate) loaded: LoadedRule,
}

impl Linked {
    /// The rule the matter would replace or repeal.
    pub(crate) fn ends(&self) -> Option<RuleId> {
        match self.does {
            OnRule::Adopt => self.loaded.rule.replaces,
            OnRule::Repeal => Some(self.loaded.rule.id),
        }
    }
}

pub(crate) struct LoadedRule {
    pub(crate) rule: Rule,
    pub(crate) version: u64,
}

impl App {
    pub(crate) async fn load_rule(&self, community: &Community, id: RuleId) -> AppResult<LoadedRule> {
        let evolve = |state, event: RuleEvent, _| Rule::evolve(state, &event);
        let folded = self.folded(&self.rules, &community.scope, &id.to_string(), evolve).await?;
        let (version, rule) = folded.ok_or(AppError::NotFound { what: "rule" })?;
        Ok(LoadedRule { rule: Arc::unwrap_or_clone(rule), version })
    }

    /// Every rule of the community, whatever became of it, oldest first. Read to the end: what is cut off here would be a
    /// rule in force that nobody asks.
    pub(crate) async fn rule_rows(&self, community: &Community) -> AppResult<Vec<RuleRow>> {
        Ok(self.every(&community.scope, &VIEW, None).await?.into_iter().map(|row| row.body).collect())
    }

    /// What the register decides on: every rule's standing.
    pub(crate) async fn lives(&self, community: &Community) -> AppResult<Vec<Life>> {
        Ok(self.rule_rows(community).await?.into_iter().map(|row| row.life).collect())
    }

    /// 正在进行的规约表决 (the votes on rules that are open): nothing is decided against them meanwhile.
    pub(crate) async fn rule_votes(&self, community: &Community) -> AppResult<Vec<RuleVote>> {
        let mut votes = Vec::new();
        for row in self.every(&community.scope, &LINK, None).await? {
            let matter = row.id.parse().map_err(AppError::internal)?;
            if self.on_agenda(community, matter).await?.0.is_none_or(|on| on.ballot.is_none()) {
                continue;
            }
            votes.push(match row.body.deed {
                OnRule::Adopt => RuleVote::Adopts(row.body.rule),
                OnRule::Repeal => RuleVote::Repeals(row.body.rule),
            });
        }
        Ok(votes)
    }

    /// How often what is in force, or being voted on, has changed: to be read before what is decided on is.
    pub(crate) async fn register_version(&self, community: &Community) -> AppResult<u64> {
        Ok(self.read_or_new(&community.scope, &REGISTER, community.id).await?.1)
    }

    pub(crate) async fn rule_summaries(&self, here: &Here<'_>) -> AppResult<Vec<RuleSummary>> {
        let mut summaries = Vec::new();
        for row in self.rule_rows(here).await? {
            summaries.push(self.rule_summary(here.ctx, &row).await?);
        }
        Ok(summaries)
    }

    /// The row of a rule as it stands after what is about to be stored.
    pub(crate) async fn rule_row(&self, rule: &Rule, matter: Option<MatterId>) -> AppResult<RuleRow> {
        let title = match self.component(&rule.version.component).await {
            Ok(inspection) => inspection.manifest.title.words(),
            // A component that no longer loads is still listed: somebody has to see it to replace it.
            Err(AppError::Plugin(_)) => Words::new(rule.name.clone(), rule.name.clone()),
            Err(error) => return Err(error),
        };
        let failures = rule.standing_failures();
        let failing = failures.last().map(|last| Failing {
            code: last.code.clone(),
            on: last.act.on,
            times: failures.len() as u64,
        });
        let matter = matter.or_else(|| rule.consulted.map(|(matter, _, _)| matter));
        Ok(RuleRow { life: rule.life(title), matter, failing })
    }

    /// As [`App::rule_row`], to be stored; the matter is kept where nothing new is said.
    pub(crate) async fn put_rule(
        &self,
        community: &Community,
        rule: &Rule,
        version: u64,
        matter: Option<MatterId>,
    ) -> AppResult<Row> {
        let matter = match matter {
            Some(_) => matter,
            None => self.matter_of_rule(community, rule.id).await?,
        };
        let row = self.rule_row(rule, matter).await?;
        Ok(VIEW.row(rule.id, version, &row)?.sorted(rule.opened.at).into())
    }

    /// The matter that adopts a rule.
    pub(crate) async fn matter_of_rule(
        &self,
        community: &Community,
        rule: RuleId,
    ) -> AppResult<Option<MatterId>> {
        Ok(self.read(&community.scope, &VIEW, rule).await?.and_then(|row| row.body.matter))
    }

    pub(crate) async fn rule_of_matter(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<Option<RuleId>> {
        Ok(self.link(community, matter).await?.map(|(rule, _)| rule))
    }

    pub(crate) async fn link(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<Option<(RuleId, OnRule)>> {
        let row = self.read(&community.scope, &LINK, matter).await?;
        Ok(row.map(|row| (row.body.rule, row.body.deed)))
    }

    /// The rule a matter would replace or repeal.
    pub(crate) async fn ends_rule(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<Option<RuleId>> {
        Ok(self.linked(community, matter).await?.and_then(|linked| linked.ends()))
    }

    /// What a matter does to which rule, with the rule as it stands.
    pub(crate) async fn linked(&self, community: &Community, matter: MatterId) -> AppResult<Option<Linked>> {
        let Some((rule, does)) = self.link(community, matter).await? else { return Ok(None) };
        Ok(Some(Linked { does, loaded: self.load_rule(community, rule).await? }))
    }

    /// The body that adopted the text which a matter would end, if it would end one: no lesser body ends it.
    pub(crate) async fn ends_text_of(
        &self,
        community: &Community,
        linked: Option<&Linked>,
    ) -> AppResult<Option<BodyKind>> {
        match linked.and_then(Linked::ends) {
            Some(rule) => Ok(self.load_rule(community, rule).await?.rule.adopted_by()),
            None => Ok(None),
        }
    }

    /// 随事项而来 (what becomes of a rule by what happened to its matter), for the unit the matter's events go into.
    pub(crate) async fn rule_follows(
        &self,
        here: &Here<'_>,
        matter: MatterId,
        linked: Option<&Linked>,
        events: &[MatterEvent],
        action: Right,
        unit: &mut Unit,
    ) -> AppResult<()> {
        let Some(Linked { does, loaded }) = linked else { return Ok(()) };
        for event in events {
            let Some(command) = follow(event, matter, *does, &loaded.rule) else { continue };
            if !command.is_a_vote() {
                self.rule_deed(here, loaded, &command, action, unit).await?;
                continue;
            }
            let read = self.register_version(here).await?;
            self.rule_deed(here, loaded, &command, action, unit).await?;
            // Repealed before it began: what it was to replace goes on as if it had never been adopted.
            if *does == OnRule::Repeal && loaded.rule.effective.is_some_and(|began| here.ctx.today < began) {
                let command = RuleCommand::Continue { without: loaded.rule.id };
                for old in Register::new(&self.lives(here).await?).continue_without(loaded.rule.id) {
                    let old = self.load_rule(here, old.id).await?;
                    self.rule_deed(here, &old, &command, action, unit).await?;
                }
            }
            unit.rows.extend(register_changed(here, read)?);
        }
        Ok(())
    }

    /// What goes with the opening of a sitting (R23): the suspensions of what this body adopted end, so that the sitting
    /// votes with the rule or amends it.
    pub(crate) async fn suspensions_ended(
        &self,
        here: &Here<'_>,
        body: BodyKind,
        meeting: MeetingId,
        right: Right,
        unit: &mut Unit,
    ) -> AppResult<()> {
        for row in self.rule_rows(here).await? {
            let suspended = row.life.suspensions.last().is_some_and(|(_, until)| until.is_none());
            if !suspended || row.life.adopted_by != Some(body) {
                continue;
            }
            let loaded = self.load_rule(here, row.life.id).await?;
            let command = RuleCommand::EndSuspension { body, meeting };
            self.rule_deed(here, &loaded, &command, right, unit).await?;
        }
        Ok(())
    }

    /// 记录失效 (R23): that a rule gave no usable answer is written into its own life, once a day, whatever became of the act
    /// in which it was asked. A suspension can rest on it, and the desk and the town see it.
    pub(crate) async fn record_failure(&self, here: &Here<'_>, rule: RuleId, failure: &GateFailure) {
        if !accuses(failure.code) {
            return;
        }
        // The host saw it; nobody who happened to ask has done it.
        let ctx = OpContext { actor: Actor::default(), key: None, expected: None, ..here.ctx.clone() };
        let host = Here { ctx: &ctx, community: here.community.clone() };
        let recorded = async {
            let loaded = self.load_rule(here, rule).await?;
            let gate = failure.export.code().to_owned();
            let code = failure.code.as_str().to_owned();
            if loaded.rule.has_recorded(&gate, &code, here.ctx.today) {
                return Ok(());
            }
            let command = RuleCommand::RecordFailure { gate, code };
            let mut unit = Unit::of(here.scope.clone());
            self.rule_deed(&host, &loaded, &command, Action::ViewPublic, &mut unit).await?;
            self.store.commit(unit).await?;
            Ok::<_, AppError>(())
        };
        if let Err(error) = recorded.await {
            // Somebody else wrote the same line first, or the disk is full: the act is told of the failure either way.
            tracing::warn!(%rule, %error, "a rule's failure could not be recorded");
        }
    }

    /// Lets the machine decide a command for a rule, into the unit it becomes durable in. The rule as it is then.
    pub(crate) async fn rule_deed(
        &self,
        here: &Here<'_>,
        loaded: &LoadedRule,
        command: &RuleCommand,
        action: impl Into<Right>,
        unit: &mut Unit,
    ) -> AppResult<Rule> {
        let events = self.decide_rule(here, Some(&loaded.rule), command, action).await?;
        let id = loaded.rule.id.to_string();
        unit.entries.extend(self.drafts(here.ctx, "rule", &id, loaded.version, &events)?);
        let version = loaded.version + events.len() as u64;
        let rule = events.iter().fold(Some(loaded.rule.clone()), Rule::evolve);
        let rule = rule.ok_or_else(|| AppError::internal("a rule vanished"))?;
        unit.rows.push(self.put_rule(here, &rule, version, None).await?);
        Ok(rule)
    }

    pub(crate) async fn decide_rule(
        &self,
        here: &Here<'_>,
        state: Option<&Rule>,
        command: &RuleCommand,
        action: impl Into<Right>,
    ) -> AppResult<Vec<RuleEvent>> {
        let law = self.floor(here.kind, command.law_date().unwrap_or(here.ctx.today))?;
        let holidays = HolidayCalendar::none();
        // A text is the assembly's, or the representatives' in its stead: whoever follows up the one follows up the other.
        let of = BodyKind::ResidentsAssembly;
        let mut machine = self.machine_context_of(here, action, of).await?;
        if let (RuleCommand::Voted { .. }, Some(old)) = (command, state.and_then(|rule| rule.replaces)) {
            machine.ties.ends = self.load_rule(here, old).await?.rule.adopted_by();
        }
        let asked = Asked::default();
        Ok(Rule::decide(state, command, &machine.with(here.ctx, &asked, law, &holidays, &[]))?)
    }

    pub(crate) async fn open_with_matter(
        &self,
        here: &Here<'_>,
        link: RuleLink,
        events: &[RuleEvent],
        matter: MatterId,
        suggestion: Suggestion,
        rows: Vec<Row>,
    ) -> AppResult<DraftView> {
        let RuleLink { rule: id, deed } = link;
        let (rule, version) = if events.is_empty() {
            let loaded = self.load_rule(here, id).await?;
            (loaded.rule, loaded.version)
        } else {
            let rule = Rule::fold(events).ok_or_else(|| AppError::internal("no rule came of the events"))?;
            (rule, events.len() as u64)
        };
        let ends = if deed == OnRule::Repeal { Some(id) } else { rule.replaces };
        let Suggested { events: matter_events, mut unit, .. } =
            self.suggestion(here, matter, suggestion, ends).await?;
        let opened =
            Matter::fold(&matter_events).ok_or_else(|| AppError::internal("a suggestion made no matter"))?;
        unit.entries.extend(self.drafts(here.ctx, "rule", &id.to_string(), 0, events)?);
        unit.rows.extend(rows);
        unit.rows.push(LINK.row(matter, 1, &link)?.under(id).into());
        if !events.is_empty() {
            unit.rows.push(self.put_rule(here, &rule, version, Some(matter)).await?);
        }
        unit.rows.push(self.matter_row(here, &opened, 1, &unit.rows).await?);
        let mut matter_view = self.matter_view(here, &opened, 1, &matter_events, &[], &unit.rows).await?;
        matter_view.rule = Some(id);
        let mut rule_view = self.rule_view(here, &rule, version, &unit.rows).await?;
        rule_view.matter = Some(matter);
        self.commit(here.ctx, unit, 201, DraftView { rule: rule_view, matter: matter_view }).await
    }
}

/// What is in force must still be what was read.
pub(crate) fn register_as_read(community: &Community, read: u64) -> Row {
    REGISTER.as_read(community.id, read)
}

/// As [`register_as_read`], and it changes with this unit.
pub(crate) fn register_changed(community: &Community, read: u64) -> AppResult<[Row; 2]> {
    REGISTER.next(community.id, read, &())
}

/// Whether a failure says something of the rule, and not of the machine or of the question.
pub(crate) const fn accuses(code: FailureCode) -> bool {
    matches!(
        code,
        FailureCode::BudgetExceeded
            | FailureCode::Trap
            | FailureCode::StackOverflow
            | FailureCode::MemoryLimit
            | FailureCode::HostCallLimit
            | FailureCode::HostDataLimit
            | FailureCode::AnswerLimit
            | FailureCode::BadAnswer
            | FailureCode::UncitedAnswer
            | FailureCode::UnknownCode
            | FailureCode::MissingLanguage
            | FailureCode::UndeclaredStage
            | FailureCode::UndeclaredFact
            | FailureCode::TooManyRecords
            | FailureCode::Nondeterministic
    )
}
