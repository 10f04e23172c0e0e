//! 规则 (rules): the shelf, drafting, attestation, promulgation, suspension — everything in a rule's life but the vote.
//!
//! The vote is a matter's business ([`crate::matters`]): drafting a rule opens the matter that adopts it, and each step
//! of that matter which means something to the rule (consulted, voted, filed, withdrawn) is written into the rule's own
//! stream in the same unit. So neither can say something that the other does not.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_deliberation::matter::MatterEvent;
use yishi_deliberation::rule::{Adoption, PaperAdoption, Rule, RuleCommand, RuleEvent, RuleKind, Standing};
use yishi_deliberation::{BallotOutcome, Matter, RulePin, RuleVersion};
use yishi_identity::{Action, CommunityId, MatterId, RuleId};
use yishi_law::days::HolidayCalendar;
use yishi_law::{Count, Step, Subject};
use yishi_rulebook::{Inspection, RuleRef, wire};
use yishi_storage::{DocumentRow, EntryDraft, Page, Row, ShelfRow, Unit, ViewQuery, ViewRow};

use crate::bodies::{keep, keep_internal};
use crate::gates::{Asked, At};
use crate::inputs::{NewAttestation, NewRule, Promulgation, Reasons, ShelfCheck, Suggestion};
use crate::load::expect_version;
use crate::views::{DraftView, RuleSummary, RuleView, ShelfView};
use crate::{App, AppError, AppResult, Community, OpContext, words};

/// The read model that lists rules.
const VIEW: &str = "rule";
/// The read model that finds the rule of a matter.
const LINK: &str = "rule-of-matter";
/// A community has tens of rules, not thousands.
const MOST_RULES: u32 = 100;
/// Domain of the matters that adopt rules.
const DOMAIN: &str = "rules";

/// What a matter does to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Deed {
    Adopt,
    Repeal,
}

pub(crate) struct LoadedRule {
    pub(crate) rule: Rule,
    pub(crate) version: u64,
}

impl App {
    /// 上架 (checks a component and puts it on the community's shelf).
    ///
    /// # Errors
    /// [`AppError::Plugin`] naming the first fault; the authorisation errors.
    pub async fn shelve(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        bytes: Vec<u8>,
    ) -> AppResult<ShelfView> {
        let community = self.scope(ctx, community, Action::ShelveRule).await?;
        let report = self.examine(ctx, &community, bytes.clone(), None).await?;
        let digest = Digest::of(&bytes);
        let inspection = self.rulebook.inspection(&digest).ok_or(AppError::NotFound { what: "component" })?;
        let manifest = &inspection.manifest;
        let row = ShelfRow {
            digest,
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            kind: words::code(&manifest.kind),
            actor: ctx.actor.account.map(|account| account.to_string()).unwrap_or_default(),
            added: ctx.now,
            report,
        };
        let view = shelf_view(&row, &inspection);
        let stream = format!("shelf_{}", community.id);
        let version = self.next_version(&community.scope, &stream).await?;
        let body = json!({ "component": digest, "name": row.name, "version": row.version, "kind": row.kind });
        let unit = Unit::of(community.scope.clone())
            .entry(self.entry(ctx, &stream, version, "shelf.added", body))
            .row(Row::PutComponent { digest, bytes })
            .row(Row::PutShelf(row));
        self.commit(ctx, unit, 201, view).await
    }

    /// 试算 (how a shelved component comes out under other settings; nothing is stored).
    ///
    /// # Errors
    /// [`AppError::Plugin`]; [`AppError::NotFound`] when it is not on the shelf; the authorisation errors.
    pub async fn check_shelved(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        digest: Digest,
        input: ShelfCheck,
    ) -> AppResult<Value> {
        let community = self.scope(ctx, community, Action::ViewShelf).await?;
        self.shelved(&community, &digest).await?;
        let bytes = self.store.component(&digest).await?.ok_or(AppError::NotFound { what: "component" })?;
        self.examine(ctx, &community, bytes, Some(input.settings)).await
    }

    /// 规则架.
    ///
    /// # Errors
    /// The authorisation errors.
    pub async fn shelf(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Vec<ShelfView>> {
        let community = self.scope(ctx, community, Action::ViewShelf).await?;
        let mut views = Vec::new();
        for row in self.store.shelf(&community.scope).await? {
            let inspection = self.component(&row.digest).await?;
            views.push(shelf_view(&row, &inspection));
        }
        Ok(views)
    }

    /// 起草规则 (fixes component and settings, and opens the matter that adopts exactly these).
    ///
    /// # Errors
    /// [`AppError::Plugin`] when the settings are not lawful or the charter refuses; the authorisation errors.
    pub async fn draft_rule(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        input: NewRule,
    ) -> AppResult<DraftView> {
        let community = self.scope(ctx, community, Action::DraftRule).await?;
        let prepared = self.prepare(ctx, &community, input.component, input.settings).await?;
        let id = RuleId::from_uuid(self.uuid(ctx));
        let matter = MatterId::from_uuid(self.uuid(ctx));
        let manifest = &prepared.inspection.manifest;
        let replaces =
            self.replaced_by(ctx, &community, prepared.kind, &manifest.name, input.replaces).await?;
        let command = RuleCommand::Draft {
            id,
            kind: prepared.kind,
            version: prepared.version,
            manifest: prepared.manifest,
            domains: manifest.domains.clone(),
            replaces,
        };
        let events = self.decide_rule(ctx, &community, None, &command, Action::DraftRule).await?;
        let suggestion = Suggestion {
            title: format!("通过《{}》", manifest.title.zh()),
            text: input.text,
            domain: DOMAIN.to_owned(),
            subjects: BTreeSet::from([prepared.subject()]),
            amount_fen: None,
            per_household_fen: None,
            suggested_by: None,
        };
        self.open_with_matter(ctx, &community, id, &events, matter, Deed::Adopt, suggestion, prepared.rows)
            .await
    }

    /// 提请废止规则 (opens the matter that repeals a rule in force).
    ///
    /// # Errors
    /// [`AppError::NotFound`]; a conflict when it is not in force; the authorisation errors.
    pub async fn propose_repeal(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
        input: Reasons,
    ) -> AppResult<DraftView> {
        let (community, loaded) = self.rule_for(ctx, community, id, Action::DraftRule).await?;
        if !matches!(loaded.rule.standing(ctx.today), Standing::InForce | Standing::Suspended) {
            return Err(AppError::conflict(
                "not-in-force",
                "这条规则没有在生效",
                "this rule is not in force",
            ));
        }
        let inspection = self.component(&loaded.rule.version.component).await?;
        let suggestion = Suggestion {
            title: format!("废止《{}》", inspection.manifest.title.zh()),
            text: input.reasons,
            domain: DOMAIN.to_owned(),
            subjects: BTreeSet::from([subject_of(loaded.rule.kind)]),
            amount_fen: None,
            per_household_fen: None,
            suggested_by: None,
        };
        let matter = MatterId::from_uuid(self.uuid(ctx));
        self.open_with_matter(ctx, &community, id, &[], matter, Deed::Repeal, suggestion, Vec::new()).await
    }

    /// 录入既有规则 (R15): by one official; the town confirms.
    ///
    /// # Errors
    /// [`AppError::Plugin`]; a refusal when the counts on paper would not have passed; the authorisation errors.
    pub async fn attest(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        input: NewAttestation,
    ) -> AppResult<RuleView> {
        let community = self.scope(ctx, community, Action::AttestRule).await?;
        let mut prepared = self.prepare(ctx, &community, input.component, input.settings).await?;
        let minutes = keep_internal(&mut prepared.rows, "/minutes", &input.minutes)?;
        let effective = input.effective.unwrap_or_else(|| yishi_law::days::add_days(input.adopted_on, 1));
        let counts = input.counts;
        let count = Count {
            in_office: counts.in_office,
            present: counts.present,
            yes: counts.yes,
            no: counts.no,
            abstain: counts.abstain,
            spoilt: 0,
            recused: 0,
        };
        let id = RuleId::from_uuid(self.uuid(ctx));
        let command = RuleCommand::Attest {
            id,
            kind: prepared.kind,
            version: prepared.version,
            manifest: prepared.manifest,
            domains: prepared.inspection.manifest.domains.clone(),
            adoption: PaperAdoption {
                body: input.body,
                mode: input.mode,
                on: input.adopted_on,
                count,
                minutes,
                effective,
            },
        };
        let events = self.decide_rule(ctx, &community, None, &command, Action::AttestRule).await?;
        let rule = Rule::fold(&events).ok_or_else(|| AppError::internal("no rule came of the events"))?;
        let mut unit = Unit::of(community.scope.clone());
        unit.entries = self.drafts(ctx, "rule", &id.to_string(), 0, &events)?;
        unit.rows = prepared.rows;
        unit.rows.push(rule_row(&rule, 1, None));
        let view = self.rule_view(ctx, &community, &rule, 1, &unit.rows).await?;
        self.commit(ctx, unit, 201, view).await
    }

    /// 确认既有规则, for the town, by another person. A charter so confirmed takes the place of the one before.
    ///
    /// # Errors
    /// A refusal of the machine; the authorisation errors.
    pub async fn confirm_attestation(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
    ) -> AppResult<RuleView> {
        let (community, loaded) = self.rule_for(ctx, community, id, Action::ConfirmAttestation).await?;
        let supersedes = match loaded.rule.kind {
            RuleKind::Charter => self.in_force(ctx, &community).await?.0.map(|pin| pin.rule),
            _ => None,
        };
        let effective = loaded.rule.effective.unwrap_or(ctx.today).max(ctx.today);
        let command = RuleCommand::ConfirmAttestation;
        self.rule_step(
            ctx,
            &community,
            loaded,
            command,
            Action::ConfirmAttestation,
            Vec::new(),
            supersedes.map(|old| (old, effective)),
        )
        .await
    }

    /// 不予确认既有规则.
    ///
    /// # Errors
    /// A refusal of the machine; the authorisation errors.
    pub async fn reject_attestation(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
        input: Reasons,
    ) -> AppResult<RuleView> {
        let (community, loaded) = self.rule_for(ctx, community, id, Action::ConfirmAttestation).await?;
        let mut rows = Vec::new();
        let reasons = keep(&mut rows, "/reasons", &input.reasons)?;
        let command = RuleCommand::RejectAttestation { reasons };
        self.rule_step(ctx, &community, loaded, command, Action::ConfirmAttestation, rows, None).await
    }

    /// 颁布 (posted with the decision, in force from a day; the rule it replaces ends on that day).
    ///
    /// # Errors
    /// A refusal when the vote, the filing or the posting is missing; the authorisation errors.
    pub async fn promulgate(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
        input: Promulgation,
    ) -> AppResult<RuleView> {
        let (community, loaded) = self.rule_for(ctx, community, id, Action::AdvanceRule).await?;
        let Some((matter, _, _)) = loaded.rule.consulted else {
            return Err(AppError::conflict(
                "not-adopted",
                "规则尚未经会议通过",
                "the rule has not been adopted by vote",
            ));
        };
        let matter = self.load_matter(&community, matter).await?.matter;
        let facts = self.facts(&community, &matter).await?;
        let at = At::step(yishi_law::BodyKind::ResidentsCommittee, Step::DiscloseDecision);
        let asked = self.ask(ctx, &community, &matter.pins, &facts, at, &json!({})).await?;
        let Some(disclosure) = matter.decision_disclosure else {
            return Err(AppError::conflict(
                "not-disclosed",
                "决议尚未公开",
                "the decision has not been disclosed",
            ));
        };
        let demanded = asked.terms.posting_days.as_ref().map_or(0, |days| days.value);
        let days = posted_days(&disclosure.period, disclosure.from).max(demanded);
        let supersedes = loaded.rule.replaces.map(|old| (old, input.effective));
        let command = RuleCommand::Promulgate { from: disclosure.from, days, effective: input.effective };
        self.rule_step(ctx, &community, loaded, command, Action::AdvanceRule, Vec::new(), supersedes).await
    }

    /// 暂停规则, by the joint committees with recorded reasons; never a charter.
    ///
    /// # Errors
    /// A refusal of the machine; the authorisation errors.
    pub async fn suspend(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
        input: Reasons,
    ) -> AppResult<RuleView> {
        let (community, loaded) = self.rule_for(ctx, community, id, Action::SuspendRule).await?;
        let mut rows = Vec::new();
        let reasons = keep(&mut rows, "/reasons", &input.reasons)?;
        self.rule_step(
            ctx,
            &community,
            loaded,
            RuleCommand::Suspend { reasons },
            Action::SuspendRule,
            rows,
            None,
        )
        .await
    }

    /// 恢复规则.
    ///
    /// # Errors
    /// A refusal of the machine; the authorisation errors.
    pub async fn resume(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
        input: Reasons,
    ) -> AppResult<RuleView> {
        let (community, loaded) = self.rule_for(ctx, community, id, Action::ResumeRule).await?;
        let mut rows = Vec::new();
        let reasons = keep(&mut rows, "/reasons", &input.reasons)?;
        self.rule_step(
            ctx,
            &community,
            loaded,
            RuleCommand::Resume { reasons },
            Action::ResumeRule,
            rows,
            None,
        )
        .await
    }

    /// 规则 (public).
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn rule(&self, ctx: &OpContext, community: CommunityId, id: RuleId) -> AppResult<RuleView> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        let loaded = self.load_rule(&community, id).await?;
        self.rule_view(ctx, &community, &loaded.rule, loaded.version, &[]).await
    }

    /// 规则列表 (public).
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn rules(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Vec<RuleSummary>> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        self.rule_summaries(ctx, &community).await
    }
}

impl App {
    pub(crate) async fn load_rule(&self, community: &Community, id: RuleId) -> AppResult<LoadedRule> {
        let stream = self.events::<RuleEvent>(&community.scope, &id.to_string()).await?;
        let rule = Rule::fold(&stream.events).ok_or(AppError::NotFound { what: "rule" })?;
        Ok(LoadedRule { rule, version: stream.version })
    }

    async fn rule_for(
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

    async fn link(&self, community: &Community, matter: MatterId) -> AppResult<Option<(RuleId, Deed)>> {
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

    /// The entry that goes with the vote: adoption, defeat, or repeal.
    pub(crate) async fn rule_voted(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: MatterId,
        outcome: &BallotOutcome,
    ) -> AppResult<Vec<EntryDraft>> {
        let Some((rule, deed)) = self.link(community, matter).await? else { return Ok(Vec::new()) };
        let loaded = self.load_rule(community, rule).await?;
        let outcome = Box::new(outcome.clone());
        let command = match deed {
            Deed::Adopt => RuleCommand::Voted { outcome },
            Deed::Repeal if outcome.finding.result.passed() => {
                // Nobody should be judged today by a rule that was repealed this morning, nor the other way round.
                RuleCommand::Repeal { outcome, on: yishi_law::days::add_days(ctx.today, 1) }
            }
            Deed::Repeal => return Ok(Vec::new()),
        };
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

    async fn rule_entries(
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

    async fn decide_rule(
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
    async fn rule_step(
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
    async fn open_with_matter(
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

    async fn shelved(&self, community: &Community, digest: &Digest) -> AppResult<Arc<Inspection>> {
        let row = self.store.shelf_item(&community.scope, digest).await?;
        row.ok_or(AppError::NotFound { what: "component on this shelf" })?;
        self.component(digest).await
    }

    /// Runs every check of the shelf, under these settings or the manifest's defaults.
    async fn examine(
        &self,
        ctx: &OpContext,
        community: &Community,
        bytes: Vec<u8>,
        settings: Option<Value>,
    ) -> AppResult<Value> {
        let floor = self.floor(community.kind, ctx.today)?;
        let pins = self.pins_today(ctx, community).await?;
        let rules = match self.rule_set(community, &pins).await {
            Ok((rules, _)) => rules,
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
    async fn prepare(
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
    async fn replaced_by(
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

struct Prepared {
    kind: RuleKind,
    version: RuleVersion,
    manifest: Digest,
    inspection: Arc<Inspection>,
    rows: Vec<Row>,
}

impl Prepared {
    fn subject(&self) -> Subject {
        subject_of(self.kind)
    }
}

/// What the law lists the adoption of a rule under.
fn subject_of(kind: RuleKind) -> Subject {
    match kind {
        RuleKind::Charter => Subject::Charter,
        RuleKind::ImplementationRule => Subject::Rule,
        RuleKind::VillageRegulation => Subject::VillageRegulation,
    }
}

fn posted_days(period: &yishi_law::days::Period, from: jiff::civil::Date) -> u16 {
    let days = from.until(period.last).map_or(0, |span| span.get_days());
    u16::try_from(days).unwrap_or(0)
}

fn rule_row(rule: &Rule, version: u64, matter: Option<MatterId>) -> Row {
    let matter = matter.or_else(|| rule.consulted.map(|(matter, _, _)| matter));
    Row::PutView(ViewRow {
        kind: VIEW.to_owned(),
        id: rule.id.to_string(),
        sort: rule.opened.at.to_string(),
        parent: None,
        version,
        body: json!({ "kind": rule.kind, "matter": matter }),
    })
}

fn shelf_view(row: &ShelfRow, inspection: &Inspection) -> ShelfView {
    let manifest = &inspection.manifest;
    ShelfView {
        digest: row.digest,
        name: row.name.clone(),
        version: row.version.clone(),
        kind: row.kind.clone(),
        title: manifest.title.zh().to_owned(),
        title_en: manifest.title.en().to_owned(),
        summary: manifest.summary.zh().to_owned(),
        added: row.added.to_string(),
        report: row.report.clone(),
    }
}

/// Whether an adoption was by vote here or attested.
pub(crate) fn adopted(rule: &Rule) -> Option<&'static str> {
    match rule.adoption {
        Some(Adoption::Voted { .. }) => Some("voted"),
        Some(Adoption::Attested { .. }) => Some("attested"),
        None => None,
    }
}
