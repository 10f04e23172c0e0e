//! 上架 (putting a plugin on a community's shelf): everything that is checked before people spend time on it.
//!
//! Floor and charter refuse; the clause review and the list of changes inform. Scenarios run in the real
//! host, every call twice: a rule that answers differently the second time is not a rule.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use yishi_law::{self as law, Breach, FloorQuery, FloorText, MatterClass, Subject, Words};
use yishi_words::Lang;

use crate::admission::Inspection;
use crate::call::{Answered, Export};
use crate::clauses::{self, ClauseFinding};
use crate::compare::Effect;
use crate::facts::RuleFacts;
use crate::failure::{FailureCode, GateFailure, PluginRefusal, RefusalCode};
use crate::kept::{self, Looked};
use crate::manifest::{Manifest, RESERVED_DOMAIN};
use crate::rulebook::Rulebook;
use crate::rules::{FloorAdmission, GateContext, RuleFinding, RuleRef, RuleSet};
use crate::trial::ScenarioResult;
use crate::wire::{
    Body, Candidate, CommunityKind, CountingMode, Matter, PersonFacts, Role, RuleArticle, RuleKind, Step,
    TermsQuery, Weight,
};

/// 上架结果 (what the shelf found out about a plugin that it takes).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ShelfReport {
    /// What the file is.
    pub inspection: Arc<Inspection>,
    /// The rule as it would be with these settings.
    pub rule: RuleRef,
    /// Every scenario, run in the real host; all passed.
    pub scenarios: Vec<ScenarioResult>,
    /// What the charter in force advises or requires; it forbids nothing here.
    pub vet: Vec<RuleFinding>,
    /// Passages people should look at.
    pub clauses: Vec<ClauseFinding>,
    /// What it asks to see and do, in plain words.
    pub rights: Vec<Words>,
    /// What would be different from the law alone, in plain words.
    pub changes: Vec<Change>,
    /// Figures of the rule that were not asked about any more, so that more may be different.
    pub figures_left: usize,
}

/// 变动 (one demand beyond the law).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// Whom it concerns, such as 村(居)民代表会议.
    pub at: Words,
    /// Which field, such as 法定人数.
    pub field: Words,
    /// For which amounts only; none where it holds for all.
    pub amount: Option<Words>,
    /// For which matters only; none where it holds for all.
    pub when: Option<Words>,
    /// What the law alone says; none where it is silent.
    pub law: Option<Words>,
    /// What would hold.
    pub rule: Words,
    /// The rule's articles.
    pub articles: BTreeSet<String>,
}

impl Change {
    /// What a comparison with the law alone found. No rule takes anything from the law, so there is always what would hold.
    #[must_use]
    pub fn of(effect: Effect) -> Option<Self> {
        let Effect { at, field, amount, when, before: law, after, articles } = effect;
        Some(Self { at, field, amount, when, law, rule: after?, articles })
    }
}

/// 声明审查 (declared terms against floor and charter, for given settings).
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RuleReview {
    /// Below the floor, or moving what is fixed. Any refuses.
    pub breaches: Vec<Breach>,
    /// Council terms the charter leaves open (R5). Any refuses.
    pub missing: Vec<Breach>,
    /// Persons the law entitles and the charter keeps out. Any refuses.
    pub excluded: Vec<PersonFacts>,
    /// What the charter in force says; a `forbid` refuses.
    pub vet: Vec<RuleFinding>,
}

/// A review under way.
#[derive(Default)]
struct Reviewing {
    found: RuleReview,
    looked: Looked,
}

impl Reviewing {
    fn heard<T>(&mut self, answered: Answered<T>) -> T {
        self.looked.heard(answered)
    }
}

impl Rulebook {
    /// 上架检查: inspects, loads, validates settings, runs all scenarios, compares what it declares with floor
    /// and charter. `rules` are those in force; `settings` are the defaults where none are given.
    ///
    /// # Errors
    /// [`PluginRefusal`] with the first fault.
    pub fn shelve(
        &self,
        bytes: &[u8],
        ctx: &GateContext,
        floor: &FloorText,
        rules: &RuleSet,
        settings: Option<&Value>,
    ) -> Result<ShelfReport, PluginRefusal> {
        let inspection = self.load(bytes)?;
        let manifest = &inspection.manifest;
        if !manifest.communities.contains(&ctx.community.kind) {
            let kinds = manifest.communities.iter().map(|kind| match kind {
                CommunityKind::Village => Words::new("村", "villages"),
                CommunityKind::Urban => Words::new("城市社区", "urban communities"),
            });
            let kinds = kinds.reduce(|a, b| Words::new(a.zh + "、" + &b.zh, a.en + ", " + &b.en));
            let Words { zh, en } = kinds.unwrap_or_else(|| Words::new("—", "—"));
            return Err(PluginRefusal::telling(
                RefusalCode::WrongCommunityKind,
                &format!("它是为{zh}写的"),
                &format!("it is made for {en}"),
            ));
        }
        // Here and not at loading: what was adopted before this was refused must still load, to be replayed and replaced.
        if manifest.names_domain(RESERVED_DOMAIN) {
            return Err(PluginRefusal::telling(
                RefusalCode::ReservedDomain,
                &format!("领域（domains）里有 `{RESERVED_DOMAIN}`"),
                &format!("`domains` holds `{RESERVED_DOMAIN}`"),
            ));
        }
        let settings = settings.unwrap_or(&manifest.settings.defaults);
        let rule = self.settle(&inspection, settings)?;
        // They rest on the component alone.
        let scenarios = match self.scenarios().get(&inspection.digest) {
            Some(known) => known,
            None => {
                let found = self.try_scenarios(&inspection.digest)?;
                if found.iter().all(|scenario| scenario.passed) {
                    self.scenarios().put(inspection.digest, &found);
                }
                found
            }
        };
        if let Some(failed) = scenarios.iter().find(|scenario| !scenario.passed) {
            let (id, article, told) = (&failed.id, &failed.article, failed.told());
            return Err(PluginRefusal::worded(
                RefusalCode::ScenarioFailed,
                &format!("情景“{}”（条文 {article}）", failed.title.zh()),
                &format!("scenario “{}” of article {article}", failed.title.en()),
                &format!("情景 `{id}`：{told}"),
                &format!("scenario `{id}`: {told}"),
            ));
        }
        let review = self.review(&rule, ctx, floor, rules)?;
        refuse_by(&review)?;
        let beyond = self.compare(&RuleSet::default(), &RuleSet::alone(&rule), ctx, floor)?;
        Ok(ShelfReport {
            clauses: clauses::review_clauses(manifest, floor),
            rights: rights(manifest),
            rule,
            scenarios,
            vet: review.vet,
            changes: beyond.effects.into_iter().filter_map(Change::of).collect(),
            figures_left: beyond.figures_left,
            inspection,
        })
    }

    /// A rule with these settings, when schema and plugin accept them.
    ///
    /// # Errors
    /// [`PluginRefusal`] with every fault found in the settings.
    pub fn settle(&self, inspection: &Inspection, settings: &Value) -> Result<RuleRef, PluginRefusal> {
        let invalid = |detail: String| PluginRefusal::quoting(RefusalCode::SettingsInvalid, &detail);
        let rule = RuleRef::new(inspection.digest, &inspection.manifest, settings)
            .map_err(|error| invalid(error.to_string()))?;
        let faults = self.validate_settings(&inspection.digest, settings)?.value;
        if faults.is_empty() {
            return Ok(rule);
        }
        let told = |lang: Lang| {
            let faults =
                faults.iter().map(|fault| format!("`{}`: {}", fault.pointer, fault.detail.said(lang)));
            faults.collect::<Vec<_>>().join("; ")
        };
        Err(PluginRefusal::new(RefusalCode::SettingsInvalid, &told(Lang::Zh), &told(Lang::En)))
    }

    /// 声明审查: asks a rule for its terms at every body, step, mode and subject, and compares them with the floor;
    /// asks the charter in force about the rule. The same before a rule is drafted and again before its vote.
    ///
    /// # Errors
    /// [`GateFailure`] when the rule or the charter gives no usable answer.
    pub fn review(
        &self,
        rule: &RuleRef,
        ctx: &GateContext,
        floor: &FloorText,
        rules: &RuleSet,
    ) -> Result<RuleReview, GateFailure> {
        let inspection = self.inspection(&rule.digest).ok_or_else(|| {
            GateFailure::new(
                &rule.name,
                rule.digest,
                Export::Terms,
                FailureCode::NotLoaded,
                rule.digest.to_string(),
            )
        })?;
        let manifest = &inspection.manifest;
        // It is asked as one that has kept nothing: what it declares must not hang on what happened to be kept.
        let mut ctx = ctx.clone();
        ctx.facts.rules.insert(rule.name.clone(), Arc::new(RuleFacts::nothing()));
        let ctx = &ctx;
        let mut review = self.declared(rule, manifest, ctx, floor)?;
        if rule.kind != RuleKind::Charter {
            let candidate = candidate(manifest, &rule.settings);
            review.vet = self.vet(rules, ctx, &candidate)?.value;
        }
        Ok(review)
    }

    /// What a rule declares, before any other rule is asked about it. That takes a thousand answers of a charter, and the
    /// page that shows a draft asks for what the shelf has just found out: it is kept, see [`crate::kept`].
    fn declared(
        &self,
        rule: &RuleRef,
        manifest: &Manifest,
        ctx: &GateContext,
        floor: &FloorText,
    ) -> Result<RuleReview, GateFailure> {
        let question = kept::rests_on(rule, ctx, floor);
        if let Some(known) = question.and_then(|question| self.reviews().get(&question)) {
            return Ok(known);
        }
        let alone = RuleSet::alone(rule);
        let mut review = Reviewing::default();
        self.compare_terms(&alone, manifest, ctx, floor, &mut review)?;
        if rule.kind == RuleKind::Charter {
            self.compare_classes(&alone, ctx, floor, &mut review)?;
            self.compare_admission(&alone, ctx, floor, &mut review)?;
        }
        let Reviewing { found, looked } = review;
        self.reviews().put_unless(looked, question, &found);
        Ok(found)
    }

    fn compare_terms(
        &self,
        alone: &RuleSet,
        manifest: &Manifest,
        ctx: &GateContext,
        floor: &FloorText,
        review: &mut Reviewing,
    ) -> Result<(), GateFailure> {
        let is_charter = manifest.kind == RuleKind::Charter;
        let domains: Vec<&str> = if is_charter {
            vec!["general"]
        } else {
            manifest.domains.iter().map(|domain| domain.code.as_str()).take(DOMAINS).collect()
        };
        let steps = if is_charter {
            Step::ALL
        } else {
            &[Step::Resolve, Step::DiscloseDecision, Step::DiscloseOutcome]
        };
        for domain in domains {
            for (subject, class) in asked_subjects(floor) {
                for &body in Body::ALL {
                    // A body with members is never counted by households: what a rule says of that says nothing.
                    for &mode in CountingMode::ALL.iter().filter(|mode| counted_here(body, **mode)) {
                        for &step in steps {
                            let query =
                                TermsQuery { matter: matter(domain, subject, class), body, step, mode };
                            let asked =
                                FloorQuery { subjects: subject.into_iter().collect(), body, step, mode };
                            let declared =
                                review.heard(self.terms(alone, ctx, &query, law::Terms::default())?);
                            let review = &mut review.found;
                            add(&mut review.breaches, floor.check_declared(&declared, &asked));
                            let of_council = body == Body::Council && mode == CountingMode::Persons;
                            if is_charter && of_council && step == Step::Resolve {
                                let mut missing = floor.check_charter(&declared, &asked);
                                missing.retain(|breach| !review.breaches.contains(breach));
                                add(&mut review.missing, missing);
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn compare_classes(
        &self,
        alone: &RuleSet,
        ctx: &GateContext,
        floor: &FloorText,
        review: &mut Reviewing,
    ) -> Result<(), GateFailure> {
        for (subject, class) in asked_subjects(floor) {
            let said = review.heard(self.classify(alone, ctx, &matter("general", subject, class), None)?);
            let declared = law::Terms { class: said, ..law::Terms::default() };
            let asked = FloorQuery {
                subjects: subject.into_iter().collect(),
                body: law::BodyKind::ResidentsAssembly,
                step: law::Step::Propose,
                mode: law::CountingMode::Persons,
            };
            add(&mut review.found.breaches, floor.check_declared(&declared, &asked));
        }
        Ok(())
    }

    fn compare_admission(
        &self,
        alone: &RuleSet,
        ctx: &GateContext,
        floor: &FloorText,
        review: &mut Reviewing,
    ) -> Result<(), GateFailure> {
        for age in [18, 45, 90] {
            for flags in 0..8_u8 {
                let person = PersonFacts {
                    age,
                    local_registration: true,
                    resident_months: if flags & 1 == 0 { 0 } else { 240 },
                    party_member: flags & 2 != 0,
                    household_head: flags & 4 != 0,
                };
                for role in [Role::Voter, Role::Candidate] {
                    let by_law = FloorAdmission::under(floor, &person, role);
                    let decision = review.heard(self.admit(alone, ctx, &person, role, &by_law)?);
                    if decision.set_aside.is_some() && review.found.excluded.last() != Some(&person) {
                        review.found.excluded.push(person.clone());
                    }
                }
            }
        }
        Ok(())
    }
}

/// Domains of a rule whose terms are asked for one by one; beyond these the join holds the floor anyway.
const DOMAINS: usize = 4;

/// Only the assembly of all can be counted by households.
pub(crate) const fn counted_here(body: Body, mode: CountingMode) -> bool {
    matches!((body, mode), (_, CountingMode::Persons) | (Body::ResidentsAssembly, CountingMode::Households))
}

/// Every statutory subject with the class the floor gives it; a matter of no list once in each class.
pub(crate) fn asked_subjects(floor: &FloorText) -> Vec<(Option<Subject>, MatterClass)> {
    const SUBJECTS: &[Subject] = &[
        Subject::Charter,
        Subject::Rule,
        Subject::VillageRegulation,
        Subject::Planning,
        Subject::SubsidisedPosts,
        Subject::CollectiveFunds,
        Subject::PublicWorksLevy,
        Subject::AssistancePlan,
        Subject::AnnualReport,
        Subject::Evaluation,
        Subject::General,
    ];
    let listed = SUBJECTS.iter().map(|subject| {
        let class =
            floor.classify(&BTreeSet::from([*subject])).map_or(MatterClass::Ordinary, |cited| cited.value);
        (Some(*subject), class)
    });
    [(None, MatterClass::Ordinary), (None, MatterClass::Major)].into_iter().chain(listed).collect()
}

pub(crate) fn matter(domain: &str, subject: Option<Subject>, class: MatterClass) -> Matter {
    Matter {
        domain: domain.to_owned(),
        subjects: subject.into_iter().collect(),
        class,
        amount_fen: None,
        per_household_fen: None,
        form: "{}".to_owned(),
    }
}

/// A rule as the charter sees it when asked to vet.
#[must_use]
pub fn candidate(manifest: &Manifest, settings: &str) -> Candidate {
    Candidate {
        kind: manifest.kind,
        name: manifest.name.clone(),
        domains: manifest.domain_codes(),
        articles: manifest
            .articles()
            .map(|article| RuleArticle { id: article.id.clone(), text: article.text.zh().to_owned() })
            .collect(),
        settings: settings.to_owned(),
    }
}

fn add(breaches: &mut Vec<Breach>, more: Vec<Breach>) {
    for breach in more {
        if !breaches.contains(&breach) {
            breaches.push(breach);
        }
    }
}

fn refuse_by(review: &RuleReview) -> Result<(), PluginRefusal> {
    let all = |breaches: &[Breach]| {
        let zh: Vec<&str> = breaches.iter().map(|breach| breach.message.zh.as_str()).collect();
        let en: Vec<&str> = breaches.iter().map(|breach| breach.message.en.as_str()).collect();
        (zh.join(" "), en.join(" "))
    };
    if !review.breaches.is_empty() {
        let (zh, en) = all(&review.breaches);
        return Err(PluginRefusal::telling(RefusalCode::LaxerThanFloor, &zh, &en));
    }
    if !review.missing.is_empty() {
        let (zh, en) = all(&review.missing);
        return Err(PluginRefusal::telling(RefusalCode::CouncilTermsMissing, &zh, &en));
    }
    if let Some(person) = review.excluded.first() {
        return Err(PluginRefusal::telling(
            RefusalCode::ExcludesEntitled,
            &format!("例如户籍在本地、{}岁、居住{}个月的居民", person.age, person.resident_months),
            &format!(
                "for example a locally registered resident of {} ({} months here)",
                person.age, person.resident_months
            ),
        ));
    }
    let forbids = review.vet.iter().filter(|finding| finding.weight == Weight::Forbid);
    let (zh, en): (Vec<&str>, Vec<&str>) =
        forbids.map(|finding| (finding.message.zh.as_str(), finding.message.en.as_str())).unzip();
    if zh.is_empty() {
        return Ok(());
    }
    // The charter's own words.
    Err(PluginRefusal::telling(RefusalCode::CharterRefuses, &zh.join("；"), &en.join("; ")))
}

/// What a manifest asks for, in plain words.
fn rights(manifest: &Manifest) -> Vec<Words> {
    let mut rights = Vec::new();
    for name in &manifest.roster {
        rights.push(if name == "household-adults" {
            Words::new(
                "查看各户成年人数（不含姓名）",
                "see the number of adults of each household (no names)",
            )
        } else {
            Words::new(format!("查看人数：{name}"), format!("see the count `{name}`"))
        });
    }
    for record in &manifest.records {
        rights.push(Words::new(
            format!("保存并查看自己的记录：{}", record.title.zh()),
            format!("keep and read its own records: {}", record.title.en()),
        ));
    }
    for case in &manifest.cases {
        rights.push(Words::new(
            format!("处理事项：{}", case.title.zh()),
            format!("handle cases: {}", case.title.en()),
        ));
    }
    for gate in &manifest.gates {
        let (zh, en) = match gate {
            Export::Classify => ("判断事项是否重大", "say whether a matter is major"),
            Export::Terms => ("提出会议和表决的更严要求", "ask for stricter terms of meetings and votes"),
            Export::Admit => ("提出参加人员的条件", "set conditions for taking part"),
            Export::Vet => ("审查其他规则", "vet other rules"),
            Export::Check => ("在每一步之前提出意见", "speak before each step"),
            Export::Handle => ("对事项提出处理结果", "propose the outcome of cases"),
            Export::Appraise => ("表扬、劝诫或建议调解", "commend, admonish or suggest mediation"),
            Export::ValidateSettings => continue,
        };
        rights.push(Words::new(zh, en));
    }
    rights
}
