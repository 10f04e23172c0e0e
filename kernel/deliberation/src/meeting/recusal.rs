//! 回避 (recusal, R8): declared by the member, or proposed by somebody in the room with a reason. What another proposes has
//! effect once the member has declared it too, or the body has decided it by a recorded motion: silence is no answer, and
//! what nobody answered puts nobody out of a vote.

use yishi_identity::{Capacity, Elector, MatterId, PersonId, Roll};

use super::{Meeting, MeetingEvent, Recusal, RecusalGround};
use crate::Refusal;
use crate::common::Context;
use crate::refusals::{self, ruling};

impl Meeting {
    /// Somebody stands aside from an item.
    pub(super) fn recuse(
        &self,
        matter: MatterId,
        person: PersonId,
        ground: RecusalGround,
        ctx: &Context<'_>,
    ) -> Result<MeetingEvent, Refusal> {
        let elector = self.to_be_recused(matter, person, ctx)?;
        let r8 = |refusal: Refusal| refusal.citing([ruling("R8")]);
        let held = self.recusals.get(&matter).and_then(|held| held.get(&elector));
        if held.is_some_and(Recusal::stands) {
            return Err(refusals::already_recused());
        }
        // Whoever holds the pen cannot put others out of a vote: they say so themselves, or the clerk writes down what was
        // said in the room.
        let own = ctx.actor.person == Some(person);
        if !own && ctx.actor.capacity != Capacity::Staff {
            return Err(r8(refusals::recusal_not_theirs()));
        }
        let here = self.present.values().any(|who| *who == person);
        match ground {
            RecusalGround::Declared { .. } if own || here => {}
            RecusalGround::Declared { .. } => return Err(r8(refusals::recusal_of_the_absent())),
            RecusalGround::Proposed { by, .. } | RecusalGround::Motion { by, .. } if by == person => {
                return Err(r8(refusals::recusal_proposed_by_oneself()));
            }
            RecusalGround::Proposed { by, .. } | RecusalGround::Motion { by, .. }
                if self.roll_of_the_day(ctx)?.elector_of(by).is_none() =>
            {
                return Err(r8(refusals::recusal_proposed_by_a_stranger()));
            }
            RecusalGround::Proposed { by, .. } | RecusalGround::Motion { by, .. }
                if self.present.values().all(|who| *who != by) =>
            {
                return Err(r8(refusals::recusal_proposed_from_outside()));
            }
            RecusalGround::Proposed { .. } if held.is_some_and(|recusal| recusal.disputed) => {
                return Err(r8(refusals::recusal_disputed()));
            }
            RecusalGround::Proposed { .. } if held.is_some() => {
                return Err(r8(refusals::recusal_proposed_already()));
            }
            RecusalGround::Proposed { .. } if !here => return Err(r8(refusals::recusal_of_the_absent())),
            RecusalGround::Proposed { .. } => {}
            RecusalGround::Motion { yes, no, .. } => {
                let voting = self.present.values().filter(|who| **who != person).count() as u64;
                if yes.checked_add(no).is_none_or(|votes| votes > voting) {
                    return Err(r8(refusals::motion_counts_exceed(yes.saturating_add(no), voting)));
                }
                if yes <= no || yes.saturating_mul(2) <= voting {
                    return Err(r8(refusals::motion_not_carried(yes, voting)));
                }
            }
        }
        Ok(MeetingEvent::Recused { matter, elector, ground, act: ctx.act() })
    }

    /// The member disputes what another proposed: it has no effect until the body decides.
    pub(super) fn dispute_recusal(
        &self,
        matter: MatterId,
        person: PersonId,
        ctx: &Context<'_>,
    ) -> Result<MeetingEvent, Refusal> {
        let elector = self.to_be_recused(matter, person, ctx)?;
        if ctx.actor.person != Some(person) && ctx.actor.capacity != Capacity::Staff {
            return Err(refusals::recusal_not_theirs().citing([ruling("R8")]));
        }
        let proposed = self.recusals.get(&matter).and_then(|held| held.get(&elector));
        match proposed.filter(|recusal| !recusal.disputed).map(|recusal| recusal.ground) {
            Some(RecusalGround::Proposed { .. }) => {
                Ok(MeetingEvent::RecusalDisputed { matter, elector, act: ctx.act() })
            }
            _ => Err(refusals::nothing_to_dispute().citing([ruling("R8")])),
        }
    }

    fn to_be_recused(
        &self,
        matter: MatterId,
        person: PersonId,
        ctx: &Context<'_>,
    ) -> Result<Elector, Refusal> {
        let roll: &Roll = self.roll_of_the_day(ctx)?;
        if !self.is_on_agenda(matter) {
            return Err(refusals::not_on_the_agenda().citing([ruling("R46")]));
        }
        let elector = roll.elector_of(person).ok_or_else(|| super::decide::not_on_the_roll([person]))?;
        if self.ballots_on(matter).next().is_some() {
            return Err(refusals::recusal_too_late().citing([ruling("R8")]));
        }
        Ok(elector)
    }
}
