//! 权限 (who may do what): one table, read from top to bottom, deny by default.
//!
//! The table answers "may this actor do this here at all", and where the act is about a body's sitting, "of this body": a
//! council's chair convenes and runs the council, not the representatives; a supervisor runs no council (R21). Whether the step is in order, quorate or lawful is not its
//! business: that is decided in `yishi-deliberation`. So a line lists the capacities in which somebody may *act or record the
//! act*; a member of staff who enters what the council resolved acts for the council, and the record names who entered it.
//!
//! Acts of the catalogue (`yishi-acts`) declare their own right; whatever is no act has a line here. The whole matrix is checked
//! in as `tests/acceptance/policy-matrix.txt`; the test that compares it says how to refresh it.
//! Why a table and not a policy language: `kernel/decisions/0003-policy-as-a-table.md`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use yishi_law::BodyKind;
use yishi_words::{Coded as _, Term, coded};

use crate::bodies::{self, Office};
use crate::ids::{AccountId, CommunityId, PersonId, TownId};

/// 授权 (a role granted to an account). Seats in bodies are not granted: they follow from elections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "kebab-case")]
pub enum RoleGrant {
    /// 市管理员.
    CityAdmin,
    /// 镇管理员.
    TownAdmin {
        /// Of this town.
        town: TownId,
    },
    /// 村(社区)工作人员.
    Staff {
        /// Of this community.
        community: CommunityId,
    },
    /// 本村(社区)居民: the account belongs to this person of the roster.
    Member {
        /// Of this community.
        community: CommunityId,
        /// The person.
        person: PersonId,
    },
}

/// 现任席位 (a seat the actor's person holds today, read from the register for each request).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HeldSeat {
    /// In this community.
    pub community: CommunityId,
    /// In this body.
    pub body: BodyKind,
    /// In this office.
    pub office: Office,
}

/// 操作者 (who is asking). Without an account: anybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    /// The account, when signed in.
    pub account: Option<AccountId>,
    /// Roles granted to the account.
    pub roles: Vec<RoleGrant>,
    /// Seats held today.
    pub seats: Vec<HeldSeat>,
}

/// 范围 (where the act takes place).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// 市.
    City,
    /// 镇.
    Town(TownId),
    /// 村(社区), with the town it belongs to.
    Community {
        /// The town.
        town: TownId,
        /// The community.
        community: CommunityId,
    },
}

impl Actor {
    /// 以何身份 (the capacities this actor has in a scope). Everybody has [`Capacity::Anyone`].
    #[must_use]
    pub fn capacities(&self, scope: &Scope) -> BTreeSet<Capacity> {
        let mut capacities = BTreeSet::from([Capacity::Anyone]);
        capacities.extend(self.roles.iter().filter_map(|role| role.capacity(scope)));
        // A seat speaks only for a person known to the community as a member.
        if capacities.contains(&Capacity::Resident) {
            capacities
                .extend(self.seats.iter().filter(|seat| seat.is_in(scope)).flat_map(HeldSeat::capacities));
        }
        capacities
    }

    /// 本人 (the person this account stands for in a community).
    #[must_use]
    pub fn person_in(&self, community: CommunityId) -> Option<PersonId> {
        self.roles.iter().find_map(|role| match role {
            RoleGrant::Member { community: of, person } if *of == community => Some(*person),
            _ => None,
        })
    }

    /// The capacity in which this actor may do this here, of this body where the action is of one: the first of the table's
    /// line that the actor has. An action that is of a body is never permitted where none is named.
    #[must_use]
    pub fn acting_as(
        &self,
        right: impl Into<Right>,
        scope: &Scope,
        of: Option<BodyKind>,
    ) -> Option<Capacity> {
        let capacities = self.capacities(scope);
        right.into().who(of).find(|capacity| capacities.contains(capacity))
    }
}

/// 是否准许 (whether the table lets this actor do this here, of this body where the action is of one).
#[must_use]
pub fn permits(actor: &Actor, right: impl Into<Right>, scope: &Scope, of: Option<BodyKind>) -> bool {
    actor.acting_as(right, scope, of).is_some()
}

/// 何人 (who may, and of which bodies).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who {
    /// The capacities, in the order in which one acts.
    pub allowed: &'static [Capacity],
    /// Of which bodies.
    pub reach: Reach,
}

impl Who {
    /// Whoever has one of these capacities in the community.
    #[must_use]
    pub const fn any(allowed: &'static [Capacity]) -> Self {
        Self { allowed, reach: Reach::Community }
    }

    /// The same, of the bodies that the capacity convenes and presides over (R21).
    #[must_use]
    pub const fn convening(allowed: &'static [Capacity]) -> Self {
        Self { allowed, reach: Reach::Convenes }
    }

    /// The same, of the bodies that the capacity sits in.
    #[must_use]
    pub const fn sitting(allowed: &'static [Capacity]) -> Self {
        Self { allowed, reach: Reach::SitsIn }
    }

    /// The same, of what was decided by bodies whose decisions the capacity takes further.
    #[must_use]
    pub const fn following_up(allowed: &'static [Capacity]) -> Self {
        Self { allowed, reach: Reach::FollowsUp }
    }
}

/// 权利 (the right to do one thing): what, and who may. Acts of the catalogue declare their own (`yishi-acts`); whatever is no
/// act has a line in the table below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right {
    /// What: the code of the act or of the table's line.
    pub code: &'static str,
    /// The family of the vocabulary that the code belongs to.
    pub family: &'static str,
    /// Who may.
    pub may: Who,
}

impl Right {
    /// 谁可以办理 (who may, of this body where the right is of one), in the order in which one acts.
    pub fn who(self, of: Option<BodyKind>) -> impl Iterator<Item = Capacity> {
        let Who { allowed, reach } = self.may;
        allowed.iter().copied().filter(move |capacity| reach.covers(*capacity, of))
    }

    /// What it is called.
    #[must_use]
    pub fn term(self) -> Term {
        yishi_words::term(self.family, self.code)
    }
}

impl From<Action> for Right {
    fn from(action: Action) -> Self {
        Self { code: action.code(), family: Action::FAMILY, may: action.who() }
    }
}

/// 对象 (of which bodies an action is permitted to those in its line).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// 本村(社区): it is about no body's sitting.
    Community,
    /// 召集、主持的机构: of the bodies that the capacity convenes and presides over (R21).
    Convenes,
    /// 所属机构: of the bodies that the capacity sits in.
    SitsIn,
    /// 办理决定的机构: of what was decided by bodies whose decisions the capacity takes further.
    FollowsUp,
}

impl Reach {
    /// The word in the matrix.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Community => "-",
            Self::Convenes => "convenes",
            Self::SitsIn => "sits-in",
            Self::FollowsUp => "follows",
        }
    }

    /// Whether a capacity reaches this body.
    #[must_use]
    pub fn covers(self, capacity: Capacity, of: Option<BodyKind>) -> bool {
        match (self, of) {
            (Self::Community, _) => true,
            (Self::Convenes, Some(body)) => capacity.convenes(body),
            (Self::SitsIn, Some(body)) => capacity.sits_in(body),
            (Self::FollowsUp, Some(body)) => capacity.follows_up(body),
            (Self::Convenes | Self::SitsIn | Self::FollowsUp, None) => false,
        }
    }
}

impl Capacity {
    /// 召集、主持 (whether this capacity convenes a body and presides over it, R21). Staff only record, in the name of the
    /// convener.
    #[must_use]
    pub fn convenes(self, body: BodyKind) -> bool {
        let by = bodies::body(bodies::body(body).convened_by);
        self == Self::Staff || by.convenes_as == Some(self)
    }

    /// 办理决定 (whether this capacity takes further what a body decided: enters the resolution, files and publishes it).
    /// The committee carries out what all of them decide (V18, V32); a council hands in and publishes its own decisions (R39)
    /// and no assembly's.
    #[must_use]
    pub fn follows_up(self, body: BodyKind) -> bool {
        let own = bodies::body(body);
        matches!(self, Self::Staff | Self::ResidentsCommitteeMember)
            || (own.follows_up && own.capacities(true).any(|capacity| capacity == self))
    }

    /// 成员 (whether this capacity sits in a body). Staff record for all of them.
    #[must_use]
    pub fn sits_in(self, body: BodyKind) -> bool {
        let own = bodies::body(body);
        let parts = own.parts.iter().map(|part| bodies::body(*part));
        self == Self::Staff
            || parts.chain([own]).any(|part| part.capacities(true).any(|capacity| capacity == self))
    }
}

impl RoleGrant {
    fn capacity(&self, scope: &Scope) -> Option<Capacity> {
        match (self, scope) {
            (Self::CityAdmin, _) => Some(Capacity::CityAdmin),
            (Self::TownAdmin { town }, Scope::Town(here) | Scope::Community { town: here, .. }) => {
                (town == here).then_some(Capacity::TownAdmin)
            }
            (Self::Staff { community }, Scope::Community { community: here, .. }) => {
                (community == here).then_some(Capacity::Staff)
            }
            (Self::Member { community, .. }, Scope::Community { community: here, .. }) => {
                (community == here).then_some(Capacity::Resident)
            }
            _ => None,
        }
    }
}

impl HeldSeat {
    fn is_in(&self, scope: &Scope) -> bool {
        matches!(scope, Scope::Community { community, .. } if *community == self.community)
    }

    fn capacities(&self) -> Vec<Capacity> {
        bodies::body(self.body).capacities_of_a_seat(self.office == Office::Chair)
    }
}

coded! {
    /// 身份 (in what capacity somebody acts). Order is the order of the matrix.
    pub enum Capacity: "capacity" {
        /// 市管理员.
        CityAdmin = "city-admin",
        /// 镇管理员.
        TownAdmin = "town-admin",
        /// 工作人员.
        Staff = "staff",
        /// “两委”成员.
        JointCommitteeMember = "joint-committee-member",
        /// 党组织成员.
        PartyOrganizationMember = "party-organization-member",
        /// 议事会主任.
        CouncilChair = "council-chair",
        /// 议事会成员.
        CouncilMember = "council-member",
        /// 村(居)民代表.
        Representative = "representative",
        /// 监督委员会成员.
        SupervisionMember = "supervision-member",
        /// 村(居)委会成员.
        ResidentsCommitteeMember = "residents-committee-member",
        /// 居民.
        Resident = "resident",
        /// 任何人.
        Anyone = "anyone",
    }
}

macro_rules! policy {
    (@reach) => { Reach::Community };
    (@reach $reach:ident) => { Reach::$reach };
    ($($name:ident $code:literal $(of $reach:ident)? => [$($who:ident),* $(,)?];)*) => {
        coded! {
            /// 操作 (something that can be asked of the product), in the order of the table.
            pub enum Action: "action" {
                $(#[doc = concat!("`", $code, "`.")] $name = $code,)*
            }
        }

        impl Action {
            /// Of which bodies those in the line may.
            #[must_use]
            pub const fn reach(self) -> Reach {
                match self { $(Self::$name => policy!(@reach $($reach)?)),* }
            }

            /// Who may: the table's line. Nobody else may.
            #[must_use]
            pub const fn allowed(self) -> &'static [Capacity] {
                match self { $(Self::$name => &[$(Capacity::$who),*]),* }
            }

            /// Who may, and of which bodies: for an act that shares the line with others.
            #[must_use]
            pub const fn who(self) -> Who {
                Who { allowed: self.allowed(), reach: self.reach() }
            }
        }
    };
}

policy! {
    // What everybody may see: the public record and what it is about.
    ViewPublic "view-public" => [Anyone];
    VerifyRecord "verify-record" => [Anyone];
    ExportRecord "export-record" => [Anyone];

    // City and town.
    ManageCityAccounts "manage-city-accounts" => [CityAdmin];
    ManageTownAccounts "manage-town-accounts" => [CityAdmin, TownAdmin];
    ViewTown "view-town" => [CityAdmin, TownAdmin];
    SetSimulatedClock "set-simulated-clock" => [CityAdmin];

    // Roster, bodies and accounts of a community.
    ManageCommunityAccounts "manage-community-accounts" => [TownAdmin, Staff];
    ViewRoster "view-roster" => [TownAdmin, Staff];
    EditRoster "edit-roster" => [TownAdmin, Staff];
    ViewAudit "view-audit" => [CityAdmin, TownAdmin, Staff, SupervisionMember];

    // 建议、提议: anyone of the community may suggest, registered here or not; the council writes the proposal.

    // 审核、前置研究、审议: the gates.

    // 协商: residents take part, registered here or not.

    // 会议与表决: of the bodies one convenes, and what a member says of themselves.
    ViewAttendance "view-attendance" => [TownAdmin, Staff, JointCommitteeMember, SupervisionMember];
    CastVote "cast-vote" => [CouncilMember, Representative, JointCommitteeMember, Resident];
    RecordPaperVote "record-paper-vote" => [Staff];

    // 决议、备案、公开、实施.

    // 规则.
    ShelveRule "shelve-rule" => [CityAdmin, TownAdmin];
    ViewShelf "view-shelf" => [CityAdmin, TownAdmin, Staff, JointCommitteeMember, CouncilMember, Representative, SupervisionMember];

    // 办件.
    ViewCases "view-cases" => [Staff, ResidentsCommitteeMember, SupervisionMember];
    ViewOwnCases "view-own-cases" => [Resident];
    HandleCase "handle-case" => [ResidentsCommitteeMember, Staff];

    // Texts that are not yet public.
    StoreDocument "store-document" => [Staff, CouncilMember, Representative, JointCommitteeMember, SupervisionMember, Resident];
    ViewInternal "view-internal" => [TownAdmin, Staff, JointCommitteeMember, CouncilMember, Representative, SupervisionMember];
}

/// 权限总表 (rights as text): one line for each, one column for each capacity. The table's own come first, then those that the
/// acts of the catalogue declare, by what they are done with.
#[must_use]
pub fn matrix(acts: &[(&str, Vec<Right>)]) -> String {
    let mut out = String::from(
        "# 权限总表 (who may do what). Generated: the table is in kernel/identity/src/policy.rs, an act's right in its file in kernel/acts.\n",
    );
    for (column, capacity) in Capacity::ALL.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# {:2} {:26} {}", column + 1, capacity.code(), capacity.term().zh);
    }
    let heads: Vec<String> = (1..=Capacity::ALL.len()).map(|column| format!("{column:2}")).collect();
    let _ = writeln!(
        out,
        "# The last column says of which bodies: those the capacity convenes, sits in, or follows up; - is none."
    );
    let _ = writeln!(out, "\n{:26} {}  {:8}", "", heads.join(" "), "of");
    for &action in Action::ALL {
        line(&mut out, action.into());
    }
    for (title, rights) in acts {
        let _ = writeln!(out, "\n# {title}");
        for right in rights {
            line(&mut out, *right);
        }
    }
    for (reach, title) in [
        (Reach::Convenes, "召集、主持 (convenes)"),
        (Reach::SitsIn, "成员 (sits-in)"),
        (Reach::FollowsUp, "办理决定 (follows)"),
    ] {
        let _ = writeln!(out, "\n# {title}");
        for body in BodyKind::ALL {
            let cells: Vec<&str> = Capacity::ALL
                .iter()
                .map(|capacity| if reach.covers(*capacity, Some(*body)) { " x" } else { " ." })
                .collect();
            let name = format!("{body:?}");
            let _ = writeln!(out, "{name:26} {}", cells.join(" "));
        }
    }
    out
}

fn line(out: &mut String, right: Right) {
    let cells: Vec<&str> = Capacity::ALL
        .iter()
        .map(|capacity| if right.may.allowed.contains(capacity) { " x" } else { " ." })
        .collect();
    let of = right.may.reach.code();
    let _ = writeln!(out, "{:26} {}  {of:8}  {}", right.code, cells.join(" "), right.term().zh);
}
