//! 章程的办理 (acts on rules), as the application takes them.

use jiff::ToSpan as _;
use serde_json::{Value, json};
use yishi_app::{AppError, OpContext};
use yishi_identity::CommunityId;

use super::{Engine, Place, word};
use crate::act::{Act, Kind, Terms};
use crate::world::World;

impl Engine {
    pub(super) async fn call_rules(
        &self,
        place: &Place,
        world: &World,
        id: CommunityId,
        ctx: &OpContext,
        act: &Act,
    ) -> Result<Value, AppError> {
        let app = &self.app;
        let today = self.today();
        match act {
            Act::Attest { days_before, yes, terms, kind, .. } => {
                let set_up = place.set_up.unwrap_or(today);
                let input = json!({
                    "component": self.component(*kind), "settings": settings(*kind, *terms),
                    "adopted_on": set_up.saturating_sub(i64::from(*days_before).days()),
                    "body": "residents-assembly", "mode": "households",
                    "counts": {"in_office": 12, "present": 9, "yes": yes, "no": 9_u8.saturating_sub(*yes), "abstain": 0},
                    "minutes": "村民会议记录扫描件",
                });
                self.in_house(id, ctx, "attest", [], &input).await
            }
            Act::Confirm { rule } => {
                let input = json!({});
                Ok(word(&app.act_on_rule(ctx, id, place.rule(*rule), "confirm-attestation", &input).await?))
            }
            Act::Reject { rule } => {
                let input = json!({"reasons": "与纸质记录不一致"});
                Ok(word(&app.act_on_rule(ctx, id, place.rule(*rule), "reject-attestation", &input).await?))
            }
            Act::Draft { terms, kind, replaces, .. } => {
                let mut input = json!({
                    "component": self.component(*kind), "settings": settings(*kind, *terms),
                    "text": "提请制定",
                });
                if let Some(replaces) = replaces {
                    input["replaces"] = json!(place.rule(*replaces));
                }
                self.in_house(id, ctx, "draft-rule", [], &input).await
            }
            Act::Repeal { rule, .. } => {
                let input = json!({"reasons": "情况已经变化"});
                let at = [("rule", place.rule(*rule).to_string())];
                self.in_house(id, ctx, "repeal", at, &input).await
            }
            Act::Suspend { rule, order } => {
                let mut input = json!({"reasons": "与法律不符，暂停施行"});
                if *order {
                    let clause = match world.rules[rule].kind {
                        Kind::Charter => "议事-1",
                        Kind::Rule => "标准-1",
                        Kind::VillageRegulation => "总则-1",
                    };
                    input["order"] = json!({"clause": clause, "article": "31"});
                }
                Ok(word(&app.act_on_rule(ctx, id, place.rule(*rule), "suspend", &input).await?))
            }
            Act::Resume { rule } => {
                let input = json!({"reasons": "已经改正"});
                Ok(word(&app.act_on_rule(ctx, id, place.rule(*rule), "resume", &input).await?))
            }
            Act::Promulgate { rule, in_days } => {
                let input = json!({"effective": today.saturating_add(i64::from(*in_days).days())});
                Ok(word(&app.act_on_rule(ctx, id, place.rule(*rule), "promulgate", &input).await?))
            }
            _ => Err(AppError::internal("not an act on rules")),
        }
    }
}

/// The other kinds come with what their authors thought usual.
fn settings(kind: Kind, terms: Terms) -> Value {
    if kind != Kind::Charter {
        return Value::Null;
    }
    json!({
        "representative-quorum": {"numerator": 2, "denominator": 3},
        "council-base": word(&terms.base),
        "posting-days": terms.posting_days,
        "breaks-on": "",
        "breaks-by": "trap",
    })
}
