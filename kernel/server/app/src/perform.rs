//! 办理 (one act, from what was sent to the durable answer). Whatever differs between acts stands in the act's own
//! file of `yishi-acts`; here is what all of them have in common: authorise, load, look up what the act needs, ask the
//! rules, let the pure machine decide, let the rule follow, append.

use serde_json::Value;
use yishi_acts::matter::{Figures, Known, Needs, World};
use yishi_acts::meeting::{self, Presider};
use yishi_acts::rule::{self, Decision};
use yishi_acts::{Aggregate, Entry, Given, Paper, Papers, Ready, Wrong};
use yishi_deliberation::matter::{Matter, MatterEvent};
use yishi_deliberation::meeting::Meeting;
use yishi_deliberation::rule::{Adoption, Rule};
use yishi_deliberation::{MatterCommand, OnAgenda, OnRule, Ties};
use yishi_identity::{Capacity, CommunityId, MatterId, MeetingId, RuleId};
use yishi_law::days::HolidayCalendar;
use yishi_storage::{DocumentRow, EntryDraft, Row, Unit};

use crate::agenda::{agenda_as_read, agenda_rows};
use crate::gates::{Asked, MatterFacts};
use crate::rule_life::{Linked, Registered};
use crate::step::{Loaded, attach, concerned, holds_nothing_back, said_row};
use crate::views::{MatterView, MeetingView, RuleView};
use crate::{App, AppError, AppResult, Community, OpContext};

impl From<Wrong> for AppError {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Fields(fields) => Self::Invalid(fields),
            Wrong::Refused(refusal) => Self::Refused(refusal),
            Wrong::Unanswered { count } => Self::Unanswered { count },
            Wrong::Lacks { code, said } => Self::conflict(code, said.zh, said.en),
        }
    }
}

/// 已变 (what a decided command makes of a matter, not durable yet).
pub(crate) struct Moved {
    pub(crate) events: Vec<MatterEvent>,
    pub(crate) matter: Matter,
    pub(crate) version: u64,
    /// Of the matter, then of the rule that follows it.
    pub(crate) entries: Vec<EntryDraft>,
    pub(crate) rows: Vec<Row>,
    pub(crate) asked: Asked,
}

/// The papers of an act, to be stored with it.
pub(crate) fn paper_rows(kept: Vec<Paper>) -> Vec<Row> {
    let row = |paper: Paper| {
        let Paper { digest, salt, media_type, bytes } = paper;
        Row::PutDocument(DocumentRow { digest, salt, media_type: media_type.to_owned(), bytes })
    };
    kept.into_iter().map(row).collect()
}

impl App {
    /// 办理一项 (does what the catalogue declares, on a matter), by the code of the act and from JSON.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an act that is not in the catalogue; the faults of the input; as [`App::do_with_matter`].
    pub async fn act_on_matter(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        act: &str,
        input: &Value,
    ) -> AppResult<MatterView> {
        let entry = declared(Matter::entry_named(act))?;
        let ready = entry.read(input, Vec::new()).map_err(AppError::Invalid)?;
        self.do_with_matter(ctx, community, id, entry, ready).await
    }

    /// 办理一项 whose input has been read.
    ///
    /// # Errors
    /// What the act itself finds wrong; a refusal of the machine or of a rule; the authorisation errors.
    pub async fn do_with_matter(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        entry: &Entry<Matter>,
        ready: Box<dyn Ready<Matter>>,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter_for(ctx, community, id, entry.right()).await?;
        if ready.is_done(&loaded.matter) {
            let Loaded { matter, version, events, entries } = &loaded;
            let view = self.matter_view(ctx, &community, matter, *version, events, entries, &[]).await?;
            // Nothing is written but the answer, so that the key stands for it.
            return self.commit(ctx, Unit::of(community.scope.clone()), 200, view).await;
        }
        let linked = self.linked(&community, id).await?;
        let needs = ready.needs(&loaded.matter);
        let known = self.known(ctx, &community, &loaded.matter, linked.as_ref(), needs).await?;
        let (given, rows) = {
            let salt = || self.fresh_salt();
            let papers = Papers::new(&salt);
            let mut world = World { matter: &loaded.matter, today: ctx.today, known, papers };
            let given = ready.command(&mut world)?;
            (given, paper_rows(world.papers.into_kept()))
        };
        if let Some(body) = given.submits_to {
            self.vet_for_body(ctx, &community, id, body).await?;
        }
        let (agenda, read) = self.on_agenda(&community, id).await?;
        let moved = self.move_matter(ctx, &community, &loaded, linked.as_ref(), given, agenda, &rows).await?;
        let mut unit = Unit::of(community.scope.clone());
        unit.entries = moved.entries;
        unit.rows = rows;
        // What takes the matter from the body it was announced for takes it off that sitting's agenda.
        match agenda {
            Some(on) if moved.matter.next_decided_by() != Some(on.body) => {
                unit.rows.extend(agenda_rows(id, read, None)?);
            }
            _ => unit.rows.push(agenda_as_read(id, read)),
        }
        unit.rows.extend(moved.rows);
        let mut history = loaded.events;
        history.extend(moved.events);
        let (matter, version) = (&moved.matter, moved.version);
        let mut view =
            self.matter_view(ctx, &community, matter, version, &history, &loaded.entries, &unit.rows).await?;
        view.findings = self.finding_views(&moved.asked.findings).await;
        view.left_out = self.left_out_views(&moved.asked.terms.left_out).await;
        self.commit(ctx, unit, 200, view).await
    }

    /// Lets the machine decide a command, and the rule follow. Who may, and at which body's step the rules are asked, stand
    /// in the act's declaration. `pending` are rows of the same unit.
    #[expect(clippy::too_many_arguments, reason = "everything that was loaded for one decision")]
    pub(crate) async fn move_matter(
        &self,
        ctx: &OpContext,
        community: &Community,
        loaded: &Loaded,
        linked: Option<&Linked>,
        given: Given<Matter>,
        agenda: Option<OnAgenda>,
        pending: &[Row],
    ) -> AppResult<Moved> {
        let Given { command, evidence, under, sets_aside, .. } = given;
        let (matter, id) = (&loaded.matter, loaded.matter.id);
        let entry = declared(Matter::entry(command.act()))?;
        let pins = under.as_ref().unwrap_or(&matter.pins);
        let asked = match (entry.asks)(&command) {
            Some(at) => {
                let facts = self.facts_of(community, matter, &command, linked, pending).await?;
                // A filing or a disclosure is held back by no rule that gives no answer (R24), and a charter that is silent
                // does not take the law's own threshold from a petition (N6).
                let sets_aside = facts.sets_aside || sets_aside || holds_nothing_back(at.step);
                let facts = MatterFacts { sets_aside, ..facts };
                self.ask(ctx, community, pins, &facts, at, &evidence).await?
            }
            // No step of the procedure: no rule has a say, so none can stand in its way (N6).
            None => Asked::default(),
        };
        let law = self.pinned_floor(community, pins)?;
        let holidays = HolidayCalendar::none();
        let findings = asked.for_machine();
        let mut machine = self.machine_context_of(ctx, community, entry.right(), concerned(matter)).await?;
        machine.ties = Ties { agenda, ends: self.ends_text_of(community, linked).await? };
        let context = machine.with(ctx, &asked, law, &holidays, &findings);
        let events = Matter::decide(Some(matter), &command, &context)?;
        let mut entries = self.drafts(ctx, "matter", &id.to_string(), loaded.version, &events)?;
        attach(&mut entries, &asked);
        let version = loaded.version + entries.len() as u64;
        let after = events.iter().fold(Some(matter.clone()), Matter::evolve);
        let after = after.ok_or_else(|| AppError::internal("a matter vanished"))?;
        let followed = self.rule_follows(ctx, community, id, linked, &events, entry.right()).await?;
        entries.extend(followed.entries);
        let mut rows = followed.rows;
        rows.push(said_row(id, version, &asked)?);
        rows.push(self.matter_row(community, &after, version, pending).await?);
        Ok(Moved { events, matter: after, version, entries, rows, asked })
    }

    /// Looks up what an act asked to know.
    async fn known(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: &Matter,
        linked: Option<&Linked>,
        needs: Needs,
    ) -> AppResult<Known> {
        let mut known = Known::default();
        if let Some(Linked { does, loaded }) = linked {
            match does {
                OnRule::Adopt => known.adopts = Some(loaded.rule.version),
                OnRule::Repeal => known.repeals = Some(loaded.rule.id),
            }
        }
        if needs.figures || !needs.on_roll.is_empty() {
            let people = self.people(community).await?;
            let (register, _) = self.register(&community.scope, community.id).await?;
            let of = people.figures(&register, ctx.today);
            known.figures =
                Figures { adults: of.adults, households: of.households, representatives: of.representatives };
            known.on_roll = needs.on_roll;
            known.on_roll.retain(|person| {
                people.persons.get(person).is_some_and(|person| !person.is_off_roll_on(ctx.today))
            });
        }
        if needs.comments {
            known.comments = self.comment_count(community, matter.id).await?;
            known.unanswered = self.unanswered(community, matter.id).await?;
        }
        if let Some(ballot) = needs.ballot {
            known.outcome = Some(Box::new(self.ballot_outcome(community, ballot).await?));
            known.consulted = self.resolution_evidence(community, matter).await?;
        }
        if needs.notice {
            known.notice = self.decision_notice(community, matter).await?;
        }
        if needs.charter_today {
            known.charter_today = self.pins_today(ctx, community).await?.charter;
        }
        Ok(known)
    }

    /// The matter as the gates see it: as a command says it anew, otherwise as it stands.
    async fn facts_of(
        &self,
        community: &Community,
        matter: &Matter,
        command: &MatterCommand,
        linked: Option<&Linked>,
        pending: &[Row],
    ) -> AppResult<MatterFacts> {
        let ends = linked.and_then(Linked::ends);
        let Some(proposal) = command.proposal() else {
            return self.facts_ending(community, matter, ends).await;
        };
        let mut facts = MatterFacts::of(proposal, ends);
        if let Some(form) = &proposal.form {
            facts.form = self.pending_text(community, pending, form).await?;
        }
        Ok(facts)
    }
}

/// How often an act is decided again because somebody else wrote meanwhile.
const TRIES: u32 = 50;

impl App {
    /// 办理一项 on a meeting, by the code of the act and from JSON.
    ///
    /// # Errors
    /// As [`App::act_on_matter`].
    pub async fn act_on_meeting(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
        act: &str,
        input: &Value,
    ) -> AppResult<MeetingView> {
        let entry = declared(Meeting::entry_named(act))?;
        let ready = entry.read(input, Vec::new()).map_err(AppError::Invalid)?;
        self.do_with_meeting(ctx, community, id, entry, ready).await
    }

    /// 办理一项 on a meeting, whose input has been read.
    ///
    /// # Errors
    /// As [`App::do_with_matter`].
    pub async fn do_with_meeting(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
        entry: &Entry<Meeting>,
        ready: Box<dyn Ready<Meeting>>,
    ) -> AppResult<MeetingView> {
        let mut tries = 0;
        loop {
            match self.try_with_meeting(ctx, community, id, entry, &*ready).await {
                // Whoever writes beside others is decided anew on what they wrote; a client that says what it read is told
                // when it is no longer so.
                Err(AppError::Conflict { code: "changed-meanwhile", .. })
                    if entry.again && ctx.expected.is_none() && tries < TRIES =>
                {
                    tries += 1;
                }
                other => return other,
            }
        }
    }

    async fn try_with_meeting(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MeetingId,
        entry: &Entry<Meeting>,
        ready: &dyn Ready<Meeting>,
    ) -> AppResult<MeetingView> {
        let (community, loaded) = self.meeting_for(ctx, community, id, entry.right(), true).await?;
        let body = loaded.meeting.body;
        let needs = ready.needs(&loaded.meeting);
        let mut known = meeting::Known::default();
        if let Some(presider) = needs.opening {
            let named = match presider {
                Presider::Named(person) => Some(person),
                Presider::ByOffice => None,
            };
            known.presider =
                Some(self.in_the_name_of(ctx, &community, entry.right(), body, named, ctx.today).await?);
            known.make_up = self.make_up(ctx, &community, body).await?;
            known.sittings = self.calendar(&community, body).await?.sittings;
        }
        if needs.records {
            known.records = self.reader(ctx, &community).await?.capacities().contains(&Capacity::Staff);
        }
        if !needs.living.is_empty() {
            let people = self.people(&community).await?;
            let dead = needs.living.iter().filter(|person| {
                people.persons.get(person).is_some_and(|person| person.has_died_by(ctx.today))
            });
            known.dead = dead.map(|person| people.name(*person)).collect();
        }
        let (given, rows) = {
            let salt = || self.fresh_salt();
            let own = ctx.actor.person_in(community.id);
            let papers = Papers::new(&salt);
            let mut world = meeting::World { meeting: &loaded.meeting, own, known, papers };
            let given = ready.command(&mut world)?;
            (given, paper_rows(world.papers.into_kept()))
        };
        self.move_meeting(ctx, &community, loaded, given.command, rows, entry.right()).await
    }
}

impl App {
    /// 办理一项 on a rule, by the code of the act and from JSON.
    ///
    /// # Errors
    /// As [`App::act_on_matter`].
    pub async fn act_on_rule(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
        act: &str,
        input: &Value,
    ) -> AppResult<RuleView> {
        let entry = declared(Rule::entry_named(act))?;
        let ready = entry.read(input, Vec::new()).map_err(AppError::Invalid)?;
        self.do_with_rule(ctx, community, id, entry, ready).await
    }

    /// 办理一项 on a rule, whose input has been read.
    ///
    /// # Errors
    /// As [`App::do_with_matter`].
    pub async fn do_with_rule(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: RuleId,
        entry: &Entry<Rule>,
        ready: Box<dyn Ready<Rule>>,
    ) -> AppResult<RuleView> {
        let (community, loaded) = self.rule_for(ctx, community, id, entry.right()).await?;
        let needs = ready.needs(&loaded.rule);
        if needs.another_person
            && let Some(Adoption::Attested { entered, .. }) = &loaded.rule.adoption
            && entered.by.account != ctx.actor.account
        {
            self.another_person(entered.by.account, ctx.actor.account).await?;
        }
        let mut known = rule::Known::default();
        let mut read = None;
        if needs.register {
            read = Some(self.register_version(&community).await?);
            known.lives = self.lives(&community).await?;
            known.votes = self.rule_votes(&community).await?;
        }
        if let Some(clause) = &needs.clause {
            // A component that no longer loads has clauses all the same; its printed text is with the town.
            let component = self.component(&loaded.rule.version.component).await;
            known.lacks_clause =
                component.is_ok_and(|inspection| inspection.manifest.article(clause).is_none());
        }
        let law = self.floor(community.kind, ctx.today)?.id();
        let (given, rows) = {
            let salt = || self.fresh_salt();
            let papers = Papers::new(&salt);
            let (rule, today, kind) = (&loaded.rule, ctx.today, community.kind);
            let mut world = rule::World { rule, today, kind, law, known, papers };
            let given = ready.command(&mut world)?;
            (given, paper_rows(world.papers.into_kept()))
        };
        let Decision { command, ends } = given.command;
        let register = read.map(|read| Registered { read, ends });
        self.rule_step(ctx, &community, loaded, command, entry.right(), rows, register).await
    }
}

/// The entry of an act, which the catalogue has to declare.
fn declared<A: Aggregate>(entry: Option<&'static Entry<A>>) -> AppResult<&'static Entry<A>> {
    entry.ok_or(AppError::NotFound { what: "act" })
}
