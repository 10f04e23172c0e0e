//! 白话 (plain words): the values of this crate in Chinese and English, for pages, minutes and findings.

use std::collections::BTreeSet;

use serde::Serialize;
use yishi_canonical::Digest;
use yishi_words::Words;

use crate::authority::Authority;
use crate::days::Notice;
use crate::kinds::CountingMode;
use crate::law::{Document, Law};
use crate::share::{Comparison, CountingBase, Fraction, Share, Threshold};
use crate::terms::{LeftOut, SetAside, TermField, Terms, WhyLeftOut};

/// 规约的名称 (what the rule of a component is called where people read of it); none where its title cannot be had.
///
/// The record keeps names and digests; whoever puts them in words for a reader has the components at hand.
pub type Titles<'a> = dyn Fn(&Digest) -> Option<Words> + 'a;

/// 字段说明 (one field of terms in words).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldWords {
    /// The field of [`Terms`].
    pub field: TermField,
    /// Its name in words.
    pub label: Words,
    /// Its value in words.
    pub value: Words,
    /// Who says so; [`Authority::describe`] puts each in words.
    pub by: BTreeSet<Authority>,
}

impl Fraction {
    /// 三分之二 / 2/3; the whole is 全部 / all.
    #[must_use]
    pub fn describe(self) -> Words {
        let (above, below) = (self.numerator(), self.denominator());
        if above == below {
            return Words::new("全部", "all");
        }
        Words::new(
            format!("{}分之{}", chinese_number(below), chinese_number(above)),
            format!("{above}/{below}"),
        )
    }
}

impl Share {
    /// 三分之二以上 / at least 2/3; 过半数 / more than 1/2.
    #[must_use]
    pub fn describe(&self) -> Words {
        let fraction = self.fraction();
        let Words { zh, en } = fraction.describe();
        let half = fraction.numerator() == 1 && fraction.denominator() == 2;
        match self.comparison() {
            Comparison::MoreThan if half => Words::new("过半数", "more than 1/2"),
            Comparison::MoreThan => Words::new(format!("超过{zh}"), format!("more than {en}")),
            Comparison::AtLeast if fraction.numerator() == fraction.denominator() => Words { zh, en },
            Comparison::AtLeast => Words::new(format!("{zh}以上"), format!("at least {en}")),
        }
    }
}

impl Threshold {
    /// 到会人员过半数同意 / more than 1/2 of those present agree; with 「（需16票）」 when the number is known.
    #[must_use]
    pub fn describe(&self, mode: CountingMode, needed: Option<u64>) -> Words {
        let (base_zh, base_en) = match (self.base, mode) {
            (CountingBase::Present, CountingMode::Persons) => ("到会人员", "those present"),
            (CountingBase::Present, CountingMode::Households) => {
                ("到会户的代表", "the households represented")
            }
            (CountingBase::InOffice, CountingMode::Persons) => ("全体应到人员", "all entitled to attend"),
            (CountingBase::InOffice, CountingMode::Households) => ("全体户", "all households"),
            (CountingBase::Cast, _) => ("赞成与反对票总数中", "the votes for and against"),
        };
        let share = self.share.describe();
        let (number_zh, number_en) = needed.map_or_else(Default::default, |needed| {
            (format!("（需{needed}票）"), format!(" ({needed} votes needed)"))
        });
        Words::new(
            format!("{base_zh}{}同意{number_zh}", share.zh),
            format!("{} of {base_en} agree{number_en}", share.en),
        )
    }
}

impl Terms {
    /// Every field that is set, in words, in a fixed order.
    #[must_use]
    pub fn describe(&self, mode: CountingMode) -> Vec<FieldWords> {
        self.describe_with(mode, &|_| None)
    }

    /// As [`Self::describe`], with rules called by their titles.
    #[must_use]
    pub fn describe_with(&self, mode: CountingMode, title: &Titles<'_>) -> Vec<FieldWords> {
        let mut fields = Vec::new();
        let mut push = |field, value, by: &BTreeSet<Authority>| {
            fields.push(FieldWords { field, label: field.words(), value, by: by.clone() });
        };
        let days = |days: u16| Words::new(format!("不少于{days}日"), format!("at least {days} days"));
        let required = |required: bool| {
            if required { Words::new("必须", "required") } else { Words::new("不要求", "not required") }
        };
        if let Some(class) = &self.class {
            push(TermField::Class, class.value.words(), &class.by);
        }
        for (share, by) in self.quorum.iter() {
            push(TermField::Quorum, describe_quorum(share, mode), by);
        }
        for (threshold, by) in self.passes.iter() {
            push(TermField::Passes, threshold.describe(mode, None), by);
        }
        if let Some(notice) = &self.notice_days {
            push(TermField::NoticeDays, days(notice.value), &notice.by);
        }
        if let Some(posting) = &self.posting_days {
            push(TermField::PostingDays, days(posting.value), &posting.by);
        }
        if let Some(secrecy) = &self.secrecy {
            push(TermField::Secrecy, secrecy.value.words(), &secrecy.by);
        }
        let petition = |fraction: Fraction| Share::new(Comparison::AtLeast, fraction);
        if let Some(cited) = &self.petition
            && let Ok(share) = petition(cited.value)
        {
            push(TermField::Petition, share.describe(), &cited.by);
        }
        if let Some(cited) = &self.petition_representatives
            && let Ok(share) = petition(cited.value)
        {
            push(TermField::PetitionRepresentatives, share.describe(), &cited.by);
        }
        if let Some(cap) = &self.proxy_cap {
            let value = Words::new(format!("不超过{}人", cap.value), format!("at most {}", cap.value));
            push(TermField::ProxyCap, value, &cap.by);
        }
        if let Some(study) = &self.party_study {
            push(TermField::PartyStudy, required(study.value), &study.by);
        }
        if let Some(consultation) = &self.consultation {
            push(TermField::Consultation, required(consultation.value), &consultation.by);
        }
        for (condition, by) in self.conditions.iter() {
            push(TermField::Conditions, condition.text.clone(), by);
        }
        for aside in &self.set_aside {
            push(TermField::SetAside, aside.describe(mode, title), &aside.by);
        }
        for rule in &self.left_out {
            push(TermField::LeftOut, rule.describe(title), &BTreeSet::new());
        }
        fields
    }
}

impl LeftOut {
    /// 「规约“clean-home”自2026-03-02起暂停，本次没有询问（裁定R23）」. `title` gives the title of a component, where it can be had.
    #[must_use]
    pub fn describe(&self, title: &Titles<'_>) -> Words {
        let name = title(&self.component).map_or_else(
            || Words::new(format!("规约“{}”", self.name), format!("the rule `{}`", self.name)),
            |title| Words::new(format!("《{}》", title.zh), format!("“{}”", title.en)),
        );
        match &self.why {
            WhyLeftOut::Suspended { since } => Words::new(
                format!("{}自{since}起暂停，没有询问（裁定R23）", name.zh),
                format!("{} was not asked: it has been suspended since {since} (ruling R23)", name.en),
            ),
            WhyLeftOut::Failed { words, .. } => Words::new(
                format!("{}未能作答：{}，按法律底线办理", name.zh, words.zh),
                format!("{} gave no answer ({}): the law's own minimum applies", name.en, words.en),
            ),
            WhyLeftOut::OfALowerBody { adopted_by } => {
                let body = adopted_by.term();
                Words::new(
                    format!(
                        "{}由{}通过，不能提高上级会议的法定人数、通过比例和通知期，这部分不予采用（裁定R27）",
                        name.zh, body.zh
                    ),
                    format!(
                        "{} was adopted by the {} and cannot raise a higher body's quorum, pass share or notice: set aside (ruling R27)",
                        name.en, body.en
                    ),
                )
            }
        }
    }
}

impl SetAside {
    /// 「《村民自治章程》议事-5要求“到会人员四分之三以上同意”，不予采用：通过比例不可变动（V7·第三十一条、裁定R13）」.
    #[must_use]
    pub fn describe(&self, mode: CountingMode, title: &Titles<'_>) -> Words {
        let list = |authorities: &BTreeSet<Authority>| {
            let all = authorities.iter().map(|authority| authority.short(title));
            let all = all.reduce(|a, b| Words::new(a.zh + "、" + &b.zh, a.en + "; " + &b.en));
            all.unwrap_or_else(|| Words::new("", ""))
        };
        let (by, because) = (list(&self.by), list(&self.because));
        let demand = self.demand.describe(mode, None);
        Words::new(
            format!("{}要求“{}”，不予采用：通过比例不可变动（{}）", by.zh, demand.zh, because.zh),
            format!(
                "{} asked that “{}”, which is set aside: the pass share is fixed ({})",
                by.en, demand.en, because.en
            ),
        )
    }
}

impl Notice {
    /// 「2026-06-03通知，2026-06-13开会，相隔10日（须提前10日，裁定R10）」.
    #[must_use]
    pub fn describe(&self) -> Words {
        let Self { given, held_on, days } = self;
        let apart = self.apart();
        let (short_zh, short_en) = if self.is_in_time() {
            Default::default()
        } else {
            ("；因特殊情况提前不足", "; shorter for special circumstances")
        };
        Words::new(
            format!("{given}通知，{held_on}开会，相隔{apart}日（须提前{days}日，裁定R10{short_zh}）"),
            format!(
                "notice on {given} for {held_on}, {apart} days apart ({days} needed, ruling R10{short_en})"
            ),
        )
    }
}

/// 应到人员三分之二以上到会 / at least 2/3 of those entitled attend.
pub(crate) fn describe_quorum(share: &Share, mode: CountingMode) -> Words {
    let Words { zh, en } = share.describe();
    match mode {
        CountingMode::Persons => {
            Words::new(format!("应到人员{zh}到会"), format!("{en} of those entitled attend"))
        }
        CountingMode::Households => {
            Words::new(format!("{zh}的户派代表到会"), format!("{en} of households are represented"))
        }
    }
}

impl Authority {
    /// 「V6·第三十条」 / "V6, art. 30": for a line of a finding. A rule is called by its title: 「《村民自治章程》议事-4」.
    #[must_use]
    pub fn short(&self, title: &Titles<'_>) -> Words {
        match self {
            Self::Statute { floor, article, .. } => Words::new(
                format!("{floor}·{}", article_zh(article)),
                format!("{floor}, {}", article_en(article)),
            ),
            Self::Ruling { id } => Words::new(format!("裁定{id}"), format!("ruling {id}")),
            Self::Policy { id } => Words::new(format!("{id}·政策文件"), format!("{id}, policy")),
            Self::Plugin { name, digest, article } => title(digest).map_or_else(
                || Words::new(format!("{name}·{article}"), format!("{name}, {article}")),
                |title| {
                    let zh = format!("《{}》{}", title.zh, article_zh(article));
                    Words::new(zh, format!("“{}”, {article}", title.en))
                },
            ),
        }
    }

    /// 「《…组织法》第三十条（V6）」: in full, with the title of the law or the rule.
    #[must_use]
    pub fn describe(&self, law: &Law, title: &Titles<'_>) -> Words {
        match self {
            Self::Statute { text, floor, article } => match law.document(text) {
                Some(document) => cite(document, article, floor.as_str()),
                None => self.short(title),
            },
            Self::Policy { id } => {
                let found = law.documents().find_map(|document| {
                    document.entries.iter().find(|e| e.id == *id).map(|e| (document, e))
                });
                match found {
                    Some((document, entry)) => cite(document, &entry.article, id.as_str()),
                    None => self.short(title),
                }
            }
            Self::Ruling { .. } | Self::Plugin { .. } => self.short(title),
        }
    }
}

/// 《title》第三十条（V6） / Title, art. 30 (V6).
pub(crate) fn cite(document: &Document, article: &str, floor: &str) -> Words {
    Words::new(
        format!("《{}》{}（{floor}）", document.title.zh, article_zh(article)),
        format!("{}, {} ({floor})", document.title.en, article_en(article)),
    )
}

fn article_zh(article: &str) -> String {
    article.parse().map_or_else(|_| article.to_owned(), |number| format!("第{}条", chinese_number(number)))
}

fn article_en(article: &str) -> String {
    if article.parse::<u32>().is_ok() { format!("art. {article}") } else { format!("section {article}") }
}

/// Chinese numerals up to 999, as statutes number their articles; digits beyond.
pub(crate) fn chinese_number(number: u32) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit = |n: u32| DIGITS.get(n as usize).copied().unwrap_or('零');
    let (hundreds, tens, ones) = (number / 100, number / 10 % 10, number % 10);
    match number {
        0..=9 => digit(number).to_string(),
        10..=99 => {
            let mut text = if tens == 1 { String::new() } else { digit(tens).to_string() };
            text.push('十');
            if ones > 0 {
                text.push(digit(ones));
            }
            text
        }
        100..=999 => {
            let mut text = format!("{}百", digit(hundreds));
            match (tens, ones) {
                (0, 0) => {}
                (0, ones) => text.extend(['零', digit(ones)]),
                (tens, 0) => text.extend([digit(tens), '十']),
                (tens, ones) => text.extend([digit(tens), '十', digit(ones)]),
            }
            text
        }
        _ => number.to_string(),
    }
}
