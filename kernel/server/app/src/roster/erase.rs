//! 清除资料 (erasing a person): what was known of somebody who is not on the roll any more goes for good. The public record
//! stays as it is and verifies: it knows people by pseudonyms alone, and what they were made with goes too.

use serde_json::json;
use yishi_acts::house::ErasePerson;
use yishi_identity::policy::Right;
use yishi_identity::{CommunityId, PersonId};
use yishi_storage::{Row, Unit};

use super::changes::VIEW;
use super::person_of;
use crate::entry_kind::HouseEvent;
use crate::views::ErasedView;
use crate::{App, AppError, AppResult, Community, OpContext};

impl App {
    /// 清除资料, at the person's own written request or once nothing needs it any more.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for somebody who is not on the roster; a refusal while they count or sit in a body; the
    /// authorisation errors.
    pub(crate) async fn erase_person(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        person: PersonId,
        input: ErasePerson,
    ) -> AppResult<ErasedView> {
        let here = self.scope(ctx, community, right).await?;
        let known = person_of(self.person_row(&here.scope, person).await?)?;
        let (register, _) = self.register(&here.scope, here.id).await?;
        known.may_be_erased(register.seats_of(person, ctx.today).len(), ctx.today)?;
        if !input.confirmed {
            let (zh, en) =
                ("请确认：清除之后不能恢复", "say that it is meant: nothing brings back what is erased");
            return Err(AppError::field("/confirmed", "not-confirmed", zh, en));
        }
        for (pointer, text) in [("/reasons", &input.reasons), ("/paper", &input.paper)] {
            if text.contains(&known.name) {
                let (zh, en) = ("这里会留在记录中，请不要写姓名", "this stays on record: leave the name out");
                return Err(AppError::field(pointer, "names-the-erased", zh, en));
            }
        }
        let mut unit = Unit::of(here.scope.clone());
        let reasons = self.keep_internal(&mut unit.rows, "/reasons", &input.reasons)?;
        let paper = self.keep_internal(&mut unit.rows, "/paper", &input.paper)?;
        let body = json!({ "reasons": reasons, "paper": paper });
        unit.entries.push(self.roster_entry(&here, HouseEvent::PersonErased, body).await?);
        self.erase_traces(&here, person, &known.name, &mut unit).await?;
        let account = self.store.account_of_person(&here.scope, &person.to_string()).await?;
        unit.rows.push(Row::ErasePerson { id: person.to_string() });
        let view =
            ErasedView { on: ctx.today, account_ended: account.is_some_and(|account| !account.disabled) };
        self.commit(ctx, unit, 200, view).await
    }

    /// What stands beside the log about the person: the changes of their entry with their papers, and their name where it is
    /// told what was done for them.
    async fn erase_traces(
        &self,
        community: &Community,
        person: PersonId,
        name: &str,
        unit: &mut Unit,
    ) -> AppResult<()> {
        let person = person.to_string();
        for change in self.every(&community.scope, &VIEW, Some(&person)).await? {
            for digest in [change.body.reasons, change.body.paper] {
                unit.rows.push(Row::EraseDocument { digest });
            }
            unit.rows.push(VIEW.delete(change.id));
        }
        unit.rows.extend(self.staff_acts_without(&community.scope, name).await?);
        Ok(())
    }
}
