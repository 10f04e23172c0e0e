//! 清除资料 (erasing a person): the form on the page of the roster.

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::post;
use yishi_app::OpContext;
use yishi_app::inputs::ErasureInput;
use yishi_edge::extract::Path;
use yishi_identity::{Action, CommunityId};
use yishi_portal::context::{Field, FieldKind, Form, FormStyle};

use super::answer::Miss;
use super::phrases;
use super::posted::Posted;
use super::visit::{Place, Visit};
use crate::http::Server;

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new().route("/c/{community}/roster/erasures", post(erase))
}

async fn erase(visit: Visit, Path(community): Path<CommunityId>, posted: Posted) -> Response {
    match visit.erase(community, &posted).await {
        Ok(message) => visit.done(&format!("/c/{community}/roster"), message),
        Err(miss) => {
            let page = match visit.tried(&miss, "person-erasure", &posted, &[]) {
                Some(tried) => visit.roster_page(community, None, Some(&tried)).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}

impl Visit {
    /// 清除资料: the form that erases somebody who is not on the roll any more.
    pub(super) fn erasure_form(&self, place: &Place) -> Result<Option<Form>, Miss> {
        if !Self::may(place, Action::ErasePerson) {
            return Ok(None);
        }
        let heading = self.say("清除资料", "Erase a person's data");
        let field = |name: &str, zh, en, kind| Field::new(name, self.say(zh, en), kind);
        let form = Form::new(
            "person-erasure",
            heading,
            &format!("{}/roster/erasures", place.href),
            heading,
        )
        .note(self.say(
            "凭本人书面申请，清除已去世或已迁出的人的姓名、出生日期、电话、账号等资料，不能恢复。公开记录只有化名，不会改变，仍可核验；页面上其姓名显示为“—”。",
            "On a written request, the name, date of birth, telephone and account of somebody who died or moved away are erased for good. The public record holds pseudonyms only: it stays as it is and verifies. On pages their name is shown as “—”.",
        ))
        .style(FormStyle::Folded)
        .with(field("person", "姓名", "Name", FieldKind::Text).required())
        .with(field("reasons", "原因（不写姓名）", "Why (without the name)", FieldKind::Lines { rows: 2 }).required())
        .with(field("paper", "书面申请的编号和日期", "Number and date of the written request", FieldKind::Text).required())
        .with(field("confirmed", "我知道清除之后不能恢复", "I know that nothing brings it back", FieldKind::Check));
        self.guarded(form, None).map(Some)
    }

    async fn erase(&self, community: CommunityId, form: &Posted) -> Result<&'static str, Miss> {
        self.check(form)?;
        let person = self.person_of(community, "person", form).await?;
        let input = ErasureInput {
            reasons: form.required("reasons")?,
            paper: form.required("paper")?,
            confirmed: form.text("confirmed") == "true",
        };
        let app = self.app();
        self.once(form, |ctx: OpContext| async move { app.erase_person(&ctx, community, person, input).await })
            .await?;
        Ok(phrases::both(self.lang, "资料已清除", "The data is erased"))
    }
}
