//! 写姓名的地方 (forms in which a clerk writes who is meant): by name, or by id.
//!
//! A name that several people share picks nobody: the form comes back with everything that was typed and a list of the
//! candidates by household and date of birth beneath it, to choose from. A choice belongs to a name and to how many times
//! it stood there before, so that two people of one name can both be meant.

use serde_json::{Value, json};
use yishi_edge::{FieldError, Problem, Text};
use yishi_identity::{CommunityId, PersonId};
use yishi_portal::Lang;
use yishi_portal::context::{Field, FieldChoice, FieldKind};

use super::answer::Miss;
use super::posted::Posted;
use super::visit::Visit;

/// What the fields begin with in which a candidate is chosen.
pub(super) const PICK: &str = "pick.";
/// The member of a problem that lists candidates.
const CHOICES: &str = "choices";

impl Visit {
    /// A person a clerk has written by name or id.
    pub(super) async fn person_of(
        &self,
        community: CommunityId,
        field: &str,
        form: &Posted,
    ) -> Result<PersonId, Miss> {
        let text = form.required(field)?;
        let found = self.people_of(community, field, form, &[text.as_str()]).await?;
        found.into_iter().next().ok_or_else(|| super::posted::missing(field))
    }

    /// The people a clerk has written, by name or id, in the order of the names.
    pub(super) async fn people_of(
        &self,
        community: CommunityId,
        field: &str,
        form: &Posted,
        names: &[&str],
    ) -> Result<Vec<PersonId>, Miss> {
        let mut people = Vec::with_capacity(names.len());
        let (mut wrong, mut choices): (Vec<Text>, Vec<Value>) = (Vec::new(), Vec::new());
        for (at, name) in names.iter().enumerate() {
            if let Ok(person) = name.parse() {
                people.push(person);
                continue;
            }
            let found = self.app().persons_named(self.ctx(), community, name).await?;
            match found.as_slice() {
                [(person, _)] => people.push(*person),
                [] => wrong.push(Text::new(
                    format!("名册中没有此人：{name}"),
                    format!("nobody on the roster is called {name}"),
                )),
                several => {
                    let before = names.iter().take(at).filter(|other| *other == name).count();
                    let pick = format!("{PICK}{field}.{}.{name}", before + 1);
                    let chosen: Option<PersonId> = form.optional(&pick).and_then(|id| id.parse().ok());
                    match chosen.filter(|id| several.iter().any(|(one, _)| one == id)) {
                        Some(person) => people.push(person),
                        None => wrong.push(Text::new(
                            format!("“{name}”有 {} 人，请在下面选择是哪一位", several.len()),
                            format!("{} people are called {name}: choose which one below", several.len()),
                        )),
                    }
                    let candidates: Vec<Value> = several
                        .iter()
                        .map(|(id, label)| json!({ "person": id.to_string(), "label": label }))
                        .collect();
                    choices
                        .push(json!({ "field": field, "name": pick, "typed": name, "people": candidates }));
                }
            }
        }
        if wrong.is_empty() {
            return Ok(people);
        }
        let pointer = format!("/{field}");
        let errors = wrong.into_iter().map(|text| FieldError::new(pointer.clone(), "no-such-person", text));
        Err(Problem::fields(errors.collect()).member(CHOICES, Value::Array(choices)).into())
    }
}

/// The fields in which candidates are chosen, each with the field of the form it stands under.
pub(super) fn choices_of(problem: &Problem, posted: &Posted, lang: Lang) -> Vec<(String, Field)> {
    let list = problem.member_of(CHOICES).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut fields = Vec::with_capacity(list.len());
    for choice in list {
        let text = |name: &str| choice[name].as_str().unwrap_or_default();
        let (label, first) = match lang {
            Lang::Zh => (format!("“{}”是哪一位", text("typed")), "请选择"),
            Lang::En => (format!("Which {}", text("typed")), "Choose"),
        };
        let mut options = vec![FieldChoice::new("", first)];
        for one in choice["people"].as_array().map(Vec::as_slice).unwrap_or_default() {
            options.push(FieldChoice::new(
                one["person"].as_str().unwrap_or_default(),
                one["label"].as_str().unwrap_or_default(),
            ));
        }
        let field = Field::new(text("name"), &label, FieldKind::Select(options))
            .required()
            .value(&posted.text(text("name")));
        fields.push((text("field").to_owned(), field));
    }
    // What was chosen before stays chosen when something else is wrong.
    for (name, value) in posted.sent() {
        if name.starts_with(PICK) && !value.is_empty() && fields.iter().all(|(_, field)| field.name != name) {
            fields.push((String::new(), Field::hidden(name, value)));
        }
    }
    fields
}
