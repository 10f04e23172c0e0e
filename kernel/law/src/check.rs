//! 与底线比对 (comparing what a local rule declares with the floor).

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use yishi_words::Words;

use crate::authority::{Authority, Cited, FloorId};
use crate::describe::{cite, describe_quorum};
use crate::kinds::BodyKind;
use crate::share::{Comparison, Fraction, Share, Threshold};
use crate::terms::{TermField, Terms};
use crate::text::{FloorQuery, FloorText};

/// 抵触 (one declared figure below the floor, or different where the floor is fixed).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// The floor entry, such as `V6`.
    pub floor: FloorId,
    /// Title of the law or policy.
    pub law: Words,
    /// The article, such as `30`.
    pub article: String,
    /// The field of [`Terms`], such as `quorum`.
    pub field: TermField,
    /// What was declared, in words.
    pub declared: Words,
    /// What the floor says, in words.
    pub floor_value: Words,
    /// The whole in a sentence, for the town and the author.
    pub message: Words,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.zh)
    }
}

impl FloorText {
    /// Where declared terms are laxer than the floor, or different where it is fixed.
    ///
    /// A field left open is no breach: the join supplies the floor's own figure. Proxies are known to the laws in elections
    /// alone (V15, U9): where those who attend decide, a cap above none is a breach (ruling R25).
    #[must_use]
    pub fn check_declared(&self, declared: &Terms, query: &FloorQuery) -> Vec<Breach> {
        let floor = self.terms(query);
        let mode = query.mode;
        let mut found = Collected { floor: self, breaches: Vec::new() };

        found.ordered(TermField::Class, &declared.class, &floor.class, |d, f| d < f, |class| class.words());
        for (share, _) in declared.quorum.iter() {
            for (least, by) in floor.quorum.iter().filter(|(least, _)| *least > share) {
                found.push(
                    TermField::Quorum,
                    Why::Laxer,
                    describe_quorum(share, mode),
                    describe_quorum(least, mode),
                    by,
                );
            }
        }
        for (threshold, _) in declared.passes.iter() {
            let laxer = |least: &Threshold| least != threshold && least.is_at_least_as_strict_as(threshold);
            for (least, by) in floor.passes.iter().filter(|(least, _)| laxer(least)) {
                let words = |threshold: &Threshold| threshold.describe(mode, None);
                found.push(TermField::Passes, Why::Laxer, words(threshold), words(least), by);
            }
        }
        found.fixed_passes(declared, &floor, query);
        let days = |days: &u16| Words::new(format!("{days}日"), format!("{days} days"));
        found.ordered(TermField::NoticeDays, &declared.notice_days, &floor.notice_days, |d, f| d < f, days);
        found.ordered(
            TermField::PostingDays,
            &declared.posting_days,
            &floor.posting_days,
            |d, f| d < f,
            days,
        );
        found.ordered(TermField::Secrecy, &declared.secrecy, &floor.secrecy, |d, f| d < f, |s| s.words());
        found.ordered(
            TermField::Petition,
            &declared.petition,
            &floor.petition,
            |d, f| d > f,
            describe_petition,
        );
        found.ordered(
            TermField::PetitionRepresentatives,
            &declared.petition_representatives,
            &floor.petition_representatives,
            |d, f| d > f,
            describe_petition,
        );
        found.proxies(declared, &floor, query);
        let required = |required: &bool| {
            if *required { Words::new("必须", "required") } else { Words::new("不要求", "not required") }
        };
        found.ordered(
            TermField::PartyStudy,
            &declared.party_study,
            &floor.party_study,
            |d, f| !d && *f,
            required,
        );
        found.ordered(
            TermField::Consultation,
            &declared.consultation,
            &floor.consultation,
            |d, f| !d && *f,
            required,
        );
        found.breaches
    }

    /// As [`Self::check_declared`], and for the council also that the charter declares quorum and pass
    /// share at all: the policy gives none, so a charter without them is refused (ruling R5).
    #[must_use]
    pub fn check_charter(&self, declared: &Terms, query: &FloorQuery) -> Vec<Breach> {
        let mut breaches = self.check_declared(declared, query);
        let Some(Cited { by, .. }) = self.council() else { return breaches };
        if query.body != BodyKind::Council {
            return breaches;
        }
        let mut found = Collected { floor: self, breaches: Vec::new() };
        for (field, missing) in
            [(TermField::Quorum, declared.quorum.is_empty()), (TermField::Passes, declared.passes.is_empty())]
        {
            if missing {
                let nothing = Words::new("未规定", "not declared");
                let must = Words::new("章程必须规定（R5）", "the charter must declare it (R5)");
                found.push(field, Why::Missing, nothing, must, &by);
            }
        }
        breaches.append(&mut found.breaches);
        breaches
    }
}

#[derive(Clone, Copy)]
enum Why {
    Laxer,
    Fixed,
    Missing,
}

struct Collected<'a> {
    floor: &'a FloorText,
    breaches: Vec<Breach>,
}

impl Collected<'_> {
    fn ordered<T>(
        &mut self,
        field: TermField,
        declared: &Option<Cited<T>>,
        floor: &Option<Cited<T>>,
        laxer: impl Fn(&T, &T) -> bool,
        words: impl Fn(&T) -> Words,
    ) {
        if let (Some(declared), Some(floor)) = (declared, floor)
            && laxer(&declared.value, &floor.value)
        {
            self.push(field, Why::Laxer, words(&declared.value), words(&floor.value), &floor.by);
        }
    }

    /// Where the floor fixes the pass share (V7; ruling R13), a stricter one is a breach as well.
    fn fixed_passes(&mut self, declared: &Terms, floor: &Terms, query: &FloorQuery) {
        if floor.passes.is_empty() {
            return;
        }
        let stands = |threshold: &Threshold| floor.passes.iter().any(|(fixed, _)| fixed == threshold);
        let laxer = |threshold: &Threshold| {
            floor.passes.iter().any(|(fixed, _)| fixed.is_at_least_as_strict_as(threshold))
        };
        let whole = |mode| {
            let all = floor.passes.iter().map(|(threshold, _)| threshold.describe(mode, None));
            all.reduce(|a, b| Words::new(a.zh + "，" + &b.zh, a.en + ", " + &b.en))
        };
        for authority in self.floor.fixes_passes(query) {
            let by = BTreeSet::from([authority]);
            // Laxer ones have been reported already.
            let moved = |threshold: &&Threshold| !stands(threshold) && !laxer(threshold);
            for threshold in declared.passes.iter().map(|(threshold, _)| threshold).filter(moved) {
                let declared = threshold.describe(query.mode, None);
                if let Some(fixed) = whole(query.mode) {
                    self.push(TermField::Passes, Why::Fixed, declared, fixed, &by);
                }
            }
        }
    }

    /// 到会人员 decide in both assemblies (V1, V2, V6, U1, U3), so that nobody votes there for somebody else (ruling R25).
    /// Cited are the rows that say so.
    fn proxies(&mut self, declared: &Terms, floor: &Terms, query: &FloorQuery) {
        let attend = matches!(query.body, BodyKind::ResidentsAssembly | BodyKind::RepresentativeAssembly);
        let Some(cap) = declared.proxy_cap.as_ref().map(|cap| cap.value).filter(|cap| attend && *cap > 0)
        else {
            return;
        };
        let by: BTreeSet<Authority> = floor.passes.iter().flat_map(|(_, by)| by.iter().cloned()).collect();
        let most = Words::new(format!("每人可受托{cap}人"), format!("{cap} proxies a person"));
        let none = Words::new("不得委托（R25）", "no proxies (R25)");
        self.push(TermField::ProxyCap, Why::Laxer, most, none, &by);
    }

    fn push(
        &mut self,
        field: TermField,
        why: Why,
        declared: Words,
        floor_value: Words,
        by: &BTreeSet<Authority>,
    ) {
        for authority in by {
            let (id, text, article) = match authority {
                Authority::Statute { text, floor, article } => (floor, Some(text), Some(article)),
                Authority::Policy { id } => (id, None, None),
                Authority::Ruling { .. } | Authority::Plugin { .. } => continue,
            };
            let Some((document, entry)) = self
                .floor
                .entries()
                .find(|(document, entry)| entry.id == *id && text.is_none_or(|text| document.id == *text))
            else {
                continue;
            };
            let article = article.unwrap_or(&entry.article);
            let source = cite(document, article, id.as_str());
            let name = field.words();
            let (zh, en) = match why {
                Why::Laxer => ("宽于", "is laxer than"),
                Why::Fixed => ("变动了不可变动的", "moves what is fixed by"),
                Why::Missing => ("未达到", "leaves open what is needed under"),
            };
            let message = Words::new(
                format!("{}：声明为“{}”，{zh}{}：{}。", name.zh, declared.zh, source.zh, floor_value.zh),
                format!("{}: declared “{}” {en} {}: {}.", name.en, declared.en, source.en, floor_value.en),
            );
            self.breaches.push(Breach {
                floor: id.clone(),
                law: document.title.clone(),
                article: article.clone(),
                field,
                declared: declared.clone(),
                floor_value: floor_value.clone(),
                message,
            });
        }
    }
}

fn describe_petition(fraction: &Fraction) -> Words {
    Share::new(Comparison::AtLeast, *fraction).map_or_else(|_| fraction.describe(), |share| share.describe())
}
