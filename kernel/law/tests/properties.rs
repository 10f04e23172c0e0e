//! Properties that hold for all terms and all counts.

use std::collections::BTreeSet;

use jiff::civil::date;
use proptest::prelude::*;
use yishi_canonical::{Digest, MAX_INTEGER};
use yishi_law::{
    Authority, BodyKind, Cited, CommunityKind, Comparison, Condition, Count, CountingBase, CountingMode,
    Demands, Finding, FindingInput, FindingResult, FloorQuery, Fraction, Law, MatterClass, Secrecy, Share,
    Step, Subject, Terms, Threshold,
};

fn authority() -> impl Strategy<Value = Authority> {
    (0..6u8).prop_map(|n| match n {
        0 => Authority::Ruling { id: "R5".to_owned() },
        1 => Authority::Policy { id: "P5".parse().expect("an id") },
        2 => Authority::Statute {
            text: "villagers-committee-organic-law-2025".to_owned(),
            floor: "V6".parse().expect("an id"),
            article: "30".to_owned(),
        },
        n => Authority::Plugin {
            name: format!("rule-{n}"),
            digest: Digest::of(&[n]),
            article: "Z1".to_owned(),
        },
    })
}

fn cited<T: std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Cited<T>> {
    (value, prop::collection::btree_set(authority(), 1..3)).prop_map(|(value, by)| Cited { value, by })
}

fn fraction() -> impl Strategy<Value = Fraction> {
    (1..=8u32).prop_flat_map(|below| {
        (1..=below).prop_map(move |above| Fraction::new(above, below).expect("not above one"))
    })
}

fn share() -> impl Strategy<Value = Share> {
    (fraction(), any::<bool>()).prop_map(|(fraction, more)| {
        let comparison = if more { Comparison::MoreThan } else { Comparison::AtLeast };
        Share::new(comparison, fraction)
            .or_else(|_| Share::new(Comparison::AtLeast, fraction))
            .expect("at least all is a share")
    })
}

fn threshold() -> impl Strategy<Value = Threshold> {
    let base =
        prop_oneof![Just(CountingBase::Cast), Just(CountingBase::Present), Just(CountingBase::InOffice)];
    (share(), base).prop_map(|(share, base)| Threshold::new(share, base))
}

fn condition() -> impl Strategy<Value = Condition> {
    ("[ab]", "[甲乙]")
        .prop_map(|(code, text)| Condition { code, text: yishi_law::Words::new(text.clone(), text) })
}

fn terms() -> impl Strategy<Value = Terms> {
    let option = prop::option::of::<BoxedStrategy<Cited<u16>>>;
    let days = || option(cited(0..4u16).boxed());
    let flag = || prop::option::of(cited(any::<bool>()));
    let class = prop_oneof![Just(MatterClass::Ordinary), Just(MatterClass::Major)];
    let secrecy = prop_oneof![Just(Secrecy::Open), Just(Secrecy::Secret)];
    (
        prop::option::of(cited(class)),
        prop::collection::vec(cited(share()), 0..3),
        prop::collection::vec(cited(threshold()), 0..4),
        (days(), days(), prop::option::of(cited(secrecy))),
        (prop::option::of(cited(fraction())), prop::option::of(cited(fraction())), days()),
        (flag(), flag()),
        prop::collection::vec(cited(condition()), 0..3),
        prop::collection::btree_set("R[1-4]", 0..3),
    )
        .prop_map(|(class, quorum, passes, timing, convening, gates, conditions, rulings)| Terms {
            class,
            quorum: quorum.into_iter().collect(),
            passes: passes.into_iter().collect(),
            notice_days: timing.0,
            posting_days: timing.1,
            secrecy: timing.2,
            petition: convening.0,
            petition_representatives: convening.1,
            proxy_cap: convening.2,
            party_study: gates.0,
            consultation: gates.1,
            conditions: conditions.into_iter().collect(),
            rulings,
            set_aside: BTreeSet::new(),
            left_out: BTreeSet::new(),
        })
}

/// Counts that can be true, small enough that thresholds are often met exactly.
fn count() -> impl Strategy<Value = Count> {
    (0..7u64, 0..7u64, 0..4u64, 0..3u64, 0..4u64, 0..4u64, (0..3u64, 0..3u64)).prop_map(
        |(yes, no, abstain, spoilt, silent, absent, (recused_present, recused_absent))| {
            let recused = recused_present + recused_absent;
            let present = yes + no + abstain + spoilt + silent;
            Count {
                in_office: present + absent + recused,
                present,
                yes,
                no,
                abstain,
                spoilt,
                recused,
                recused_present,
            }
        },
    )
}

/// Written out again and naively: whether counts satisfy every quorum and pass demand of a body whose quorum is the law's.
fn accepts(terms: &Terms, count: &Count) -> bool {
    let holds = |share: &Share, part: u64, whole: u64| {
        let left = u128::from(part) * u128::from(share.fraction().denominator());
        let right = u128::from(whole) * u128::from(share.fraction().numerator());
        whole > 0
            && match share.comparison() {
                Comparison::AtLeast => left >= right,
                Comparison::MoreThan => left > right,
            }
    };
    let entitled = count.in_office - count.recused;
    terms.quorum.iter().all(|(share, _)| holds(share, count.present + count.recused_present, count.in_office))
        && terms.passes.iter().all(|(threshold, _)| {
            let whole = match threshold.base {
                CountingBase::InOffice => entitled,
                CountingBase::Present => count.present,
                CountingBase::Cast => count.yes + count.no,
            };
            holds(&threshold.share, count.yes, whole)
        })
}

fn not_laxer(joined: &Terms, input: &Terms) -> bool {
    fn at_least<T: Ord>(joined: &Option<Cited<T>>, input: &Option<Cited<T>>) -> bool {
        input.as_ref().is_none_or(|input| joined.as_ref().is_some_and(|joined| joined.value >= input.value))
    }
    fn at_most<T: Ord>(joined: &Option<Cited<T>>, input: &Option<Cited<T>>) -> bool {
        input.as_ref().is_none_or(|input| joined.as_ref().is_some_and(|joined| joined.value <= input.value))
    }
    at_least(&joined.class, &input.class)
        && at_least(&joined.notice_days, &input.notice_days)
        && at_least(&joined.posting_days, &input.posting_days)
        && at_least(&joined.secrecy, &input.secrecy)
        && at_most(&joined.petition, &input.petition)
        && at_most(&joined.petition_representatives, &input.petition_representatives)
        && at_most(&joined.proxy_cap, &input.proxy_cap)
        && at_least(&joined.party_study, &input.party_study)
        && at_least(&joined.consultation, &input.consultation)
        && input.quorum.iter().all(|(share, _)| joined.quorum.iter().any(|(own, _)| own >= share))
        && input.passes.iter().all(|(threshold, _)| {
            joined.passes.iter().any(|(own, _)| own.is_at_least_as_strict_as(threshold))
        })
        && input
            .conditions
            .iter()
            .all(|(condition, _)| joined.conditions.iter().any(|(own, _)| own == condition))
        && input.rulings.is_subset(&joined.rulings)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn join_is_commutative(a in terms(), b in terms()) {
        prop_assert_eq!(a.clone().join(b.clone()), b.join(a));
    }

    #[test]
    fn join_is_associative(a in terms(), b in terms(), c in terms()) {
        prop_assert_eq!(a.clone().join(b.clone()).join(c.clone()), a.join(b.join(c)));
    }

    #[test]
    fn join_is_idempotent_and_has_an_identity(a in terms()) {
        prop_assert_eq!(a.clone().join(a.clone()), a.clone());
        prop_assert_eq!(a.clone().join(Terms::default()), a.clone());
        prop_assert_eq!(Terms::default().join(a.clone()), a);
    }

    #[test]
    fn join_is_never_below_an_input(a in terms(), b in terms()) {
        let joined = a.clone().join(b.clone());
        prop_assert!(not_laxer(&joined, &a) && not_laxer(&joined, &b));
    }

    #[test]
    fn the_join_accepts_exactly_what_both_inputs_accept(a in terms(), b in terms(), count in count()) {
        let both = accepts(&a, &count) && accepts(&b, &count);
        prop_assert_eq!(accepts(&a.join(b), &count), both);
    }

    #[test]
    fn demands_are_an_antichain(a in terms(), b in terms()) {
        let passes: Vec<Threshold> = a.join(b).passes.iter().map(|(threshold, _)| *threshold).collect();
        for one in &passes {
            for other in &passes {
                prop_assert!(one == other || !one.is_at_least_as_strict_as(other));
            }
        }
    }

    #[test]
    fn a_stricter_threshold_accepts_no_more(a in threshold(), b in threshold(), count in count()) {
        let only = |threshold| Terms {
            passes: Demands::one(Cited::new(threshold, Authority::Ruling { id: "R5".to_owned() })),
            ..Terms::default()
        };
        if a.is_at_least_as_strict_as(&b) && accepts(&only(a), &count) {
            prop_assert!(accepts(&only(b), &count));
        }
    }

    #[test]
    fn needed_is_the_least_that_holds(share in share(), whole in prop_oneof![0..200u64, any::<u64>()]) {
        let needed = share.needed(whole);
        prop_assert!(needed >= 1);
        if whole == 0 {
            prop_assert!(!share.holds(u64::MAX, 0));
        } else {
            prop_assert!(needed <= whole, "a share never asks for more than all");
            prop_assert!(share.holds(needed, whole) && !share.holds(needed - 1, whole));
        }
    }

    #[test]
    fn terms_survive_writing_and_reading(a in terms()) {
        let bytes = yishi_canonical::to_vec(&a).expect("canonical");
        let back: Terms = serde_json::from_slice(&bytes).expect("readable");
        prop_assert_eq!(&back, &a);
        prop_assert_eq!(yishi_canonical::to_vec(&back).expect("canonical"), bytes);
    }

    #[test]
    fn a_finding_computes_again_to_the_same_bytes(
        terms in terms(),
        count in count(),
        urban in any::<bool>(),
        assembly in any::<bool>(),
        households in any::<bool>(),
        notice in prop::option::of(0..30u16),
        about_charter in any::<bool>(),
    ) {
        let law = Law::embedded();
        let day = date(2026, 3, 1);
        let kind = if urban { CommunityKind::Urban } else { CommunityKind::Village };
        let input = FindingInput {
            floor: law.at(kind, day).expect("in force"),
            law_date: day,
            subjects: BTreeSet::from([if about_charter { Subject::Charter } else { Subject::Planning }]),
            body: if assembly { BodyKind::ResidentsAssembly } else { BodyKind::RepresentativeAssembly },
            mode: if households { CountingMode::Households } else { CountingMode::Persons },
            count,
            terms,
            plugins: BTreeSet::new(),
            notice: notice.map(|days| yishi_law::days::Notice { given: day, held_on: yishi_law::days::add_days(day, 10), days }),
        };
        let finding = Finding::compute(&input).expect("the counts are possible and the floor declares");
        let bytes = finding.bytes().expect("canonical");
        let read: Finding = serde_json::from_slice(&bytes).expect("readable");
        prop_assert_eq!(&read, &finding);
        prop_assert_eq!(read.recompute().expect("computable").bytes().expect("canonical"), bytes.clone());
        prop_assert_eq!(Finding::compute(&input).expect("computable").bytes().expect("canonical"), bytes);
        prop_assert!(read.verify(law).is_ok());
        // The result is what the demands say, and never laxer than the floor.
        prop_assert_eq!(finding.result.passed(), accepts(&finding.terms, &count));
        let query = FloorQuery { subjects: input.subjects.clone(), body: input.body, step: Step::Resolve, mode: input.mode };
        let floor = input.floor.terms(&query);
        prop_assert!(not_laxer(&finding.terms, &floor));
        prop_assert!(!finding.result.passed() || accepts(&floor, &count));
        if finding.terms.set_aside.is_empty() {
            prop_assert!(!finding.result.passed() || accepts(&input.terms, &count));
        }
        // The rulings are those it rests on, and no other can be written in.
        let rests = |id: &str| finding.rulings.contains(id);
        prop_assert_eq!(rests("R2"), finding.result == FindingResult::NotQuorate || input.terms.rulings.contains("R2"));
        prop_assert_eq!(rests("R10"), notice.is_some());
        prop_assert_eq!(rests("R13"), !finding.terms.set_aside.is_empty());
        prop_assert_eq!(finding.describe().zh.contains("相隔10日"), notice.is_some());
        let mut forged = finding.clone();
        forged.rulings.insert("R12".to_owned());
        prop_assert!(forged.verify(law).is_err());
    }

    /// V7, R13: whatever plugins ask for, where the text fixes the pass share it is the text's, before and after any
    /// join; and whoever asked for another stands beside it with what fixes the share.
    #[test]
    fn a_fixed_pass_share_is_nobodys_to_move(
        terms in terms(),
        regulation in any::<bool>(),
        households in any::<bool>(),
        old in any::<bool>(),
    ) {
        let day = if old { date(2025, 12, 20) } else { date(2026, 3, 1) };
        let text = Law::embedded().at(CommunityKind::Village, day).expect("in force");
        let query = FloorQuery {
            subjects: BTreeSet::from([if regulation { Subject::VillageRegulation } else { Subject::Charter }]),
            body: BodyKind::ResidentsAssembly,
            step: Step::Resolve,
            mode: if households { CountingMode::Households } else { CountingMode::Persons },
        };
        let floor = text.terms(&query);
        let is_plugin = |by: &Authority| matches!(by, Authority::Plugin { .. });
        let asked: Vec<_> =
            terms.passes.iter().map(|(demand, by)| (*demand, by.iter().filter(|by| is_plugin(by)).cloned().collect::<BTreeSet<_>>())).collect();
        let theirs = |demand: &Threshold| floor.passes.iter().any(|(fixed, _)| fixed == demand);
        let joined = text.join(terms.clone(), &query);
        prop_assert!(not_laxer(&joined, &floor));
        for (demand, by) in joined.passes.iter() {
            prop_assert!(theirs(demand) || !by.iter().any(is_plugin), "{:?} moved the share", by);
        }
        for (demand, by) in asked.into_iter().filter(|(demand, by)| !theirs(demand) && !by.is_empty()) {
            let aside = joined.set_aside.iter().find(|aside| aside.demand == demand);
            let aside = aside.ok_or_else(|| TestCaseError::fail("dropped without a trace"))?;
            prop_assert_eq!(&aside.by, &by);
            let ruling = Authority::Ruling { id: "R13".to_owned() };
            let fixes = |by: &Authority| matches!(by, Authority::Statute { floor, .. } if floor.as_str() == "V7");
            prop_assert!(aside.because.contains(&ruling) && aside.because.iter().any(fixes), "no reason");
            let words = aside.describe(query.mode, &|_| None);
            prop_assert!(words.zh.contains("V7") && words.zh.contains("rule-"), "{}", words.zh);
        }
        prop_assert_eq!(&text.join(joined.clone(), &query), &joined, "joined again");
        let floor_first = text.join(terms.join(floor), &query);
        prop_assert_eq!(&floor_first.passes, &joined.passes, "joined with the floor before");
    }

    #[test]
    fn days_count_from_the_day_after(offset in 0..20_000u16, days in 0..400u16) {
        let start = yishi_law::days::add_days(date(1990, 1, 1), offset);
        let period = yishi_law::days::period(start, days, &yishi_law::days::HolidayCalendar::none());
        let counted = start.until(period.last).expect("within the calendar").get_days();
        prop_assert_eq!(counted, i32::from(days));
        prop_assert!(!period.has_ended(period.last) && period.has_ended(period.over_on()));
    }
}

#[test]
fn the_largest_counts_do_not_overflow() {
    let share = Share::more_than(u32::MAX - 1, u32::MAX).expect("a share");
    assert_eq!(share.needed(u64::MAX), u64::MAX - u64::MAX / u64::from(u32::MAX) + 1);
    assert!(share.holds(u64::MAX, u64::MAX));
    let count = Count { in_office: MAX_INTEGER, present: MAX_INTEGER, yes: MAX_INTEGER, ..Count::default() };
    count.check().expect("possible");
}

#[test]
fn equal_fractions_are_equal_and_nonsense_is_refused() {
    assert_eq!(Fraction::new(50, 100), Fraction::new(1, 2));
    assert!(Fraction::new(1, 0).is_err() && Fraction::new(0, 2).is_err() && Fraction::new(3, 2).is_err());
    assert!(Share::more_than(1, 1).is_err());
    assert!(serde_json::from_str::<Fraction>(r#"{"numerator":1,"denominator":0}"#).is_err());
    let of_45 = |share: Result<Share, _>| share.expect("a share").needed(45);
    assert_eq!(of_45(Share::at_least(2, 3)), 30);
    assert_eq!(of_45(Share::more_than(2, 3)), 31);
    assert_eq!(Share::more_than(1, 2).expect("a share").needed(30), 16);
}
