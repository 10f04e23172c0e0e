//! 会议与表决的办理 (acts on meetings and ballots), as the application takes them.

use jiff::ToSpan as _;
use serde_json::{Value, json};
use yishi_app::{AppError, OpContext};
use yishi_identity::CommunityId;

use super::{Engine, Place, word};
use crate::act::{Act, Hand, Who};
use crate::world::World;

impl Engine {
    pub(super) async fn call_meetings(
        &self,
        place: &Place,
        world: &World,
        id: CommunityId,
        ctx: &OpContext,
        by: Who,
        act: &Act,
    ) -> Result<Value, AppError> {
        let app = &self.app;
        // The clerk records in somebody's name; everybody else acts in their own.
        let recorded_for = |body| world.convener(body).filter(|_| by == Who::Clerk);
        match act {
            Act::Convene { body, mode, in_days, agenda, special, .. } => {
                let agenda: Vec<_> = agenda.iter().map(|&matter| place.matter(matter)).collect();
                let mut input = json!({
                    "body": word(body), "mode": word(mode), "place": "村部会议室", "agenda": agenda,
                    "held_on": self.today().saturating_add(i64::from(*in_days).days()), "hour": "09:00",
                });
                if let Some(convener) = recorded_for(*body) {
                    input["convener"] = json!(place.person(convener));
                }
                if *special {
                    input["special_circumstances"] = json!("汛情紧急");
                }
                self.in_house(id, ctx, "convene", [], &input).await
            }
            Act::Cancel { meeting } => {
                let input = json!({"reasons": "人员外出"});
                Ok(word(&app.act_on_meeting(ctx, id, place.meeting(*meeting), "cancel", &input).await?))
            }
            Act::OpenMeeting { meeting } => {
                let presider = world.meetings.get(meeting).and_then(|sitting| recorded_for(sitting.body));
                let mut input = json!({});
                if let Some(presider) = presider {
                    input["presider"] = json!(place.person(presider));
                }
                Ok(word(&app.act_on_meeting(ctx, id, place.meeting(*meeting), "open", &input).await?))
            }
            Act::Arrive { meeting, people } => {
                let people: Vec<_> = people.iter().map(|&person| place.person(person)).collect();
                let input = json!({"arrive": people});
                Ok(word(&app.act_on_meeting(ctx, id, place.meeting(*meeting), "arrive", &input).await?))
            }
            Act::Leave { meeting, people } => {
                let people: Vec<_> = people.iter().map(|&person| place.person(person)).collect();
                let input = json!({"leave": people});
                Ok(word(&app.act_on_meeting(ctx, id, place.meeting(*meeting), "arrive", &input).await?))
            }
            Act::Recuse { meeting, matter, person } => {
                let input = json!({
                    "matter": place.matter(*matter), "person": place.person(*person),
                    "reason": "与承包人是兄弟", "declared_in_room": by == Who::Clerk,
                });
                Ok(word(&app.act_on_meeting(ctx, id, place.meeting(*meeting), "recuse", &input).await?))
            }
            Act::OpenBallot { meeting, matter, recused, secret, .. } => {
                let recused: Vec<_> = recused
                    .iter()
                    .map(|&person| {
                        json!({
                            "matter": place.matter(*matter), "person": place.person(person),
                            "reason": "与承包人是兄弟", "declared_in_room": by == Who::Clerk,
                        })
                    })
                    .collect();
                let input = json!({
                    "matter": place.matter(*matter), "recused": recused,
                    "secrecy": if *secret { "secret" } else { "open" },
                });
                let at = [("meeting", place.meeting(*meeting).to_string())];
                self.in_house(id, ctx, "open-ballot", at, &input).await
            }
            Act::Vote { ballot, person, choice } => {
                let mut input = json!({"choice": word(choice)});
                if by != Who::Resident(*person) {
                    input["voter"] = json!(place.person(*person));
                    input["channel"] = json!("meeting");
                }
                let input = serde_json::from_value(input).map_err(AppError::internal)?;
                Ok(word(&app.vote(ctx, id, place.ballot(*ballot), input).await?))
            }
            Act::CloseBallot { ballot, hand } => {
                let mut input = json!({});
                if let Some(hand) = hand {
                    input["hand_count"] = hand_count(place, hand);
                }
                let at = [("ballot", place.ballot(*ballot).to_string())];
                self.in_house(id, ctx, "close-ballot", at, &input).await
            }
            Act::Recess { meeting, in_days } => {
                let until = self.today().saturating_add(i64::from(*in_days).days());
                let input = json!({"until": until, "minutes": "会议决定休会，改日继续。"});
                Ok(word(&app.act_on_meeting(ctx, id, place.meeting(*meeting), "recess", &input).await?))
            }
            Act::Adjourn { meeting } => {
                let input = json!({"minutes": "会议按通知的议程进行，会议记录经核对签名。"});
                Ok(word(&app.act_on_meeting(ctx, id, place.meeting(*meeting), "adjourn", &input).await?))
            }
            _ => Err(AppError::internal("not an act on meetings")),
        }
    }
}

fn hand_count(place: &Place, hand: &Hand) -> Value {
    let tellers: Vec<_> = hand.tellers.iter().map(|&person| place.person(person)).collect();
    json!({
        "yes": hand.yes, "no": hand.no, "abstain": hand.abstain, "spoilt": hand.spoilt,
        "not_voting": hand.not_voting, "tellers": tellers, "record": "计票单，监票人、计票人签名存档。",
    })
}
