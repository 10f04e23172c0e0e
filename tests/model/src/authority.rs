//! 谁可以办理 (who may try what): R21 and 1.6 for sittings, the seed's six steps for the rest.
//!
//! Who may is decided with the body concerned: whoever chairs one body runs no other. Whether it is the turn of an act is
//! not asked here. The clerk records what every body does (R21), and so may nearly everything; what only somebody else's
//! word can do (a confirmation by the town, R15; a vote on line, R11) the clerk may not.

use crate::act::{Act, Body, Person, Who};
use crate::world::{No, World, refuse};

impl World {
    /// Whether somebody may try an act at all.
    pub(crate) fn may(&self, by: Who, act: &Act) -> Result<(), No> {
        let clerk = by == Who::Clerk;
        let town = by == Who::Town;
        let of = |body| self.sits_in(by, body);
        let two_committees = of(Body::PartyOrganization) || of(Body::ResidentsCommittee);
        let permitted = match act {
            Act::Days { .. } => true,
            Act::Elect { .. } | Act::EndSeat { .. } | Act::OffRoll { .. } | Act::BackOnRoll { .. } => {
                clerk || town
            }
            // 建议: anybody of the place.
            Act::Suggest { .. } => clerk || matches!(by, Who::Resident(_)),
            Act::Propose { .. } | Act::Resubmit { .. } | Act::Withdraw { .. } | Act::Repin { .. } => {
                clerk || of(Body::Council)
            }
            Act::Review { .. } | Act::Deliberate { .. } => clerk || two_committees,
            Act::Escalate { .. } => clerk || town || two_committees || of(Body::Council),
            // The committee holds consultations (1.6); one form of them is the council (V10), which its chair convenes.
            Act::OpenConsultation { .. } | Act::CloseConsultation { .. } => {
                clerk || of(Body::ResidentsCommittee) || self.chairs(by, Body::Council)
            }
            Act::Study { .. } => clerk || of(Body::PartyOrganization),
            Act::PutToChair { .. } => clerk || of(Body::Council),
            Act::Petition { .. } => clerk || of(Body::RepresentativeAssembly),
            Act::Lapse { .. } => clerk || self.chairs(by, Body::Council),
            Act::Convene { body, .. } => self.convenes(by, *body),
            Act::Cancel { meeting }
            | Act::OpenMeeting { meeting }
            | Act::Arrive { meeting, .. }
            | Act::Leave { meeting, .. }
            | Act::OpenBallot { meeting, .. }
            | Act::Recess { meeting, .. }
            | Act::Adjourn { meeting } => self.convenes(by, self.meetings[meeting].body),
            // R8: whoever sits there, of themselves.
            Act::Recuse { meeting, .. } => {
                clerk
                    || match self.meetings[meeting].body {
                        Body::ResidentsAssembly => matches!(by, Who::Resident(_)),
                        Body::RepresentativeAssembly => {
                            of(Body::RepresentativeAssembly) || of(Body::ResidentsCommittee)
                        }
                        body => of(body),
                    }
            }
            Act::CloseBallot { ballot, .. } => self
                .meeting_of(*ballot)
                .is_some_and(|meeting| self.convenes(by, self.meetings[&meeting].body)),
            // Everybody for themselves; what is on a paper the clerk enters.
            Act::Vote { person, .. } => clerk || by == Who::Resident(*person),
            // V18, R39: the committee publishes what anybody decided, the council hands in and publishes its own decisions.
            Act::File { matter } | Act::Disclose { matter, .. } | Act::DiscloseOutcome { matter, .. } => {
                let own = self.matter(*matter).decided_by == Some(Body::Council) && of(Body::Council);
                clerk || of(Body::ResidentsCommittee) || own
            }
            // R36: the receiver says it, and the clerk is none.
            Act::Acknowledge { matter } if self.matter(*matter).filed_with_the_town() => town,
            Act::Acknowledge { .. } => two_committees,
            Act::TakeDown { .. } | Act::Implement { .. } | Act::Complete { .. } => {
                clerk || of(Body::ResidentsCommittee)
            }
            Act::Attest { .. } | Act::Promulgate { .. } => clerk || of(Body::ResidentsCommittee),
            // R15: another person, at the town.
            Act::Confirm { .. } | Act::Reject { .. } => town,
            // R23, R37: on whose word is for the ground to say.
            Act::Suspend { .. } | Act::Resume { .. } => clerk || town || two_committees,
            Act::Draft { .. } | Act::Repeal { .. } => clerk || two_committees || of(Body::Council),
        };
        if !permitted {
            refuse!("R21", "not theirs to do");
        }
        Ok(())
    }

    /// Whether somebody holds a seat of this body itself.
    fn sits_in(&self, by: Who, body: Body) -> bool {
        let Who::Resident(person) = by else { return false };
        self.seats.iter().any(|seat| seat.body == body && seat.person == person && seat.held(self.today))
    }

    fn chairs(&self, by: Who, body: Body) -> bool {
        self.sits_in(by, body) && self.chair_of(body) == by.person()
    }

    fn chair_of(&self, body: Body) -> Option<Person> {
        let chair = self.seats.iter().find(|seat| seat.body == body && seat.chair && seat.held(self.today));
        chair.map(|seat| seat.person)
    }

    /// 1.6: the council its chair; the assemblies, and itself, the committee; party and supervisors themselves, and no
    /// assembly. The clerk records it, in the name of whoever convenes.
    fn convenes(&self, by: Who, body: Body) -> bool {
        by == Who::Clerk
            || match body {
                Body::Council => self.chairs(by, Body::Council),
                Body::ResidentsAssembly | Body::RepresentativeAssembly | Body::ResidentsCommittee => {
                    self.sits_in(by, Body::ResidentsCommittee)
                }
                Body::PartyOrganization | Body::JointCommittees => self.sits_in(by, Body::PartyOrganization),
                Body::SupervisionCommittee => self.sits_in(by, Body::SupervisionCommittee),
            }
    }
}
