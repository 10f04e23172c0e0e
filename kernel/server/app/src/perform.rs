//! 办理 (one act, from what was sent to the durable answer). Whatever differs between acts stands in the act's own
//! file of `yishi-acts`; whatever differs between the things acts are done with, in the modules below; here is what all of
//! them have in common: authorise, load, look up what the act needs, let it become a command, decide, append.

mod matter;
mod meeting;
mod rule;

use serde::Serialize;
use serde_json::Value;
use yishi_acts::{Aggregate, Entry, Given, Paper, Papers, Ready, World, Wrong};
use yishi_deliberation::Case;
use yishi_deliberation::matter::Matter;
use yishi_deliberation::meeting::Meeting;
use yishi_deliberation::rule::Rule;
use yishi_identity::policy::{Reach, Right};
use yishi_identity::{Action, CaseId, CommunityId, MatterId, MeetingId, PersonId, RuleId};
use yishi_law::BodyKind;
use yishi_storage::{DocumentRow, Row, Unit};

use crate::load::expect_version;
use crate::views::{CaseView, MatterView, MeetingView, RuleView};
use crate::{App, AppError, AppResult, Here, OpContext};

/// How often an act is decided again because somebody else wrote meanwhile.
const TRIES: u32 = 50;
/// The catalogue does not declare it.
const NO_ACT: AppError = AppError::NotFound { what: "act" };

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

/// 可以办理的 (what the application has to know of a kind of thing that acts are done with).
pub(crate) trait Performed: Aggregate {
    type Id: Copy;
    /// It, with what else its stream tells.
    type Loaded;
    /// What was looked up that the act need not see, and the decision does.
    type Found;
    type View: Serialize;

    async fn load(app: &App, here: &Here<'_>, id: Self::Id) -> AppResult<Self::Loaded>;

    /// It as it stands, and the version of its stream.
    fn at(loaded: &Self::Loaded) -> (&Self, u64);

    /// Whether who may is decided with the body whose affair it is, so that it is loaded first.
    fn is_of_a_body(right: Right) -> bool {
        right.may.reach != Reach::Community
    }

    /// That body, where there is one.
    fn body(&self, needs: &Self::Needs) -> Option<BodyKind>;

    /// Looks up what an act asked to know.
    async fn known(
        app: &App,
        step: &Step<'_, Self>,
        needs: Self::Needs,
    ) -> AppResult<(Self::Known, Self::Found)>;

    /// Lets the machine decide a command: the unit that this becomes durable in, and the answer.
    async fn decided(
        app: &App,
        step: Step<'_, Self>,
        found: Self::Found,
        given: Given<Self>,
        papers: Vec<Row>,
    ) -> AppResult<(Unit, Self::View)>;

    async fn view(app: &App, here: &Here<'_>, loaded: &Self::Loaded) -> AppResult<Self::View>;
}

/// 一步 (one act on one thing): who asks and where, what was loaded, and the right by which it is done.
pub(crate) struct Step<'a, A: Performed> {
    pub(crate) here: &'a Here<'a>,
    pub(crate) loaded: A::Loaded,
    pub(crate) right: Right,
}

impl<A: Performed> Step<'_, A> {
    pub(crate) fn on(&self) -> &A {
        A::at(&self.loaded).0
    }
}

impl App {
    /// Authorises what is to be done, loads what it is done with, and checks the version the client read.
    pub(crate) async fn opened<'a, A: Performed>(
        &self,
        ctx: &'a OpContext,
        community: CommunityId,
        id: A::Id,
        right: impl Into<Right>,
        body: impl Fn(&A) -> Option<BodyKind>,
    ) -> AppResult<(Here<'a>, A::Loaded)> {
        let right = right.into();
        let of_a_body = A::is_of_a_body(right);
        let first = if of_a_body { Action::ViewPublic.into() } else { right };
        let here = self.scope(ctx, community, first).await?;
        let loaded = A::load(self, &here, id).await?;
        let (on, version) = A::at(&loaded);
        match body(on) {
            _ if !of_a_body => {}
            Some(body) => self.authorise(&here, right, Some(body)).await?,
            // Of nothing that is there: whoever may see the case is told so.
            None => self.authorise(&here, Action::ViewCases, None).await?,
        }
        expect_version(ctx, version)?;
        Ok((here, loaded))
    }

    async fn perform<A: Performed>(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: A::Id,
        entry: &Entry<A>,
        ready: Box<dyn Ready<A>>,
    ) -> AppResult<A::View> {
        let mut tries = 0;
        loop {
            match self.perform_once(ctx, community, id, entry, &*ready).await {
                // Whoever writes beside others is decided anew on what they wrote; a client that says what it read is told
                // when it is no longer so.
                Err(error)
                    if error.is_lost_race() && entry.again && ctx.expected.is_none() && tries < TRIES =>
                {
                    tries += 1;
                }
                other => return other,
            }
        }
    }

    async fn perform_once<A: Performed>(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: A::Id,
        entry: &Entry<A>,
        ready: &dyn Ready<A>,
    ) -> AppResult<A::View> {
        let body = |on: &A| on.body(&ready.needs(on));
        let (here, loaded) = self.opened::<A>(ctx, community, id, entry.right(), body).await?;
        let step = Step { here: &here, loaded, right: entry.right() };
        if ready.is_done(step.on()) {
            let view = A::view(self, &here, &step.loaded).await?;
            // Nothing is written but the answer, so that the key stands for it.
            return self.commit(ctx, Unit::of(here.scope.clone()), 200, view).await;
        }
        let (known, found) = A::known(self, &step, ready.needs(step.on())).await?;
        let own = ctx.actor.person_in(here.id);
        let (given, papers) = self.commanded(ctx, own, step.on(), known, ready)?;
        let (unit, view) = A::decided(self, step, found, given, papers).await?;
        self.commit(ctx, unit, 200, view).await
    }

    /// The command that an act becomes, and the papers that are stored with it.
    pub(crate) fn commanded<A: Aggregate>(
        &self,
        ctx: &OpContext,
        own: Option<PersonId>,
        on: &A,
        known: A::Known,
        ready: &dyn Ready<A>,
    ) -> AppResult<(Given<A>, Vec<Row>)> {
        let salt = || self.fresh_salt();
        let (today, account) = (ctx.today, ctx.actor.account);
        let mut world = World { on, today, account, own, known, papers: Papers::new(&salt) };
        let given = ready.command(&mut world)?;
        Ok((given, paper_rows(world.papers.into_kept())))
    }
}

/// The papers of an act, to be stored with it.
pub(crate) fn paper_rows(kept: Vec<Paper>) -> Vec<Row> {
    let row = |paper: Paper| {
        let Paper { digest, salt, media_type, bytes } = paper;
        Row::PutDocument(DocumentRow { digest, salt, media_type: media_type.to_owned(), bytes })
    };
    kept.into_iter().map(row).collect()
}

macro_rules! performed {
    ($($on:ty: $id:ty => $view:ty, $by_code:ident, $by_entry:ident;)*) => {
        impl App {$(
            /// 办理一项, by the code of the act and from JSON.
            pub async fn $by_code(
                &self,
                ctx: &OpContext,
                community: CommunityId,
                id: $id,
                act: &str,
                input: &Value,
            ) -> AppResult<$view> {
                let entry = <$on>::entry_named(act).ok_or(NO_ACT)?;
                let ready = entry.read(input, Vec::new()).map_err(AppError::Invalid)?;
                self.perform(ctx, community, id, entry, ready).await
            }

            /// 办理一项 whose input has been read.
            pub async fn $by_entry(
                &self,
                ctx: &OpContext,
                community: CommunityId,
                id: $id,
                entry: &Entry<$on>,
                ready: Box<dyn Ready<$on>>,
            ) -> AppResult<$view> {
                self.perform(ctx, community, id, entry, ready).await
            }
        )*}
    };
}

performed! {
    Matter: MatterId => MatterView, act_on_matter, do_with_matter;
    Meeting: MeetingId => MeetingView, act_on_meeting, do_with_meeting;
    Rule: RuleId => RuleView, act_on_rule, do_with_rule;
    Case: (RuleId, CaseId) => CaseView, act_on_case, do_with_case;
}
