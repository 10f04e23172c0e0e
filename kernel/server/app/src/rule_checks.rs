//! 规约的查验 (what is checked of a rule before it is drafted, attested or put to the vote): floor, charter in force, scenarios, what
//! it would replace, and that it asks nothing of a higher body.

use std::sync::Arc;

use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_deliberation::rule::RuleKind;
use yishi_deliberation::{OnRule, Register, RuleVersion};
use yishi_identity::MatterId;
use yishi_law::{Authority, BodyKind, Words};
use yishi_rulebook::{GateFailure, Inspection, RuleRef};
use yishi_storage::{DocumentRow, Row};

use crate::rule_life::{accuses, register_changed};
use crate::{App, AppError, AppResult, CheckPlace, Community, Here, apart};

impl App {
    /// Checks a rule once more before it is put to the vote (floor, charter in force, scenarios, and what it would
    /// replace): the law, the charter or what is in force may have changed since it was drafted. The rows say on what
    /// state that was found.
    pub(crate) async fn vet_before_vote(&self, here: &Here<'_>, matter: MatterId) -> AppResult<Vec<Row>> {
        let Some((id, deed)) = self.link(here, matter).await? else { return Ok(Vec::new()) };
        let read = self.register_version(here).await?;
        let (lives, votes) = (self.lives(here).await?, self.rule_votes(here).await?);
        let life = lives.iter().find(|life| life.id == id).ok_or(AppError::NotFound { what: "rule" })?;
        let register = Register::new(&lives).during(&votes);
        match deed {
            OnRule::Adopt => register.still_replaces(life)?,
            OnRule::Repeal => register.may_repeal(id)?,
        }
        if deed == OnRule::Adopt {
            let settings = self.text(&here.scope, &life.version.settings).await?;
            let settings: Value = serde_json::from_str(&settings).map_err(AppError::internal)?;
            let component = &life.version.component;
            let bytes = self.component_file(component).await?;
            let place = self.turns.check_anyway(&here.row.town, here.id);
            self.examine(here, Arc::new(bytes), Some(settings), place).await?;
            if let Some(body) = self.load_matter(here, matter).await?.matter.next_decided_by() {
                self.vet_for_body(here, matter, body).await?;
            }
        }
        Ok(register_changed(here, read)?.to_vec())
    }

    /// 对上级会议不得加码 (R27): a rule that a body is to adopt asks nothing of the quorum, share and notice of a higher one. Said
    /// when it is submitted to that body, and again before its vote.
    pub(crate) async fn vet_for_body(
        &self,
        here: &Here<'_>,
        matter: MatterId,
        adopts: BodyKind,
    ) -> AppResult<()> {
        let Some((rule, OnRule::Adopt)) = self.link(here, matter).await? else { return Ok(()) };
        let pin = self.load_rule(here, rule).await?.rule.pin();
        let reference = self.rule_ref(here, &pin).await?;
        let floor = self.floor(here.kind, here.ctx.today)?;
        let gate = self.gate_context(here, here.ctx.today, &Default::default()).await?;
        let (rulebook, asked) = (Arc::clone(&self.rulebook), reference.clone());
        let raised = apart(move || rulebook.raises_for_higher_bodies(&asked, &gate, floor, adopts)).await??;
        let Some((higher, articles)) = raised.first_key_value() else { return Ok(()) };
        let (here, above) = (adopts.term_in(here.kind), higher.term_in(here.kind));
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
        here: &Here<'_>,
        bytes: Arc<Vec<u8>>,
        settings: Option<Value>,
        place: CheckPlace,
    ) -> AppResult<Value> {
        place.turn().await;
        let floor = self.floor(here.kind, here.ctx.today)?;
        let pins = self.pins_today(here).await?;
        let charter = match &pins.charter {
            Some(pin) => match self.rule_ref(here, pin).await {
                Ok(charter) => Some((pin.rule, charter)),
                // A charter that no longer loads cannot vet anything; it is about to be replaced.
                Err(error) if error.is_broken_component() => None,
                Err(error) => return Err(error),
            },
            None => None,
        };
        let gate = self.gate_context(here, here.ctx.today, &Default::default()).await?;
        let rulebook = Arc::clone(&self.rulebook);
        let vetted_by = charter.as_ref().map(|(_, charter)| charter.clone());
        let (report, failed) = apart(move || {
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
        .await?;
        if let (Some(failure), Some((rule, _))) = (&failed, &charter) {
            self.record_failure(here, *rule, failure).await;
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
        here: &Here<'_>,
        component: Digest,
        settings: Option<Value>,
    ) -> AppResult<Prepared> {
        let place = self.check_place(here)?;
        let inspection = self.shelved(here, &component).await?;
        let settings = settings.unwrap_or_else(|| inspection.manifest.settings.defaults.clone());
        let rulebook = Arc::clone(&self.rulebook);
        let candidate = settings.clone();
        let faults = apart(move || rulebook.validate_settings(&component, &candidate)).await??.value;
        if !faults.is_empty() {
            let faults = faults.into_iter().map(|fault| crate::FieldError {
                pointer: format!("/settings{}", fault.pointer),
                code: "bad-settings",
                ..fault
            });
            return Err(AppError::Invalid(faults.collect()));
        }
        let bytes = self.component_file(&component).await?;
        self.examine(here, Arc::new(bytes), Some(settings.clone()), place).await?;
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
