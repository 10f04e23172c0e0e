//! 办理 (the acts of the catalogue as forms): each is drawn from its own schema, by the code that draws what rules ask, and read
//! back to the JSON that the API takes. What differs between acts stands in the act's own file of `yishi-acts`.

use std::collections::BTreeMap;

use serde_json::Map;
use yishi_acts::Aggregate;
use yishi_app::reader::MatterAsked;
use yishi_app::views::{BallotPhase, BallotView, MatterView};
use yishi_deliberation::{Matter, MatterAct};
use yishi_identity::{Capacity, MatterId};
use yishi_portal::asked::Asked;
use yishi_words::Coded;

use super::prelude::*;
use crate::http::api::v1::acts::Served;

/// Takes the form of an act on a matter.
pub(super) async fn act(
    visit: Visit,
    Path((community, matter, act)): Path<(CommunityId, MatterId, String)>,
    posted: Posted,
) -> Response {
    let done = visit.act_on_matter(community, matter, &act, &posted).await;
    let done = done.map(|said| (format!("/c/{community}/matters/{matter}"), said));
    visit.taken(done, &act, &posted, visit.matter_page(community, matter)).await
}

/// What the form of an act is made for.
#[derive(Default)]
pub(super) struct About {
    /// What the thing says now, as JSON.
    pub(super) current: Value,
    /// Whether it is a matter about a rule.
    pub(super) of_a_rule: bool,
    /// What rules ask in its form, by the name under which they do.
    pub(super) of_rules: BTreeMap<&'static str, OfRules>,
    /// What can be chosen of what is at hand; where a form is read, whatever it says is taken, and judged by the act.
    pub(super) at_hand: Option<Vec<Value>>,
    /// In what capacity the reader acts.
    pub(super) capacity: Option<Capacity>,
}

/// 规约的提问 (what rules ask in a form, and what has been answered).
#[derive(Debug, Clone, Default)]
pub(super) struct OfRules {
    /// The schemas, of each rule that asks.
    pub(super) schemas: Vec<Value>,
    /// What stands already.
    pub(super) answered: Value,
}

/// 问什么 (what the form of one act asks, and with what it begins).
pub(super) struct Questions {
    /// Of the act itself.
    own: Asked,
    /// With what its fields begin.
    begins: Value,
    /// What rules ask, each under the name of a field, with what has been answered.
    of_rules: Vec<(String, Asked, Value)>,
    /// The fields in which a person is named.
    people: Vec<String>,
    /// The fields in which a household or a person is named.
    subjects: Vec<String>,
    /// The fields that mean something only where others say this.
    only_with: Vec<(String, Value)>,
}

/// The entry of an act by the code in an address.
pub(super) fn entry_of<A: Aggregate>(code: &str) -> Result<&'static Entry<A>> {
    A::entry_named(code).ok_or_else(|| AppError::NotFound { what: "act" }.into())
}

impl Visit {
    /// Reads the form into the JSON of the act, and does it.
    async fn act_on_matter(
        &self,
        community: CommunityId,
        id: MatterId,
        act: &str,
        form: &Posted,
    ) -> Result<String> {
        let entry = entry_of::<Matter>(act)?;
        let matter = self.app().matter(self.ctx(), community, id).await?;
        let of_rules = self.rules_ask(community, &matter, &[entry]).await?;
        let about = About { of_rules, ..About::of_matter(&matter) };
        self.send(community, id, entry, &about, form).await?;
        Ok(entry.done(self.lang))
    }

    /// Reads the form of an act, and does it. What the form says is read before anything is done, so that a bad field changes
    /// nothing.
    pub(super) async fn send<A: Served>(
        &self,
        community: CommunityId,
        id: A::Id,
        entry: &'static Entry<A>,
        about: &About,
        form: &Posted,
    ) -> Result<()> {
        let place = self.app().scope(self.ctx(), community, Action::ViewPublic).await?;
        let input = self.read_form(Some(community), place.kind, entry, about, form).await?;
        self.perform(community, id, entry, &input, form).await
    }

    /// What a form says, as the JSON that the API takes.
    pub(super) async fn read_form<A: Aggregate>(
        &self,
        community: Option<CommunityId>,
        kind: CommunityKind,
        entry: &'static Entry<A>,
        about: &About,
        form: &Posted,
    ) -> Result<Value> {
        self.answers(community, &Questions::of(entry, kind, about, self.ctx()), form).await
    }

    /// What was answered, as the JSON that the API takes.
    pub(super) async fn answers(
        &self,
        community: Option<CommunityId>,
        questions: &Questions,
        form: &Posted,
    ) -> Result<Value> {
        let mut input = form.asked(&questions.own, "")?;
        for (name, asked, _) in &questions.of_rules {
            if form.all("asked").contains(&name.as_str()) {
                input[name] = form.asked(asked, name)?;
            }
        }
        if let Some(community) = community {
            for field in &questions.people {
                if input.get(field).is_some() {
                    input[field] = json!(self.person_of(community, field, form).await?);
                }
            }
            for field in &questions.subjects {
                input[field] = json!(self.subject_of(community, field, form).await?);
            }
        }
        for (field, others) in &questions.only_with {
            if others.as_object().into_iter().flatten().any(|(other, says)| input[other] != *says) {
                input[field] = Value::Null;
            }
        }
        Ok(input)
    }

    /// Does an act whose JSON is at hand.
    pub(super) async fn perform<A: Served>(
        &self,
        community: CommunityId,
        id: A::Id,
        entry: &'static Entry<A>,
        input: &Value,
        form: &Posted,
    ) -> Result<()> {
        let app = self.app();
        let ready = entry.read(input, Vec::new()).map_err(AppError::Invalid)?;
        self.once(
            form,
            |ctx: OpContext| async move { A::perform(app, &ctx, community, id, entry, ready).await },
        )
        .await?;
        Ok(())
    }

    /// The form of an act on the thing at this address.
    pub(super) fn form_on<A: Served>(
        &self,
        place: &Place,
        entry: &Entry<A>,
        thing: &str,
        about: &About,
    ) -> Form {
        self.form_of(place.kind(), entry, &format!("{thing}/{}", entry.act.code()), about)
    }

    /// The form of an act, sent to this address.
    pub(super) fn form_of<A: Aggregate>(
        &self,
        kind: CommunityKind,
        entry: &Entry<A>,
        action: &str,
        about: &About,
    ) -> Form {
        let questions = Questions::of(entry, kind, about, self.ctx());
        let mut form = yishi_portal::acts::form(self.lang, entry, action, &questions.own, &questions.begins);
        form.fields.extend(questions.fields_of_rules(self.lang));
        // The catalogue speaks of villages and communities at once; a page speaks of one.
        let resident = yishi_words::resident(kind).zh;
        let hints = form.fields.iter_mut().map(|field| &mut field.hint);
        for text in hints.chain([&mut form.note]).flatten() {
            *text = text.replace("村（居）民", resident);
        }
        self.acting(form, kind, about.capacity)
    }

    /// The form, saying in what capacity the reader acts.
    pub(super) fn acting(&self, form: Form, kind: CommunityKind, capacity: Option<Capacity>) -> Form {
        let named = capacity.map(|capacity| self.lang.capacity(capacity, kind));
        Form { capacity: named.or(form.capacity), ..form }
    }

    /// What the rules in force ask about a matter, where one of these acts hands it in.
    async fn rules_ask(
        &self,
        community: CommunityId,
        matter: &MatterView,
        acts: &[&Entry<Matter>],
    ) -> Result<BTreeMap<&'static str, OfRules>> {
        if matter.rule.is_some() || acts.iter().all(|entry| asks(entry, "x-of-rules").is_empty()) {
            return Ok(BTreeMap::new());
        }
        let MatterAsked { form, evidence, answered } =
            self.app().matter_asked(self.ctx(), community, matter.id).await?;
        // What a proposal said already stands in its revision.
        let form = OfRules { schemas: form, answered };
        let evidence = OfRules { schemas: evidence, answered: Value::Null };
        Ok([("form", form), ("evidence", evidence)].into())
    }

    /// The forms for what the reader may do next.
    pub(super) async fn matter_forms(
        &self,
        place: &Place,
        matter: &MatterView,
        votes: &[BallotView],
        wanted: Option<MatterAct>,
    ) -> Result<Vec<Form>> {
        let entries: Vec<_> = matter.may.iter().filter_map(|act| Matter::entry(*act)).collect();
        let thing = format!("{}/matters/{}", place.href, matter.id);
        let closed = votes.iter().filter(|ballot| ballot.state == BallotPhase::Closed);
        let closed: Vec<_> = closed.map(|ballot| self.ballot_choice(ballot)).collect();
        let mut about = About {
            of_rules: self.rules_ask(place.id(), matter, &entries).await?,
            at_hand: Some(closed),
            ..About::of_matter(matter)
        };
        let mut list = Vec::with_capacity(entries.len());
        for entry in entries {
            let turn = wanted == Some(entry.act);
            if about.at_hand.as_ref().is_none_or(Vec::is_empty) && !asks(entry, "x-at-hand").is_empty() {
                continue;
            }
            about.capacity = place.reader.acting_as_for(entry.act);
            let mut form = self.guarded(self.form_on(place, entry, &thing, &about), Some(matter.version))?;
            if !turn && form.style == FormStyle::Main {
                form.style = FormStyle::Folded;
            }
            list.push(((entry.style.aside, !turn), form));
        }
        // The step whose turn it is comes first and stands open; what is possible beside the usual way comes last.
        list.sort_by_key(|(place, _)| *place);
        Ok(list.into_iter().map(|(_, form)| form).collect())
    }

    /// A closed ballot as a choice: what it came to.
    fn ballot_choice(&self, ballot: &BallotView) -> Value {
        let title = match &ballot.decision {
            Some(decision) => format!(
                "{} · {} · {}",
                self.lang.of(&decision.body_name, &decision.body_name_en),
                self.lang.date(&decision.at),
                self.lang.result(decision.finding.result),
            ),
            None => ballot.title.clone(),
        };
        json!({ "const": ballot.id, "title": title })
    }
}

impl About {
    fn of_matter(matter: &MatterView) -> Self {
        Self {
            current: serde_json::to_value(matter).unwrap_or_default(),
            of_a_rule: matter.rule.is_some(),
            ..Self::default()
        }
    }
}

/// 另有来处的一问 (a field of which the page has to know something beside the act's schema).
pub(super) struct AskedOf {
    /// What the schema's word says: of whom, or what is to be chosen of.
    pub(super) what: String,
    /// Whether it takes several answers.
    pub(super) several: bool,
}

/// The fields of an act's form that say this word of themselves.
pub(super) fn asks<A: Aggregate>(entry: &Entry<A>, word: &str) -> Vec<AskedOf> {
    let schema = entry.form_schema(CommunityKind::Village);
    let fields = schema["properties"].as_object().into_iter().flatten();
    let asked = fields.filter_map(|(_, field)| {
        let what = field.get(word)?.as_str().unwrap_or_default().to_owned();
        Some(AskedOf { what, several: field["type"] == "array" })
    });
    asked.collect()
}

impl Questions {
    pub(super) fn of<A: Aggregate>(
        entry: &Entry<A>,
        kind: CommunityKind,
        about: &About,
        ctx: &OpContext,
    ) -> Self {
        Self::asking(entry.form_schema(kind), about, ctx)
    }

    /// The same, of a schema that is made at run time.
    pub(super) fn asking(mut schema: Value, about: &About, ctx: &OpContext) -> Self {
        let (mut begins, mut of_rules) = (Map::new(), Vec::new());
        let (mut people, mut subjects, mut only_with) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(fields) = schema["properties"].as_object_mut() {
            // What there is none of is not asked.
            let none = about.at_hand.as_ref().is_some_and(Vec::is_empty);
            fields.retain(|_, field| !none || field.get("x-at-hand").is_none());
            fields.retain(|_, field| !about.of_a_rule || field.get("x-not-of-a-rule").is_none());
            fields.retain(|_, field| match field["x-only-for"].as_str() {
                Some(capacity) => about.capacity.is_some_and(|own| own.code() == capacity),
                None => true,
            });
            fields.retain(|name, field| {
                let Some(what) = field["x-of-rules"].as_str() else { return true };
                if let Some(OfRules { schemas, answered }) = about.of_rules.get(what) {
                    let asked = Asked::merged(schemas);
                    if !asked.is_empty() {
                        of_rules.push((name.clone(), asked, answered.clone()));
                    }
                }
                false
            });
            for (name, field) in fields {
                only_with.extend(field.get("x-only-with").map(|others| (name.clone(), others.clone())));
                match field["x-of"].as_str() {
                    Some("person") => people.push(name.clone()),
                    Some("subject") => subjects.push(name.clone()),
                    _ => {}
                }
                if let (Some(offered), true) = (&about.at_hand, field.get("x-at-hand").is_some()) {
                    let choices = if field["type"] == "array" { &mut field["items"] } else { &mut *field };
                    choices["oneOf"] = json!(offered);
                }
                if let Some(value) = begin(field, &about.current[name.as_str()], ctx) {
                    begins.insert(name.clone(), value);
                }
            }
        }
        Self { own: Asked::of(&schema), begins: Value::Object(begins), of_rules, people, subjects, only_with }
    }

    /// The fields of what is asked beside the rules' own.
    pub(super) fn fields(&self, lang: yishi_portal::Lang) -> Vec<Field> {
        self.own.fields(lang, "", &self.begins)
    }

    /// The fields of what rules ask.
    pub(super) fn fields_of_rules(&self, lang: yishi_portal::Lang) -> Vec<Field> {
        let of_one = |(name, asked, answered): &(String, Asked, Value)| {
            std::iter::once(Field::hidden("asked", name))
                .chain(asked.fields(lang, name, answered))
                .collect::<Vec<_>>()
        };
        self.of_rules.iter().flat_map(of_one).collect()
    }
}

/// With what a field begins: what the thing says now, or what the act declares.
fn begin(field: &mut Value, current: &Value, ctx: &OpContext) -> Option<Value> {
    let several = field["type"] == "array";
    // An amount of nothing is none.
    let says = !current.is_null() && current != 0 && current.as_array().is_none_or(|list| !list.is_empty());
    if (field.get("x-current").is_some() || field.get("x-preset").is_some()) && says {
        if several {
            keep_others(field, current);
        }
        return Some(in_order(field, current));
    }
    if let Some(days) = field["x-in-days"].as_i64() {
        let day = ctx.today.checked_add(jiff::Span::new().days(days)).unwrap_or(ctx.today);
        return Some(json!(day));
    }
    let value = field["x-begins"].as_str()?;
    Some(if several { json!([value]) } else { json!(value) })
}

/// What is not offered to be chosen and is there already can be kept.
fn keep_others(field: &mut Value, current: &Value) {
    let chosen = |one: &Value| current.as_array().is_some_and(|list| list.contains(&one["const"]));
    let others = field["x-others"].as_array().cloned().unwrap_or_default();
    if let Some(offered) = field["items"]["oneOf"].as_array_mut() {
        offered.extend(others.into_iter().filter(chosen));
    }
}

/// Boxes are ticked in the order in which they stand.
fn in_order(field: &Value, current: &Value) -> Value {
    let (Some(offered), Some(chosen)) = (field["items"]["oneOf"].as_array(), current.as_array()) else {
        return current.clone();
    };
    offered.iter().map(|one| &one["const"]).filter(|one| chosen.contains(one)).cloned().collect()
}
