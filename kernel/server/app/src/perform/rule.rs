//! 规约的一步 (what an act on a rule looks up and what becomes of it, and of the rules that end with it).

use yishi_acts::Given;
use yishi_acts::rule::{Decision, Known, Needs};
use yishi_deliberation::RuleCommand;
use yishi_deliberation::rule::{Adoption, Rule};
use yishi_identity::RuleId;
use yishi_identity::policy::Right;
use yishi_law::BodyKind;
use yishi_storage::{Row, Unit};

use super::{Performed, Step};
use crate::rule_life::{LoadedRule, register_changed};
use crate::views::RuleView;
use crate::{App, AppResult, Here};

impl Performed for Rule {
    type Id = RuleId;
    type Loaded = LoadedRule;
    /// At which count of changes what is in force was read, where that was asked for.
    type Found = Option<u64>;
    type View = RuleView;

    async fn load(app: &App, here: &Here<'_>, id: RuleId) -> AppResult<LoadedRule> {
        app.load_rule(here, id).await
    }

    fn at(loaded: &LoadedRule) -> (&Self, u64) {
        (&loaded.rule, loaded.version)
    }

    fn is_of_a_body(_: Right) -> bool {
        false
    }

    fn body(&self, _: &Needs) -> Option<BodyKind> {
        None
    }

    async fn known(app: &App, step: &Step<'_, Self>, needs: Needs) -> AppResult<(Known, Option<u64>)> {
        let (here, rule) = (step.here, step.on());
        let account = here.ctx.actor.account;
        if needs.another_person
            && let Some(Adoption::Attested { entered, .. }) = &rule.adoption
            && entered.by.account != account
        {
            app.another_person(entered.by.account, account).await?;
        }
        let law = app.floor(here.kind, here.ctx.today)?.id();
        let (lives, votes) = (Vec::new(), Vec::new());
        let mut known = Known { kind: here.kind, law, lives, votes, lacks_clause: false };
        let mut read = None;
        if needs.register {
            read = Some(app.register_version(here).await?);
            known.lives = app.lives(here).await?;
            known.votes = app.rule_votes(here).await?;
        }
        if let Some(clause) = &needs.clause {
            // A component that no longer loads has clauses all the same; its printed text is with the town.
            let component = app.component(&rule.version.component).await;
            known.lacks_clause =
                component.is_ok_and(|inspection| inspection.manifest.article(clause).is_none());
        }
        Ok((known, read))
    }

    async fn decided(
        app: &App,
        step: Step<'_, Self>,
        read: Option<u64>,
        given: Given<Self>,
        papers: Vec<Row>,
    ) -> AppResult<(Unit, RuleView)> {
        let Step { here, loaded, right } = step;
        let Decision { command, ends } = given.command;
        let mut unit = Unit::of(here.scope.clone());
        unit.rows = papers;
        let rule = app.rule_deed(here, &loaded, &command, right, &mut unit).await?;
        let version = loaded.version + unit.entries.len() as u64;
        if let Some(read) = read {
            unit.rows.extend(register_changed(here, read)?);
            for (old, on) in ends {
                let old = app.load_rule(here, old).await?;
                let command = RuleCommand::Supersede { by: rule.id, on };
                app.rule_deed(here, &old, &command, right, &mut unit).await?;
            }
        }
        let view = app.rule_view(here, &rule, version, &unit.rows).await?;
        Ok((unit, view))
    }

    async fn view(app: &App, here: &Here<'_>, loaded: &LoadedRule) -> AppResult<RuleView> {
        app.rule_view(here, &loaded.rule, loaded.version, &[]).await
    }
}
