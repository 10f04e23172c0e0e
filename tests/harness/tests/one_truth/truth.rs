//! What the API says of a community today, and every page held against it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use jiff::civil::Date;
use serde_json::{Value, json};
use yishi_deliberation::rule::{RuleStage, Standing};
use yishi_deliberation::status::Beside;
use yishi_deliberation::{MatterAct, MatterStage, MatterStatus, RuleState, RuleStatus, Turn};
use yishi_harness::place::all;
use yishi_harness::{Client, Place};
use yishi_law::{BodyKind, MatterClass, TrackStage};
use yishi_words::{CommunityKind, Lang, from_code};

use crate::read;

/// Who reads: everybody has the public pages, those in office their desk, the town its board.
pub(crate) struct Readers {
    /// The town's administrator.
    pub(crate) town: Client,
    /// Those who have a desk, by the part they play.
    pub(crate) desks: Vec<(&'static str, Client)>,
}

/// A matter, by its summary in the API.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    id: String,
    title: String,
    class: Option<MatterClass>,
    stage: MatterStage,
    status: MatterStatus,
    step: usize,
    next: Option<Turn>,
    by: Option<BodyKind>,
    act: Option<MatterAct>,
    closed: bool,
    consulting_until: Option<Date>,
    due: Option<Date>,
    late: Vec<(Value, i32)>,
    before: Option<Value>,
}

/// The status of each matter, meeting (with what is on its agenda) and rule, by id.
pub(crate) type Statuses = BTreeMap<String, String>;

/// A community today.
pub(crate) struct Truth {
    home: String,
    kind: CommunityKind,
    today: Date,
    matters: Vec<Known>,
    meetings: Vec<Value>,
    rules: Vec<Value>,
    of_rules: BTreeMap<String, MatterStatus>,
    owed: usize,
}

fn day(value: &Value) -> Option<Date> {
    value.as_str().and_then(|day| day.parse().ok())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// The meeting a matter is before, sittings first: what is being voted on is not merely called.
fn before(matter: &str, meetings: &[Value]) -> Option<Value> {
    let on = |meeting: &&Value| {
        meeting["agenda"].as_array().into_iter().flatten().any(|item| item["matter"] == matter)
    };
    let in_state =
        |state: &str| meetings.iter().filter(on).find(|meeting| meeting["state"] == state).cloned();
    ["open", "recessed", "convened"].into_iter().find_map(in_state)
}

fn ballots<'a>(meeting: &'a Value, matter: &'a str) -> impl Iterator<Item = &'a Value> {
    meeting["ballots"].as_array().into_iter().flatten().filter(move |ballot| ballot["matter"] == matter)
}

impl Known {
    fn of(summary: &Value, meetings: &[Value], today: Date) -> Result<Self> {
        let id = text(summary, "id").to_owned();
        let stage = from_code(text(summary, "state"))?;
        let before = before(&id, meetings);
        let running =
            before.as_ref().and_then(|one| ballots(one, &id).find(|one| one["state"] != "closed").cloned());
        let voted = before.as_ref().is_some_and(|one| ballots(one, &id).any(|one| one["state"] == "closed"));
        let consulting_until = day(&summary["consulting_until"]);
        let beside = Beside {
            ballot_takes_votes: running.as_ref().map(|ballot| ballot["state"] == "open"),
            called: before.is_some() && !voted,
            consulting_until,
            posted_until: day(&summary["posted_until"]),
        };
        let waits = before.as_ref().and_then(|one| day(&one["sits_on"])).is_some_and(|on| on >= today);
        let duties = summary["duties"].as_array().cloned().unwrap_or_default();
        let late = |duty: &Value| {
            let days = (today - day(&duty["due"])?).get_days();
            (days > 0 && !(waits && duty["code"] == "next-step")).then(|| (duty.clone(), days))
        };
        Ok(Self {
            title: text(summary, "title").to_owned(),
            class: summary["class"].as_str().map(from_code).transpose()?,
            stage,
            status: MatterStatus::of(stage, &beside, today),
            step: usize::try_from(summary["step"].as_u64().context("no step")?)?,
            next: serde_json::from_value(summary["next"].clone())?,
            by: summary["next_by"].as_str().map(from_code).transpose()?,
            act: summary["next_act"].as_str().map(from_code).transpose()?,
            closed: summary["closed"] == true,
            consulting_until,
            due: duties.iter().filter_map(|duty| day(&duty["due"])).min(),
            late: duties.iter().filter_map(late).collect(),
            before,
            id,
        })
    }

    /// What is done next, as every page calls it.
    fn next_said(&self, lang: Lang) -> Option<String> {
        Some(match self.next? {
            Turn::Complete => MatterAct::Complete.term().heading(lang),
            Turn::Stage(TrackStage::Consultation) if self.consulting_until.is_some() => {
                lang.pick("汇总、答复意见", "Answer the comments and sum them up").to_owned()
            }
            Turn::Stage(TrackStage::Propose) if self.stage == MatterStage::Returned => {
                MatterAct::Resubmit.term().heading(lang)
            }
            Turn::Stage(stage) => stage.term(self.class).heading(lang),
        })
    }

    /// The words every page has to have about what is waited for.
    fn waiting_has(&self, lang: Lang, kind: CommunityKind) -> Vec<String> {
        let before = self.before.clone().unwrap_or_default();
        let name = text(&before, lang.pick("body_name", "body_name_en")).to_owned();
        match self.status {
            MatterStatus::Voting => {
                let ballot = ballots(&before, &self.id).find(|one| one["state"] == "open");
                let ballot = ballot.cloned().unwrap_or_default();
                vec![name, ballot["turnout"].to_string(), ballot["roll_size"].to_string()]
            }
            MatterStatus::Counting => vec![name],
            MatterStatus::Consulting => {
                self.consulting_until.map(|until| said(lang, until)).into_iter().collect()
            }
            MatterStatus::Scheduled if before["state"] == "open" => vec![name],
            MatterStatus::Scheduled => {
                let on = day(&before["sits_on"]).map(|on| said(lang, on));
                on.into_iter().chain([name]).collect()
            }
            _ => {
                let who = self.by.map(|by| by.term_in(kind).said(lang).to_owned());
                self.next_said(lang).into_iter().chain(who).collect()
            }
        }
    }
}

/// Nothing that is read is a code of the vocabulary. In Chinese no word of code is a word at all; in English a code of one word
/// may be the word for it.
fn no_code(page: &str, lang: Lang) -> Result<()> {
    let text = read::words(&page[page.find("<main").unwrap_or(0)..]);
    let terms = || yishi_words::families().iter().flat_map(|family| &family.terms);
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    for word in text.split(|letter| !is_word(letter)).map(|word| word.trim_matches(['.', '-'])) {
        let code = terms().any(|entry| entry.code == word && (lang == Lang::Zh || word.contains(['-', '.'])));
        let said = terms().any(|entry| lang == Lang::En && entry.term.en.split(' ').any(|part| part == word));
        ensure!(!code || said, "`{word}` is read in: {text}");
    }
    Ok(())
}

/// Neither a code nor a day as a program writes it. A rule's own examples may say a day as it is typed.
fn in_words(page: &str, lang: Lang) -> Result<()> {
    no_code(page, lang)?;
    let text = read::words(&page[page.find("<main").unwrap_or(0)..]);
    let is_digit = |letter: char| letter.is_ascii_digit() || letter == '-';
    let typed =
        text.split(|letter| !is_digit(letter)).find(|word| word.len() == 10 && word.parse::<Date>().is_ok());
    ensure!(typed.is_none(), "{typed:?} is read in: {text}");
    Ok(())
}

/// 2026年3月1日 / 1 Mar 2026.
fn said(lang: Lang, day: Date) -> String {
    lang.pick(
        format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        day.strftime("%-d %b %Y").to_string(),
    )
}

impl Truth {
    /// Reads the API, and holds its own answers about each matter against each other.
    pub(crate) async fn of(place: &Place, readers: &Readers) -> Result<Self> {
        let visitor = &place.city().visitor;
        let community = visitor.get(&place.path("")).await?.ok()?;
        let kind = from_code(text(&community["community"], "kind"))?;
        let today = place.city().today().await?;
        let meetings = all(visitor, &place.path("/meetings")).await?;
        let mut matters = Vec::new();
        let mut of_rules = BTreeMap::new();
        for summary in all(visitor, &place.path("/matters")).await? {
            let known = Known::of(&summary, &meetings, today)?;
            let view = place.matter(&known.id).await?;
            known.agrees_with(&view)?;
            if let Some(rule) = view["rule"].as_str() {
                of_rules.insert(rule.to_owned(), known.status);
            }
            matters.push(known);
        }
        let rules = visitor.get(&place.path("/rules")).await?.ok()?.as_array().cloned().unwrap_or_default();
        let late = |meeting: &&Value| day(&meeting["owed"]["due"]).is_some_and(|due| due < today);
        let owed = meetings.iter().filter(late).count();
        let truth =
            Self { home: format!("/c/{}", place.id), kind, today, matters, meetings, rules, of_rules, owed };
        truth.digest(place, readers).await?;
        Ok(truth)
    }

    /// The town's board as the API has it.
    async fn digest(&self, place: &Place, readers: &Readers) -> Result<()> {
        let board = readers.town.get(&format!("/towns/{}", place.town.id)).await?.ok()?;
        let mut lines = board["communities"].as_array().into_iter().flatten();
        let line = lines.find(|line| line["community"]["id"] == place.id.as_str()).context("no line")?;
        ensure!(line["by_step"] == json!(self.by_step()), "{line}: {:?}", self.by_step());
        ensure!(line["ended"] == json!(self.matters.iter().filter(|one| one.closed).count()), "{line}");
        ensure!(line["overdue"] == json!(self.overdue()), "{line}: {}", self.overdue());
        ensure!(line["rules_in_force"] == json!(self.in_force()), "{line}");
        let attested = self.rules.iter().filter(|rule| rule["state"] == "attested").count();
        ensure!(line["attestations_waiting"] == json!(attested), "{line}");
        Ok(())
    }

    fn open(&self) -> impl Iterator<Item = &Known> {
        self.matters.iter().filter(|one| !one.closed)
    }

    fn by_step(&self) -> BTreeMap<String, u64> {
        let mut by_step = BTreeMap::new();
        for one in self.open() {
            *by_step.entry(one.step.to_string()).or_insert(0) += 1;
        }
        by_step
    }

    fn overdue(&self) -> usize {
        self.open().map(|one| one.late.len()).sum::<usize>() + self.owed
    }

    fn in_force(&self) -> usize {
        self.rules.iter().filter(|rule| rule["state"] == "in-force").count()
    }

    fn count(&self, statuses: &[MatterStatus]) -> u64 {
        self.open().filter(|one| statuses.contains(&one.status)).count() as u64
    }

    fn href(&self, matter: &Known) -> String {
        format!("{}/matters/{}", self.home, matter.id)
    }

    /// The states that stand now, for the count of those that were walked through.
    pub(crate) fn states(&self) -> BTreeSet<String> {
        let matters = self.matters.iter().flat_map(|one| {
            [format!("matter-stage/{}", one.stage.code()), format!("matter-status/{}", one.status.code())]
        });
        let meetings = self.meetings.iter().flat_map(|meeting| {
            let ballots = meeting["ballots"].as_array().into_iter().flatten();
            let ballots = ballots.map(|ballot| format!("ballot/{}", text(ballot, "state")));
            ballots.chain([format!("meeting-stage/{}", text(meeting, "state"))]).collect::<Vec<_>>()
        });
        let rules = self.rules.iter().flat_map(|rule| {
            let status = self.rule_status(rule).map(|status| format!("rule-status/{}", status.code()));
            [Some(format!("rule/{}", text(rule, "state"))), status].into_iter().flatten()
        });
        matters.chain(meetings).chain(rules).collect()
    }

    /// The status of everything.
    pub(crate) fn statuses(&self) -> Statuses {
        let matters = self.matters.iter().map(|one| (one.id.clone(), one.status.code().to_owned()));
        let meetings = self.meetings.iter().map(|one| (text(one, "id").to_owned(), self.sitting_status(one)));
        let rules = self.rules.iter().filter_map(|rule| {
            let status = self.rule_status(rule)?;
            Some((text(rule, "id").to_owned(), status.code().to_owned()))
        });
        matters.chain(meetings).chain(rules).collect()
    }

    /// The state of a meeting, of its ballots and of what is on its agenda, in one word.
    fn sitting_status(&self, meeting: &Value) -> String {
        let agenda = meeting["agenda"].as_array().into_iter().flatten().filter_map(|item| {
            self.matters.iter().find(|one| item["matter"] == one.id.as_str()).map(|one| one.status.code())
        });
        let ballots = meeting["ballots"].as_array().into_iter().flatten().map(|one| text(one, "state"));
        [text(meeting, "state")].into_iter().chain(agenda).chain(ballots).collect::<Vec<_>>().join(" ")
    }

    fn rule_status(&self, rule: &Value) -> Option<RuleStatus> {
        let code = text(rule, "state");
        let state = match from_code::<Standing>(code) {
            Ok(standing) => RuleState::Standing(standing),
            Err(_) => RuleState::Stage(from_code::<RuleStage>(code).ok()?),
        };
        Some(RuleStatus::of(state, self.of_rules.get(text(rule, "id")).copied()))
    }

    /// Every page, in one language, against what the API says: all that differs, so that one fault hides no other. The own page
    /// of what has ended, and of a rule, is read when its status is another than it was `before`.
    pub(crate) async fn differs(
        &self,
        place: &Place,
        readers: &Readers,
        lang: Lang,
        before: &Statuses,
    ) -> Result<Vec<String>> {
        let visitor = &place.city().visitor;
        let mut found = Vec::new();
        let page = async |client: &Client, path: &str| {
            let mark = if path.contains('?') { '&' } else { '?' };
            client.page(&format!("{path}{mark}lang={}", lang.code())).await
        };
        let mut note = |at: &str, held: Result<()>| {
            if let Err(error) = held {
                found.push(format!("{at}: {error:#}"));
            }
        };
        let mut listed = BTreeMap::new();
        let mut next = Some(format!("{}/matters", self.home));
        while let Some(path) = next {
            let list = page(visitor, &path).await?;
            note(&path, in_words(&list, lang));
            listed.extend(read::cards(&list));
            next = list.split_once("rel=\"next\"").and_then(|(before, _)| {
                let href = before.rsplit_once("href=\"")?.1.split('"').next()?;
                Some(href.replace("&#38;", "&"))
            });
        }
        let home = page(visitor, &self.home).await?;
        note("home", in_words(&home, lang));
        let on_home = read::cards(&home);
        for matter in &self.matters {
            let href = self.href(matter);
            let card =
                listed.get(&href).with_context(|| format!("`{}` is on no page of the list", matter.title))?;
            if !matter.closed || before.get(&matter.id).map(String::as_str) != Some(matter.status.code()) {
                let html = page(visitor, &href).await?;
                note(&href, in_words(&html, lang));
                note(&matter.title, matter.on_its_pages(lang, self.kind, &read::own(&html), card));
            }
            note("home", self.on_home(&home, matter, card, on_home.get(&href)));
        }
        note("meetings", self.on_meetings(visitor, lang, &home, before).await);
        note("rules", self.on_rules(visitor, lang, &home, before).await);
        for (who, client) in &readers.desks {
            let desk = page(client, &format!("{}/desk", self.home)).await?;
            note(who, in_words(&desk, lang));
            note(who, self.on_desk(place, lang, client, &desk, &listed).await);
        }
        let board = page(&readers.town, &format!("/towns/{}", place.town.id)).await?;
        note("board", in_words(&board, lang));
        note("board", self.on_board(lang, &board));
        let front =
            read::front(&page(visitor, "/").await?, &self.home).context("no card on the first page")?;
        let expected = read::Front {
            deciding: self.open().count() as u64,
            rules: self.in_force() as u64,
            voting: self.count(&[MatterStatus::Voting, MatterStatus::Counting]),
            consulting: self.count(&[MatterStatus::Consulting]),
        };
        if front != expected {
            found.push(format!("the first page: {front:?}, {expected:?}"));
        }
        Ok(found)
    }

    /// Its card on the home page, where it has one there.
    fn on_home(
        &self,
        home: &str,
        matter: &Known,
        card: &read::Card,
        on_home: Option<&read::Card>,
    ) -> Result<()> {
        match on_home {
            Some(found) => {
                ensure!(found == card, "home and list: {found:?}, {card:?}");
                ensure!(!matter.closed, "`{}` has ended and is being decided on the home page", matter.title);
                Ok(())
            }
            None if matter.closed => Ok(()),
            None => self.named_on_home(home, matter, card.waiting.as_deref()),
        }
    }

    /// What has no card on the home page is asked of people there, or new.
    fn named_on_home(&self, home: &str, matter: &Known, waiting: Option<&str>) -> Result<()> {
        let href = self.href(matter);
        let row = home.split_once(&format!("class=\"go\" href=\"{href}\""));
        match matter.status {
            MatterStatus::Voting | MatterStatus::Counting | MatterStatus::Consulting => {
                let (_, rest) = row.with_context(|| format!("`{}` is asked of nobody", matter.title))?;
                let line = read::between(rest, "<p>", "</p>").map(read::words);
                ensure!(line.as_deref() == waiting, "the home page: {line:?}, {waiting:?}");
            }
            MatterStatus::Open if matter.stage == MatterStage::Suggested => {
                let new = self.open().filter(|one| one.status == MatterStatus::Open);
                let new = new.filter(|one| one.stage == MatterStage::Suggested).count();
                ensure!(
                    new > 3 || home.contains(&format!("href=\"{href}\"")),
                    "`{}` is missing",
                    matter.title
                );
            }
            _ => anyhow::bail!("`{}` is {:?} and not on the home page", matter.title, matter.status),
        }
        Ok(())
    }

    /// Lists of meetings, each meeting's page and its agenda.
    async fn on_meetings(&self, visitor: &Client, lang: Lang, home: &str, before: &Statuses) -> Result<()> {
        let list = visitor.page(&format!("{}/meetings?lang={}", self.home, lang.code())).await?;
        in_words(&list, lang)?;
        for meeting in &self.meetings {
            let (id, state) = (text(meeting, "id"), text(meeting, "state"));
            let href = format!("{}/meetings/{id}", self.home);
            let row = read::between(&list, &format!("class=\"cover\" href=\"{href}\""), "</li>");
            let row = row.with_context(|| format!("{id} is not in the list"))?;
            let listed = read::tag(row).unwrap_or_default();
            ensure!(listed == meeting_said(lang, state), "{state}: {listed}");
            // Wherever it is named, it is on the day it sits.
            let sits_on = said(lang, day(&meeting["sits_on"]).context("no day")?);
            let on_home = read::between(home, &format!("class=\"cover\" href=\"{href}\""), "</li>");
            let to_sit = ["convened", "open", "recessed"].contains(&state);
            ensure!(on_home.is_some() == to_sit, "{state} on the home page: {on_home:?}");
            for row in on_home.into_iter().chain([row]).map(read::words) {
                ensure!(row.contains(&sits_on), "{row}: sits on {sits_on}");
            }
            if before.get(id) == Some(&self.sitting_status(meeting)) {
                continue;
            }
            let page = visitor.page(&format!("{href}?lang={}", lang.code())).await?;
            in_words(&page, lang).with_context(|| href.clone())?;
            let own = read::tag(&page[page.find("matter-head").unwrap_or(0)..]).unwrap_or_default();
            ensure!(own == listed, "{state}: {own}, {listed}");
            let head = read::between(&page, "<h1>", "</header>").map(read::words).unwrap_or_default();
            ensure!(head.contains(&sits_on), "{head}: sits on {sits_on}");
            for item in meeting["agenda"].as_array().into_iter().flatten() {
                let matter = self.matters.iter().find(|one| item["matter"] == one.id.as_str());
                let matter = matter.context("a matter of nowhere")?;
                let row =
                    read::between(&page, &format!("class=\"go\" href=\"{}\"", self.href(matter)), "</li>");
                let status = row.and_then(read::tag).unwrap_or_default();
                ensure!(
                    status == matter.status.term().heading(lang),
                    "agenda: {status}, {:?}",
                    matter.status
                );
            }
            let shown: Vec<_> =
                page.split("<article class=\"ballot\">").skip(1).filter_map(read::tag).collect();
            let ballots = meeting["ballots"].as_array().into_iter().flatten();
            let expected: Vec<_> = ballots.map(|one| ballot_said(lang, text(one, "state"))).collect();
            ensure!(shown == expected, "ballots: {shown:?}, {expected:?}");
        }
        Ok(())
    }

    /// Lists of rules, and each rule's page.
    async fn on_rules(&self, visitor: &Client, lang: Lang, home: &str, before: &Statuses) -> Result<()> {
        let list = read::rules(&visitor.page(&format!("{}/rules?lang={}", self.home, lang.code())).await?);
        let on_home = read::rules(home);
        for rule in &self.rules {
            let status = self.rule_status(rule).with_context(|| format!("no state: {rule}"))?;
            let word = status.term().heading(lang);
            let href = format!("{}/rules/{}", self.home, text(rule, "id"));
            let listed = list.get(&href).with_context(|| format!("{rule} is not in the list"))?;
            ensure!(*listed == word, "{rule}: list {listed}, API {word}");
            if before.get(text(rule, "id")).map(String::as_str) != Some(status.code()) {
                let page = visitor.page(&format!("{href}?lang={}", lang.code())).await?;
                no_code(&page, lang).with_context(|| href.clone())?;
                let own = read::tag(&page[page.find("matter-head").unwrap_or(0)..]).unwrap_or_default();
                ensure!(own == word, "{rule}: page {own}, API {word}");
            }
            if let Some(found) = on_home.get(&href) {
                ensure!(*found == word, "{rule}: home {found}, API {word}");
            }
        }
        Ok(())
    }

    /// A desk: each open matter once, in the group of whoever takes it next.
    async fn on_desk(
        &self,
        place: &Place,
        lang: Lang,
        reader: &Client,
        page: &str,
        cards: &BTreeMap<String, read::Card>,
    ) -> Result<()> {
        let desk = read::todo(page);
        let convene = read::between(page, "id=\"convene\"", "</form>").unwrap_or_default();
        let filings = lang.pick("待签收的备案", "Filings to be acknowledged");
        for matter in self.open() {
            let lines = desk.iter().filter(|line| line.href.contains(&matter.id) && line.group != filings);
            let lines: Vec<_> = lines.collect();
            let [line] = lines.as_slice() else { anyhow::bail!("`{}`: {lines:?}", matter.title) };
            let next = matter.next_said(lang).unwrap_or_default();
            ensure!(line.next == next, "`{}`: {} on the desk, {next}", matter.title, line.next);
            let who = matter.by.map_or("", |by| by.term_in(self.kind).said(lang));
            ensure!(line.who.ends_with(who), "{line:?}: {who}");
            let card = cards.get(&self.href(matter)).context("no card")?;
            ensure!(line.late == card.late, "{line:?}, {card:?}");
            if let (None, Some(due)) = (&line.late, matter.due) {
                ensure!(
                    line.due.as_ref().is_some_and(|one| one.contains(&said(lang, due))),
                    "{line:?}: {due}"
                );
            }
            let view = reader.get(&place.path(&format!("/matters/{}", matter.id))).await?.ok()?;
            let may = match (matter.status, matter.next, matter.by) {
                // What comes before a vote is its sitting: whoever may call it has the form for it.
                (MatterStatus::Open, Some(Turn::Stage(TrackStage::Resolve)), Some(body)) => {
                    convene.contains(&format!("<option value=\"{}\"", body.code()))
                }
                _ => matter.act.is_some_and(|act| {
                    view["may"].as_array().into_iter().flatten().any(|one| *one == act.code())
                }),
            };
            let late = line.late.is_some();
            let group = match (matter.status, may) {
                (MatterStatus::Open, _) if matter.stage == MatterStage::Suggested && !late => {
                    lang.pick("新的建议，待议事会提议", "New suggestions for the council")
                }
                (MatterStatus::Disclosing, _) if matter.act == Some(MatterAct::Complete) && !late => {
                    lang.pick("公示期满后办理", "To be done when the display ends")
                }
                (_, true) => lang.pick("待我办理", "For me to do"),
                (_, false) => lang.pick("等待他人", "Waiting for others"),
            };
            ensure!(line.group == group, "{line:?} belongs under {group} (may: {})", view["may"]);
        }
        let late = desk.iter().filter(|line| line.late.is_some()).count();
        let expected = self.open().filter(|one| !one.late.is_empty()).count() + self.owed;
        ensure!(late == expected, "{late} of the desk are late, {expected} are");
        Ok(())
    }

    /// The town's board: figures and what is overdue.
    fn on_board(&self, lang: Lang, board: &str) -> Result<()> {
        let line = read::progress(board, &self.home).context("no line on the board")?;
        let by_step = self.by_step();
        let expected = read::Progress {
            at_step: (1..=6).map(|step| by_step.get(&step.to_string()).copied().unwrap_or(0)).collect(),
            overdue: self.overdue() as u64,
            voting: self.count(&[MatterStatus::Voting, MatterStatus::Counting]),
        };
        ensure!(line == expected, "{line:?}, {expected:?}");
        let mut rows: Vec<_> = read::overdue(board);
        rows.retain(|(href, _)| href.starts_with(&self.home));
        ensure!(rows.len() == self.overdue(), "{rows:?}: {}", self.overdue());
        for matter in self.open() {
            for (duty, days) in &matter.late {
                let what = text(duty, lang.pick("text", "text_en"));
                let of = |(href, row): &(String, String)| {
                    *href == self.href(matter) && row.contains(what) && row.contains(&days.to_string())
                };
                ensure!(rows.iter().any(of), "`{}`: {what}, {days} days, {rows:?}", matter.title);
            }
        }
        Ok(())
    }

    /// The day it is, for whoever reads a failure.
    pub(crate) fn today(&self) -> Date {
        self.today
    }
}

impl Known {
    /// The view of a matter in the API says what its summary says.
    fn agrees_with(&self, view: &Value) -> Result<()> {
        ensure!(view["state"] == self.stage.code() && view["closed"] == self.closed, "{view}");
        ensure!(view["state_name"] == self.stage.term().zh, "{}", view["state_name"]);
        ensure!(
            view["class"] == json!(self.class.map(MatterClass::code)),
            "{}: {:?}",
            view["class"],
            self.class
        );
        let steps = view["steps"].as_array().cloned().unwrap_or_default();
        let current: Vec<_> =
            steps.iter().filter(|step| step["status"] == "current").map(|step| text(step, "step")).collect();
        let next = match self.next {
            Some(Turn::Stage(stage)) => vec![stage.code()],
            _ => Vec::new(),
        };
        ensure!(self.closed || current == next, "`{}`: {current:?} is current, {next:?} is next", self.title);
        if let Some(act) = self.act {
            let allowed = view["allowed"].as_array().into_iter().flatten().any(|one| *one == act.code());
            ensure!(allowed, "{} is next and not allowed: {}", act.code(), view["allowed"]);
        }
        ensure!(self.closed == self.next.is_none(), "closed: {}, next: {:?}", self.closed, self.next);
        Ok(())
    }

    /// Its own page and its card.
    fn on_its_pages(
        &self,
        lang: Lang,
        kind: CommunityKind,
        own: &read::Own,
        card: &read::Card,
    ) -> Result<()> {
        let status = self.status.term().heading(lang);
        ensure!(own.status == status, "the page of `{}`: {}, API {status}", self.title, own.status);
        ensure!(card.status == status, "the card of `{}`: {}, API {status}", self.title, card.status);
        ensure!(own.step == self.step, "the page of `{}`: {}, API {}", self.title, own.step, self.step);
        ensure!(card.step == self.step || self.status == MatterStatus::Completed, "{card:?}: {}", self.step);
        ensure!(own.waiting == card.waiting, "{own:?}, {card:?}");
        ensure!(own.late == card.late, "{own:?}, {card:?}");
        ensure!(own.waiting.is_none() == self.closed, "{own:?}");
        if let Some(Turn::Stage(stage)) = self.next {
            let name = stage.term(self.class).heading(lang);
            ensure!(card.stage == name, "the card is at {}, {name} is next", card.stage);
            ensure!(own.current.as_ref() == Some(&name), "{:?} is marked, {name} is next", own.current);
        }
        let waiting = own.waiting.clone().unwrap_or_default();
        if !self.closed {
            for word in self.waiting_has(lang, kind) {
                ensure!(waiting.contains(&word), "`{}` is {status}: no {word} in: {waiting}", self.title);
            }
        }
        let worst = self.late.iter().max_by_key(|(_, days)| *days);
        ensure!(worst.is_some() == own.late.is_some(), "{:?}: {worst:?}", own.late);
        if let (Some((duty, days)), Some(late)) = (worst, &own.late) {
            let what = text(duty, lang.pick("text", "text_en"));
            ensure!(late.contains(what) && late.contains(&days.to_string()), "{late}: {what}, {days} days");
        }
        Ok(())
    }
}

/// What pages call a meeting's state: minutes that are stored are no other word than that it is over.
fn meeting_said(lang: Lang, state: &str) -> &'static str {
    match state {
        "convened" => lang.pick("已通知", "Called"),
        "open" => lang.pick("正在开会", "In session"),
        "recessed" => lang.pick("休会中", "In recess"),
        "cancelled" => lang.pick("已取消", "Called off"),
        _ => lang.pick("已闭会", "Adjourned"),
    }
}

fn ballot_said(lang: Lang, state: &str) -> &'static str {
    match state {
        "open" => lang.pick("正在表决", "Open"),
        "stopped" => lang.pick("投票已停止，正在清点", "No more votes; being counted"),
        _ => lang.pick("已结束", "Closed"),
    }
}
