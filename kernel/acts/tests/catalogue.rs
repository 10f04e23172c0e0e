//! Every act of the catalogue is whole: it can be read, refused, asked and said, in both languages.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use yishi_acts::case::{About, EventInput, Opening};
use yishi_acts::house::{House, HouseAct, RosterChangeKind};
use yishi_acts::matter::{PassOrReturn, StudyVerdict, SubmitOrReturn};
use yishi_acts::{Aggregate, Entry};
use yishi_deliberation::{Case, CaseAct, Deed as _, Matter, MatterAct, Meeting, MeetingAct, Rule, RuleAct};
use yishi_words::{Coded, CommunityKind, differences};

fn codes<A: Aggregate>(entry: &Entry<A>, input: &Value) -> Vec<String> {
    match entry.read(input, Vec::new()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect(),
    }
}

#[test]
fn every_code_has_its_words() {
    assert_eq!(differences::<PassOrReturn>(), Vec::<String>::new());
    assert_eq!(differences::<SubmitOrReturn>(), Vec::<String>::new());
    assert_eq!(differences::<StudyVerdict>(), Vec::<String>::new());
    assert_eq!(differences::<HouseAct>(), Vec::<String>::new());
    assert_eq!(differences::<RosterChangeKind>(), Vec::<String>::new());
}

/// Every act of a kind is declared once, but for those that are done in another way.
fn declared<A: Aggregate>(otherwise: &[A::Act])
where
    A::Act: std::fmt::Debug + Ord,
{
    let declared: Vec<_> = A::acts().iter().map(|entry| entry.act).collect();
    let all = A::Act::ALL.iter().copied().filter(|act| !otherwise.contains(act)).collect::<BTreeSet<_>>();
    assert_eq!(declared.iter().copied().collect::<BTreeSet<_>>(), all);
    assert_eq!(declared.len(), all.len(), "an act is declared twice");
    let names: BTreeSet<_> = A::acts().iter().map(|entry| entry.name).collect();
    assert_eq!(names.len(), declared.len(), "two inputs of one name");
}

#[test]
fn every_act_is_declared_once() {
    declared::<House>(&[]);
    // What begins a matter is done with none: it is an act of the house.
    declared::<Matter>(&[MatterAct::Suggest]);
    declared::<Meeting>(&[
        // What begins a meeting, and what its ballots are: acts of the house.
        MeetingAct::Convene,
        MeetingAct::OpenBallot,
        MeetingAct::CloseBallot,
        // Whoever goes is recorded with whoever comes; minutes come with the end.
        MeetingAct::Leave,
        MeetingAct::RecordMinutes,
        // Refused to everybody.
        MeetingAct::ChangeMode,
    ]);
    // What begins a case, or goes on with it, is asked by the rule's own manifest.
    declared::<Case>(&[CaseAct::Handle, CaseAct::Continue]);
    // What opens a rule or its repeal is an act of the house; the rest follows from its matter, or from a sitting.
    let own = [RuleAct::Draft, RuleAct::Attest, RuleAct::Repeal, RuleAct::File, RuleAct::Withdraw];
    let follows = RuleAct::ALL.iter().copied().filter(|act| !act.is_for_people());
    declared::<Rule>(&own.into_iter().chain(follows).collect::<Vec<_>>());
}

#[test]
fn every_example_is_taken_and_every_field_is_held_to_its_schema() {
    held::<House>();
    held::<Matter>();
    held::<Meeting>();
    held::<Rule>();
    held::<Case>();
}

fn held<A: Aggregate>() {
    for entry in A::acts() {
        let code = entry.act.code();
        let example = entry.example();
        assert_eq!(codes(entry, &example), Vec::<String>::new(), "{code}");
        let mut unknown = example.clone();
        unknown["nobody"] = json!(1);
        assert_eq!(codes(entry, &unknown), ["/nobody unknown-field"], "{code}");
        let schema = entry.api_schema();
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let mut without = example.clone();
            without.as_object_mut().expect("an object").remove(name);
            assert_eq!(codes(entry, &without), [format!("/{name} missing-field")], "{code}");
        }
        for (name, field) in schema["properties"].as_object().expect("properties") {
            let mut wrong = example.clone();
            wrong[name] = json!([[]]);
            assert!(!codes(entry, &wrong).is_empty(), "{code}: {name} takes anything");
            assert!(field["description"].as_str().is_some_and(|text| !text.is_empty()), "{code}: {name}");
            // Over the API `null` says nothing, where nothing has to be said.
            let mut silent = example.clone();
            silent[name] = Value::Null;
            let said = schema["required"].as_array().is_some_and(|list| list.contains(&json!(name)));
            if name != "form" && name != "evidence" {
                assert_eq!(!codes(entry, &silent).is_empty(), said, "{code}: {name}");
            }
        }
    }
}

#[test]
fn what_only_the_type_knows_is_told_at_its_field() {
    let entry = Matter::entry(MatterAct::Resolve).expect("declared");
    assert_eq!(codes(entry, &json!({ "ballot": "no id" })), ["/ballot invalid-value"]);
    let entry = Matter::entry(MatterAct::ForceConvening).expect("declared");
    let mut petition = entry.example();
    petition["checked_by"] = json!("somebody");
    assert_eq!(codes(entry, &petition), ["/checked_by invalid-value"]);
    petition["signatures"] = json!(-1);
    assert_eq!(codes(entry, &petition), ["/signatures out-of-range"]);
    let entry = Matter::entry(MatterAct::DiscloseDecision).expect("declared");
    assert_eq!(codes(entry, &json!({ "days": 365 })), Vec::<String>::new());
    assert_eq!(codes(entry, &json!({ "days": 366 })), ["/days out-of-range"]);
}

#[test]
fn every_question_of_a_page_has_words_in_both_languages() {
    worded::<Matter>();
    worded::<Meeting>();
    worded::<Rule>();
    worded::<Case>();
}

fn worded<A: Aggregate>() {
    for entry in A::acts() {
        for kind in CommunityKind::ALL {
            let schema = entry.form_schema(*kind);
            for (name, field) in schema["properties"].as_object().expect("properties") {
                let at = format!("{}: {name}", entry.act.code());
                if field.get("x-of-rules").is_some() {
                    continue;
                }
                for words in ["title", "x-title-en"] {
                    assert!(field[words].as_str().is_some_and(|text| !text.is_empty()), "{at} {words}");
                }
                assert_eq!(field["description"].is_string(), field["x-description-en"].is_string(), "{at}");
                for choice in field["oneOf"].as_array().into_iter().flatten() {
                    let (zh, en) = (&choice["title"], &choice["x-title-en"]);
                    assert!(zh != &choice["const"] && !en.is_null(), "{at} {choice}");
                }
            }
        }
    }
}

#[test]
fn a_village_is_offered_no_consultation_of_owners() {
    let entry = Matter::entry(MatterAct::OpenConsultation).expect("declared");
    let offered = |kind| {
        let schema = entry.form_schema(kind);
        let list = schema["properties"]["form"]["oneOf"].as_array().expect("choices").clone();
        list.into_iter().map(|one| one["const"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(offered(CommunityKind::Village), ["council", "hearing", "appraisal"]);
    assert_eq!(
        offered(CommunityKind::Urban),
        ["council", "neighbourhood", "homeowners", "hearing", "appraisal"]
    );
}

#[test]
fn every_schema_compiles() {
    compiled::<House>();
    compiled::<Matter>();
    compiled::<Meeting>();
    compiled::<Rule>();
    compiled::<Case>();
}

fn compiled<A: Aggregate>() {
    for entry in A::acts() {
        if let Err(error) = yishi_schema::validator(&entry.api_schema()) {
            panic!("{}: {error}", entry.act.code());
        }
    }
}

#[test]
fn a_rules_own_kind_of_case_is_an_entry_made_at_run_time() {
    let form = json!({ "type": "object", "required": ["score"], "properties": {
        "score": { "type": "integer", "minimum": 0, "maximum": 20, "title": "得分" },
    }, "additionalProperties": false });
    let opening = |about| Opening { kind: "inspection", about, form: &form };
    let order = |about| opening(about).form_schema()["x-order"].clone();
    assert_eq!(order(Some(About::of("household"))), json!(["subject", "on", "form"]));
    // A case about nobody in particular, and one that goes on, ask for no subject.
    assert_eq!(order(Some(About::of("community"))), json!(["on", "form"]));
    assert_eq!(order(None), json!(["on", "form"]));
    let put = |form: Value| {
        let input = json!({ "kind": "inspection", "subject": "hh_1", "on": "2026-03-02", "form": form });
        let input: EventInput = serde_json::from_value(input).expect("an event");
        let faults = opening(None).check(&input).err().unwrap_or_default();
        faults.into_iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect::<Vec<_>>()
    };
    assert_eq!(put(json!({ "score": 20 })), Vec::<String>::new());
    assert_eq!(put(json!({ "score": 21 })), ["/form/score out-of-range"]);
    assert_eq!(put(json!({})), ["/form/score missing-field"]);
    assert_eq!(put(json!({ "score": 1, "more": 1 })), ["/form/more unknown-field"]);
}
