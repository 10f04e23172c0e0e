//! 事项的办理 (acts on matters), as the application takes them.

use serde_json::{Value, json};
use yishi_app::{AppError, OpContext};
use yishi_identity::CommunityId;

use super::{Engine, Place, word};
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
        if let Act::Suggest { subjects, levy, matter } = act {
            let mut input = json!({
                "title": format!("事项{matter}"), "text": "建议整治村口环境。", "domain": "environment",
                "subjects": word(subjects),
            });
            if *levy {
                input["per_household_fen"] = json!(8000);
            }
            return self.in_house(id, ctx, "suggest", [], &input).await;
        }
        let reasons = || json!({"reasons": "经讨论，理由如会议记录。"});
        let (matter, act, input) = match act {
            Act::Propose { matter, subjects, levy, major } => {
                let mut input = json!({
                    "text": "第一稿：整治村口环境。", "subjects": word(subjects),
                    "class": if *major { "major" } else { "ordinary" },
                });
                if *levy {
                    input["per_household_fen"] = json!(8000);
                }
                (matter, "propose", input)
            }
            Act::Review { matter, pass: true } => (matter, "review", json!({"outcome": "pass"})),
            Act::Review { matter, pass: false } => {
                (matter, "review", json!({"outcome": "return", "reasons": "费用没有写清楚"}))
            }
            Act::Resubmit { matter, changed } => {
                let now = word(&app.matter(ctx, id, place.matter(*matter)).await?);
                let text = now["text"].as_str().unwrap_or_default();
                // A new text says its figures and subjects again.
                let input = json!({
                    "text": if *changed { format!("{text}改") } else { text.to_owned() },
                    "subjects": now["subjects"], "amount_fen": now["amount_fen"],
                    "per_household_fen": now["per_household_fen"],
                });
                (matter, "resubmit", input)
            }
            Act::Repin { matter } => (matter, "repin", reasons()),
            Act::Escalate { matter } => (matter, "escalate", reasons()),
            Act::OpenConsultation { matter, days } => (matter, "open-consultation", json!({"days": days})),
            Act::CloseConsultation { matter } => {
                (matter, "close-consultation", json!({"summary": "没有收到不同意见。"}))
            }
            Act::Study { matter, recommended } => {
                let mut input = json!({"record": "党组织研究记录"});
                if *recommended {
                    input["outcome"] = json!("recommended");
                } else {
                    input["outcome"] = json!("not-recommended");
                    input["reasons"] = json!("时机不成熟");
                }
                (matter, "study", input)
            }
            Act::Deliberate { matter, to, authorised } => {
                let mut input = match to {
                    Some(to) => json!({"outcome": "submit", "to": word(to), "minutes": "联席会议记录"}),
                    None => json!({"outcome": "return", "reasons": "还要修改", "minutes": "联席会议记录"}),
                };
                if *authorised {
                    input["authorisation"] = json!("村民会议授权决定，自今日起至任期届满");
                }
                (matter, "deliberate", input)
            }
            Act::PutToChair { matter } => (matter, "put-to-chair", json!({"minutes": "议事会会议记录"})),
            Act::Petition { matter, signatures, of, to } => {
                let mut input = json!({
                    "to": word(to), "by": word(of), "signatures": signatures, "record": "联名册",
                });
                // Whoever is on the roll has checked the sheet.
                if let Some(checked) = (0..).zip(&world.people).find(|(_, one)| one.off.is_none()) {
                    input["checked_by"] = json!(place.person(checked.0));
                }
                (matter, "force-convening", input)
            }
            Act::Withdraw { matter } => (matter, "withdraw", reasons()),
            Act::Lapse { matter } => (matter, "lapse", reasons()),
            Act::File { matter } => (matter, "file", json!({})),
            Act::Acknowledge { matter } => {
                (matter, "acknowledge-filing", json!({"receipt": "已收到备案材料"}))
            }
            Act::Disclose { matter, days } => (matter, "disclose", json!({"days": days})),
            Act::TakeDown { matter } => (matter, "take-down", json!({})),
            Act::Implement { matter } => (matter, "implement", json!({"report": "已完成"})),
            Act::DiscloseOutcome { matter, days } => {
                (matter, "disclose-outcome", json!({"report": "已完成", "days": days}))
            }
            Act::Complete { matter } => (matter, "complete", json!({})),
            _ => return Err(AppError::internal("not an act on matters")),
        };
        Ok(word(&app.act_on_matter(ctx, id, place.matter(*matter), act, &input).await?))
    }
}
