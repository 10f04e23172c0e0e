//! 机构表 (what each body is): who sits in it, who elects and convenes it, what its members may do and are called.
//!
//! To add a body: its variant in [`BodyKind`], its words in `schemas/vocabulary.json`, and its line here. What a statute
//! asks of it (number, women, terms, quorum) is the law's data and not of this table.

use yishi_law::BodyKind::{
    self, Council, JointCommittees, PartyOrganization, RepresentativeAssembly, ResidentsAssembly,
    ResidentsCommittee, SupervisionCommittee,
};
use yishi_law::CommunityKind;

use super::{ElectedBy, Office, OfficeTitle};
use crate::policy::Capacity;

/// 机构 (one body).
#[derive(Debug, Clone, Copy)]
pub struct Body {
    /// Which.
    pub kind: BodyKind,
    /// 组成 (the bodies whose seats make it up). A body that is elected is the first of its own parts; one made of others only
    /// is not among them; the assembly of all has none, since its members are the roll.
    pub parts: &'static [BodyKind],
    /// 产生方式 (who usually elects it, by the law and the seed).
    pub elected_by: ElectedBy,
    /// 召集机构 (the body that convenes it and presides over it, R21).
    pub convened_by: BodyKind,
    /// Whether only the head of the convening body presides; else the head may name a member of it.
    pub head_alone: bool,
    /// 成员身份 (the capacity in which its members act).
    pub member: Capacity,
    /// 召集身份 (the capacity in which it convenes, where it convenes a body): its chair's, or any member's that the chair names.
    pub convenes_as: Option<Capacity>,
    /// 办理决定 (whether it hands in and publishes its own decisions; R39). The committee does so for every body (V18, V32).
    pub follows_up: bool,
    /// 凭文件任职 (whether somebody may hold a seat who is no resident; R30), by kind of community.
    pub by_paper: fn(CommunityKind) -> bool,
    /// 必设 (where no matter can go its way without it: the how-manieth it is in the order in which a village fills them).
    pub needed: Option<u8>,
    /// Offices that are called otherwise than in other bodies.
    pub titles: &'static [(Office, OfficeTitle)],
}

const fn everywhere(_: CommunityKind) -> bool {
    true
}

const fn nowhere(_: CommunityKind) -> bool {
    false
}

/// R30: in a community those who work there may be elected to it.
const fn in_a_community(kind: CommunityKind) -> bool {
    matches!(kind, CommunityKind::Urban)
}

/// Every body, in the order pages list them: the seed's chain.
pub const BODIES: [BodyKind; BodyKind::ALL.len()] = [
    PartyOrganization,
    Council,
    RepresentativeAssembly,
    ResidentsCommittee,
    SupervisionCommittee,
    JointCommittees,
    ResidentsAssembly,
];

/// 机构的一行 (what a body is).
#[must_use]
pub const fn body(kind: BodyKind) -> Body {
    match kind {
        PartyOrganization => Body {
            kind,
            parts: &[PartyOrganization],
            elected_by: ElectedBy::PartyMembers,
            convened_by: PartyOrganization,
            head_alone: false,
            member: Capacity::PartyOrganizationMember,
            convenes_as: Some(Capacity::PartyOrganizationMember),
            follows_up: false,
            by_paper: everywhere,
            needed: Some(5),
            titles: &[
                (Office::Chair, OfficeTitle::PartySecretary),
                (Office::ViceChair, OfficeTitle::DeputyPartySecretary),
            ],
        },
        Council => Body {
            kind,
            parts: &[Council],
            elected_by: ElectedBy::RepresentativeAssembly,
            convened_by: Council,
            head_alone: true,
            member: Capacity::CouncilMember,
            convenes_as: Some(Capacity::CouncilChair),
            follows_up: true,
            by_paper: nowhere,
            needed: Some(2),
            titles: &[],
        },
        RepresentativeAssembly => Body {
            kind,
            // V5, U3: the elected representatives together with the committee.
            parts: &[RepresentativeAssembly, ResidentsCommittee],
            elected_by: ElectedBy::Households,
            convened_by: ResidentsCommittee,
            head_alone: false,
            member: Capacity::Representative,
            convenes_as: None,
            follows_up: false,
            by_paper: nowhere,
            needed: Some(3),
            titles: &[(Office::Member, OfficeTitle::Representative)],
        },
        ResidentsCommittee => Body {
            kind,
            parts: &[ResidentsCommittee],
            elected_by: ElectedBy::Voters,
            convened_by: ResidentsCommittee,
            head_alone: false,
            member: Capacity::ResidentsCommitteeMember,
            convenes_as: Some(Capacity::ResidentsCommitteeMember),
            follows_up: true,
            by_paper: in_a_community,
            needed: Some(1),
            titles: &[],
        },
        SupervisionCommittee => Body {
            kind,
            parts: &[SupervisionCommittee],
            elected_by: ElectedBy::RepresentativeAssembly,
            convened_by: SupervisionCommittee,
            head_alone: true,
            member: Capacity::SupervisionMember,
            convenes_as: Some(Capacity::SupervisionMember),
            follows_up: false,
            by_paper: in_a_community,
            needed: Some(4),
            titles: &[],
        },
        JointCommittees => Body {
            kind,
            parts: &[PartyOrganization, ResidentsCommittee],
            elected_by: ElectedBy::Voters,
            convened_by: PartyOrganization,
            head_alone: true,
            member: Capacity::JointCommitteeMember,
            convenes_as: None,
            follows_up: false,
            by_paper: nowhere,
            needed: None,
            titles: &[],
        },
        ResidentsAssembly => Body {
            kind,
            parts: &[],
            elected_by: ElectedBy::Voters,
            convened_by: ResidentsCommittee,
            head_alone: false,
            member: Capacity::Resident,
            convenes_as: None,
            follows_up: false,
            by_paper: nowhere,
            needed: None,
            titles: &[],
        },
    }
}

/// Every body that anybody has a seat in, of its own or of another's, in order.
pub fn seated() -> impl Iterator<Item = Body> {
    BODIES.map(body).into_iter().filter(|body| !body.parts.is_empty())
}

impl Body {
    /// 直接选举 (whether seats of its own are filled).
    #[must_use]
    pub fn is_elected(self) -> bool {
        self.parts.first() == Some(&self.kind)
    }

    /// What its members act as: the head's own capacity first.
    pub(crate) fn capacities(self, head: bool) -> impl Iterator<Item = Capacity> {
        let heads = self.convenes_as.filter(|capacity| head && *capacity != self.member);
        heads.into_iter().chain([self.member])
    }

    /// What the holder of one of its own seats acts as, in it and in the bodies that are made of others only.
    pub(crate) fn capacities_of_a_seat(self, head: bool) -> Vec<Capacity> {
        let made_of_it = |other: &Body| !other.is_elected() && other.parts.contains(&self.kind);
        let lent = BODIES.map(body).into_iter().filter(made_of_it).map(|other| other.member);
        self.capacities(head).chain(lent).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_is_listed_once_and_is_made_of_and_convened_by_bodies_that_are_elected() {
        for kind in BodyKind::ALL {
            let one = body(*kind);
            assert_eq!(BODIES.iter().filter(|other| *other == kind).count(), 1);
            assert!(one.parts.iter().all(|part| body(*part).is_elected()), "{kind:?} is made of what is not");
            let convener = body(one.convened_by);
            assert!(convener.is_elected() && convener.convenes_as.is_some(), "nobody convenes {kind:?}");
        }
    }
}
