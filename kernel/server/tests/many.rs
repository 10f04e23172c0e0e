//! Many communities on one server: what is kept in memory is bounded, is found again, and never decides.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use yishi_app::context::OpContext;
use yishi_app::house::{Answered, At};
use yishi_app::inputs::{KnownPeople, SignIn};
use yishi_app::{App, AppError};
use yishi_identity::{Actor, CommunityId, TownId};
use yishi_law::CommunityKind;
use yishi_rulebook::CompileMode;
use yishi_server::boot;

const PASSWORD: &str = "correct-horse-7";
const HEAD: &str =
    "household,name,birth_date,sex,registration,resident_since,party_member,household_head,phone\n";

/// The id of what was made.
fn id_of(made: &Answered) -> String {
    let made = serde_json::to_value(made).expect("JSON");
    made["id"].as_str().expect("an id").to_owned()
}

struct City {
    app: Arc<App>,
    admin: OpContext,
    town: TownId,
    _data: tempfile::TempDir,
}

impl City {
    async fn start() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let app = boot::open(data.path(), None, CompileMode::InProcess).await.expect("opened").app;
        let visitor = OpContext::new(Actor::default(), app.now(), "test");
        app.create_first_account(&visitor, "city", PASSWORD).await.expect("an account");
        let input = SignIn { login: "city".into(), password: PASSWORD.into() };
        let kind = yishi_storage::SessionKind::Bearer;
        let session = app.sign_in(&visitor, input, kind).await.expect("signed in");
        let actor = app.authenticate(&session.token, app.now()).await.expect("authenticated");
        let admin = OpContext::new(actor, app.now(), "test");
        let town = json!({ "name": "云岭镇", "region_code": "320582101" });
        let town = app.act_in_house(&admin, &At::default(), "create-town", &town).await.expect("a town");
        let town = id_of(&town).parse().expect("an id");
        Self { app, admin, town, _data: data }
    }

    async fn villages(&self, count: usize) -> Vec<CommunityId> {
        let mut villages = Vec::new();
        for n in 0..count {
            let kind = if n % 2 == 0 { CommunityKind::Village } else { CommunityKind::Urban };
            let village = json!({ "name": format!("第{n}村"), "kind": kind, "region_code": "320582101201" });
            let at = At::from([("town", self.town.to_string())]);
            let made = self.app.act_in_house(&self.admin, &at, "create-community", &village).await;
            villages.push(id_of(&made.expect("a village")).parse().expect("an id"));
        }
        villages
    }

    fn visitor(&self) -> OpContext {
        OpContext::new(Actor::default(), self.app.now(), "test")
    }
}

/// At the sixty-fifth community the people of all were forgotten: with as many busy ones they were read every time.
#[tokio::test(flavor = "multi_thread")]
async fn sixty_five_busy_communities_are_read_once() {
    let city = City::start().await;
    let villages = city.villages(65).await;
    for (n, village) in villages.iter().enumerate() {
        let clerk = OpContext::new(staff(*village), city.app.now(), "test");
        let row = format!("东一号,陈第{n},1968-04-02,male,local,1968-04-02,true,true,\n");
        let more = format!("东二号,李第{n},1970-04-02,female,local,1990-04-02,false,true,\n").repeat(n % 2);
        let roster = format!("{HEAD}{row}{more}");
        city.app
            .import_roster(&clerk, *village, roster.as_bytes(), false, KnownPeople::Ask)
            .await
            .expect("a roster");
    }
    let mut read = Vec::new();
    for _ in 0..3 {
        for (n, village) in villages.iter().enumerate() {
            let home = city.app.home(&city.visitor(), *village).await.expect("a home page");
            assert_eq!(home.figures.adults, 1 + n as u64 % 2, "the people of another village");
            assert_eq!(home.community.name, format!("第{n}村"));
        }
        read.push(city.app.people_read());
    }
    assert_eq!(read[2], read[0], "two more rounds read nobody again");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_communities_are_each_themselves() {
    let city = City::start().await;
    let villages = city.villages(2_000).await;
    for round in 0..2 {
        let before = city.app.people_read();
        for (n, village) in villages.iter().enumerate() {
            let home = city.app.home(&city.visitor(), *village).await.expect("a home page");
            assert_eq!(home.community.name, format!("第{n}村"));
        }
        let read = city.app.people_read() - before;
        assert_eq!(read, if round == 0 { 2_000 } else { 0 }, "read in round {round}");
    }
    let board = city.app.town_dashboard(&city.admin, city.town).await.expect("the town's board");
    let names: BTreeSet<_> = board.communities.iter().map(|one| one.community.name.clone()).collect();
    assert_eq!(names.len(), 2_000, "none is left out");
    let nowhere = "com_019d0000-0000-7000-8000-00000000ffff".parse().expect("an id");
    assert!(matches!(city.app.home(&city.visitor(), nowhere).await, Err(AppError::NotFound { .. })));
}

fn staff(community: CommunityId) -> Actor {
    let account = Some("acc_019d0000-0000-7000-8000-000000000001".parse().expect("an id"));
    Actor { account, roles: vec![yishi_identity::RoleGrant::Staff { community }], seats: Vec::new() }
}
