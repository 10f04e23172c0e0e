//! 公告与文书 (the notice-board print view, documents, receipts of entries).

use yishi_canonical::Digest;
use yishi_deliberation::matter::DisclosureKind;
use yishi_identity::MatterId;
use yishi_law::Secrecy;
use yishi_portal::context::{BodyKind, NoticePage, Paper};

use super::finding::rule_pages;
use super::prelude::*;
use crate::http::reply;

impl Visit {
    pub(super) async fn notice(&self, community: CommunityId, id: MatterId) -> Result<Response> {
        let place = self.place(community, NavItem::Matters).await?;
        let matter = self.app().matter(self.ctx(), community, id).await?;
        let outcome = self.query.get("kind").is_some_and(|kind| kind == "outcome");
        let wanted = if outcome { DisclosureKind::Outcome } else { DisclosureKind::Decision };
        let posted = matter.disclosures.iter().find(|one| one.kind == wanted);
        let posted = posted.ok_or(AppError::NotFound { what: "notice" })?;
        let rules = rule_pages(&place, &matter);
        let mut finding = None;
        let mut leaf = None;
        if let (false, Some(decision)) = (outcome, matter.decisions.last()) {
            let ballot = self.app().ballot(self.ctx(), community, decision.ballot).await?;
            let secret = ballot.secrecy == Secrecy::Secret;
            if let Some(seq) = decision.seq {
                let entry = self.app().entries(self.ctx(), community, seq, 1).await?.items.into_iter().next();
                leaf = entry.map(|entry| entry.leaf.to_string());
            }
            finding = Some(self.finding(decision, secret, None, &rules).await);
        }
        let paper = match self.query.get("paper").map(String::as_str) {
            Some("a3") => Paper::A3,
            _ => Paper::A4,
        };
        let t = self.lang.words();
        let title = if outcome { t.notice_of_outcome } else { t.notice_of_decision };
        let committee = self.lang.body(BodyKind::ResidentsCommittee, place.kind());
        let page = NoticePage {
            title: self.lang.fill(title, &matter.title),
            number: phrases::number(matter.pins.law_date, matter.id),
            text: match outcome {
                true => self.app().document(self.ctx(), community, posted.text).await?.text,
                false => matter.text.clone(),
            },
            finding,
            posted: posted.clone(),
            issuer: format!("{}{}{committee}", place.community.row.name, self.say("", " ")),
            origin: self.origin.clone(),
            leaf,
            paper,
        };
        self.page(&place.frame, &page)
    }

    pub(super) async fn document(&self, community: CommunityId, digest: String) -> Result<Response> {
        let digest: Digest = digest.parse().map_err(|_| AppError::NotFound { what: "document" })?;
        let document = self.app().document(self.ctx(), community, digest).await?;
        // Always as plain text: what a resident wrote never becomes a page of this host.
        Ok(reply::text(document.text))
    }

    pub(super) async fn receipt(&self, community: CommunityId, seq: u64) -> Result<Response> {
        let receipt = self.app().receipt(self.ctx(), community, seq).await?;
        let bytes = serde_json::to_vec_pretty(&receipt).map_err(AppError::internal)?;
        let name = format!("yishi-receipt-{seq}.json");
        Ok(reply::attached(reply::file(bytes, "application/json"), &name))
    }
}
