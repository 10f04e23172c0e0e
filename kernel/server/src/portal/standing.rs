//! 状态 (where a matter stands, as every page says it): card, list, matter page, desk, meeting and town take it from here.

use jiff::civil::Date;
use yishi_app::position::{BeforeMeeting, Turn, overdue};
use yishi_app::views::MatterSummary;
use yishi_portal::context::{BodyKind, CommunityKind, MatterClass, MatterStatus, TrackStage};

use std::collections::BTreeMap;

use yishi_deliberation::MatterStage;
use yishi_deliberation::status::Beside;
use yishi_identity::MatterId;

use super::prelude::*;

/// 看板 (what is needed to say where every matter of a community stands today).
#[derive(Debug)]
pub(super) struct Board {
    lang: Lang,
    kind: CommunityKind,
    today: Date,
    before: BTreeMap<MatterId, BeforeMeeting>,
}

impl Board {
    /// Where a matter stands.
    pub(super) fn of(&self, matter: &MatterSummary) -> Standing {
        Standing::of(self.lang, self.kind, matter, self.before(matter.id), self.today)
    }

    /// The meeting a matter is before.
    pub(super) fn before(&self, matter: MatterId) -> Option<&BeforeMeeting> {
        self.before.get(&matter)
    }
}

impl Visit {
    /// The board of a community.
    pub(super) async fn board(&self, place: &Place) -> Result<Board> {
        self.board_of(place.id(), place.kind()).await
    }

    /// The board of a community that the page does not belong to.
    pub(super) async fn board_of(
        &self,
        community: yishi_identity::CommunityId,
        kind: CommunityKind,
    ) -> Result<Board> {
        let before = self.app().before_meetings(self.ctx(), community).await?;
        Ok(Board { lang: self.lang, kind, today: self.ctx().today, before })
    }
}

/// What a reader is told of a matter's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// The one word.
    pub(super) status: MatterStatus,
    /// 1 to 6.
    pub(super) step: u8,
    /// The step or gate whose turn it is; the last one where nothing comes after it.
    pub(super) stage: TrackStage,
    /// What is done next, as a heading; the last step where nothing comes after it.
    pub(super) next: String,
    /// Who acts next and what they do, in a sentence; none when the matter has ended.
    pub(super) waiting: Option<String>,
    /// Who acts next, in a word; empty when nobody does.
    pub(super) who: String,
    /// What should have been done by now, in a sentence.
    pub(super) overdue: Option<String>,
    /// What people are asked to do now comes before what is merely under way, and that before what is merely new.
    pub(super) rank: u8,
}

/// A vote is open.
pub(super) const ASKED_TO_VOTE: u8 = 0;
/// Comments are taken.
pub(super) const ASKED_TO_COMMENT: u8 = 1;
/// A meeting that takes it up has been called.
pub(super) const CALLED: u8 = 2;
/// Somebody has taken it up.
const UNDER_WAY: u8 = 3;
/// Suggested, and nothing more.
pub(super) const NEW: u8 = 4;

impl Standing {
    /// Of a matter, with the meeting it is before.
    pub(super) fn of(
        lang: Lang,
        kind: CommunityKind,
        matter: &MatterSummary,
        before: Option<&BeforeMeeting>,
        today: Date,
    ) -> Self {
        let class = matter.class;
        let beside = Beside {
            ballot_takes_votes: before.and_then(|before| before.ballot.as_ref()).map(|ballot| ballot.open),
            called: before.is_some_and(|before| !before.voted),
            consulting_until: matter.consulting_until,
            posted_until: matter.posted_until,
        };
        let status = MatterStatus::of(matter.state, &beside, today);
        let stage = match matter.next {
            // Closing is no step of the six: the matter stands at its last one.
            None | Some(Turn::Complete) => phrases::step(class, matter.step),
            Some(Turn::Stage(stage)) => stage,
        };
        let who = matter.next_by.map_or_else(String::new, |by| body(lang, kind, by));
        let what = next(lang, class, matter, stage);
        let waits = || lang.fill2(lang.words().standing_next, &who, &what);
        let waiting = (!matter.closed).then(|| match (status, before) {
            (MatterStatus::Voting | MatterStatus::Counting, Some(before)) => voting(lang, before),
            (MatterStatus::Consulting, _) => consulting(lang, matter.consulting_until, today),
            (MatterStatus::Scheduled, Some(before)) => scheduled(lang, before),
            (MatterStatus::Disclosing, _) => posted(lang, matter.posted_until, waits()),
            _ => waits(),
        });
        let late = overdue(matter, before, today);
        let late = late.iter().max_by_key(|(_, days)| *days);
        Self {
            status,
            step: matter.step,
            stage,
            next: what,
            waiting,
            who,
            overdue: late.map(|(duty, days)| lang.late_by(lang.of(&duty.text, &duty.text_en), *days)),
            rank: match status {
                MatterStatus::Voting | MatterStatus::Counting => ASKED_TO_VOTE,
                MatterStatus::Consulting => ASKED_TO_COMMENT,
                MatterStatus::Scheduled => CALLED,
                MatterStatus::Open if matter.state == MatterStage::Suggested => NEW,
                _ => UNDER_WAY,
            },
        }
    }
}

fn voting(lang: Lang, before: &BeforeMeeting) -> String {
    let (t, name) = (lang.words(), lang.of(&before.body, &before.body_en));
    match &before.ballot {
        None => name.to_owned(),
        Some(ballot) if ballot.open => lang.fill3(t.standing_voting, name, ballot.turnout, ballot.roll),
        Some(_) => lang.fill(t.standing_counting, name),
    }
}

fn consulting(lang: Lang, until: Option<Date>, today: Date) -> String {
    let Some(until) = until else { return String::new() };
    // Today counts, as it does for what is posted.
    match (until - today).get_days() + 1 {
        1 => lang.fill(lang.words().standing_last_day, lang.date(&until)),
        left => lang.fill2(lang.words().standing_consulting, lang.date(&until), left),
    }
}

fn scheduled(lang: Lang, before: &BeforeMeeting) -> String {
    let (t, name) = (lang.words(), lang.of(&before.body, &before.body_en));
    if before.sitting {
        lang.fill(t.standing_sitting, name)
    } else {
        lang.fill2(t.standing_scheduled, lang.date(&before.sits_on), name)
    }
}

fn posted(lang: Lang, last: Option<Date>, next: String) -> String {
    match last {
        Some(last) => lang.fill2(lang.words().standing_posted, lang.date(&last), next),
        None => next,
    }
}

fn next(lang: Lang, class: Option<MatterClass>, matter: &MatterSummary, stage: TrackStage) -> String {
    match (matter.next, matter.next_act) {
        // What the line of the track does not say: that it is to be closed, or written anew.
        (Some(Turn::Complete), Some(act)) => act.term().heading(lang),
        (Some(Turn::Stage(TrackStage::Propose)), Some(act)) if matter.state == MatterStage::Returned => {
            act.term().heading(lang)
        }
        (Some(Turn::Stage(TrackStage::Consultation)), _) if matter.consulting_until.is_some() => {
            lang.words().standing_sum_up.to_owned()
        }
        _ => lang.stage(stage, class),
    }
}

/// The body that decides a matter, which is whose rights count: the one that votes next, else that of the matter's class.
pub(super) fn decided_by(matter: &MatterSummary) -> BodyKind {
    match (matter.next, matter.next_by, matter.class) {
        (Some(Turn::Stage(TrackStage::Resolve)), Some(body), _) => body,
        (_, _, Some(MatterClass::Major)) => BodyKind::ResidentsAssembly,
        _ => BodyKind::Council,
    }
}

/// A body, as this kind of community calls it within a sentence.
pub(super) fn body(lang: Lang, kind: CommunityKind, body: BodyKind) -> String {
    body.term_in(kind).said(lang).to_owned()
}
