//! 事项视图 (how a matter is shown): the six steps as a timeline, made from its events.

use std::collections::{BTreeMap, BTreeSet};

use yishi_acts::Aggregate;
use yishi_canonical::Digest;
use yishi_deliberation::matter::{DisclosureKind, Matter, MatterEvent, ReturnedBy, StudyOutcome};
use yishi_deliberation::{Act, Pins, RulePin};
use yishi_identity::{Action, MatterId};
use yishi_law::track::track;
use yishi_law::{
    Authority, BodyKind, CommunityKind, Finding, FloorText, LeftOut, TrackStage, WhyLeftOut, Words,
};
use yishi_rulebook::RuleFinding;
use yishi_storage::Row;
use yishi_words::{Lang, Term};

use crate::ballots::decision_of;
use crate::load::Logged;
use crate::position::Turn;
use crate::step::{concerned, is_closed};
use crate::views::{
    ActedAs, AuthorityView, DisclosureView, EntryRef, LeftOutView, MatterView, PinView, PinsView,
    RuleFindingView, StepStatus, StepView,
};
use crate::{App, AppError, AppResult, Community, OpContext, words};

/// Steps whose papers are records and minutes, not notices.
const INTERNAL_STEPS: [TrackStage; 2] = [TrackStage::PartyStudy, TrackStage::JointDeliberation];

impl App {
    /// Everything a page or a client shows of a matter.
    #[expect(
        clippy::too_many_arguments,
        reason = "a view is made from the state, the events and what is about to be stored"
    )]
    pub(crate) async fn matter_view(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: &Matter,
        version: u64,
        events: &[MatterEvent],
        entries: &[Logged],
        pending: &[Row],
    ) -> AppResult<MatterView> {
        let text_digest = matter.text().unwrap_or(matter.suggestion);
        let timeline = timeline(matter, events, self.pinned_floor(community, &matter.pins)?, entries);
        let papers = timeline.iter().filter_map(|step| step.document);
        let papers = papers.chain([matter.title, text_digest]);
        let texts = self.pending_texts(community, pending, papers).await?;
        let text_of = |digest: &Digest| texts.get(digest).cloned().unwrap_or_default();
        let (title, text) = (text_of(&matter.title), text_of(&text_digest));
        let stands = matter.stands();
        let mut steps = Vec::new();
        let internal = self.may_read_internal(ctx, community).await?;
        for step in timeline {
            let shown = internal || !INTERNAL_STEPS.contains(&step.stage);
            let text = step.document.as_ref().filter(|_| shown).map(text_of);
            steps.push(self.step_view(step, text, community.kind).await);
        }
        let mut decisions = Vec::new();
        for event in events {
            if let MatterEvent::Resolved { outcome, act } | MatterEvent::Rejected { outcome, act, .. } = event
            {
                let seq = entries.iter().find(|entry| is_resolution(&entry.kind)).map(|entry| entry.seq);
                let (body, finding) = (outcome.finding.body, &outcome.finding);
                decisions
                    .push(decision_of(self, community, outcome.ballot, body, act.at, finding, seq).await);
            }
        }
        let allowed = matter.allowed();
        let rule = self.rule_of_matter(community, matter.id).await?;
        let comments = self.comment_count(community, matter.id).await?;
        let refs =
            entries.iter().map(|entry| EntryRef { seq: entry.seq, kind: entry.kind.clone(), at: entry.at });
        let class = matter.class.as_ref();
        let domain = self.domain_of(community, matter).await?;
        Ok(MatterView {
            id: matter.id,
            version,
            may: self.may::<Matter>(ctx, community, &allowed, concerned(matter)).await?,
            disclosures: disclosures(ctx, matter, &title),
            title,
            text,
            text_digest,
            domain: domain.code,
            domain_name: domain.title,
            domain_name_en: domain.title_en,
            subjects: matter.subjects.iter().copied().collect(),
            class: class.map(|class| class.value),
            class_by: match class {
                Some(class) => self.authority_views(&class.by).await,
                None => Vec::new(),
            },
            amount_fen: matter.proposal.as_ref().map_or(matter.amount_fen, |said| said.amount_fen),
            per_household_fen: matter
                .proposal
                .as_ref()
                .map_or(matter.per_household_fen, |said| said.per_household_fen),
            state: stands,
            state_name: stands.term().zh.to_owned(),
            state_name_en: stands.term().en.to_owned(),
            closed: is_closed(&matter.stage),
            steps,
            allowed,
            pins: self.pins_view(community, &matter.pins).await?,
            decisions,
            rule,
            findings: self.finding_views(&self.said_of(community, matter.id).await?).await,
            left_out: match entries.last() {
                Some(last) => self.left_out_views(&last.left_out).await,
                None => Vec::new(),
            },
            ballots: self.ballots_of(community, matter.id).await?,
            comments,
            entries: refs.collect(),
        })
    }

    /// Authorities in words, with the article's text where it can be had.
    pub async fn authority_views<'a>(
        &self,
        by: impl IntoIterator<Item = &'a Authority>,
    ) -> Vec<AuthorityView> {
        let mut views = Vec::new();
        for one in by {
            let titles = self.titles(components_of([one])).await;
            let mut view = words::authority(self.law, one, &|component| titles.get(component).cloned());
            if let Authority::Plugin { digest, article, .. } = one {
                let known = self.rulebook.inspection(digest);
                let article = known.as_ref().and_then(|inspection| inspection.manifest.article(article));
                view.text = article.map(|article| article.text.zh().to_owned());
            }
            views.push(view);
        }
        views
    }

    /// Rules that were not asked, by their titles.
    pub(crate) async fn left_out_views(&self, left_out: &BTreeSet<LeftOut>) -> Vec<LeftOutView> {
        let titles = self.titles(left_out.iter().map(|rule| rule.component)).await;
        let titled = |component: &Digest| titles.get(component).cloned();
        left_out
            .iter()
            .map(|rule| {
                let title = titled(&rule.component)
                    .unwrap_or_else(|| Words::new(rule.name.clone(), rule.name.clone()));
                let message = rule.describe(&titled);
                let (because, code) = match &rule.why {
                    WhyLeftOut::Suspended { .. } => ("suspended", None),
                    WhyLeftOut::Failed { code, .. } => ("failed", Some(code.clone())),
                    WhyLeftOut::OfALowerBody { .. } => ("of-a-lower-body", None),
                };
                LeftOutView {
                    title: title.zh,
                    title_en: title.en,
                    because: because.to_owned(),
                    code,
                    message: message.zh,
                    message_en: message.en,
                }
            })
            .collect()
    }

    /// What rules are called, by component: for words that people read. One that no longer loads has no title.
    pub async fn titles(&self, components: impl IntoIterator<Item = Digest>) -> BTreeMap<Digest, Words> {
        let components: BTreeSet<Digest> = components.into_iter().collect();
        let mut titles = BTreeMap::new();
        for component in components {
            if let Ok(inspection) = self.component(&component).await {
                let title = &inspection.manifest.title;
                titles.insert(component, Words::new(title.zh(), title.en()));
            }
        }
        titles
    }

    /// What the rules among these authorities are called.
    pub async fn titles_of(&self, by: &[Authority]) -> BTreeMap<Digest, Words> {
        self.titles(components_of(by)).await
    }

    /// A finding in plain words, with the rules it cites called by their titles.
    pub(crate) async fn in_words(&self, finding: &Finding) -> Words {
        let left_out = finding.terms.left_out.iter().map(|rule| rule.component);
        let titles = self.titles(finding.plugins.iter().copied().chain(left_out)).await;
        finding.describe_with(&|component| titles.get(component).cloned())
    }

    pub(crate) async fn finding_views(&self, findings: &[RuleFinding]) -> Vec<RuleFindingView> {
        let mut views = Vec::with_capacity(findings.len());
        for finding in findings {
            views.push(RuleFindingView {
                weight: words::code(&finding.weight),
                rule: finding.plugin.clone(),
                code: finding.code.clone(),
                message: finding.message.zh.clone(),
                message_en: finding.message.en.clone(),
                by: self.authority_views(&finding.by).await,
            });
        }
        views
    }

    /// The title of a matter, or a dash for one that does not exist.
    pub(crate) async fn matter_title(&self, community: &Community, id: MatterId) -> AppResult<String> {
        let row = self.view(&community.scope, crate::matters::VIEW, &id.to_string()).await?;
        Ok(row
            .and_then(|row| row.body["title"].as_str().map(str::to_owned))
            .unwrap_or_else(|| "—".to_owned()))
    }

    async fn pins_view(&self, community: &Community, pins: &Pins) -> AppResult<PinsView> {
        let law = self.pinned_floor(community, pins)?;
        let mut rules = Vec::with_capacity(pins.rules.len());
        for pin in &pins.rules {
            rules.push(self.pin_view(pin).await);
        }
        let charter = match &pins.charter {
            Some(pin) => Some(self.pin_view(pin).await),
            None => None,
        };
        let Words { zh: law, en: law_en } = law.title().clone();
        Ok(PinsView { law_date: pins.law_date, law, law_en, charter, rules })
    }

    async fn pin_view(&self, pin: &RulePin) -> PinView {
        // A component that no longer loads is still shown, by its digest.
        let (title, title_en) = match self.component(&pin.version.component).await {
            Ok(inspection) => {
                let title = &inspection.manifest.title;
                (title.zh().to_owned(), title.en().to_owned())
            }
            Err(_) => (pin.version.component.short(), pin.version.component.short()),
        };
        PinView {
            rule: pin.rule,
            title,
            title_en,
            digest: pin.version.component,
            settings_digest: pin.version.settings,
        }
    }

    /// Which of these commands the reader may give, by the policy table.
    pub(crate) async fn may<A: Aggregate>(
        &self,
        ctx: &OpContext,
        community: &Community,
        allowed: &[A::Act],
        of: BodyKind,
    ) -> AppResult<Vec<A::Act>> {
        if ctx.actor.account.is_none() {
            return Ok(Vec::new());
        }
        let reader = self.reader(ctx, community).await?;
        let permitted = |act: &A::Act| reader.may_of(A::right(*act), of);
        Ok(allowed.iter().copied().filter(permitted).collect())
    }

    async fn may_read_internal(&self, ctx: &OpContext, community: &Community) -> AppResult<bool> {
        match self.authorise(ctx, community, Action::ViewInternal, None).await {
            Ok(()) => Ok(true),
            Err(AppError::NotSignedIn | AppError::NotPermitted(_) | AppError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn step_view(&self, step: Filled, text: Option<String>, kind: CommunityKind) -> StepView {
        StepView {
            step: step.stage,
            number: step.number,
            name: step.name.zh.to_owned(),
            name_en: step.name.heading(Lang::En),
            status: step.status,
            at: step.act.map(|act| act.at),
            actor: step.act.map(|act| ActedAs { capacity: act.by.capacity, kind }),
            basis: self.authority_views(&step.basis).await,
            document: step.document,
            text,
            note: step.note.as_ref().map(|(zh, _)| zh.clone()),
            note_en: step.note.map(|(_, en)| en),
            left_out: self.left_out_views(&step.left_out).await,
            returned: step.returned,
        }
    }

    /// The notice posted when a decision is disclosed, in words.
    pub(crate) async fn decision_notice(&self, community: &Community, matter: &Matter) -> AppResult<String> {
        let title = self.text(&community.scope, &matter.title).await?;
        let result = match &matter.resolution {
            Some(outcome) => self.in_words(&outcome.finding).await.zh,
            None => String::new(),
        };
        let text = match matter.text() {
            Some(digest) => self.text(&community.scope, &digest).await?,
            None => String::new(),
        };
        Ok(format!("关于“{title}”的决定\n\n{result}\n\n{text}\n"))
    }
}

/// Disclosures of a matter as notices.
pub(crate) fn disclosures(ctx: &OpContext, matter: &Matter, title: &str) -> Vec<DisclosureView> {
    let both = [
        (DisclosureKind::Decision, &matter.decision_disclosure),
        (DisclosureKind::Outcome, &matter.outcome_disclosure),
    ];
    both.into_iter()
        .filter_map(|(kind, disclosure)| disclosure.as_ref().map(|disclosure| (kind, disclosure)))
        .map(|(kind, disclosure)| DisclosureView {
            matter: matter.id,
            title: title.to_owned(),
            kind,
            text: disclosure.notice,
            posted_on: disclosure.from,
            last_day: disclosure.period.last,
            ended: disclosure.period.has_ended(ctx.today),
            taken_down: disclosure.taken_down.is_some(),
        })
        .collect()
}

/// The components of the rules among these authorities.
pub(crate) fn components_of<'a>(by: impl IntoIterator<Item = &'a Authority>) -> impl Iterator<Item = Digest> {
    by.into_iter().filter_map(|authority| match authority {
        Authority::Plugin { digest, .. } => Some(*digest),
        _ => None,
    })
}

fn is_resolution(kind: &str) -> bool {
    matches!(kind, "matter.resolved" | "matter.rejected")
}

/// A line of the timeline with what is known of it.
struct Filled {
    stage: TrackStage,
    number: Option<u8>,
    name: Term,
    status: StepStatus,
    act: Option<Act>,
    basis: Vec<Authority>,
    document: Option<Digest>,
    note: Option<(String, String)>,
    left_out: BTreeSet<LeftOut>,
    returned: bool,
}

fn timeline(matter: &Matter, events: &[MatterEvent], law: &FloorText, entries: &[Logged]) -> Vec<Filled> {
    let class = matter.class.as_ref().map(|class| class.value);
    let mut filled: Vec<Filled> = track(class)
        .iter()
        .map(|&(stage, number)| Filled {
            stage,
            number,
            name: stage.term(class),
            status: StepStatus::Upcoming,
            act: None,
            basis: Vec::new(),
            document: None,
            note: None,
            left_out: BTreeSet::new(),
            returned: false,
        })
        .collect();
    for (n, event) in events.iter().enumerate() {
        let Some((stage, act, document, note)) = told(event) else { continue };
        if let Some(line) = filled.iter_mut().find(|line| line.stage == stage) {
            line.status = StepStatus::Done;
            line.act = Some(act);
            line.returned = matches!(event, MatterEvent::Returned { .. });
            line.document = document.or(line.document);
            line.note = note.or_else(|| line.note.take());
            line.basis.extend(basis(event));
            line.left_out = entries.get(n).map(|entry| entry.left_out.clone()).unwrap_or_default();
        }
        if let MatterEvent::Returned { .. } = event {
            // What was returned is done again: later gates are open once more.
            for line in filled.iter_mut().filter(|line| INTERNAL_STEPS.contains(&line.stage)) {
                line.status = StepStatus::Upcoming;
            }
        }
    }
    // Gates the matter passed without using are told apart from those still to come.
    let last_done = filled.iter().rposition(|line| line.status == StepStatus::Done);
    for (n, line) in filled.iter_mut().enumerate() {
        if line.status == StepStatus::Upcoming && last_done.is_some_and(|last| n < last) {
            line.status = StepStatus::Skipped;
        }
    }
    // An ordinary matter may be consulted on and need not be: what did not happen is no step to come.
    if !matter.is_major()
        && let Some(line) = filled.iter_mut().find(|line| line.stage == TrackStage::Consultation)
        && line.status == StepStatus::Upcoming
    {
        line.status = StepStatus::Skipped;
    }
    // Whose turn it is says the same here as everywhere else.
    let next = crate::position::position(matter, law).next;
    if let Some(line) = filled.iter_mut().find(|line| next == Some(Turn::Stage(line.stage)))
        && !is_closed(&matter.stage)
    {
        line.status = StepStatus::Current;
    }
    filled
}

type Told = (TrackStage, Act, Option<Digest>, Option<(String, String)>);

/// Which line an event belongs to, and what it says there.
fn told(event: &MatterEvent) -> Option<Told> {
    let note = |zh: &str, en: &str| Some((zh.to_owned(), en.to_owned()));
    Some(match event {
        MatterEvent::Suggested { act, text, .. } => (TrackStage::Suggest, *act, Some(*text), None),
        MatterEvent::Proposed { proposal, act, .. } => (TrackStage::Propose, *act, Some(proposal.text), None),
        MatterEvent::Resubmitted { proposal, act, .. } => {
            (TrackStage::Propose, *act, Some(proposal.text), note("修改后再报", "revised and resubmitted"))
        }
        MatterEvent::Reviewed { act, .. } => (TrackStage::Review, *act, None, note("审核通过", "passed")),
        MatterEvent::Returned { by, reasons, act, .. } => {
            let line = match by {
                ReturnedBy::Review => TrackStage::Review,
                ReturnedBy::PartyStudy => TrackStage::PartyStudy,
                ReturnedBy::JointDeliberation => TrackStage::JointDeliberation,
            };
            (line, *act, Some(*reasons), note("退回修改", "returned for revision"))
        }
        MatterEvent::Tabled { act, .. } => {
            (TrackStage::JointDeliberation, *act, None, note("列入会议议程", "tabled"))
        }
        MatterEvent::ConsultationOpened { notice, until, act, .. } => (
            TrackStage::Consultation,
            *act,
            Some(*notice),
            Some((format!("征求意见至 {until}"), format!("comments until {until}"))),
        ),
        MatterEvent::ConsultationClosed { report, comments, act } => (
            TrackStage::Consultation,
            *act,
            Some(*report),
            Some((format!("收到意见 {comments} 条"), format!("{comments} comments received"))),
        ),
        MatterEvent::StudiedByParty { outcome, record, act, .. } => {
            let words = match outcome {
                StudyOutcome::Recommended => note("建议提交", "recommended"),
                StudyOutcome::NotRecommended { .. } => note("不建议提交", "not recommended"),
            };
            (TrackStage::PartyStudy, *act, Some(*record), words)
        }
        MatterEvent::JointlyDeliberated { minutes, act, .. } => (
            TrackStage::JointDeliberation,
            *act,
            Some(*minutes),
            note("提交会议决议", "submitted to the assembly"),
        ),
        MatterEvent::Resolved { act, .. } => (TrackStage::Resolve, *act, None, note("通过", "passed")),
        MatterEvent::Rejected { act, .. } => (TrackStage::Resolve, *act, None, note("未通过", "not passed")),
        MatterEvent::Filed { receipt: Some(paper), act, .. } => (
            TrackStage::File,
            *act,
            Some(*paper),
            note("已报送，附收到方出具的回执", "handed in, with the receiver's paper"),
        ),
        MatterEvent::Filed { receipt: None, act, .. } => {
            (TrackStage::File, *act, None, note("已报送，没有回执", "handed in; no receipt was given"))
        }
        MatterEvent::FilingAcknowledged { receipt, act } => {
            (TrackStage::File, *act, Some(*receipt), note("收到方已签收", "acknowledged by the receiver"))
        }
        MatterEvent::Disclosed { which, notice, period, act, .. } => {
            let line = match which {
                DisclosureKind::Decision => TrackStage::DiscloseDecision,
                DisclosureKind::Outcome => TrackStage::DiscloseOutcome,
            };
            let last = period.last;
            (line, *act, Some(*notice), Some((format!("公开至 {last}"), format!("posted until {last}"))))
        }
        MatterEvent::Implemented { evidence, act, .. } => {
            (TrackStage::Implement, *act, Some(*evidence), None)
        }
        MatterEvent::Escalated { .. }
        | MatterEvent::TakenDown { .. }
        | MatterEvent::Completed { .. }
        | MatterEvent::Withdrawn { .. }
        | MatterEvent::Lapsed { .. }
        | MatterEvent::Repinned { .. } => return None,
    })
}

/// Who demands what a step did.
fn basis(event: &MatterEvent) -> Vec<Authority> {
    match event {
        MatterEvent::Proposed { class, .. } | MatterEvent::Resubmitted { class, .. } => {
            class.by.iter().cloned().collect()
        }
        MatterEvent::Resolved { outcome, .. } | MatterEvent::Rejected { outcome, .. } => {
            let finding = &outcome.finding;
            let quorum = finding.quorum.iter().flat_map(|demand| &demand.by);
            let passes = finding.passes.iter().flat_map(|demand| &demand.by);
            let all: BTreeSet<Authority> = quorum.chain(passes).cloned().collect();
            all.into_iter().collect()
        }
        _ => Vec::new(),
    }
}
