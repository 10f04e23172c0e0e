//! What a rule asks, drawn as fields and read back.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use yishi_portal::Lang;
use yishi_portal::asked::{Asked, fen, yuan};
use yishi_portal::context::{Field, FieldKind};

/// What a browser sends for fields that nobody has touched.
fn sent(fields: &[Field]) -> Vec<(&str, &str)> {
    let mut sent = Vec::new();
    for field in fields {
        match &field.kind {
            FieldKind::Check if field.value != "true" => {}
            FieldKind::Many(_) => sent.extend(field.value.lines().map(|value| (field.name.as_str(), value))),
            _ => sent.push((field.name.as_str(), field.value.as_str())),
        }
    }
    sent
}

fn round(schema: &Value, value: &Value, lang: Lang) -> Value {
    let asked = Asked::of(schema);
    let fields = asked.fields(lang, "settings", value);
    asked.read("settings", &sent(&fields)).unwrap_or_else(|faults| panic!("{value}: {faults:?}"))
}

/// Every schema that the rules of this repository draw forms from: where it is, itself, and a value when there is one.
fn first_party() -> Vec<(String, Value, Option<Value>)> {
    let mut all = Vec::new();
    for (name, text) in [
        ("village-charter", include_str!("../../../../plugins/village-charter/plugin.json")),
        ("residents-convention", include_str!("../../../../plugins/residents-convention/plugin.json")),
        ("collective-spending", include_str!("../../../../plugins/collective-spending/plugin.json")),
        ("clean-home", include_str!("../../../../plugins/clean-home/plugin.json")),
        ("customs", include_str!("../../../../plugins/customs/plugin.json")),
        ("template", include_str!("../../../../sdk/template/plugin.json")),
    ] {
        let plugin: Value = serde_json::from_str(text).expect("JSON");
        let settings = &plugin["settings"];
        all.push((
            format!("{name} settings"),
            settings["schema"].clone(),
            Some(settings["defaults"].clone()),
        ));
        for case in plugin["cases"].as_array().into_iter().flatten() {
            all.push((format!("{name} {}", case["kind"]), case["form"].clone(), None));
        }
        for matter in plugin["matters"].as_array().into_iter().flatten() {
            for part in ["form", "evidence"] {
                if let Some(schema) = matter.get(part) {
                    all.push((format!("{name} {part}"), schema.clone(), None));
                }
            }
        }
    }
    all
}

#[test]
fn nobody_types_json_for_the_rules_that_come_with_the_product() {
    for (name, schema, defaults) in first_party() {
        let value = defaults.clone().unwrap_or_default();
        for lang in [Lang::Zh, Lang::En] {
            let fields = Asked::of(&schema).fields(lang, "settings", &value);
            assert!(!fields.is_empty(), "{name}");
            for field in &fields {
                assert!(!field.name.ends_with(".json"), "{name}: {} is JSON", field.name);
                let chinese = |text: &str| text.chars().any(|letter| ('一'..='龥').contains(&letter));
                assert_eq!(chinese(&field.label), lang == Lang::Zh, "{name}: {}", field.label);
            }
            if let Some(defaults) = &defaults {
                assert_eq!(round(&schema, defaults, lang), *defaults, "{name}");
            }
        }
    }
}

fn spending() -> Value {
    let wanted = |(name, schema, _): (String, Value, Option<Value>)| {
        (name == "collective-spending form").then_some(schema)
    };
    first_party().into_iter().find_map(wanted).expect("the form of a proposal to spend")
}

#[test]
fn rows_are_typed_a_line_each_and_wrong_ones_are_named() {
    let asked = Asked::of(&spending());
    let plan = |quotations| {
        [
            ("form.project", "水渠"),
            ("form.purpose", "清淤"),
            ("form.funding-source", "集体收入"),
            ("form.quotations", quotations),
        ]
    };
    let read = asked.read("form", &plan("甲队 | 7,800.50\n\n乙队｜8000\n丙队\t8200元"));
    assert_eq!(
        read,
        Ok(json!({
            "project": "水渠", "purpose": "清淤", "funding-source": "集体收入",
            "quotations": [
                { "supplier": "甲队", "amount-fen": 780_050 },
                { "supplier": "乙队", "amount-fen": 800_000 },
                { "supplier": "丙队", "amount-fen": 820_000 },
            ],
        }))
    );
    // Without a bar the comma is meant, so an amount goes without one.
    let read = asked.read("form", &plan("甲队，7800")).expect("a row");
    assert_eq!(read["quotations"][0]["amount-fen"], 780_000);
    let faults = asked.read("form", &plan("甲队 | 7800\n乙队 | 很贵")).expect_err("no amount");
    assert_eq!((faults[0].name.as_str(), faults[0].code), ("form.quotations", "not-an-amount"));
    assert!(faults[0].zh.starts_with("第 2 行“报价（元）”"), "{}", faults[0].zh);
    let faults = asked.read("form", &plan("甲队 | 7800 | 多余")).expect_err("a column too many");
    assert_eq!(faults[0].code, "columns");
    let faults = asked.read("form", &plan("| 7800")).expect_err("no supplier");
    assert_eq!(faults[0].code, "missing-field");
}

#[test]
fn every_wrong_answer_is_told_at_its_field() {
    let schema = json!({
        "type": "object",
        "required": ["days", "amount-fen", "share", "name", "on", "month", "grade", "scores"],
        "properties": {
            "days": { "type": "integer", "minimum": 7, "maximum": 90 },
            "amount-fen": { "type": "integer", "minimum": 100 },
            "share": { "type": "object", "properties": { "numerator": {}, "denominator": {} } },
            "name": { "type": "string", "maxLength": 3 },
            "on": { "type": "string", "format": "date" },
            "month": { "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" },
            "grade": { "enum": ["good", "bad"] },
            "scores": {
                "type": "object", "required": ["yard"],
                "properties": { "yard": { "type": "integer", "minimum": 0, "maximum": 20 } }
            },
        }
    });
    let asked = Asked::of(&schema);
    let wrong = [
        ("settings.days", "6"),
        ("settings.amount-fen", "0.999"),
        ("settings.share", "2/0"),
        ("settings.name", "四个字呢"),
        ("settings.on", "3月1日"),
        ("settings.month", "2026"),
        ("settings.grade", "middling"),
        ("settings.scores.yard", "21"),
    ];
    let faults = asked.read("settings", &wrong).expect_err("all wrong");
    let codes: Vec<_> = faults.iter().map(|fault| (fault.name.as_str(), fault.code)).collect();
    assert_eq!(
        codes,
        [
            ("settings.days", "out-of-range"),
            ("settings.amount-fen", "not-an-amount"),
            ("settings.share", "not-a-fraction"),
            ("settings.name", "too-long"),
            ("settings.on", "not-a-date"),
            ("settings.month", "not-a-month"),
            ("settings.grade", "not-one-of"),
            ("settings.scores.yard", "out-of-range"),
        ]
    );
    assert_eq!(faults[1].en, "an amount such as 1200 or 1200.50");
    let missing = asked.read("settings", &[]).expect_err("nothing sent");
    assert_eq!(missing.len(), 8);
    assert!(missing.iter().all(|fault| fault.code == "missing-field"));
}

#[test]
fn what_has_no_control_is_json_for_that_property_alone() {
    let schema = json!({
        "type": "object",
        "properties": {
            "table": { "type": "array", "items": { "type": "array" }, "title": "对照表" },
            "days": { "type": "integer", "title": "天数" },
        }
    });
    let value = json!({ "days": 3, "table": [[1, 2], [3]] });
    let fields = Asked::of(&schema).fields(Lang::Zh, "settings", &value);
    let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["settings.days", "settings.table.json"]);
    assert_eq!(round(&schema, &value, Lang::Zh), value);
    let faults = Asked::of(&schema).read("settings", &[("settings.table.json", "[[")]).expect_err("no JSON");
    assert_eq!((faults[0].name.as_str(), faults[0].code), ("settings.table.json", "not-json"));
    // A value that does not fit its control is shown as it is rather than lost.
    let odd = json!({ "days": "three" });
    assert_eq!(round(&schema, &odd, Lang::Zh), odd);
}

#[test]
fn rules_that_ask_the_same_ask_once() {
    let measures = |choice: &str| {
        json!({
            "type": "object", "properties": {
                "measures": { "type": "array", "items": { "oneOf": [{ "const": choice, "title": choice }] } },
                "source": { "type": "string" },
            }
        })
    };
    let mut second = measures("help");
    second["required"] = json!(["source"]);
    let asked = Asked::merged(&[measures("fine"), second]);
    let fields = asked.fields(Lang::Zh, "form", &Value::Null);
    assert_eq!(fields.len(), 2);
    let read =
        asked.read("form", &[("form.measures", "fine"), ("form.measures", "help"), ("form.source", "x")]);
    assert_eq!(read, Ok(json!({ "measures": ["fine", "help"], "source": "x" })));
    assert!(asked.read("form", &[]).is_err(), "one of the two requires the source");
}

#[test]
fn values_are_told_in_words() {
    let told = Asked::of(&spending()).told(Lang::Zh, &json!({
        "project": "水渠", "yearly-total-fen": 800_050, "quotations": [{ "supplier": "甲", "amount-fen": 100 }],
        "other": true,
    }));
    let told: Vec<_> = told.iter().map(|(label, text)| (label.as_str(), text.as_str())).collect();
    assert_eq!(
        told,
        [
            ("项目名称", "水渠"),
            ("同一项目本年度合计", "8000.50 元"),
            ("书面报价", "甲 1 元"),
            ("other", "是"),
        ]
    );
}

#[test]
fn amounts_have_at_most_two_decimals() {
    for (text, expected) in [
        ("1200", Some(120_000)),
        ("1,200.5", Some(120_050)),
        ("¥0.05", Some(5)),
        ("1200.50元", Some(120_050)),
        ("1200.505", None),
        ("1200.", None),
        (".5", None),
        ("-3", None),
        ("九百", None),
        ("92233720368547758.08", None),
    ] {
        assert_eq!(fen(text), expected, "{text}");
    }
}

/// One property of a kind that forms have, with a value it may have.
fn property() -> impl Strategy<Value = (&'static str, Value, Value)> {
    let text = "[一-龥a-z|，]{1,8}";
    prop_oneof![
        (-5i64..500).prop_map(|n| ("count", json!({ "type": "integer" }), json!(n))),
        (0i64..500).prop_map(|n| (
            "days",
            json!({ "type": "integer", "minimum": 0, "maximum": 500 }),
            json!(n)
        )),
        (0i64..=MOST).prop_map(|n| ("price-fen", json!({ "type": "integer", "minimum": 0 }), json!(n))),
        (1u64..9, 1u64..9).prop_map(|(n, d)| {
            let part = json!({ "type": "integer" });
            let schema =
                json!({ "type": "object", "properties": { "numerator": part, "denominator": part } });
            ("share", schema, json!({ "numerator": n, "denominator": d }))
        }),
        text.prop_map(|text| ("word", json!({ "type": "string" }), json!(text))),
        (1u8..29).prop_map(|day| {
            ("on", json!({ "type": "string", "format": "date" }), json!(format!("2026-02-{day:02}")))
        }),
        any::<bool>().prop_map(|is| ("sure", json!({ "type": "boolean" }), json!(is))),
        prop_oneof!["a", "b"].prop_map(|one| ("choice", json!({ "enum": ["a", "b"] }), json!(one))),
        prop::collection::vec(text, 1..4).prop_map(|list| (
            "list",
            json!({ "type": "array", "items": { "type": "string" } }),
            json!(list)
        )),
        prop::sample::subsequence(vec!["a", "b", "c"], 1..4).prop_map(|list| {
            ("some", json!({ "type": "array", "items": { "enum": ["a", "b", "c"] } }), json!(list))
        }),
        prop::collection::vec((text, 0i64..900), 1..4).prop_map(|rows| {
            let rows: Vec<Value> =
                rows.into_iter().map(|(name, fen)| json!({ "name": name, "fen": fen })).collect();
            let schema = json!({
                "type": "array", "items": { "type": "object", "required": ["name", "fen"], "properties": {
                    "name": { "type": "string" }, "fen": { "type": "integer" }
                } }
            });
            ("rows", schema, json!(rows))
        }),
        (0i64..20, any::<bool>()).prop_map(|(n, is)| {
            let schema = json!({
                "type": "object", "required": ["n"], "properties": {
                    "n": { "type": "integer" }, "is": { "type": "boolean" }
                }
            });
            ("group", schema, json!({ "n": n, "is": is }))
        }),
    ]
}

/// 2^53 - 1 fen: the largest amount that enters the record.
const MOST: i64 = (1 << 53) - 1;

proptest! {
    #[test]
    fn what_is_shown_and_sent_back_untouched_is_the_same(
        parts in prop::collection::vec((property(), any::<bool>()), 1..8),
        english in any::<bool>(),
    ) {
        let (mut properties, mut value, mut required) = (Map::new(), Map::new(), Vec::new());
        for ((name, schema, one), needed) in parts {
            properties.insert(name.to_owned(), schema);
            value.insert(name.to_owned(), one);
            if needed {
                required.push(name);
            }
        }
        let schema = json!({ "type": "object", "required": required, "properties": properties });
        let lang = if english { Lang::En } else { Lang::Zh };
        let value = Value::Object(value);
        prop_assert_eq!(round(&schema, &value, lang), value);
    }

    #[test]
    fn yuan_are_fen_again(amount in 0i64..=MOST) {
        prop_assert_eq!(fen(&yuan(amount)), Some(amount));
    }

    /// An amount that the record cannot hold was let through here, and the page answered 500.
    #[test]
    fn an_amount_that_no_record_holds_is_none(amount in MOST + 1..=i64::MAX) {
        prop_assert_eq!(fen(&yuan(amount)), None);
    }
}

/// What went wrong: the form for a proposal offered fines, confiscation, public shaming and detention as boxes to tick,
/// on an official page. What is unlawful is written down by whoever plans it, and refused; nobody is offered it.
#[test]
fn no_form_offers_an_unlawful_measure() {
    const UNLAWFUL: [&str; 10] = [
        "fine",
        "confiscation",
        "deposit",
        "cut-service",
        "deny-access",
        "withhold-benefit",
        "public-shaming",
        "force",
        "detention",
        "exclusion",
    ];
    fn offered(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(word) = fields.get("const").and_then(Value::as_str)
                    && UNLAWFUL.contains(&word)
                {
                    found.push(word.to_owned());
                }
                fields.values().for_each(|value| offered(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| offered(item, found)),
            _ => {}
        }
    }
    let plugins = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../plugins");
    let mut looked = 0;
    for folder in std::fs::read_dir(plugins).expect("the rules of the product").flatten() {
        let Ok(text) = std::fs::read_to_string(folder.path().join("plugin.json")) else { continue };
        let manifest: Value = serde_json::from_str(&text).expect("JSON");
        let mut found = Vec::new();
        offered(&manifest["matters"], &mut found);
        assert!(found.is_empty(), "{} offers {found:?}", folder.path().display());
        looked += 1;
    }
    assert!(looked >= 5, "only {looked} rules");
}
