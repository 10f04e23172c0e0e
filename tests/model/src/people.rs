//! 人 (people): the roster, the seats, and who is counted (R1, R18).

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;

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

/// A hamlet of twelve households, fourteen adults and one who comes of age on the twentieth day.
#[must_use]
pub fn hamlet(start: Date) -> Vec<Resident> {
    (0..15_u8)
        .map(|n| {
            let young = n == 14;
            Resident {
                name: format!("{}{}", SURNAMES[usize::from(n)], if n % 2 == 0 { "建国" } else { "秀英" }),
                household: n % 12,
                born: if young {
                    start.saturating_sub(18.years()).saturating_add(20.days())
                } else {
                    start.saturating_sub((30 + i32::from(n)).years())
                },
                registered: true,
                woman: n % 2 == 1,
                party: n % 3 == 0,
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
            (resident.registered && self.is_adult(person, on)).then_some(person)
        })
    }

    /// R1: who is in office, each once; V5: the committee belongs to the representative assembly.
    #[must_use]
    pub fn in_office(&self, body: Body, on: Date) -> BTreeSet<Person> {
        let of = |seat: &&Seat| {
            seat.body == body
                || (body == Body::RepresentativeAssembly && seat.body == Body::ResidentsCommittee)
        };
        self.seats.iter().filter(of).filter(|seat| seat.held(on)).map(|seat| seat.person).collect()
    }

    /// 名册 (who is counted for a body on a day).
    #[must_use]
    pub fn roll(&self, body: Body, mode: Mode, on: Date) -> BTreeSet<Elector> {
        match (body, mode) {
            (Body::ResidentsAssembly, Mode::Persons) => self.counted(on).map(Elector::Person).collect(),
            (Body::ResidentsAssembly, Mode::Households) => {
                self.counted(on).map(|person| Elector::Household(self.household(person))).collect()
            }
            _ => self.in_office(body, on).into_iter().map(Elector::Person).collect(),
        }
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

    pub(crate) fn elect(&mut self, body: Body, people: &[Person], years: u8) -> Result<(), No> {
        let (from, to) = (self.today, self.term_end(years));
        if body == Body::ResidentsAssembly {
            refuse!("V1", "the assembly has no seats");
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
            // V19: the supervision body's term is the committee's.
            Body::SupervisionCommittee => match self.committee_until() {
                Some(last) if to != last => refuse!("V19", "its term is the committee's"),
                None if years > 5 => refuse!("V19", "no longer than a committee's"),
                _ => {}
            },
            _ => {}
        }
        for (place, &person) in people.iter().enumerate() {
            self.seats.push(Seat { body, person, chair: place == 0, from, to, ended: None });
        }
        Ok(())
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

    /// V22: three to seven, a woman among them, for five years. V17: a vacancy may be filled for the rest of the term, one
    /// seat after the other.
    fn lawful_committee(&self, held: &BTreeSet<Person>, people: &[Person], years: u8) -> Result<(), No> {
        let to = self.term_end(years);
        match self.committee_until() {
            Some(last) if to != last => refuse!("V17", "for the rest of the term"),
            None if !matches!(years, 0 | 5) => refuse!("V22", "five years"),
            _ => {}
        }
        let whole: BTreeSet<Person> = held.iter().chain(people).copied().collect();
        if whole.len() > 7 || (held.is_empty() && whole.len() < 3) {
            refuse!("V22", "three to seven");
        }
        if !whole.iter().any(|&person| self.people[usize::from(person)].woman) {
            refuse!("V22", "a woman among them");
        }
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

impl Seat {
    /// Whether it is held on a day.
    #[must_use]
    pub fn held(&self, on: Date) -> bool {
        self.from <= on && on <= self.to && self.ended.is_none_or(|ended| on < ended)
    }
}
