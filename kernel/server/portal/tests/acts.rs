//! Every act's form, filled with the act's own example and sent, is read back to that example.

use serde_json::{Map, Value, json};
use yishi_acts::house::House;
use yishi_acts::{Aggregate, Entry};
use yishi_deliberation::{Matter, Meeting, Rule};
use yishi_portal::asked::Asked;
use yishi_portal::context::{Field, FieldKind};
use yishi_portal::{Lang, acts};
use yishi_words::{Coded as _, CommunityKind};

/// What of an example a page asks: not what only the API says, and not what rules ask.
fn of_page<A: Aggregate>(entry: &Entry<A>, schema: &Value) -> Value {
    let mut example = entry.example();
    let fields = schema["properties"].as_object().expect("properties");
    example
        .as_object_mut()
        .expect("an object")
        .retain(|name, _| fields.get(name).is_some_and(|field| field.get("x-of-rules").is_none()));
    example
}

/// What a browser sends of a field that begins with this.
fn sent(field: &Field) -> Vec<(&str, &str)> {
    let values: Vec<&str> = match field.kind {
        FieldKind::Many(_) => field.value.lines().collect(),
        _ => vec![field.value.as_str()],
    };
    values.into_iter().map(|value| (field.name.as_str(), value)).collect()
}

#[test]
fn every_form_is_read_back_to_what_it_was_filled_with() {
    read_back::<House>();
    read_back::<Matter>();
    read_back::<Meeting>();
    read_back::<Rule>();
}

fn read_back<A: Aggregate>() {
    for entry in A::acts() {
        for (kind, lang) in [(CommunityKind::Village, Lang::Zh), (CommunityKind::Urban, Lang::En)] {
            let mut schema = entry.form_schema(kind);
            let begins = of_page(entry, &schema);
            let fields = schema["properties"].as_object_mut().expect("properties");
            fields.retain(|_, field| field.get("x-of-rules").is_none());
            let asked = Asked::of(&schema);
            let form = acts::form(lang, entry, "/somewhere", &asked, &begins);
            let sent: Vec<_> = form.fields.iter().flat_map(sent).collect();
            let code = entry.act.code();
            assert_eq!(asked.read("", &sent), Ok(begins), "{code}");
            assert!(
                form.fields.iter().all(|field| !field.label.is_empty() || field.kind == FieldKind::Hidden),
                "{code}"
            );
            assert!(form.fields.iter().all(|field| !field.name.ends_with(".json")), "{code}");
        }
    }
}

#[test]
fn what_a_form_needs_is_told_at_its_field() {
    told::<House>();
    told::<Matter>();
    told::<Meeting>();
    told::<Rule>();
    assert_eq!(json!({}), Asked::of(&json!({})).read("", &[]).expect("nothing is asked"));
}

fn told<A: Aggregate>() {
    for entry in A::acts() {
        let mut schema = entry.form_schema(CommunityKind::Village);
        let fields = schema["properties"].as_object_mut().expect("properties");
        fields.retain(|_, field| field.get("x-of-rules").is_none());
        let asked = Asked::of(&schema);
        let form = acts::form(Lang::Zh, entry, "/somewhere", &asked, &Value::Object(Map::new()));
        let needed: Vec<_> =
            form.fields.iter().filter(|field| field.required).map(|field| &field.name).collect();
        let faults = asked.read("", &[]).err().unwrap_or_default();
        // What the page sends along by itself is missing here, where nothing was sent.
        let by_itself = |name: &str| schema["properties"][name].get("x-preset").is_some();
        let told: Vec<_> = faults.iter().map(|fault| &fault.name).filter(|name| !by_itself(name)).collect();
        assert_eq!(told, needed, "{}", entry.act.code());
        assert!(faults.iter().all(|fault| fault.code == "missing-field"), "{}", entry.act.code());
    }
}
