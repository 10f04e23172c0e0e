//! 办件页面 (the lists of cases, and one page for each).
use yishi_portal::Speak as _;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use axum::response::Response;
use yishi_app::position::days_late;
use yishi_app::views::{CaseEntryView, CaseView, RuleView};
use yishi_deliberation::CaseStatus;
use yishi_identity::{CaseId, CommunityId, RuleId};
use yishi_portal::context::{
    CaseEntryRow, CasePage, CasePointsRow, CaseRow, CaseTaskRow, CasesPage, Fact, Link, NavItem, Tone,
};

use super::super::answer::{Miss, Tried};
use super::super::phrases;
use super::super::standing::{body, unended};
use super::super::told::Told;
use super::super::visit::{Place, Visit};
use super::facts::Facts;

/// Cases of one page.
const PAGE: u32 = 30;

impl Visit {
    /// One case as its list shows it.
    fn case_row(&self, place: &Place, told: &Told, case: &CaseView) -> CaseRow {
        let href = format!("{}/rules/{}/cases/{}", place.href, case.rule, case.id);
        let late = self.case_late(case);
        CaseRow {
            kind: phrases::of(self.lang, &case.title, &case.title_en).to_owned(),
            subject: case.subject_label.clone(),
            status: case.status.term().heading(self.lang),
            tone: match case.status {
                _ if late.is_some() => Tone::Bad,
                CaseStatus::Waiting => Tone::Active,
                CaseStatus::Handled | CaseStatus::Closed => Tone::Good,
                CaseStatus::Corrected => Tone::Warn,
            },
            overdue: late,
            on: phrases::date(self.lang, &case.on),
            at: phrases::instant(self.lang, case.at),
            message: phrases::said(self.lang, &case.outcome["message"]).to_owned(),
            facts: self.case_facts(place, told, case),
            may: case
                .may
                .iter()
                .map(|act| Link { text: act.term().heading(self.lang), href: format!("{href}#actions") })
                .collect(),
            href,
        }
    }

    /// What should have been done in a case by now, the longest overdue first.
    fn case_late(&self, case: &CaseView) -> Option<String> {
        let today = self.ctx().today;
        let open = case.tasks.iter().filter(|task| task.done.is_none() && case.corrected.is_none());
        let late = open.max_by_key(|task| days_late(&task.owed, today))?;
        unended(self.lang, Some(&late.owed), today)
    }

    /// What was handled about the reader and the reader's household, under whatever rule.
    pub(super) async fn own_cases_page(&self, community: CommunityId) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Rules).await?;
        let base = format!("{}/my/cases", place.href);
        let list = self.app().own_cases(self.ctx(), community, self.after(&base)?, PAGE).await?;
        let mut rules: BTreeMap<RuleId, (RuleView, Told)> = BTreeMap::new();
        let mut rows = Vec::with_capacity(list.items.len());
        for case in &list.items {
            let (rule, told) = match rules.entry(case.rule) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.told_of(community, case.rule).await?),
            };
            let mut row = self.case_row(&place, told, case);
            let title = phrases::of(self.lang, &rule.summary.title, &rule.summary.title_en);
            row.kind = format!("{title} · {}", row.kind);
            rows.push(row);
        }
        let page = CasesPage {
            own: true,
            title: place.community.row.name.clone(),
            rule_href: place.href.clone(),
            cases: rows,
            next_href: self.next_page(&base, list.next),
        };
        self.page(&place.frame, &page, None)
    }

    async fn told_of(&self, community: CommunityId, rule: RuleId) -> Result<(RuleView, Told), Miss> {
        let rule = self.app().rule(self.ctx(), community, rule).await?;
        let told = Told::of(self.lang, &rule, &self.app().rule_schemas(&rule.digest).await?);
        Ok((rule, told))
    }

    /// The position a list goes on from.
    fn after(&self, base: &str) -> Result<Option<(String, String)>, Miss> {
        let Some(cursor) = self.query.get("cursor") else { return Ok(None) };
        let position = self.server.cursors().open(base, cursor, self.ctx().now.as_second())?;
        Ok(position.rsplit_once(' ').map(|(sort, id)| (sort.to_owned(), id.to_owned())))
    }

    fn next_page(&self, base: &str, next: Option<String>) -> Option<String> {
        let now = self.ctx().now.as_second();
        let cursor = next.map(|position| self.server.cursors().seal(base, &position, now));
        cursor.map(|cursor| format!("{base}?cursor={cursor}"))
    }

    pub(super) async fn cases_page(&self, community: CommunityId, id: RuleId) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Rules).await?;
        let (rule, told) = self.told_of(community, id).await?;
        let rule_href = format!("{}/rules/{id}", place.href);
        let base = format!("{rule_href}/cases");
        let list = self.app().cases(self.ctx(), community, id, self.after(&base)?, PAGE).await?;
        let page = CasesPage {
            own: false,
            title: phrases::of(self.lang, &rule.summary.title, &rule.summary.title_en).to_owned(),
            rule_href,
            cases: list.items.iter().map(|case| self.case_row(&place, &told, case)).collect(),
            next_href: self.next_page(&base, list.next),
        };
        self.page(&place.frame, &page, None)
    }

    /// One case, with what the reader may do with it.
    pub(super) async fn case_page(
        &self,
        community: CommunityId,
        rule: RuleId,
        id: CaseId,
        tried: Option<&Tried>,
    ) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Rules).await?;
        let case = self.app().case(self.ctx(), community, rule, id).await?;
        let (rule, told) = self.told_of(community, rule).await?;
        let rule_href = format!("{}/rules/{}", place.href, case.rule);
        let words = self.lang.words();
        let all = Self::may(&place, yishi_identity::Action::ViewCases);
        let list = if all {
            Link { text: words.cases_all.to_owned(), href: format!("{rule_href}/cases") }
        } else {
            Link { text: words.cases_own.to_owned(), href: format!("{}/my/cases", place.href) }
        };
        let mut page = CasePage {
            row: self.case_row(&place, &told, &case),
            rule: Link {
                text: phrases::of(self.lang, &rule.summary.title, &rule.summary.title_en).to_owned(),
                href: rule_href,
            },
            list,
            assignee: case.assignee.as_ref().map(|handler| handler.name.clone()),
            tasks: self.task_rows(&place, &case),
            points: self.points_rows(&case),
            entries: case.entries.iter().map(|entry| self.entry_row(&rule, &told, entry)).collect(),
            actions: self.case_actions(&place, &rule, &case).await?,
        };
        if let Some(tried) = tried {
            tried.fill(&mut page.actions);
        }
        self.page(&place.frame, &page, tried)
    }

    fn task_rows(&self, place: &Place, case: &CaseView) -> Vec<CaseTaskRow> {
        let row = |task: &yishi_app::views::CaseTaskView| CaseTaskRow {
            text: format!("{} {}", task.item, phrases::of(self.lang, &task.text, &task.text_en)),
            who: body(self.lang, place.kind(), task.by),
            due: phrases::date(self.lang, &task.owed.due),
            articles: task.because.join(self.say("、", ", ")),
            done: task.done.map(|day| phrases::date(self.lang, &day)),
            overdue: unended(self.lang, Some(&task.owed), self.ctx().today),
        };
        case.tasks.iter().map(row).collect()
    }

    fn points_rows(&self, case: &CaseView) -> Vec<CasePointsRow> {
        let row = |one: &yishi_app::views::CasePointsView| CasePointsRow {
            points: format!("{:+}", one.points),
            reason: phrases::of(self.lang, &one.reason, &one.reason_en).to_owned(),
            articles: one.because.join(self.say("、", ", ")),
            reversed: one.reversed.map(|day| phrases::date(self.lang, &day)),
        };
        case.points.iter().map(row).collect()
    }

    fn entry_row(&self, rule: &RuleView, told: &Told, entry: &CaseEntryView) -> CaseEntryRow {
        let mut facts = Facts::default();
        if let Some(kind) = &entry.kind {
            let known = rule.cases.iter().find(|one| one.kind == *kind);
            let title = known.map_or(kind.as_str(), |one| phrases::of(self.lang, &one.title, &one.title_en));
            facts.say(self.say("事由", "What it was about"), title.to_owned());
            if let Some(form) = &entry.form {
                let answers = told.entered(kind, form).into_iter();
                facts.0.extend(
                    answers.map(|(label, value)| Fact { label, value: phrases::dated(self.lang, &value) }),
                );
            }
        }
        if let Some(outcome) = &entry.outcome {
            self.outcome_facts(told, outcome, &mut facts);
        }
        facts.say(self.lang.words().case_assignee, entry.to.clone().unwrap_or_default());
        facts.say(self.say("编号", "Numbers"), entry.items.join(self.say("、", ", ")));
        CaseEntryRow {
            what: entry.what.term().heading(self.lang),
            by: entry.by.clone(),
            at: phrases::instant(self.lang, entry.at),
            text: entry.text.clone().or_else(|| message(self.lang, entry)),
            facts: facts.0,
        }
    }
}

/// What a rule said, in its own sentence.
fn message(lang: yishi_portal::Lang, entry: &CaseEntryView) -> Option<String> {
    entry.outcome.as_ref().map(|outcome| phrases::said(lang, &outcome["message"]).to_owned())
}
