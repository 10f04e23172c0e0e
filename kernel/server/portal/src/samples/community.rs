//! Portal, community, list, town.
use crate::phrase::Speak as _;

use crate::context::{
    AskedCard, AskedKind, BodyCard, CommunityCard, CommunityFrame, CommunityHome, CommunityKind,
    CommunityProgress, DecisionCard, FindingResult, Frame, Link, MatterCard, MatterClass, MatterList,
    MatterStatus, MeetingCard, MeetingLine, MeetingList, MeetingState, NavItem, NoticeCard, NoticeKind,
    OverdueRow, PortalHome, PublishedRow, RuleCard, RuleKind, RuleStatus, SeatLine, TownGroup, TownPage,
    TrackStage, Viewer,
};
use crate::lang::Lang;

/// Meetings over, under way and called.
#[must_use]
pub fn meeting_list() -> MeetingList {
    let line = |title: &str, held_on: &str, state| MeetingLine {
        card: MeetingCard {
            title: title.into(),
            held_on: held_on.into(),
            place: "村党群服务中心二楼".into(),
            href: "/c/com_qx/meetings/mtg_1".into(),
            open: state == MeetingState::Open,
            overdue: None,
        },
        state,
    };
    MeetingList {
        meetings: vec![
            line("村民代表会议", "2026年5月6日", MeetingState::Convened),
            line("议事会", "2026年4月22日", MeetingState::Open),
            line("村民会议", "2026年3月1日", MeetingState::Adjourned),
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
            password_href: "/me/password".into(),
            sign_out_action: "/sign-out".into(),
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
        viewer: Some(Viewer {
            name: "顾晓岚".into(),
            capacity: "居民".into(),
            desk_href: None,
            password_href: "/me/password".into(),
            sign_out_action: "/sign-out".into(),
        }),
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
    let card =
        |title: &str, number: &str, class, status, stage, step, waiting: Option<&str>, changed: &str| {
            MatterCard {
                title: title.into(),
                number: number.into(),
                href: "/c/com_qx/matters/mat_1".into(),
                class: Some(class),
                status,
                stage,
                step,
                waiting_for: waiting.map(Into::into),
                overdue: None,
                changed: changed.into(),
            }
        };
    vec![
        card(
            "硬化村北机耕路，每户筹资200元",
            "2026-007",
            MatterClass::Major,
            MatterStatus::Voting,
            TrackStage::Resolve,
            4,
            Some("村民代表会议表决，今天 18:00 截止"),
            "4月22日",
        ),
        card(
            "订立《环境卫生实施细则》",
            "2026-009",
            MatterClass::Major,
            MatterStatus::Consulting,
            TrackStage::Consultation,
            2,
            Some("征求意见到 4月30日，非户籍居民也可以参加"),
            "4月18日",
        ),
        card(
            "村口公交站加装照明和座椅",
            "2026-011",
            MatterClass::Ordinary,
            MatterStatus::Returned,
            TrackStage::Review,
            2,
            Some("议事会按退回理由修改后重新提交"),
            "4月20日",
        ),
    ]
}

/// A village in the middle of things.
#[must_use]
pub fn community_home() -> CommunityHome {
    let seat = |name: &str, office: &str| SeatLine { name: name.into(), office: office.into() };
    let rule = |title: &str, kind, version: &str, status, since: &str| RuleCard {
        title: title.into(),
        kind,
        version: version.into(),
        status,
        since: Some(since.into()),
        href: "/c/com_qx/rules/rul_1".into(),
    };
    CommunityHome {
        households: 862,
        persons: 3174,
        non_local: 486,
        representatives: 45,
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
        fresh: vec![Link {
            text: "村口公厕夜间照明".into(), href: "/c/com_qx/matters/mat_12".into()
        }],
        fresh_more: 4,
        held: vec![MeetingLine {
            card: MeetingCard {
                title: "村民会议".into(),
                held_on: "2026年3月1日".into(),
                place: "村党群服务中心二楼".into(),
                href: "/c/com_qx/meetings/mtg_0".into(),
                open: false,
                overdue: None,
            },
            state: MeetingState::Adjourned,
        }],
        meetings: vec![MeetingCard {
            title: "村民代表会议 2026年第二次会议".into(),
            held_on: "4月22日 14:00".into(),
            place: "村党群服务中心二楼".into(),
            href: "/c/com_qx/meetings/mtg_1".into(),
            open: true,
            overdue: None,
        }],
        notices: vec![
            NoticeCard {
                kind: NoticeKind::Decision,
                title: "关于取缔小煤炉的决议".into(),
                href: "/c/com_qx/matters/mat_2".into(),
                first: "4月10日".into(),
                last: "4月25日".into(),
                days_left: 3,
            },
            NoticeCard {
                kind: NoticeKind::Outcome,
                title: "老年活动室屋面维修结果".into(),
                href: "/c/com_qx/matters/mat_3".into(),
                first: "4月15日".into(),
                last: "4月30日".into(),
                days_left: 8,
            },
        ],
        recent: vec![
            DecisionCard {
                title: "取缔小煤炉".into(),
                href: "/c/com_qx/matters/mat_2".into(),
                body: "议事会".into(),
                held_on: "2026年4月8日".into(),
                result: FindingResult::Passed,
                yes: 9,
                present: 10,
                in_office: 11,
            },
            DecisionCard {
                title: "集体鱼塘对外出租方案".into(),
                href: "/c/com_qx/matters/mat_4".into(),
                body: "村民代表会议".into(),
                held_on: "2026年3月26日".into(),
                result: FindingResult::Failed,
                yes: 15,
                present: 31,
                in_office: 45,
            },
            DecisionCard {
                title: "村庄规划调整".into(),
                href: "/c/com_qx/matters/mat_5".into(),
                body: "村民代表会议".into(),
                held_on: "2026年3月12日".into(),
                result: FindingResult::NotQuorate,
                yes: 0,
                present: 29,
                in_office: 45,
            },
        ],
        rules: vec![
            rule("清溪村村民自治章程", RuleKind::Charter, "1.2.0", RuleStatus::InForce, "2026年2月1日起"),
            rule(
                "集体资金使用实施细则",
                RuleKind::ImplementationRule,
                "1.0.3",
                RuleStatus::InForce,
                "2026年3月1日起",
            ),
            rule(
                "清溪村村规民约",
                RuleKind::VillageRegulation,
                "1.0.0",
                RuleStatus::InForce,
                "2026年2月1日起",
            ),
        ],
        making: vec![rule(
            "环境卫生实施细则",
            RuleKind::ImplementationRule,
            "1.0.0",
            RuleStatus::Consulting,
            "至4月30日",
        )],
        bodies: vec![
            BodyCard {
                id: "residents-committee".into(),
                name: "村民委员会".into(),
                in_office: 5,
                term: Some("2025年—2030年".into()),
                seats: vec![
                    seat("周启明", "主任"),
                    seat("沈月华", "副主任"),
                    seat("吴建林", "委员"),
                    seat("陆秀英", "委员"),
                ],
                more: 1,
            },
            BodyCard {
                id: "council".into(),
                name: "议事会".into(),
                in_office: 11,
                term: Some("2025年—2028年".into()),
                seats: vec![seat("许国栋", "主任"), seat("钱玉珍", "副主任"), seat("冯小军", "成员")],
                more: 8,
            },
            BodyCard {
                id: "supervision-committee".into(),
                name: "村务监督委员会".into(),
                in_office: 3,
                term: Some("2025年—2030年".into()),
                seats: vec![seat("何志坚", "主任"), seat("蒋文娟", "委员"), seat("孙大伟", "委员")],
                more: 0,
            },
            BodyCard {
                id: "representative-assembly".into(),
                name: "村民代表会议".into(),
                in_office: 45,
                term: Some("2025年—2030年".into()),
                seats: Vec::new(),
                more: 0,
            },
        ],
        suggest_href: "/c/com_qx/suggest".into(),
        matters_href: "/c/com_qx/matters".into(),
        meetings_href: "/c/com_qx/meetings".into(),
        bodies_href: "/c/com_qx/bodies".into(),
        rules_href: "/c/com_qx/rules".into(),
    }
}

/// A community set up this morning: every list is empty.
#[must_use]
pub fn community_home_new() -> CommunityHome {
    CommunityHome {
        households: 1200,
        persons: 3960,
        non_local: 1310,
        representatives: 0,
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
        suggest_href: "/c/com_wt/suggest".into(),
        matters_href: "/c/com_wt/matters".into(),
        meetings_href: "/c/com_wt/meetings".into(),
        bodies_href: "/c/com_wt/bodies".into(),
        rules_href: "/c/com_wt/rules".into(),
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
        title: "取缔小煤炉".into(),
        number: "2026-003".into(),
        href: "/c/com_qx/matters/mat_2".into(),
        class: Some(MatterClass::Ordinary),
        status: MatterStatus::Completed,
        stage: TrackStage::Implement,
        step: 6,
        waiting_for: None,
        overdue: None,
        changed: "4月10日".into(),
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
        suggest_href: "/c/com_qx/suggest".into(),
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
                what: "公布决议".into(),
                due: "2026年4月11日".into(),
                done: "2026年4月12日".into(),
                days: n + 1,
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
            what: "实施结果尚未公布".into(),
            due: "4月15日".into(),
            days: 7,
        }],
        actions: Vec::new(),
        accounts: super::desk::account_lines(Lang::Zh, "/towns/t1/accounts"),
        accounts_next: Some("/towns/t1?accounts=acc_3#accounts".into()),
    }
}
