//! 人口 (the people of a community, as the pure crates know them), kept in memory while the roster does not change.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::civil::Date;
use yishi_identity::{
    BallotId, BodyRegister, CommunityId, Elector, Household, MeetingId, Person, PersonId, RegisterEvent,
    Registration, Roll,
};
use yishi_law::{BodyKind, CountingMode};
use yishi_rulebook::RosterFacts;
use yishi_storage::{Changes, Scope};

use crate::bounded::{Bounded, Bytes};
use crate::roster::import::household_of;
use crate::views::FiguresView;
use crate::{App, AppResult, Community};

/// Everybody of one community.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) persons: BTreeMap<PersonId, Person>,
    pub(crate) households: Vec<Household>,
}

/// The people of communities asked for lately, each with how often the roster had changed when they were read. A large
/// village takes a megabyte.
pub(crate) type PeopleCache = Bounded<CommunityId, (u64, Arc<People>)>;

/// 人数 (what roster and register amount to on a day): for whoever reads figures, and for the rules.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) figures: FiguresView,
    pub(crate) facts: Arc<RosterFacts>,
}

impl Bytes for Counted {
    fn bytes(&self) -> u64 {
        self.facts.household_adults.len() as u64 * 64
    }
}

/// What communities amounted to when they were last asked about, with the changes of roster and register and the day.
pub(crate) type CountedCache = Bounded<CommunityId, (((u64, u64), Date), Arc<Counted>)>;

impl Bytes for People {
    fn bytes(&self) -> u64 {
        (self.persons.len() * 320 + self.households.len() * 160) as u64
    }
}

/// 届次 (who holds which office, and the elections that led to it).
#[derive(Debug, Clone, Default)]
pub(crate) struct Elected {
    pub(crate) register: BodyRegister,
    pub(crate) events: Vec<RegisterEvent>,
}

/// The stream of roster changes.
pub(crate) fn roster_stream(community: CommunityId) -> String {
    format!("roster_{community}")
}

/// The stream of elections and resignations.
pub(crate) fn bodies_stream(community: CommunityId) -> String {
    format!("bodies_{community}")
}

impl People {
    /// Public figures of a day, with the bodies' seats.
    pub(crate) fn figures(&self, register: &BodyRegister, on: Date) -> FiguresView {
        let adults = Roll::of_persons(self.persons.values(), on).size();
        let households = Roll::of_households(self.persons.values(), &self.households, on).size();
        let representatives = register
            .in_office(BodyKind::RepresentativeAssembly, on)
            .iter()
            .filter(|seat| seat.as_representative)
            .count();
        let non_local = self
            .persons
            .values()
            .filter(|person| person.registration == Registration::NonLocal && !person.is_off_roll_on(on))
            .count();
        FiguresView {
            adults,
            households,
            representatives: representatives as u64,
            council_members: register.in_office(BodyKind::Council, on).len() as u64,
            non_local: non_local as u64,
        }
    }

    /// The roll of a body on a day.
    pub(crate) fn roll(&self, register: &BodyRegister, body: BodyKind, mode: CountingMode, on: Date) -> Roll {
        match (body, mode) {
            (BodyKind::ResidentsAssembly, CountingMode::Persons) => {
                Roll::of_persons(self.persons.values(), on)
            }
            (BodyKind::ResidentsAssembly, CountingMode::Households) => {
                Roll::of_households(self.persons.values(), &self.households, on)
            }
            _ => Roll::of_body(register, body, on),
        }
    }

    /// A person's name, or a dash for somebody whose data was erased.
    pub(crate) fn name(&self, person: PersonId) -> String {
        self.persons.get(&person).map_or_else(|| "—".to_owned(), |person| person.name.clone())
    }
}

impl App {
    /// Everybody of a community.
    pub(crate) async fn people(&self, community: &Community) -> AppResult<Arc<People>> {
        let (changes, forgotten) = (self.roster_count(community).await?, self.people.forgotten());
        if let Some((_, people)) = self.people.get_if(&community.id, |(read, _)| *read == changes) {
            return Ok(people);
        }
        self.people_read.fetch_add(1, Ordering::Relaxed);
        let persons = self.all_persons(&community.scope).await?;
        let households = self.all_households(&community.scope).await?;
        let households = households.iter().map(household_of).collect::<AppResult<Vec<_>>>()?;
        let people = Arc::new(People {
            persons: persons.into_iter().map(|person| (person.id, person)).collect(),
            households,
        });
        self.people.put(forgotten, community.id, (changes, Arc::clone(&people)));
        Ok(people)
    }

    /// Who holds which office, and the version of the register.
    pub(crate) async fn register(
        &self,
        scope: &Scope,
        community: CommunityId,
    ) -> AppResult<(BodyRegister, u64)> {
        let folded = self.elected(scope, community).await?;
        Ok(folded.map_or_else(Default::default, |(version, elected)| (elected.register.clone(), version)))
    }

    /// As [`App::register`], with what led to it; none before the first election.
    pub(crate) async fn elected(
        &self,
        scope: &Scope,
        community: CommunityId,
    ) -> AppResult<Option<(u64, Arc<Elected>)>> {
        let evolve = |elected: Option<Elected>, event: RegisterEvent, _| {
            let Elected { register, mut events } = elected.unwrap_or_default();
            let register = register.evolve(&event);
            events.push(event);
            Some(Elected { register, events })
        };
        self.folded(&self.registers, scope, &bodies_stream(community), evolve).await
    }

    /// What the roster and the register amount to on a day, kept as long as neither has changed.
    pub(crate) async fn counted(&self, community: &Community, on: Date) -> AppResult<Arc<Counted>> {
        let forgotten = self.counted.forgotten();
        let roster = self.roster_count(community).await?;
        let (register, bodies) = self.register(&community.scope, community.id).await?;
        let basis = ((roster, bodies), on);
        if let Some((_, counted)) = self.counted.get_if(&community.id, |(kept, _)| *kept == basis) {
            return Ok(counted);
        }
        let people = self.people(community).await?;
        let figures = people.figures(&register, on);
        let counts = BTreeMap::from([
            ("adults".to_owned(), figures.adults),
            ("households".to_owned(), figures.households),
            ("representatives".to_owned(), figures.representatives),
            ("council-members".to_owned(), figures.council_members),
            (
                "party-members".to_owned(),
                people.persons.values().filter(|person| person.party_member).count() as u64,
            ),
        ]);
        let mut household_adults: BTreeMap<String, u32> = BTreeMap::new();
        for person in people.persons.values().filter(|person| person.is_adult_on(on)) {
            *household_adults.entry(person.household.to_string()).or_default() += 1;
        }
        let facts = Arc::new(RosterFacts { counts, household_adults });
        let counted = Arc::new(Counted { figures, facts });
        self.counted.put(forgotten, community.id, (basis, Arc::clone(&counted)));
        Ok(counted)
    }

    /// How often the roster has changed, as far as this process counts it.
    async fn roster_count(&self, community: &Community) -> AppResult<u64> {
        let roster = roster_stream(community.id);
        Ok(self.store.changes(Changes::Stream(&community.scope, &roster)).await?)
    }

    /// The roll of a body on a day, kept as long as neither the roster nor the register has changed.
    pub(crate) async fn roll(
        &self,
        community: &Community,
        body: BodyKind,
        mode: CountingMode,
        on: Date,
    ) -> AppResult<Arc<Roll>> {
        let forgotten = self.rolls.forgotten();
        let roster = self.roster_count(community).await?;
        let (register, bodies) = self.register(&community.scope, community.id).await?;
        let key = RollKey { community: community.id, body, mode, on };
        let made_of = (roster, bodies);
        if let Some((_, roll)) = self.rolls.get_if(&key, |(kept, _)| *kept == made_of) {
            return Ok(roll);
        }
        let roll = Arc::new(self.people(community).await?.roll(&register, body, mode, on));
        self.rolls.put(forgotten, key, (made_of, Arc::clone(&roll)));
        Ok(roll)
    }
}

/// Whose roll, and of which day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RollKey {
    community: CommunityId,
    body: BodyKind,
    mode: CountingMode,
    on: Date,
}

impl Bytes for Roll {
    fn bytes(&self) -> u64 {
        self.size() * 160
    }
}

/// Rolls asked for lately, each with the versions of roster and register it was made of.
pub(crate) type RollCache = Bounded<RollKey, ((u64, u64), Arc<Roll>)>;

/// 计票单位 (whom a person votes as in a ballot).
#[derive(Debug, Clone)]
pub(crate) enum Electors {
    /// Everybody as themselves.
    Persons,
    /// Whoever came for a household, as the household.
    Households(Arc<BTreeMap<PersonId, Elector>>),
}

impl Bytes for Electors {
    fn bytes(&self) -> u64 {
        match self {
            Self::Persons => 0,
            Self::Households(came) => came.len() as u64 * 72,
        }
    }
}

/// Whom people vote as, of each ballot asked for lately. Fixed when the ballot was opened, since nobody comes or leaves
/// while it is open: never stale.
pub(crate) type BallotElectors = Bounded<BallotId, Electors>;

/// 会议名册 (the rolls of meetings asked for lately): fixed when a meeting opened, so never stale.
pub(crate) type OpenedRolls = Bounded<MeetingId, Arc<Roll>>;
