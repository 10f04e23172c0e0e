//! Ballots, counted again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use yishi_record::Envelope;

use crate::Problem;

/// Votes of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Votes {
    yes: u64,
    no: u64,
    abstain: u64,
    spoilt: u64,
}

impl Votes {
    fn read(value: &Value) -> Option<Self> {
        let field = |name: &str| value.get(name).and_then(Value::as_u64);
        Some(Self {
            yes: field("yes")?,
            no: field("no")?,
            abstain: field("abstain")?,
            spoilt: field("spoilt")?,
        })
    }

    /// What a secret ballot came to: how many chose what, or, in records made before it was written so, each choice in an
    /// order that says nothing of who voted when.
    fn published(choices: Option<&Value>) -> Option<Self> {
        let mut votes = Self::default();
        match choices {
            None => {}
            Some(Value::Array(each)) => {
                let read = |choice: &Value| choice.as_str().is_some_and(|choice| votes.add(choice));
                each.iter().all(read).then_some(())?;
            }
            Some(counts) => {
                // Numbers of people: what a checked sum could not hold is no count.
                let field =
                    |name: &str| counts.get(name)?.as_u64().filter(|count| *count <= u64::from(u32::MAX));
                votes = Self { yes: field("yes")?, no: field("no")?, abstain: field("abstain")?, spoilt: 0 };
            }
        }
        Some(votes)
    }

    fn add(&mut self, choice: &str) -> bool {
        let place = match choice {
            "yes" => &mut self.yes,
            "no" => &mut self.no,
            "abstain" => &mut self.abstain,
            _ => return false,
        };
        *place += 1;
        true
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            yes: self.yes.checked_add(other.yes)?,
            no: self.no.checked_add(other.no)?,
            abstain: self.abstain.checked_add(other.abstain)?,
            spoilt: self.spoilt.checked_add(other.spoilt)?,
        })
    }
}

#[derive(Debug, Default)]
struct Ballot {
    secret: bool,
    voters: BTreeSet<String>,
    votes: Votes,
    closed: bool,
}

/// Follows every ballot from its opening to its closing.
#[derive(Debug, Default)]
pub struct Ballots {
    ballots: BTreeMap<String, Ballot>,
    votes: u64,
    closed: u64,
}

/// What is wrong with a ballot: code, Chinese, English.
type Wrong = (&'static str, String, String);

impl Ballots {
    /// How many ballots were closed.
    #[must_use]
    pub const fn closed(&self) -> u64 {
        self.closed
    }

    /// How many votes were cast in all.
    #[must_use]
    pub const fn votes(&self) -> u64 {
        self.votes
    }

    /// Takes in the next entry of the log.
    pub fn see(&mut self, entry: &Envelope, problems: &mut Vec<Problem>) {
        let result = match entry.kind.as_str() {
            "ballot.opened" | "meeting.ballot-opened" => self.open(&entry.body),
            "ballot.cast" => self.cast(&entry.body),
            "ballot.closed" | "meeting.ballot-closed" => self.close(&entry.body),
            _ => return,
        };
        if let Err((code, zh, en)) = result {
            problems.push(Problem { entry: entry.seq, code, zh, en });
        }
    }

    fn open(&mut self, body: &Value) -> Result<(), Wrong> {
        let id = text(body, "ballot")?;
        let secret = text(body, "secrecy")? == "secret";
        if self.ballots.contains_key(id) {
            return Err(wrong("ballot-opened-twice", "表决被开启两次", "the ballot was opened twice"));
        }
        self.ballots.insert(id.to_owned(), Ballot { secret, ..Ballot::default() });
        Ok(())
    }

    fn cast(&mut self, body: &Value) -> Result<(), Wrong> {
        self.votes += 1;
        let id = text(body, "ballot")?;
        let voter = text(body, "voter")?;
        let ballot = self.ballots.get_mut(id).ok_or_else(|| {
            wrong(
                "vote-without-ballot",
                "投票时表决尚未开启",
                "the vote was cast in a ballot that was not opened",
            )
        })?;
        if ballot.closed {
            return Err(wrong("vote-after-closing", "表决结束后仍有投票", "the vote was cast after closing"));
        }
        if !ballot.voters.insert(voter.to_owned()) {
            return Err((
                "voted-twice",
                format!("{voter} 投票两次"),
                format!("`{voter}` voted twice in `{id}`"),
            ));
        }
        match (ballot.secret, body.get("choice").and_then(Value::as_str)) {
            (true, None) => Ok(()),
            (true, Some(_)) => {
                Err(wrong("secret-shown", "无记名表决却记有选项", "a secret vote shows its choice"))
            }
            (false, Some(choice)) if ballot.votes.add(choice) => Ok(()),
            (false, _) => Err(wrong("choice-unreadable", "投票选项无法识别", "the choice cannot be read")),
        }
    }

    fn close(&mut self, body: &Value) -> Result<(), Wrong> {
        let id = text(body, "ballot")?;
        let ballot = self.ballots.get_mut(id).ok_or_else(|| {
            wrong("closed-unopened", "表决未开启即结束", "a ballot was closed that was not opened")
        })?;
        if ballot.closed {
            return Err(wrong("ballot-closed-twice", "表决被结束两次", "the ballot was closed twice"));
        }
        ballot.closed = true;
        self.closed += 1;
        let voters = std::mem::take(&mut ballot.voters).len();

        let mut counted = ballot.votes;
        if ballot.secret {
            let choices = Votes::published(body.get("choices")).ok_or_else(|| {
                wrong("choice-unreadable", "公布的选项无法识别", "a published choice cannot be read")
            })?;
            let published = choices.yes + choices.no + choices.abstain;
            if published != voters as u64 {
                return Err((
                    "choices-and-voters",
                    format!("{voters} 人投票，公布 {published} 个选项"),
                    format!("{voters} voted, {published} choices are published"),
                ));
            }
            counted = choices;
        }
        if let Some(cast) = body.get("cast") {
            differs("逐票", "votes cast one by one", counted, Votes::read(cast))?;
        }
        let by_hand = match body.get("hand").filter(|hand| !hand.is_null()) {
            Some(hand) => hand.get("votes").and_then(Votes::read).ok_or_else(|| {
                wrong("hand-count-unreadable", "现场计票无法识别", "the count made by hand cannot be read")
            })?,
            None => Votes::default(),
        };
        let total = counted.plus(by_hand).ok_or_else(|| {
            wrong("hand-count-unreadable", "现场计票无法识别", "the count made by hand cannot be true")
        })?;
        let found = body.get("finding").and_then(|finding| finding.get("count")).and_then(Votes::read);
        differs("认定所用", "the finding's count", total, found)
    }
}

fn differs(what_zh: &str, what_en: &str, counted: Votes, recorded: Option<Votes>) -> Result<(), Wrong> {
    let Some(recorded) = recorded else {
        return Err(wrong("count-missing", "结束条目没有票数", "the closing entry carries no count"));
    };
    if counted == recorded {
        return Ok(());
    }
    let zh = |v: Votes| format!("赞成 {}、反对 {}、弃权 {}、废票 {}", v.yes, v.no, v.abstain, v.spoilt);
    let en =
        |v: Votes| format!("{} for, {} against, {} abstained, {} spoilt", v.yes, v.no, v.abstain, v.spoilt);
    Err((
        "count-differs",
        format!("{what_zh}票数与重新计票不符：记录为{}，重新计为{}", zh(recorded), zh(counted)),
        format!("{what_en}: recorded {}; counted again {}", en(recorded), en(counted)),
    ))
}

fn text<'a>(body: &'a Value, name: &str) -> Result<&'a str, Wrong> {
    body.get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| ("field-missing", format!("条目缺少 {name}"), format!("the entry lacks `{name}`")))
}

fn wrong(code: &'static str, zh: &str, en: &str) -> Wrong {
    (code, zh.to_owned(), en.to_owned())
}
