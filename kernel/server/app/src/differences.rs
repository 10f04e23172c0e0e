//! 变化 (what a rule demands beyond the law, and what it would change against what is in force here): asked of the rule once
//! for each version, law text and state of what is in force, and kept.
//!
//! A rule's page is read far more often than a rule changes. What is kept is known by everything the answer rests on, so a
//! new charter or a new law text is another question, not a stale answer. A rule that fails is kept as failing; a machine
//! that is too busy is not an answer and is asked again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use yishi_canonical::Digest;
use yishi_deliberation::rule::{Rule, Standing};
use yishi_deliberation::{Pins, RulePin};
use yishi_identity::RuleId;
use yishi_law::FloorText;
use yishi_rulebook::{
    Effect, FailureCode, GateContext, GateFailure, Inspection, RuleRef, RuleSet, Rulebook, wire,
};

use crate::views::{ChangeView, EffectView, UnansweredView};
use crate::{App, AppError, AppResult, Community, OpContext};

/// How many answers are kept: each is some kilobytes, and a city has some hundreds of rules.
const KEPT: usize = 512;

/// 变化 as pages and clients show them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Differences {
    /// Beyond the law.
    pub(crate) changes: Vec<ChangeView>,
    /// Against what is in force.
    pub(crate) effects: Vec<EffectView>,
    /// Why neither is known.
    pub(crate) unanswered: Option<UnansweredView>,
}

/// Answers by what they rest on. Each is worked out by the first who asks; whoever asks meanwhile waits for that one.
#[derive(Debug, Default)]
pub(crate) struct DifferenceCache(Mutex<BTreeMap<Digest, Slot>>);

type Slot = Arc<tokio::sync::Mutex<Option<Arc<Differences>>>>;

impl DifferenceCache {
    fn slot(&self, key: Digest) -> Slot {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT && !kept.contains_key(&key) {
            // Everything can be worked out again; what is in use is kept by whoever uses it.
            kept.clear();
        }
        Arc::clone(kept.entry(key).or_default())
    }
}

impl App {
    /// What a component under these settings demands beyond the law, and what it would change here. `own` is the rule itself
    /// where it has been drafted already.
    pub(crate) async fn differences(
        &self,
        ctx: &OpContext,
        community: &Community,
        inspection: &Arc<Inspection>,
        settings: &Value,
        replaces: Option<RuleId>,
        own: Option<&Rule>,
    ) -> AppResult<Arc<Differences>> {
        let floor = self.floor(community.kind, ctx.today)?;
        let rows = self.rule_rows(community).await?;
        let mut pins = Pins::on(ctx.today, rows.iter().map(|row| &row.life));
        // What is suspended says nothing today: nothing is compared with it, and what was found is kept for this state only.
        let suspended = |pin: &RulePin| {
            rows.iter().any(|row| row.life.id == pin.rule && row.life.suspended_since(ctx.today).is_some())
        };
        pins.rules.retain(|pin| !suspended(pin));
        // A text that is or was in force is compared with the law alone: what it changed here is past.
        let pending = own.is_none_or(|rule| rule.standing(ctx.today) == Standing::NotYet);
        let settings_digest = yishi_canonical::digest_of(settings).map_err(AppError::internal)?;
        let rests_on = serde_json::json!({
            "community": community.id,
            "component": inspection.digest,
            "settings": settings_digest,
            "law": floor.id(),
            "law-from": floor.valid_from(),
            "in-force": pending.then_some((&pins.charter, &pins.rules)),
            "replaces": pending.then_some(replaces),
        });
        let key = yishi_canonical::digest_of(&rests_on).map_err(AppError::internal)?;
        let slot = self.differences.slot(key);
        let mut kept = slot.lock().await;
        if let Some(known) = &*kept {
            return Ok(Arc::clone(known));
        }
        let now = if pending { self.in_force_set(ctx, community, &pins).await? } else { None };
        let found = self.work_out(ctx, community, inspection, settings, replaces, floor, now).await?;
        let found = Arc::new(found);
        if found.unanswered.as_ref().is_none_or(|unanswered| !unanswered.busy) {
            *kept = Some(Arc::clone(&found));
        }
        Ok(found)
    }

    /// The rules in force that can be asked, with the id of each by component.
    async fn in_force_set(
        &self,
        ctx: &OpContext,
        community: &Community,
        pins: &Pins,
    ) -> AppResult<Option<(RuleSet, BTreeMap<RuleId, Digest>)>> {
        let play = self.rule_set(ctx, community, pins, None, true).await?;
        let ids =
            pins.charter.iter().chain(&pins.rules).map(|pin| (pin.rule, pin.version.component)).collect();
        Ok(Some((play.set, ids)))
    }

    #[expect(clippy::too_many_arguments, reason = "one private call with everything the answer rests on")]
    async fn work_out(
        &self,
        ctx: &OpContext,
        community: &Community,
        inspection: &Arc<Inspection>,
        settings: &Value,
        replaces: Option<RuleId>,
        floor: &'static FloorText,
        now: Option<(RuleSet, BTreeMap<RuleId, Digest>)>,
    ) -> AppResult<Differences> {
        let gate = self.gate_context(ctx, community, ctx.today, &BTreeMap::new()).await?;
        let rulebook = Arc::clone(&self.rulebook);
        let (inspection, settings) = (Arc::clone(inspection), settings.clone());
        let asked = tokio::task::spawn_blocking(move || {
            let reference = rulebook.settle(&inspection, &settings).map_err(Unanswered::of_refusal)?;
            let changes = rulebook
                .review(&reference, &gate, floor, &RuleSet::default())
                .map_err(Unanswered::of_failure)?;
            let effects = match now {
                Some((now, ids)) => {
                    let ended = replaces.and_then(|id| ids.get(&id)).copied();
                    compare(&rulebook, &gate, floor, &now, ended, &reference)?
                }
                None => Vec::new(),
            };
            Ok::<_, Unanswered>((changes.changes, effects))
        })
        .await
        .map_err(AppError::internal)?;
        match asked {
            Ok((changes, effects)) => Ok(Differences {
                changes: changes.into_iter().map(change_view).collect(),
                effects: effects.into_iter().map(effect_view).collect(),
                unanswered: None,
            }),
            Err(Unanswered(view)) => {
                tracing::warn!(code = %view.code, "a rule did not say what it demands");
                Ok(Differences { unanswered: Some(view), ..Differences::default() })
            }
        }
    }
}

/// What would be different once this rule stood in the place of the one it ends. A rule in force that fails is compared
/// without: it demands nothing now either.
fn compare(
    rulebook: &Rulebook,
    gate: &GateContext,
    floor: &FloorText,
    now: &RuleSet,
    ended: Option<Digest>,
    candidate: &RuleRef,
) -> Result<Vec<Effect>, Unanswered> {
    let mut before = now.clone();
    loop {
        let mut after = before.clone();
        let stays = |rule: &RuleRef| Some(rule.digest) != ended;
        after.charter = after.charter.filter(stays);
        after.rules.retain(stays);
        after.regulations.retain(stays);
        match candidate.kind {
            wire::RuleKind::Charter => after.charter = Some(candidate.clone()),
            wire::RuleKind::ImplementationRule => after.rules.push(candidate.clone()),
            wire::RuleKind::VillageRegulation => after.regulations.push(candidate.clone()),
        }
        let failure = match rulebook.effects(&before, &after, gate, floor) {
            Ok(effects) => return Ok(effects),
            Err(failure) => failure,
        };
        // The same component may stand on both sides under other settings: the settings say which of them failed.
        let settings = failure.call.as_ref().map(|call| call.record.settings);
        let failed = |rule: &RuleRef| {
            rule.digest == failure.digest && settings.is_none_or(|settings| rule.settings_digest == settings)
        };
        if failed(candidate) || !before.iter().any(failed) || !failure.code.is_deterministic() {
            return Err(Unanswered::of_failure(failure));
        }
        let sound = |rule: &RuleRef| !failed(rule);
        before.charter = before.charter.filter(sound);
        before.rules.retain(sound);
        before.regulations.retain(sound);
    }
}

struct Unanswered(UnansweredView);

impl Unanswered {
    fn of_failure(failure: GateFailure) -> Self {
        Self(UnansweredView {
            code: failure.code.to_string(),
            message: failure.code.zh().to_owned(),
            message_en: failure.code.en().to_owned(),
            busy: failure.code == FailureCode::Unavailable,
        })
    }

    fn of_refusal(refusal: yishi_rulebook::PluginRefusal) -> Self {
        Self(UnansweredView {
            code: refusal.code.to_string(),
            message: refusal.code.zh().to_owned(),
            message_en: refusal.code.en().to_owned(),
            busy: refusal.code == yishi_rulebook::RefusalCode::Unavailable,
        })
    }
}

fn change_view(change: yishi_rulebook::Change) -> ChangeView {
    let (law, law_en) = match &change.law {
        Some(law) => (law.zh.as_str(), law.en.as_str()),
        None => ("法律未作规定", "the law is silent"),
    };
    ChangeView {
        text: format!("{}：{}——{}（法律：{law}）", change.at.zh, change.field.zh, change.rule.zh),
        text_en: format!("{}: {} — {} (law: {law_en})", change.at.en, change.field.en, change.rule.en),
        about: format!("{}：{}", change.at.zh, change.field.zh),
        about_en: format!("{}: {}", change.at.en, change.field.en),
        law: change.law.as_ref().map(|law| law.zh.clone()),
        law_en: change.law.map(|law| law.en),
        here: change.rule.zh,
        here_en: change.rule.en,
        articles: change.articles.into_iter().collect(),
    }
}

fn effect_view(effect: Effect) -> EffectView {
    EffectView {
        about: format!("{}：{}", effect.at.zh, effect.field.zh),
        about_en: format!("{}: {}", effect.at.en, effect.field.en),
        when: effect.when.as_ref().map(|when| when.zh.clone()),
        when_en: effect.when.map(|when| when.en),
        before: effect.before.as_ref().map(|before| before.zh.clone()),
        before_en: effect.before.map(|before| before.en),
        after: effect.after.as_ref().map(|after| after.zh.clone()),
        after_en: effect.after.map(|after| after.en),
        articles: effect.articles.into_iter().collect(),
    }
}
