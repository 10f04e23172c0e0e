//! 用例的词句 (a rule's own examples and settings in words): titles of the schemas it carries, and the contract's names.

use serde_json::Value;
use yishi_app::reader::RuleSchemas;
use yishi_app::views::RuleView;
use yishi_portal::Lang;
use yishi_portal::asked::Asked;

use super::phrases::{self, both};

/// See the module's description.
#[derive(Debug)]
pub(super) struct Told {
    lang: Lang,
    settings: Asked,
    form: Asked,
    evidence: Asked,
    /// By the kind of case or record: its title, and what is asked about it.
    kinds: Vec<(String, String, Asked)>,
}

impl Told {
    /// The words of one rule.
    pub(super) fn of(lang: Lang, rule: &RuleView, schemas: &RuleSchemas) -> Self {
        let cases = rule.cases.iter().map(|case| {
            let title = phrases::of(lang, &case.title, &case.title_en);
            (case.kind.clone(), title.to_owned(), Asked::of(&case.form))
        });
        let records = schemas.records.iter().map(|(kind, title, schema)| {
            (kind.clone(), both(lang, &title.zh, &title.en).to_owned(), Asked::of(schema))
        });
        Self {
            lang,
            settings: Asked::of(&schemas.settings),
            form: Asked::merged(&schemas.matters.form),
            evidence: Asked::merged(&schemas.matters.evidence),
            kinds: cases.chain(records).collect(),
        }
    }

    /// The words of a component's settings alone.
    pub(super) fn of_settings(lang: Lang, schema: &Value) -> Self {
        Self {
            lang,
            settings: Asked::of(schema),
            form: Asked::default(),
            evidence: Asked::default(),
            kinds: Vec::new(),
        }
    }

    /// Each setting with its title.
    pub(super) fn settings(&self, values: &Value) -> Vec<(String, String)> {
        self.settings.told(self.lang, values)
    }

    /// What a rule is asked, in a word.
    pub(super) fn export(&self, export: &str) -> String {
        let (zh, en) = match export {
            "classify" => ("归类", "Classify"),
            "terms" => ("议事规则", "Rules of the meeting"),
            "admit" => ("资格", "Admit"),
            "vet" => ("审查规约", "Vet another rule"),
            "check" => ("核对", "Check"),
            "handle" => ("办理", "Handle"),
            "appraise" => ("评议", "Appraise"),
            "validate-settings" => ("核对设定", "Check the settings"),
            other => (other, other),
        };
        both(self.lang, zh, en).to_owned()
    }

    /// A value as lines a person can read: one line for each leaf, under the titles of what it lies in.
    pub(super) fn lines(&self, value: &Value) -> Vec<String> {
        let mut lines = Vec::new();
        self.leaves("", value, "", &mut lines);
        lines
    }

    fn leaves(&self, key: &str, value: &Value, kind: &str, lines: &mut Vec<String>) {
        match value {
            Value::Null => {}
            // A finding's code is for programs; its weight and its articles say the same to people.
            Value::String(_) if key == "code" => {}
            Value::Object(fields) => {
                let kind = fields.get("kind").and_then(Value::as_str).unwrap_or(kind);
                if fields.len() == 2
                    && let (Some(above), Some(below)) = (fields.get("numerator"), fields.get("denominator"))
                {
                    lines.push(self.line(&self.label(key), &format!("{above}/{below}")));
                    return;
                }
                if fields.len() == 2
                    && let (Some(Value::String(name)), Some(value)) =
                        (fields.get("name"), fields.get("value"))
                {
                    lines.push(self.line(&self.label(name), &self.leaf(name, value)));
                    return;
                }
                for (name, value) in fields {
                    match self.asked(name, value, kind) {
                        Some(asked) => {
                            let told = asked.told(self.lang, value);
                            lines.extend(told.iter().map(|(label, text)| self.line(label, text)));
                        }
                        None => self.leaves(name, value, kind, lines),
                    }
                }
            }
            Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
                let items: Vec<_> = items.iter().map(|item| self.leaf(key, item)).collect();
                if !items.is_empty() {
                    lines.push(self.line(&self.label(key), &items.join(both(self.lang, "、", ", "))));
                } else if matches!(key, "publish" | "tasks" | "points" | "records") {
                    lines.push(self.line(&self.label(key), both(self.lang, "无", "none")));
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.leaves(key, item, kind, lines);
                }
            }
            leaf => lines.push(self.line(&self.label(key), &self.leaf(key, leaf))),
        }
    }

    /// What is asked of a value by this name, where a schema of the rule says it.
    fn asked(&self, name: &str, value: &Value, kind: &str) -> Option<&Asked> {
        if !value.is_object() {
            return None;
        }
        let of_kind = || self.kinds.iter().find(|(known, ..)| known == kind).map(|(_, _, asked)| asked);
        match name {
            "settings" => Some(&self.settings),
            "evidence" => Some(&self.evidence),
            "form" => Some(of_kind().unwrap_or(&self.form)),
            "body" => of_kind(),
            _ => None,
        }
    }

    fn line(&self, label: &str, value: &str) -> String {
        if label.is_empty() {
            value.to_owned()
        } else {
            format!("{label}{}{value}", both(self.lang, "：", ": "))
        }
    }

    fn leaf(&self, key: &str, value: &Value) -> String {
        let Some(text) = value.as_str() else {
            return match (key, value) {
                (_, Value::Bool(is)) => {
                    both(self.lang, if *is { "是" } else { "否" }, if *is { "yes" } else { "no" }).to_owned()
                }
                (key, value) if key.ends_with("-fen") => {
                    value.as_u64().map_or_else(|| value.to_string(), |fen| phrases::yuan(self.lang, fen))
                }
                (_, value) => value.to_string(),
            };
        };
        match key {
            "pointer" => {
                let last = text.rsplit('/').next().unwrap_or_default();
                self.settings.title(self.lang, last).unwrap_or_else(|| text.to_owned())
            }
            "domain" | "domains" => phrases::domain(self.lang, text),
            "subjects" | "concerns" => phrases::subject(self.lang, text),
            "kind" => self.kind(text),
            "subject" => match text.strip_prefix("household-") {
                Some(number) => match self.lang {
                    Lang::Zh => format!("{number} 号户"),
                    Lang::En => format!("household {number}"),
                },
                None => text.to_owned(),
            },
            "on" | "today" | "law_date" => phrases::date(self.lang, text),
            _ => self.word(text),
        }
    }

    fn kind(&self, code: &str) -> String {
        let known = self.kinds.iter().find(|(known, ..)| known == code);
        known.map_or_else(|| self.word(code), |(_, title, _)| title.clone())
    }

    /// One of the contract's own words; anything else stays as it is written.
    pub(super) fn word(&self, code: &str) -> String {
        let (zh, en) = match code {
            "advise" => ("提醒", "advise"),
            "require" => ("要求补正", "require"),
            "forbid" => ("不予通过", "forbid"),
            "commend" => ("表扬", "commend"),
            "admonish" => ("劝勉", "admonish"),
            "suggest-mediation" => ("建议调解", "suggest mediation"),
            "none" => ("不作评议", "nothing is said"),
            "ordinary" => ("一般事项", "ordinary"),
            "major" => ("重大事项", "major"),
            "village" => ("村", "village"),
            "urban" => ("社区", "urban community"),
            "charter" => ("章程（公约）", "charter"),
            "implementation-rule" => ("实施细则", "implementation rule"),
            "village-regulation" => ("村规民约", "village regulation"),
            "council" => ("议事会", "council"),
            "joint-committees" => ("“两委”联席会议", "joint committees"),
            "representative-assembly" => ("代表会议", "assembly of representatives"),
            "residents-assembly" => ("村（居）民会议", "residents' assembly"),
            "residents-committee" => ("村（居）民委员会", "residents' committee"),
            "supervision-committee" => ("监督委员会", "supervision committee"),
            "party-organization" => ("党组织", "party organisation"),
            "suggest" => ("建议", "suggestion"),
            "propose" => ("提议", "proposal"),
            "review" => ("审核", "review"),
            "party-study" => ("党组织前置研究", "party study"),
            "joint-deliberation" => ("审议", "joint deliberation"),
            "resolve" => ("决议", "resolution"),
            "file" => ("备案", "filing"),
            "disclose-decision" => ("决议公开", "disclosure of the decision"),
            "implement" => ("实施", "implementation"),
            "disclose-outcome" => ("实施结果公开", "disclosure of the outcome"),
            "at-least" => ("以上", "at least"),
            "more-than" => ("超过", "more than"),
            "in-office" => ("在任（应到）", "in office"),
            "present" => ("到会", "present"),
            "cast" => ("投票", "votes cast"),
            "persons" => ("按人", "by persons"),
            "households" => ("按户", "by households"),
            "voter" => ("参加表决", "voter"),
            "candidate" => ("候选人", "candidate"),
            "representative" => ("代表", "representative"),
            "council-member" => ("议事会成员", "council member"),
            "participant" => ("参加协商", "participant"),
            "recorded" => ("已登记", "recorded"),
            "commended" => ("予以表扬", "commended"),
            "to-be-helped" => ("上门帮助", "to be helped"),
            "under-review" => ("复核中", "under review"),
            "published" => ("已公布", "published"),
            "to-be-answered" => ("待答复", "to be answered"),
            "under-examination" => ("审核中", "under examination"),
            "booked" => ("已登记", "booked"),
            other => (other, other),
        };
        both(self.lang, zh, en).to_owned()
    }

    /// The contract's name of a field. A figure of the rule's own keeps the title its schemas give it.
    pub(super) fn label(&self, key: &str) -> String {
        let (zh, en) = match key {
            "because" => ("依据", "By"),
            "message" | "text" => ("内容", "Text"),
            "subject" => ("对象", "About"),
            "subjects" => ("涉及", "Subjects"),
            "class" => ("类别", "Class"),
            "domain" | "domains" => ("领域", "Domain"),
            "kind" => ("种类", "Kind"),
            "on" => ("日期", "Day"),
            "today" => ("当天", "Today"),
            "law_date" => ("适用法律日", "Date of the law"),
            "step" => ("步骤", "Step"),
            "body" => ("机构", "Body"),
            "role" => ("身份", "Role"),
            "weight" => ("意见", "Finding"),
            "code" => ("代码", "Code"),
            "amount-fen" => ("涉及金额", "Amount"),
            "per-household-fen" => ("每户筹资", "Levy per household"),
            "admitted" => ("符合资格", "Admitted"),
            "remark" => ("评议", "Remark"),
            "stage" => ("进展", "Stage"),
            "points" => ("积分", "Points"),
            "tasks" => ("待办", "Tasks"),
            "publish" => ("公布", "Published"),
            "records" => ("记录", "Records"),
            "reason" => ("事由", "Reason"),
            "due-days" => ("期限（天）", "Due within (days)"),
            "days" => ("天数", "Days"),
            "quorum" => ("法定人数", "Quorum"),
            "passes" | "threshold" => ("通过", "Passes"),
            "share" => ("比例", "Share"),
            "comparison" => ("比较", "Comparison"),
            "base" | "of" => ("基数", "Out of"),
            "mode" => ("计数", "Counted"),
            "number" => ("数字", "Number"),
            "notice-days" => ("提前通知（天）", "Days of notice"),
            "posting-days" => ("公布期限（天）", "Days of posting"),
            "secret-ballot" => ("无记名投票", "Secret ballot"),
            "petition" => ("联名提议", "Petition"),
            "proxy-cap" => ("委托上限", "Proxies"),
            "conditions" => ("条件", "Conditions"),
            "name" => ("名称", "Name"),
            "value" => ("数值", "Value"),
            "id" => ("编号", "Id"),
            "pointer" => ("位置", "At"),
            "settings" => ("设定", "Settings"),
            "age" => ("年龄", "Age"),
            "local-registration" => ("户籍在本地", "Registered here"),
            "resident-months" => ("居住月数", "Months of residence"),
            "party-member" => ("党员", "Party member"),
            "household-head" => ("户主", "Head of household"),
            "adults" => ("成年人", "Adults"),
            "households" => ("户数", "Households"),
            "representatives" => ("代表人数", "Representatives"),
            "council-members" => ("议事会人数", "Council members"),
            other => (other, other),
        };
        if zh != key {
            return both(self.lang, zh, en).to_owned();
        }
        let titled = |asked: &Asked| asked.title(self.lang, key);
        self.kinds.iter().find_map(|(_, _, asked)| titled(asked)).unwrap_or_else(|| key.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(lang: Lang) -> Told {
        let form = json!({
            "type": "object", "properties": {
                "entered-yard": { "type": "boolean", "title": "进入庭院", "x-title-en": "The yard was entered" },
                "grade": { "title": "等次", "x-title-en": "Grade", "oneOf": [
                    { "const": "good", "title": "良好", "x-title-en": "Good" }
                ] }
            }
        });
        let title = both(lang, "环境卫生检查", "Inspection").to_owned();
        Told {
            lang,
            settings: Asked::of(
                &json!({ "properties": { "gift-fen": { "type": "integer", "title": "随礼数额（分）" } } }),
            ),
            form: Asked::default(),
            evidence: Asked::default(),
            kinds: vec![("inspection".to_owned(), title, Asked::of(&form))],
        }
    }

    #[test]
    fn an_example_reads_without_code_words() {
        let input = json!({ "event": {
            "kind": "inspection", "on": "2026-03-20", "form": { "entered-yard": true, "grade": "good" }
        } });
        let zh = told(Lang::Zh);
        assert_eq!(zh.export("handle"), "办理");
        let mut lines = zh.lines(&input);
        lines.sort();
        assert_eq!(lines, ["日期：2026年3月20日", "种类：环境卫生检查", "等次：良好", "进入庭院：是"]);
        let mut lines = told(Lang::En).lines(&input);
        lines.sort();
        assert_eq!(
            lines,
            ["Day: 20 Mar 2026", "Grade: Good", "Kind: Inspection", "The yard was entered: yes"]
        );
    }

    #[test]
    fn answers_read_in_words_and_in_the_punctuation_of_the_page() {
        let then = json!({ "err": {
            "weight": "forbid", "code": "inspected-enough", "because": ["操作-3", "操作-4"]
        } });
        let mut lines = told(Lang::Zh).lines(&then);
        lines.sort();
        assert_eq!(lines, ["依据：操作-3、操作-4", "意见：不予通过"]);
        let mut lines = told(Lang::En).lines(&then);
        lines.sort();
        assert_eq!(lines, ["By: 操作-3, 操作-4", "Finding: forbid"]);
        let given = json!({ "settings": { "gift-fen": 20_000 }, "community": { "adults": 12 } });
        let mut lines = told(Lang::Zh).lines(&given);
        lines.sort();
        assert_eq!(lines, ["成年人：12", "随礼数额：200 元"]);
        assert_eq!(told(Lang::En).lines(&json!({ "publish": [] })), ["Published: none"]);
        let points = json!({ "subject": "household-7", "measures": [{ "name": "grade", "value": 90 }] });
        let mut lines = told(Lang::Zh).lines(&points);
        lines.sort();
        assert_eq!(lines, ["对象：7 号户", "等次：90"]);
    }
}
