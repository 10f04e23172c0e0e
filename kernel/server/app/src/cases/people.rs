//! 办件的人 (who handles cases, and what those who did something in one are called).

use std::collections::{BTreeMap, BTreeSet};

use yishi_deliberation::case::Handler;
use yishi_deliberation::{ActorRef, Case};
use yishi_identity::policy::RoleGrant;
use yishi_identity::{Action, CommunityId};
use yishi_law::BodyKind;
use yishi_storage::{AccountHome, Page};

use crate::accounts::grants_of;
use crate::roster::STEP;
use crate::{App, AppResult, Community, OpContext};

impl App {
    /// 可以承办的人 (who can have a case in hand: the residents' committee of the day, then the staff), with their names.
    ///
    /// # Errors
    /// The authorisation errors.
    pub async fn case_handlers(
        &self,
        ctx: &OpContext,
        community: CommunityId,
    ) -> AppResult<Vec<(Handler, String)>> {
        let community = self.scope(ctx, community, Action::HandleCase).await?;
        self.handlers(ctx, &community).await
    }

    pub(super) async fn handlers(
        &self,
        ctx: &OpContext,
        community: &Community,
    ) -> AppResult<Vec<(Handler, String)>> {
        let people = self.people(community).await?;
        let (register, _) = self.register(&community.scope, community.id).await?;
        let seats = register.in_office(BodyKind::ResidentsCommittee, ctx.today);
        let mut handlers: Vec<_> =
            seats.iter().map(|seat| (Handler::Person(seat.person), people.name(seat.person))).collect();
        let home = AccountHome::Town(community.row.town.clone());
        let mut after = None;
        loop {
            let rows = self.store.accounts(Some(&home), &Page { after, limit: STEP }).await?;
            let full = rows.len() as u64 == u64::from(STEP);
            after = rows.last().map(|row| row.id.clone()).filter(|_| full);
            for row in rows.into_iter().filter(|row| !row.disabled) {
                let staff = grants_of(&row)?
                    .iter()
                    .any(|grant| matches!(grant, RoleGrant::Staff { community: of } if *of == community.id));
                if let (true, Ok(account)) = (staff, row.id.parse()) {
                    handlers.push((Handler::Account(account), row.display_name));
                }
            }
            if after.is_none() {
                return Ok(handlers);
            }
        }
    }

    /// What everybody who did something in a case is called, by the id of their person or account.
    pub(super) async fn case_names(
        &self,
        community: &Community,
        case: Option<&Case>,
    ) -> AppResult<BTreeMap<String, String>> {
        let mut names = BTreeMap::new();
        let Some(case) = case else { return Ok(names) };
        let people = self.people(community).await?;
        for handler in involved(case) {
            let name = match handler {
                Handler::Person(person) => people.persons.get(&person).map(|person| person.name.clone()),
                Handler::Account(account) => {
                    self.store.account(&account.to_string()).await?.map(|row| row.display_name)
                }
            };
            names.extend(name.map(|name| (handler.to_string(), name)));
        }
        Ok(names)
    }
}

/// Whoever acted in a case or has it in hand, each by their person where they are one.
fn involved(case: &Case) -> BTreeSet<Handler> {
    let decided = case.decided.iter().map(|one| one.act.by);
    let reversed = case.points.iter().filter_map(|one| one.reversed).map(|act| act.by);
    let done = case.tasks.iter().filter_map(|one| one.done.as_ref()).map(|done| done.act.by);
    let assigned = case.assignments.iter().map(|one| one.act.by);
    let ended = case.corrected.iter().map(|one| one.act.by).chain(case.closed.iter().map(|done| done.act.by));
    let acted = decided.chain(reversed).chain(done).chain(assigned).chain(ended);
    acted.filter_map(|by| handler_of(&by)).chain(case.assignments.iter().map(|one| one.to)).collect()
}

/// Somebody who acted, as somebody who can be named.
pub(super) fn handler_of(by: &ActorRef) -> Option<Handler> {
    by.person.map(Handler::Person).or(by.account.map(Handler::Account))
}
