//! 对照 (the engine held against the model): the same acts, one after the other, and after each one the same answer,
//! the same state, and every invariant.

use std::collections::BTreeMap;

use anyhow::Context as _;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::act::{Act, Label, Tried, Who};
use crate::engine::{Answer, Engine, Place, Workshop};
use crate::known::Ledger;
use crate::matter::Stage;
use crate::people::Settlement;
use crate::rule::{Life, Rule};
use crate::world::{Verdict, World};

/// 不一致 (where the engine and the model part).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// Which act, from 0.
    pub at: usize,
    /// The act.
    pub act: Tried,
    /// What the model says.
    pub model: String,
    /// What the engine says.
    pub engine: String,
}

/// 一例 (a sequence to be played again), as it is kept in `cases`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What went wrong, in words.
    pub about: String,
    /// The day the community is set up.
    pub start: Date,
    /// What kind of place it is.
    #[serde(default)]
    pub place: Settlement,
    /// The acts.
    pub acts: Vec<Tried>,
}

/// How thoroughly a refusal is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Nothing was committed, and the ballots in memory and the head of the log are as before.
    Commits,
    /// The whole database, row by row and byte by byte, is as before.
    Everything,
}

/// What the model says of a refusal.
const UNCHANGED: &str = "refused means unchanged";

/// 覆盖 (what the sequences reached).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Sequences run.
    pub sequences: u64,
    /// Acts tried.
    pub acts: u64,
    /// Sequences played a second time with every row compared, because something was committed at a refusal.
    pub looked_again: u64,
    /// Acts done, by name.
    pub done: BTreeMap<String, u64>,
    /// Acts refused: by name, the statute's row, and the engine's code.
    pub refused: BTreeMap<(String, &'static str, String), u64>,
}

impl Coverage {
    /// Adds what others reached.
    pub fn add(&mut self, other: Self) {
        self.sequences += other.sequences;
        self.acts += other.acts;
        self.looked_again += other.looked_again;
        for (act, times) in other.done {
            *self.done.entry(act).or_default() += times;
        }
        for (refusal, times) in other.refused {
            *self.refused.entry(refusal).or_default() += times;
        }
    }
}

/// A workshop with one store that is renewed from time to time.
#[derive(Debug)]
pub struct Bench {
    workshop: Workshop,
    engine: Engine,
    /// Where the two are known to part; nothing is let pass when a kept case is played.
    ledger: Ledger,
    used: u32,
    /// How refusals are looked at.
    pub look: Look,
    /// What was reached so far.
    pub coverage: Coverage,
}

impl Look {
    /// A store is thrown away after so many communities: it only grows, and where all of it is read at each refusal it
    /// had better be small.
    const fn communities_a_store(self) -> u32 {
        match self {
            Self::Commits => 250,
            Self::Everything => 10,
        }
    }
}

impl Bench {
    /// Sets up.
    ///
    /// # Errors
    /// When the store does not open.
    pub async fn open(workshop: Workshop, look: Look) -> anyhow::Result<Self> {
        let engine = Engine::open(&workshop).await?;
        Ok(Self { workshop, engine, ledger: Ledger::read()?, used: 0, look, coverage: Coverage::default() })
    }

    /// Runs the sequence of a seed, which is the same whatever was run before. Gives where the two part, if they do.
    ///
    /// # Errors
    /// When the engine cannot be driven at all.
    pub async fn seed(&mut self, seed: u64) -> anyhow::Result<Option<(Case, Disagreement)>> {
        self.coverage.sequences += 1;
        let start = first_day_of(seed);
        let world = World::new(crate::generate::settlement(seed), start);
        let mut acts = crate::generate::sequence(seed, &world);
        let place = world.place;
        let Some(mut found) = self.play(seed, world, &acts).await? else { return Ok(None) };
        // The writer also empties the journal of destroyed votes, whenever no reader holds it up, and that counts as a commit
        // although it changes no row. So where a commit was seen at a refusal, all of it is played again with every row compared.
        if self.look == Look::Commits && found.model == UNCHANGED {
            let mut closer = Self::open(self.workshop.clone(), Look::Everything).await?;
            match closer.play(seed, World::new(place, start), &acts).await? {
                Some(same) => found = same,
                None => {
                    self.coverage.looked_again += 1;
                    return Ok(None);
                }
            }
        }
        acts.truncate(found.at + 1);
        let about = format!("seed {seed}: model {}, engine {}", found.model, found.engine);
        Ok(Some((Case { about, start, place, acts }, found)))
    }

    /// Plays a case again from its own first day.
    ///
    /// # Errors
    /// When the engine cannot be driven at all.
    pub async fn case(&mut self, case: &Case) -> anyhow::Result<Option<Disagreement>> {
        self.renew().await?;
        self.ledger = Ledger::default();
        self.play(1, World::new(case.place, case.start), &case.acts).await
    }

    async fn renew(&mut self) -> anyhow::Result<()> {
        self.engine = Engine::open(&self.workshop).await?;
        self.used = 0;
        Ok(())
    }

    /// Takes acts away as long as the engine and the model still part over the same act in the same way.
    ///
    /// # Errors
    /// When the engine cannot be driven at all.
    pub async fn smaller(
        &mut self,
        mut case: Case,
        mut found: Disagreement,
    ) -> anyhow::Result<(Case, Disagreement)> {
        let kept = self.coverage.clone();
        let mut step = case.acts.len() / 2;
        while step > 0 {
            let mut from = 0;
            while from < case.acts.len() {
                let mut fewer = case.acts.clone();
                fewer.drain(from..(from + step).min(fewer.len()));
                // Each time the same ids, which are new in a new store only.
                self.renew().await?;
                match self.play(1, World::new(case.place, case.start), &fewer).await? {
                    Some(same) if same.model == found.model && same.engine == found.engine => {
                        fewer.truncate(same.at + 1);
                        (case.acts, found) = (fewer, same);
                    }
                    _ => from += step,
                }
            }
            step /= 2;
        }
        // Whose ids come next is not known here.
        self.renew().await?;
        self.coverage = kept;
        Ok((case, found))
    }

    /// Plays acts in a new community.
    async fn play(
        &mut self,
        seed: u64,
        mut world: World,
        acts: &[Tried],
    ) -> anyhow::Result<Option<Disagreement>> {
        if self.used >= self.look.communities_a_store() {
            self.renew().await?;
        }
        self.used += 1;
        let mut place = self.engine.place(seed, &world).await.context("setting a community up")?;
        // What the store holds, as long as nothing was done since it was looked at.
        let mut held: Option<Vec<String>> = None;
        for (at, tried) in acts.iter().enumerate() {
            let part =
                |model: String, engine: String| Some(Disagreement { at, act: tried.clone(), model, engine });
            let act = &tried.act;
            let verdict = world.judge(tried.by, act);
            if verdict == Verdict::PassedOver {
                continue;
            }
            if let Verdict::Refused(no) = &verdict
                && self.ledger.too_lax(act, no.rule).is_some()
            {
                continue;
            }
            self.coverage.acts += 1;
            let before = match (&verdict, held.take()) {
                (Verdict::Refused(_), None) => self.state(&place).await?,
                (_, known) => known.unwrap_or_default(),
            };
            let answer = self.engine.attempt(&mut place, &world, tried).await;
            match (verdict, answer) {
                (Verdict::Done(next), Ok(_)) => {
                    world = *next;
                    *self.coverage.done.entry(act.name()).or_default() += 1;
                    if let Err(broken) = world.invariants() {
                        return Ok(part(format!("invariant: {broken}"), "done".to_owned()));
                    }
                    if let Some((model, engine)) = self.differs(&place, &world, act).await? {
                        return Ok(part(model, engine));
                    }
                    self.engine.new_entries(&mut place).await?;
                }
                (Verdict::Refused(no), Err(code)) if !code.starts_with("INTERNAL") => {
                    let key = (act.name(), no.rule, code.clone());
                    *self.coverage.refused.entry(key).or_default() += 1;
                    let after = self.state(&place).await?;
                    if before != after {
                        return Ok(part(UNCHANGED.to_owned(), format!("refused {code}, and changed")));
                    }
                    held = Some(after);
                }
                (Verdict::Done(_), Err(code)) if self.ledger.too_strict(act, &code).is_some() => {}
                (verdict, answer) => return Ok(part(said(&verdict), answered(&answer))),
            }
        }
        self.sweep(&place, &world, acts).await
    }

    /// Everything once more at the end, also what no late act touched.
    async fn sweep(
        &self,
        place: &Place,
        world: &World,
        acts: &[Tried],
    ) -> anyhow::Result<Option<Disagreement>> {
        let nothing = || Tried { by: Who::Clerk, act: Act::Days { days: 0 } };
        let last = || (acts.len().saturating_sub(1), acts.last().cloned().unwrap_or_else(nothing));
        for &label in world.matters.keys() {
            if let Some((model, engine)) = self.matter_differs(place, world, label).await? {
                let (at, act) = last();
                return Ok(Some(Disagreement { at, act, model, engine }));
            }
        }
        for &label in world.rules.keys() {
            if let Some((model, engine)) = self.rule_differs(place, world, label).await? {
                let (at, act) = last();
                return Ok(Some(Disagreement { at, act, model, engine }));
            }
        }
        Ok(None)
    }

    /// What must not change when an act is refused.
    async fn state(&mut self, place: &Place) -> anyhow::Result<Vec<String>> {
        let mut state = vec![self.engine.in_memory(place).await?];
        match self.look {
            Look::Commits => state.push(self.engine.commits().await?.to_string()),
            // Not the commits as well: the writer's own, which empty the journal, change no row.
            Look::Everything => state.extend(self.engine.dump().await?),
        }
        Ok(state)
    }

    /// What an act touched, looked at from both sides.
    async fn differs(
        &self,
        place: &Place,
        world: &World,
        act: &Act,
    ) -> anyhow::Result<Option<(String, String)>> {
        let meeting = match act {
            Act::Convene { meeting, .. }
            | Act::Cancel { meeting }
            | Act::OpenMeeting { meeting }
            | Act::Arrive { meeting, .. }
            | Act::Leave { meeting, .. }
            | Act::OpenBallot { meeting, .. }
            | Act::Recess { meeting, .. }
            | Act::Recuse { meeting, .. }
            | Act::Adjourn { meeting } => Some(*meeting),
            Act::Vote { ballot, .. } | Act::CloseBallot { ballot, .. } => world.meeting_of(*ballot),
            _ => None,
        };
        if let Some(label) = meeting
            && let Some(found) = self.meeting_differs(place, world, label).await?
        {
            return Ok(Some(found));
        }
        let voted = match act {
            Act::CloseBallot { ballot, .. } => world
                .meetings
                .values()
                .find_map(|meeting| meeting.ballots.get(ballot))
                .map(|ballot| ballot.matter),
            _ => named(act),
        };
        if let Some(label) = voted
            && let Some(found) = self.matter_differs(place, world, label).await?
        {
            return Ok(Some(found));
        }
        let rule = match act {
            Act::Attest { rule, .. }
            | Act::Confirm { rule }
            | Act::Reject { rule }
            | Act::Draft { rule, .. }
            | Act::Suspend { rule, .. }
            | Act::Resume { rule }
            | Act::Promulgate { rule, .. } => Some(*rule),
            _ => voted.and_then(|matter| {
                let matter = world.matters.get(&matter)?;
                matter.adopts.or(matter.repeals)
            }),
        };
        match rule {
            Some(rule) => self.rule_differs(place, world, rule).await,
            None => Ok(None),
        }
    }

    async fn matter_differs(
        &self,
        place: &Place,
        world: &World,
        label: Label,
    ) -> anyhow::Result<Option<(String, String)>> {
        let view = self.engine.matter(place, label).await?;
        let matter = world.matter(label);
        // A bare suggestion is of no class, and of none when it is withdrawn.
        let class = match matter.text {
            0 => Value::Null,
            _ => json!(if matter.major { "major" } else { "ordinary" }),
        };
        let model = json!({"matter": label, "state": stage_word(matter.stage), "class": class});
        let engine = json!({"matter": label, "state": view["state"], "class": view["class"]});
        Ok(unlike(&model, &engine))
    }

    async fn meeting_differs(
        &self,
        place: &Place,
        world: &World,
        label: Label,
    ) -> anyhow::Result<Option<(String, String)>> {
        let view = self.engine.meeting(place, label).await?;
        let meeting = &world.meetings[&label];
        let state = serde_json::to_value(format!("{:?}", meeting.stage).to_lowercase())?;
        let base = match meeting.stage {
            crate::meeting::Sitting::Convened | crate::meeting::Sitting::Cancelled => Value::Null,
            _ => json!(meeting.roll.len()),
        };
        let shown_base = if base.is_null() { Value::Null } else { view["base"].clone() };
        let mut model = json!({"state": state, "present": meeting.present.len(), "base": base});
        let mut engine = json!({"state": view["state"], "present": view["present"], "base": shown_base});
        for (ballot, found) in &meeting.ballots {
            let id = Engine::ballot_id(place, *ballot);
            let shown =
                view["ballots"].as_array().into_iter().flatten().find(|shown| shown["id"] == id.as_str());
            let shown = shown.cloned().unwrap_or(Value::Null);
            let (key, count) = (format!("ballot {ballot}"), &shown["decision"]["finding"]["count"]);
            match found.result {
                None => {
                    model[&key] = json!({"state": "open", "turnout": found.votes.len()});
                    engine[&key] = json!({"state": shown["state"], "turnout": shown["turnout"]});
                }
                Some(result) => {
                    model[&key] = json!({
                        "passed": result.passed, "in_office": result.in_office, "recused": result.recused,
                        "yes": result.yes, "no": result.no, "abstain": result.abstain, "spoilt": result.spoilt,
                        "in_the_room": result.in_the_room, "quorum": result.quorum, "needed": result.needed,
                    });
                    let finding = &shown["decision"]["finding"];
                    let there = |field: &str| count[field].as_u64().unwrap_or(0);
                    engine[&key] = json!({
                        "passed": shown["decision"]["passed"], "in_office": count["in_office"],
                        "recused": count["recused"], "yes": count["yes"], "no": count["no"],
                        "abstain": count["abstain"], "spoilt": count["spoilt"],
                        "in_the_room": there("present") + there("recused_present"),
                        "quorum": most_needed(&finding["quorum"]), "needed": most_needed(&finding["passes"]),
                    });
                }
            }
        }
        Ok(unlike(&model, &engine))
    }

    async fn rule_differs(
        &self,
        place: &Place,
        world: &World,
        label: Label,
    ) -> anyhow::Result<Option<(String, String)>> {
        let view = self.engine.rule(place, label).await?;
        let rule = &world.rules[&label];
        let model =
            json!({"rule": label, "in force": rule.in_force(world.today), "ended": ended(rule, world)});
        let shown = view["summary"]["state"].as_str().unwrap_or_default();
        let engine = json!({"rule": label, "in force": shown == "in-force", "ended": shown == "superseded"});
        Ok(unlike(&model, &engine))
    }
}

/// The day the community of a seed is set up: in different years and seasons, on few days, so that a charter which was
/// looked at once need not be looked at again (`yishi_rulebook` keeps what it found).
fn first_day_of(seed: u64) -> Date {
    const A_YEAR_AND_A_QUARTER: i64 = 456;
    let later = i64::from(u8::try_from(seed % 4).unwrap_or(0));
    crate::generate::first_day().saturating_add((A_YEAR_AND_A_QUARTER * later).days())
}

fn ended(rule: &Rule, world: &World) -> bool {
    matches!(rule.life, Life::Promulgated | Life::Confirmed)
        && rule.until().is_some_and(|until| until <= world.today)
}

/// The strictest of several demands.
fn most_needed(demands: &Value) -> Option<u64> {
    demands.as_array()?.iter().filter_map(|demand| demand["needed"].as_u64()).max()
}

fn unlike(model: &Value, engine: &Value) -> Option<(String, String)> {
    (model != engine).then(|| (model.to_string(), engine.to_string()))
}

/// The matter an act is about.
fn named(act: &Act) -> Option<Label> {
    serde_json::to_value(act).ok()?["matter"].as_u64()?.try_into().ok()
}

fn stage_word(stage: Stage) -> String {
    let mut word = String::new();
    for letter in format!("{stage:?}").chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::PassedOver => "passed over".to_owned(),
        Verdict::Done(_) => "done".to_owned(),
        Verdict::Refused(no) => format!("refused by {}: {}", no.rule, no.why),
    }
}

fn answered(answer: &Answer) -> String {
    match answer {
        Ok(_) => "done".to_owned(),
        Err(code) => format!("refused {code}"),
    }
}
