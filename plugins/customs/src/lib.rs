//! 村规民约: weddings, funerals, neighbours and family.
//!
//! It says one of three things of conduct: 表扬, 劝勉 or 建议调解 (总则-2). What the law governs it leaves to the
//! law (总则-1), what nobody verified it does not speak of (评议-1), and counsel goes to the person only (评议-2).

use serde::Deserialize;
use serde::de::DeserializeOwned;
use yishi_sdk::prelude::*;

struct Customs;

const DOMAIN: &str = "customs";
/// 评议-1: facts are verified by so many persons.
const VERIFIED_BY: u32 = 2;
/// 总则-2: all that a matter of customs may provide for, by the words of the matter's form.
const WITHIN_BOUNDS: [&str; 4] = ["commend", "admonish", "suggest-mediation", "help"];
/// 总则-2: what it may not, where the form has a text.
const BEYOND_BOUNDS: [&str; 6] =
    ["fine", "confiscation", "cut-service", "withhold-benefit", "public-shaming", "force"];

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    wedding_tables: u32,
    gift_fen: u64,
    funeral_days: u32,
    funeral_tables: u32,
    quiet_from_hour: u32,
    quiet_until_hour: u32,
    mediate_from_times: u32,
}

/// What every form says: how many persons verified its facts.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Verified {
    verified_by: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Wedding {
    tables: u32,
    #[serde(default)]
    gift_fen: Option<u64>,
    #[serde(default)]
    gifts_demanded: bool,
    #[serde(default)]
    rowdy: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Funeral {
    days: u32,
    tables: u32,
    #[serde(default)]
    open_fire: bool,
    #[serde(default)]
    road_blocked: bool,
    #[serde(default)]
    paper_strewn: bool,
    #[serde(default)]
    helped_neighbour: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Neighbour {
    about: About,
    #[serde(default)]
    hour: Option<u32>,
    #[serde(default = "once")]
    times: u32,
    #[serde(default)]
    settled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum About {
    Noise,
    Water,
    Boundary,
    Trees,
    Parking,
    Help,
    Rescue,
    Honesty,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Family {
    about: AtHome,
    #[serde(default = "once")]
    times: u32,
    #[serde(default)]
    consent: bool,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum AtHome {
    Devotion,
    Neglect,
    Violence,
}

fn once() -> u32 {
    1
}

/// What a matter of customs says of itself, in its form or in what the act carries.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Proposal {
    measures: PlannedMeasures,
    names_household: bool,
    consent: bool,
}

impl VillageRegulation for Customs {
    type Settings = Settings;

    fn appraise(ctx: &Context<Settings>, event: &CaseEvent) -> Appraisal {
        let settings = &ctx.settings;
        match event.kind.as_str() {
            "wedding" => told(event, |told| wedding(settings, told)),
            "funeral" => told(event, |told| funeral(settings, told)),
            "neighbour" => told(event, |told| neighbour(settings, told)),
            // The law comes first, however many persons have verified it.
            "family" if event.read::<Family>().is_ok_and(|told| told.about == AtHome::Violence) => {
                let message = (
                    "家庭暴力、虐待、遗弃属于违法行为，请立即报警或者向有关部门报告",
                    "violence, abuse and abandonment in a family are against the law: call the police or report it at once",
                );
                unsaid(message, ["总则-1", "家风-2"])
            }
            "family" => told(event, |told| family(settings, told)),
            other => {
                let message = (
                    format!("本规约没有约定“{other}”一类的事"),
                    format!("these regulations say nothing of “{other}”"),
                );
                unsaid(message, ["总则-1"])
            }
        }
    }

    fn check(_: &Context<Settings>, transition: &Transition) -> Vec<Finding> {
        if transition.matter.domain != DOMAIN {
            return Vec::new();
        }
        let form: Proposal = transition.matter.read().unwrap_or_default();
        let act: Proposal = transition.read().unwrap_or_default();
        let mut findings = Vec::new();
        let beyond = |one: &Proposal| {
            one.measures.any_beyond(&WITHIN_BOUNDS) || one.measures.first_of(&BEYOND_BOUNDS).is_some()
        };
        if beyond(&form) || beyond(&act) {
            let message = (
                "移风易俗只用表扬、劝勉和建议调解，请删去罚款、扣减待遇、停水停电、张榜等内容",
                "customs are for commendation, counsel and mediation: take out fines, withheld benefits, cut-off water \
                 or power, and public lists",
            );
            findings.push(Finding::advise("beyond-commendation", message, ["总则-2"]));
        }
        let disclosed = matches!(transition.step, Step::DiscloseDecision | Step::DiscloseOutcome);
        if disclosed && (form.names_household || act.names_household) && !(form.consent || act.consent) {
            let message = (
                "公布内容点名了具体家庭，请取得其同意，或者隐去名称",
                "what is published names a household: get its consent, or leave the name out",
            );
            findings.push(Finding::advise("names-a-household", message, ["评议-2"]));
        }
        findings
    }
}

/// 评议-1: speaks only of what the form says and two persons have verified.
fn told<T: DeserializeOwned>(event: &CaseEvent, judge: impl FnOnce(T) -> Appraisal) -> Appraisal {
    match (event.read::<Verified>(), event.read()) {
        (Ok(Verified { verified_by }), Ok(told)) if verified_by >= VERIFIED_BY => judge(told),
        (Ok(_), Ok(_)) => {
            let message = (
                format!("事实未经{VERIFIED_BY}人以上核实，不作评议"),
                format!("fewer than {VERIFIED_BY} persons have verified the facts, so nothing is said"),
            );
            unsaid(message, ["评议-1"])
        }
        (Err(fault), _) | (_, Err(fault)) => {
            let message = (
                format!("表单内容不完整，不作评议：{fault}"),
                format!("the form is incomplete, so nothing is said: {fault}"),
            );
            unsaid(message, ["评议-1"])
        }
    }
}

/// 婚事-1 to 婚事-3.
fn wedding(settings: &Settings, told: Wedding) -> Appraisal {
    let tables = told.tables > settings.wedding_tables;
    let gift = told.gift_fen.is_some_and(|gift| gift > settings.gift_fen);
    let counsel = counsel([
        (tables, of_tables(settings.wedding_tables), "婚事-1"),
        (
            gift,
            words((
                format!("随礼以{}元为宜", settings.gift_fen / 100),
                format!("keep gifts to about {} yuan", settings.gift_fen / 100),
            )),
            "婚事-2",
        ),
        (told.gifts_demanded, words(("不借婚姻索要财物", "demand no property for a marriage")), "婚事-2"),
        (told.rowdy, words(("闹新房、迎亲文明有度", "keep the merrymaking civil")), "婚事-3"),
    ]);
    let kept: &[&str] = if told.gift_fen.is_some() { &["婚事-1", "婚事-2"] } else { &["婚事-1"] };
    let message = ("婚事新办、简办，予以表扬", "a simple wedding in the new way: commended");
    counsel.unwrap_or_else(|| Appraisal::commend(message, kept.iter().copied()))
}

/// 丧事-1 to 丧事-3.
fn funeral(settings: &Settings, told: Funeral) -> Appraisal {
    let (days, tables) = (settings.funeral_days, settings.funeral_tables);
    let counsel = counsel([
        (
            told.days > days,
            words((format!("治丧以{days}日为宜"), format!("keep a funeral to about {days} days"))),
            "丧事-1",
        ),
        (told.tables > tables, of_tables(tables), "丧事-1"),
        (
            told.open_fire,
            words(("不在林区和禁火区域用火", "light no fire in woods or where fires are forbidden")),
            "丧事-2",
        ),
        (told.road_blocked, words(("不占道搭棚", "put up no tents on the road")), "丧事-2"),
        (told.paper_strewn, words(("不沿路抛撒冥纸", "strew no paper along the road")), "丧事-2"),
    ]);
    counsel.unwrap_or_else(|| match told.helped_neighbour {
        true => {
            let message =
                ("丧事简办，邻里相帮，予以表扬", "a simple funeral, with neighbours helping: commended");
            Appraisal::commend(message, ["丧事-1", "丧事-3"])
        }
        false => Appraisal::commend(("丧事简办，予以表扬", "a simple funeral: commended"), ["丧事-1"]),
    })
}

/// 邻里-1 to 邻里-3.
fn neighbour(settings: &Settings, told: Neighbour) -> Appraisal {
    match told.about {
        About::Help | About::Rescue | About::Honesty => {
            let message = (
                "守望相助、见义勇为、拾金不昧，予以表扬",
                "helping a neighbour, coming to the rescue, giving back what was found: commended",
            );
            Appraisal::commend(message, ["邻里-3"])
        }
        About::Noise => {
            let (from, until) = (settings.quiet_from_hour, settings.quiet_until_hour);
            if !told.hour.is_some_and(|hour| hour >= from || hour < until) {
                let message = (
                    format!("不在{from}时至次日{until}时之间，不作评议"),
                    format!("not between {from}:00 and {until}:00, so nothing is said"),
                );
                return unsaid(message, ["邻里-2"]);
            }
            let message = (
                format!("{from}时至次日{until}时请放低声音，体谅邻里"),
                format!("between {from}:00 and {until}:00 please be quiet, for the neighbours' sake"),
            );
            persuade(settings, told.times, words(message), "邻里-2")
        }
        About::Water | About::Boundary | About::Trees | About::Parking if told.settled => {
            let message = (
                "互谅互让，自行商量妥当，予以表扬",
                "settled among themselves, each giving way a little: commended",
            );
            Appraisal::commend(message, ["邻里-1"])
        }
        About::Water | About::Boundary | About::Trees | About::Parking => Appraisal::suggest_mediation(
            (
                "建议由村人民调解委员会调解，也可以随时依法通过其他途径解决",
                "mediation by the people's mediation committee is suggested; every other lawful way stays open at any time",
            ),
            ["邻里-1", "评议-2"],
        ),
    }
}

/// 家风-1 and 家风-2.
fn family(settings: &Settings, told: Family) -> Appraisal {
    match told.about {
        AtHome::Devotion => {
            let message = ("悉心照料老人，予以表扬", "devoted care of the old: commended");
            Appraisal::commend(message, ["家风-1"])
        }
        AtHome::Neglect if !told.consent => {
            let message = ("老人没有同意，不作评议", "the old person has not agreed, so nothing is said");
            unsaid(message, ["家风-2"])
        }
        AtHome::Neglect => {
            let message = (
                "请多回家看望，照料老人起居",
                "please come home more often and look after the old people's daily needs",
            );
            persuade(settings, told.times, words(message), "家风-2")
        }
        AtHome::Violence => {
            let message =
                ("属于违法行为，请依法报告", "this is against the law: report it as the law provides");
            unsaid(message, ["总则-1", "家风-2"])
        }
    }
}

/// Counsel first; when the same thing happens again, mediation.
fn persuade(settings: &Settings, times: u32, message: Words, article: &str) -> Appraisal {
    if times >= settings.mediate_from_times {
        let Words { zh, en } = message;
        let message = (
            format!("{zh}；同一事由已有{times}次，建议由村人民调解委员会调解"),
            format!(
                "{en}; as it has happened {times} times, mediation by the people's mediation committee is suggested"
            ),
        );
        Appraisal::suggest_mediation(message, [article, "评议-2"])
    } else {
        Appraisal::admonish(message, [article, "评议-2"])
    }
}

/// One counsel from whatever went against the custom; none when nothing did.
fn counsel<const N: usize>(points: [(bool, Words, &str); N]) -> Option<Appraisal> {
    let against: Vec<_> = points.into_iter().filter(|(against, ..)| *against).collect();
    let (zh, en): (Vec<&str>, Vec<&str>) =
        against.iter().map(|(_, advice, _)| (advice.zh.as_str(), advice.en.as_str())).unzip();
    let mut because: Vec<&str> = against.iter().map(|(.., article)| *article).collect();
    because.dedup();
    because.push("评议-2");
    let message =
        (format!("建议今后{}", zh.join("，")), format!("the next time, it is suggested: {}", en.join("; ")));
    (!against.is_empty()).then(|| Appraisal::admonish(message, because))
}

fn words(both: impl Into<Words>) -> Words {
    both.into()
}

fn of_tables(tables: u32) -> Words {
    words((format!("酒席以{tables}桌为宜"), format!("keep the feast to about {tables} tables")))
}

/// No remark, and why.
fn unsaid<const N: usize>(message: impl Into<Words>, because: [&str; N]) -> Appraisal {
    let because = because.map(str::to_owned).into();
    Appraisal { message: message.into(), because, ..Appraisal::none() }
}

yishi_sdk::village_regulation!(Customs);
