//! 机构的办理 (acts on bodies), as the application takes them.

use serde_json::{Value, json};
use yishi_app::{AppError, OpContext};
use yishi_identity::CommunityId;

use super::{Engine, Place, word};
use crate::act::{Act, Body, Person};
use crate::world::World;

impl Engine {
    pub(super) async fn call_bodies(
        &self,
        place: &Place,
        world: &World,
        id: CommunityId,
        ctx: &OpContext,
        act: &Act,
    ) -> Result<Value, AppError> {
        match act {
            Act::Elect { body, people, years, by_groups } => {
                let from = self.today();
                let to = world.term_end(*years);
                let seats: Vec<Value> = people
                    .iter()
                    .enumerate()
                    .map(|(at, &person)| {
                        let office = if at == 0 { "chair" } else { "member" };
                        json!({"person": place.person(person), "office": office})
                    })
                    .collect();
                let elected_by = match body {
                    Body::ResidentsCommittee => "voters",
                    Body::PartyOrganization => "party-members",
                    Body::RepresentativeAssembly if *by_groups => "groups",
                    Body::RepresentativeAssembly => "households",
                    _ if world.representatives() > 0 => "representative-assembly",
                    _ => "residents-assembly",
                };
                let input = json!({
                    "seats": seats, "term_from": from, "term_to": to, "held_on": from, "elected_by": elected_by,
                    "minutes": "选举记录：依法选举产生，当场公布结果。", "reason": "本村人口少，经会议讨论决定。",
                });
                self.in_house(id, ctx, "elect", [("body", code(*body))], &input).await
            }
            Act::EndSeat { body, person } => {
                let input = json!({"reasons": "因个人原因辞职", "because": "resigned"});
                let at = [("body", code(*body)), ("person", place.person(*person).to_string())];
                self.in_house(id, ctx, "end-seat", at, &input).await
            }
            Act::OffRoll { person, died } => {
                let change = if *died { "died" } else { "moved-away" };
                self.change(place, id, ctx, *person, change).await
            }
            Act::BackOnRoll { person } => self.change(place, id, ctx, *person, "returned").await,
            _ => Err(AppError::internal("not an act on bodies")),
        }
    }
}

impl Engine {
    async fn change(
        &self,
        place: &Place,
        id: CommunityId,
        ctx: &OpContext,
        person: Person,
        change: &str,
    ) -> Result<Value, AppError> {
        let input = json!({
            "change": change, "on": self.today(), "reasons": "家属告知", "paper": "派出所证明",
        });
        let at = [("person", place.person(person).to_string())];
        self.in_house(id, ctx, "change-person", at, &input).await
    }
}

fn code(body: Body) -> String {
    word(&body).as_str().unwrap_or_default().to_owned()
}
