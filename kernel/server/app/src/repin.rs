//! 改用现行章程 (a matter opened when there was no charter takes up the one in force): the way on for a council that could
//! never vote on it otherwise (R5), instead of withdrawing it and beginning again.

use serde_json::Value;
use yishi_deliberation::{Matter, MatterAct, MatterCommand, Pins};
use yishi_identity::{Action, CommunityId, MatterId};
use yishi_law::days::HolidayCalendar;
use yishi_law::{BodyKind, Step};
use yishi_storage::Unit;

use crate::agenda::agenda_as_read;
use crate::bodies::keep;
use crate::gates::At;
use crate::inputs::Reasons;
use crate::views::MatterView;
use crate::{App, AppError, AppResult, OpContext};

impl App {
    /// 改用现行章程. The charter is asked for the class of the matter, as it would have been when it was proposed.
    ///
    /// # Errors
    /// `no-charter-in-force`; a refusal of the machine; the authorisation errors.
    pub async fn repin(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: Reasons,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::Repin).await?;
        let Some(charter) = self.pins_today(ctx, &community).await?.charter else {
            return Err(AppError::conflict(
                "no-charter-in-force",
                "现在没有施行的章程；请先制定章程，或者录入已有的章程并由镇（街道）确认",
                "no charter is in force: adopt one first, or enter the one there is and have the town confirm it",
            ));
        };
        let mut unit = Unit::of(community.scope.clone());
        let reasons = keep(&mut unit.rows, "/reasons", &input.reasons)?;
        let pins = Pins { charter: Some(charter), ..loaded.matter.pins.clone() };
        let facts = self.facts(&community, &loaded.matter).await?;
        let at = At::step(BodyKind::Council, Step::Propose);
        let asked = self.ask(ctx, &community, &pins, &facts, at, &Value::Null).await?;
        let law = self.pinned_floor(&community, &pins)?;
        let holidays = HolidayCalendar::none();
        let findings = asked.for_machine();
        let (agenda, read) = self.on_agenda(&community, id).await?;
        let mut machine = self.machine_context(ctx, &community, Action::RepinMatter).await?;
        machine.ties.agenda = agenda;
        let context = machine.with(ctx, &asked, law, &holidays, &findings);
        let command = MatterCommand::Repin { charter, reasons };
        let events = Matter::decide(Some(&loaded.matter), &command, &context)?;
        // What was announced for a sitting under no charter is not moved under one meanwhile.
        unit.rows.push(agenda_as_read(id, read));
        unit.entries = self.drafts(ctx, "matter", &id.to_string(), loaded.version, &events)?;
        crate::step::attach(&mut unit.entries, &asked);
        let version = loaded.version + events.len() as u64;
        let mut history = loaded.events;
        let matter = events.iter().fold(Some(loaded.matter), Matter::evolve);
        let matter = matter.ok_or_else(|| AppError::internal("a matter vanished"))?;
        history.extend(events);
        unit.rows.push(self.matter_row(&community, &matter, version, &unit.rows).await?);
        let view = self
            .matter_view(ctx, &community, &matter, version, &history, &loaded.entries, &unit.rows)
            .await?;
        self.commit(ctx, unit, 200, view).await
    }
}
