//! Small manifests that pass every check.

use serde_json::{Value, json};

use crate::Forge;

/// A manifest for a world.
///
/// # Panics
/// When there is no such world.
#[must_use]
pub fn of(world: &str) -> Value {
    match world {
        "charter" => charter(),
        "implementation-rule" => implementation_rule(),
        "village-regulation" => village_regulation(),
        other => panic!("no world `{other}`"),
    }
}

fn text(zh: &str) -> Value {
    json!({ "zh-CN": zh, "en": format!("({zh})") })
}

/// A code of the rule's own with its title.
#[must_use]
pub fn named(code: &str, zh: &str, en: &str) -> Value {
    json!({ "code": code, "title": { "zh-CN": zh, "en": en } })
}

fn heading(id: &str, title: &str, article: &str, body: &str) -> Value {
    json!({ "id": id, "title": text(title), "articles": [{ "id": article, "text": text(body) }] })
}

/// A charter with one article under each heading: `Z1` to `Z5`.
#[must_use]
pub fn charter() -> Value {
    json!({
        "manifest": 1, "name": "test-charter", "version": "1.0.0", "publisher": "测试", "kind": "charter", "wit": "1.0.0",
        "communities": ["village", "urban"], "languages": ["zh-CN"],
        "title": text("测试章程"), "summary": text("仅供测试"),
        "headings": [
            heading("organization", "组织", "Z1", "议事会由七至十五人组成。"),
            heading("rights-and-duties", "权利义务", "Z2", "居民有权提出建议。"),
            heading("economy", "经济管理", "Z3", "收支按月公开。"),
            heading("social-order", "社会秩序", "Z4", "邻里和睦。"),
            heading("deliberation", "议事规则", "Z5", "议事会须有组成人员过半数到会，全体组成人员过半数同意方为通过。"),
        ],
        "settings": { "schema": { "type": "object", "additionalProperties": false }, "defaults": {} },
        "domains": [], "gates": ["classify", "terms", "admit", "vet", "check"], "roster": ["adults"],
        "scenarios": [{
            "id": "settings-are-accepted", "title": text("接受默认设置"), "article": "Z1",
            "when": { "export": "validate-settings", "input": { "settings": {} } }, "then": []
        }]
    })
}

/// An implementation rule for the domain `sanitation` with articles `Z1` to `Z4`, one record and one case kind.
#[must_use]
pub fn implementation_rule() -> Value {
    json!({
        "manifest": 1, "name": "test-rule", "version": "1.0.0", "publisher": "测试", "kind": "implementation-rule",
        "wit": "1.0.0", "communities": ["village", "urban"], "languages": ["zh-CN"],
        "title": text("测试细则"), "summary": text("仅供测试"),
        "headings": [
            heading("operation", "操作方式", "Z1", "每月检查一次。"),
            heading("standards", "具体标准", "Z2", "门前整洁。"),
            heading("rewards-and-penalties", "奖惩处置", "Z3", "整洁的记十分。"),
            heading("publication", "结果公开", "Z4", "结果公开十五日。"),
        ],
        "settings": {
            "schema": { "type": "object", "additionalProperties": false, "properties": { "points": { "type": "integer", "minimum": 0 } } },
            "defaults": { "points": 10 }
        },
        "domains": [named("sanitation", "环境卫生", "sanitation")],
        "stages": [named("inspected", "已检查", "inspected")],
        "measures": [named("clean-households", "清洁户数", "clean households")], "gates": ["terms", "check", "handle"], "roster": ["households", "household-adults"],
        "records": [{
            "kind": "inspection", "title": text("检查记录"),
            "schema": { "type": "object", "required": ["score"], "properties": { "score": { "type": "integer" } }, "additionalProperties": false }
        }],
        "cases": [{ "kind": "visit", "title": text("上门检查"), "form": { "type": "object" } }],
        "scenarios": [{
            "id": "settings-are-accepted", "title": text("接受默认设置"), "article": "Z1",
            "when": { "export": "validate-settings", "input": { "settings": {} } }, "then": []
        }]
    })
}

/// A village regulation with the article `Z1`.
#[must_use]
pub fn village_regulation() -> Value {
    json!({
        "manifest": 1, "name": "test-customs", "version": "1.0.0", "publisher": "测试", "kind": "village-regulation",
        "wit": "1.0.0", "communities": ["village"], "languages": ["zh-CN"],
        "title": text("测试村规"), "summary": text("仅供测试"),
        "headings": [heading("customs", "移风易俗", "Z1", "喜事新办，丧事简办。")],
        "settings": { "schema": { "type": "object", "additionalProperties": false }, "defaults": {} },
        "domains": [], "gates": ["check", "appraise"],
        "cases": [{ "kind": "conduct", "title": text("行为"), "form": { "type": "object" } }],
        "scenarios": [{
            "id": "settings-are-accepted", "title": text("接受默认设置"), "article": "Z1",
            "when": { "export": "validate-settings", "input": { "settings": {} } }, "then": []
        }]
    })
}

/// Council terms as ruling R5 wants them, for a charter's `terms`.
#[must_use]
pub fn council_terms() -> Value {
    json!({
        "quorum": { "share": { "comparison": "more-than", "numerator": 1, "denominator": 2 }, "because": ["Z5"] },
        "passes": {
            "threshold": { "share": { "comparison": "more-than", "numerator": 1, "denominator": 2 }, "base": "in-office" },
            "because": ["Z5"]
        }
    })
}

/// A charter that every shelf takes: the council's terms as ruling R5 wants them, and everybody admitted.
#[must_use]
pub fn good_charter() -> Forge {
    Forge::new("charter").answer_when("terms", "query.body", "council", council_terms()).answer(
        "admit",
        json!({
            "admitted": true, "code": "resident", "because": ["Z2"],
            "message": { "zh": "居民可以参加", "en": "residents may take part" },
        }),
    )
}

/// A text of an answer that says the same in both languages.
#[must_use]
pub fn both(text: &str) -> Value {
    json!({ "zh": text, "en": text })
}
