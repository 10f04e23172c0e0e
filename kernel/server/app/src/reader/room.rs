//! 会场与本人的一票 (what a page needs of a sitting): what is demanded of it, who may sit and is there, and one's own ballot paper.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use yishi_acts::{Aggregate as _, Drawing};
use yishi_canonical::Digest;
use yishi_deliberation::Meeting;
use yishi_deliberation::meeting::MeetingEvent;
use yishi_identity::{Action, BallotId, CommunityId, Elector, MeetingId, Person, PersonId};
use yishi_law::{BodyKind, CountingMode, Terms};
use yishi_storage::Choice;

use crate::{App, AppError, AppResult, Community, OpContext, words};

/// 会议所需 (what is demanded of a meeting and of its ballots).
#[derive(Debug, Clone)]
pub struct MeetingDemands {
    /// Of the meeting as a whole.
    pub terms: Terms,
    /// Why notice was shorter than demanded.
    pub short_notice: Option<String>,
    /// Of each ballot, with the size of its roll.
    pub ballots: BTreeMap<BallotId, (Terms, u64)>,
}

/// 可到会的人 (somebody who may sit in a meeting). For those who keep or may see the attendance.
#[derive(Debug, Clone)]
pub struct Attendee {
    pub person: PersonId,
    pub name: String,
    /// Household, in household mode or an assembly of all; the office otherwise.
    pub place: (String, String),
    /// Whether they, or their household, are present now.
    pub present: bool,
    /// When they last arrived.
    pub arrived: Option<Timestamp>,
    /// When they last left.
    pub left: Option<Timestamp>,
}

/// 本人的一票 (the reader's own ballot paper).
#[derive(Debug, Clone)]
pub struct OwnVote {
    /// The name on the roll.
    pub name: String,
    /// What has become of it.
    pub standing: VoteStanding,
}

/// Whether the reader may vote, or has.
#[derive(Debug, Clone)]
pub enum VoteStanding {
    /// On the roll, and has not voted.
    Ready,
    /// Has voted.
    Voted {
        /// The log entry.
        seq: u64,
        /// The choice; never told of a secret ballot.
        choice: Option<Choice>,
        /// When the entry was made.
        at: Timestamp,
        /// The entry's leaf hash.
        leaf: Digest,
    },
    /// Stands aside for an interest of their own.
    Recused,
    /// 应到未到: may sit in the body, and was not in the room when the ballot was opened.
    Absent,
    /// 无表决权: the body's members vote, and the reader is none of them.
    NotEntitled,
}

impl App {
    /// What is demanded of a meeting (public).
    pub async fn meeting_demands(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
    ) -> AppResult<MeetingDemands> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let (_, meeting) = self.seen_meeting(&here, id).await?;
        let short_notice = self.text_of(&here.scope, meeting.special_circumstances.as_ref()).await?;
        let ballots = meeting
            .ballots
            .values()
            .map(|ballot| (ballot.id, (ballot.terms.clone(), ballot.roll.size)))
            .collect();
        Ok(MeetingDemands { terms: meeting.terms.clone(), short_notice, ballots })
    }

    /// Who may sit in a meeting, and who is there: everybody of a body, and of an assembly those whose name
    /// contains `name`, or who are present, at most `limit` of them. The second number says how many there are.
    pub async fn attendees(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
        limit: usize,
    ) -> AppResult<(Vec<Attendee>, usize)> {
        let here = self.at(ctx, community).await?;
        let (_, meeting) = self.seen_meeting(&here, id).await?;
        // Whoever is shown the list to be ticked sees whom it lists.
        let keeps = Meeting::entry_drawn(Drawing::Attendance).ok_or(AppError::NotFound { what: "act" })?;
        match self.authorise(&here, keeps.right(), Some(meeting.body)).await {
            Err(AppError::NotPermittedOf(..)) => {
                self.authorise(&here, Action::ViewAttendance, None).await?;
            }
            other => other?,
        }
        let roll = self.roll_of(&here, &meeting).await?;
        let people = self.people(&here).await?;
        let (register, _) = self.register(&here.scope, here.id).await?;
        let times = self.comings(&here, id).await?;
        let labels: BTreeMap<_, _> =
            people.households.iter().map(|household| (household.id, household.label.as_str())).collect();
        let assembly = meeting.body == BodyKind::ResidentsAssembly;
        let seats = register.in_office(meeting.body, meeting.held_on);
        let place = |person: &Person| match seats.iter().find(|seat| seat.person == person.id) {
            Some(seat) if !assembly => {
                let office = words::seat_office(seat, meeting.body, here.kind);
                (crate::bodies::rank(seat.office), office.zh, office.en)
            }
            _ => {
                let label = labels.get(&person.household).copied().unwrap_or_default();
                (u8::MAX, label.to_owned(), label.to_owned())
            }
        };
        let mut found = Vec::new();
        for person in people.persons.values() {
            let Some(elector) = roll.elector_of(person.id) else { continue };
            let came = meeting.present.get(&elector);
            // In household mode only the one who came stands for the household.
            if meeting.mode == CountingMode::Households && came.is_some_and(|came| *came != person.id) {
                continue;
            }
            let (rank, zh, en) = place(person);
            let (arrived, left) = times.get(&elector).copied().unwrap_or_default();
            let attendee = Attendee {
                person: person.id,
                name: person.name.clone(),
                place: (zh, en),
                present: came.is_some(),
                arrived,
                left,
            };
            found.push(((came.is_none(), rank), attendee));
        }
        found.sort_by(|(a, one), (b, other)| {
            a.cmp(b).then_with(|| one.place.0.cmp(&other.place.0)).then_with(|| one.name.cmp(&other.name))
        });
        let all = found.len();
        found.truncate(limit);
        Ok((found.into_iter().map(|(_, attendee)| attendee).collect(), all))
    }

    /// When each elector last came and left.
    async fn comings(
        &self,
        community: &Community,
        id: MeetingId,
    ) -> AppResult<BTreeMap<Elector, (Option<Timestamp>, Option<Timestamp>)>> {
        let stream = self.events::<MeetingEvent>(&community.scope, &id.to_string()).await?;
        let mut times: BTreeMap<Elector, (Option<Timestamp>, Option<Timestamp>)> = BTreeMap::new();
        for event in stream.events {
            match event {
                MeetingEvent::Arrived { electors, act } => {
                    for elector in electors.into_keys() {
                        times.insert(elector, (Some(act.at), None));
                    }
                }
                MeetingEvent::Left { electors, act } => {
                    for elector in electors {
                        times.entry(elector).or_default().1 = Some(act.at);
                    }
                }
                _ => {}
            }
        }
        Ok(times)
    }

    /// The reader's own ballot paper; `None` for those who are nobody's member here.
    pub async fn own_vote(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        ballot: BallotId,
    ) -> AppResult<Option<OwnVote>> {
        let Some(person) = ctx.actor.person_in(community) else { return Ok(None) };
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let (_, meeting) = self.seen_meeting_of(&here, ballot).await?;
        let found = meeting.ballots.get(&ballot).ok_or(AppError::NotFound { what: "ballot" })?;
        let people = self.people(&here).await?;
        let name = people.name(person);
        let roll = self.roll_of(&here, &meeting).await?;
        let Some(entitled) = roll.elector_of(person) else {
            return Ok(Some(OwnVote { name, standing: VoteStanding::NotEntitled }));
        };
        if found.recused.contains(&entitled) {
            return Ok(Some(OwnVote { name, standing: VoteStanding::Recused }));
        }
        let elector = match self.elector(&here, ballot, person).await {
            Ok(elector) => elector,
            Err(AppError::RuleRefused { .. }) => {
                return Ok(Some(OwnVote { name, standing: VoteStanding::Absent }));
            }
            Err(error) => return Err(error),
        };
        let voter = self.store.voter(&here.scope, &ballot.to_string(), &elector.to_string()).await?;
        let standing = match voter {
            None => VoteStanding::Absent,
            Some(None) => VoteStanding::Ready,
            Some(Some(cast)) => {
                let entry = self.store.entries(&here.scope, cast.seq, 1).await?.into_iter().next();
                let entry = entry.ok_or_else(|| AppError::internal("a vote's entry is missing"))?;
                VoteStanding::Voted {
                    seq: cast.seq,
                    choice: cast.choice,
                    at: entry.envelope()?.at,
                    leaf: entry.leaf,
                }
            }
        };
        Ok(Some(OwnVote { name, standing }))
    }

    /// 待投票的人 (who of these people is on the roll of a ballot and has not voted), for whoever enters paper votes.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or when the reader does not enter votes.
    pub async fn yet_to_vote(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        ballot: BallotId,
        people: &[PersonId],
    ) -> AppResult<BTreeSet<PersonId>> {
        let here = self.scope(ctx, community, Action::RecordPaperVote).await?;
        let mut waiting = BTreeSet::new();
        for &person in people {
            let elector = match self.elector(&here, ballot, person).await {
                Ok(elector) => elector,
                Err(AppError::RuleRefused { .. }) => continue,
                Err(error) => return Err(error),
            };
            let cast = self.store.voter(&here.scope, &ballot.to_string(), &elector.to_string()).await?;
            if cast == Some(None) {
                waiting.insert(person);
            }
        }
        Ok(waiting)
    }
}
