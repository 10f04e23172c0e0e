//! 规则 (rules): the shelf, drafting, attestation, promulgation, suspension — everything in a rule's life but the vote.
//!
//! The vote is a matter's business ([`crate::matters`]): drafting a rule opens the matter that adopts it, and each step
//! of that matter which means something to the rule (consulted, voted, filed, withdrawn) is written into the rule's own
//! stream in the same unit. So neither can say something that the other does not.

use std::collections::BTreeSet;
use std::sync::Arc;
use yishi_acts::house::{NewAttestation, NewRule, RepealRule, Suggestion};

use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_deliberation::OnRule;
use yishi_deliberation::rule::{PaperAdoption, PaperLimits, Register, Rule, RuleCommand, RuleKind};
use yishi_identity::policy::Right;
use yishi_identity::{Action, CommunityId, MatterId, RuleId};
use yishi_law::{BodyKind, Count, CountingMode, Subject};
use yishi_rulebook::Inspection;
use yishi_storage::{Row, ShelfRow, Unit};

use crate::context::civil_day;
use crate::entry_kind::HouseEvent;
use crate::inputs::ShelfCheck;
use crate::model::Model;
use crate::rule_life::{RuleLink, RuleRow, register_as_read};
use crate::views::{DraftView, RuleSummary, RuleView, ShelfView};
use crate::{App, AppError, AppResult, CheckPlace, Here, OpContext, words};

/// The read model that lists rules.
pub(crate) const VIEW: Model<RuleRow> = Model::new("rule");
/// The read model that finds the rule of a matter.
pub(crate) const LINK: Model<RuleLink> = Model::new("rule-of-matter");
/// How many times today's roster an old decision's figure can be.
const TIMES_THE_ROSTER: u64 = 10;
/// Into how many times what it was a place can have grown since.
const GROWN: u64 = 4;
/// What it cannot be more than where nobody is on the roster yet.
const MOST_IN_OFFICE: u64 = 100_000;
/// Domain of the matters that adopt and repeal rules.
const DOMAIN: &str = yishi_rulebook::RESERVED_DOMAIN;

impl App {
    /// A place in the line of checks for a component that is about to be uploaded. It is had before the file is read.
    ///
    /// # Errors
    /// [`AppError::LineFull`]; the authorisation errors.
    pub async fn upload_place(&self, ctx: &OpContext, community: CommunityId) -> AppResult<CheckPlace> {
        let here = self.scope(ctx, community, Action::ShelveRule).await?;
        self.check_place(&here)
    }

    /// 上架 (checks a component and puts it on the community's shelf).
    ///
    /// # Errors
    /// [`AppError::Plugin`] naming the first fault; the authorisation errors.
    pub async fn shelve(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        bytes: Vec<u8>,
        place: CheckPlace,
    ) -> AppResult<ShelfView> {
        let here = self.scope(ctx, community, Action::ShelveRule).await?;
        let bytes = Arc::new(bytes);
        let report = self.examine(&here, Arc::clone(&bytes), None, place).await?;
        let bytes = Arc::unwrap_or_clone(bytes);
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
        let view = self.shelf_view(&here, &row, &inspection).await?;
        let stream = format!("shelf_{}", here.id);
        let version = self.next_version(&here.scope, &stream).await?;
        let body = json!({ "component": digest, "name": row.name, "version": row.version, "kind": row.kind });
        let unit = Unit::of(here.scope.clone())
            .entry(self.entry(ctx, &stream, version, HouseEvent::ShelfAdded.code(), body))
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
        let here = self.scope(ctx, community, Action::ViewShelf).await?;
        let place = self.check_place(&here)?;
        self.shelved(&here, &digest).await?;
        let bytes = self.component_file(&digest).await?;
        self.examine(&here, Arc::new(bytes), Some(input.settings), place).await
    }

    /// 规则架.
    pub async fn shelf(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Vec<ShelfView>> {
        let here = self.scope(ctx, community, Action::ViewShelf).await?;
        let mut views = Vec::new();
        for row in self.store.shelf(&here.scope).await? {
            let inspection = self.component(&row.digest).await?;
            views.push(self.shelf_view(&here, &row, &inspection).await?);
        }
        Ok(views)
    }

    /// 起草规则 (fixes component and settings, and opens the matter that adopts exactly these).
    ///
    /// # Errors
    /// [`AppError::Plugin`] when the settings are not lawful or the charter refuses; the authorisation errors.
    pub(crate) async fn draft_rule(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        input: NewRule,
    ) -> AppResult<DraftView> {
        let here = self.scope(ctx, community, right).await?;
        let prepared = self.prepare(&here, input.component, input.settings).await?;
        let id = RuleId::from_uuid(self.uuid(ctx));
        let matter = MatterId::from_uuid(self.uuid(ctx));
        let manifest = &prepared.inspection.manifest;
        let lives = self.lives(&here).await?;
        let replaces = Register::new(&lives)
            .replaced_by(prepared.kind, &manifest.name, input.replaces)?
            .map(|old| old.id);
        let command = RuleCommand::Draft {
            id,
            kind: prepared.kind,
            name: manifest.name.clone(),
            version: prepared.version,
            manifest: prepared.manifest,
            domains: manifest.domain_codes(),
            replaces,
        };
        let events = self.decide_rule(&here, None, &command, right).await?;
        let suggestion = about_rule(prepared.kind, format!("通过《{}》", manifest.title.zh()), input.text);
        let link = RuleLink { rule: id, deed: OnRule::Adopt };
        self.open_with_matter(&here, link, &events, matter, suggestion, prepared.rows).await
    }

    /// 提请废止规则 (opens the matter that repeals a rule in force).
    ///
    /// # Errors
    /// [`AppError::NotFound`]; a conflict when it is not in force; the authorisation errors.
    pub(crate) async fn propose_repeal(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        id: RuleId,
        input: RepealRule,
    ) -> AppResult<DraftView> {
        let (here, loaded) = self.opened::<Rule>(ctx, community, id, right, |_| None).await?;
        let (lives, votes) = (self.lives(&here).await?, self.rule_votes(&here).await?);
        Register::new(&lives).during(&votes).may_repeal(id)?;
        // A component that no longer loads is repealed under the name it was adopted with.
        let title = self.rule_row(&loaded.rule, None).await?.life.title;
        let suggestion = about_rule(loaded.rule.kind, format!("废止《{}》", title.zh), input.reasons);
        let matter = MatterId::from_uuid(self.uuid(ctx));
        let link = RuleLink { rule: id, deed: OnRule::Repeal };
        self.open_with_matter(&here, link, &[], matter, suggestion, Vec::new()).await
    }

    /// 录入既有规则 (R15): by one official; the town confirms.
    ///
    /// # Errors
    /// [`AppError::Plugin`]; a refusal when the counts on paper would not have passed; the authorisation errors.
    pub(crate) async fn attest(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        input: NewAttestation,
    ) -> AppResult<RuleView> {
        let here = self.scope(ctx, community, right).await?;
        let mut prepared = self.prepare(&here, input.component, input.settings).await?;
        let minutes = self.keep_internal(&mut prepared.rows, "/minutes", &input.minutes)?;
        let authorisation = match &input.authorisation {
            Some(text) => Some(self.keep_internal(&mut prepared.rows, "/authorisation", text)?),
            None => None,
        };
        let effective = input.effective.unwrap_or_else(|| yishi_law::days::add_days(input.adopted_on, 1));
        let counts = input.counts;
        let count = Count {
            in_office: counts.in_office,
            present: counts.present,
            yes: counts.yes,
            no: counts.no,
            abstain: counts.abstain,
            spoilt: counts.spoilt.unwrap_or_default(),
            ..Count::default()
        };
        let id = RuleId::from_uuid(self.uuid(ctx));
        let name = prepared.inspection.manifest.name.clone();
        let read = self.register_version(&here).await?;
        let (lives, votes) = (self.lives(&here).await?, self.rule_votes(&here).await?);
        // Said when it is entered, and decided when the town confirms it.
        Register::new(&lives).during(&votes).attested(prepared.kind, &name, effective, Some(id))?;
        let (at_least, most) = self.possible_in_office(&here, input.body, input.mode).await?;
        let command = RuleCommand::Attest {
            id,
            kind: prepared.kind,
            name,
            version: prepared.version,
            manifest: prepared.manifest,
            domains: prepared.inspection.manifest.domain_codes(),
            adoption: PaperAdoption {
                body: input.body,
                mode: input.mode,
                on: input.adopted_on,
                count,
                minutes,
                effective,
                authorisation,
            },
            limits: PaperLimits { set_up: civil_day(here.row.created), in_office: most, at_least },
        };
        let events = self.decide_rule(&here, None, &command, right).await?;
        let rule = Rule::fold(&events).ok_or_else(|| AppError::internal("no rule came of the events"))?;
        let mut unit = Unit::of(here.scope.clone());
        unit.entries = self.drafts(ctx, "rule", &id.to_string(), 0, &events)?;
        unit.rows = prepared.rows;
        unit.rows.push(register_as_read(&here, read));
        unit.rows.push(self.put_rule(&here, &rule, 1, None).await?);
        let view = self.rule_view(&here, &rule, 1, &unit.rows).await?;
        self.commit(ctx, unit, 201, view).await
    }

    /// What the in-office figure of an old decision can have been: at most ten times what the roster counts today, since
    /// places shrink and grow but not tenfold, and a typing slip of one digit is told; of an assembly of all at least a
    /// quarter of it, or else a quorum of nobody would do.
    async fn possible_in_office(
        &self,
        here: &Here<'_>,
        body: BodyKind,
        mode: CountingMode,
    ) -> AppResult<(u64, u64)> {
        let people = self.people(here).await?;
        let adults = people.persons.values().filter(|person| person.is_adult_on(here.ctx.today));
        let households: BTreeSet<_> = adults.clone().map(|person| person.household).collect();
        let counted = match (body, mode) {
            (BodyKind::ResidentsAssembly, CountingMode::Persons) => adults.count(),
            // A household has one representative in its mode, and fewer than one in any assembly of representatives.
            _ => households.len(),
        } as u64;
        let at_least = if body == BodyKind::ResidentsAssembly { counted / GROWN } else { 0 };
        Ok((at_least, if counted == 0 { MOST_IN_OFFICE } else { counted * TIMES_THE_ROSTER }))
    }

    /// 规则 (public).
    pub async fn rule(&self, ctx: &OpContext, community: CommunityId, id: RuleId) -> AppResult<RuleView> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let loaded = self.load_rule(&here, id).await?;
        self.rule_view(&here, &loaded.rule, loaded.version, &[]).await
    }

    /// 组件 (the very file that was voted on, with the name to save it under; public). Its SHA-256 is the rule's digest.
    pub async fn rule_component(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
    ) -> AppResult<(String, Vec<u8>)> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let digest = self.load_rule(&here, id).await?.rule.version.component;
        let bytes = self.component_file(&digest).await?;
        Ok((format!("{}.wasm", digest.short()), bytes))
    }

    /// 规则列表 (public).
    pub async fn rules(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Vec<RuleSummary>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        self.rule_summaries(&here).await
    }
}

/// The suggestion that opens the matter of a rule.
fn about_rule(kind: RuleKind, title: String, text: String) -> Suggestion {
    Suggestion {
        title,
        text,
        domain: DOMAIN.to_owned(),
        subjects: Some(BTreeSet::from([subject_of(kind)])),
        amount_fen: None,
        per_household_fen: None,
        suggested_by: None,
        asked: None,
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

impl App {
    /// A shelved component with what adopting it, under its own settings, would change and end here.
    async fn shelf_view(
        &self,
        here: &Here<'_>,
        row: &ShelfRow,
        inspection: &Arc<Inspection>,
    ) -> AppResult<ShelfView> {
        let manifest = &inspection.manifest;
        let lives = self.lives(here).await?;
        let replaces = Register::new(&lives).replaced_by(manifest.kind, &manifest.name, None)?;
        let replaces = replaces.map(|old| old.id);
        let settings = &manifest.settings.defaults;
        let told = self.differences(here, inspection, settings, replaces, None).await?;
        Ok(ShelfView {
            digest: row.digest,
            name: row.name.clone(),
            version: row.version.clone(),
            kind: row.kind.parse().map_err(AppError::internal)?,
            title: manifest.title.zh().to_owned(),
            title_en: manifest.title.en().to_owned(),
            summary: manifest.summary.zh().to_owned(),
            added: row.added.to_string(),
            report: row.report.clone(),
            effects: told.effects.clone(),
            text_difference: told.text.clone(),
            figures_left: told.figures_left,
            unanswered: told.unanswered.clone(),
            would_end: self.would_end(here, replaces).await?,
        })
    }
}
