//! 核验页 (verify: checkpoint, key, export, receipts).

use yishi_portal::context::{CheckpointCard, Fact, ReceiptCheck, VerifyPage};
use yishi_portal::forms;

use super::prelude::*;
use crate::http::reply;

/// Entries listed on the page.
const LATEST: u32 = 12;

pub(super) async fn check(visit: Visit, Path(community): Path<CommunityId>, posted: Posted) -> Response {
    let page = visit.check_receipt(community, &posted).await;
    visit.show(page).await
}

fn export_name(community: CommunityId) -> String {
    format!("{community}.jsonl")
}

impl Visit {
    pub(super) async fn verify_page(
        &self,
        community: CommunityId,
        result: Option<ReceiptCheck>,
    ) -> Result<Response> {
        let place = self.place(community, NavItem::Verify).await?;
        let base = format!("{}/verify", place.href);
        let checkpoint = self.app().checkpoint(self.ctx(), community).await?;
        let key = self.app().log_key(self.ctx(), community).await?;
        let signed = self.app().signed_at(self.ctx(), community).await?;
        let mut lines = checkpoint.note.lines();
        // The first line names the origin.
        let size: u64 = lines.nth(1).and_then(|size| size.parse().ok()).unwrap_or(0);
        let root = lines.next().unwrap_or_default().to_owned();
        let latest = self.app().newest_entries(self.ctx(), community, LATEST).await?;
        let page = VerifyPage {
            checkpoint: (size > 0).then(|| CheckpointCard {
                size,
                root,
                signed,
                public_key: key,
                note: checkpoint.note.clone(),
            }),
            export_file: export_name(community),
            receipt_form: self.filled(forms::check_receipt(self.lang, &base)),
            result,
            latest: latest
                .into_iter()
                .map(|(seq, kind, at)| (seq, phrases::entry_kind(self.lang, &kind), at))
                .collect(),
        };
        // The result says what is wrong; a second message above it would only repeat it.
        self.bare_page(&place.frame, &page)
    }

    async fn check_receipt(&self, community: CommunityId, form: &Posted) -> Result<Response> {
        let checked = match self.check(form).and_then(|()| form.required("receipt")) {
            Ok(text) => self.app().check_receipt(&text).map_err(Miss::from),
            Err(miss) => Err(miss),
        };
        let t = self.lang.words();
        match checked {
            Ok(entry) => {
                let fact = |label: &str, value: String| Fact { label: label.to_owned(), value };
                let said = |name: &str| entry.entry[name].as_str().unwrap_or_default().to_owned();
                // Whose entry it is, is part of what holds: any community's receipt can be checked on any page.
                let other: CommunityId = said("community").parse().map_err(AppError::internal)?;
                let whose = self.place(other, NavItem::Verify).await?.community.row.name;
                let facts = vec![
                    fact(self.say("村（社区）", "Community"), whose),
                    fact(t.entry_number, entry.seq.to_string()),
                    fact(self.say("记录内容", "Kind"), phrases::entry_kind(self.lang, &said("kind"))),
                    fact(t.stored_at, self.lang.moment(&said("at"))),
                    fact(t.leaf_hash, entry.leaf.to_string()),
                ];
                let text = self.say(
                    "这条记录在本系统签名的公开记录之中，内容没有被改动。",
                    "This entry stands in the public record that this host signed, unaltered.",
                );
                let result = ReceiptCheck { valid: true, text: text.to_owned(), facts };
                self.verify_page(community, Some(result)).await
            }
            Err(miss) => {
                self.refused(&miss, "check-receipt", form);
                let Some(tried) = self.tried() else { return Err(miss) };
                let wrong = match tried.error_at("check-receipt", "receipt") {
                    Some(fault) => fault.to_owned(),
                    None => tried.flash().text,
                };
                let result = ReceiptCheck { valid: false, text: wrong, facts: Vec::new() };
                self.verify_page(community, Some(result)).await
            }
        }
    }

    pub(super) async fn export(&self, community: CommunityId) -> Result<Response> {
        let client = self.caller.meta.client;
        let file = self.server.streamed(self.ctx(), client, community, "application/jsonl").await?;
        Ok(reply::attached(file, &export_name(community)))
    }

    pub(super) async fn checkpoint(&self, community: CommunityId) -> Result<Response> {
        let note = self.app().checkpoint(self.ctx(), community).await?.note;
        Ok(reply::attached(reply::text(note), &format!("{community}.checkpoint.txt")))
    }
}
