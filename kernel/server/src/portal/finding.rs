//! 认定与依据 (findings and who demands something), as pages show them.

use std::collections::{BTreeMap, BTreeSet};

use yishi_app::views::{DecisionView, MatterView};
use yishi_canonical::Digest;
use yishi_identity::MeetingId;
use yishi_law::{Authority, CountingBase, DemandFinding, Law, Terms, Threshold, Titles};
use yishi_portal::context::{Citation, Demand, Finding, Ruling};

use super::prelude::*;

/// Pages of the rules that a page can name, by component.
pub(super) type RulePages = BTreeMap<Digest, String>;

/// The rules a matter pinned.
pub(super) fn rule_pages(place: &Place, matter: &MatterView) -> RulePages {
    let pins = matter.pins.charter.iter().chain(&matter.pins.rules);
    pins.map(|pin| (pin.digest, format!("{}/rules/{}", place.href, pin.rule))).collect()
}

impl Visit {
    /// Who demands something, with the article's text.
    pub(super) async fn cite(&self, by: &BTreeSet<Authority>, rules: &RulePages) -> Vec<Citation> {
        let views = self.app().authority_views(by).await;
        by.iter()
            .zip(views)
            .map(|(authority, view)| {
                let mut citation = Citation {
                    source: self.lang.of(&view.name, &view.name_en).to_owned(),
                    id: String::new(),
                    text: view.text,
                    href: None,
                    law: matches!(view.source.as_str(), "statute" | "policy"),
                };
                match authority {
                    Authority::Statute { floor, .. } => {
                        let words = authority.describe(Law::embedded(), &|_| None);
                        let name = self.lang.both(&words.zh, &words.en);
                        let (zh, en) = (format!("（{floor}）"), format!(" ({floor})"));
                        citation.source =
                            name.trim_end_matches(zh.as_str()).trim_end_matches(en.as_str()).to_owned();
                        citation.id = floor.to_string();
                    }
                    Authority::Plugin { digest, article, .. } => {
                        citation.href = rules.get(digest).map(|page| format!("{page}#{article}"));
                    }
                    Authority::Ruling { .. } | Authority::Policy { .. } => {}
                }
                citation
            })
            .collect()
    }

    /// A decision's finding.
    pub(super) async fn finding(
        &self,
        decision: &DecisionView,
        secret: bool,
        meeting: Option<MeetingId>,
        rules: &RulePages,
    ) -> Finding {
        let found = &decision.finding;
        let law = Law::embedded();
        let aside = found.terms.set_aside.iter().flat_map(|aside| aside.by.iter().chain(&aside.because));
        let aside: Vec<Authority> = aside.cloned().collect();
        let titles = self.app().titles_of(&aside).await;
        let title = |component: &Digest| titles.get(component).cloned();
        let quorum = found.quorum.iter().map(|one| DemandFinding {
            demand: Threshold { share: one.demand, base: CountingBase::InOffice },
            of: one.of,
            needed: one.needed,
            had: one.had,
            met: one.met,
            by: one.by.clone(),
        });
        let rulings = found.rulings.iter().filter_map(|id| law.ruling(id).map(|ruling| (id, ruling)));
        Finding {
            secret,
            quorum: self.demands(quorum, rules).await,
            passes: self.demands(found.passes.iter().cloned(), rules).await,
            rulings: rulings
                .map(|(id, ruling)| Ruling {
                    id: id.clone(),
                    text: self.lang.both(&ruling.ruling.zh, &ruling.ruling.en).to_owned()
                        + &self.what_it_did(found, id, &title),
                })
                .collect(),
            meeting,
            decision: decision.clone(),
        }
    }

    /// Each demand with who makes it.
    async fn demands(
        &self,
        found: impl Iterator<Item = DemandFinding<Threshold>>,
        rules: &RulePages,
    ) -> Vec<Demand> {
        let mut demands = Vec::new();
        for found in found.collect::<Vec<_>>() {
            demands.push(Demand { by: self.cite(&found.by, rules).await, found });
        }
        demands
    }

    /// What a ruling came to here, where the finding says more than that it was relied on: the notice period as it was
    /// counted (R10), and what a rule asked for and did not get (R13).
    fn what_it_did(&self, found: &yishi_law::Finding, ruling: &str, title: &Titles<'_>) -> String {
        let words: Vec<_> = match ruling {
            "R10" => found.notice.iter().map(yishi_law::days::Notice::describe).collect(),
            "R13" => found.terms.set_aside.iter().map(|aside| aside.describe(found.mode, title)).collect(),
            _ => Vec::new(),
        };
        words.iter().map(|words| format!(" {}", self.lang.dated(words.said(self.lang)))).collect()
    }

    /// What a coming vote needs, of so many on the roll and so many present.
    pub(super) async fn coming(
        &self,
        terms: &Terms,
        roll: u64,
        present: u64,
        rules: &RulePages,
    ) -> Vec<Demand> {
        let coming = terms.passes.iter().map(|(threshold, by)| {
            let of = match threshold.base {
                CountingBase::InOffice => roll,
                CountingBase::Present | CountingBase::Cast => present,
            };
            let needed = threshold.share.needed(of);
            DemandFinding { demand: *threshold, of, needed, had: 0, met: false, by: by.clone() }
        });
        self.demands(coming, rules).await
    }
}
