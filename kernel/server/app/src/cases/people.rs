//! 办件的人 (who handles cases, and what those who did something in one are called).

use std::collections::BTreeMap;

use yishi_deliberation::Case;
use yishi_deliberation::case::Handler;
use yishi_identity::{Action, CommunityId};
use yishi_law::BodyKind;

use crate::{App, AppError, AppResult, Community, Here, OpContext};

impl App {
    /// 可以承办的人 (who can have a case in hand: the residents' committee of the day, then the staff), with their names.
    pub async fn case_handlers(
        &self,
        ctx: &OpContext,
        community: CommunityId,
    ) -> AppResult<Vec<(Handler, String)>> {
        let here = self.scope(ctx, community, Action::HandleCase).await?;
        self.handlers(&here).await
    }

    pub(super) async fn handlers(&self, here: &Here<'_>) -> AppResult<Vec<(Handler, String)>> {
        let people = self.people(here).await?;
        let (register, _) = self.register(&here.scope, here.id).await?;
        let seats = register.in_office(BodyKind::ResidentsCommittee, here.ctx.today);
        let mut handlers: Vec<_> =
            seats.iter().map(|seat| (Handler::Person(seat.person), people.name(seat.person))).collect();
        for row in self.staff_of(here).await? {
            handlers.push((Handler::Account(row.id.parse().map_err(AppError::internal)?), row.display_name));
        }
        Ok(handlers)
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
        for handler in case.involved() {
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
