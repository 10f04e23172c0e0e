//! 权限 (authority): the one place where the policy table is asked. Whoever is let in gets a scope, and there is no other way to
//! anything inside a community.

use yishi_acts::Aggregate as _;
use yishi_deliberation::{Matter, MatterAct};
use yishi_identity::policy::{Right, Scope as PolicyScope};
use yishi_identity::{Actor, Capacity, CommunityId, HeldSeat, TownId};
use yishi_law::BodyKind;

use crate::{App, AppError, AppResult, Community, Here, OpContext};

/// 读者的身份 (an actor with the seats they hold today in one community).
#[derive(Debug, Clone)]
pub struct Reader {
    actor: Actor,
    scope: PolicyScope,
}

impl Reader {
    /// Whether the policy table lets the reader do this here.
    #[must_use]
    pub fn may(&self, action: impl Into<Right>) -> bool {
        yishi_identity::permits(&self.actor, action, &self.scope, None)
    }

    /// Whether the policy table lets the reader do this here of this body.
    #[must_use]
    pub fn may_of(&self, action: impl Into<Right>, body: BodyKind) -> bool {
        yishi_identity::permits(&self.actor, action, &self.scope, Some(body))
    }

    /// The capacity in which the reader would act.
    #[must_use]
    pub fn acting_as(&self, action: impl Into<Right>) -> Option<Capacity> {
        self.actor.acting_as(action, &self.scope, None)
    }

    /// The capacity in which the reader would act of this body.
    #[must_use]
    pub fn acting_as_of(&self, action: impl Into<Right>, body: BodyKind) -> Option<Capacity> {
        self.actor.acting_as(action, &self.scope, Some(body))
    }

    /// The capacity in which the reader would do something with a matter that any of the bodies decides.
    #[must_use]
    pub fn acting_as_for(&self, act: MatterAct) -> Option<Capacity> {
        let right = Matter::right(act);
        BodyKind::ALL.iter().find_map(|body| self.acting_as_of(right, *body))
    }

    /// Every capacity the reader has here, in the order of the policy table.
    #[must_use]
    pub fn capacities(&self) -> Vec<Capacity> {
        self.actor.capacities(&self.scope).into_iter().collect()
    }
}

impl App {
    /// Authorises an action in a community and gives its scope: the only way to anything inside it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the community does not exist or the actor has nothing to do with it and the
    /// action is not public; [`AppError::NotPermitted`] when the actor belongs to it but lacks the right.
    pub async fn scope<'a>(
        &self,
        ctx: &'a OpContext,
        community: CommunityId,
        action: impl Into<Right>,
    ) -> AppResult<Here<'a>> {
        let here = self.at(ctx, community).await?;
        self.authorise(&here, action, None).await?;
        Ok(here)
    }

    /// As [`App::scope`], for an action that is of a body's sittings.
    pub async fn scope_of<'a>(
        &self,
        ctx: &'a OpContext,
        community: CommunityId,
        action: impl Into<Right>,
        body: BodyKind,
    ) -> AppResult<Here<'a>> {
        let here = self.at(ctx, community).await?;
        self.authorise(&here, action, Some(body)).await?;
        Ok(here)
    }

    /// Somebody in a community where nothing has been allowed them yet, or where the house itself acts.
    pub(crate) async fn at<'a>(&self, ctx: &'a OpContext, community: CommunityId) -> AppResult<Here<'a>> {
        Ok(Here { ctx, community: self.community_unchecked(community).await? })
    }

    /// The actor with the seats that their person holds in this community today.
    pub(crate) async fn seated(&self, here: &Here<'_>) -> AppResult<Actor> {
        let mut actor = here.ctx.actor.clone();
        if let Some(person) = actor.person_in(here.id) {
            let (register, _) = self.register(&here.scope, here.id).await?;
            actor.seats = register
                .seats_of(person, here.ctx.today)
                .into_iter()
                .map(|seat| HeldSeat { community: here.id, body: seat.body, office: seat.office })
                .collect();
        }
        Ok(actor)
    }

    /// The reader in a community: a visitor has only what is public.
    pub async fn reader(&self, here: &Here<'_>) -> AppResult<Reader> {
        Ok(Reader { actor: self.seated(here).await?, scope: policy_scope(here)? })
    }

    /// Whether the reader is of the staff, who write down what others said.
    pub(crate) async fn records(&self, here: &Here<'_>) -> AppResult<bool> {
        Ok(self.reader(here).await?.capacities().contains(&Capacity::Staff))
    }

    /// Checks the policy table for a community, of this body where the action is of one.
    pub(crate) async fn authorise(
        &self,
        here: &Here<'_>,
        action: impl Into<Right>,
        of: Option<BodyKind>,
    ) -> AppResult<()> {
        let action = action.into();
        let scope = policy_scope(here)?;
        // Seats are read only when the roles alone do not suffice.
        if yishi_identity::permits(&here.ctx.actor, action, &scope, of) {
            return Ok(());
        }
        let actor = self.seated(here).await?;
        if yishi_identity::permits(&actor, action, &scope, of) {
            return Ok(());
        }
        if actor.account.is_none() {
            return Err(AppError::NotSignedIn);
        }
        // Somebody else's community is as good as absent; one's own says which right is missing.
        if actor.capacities(&scope).len() > 1 {
            Err(match of {
                Some(body) => AppError::NotPermittedOf(action, body, here.kind),
                None => AppError::NotPermitted(action),
            })
        } else {
            Err(AppError::NotFound { what: "community" })
        }
    }

    /// Checks the policy table above the communities.
    pub(crate) fn authorise_above(
        &self,
        ctx: &OpContext,
        action: impl Into<Right>,
        scope: PolicyScope,
    ) -> AppResult<()> {
        let action = action.into();
        if yishi_identity::permits(&ctx.actor, action, &scope, None) {
            return Ok(());
        }
        if ctx.actor.account.is_none() {
            return Err(AppError::NotSignedIn);
        }
        match scope {
            PolicyScope::City => Err(AppError::NotPermitted(action)),
            _ if ctx.actor.capacities(&scope).len() > 1 => Err(AppError::NotPermitted(action)),
            _ => Err(AppError::NotFound { what: "town" }),
        }
    }
}

/// The town a community belongs to.
pub(crate) fn town_of(community: &Community) -> AppResult<TownId> {
    community.row.town.parse().map_err(AppError::internal)
}

fn policy_scope(community: &Community) -> AppResult<PolicyScope> {
    Ok(PolicyScope::Community { town: town_of(community)?, community: community.id })
}
