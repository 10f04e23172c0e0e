//! 领域 (what a suggestion can be about here): the house's own domains, and those that the rules in force bring with them.
//!
//! A rule's domain is called what its manifest calls it. A matter's is called what the rules it pinned call it, also when
//! they are no longer in force.

use yishi_canonical::Digest;
use yishi_deliberation::Matter;
use yishi_deliberation::rule::Standing;
use yishi_identity::{Action, CommunityId};
use yishi_law::Words;
use yishi_rulebook::RESERVED_DOMAIN;

use crate::views::NamedView;
use crate::{App, AppResult, Community, OpContext};

/// None of the others; also what people call a domain that no rule of the community names any more.
const OTHER: &str = "general";

/// The house's own words for a domain.
fn of_the_house(code: &str) -> Option<Words> {
    yishi_words::entry("domain", code).map(|entry| Words::new(entry.term.zh, entry.term.en))
}

/// A code with its words.
pub(crate) fn named(code: &str, words: &Words) -> NamedView {
    NamedView { code: code.to_owned(), title: words.zh.clone(), title_en: words.en.clone() }
}

impl App {
    /// 可选的领域 (the domains a suggestion may be made in today; public).
    pub async fn domains(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Vec<NamedView>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let own = yishi_words::family("domain").into_iter().flat_map(|family| &family.terms);
        let mut domains: Vec<NamedView> = own
            .filter(|entry| entry.code != RESERVED_DOMAIN)
            .map(|entry| named(entry.code, &Words::new(entry.term.zh, entry.term.en)))
            .collect();
        for row in self.rule_rows(&here).await? {
            if row.life.standing(ctx.today) != Standing::InForce {
                continue;
            }
            for (code, words) in self.domains_of(&row.life.version.component).await {
                if !domains.iter().any(|known| known.code == code) {
                    domains.push(named(&code, &words));
                }
            }
        }
        // What is none of the others comes last, so that nobody chooses it for want of looking.
        domains.sort_by_key(|one| one.code == OTHER);
        Ok(domains)
    }

    /// What a matter's domain is called: by the house, by the rules it pinned, or by another rule of the community.
    pub(crate) async fn domain_of(&self, community: &Community, matter: &Matter) -> AppResult<NamedView> {
        let code = matter.domain.as_str();
        if let Some(words) = of_the_house(code) {
            return Ok(named(code, &words));
        }
        for pin in &matter.pins.rules {
            if let Some(words) = self.domain_called(&pin.version.component, code).await {
                return Ok(named(code, &words));
            }
        }
        for row in self.rule_rows(community).await? {
            if let Some(words) = self.domain_called(&row.life.version.component, code).await {
                return Ok(named(code, &words));
            }
        }
        let unnamed = of_the_house(OTHER).unwrap_or_else(|| Words::new(code, code));
        Ok(named(code, &unnamed))
    }

    async fn domain_called(&self, component: &Digest, code: &str) -> Option<Words> {
        self.domains_of(component).await.into_iter().find(|(own, _)| own == code).map(|(_, words)| words)
    }

    /// The domains of a component; none when it no longer loads, which is said where it is asked.
    async fn domains_of(&self, component: &Digest) -> Vec<(String, Words)> {
        let Ok(inspection) = self.component(component).await else { return Vec::new() };
        inspection.manifest.domains.iter().map(|domain| (domain.code.clone(), domain.words())).collect()
    }
}
