//! What `wit-bindgen` makes of `schemas/wit/1.0.0/rule.wit`: the types once, and one module for each world.
//!
//! Nothing here is written by hand. A plugin sees the types through [`crate::wit`] and exports its answers
//! through the macros of the crate root.

/// 村民自治章程 or 居民公约: the world `charter`, and the types all worlds share.
#[expect(missing_docs, reason = "the documentation of generated items is the WIT's own")]
pub mod charter {
    wit_bindgen::generate!({
        path: "../../schemas/wit/1.0.0",
        world: "charter",
        generate_unused_types: true,
        pub_export_macro: true,
        export_macro_name: "export_charter",
        additional_derives: [PartialEq, Eq, serde::Serialize, serde::Deserialize],
        additional_type_attributes: {
        "yishi:rule/types@1.0.0/admission": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/appraisal": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/candidate": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/case-event": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/cited-fraction": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/cited-number": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/cited-share": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/cited-threshold": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/classification": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/community": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/community-kind": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/comparison": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/condition": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/context": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/counting-base": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/finding": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/matter": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/matter-class": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/measure": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/outcome": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/person-facts": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/points": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/publication": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/record-draft": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/remark": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/rule-article": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/rule-kind": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/settings-error": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/share": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/task": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/terms": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/terms-query": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/threshold": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/transition": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/weight": [#[serde(rename_all = "kebab-case")]],
        "yishi:rule/types@1.0.0/words": [#[serde(rename_all = "kebab-case")]],
        },
    });
}

/// 实施细则: the world `implementation-rule`.
#[expect(missing_docs, reason = "the documentation of generated items is the WIT's own")]
pub mod implementation_rule {
    wit_bindgen::generate!({
        path: "../../schemas/wit/1.0.0",
        world: "implementation-rule",
        pub_export_macro: true,
        export_macro_name: "export_implementation_rule",
        with: {
            "yishi:rule/types@1.0.0": crate::bindings::charter::yishi::rule::types,
            "yishi:rule/log@1.0.0": crate::bindings::charter::yishi::rule::log,
            "yishi:rule/roster@1.0.0": crate::bindings::charter::yishi::rule::roster,
        },
        generate_all,
    });
}

/// 村规民约: the world `village-regulation`.
#[expect(missing_docs, reason = "the documentation of generated items is the WIT's own")]
pub mod village_regulation {
    wit_bindgen::generate!({
        path: "../../schemas/wit/1.0.0",
        world: "village-regulation",
        pub_export_macro: true,
        export_macro_name: "export_village_regulation",
        with: {
            "yishi:rule/types@1.0.0": crate::bindings::charter::yishi::rule::types,
            "yishi:rule/log@1.0.0": crate::bindings::charter::yishi::rule::log,
        },
    });
}
