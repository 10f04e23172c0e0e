//! 变化 (what a rule demands beyond the law, and what it would change against what is in force here): asked of the rule once
//! for each version, law text and state of what is in force, and kept.
//!
//! A rule's page is read far more often than a rule changes. What is kept is known by everything the answer rests on, so a
//! new charter or a new law text is another question, not a stale answer. A rule that fails is kept as failing; a machine
//! that is too busy is not an answer and is asked again.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use quick_cache::sync::Cache;
use serde_json::Value;
use yishi_canonical::Digest;
use yishi_deliberation::rule::{Rule, Standing};
use yishi_deliberation::{Pins, RulePin};
use yishi_identity::RuleId;
use yishi_law::{FloorText, Words};
use yishi_rulebook::{
    Change, Comparison, Effect, Export, FailureCode, GateContext, GateFailure, Inspection, Manifest,
    PluginRefusal, RefusalCode, RuleRef, RuleSet, Rulebook, TextDifference, wire,
};

use crate::views::{
    ChangeView, EffectView, GateView, SettingDifferenceView, TextDifferenceView, UnansweredView,
};
use crate::{App, AppError, AppResult, Here};

/// How many answers are kept, each of some kilobytes; the one that was not asked for longest goes first.
const KEPT: usize = 2_000;

/// 变化 as pages and clients show them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Differences {
    /// Beyond the law.
    pub(crate) changes: Vec<ChangeView>,
    /// Against what is in force.
    pub(crate) effects: Vec<EffectView>,
    /// Against the text in whose place it would come.
    pub(crate) text: Option<TextDifferenceView>,
    /// Figures of the rules that were not asked about any more.
    pub(crate) figures_left: usize,
    /// Why neither is known.
    pub(crate) unanswered: Option<UnansweredView>,
}

/// Answers by what they rest on. Each is worked out by the first who asks; whoever asks meanwhile waits for that one.
#[derive(Debug)]
pub(crate) struct DifferenceCache(Cache<Digest, Slot>);

/// 现行的规约 (the rules in force, as a text that is to come is compared with them).
struct InForce {
    /// Those that can be asked.
    set: RuleSet,
    /// The component of each.
    ids: BTreeMap<RuleId, Digest>,
    /// The text in whose place the other would come, suspended or not.
    ended: Option<RuleRef>,
}

type Slot = Arc<tokio::sync::Mutex<Option<Arc<Differences>>>>;

impl Default for DifferenceCache {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

impl DifferenceCache {
    fn slot(&self, key: Digest) -> Slot {
        // What is in use is kept by whoever uses it; what went can be worked out again.
        let Ok(slot) = self.0.get_or_insert_with(&key, || Ok::<_, Infallible>(Slot::default()));
        slot
    }
}

impl App {
    /// What a component under these settings demands beyond the law, and what it would change here. `own` is the rule itself
    /// where it has been drafted already.
    pub(crate) async fn differences(
        &self,
        here: &Here<'_>,
        inspection: &Arc<Inspection>,
        settings: &Value,
        replaces: Option<RuleId>,
        own: Option<&Rule>,
    ) -> AppResult<Arc<Differences>> {
        let floor = self.floor(here.kind, here.ctx.today)?;
        let rows = self.rule_rows(here).await?;
        let mut pins = Pins::on(here.ctx.today, rows.iter().map(|row| &row.life));
        // What is suspended says nothing today: nothing is compared with it, and what was found is kept for this state only.
        let suspended = |pin: &RulePin| {
            rows.iter()
                .any(|row| row.life.id == pin.rule && row.life.suspended_since(here.ctx.today).is_some())
        };
        pins.rules.retain(|pin| !suspended(pin));
        // A text that is or was in force is compared with the law alone: what it changed here is past.
        let pending = own.is_none_or(|rule| rule.standing(here.ctx.today) == Standing::NotYet);
        let settings_digest = yishi_canonical::digest_of(settings).map_err(AppError::internal)?;
        let rests_on = serde_json::json!({
            "community": here.id,
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
        let now = match pending {
            true => Some(self.in_force(here, &pins, inspection.manifest.kind, replaces).await?),
            false => None,
        };
        let found = self.work_out(here, inspection, settings, replaces, floor, now).await?;
        let found = Arc::new(found);
        if found.unanswered.as_ref().is_none_or(|unanswered| !unanswered.busy) {
            *kept = Some(Arc::clone(&found));
        } else {
            self.in_a_hurry();
        }
        Ok(found)
    }

    /// What a text of this kind is compared with.
    async fn in_force(
        &self,
        here: &Here<'_>,
        pins: &Pins,
        kind: wire::RuleKind,
        replaces: Option<RuleId>,
    ) -> AppResult<InForce> {
        let play = self.rule_set(here, pins, None, true).await?;
        let all = || pins.charter.iter().chain(&pins.rules);
        let ended = match kind {
            wire::RuleKind::Charter => pins.charter.as_ref(),
            _ => all().find(|pin| Some(pin.rule) == replaces),
        };
        let ended = match ended {
            // One that no longer loads has no text that could be compared.
            Some(pin) => self.rule_ref(here, pin).await.ok(),
            None => None,
        };
        let ids = all().map(|pin| (pin.rule, pin.version.component)).collect();
        Ok(InForce { set: play.set, ids, ended })
    }

    async fn work_out(
        &self,
        here: &Here<'_>,
        inspection: &Arc<Inspection>,
        settings: &Value,
        replaces: Option<RuleId>,
        floor: &'static FloorText,
        now: Option<InForce>,
    ) -> AppResult<Differences> {
        let gate = self.gate_context(here, here.ctx.today, &BTreeMap::new()).await?;
        let rulebook = Arc::clone(&self.rulebook);
        let (inspection, settings) = (Arc::clone(inspection), settings.clone());
        let asked = crate::apart(move || {
            let reference = rulebook.settle(&inspection, &settings)?;
            let beyond = rulebook.compare(&RuleSet::default(), &RuleSet::alone(&reference), &gate, floor)?;
            let Some(InForce { set, ids, ended }) = now else {
                return Ok((beyond, Comparison::default(), None));
            };
            let text = rulebook.text_difference(ended.as_ref(), &reference);
            let text = text_view(ended.is_none(), text);
            let ended = replaces.and_then(|id| ids.get(&id)).copied();
            let against = compare(&rulebook, &gate, floor, &set, ended, &reference)?;
            Ok::<_, Unanswered>((beyond, against, Some(text)))
        })
        .await?;
        match asked {
            Ok((beyond, against, text)) => Ok(Differences {
                changes: beyond.effects.into_iter().filter_map(Change::of).map(change_view).collect(),
                effects: against.effects.into_iter().map(effect_view).collect(),
                text,
                figures_left: beyond.figures_left.max(against.figures_left),
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
) -> Result<Comparison, Unanswered> {
    let mut before = now.clone();
    loop {
        let mut after = before.clone();
        let stays = |rule: &RuleRef| Some(rule.digest) != ended;
        after.retain(stays);
        after.add(candidate.clone());
        let failure = match rulebook.compare(&before, &after, gate, floor) {
            Ok(comparison) => return Ok(comparison),
            Err(failure) => failure,
        };
        // The same component may stand on both sides under other settings: the settings say which of them failed.
        let settings = failure.call.as_ref().map(|call| call.record.settings);
        let failed = |rule: &RuleRef| {
            rule.digest == failure.digest && settings.is_none_or(|settings| rule.settings_digest == settings)
        };
        if failed(candidate) || !before.iter().any(failed) || !failure.code.is_deterministic() {
            return Err(failure.into());
        }
        before.retain(|rule| !failed(rule));
    }
}

struct Unanswered(UnansweredView);

impl Unanswered {
    fn of(code: impl ToString, Words { zh, en }: Words, busy: bool) -> Self {
        Self(UnansweredView { code: code.to_string(), message: zh, message_en: en, busy })
    }
}

impl From<GateFailure> for Unanswered {
    fn from(GateFailure { code, .. }: GateFailure) -> Self {
        Self::of(code, code.words(), code == FailureCode::Unavailable)
    }
}

impl From<PluginRefusal> for Unanswered {
    fn from(PluginRefusal { code, .. }: PluginRefusal) -> Self {
        Self::of(code, code.words(), code == RefusalCode::Unavailable)
    }
}

fn change_view(change: yishi_rulebook::Change) -> ChangeView {
    let (law, law_en) = match &change.law {
        Some(law) => (law.zh.as_str(), law.en.as_str()),
        None => ("法律未作规定", "the law is silent"),
    };
    let (mut only, mut only_en) = (String::new(), String::new());
    for words in change.amount.iter().chain(&change.when) {
        only += &format!("{}，", words.zh);
        only_en += &format!("{}, ", words.en);
    }
    let text = format!("{only}{}：{}——{}（法律：{law}）", change.at.zh, change.field.zh, change.rule.zh);
    let text_en =
        format!("{only_en}{}: {} — {} (law: {law_en})", change.at.en, change.field.en, change.rule.en);
    let ((amount, amount_en), (when, when_en)) = (both(change.amount), both(change.when));
    let (law, law_en) = both(change.law);
    ChangeView {
        text,
        text_en,
        about: format!("{}：{}", change.at.zh, change.field.zh),
        about_en: format!("{}: {}", change.at.en, change.field.en),
        amount,
        amount_en,
        when,
        when_en,
        law,
        law_en,
        here: change.rule.zh,
        here_en: change.rule.en,
        articles: change.articles.into_iter().collect(),
    }
}

fn text_view(new: bool, found: TextDifference) -> TextDifferenceView {
    let TextDifference { settings, added, removed, changed } = found;
    let settings = settings.into_iter().map(|one| SettingDifferenceView {
        name: one.name,
        title: one.title.zh,
        title_en: one.title.en,
        before: one.before,
        after: one.after,
    });
    TextDifferenceView { new, settings: settings.collect(), added, removed, changed }
}

/// 还会做什么 (what a component may demand or say beyond the terms that can be compared): known from the gates it answers
/// at and the examples it gives of them. A rule that answers at a gate need not say anything there, so it "may".
pub(crate) fn gates(manifest: &Manifest) -> Vec<GateView> {
    let advises = manifest.kind == wire::RuleKind::VillageRegulation;
    let cases = || {
        let titles = manifest.cases.iter().map(|case| (case.title.zh(), case.title.en()));
        let (zh, en): (Vec<_>, Vec<_>) = titles.unzip();
        (zh.join("、"), en.join(", "))
    };
    let told = |gate: &Export| -> Option<(String, String)> {
        let (zh, en) = match gate {
            Export::Admit => (
                "对当选议事会成员、代表或者参加协商的人核对条件，可能不予同意".to_owned(),
                "it looks at who is elected or takes part, and may not admit somebody".to_owned(),
            ),
            Export::Vet => (
                "审查其他规约，可能要求改正或者不予同意".to_owned(),
                "it vets other rules, and may demand changes or refuse one".to_owned(),
            ),
            Export::Check if advises => (
                "在事项的各个步骤之前核对，可能提醒".to_owned(),
                "it looks at a matter before each step, and may give advice".to_owned(),
            ),
            Export::Check => (
                "在事项的各个步骤之前核对，可能要求补正或者不予通过".to_owned(),
                "it looks at a matter before each step, and may demand something or hold the step back"
                    .to_owned(),
            ),
            Export::Handle => {
                let (zh, en) = cases();
                (
                    format!("办理{zh}，可能要求有关的户、人和机构照办"),
                    format!(
                        "it handles cases ({en}), and may demand something of households, people and bodies"
                    ),
                )
            }
            Export::Appraise => {
                let (zh, en) = cases();
                (
                    format!("评议{zh}，可能表扬、劝勉或者建议调解"),
                    format!("it appraises conduct ({en}), and may commend, admonish or suggest mediation"),
                )
            }
            // These are compared.
            Export::Classify | Export::Terms | Export::ValidateSettings => return None,
        };
        Some((zh, en))
    };
    let view = |gate: &Export| {
        let (message, message_en) = told(gate)?;
        let shown = |article: &str| {
            let mut of_gate = manifest.scenarios.iter().filter(|scenario| scenario.when.export == *gate);
            of_gate.any(|scenario| scenario.article == article)
        };
        let articles = manifest.articles().filter(|article| shown(&article.id));
        let articles = articles.map(|article| article.id.clone()).collect();
        Some(GateView { gate: gate.code().to_owned(), message, message_en, articles })
    };
    manifest.gates.iter().filter_map(view).collect()
}

/// Words that may be missing, each language for itself.
fn both(words: Option<Words>) -> (Option<String>, Option<String>) {
    words.map(|words| (words.zh, words.en)).unzip()
}

fn effect_view(effect: Effect) -> EffectView {
    let ((amount, amount_en), (when, when_en)) = (both(effect.amount), both(effect.when));
    let ((before, before_en), (after, after_en)) = (both(effect.before), both(effect.after));
    EffectView {
        about: format!("{}：{}", effect.at.zh, effect.field.zh),
        about_en: format!("{}: {}", effect.at.en, effect.field.en),
        amount,
        amount_en,
        when,
        when_en,
        before,
        before_en,
        after,
        after_en,
        articles: effect.articles.into_iter().collect(),
    }
}
