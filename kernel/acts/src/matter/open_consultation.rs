//! 开始征求意见 (opening a consultation).

use jiff::civil::Date;
use yishi_deliberation::matter::{ConsultationForm, Matter, MatterCommand};
use yishi_deliberation::{MatterAct, Turn};
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::TrackStage;
use yishi_law::days::add_days;

use super::World;
use crate::act::{Act, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 组织协商 (opens a consultation on the proposal's text).
    pub(super) struct OpenConsultation {
        /// 协商形式; in the council where nothing is said.
        form: Option<ConsultationForm> = Ask::new("协商形式", "Form of consultation")
            .urban_only(&["neighbourhood", "homeowners"])
            .begins("council"),
        /// The last day for comments, at most 365 days from today; this or `days`.
        until: Option<Date> = Ask::new("征求意见截止日", "Last day for comments").in_days(15).needed(),
        /// For how many days from today comments are taken, 1 to 365; this or `until`.
        days: Option<u16> = Ask::off_page().most(365),
    }
}

impl Act for OpenConsultation {
    type On = Matter;
    const ACT: MatterAct = MatterAct::OpenConsultation;
    const MAY: Who = Who::any(&[Capacity::ResidentsCommitteeMember, Capacity::CouncilChair, Capacity::Staff]);
    const TAKES: Option<Turn> = Some(Turn::Stage(TrackStage::Consultation));
    const STYLE: Style = Style::OPEN.note(
        "从今天起征求意见，村（居）民和非户籍居民都可以发表意见。",
        "Comments are taken from today on, from every resident.",
    );
    const EXAMPLE: &'static str = r#"{"form": "council", "until": "2026-12-31"}"#;

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let until = last_day(self.until, self.days, world.today)?;
        let notice = format!("征求意见公告：自 {} 起至 {until} 止", world.today);
        let notice = world.papers.public("/until", &notice)?;
        Ok(Given::command(MatterCommand::OpenConsultation {
            text: world.text(),
            form: self.form.unwrap_or(ConsultationForm::Council),
            notice,
            until,
        }))
    }
}

/// The last day, however it was said.
fn last_day(until: Option<Date>, days: Option<u16>, today: Date) -> Result<Date, Wrong> {
    let (field, days) = match (until, days) {
        (None, Some(days)) => ("/days", i64::from(days)),
        (Some(until), None) => ("/until", i64::from((until - today).get_days())),
        (Some(_), Some(_)) => {
            let (zh, en) = ("截止日和天数只写一项", "say the last day or for how many days, not both");
            return Err(Wrong::field("/days", "said-twice", zh, en));
        }
        (None, None) => {
            return Err(Wrong::field(
                "/until",
                "missing-field",
                "请写明截止日，或者征求意见的天数，二者填一项",
                "say the last day or for how many days, one of the two",
            ));
        }
    };
    if until.is_some() && days < 1 {
        return Err(Wrong::field(
            field,
            "in-the-past",
            "截止日应在今天之后",
            "the last day must be after today",
        ));
    }
    match u16::try_from(days) {
        Ok(days @ 1..=MOST_DAYS) => Ok(add_days(today, days)),
        _ => Err(Wrong::field(field, "out-of-range", "应为 1 到 365 天", "must be 1 to 365 days")),
    }
}

/// Longer than this nobody is still being asked.
const MOST_DAYS: u16 = 365;
