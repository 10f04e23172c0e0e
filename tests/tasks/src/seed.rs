//! The story the demo tells: a village and an urban community, some weeks into their affairs.

use anyhow::Result;
use jiff::civil::date;
use serde_json::{Value, json};
use yishi_harness::{Affair, City, Kernel, PaperAdoption, Place, PlaceSpec, Votes, artifacts, texts};

use crate::demo;

pub(crate) async fn tell(kernel: &Kernel) -> Result<Value> {
    let city = City::of(kernel).await?;
    let town = city.town("柳溪镇", "320582104", "liuxi").await?;
    eprintln!("    柳溪镇、云岭村、锦河社区：建立、导入名册、登记选举");
    let village = town.community(&PlaceSpec::village("云岭村", "yunling", 360)).await?;
    let urban = town.community(&PlaceSpec::urban("锦河社区", "jinhe", 620)).await?;

    eprintln!("    云岭村：补录纸质通过的《村民自治章程》，镇里确认");
    let paper = PaperAdoption {
        on: date(2026, 1, 18),
        body: "residents-assembly",
        mode: "households",
        counts: [360, 301, 279, 12, 10],
    };
    village.attest(&artifacts::plugin("village-charter")?, None, &paper).await?;

    eprintln!("    锦河社区：表决通过《居民公约》");
    // It says how the residents' assembly decides, so that no lower body can adopt it (R27).
    let assembly = urban.household_assembly(80);
    let votes = urban.household_votes(&assembly, 3);
    urban
        .adopt_by_vote(
            &artifacts::plugin("residents-convention")?,
            None,
            texts::CONVENTION_DRAFT,
            &assembly,
            &votes,
            None,
        )
        .await?;

    eprintln!("    云岭村：《环境卫生实施细则》和修路征求意见，取缔小煤炉开议事会");
    let clean_home = artifacts::plugin("clean-home")?;
    village.shelve(&clean_home).await?;
    let draft = village.draft_rule(&clean_home, None, texts::CLEAN_HOME_DRAFT).await?;
    let days = texts::CONSULTATION_DAYS;
    let said = [(&village.resident, texts::COMMENT_RESIDENT), (&village.newcomer, texts::COMMENT_NEWCOMER)];
    village.consult(&draft.matter, days, &said).await?;
    let road = village.bring_forward(&village.resident, &texts::road(360)).await?;
    let said = [
        (&village.resident, "路灯能不能再加两盏，四组河边那一段晚上很黑。"),
        (&village.newcomer, "我们租住户也走这条路，愿意自愿出一份。"),
    ];
    village.consult(&road, days, &said).await?;
    city.advance(i64::from(days) + 1).await?;
    for matter in [&draft.matter, &road] {
        village.answer_comments(matter, texts::COMMENT_ANSWER).await?;
        let report = json!({"summary": texts::CONSULTATION_REPORT});
        village.step(&village.director, matter, "close-consultation", &report).await?;
    }
    let stoves = village.bring_forward(&village.resident, &texts::coal_stoves()).await?;
    let sitting = village.council_sitting(1);
    let mut votes = Votes::entered(&sitting.present, &[("yes", 8), ("no", 1), ("abstain", 1)]);
    votes.entered.remove(0);
    votes.own.push((&village.chair, "yes"));
    let decided = village.decide(&stoves, &sitting, &votes).await?;
    village.resolve_and_disclose(&stoves, &decided).await?;

    eprintln!("    云岭村：细则提交村民会议，会议已经通知；修路由党组织研究后等待联席会议审议");
    village.submit_to(&draft.matter, "residents-assembly", None).await?;
    village.convene(&village.household_assembly(90), &[&draft.matter]).await?;
    let study = json!({"outcome": "recommended", "record": texts::PARTY_STUDY});
    village.step(&village.secretary, &road, "study", &study).await?;
    let bins = Affair {
        title: "二组垃圾房迁址",
        suggestion: "垃圾房离水井太近，夏天味道大，建议往晒场东边挪。",
        domain: "sanitation",
        ..texts::coal_stoves()
    };
    village.suggest(&village.newcomer, &bins).await?;

    eprintln!("    锦河社区：门禁蓝牙卡正在征求意见");
    let cards = urban.bring_forward(&urban.newcomer, &texts::gate_cards(620)).await?;
    let said = [
        (&urban.resident, "建议老人卡做大一点，挂在钥匙上不容易丢。"),
        (&urban.newcomer, "租住户也按常住人数发卡，这一条很好，希望写进细则里。"),
        (&urban.chair, "物业说补卡成本十二元，请在办法里写明数额。"),
    ];
    urban.consult(&cards, 20, &said).await?;

    eprintln!("    锦河社区：非机动车棚开议事会，正在表决");
    let sheds = Affair {
        title: "东门增设非机动车棚",
        suggestion: "电动车都停在楼道里，不安全，建议东门空地搭个车棚。",
        proposal: "一、在东门空地搭建非机动车棚一处，四十个车位，带充电桩。\n二、费用从社区公共收益列支，物业负责日常管理。",
        domain: "public-works",
        ..texts::coal_stoves()
    };
    let sheds = urban.bring_forward(&urban.resident, &sheds).await?;
    let sitting = urban.council_sitting(1);
    let (meeting, held_on) = urban.convene(&sitting, &[&sheds]).await?;
    urban.open_meeting(&meeting, held_on, &sitting.present).await?;
    let ballot = urban.open_ballot(&meeting, &sheds).await?;

    eprintln!("    新桥村：今天刚设立，什么都还没有");
    let fresh = town.bare("新桥村", "320582104208", "xinqiao-clerk").await?;

    Ok(json!({
        "today": city.today().await?,
        "town": town.id,
        "town_login": town.login,
        "places": [
            place(&village, &[
                ("取缔小煤炉：议事会已经决议，正在公开", &stoves),
                ("通过《环境卫生实施细则》：等待村民会议表决", &draft.matter),
                ("修路，每户二百元：等待“两委”联席会议审议", &road),
            ]),
            place(&urban, &[
                ("门禁蓝牙卡的发放办法：正在征求意见", &cards),
                ("非机动车棚：议事会正在表决", &sheds),
            ]),
        ],
        "voting": { "community": urban.id, "ballot": ballot, "meeting": meeting },
        "fresh": { "id": fresh, "name": "新桥村", "login": "xinqiao-clerk" },
    }))
}

fn place(place: &Place, matters: &[(&str, &str)]) -> Value {
    json!({
        "id": place.id,
        "name": place.name,
        "logins": demo::logins(place),
        "matters": matters.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
        "matter_ids": matters.iter().map(|(_, id)| *id).collect::<Vec<_>>(),
    })
}
