//! 事项视图 (how a matter is shown): the six steps as a timeline, made from its events.

use std::collections::{BTreeMap, BTreeSet};

use yishi_acts::Aggregate;
use yishi_canonical::Digest;
use yishi_deliberation::matter::{DisclosureKind, Matter, MatterEvent};
use yishi_deliberation::{Pins, RulePin};
use yishi_identity::{Action, MatterId};
use yishi_law::{Authority, BodyKind, CommunityKind, Finding, LeftOut, WhyLeftOut, Words};
use yishi_rulebook::RuleFinding;
use yishi_storage::Row;
use yishi_words::Lang;

use crate::ballots::decision_of;
use crate::load::Logged;
use crate::step::{Loaded, concerned};
use crate::views::{
    ActedAs, AuthorityView, DisclosureView, EntryRef, LeftOutView, MatterView, PinView, PinsView,
    RuleFindingView, StepView, TimelineStep, timeline,
};
use crate::{App, AppResult, Community, Here, OpContext, words};

impl App {
    /// A matter as it is stored, with what the rules said of its last step.
    pub(crate) async fn stored_view(&self, here: &Here<'_>, loaded: &Loaded) -> AppResult<MatterView> {
        let Loaded { matter, version, events, entries } = loaded;
        let mut view = self.matter_view(here, matter, *version, events, entries, &[]).await?;
        view.findings = self.finding_views(&self.said_of(here, matter.id).await?).await;
        Ok(view)
    }

    /// Everything a page or a client shows of a matter, but for what the rules said: an act has just been told it.
    pub(crate) async fn matter_view(
        &self,
        here: &Here<'_>,
        matter: &Matter,
        version: u64,
        events: &[MatterEvent],
        entries: &[Logged],
        pending: &[Row],
    ) -> AppResult<MatterView> {
        let text_digest = matter.text().unwrap_or(matter.suggestion);
        let law = self.pinned_floor(here, &matter.pins)?;
        let left_out = |n: usize| entries.get(n).map(|entry| entry.left_out.clone()).unwrap_or_default();
        let timeline = timeline(matter, events, law, left_out);
        let papers = timeline.iter().filter_map(|step| step.document);
        let papers = papers.chain([matter.title, text_digest]);
        let texts = self.pending_texts(here, pending, papers).await?;
        let text_of = |digest: &Digest| texts.get(digest).cloned().unwrap_or_default();
        let (title, text) = (text_of(&matter.title), text_of(&text_digest));
        let stands = matter.stands();
        let mut steps = Vec::new();
        let internal = self.reader(here).await?.may(Action::ViewInternal);
        for step in timeline {
            let shown = internal || !step.is_internal();
            let text = step.document.as_ref().filter(|_| shown).map(text_of);
            steps.push(self.step_view(step, text, here.kind).await);
        }
        let mut decisions = Vec::new();
        for event in events {
            if let MatterEvent::Resolved { outcome, act } | MatterEvent::Rejected { outcome, act, .. } = event
            {
                let seq = entries.iter().find(|entry| is_resolution(&entry.kind)).map(|entry| entry.seq);
                let (body, finding) = (outcome.finding.body, &outcome.finding);
                decisions.push(decision_of(self, here, outcome.ballot, body, act.at, finding, seq).await);
            }
        }
        let allowed = matter.allowed();
        let rule = self.rule_of_matter(here, matter.id).await?;
        let comments = self.comment_count(&here.scope, &matter.id.to_string()).await?;
        let refs =
            entries.iter().map(|entry| EntryRef { seq: entry.seq, kind: entry.kind.clone(), at: entry.at });
        let class = matter.class.as_ref();
        let domain = self.domain_of(here, matter).await?;
        Ok(MatterView {
            id: matter.id,
            version,
            may: self.may::<Matter>(here, &allowed, concerned(matter)).await?,
            disclosures: disclosures(here.ctx, matter, &title),
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
            closed: matter.stage.is_closed(),
            steps,
            allowed,
            pins: self.pins_view(here, &matter.pins).await?,
            decisions,
            rule,
            findings: Vec::new(),
            left_out: match entries.last() {
                Some(last) => self.left_out_views(&last.left_out).await,
                None => Vec::new(),
            },
            ballots: self.ballots_of(here, matter.id).await?,
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
                titles.insert(component, inspection.manifest.title.words());
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
        let row = self.read(&community.scope, &crate::matters::VIEW, id).await?;
        Ok(row.map_or_else(|| "—".to_owned(), |row| row.body.title))
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
        let component = pin.version.component;
        let title = self.titles([component]).await.remove(&component);
        let title = title.unwrap_or_else(|| Words::new(component.short(), component.short()));
        PinView {
            rule: pin.rule,
            title: title.zh,
            title_en: title.en,
            digest: component,
            settings_digest: pin.version.settings,
        }
    }

    /// Which of these commands the reader may give, by the policy table.
    pub(crate) async fn may<A: Aggregate>(
        &self,
        here: &Here<'_>,
        allowed: &[A::Act],
        of: BodyKind,
    ) -> AppResult<Vec<A::Act>> {
        if here.ctx.actor.account.is_none() {
            return Ok(Vec::new());
        }
        let reader = self.reader(here).await?;
        let permitted = |act: &A::Act| reader.may_of(A::right(*act), of);
        Ok(allowed.iter().copied().filter(permitted).collect())
    }

    async fn step_view(&self, step: TimelineStep, text: Option<String>, kind: CommunityKind) -> StepView {
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
