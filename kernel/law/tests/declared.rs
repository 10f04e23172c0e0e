//! What local rules may declare, and who decides what.

use std::collections::BTreeSet;

use jiff::civil::date;
use yishi_law::{
    Authority, BodyKind, Breach, Cited, CommunityKind, CountingBase, CountingMode, Demands, FloorQuery,
    FloorText, Fraction, Law, MatterClass, Share, Step, Subject, Terms, Threshold,
};

fn floor(kind: CommunityKind) -> &'static FloorText {
    Law::embedded().at(kind, date(2026, 3, 1)).expect("a text is in force")
}

fn query(body: BodyKind, subjects: &[Subject]) -> FloorQuery {
    FloorQuery {
        subjects: subjects.iter().copied().collect(),
        body,
        step: Step::Resolve,
        mode: CountingMode::Persons,
    }
}

fn me() -> Authority {
    Authority::Plugin {
        name: "village-charter".to_owned(),
        digest: yishi_canonical::Digest::of(b"charter"),
        article: "D1".to_owned(),
    }
}

fn cited<T>(value: T) -> Option<Cited<T>> {
    Some(Cited::new(value, me()))
}

fn passes(comparison_more: bool, numerator: u32, denominator: u32, base: CountingBase) -> Demands<Threshold> {
    let share = if comparison_more {
        Share::more_than(numerator, denominator)
    } else {
        Share::at_least(numerator, denominator)
    };
    Demands::one(Cited::new(Threshold::new(share.expect("a share"), base), me()))
}

fn names(breaches: &[Breach]) -> Vec<(&str, &str, &str)> {
    breaches.iter().map(|b| (b.floor.as_str(), b.article.as_str(), b.field.code())).collect()
}

#[test]
fn each_field_is_held_to_its_direction() {
    let village = floor(CommunityKind::Village);
    let assembly = query(BodyKind::ResidentsAssembly, &[Subject::PublicWorksLevy]);
    let lax = Terms {
        class: cited(MatterClass::Ordinary),
        notice_days: cited(9),
        posting_days: cited(14),
        petition: cited(Fraction::new(1, 9).expect("a fraction")),
        petition_representatives: cited(Fraction::new(1, 2).expect("a fraction")),
        proxy_cap: cited(1),
        party_study: cited(false),
        consultation: cited(false),
        passes: passes(false, 1, 2, CountingBase::Present),
        ..Terms::default()
    };
    assert_eq!(
        names(&village.check_declared(&lax, &assembly)),
        [
            ("V4", "28", "class"),
            ("V1", "26", "passes"),
            ("V3", "25", "notice_days"),
            ("V18", "35", "posting_days"),
            ("V3", "25", "petition"),
            ("V3", "25", "petition_representatives"),
            ("V1", "26", "proxy_cap"),
            ("V9", "28", "party_study"),
            ("V10", "33", "consultation"),
        ]
    );
    let strict = Terms {
        class: cited(MatterClass::Major),
        notice_days: cited(11),
        posting_days: cited(30),
        petition: cited(Fraction::new(1, 20).expect("a fraction")),
        petition_representatives: cited(Fraction::new(1, 4).expect("a fraction")),
        proxy_cap: cited(0),
        party_study: cited(true),
        consultation: cited(true),
        passes: passes(false, 2, 3, CountingBase::Present),
        ..Terms::default()
    };
    assert_eq!(village.check_declared(&strict, &assembly), []);
    assert_eq!(village.check_declared(&Terms::default(), &assembly), [], "an open field is no breach");
}

/// Proxies used to be measured against the cap for elections, so that a charter could grant up to three in an assembly.
#[test]
fn no_charter_grants_a_proxy_where_those_who_attend_decide() {
    for kind in [CommunityKind::Village, CommunityKind::Urban] {
        let floor = floor(kind);
        for body in [BodyKind::ResidentsAssembly, BodyKind::RepresentativeAssembly] {
            let of = |cap| {
                floor.check_declared(&Terms { proxy_cap: cited(cap), ..Terms::default() }, &query(body, &[]))
            };
            let breaches = of(1);
            assert_eq!(
                breaches.iter().map(|breach| breach.field.code()).collect::<Vec<_>>(),
                ["proxy_cap"],
                "{kind:?} {body:?}"
            );
            assert!(
                breaches[0].message.zh.contains("R25") && breaches[0].message.en.contains("R25"),
                "{breaches:?}"
            );
            assert_eq!(of(0), [], "to say that there are none is no breach");
        }
        // A council's own charter says who may stand in for whom.
        let council = Terms { proxy_cap: cited(1), ..Terms::default() };
        assert_eq!(floor.check_declared(&council, &query(BodyKind::Council, &[])), []);
    }
}

#[test]
fn a_smaller_base_is_laxer_even_with_the_same_share() {
    let village = floor(CommunityKind::Village);
    let representatives = query(BodyKind::RepresentativeAssembly, &[]);
    let of = |declared| {
        let terms = Terms { passes: declared, ..Terms::default() };
        names(&village.check_declared(&terms, &representatives)).len()
    };
    assert_eq!(of(passes(true, 1, 2, CountingBase::Cast)), 1);
    assert_eq!(of(passes(true, 1, 2, CountingBase::Present)), 0);
    assert_eq!(of(passes(true, 1, 2, CountingBase::InOffice)), 0);
    // 2/3 of votes cast is neither laxer nor stricter than 1/2 of those present: the join keeps both.
    assert_eq!(of(passes(false, 2, 3, CountingBase::Cast)), 0);
    let joined = Terms { passes: passes(false, 2, 3, CountingBase::Cast), ..Terms::default() }
        .join(village.terms(&representatives));
    assert_eq!(joined.passes.iter().count(), 2);
}

#[test]
fn the_pass_share_for_a_village_charter_does_not_move() {
    let village = floor(CommunityKind::Village);
    let on_charter = query(BodyKind::ResidentsAssembly, &[Subject::Charter]);
    let declared = |declared| Terms { passes: declared, ..Terms::default() };
    let stricter = village.check_declared(&declared(passes(false, 2, 3, CountingBase::Present)), &on_charter);
    assert_eq!(names(&stricter), [("V7", "31", "passes")]);
    assert!(stricter[0].message.zh.contains("变动了不可变动的"));
    let same = declared(passes(true, 1, 2, CountingBase::Present));
    assert_eq!(village.check_declared(&same, &on_charter), []);
    let laxer = declared(passes(false, 1, 3, CountingBase::Present));
    assert_eq!(names(&village.check_declared(&laxer, &on_charter)), [("V1", "26", "passes")]);
    // On any other matter a charter may ask for more (R13).
    let other = query(BodyKind::ResidentsAssembly, &[Subject::Planning]);
    let stricter = declared(passes(false, 2, 3, CountingBase::Present));
    assert_eq!(village.check_declared(&stricter, &other), []);
    // And a higher quorum is allowed on the charter too.
    let quorum = Demands::one(Cited::new(Share::at_least(2, 3).expect("a share"), me()));
    assert_eq!(village.check_declared(&Terms { quorum, ..Terms::default() }, &on_charter), []);
}

#[test]
fn a_charter_must_declare_the_councils_figures() {
    let village = floor(CommunityKind::Village);
    let council = query(BodyKind::Council, &[]);
    let breaches = village.check_charter(&Terms::default(), &council);
    assert_eq!(names(&breaches), [("P5", "四（二）四", "quorum"), ("P5", "四（二）四", "passes")]);
    assert!(breaches.iter().all(|breach| breach.message.zh.contains("R5")));
    let declared = Terms {
        quorum: Demands::one(Cited::new(Share::more_than(1, 2).expect("a share"), me())),
        passes: passes(true, 1, 2, CountingBase::InOffice),
        ..Terms::default()
    };
    assert_eq!(village.check_charter(&declared, &council), []);
    let assembly = query(BodyKind::ResidentsAssembly, &[]);
    assert_eq!(village.check_charter(&Terms::default(), &assembly), [], "the law supplies the rest");
}

#[test]
fn who_decides_in_a_village() {
    let village = floor(CommunityKind::Village);
    let deciders = |subjects: &[Subject], class| {
        village.deciders(&subjects.iter().copied().collect::<BTreeSet<_>>(), class)
    };
    let representative = BodyKind::RepresentativeAssembly;

    let charter = deciders(&[Subject::Charter], MatterClass::Major);
    assert_eq!((charter.bodies.as_slice(), charter.delegable), (&[BodyKind::ResidentsAssembly][..], false));
    assert!(!charter.may_decide(representative, true), "not even with an authorisation (R14)");
    assert!(charter.rulings.contains("R14"));

    let rule = deciders(&[Subject::Rule], MatterClass::Ordinary);
    assert_eq!(rule.class, MatterClass::Major);
    assert!(rule.may_decide(representative, true) && !rule.may_decide(representative, false));
    assert!(!rule.may_decide(BodyKind::Council, true));

    let both = deciders(&[Subject::Rule, Subject::Charter], MatterClass::Major);
    assert!(!both.may_decide(representative, true), "the strictest list wins");

    let evaluation = deciders(&[Subject::Evaluation], MatterClass::Major);
    assert!(evaluation.may_decide(representative, false));
    let evaluation_and_funds = deciders(&[Subject::Evaluation, Subject::CollectiveFunds], MatterClass::Major);
    assert!(evaluation_and_funds.may_decide(representative, true));
    assert!(!evaluation_and_funds.may_decide(representative, false));
    // Also where the laxer list is read first.
    let evaluation_and_rule = deciders(&[Subject::Evaluation, Subject::Rule], MatterClass::Major);
    assert_eq!(evaluation_and_rule.bodies, [BodyKind::ResidentsAssembly]);
    assert!(!evaluation_and_rule.may_decide(representative, false));

    let small = deciders(&[Subject::General], MatterClass::Ordinary);
    assert_eq!(small.bodies, [BodyKind::Council]);
    let escalated = deciders(&[Subject::General], MatterClass::Major);
    assert!(!escalated.may_decide(BodyKind::Council, true));
    assert_eq!(
        (escalated.bodies.as_slice(), escalated.delegable),
        (&[BodyKind::ResidentsAssembly][..], true)
    );
}

/// R20: the assembly has what no list names, in every community and under every text; the representatives only when named.
#[test]
fn what_no_list_names_is_the_assemblys() {
    for text in Law::embedded().stretches() {
        let deciders = text.deciders(&BTreeSet::from([Subject::General]), MatterClass::Major);
        let representatives = BodyKind::RepresentativeAssembly;
        assert!(deciders.may_decide(BodyKind::ResidentsAssembly, false));
        assert!(!deciders.may_decide(representatives, false) && deciders.may_decide(representatives, true));
        assert!(deciders.rulings.contains("R20"));
    }
}

#[test]
fn an_urban_charter_may_be_authorised() {
    let urban = floor(CommunityKind::Urban);
    let charter = urban.deciders(&BTreeSet::from([Subject::Charter]), MatterClass::Major);
    assert!(charter.may_decide(BodyKind::RepresentativeAssembly, true));
    assert!(!charter.may_decide(BodyKind::RepresentativeAssembly, false));
    assert!(charter.by.iter().any(|by| by.short(&|_| None).zh == "U4·第三十条"));
    // Either assembly evaluates of its own right, as in a village.
    let evaluation = urban.deciders(&BTreeSet::from([Subject::Evaluation]), MatterClass::Ordinary);
    assert!(evaluation.may_decide(BodyKind::RepresentativeAssembly, false));
    assert!(evaluation.by.iter().any(|by| by.short(&|_| None).zh == "U12·第三十七条"));
}

#[test]
fn collective_property_is_sent_away_once_the_law_says_so() {
    let subjects = BTreeSet::from([Subject::CollectiveProperty, Subject::PublicWorksLevy]);
    for kind in [CommunityKind::Village, CommunityKind::Urban] {
        let deciders = floor(kind).deciders(&subjects, MatterClass::Major);
        assert!(deciders.bodies.is_empty() && !deciders.delegable);
        let away = deciders.sent_away.expect("E1");
        assert_eq!(away.floor.as_str(), "E1");
        assert_eq!(away.law.zh, "中华人民共和国农村集体经济组织法");
        assert!(away.message.zh.contains("农村集体经济组织法"));
    }
    // Before 2025-05-01 the village law's own list still had it (old article 24).
    let before = Law::embedded().at(CommunityKind::Village, date(2025, 4, 30)).expect("in force");
    let deciders = before.deciders(&subjects, MatterClass::Major);
    assert!(deciders.sent_away.is_none() && deciders.may_decide(BodyKind::ResidentsAssembly, false));
    let after = Law::embedded().at(CommunityKind::Village, date(2025, 5, 1)).expect("in force");
    assert!(after.deciders(&subjects, MatterClass::Major).sent_away.is_some());
}

#[test]
fn terms_read_in_plain_words() {
    let village = floor(CommunityKind::Village);
    let terms = village.terms(&query(BodyKind::ResidentsAssembly, &[Subject::PublicWorksLevy]));
    let words: Vec<(String, String)> = terms
        .describe(CountingMode::Persons)
        .into_iter()
        .map(|field| (field.label.zh, field.value.zh))
        .collect();
    let wanted = [
        ("事项类别", "重大事项"),
        ("法定人数", "应到人员过半数到会"),
        ("通过比例", "到会人员过半数同意"),
        ("通知期", "不少于10日"),
        ("公示期", "不少于15日"),
        ("提议召集比例", "十分之一以上"),
        ("代表提议召集比例", "三分之一以上"),
        ("党组织前置研究", "必须"),
        ("协商", "必须"),
    ];
    assert_eq!(words, wanted.map(|(label, value)| (label.to_owned(), value.to_owned())));
    let households = FloorQuery { mode: CountingMode::Households, ..query(BodyKind::ResidentsAssembly, &[]) };
    let fields = village.terms(&households).describe(CountingMode::Households);
    assert_eq!(fields[0].value.zh, "三分之二以上的户派代表到会");
    assert_eq!(fields[1].value.en, "more than 1/2 of the households represented agree");
    let share = Share::more_than(2, 3).expect("a share");
    assert_eq!(
        (share.describe().zh.as_str(), share.describe().en.as_str()),
        ("超过三分之二", "more than 2/3")
    );
    let all = Threshold::new(Share::at_least(1, 1).expect("a share"), CountingBase::InOffice);
    assert_eq!(all.describe(CountingMode::Persons, Some(11)).zh, "全体应到人员全部同意（需11票）");
}
