//! 询问 (asking rules): what they keep is fetched question by question, and what was read is guarded until it is written.
//!
//! A rule is a pure function, answered from a snapshot; a question whose answer nobody fetched ends the evaluation. So the
//! answer is fetched, and the rule is asked again. Beside each answer stands the count of changes it was read at: a unit
//! that rests on it is written only if nothing of it has changed, so that of two clerks who decide on the same state only
//! one writes.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yishi_canonical::Digest;
use yishi_identity::RuleId;
use yishi_rulebook::{FactQuestion, FailureCode, GateContext, GateFailure, RuleFacts, Rulebook};
use yishi_storage::{PluginRecordQuery, Row};

use crate::model::Model;
use crate::{App, AppError, AppResult, Community};

/// How many questions about what rules keep are fetched for one act. A rule speaks of the subject of a case and of a few
/// others it named in its records; one that asks about hundreds is refused rather than answered in part.
const MOST_QUESTIONS: usize = 100;
/// The read model that counts the changes to what a rule keeps about one subject.
const KEPT: Model<()> = Model::new("rule-kept");

/// 询问 (what rules are asked with in one act): the snapshot as far as it was fetched, and which state it was read in.
#[derive(Debug)]
pub(crate) struct Asking {
    pub(crate) gate: GateContext,
    ids: BTreeMap<String, RuleId>,
    keepers: BTreeMap<RuleId, RuleId>,
    /// Keeper and subject of everything that was fetched, with the count of changes it was read at.
    pub(crate) read_at: BTreeMap<(RuleId, String), u64>,
    fetched: usize,
    reloaded: BTreeSet<Digest>,
}

impl Asking {
    /// The id under which a rule that was asked keeps what it keeps, and a subject's points as they were fetched.
    pub(crate) fn kept_by(&self, rule: RuleId, name: &str, subject: &str) -> Option<(RuleId, i64)> {
        let keeper = self.keepers.get(&rule)?;
        Some((*keeper, self.gate.facts.rules.get(name)?.known_points(subject)?))
    }

    /// Rules that are asked, each under the id it was adopted under, with nothing fetched yet.
    pub(crate) fn new(gate: GateContext, ids: BTreeMap<String, RuleId>) -> Self {
        Self {
            gate,
            ids,
            keepers: BTreeMap::new(),
            read_at: BTreeMap::new(),
            fetched: 0,
            reloaded: BTreeSet::new(),
        }
    }
}

/// The name of the count of changes to what a rule keeps about a subject.
fn kept_id(keeper: RuleId, subject: &str) -> String {
    format!("{keeper}.{subject}")
}

/// Rows by which a unit is written only on the state it was decided on: nothing that was read has changed, and what it
/// changes is counted, so that of two who decide on the same state only one writes.
pub(crate) fn guard(
    read_at: &BTreeMap<(RuleId, String), u64>,
    changed: &BTreeSet<(RuleId, String)>,
) -> AppResult<Vec<Row>> {
    let mut rows = Vec::new();
    for ((keeper, subject), version) in read_at {
        let id = kept_id(*keeper, subject);
        if changed.contains(&(*keeper, subject.clone())) {
            rows.extend(KEPT.next(id, *version, &())?);
        } else {
            rows.push(KEPT.as_read(id, *version));
        }
    }
    Ok(rows)
}

impl App {
    /// The id under which a rule keeps records and points: that of the first version of the same name in the line of
    /// rules that replaced one another. An amendment is a rule of its own, and what was kept outlives it.
    pub(crate) async fn keeper(&self, community: &Community, rule: RuleId) -> AppResult<RuleId> {
        let mut keeper = rule;
        let mut loaded = self.load_rule(community, rule).await?.rule;
        let name = loaded.name.clone();
        let mut seen = BTreeSet::from([rule]);
        while let Some(before) = loaded.replaces.filter(|before| seen.insert(*before)) {
            loaded = self.load_rule(community, before).await?.rule;
            if loaded.name != name {
                break;
            }
            keeper = before;
        }
        Ok(keeper)
    }

    /// How often what a rule keeps about a subject has changed.
    pub(crate) async fn kept_version(
        &self,
        community: &Community,
        keeper: RuleId,
        subject: &str,
    ) -> AppResult<u64> {
        Ok(self.read_or_new(&community.scope, &KEPT, kept_id(keeper, subject)).await?.1)
    }

    /// Puts a question to rules, and again with what they turn out to ask for themselves, until there is an answer.
    pub(crate) async fn put_question<T: Send + 'static>(
        &self,
        community: &Community,
        asking: &mut Asking,
        question: impl Fn(&Rulebook, &GateContext) -> Result<T, GateFailure> + Clone + Send + 'static,
    ) -> AppResult<Result<T, Box<GateFailure>>> {
        loop {
            let place = self.turns.answering().await;
            let (rulebook, gate, ask) = (Arc::clone(&self.rulebook), asking.gate.clone(), question.clone());
            let answered = crate::apart(move || ask(&rulebook, &gate)).await?;
            drop(place);
            let failure = match answered {
                Ok(answer) => return Ok(Ok(answer)),
                Err(failure) => failure,
            };
            // Others needed the memory meanwhile: it is loaded again, once for each rule that is asked.
            if failure.code == FailureCode::NotLoaded && asking.reloaded.insert(failure.digest) {
                self.component(&failure.digest).await?;
                continue;
            }
            let Some(question) = &failure.missing else { return Ok(Err(Box::new(failure))) };
            if asking.fetched >= MOST_QUESTIONS {
                let detail =
                    format!("it asks about more than {MOST_QUESTIONS} things it keeps in one answer");
                let GateFailure { plugin, digest, export, .. } = failure;
                let code = FailureCode::HostCallLimit;
                return Ok(Err(Box::new(GateFailure::new(&plugin, digest, export, code, detail))));
            }
            self.fetch(community, asking, &failure.plugin, question).await?;
        }
    }

    /// Fetches the answer to one question of a rule into the snapshot it is asked with.
    pub(crate) async fn fetch(
        &self,
        community: &Community,
        asking: &mut Asking,
        name: &str,
        question: &FactQuestion,
    ) -> AppResult<()> {
        asking.fetched += 1;
        let Some(rule) = asking.ids.get(name).copied() else {
            return Err(AppError::internal(format!(
                "rule `{name}` asks for what it keeps and was not asked"
            )));
        };
        let keeper = match asking.keepers.entry(rule) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => *new.insert(self.keeper(community, rule).await?),
        };
        // The count comes before what it counts: a change in between is then seen when the unit is written.
        let mark = (keeper, question.subject().to_owned());
        if let Entry::Vacant(new) = asking.read_at.entry(mark) {
            new.insert(self.kept_version(community, keeper, question.subject()).await?);
        }
        let facts = Arc::make_mut(asking.gate.facts.rules.entry(name.to_owned()).or_default());
        match question {
            FactQuestion::Records { kind, subject } | FactQuestion::Whole { kind, subject } => {
                let whole = matches!(question, FactQuestion::Whole { .. });
                let query = PluginRecordQuery {
                    rule: keeper.to_string(),
                    kind: kind.clone(),
                    subject: subject.clone(),
                    // One more than can be shown: so it is known that there are too many.
                    limit: if whole { RuleFacts::MOST + 1 } else { RuleFacts::NEWEST },
                };
                let rows = self.store.latest_records(&community.scope, &query).await?;
                let bodies = rows.into_iter().map(|row| row.body.to_string()).collect();
                if whole {
                    facts.take_whole(kind, subject, bodies);
                } else {
                    facts.take_records(kind, subject, bodies);
                }
            }
            FactQuestion::Points { subject } => {
                let sum = self.store.points(&community.scope, &keeper.to_string(), subject).await?;
                facts.take_points(subject, sum);
            }
        }
        Ok(())
    }
}
