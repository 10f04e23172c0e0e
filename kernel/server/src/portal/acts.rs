//! 办理 (the acts of the catalogue as forms): each is drawn from its own schema, by the code that draws what rules ask, and read
//! back to the JSON that the API takes. What differs between acts stands in the act's own file of `yishi-acts`.
use yishi_portal::Speak as _;

use axum::response::Response;
use serde_json::{Map, Value, json};
use yishi_acts::{Aggregate as _, Entry};
use yishi_app::inputs::NewComment;
use yishi_app::reader::MatterAsked;
use yishi_app::views::{BallotPhase, BallotView, MatterView};
use yishi_app::{AppError, OpContext};
use yishi_deliberation::{Matter, MatterAct};
use yishi_edge::extract::Path;
use yishi_identity::{Action, CommunityId, MatterId};
use yishi_law::CommunityKind;
use yishi_portal::asked::Asked;
use yishi_portal::context::{Field, Form, FormStyle};
use yishi_words::from_code;

use super::answer::Miss;
use super::phrases;
use super::posted::Posted;
use super::visit::{Place, Visit};

/// What people say of a matter is sent beside its acts.
const COMMENTS: &str = "comments";

/// Takes the form of an act, or a comment.
pub(super) async fn act(
    visit: Visit,
    Path((community, matter, act)): Path<(CommunityId, MatterId, String)>,
    posted: Posted,
) -> Response {
    let page = format!("/c/{community}/matters/{matter}");
    let (form, done) = if act == COMMENTS {
        let done = visit.comment_on(community, matter, &posted).await;
        let said =
            || (format!("{page}#consultation"), visit.say("意见已发表", "Your comment is there").to_owned());
        ("comment", done.map(|()| said()))
    } else {
        let done = visit.act_on(community, matter, &act, &posted).await;
        let said =
            |act: MatterAct| format!("{}{}", visit.say("已办理：", "Done: "), act.term().said(visit.lang));
        (act.as_str(), done.map(|act| (page, said(act))))
    };
    match done {
        Ok((to, said)) => visit.done(&to, &said),
        Err(miss) => {
            let page = match visit.tried(&miss, form, &posted, &[]) {
                Some(tried) => visit.matter_page(community, matter, Some(&tried)).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}

/// 问什么 (what the form of one act asks of one matter, and with what it begins).
struct Questions {
    /// Of the act itself.
    own: Asked,
    /// With what its fields begin.
    begins: Value,
    /// What the rules in force ask, each under the name of a field.
    of_rules: Vec<(String, Asked)>,
    /// The fields in which a person is named.
    people: Vec<String>,
}

impl Visit {
    async fn comment_on(&self, community: CommunityId, matter: MatterId, form: &Posted) -> Result<(), Miss> {
        let input = NewComment { text: form.required("text")? };
        let app = self.app();
        self.once(form, |ctx: OpContext| async move { app.comment(&ctx, community, matter, input).await })
            .await?;
        Ok(())
    }

    /// Reads the form into the JSON of the act, and does it.
    async fn act_on(
        &self,
        community: CommunityId,
        id: MatterId,
        act: &str,
        form: &Posted,
    ) -> Result<MatterAct, Miss> {
        let absent = || Miss::from(AppError::NotFound { what: "act" });
        let act: MatterAct = from_code(act).map_err(|_| absent())?;
        let entry = Matter::entry(act).ok_or_else(absent)?;
        // What the form says is read before anything is done, so that a bad field changes nothing.
        let app = self.app();
        let matter = app.matter(self.ctx(), community, id).await?;
        let asked = self.rules_ask(community, &matter, &[entry]).await?;
        let kind = app.scope(self.ctx(), community, Action::ViewPublic).await?.kind;
        let questions = questions(entry, kind, &matter, &asked, None, self.ctx());
        let mut input = form.asked(&questions.own, "")?;
        for (name, asked) in &questions.of_rules {
            if form.all("asked").contains(&name.as_str()) {
                input[name] = form.asked(asked, name)?;
            }
        }
        for field in &questions.people {
            if input.get(field).is_some() {
                input[field] = json!(self.person_of(community, field, form).await?);
            }
        }
        let ready = entry.read(&input, Vec::new()).map_err(AppError::Invalid)?;
        self.once(form, |ctx: OpContext| async move {
            app.do_with_matter(&ctx, community, id, entry, ready).await
        })
        .await?;
        Ok(act)
    }

    /// What the rules in force ask about a matter, where one of these acts hands it in.
    async fn rules_ask(
        &self,
        community: CommunityId,
        matter: &MatterView,
        acts: &[&Entry<Matter>],
    ) -> Result<MatterAsked, Miss> {
        let asks = |entry: &&Entry<Matter>| {
            let schema = entry.form_schema(CommunityKind::Village);
            let mut fields = schema["properties"].as_object().into_iter().flatten();
            fields.any(|(_, field)| field.get("x-of-rules").is_some())
        };
        if matter.rule.is_some() || !acts.iter().any(asks) {
            return Ok(MatterAsked::default());
        }
        Ok(self.app().matter_asked(self.ctx(), community, matter.id).await?)
    }

    /// The forms for what the reader may do next.
    pub(super) async fn matter_forms(
        &self,
        place: &Place,
        matter: &MatterView,
        votes: &[BallotView],
        wanted: Option<MatterAct>,
    ) -> Result<Vec<Form>, Miss> {
        let entries: Vec<_> = matter.may.iter().filter_map(|act| Matter::entry(*act)).collect();
        let asked = self.rules_ask(place.id(), matter, &entries).await?;
        let closed: Vec<_> = votes.iter().filter(|ballot| ballot.state == BallotPhase::Closed).collect();
        let mut list = Vec::with_capacity(entries.len());
        for entry in entries {
            let turn = wanted == Some(entry.act);
            let ballots: Vec<_> = closed.iter().map(|ballot| self.ballot_choice(ballot)).collect();
            if at_hand(entry) && ballots.is_empty() {
                continue;
            }
            let questions = questions(entry, place.kind(), matter, &asked, Some(ballots), self.ctx());
            let form = self.drawn(place, matter, entry, &questions);
            let form = match place.reader.acting_as_for(entry.act) {
                Some(capacity) => form.acting_as(&phrases::capacity_in(self.lang, place.kind(), capacity)),
                None => form,
            };
            let mut form = self.guarded(form, Some(matter.version))?;
            if !turn && form.style == FormStyle::Main {
                form.style = FormStyle::Folded;
            }
            list.push(((entry.style.aside, !turn), form));
        }
        // The step whose turn it is comes first and stands open; what is possible beside the usual way comes last.
        list.sort_by_key(|(place, _)| *place);
        Ok(list.into_iter().map(|(_, form)| form).collect())
    }

    fn drawn(
        &self,
        place: &Place,
        matter: &MatterView,
        entry: &Entry<Matter>,
        questions: &Questions,
    ) -> Form {
        let action = format!("{}/matters/{}/{}", place.href, matter.id, entry.act.code());
        let mut form = yishi_portal::acts::form(self.lang, entry, &action, &questions.own, &questions.begins);
        for (name, asked) in &questions.of_rules {
            form.fields.push(Field::hidden("asked", name));
            form.fields.extend(asked.fields(self.lang, name, &Value::Null));
        }
        form
    }

    /// A closed ballot as a choice: what it came to.
    fn ballot_choice(&self, ballot: &BallotView) -> Value {
        let title = match &ballot.decision {
            Some(decision) => format!(
                "{} · {} · {}",
                phrases::of(self.lang, &decision.body_name, &decision.body_name_en),
                phrases::date(self.lang, &decision.at),
                self.lang.result(decision.finding.result),
            ),
            None => ballot.title.clone(),
        };
        json!({ "const": ballot.id, "title": title })
    }
}

/// Whether an act can be done only with something that is at hand.
fn at_hand(entry: &Entry<Matter>) -> bool {
    let schema = entry.form_schema(CommunityKind::Village);
    let mut fields = schema["properties"].as_object().into_iter().flatten();
    fields.any(|(_, field)| field.get("x-at-hand").is_some())
}

/// What the form of an act asks of a matter. `ballots` are offered where one is chosen; where a form is read, whatever it says
/// is taken, and judged by the act.
fn questions(
    entry: &Entry<Matter>,
    kind: CommunityKind,
    matter: &MatterView,
    asked: &MatterAsked,
    ballots: Option<Vec<Value>>,
    ctx: &OpContext,
) -> Questions {
    let mut schema = entry.form_schema(kind);
    let current = serde_json::to_value(matter).unwrap_or_default();
    let (mut begins, mut of_rules, mut people) = (Map::new(), Vec::new(), Vec::new());
    if let Some(fields) = schema["properties"].as_object_mut() {
        fields.retain(|_, field| matter.rule.is_none() || field.get("x-not-of-a-rule").is_none());
        fields.retain(|name, field| {
            let Some(what) = field["x-of-rules"].as_str() else { return true };
            let schemas = if what == "form" { &asked.form } else { &asked.evidence };
            let asked = Asked::merged(schemas);
            if !asked.is_empty() {
                of_rules.push((name.clone(), asked));
            }
            false
        });
        for (name, field) in fields {
            if field["x-of"] == "person" {
                people.push(name.clone());
            }
            if let (Some(ballots), true) = (&ballots, field.get("x-at-hand").is_some()) {
                field["oneOf"] = json!(ballots);
            }
            if let Some(value) = begin(field, &current[name.as_str()], ctx) {
                begins.insert(name.clone(), value);
            }
        }
    }
    Questions { own: Asked::of(&schema), begins: Value::Object(begins), of_rules, people }
}

/// With what a field begins: what the matter says now, or what the act declares.
fn begin(field: &mut Value, current: &Value, ctx: &OpContext) -> Option<Value> {
    let several = field["type"] == "array";
    let says = !current.is_null() && current.as_array().is_none_or(|list| !list.is_empty());
    if field.get("x-current").is_some() && says {
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
