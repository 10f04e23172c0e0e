//! 规则 (rules): the shelf, drafting, attestation, promulgation, suspension — everything in a rule's life but the vote.
//!
//! The vote is a matter's business ([`crate::matters`]): drafting a rule opens the matter that adopts it, and each step
//! of that matter which means something to the rule (consulted, voted, filed, withdrawn) is written into the rule's own
//! stream in the same unit. So neither can say something that the other does not.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_deliberation::rule::{Adoption, PaperAdoption, Rule, RuleCommand, RuleKind, Standing};
use yishi_identity::{Action, CommunityId, MatterId, RuleId};
use yishi_law::{Count, Step, Subject};
use yishi_rulebook::Inspection;
use yishi_storage::{Row, ShelfRow, Unit, ViewRow};

use crate::bodies::{keep, keep_internal};
use crate::context::civil_day;
use crate::gates::At;
use crate::inputs::{NewAttestation, NewRule, Promulgation, Reasons, ShelfCheck, Suggestion};
use crate::rule_life::Deed;
use crate::views::{DraftView, RuleSummary, RuleView, ShelfView};
use crate::{App, AppError, AppResult, OpContext, words};

/// The read model that lists rules.
pub(crate) const VIEW: &str = "rule";
/// The read model that finds the rule of a matter.
pub(crate) const LINK: &str = "rule-of-matter";
/// A community has tens of rules, not thousands.
pub(crate) const MOST_RULES: u32 = 100;
/// Domain of the matters that adopt and repeal rules.
const DOMAIN: &str = yishi_rulebook::RESERVED_DOMAIN;

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
            spoilt: counts.spoilt,
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
            set_up: civil_day(community.row.created),
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
        let supersedes = match loaded.rule.replaces {
            // What has ended on its own account in the meantime has nothing left to give way.
            Some(old) if self.load_rule(&community, old).await?.rule.may_end() => {
                Some((old, input.effective))
            }
            _ => None,
        };
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

    /// 组件 (the very file that was voted on, with the name to save it under; public). Its SHA-256 is the rule's digest.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn rule_component(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
    ) -> AppResult<(String, Vec<u8>)> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        let digest = self.load_rule(&community, id).await?.rule.version.component;
        let bytes = self.store.component(&digest).await?.ok_or(AppError::NotFound { what: "component" })?;
        Ok((format!("{}.wasm", digest.short()), bytes))
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

/// What the law lists the adoption of a rule under.
pub(crate) fn subject_of(kind: RuleKind) -> Subject {
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

pub(crate) fn rule_row(rule: &Rule, version: u64, matter: Option<MatterId>) -> Row {
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
