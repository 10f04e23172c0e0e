//! 人 (people): the roster, the seats, and who is counted (R1, R18).

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;

use serde::{Deserialize, Serialize};

use crate::act::{Body, Mode, Person};
use crate::world::{No, World, refuse};

/// 居民.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resident {
    /// Name, unique here.
    pub name: String,
    /// Household, by number.
    pub household: u8,
    /// Date of birth.
    pub born: Date,
    /// Registered here (户籍).
    pub registered: bool,
    /// A woman.
    pub woman: bool,
    /// A party member.
    pub party: bool,
    /// The first day off the roll (R18).
    pub off: Option<Date>,
    /// Whether it was by death.
    pub dead: bool,
}

/// 席位.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Of which body.
    pub body: Body,
    /// Whose.
    pub person: Person,
    /// 主任.
    pub chair: bool,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// First day no longer held, when it ended early.
    pub ended: Option<Date>,
}

/// 计数单位 (what is counted once): a person, or a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Elector {
    /// One person.
    Person(Person),
    /// One household.
    Household(u8),
}

const SURNAMES: [&str; 20] = [
    "陈", "顾", "钱", "陆", "徐", "沈", "周", "黄", "蒋", "许", "丁", "吴", "朱", "赵", "杨", "季", "缪",
    "郁", "瞿", "施",
];

/// 何处 (what kind of place a sequence is about).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settlement {
    /// Twelve households, fourteen adults: too few for representatives.
    #[default]
    Hamlet,
    /// Sixteen households, twenty-three adults.
    Village,
    /// 社区: twenty-four households, twenty-nine adults; the urban law.
    Community,
}

/// Its people, the last of whom comes of age on the twentieth day.
#[must_use]
pub fn people_of(settlement: Settlement, start: Date) -> Vec<Resident> {
    let (people, households) = match settlement {
        Settlement::Hamlet => (15, 12),
        Settlement::Village => (24, 16),
        Settlement::Community => (30, 24),
    };
    (0..people)
        .map(|n: u8| {
            let young = n + 1 == people;
            let given = match (n / 20, n % 2) {
                (0, 0) => "建国",
                (0, _) => "秀英",
                (_, 0) => "志强",
                _ => "桂兰",
            };
            Resident {
                name: format!("{}{given}", SURNAMES[usize::from(n % 20)]),
                household: n % households,
                born: if young {
                    start.saturating_sub(18.years()).saturating_add(20.days())
                } else {
                    start.saturating_sub((30 + i32::from(n)).years())
                },
                registered: true,
                woman: n % 2 == 1,
                party: n.is_multiple_of(3),
                off: None,
                dead: false,
            }
        })
        .collect()
}

impl World {
    /// 十八周岁以上: from the birthday on (R18).
    #[must_use]
    pub fn is_adult(&self, person: Person, on: Date) -> bool {
        self.people
            .get(usize::from(person))
            .is_some_and(|resident| resident.born.saturating_add(18.years()) <= on)
    }

    /// R18: who counts in the village assembly, adults registered here.
    fn counted(&self, on: Date) -> impl Iterator<Item = Person> {
        (0..=u8::MAX).zip(&self.people).filter_map(move |(person, resident)| {
            let off = resident.off.is_some_and(|off| off <= on);
            (resident.registered && self.is_adult(person, on) && !off).then_some(person)
        })
    }

    /// R1: who is in office, each once; V5: the committee belongs to the representative assembly.
    #[must_use]
    pub fn in_office(&self, body: Body, on: Date) -> BTreeSet<Person> {
        let of = |seat: &&Seat| match (body, seat.body) {
            (Body::RepresentativeAssembly | Body::JointCommittees, Body::ResidentsCommittee)
            | (Body::JointCommittees, Body::PartyOrganization) => true,
            (body, of) => body == of,
        };
        self.seats.iter().filter(of).filter(|seat| seat.held(on)).map(|seat| seat.person).collect()
    }

    /// 名册 (who is counted for a body on a day, and who may come for each).
    #[must_use]
    pub fn roll(&self, body: Body, mode: Mode, on: Date) -> BTreeMap<Elector, BTreeSet<Person>> {
        let members: BTreeSet<Person> = match body {
            Body::ResidentsAssembly => self.counted(on).collect(),
            _ => self.in_office(body, on),
        };
        let mut roll: BTreeMap<Elector, BTreeSet<Person>> = BTreeMap::new();
        for person in members {
            roll.entry(self.elector(person, mode)).or_default().insert(person);
        }
        roll
    }

    /// 户.
    #[must_use]
    pub fn household(&self, person: Person) -> u8 {
        self.people.get(usize::from(person)).map_or(u8::MAX, |resident| resident.household)
    }

    /// What a person is counted as.
    #[must_use]
    pub fn elector(&self, person: Person, mode: Mode) -> Elector {
        match mode {
            Mode::Persons => Elector::Person(person),
            Mode::Households => Elector::Household(self.household(person)),
        }
    }

    pub(crate) fn elect(
        &mut self,
        body: Body,
        people: &[Person],
        years: u8,
        by_groups: bool,
    ) -> Result<(), No> {
        let (from, to) = (self.today, self.term_end(years));
        if matches!(body, Body::ResidentsAssembly | Body::JointCommittees) {
            refuse!("V1", "the assembly has no seats, nor have two committees acting as one");
        }
        if people.is_empty() {
            refuse!("V22", "nobody is named");
        }
        if people.iter().collect::<BTreeSet<_>>().len() != people.len() {
            refuse!("R1", "one seat each");
        }
        let held = self.in_office_itself(body, from);
        for &person in people {
            if !self.is_adult(person, from) {
                refuse!("V11", "not an adult");
            }
            if held.contains(&person) {
                refuse!("R1", "one seat each");
            }
            // R30: what is held by paper and dates needs no place on the roll.
            let resident = &self.people[usize::from(person)];
            if resident.dead || (resident.off.is_some() && !self.held_by_paper(body)) {
                refuse!("R18", "off the roll");
            }
            if body == Body::PartyOrganization && !self.people[usize::from(person)].party {
                refuse!("P1", "the party organisation is made of party members");
            }
            let apart = match body {
                Body::SupervisionCommittee => Some(Body::ResidentsCommittee),
                Body::ResidentsCommittee => Some(Body::SupervisionCommittee),
                _ => None,
            };
            if apart.is_some_and(|apart| self.in_office_itself(apart, from).contains(&person)) {
                refuse!("V19", "who is supervised does not supervise");
            }
        }
        if self.seats.iter().any(|seat| seat.body == body && seat.chair && seat.held(from)) {
            refuse!("P5", "one chair at a time");
        }
        match body {
            Body::ResidentsCommittee => self.lawful_committee(&held, people, years)?,
            // V5, V19: the term of representatives and supervision body is the committee's.
            Body::SupervisionCommittee | Body::RepresentativeAssembly => {
                match self.committee_until() {
                    Some(last) if to != last => refuse!("T20", "its term is the committee's"),
                    None if years > 5 => refuse!("T20", "no longer than a committee's"),
                    _ => {}
                }
                if body == Body::RepresentativeAssembly {
                    self.lawful_representatives(people, by_groups)?;
                }
            }
            _ => {}
        }
        for (place, &person) in people.iter().enumerate() {
            self.seats.push(Seat { body, person, chair: place == 0, from, to, ended: None });
        }
        Ok(())
    }

    /// V5: one for five to fifteen households, or some for each group; and the shares of R33, which may be reached one vacancy
    /// after the other, as long as nothing gets worse.
    fn lawful_representatives(&self, people: &[Person], by_groups: bool) -> Result<(), No> {
        let held = self.in_office_itself(Body::RepresentativeAssembly, self.today);
        let households = self.roll(Body::ResidentsAssembly, Mode::Households, self.today).len();
        let all = held.len() + people.len();
        // U3: in a community that is so as a rule, and left with a reason.
        if !self.urban() && !by_groups && (all * 5 > households || (held.is_empty() && all * 15 < households))
        {
            refuse!("V5", "one for five to fifteen households");
        }
        let elected = held.iter().chain(people).copied().collect();
        let (before, after) = (self.lacking(&held), self.lacking(&elected));
        let worse = |was: usize, is: usize| is > 0 && (held.is_empty() || is > was);
        if worse(before.0, after.0) || worse(before.1, after.1) {
            refuse!("R33", "four fifths representatives, one third women");
        }
        Ok(())
    }

    /// How many representatives, and how many women among them, the representative assembly lacks with these people elected
    /// to it. R26: whoever sits on the committee too is one of the whole, and counted there.
    fn lacking(&self, elected: &BTreeSet<Person>) -> (usize, usize) {
        let committee = self.in_office_itself(Body::ResidentsCommittee, self.today);
        let whole = elected.union(&committee).count();
        let representatives: Vec<_> = elected.difference(&committee).collect();
        let women = representatives.iter().filter(|&&&person| self.people[usize::from(person)].woman).count();
        // U3 gives women no share.
        let a_third = if self.urban() { 0 } else { whole.div_ceil(3).max(1) };
        let four_fifths = (4 * whole).div_ceil(5).max(1);
        (four_fifths.saturating_sub(representatives.len()), a_third.saturating_sub(women))
    }

    /// R33: whether the representative assembly is lawfully made up today.
    pub(crate) fn representatives_stand(&self) -> bool {
        self.lacking(&self.in_office_itself(Body::RepresentativeAssembly, self.today)) == (0, 0)
    }

    /// V6: the representatives themselves, who may force their own sitting.
    pub(crate) fn representatives(&self) -> usize {
        self.in_office_itself(Body::RepresentativeAssembly, self.today).len()
    }

    /// The last day of the committee in office.
    fn committee_until(&self) -> Option<Date> {
        let held =
            self.seats.iter().filter(|seat| seat.body == Body::ResidentsCommittee && seat.held(self.today));
        held.map(|seat| seat.to).max()
    }

    /// The last day of a term of so many years from today; of none, the last day of the committee's.
    #[must_use]
    pub fn term_end(&self, years: u8) -> Date {
        match self.committee_until().filter(|_| years == 0) {
            Some(last) => last,
            None => {
                let years = if years == 0 { 5 } else { years };
                self.today.saturating_add(i32::from(years).years()).saturating_sub(1.day())
            }
        }
    }

    /// V22, U15: three to seven, in a community five to nine, a woman among them, for five years. V17: a vacancy may be filled for the rest of the term, one
    /// seat after the other.
    fn lawful_committee(&self, held: &BTreeSet<Person>, people: &[Person], years: u8) -> Result<(), No> {
        let to = self.term_end(years);
        match self.committee_until() {
            Some(last) if to != last => refuse!("V17", "for the rest of the term"),
            None if !matches!(years, 0 | 5) => refuse!("V22", "five years"),
            _ => {}
        }
        let whole: BTreeSet<Person> = held.iter().chain(people).copied().collect();
        let (least, most) = if self.urban() { (5, 9) } else { (3, 7) };
        if whole.len() > most || (held.is_empty() && whole.len() < least) {
            refuse!("V22", "three to seven, five to nine");
        }
        if !whole.iter().any(|&person| self.people[usize::from(person)].woman) {
            refuse!("V22", "a woman among them");
        }
        Ok(())
    }

    /// R18: off from the dated entry on, and the seats end with it, but for those held by paper (R30).
    pub(crate) fn off_roll(&mut self, person: Person, died: bool) -> Result<(), No> {
        let (today, urban) = (self.today, self.urban());
        let resident = &mut self.people[usize::from(person)];
        if resident.off.is_some() {
            refuse!("R18", "off already");
        }
        (resident.off, resident.dead) = (Some(today), died);
        let ends = |seat: &&mut Seat| {
            seat.person == person && seat.held(today) && (died || !held_by_paper(seat.body, urban))
        };
        for seat in self.seats.iter_mut().filter(ends) {
            seat.ended = Some(today);
        }
        Ok(())
    }

    const fn held_by_paper(&self, body: Body) -> bool {
        held_by_paper(body, self.urban())
    }

    pub(crate) fn back_on_roll(&mut self, person: Person) -> Result<(), No> {
        let resident = &mut self.people[usize::from(person)];
        if resident.off.is_none() {
            refuse!("R18", "on the roll");
        }
        (resident.off, resident.dead) = (None, false);
        Ok(())
    }

    fn in_office_itself(&self, body: Body, on: Date) -> BTreeSet<Person> {
        self.seats.iter().filter(|seat| seat.body == body && seat.held(on)).map(|seat| seat.person).collect()
    }

    pub(crate) fn end_seat(&mut self, body: Body, person: Person) -> Result<(), No> {
        let today = self.today;
        let held =
            self.seats.iter_mut().find(|seat| seat.body == body && seat.person == person && seat.held(today));
        let Some(seat) = held else { refuse!("V17", "nobody holds that seat") };
        seat.ended = Some(today);
        Ok(())
    }
}

/// R30: a party secretary sent from outside; in a community also its workers, on committee and supervision body.
const fn held_by_paper(body: Body, urban: bool) -> bool {
    match body {
        Body::PartyOrganization => true,
        Body::ResidentsCommittee | Body::SupervisionCommittee => urban,
        _ => false,
    }
}

impl Seat {
    /// Whether it is held on a day.
    #[must_use]
    pub fn held(&self, on: Date) -> bool {
        self.from <= on && on <= self.to && self.ended.is_none_or(|ended| on < ended)
    }
}
