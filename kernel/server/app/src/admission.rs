//! 准入 (admission): the charter is asked before a seat is filled.
//!
//! The law speaks first: whom it bars is not admitted, and whom it entitles no charter can exclude. Between the two the
//! charter in force on the day of the election may say who takes a seat in the council, in the representative assembly, or
//! stands for the residents' committee. Voters are not asked about: who is on a roll the law says whole (R18), and what it
//! leaves to resolutions of the assemblies stands on the roster by dated entries. A charter that gives no answer keeps
//! nobody out of a seat, or a community whose terms have run out could never again elect those who would replace it (N6);
//! it is left out and named in the entry.

use yishi_deliberation::Pins;
use yishi_identity::{Person, PersonId, RegisterCommand, Registration};
use yishi_law::{BodyKind, LeftOut, WhyLeftOut};
use yishi_rulebook::wire::{PersonFacts, Role};
use yishi_rulebook::{FloorAdmission, GateContext, RuleSet, Rulebook};

use crate::asking::Asking;
use crate::gates::{Asked, InPlay};
use crate::people::People;
use crate::{App, AppError, AppResult, Here};

/// As what somebody who is elected to this body is admitted; none where a charter has no say in it.
const fn role_in(body: BodyKind) -> Option<Role> {
    match body {
        BodyKind::Council => Some(Role::CouncilMember),
        BodyKind::RepresentativeAssembly => Some(Role::Representative),
        BodyKind::ResidentsCommittee => Some(Role::Candidate),
        // The party's own rules, the law alone, or no seats at all.
        BodyKind::PartyOrganization
        | BodyKind::SupervisionCommittee
        | BodyKind::JointCommittees
        | BodyKind::ResidentsAssembly => None,
    }
}

impl App {
    /// Asks whether those who were elected may take their seats. The findings are exclusions that the law does not allow,
    /// which were set aside.
    ///
    /// # Errors
    /// [`AppError::RuleRefused`] with the charter's article for the first who is not admitted; a gate failure when the
    /// machine could not ask.
    pub(crate) async fn admit_elected(
        &self,
        here: &Here<'_>,
        people: &People,
        command: &RegisterCommand,
    ) -> AppResult<Asked> {
        let mut asked = Asked::default();
        let RegisterCommand::Elect { body, seats, held_on, .. } = command else { return Ok(asked) };
        let Some(role) = role_in(*body) else { return Ok(asked) };
        let Some(floor) = self.law.at(here.kind, *held_on) else { return Ok(asked) };
        let rules = self.rule_rows(here).await?;
        let in_force = Pins::on(*held_on, rules.iter().map(|row| &row.life));
        let pins = Pins { rules: Vec::new(), ..in_force };
        let InPlay { mut set, ids, left_out, .. } = self.rule_set(here, &pins, None, true).await?;
        asked.terms.left_out = left_out;
        let mut asking = Asking::new(self.gate_context(here, *held_on, &ids).await?, ids.clone());
        for (facts, who) in by_facts(people, seats.iter().map(|seat| seat.person), *held_on) {
            let law = FloorAdmission::under(floor, &facts, role);
            let decision = loop {
                let (rules, facts, law) = (set.clone(), facts.clone(), law.clone());
                let question = move |rulebook: &Rulebook, gate: &GateContext| {
                    rulebook.admit(&rules, gate, &facts, role, &law)
                };
                let failure = match self.put_question(here, &mut asking, question).await? {
                    Ok(answered) => {
                        asked.note(&answered.calls);
                        break answered.value;
                    }
                    Err(failure) => failure,
                };
                if let Some(rule) = ids.get(&failure.plugin) {
                    self.record_failure(here, *rule, &failure).await;
                }
                if !failure.code.is_deterministic() {
                    return Err(AppError::Gate(failure));
                }
                let words = failure.code.words();
                let why = WhyLeftOut::Failed { code: failure.code.to_string(), words };
                let name = failure.plugin.clone();
                asked.terms.left_out.insert(LeftOut { name, component: failure.digest, why });
                set = RuleSet::default();
            };
            if !decision.admitted {
                let name = people.name(who);
                return Err(AppError::RuleRefused {
                    code: decision.code,
                    zh: format!("{name}：{}", decision.message.zh),
                    en: format!("{name}: {}", decision.message.en),
                    by: decision.by.into_iter().collect(),
                });
            }
            asked.findings.extend(decision.set_aside);
        }
        Ok(asked)
    }
}

/// Whom the charter is asked about: each set of facts once, with the first person of whom they are true.
fn by_facts(
    people: &People,
    persons: impl Iterator<Item = PersonId>,
    on: jiff::civil::Date,
) -> Vec<(PersonFacts, PersonId)> {
    let mut found: Vec<(PersonFacts, PersonId)> = Vec::new();
    for person in persons.filter_map(|id| people.persons.get(&id)) {
        let facts = facts_of(people, person, on);
        if !found.iter().any(|(known, _)| *known == facts) {
            found.push((facts, person.id));
        }
    }
    found
}

/// A person as far as a charter may see: no name, no contact.
fn facts_of(people: &People, person: &Person, on: jiff::civil::Date) -> PersonFacts {
    PersonFacts {
        age: u32::from(person.age_on(on)),
        local_registration: person.registration == Registration::Local,
        resident_months: person.resident_months_on(on),
        party_member: person.party_member,
        household_head: people.households.iter().any(|household| household.head == Some(person.id)),
    }
}
