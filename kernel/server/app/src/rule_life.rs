//! 规则与事项 (a rule's life beside its matter): what each step of the one means for the other.

use std::sync::Arc;

use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_deliberation::matter::MatterEvent;
use yishi_deliberation::rule::{Rule, RuleCommand, RuleEvent, RuleKind, Standing};
use yishi_deliberation::{BallotOutcome, Matter, RulePin, RuleVersion};
use yishi_identity::{Action, CommunityId, MatterId, RuleId};
use yishi_law::days::HolidayCalendar;
use yishi_law::{BodyKind, Subject};
use yishi_rulebook::{Inspection, RuleRef, wire};
use yishi_storage::{DocumentRow, EntryDraft, Page, Row, Unit, ViewQuery, ViewRow};

use crate::gates::Asked;
use crate::inputs::Suggestion;
use crate::load::expect_version;
use crate::rules::{LINK, MOST_RULES, VIEW, rule_row, subject_of};
use crate::views::{DraftView, RuleSummary, RuleView};
use crate::{App, AppError, AppResult, Community, OpContext};

/// What a matter does to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Deed {
    Adopt,
    Repeal,
}

pub(crate) struct LoadedRule {
    pub(crate) rule: Rule,
    pub(crate) version: u64,
}

impl App {
    pub(crate) async fn load_rule(&self, community: &Community, id: RuleId) -> AppResult<LoadedRule> {
        let stream = self.events::<RuleEvent>(&community.scope, &id.to_string()).await?;
        let rule = Rule::fold(&stream.events).ok_or(AppError::NotFound { what: "rule" })?;
        Ok(LoadedRule { rule, version: stream.version })
    }

    pub(crate) async fn rule_for(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
        action: Action,
    ) -> AppResult<(Community, LoadedRule)> {
        let community = self.scope(ctx, community, action).await?;
        let loaded = self.load_rule(&community, id).await?;
        expect_version(ctx, loaded.version)?;
        Ok((community, loaded))
    }

    pub(crate) async fn all_rules(&self, community: &Community) -> AppResult<Vec<LoadedRule>> {
        let query = ViewQuery {
            kind: VIEW.to_owned(),
            parent: None,
            page: Page::first(MOST_RULES),
            descending: false,
        };
        let mut rules = Vec::new();
        for row in self.store.views(&community.scope, &query).await? {
            rules.push(self.load_rule(community, row.id.parse().map_err(AppError::internal)?).await?);
        }
        Ok(rules)
    }

    pub(crate) async fn rule_summaries(
        &self,
        ctx: &OpContext,
        community: &Community,
    ) -> AppResult<Vec<RuleSummary>> {
        let mut summaries = Vec::new();
        for loaded in self.all_rules(community).await? {
            summaries.push(self.rule_summary(ctx, &loaded.rule).await?);
        }
        Ok(summaries)
    }

    /// The charter and the rules in force on the day of the act.
    pub(crate) async fn in_force(
        &self,
        ctx: &OpContext,
        community: &Community,
    ) -> AppResult<(Option<RulePin>, Vec<RulePin>)> {
        let pins = self.pins_today(ctx, community).await?;
        Ok((pins.charter, pins.rules))
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
    ) -> AppResult<Option<(RuleId, Deed)>> {
        let Some(row) = self.store.view(&community.scope, LINK, &matter.to_string()).await? else {
            return Ok(None);
        };
        let rule = row.body["rule"].as_str().unwrap_or_default().parse().map_err(AppError::internal)?;
        let deed = serde_json::from_value(row.body["deed"].clone()).map_err(AppError::internal)?;
        Ok(Some((rule, deed)))
    }

    /// The exact version a matter puts to the vote, or the rule it repeals, if it is about a rule.
    pub(crate) async fn rule_version_of(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<(Option<RuleVersion>, Option<RuleId>)> {
        match self.link(community, matter).await? {
            Some((rule, Deed::Adopt)) => {
                Ok((Some(self.load_rule(community, rule).await?.rule.version), None))
            }
            Some((rule, Deed::Repeal)) => Ok((None, Some(rule))),
            None => Ok((None, None)),
        }
    }

    /// The rule a matter would replace or repeal.
    pub(crate) async fn ends_rule(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<Option<RuleId>> {
        match self.link(community, matter).await? {
            Some((rule, Deed::Adopt)) => Ok(self.load_rule(community, rule).await?.rule.replaces),
            Some((rule, Deed::Repeal)) => Ok(Some(rule)),
            None => Ok(None),
        }
    }

    /// Checks a rule once more before it is put to the vote (floor, charter in force, scenarios): the law or the charter
    /// may have changed since it was drafted.
    pub(crate) async fn vet_before_vote(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<()> {
        let Some((rule, Deed::Adopt)) = self.link(community, matter).await? else { return Ok(()) };
        let version = self.load_rule(community, rule).await?.rule.version;
        let settings = self.text(&community.scope, &version.settings).await?;
        let settings = serde_json::from_str(&settings).map_err(AppError::internal)?;
        let bytes = self
            .store
            .component(&version.component)
            .await?
            .ok_or(AppError::NotFound { what: "component" })?;
        self.examine(ctx, community, bytes, Some(settings)).await?;
        Ok(())
    }

    /// The entry in a rule's stream that goes with the end of its consultation.
    pub(crate) async fn rule_consulted(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: MatterId,
        report: Digest,
    ) -> AppResult<Vec<EntryDraft>> {
        let Some((rule, Deed::Adopt)) = self.link(community, matter).await? else { return Ok(Vec::new()) };
        let loaded = self.load_rule(community, rule).await?;
        let command = RuleCommand::Consulted { matter, version: loaded.rule.version, report };
        self.rule_entries(ctx, community, &loaded, &command, Action::CloseConsultation).await
    }

    /// The entry that goes with the vote on a rule: adoption or defeat. A repeal waits for its posting.
    pub(crate) async fn rule_voted(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: MatterId,
        outcome: &BallotOutcome,
    ) -> AppResult<Vec<EntryDraft>> {
        let Some((rule, Deed::Adopt)) = self.link(community, matter).await? else { return Ok(Vec::new()) };
        let loaded = self.load_rule(community, rule).await?;
        let command = RuleCommand::Voted { outcome: Box::new(outcome.clone()) };
        self.rule_entries(ctx, community, &loaded, &command, Action::RecordResolution).await
    }

    /// The entry that goes with filing.
    pub(crate) async fn rule_filed(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: MatterId,
        receipt: Digest,
    ) -> AppResult<Vec<EntryDraft>> {
        let Some((rule, Deed::Adopt)) = self.link(community, matter).await? else { return Ok(Vec::new()) };
        let loaded = self.load_rule(community, rule).await?;
        self.rule_entries(ctx, community, &loaded, &RuleCommand::File { receipt }, Action::FileDecision).await
    }

    /// The entry that goes with the disclosure of a decision to repeal: the rule ends when the posting is over.
    pub(crate) async fn rule_repealed(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: &Matter,
        days: u16,
    ) -> AppResult<Vec<EntryDraft>> {
        let Some((rule, Deed::Repeal)) = self.link(community, matter.id).await? else {
            return Ok(Vec::new());
        };
        let (Some(outcome), loaded) = (&matter.resolution, self.load_rule(community, rule).await?) else {
            return Ok(Vec::new());
        };
        // It may have been replaced or repealed by another matter meanwhile: then nothing is left to end.
        if !loaded.rule.may_end() {
            return Ok(Vec::new());
        }
        let command = RuleCommand::Repeal { outcome: Box::new(outcome.clone()), from: ctx.today, days };
        self.rule_entries(ctx, community, &loaded, &command, Action::Disclose).await
    }

    /// The entries that go with the minutes of an assembly: suspensions of an earlier day end with it.
    pub(crate) async fn suspensions_ended(
        &self,
        ctx: &OpContext,
        community: &Community,
        body: BodyKind,
        held_on: jiff::civil::Date,
        minutes: Digest,
    ) -> AppResult<Vec<EntryDraft>> {
        let mut entries = Vec::new();
        for loaded in self.all_rules(community).await? {
            if loaded.rule.suspension_ends_with(body, held_on, ctx.today) {
                let command = RuleCommand::EndSuspension { body, held_on, minutes };
                entries
                    .extend(self.rule_entries(ctx, community, &loaded, &command, Action::RunMeeting).await?);
            }
        }
        Ok(entries)
    }

    /// The entry that goes with a matter's withdrawal or lapse.
    pub(crate) async fn rule_withdrawn(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: MatterId,
        reasons: Digest,
    ) -> AppResult<Vec<EntryDraft>> {
        let Some((rule, Deed::Adopt)) = self.link(community, matter).await? else { return Ok(Vec::new()) };
        let loaded = self.load_rule(community, rule).await?;
        self.rule_entries(ctx, community, &loaded, &RuleCommand::Withdraw { reasons }, Action::WithdrawMatter)
            .await
    }

    pub(crate) async fn rule_entries(
        &self,
        ctx: &OpContext,
        community: &Community,
        loaded: &LoadedRule,
        command: &RuleCommand,
        action: Action,
    ) -> AppResult<Vec<EntryDraft>> {
        let events = self.decide_rule(ctx, community, Some(&loaded.rule), command, action).await?;
        self.drafts(ctx, "rule", &loaded.rule.id.to_string(), loaded.version, &events)
    }

    pub(crate) async fn decide_rule(
        &self,
        ctx: &OpContext,
        community: &Community,
        state: Option<&Rule>,
        command: &RuleCommand,
        action: Action,
    ) -> AppResult<Vec<RuleEvent>> {
        // A vote is judged by the law of its matter's day, an adoption on paper by the law of its own (R9, R15).
        let law_date = match command {
            RuleCommand::Attest { adoption, .. } => adoption.on,
            RuleCommand::Voted { outcome } | RuleCommand::Repeal { outcome, .. } => outcome.finding.law_date,
            _ => ctx.today,
        };
        let law = self.floor(community.kind, law_date)?;
        let holidays = HolidayCalendar::none();
        let machine = self.machine_context(ctx, community, action).await?;
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
        action: Action,
        rows: Vec<Row>,
        supersedes: Option<(RuleId, jiff::civil::Date)>,
    ) -> AppResult<RuleView> {
        let events = self.decide_rule(ctx, community, Some(&loaded.rule), &command, action).await?;
        let id = loaded.rule.id;
        let mut unit = Unit::of(community.scope.clone());
        unit.entries = self.drafts(ctx, "rule", &id.to_string(), loaded.version, &events)?;
        if let Some((old, on)) = supersedes {
            let old = self.load_rule(community, old).await?;
            let command = RuleCommand::Supersede { by: id, on };
            unit.entries.extend(self.rule_entries(ctx, community, &old, &command, action).await?);
        }
        let version = loaded.version + events.len() as u64;
        let rule = events
            .iter()
            .fold(Some(loaded.rule), Rule::evolve)
            .ok_or_else(|| AppError::internal("a rule vanished"))?;
        unit.rows = rows;
        unit.rows.push(rule_row(&rule, version, None));
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
        deed: Deed,
        suggestion: Suggestion,
        rows: Vec<Row>,
    ) -> AppResult<DraftView> {
        let (matter_events, mut unit): (Vec<MatterEvent>, Unit) =
            self.suggestion(ctx, community, matter, suggestion).await?;
        let opened =
            Matter::fold(&matter_events).ok_or_else(|| AppError::internal("a suggestion made no matter"))?;
        let (rule, version) = if events.is_empty() {
            let loaded = self.load_rule(community, id).await?;
            (loaded.rule, loaded.version)
        } else {
            let rule = Rule::fold(events).ok_or_else(|| AppError::internal("no rule came of the events"))?;
            (rule, events.len() as u64)
        };
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
            unit.rows.push(rule_row(&rule, version, Some(matter)));
        }
        unit.rows.push(self.matter_row(community, &opened, 1, &unit.rows).await?);
        let mut matter_view =
            self.matter_view(ctx, community, &opened, 1, &matter_events, &[], &unit.rows).await?;
        matter_view.rule = Some(id.to_string());
        let mut rule_view = self.rule_view(ctx, community, &rule, version, &unit.rows).await?;
        rule_view.matter = Some(matter.to_string());
        self.commit(ctx, unit, 201, DraftView { rule: rule_view, matter: matter_view }).await
    }

    pub(crate) async fn shelved(&self, community: &Community, digest: &Digest) -> AppResult<Arc<Inspection>> {
        let row = self.store.shelf_item(&community.scope, digest).await?;
        row.ok_or(AppError::NotFound { what: "component on this shelf" })?;
        self.component(digest).await
    }

    /// Runs every check of the shelf, under these settings or the manifest's defaults.
    pub(crate) async fn examine(
        &self,
        ctx: &OpContext,
        community: &Community,
        bytes: Vec<u8>,
        settings: Option<Value>,
    ) -> AppResult<Value> {
        let floor = self.floor(community.kind, ctx.today)?;
        let pins = self.pins_today(ctx, community).await?;
        let rules = match self.rule_set(community, &pins, ctx.today, None).await {
            Ok(play) => play.set,
            // A charter that no longer loads cannot vet anything; it is about to be replaced.
            Err(AppError::Plugin(_)) => yishi_rulebook::RuleSet::default(),
            Err(error) => return Err(error),
        };
        let gate = self.gate_context(ctx, community, ctx.today, &Default::default()).await?;
        let rulebook = Arc::clone(&self.rulebook);
        let report = tokio::task::spawn_blocking(move || {
            rulebook.shelve(&bytes, &gate, floor, &rules, settings.as_ref())
        })
        .await
        .map_err(AppError::internal)??;
        serde_json::to_value(&report).map_err(AppError::internal)
    }

    /// Component and settings, checked and ready to be put into a draft or an attestation.
    pub(crate) async fn prepare(
        &self,
        ctx: &OpContext,
        community: &Community,
        component: Digest,
        settings: Option<Value>,
    ) -> AppResult<Prepared> {
        let inspection = self.shelved(community, &component).await?;
        let settings = settings.unwrap_or_else(|| inspection.manifest.settings.defaults.clone());
        let rulebook = Arc::clone(&self.rulebook);
        let candidate = settings.clone();
        let faults = tokio::task::spawn_blocking(move || rulebook.validate_settings(&component, &candidate))
            .await
            .map_err(AppError::internal)??
            .value;
        if !faults.is_empty() {
            let faults = faults.into_iter().map(|fault| {
                crate::FieldError::new(
                    format!("/settings{}", fault.pointer),
                    "bad-settings",
                    fault.message.clone(),
                    fault.message,
                )
            });
            return Err(AppError::Invalid(faults.collect()));
        }
        let bytes =
            self.store.component(&component).await?.ok_or(AppError::NotFound { what: "component" })?;
        self.examine(ctx, community, bytes, Some(settings.clone())).await?;
        let reference =
            RuleRef::new(component, &inspection.manifest, &settings).map_err(AppError::internal)?;
        let manifest = yishi_canonical::digest_of(&*inspection.manifest).map_err(AppError::internal)?;
        let document = DocumentRow {
            digest: reference.settings_digest,
            media_type: "application/json".to_owned(),
            bytes: reference.settings.as_bytes().to_vec(),
        };
        let kind = match inspection.manifest.kind {
            wire::RuleKind::Charter => RuleKind::Charter,
            wire::RuleKind::ImplementationRule => RuleKind::ImplementationRule,
            wire::RuleKind::VillageRegulation => RuleKind::VillageRegulation,
        };
        Ok(Prepared {
            kind,
            version: RuleVersion { component, settings: reference.settings_digest },
            manifest,
            inspection,
            rows: vec![Row::PutDocument(document)],
        })
    }

    /// The rule in force that a new one takes the place of: said by the drafter, or the one of the same kind and name.
    pub(crate) async fn replaced_by(
        &self,
        ctx: &OpContext,
        community: &Community,
        kind: RuleKind,
        name: &str,
        said: Option<RuleId>,
    ) -> AppResult<Option<RuleId>> {
        if let Some(id) = said {
            self.load_rule(community, id).await?;
            return Ok(Some(id));
        }
        for loaded in self.all_rules(community).await? {
            let standing = loaded.rule.standing(ctx.today);
            if !matches!(standing, Standing::InForce | Standing::Suspended) || loaded.rule.kind != kind {
                continue;
            }
            if kind == RuleKind::Charter {
                return Ok(Some(loaded.rule.id));
            }
            let same = match self.component(&loaded.rule.version.component).await {
                Ok(inspection) => inspection.manifest.name == name,
                Err(_) => false,
            };
            if same {
                return Ok(Some(loaded.rule.id));
            }
        }
        Ok(None)
    }
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
