//! 写姓名的地方 (forms in which a clerk writes who is meant): by name, or by id.
//!
//! A name that several people share picks nobody: the form comes back with everything that was typed and a list of the
//! candidates by household and date of birth beneath it, to choose from. A choice belongs to a name and to how many times
//! it stood there before, so that two people of one name can both be meant.

use yishi_edge::{FieldError, Problem};
use yishi_identity::PersonId;

use super::prelude::*;

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
    ) -> Result<PersonId> {
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
    ) -> Result<Vec<PersonId>> {
        let mut people = Vec::with_capacity(names.len());
        let mut asking = Asking::of(field);
        for (at, name) in names.iter().enumerate() {
            if let Ok(person) = name.parse() {
                people.push(person);
                continue;
            }
            let found = self.app().persons_named(self.ctx(), community, name).await?;
            let found: Vec<_> = found.into_iter().map(|(id, label)| (id.to_string(), label)).collect();
            let before = names.iter().take(at).filter(|other| *other == name).count();
            let nobody =
                (format!("名册中没有此人：{name}"), format!("nobody on the roster is called {name}"));
            let one = asking.which(form, name, before + 1, &found, nobody);
            people.extend(one.and_then(|id| id.parse::<PersonId>().ok()));
        }
        asking.answered()?;
        Ok(people)
    }
}

/// What is asked of whoever wrote the names in a field.
pub(super) struct Asking<'a> {
    field: &'a str,
    wrong: Vec<(String, String)>,
    choices: Vec<Value>,
}

impl<'a> Asking<'a> {
    pub(super) fn of(field: &'a str) -> Self {
        Self { field, wrong: Vec::new(), choices: Vec::new() }
    }

    /// Which of those found by what was typed is meant, if that is plain or was chosen; `nth` counts how often it was typed.
    pub(super) fn which(
        &mut self,
        form: &Posted,
        typed: &str,
        nth: usize,
        found: &[(String, String)],
        nobody: (String, String),
    ) -> Option<String> {
        match found {
            [(id, _)] => Some(id.clone()),
            [] => {
                self.wrong.push(nobody);
                None
            }
            several => {
                let pick = format!("{PICK}{}.{nth}.{typed}", self.field);
                let chosen = form.optional(&pick).filter(|id| several.iter().any(|(one, _)| one == id));
                if chosen.is_none() {
                    self.wrong.push((
                        format!("“{typed}”有 {} 个，请在下面选择是哪一个", several.len()),
                        format!("{} are called {typed}: choose which one below", several.len()),
                    ));
                }
                let candidates: Vec<Value> =
                    several.iter().map(|(id, label)| json!({ "person": id, "label": label })).collect();
                self.choices
                    .push(json!({ "field": self.field, "name": pick, "typed": typed, "people": candidates }));
                chosen
            }
        }
    }

    /// # Errors
    /// Everybody at fault, and the candidates to choose from.
    pub(super) fn answered(self) -> Result<()> {
        if self.wrong.is_empty() {
            return Ok(());
        }
        // One field, one error: everybody at fault is named in it.
        let (zh, en): (Vec<String>, Vec<String>) = self.wrong.into_iter().unzip();
        let error =
            FieldError::new(format!("/{}", self.field), "no-such-person", zh.join("；"), en.join("; "));
        Err(Problem::fields(vec![error]).member(CHOICES, Value::Array(self.choices)).into())
    }
}

/// The fields in which candidates are chosen, each with the field of the form it stands under.
pub(super) fn choices_of(problem: &Problem, posted: &Posted, lang: Lang) -> Vec<(String, Field)> {
    let list = problem.member_of(CHOICES).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut fields = Vec::with_capacity(list.len());
    for choice in list {
        let text = |name: &str| choice[name].as_str().unwrap_or_default();
        let label = lang.fill(lang.both("“{}”是哪一位", "Which {}"), text("typed"));
        let of = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
        let people = choice["people"].as_array().into_iter().flatten();
        let people = people.map(|one| FieldChoice { value: of(one, "person"), label: of(one, "label") });
        let first = FieldChoice::new("", lang.both("请选择", "Choose"));
        let options = std::iter::once(first).chain(people).collect();
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
