//! Ballots, counted again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use yishi_canonical::Digest;
use yishi_record::Envelope;
use yishi_record::commitment::{self, NONCE_BYTES};

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

    /// All votes of every kind; nothing when the sum is absurd.
    fn total(&self) -> Option<u64> {
        self.yes.checked_add(self.no)?.checked_add(self.abstain)?.checked_add(self.spoilt)
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
    /// Of an open ballot: what each vote committed to and is not opened yet, by its entry.
    committed: BTreeMap<u64, Digest>,
    /// Of an open ballot: the votes that were opened.
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

    /// How many votes were cast in the ballots that were closed; one that is open still cannot be counted again.
    #[must_use]
    pub const fn votes(&self) -> u64 {
        self.votes
    }

    /// Takes in the next entry of the log.
    pub fn see(&mut self, entry: &Envelope, problems: &mut Vec<Problem>) {
        let result = match entry.kind.as_str() {
            "ballot.opened" | "meeting.ballot-opened" => self.open(&entry.body),
            "ballot.cast" => self.cast(entry.seq, &entry.body),
            "ballot.votes-opened" => return self.open_votes(entry, problems),
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

    fn cast(&mut self, seq: u64, body: &Value) -> Result<(), Wrong> {
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
        if body.get("choice").is_some() {
            return Err(wrong(
                "choice-shown",
                "表决进行中的投票条目记有选项",
                "a vote shows its choice while the ballot is running",
            ));
        }
        match (ballot.secret, body.get("commitment").and_then(Value::as_str).map(str::parse)) {
            (true, None) => {}
            (true, Some(_)) => {
                return Err(wrong(
                    "secret-shown",
                    "无记名投票记有承诺",
                    "a secret vote carries a commitment",
                ));
            }
            (false, Some(Ok(commitment))) => {
                ballot.committed.insert(seq, commitment);
            }
            (false, _) => {
                return Err(wrong(
                    "commitment-unreadable",
                    "投票没有可识别的选项承诺",
                    "the vote carries no commitment that can be read",
                ));
            }
        }
        Ok(())
    }

    /// Takes in votes that are opened with the closing. What is wrong with one of them is said of the entry that cast it.
    fn open_votes(&mut self, entry: &Envelope, problems: &mut Vec<Problem>) {
        let mut report = |at: u64, (code, zh, en): Wrong| problems.push(Problem { entry: at, code, zh, en });
        let ballot = match text(&entry.body, "ballot") {
            Ok(id) => self.ballots.get_mut(id).filter(|ballot| !ballot.closed && !ballot.secret),
            Err(missing) => return report(entry.seq, missing),
        };
        let Some(ballot) = ballot else {
            let of_none = wrong(
                "votes-of-no-ballot",
                "公开的选项不属于正在结束的公开表决",
                "choices are published of no open ballot that is being closed",
            );
            return report(entry.seq, of_none);
        };
        let Some(votes) = entry.body.get("votes").and_then(Value::as_array) else {
            return report(entry.seq, missing("votes"));
        };
        for vote in votes {
            let Some(seq) = vote.get("vote").and_then(Value::as_u64) else {
                report(entry.seq, missing("vote"));
                continue;
            };
            let Some(commitment) = ballot.committed.remove(&seq) else {
                let of_none = (
                    "choice-of-no-vote",
                    format!("公布了第 {seq} 条的选项，但该条不是本次表决未公布的投票"),
                    format!(
                        "a choice is published for entry {seq}, which is no vote of this ballot waiting for one"
                    ),
                );
                report(entry.seq, of_none);
                continue;
            };
            let choice = vote.get("choice").and_then(Value::as_str).unwrap_or_default();
            let nonce = vote.get("nonce").and_then(Value::as_str).and_then(nonce);
            let opens = nonce.is_some_and(|nonce| commitment::choice(&nonce, choice) == commitment);
            if !opens {
                let changed = (
                    "choice-differs",
                    format!("第 {seq} 条投票公布的选项与投票时的承诺不符"),
                    format!(
                        "the choice published for the vote of entry {seq} is not the one it committed to"
                    ),
                );
                report(seq, changed);
            } else if !ballot.votes.add(choice) {
                report(seq, wrong("choice-unreadable", "投票选项无法识别", "the choice cannot be read"));
            }
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
        let voters = std::mem::take(&mut ballot.voters).len() as u64;
        self.votes += voters;
        let unopened = std::mem::take(&mut ballot.committed);
        if let Some(seq) = unopened.keys().next() {
            return Err((
                "choices-missing",
                format!("{} 票的选项没有公布，第一票在第 {seq} 条", unopened.len()),
                format!(
                    "the choices of {} votes are not published, the first of them in entry {seq}",
                    unopened.len()
                ),
            ));
        }
        let cast = body.get("cast").and_then(Votes::read);
        let hand = body.get("hand").filter(|hand| !hand.is_null());
        let total = if ballot.secret {
            // One sum, in which votes cast one by one and votes from the box cannot be told apart.
            let sum = cast.ok_or_else(|| missing("cast"))?;
            let all = sum.total().ok_or_else(hand_unreadable)?;
            if hand.is_some_and(|hand| hand.get("votes").is_some_and(|votes| !votes.is_null())) {
                return Err(wrong(
                    "secret-in-parts",
                    "无记名表决分开公布了现场票数",
                    "a secret ballot is published in parts",
                ));
            }
            if all < voters || (hand.is_none() && all != voters) {
                return Err((
                    "choices-and-voters",
                    format!("{voters} 人投票，公布 {all} 票"),
                    format!("{voters} voted, {all} votes are published"),
                ));
            }
            sum
        } else {
            if body.get("cast").is_some() {
                differs("逐票", "votes cast one by one", ballot.votes, cast)?;
            }
            let by_hand = match hand {
                Some(hand) => hand.get("votes").and_then(Votes::read).ok_or_else(hand_unreadable)?,
                None => Votes::default(),
            };
            ballot.votes.plus(by_hand).ok_or_else(hand_unreadable)?
        };
        let found = body.get("finding").and_then(|finding| finding.get("count")).and_then(Votes::read);
        differs("认定所用", "the finding's count", total, found)
    }
}

fn hand_unreadable() -> Wrong {
    wrong("hand-count-unreadable", "现场计票无法识别", "the count made by hand cannot be read")
}

/// A nonce as entries write it.
fn nonce(text: &str) -> Option<[u8; NONCE_BYTES]> {
    let mut bytes = [0; NONCE_BYTES];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
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
    body.get(name).and_then(Value::as_str).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Wrong {
    ("field-missing", format!("条目缺少 {name}"), format!("the entry lacks `{name}`"))
}

fn wrong(code: &'static str, zh: &str, en: &str) -> Wrong {
    (code, zh.to_owned(), en.to_owned())
}
