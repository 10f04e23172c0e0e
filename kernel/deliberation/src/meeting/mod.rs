//! 会议与表决 (a meeting of a body, and the ballots held in it).
//!
//! ```text
//!            召集              开会                散会              纪要
//!  (none) ──Convene──▶ Convened ──Open──▶ Open ──Adjourn──▶ Adjourned ──RecordMinutes──▶ Minuted
//!                         │                │ ▲                 ▲
//!                         │      休会 Recess│ │Open, on the day │
//!                         │                ▼ │                 │
//!                         │              Recessed ──Adjourn────┘
//!                         └──取消 Cancel──▶ Cancelled
//!
//!  while Open:  到会 Arrive / 离会 Leave (live quorum),  回避 Recuse (R8)
//!               开始表决 OpenBallot ──▶ 结束表决 CloseBallot ──▶ finding
//! ```
//!
//! * A body sits once at a time: one sitting of it is open, one notice of it stands for a day. A matter is on one open agenda.
//! * The notice fixes day, hour, place, mode and the exact question of each item (R46). Its days are civil dates apart (R10);
//!   shorter only with the special circumstances' document. The representatives and the council have R46's days where the
//!   charter gives none.
//! * A household has one representative: the first who comes (R16).
//! * Votes open only on the day of the sitting, and attendance is of that day. Adjourned in the room to a named day within
//!   R48's days it goes on without a new notice, with the roll it opened with and attendance taken anew.
//! * The roll is kept whole from the opening; later changes of roster and seats touch the next sitting only (R48).
//! * A vote is taken from those present (到会人员) when it opens: while it is open nobody is recorded as coming or leaving.
//!   The law counts the majority of those present, so whoever came in mid-vote would raise the base without a vote of
//!   their own, and a few brought in late could defeat what was about to pass. Leaving late-comers out of the base, but in
//!   the room, would not do either: a count of hands cannot tell them from the others. They come in when it is closed.
//! * A recusal never shrinks a quorum that a statute fixes (R8): who is recused and in the room attends, and leaves only
//!   that item's pass base. A council's quorum they leave too.
//! * A matter is voted on once. A vote short of its share has failed, as many for as against too; ties are between persons or
//!   options, of which no ballot is yet (R7).
//! * No ballot opens while the meeting is not quorate; what was decided before stands (R2). The representatives do not vote
//!   while their make-up is broken (R33).
//! * A council's quorum and majority come from its charter; without them no notice of a vote is given (R5).
//! * A further condition that a rule puts (附加条件) is met by a line on record before the vote opens, or the vote does not open.
//! * Hand counts and votes cast by name are one count, and everybody present is accounted for: whoever closes a ballot says
//!   how the others voted or how many did not vote. Nobody's silence is made into a result that nobody stated.
//! * A count by hand is made by two tellers who are there and neither preside nor proposed the matter (R35). Votes are of the
//!   day of the sitting; figures of the room that are entered later come with its minutes, and the record says so (R48).
//! * Of a secret ballot that count is all the record gets: in two parts it would tell how the few voted who voted by phone
//!   while the others used the box, or the other way round (R17).
//!
//! What a close is refused for depends on how many voted and not on how they voted: so it is decided before the votes are stopped.

mod ballot;
mod command;
mod convene;
mod decide;
mod duties;
mod recusal;
mod types;

pub use command::{MeetingAct, MeetingCommand};
pub use decide::decides_by_ballot;
pub use duties::SittingDuty;
pub use types::{
    AgendaItem, Ballot, BallotOutcome, ClosedBallot, HandCount, HandRecord, MeetingEvent, MeetingStage,
    Quorum, Recusal, RecusalGround, Sitting, Tally,
};

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};
use yishi_canonical::Digest;
use yishi_identity::{AssemblyMakeUp, BallotId, Elector, MatterId, MeetingId, PersonId, RollDigest};
use yishi_law::days::Notice;
use yishi_law::{BodyKind, CountingMode, Terms};

use crate::codes::MeetingEventKind;
use crate::common::Act;

/// 会议 (a meeting).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Its id.
    pub id: MeetingId,
    /// Of which body.
    pub body: BodyKind,
    /// How it is counted.
    pub mode: CountingMode,
    /// The day of the meeting, as announced.
    pub held_on: Date,
    /// The hour.
    pub hour: Time,
    /// The day it sits, or sits again: the day announced, or the one it was adjourned to.
    pub sits_on: Date,
    /// The notice.
    pub notice: Digest,
    /// The agenda.
    pub agenda: Vec<AgendaItem>,
    /// The notice given, where so many days were demanded.
    pub notice_given: Option<Notice>,
    /// Why notice was shorter than demanded.
    pub special_circumstances: Option<Digest>,
    /// What is demanded of the meeting as a whole.
    pub terms: Terms,
    /// 召集人.
    pub convener: PersonId,
    /// 主持人, once open.
    pub presider: Option<PersonId>,
    /// The make-up of the representative assembly, of the latest day it was taken.
    pub make_up: Option<AssemblyMakeUp>,
    /// Where it stands.
    pub stage: MeetingStage,
    /// The roll of the day, once open.
    pub roll: Option<RollDigest>,
    /// Electors present, each with the person who came.
    pub present: BTreeMap<Elector, PersonId>,
    /// Who stands aside from which item, and on what ground.
    pub recusals: BTreeMap<MatterId, BTreeMap<Elector, Recusal>>,
    /// Ballots, in the order of their ids.
    pub ballots: BTreeMap<BallotId, Ballot>,
    /// The minutes, once recorded.
    pub minutes: Option<Digest>,
    /// The convening's act.
    pub convened: Act,
    /// The latest act.
    pub last_act: Act,
}

impl Ballot {
    /// Whether votes can still be cast.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// What the ballot came to, once closed.
    #[must_use]
    pub fn outcome(&self, meeting: MeetingId) -> Option<BallotOutcome> {
        self.closed.as_ref().map(|closed| BallotOutcome {
            ballot: self.id,
            meeting,
            matter: self.matter,
            question: self.question,
            finding: closed.finding.clone(),
        })
    }

    /// The electors recused from it.
    #[must_use]
    pub const fn recused(&self) -> &BTreeSet<Elector> {
        &self.recused
    }
}

impl MeetingStage {
    /// 还要开 (whether it sits or is to sit: called, in session, or adjourned to another day).
    #[must_use]
    pub const fn is_to_sit(self) -> bool {
        matches!(self, Self::Convened | Self::Open | Self::Recessed)
    }
}

impl MeetingEvent {
    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> MeetingEventKind {
        match self {
            Self::Convened { .. } => MeetingEventKind::Convened,
            Self::Cancelled { .. } => MeetingEventKind::Cancelled,
            Self::Opened { .. } => MeetingEventKind::Opened,
            Self::Recessed { .. } => MeetingEventKind::Recessed,
            Self::Resumed { .. } => MeetingEventKind::Resumed,
            Self::Arrived { .. } => MeetingEventKind::Arrived,
            Self::Left { .. } => MeetingEventKind::Left,
            Self::Recused { .. } => MeetingEventKind::Recused,
            Self::RecusalDisputed { .. } => MeetingEventKind::RecusalDisputed,
            Self::BallotOpened { .. } => MeetingEventKind::BallotOpened,
            Self::BallotClosed { .. } => MeetingEventKind::BallotClosed,
            Self::Adjourned { .. } => MeetingEventKind::Adjourned,
            Self::MinutesRecorded { .. } => MeetingEventKind::MinutesRecorded,
        }
    }

    /// By whom and when.
    #[must_use]
    pub const fn act(&self) -> Act {
        match self {
            Self::Convened { act, .. }
            | Self::Cancelled { act, .. }
            | Self::Opened { act, .. }
            | Self::Recessed { act, .. }
            | Self::Resumed { act, .. }
            | Self::Arrived { act, .. }
            | Self::Left { act, .. }
            | Self::Recused { act, .. }
            | Self::RecusalDisputed { act, .. }
            | Self::BallotOpened { act, .. }
            | Self::BallotClosed { act, .. }
            | Self::Adjourned { act }
            | Self::MinutesRecorded { act, .. } => *act,
        }
    }
}

impl Meeting {
    /// The meeting after all events of its stream.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a MeetingEvent>) -> Option<Self> {
        events.into_iter().fold(None, Self::evolve)
    }

    /// The outcome of one of its ballots, once closed.
    #[must_use]
    pub fn outcome(&self, ballot: BallotId) -> Option<BallotOutcome> {
        self.ballots.get(&ballot)?.outcome(self.id)
    }

    /// Applies what happened.
    #[must_use]
    pub fn evolve(state: Option<Self>, event: &MeetingEvent) -> Option<Self> {
        let mut meeting = match (state, event) {
            (
                None,
                MeetingEvent::Convened {
                    id,
                    body,
                    mode,
                    held_on,
                    hour,
                    notice,
                    agenda,
                    notice_given,
                    special_circumstances,
                    make_up,
                    convener,
                    terms,
                    act,
                },
            ) => Self {
                id: *id,
                body: *body,
                mode: *mode,
                held_on: *held_on,
                hour: *hour,
                sits_on: *held_on,
                notice: *notice,
                agenda: agenda.clone(),
                notice_given: *notice_given,
                convener: *convener,
                presider: None,
                make_up: *make_up,
                special_circumstances: *special_circumstances,
                terms: terms.clone(),
                stage: MeetingStage::Convened,
                roll: None,
                present: BTreeMap::new(),
                recusals: BTreeMap::new(),
                ballots: BTreeMap::new(),
                minutes: None,
                convened: *act,
                last_act: *act,
            },
            (state, _) => state?,
        };
        meeting.last_act = event.act();
        meeting.apply(event);
        Some(meeting)
    }

    fn apply(&mut self, event: &MeetingEvent) {
        match event {
            MeetingEvent::Convened { .. } => {}
            MeetingEvent::Cancelled { .. } => self.stage = MeetingStage::Cancelled,
            MeetingEvent::Opened { roll, presider, make_up, .. } => {
                self.roll = Some(*roll);
                self.presider = Some(*presider);
                self.make_up = *make_up;
                self.stage = MeetingStage::Open;
            }
            MeetingEvent::Recessed { until, .. } => {
                self.sits_on = *until;
                self.present.clear();
                self.stage = MeetingStage::Recessed;
            }
            MeetingEvent::Resumed { presider, make_up, .. } => {
                self.presider = Some(*presider);
                self.make_up = *make_up;
                self.stage = MeetingStage::Open;
            }
            MeetingEvent::Arrived { electors, .. } => self.present.extend(electors),
            MeetingEvent::Left { electors, .. } => {
                self.present.retain(|elector, _| !electors.contains(elector))
            }
            MeetingEvent::Recused { matter, elector, ground, .. } => {
                let recusal = Recusal { ground: *ground, disputed: false };
                self.recusals.entry(*matter).or_default().insert(*elector, recusal);
            }
            MeetingEvent::RecusalDisputed { matter, elector, .. } => {
                let held = self.recusals.get_mut(matter).and_then(|held| held.get_mut(elector));
                if let Some(recusal) = held {
                    recusal.disputed = true;
                }
            }
            MeetingEvent::BallotOpened {
                ballot,
                matter,
                question,
                subjects,
                law_date,
                secrecy,
                roll,
                recused,
                terms,
                plugins,
                act,
                ..
            } => {
                let voters = self.present.iter().filter(|(elector, _)| !recused.contains(elector));
                let opened = Ballot {
                    voters: voters.map(|(&elector, &person)| (elector, person)).collect(),
                    id: *ballot,
                    matter: *matter,
                    question: *question,
                    subjects: subjects.clone(),
                    law_date: *law_date,
                    secrecy: *secrecy,
                    roll: *roll,
                    recused: recused.clone(),
                    terms: terms.clone(),
                    plugins: plugins.clone(),
                    opened: *act,
                    closed: None,
                };
                self.ballots.insert(*ballot, opened);
            }
            MeetingEvent::BallotClosed { ballot, cast, hand, not_voting, late, finding, act } => {
                if let Some(open) = self.ballots.get_mut(ballot) {
                    open.closed = Some(ClosedBallot {
                        cast: *cast,
                        hand: hand.clone(),
                        not_voting: *not_voting,
                        late: *late,
                        finding: (**finding).clone(),
                        act: *act,
                    });
                }
            }
            MeetingEvent::Adjourned { .. } => self.stage = MeetingStage::Adjourned,
            MeetingEvent::MinutesRecorded { minutes, .. } => {
                self.minutes = Some(*minutes);
                self.stage = MeetingStage::Minuted;
            }
        }
    }
}
