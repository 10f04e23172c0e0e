//! 模式检查 (measuring a guest's schema before anything compiles or walks it).
//!
//! A JSON Schema of a few kilobytes can stand for more work than there is time: references that double at each level
//! describe 2^n schemas, and whoever compiles it, validates with it, or draws a form from it does the whole. So every
//! schema of a manifest is measured first. The measure is the number of schemas there are once every reference is
//! replaced by what it refers to; the counting itself stops at the limit, so that measuring costs no more than what is
//! allowed. A schema may describe a tree, that is, refer to itself, once: then validating costs no more than the measure
//! for each value. Nothing here depends on the clock or on the machine.

use serde_json::{Map, Value};

/// Nesting of a schema, and length of a chain of references.
const DEPTH: usize = 48;
/// Values in one schema as it is written.
const VALUES: usize = 20_000;
/// Values in one schema once its references are replaced.
const WORK: usize = 10_000;
/// The same, over all schemas of a manifest.
const MANIFEST_WORK: usize = 50_000;
/// What a regular expression counts for: it is compiled at each place it stands in once references are replaced.
const PATTERN_WORK: usize = 200;
/// Bytes of one regular expression.
const PATTERN_BYTES: usize = 1_000;

/// Keywords that make a schema depend on where it is used or on itself in ways that cannot be measured beforehand.
const UNMEASURABLE: [&str; 6] = [
    "$dynamicRef",
    "$recursiveRef",
    "$dynamicAnchor",
    "$recursiveAnchor",
    "unevaluatedProperties",
    "unevaluatedItems",
];

/// What all schemas of one manifest may cost together.
pub(crate) struct Budget(usize);

impl Budget {
    pub(crate) const fn of_manifest() -> Self {
        Self(MANIFEST_WORK)
    }

    /// Measures one more schema.
    ///
    /// # Errors
    /// As [`measure`]; or that all together exceed what a manifest may hold.
    pub(crate) fn spend(&mut self, schema: &Value) -> Result<(), String> {
        let work = measure(schema)?;
        self.0 = self.0.checked_sub(work).ok_or_else(|| {
            format!("the schemas of the manifest stand for more than {MANIFEST_WORK} schemas together")
        })?;
        Ok(())
    }
}

/// Measures a schema of a guest: how many values it has once its references are replaced.
///
/// # Errors
/// Which limit it exceeds and where, in words for the author.
pub(crate) fn measure(schema: &Value) -> Result<usize, String> {
    let mut census = Census::default();
    census.written(schema, DEPTH)?;
    let mut walk = Walk::of(schema);
    walk.schema(schema, DEPTH)?;
    Ok(walk.work)
}

/// What stands in the schema as it is written.
#[derive(Default)]
struct Census {
    values: usize,
}

impl Census {
    fn written(&mut self, value: &Value, depth: usize) -> Result<(), String> {
        self.values += 1;
        if self.values > VALUES {
            return Err(format!("a schema may hold at most {VALUES} values"));
        }
        let depth = depth.checked_sub(1).ok_or_else(|| "the schema is nested too deeply".to_owned())?;
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.written(item, depth)),
            Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
                Self::keyword(key, value)?;
                self.written(value, depth)
            }),
            _ => Ok(()),
        }
    }

    fn keyword(key: &str, value: &Value) -> Result<(), String> {
        match (key, value) {
            ("$ref", Value::String(target)) if !target.starts_with('#') => {
                Err(format!("reference `{target}` leaves the schema"))
            }
            ("$ref", Value::String(target)) if target != "#" && !target.starts_with("#/") => {
                Err(format!("reference `{target}` is no JSON Pointer such as `#/$defs/name`"))
            }
            ("$id" | "$anchor", Value::String(_)) => {
                Err(format!("`{key}` is not used here: refer to parts of the schema as `#/$defs/name`"))
            }
            ("$id" | "$schema" | "$anchor", other) if !other.is_string() && !other.is_object() => {
                Err(format!("`{key}` must be text"))
            }
            ("pattern", Value::String(pattern)) => is_short(pattern),
            ("patternProperties", Value::Object(patterns)) => {
                patterns.keys().try_for_each(|pattern| is_short(pattern))
            }
            _ if UNMEASURABLE.contains(&key) => Err(format!("`{key}` is not taken in the schemas of rules")),
            _ => Ok(()),
        }
    }
}

fn is_short(pattern: &str) -> Result<(), String> {
    if pattern.len() <= PATTERN_BYTES {
        return Ok(());
    }
    Err(format!("a regular expression of {} bytes, at most {PATTERN_BYTES}", pattern.len()))
}

/// The walk through the schema with every reference replaced.
struct Walk<'a> {
    root: &'a Value,
    work: usize,
    /// References that are being replaced, each with how often it was met again inside itself.
    open: Vec<(&'a str, usize)>,
}

impl<'a> Walk<'a> {
    /// From the root, which is open from the beginning on: `#` refers to it.
    fn of(root: &'a Value) -> Self {
        Self { root, work: 0, open: vec![("#", 0)] }
    }

    fn spend(&mut self, work: usize) -> Result<(), String> {
        self.work += work;
        if self.work <= WORK {
            return Ok(());
        }
        Err(format!("the schema stands for more than {WORK} schemas once its references are replaced"))
    }

    fn schema(&mut self, value: &'a Value, depth: usize) -> Result<(), String> {
        self.spend(1)?;
        let depth = depth.checked_sub(1).ok_or_else(|| "the schema is nested too deeply".to_owned())?;
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.schema(item, depth)),
            Value::Object(fields) => self.object(fields, depth),
            _ => Ok(()),
        }
    }

    fn object(&mut self, fields: &'a Map<String, Value>, depth: usize) -> Result<(), String> {
        for (key, value) in fields {
            match (key.as_str(), value) {
                ("$ref", Value::String(target)) => self.follow(target, depth)?,
                // Definitions cost where they are referred to.
                ("$defs" | "definitions", Value::Object(_)) => self.spend(1)?,
                ("pattern", Value::String(_)) => self.spend(PATTERN_WORK)?,
                ("patternProperties", Value::Object(patterns)) => {
                    self.spend(PATTERN_WORK.saturating_mul(patterns.len()))?;
                    self.schema(value, depth)?;
                }
                _ => self.schema(value, depth)?,
            }
        }
        Ok(())
    }

    fn follow(&mut self, target: &'a str, depth: usize) -> Result<(), String> {
        self.spend(1)?;
        if let Some((_, again)) = self.open.iter_mut().find(|(open, _)| *open == target) {
            *again += 1;
            return if *again > 1 {
                Err(format!("`{target}` refers to itself in more than one place"))
            } else {
                Ok(())
            };
        }
        let pointer = target.strip_prefix('#').unwrap_or(target);
        let Some(referred) = self.root.pointer(pointer) else {
            return Err(format!("reference `{target}` leads nowhere"));
        };
        self.open.push((target, 0));
        self.schema(referred, depth)?;
        self.open.pop();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `levels` definitions, each of which refers twice to the next: a few kilobytes that stand for 2^levels schemas.
    fn doubling(levels: usize) -> Value {
        let mut definitions = Map::new();
        for level in 0..levels {
            let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
            definitions.insert(
                format!("d{level}"),
                json!({"type": "object", "properties": {"a": next, "b": next}, "allOf": [next, next]}),
            );
        }
        definitions.insert(format!("d{levels}"), json!({"type": "string"}));
        json!({"type": "object", "$ref": "#/$defs/d0", "$defs": definitions})
    }

    #[test]
    fn a_schema_that_doubles_itself_is_refused_after_bounded_work() {
        assert!(measure(&doubling(40)).is_err(), "also when its references are a long chain");
        let schema = doubling(14);
        assert!(schema.to_string().len() < 5_000, "{}", schema.to_string().len());
        assert!(measure(&schema).expect_err("refused").contains("more than 10000 schemas"));
        let mut walk = Walk::of(&schema);
        assert!(walk.schema(&schema, DEPTH).is_err());
        assert!(walk.work <= WORK + PATTERN_WORK, "{} units of work", walk.work);
        // A little of it is an ordinary schema.
        assert!(measure(&doubling(3)).expect("small") < 1_000);
    }

    #[test]
    fn a_schema_may_refer_to_itself_once_and_no_more() {
        let tree = json!({"$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}}}}, "$ref": "#/$defs/n"});
        assert!(measure(&tree).is_ok());
        let list = json!({"type": "object", "properties": {"rest": {"$ref": "#"}}});
        assert!(measure(&list).is_ok());
        for twice in [
            json!({"$defs": {"n": {"properties": {"n": {"allOf": [{"$ref": "#/$defs/n"}, {"$ref": "#/$defs/n"}]}}}}, "$ref": "#/$defs/n"}),
            json!({"$defs": {
                "n": {"properties": {"a": {"$ref": "#/$defs/m"}, "b": {"$ref": "#/$defs/n"}}},
                "m": {"properties": {"c": {"$ref": "#/$defs/n"}}}
            }, "$ref": "#/$defs/n"}),
            json!({"items": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}}),
        ] {
            assert!(measure(&twice).expect_err("refused").contains("more than one place"), "{twice}");
        }
    }

    #[test]
    fn many_schemas_that_are_allowed_one_by_one_are_not_allowed_together() {
        let (schema, mut budget) = (doubling(4), Budget::of_manifest());
        let refused = (0..1_000).find_map(|_| budget.spend(&schema).err()).expect("there is an end");
        assert!(refused.contains("together"), "{refused}");
    }

    #[test]
    fn what_cannot_be_measured_is_refused_by_name() {
        for (schema, word) in [
            (json!({"$dynamicRef": "#x"}), "$dynamicRef"),
            (json!({"allOf": [{"unevaluatedProperties": false}]}), "unevaluatedProperties"),
            (json!({"$id": "x:y"}), "$id"),
            (json!({"$ref": "#name"}), "#name"),
            (json!({"$ref": "#/$defs/none"}), "leads nowhere"),
            (json!({"$ref": "https://example.org/x.json"}), "leaves the schema"),
            (json!({"pattern": "a".repeat(2_000)}), "2000 bytes"),
            (
                json!({"anyOf": (0..70).map(|n| json!({"pattern": format!("a{n}")})).collect::<Vec<_>>()}),
                "more than 10000",
            ),
        ] {
            let told = measure(&schema).expect_err("refused");
            assert!(told.contains(word), "{told}");
        }
        let mut deep = json!({"type": "string"});
        for _ in 0..200 {
            deep = json!({"items": deep});
        }
        assert!(measure(&deep).expect_err("refused").contains("deeply"));
    }
}
