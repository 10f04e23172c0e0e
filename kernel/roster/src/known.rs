//! 认人 (whom of the roster each row means).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use yishi_identity::{Household, HouseholdId, Person, PersonId};
use yishi_views::{RosterAbsent, RosterQuestion};

use crate::sheet::Line;

/// Everybody on the roster, as an import meets them.
pub(crate) struct Known {
    pub(crate) rows: Vec<Person>,
    labels: BTreeMap<HouseholdId, String>,
    by_key: BTreeMap<(String, String, Date), usize>,
    /// Who heads a household.
    heads: BTreeSet<PersonId>,
    /// Whom a row of the file has named.
    met: BTreeSet<usize>,
}

impl Known {
    pub(crate) fn of(persons: Vec<Person>, households: &[Household]) -> Self {
        let labels: BTreeMap<_, _> = households.iter().map(|one| (one.id, one.label.clone())).collect();
        let key = |(at, row): (usize, &Person)| {
            let label = labels.get(&row.household).cloned().unwrap_or_default();
            ((label, row.name.clone(), row.birth_date), at)
        };
        let by_key = persons.iter().enumerate().map(key).collect();
        let heads = households.iter().filter_map(|one| one.head).collect();
        Self { rows: persons, labels, by_key, heads, met: BTreeSet::new() }
    }

    fn label(&self, at: usize) -> &str {
        self.rows.get(at).and_then(|row| self.labels.get(&row.household)).map_or("", String::as_str)
    }

    /// Those whom no row has named and for whom this holds.
    pub(crate) fn unmet(&self, fits: impl Fn(usize, &Person) -> bool) -> Vec<usize> {
        let unmet = self.rows.iter().enumerate().filter(|(at, _)| !self.met.contains(at));
        unmet.filter(|(at, row)| fits(*at, row)).map(|(at, _)| at).collect()
    }
}

/// Whom an import has found, or asks for.
pub(crate) enum Meeting {
    /// Nobody yet known.
    New,
    /// This one, and nothing about them has changed.
    Unchanged,
    /// This one.
    Changed(usize),
    /// Somebody who is off the roll.
    Gone(usize),
    /// Perhaps this one, written down otherwise: how, and who.
    Perhaps(&'static str, usize),
    /// Perhaps one of several: nobody is picked.
    Several,
}

/// Whom each line is about. First those who are plainly known; then, among whoever is left, those who may be.
pub(crate) fn meet(known: &mut Known, lines: &[Line]) -> Vec<Meeting> {
    let exact: Vec<Option<usize>> = lines.iter().map(|line| known.by_key.get(&line.key()).copied()).collect();
    known.met.extend(exact.iter().flatten());
    let mut by_birth: BTreeMap<Date, Vec<usize>> = BTreeMap::new();
    let mut by_name: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for at in known.unmet(|_, _| true) {
        let Some(row) = known.rows.get(at) else { continue };
        by_birth.entry(row.birth_date).or_default().push(at);
        by_name.entry((known.label(at).to_owned(), row.name.clone())).or_default().push(at);
    }
    let mut meetings = Vec::with_capacity(lines.len());
    for (line, exact) in lines.iter().zip(exact) {
        let meeting = match exact {
            Some(at) => met_exactly(known, line, at),
            None => met_perhaps(known, line, &by_birth, &by_name),
        };
        if let Meeting::Perhaps(_, at) | Meeting::Gone(at) = meeting {
            known.met.insert(at);
        }
        meetings.push(meeting);
    }
    meetings
}

fn met_exactly(known: &Known, line: &Line, at: usize) -> Meeting {
    let Some(row) = known.rows.get(at) else { return Meeting::New };
    if row.off_roll.is_some() {
        return Meeting::Gone(at);
    }
    let new = line;
    let same = row.registration == new.registration
        && row.resident_since == new.resident_since
        && row.party_member == new.party_member
        && row.sex == new.sex
        && row.phone == new.phone;
    // Who heads a household is the household's business, but this row has to carry it.
    let heads_already = !line.head || known.heads.contains(&row.id);
    if same && heads_already { Meeting::Unchanged } else { Meeting::Changed(at) }
}

fn met_perhaps(
    known: &Known,
    line: &Line,
    by_birth: &BTreeMap<Date, Vec<usize>>,
    by_name: &BTreeMap<(String, String), Vec<usize>>,
) -> Meeting {
    let new = line;
    let fit = |among: Option<&Vec<usize>>, fits: &dyn Fn(&Person, &str) -> bool| -> Vec<usize> {
        let unmet = among.into_iter().flatten().copied().filter(|at| !known.met.contains(at));
        unmet.filter(|at| known.rows.get(*at).is_some_and(|row| fits(row, known.label(*at)))).collect()
    };
    let born = by_birth.get(&new.birth_date);
    let moved = fit(born, &|row, _| row.name == new.name && row.sex == new.sex);
    let renamed = fit(born, &|row, label| label == line.household && row.sex == new.sex);
    let named = by_name.get(&(line.household.clone(), new.name.clone()));
    let reborn = fit(named, &|row, _| row.sex == new.sex);
    for (how, found) in
        [("moved-household", moved), ("corrected-birth-date", reborn), ("corrected-name", renamed)]
    {
        match found.as_slice() {
            [] => {}
            [at] if known.rows.get(*at).is_some_and(|row| row.off_roll.is_some()) => {
                // The dead and the departed do not come back under another label; a namesake's child may be new.
                return if how == "moved-household" { Meeting::Gone(*at) } else { Meeting::New };
            }
            [at] => return Meeting::Perhaps(how, *at),
            _ => return Meeting::Several,
        }
    }
    Meeting::New
}

pub(crate) const fn asks(meeting: &Meeting) -> bool {
    matches!(meeting, Meeting::Perhaps(..) | Meeting::Several)
}

pub(crate) fn question(known: &Known, line: &Line, meeting: &Meeting) -> RosterQuestion {
    let now = format!("{} · {} · {}", line.name, line.household, line.birth_date);
    let was = match meeting {
        Meeting::Perhaps(_, at) => known.rows.get(*at).map(|row| (row, known.label(*at))),
        _ => None,
    };
    let (code, person, was) = match (meeting, was) {
        (Meeting::Perhaps(how, _), Some((row, label))) => {
            (*how, Some(row.id.to_string()), format!("{} · {label} · {}", row.name, row.birth_date))
        }
        _ => ("several-people", None, String::new()),
    };
    let (message, message_en) = if person.is_some() {
        (
            format!("名册上的“{was}”没有出现在文件中，“{now}”像是同一个人"),
            format!("“{was}” of the roster is not in the file, and “{now}” looks like the same person"),
        )
    } else {
        (
            format!("名册上有几个人与“{now}”相像，请先在“登记变动”中逐人办理"),
            format!(
                "several people of the roster look like “{now}”: enter the change for each of them first"
            ),
        )
    };
    RosterQuestion { line: line.number, code: code.to_owned(), person, was, now, message, message_en }
}

pub(crate) fn absent_person(known: &Known, at: usize) -> Option<RosterAbsent> {
    let row = known.rows.get(at)?;
    Some(RosterAbsent {
        person: row.id.to_string(),
        name: row.name.clone(),
        household_label: known.label(at).to_owned(),
        birth_date: row.birth_date.to_string(),
    })
}
