//! 规则与事项 (a rule's life beside its matter): what each step of the one means for the other.

use std::sync::Arc;
use yishi_acts::house::Suggestion;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yishi_acts::Aggregate as _;
use yishi_canonical::Digest;
use yishi_deliberation::matter::MatterEvent;
use yishi_deliberation::rule::{Rule, RuleCommand, RuleEvent, RuleKind};
use yishi_deliberation::{
    Life, Matter, Meeting, MeetingAct, OnRule, Register, RuleVersion, RuleVote, follow,
};
use yishi_identity::policy::Right;
use yishi_identity::{Action, Actor, CommunityId, MatterId, MeetingId, RuleId};
use yishi_law::days::HolidayCalendar;
use yishi_law::{Authority, BodyKind, Subject, Words};
use yishi_rulebook::{FailureCode, GateFailure, Inspection, RuleRef};
use yishi_storage::{DocumentRow, EntryDraft, Row, Unit, ViewRow};

use crate::gates::Asked;
use crate::load::expect_version;
use crate::matters::Suggested;
use crate::rules::{LINK, VIEW, subject_of};
use crate::views::{DraftView, RuleSummary, RuleView};
use crate::{App, AppError, AppResult, CheckPlace, Community, OpContext};

/// The read model that counts the changes to what is in force in a community, and the votes on rules that were opened: of
/// two acts that decided on the same state only one becomes durable, also where they concern two different rules.
const REGISTER: &str = "rules-in-force";

/// 规约的一行 (what is kept of a rule at hand): what its standing rests on, its matter, and whether it fails.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RuleRow {
    pub(crate) life: Life,
    pub(crate) matter: Option<MatterId>,
    pub(crate) failing: Option<Failing>,
}

/// 失效 (that a rule gave no usable answer, and nothing has been done about it yet).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Failing {
    pub(crate) code: String,
    pub(crate) on: jiff::civil::Date,
    pub(crate) times: u64,
}

/// What one act makes of a rule, for the unit it becomes durable in.
#[derive(Debug, Default)]
pub(crate) struct RuleDeed {
    pub(crate) entries: Vec<EntryDraft>,
    pub(crate) rows: Vec<Row>,
}

impl RuleDeed {
    fn add(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.rows.extend(other.rows);
    }
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

    pub(crate) async fn rule_for(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
        action: impl Into<Right>,
    ) -> AppResult<(Community, LoadedRule)> {
        let community = self.scope(ctx, community, action).await?;
        let loaded = self.load_rule(&community, id).await?;
        expect_version(ctx, loaded.version)?;
        Ok((community, loaded))
    }

    /// Every rule of the community, whatever became of it, oldest first. Read to the end: what is cut off here would be a
    /// rule in force that nobody asks.
    pub(crate) async fn rule_rows(&self, community: &Community) -> AppResult<Vec<RuleRow>> {
        let rows = self.every_view(&community.scope, VIEW, None).await?;
        let read = |row: ViewRow| serde_json::from_value(row.body).map_err(AppError::internal);
        rows.into_iter().map(read).collect()
    }

    /// What the register decides on: every rule's standing.
    pub(crate) async fn lives(&self, community: &Community) -> AppResult<Vec<Life>> {
        Ok(self.rule_rows(community).await?.into_iter().map(|row| row.life).collect())
    }

    /// 正在进行的规约表决 (the votes on rules that are open): nothing is decided against them meanwhile.
    pub(crate) async fn rule_votes(&self, community: &Community) -> AppResult<Vec<RuleVote>> {
        let mut votes = Vec::new();
        for row in self.every_view(&community.scope, LINK, None).await? {
            let matter = row.id.parse().map_err(AppError::internal)?;
            if self.on_agenda(community, matter).await?.0.is_none_or(|on| on.ballot.is_none()) {
                continue;
            }
            votes.extend(self.link(community, matter).await?.map(|(rule, deed)| match deed {
                OnRule::Adopt => RuleVote::Adopts(rule),
                OnRule::Repeal => RuleVote::Repeals(rule),
            }));
        }
        Ok(votes)
    }

    /// How often what is in force, or being voted on, has changed: to be read before what is decided on is.
    pub(crate) async fn register_version(&self, community: &Community) -> AppResult<u64> {
        let row = self.view(&community.scope, REGISTER, &community.id.to_string()).await?;
        Ok(row.map_or(0, |row| row.version))
    }

    pub(crate) async fn rule_summaries(
        &self,
        ctx: &OpContext,
        community: &Community,
    ) -> AppResult<Vec<RuleSummary>> {
        let mut summaries = Vec::new();
        for row in self.rule_rows(community).await? {
            summaries.push(self.rule_summary(ctx, &row).await?);
        }
        Ok(summaries)
    }

    /// The row of a rule as it stands after what is about to be stored.
    pub(crate) async fn rule_row(&self, rule: &Rule, matter: Option<MatterId>) -> AppResult<RuleRow> {
        let title = match self.component(&rule.version.component).await {
            Ok(inspection) => Words::new(inspection.manifest.title.zh(), inspection.manifest.title.en()),
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
            Some(matter) => Some(matter),
            None => {
                let row = self.view(&community.scope, VIEW, &rule.id.to_string()).await?;
                let row: Option<RuleRow> = row
                    .map(|row| serde_json::from_value(row.body))
                    .transpose()
                    .map_err(AppError::internal)?;
                row.and_then(|row| row.matter)
            }
        };
        let row = self.rule_row(rule, matter).await?;
        Ok(Row::PutView(ViewRow {
            kind: VIEW.to_owned(),
            id: rule.id.to_string(),
            sort: rule.opened.at.to_string(),
            parent: None,
            version,
            body: serde_json::to_value(&row).map_err(AppError::internal)?,
        }))
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
        let Some(row) = self.view(&community.scope, LINK, &matter.to_string()).await? else {
            return Ok(None);
        };
        let rule = row.body["rule"].as_str().unwrap_or_default().parse().map_err(AppError::internal)?;
        let deed = serde_json::from_value(row.body["deed"].clone()).map_err(AppError::internal)?;
        Ok(Some((rule, deed)))
    }

    /// The rule a matter would replace or repeal.
    pub(crate) async fn ends_rule(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<Option<RuleId>> {
        Ok(self.linked(community, matter).await?.and_then(|linked| linked.ends()))
    }

    /// Checks a rule once more before it is put to the vote (floor, charter in force, scenarios, and what it would
    /// replace): the law, the charter or what is in force may have changed since it was drafted. The rows say on what
    /// state that was found.
    pub(crate) async fn vet_before_vote(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<Vec<Row>> {
        let Some((id, deed)) = self.link(community, matter).await? else { return Ok(Vec::new()) };
        let read = self.register_version(community).await?;
        let (lives, votes) = (self.lives(community).await?, self.rule_votes(community).await?);
        let life = lives.iter().find(|life| life.id == id).ok_or(AppError::NotFound { what: "rule" })?;
        let register = Register::new(&lives).during(&votes);
        match deed {
            OnRule::Adopt => register.still_replaces(life)?,
            OnRule::Repeal => register.may_repeal(id)?,
        }
        if deed == OnRule::Adopt {
            let settings = self.text(&community.scope, &life.version.settings).await?;
            let settings: Value = serde_json::from_str(&settings).map_err(AppError::internal)?;
            let component = &life.version.component;
            let bytes =
                self.store.component(component).await?.ok_or(AppError::NotFound { what: "component" })?;
            let place = self.turns.check_anyway(&community.row.town, community.id);
            self.examine(ctx, community, Arc::new(bytes), Some(settings), place).await?;
            if let Some(body) = self.load_matter(community, matter).await?.matter.next_decided_by() {
                self.vet_for_body(ctx, community, matter, body).await?;
            }
        }
        Ok(register_changed(community, read).to_vec())
    }

    /// 对上级会议不得加码 (R27): a rule that a body is to adopt asks nothing of the quorum, share and notice of a higher one. Said
    /// when it is submitted to that body, and again before its vote.
    pub(crate) async fn vet_for_body(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: MatterId,
        adopts: BodyKind,
    ) -> AppResult<()> {
        let Some((rule, OnRule::Adopt)) = self.link(community, matter).await? else { return Ok(()) };
        let pin = self.load_rule(community, rule).await?.rule.pin();
        let reference = self.rule_ref(community, &pin).await?;
        let floor = self.floor(community.kind, ctx.today)?;
        let gate = self.gate_context(ctx, community, ctx.today, &Default::default()).await?;
        let (rulebook, asked) = (Arc::clone(&self.rulebook), reference.clone());
        let raised = tokio::task::spawn_blocking(move || {
            rulebook.raises_for_higher_bodies(&asked, &gate, floor, adopts)
        })
        .await
        .map_err(AppError::internal)??;
        let Some((higher, articles)) = raised.first_key_value() else { return Ok(()) };
        let (here, above) = (adopts.term_in(community.kind), higher.term_in(community.kind));
        let title = match self.titles([reference.digest]).await.remove(&reference.digest) {
            Some(title) => title,
            None => Words::new(rule.to_string(), rule.to_string()),
        };
        let clauses = articles.iter().cloned().collect::<Vec<_>>();
        let cited = articles.iter().map(|article| Authority::Plugin {
            name: reference.name.clone(),
            digest: reference.digest,
            article: article.clone(),
        });
        Err(AppError::RuleRefused {
            code: "rule-of-a-lower-body".to_owned(),
            zh: format!(
                "《{}》（{}）对{}的法定人数、通过比例或者通知期提出了要求，由{}通过的规约不能这样规定：删去这些条款，或者提交{}通过",
                title.zh,
                clauses.join("、"),
                above.zh,
                here.zh,
                above.zh
            ),
            en: format!(
                "“{}” ({}) asks something of the quorum, pass share or notice of the {}, which a rule adopted by the {} cannot: take that out, or submit it to the {}",
                title.en,
                clauses.join(", "),
                above.en,
                here.en,
                above.en
            ),
            by: std::iter::once(Authority::Ruling { id: "R27".to_owned() }).chain(cited).collect(),
        })
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
        ctx: &OpContext,
        community: &Community,
        matter: MatterId,
        linked: Option<&Linked>,
        events: &[MatterEvent],
        action: Right,
    ) -> AppResult<RuleDeed> {
        let mut done = RuleDeed::default();
        let Some(Linked { does, loaded }) = linked else { return Ok(done) };
        for event in events {
            let Some(command) = follow(event, matter, *does, &loaded.rule) else { continue };
            if !matches!(command, RuleCommand::Voted { .. } | RuleCommand::Repeal { .. }) {
                done.add(self.rule_deed(ctx, community, loaded, &command, action).await?);
                continue;
            }
            let read = self.register_version(community).await?;
            done.add(self.rule_deed(ctx, community, loaded, &command, action).await?);
            // Repealed before it began: what it was to replace goes on as if it had never been adopted.
            if *does == OnRule::Repeal && loaded.rule.effective.is_some_and(|began| ctx.today < began) {
                let command = RuleCommand::Continue { without: loaded.rule.id };
                for old in Register::new(&self.lives(community).await?).continue_without(loaded.rule.id) {
                    let old = self.load_rule(community, old.id).await?;
                    done.add(self.rule_deed(ctx, community, &old, &command, action).await?);
                }
            }
            done.rows.extend(register_changed(community, read));
        }
        Ok(done)
    }

    /// What goes with the opening of a sitting (R23): the suspensions of what this body adopted end, so that the sitting
    /// votes with the rule or amends it.
    pub(crate) async fn suspensions_ended(
        &self,
        ctx: &OpContext,
        community: &Community,
        body: BodyKind,
        meeting: MeetingId,
    ) -> AppResult<RuleDeed> {
        let mut deed = RuleDeed::default();
        for row in self.rule_rows(community).await? {
            let suspended = row.life.suspensions.last().is_some_and(|(_, until)| until.is_none());
            if !suspended || row.life.adopted_by != Some(body) {
                continue;
            }
            let loaded = self.load_rule(community, row.life.id).await?;
            let command = RuleCommand::EndSuspension { body, meeting };
            let ended =
                self.rule_deed(ctx, community, &loaded, &command, Meeting::right(MeetingAct::Open)).await?;
            deed.add(ended);
        }
        Ok(deed)
    }

    /// 记录失效 (R23): that a rule gave no usable answer is written into its own life, once a day, whatever became of the act
    /// in which it was asked. A suspension can rest on it, and the desk and the town see it.
    pub(crate) async fn record_failure(
        &self,
        ctx: &OpContext,
        community: &Community,
        rule: RuleId,
        failure: &GateFailure,
    ) {
        if !accuses(failure.code) {
            return;
        }
        // The host saw it; nobody who happened to ask has done it.
        let host = OpContext { actor: Actor::default(), key: None, expected: None, ..ctx.clone() };
        let recorded = async {
            let loaded = self.load_rule(community, rule).await?;
            let gate = failure.export.code().to_owned();
            let code = failure.code.as_str().to_owned();
            if loaded.rule.has_recorded(&gate, &code, ctx.today) {
                return Ok(());
            }
            let command = RuleCommand::RecordFailure { gate, code };
            let deed = self.rule_deed(&host, community, &loaded, &command, Action::ViewPublic).await?;
            let mut unit = Unit::of(community.scope.clone());
            unit.entries = deed.entries;
            unit.rows = deed.rows;
            self.store.commit(unit).await?;
            Ok::<_, AppError>(())
        };
        if let Err(error) = recorded.await {
            // Somebody else wrote the same line first, or the disk is full: the act is told of the failure either way.
            tracing::warn!(%rule, %error, "a rule's failure could not be recorded");
        }
    }

    pub(crate) async fn rule_deed(
        &self,
        ctx: &OpContext,
        community: &Community,
        loaded: &LoadedRule,
        command: &RuleCommand,
        action: impl Into<Right>,
    ) -> AppResult<RuleDeed> {
        let events = self.decide_rule(ctx, community, Some(&loaded.rule), command, action).await?;
        let id = loaded.rule.id.to_string();
        let entries = self.drafts(ctx, "rule", &id, loaded.version, &events)?;
        let version = loaded.version + events.len() as u64;
        let rule = events.iter().fold(Some(loaded.rule.clone()), Rule::evolve);
        let rule = rule.ok_or_else(|| AppError::internal("a rule vanished"))?;
        let row = self.put_rule(community, &rule, version, None).await?;
        Ok(RuleDeed { entries, rows: vec![row] })
    }

    pub(crate) async fn decide_rule(
        &self,
        ctx: &OpContext,
        community: &Community,
        state: Option<&Rule>,
        command: &RuleCommand,
        action: impl Into<Right>,
    ) -> AppResult<Vec<RuleEvent>> {
        // A vote is judged by the law of its matter's day, an adoption on paper by the law of its own (R9, R15).
        let law_date = match command {
            RuleCommand::Attest { adoption, .. } => adoption.on,
            RuleCommand::Voted { outcome } | RuleCommand::Repeal { outcome } => outcome.finding.law_date,
            _ => ctx.today,
        };
        let law = self.floor(community.kind, law_date)?;
        let holidays = HolidayCalendar::none();
        // A text is the assembly's, or the representatives' in its stead: whoever follows up the one follows up the other.
        let of = BodyKind::ResidentsAssembly;
        let mut machine = self.machine_context_of(ctx, community, action, of).await?;
        if let (RuleCommand::Voted { .. }, Some(old)) = (command, state.and_then(|rule| rule.replaces)) {
            machine.ties.ends = self.load_rule(community, old).await?.rule.adopted_by();
        }
        let asked = Asked::default();
        Ok(Rule::decide(state, command, &machine.with(ctx, &asked, law, &holidays, &[]))?)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one step, each named at its call")]
    pub(crate) async fn rule_step(
        &self,
        ctx: &OpContext,
        community: &Community,
        loaded: LoadedRule,
        command: RuleCommand,
        action: Right,
        rows: Vec<Row>,
        register: Option<Registered>,
    ) -> AppResult<RuleView> {
        let id = loaded.rule.id;
        let deed = self.rule_deed(ctx, community, &loaded, &command, action).await?;
        let mut unit = Unit::of(community.scope.clone());
        unit.entries = deed.entries;
        unit.rows = rows;
        unit.rows.extend(deed.rows);
        let version = loaded.version + unit.entries.len() as u64;
        let mut events = Vec::with_capacity(unit.entries.len());
        for entry in &unit.entries {
            events.push(serde_json::from_value(entry.body.clone()).map_err(AppError::internal)?);
        }
        if let Some(Registered { read, ends }) = register {
            unit.rows.extend(register_changed(community, read));
            for (old, on) in ends {
                let old = self.load_rule(community, old).await?;
                let command = RuleCommand::Supersede { by: id, on };
                let ended = self.rule_deed(ctx, community, &old, &command, action).await?;
                unit.entries.extend(ended.entries);
                unit.rows.extend(ended.rows);
            }
        }
        let rule = events
            .iter()
            .fold(Some(loaded.rule), Rule::evolve)
            .ok_or_else(|| AppError::internal("a rule vanished"))?;
        let view = self.rule_view(ctx, community, &rule, version, &unit.rows).await?;
        self.commit(ctx, unit, 200, view).await
    }

    #[expect(clippy::too_many_arguments, reason = "a rule and its matter are opened in one unit")]
    pub(crate) async fn open_with_matter(
        &self,
        ctx: &OpContext,
        community: &Community,
        id: RuleId,
        events: &[RuleEvent],
        matter: MatterId,
        deed: OnRule,
        suggestion: Suggestion,
        rows: Vec<Row>,
    ) -> AppResult<DraftView> {
        let (rule, version) = if events.is_empty() {
            let loaded = self.load_rule(community, id).await?;
            (loaded.rule, loaded.version)
        } else {
            let rule = Rule::fold(events).ok_or_else(|| AppError::internal("no rule came of the events"))?;
            (rule, events.len() as u64)
        };
        let ends = if deed == OnRule::Repeal { Some(id) } else { rule.replaces };
        let Suggested { events: matter_events, mut unit, .. } =
            self.suggestion(ctx, community, matter, suggestion, ends).await?;
        let opened =
            Matter::fold(&matter_events).ok_or_else(|| AppError::internal("a suggestion made no matter"))?;
        unit.entries.extend(self.drafts(ctx, "rule", &id.to_string(), 0, events)?);
        unit.rows.extend(rows);
        unit.rows.push(Row::PutView(ViewRow {
            kind: LINK.to_owned(),
            id: matter.to_string(),
            sort: String::new(),
            parent: Some(id.to_string()),
            version: 1,
            body: json!({ "rule": id, "deed": deed }),
        }));
        if !events.is_empty() {
            unit.rows.push(self.put_rule(community, &rule, version, Some(matter)).await?);
        }
        unit.rows.push(self.matter_row(community, &opened, 1, &unit.rows).await?);
        let mut matter_view =
            self.matter_view(ctx, community, &opened, 1, &matter_events, &[], &unit.rows).await?;
        matter_view.rule = Some(id);
        let mut rule_view = self.rule_view(ctx, community, &rule, version, &unit.rows).await?;
        rule_view.matter = Some(matter);
        self.commit(ctx, unit, 201, DraftView { rule: rule_view, matter: matter_view }).await
    }

    pub(crate) async fn shelved(&self, community: &Community, digest: &Digest) -> AppResult<Arc<Inspection>> {
        let row = self.store.shelf_item(&community.scope, digest).await?;
        row.ok_or(AppError::NotFound { what: "component on this shelf" })?;
        self.component(digest).await
    }

    /// A place in the line of checks, or that it is full.
    pub(crate) fn check_place(&self, community: &Community) -> AppResult<CheckPlace> {
        self.turns.check(&community.row.town, community.id).map_err(AppError::LineFull)
    }

    /// Runs every check of the shelf, under these settings or the manifest's defaults, when it is this one's turn.
    pub(crate) async fn examine(
        &self,
        ctx: &OpContext,
        community: &Community,
        bytes: Arc<Vec<u8>>,
        settings: Option<Value>,
        place: CheckPlace,
    ) -> AppResult<Value> {
        place.turn().await;
        let floor = self.floor(community.kind, ctx.today)?;
        let pins = self.pins_today(ctx, community).await?;
        let charter = match &pins.charter {
            Some(pin) => match self.rule_ref(community, pin).await {
                Ok(charter) => Some((pin.rule, charter)),
                // A charter that no longer loads cannot vet anything; it is about to be replaced.
                Err(error) if error.is_broken_component() => None,
                Err(error) => return Err(error),
            },
            None => None,
        };
        let gate = self.gate_context(ctx, community, ctx.today, &Default::default()).await?;
        let rulebook = Arc::clone(&self.rulebook);
        let vetted_by = charter.as_ref().map(|(_, charter)| charter.clone());
        let (report, failed) = tokio::task::spawn_blocking(move || {
            let with = |charter: Option<RuleRef>| {
                let rules = yishi_rulebook::RuleSet { charter, ..yishi_rulebook::RuleSet::default() };
                rulebook.shelve(&bytes, &gate, floor, &rules, settings.as_ref())
            };
            let first = with(vetted_by.clone());
            // A charter that gives no answer vets nothing and stands in nobody's way: whether it is the one that
            // failed is found by asking it alone.
            let Some(charter) = first.is_err().then_some(vetted_by).flatten() else { return (first, None) };
            match charter_fails(&rulebook, &bytes, &gate, charter, settings.as_ref()) {
                Some(failure) => (with(None), Some(failure)),
                None => (first, None),
            }
        })
        .await
        .map_err(AppError::internal)?;
        if let (Some(failure), Some((rule, _))) = (&failed, &charter) {
            self.record_failure(ctx, community, *rule, failure).await;
        }
        let mut report = serde_json::to_value(&report?).map_err(AppError::internal)?;
        if let (Some(failure), Some(report)) = (failed, report.as_object_mut()) {
            let told = json!({ "code": failure.code, "zh": failure.message_zh, "en": failure.message_en });
            report.insert("not-vetted".to_owned(), told);
        }
        Ok(report)
    }

    /// Component and settings, checked and ready to be put into a draft or an attestation.
    pub(crate) async fn prepare(
        &self,
        ctx: &OpContext,
        community: &Community,
        component: Digest,
        settings: Option<Value>,
    ) -> AppResult<Prepared> {
        let place = self.check_place(community)?;
        let inspection = self.shelved(community, &component).await?;
        let settings = settings.unwrap_or_else(|| inspection.manifest.settings.defaults.clone());
        let rulebook = Arc::clone(&self.rulebook);
        let candidate = settings.clone();
        let faults = tokio::task::spawn_blocking(move || rulebook.validate_settings(&component, &candidate))
            .await
            .map_err(AppError::internal)??
            .value;
        if !faults.is_empty() {
            let faults = faults.into_iter().map(|fault| crate::FieldError {
                pointer: format!("/settings{}", fault.pointer),
                code: "bad-settings",
                ..fault
            });
            return Err(AppError::Invalid(faults.collect()));
        }
        let bytes =
            self.store.component(&component).await?.ok_or(AppError::NotFound { what: "component" })?;
        self.examine(ctx, community, Arc::new(bytes), Some(settings.clone()), place).await?;
        let reference =
            RuleRef::new(component, &inspection.manifest, &settings).map_err(AppError::internal)?;
        let manifest = yishi_canonical::digest_of(&*inspection.manifest).map_err(AppError::internal)?;
        // Under the digest the pins name: the settings' bytes are canonical already.
        let document = DocumentRow::public("application/json", reference.settings.as_bytes().to_vec());
        Ok(Prepared {
            kind: inspection.manifest.kind,
            version: RuleVersion { component, settings: reference.settings_digest },
            manifest,
            inspection,
            rows: vec![Row::PutDocument(document)],
        })
    }
}

/// What is in force as it was read, and what ends because something new begins.
pub(crate) struct Registered {
    pub(crate) read: u64,
    pub(crate) ends: Vec<(RuleId, jiff::civil::Date)>,
}

/// What is in force must still be what was read.
pub(crate) fn register_as_read(community: &Community, read: u64) -> Row {
    Row::ExpectView { kind: REGISTER.to_owned(), id: community.id.to_string(), version: read }
}

/// As [`register_as_read`], and it changes with this unit.
pub(crate) fn register_changed(community: &Community, read: u64) -> [Row; 2] {
    let put = ViewRow {
        kind: REGISTER.to_owned(),
        id: community.id.to_string(),
        sort: String::new(),
        parent: None,
        version: read + 1,
        body: Value::Null,
    };
    [register_as_read(community, read), Row::PutView(put)]
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

/// Whether the charter in force fails when it is asked to vet this component.
fn charter_fails(
    rulebook: &yishi_rulebook::Rulebook,
    bytes: &[u8],
    gate: &yishi_rulebook::GateContext,
    charter: RuleRef,
    settings: Option<&Value>,
) -> Option<GateFailure> {
    let inspection = rulebook.load(bytes).ok()?;
    let manifest = &inspection.manifest;
    let settings = settings.unwrap_or(&manifest.settings.defaults).to_string();
    let rules = yishi_rulebook::RuleSet { charter: Some(charter), ..yishi_rulebook::RuleSet::default() };
    let candidate = yishi_rulebook::candidate(manifest, &settings);
    rulebook.vet(&rules, gate, &candidate).err().filter(|failure| accuses(failure.code))
}

pub(crate) struct Prepared {
    pub(crate) kind: RuleKind,
    pub(crate) version: RuleVersion,
    pub(crate) manifest: Digest,
    pub(crate) inspection: Arc<Inspection>,
    pub(crate) rows: Vec<Row>,
}

impl Prepared {
    pub(crate) fn subject(&self) -> Subject {
        subject_of(self.kind)
    }
}
