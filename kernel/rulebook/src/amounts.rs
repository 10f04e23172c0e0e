//! 问到的数额 (the amounts at which rules are asked): just below, at, and just above every figure that they speak of.
//!
//! What a rule demands may hang on how much a matter costs, and nobody can ask about every amount. But a rule that
//! draws a line draws it at a figure that stands in its settings or in its own examples. So each of them gives three
//! questions, and what holds at some of them is told as a range of amounts.

use std::collections::BTreeSet;

use serde_json::Value;
use yishi_law::Words;

use crate::call::Export;
use crate::manifest::Manifest;
use crate::rules::RuleRef;
use crate::wire::Matter;

/// What is money in settings and examples ends so; it is in fen.
const MONEY: &str = "-fen";
/// The largest figure that has one above it in canonical JSON.
const LARGEST: u64 = (1 << 53) - 2;

/// 数额 (a matter's money, as it is asked about). One kind at a time; the other is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Point {
    /// Nothing is said of money.
    None,
    /// 涉及金额, in fen.
    Amount(u64),
    /// 每户负担, in fen.
    PerHousehold(u64),
}

impl Point {
    /// The same matter, costing so much.
    pub(crate) fn of(self, matter: &Matter) -> Matter {
        let mut matter = matter.clone();
        match self {
            Self::None => {}
            Self::Amount(fen) => matter.amount_fen = Some(fen),
            Self::PerHousehold(fen) => matter.per_household_fen = Some(fen),
        }
        matter
    }
}

/// 数额起点 (a figure that a rule speaks of), with the questions it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    fen: u64,
    amount: bool,
    per_household: bool,
}

impl Figure {
    pub(crate) fn points(&self) -> impl Iterator<Item = Point> {
        let around = [self.fen - 1, self.fen, self.fen + 1];
        let amounts = around.into_iter().filter(|_| self.amount).map(Point::Amount);
        let per_household = around.into_iter().filter(|_| self.per_household).map(Point::PerHousehold);
        amounts.chain(per_household)
    }
}

/// Every figure of these rules, each once: those of their settings first, then those of the examples that the rules
/// which differ carry for the questions that are asked.
pub(crate) fn figures<'a>(
    rules: impl Iterator<Item = &'a RuleRef>,
    manifests: impl Iterator<Item = &'a Manifest>,
) -> Vec<Figure> {
    let mut all = Vec::new();
    for rule in rules {
        // Settings are canonical JSON already.
        let settings: Value = serde_json::from_str(&rule.settings).unwrap_or_default();
        take(&settings, "", false, &mut all);
    }
    for scenario in manifests.flat_map(|manifest| &manifest.scenarios) {
        take(scenario.given.settings.as_ref().unwrap_or(&Value::Null), "", false, &mut all);
        match scenario.when.export {
            Export::Classify => take(&scenario.when.input["matter"], "", true, &mut all),
            Export::Terms => take(&scenario.when.input["query"]["matter"], "", true, &mut all),
            _ => {}
        }
    }
    all
}

/// A matter says by the field which kind of money it means; a setting only where its name does.
fn take(value: &Value, key: &str, of_matter: bool, all: &mut Vec<Figure>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| take(value, key, of_matter, all)),
        Value::Array(items) => items.iter().for_each(|item| take(item, key, of_matter, all)),
        value => {
            let Some(fen) = value.as_u64().filter(|fen| (1..=LARGEST).contains(fen)) else { return };
            if !key.ends_with(MONEY) {
                return;
            }
            let per_household = key.contains("household");
            let amount = !per_household;
            let per_household = per_household || !of_matter;
            match all.iter_mut().find(|known| known.fen == fen) {
                Some(known) => {
                    known.amount |= amount;
                    known.per_household |= per_household;
                }
                None => all.push(Figure { fen, amount, per_household }),
            }
        }
    }
}

/// 问过的 (everything that was asked about, to tell where among it something holds).
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    amounts: BTreeSet<u64>,
    per_household: BTreeSet<u64>,
    figures: BTreeSet<u64>,
}

impl Asked {
    pub(crate) fn add(&mut self, figure: &Figure) {
        self.figures.insert(figure.fen);
        for point in figure.points() {
            match point {
                Point::None => {}
                Point::Amount(fen) => {
                    self.amounts.insert(fen);
                }
                Point::PerHousehold(fen) => {
                    self.per_household.insert(fen);
                }
            }
        }
    }

    /// For which amounts something holds that holds at these points: none where for all.
    pub(crate) fn range(&self, held: &BTreeSet<Point>) -> Option<Words> {
        let whenever = held.contains(&Point::None);
        let axes = [
            (
                &self.amounts,
                Point::Amount as fn(u64) -> Point,
                Words::new("涉及金额", "amount"),
                Words::new("不涉及金额", "no amount"),
            ),
            (
                &self.per_household,
                Point::PerHousehold as fn(u64) -> Point,
                Words::new("每户负担", "levy per household"),
                Words::new("没有每户负担", "no levy per household"),
            ),
        ];
        let mut told = Vec::new();
        for (asked, point, of, without) in axes {
            let line: Vec<Option<u64>> =
                std::iter::once(None).chain(asked.iter().copied().map(Some)).collect();
            let holds = |at: &Option<u64>| held.contains(&at.map_or(Point::None, point));
            let whole = line.iter().all(holds);
            let only_without_money = !line[1..].iter().any(holds);
            if (whenever && whole) || (!whenever && only_without_money) {
                continue;
            }
            if only_without_money {
                told.push(without);
                continue;
            }
            let ranges = self.ranges(&line, holds).into_iter();
            let ranges = ranges.reduce(|a, b| Words::new(a.zh + "，或者" + &b.zh, a.en + ", or " + &b.en));
            told.extend(ranges.map(|words| {
                Words::new(format!("{}{}", of.zh, words.zh), format!("{} {}", of.en, words.en))
            }));
        }
        let (and_zh, and_en) = if whenever { ("，并且", ", and ") } else { ("，或者", ", or ") };
        told.into_iter().reduce(|a, b| Words::new(a.zh + and_zh + &b.zh, a.en + and_en + &b.en))
    }

    /// The stretches of a line of amounts in which something holds, in words. The line begins with no money at all.
    fn ranges(&self, line: &[Option<u64>], holds: impl Fn(&Option<u64>) -> bool) -> Vec<Words> {
        let mut ranges = Vec::new();
        let mut from = 0;
        while from < line.len() {
            if !holds(&line[from]) {
                from += 1;
                continue;
            }
            let to = (from..line.len()).take_while(|at| holds(&line[*at])).last().unwrap_or(from);
            ranges.push(self.stretch(line, from, to));
            from = to + 1;
        }
        ranges
    }

    fn stretch(&self, line: &[Option<u64>], from: usize, to: usize) -> Words {
        let least = line[from].filter(|_| from > 1).map(|fen| match fen.checked_sub(1) {
            // Just above a figure, and not at it.
            Some(figure) if self.figures.contains(&figure) && !self.figures.contains(&fen) => {
                Words::new(format!("超过{}", yuan(figure).zh), format!("above {}", yuan(figure).en))
            }
            _ => Words::new(format!("{}以上", yuan(fen).zh), format!("of {} or more", yuan(fen).en)),
        });
        let most = line[to].filter(|_| to + 1 < line.len()).map(|fen| {
            if self.figures.contains(&(fen + 1)) && !self.figures.contains(&fen) {
                let next = yuan(fen + 1);
                return Words::new(format!("不足{}", next.zh), format!("below {}", next.en));
            }
            Words::new(format!("不超过{}", yuan(fen).zh), format!("of no more than {}", yuan(fen).en))
        });
        let without = from == 0;
        match (least, most) {
            (Some(least), Some(most)) => {
                Words::new(format!("{}、{}", least.zh, most.zh), format!("{} and {}", least.en, most.en))
            }
            (Some(one), None) => one,
            (None, Some(most)) if without => {
                Words::new(format!("{}（或者没有）", most.zh), format!("{}, or none", most.en))
            }
            (None, Some(one)) => one,
            (None, None) if without => Words::new("没有", "none"),
            (None, None) => Words::new("不论多少", "of any size"),
        }
    }
}

/// 50,000 元 / 50,000 yuan, with fen only where there are some; in Chinese with a space before the figure.
fn yuan(fen: u64) -> Words {
    let whole = (fen / 100).to_string();
    let mut grouped = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !fen.is_multiple_of(100) {
        grouped += &format!(".{:02}", fen % 100);
    }
    Words::new(format!(" {grouped} 元"), format!("{grouped} yuan"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(fen: &[u64]) -> Asked {
        let mut asked = Asked::default();
        for fen in fen {
            asked.add(&Figure { fen: *fen, amount: true, per_household: false });
        }
        asked
    }

    fn holding(asked: &Asked, holds: impl Fn(u64) -> bool) -> Option<String> {
        let mut held: BTreeSet<Point> =
            asked.amounts.iter().filter(|fen| holds(**fen)).map(|fen| Point::Amount(*fen)).collect();
        // Most rules take no money for none of it.
        if holds(0) {
            held.insert(Point::None);
        }
        asked.range(&held).map(|words| words.zh)
    }

    #[test]
    fn what_holds_at_some_amounts_is_told_as_a_range() {
        let asked = asked(&[2_000_000, 5_000_000]);
        let told = |holds: &dyn Fn(u64) -> bool| holding(&asked, holds);
        assert_eq!(told(&|_| true), None);
        assert_eq!(told(&|fen| fen >= 5_000_000).as_deref(), Some("涉及金额 50,000 元以上"));
        assert_eq!(told(&|fen| fen > 5_000_000).as_deref(), Some("涉及金额超过 50,000 元"));
        assert_eq!(told(&|fen| fen < 2_000_000).as_deref(), Some("涉及金额不足 20,000 元（或者没有）"));
        assert_eq!(told(&|fen| fen <= 2_000_000).as_deref(), Some("涉及金额不超过 20,000 元（或者没有）"));
        assert_eq!(told(&|fen| fen > 0).as_deref(), Some("涉及金额不论多少"));
        assert_eq!(told(&|fen| fen == 0).as_deref(), Some("不涉及金额"));
        assert_eq!(
            told(&|fen| (2_000_000..5_000_000).contains(&fen)).as_deref(),
            Some("涉及金额 20,000 元以上、不足 50,000 元")
        );
        assert_eq!(
            told(&|fen| !(2_000_000..=5_000_000).contains(&fen)).as_deref(),
            Some("涉及金额不足 20,000 元（或者没有），或者超过 50,000 元")
        );
    }

    #[test]
    fn figures_are_what_is_named_as_money_and_each_is_asked_once() {
        let mut all = Vec::new();
        let settings = json!({
            "notice-days": 10, "gift-fen": 20_050, "levy": { "per-household-fen": 5_000 },
            "beyond-fen": 9_007_199_254_740_992_u64, "none-fen": 0,
        });
        take(&settings, "", false, &mut all);
        take(&json!({ "amount-fen": 20_050, "per-household-fen": null }), "", true, &mut all);
        let told: Vec<_> = all.iter().map(|one| (one.fen, one.amount, one.per_household)).collect();
        assert_eq!(told, [(20_050, true, true), (5_000, false, true)]);
        assert_eq!(all[1].points().collect::<Vec<_>>(), [4_999, 5_000, 5_001].map(Point::PerHousehold));
    }
}
