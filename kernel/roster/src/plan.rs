//! 打算 (what a sheet would make of the roster).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use yishi_identity::{Household, HouseholdId, Person, PersonId};
use yishi_strict_json::FieldError;
use yishi_views::{RosterFault, RosterQuestion, RosterReport};

use crate::NAMED;
use crate::known::{Known, Meeting, absent_person, asks, meet, question};
use crate::sheet::{Line, Sheet};

/// 像是同一个人的 (what an import does with rows that may be somebody the roster knows).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KnownPeople {
    /// Store nothing and ask.
    #[default]
    Ask,
    /// They are the same: the entry is brought up to date and stays the same person.
    Same,
    /// They are others: they are added beside those who are known.
    Others,
}

/// 打算 (what an import would do, and what it would write).
#[derive(Debug)]
pub struct Plan {
    /// What it says of the file and the roster.
    pub report: RosterReport,
    /// Whether somebody still has to say who is meant.
    unanswered: bool,
    /// How many entries are brought up to date, by the answers that were given.
    pub changed: usize,
    /// Households that are new or have another head.
    pub households: Vec<Household>,
    /// Persons who are new or brought up to date.
    pub persons: Vec<Person>,
}

impl Plan {
    /// What stands in its way: the first bad cells, or the people it asks about.
    #[must_use]
    pub fn obstacles(&self) -> Vec<FieldError> {
        if self.report.error_count > 0 {
            return self.report.errors.iter().map(as_field).collect();
        }
        let asked = self.report.questions.iter().filter(|_| self.unanswered);
        asked.map(ask_field).collect()
    }
}

/// Holds a sheet against the roster. `fresh` gives ids to whoever is new.
pub fn plan(
    persons: Vec<Person>,
    households: Vec<Household>,
    sheet: Sheet,
    known_people: KnownPeople,
    fresh: &mut dyn FnMut() -> Uuid,
) -> Plan {
    let Sheet { lines, faults } = sheet;
    let mut known = Known::of(persons, &households);
    let labels: BTreeSet<&str> = lines.iter().map(|line| line.household.as_str()).collect();
    let mut report = RosterReport {
        dry_run: false,
        rows: lines.len() + faults.bad_rows,
        persons: lines.len(),
        households: labels.len(),
        added: 0,
        changed: 0,
        unchanged: 0,
        off_roll: 0,
        asked: 0,
        questions: Vec::new(),
        absent: 0,
        absent_people: Vec::new(),
        errors: faults.named,
        error_count: faults.count,
    };
    let mut changed = BTreeMap::new();
    let meetings = meet(&mut known, &lines);
    for (line, meeting) in lines.iter().zip(&meetings) {
        match meeting {
            Meeting::New => report.added += 1,
            Meeting::Unchanged => report.unchanged += 1,
            Meeting::Changed(at) => {
                report.changed += 1;
                changed.insert(line.number, *at);
            }
            Meeting::Gone(_) => report.off_roll += 1,
            Meeting::Perhaps(..) | Meeting::Several => {
                report.asked += 1;
                if report.questions.len() < NAMED {
                    report.questions.push(question(&known, line, meeting));
                }
                match (known_people, meeting) {
                    (KnownPeople::Same, Meeting::Perhaps(_, at)) => {
                        changed.insert(line.number, *at);
                    }
                    (KnownPeople::Others, _) => report.added += 1,
                    _ => {}
                }
            }
        }
    }
    let absent = known.unmet(|_, row| row.off_roll.is_none());
    report.absent = absent.len();
    report.absent_people = absent.iter().take(NAMED).filter_map(|at| absent_person(&known, *at)).collect();
    let unanswered = match known_people {
        KnownPeople::Ask => report.asked > 0,
        KnownPeople::Same => meetings.iter().any(|meeting| matches!(meeting, Meeting::Several)),
        KnownPeople::Others => false,
    };
    let coming = lines.into_iter().zip(meetings).filter(|(line, meeting)| {
        changed.contains_key(&line.number)
            || matches!(meeting, Meeting::New)
            || (known_people == KnownPeople::Others && asks(meeting))
    });
    let coming = coming.map(|(line, _)| line).collect();
    let (households, persons) = merged(&known, &changed, households, coming, fresh);
    Plan { report, unanswered, changed: changed.len(), households, persons }
}

/// The roster brought up to date with these lines: households and persons that are new or not as they were. `changed` says,
/// by line, who was known before.
fn merged(
    known: &Known,
    changed: &BTreeMap<usize, usize>,
    households: Vec<Household>,
    lines: Vec<Line>,
    fresh: &mut dyn FnMut() -> Uuid,
) -> (Vec<Household>, Vec<Person>) {
    let mut by_label: BTreeMap<String, (Household, bool)> =
        households.into_iter().map(|one| (one.label.clone(), (one, false))).collect();
    let mut persons = Vec::with_capacity(lines.len());
    let mut left = BTreeSet::new();
    for line in lines {
        let (household, touched) = by_label.entry(line.household.clone()).or_insert_with(|| {
            let id = HouseholdId::from_uuid(fresh());
            (Household { id, label: line.household.clone(), head: None }, true)
        });
        let before = changed.get(&line.number).and_then(|at| known.rows.get(*at));
        let id = before.map_or_else(|| PersonId::from_uuid(fresh()), |before| before.id);
        if before.is_some_and(|before| before.household != household.id) {
            left.insert(id);
        }
        if line.head && household.head != Some(id) {
            household.head = Some(id);
            *touched = true;
        }
        persons.push(Person {
            id,
            name: line.name,
            birth_date: line.birth_date,
            registration: line.registration,
            household: household.id,
            resident_since: line.resident_since,
            party_member: line.party_member,
            sex: line.sex,
            phone: line.phone,
            off_roll: before.and_then(|before| before.off_roll),
        });
    }
    // Whoever has moved heads the old household no more.
    let homes: BTreeMap<PersonId, HouseholdId> = persons.iter().map(|one| (one.id, one.household)).collect();
    for (household, touched) in by_label.values_mut() {
        let gone = household
            .head
            .is_some_and(|head| left.contains(&head) && homes.get(&head) != Some(&household.id));
        if gone {
            household.head = None;
            *touched = true;
        }
    }
    let touched = by_label.into_values().filter(|(_, touched)| *touched);
    (touched.map(|(household, _)| household).collect(), persons)
}

fn as_field(fault: &RosterFault) -> FieldError {
    FieldError::new(
        format!("/{}/{}", fault.line, fault.column),
        "roster-row",
        format!("第 {} 行：{}", fault.line, fault.message),
        format!("line {}: {}", fault.line, fault.message_en),
    )
}

fn ask_field(question: &RosterQuestion) -> FieldError {
    FieldError::new(
        format!("/{}/household", question.line),
        "known-person",
        format!("第 {} 行：{}；请说明是不是同一个人", question.line, question.message),
        format!("line {}: {}; say whether they are the same", question.line, question.message_en),
    )
}
