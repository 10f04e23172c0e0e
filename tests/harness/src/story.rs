//! The six steps, told by those who take them: each function is one act or one stretch of a matter's way.
//!
//! Nothing here knows a rule. Whatever the server refuses ends the story with the server's own words.

use anyhow::{Context as _, bail, ensure};
use jiff::civil::Date;
use serde_json::{Value, json};
use yishi_builder::Built;

use crate::place::{all, id_of};
use crate::{Client, Place, Resident, texts};

/// 会议 (which sitting decides, and who comes).
#[derive(Debug, Clone)]
pub struct Assembly<'a> {
    /// Body code.
    pub body: &'a str,
    /// `persons` or `households`.
    pub mode: &'a str,
    /// Who comes.
    pub present: Vec<&'a Resident>,
    /// How many days ahead notice is given.
    pub notice_days: i64,
}

/// 现场计票 (what the tellers counted of those who did not vote by name).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HandCount {
    /// 赞成.
    pub yes: u64,
    /// 反对.
    pub no: u64,
    /// 弃权.
    pub abstain: u64,
    /// 废票.
    pub spoilt: u64,
    /// 未投.
    pub not_voting: u64,
}

/// 投票 (who votes how).
#[derive(Debug, Clone, Default)]
pub struct Votes<'a> {
    /// Cast by people themselves, on their own accounts.
    pub own: Vec<(&'a Client, &'a str)>,
    /// Entered by staff for people in the room.
    pub entered: Vec<(&'a Resident, &'a str)>,
    /// Counted in the room.
    pub hand: Option<HandCount>,
}

/// What a vote came to.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The meeting's id.
    pub meeting: String,
    /// The ballot's id.
    pub ballot: String,
    /// Finding and words, as the API shows them.
    pub decision: Value,
    /// What each voter got back.
    pub receipts: Vec<Value>,
}

/// 事项的内容 (what a matter is about).
#[derive(Debug, Clone)]
pub struct Affair<'a> {
    /// At most 120 characters.
    pub title: &'a str,
    /// The suggestion.
    pub suggestion: &'a str,
    /// The council's proposal.
    pub proposal: &'a str,
    /// The domain.
    pub domain: &'a str,
    /// Statutory subjects.
    pub subjects: &'a [&'a str],
    /// What the council takes it to be.
    pub class: &'a str,
    /// Money in all.
    pub amount_fen: Option<u64>,
    /// Money each household pays.
    pub per_household_fen: Option<u64>,
    /// The domain's form.
    pub form: Value,
}

/// A rule on its way to being adopted.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Rule id.
    pub rule: String,
    /// The matter that adopts it.
    pub matter: String,
}

/// 纸质通过的规则 (what the minutes of a paper adoption say, R15).
#[derive(Debug, Clone)]
pub struct PaperAdoption<'a> {
    /// The day.
    pub on: Date,
    /// Body code.
    pub body: &'a str,
    /// `persons` or `households`.
    pub mode: &'a str,
    /// 应到、实到、赞成、反对、弃权.
    pub counts: [u64; 5],
}

impl PaperAdoption<'static> {
    /// The assembly of sixty households in January, which no rule of these tests finds wanting.
    pub const JANUARY: Self = Self {
        on: jiff::civil::date(2026, 1, 20),
        body: "residents-assembly",
        mode: "households",
        counts: [60, 52, 45, 5, 2],
    };
}

impl HandCount {
    /// Everybody present counted: so many for it, so many against, the others abstain.
    #[must_use]
    pub fn of(present: usize, yes: u64, no: u64) -> Self {
        let abstain = (present as u64).saturating_sub(yes + no);
        Self { yes, no, abstain, ..Self::default() }
    }
}

impl<'a> Votes<'a> {
    /// A count by hand and nothing else.
    #[must_use]
    pub fn by_hand(hand: HandCount) -> Self {
        Self { hand: Some(hand), ..Self::default() }
    }

    /// The same choice for each of these, entered by staff.
    #[must_use]
    pub fn entered(people: &[&'a Resident], choices: &[(&'a str, usize)]) -> Self {
        let choices = choices.iter().flat_map(|(choice, times)| std::iter::repeat_n(*choice, *times));
        Self { entered: people.iter().copied().zip(choices).collect(), ..Self::default() }
    }
}

impl Affair<'_> {
    fn suggest(&self) -> Value {
        json!({
            "title": self.title,
            "text": self.suggestion,
            "domain": self.domain,
            "subjects": self.subjects,
            "amount_fen": self.amount_fen,
            "per_household_fen": self.per_household_fen,
        })
    }

    /// The proposal, as the council sends it.
    #[must_use]
    pub fn propose(&self) -> Value {
        json!({
            "text": self.proposal,
            "class": self.class,
            "subjects": self.subjects,
            "amount_fen": self.amount_fen,
            "per_household_fen": self.per_household_fen,
            "form": self.form,
        })
    }
}

impl Place {
    /// 村(居)民会议 by households, with so many of a hundred households there.
    #[must_use]
    pub fn household_assembly(&self, percent: usize) -> Assembly<'_> {
        let all = self.household_representatives();
        let come = (all.len() * percent).div_ceil(100);
        Assembly {
            body: "residents-assembly",
            mode: "households",
            present: all.into_iter().take(come).collect(),
            notice_days: 12,
        }
    }

    /// 村(居)民代表会议, all but a few of its members there.
    #[must_use]
    pub fn representative_assembly(&self, absent: usize) -> Assembly<'_> {
        let members = self.assembly_members();
        let come = members.len() - absent;
        Assembly {
            body: "representative-assembly",
            mode: "persons",
            present: members.into_iter().take(come).collect(),
            notice_days: 12,
        }
    }

    /// 议事会, all but a few of its members there. The chair always is.
    #[must_use]
    pub fn council_sitting(&self, absent: usize) -> Assembly<'_> {
        let come = self.council.len() - absent;
        Assembly {
            body: "council",
            mode: "persons",
            present: self.council.iter().take(come).collect(),
            notice_days: 4,
        }
    }

    /// Votes of an assembly by households: those there who have an account vote on it, all in favour; the tellers
    /// count the others, so many of them against and one abstaining.
    #[must_use]
    pub fn household_votes<'a>(&'a self, assembly: &Assembly<'a>, against: u64) -> Votes<'a> {
        let own: Vec<(&Client, &str)> = self
            .voters
            .iter()
            .filter(|(person, _)| assembly.present.contains(&person))
            .map(|(_, client)| (client, "yes"))
            .collect();
        let rest = assembly.present.len() - own.len();
        let hand = HandCount::of(rest, (rest as u64).saturating_sub(against + 1), against);
        Votes { own, hand: Some(hand), ..Votes::default() }
    }

    /// A matter as the public sees it.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn matter(&self, matter: &str) -> anyhow::Result<Value> {
        self.city().visitor.get(&self.path(&format!("/matters/{matter}"))).await?.ok()
    }

    /// One step of a matter, taken by an account.
    ///
    /// # Errors
    /// What the server refuses, with the step named.
    pub async fn step(&self, by: &Client, matter: &str, step: &str, body: &Value) -> anyhow::Result<Value> {
        let thing = self.path(&format!("/matters/{matter}"));
        by.change(&thing, &format!("/{step}"), body).await?.ok().with_context(|| format!("step `{step}`"))
    }

    /// 建议: by an account; gives the matter's id.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn suggest(&self, by: &Client, affair: &Affair<'_>) -> anyhow::Result<String> {
        let made = by.post(&self.path("/matters"), &affair.suggest()).await?.ok().context("suggesting")?;
        id_of(&made)
    }

    /// 建议、提议、审核: the way of every matter up to its review. Gives the matter's id.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn bring_forward(&self, by: &Client, affair: &Affair<'_>) -> anyhow::Result<String> {
        let matter = self.suggest(by, affair).await?;
        self.step(&self.chair, &matter, "propose", &affair.propose()).await?;
        self.step(&self.secretary, &matter, "review", &json!({"outcome": "pass"})).await?;
        Ok(matter)
    }

    /// 协商 opened for so many days, with these comments made, and left open.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn consult(&self, matter: &str, days: u16, comments: &[(&Client, &str)]) -> anyhow::Result<()> {
        self.step(&self.director, matter, "open-consultation", &json!({"days": days})).await?;
        for (who, text) in comments {
            who.post(&self.path(&format!("/matters/{matter}/comments")), &json!({"text": text}))
                .await?
                .ok()
                .context("commenting")?;
        }
        Ok(())
    }

    /// 答复: every comment that has no answer gets this one.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn answer_comments(&self, matter: &str, text: &str) -> anyhow::Result<()> {
        let comments = self.path(&format!("/matters/{matter}/comments"));
        for comment in all(&self.director, &comments).await? {
            if comment["answer"].is_null() && comment["hidden"] == json!(false) {
                let answer = format!("{comments}/{}/answer", id_of(&comment)?);
                self.director.post(&answer, &json!({"text": text})).await?.ok().context("answering")?;
            }
        }
        Ok(())
    }

    /// 协商 run to its last day, every comment answered, and closed with a report.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn end_consultation(&self, matter: &str, days: u16, report: &str) -> anyhow::Result<()> {
        self.city().advance(i64::from(days) + 1).await?;
        self.answer_comments(matter, texts::COMMENT_ANSWER).await?;
        self.step(&self.director, matter, "close-consultation", &json!({"summary": report})).await?;
        Ok(())
    }

    /// 党组织前置研究 and “两委”联席会议审议, which submits the matter to a body.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn submit_to(
        &self,
        matter: &str,
        body: &str,
        authorisation: Option<&str>,
    ) -> anyhow::Result<()> {
        let study = json!({"outcome": "recommended", "record": texts::PARTY_STUDY});
        self.step(&self.secretary, matter, "study", &study).await?;
        let mut opinion = json!({"outcome": "submit", "to": body, "minutes": texts::JOINT_MINUTES});
        if let Some(text) = authorisation {
            opinion["authorisation"] = json!(text);
        }
        self.step(&self.secretary, matter, "deliberate", &opinion).await?;
        Ok(())
    }

    /// 会议通知: convenes a sitting on matters; gives the meeting's id and its day.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn convene(&self, assembly: &Assembly<'_>, agenda: &[&str]) -> anyhow::Result<(String, Date)> {
        let today = self.city().today().await?;
        let held_on = today.checked_add(jiff::Span::new().days(assembly.notice_days))?;
        let by = if assembly.body == "council" { &self.chair } else { &self.director };
        let notice = json!({
            "body": assembly.body,
            "mode": assembly.mode,
            "held_on": held_on,
            "hour": "09:00",
            "place": texts::HALL,
            "agenda": agenda,
        });
        let made = by.post(&self.path("/meetings"), &notice).await?.ok().context("convening")?;
        Ok((id_of(&made)?, held_on))
    }

    /// Opens a convened meeting on its day and checks people in.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn open_meeting(
        &self,
        meeting: &str,
        held_on: Date,
        present: &[&Resident],
    ) -> anyhow::Result<Value> {
        self.city().advance_to(held_on).await?;
        let thing = self.path(&format!("/meetings/{meeting}"));
        self.clerk.change(&thing, "/open", &json!({})).await?.ok().context("opening the meeting")?;
        self.arrive(meeting, present).await
    }

    /// 签到, in lists as long as a door list is.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn arrive(&self, meeting: &str, people: &[&Resident]) -> anyhow::Result<Value> {
        let mut seen = Value::Null;
        for list in people.chunks(2_000) {
            let ids: Vec<&str> = list.iter().map(|person| person.id.as_str()).collect();
            let path = self.path(&format!("/meetings/{meeting}/attendance"));
            seen = self.clerk.post(&path, &json!({"arrive": ids})).await?.ok().context("checking in")?;
        }
        Ok(seen)
    }

    /// 开始表决, with a line for each condition that the rules put for the matter: gives the ballot's id.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn open_ballot(&self, meeting: &str, matter: &str) -> anyhow::Result<String> {
        let thing = self.path(&format!("/meetings/{meeting}"));
        let seen = self.clerk.get(&thing).await?.ok().context("reading the agenda")?;
        let mut open = json!({"matter": matter});
        let agenda = seen["agenda"].as_array().into_iter().flatten();
        for condition in agenda
            .filter(|item| item["matter"] == matter)
            .flat_map(|item| item["conditions"].as_array().into_iter().flatten())
        {
            let code = condition["code"].as_str().context("a condition without a code")?;
            open["conditions"][code] = json!(texts::CONDITION_MET);
        }
        let made = self.clerk.change(&thing, "/ballots", &open).await?;
        id_of(&made.ok().context("opening the ballot")?)
    }

    /// Casts votes and closes the ballot.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn vote(&self, meeting: &str, ballot: &str, votes: &Votes<'_>) -> anyhow::Result<Decided> {
        let path = self.path(&format!("/ballots/{ballot}/votes"));
        let mut receipts = Vec::new();
        for (who, choice) in &votes.own {
            receipts.push(who.post(&path, &json!({"choice": choice})).await?.ok().context("voting")?);
        }
        for (person, choice) in &votes.entered {
            let vote = json!({"choice": choice, "voter": person.id, "channel": "meeting"});
            receipts.push(self.clerk.post(&path, &vote).await?.ok().context("entering a vote")?);
        }
        let mut close = json!({});
        if let Some(hand) = votes.hand {
            let tellers: Vec<&str> =
                self.supervisors.iter().take(2).map(|person| person.id.as_str()).collect();
            close["hand_count"] = json!({
                "yes": hand.yes,
                "no": hand.no,
                "abstain": hand.abstain,
                "spoilt": hand.spoilt,
                "not_voting": hand.not_voting,
                "tellers": tellers,
                "record": texts::count_sheet(hand.yes, hand.no, hand.abstain, hand.spoilt),
            });
            let sitting = self.clerk.get(&self.path(&format!("/meetings/{meeting}"))).await?.ok()?;
            if sitting["sits_on"] != self.city().today().await?.to_string() {
                close["minutes"] = json!(texts::MINUTES);
            }
        }
        let thing = self.path(&format!("/ballots/{ballot}"));
        if votes.hand.is_none() {
            // The clerk looks round: whoever is there and has not voted by name is said not to have voted.
            let seen = self.clerk.get(&thing).await?.ok()?;
            let figure = |name: &str| seen[name].as_u64().unwrap_or(0);
            close["not_voting"] = json!(figure("roll_size").saturating_sub(figure("turnout")));
        }
        let closed = self.clerk.change(&thing, "/close", &close).await?.ok().context("closing the ballot")?;
        let decision = closed["decision"].clone();
        ensure!(decision.is_object(), "a closed ballot without a decision: {closed}");
        Ok(Decided { meeting: meeting.to_owned(), ballot: ballot.to_owned(), decision, receipts })
    }

    /// The whole of a sitting on one matter: notice, the day, attendance, ballot, votes, result, minutes.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn decide(
        &self,
        matter: &str,
        assembly: &Assembly<'_>,
        votes: &Votes<'_>,
    ) -> anyhow::Result<Decided> {
        let (meeting, held_on) = self.convene(assembly, &[matter]).await?;
        self.open_meeting(&meeting, held_on, &assembly.present).await?;
        let ballot = self.open_ballot(&meeting, matter).await?;
        let decided = self.vote(&meeting, &ballot, votes).await?;
        let thing = self.path(&format!("/meetings/{meeting}"));
        self.clerk
            .change(&thing, "/adjourn", &json!({"minutes": texts::MINUTES}))
            .await?
            .ok()
            .context("adjourning")?;
        Ok(decided)
    }

    /// 决议、备案、公开: what follows a vote that passed. Gives the last day of the posting.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn resolve_and_disclose(&self, matter: &str, decided: &Decided) -> anyhow::Result<Date> {
        let resolved =
            self.step(&self.director, matter, "resolve", &json!({"ballot": decided.ballot})).await?;
        if lists(&resolved["allowed"], "file") {
            self.step(&self.director, matter, "file", &json!({})).await?;
        }
        let posted = self.step(&self.director, matter, "disclose", &json!({})).await?;
        last_day(&posted)
    }

    /// Lets a posting run out and takes it down.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn take_down(&self, matter: &str, last_day: Date) -> anyhow::Result<Value> {
        let after = last_day.tomorrow()?;
        if self.city().today().await? < after {
            self.city().advance_to(after).await?;
        }
        self.step(&self.director, matter, "take-down", &json!({})).await
    }

    /// 实施, for a major matter 实施结果公开, and 办结.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn carry_out(&self, matter: &str, report: &str, evidence: &Value) -> anyhow::Result<Value> {
        let carry = json!({"report": report, "evidence": evidence});
        let done = self.step(&self.director, matter, "implement", &carry).await?;
        if !lists(&done["allowed"], "complete") {
            let posted =
                self.step(&self.director, matter, "disclose-outcome", &json!({"report": report})).await?;
            let last = last_day(&posted)?;
            self.take_down(matter, last).await?;
        }
        self.step(&self.director, matter, "complete", &json!({})).await
    }

    /// 一般事项 from suggestion to completion: decided by the council, each vote entered by name.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn ordinary_matter(
        &self,
        by: &Client,
        affair: &Affair<'_>,
        absent: usize,
        choices: &[(&str, usize)],
        report: &str,
    ) -> anyhow::Result<(String, Decided)> {
        let matter = self.bring_forward(by, affair).await?;
        let sitting = self.council_sitting(absent);
        let (meeting, held_on) = self.convene(&sitting, &[&matter]).await?;
        self.open_meeting(&meeting, held_on, &sitting.present).await?;
        let ballot = self.open_ballot(&meeting, &matter).await?;
        let mut votes = Votes::entered(&sitting.present, choices);
        // The chair votes on a phone; the others raise their hands and the clerk enters it.
        if let Some((_, choice)) = votes.entered.first().copied() {
            votes.entered.remove(0);
            votes.own.push((&self.chair, choice));
        }
        let decided = self.vote(&meeting, &ballot, &votes).await?;
        let last = self.resolve_and_disclose(&matter, &decided).await?;
        self.take_down(&matter, last).await?;
        self.carry_out(&matter, report, &json!({})).await?;
        Ok((matter, decided))
    }

    /// 上架: the town puts a component on the community's shelf.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn shelve(&self, component: &Built) -> anyhow::Result<Value> {
        let path = self.path("/shelf");
        let put = self.town.admin.upload(&path, "application/wasm", component.bytes.clone()).await?;
        put.ok().with_context(|| format!("putting `{}` on the shelf", component.name))
    }

    /// 起草规则: opens the matter that adopts a component of the shelf with these settings, and proposes it.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn draft_rule(
        &self,
        component: &Built,
        settings: Option<&Value>,
        text: &str,
    ) -> anyhow::Result<Draft> {
        let mut draft = json!({"component": component.digest.to_string(), "text": text});
        if let Some(settings) = settings {
            draft["settings"] = settings.clone();
        }
        let made = self.chair.post(&self.path("/rules"), &draft).await?.ok().context("drafting the rule")?;
        let Some(rule) = made["rule"]["summary"]["id"].as_str() else { bail!("no rule in {made}") };
        let draft = Draft { rule: rule.to_owned(), matter: id_of(&made["matter"])? };
        self.step(&self.chair, &draft.matter, "propose", &json!({"text": text, "class": "major"})).await?;
        self.step(&self.secretary, &draft.matter, "review", &json!({"outcome": "pass"})).await?;
        Ok(draft)
    }

    /// 通过、备案、公开、颁布、生效: from a vote that passed to the day the rule is in force.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn bring_into_force(&self, draft: &Draft, decided: &Decided) -> anyhow::Result<Value> {
        let last = self.resolve_and_disclose(&draft.matter, decided).await?;
        let effective = last.tomorrow()?;
        let rule = self.path(&format!("/rules/{}", draft.rule));
        self.clerk
            .change(&rule, "/promulgate", &json!({"effective": effective}))
            .await?
            .ok()
            .context("promulgating")?;
        self.take_down(&draft.matter, last).await?;
        self.carry_out(&draft.matter, texts::RULE_PUBLISHED, &json!({})).await?;
        let rule = self.city().visitor.get(&rule).await?.ok()?;
        ensure!(rule["summary"]["state"] == "in-force", "not in force on {effective}: {}", rule["summary"]);
        Ok(rule)
    }

    /// The whole adoption of a rule by vote, from the shelf to the day it is in force. Gives the draft, the vote and
    /// the rule.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn adopt_by_vote(
        &self,
        component: &Built,
        settings: Option<&Value>,
        text: &str,
        assembly: &Assembly<'_>,
        votes: &Votes<'_>,
        authorisation: Option<&str>,
    ) -> anyhow::Result<(Draft, Decided, Value)> {
        self.shelve(component).await?;
        let draft = self.draft_rule(component, settings, text).await?;
        let mut comments = vec![(&self.resident, texts::COMMENT_RESIDENT)];
        // On a roster made to count exactly, nobody is registered elsewhere.
        if self.newcomer.token().is_some() {
            comments.push((&self.newcomer, texts::COMMENT_NEWCOMER));
        }
        self.consult(&draft.matter, texts::CONSULTATION_DAYS, &comments).await?;
        self.end_consultation(&draft.matter, texts::CONSULTATION_DAYS, texts::CONSULTATION_REPORT).await?;
        self.submit_to(&draft.matter, assembly.body, authorisation).await?;
        let decided = self.decide(&draft.matter, assembly, votes).await?;
        let rule = self.bring_into_force(&draft, &decided).await?;
        Ok((draft, decided, rule))
    }

    /// 补录 (R15): the clerk enters a rule that was adopted on paper, the town confirms it. Gives the rule.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn attest(
        &self,
        component: &Built,
        settings: Option<&Value>,
        paper: &PaperAdoption<'_>,
    ) -> anyhow::Result<Value> {
        self.shelve(component).await?;
        let [in_office, present, yes, no, abstain] = paper.counts;
        let mut entry = json!({
            "component": component.digest.to_string(),
            "adopted_on": paper.on,
            "body": paper.body,
            "mode": paper.mode,
            "counts": {"in_office": in_office, "present": present, "yes": yes, "no": no, "abstain": abstain},
            "minutes": texts::PAPER_MINUTES,
        });
        if let Some(settings) = settings {
            entry["settings"] = settings.clone();
        }
        let made =
            self.clerk.post(&self.path("/rules/attestations"), &entry).await?.ok().context("attesting")?;
        let Some(rule) = made["summary"]["id"].as_str() else { bail!("no rule in {made}") };
        let thing = self.path(&format!("/rules/{rule}"));
        self.town.admin.change(&thing, "/confirm", &json!({})).await?.ok().context("confirming")
    }

    /// 导出: the community's whole log.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn export(&self) -> anyhow::Result<String> {
        let reply = self.city().visitor.get(&self.path("/log/export")).await?;
        ensure!(reply.status.is_success(), "the export was answered {}: {}", reply.status, reply.text);
        Ok(reply.text)
    }
}

/// Whether a list of words has this one.
fn lists(words: &Value, word: &str) -> bool {
    words.as_array().is_some_and(|words| words.iter().any(|found| found == word))
}

/// The last day the newest disclosure of a matter must stay posted.
fn last_day(matter: &Value) -> anyhow::Result<Date> {
    let newest = matter["disclosures"].as_array().and_then(|list| list.last());
    let day =
        newest.and_then(|disclosure| disclosure["last_day"].as_str()).context("nothing is disclosed")?;
    Ok(day.parse()?)
}
