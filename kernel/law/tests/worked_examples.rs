//! The worked examples of the statute page, by their numbers, and the cases between them.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use yishi_law::days::{HolidayCalendar, Notice, YearArrangement, period};
use yishi_law::{
    Authority, BodyKind, Cited, CommunityKind, Count, CountError, CountingBase, CountingMode, Demands,
    Finding, FindingError, FindingFault, FindingInput, FindingResult, FloorQuery, FloorText, Law, LeftOut,
    MatterClass, Share, Step, Subject, Terms, Threshold, WhyLeftOut, Words,
};

const DAY: Date = date(2026, 3, 1);

fn floor(kind: CommunityKind) -> &'static FloorText {
    Law::embedded().at(kind, DAY).expect("a text is in force")
}

fn input(kind: CommunityKind, body: BodyKind, mode: CountingMode, count: Count) -> FindingInput<'static> {
    FindingInput {
        floor: floor(kind),
        law_date: DAY,
        subjects: BTreeSet::from([Subject::General]),
        body,
        mode,
        count,
        terms: Terms::default(),
        plugins: BTreeSet::new(),
        notice: None,
    }
}

fn find(input: &FindingInput<'_>) -> Finding {
    Finding::compute(input).expect("the counts are possible and the terms declared")
}

fn count(in_office: u64, present: u64, yes: u64, no: u64, abstain: u64) -> Count {
    Count { in_office, present, yes, no, abstain, ..Count::default() }
}

fn representatives(count: Count) -> Finding {
    find(&input(CommunityKind::Village, BodyKind::RepresentativeAssembly, CountingMode::Persons, count))
}

fn assembly(kind: CommunityKind, mode: CountingMode, count: Count) -> FindingResult {
    find(&input(kind, BodyKind::ResidentsAssembly, mode, count)).result
}

fn council_terms(share: Share, base: CountingBase) -> Terms {
    let charter = || Authority::Plugin {
        name: "village-charter".to_owned(),
        digest: yishi_canonical::Digest::of(b"a charter"),
        article: "D3".to_owned(),
    };
    Terms {
        quorum: Demands::one(Cited::new(Share::more_than(1, 2).expect("a share"), charter())),
        passes: Demands::one(Cited::new(Threshold::new(share, base), charter())),
        ..Terms::default()
    }
}

#[test]
fn example_1_representatives_of_45() {
    assert_eq!(representatives(count(45, 29, 29, 0, 0)).result, FindingResult::NotQuorate);
    let failed = representatives(count(45, 30, 15, 10, 5));
    assert_eq!(failed.result, FindingResult::Failed);
    assert_eq!((failed.quorum[0].needed, failed.quorum[0].had, failed.quorum[0].met), (30, 30, true));
    assert_eq!((failed.passes[0].of, failed.passes[0].needed, failed.passes[0].had), (30, 16, 15));
    let passed = representatives(count(45, 30, 16, 10, 4));
    assert_eq!(passed.result, FindingResult::Passed);
    let v6 = Authority::Statute {
        text: "villagers-committee-organic-law-2025".to_owned(),
        floor: "V6".parse().expect("an id"),
        article: "30".to_owned(),
    };
    assert_eq!(passed.quorum[0].by, BTreeSet::from([v6.clone()]));
    assert_eq!(passed.passes[0].by, BTreeSet::from([v6]));
    assert!(passed.rulings.contains("R1"), "the base with vacant seats is R1");
}

#[test]
fn example_2_representatives_of_46() {
    assert_eq!(representatives(count(46, 30, 30, 0, 0)).result, FindingResult::NotQuorate);
    assert_eq!(representatives(count(46, 31, 31, 0, 0)).result, FindingResult::Passed);
}

#[test]
fn example_3_assembly_by_persons() {
    let by_persons = |count| assembly(CommunityKind::Village, CountingMode::Persons, count);
    assert_eq!(by_persons(count(1000, 500, 500, 0, 0)), FindingResult::NotQuorate);
    assert_eq!(by_persons(count(1000, 501, 250, 200, 51)), FindingResult::Failed);
    assert_eq!(by_persons(count(1000, 501, 251, 250, 0)), FindingResult::Passed);
}

#[test]
fn example_4_assembly_by_households() {
    let by_households = |count| assembly(CommunityKind::Village, CountingMode::Households, count);
    assert_eq!(by_households(count(300, 199, 199, 0, 0)), FindingResult::NotQuorate);
    assert_eq!(by_households(count(300, 200, 100, 90, 10)), FindingResult::Failed);
    assert_eq!(by_households(count(300, 200, 101, 99, 0)), FindingResult::Passed);
}

#[test]
fn example_5_an_urban_community_of_1200_households() {
    let in_urban = |present| {
        let count = count(1200, present, present, 0, 0);
        assembly(CommunityKind::Urban, CountingMode::Households, count)
    };
    assert_eq!(in_urban(600), FindingResult::NotQuorate);
    assert_eq!(in_urban(601), FindingResult::Passed);
    let in_village = |present| {
        let count = count(1200, present, present, 0, 0);
        assembly(CommunityKind::Village, CountingMode::Households, count)
    };
    assert_eq!(in_village(799), FindingResult::NotQuorate);
    assert_eq!(in_village(800), FindingResult::Passed);
}

#[test]
fn example_7_a_council_whose_charter_chooses_the_base() {
    let half = Share::more_than(1, 2).expect("a share");
    let with = |base| {
        let count = count(11, 8, 4, 3, 1);
        let mut input = input(CommunityKind::Village, BodyKind::Council, CountingMode::Persons, count);
        input.terms = council_terms(half, base);
        find(&input)
    };
    let present = with(CountingBase::Present);
    assert_eq!((present.result, present.passes[0].needed), (FindingResult::Failed, 5));
    let cast = with(CountingBase::Cast);
    assert_eq!((cast.result, cast.passes[0].needed), (FindingResult::Passed, 4));
    assert_eq!(cast.plugins, BTreeSet::from([yishi_canonical::Digest::of(b"a charter")]));
    assert!(cast.rulings.contains("R5"));
}

#[test]
fn a_council_without_a_charter_finds_nothing() {
    let counts = count(11, 11, 11, 0, 0);
    let bare = input(CommunityKind::Village, BodyKind::Council, CountingMode::Persons, counts);
    assert_eq!(Finding::compute(&bare), Err(FindingError::Undeclared { field: "quorum" }));
    let mut half = bare.clone();
    half.terms.quorum = council_terms(Share::more_than(1, 2).expect("a share"), CountingBase::Present).quorum;
    assert_eq!(Finding::compute(&half), Err(FindingError::Undeclared { field: "passes" }));
}

#[test]
fn example_10_a_charter_and_the_representative_quorum() {
    let declared = |numerator, denominator| {
        let mut terms = Terms::default();
        let share = Share::at_least(numerator, denominator).expect("a share");
        terms.quorum = Demands::one(Cited::new(share, Authority::Ruling { id: "R5".to_owned() }));
        let query = FloorQuery {
            subjects: BTreeSet::new(),
            body: BodyKind::RepresentativeAssembly,
            step: Step::Resolve,
            mode: CountingMode::Persons,
        };
        floor(CommunityKind::Village).check_declared(&terms, &query)
    };
    let breaches = declared(1, 2);
    assert_eq!(breaches.len(), 1);
    let breach = &breaches[0];
    assert_eq!((breach.floor.as_str(), breach.article.as_str(), breach.field.code()), ("V6", "30", "quorum"));
    assert_eq!(
        breach.message.zh,
        "法定人数：声明为“应到人员二分之一以上到会”，宽于《中华人民共和国村民委员会组织法（2025年修正）》第三十条（V6）：应到人员三分之二以上到会。"
    );
    assert_eq!(
        breach.message.en,
        "quorum: declared “at least 1/2 of those entitled attend” is laxer than Organic Law of the Villagers’ \
         Committees (as amended in 2025), art. 30 (V6): at least 2/3 of those entitled attend."
    );
    assert!(declared(2, 3).is_empty(), "the floor's own figure");
    assert!(declared(3, 4).is_empty(), "a stricter one");
}

#[test]
fn example_11_a_levy_is_major_whatever_it_is_filed_as() {
    let village = floor(CommunityKind::Village);
    let levy = BTreeSet::from([Subject::PublicWorksLevy]);
    let class = village.classify(&levy).expect("V4 lists it");
    assert_eq!(class.value, MatterClass::Major);
    assert!(class.by.iter().any(|by| matches!(by, Authority::Statute { floor, article, .. }
        if floor.as_str() == "V4" && article == "28")));
    let deciders = village.deciders(&levy, MatterClass::Ordinary);
    assert_eq!(deciders.class, MatterClass::Major);
    assert!(!deciders.may_decide(BodyKind::Council, true));
    assert!(!deciders.may_decide(BodyKind::RepresentativeAssembly, false));
    assert!(deciders.may_decide(BodyKind::RepresentativeAssembly, true));
    assert!(deciders.may_decide(BodyKind::ResidentsAssembly, false));
    assert_eq!(village.classify(&BTreeSet::from([Subject::General])), None);
}

#[test]
fn example_12_fifteen_days_of_posting() {
    let query = FloorQuery {
        subjects: BTreeSet::from([Subject::General]),
        body: BodyKind::RepresentativeAssembly,
        step: Step::DiscloseDecision,
        mode: CountingMode::Persons,
    };
    for kind in [CommunityKind::Village, CommunityKind::Urban] {
        let days = floor(kind).terms(&query).posting_days.expect("V18, U11").value;
        let posted = period(date(2026, 4, 20), days, &HolidayCalendar::none());
        assert_eq!((posted.first, posted.last), (date(2026, 4, 21), date(2026, 5, 5)));
        assert!(!posted.has_ended(date(2026, 5, 4)));
        assert!(!posted.has_ended(date(2026, 5, 5)), "the day itself still counts");
        assert!(posted.has_ended(date(2026, 5, 6)));
        assert_eq!(posted.over_on(), date(2026, 5, 6));
        assert!(!posted.calendar_loaded, "and the finding says so (R10)");
    }
}

#[test]
fn a_last_day_off_moves_where_a_calendar_is_loaded() {
    // The May holidays of 2026 as an example: 1 to 5 off, Saturday 9 worked.
    let year = YearArrangement {
        off: (1..=5).map(|day| date(2026, 5, day)).collect(),
        working: BTreeSet::from([date(2026, 5, 9)]),
    };
    let calendar = HolidayCalendar { years: [(2026, year)].into() };
    let moved = period(date(2026, 4, 20), 15, &calendar);
    assert_eq!((moved.last, moved.moved_from), (date(2026, 5, 6), Some(date(2026, 5, 5))));
    assert!(moved.calendar_loaded);
    let worked = period(date(2026, 4, 24), 15, &calendar);
    assert_eq!((worked.last, worked.moved_from), (date(2026, 5, 9), None), "a worked Saturday stays");
    let sunday = period(date(2026, 4, 25), 15, &calendar);
    assert_eq!(sunday.last, date(2026, 5, 11));
    assert!(!period(date(2026, 12, 25), 15, &calendar).calendar_loaded, "2027 is not loaded");
}

/// The base moved with the recused: two absentees named as interested made 31 of 48 quorate.
#[test]
fn example_14_recusal_never_shrinks_a_quorum_of_the_law() {
    // 48 in office, 31 present, two absentees recused: two thirds of 48 are needed all the same.
    let finding = representatives(Count { recused: 2, ..count(48, 31, 31, 0, 0) });
    let quorum = &finding.quorum[0];
    assert_eq!((quorum.of, quorum.needed, quorum.had), (48, 32, 31));
    assert_eq!(finding.result, FindingResult::NotQuorate);
    assert!(finding.rulings.contains("R8"));

    // 34 in the room, three of them recused: they attend, and leave the pass base alone.
    let passed =
        |yes| representatives(Count { recused: 3, recused_present: 3, ..count(48, 31, yes, 31 - yes, 0) });
    let finding = passed(16);
    let quorum = &finding.quorum[0];
    assert_eq!((quorum.of, quorum.needed, quorum.had), (48, 32, 34));
    assert_eq!((finding.passes[0].of, finding.passes[0].needed), (31, 16));
    assert_eq!(finding.result, FindingResult::Passed);
    let words = finding.describe();
    assert!(words.zh.contains("实到34人") && words.zh.contains("可表决31人"), "{}", words.zh);
    assert!(
        words.zh.contains("按到会全体34计，须18票") && words.zh.contains("两种计法结果不同"),
        "{}",
        words.zh
    );
    assert!(words.en.contains("of all 34 in the room 18 votes"), "{}", words.en);
    let clear = passed(18).describe().zh;
    assert!(clear.contains("须18票") && !clear.contains("结果不同"), "{clear}");
    assert_eq!(passed(15).result, FindingResult::Failed);
}

/// Of a council they leave both: 13, one recused, base 12.
#[test]
fn example_14_a_council_loses_its_recused_from_quorum_and_majority() {
    let terms = council_terms(Share::more_than(1, 2).expect("a share"), CountingBase::InOffice);
    let council = |present, yes| {
        let count = Count { recused: 1, recused_present: 1, ..count(13, present, yes, present - yes, 0) };
        let input = input(CommunityKind::Village, BodyKind::Council, CountingMode::Persons, count);
        find(&FindingInput { terms: terms.clone(), ..input })
    };
    let finding = council(7, 7);
    assert_eq!((finding.quorum[0].of, finding.quorum[0].needed), (12, 7));
    assert_eq!((finding.passes[0].of, finding.passes[0].needed), (12, 7));
    assert_eq!(finding.result, FindingResult::Passed);
    assert_eq!(council(7, 6).result, FindingResult::Failed);
    assert_eq!(council(6, 6).result, FindingResult::NotQuorate);
}

/// 提前N日: the two dates lie so many days apart, and holidays move nothing.
#[test]
fn notice_is_counted_between_its_two_dates() {
    let notice = |held_on| Notice { given: date(2026, 6, 3), held_on, days: 10 };
    assert!(notice(date(2026, 6, 13)).is_in_time());
    assert!(!notice(date(2026, 6, 12)).is_in_time());
    assert_eq!(notice(date(2026, 6, 12)).earliest(), date(2026, 6, 13));
    assert!(notice(date(2026, 6, 13)).describe().zh.contains("相隔10日"));
}

#[test]
fn spoilt_ballots_take_part_for_nobody() {
    // 30 present, 15 for, 14 against, 1 spoilt: of those present it fails; of votes for or against it would pass.
    let mut counts = count(45, 30, 15, 14, 0);
    counts.spoilt = 1;
    let finding = representatives(counts);
    assert_eq!(finding.result, FindingResult::Failed);
    assert!(finding.rulings.contains("R6"));
    assert_eq!((counts.base(CountingBase::Present), counts.base(CountingBase::Cast)), (30, 29));
}

#[test]
fn as_many_for_as_against_has_failed() {
    for even in [count(45, 30, 10, 10, 10), count(45, 30, 15, 15, 0), count(45, 30, 3, 3, 15)] {
        let finding = representatives(even);
        assert_eq!(finding.result, FindingResult::Failed);
        assert!(finding.rulings.contains("R7") && !finding.describe().zh.contains("相等"));
    }
    assert!(!representatives(count(45, 30, 14, 15, 0)).rulings.contains("R7"), "it was not even");
    // A charter may say that half of the votes for and against is enough: then an even vote has passed.
    let mut half =
        input(CommunityKind::Village, BodyKind::Council, CountingMode::Persons, count(11, 8, 4, 4, 0));
    half.terms = council_terms(Share::at_least(1, 2).expect("a share"), CountingBase::Cast);
    assert_eq!(find(&half).result, FindingResult::Passed);
}

/// 10 : 0 : 11 has not passed, and whoever reads why is told of how many, how many were needed, and where the 11 went.
#[test]
fn what_fell_short_says_by_how_much_and_what_abstentions_did() {
    let words = representatives(count(30, 21, 10, 0, 11)).describe();
    let zh = "到会人员过半数同意：到会21人，须11票，赞成10票，弃权计入到会。结果：未通过";
    assert!(words.zh.contains(zh), "{}", words.zh);
    let en = "more than 1/2 of those present agree: 21 present, 11 votes needed, 10 for, abstentions among those present. \
              Result: not passed";
    assert!(words.en.contains(en), "{}", words.en);
    let fell_short = |base| {
        let counts = count(13, 9, 3, 3, 3);
        let mut council = input(CommunityKind::Village, BodyKind::Council, CountingMode::Persons, counts);
        council.terms = council_terms(Share::more_than(1, 2).expect("a share"), base);
        find(&council).describe().zh
    };
    let of_all = fell_short(CountingBase::InOffice);
    assert!(of_all.contains("应到13人，须7票，赞成3票，弃权计入应到"), "{of_all}");
    let of_cast = fell_short(CountingBase::Cast);
    assert!(of_cast.contains("赞成与反对共6票，须4票，赞成3票，弃权不计"), "{of_cast}");
}

#[test]
fn nobody_decides_nothing() {
    assert_eq!(representatives(count(0, 0, 0, 0, 0)).result, FindingResult::NotQuorate);
    assert_eq!(representatives(count(45, 30, 0, 0, 0)).result, FindingResult::Failed);
    // Nobody voted for or against: of no votes, nothing holds.
    let counts = count(11, 8, 0, 0, 8);
    let mut nothing_cast = input(CommunityKind::Village, BodyKind::Council, CountingMode::Persons, counts);
    nothing_cast.terms = council_terms(Share::at_least(1, 2).expect("a share"), CountingBase::Cast);
    assert_eq!(find(&nothing_cast).result, FindingResult::Failed);
}

#[test]
fn impossible_counts_are_refused() {
    let refused = |counts| {
        let input =
            input(CommunityKind::Village, BodyKind::RepresentativeAssembly, CountingMode::Persons, counts);
        match Finding::compute(&input) {
            Err(FindingError::Count(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        refused(count(45, 30, 20, 10, 1)),
        CountError::MoreVotesThanPresent { votes: 31, present: 30 }
    );
    assert_eq!(
        refused(count(45, 46, 1, 0, 0)),
        CountError::MorePresentThanInOffice { present: 46, recused: 0, in_office: 45 }
    );
    let mut recused = count(45, 45, 1, 0, 0);
    recused.recused = 1;
    assert!(matches!(refused(recused), CountError::MorePresentThanInOffice { .. }));
    assert_eq!(refused(count(u64::MAX, 1, 1, 0, 0)), CountError::TooLarge);
    assert_eq!(refused(count(45, 30, u64::MAX, u64::MAX, 0)), CountError::TooLarge);
}

#[test]
fn a_vote_of_december_2025_follows_the_old_text() {
    let december = date(2025, 12, 20);
    let old = Law::embedded().at(CommunityKind::Village, december).expect("in force");
    let counts = count(45, 30, 16, 10, 4);
    let mut input =
        input(CommunityKind::Village, BodyKind::RepresentativeAssembly, CountingMode::Persons, counts);
    assert!(matches!(
        Finding::compute(&FindingInput { law_date: december, ..input.clone() }),
        Err(FindingError::NotInForce { .. })
    ));
    (input.floor, input.law_date) = (old, december);
    let finding = find(&input);
    assert_eq!(finding.law_text, "villagers-committee-organic-law-2018");
    assert!(
        matches!(finding.quorum[0].by.first(), Some(Authority::Statute { article, .. }) if article == "26")
    );
    assert_eq!(finding.terms.posting_days, None, "the 15 days came with the 2025 text");
    assert_eq!(finding.terms.party_study, None);
}

#[test]
fn a_recorded_finding_is_checked_against_the_law() {
    let law = Law::embedded();
    let finding = representatives(count(45, 30, 16, 10, 4));
    finding.verify(law).expect("as computed");

    let mut rosier = finding.clone();
    rosier.result = FindingResult::Failed;
    assert_eq!(rosier.verify(law), Err(FindingFault::Differs(Box::new(finding.clone()))));

    // Terms from which the floor was taken out, with a result that follows from what is left.
    let mut loosened = finding.clone();
    loosened.count = count(45, 20, 16, 4, 0);
    let share = Share::at_least(1, 3).expect("a share");
    loosened.terms.quorum = Demands::one(Cited::new(share, Authority::Ruling { id: "R5".to_owned() }));
    let loosened = loosened.recompute().expect("computable");
    assert_eq!(loosened.result, FindingResult::Passed, "by its own terms");
    assert!(matches!(loosened.verify(law), Err(FindingFault::Differs(again))
        if again.result == FindingResult::NotQuorate));

    let mut misdated = finding.clone();
    misdated.law_date = date(2025, 12, 31);
    assert!(matches!(misdated.verify(law), Err(FindingFault::WrongLaw { .. })));
    let mut ancient = finding;
    ancient.law_date = date(1999, 1, 1);
    assert!(matches!(ancient.verify(law), Err(FindingFault::UnknownLaw(_))));
}

#[test]
fn a_finding_reads_as_a_sentence() {
    let words = representatives(count(45, 30, 16, 10, 4)).describe();
    assert_eq!(
        words.zh,
        "村民代表会议应到45人，实到30人（须三分之二以上，即30人）；赞成16票，反对10票，弃权4票，废票0张；\
         到会人员过半数同意（需16票）。结果：通过。\
         依据：《中华人民共和国村民委员会组织法（2025年修正）》第三十条（V6）。适用法律日：2026-03-01。"
    );
    assert_eq!(
        words.en,
        "villagers' representative assembly: 45 entitled, 30 present (at least 2/3, that is 30, needed); 16 for, 10 against, \
         4 abstained, 0 spoilt; more than 1/2 of those present agree (16 votes needed). Result: passed. \
         By Organic Law of the Villagers’ Committees (as amended in 2025), art. 30 (V6). Law as of 2026-03-01."
    );
}

/// A rule that was suspended or gave no answer was missing from the finding without a word.
#[test]
fn a_finding_names_every_rule_that_was_not_asked_and_why() {
    let left_out = |name: &str, why| LeftOut {
        name: name.to_owned(),
        component: yishi_canonical::Digest::of(name.as_bytes()),
        why,
    };
    let mut asked = input(
        CommunityKind::Village,
        BodyKind::RepresentativeAssembly,
        CountingMode::Persons,
        count(45, 30, 16, 10, 4),
    );
    let failed = WhyLeftOut::Failed {
        code: "budget-exceeded".to_owned(),
        words: Words::new("超出计算限额", "its computing budget ran out"),
    };
    asked.terms.left_out.insert(left_out("collective-spending", WhyLeftOut::Suspended { since: DAY }));
    asked.terms.left_out.insert(left_out("village-charter", failed));
    let finding = find(&asked);
    let plain = find(&input(
        CommunityKind::Village,
        BodyKind::RepresentativeAssembly,
        CountingMode::Persons,
        count(45, 30, 16, 10, 4),
    ));
    assert_eq!(finding.result, plain.result);
    assert_eq!(finding.verify(Law::embedded()), Ok(()));
    assert!(finding.rulings.contains("R23"), "{:?}", finding.rulings);
    let titled = |digest: &yishi_canonical::Digest| {
        let charter = yishi_canonical::Digest::of(b"village-charter");
        (*digest == charter).then(|| Words::new("村民自治章程", "Village charter"))
    };
    let words = finding.describe_with(&titled);
    assert!(
        words.zh.contains("规约“collective-spending”自2026-03-01起暂停，没有询问（裁定R23）"),
        "{}",
        words.zh
    );
    assert!(words.zh.contains("《村民自治章程》未能作答：超出计算限额，按法律底线办理"), "{}", words.zh);
    assert!(words.en.contains("“Village charter” gave no answer"), "{}", words.en);
    // What was left out is part of the terms, so leaving the line out afterwards is another finding.
    let mut silent = finding.clone();
    silent.terms.left_out.clear();
    assert!(matches!(silent.verify(Law::embedded()), Err(FindingFault::Differs(_))));
}
