//! Portal, community, list, town.
use jiff::civil::date;
use yishi_deliberation::matter::DutyKind;
use yishi_deliberation::meeting::MeetingStage;
use yishi_law::BodyKind;
use yishi_views::{DutyDoneView, DutyView, FiguresView};

use super::views;
use crate::context::{
    AskedCard, AskedKind, CommunityCard, CommunityFrame, CommunityHome, CommunityKind, CommunityProgress,
    DecisionCard, FindingResult, Frame, Link, MatterCard, MatterClass, MatterList, MatterStatus, MeetingCard,
    MeetingList, NavItem, NoticeCard, NoticeKind, OverdueRow, PortalHome, PublishedRow, RuleCard, RuleKind,
    RuleStatus, TownGroup, TownPage, TrackStage, Viewer,
};
use crate::lang::Lang;
use crate::phrase::Speak as _;

/// A meeting of the representatives, called or under way.
pub(super) fn sitting(n: u32, body: BodyKind, month: i8, day: i8, state: MeetingStage) -> MeetingCard {
    MeetingCard { meeting: views::meeting(n, body, date(2026, month, day), state), overdue: None }
}

/// A decision with those in office, those present and the votes in favour.
fn decided(
    n: u32,
    title: &str,
    body: BodyKind,
    day: &str,
    (in_office, present, yes): (u64, u64, u64),
    result: FindingResult,
) -> DecisionCard {
    let count = yishi_law::Count { in_office, present, yes, ..Default::default() };
    DecisionCard {
        title: title.into(),
        href: format!("/c/com_qx/matters/mat_{n}"),
        decision: super::matter::decision((body, body.term().zh), day, count, result),
    }
}

/// Meetings over, under way and called.
#[must_use]
pub fn meeting_list() -> MeetingList {
    MeetingList {
        meetings: vec![
            sitting(3, BodyKind::RepresentativeAssembly, 5, 6, MeetingStage::Convened),
            sitting(2, BodyKind::Council, 4, 22, MeetingStage::Open),
            sitting(1, BodyKind::ResidentsAssembly, 3, 1, MeetingStage::Adjourned),
        ],
        next_href: Some("/c/com_qx/meetings?cursor=x".into()),
    }
}

/// A frame outside any community, signed out.
#[must_use]
pub fn frame() -> Frame {
    Frame {
        lang: Lang::Zh,
        elder: false,
        path: "/".into(),
        csrf: "c5f0b7e2a9".into(),
        viewer: None,
        community: None,
        nav: NavItem::None,
        flash: None,
        simulated_today: None,
        host_name: "云湖镇村（社区）议事平台".into(),
    }
}

/// A frame of the village, with a member of staff signed in.
#[must_use]
pub fn village_frame() -> Frame {
    Frame {
        community: Some(CommunityFrame {
            name: "清溪村".into(),
            town: "云湖镇".into(),
            kind: CommunityKind::Village,
            href: "/c/com_qx".into(),
        }),
        viewer: Some(Viewer {
            name: "沈月华".into(),
            capacity: "村委会工作人员".into(),
            desk_href: Some("/c/com_qx/desk".into()),
        }),
        simulated_today: Some("2026年4月22日".into()),
        ..frame()
    }
}

/// A frame of the urban community, with a resident signed in.
#[must_use]
pub fn urban_frame() -> Frame {
    Frame {
        community: Some(CommunityFrame {
            name: "梧桐苑社区".into(),
            town: "云湖镇".into(),
            kind: CommunityKind::Urban,
            href: "/c/com_wt".into(),
        }),
        viewer: Some(Viewer { name: "顾晓岚".into(), capacity: "居民".into(), desk_href: None }),
        ..frame()
    }
}

/// Two towns.
#[must_use]
pub fn portal_home() -> PortalHome {
    let card = |name: &str, kind, deciding, rules| CommunityCard {
        name: name.into(),
        kind,
        href: "/c/com_qx".into(),
        deciding,
        rules,
        voting: u64::from(deciding > 2),
        consulting: u64::from(deciding > 1),
    };
    let towns = vec![
        TownGroup {
            name: "云湖镇".into(),
            href: Some("/towns/town_1".into()),
            communities: vec![
                card("清溪村", CommunityKind::Village, 3, 4),
                card("梧桐苑社区", CommunityKind::Urban, 2, 2),
                card("石桥村", CommunityKind::Village, 0, 3),
                card("南塘村", CommunityKind::Village, 1, 1),
                card("新河社区", CommunityKind::Urban, 0, 0),
            ],
        },
        TownGroup {
            name: "东渡镇".into(),
            href: None,
            communities: vec![
                card("杨柳浜村", CommunityKind::Village, 2, 3),
                card("望江社区", CommunityKind::Urban, 1, 2),
            ],
        },
    ];
    PortalHome { towns, actions: Vec::new() }
}

fn matter_cards() -> Vec<MatterCard> {
    let card = |n, title, class, status, stage, step, waiting: &str| MatterCard {
        summary: views::matter(n, title, Some(class), step, date(2026, 4, 22)),
        status,
        stage,
        waiting_for: Some(waiting.into()),
        overdue: None,
    };
    vec![
        card(
            7,
            "硬化村北机耕路，每户筹资200元",
            MatterClass::Major,
            MatterStatus::Voting,
            TrackStage::Resolve,
            4,
            "村民代表会议表决，今天 18:00 截止",
        ),
        card(
            9,
            "订立《环境卫生实施细则》",
            MatterClass::Major,
            MatterStatus::Consulting,
            TrackStage::Consultation,
            2,
            "征求意见到 4月30日，非户籍居民也可以参加",
        ),
        card(
            11,
            "村口公交站加装照明和座椅",
            MatterClass::Ordinary,
            MatterStatus::Returned,
            TrackStage::Review,
            2,
            "议事会按退回理由修改后重新提交",
        ),
    ]
}

/// A village in the middle of things.
#[must_use]
pub fn community_home() -> CommunityHome {
    let rule = |n, title, kind, version, status| RuleCard {
        rule: views::rule(n, title, kind, version, Some(date(2026, 2, 1))),
        status,
    };
    CommunityHome {
        households: 862,
        persons: 3174,
        figures: FiguresView {
            adults: 2410,
            households: 860,
            representatives: 45,
            council_members: 11,
            non_local: 486,
        },
        asked: vec![AskedCard {
            what: AskedKind::Vote,
            title: "硬化村北机耕路，每户筹资200元".into(),
            href: "/c/com_qx/matters/mat_1".into(),
            line: "村民代表会议正在表决，已投 21，应投 38".into(),
            act: Some(Link { text: "去投票".into(), href: "/c/com_qx/ballots/bal_1".into() }),
            receipt: None,
            note: None,
        }],
        running: vec![
            AskedCard {
                what: AskedKind::Vote,
                title: "修缮老年活动室".into(),
                href: "/c/com_qx/matters/mat_3".into(),
                line: "村民代表会议正在表决，已投 30，应投 38".into(),
                act: None,
                receipt: Some(Link {
                    text: "查看投票凭证".into(),
                    href: "/c/com_qx/ballots/bal_2/receipt".into(),
                }),
                note: Some("您已经投票".into()),
            },
            AskedCard {
                what: AskedKind::Comment,
                title: "订立《环境卫生实施细则》".into(),
                href: "/c/com_qx/matters/mat_9".into(),
                line: "正在征求意见，到 2026年4月30日 止，还剩 8 天".into(),
                act: None,
                receipt: None,
                note: Some("您已发表意见".into()),
            },
        ],
        deciding: matter_cards(),
        fresh: vec![views::matter(12, "村口公厕夜间照明", None, 1, date(2026, 4, 21))],
        fresh_more: 4,
        held: vec![sitting(1, BodyKind::ResidentsAssembly, 3, 1, MeetingStage::Adjourned)],
        meetings: vec![sitting(2, BodyKind::RepresentativeAssembly, 4, 22, MeetingStage::Open)],
        notices: vec![
            NoticeCard {
                kind: NoticeKind::Decision,
                title: "关于取缔小煤炉的决议".into(),
                href: "/c/com_qx/matters/mat_2".into(),
                first: date(2026, 4, 10),
                last: date(2026, 4, 25),
                days_left: 3,
            },
            NoticeCard {
                kind: NoticeKind::Outcome,
                title: "老年活动室屋面维修结果".into(),
                href: "/c/com_qx/matters/mat_3".into(),
                first: date(2026, 4, 15),
                last: date(2026, 4, 30),
                days_left: 8,
            },
        ],
        recent: vec![
            decided(2, "取缔小煤炉", BodyKind::Council, "2026-04-08", (11, 10, 9), FindingResult::Passed),
            decided(
                4,
                "集体鱼塘对外出租方案",
                BodyKind::RepresentativeAssembly,
                "2026-03-26",
                (45, 31, 15),
                FindingResult::Failed,
            ),
            decided(
                5,
                "村庄规划调整",
                BodyKind::RepresentativeAssembly,
                "2026-03-12",
                (45, 29, 0),
                FindingResult::NotQuorate,
            ),
        ],
        rules: vec![
            rule(1, "清溪村村民自治章程", RuleKind::Charter, "1.2.0", RuleStatus::InForce),
            rule(2, "集体资金使用实施细则", RuleKind::ImplementationRule, "1.0.3", RuleStatus::InForce),
            rule(3, "清溪村村规民约", RuleKind::VillageRegulation, "1.0.0", RuleStatus::InForce),
        ],
        making: vec![rule(
            4,
            "环境卫生实施细则",
            RuleKind::ImplementationRule,
            "1.0.0",
            RuleStatus::Consulting,
        )],
        bodies: vec![
            views::body(
                BodyKind::ResidentsCommittee,
                &[("周启明", "主任"), ("沈月华", "副主任"), ("吴建林", "委员"), ("陆秀英", "委员")],
                1,
            ),
            views::body(
                BodyKind::Council,
                &[("许国栋", "主任"), ("钱玉珍", "副主任"), ("冯小军", "成员")],
                8,
            ),
            views::body(
                BodyKind::SupervisionCommittee,
                &[("何志坚", "主任"), ("蒋文娟", "委员"), ("孙大伟", "委员")],
                0,
            ),
            views::body(BodyKind::RepresentativeAssembly, &[], 45),
        ],
    }
}

/// A community set up this morning: every list is empty.
#[must_use]
pub fn community_home_new() -> CommunityHome {
    CommunityHome {
        households: 1200,
        persons: 3960,
        figures: FiguresView {
            adults: 2900,
            households: 1190,
            representatives: 0,
            council_members: 0,
            non_local: 1310,
        },
        asked: Vec::new(),
        running: Vec::new(),
        deciding: Vec::new(),
        fresh: Vec::new(),
        fresh_more: 0,
        held: Vec::new(),
        meetings: Vec::new(),
        notices: Vec::new(),
        recent: Vec::new(),
        rules: Vec::new(),
        making: Vec::new(),
        bodies: Vec::new(),
    }
}

/// A page of the list.
#[must_use]
pub fn matter_list(lang: Lang) -> MatterList {
    let t = lang.words();
    let filter = |text: &str, query: &str, current| {
        (Link { text: text.into(), href: format!("/c/com_qx/matters{query}") }, current)
    };
    let mut matters = matter_cards();
    matters.push(MatterCard {
        summary: views::matter(2, "取缔小煤炉", Some(MatterClass::Ordinary), 6, date(2026, 4, 10)),
        status: MatterStatus::Completed,
        stage: TrackStage::Implement,
        waiting_for: None,
        overdue: None,
    });
    MatterList {
        matters,
        filters: vec![
            filter(t.all, "", true),
            filter(&lang.status(MatterStatus::Open), "?status=open", false),
            filter(&lang.class(MatterClass::Major), "?class=major", false),
            filter(&lang.status(MatterStatus::Completed), "?status=completed", false),
        ],
        next_href: Some("/c/com_qx/matters?after=mat_2".into()),
    }
}

/// A town with one community late.
#[must_use]
pub fn town() -> TownPage {
    let row = |name: &str, kind, at_step, major, completed, charter, rules, overdue| CommunityProgress {
        name: name.into(),
        href: "/c/com_qx".into(),
        kind,
        at_step,
        major,
        voting: u64::from(major > 1),
        completed,
        charter,
        rules,
        overdue,
        failing: if overdue > 0 {
            vec![Link {
                text: "环境卫生实施细则：超出计算限额".into(), href: "/c/com_sq/rules/rul_2".into()
            }]
        } else {
            Vec::new()
        },
        attestations: if charter {
            Vec::new()
        } else {
            vec![Link { text: "居民公约".into(), href: "/c/com_xh/rules/rul_1".into() }]
        },
        filings: if major > 1 {
            vec![Link {
                text: "订立《村规民约》".into(), href: "/c/com_qx/matters/mat_9#actions".into()
            }]
        } else {
            Vec::new()
        },
        published: (0..overdue)
            .map(|n| PublishedRow {
                title: "硬化村北机耕路".into(),
                href: "/c/com_sq/matters/mat_1".into(),
                done: DutyDoneView {
                    code: DutyKind::PublishDecision,
                    text: "公布决议".into(),
                    text_en: "the decision is published".into(),
                    due: date(2026, 4, 11),
                    done: date(2026, 4, 12),
                    days_late: n + 1,
                },
            })
            .collect(),
    };
    TownPage {
        name: "云湖镇".into(),
        communities: vec![
            row("清溪村", CommunityKind::Village, [2, 2, 0, 1, 1, 1], 2, 14, true, 3, 0),
            row("梧桐苑社区", CommunityKind::Urban, [1, 1, 1, 0, 0, 2], 1, 9, true, 1, 0),
            row("石桥村", CommunityKind::Village, [0, 0, 0, 0, 2, 0], 1, 6, true, 2, 1),
            row("新河社区", CommunityKind::Urban, [0, 0, 0, 0, 0, 0], 0, 0, false, 0, 0),
        ],
        overdue: vec![OverdueRow {
            community: "石桥村".into(),
            title: "灌溉泵站改造".into(),
            href: "/c/com_sq/matters/mat_8".into(),
            owed: DutyView {
                code: "publish-outcome".into(),
                text: "实施结果尚未公布".into(),
                text_en: "the outcome is not published".into(),
                due: date(2026, 4, 15),
            },
            days: 7,
        }],
        actions: Vec::new(),
        accounts: super::desk::account_lines(Lang::Zh, "/towns/t1/accounts"),
        accounts_next: Some("/towns/t1?accounts=acc_3#accounts".into()),
    }
}
