//! 事项的办理 (acts on matters), as the application takes them.

use serde_json::{Value, json};
use yishi_app::{AppError, OpContext};
use yishi_identity::CommunityId;

use super::{Engine, Place, wire, word};
use crate::act::Act;
use crate::world::World;

impl Engine {
    pub(super) async fn call_matters(
        &self,
        place: &Place,
        world: &World,
        id: CommunityId,
        ctx: &OpContext,
        act: &Act,
    ) -> Result<Value, AppError> {
        let app = &self.app;
        let reasons = || wire(json!({"reasons": "经讨论，理由如会议记录。"}));
        let view = match act {
            Act::Suggest { subjects, levy, matter } => {
                let mut input = json!({
                    "title": format!("事项{matter}"), "text": "建议整治村口环境。", "domain": "environment",
                    "subjects": word(subjects),
                });
                if *levy {
                    input["per_household_fen"] = json!(8000);
                }
                app.suggest(ctx, id, wire(input)?).await?
            }
            Act::Propose { matter, subjects, levy, major } => {
                let mut input = json!({
                    "text": "第一稿：整治村口环境。", "subjects": word(subjects),
                    "class": if *major { "major" } else { "ordinary" },
                });
                if *levy {
                    input["per_household_fen"] = json!(8000);
                }
                app.propose(ctx, id, place.matter(*matter), wire(input)?).await?
            }
            Act::Review { matter, pass } => {
                let input = if *pass {
                    json!({"outcome": "pass"})
                } else {
                    json!({"outcome": "return", "reasons": "费用没有写清楚"})
                };
                app.review(ctx, id, place.matter(*matter), wire(input)?).await?
            }
            Act::Resubmit { matter, changed } => {
                let matter = place.matter(*matter);
                let now = word(&app.matter(ctx, id, matter).await?);
                let text = now["text"].as_str().unwrap_or_default();
                // A new text says its figures and subjects again.
                let input = json!({
                    "text": if *changed { format!("{text}改") } else { text.to_owned() },
                    "subjects": now["subjects"], "amount_fen": now["amount_fen"],
                    "per_household_fen": now["per_household_fen"],
                });
                app.resubmit(ctx, id, matter, wire(input)?).await?
            }
            Act::Repin { matter } => app.repin(ctx, id, place.matter(*matter), reasons()?).await?,
            Act::Escalate { matter } => app.escalate(ctx, id, place.matter(*matter), reasons()?).await?,
            Act::OpenConsultation { matter, days } => {
                let input = json!({"days": days});
                app.open_consultation(ctx, id, place.matter(*matter), wire(input)?).await?
            }
            Act::CloseConsultation { matter } => {
                let input = json!({"summary": "没有收到不同意见。"});
                app.close_consultation(ctx, id, place.matter(*matter), wire(input)?).await?
            }
            Act::Study { matter, recommended } => {
                let mut input = json!({"record": "党组织研究记录"});
                if *recommended {
                    input["outcome"] = json!("recommended");
                } else {
                    input["outcome"] = json!("not-recommended");
                    input["reasons"] = json!("时机不成熟");
                }
                app.study(ctx, id, place.matter(*matter), wire(input)?).await?
            }
            Act::Deliberate { matter, to, authorised } => {
                let mut input = match to {
                    Some(to) => json!({"outcome": "submit", "to": word(to), "minutes": "联席会议记录"}),
                    None => json!({"outcome": "return", "reasons": "还要修改", "minutes": "联席会议记录"}),
                };
                if *authorised {
                    input["authorisation"] = json!("村民会议授权决定，自今日起至任期届满");
                }
                app.deliberate(ctx, id, place.matter(*matter), wire(input)?).await?
            }
            Act::PutToChair { matter } => {
                let input = json!({"minutes": "议事会会议记录"});
                app.put_to_chair(ctx, id, place.matter(*matter), wire(input)?).await?
            }
            Act::Petition { matter, signatures, of, to } => {
                let mut input = json!({
                    "to": word(to), "by": word(of), "signatures": signatures, "record": "联名册",
                });
                // Whoever is on the roll has checked the sheet.
                if let Some(checked) = (0..).zip(&world.people).find(|(_, one)| one.off.is_none()) {
                    input["checked_by"] = json!(place.person(checked.0));
                }
                app.force_convening(ctx, id, place.matter(*matter), wire(input)?).await?
            }
            Act::Withdraw { matter } => app.withdraw(ctx, id, place.matter(*matter), reasons()?).await?,
            Act::Lapse { matter } => app.lapse(ctx, id, place.matter(*matter), reasons()?).await?,
            Act::File { matter } => app.file(ctx, id, place.matter(*matter), wire(json!({}))?).await?,
            Act::Acknowledge { matter } => {
                let input = json!({"receipt": "已收到备案材料"});
                app.acknowledge_filing(ctx, id, place.matter(*matter), wire(input)?).await?
            }
            Act::Disclose { matter, days } => {
                app.disclose(ctx, id, place.matter(*matter), wire(json!({"days": days}))?).await?
            }
            Act::TakeDown { matter } => {
                app.take_down(ctx, id, place.matter(*matter), wire(json!({}))?).await?
            }
            Act::Implement { matter } => {
                app.implement(ctx, id, place.matter(*matter), wire(json!({"report": "已完成"}))?).await?
            }
            Act::DiscloseOutcome { matter, days } => {
                let input = json!({"report": "已完成", "days": days});
                app.disclose_outcome(ctx, id, place.matter(*matter), wire(input)?).await?
            }
            Act::Complete { matter } => app.complete(ctx, id, place.matter(*matter)).await?,
            _ => return Err(AppError::internal("not an act on matters")),
        };
        Ok(word(&view))
    }
}
