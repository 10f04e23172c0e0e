//! 办件页面 (the lists of cases, and one page for each).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use yishi_app::views::{CaseEntryView, CaseView, RuleView};
use yishi_identity::{CaseId, RuleId};
use yishi_portal::context::{CaseEntry, CasePage, CaseRow, CasesPage, Fact};

use super::super::prelude::*;
use super::super::told::Told;
use super::facts::Facts;

/// Cases of one page.
const PAGE: u32 = 30;

impl Visit {
    /// One case as its list shows it.
    fn case_row(&self, place: &Place, told: &Told, case: CaseView) -> CaseRow {
        let today = self.ctx().today;
        let open = case.tasks.iter().filter(|task| task.done.is_none() && case.corrected.is_none());
        // The longest overdue is said.
        let late = open.max_by_key(|task| task.owed.days_late(today));
        CaseRow {
            kind: self.lang.of(&case.title, &case.title_en).to_owned(),
            overdue: late.and_then(|task| self.lang.unended(&task.owed, today)),
            facts: self.case_facts(place, told, &case),
            href: format!("{}/rules/{}/cases/{}", place.href, case.rule, case.id),
            case,
        }
    }

    /// What was handled about the reader and the reader's household, under whatever rule.
    pub(in super::super) async fn own_cases_page(&self, community: CommunityId) -> Result<Response> {
        let place = self.place(community, NavItem::Rules).await?;
        let base = format!("{}/my/cases", place.href);
        let after = self.position_and_id(&base, "cursor")?;
        let list = self.app().own_cases(self.ctx(), community, after, PAGE).await?;
        let mut rules: BTreeMap<RuleId, (RuleView, Told)> = BTreeMap::new();
        let mut rows = Vec::with_capacity(list.items.len());
        for case in list.items {
            let (rule, told) = match rules.entry(case.rule) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.told_of(community, case.rule).await?),
            };
            let mut row = self.case_row(&place, told, case);
            let title = self.lang.of(&rule.summary.title, &rule.summary.title_en);
            row.kind = format!("{title} · {}", row.kind);
            rows.push(row);
        }
        let page = CasesPage {
            own: true,
            title: place.community.row.name.clone(),
            rule_href: place.href.clone(),
            cases: rows,
            next_href: self.next(&base, "cursor", list.next),
        };
        self.page(&place.frame, &page)
    }

    async fn told_of(&self, community: CommunityId, rule: RuleId) -> Result<(RuleView, Told)> {
        let rule = self.app().rule(self.ctx(), community, rule).await?;
        let told = Told::of(self.lang, &rule, &self.app().rule_schemas(&rule.digest).await?);
        Ok((rule, told))
    }

    pub(in super::super) async fn cases_page(&self, community: CommunityId, id: RuleId) -> Result<Response> {
        let place = self.place(community, NavItem::Rules).await?;
        let (rule, told) = self.told_of(community, id).await?;
        let rule_href = format!("{}/rules/{id}", place.href);
        let base = format!("{rule_href}/cases");
        let after = self.position_and_id(&base, "cursor")?;
        let list = self.app().cases(self.ctx(), community, id, after, PAGE).await?;
        let page = CasesPage {
            own: false,
            title: self.lang.of(&rule.summary.title, &rule.summary.title_en).to_owned(),
            rule_href,
            cases: list.items.into_iter().map(|case| self.case_row(&place, &told, case)).collect(),
            next_href: self.next(&base, "cursor", list.next),
        };
        self.page(&place.frame, &page)
    }

    /// One case, with what the reader may do with it.
    pub(in super::super) async fn case_page(
        &self,
        community: CommunityId,
        rule: RuleId,
        id: CaseId,
    ) -> Result<Response> {
        let place = self.place(community, NavItem::Rules).await?;
        let mut case = self.app().case(self.ctx(), community, rule, id).await?;
        let (rule, told) = self.told_of(community, rule).await?;
        let rule_href = format!("{}/rules/{}", place.href, case.rule);
        let (text, href) = match place.may(Action::ViewCases) {
            true => (self.lang.words().cases_all, format!("{rule_href}/cases")),
            false => (self.lang.words().cases_own, format!("{}/my/cases", place.href)),
        };
        let entries = std::mem::take(&mut case.entries).into_iter();
        let page = CasePage {
            actions: self.case_actions(&place, &rule, &case).await?,
            row: self.case_row(&place, &told, case),
            rule: Link::new(self.lang.of(&rule.summary.title, &rule.summary.title_en), rule_href),
            list: Link::new(text, href),
            entries: entries
                .map(|entry| CaseEntry { facts: self.entry_facts(&rule, &told, &entry), entry })
                .collect(),
            today: self.ctx().today,
        };
        self.page(&place.frame, &page)
    }

    fn entry_facts(&self, rule: &RuleView, told: &Told, entry: &CaseEntryView) -> Vec<Fact> {
        let mut facts = Facts::default();
        if let Some(kind) = &entry.kind {
            let known = rule.cases.iter().find(|one| one.kind == *kind);
            let title = known.map_or(kind.as_str(), |one| self.lang.of(&one.title, &one.title_en));
            facts.say(self.say("事由", "What it was about"), title.to_owned());
            if let Some(form) = &entry.form {
                let answers = told.entered(kind, form).into_iter();
                facts.0.extend(answers.map(|(label, value)| Fact { label, value: self.lang.dated(&value) }));
            }
        }
        if let Some(outcome) = &entry.outcome {
            self.outcome_facts(told, outcome, &mut facts);
        }
        facts.say(self.lang.words().case_assignee, entry.to.clone().unwrap_or_default());
        facts.say(self.say("编号", "Numbers"), self.lang.list(&entry.items));
        facts.0
    }
}
