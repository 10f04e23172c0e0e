//! 规约的公布 (what outcomes of cases publish), on the rule's page and on the community's.

use yishi_portal::context::{NoticeCard, NoticeKind};

use super::super::prelude::*;

/// Notices of rules that a page shows.
pub(in super::super) const SHOWN: u32 = 50;
/// A notice's words on the community's page.
const HEADLINE: usize = 60;

impl Visit {
    /// What rules publish, on the community's page, while it runs.
    pub(in super::super) async fn posted_by_rules(&self, place: &Place) -> Result<Vec<NoticeCard>> {
        let list = self.app().rule_notices(self.ctx(), place.id(), None, None, SHOWN).await?;
        let running = list.items.into_iter().filter(|notice| !notice.ended && !notice.text.is_empty());
        let cards = running.map(|notice| {
            let text = self.lang.of(&notice.text, &notice.text_en);
            let mut title: String = text.chars().take(HEADLINE).collect();
            if title.len() < text.len() {
                title.push('…');
            }
            NoticeCard {
                kind: NoticeKind::Rule,
                title,
                href: format!("{}/rules/{}#{}", place.href, notice.rule, notice.id),
                first: notice.posted_on,
                last: notice.last_day,
                days_left: phrases::days_left(notice.last_day, self.ctx().today),
            }
        });
        Ok(cards.collect())
    }
}
