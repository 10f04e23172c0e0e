//! 办件的表单 (the forms of a case): what the rule's own kinds ask, and the acts of the catalogue, drawn and read by one code.

use yishi_acts::case::{About as Whom, EventInput, Opening};
use yishi_app::inputs::{CaseContinued, NewCase};
use yishi_app::views::{CaseKindView, CaseTaskView, CaseView, RuleView};
use yishi_deliberation::rule::Standing;
use yishi_deliberation::{Case, CaseAct, RuleState};
use yishi_identity::{CaseId, RuleId};
use yishi_law::RuleKind;

use super::super::acts::{Questions, asks, entry_of};
use super::super::people::Asking;
use super::super::prelude::*;
use super::super::told::Told;

/// What a kind of case asks, as an entry of the catalogue.
fn opening(kind: &CaseKindView, begins: bool) -> Opening<'_> {
    Opening { kind: &kind.kind, about: begins.then(|| Whom::of(&kind.about)), form: &kind.form }
}

/// The questions of an opening, with those of the rule's own form.
fn questions(opening: &Opening<'_>, ctx: &OpContext) -> Questions {
    let of_rules = OfRules { schemas: vec![opening.form.clone()], answered: Value::Null };
    let about = About { of_rules: [("form", of_rules)].into(), ..About::default() };
    Questions::asking(opening.form_schema(), &about, ctx)
}

impl Visit {
    /// One form for each kind of case, for those who handle cases, while the rule is in force.
    pub(in super::super) fn case_forms(&self, place: &Place, rule: &RuleView) -> Result<Vec<Form>> {
        let action = format!("{}/rules/{}/cases", place.href, rule.summary.id);
        self.event_forms(place, rule, &action, None)
    }

    /// The forms for what is put to the rule: in a new case, or in this one.
    fn event_forms(
        &self,
        place: &Place,
        rule: &RuleView,
        action: &str,
        case: Option<&CaseView>,
    ) -> Result<Vec<Form>> {
        if rule.summary.state != RuleState::Standing(Standing::InForce) || !place.may(Action::HandleCase) {
            return Ok(Vec::new());
        }
        let regulation = rule.summary.kind == RuleKind::VillageRegulation;
        let submit = match case {
            Some(_) => CaseAct::Continue.term().heading(self.lang),
            None if regulation => self.say("评议", "Appraise").to_owned(),
            None => CaseAct::Handle.term().heading(self.lang),
        };
        // A case goes on with what can be asked about the same household, person or community.
        let fits = |kind: &&CaseKindView| case.is_none_or(|case| about_same(kind, case));
        let mut list = Vec::with_capacity(rule.cases.len());
        for kind in rule.cases.iter().filter(fits) {
            let title = self.lang.of(&kind.title, &kind.title_en);
            let heading = format!("{submit}{}{title}", self.say("：", ": "));
            let mut form = Form::new("case", &heading, action, &submit)
                .numbered(&kind.kind)
                .style(FormStyle::Folded)
                .with(Field::hidden("kind", &kind.kind));
            if regulation {
                form = form.note(self.say(
                    "只表扬、劝勉或者建议调解，不公布姓名。",
                    "It commends, counsels or suggests mediation, and nobody is named in public.",
                ));
            }
            let questions = questions(&opening(kind, case.is_none()), self.ctx());
            form.fields.extend(questions.fields(self.lang));
            form.fields.extend(questions.fields_of_rules(self.lang));
            let form = self.acting(form, place.kind(), place.reader.acting_as(Action::HandleCase));
            list.push(self.guarded(form, case.map(|case| case.version))?);
        }
        Ok(list)
    }

    /// The forms for what the reader may do with a case.
    pub(super) async fn case_actions(
        &self,
        place: &Place,
        rule: &RuleView,
        case: &CaseView,
    ) -> Result<Vec<Form>> {
        let thing = format!("{}/rules/{}/cases/{}", place.href, case.rule, case.id);
        let mut forms = Vec::new();
        let mut last = Vec::new();
        for entry in case.may.iter().filter_map(|act| Case::entry(*act)) {
            let mut about = self.about_case(place.id(), case, entry).await?;
            about.capacity = place.reader.acting_as(entry.right());
            let form = self.form_on(place, entry, &thing, &about);
            let form = self.guarded(form, entry.if_match.then_some(case.version))?;
            if entry.style.aside { &mut last } else { &mut forms }.push(form);
        }
        if case.may.iter().any(|act| Case::entry(*act).is_none()) {
            forms.extend(self.event_forms(place, rule, &format!("{thing}/{}", super::EVENTS), Some(case))?);
        }
        forms.extend(last);
        Ok(forms)
    }

    /// What the form of an act on a case offers to be chosen.
    async fn about_case(
        &self,
        community: CommunityId,
        case: &CaseView,
        entry: &Entry<Case>,
    ) -> Result<About> {
        let choice =
            |value: &str, title: String| json!({ "const": value, "title": title, "x-title-en": title });
        let offered = asks(entry, "x-at-hand").into_iter().next();
        let at_hand: Option<Vec<Value>> = match offered.as_ref().map(|asked| asked.what.as_str()) {
            Some("handlers") => {
                let handlers = self.app().case_handlers(self.ctx(), community).await?.into_iter();
                Some(handlers.map(|(id, name)| choice(&id.to_string(), name)).collect())
            }
            Some("tasks") => {
                let open = case.tasks.iter().filter(|task| task.done.is_none());
                let titled = |task: &CaseTaskView| {
                    let text = self.lang.of(&task.text, &task.text_en);
                    choice(&task.item, format!("{} {text}", task.item))
                };
                Some(open.map(titled).collect())
            }
            Some("points") => {
                let standing = case.points.iter().filter(|one| one.reversed.is_none());
                Some(standing.map(|one| choice(&one.item, self.lang.points(one))).collect())
            }
            _ => None,
        };
        Ok(About { at_hand, ..About::default() })
    }

    /// Reads the form of an act on a case, and does it.
    pub(super) async fn act_on_case(
        &self,
        community: CommunityId,
        rule: RuleId,
        id: CaseId,
        act: &str,
        form: &Posted,
    ) -> Result<String> {
        let entry = entry_of::<Case>(act)?;
        let case = self.app().case(self.ctx(), community, rule, id).await?;
        let mut about = self.about_case(community, &case, entry).await?;
        // One answer is taken whatever it says, and judged by the act: what was open when the page was drawn may be done
        // meanwhile. Which boxes were ticked is read from the boxes.
        if asks(entry, "x-at-hand").iter().any(|asked| !asked.several) {
            about.at_hand = None;
        }
        self.send(community, (rule, id), entry, &about, form).await?;
        Ok(entry.done(self.lang))
    }

    /// Hands an event to the rule, in a new case or in one that is there. What it says of it, for the reader.
    pub(super) async fn put_to_rule(
        &self,
        community: CommunityId,
        rule: RuleId,
        case: Option<CaseId>,
        form: &Posted,
    ) -> Result<String> {
        let view = self.app().rule(self.ctx(), community, rule).await?;
        let EventInput { kind, subject, on, form: answers } =
            self.event_of(community, &view, form, case.is_none()).await?;
        let app = self.app();
        let done = match case {
            None => {
                let input = NewCase { kind, subject, on, form: answers };
                let act = |ctx: OpContext| async move { app.handle_case(&ctx, community, rule, input).await };
                self.once(form, act).await?
            }
            Some(case) => {
                let input = CaseContinued { kind, on, form: answers };
                let act = |ctx: OpContext| async move {
                    app.continue_case(&ctx, community, rule, case, input).await
                };
                self.once(form, act).await?
            }
        };
        self.said_of_case(&view, &done).await
    }

    /// Reads an event from its form; what begins a case and names nobody is about the community.
    async fn event_of(
        &self,
        community: CommunityId,
        rule: &RuleView,
        form: &Posted,
        begins: bool,
    ) -> Result<EventInput> {
        let kind = form.required("kind")?;
        let known = rule.cases.iter().find(|case| case.kind == kind);
        let known = known.ok_or(AppError::NotFound { what: "case kind" })?;
        let questions = questions(&opening(known, begins), self.ctx());
        let mut input = self.answers(Some(community), &questions, form).await?;
        let otherwise = if begins { community.to_string() } else { String::new() };
        input["kind"] = json!(kind);
        for (field, empty) in [("subject", json!(otherwise)), ("form", json!({}))] {
            if input.get(field).is_none() {
                input[field] = empty;
            }
        }
        Ok(serde_json::from_value(input).map_err(AppError::internal)?)
    }

    /// The household or person that a clerk has written, by number, name or id.
    pub(in super::super) async fn subject_of(
        &self,
        community: CommunityId,
        field: &str,
        form: &Posted,
    ) -> Result<String> {
        let name = form.required(field)?;
        let found = self.app().subjects_named(self.ctx(), community, &name).await?;
        let nobody = (
            format!("名册中没有这一户或这个人：{name}"),
            format!("no household and nobody on the roster is called {name}"),
        );
        let mut asking = Asking::of(field);
        let one = asking.which(form, &name, 1, &found, nobody);
        asking.answered()?;
        one.ok_or_else(|| super::super::posted::missing(field))
    }

    /// What a rule said of an event, in a sentence.
    async fn said_of_case(&self, rule: &RuleView, done: &Value) -> Result<String> {
        let outcome = &done["outcome"];
        let told = Told::of(self.lang, rule, &self.app().rule_schemas(&rule.digest).await?);
        let word = match (outcome["remark"].as_str(), outcome["stage"].as_str()) {
            (Some(remark), _) => told.word(remark),
            (None, stage) => told.stage(stage.unwrap_or_default()).to_owned(),
        };
        let message = self.lang.said(&outcome["message"]);
        Ok(format!("{word}{}{message}", self.say("：", ": ")))
    }
}

/// Whether a kind of case can be about the subject of this one.
fn about_same(kind: &CaseKindView, case: &CaseView) -> bool {
    let subject = |prefix: &str| case.subject.starts_with(prefix);
    match Whom::of(&kind.about) {
        Whom::Household => subject("hh_"),
        Whom::Person => subject("per_"),
        Whom::Either => !subject("com_"),
        Whom::Community => subject("com_"),
    }
}
