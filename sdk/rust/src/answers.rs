//! Building answers. Every constructor asks for the articles the answer rests on.

use serde::Serialize;

use crate::wit::{
    Admission, Appraisal, CitedFraction, CitedNumber, CitedShare, CitedThreshold, Classification, Comparison,
    Condition, CountingBase, Finding, MatterClass, Measure, Outcome, Points, Publication, RecordDraft,
    Remark, SettingsError, Share, Task, Terms, Threshold, Weight, Words,
};
use crate::{Body, Unreadable};

/// 以上: at least so much, the figure included. `at_least(2, 3)` of 45 is 30.
#[must_use]
pub const fn at_least(numerator: u32, denominator: u32) -> Share {
    Share { comparison: Comparison::AtLeast, numerator, denominator }
}

/// 超过, 过半数: more than so much, the figure excluded. `more_than(1, 2)` of 30 is 16.
#[must_use]
pub const fn more_than(numerator: u32, denominator: u32) -> Share {
    Share { comparison: Comparison::MoreThan, numerator, denominator }
}

/// A text in both languages is written as a pair: `("提醒", "a reminder")`.
impl<Z: Into<String>, E: Into<String>> From<(Z, E)> for Words {
    fn from((zh, en): (Z, E)) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

impl Words {
    /// Nothing at all, where an answer need not say anything.
    const NOTHING: Self = Self { zh: String::new(), en: String::new() };
}

fn cite<A: Into<String>>(articles: impl IntoIterator<Item = A>) -> Vec<String> {
    articles.into_iter().map(Into::into).collect()
}

impl Share {
    /// This share of the members in office (of an assembly: of all persons or households).
    #[must_use]
    pub const fn of_in_office(self) -> Threshold {
        Threshold { share: self, base: CountingBase::InOffice }
    }

    /// This share of those present.
    #[must_use]
    pub const fn of_present(self) -> Threshold {
        Threshold { share: self, base: CountingBase::Present }
    }

    /// This share of the votes cast for or against.
    #[must_use]
    pub const fn of_cast(self) -> Threshold {
        Threshold { share: self, base: CountingBase::Cast }
    }

    /// Whether a part of a whole reaches the share, in integers. Nothing reaches a share of nothing.
    #[must_use]
    pub fn holds(self, part: u64, whole: u64) -> bool {
        let have = u128::from(part) * u128::from(self.denominator);
        let need = u128::from(whole) * u128::from(self.numerator);
        whole > 0
            && match self.comparison {
                Comparison::AtLeast => have >= need,
                Comparison::MoreThan => have > need,
            }
    }
}

impl Classification {
    /// 重大事项: the matter is major. A rule cannot make a matter ordinary again.
    pub fn major<A: Into<String>>(because: impl IntoIterator<Item = A>) -> Self {
        Self { class: MatterClass::Major, because: cite(because) }
    }
}

impl Terms {
    /// Asks for nothing beyond the law; add what the rule does ask for.
    #[must_use]
    pub const fn silent() -> Self {
        Self {
            quorum: None,
            passes: None,
            notice_days: None,
            posting_days: None,
            secret_ballot: None,
            petition: None,
            proxy_cap: None,
            conditions: Vec::new(),
        }
    }

    /// 法定人数: the share of members (persons, households) who must take part.
    #[must_use]
    pub fn quorum<A: Into<String>>(mut self, share: Share, because: impl IntoIterator<Item = A>) -> Self {
        self.quorum = Some(CitedShare { share, because: cite(because) });
        self
    }

    /// 通过: what a motion needs to pass, with its base.
    #[must_use]
    pub fn passes<A: Into<String>>(
        mut self,
        threshold: Threshold,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        self.passes = Some(CitedThreshold { threshold, because: cite(because) });
        self
    }

    /// 提前通知的天数.
    #[must_use]
    pub fn notice_days<A: Into<String>>(mut self, days: u32, because: impl IntoIterator<Item = A>) -> Self {
        self.notice_days = Some(CitedNumber { number: days, because: cite(because) });
        self
    }

    /// 公布的天数.
    #[must_use]
    pub fn posting_days<A: Into<String>>(mut self, days: u32, because: impl IntoIterator<Item = A>) -> Self {
        self.posting_days = Some(CitedNumber { number: days, because: cite(because) });
        self
    }

    /// 无记名投票: the ballot must be secret.
    #[must_use]
    pub fn secret_ballot<A: Into<String>>(mut self, because: impl IntoIterator<Item = A>) -> Self {
        self.secret_ballot = Some(cite(because));
        self
    }

    /// 联名提议: the share that can force convening.
    #[must_use]
    pub fn petition<A: Into<String>>(
        mut self,
        numerator: u32,
        denominator: u32,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        self.petition = Some(CitedFraction { numerator, denominator, because: cite(because) });
        self
    }

    /// 委托投票: how many proxies one person may hold.
    #[must_use]
    pub fn proxy_cap<A: Into<String>>(mut self, cap: u32, because: impl IntoIterator<Item = A>) -> Self {
        self.proxy_cap = Some(CitedNumber { number: cap, because: cite(because) });
        self
    }

    /// A further condition the record must show before the step; `code` is a stable kebab-case word.
    #[must_use]
    pub fn condition<A: Into<String>>(
        mut self,
        code: &str,
        text: impl Into<Words>,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        self.conditions.push(Condition { code: code.into(), text: text.into(), because: cite(because) });
        self
    }
}

impl Finding {
    /// 提醒: worth knowing; stops nothing.
    pub fn advise<A: Into<String>>(
        code: &str,
        message: impl Into<Words>,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        Self { weight: Weight::Advise, code: code.into(), message: message.into(), because: cite(because) }
    }

    /// 要求: must be supplied before the act.
    pub fn require<A: Into<String>>(
        code: &str,
        message: impl Into<Words>,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        Self { weight: Weight::Require, code: code.into(), message: message.into(), because: cite(because) }
    }

    /// 禁止: the act may not be done.
    pub fn forbid<A: Into<String>>(
        code: &str,
        message: impl Into<Words>,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        Self { weight: Weight::Forbid, code: code.into(), message: message.into(), because: cite(because) }
    }
}

impl Unreadable {
    /// Turns the fault into a finding that forbids the act: `event.read::<Visit>().map_err(|e| e.cite(["操作-2"]))?`.
    /// Cite the article that says what the form holds.
    pub fn cite<A: Into<String>>(&self, because: impl IntoIterator<Item = A>) -> Finding {
        let message = (
            format!("表单内容不完整或格式不符：{self}"),
            format!("the form is incomplete or in another shape: {self}"),
        );
        Finding::forbid("form-unreadable", message, because)
    }
}

impl Admission {
    /// The charter has nothing against this person in this role.
    #[must_use]
    pub const fn silent() -> Self {
        Self { admitted: true, code: String::new(), message: Words::NOTHING, because: Vec::new() }
    }

    /// 符合条件: admitted, under the articles that say who may take the role.
    pub fn admit<A: Into<String>>(because: impl IntoIterator<Item = A>) -> Self {
        let message = ("符合条件", "meets the conditions").into();
        Self { admitted: true, code: "admitted".into(), message, because: cite(because) }
    }

    /// Not admitted; `code` is a stable kebab-case word.
    pub fn refuse<A: Into<String>>(
        code: &str,
        message: impl Into<Words>,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        Self { admitted: false, code: code.into(), message: message.into(), because: cite(because) }
    }
}

impl SettingsError {
    /// A fault at a JSON Pointer, for example `/quorum`.
    pub fn at(pointer: &str, message: impl Into<Words>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

impl Outcome {
    /// The case goes to a stage, one of those the manifest declares; add what follows from it.
    pub fn stage<A: Into<String>>(
        stage: &str,
        message: impl Into<Words>,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            stage: stage.into(),
            message: message.into(),
            points: Vec::new(),
            tasks: Vec::new(),
            publish: Vec::new(),
            records: Vec::new(),
            measures: Vec::new(),
            because: cite(because),
        }
    }

    /// 积分: gives points to a subject (takes them when negative).
    #[must_use]
    pub fn points<A: Into<String>>(
        mut self,
        subject: &str,
        points: i32,
        reason: impl Into<Words>,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        self.points.push(Points {
            subject: subject.into(),
            points,
            reason: reason.into(),
            because: cite(because),
        });
        self
    }

    /// 任务: something a body does within so many days.
    #[must_use]
    pub fn task<A: Into<String>>(
        mut self,
        role: Body,
        due_days: u32,
        text: impl Into<Words>,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        let role = role.code().to_owned();
        self.tasks.push(Task { role, due_days, text: text.into(), because: cite(because) });
        self
    }

    /// 公开: something published for so many days.
    #[must_use]
    pub fn publish<A: Into<String>>(
        mut self,
        text: impl Into<Words>,
        days: u32,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        self.publish.push(Publication { text: text.into(), days, because: cite(because) });
        self
    }

    /// 记录: a record of one of the manifest's kinds.
    ///
    /// # Panics
    /// When the body cannot be written as JSON, which a derived `Serialize` of plain data always can.
    #[must_use]
    pub fn record(mut self, kind: &str, subject: &str, body: &impl Serialize) -> Self {
        let body = match serde_json::to_string(body) {
            Ok(body) => body,
            Err(error) => panic!("the body of a `{kind}` record is no JSON: {error}"),
        };
        self.records.push(RecordDraft { kind: kind.into(), subject: subject.into(), body });
        self
    }

    /// 指标: a figure for the community's indicators, one of those the manifest declares.
    #[must_use]
    pub fn measure(mut self, name: &str, value: i64) -> Self {
        self.measures.push(Measure { name: name.into(), value });
        self
    }
}

impl Appraisal {
    /// The regulation has nothing to say.
    #[must_use]
    pub const fn none() -> Self {
        Self { remark: Remark::None, message: Words::NOTHING, because: Vec::new() }
    }

    /// 表扬.
    pub fn commend<A: Into<String>>(message: impl Into<Words>, because: impl IntoIterator<Item = A>) -> Self {
        Self { remark: Remark::Commend, message: message.into(), because: cite(because) }
    }

    /// 劝导: said to the person; never published.
    pub fn admonish<A: Into<String>>(
        message: impl Into<Words>,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        Self { remark: Remark::Admonish, message: message.into(), because: cite(because) }
    }

    /// 建议调解.
    pub fn suggest_mediation<A: Into<String>>(
        message: impl Into<Words>,
        because: impl IntoIterator<Item = A>,
    ) -> Self {
        Self { remark: Remark::SuggestMediation, message: message.into(), because: cite(because) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_hold_in_integers() {
        assert!(at_least(2, 3).holds(30, 45));
        assert!(!more_than(2, 3).holds(30, 45));
        assert!(more_than(2, 3).holds(31, 45));
        assert!(!at_least(2, 3).holds(30, 46));
        assert!(!more_than(1, 2).holds(500, 1000));
        assert!(!at_least(0, 1).holds(0, 0));
        assert!(at_least(1, 1).holds(u64::MAX, u64::MAX));
    }
}
