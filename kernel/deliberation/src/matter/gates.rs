//! The gates of a matter: what has to be true besides the order of the steps.

use std::collections::BTreeSet;

use jiff::civil::Date;
use yishi_canonical::Digest;
use yishi_identity::Capacity;
use yishi_law::days::{self, Period};
use yishi_law::{
    Authority, BodyKind, Cited, CountingMode, Deciders, FindingResult, FloorQuery, FloorText, MatterClass,
    Step, Subject, Terms,
};

use super::{
    Disclosure, DisclosureKind, Matter, MatterEvent, Petition, Petitioners, Proposal, ReviewOutcome, Stage,
    StudyOutcome, TabledBy,
};
use crate::Refusal;
use crate::common::{Context, Pins};
use crate::meeting::BallotOutcome;
use crate::refusals::{self, ruling};
use crate::words;

/// After how many days without a step a matter may lapse: the assembly itself meets at least once a year (V3),
/// so a matter nobody has touched for a year has been passed over once. No law gives a figure.
pub(super) const LAPSE_AFTER_DAYS: u16 = 365;

/// What holds for a body and step: the caller's terms joined with the floor's own.
pub(super) fn terms(ctx: &Context<'_>, subjects: &BTreeSet<Subject>, body: BodyKind, step: Step) -> Terms {
    let query = FloorQuery { subjects: subjects.clone(), body, step, mode: CountingMode::Persons };
    ctx.law.join(ctx.terms.clone(), &query)
}

/// R9: the matter is judged by the law of the day it is opened on.
pub(super) fn opens_today(ctx: &Context<'_>, pins: &Pins) -> Result<(), Refusal> {
    if pins.law_date == ctx.today() {
        Ok(())
    } else {
        Err(refusals::law_date_not_today(pins.law_date, ctx.today()).citing([ruling("R9")]))
    }
}

/// The law handed in is the one in force on the law date.
pub(super) fn law_of(ctx: &Context<'_>, pins: &Pins) -> Result<(), Refusal> {
    if ctx.law.in_force(pins.law_date) {
        Ok(())
    } else {
        Err(refusals::wrong_law_text(ctx.law.id(), pins.law_date).citing([ruling("R9")]))
    }
}

/// E1: what belongs to the rural collective is not decided here.
pub(super) fn is_ours(ctx: &Context<'_>, subjects: &BTreeSet<Subject>) -> Result<(), Refusal> {
    let Some(away) = ctx.law.deciders(subjects, MatterClass::Ordinary).sent_away else { return Ok(()) };
    let by = ctx.law.entry(&away.floor).map(|(document, _)| Authority::Statute {
        text: document.id.clone(),
        floor: away.floor.clone(),
        article: away.article.clone(),
    });
    Err(refusals::belongs_elsewhere(&away.message.zh, &away.message.en).citing(by))
}

/// A proposal that adopts a rule says which one, and one that carries a rule says that it adopts it.
pub(super) fn names_its_rule(proposal: &Proposal) -> Result<(), Refusal> {
    let adopts = proposal.subjects.iter().any(|subject| subject.is_rule_making());
    match (adopts, proposal.rule.is_some(), proposal.repeals.is_some()) {
        (true, false, false) => Err(refusals::rule_missing()),
        (true, true, true) => Err(refusals::adopts_and_repeals()),
        (false, false, false) | (true, _, _) => Ok(()),
        (false, _, _) => Err(refusals::rule_subject_missing()),
    }
}

/// 只升不降: the strictest of what is asked, what the rules say, what the lists of the law force, and what it was before.
pub(super) fn class_of(
    ctx: &Context<'_>,
    proposal: &Proposal,
    before: Option<&Cited<MatterClass>>,
) -> Cited<MatterClass> {
    let only = |class| Terms { class, ..Terms::default() };
    let asked = Cited::by(proposal.class, []);
    only(Some(asked.clone()))
        .join(only(ctx.terms.class.clone()))
        .join(only(ctx.law.classify(&proposal.subjects)))
        .join(only(before.cloned()))
        .class
        .unwrap_or(asked)
}

/// V4, V7, U4, R14, R20: the law, not a rule, says who decides; and a text is ended by no lesser body than adopted it.
pub(super) fn may_decide(
    ctx: &Context<'_>,
    deciders: &Deciders,
    body: BodyKind,
    authorisation: Option<Digest>,
) -> Result<(), Refusal> {
    if let Some(needed) = ctx.ties.ends.filter(|needed| needed.outranks(body)) {
        return Err(words::lesser_body(body, needed, ctx));
    }
    if deciders.may_decide(body, authorisation.is_some()) {
        Ok(())
    } else if deciders.may_decide(body, true) {
        let rulings = deciders.rulings.iter().map(|id| ruling(id));
        Err(refusals::authorisation_missing().citing(deciders.by.iter().cloned().chain(rulings)))
    } else {
        Err(words::wrong_body(body, deciders, ctx))
    }
}

/// R22: signatures on paper are entered by staff, with whoever checked the sheet; an account signs for the one whose it is.
fn signed_by_whom_it_says(ctx: &Context<'_>, petition: &Petition) -> Result<(), Refusal> {
    let refusal = if ctx.actor.capacity == Capacity::Staff {
        match petition.checked_by {
            None => refusals::petition_unchecked(),
            Some(person) if Some(person) == ctx.actor.person => refusals::petition_unchecked(),
            Some(_) => return Ok(()),
        }
    } else if petition.signatures > 1 || petition.by != Petitioners::Representatives {
        refusals::petition_of_others()
    } else {
        return Ok(());
    };
    Err(refusal.citing([ruling("R22")]))
}

/// V3, V6, U2, U3: the petition has the body's own threshold behind it.
pub(super) fn petition_suffices(
    ctx: &Context<'_>,
    matter: &Matter,
    petition: &Petition,
) -> Result<(), Refusal> {
    if petition.of == 0 || petition.signatures > petition.of {
        return Err(refusals::petition_impossible());
    }
    signed_by_whom_it_says(ctx, petition)?;
    let terms = terms(ctx, &matter.subjects, petition.to, Step::Resolve);
    let by_households =
        || ctx.law.convening(petition.to).is_some_and(|rule| rule.value.petition_by_households);
    let threshold = match (petition.to, petition.by) {
        (BodyKind::ResidentsAssembly, Petitioners::Residents) => terms.petition,
        (BodyKind::ResidentsAssembly, Petitioners::Households) => terms.petition.filter(|_| by_households()),
        (BodyKind::ResidentsAssembly, Petitioners::Representatives) => terms.petition_representatives,
        (BodyKind::RepresentativeAssembly, Petitioners::Representatives) => terms.petition,
        _ => None,
    };
    let Some(Cited { value: fraction, by }) = threshold else {
        return Err(refusals::petition_not_provided());
    };
    let needed = fraction.needed(petition.of);
    if petition.signatures >= needed {
        Ok(())
    } else {
        let (zh, en) = match petition.by {
            Petitioners::Households => ("户", "households"),
            Petitioners::Residents => ("人", "residents"),
            Petitioners::Representatives => ("名代表", "representatives"),
        };
        let share = fraction.describe();
        Err(refusals::petition_too_small(petition.signatures, needed, zh, en, &share.zh, &share.en)
            .citing(by))
    }
}

/// V9, U5: the study of exactly this text is on record. A petition forces the vote whatever the study says (R3).
pub(super) fn party_has_studied(ctx: &Context<'_>, matter: &Matter, body: BodyKind) -> Result<(), Refusal> {
    let demand = terms(ctx, &matter.subjects, body, Step::PartyStudy).party_study;
    let Some(Cited { by, .. }) = demand.filter(|demand| demand.value) else { return Ok(()) };
    let forced = matches!(matter.stage, Stage::Tabled { by: TabledBy::Petition { .. }, .. });
    let studied = matter
        .study
        .filter(|study| matter.proposal.as_ref().is_some_and(|proposal| proposal.version() == study.version))
        .is_some_and(|study| forced || study.outcome == StudyOutcome::Recommended);
    if studied { Ok(()) } else { Err(refusals::party_study_missing().citing(by)) }
}

/// 应当协商而尚未协商 (whether the law, or the adoption of a rule, wants a consultation before the vote that nobody has held
/// yet). A charter may want one besides; that is known once it is asked.
pub(super) fn lacks_consultation(matter: &Matter, law: &FloorText, body: BodyKind) -> bool {
    if matter.was_consulted_on() {
        return false;
    }
    if matter.adopts_rule() {
        return true;
    }
    let query = FloorQuery {
        subjects: matter.subjects.clone(),
        body,
        step: Step::Resolve,
        mode: CountingMode::Persons,
    };
    law.join(Terms::default(), &query).consultation.is_some_and(|demand| demand.value)
}

/// V10, U13: people were asked about this very text, whatever it was before (R50); where a rule is adopted, about its figures
/// too.
pub(super) fn consulted(ctx: &Context<'_>, matter: &Matter, body: BodyKind) -> Result<(), Refusal> {
    if matter.is_consulting() {
        return Err(refusals::consultation_open());
    }
    let demand = terms(ctx, &matter.subjects, body, Step::Resolve).consultation.filter(|demand| demand.value);
    let held = if matter.adopts_rule() {
        let standing = matter.proposal.as_ref().map(Proposal::version);
        matter.consultations.iter().any(|consultation| Some(consultation.version) == standing)
    } else {
        demand.is_none() || matter.was_consulted_on()
    };
    if held {
        Ok(())
    } else {
        Err(refusals::consultation_missing().citing(demand.into_iter().flat_map(|demand| demand.by)))
    }
}

/// The ballot was about this matter as it stands, before the body that decides it, under its law; and its finding is true.
pub(super) fn ballot_is_ours(
    ctx: &Context<'_>,
    matter: &Matter,
    proposal: &Proposal,
    outcome: &BallotOutcome,
) -> Result<(), Refusal> {
    if outcome.matter != matter.id {
        return Err(refusals::ballot_of_another_matter());
    }
    if outcome.question.text != proposal.text {
        return Err(refusals::text_changed());
    }
    if outcome.question != proposal.question() {
        return Err(refusals::question_changed());
    }
    let finding = &outcome.finding;
    if finding.subjects != proposal.subjects || finding.law_date != matter.pins.law_date {
        return Err(refusals::finding_does_not_recompute());
    }
    if !ctx.recomputes(finding) {
        return Err(refusals::finding_does_not_recompute());
    }
    Ok(())
}

/// What a true finding means for the matter.
pub(super) fn verdict(ctx: &Context<'_>, outcome: Box<BallotOutcome>) -> Result<MatterEvent, Refusal> {
    let act = ctx.act();
    match outcome.finding.result {
        FindingResult::Passed => Ok(MatterEvent::Resolved { outcome, act }),
        FindingResult::Failed => Ok(MatterEvent::Rejected { outcome, act }),
        FindingResult::NotQuorate => {
            let by = outcome
                .finding
                .quorum
                .iter()
                .filter(|demand| !demand.met)
                .flat_map(|demand| demand.by.clone());
            Err(refusals::vote_not_quorate(outcome.finding.count.present).citing(by).citing([ruling("R2")]))
        }
    }
}

/// V18, U11 and the charter: posted from today on, for the full period, which is as short as they let it be where nobody
/// chose more.
pub(super) fn posting(
    ctx: &Context<'_>,
    subjects: &BTreeSet<Subject>,
    step: Step,
    from: Date,
    days: Option<u16>,
) -> Result<Period, Refusal> {
    if from < ctx.today() {
        return Err(refusals::posting_backdated(from));
    }
    let demand = terms(ctx, subjects, BodyKind::ResidentsCommittee, step).posting_days;
    let days = days.unwrap_or_else(|| demand.as_ref().map_or(0, |demand| demand.value));
    if let Some(Cited { value: needed, by }) = demand
        && days < needed
    {
        return Err(refusals::posting_too_short(days, needed).citing(by));
    }
    Ok(days::period(from, days, ctx.holidays))
}

/// Worked example 12: it stays up to the end of its last day.
pub(super) fn has_run(
    ctx: &Context<'_>,
    matter: &Matter,
    disclosure: Option<&Disclosure>,
    which: DisclosureKind,
) -> Result<(), Refusal> {
    let Some(disclosure) = disclosure else { return Err(refusals::not_disclosed()) };
    if disclosure.period.has_ended(ctx.today()) {
        return Ok(());
    }
    let step = match which {
        DisclosureKind::Decision => Step::DiscloseDecision,
        DisclosureKind::Outcome => Step::DiscloseOutcome,
    };
    let by = terms(ctx, &matter.subjects, BodyKind::ResidentsCommittee, step).posting_days;
    let by = by.into_iter().flat_map(|days| days.by).chain([ruling("R10")]);
    Err(refusals::disclosure_running(disclosure.period.last).citing(by))
}

/// Whether what was done returns the proposal, and why.
pub(super) const fn returned(outcome: &ReviewOutcome) -> Option<Digest> {
    match outcome {
        ReviewOutcome::Pass => None,
        ReviewOutcome::Return { reasons } => Some(*reasons),
    }
}
