//! A city, its towns and their communities, set up the way an administrator sets them up.

use anyhow::{Context as _, bail, ensure};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::kernel::{CITY_LOGIN, PASSWORD};
use crate::roster::{self, Line};
use crate::{Client, Kernel, Reply};

/// 市: the whole installation, as its administrator sees it.
#[derive(Debug, Clone)]
pub struct City {
    /// Somebody who has not signed in.
    pub visitor: Client,
    /// The city administrator.
    pub admin: Client,
}

/// 镇.
#[derive(Debug, Clone)]
pub struct Town {
    /// Its id.
    pub id: String,
    /// The city it belongs to.
    pub city: City,
    /// Its administrator.
    pub admin: Client,
    /// The administrator's login.
    pub login: String,
}

/// What kind of community to set up.
#[derive(Debug, Clone)]
pub struct PlaceSpec<'a> {
    /// Name.
    pub name: &'a str,
    /// `village` or `urban`.
    pub kind: &'a str,
    /// 12 digits.
    pub region_code: &'a str,
    /// What its logins begin with.
    pub prefix: &'a str,
    /// Its people.
    pub roster: Vec<Line>,
    /// How many representatives are elected.
    pub representatives: usize,
    /// How many members the residents' committee has.
    pub committee: usize,
    /// How many members the council has.
    pub council: usize,
}

/// Somebody on the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resident {
    /// Person id.
    pub id: String,
    /// Household id.
    pub household: String,
    /// Name.
    pub name: String,
    /// Registered here.
    pub local: bool,
    /// 18 or older on the day the place was set up.
    pub adult: bool,
    /// Party member.
    pub party: bool,
    /// A woman.
    pub woman: bool,
}

/// An account of the place, for those who print logins.
#[derive(Debug, Clone)]
pub struct Login {
    /// What is typed to sign in.
    pub login: String,
    /// Who it is.
    pub who: String,
}

/// 村（社区）, with its people, its bodies and an account for each part somebody plays.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The town it belongs to.
    pub town: Town,
    /// Everybody on the roster, by household and then as listed.
    pub people: Vec<Resident>,
    /// 议事会, the chair first.
    pub council: Vec<Resident>,
    /// 村(居)民代表.
    pub representatives: Vec<Resident>,
    /// 村(居)委会, the director first.
    pub committee: Vec<Resident>,
    /// 党组织, the secretary first.
    pub party: Vec<Resident>,
    /// 村(居)务监督委员会.
    pub supervisors: Vec<Resident>,
    /// 工作人员.
    pub clerk: Client,
    /// 议事会主任.
    pub chair: Client,
    /// 党组织书记.
    pub secretary: Client,
    /// 村(居)委会主任.
    pub director: Client,
    /// A registered resident.
    pub resident: Client,
    /// A resident registered elsewhere (非户籍居民).
    pub newcomer: Client,
    /// Who has an account of their own here, with it.
    pub voters: Vec<(Resident, Client)>,
    /// Who those accounts are, for printing.
    pub logins: Vec<Login>,
    /// What the dry run of a roster with faults said.
    pub dry_run: Value,
}

impl City {
    /// Signs in as the city administrator that [`Kernel::start`] made.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn of(kernel: &Kernel) -> anyhow::Result<Self> {
        let visitor = kernel.visitor()?;
        let admin = visitor.sign_in_for_a_year(CITY_LOGIN, PASSWORD).await?;
        Ok(Self { visitor, admin })
    }

    /// Today by the server's clock, in Asia/Shanghai.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn today(&self) -> anyhow::Result<Date> {
        let clock = self.visitor.get("/clock").await?.ok()?;
        let today = clock["today"].as_str().context("the clock says no day")?;
        Ok(today.parse()?)
    }

    /// Lets days pass on the simulated clock.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn advance(&self, days: i64) -> anyhow::Result<()> {
        self.admin.post("/simulated-clock", &json!({"advance_days": days})).await?.ok()?;
        Ok(())
    }

    /// Lets days pass until it is that day.
    ///
    /// # Errors
    /// When the day is past, or the server refuses.
    pub async fn advance_to(&self, day: Date) -> anyhow::Result<()> {
        let days = self.today().await?.until(day)?.get_days();
        ensure!(days >= 0, "{day} is past");
        if days > 0 { self.advance(i64::from(days)).await } else { Ok(()) }
    }

    /// Sets up a town with its administrator.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn town(&self, name: &str, region_code: &str, login: &str) -> anyhow::Result<Town> {
        let body = json!({"name": name, "region_code": region_code});
        let id = id_of(&self.admin.post("/towns", &body).await?.ok()?)?;
        let account = json!({
            "login": login,
            "password": PASSWORD,
            "display_name": format!("{name}管理员"),
            "grants": [{"role": "town-admin"}],
            "holder": {"name": format!("{name}管理员"), "birth_date": "1980-01-01"},
            "must_change_password": false,
        });
        self.admin.post(&format!("/towns/{id}/accounts"), &account).await?.ok()?;
        let admin = self.visitor.sign_in_for_a_year(login, PASSWORD).await?;
        Ok(Town { id, city: self.clone(), admin, login: login.to_owned() })
    }
}

impl<'a> PlaceSpec<'a> {
    /// A village of this many households, with bodies of usual sizes.
    #[must_use]
    pub fn village(name: &'a str, prefix: &'a str, households: usize) -> Self {
        Self {
            name,
            kind: "village",
            region_code: "320582104207",
            prefix,
            roster: roster::people(households),
            representatives: (households / 10).max(25),
            committee: 5,
            council: 11,
        }
    }

    /// An urban community of this many households, with bodies of usual sizes.
    #[must_use]
    pub fn urban(name: &'a str, prefix: &'a str, households: usize) -> Self {
        let representatives = (households / 30).max(25);
        Self {
            kind: "urban",
            region_code: "320582104012",
            representatives,
            ..Self::village(name, prefix, households)
        }
    }
}

impl Town {
    /// Sets up a village with its clerk and nothing else, as it is on its first morning. Gives its id.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn bare(&self, name: &str, region_code: &str, login: &str) -> anyhow::Result<String> {
        let body = json!({"name": name, "kind": "village", "region_code": region_code});
        let made = self.admin.post(&format!("/towns/{}/communities", self.id), &body).await?.ok()?;
        let id = id_of(&made)?;
        let account = json!({
            "login": login,
            "password": PASSWORD,
            "display_name": format!("{name}工作人员"),
            "grants": [{"role": "staff", "community": id}],
            "must_change_password": false,
            "holder": {"name": "苗秋实", "birth_date": "1985-09-09"},
        });
        self.admin.post(&format!("/towns/{}/accounts", self.id), &account).await?.ok()?;
        Ok(id)
    }

    /// Sets up a community: the place itself, its clerk, its roster (first with faults, as a dry run), its bodies by
    /// election, and an account for each part.
    ///
    /// # Errors
    /// When the server refuses, or does not find the faults of the dry run.
    pub async fn community(&self, spec: &PlaceSpec<'_>) -> anyhow::Result<Place> {
        let body = json!({"name": spec.name, "kind": spec.kind, "region_code": spec.region_code});
        let made = self.admin.post(&format!("/towns/{}/communities", self.id), &body).await?.ok()?;
        let id = id_of(&made)?;
        let mut logins = Vec::new();
        let staff = format!("{}-clerk", spec.prefix);
        let account = json!({
            "login": staff,
            "password": PASSWORD,
            "display_name": format!("{}工作人员", spec.name),
            "grants": [{"role": "staff", "community": id}],
            "holder": {"name": format!("{}工作人员", spec.name), "birth_date": "1985-01-01"},
            "must_change_password": false,
        });
        self.admin.post(&format!("/towns/{}/accounts", self.id), &account).await?.ok()?;
        let clerk = self.city.visitor.sign_in_for_a_year(&staff, PASSWORD).await?;
        logins.push(Login { login: staff, who: format!("{}工作人员", spec.name) });
        let dry_run = import(&clerk, &id, &spec.roster).await?;
        let people = self.people(&clerk, &id).await?;
        let seats = Seats::choose(&people, spec)?;
        seats.elect(&clerk, &id, self.city.today().await?).await?;
        let mut voters = Vec::new();
        let mut accounts =
            Accounts { town: self, clerk: &clerk, id: &id, spec, logins: &mut logins, voters: &mut voters };
        let chair = accounts.open("chair", "议事会主任", &seats.council[0]).await?;
        let secretary = accounts.open("secretary", "党组织书记", &seats.party[0]).await?;
        let director = accounts.open("director", "村（居）委会主任", &seats.committee[0]).await?;
        let ordinary = |local: bool| {
            people
                .iter()
                .find(|person| person.adult && person.local == local && !seats.holds_any(person))
                .with_context(|| format!("no ordinary resident (local: {local}) on the roster"))
        };
        let resident = accounts.open("resident", "户籍居民", ordinary(true)?).await?;
        let newcomer = match ordinary(false) {
            Ok(person) => accounts.open("newcomer", "非户籍居民", person).await?,
            // A roster made to count exactly has nobody registered elsewhere; nobody comments there.
            Err(_) => self.city.visitor.clone(),
        };
        Ok(Place {
            id,
            name: spec.name.to_owned(),
            town: self.clone(),
            people,
            council: seats.council,
            representatives: seats.representatives,
            committee: seats.committee,
            party: seats.party,
            supervisors: seats.supervisors,
            clerk,
            chair,
            secretary,
            director,
            resident,
            newcomer,
            voters,
            logins,
            dry_run,
        })
    }

    async fn people(&self, clerk: &Client, community: &str) -> anyhow::Result<Vec<Resident>> {
        let today = self.city.today().await?;
        let mut people = Vec::new();
        for item in all(clerk, &format!("/communities/{community}/persons")).await? {
            let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
            let born: Date = text("birth_date").parse().context("a birth date")?;
            people.push((
                text("household_label"),
                Resident {
                    id: text("id"),
                    household: text("household"),
                    name: text("name"),
                    local: text("registration") == "local",
                    adult: born.saturating_add(jiff::Span::new().years(18)) <= today,
                    party: item["party_member"] == json!(true),
                    woman: text("sex") == "female",
                },
            ));
        }
        people.sort_by(|a, b| (&a.0, &a.1.id).cmp(&(&b.0, &b.1.id)));
        Ok(people.into_iter().map(|(_, person)| person).collect())
    }
}

impl Place {
    /// A path below this community.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/communities/{}{rest}", self.id)
    }

    /// The city.
    #[must_use]
    pub fn city(&self) -> &City {
        &self.town.city
    }

    /// Every adult, once.
    #[must_use]
    pub fn adults(&self) -> Vec<&Resident> {
        self.people.iter().filter(|person| person.adult).collect()
    }

    /// One adult of each household; where somebody of it has an account here, that person, and those households first.
    #[must_use]
    pub fn household_representatives(&self) -> Vec<&Resident> {
        let mut seen = std::collections::BTreeSet::new();
        let with_account = self.voters.iter().map(|(person, _)| person);
        let adults = self.people.iter().filter(|person| person.adult);
        with_account.chain(adults).filter(|person| seen.insert(person.household.clone())).collect()
    }

    /// 村(居)民代表会议: representatives and committee members.
    #[must_use]
    pub fn assembly_members(&self) -> Vec<&Resident> {
        self.representatives.iter().chain(&self.committee).collect()
    }

    /// The day on which the terms of those in office end: the committee's, which the others share.
    ///
    /// # Errors
    /// When the server refuses, or nobody is in office.
    pub async fn term_ends(&self) -> anyhow::Result<String> {
        let bodies = self.clerk.get(&self.path("/bodies")).await?.ok()?;
        let committee =
            bodies.as_array().into_iter().flatten().find(|one| one["body"] == "residents-committee");
        let last = committee.and_then(|one| one["members"][0]["term_to"].as_str());
        Ok(last.context("nobody is on the committee")?.to_owned())
    }

    /// Opens an account for a resident and signs in with it.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn account(&self, login: &str, person: &Resident) -> anyhow::Result<Client> {
        open_account(&self.clerk, &self.town.city.visitor, &self.id, login, person).await
    }
}

/// Reads every page of a listing.
///
/// # Errors
/// When the server refuses, or a listing has no items.
pub async fn all(client: &Client, path: &str) -> anyhow::Result<Vec<Value>> {
    let mut items = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = match &cursor {
            None => format!("{path}?limit=100"),
            Some(cursor) => format!("{path}?limit=100&cursor={cursor}"),
        };
        let page = client.get(&page).await?.ok()?;
        let Some(found) = page["items"].as_array() else { bail!("`{path}` is no listing: {page}") };
        items.extend(found.iter().cloned());
        cursor = page["next"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return Ok(items);
        }
    }
}

/// The `id` of something just made.
///
/// # Errors
/// When it has none.
pub fn id_of(value: &Value) -> anyhow::Result<String> {
    Ok(value["id"].as_str().with_context(|| format!("no id in {value}"))?.to_owned())
}

/// First a dry run of a file with faults, then the real one; gives what the dry run said.
async fn import(clerk: &Client, community: &str, lines: &[Line]) -> anyhow::Result<Value> {
    let good = roster::csv(lines);
    let faulty = format!("{good},无户号,1970-02-30,x,local,2001-01-01,false,false,\n");
    let path = format!("/communities/{community}/roster/import");
    let dry =
        clerk.upload(&format!("{path}?dry_run=true"), "text/csv", faulty.clone().into_bytes()).await?.ok()?;
    let errors = dry["errors"].as_array().map_or(0, Vec::len);
    ensure!(errors >= 3, "the dry run found {errors} faults in a row with three: {dry}");
    let refused: Reply = clerk.upload(&path, "text/csv", faulty.into_bytes()).await?;
    ensure!(
        refused.status.as_u16() == 422,
        "a roster with faults was answered {}: {}",
        refused.status,
        refused.text
    );
    let report =
        clerk.upload(&path, "text/csv", good.into_bytes()).await?.ok().context("importing the roster")?;
    ensure!(report["persons"] == json!(lines.len()), "not everybody was imported: {report}");
    Ok(dry)
}

async fn open_account(
    clerk: &Client,
    visitor: &Client,
    community: &str,
    login: &str,
    person: &Resident,
) -> anyhow::Result<Client> {
    let account = json!({
        "login": login,
        "password": PASSWORD,
        "display_name": person.name,
        "grants": [{"role": "member", "community": community, "person": person.id}],
        "must_change_password": false,
    });
    clerk
        .post(&format!("/communities/{community}/accounts"), &account)
        .await?
        .ok()
        .with_context(|| format!("opening account {login}"))?;
    visitor.sign_in_for_a_year(login, PASSWORD).await
}

struct Accounts<'a> {
    town: &'a Town,
    clerk: &'a Client,
    id: &'a str,
    spec: &'a PlaceSpec<'a>,
    logins: &'a mut Vec<Login>,
    voters: &'a mut Vec<(Resident, Client)>,
}

impl Accounts<'_> {
    async fn open(&mut self, part: &str, title: &str, person: &Resident) -> anyhow::Result<Client> {
        let login = format!("{}-{part}", self.spec.prefix);
        let client = open_account(self.clerk, &self.town.city.visitor, self.id, &login, person).await?;
        self.logins.push(Login { login, who: format!("{}{title} {}", self.spec.name, person.name) });
        self.voters.push((person.clone(), client.clone()));
        Ok(client)
    }
}

/// Who is elected to what.
struct Seats {
    party: Vec<Resident>,
    committee: Vec<Resident>,
    representatives: Vec<Resident>,
    council: Vec<Resident>,
    supervisors: Vec<Resident>,
}

impl Seats {
    /// Nobody gets two seats, so that every body's figures can be counted by hand.
    fn choose(people: &[Resident], spec: &PlaceSpec<'_>) -> anyhow::Result<Self> {
        let mut free: Vec<&Resident> = people.iter().filter(|person| person.adult && person.local).collect();
        let mut take = |count: usize,
                        what: &str,
                        wanted: &dyn Fn(&Resident) -> bool|
         -> anyhow::Result<Vec<Resident>> {
            let mut taken = Vec::new();
            free.retain(|person| {
                let take = taken.len() < count && wanted(person);
                if take {
                    taken.push((*person).clone());
                }
                !take
            });
            ensure!(taken.len() == count, "the roster has only {} people for {count} {what}", taken.len());
            Ok(taken)
        };
        let party = take(3, "party organisation seats", &|person| person.party)?;
        // About 40 in 100 of the council, and its chair first.
        let of_party = (spec.council * 2).div_ceil(5);
        let mut council = take(of_party, "council seats (party)", &|person| person.party)?;
        council.extend(take(spec.council - of_party, "council seats", &|person| !person.party)?);
        let mut committee = take(1, "women of the committee", &|person| person.woman)?;
        committee.extend(take(spec.committee.saturating_sub(1), "committee seats", &|_| true)?);
        let women = (spec.representatives + spec.committee).div_ceil(3);
        let mut representatives = take(women, "women representatives", &|person| person.woman)?;
        representatives.extend(take(spec.representatives - women, "representatives", &|_| true)?);
        let supervisors = take(3, "supervisors", &|_| true)?;
        Ok(Self { party, committee, representatives, council, supervisors })
    }

    fn holds_any(&self, person: &Resident) -> bool {
        [&self.party, &self.committee, &self.representatives, &self.council, &self.supervisors]
            .iter()
            .any(|body| body.contains(person))
    }

    async fn elect(&self, clerk: &Client, community: &str, today: Date) -> anyhow::Result<()> {
        let term_to = today.saturating_add(jiff::Span::new().years(5)).yesterday()?;
        for (body, members, chaired) in [
            ("party-organization", &self.party, true),
            ("residents-committee", &self.committee, true),
            ("representative-assembly", &self.representatives, false),
            ("council", &self.council, true),
            ("supervision-committee", &self.supervisors, true),
        ] {
            let seats: Vec<Value> = members
                .iter()
                .enumerate()
                .map(|(n, person)| {
                    let office = match (n, chaired) {
                        (0, true) => "chair",
                        (1, true) if body == "council" => "vice-chair",
                        _ => "member",
                    };
                    json!({"person": person.id, "office": office})
                })
                .collect();
            // Some for each group, whatever the number of households: examples need assemblies of every size.
            let by_groups = body == "representative-assembly";
            let election = json!({
                "seats": seats,
                "term_from": today,
                "term_to": term_to,
                "held_on": today,
                "elected_by": by_groups.then_some("groups"),
                "reason": by_groups.then_some("按各村（居）民小组的实际情况推选。"),
                "minutes": format!("{today} 选举记录：应选 {0} 人，当选 {0} 人。", members.len()),
            });
            clerk
                .post(&format!("/communities/{community}/bodies/{body}/elections"), &election)
                .await?
                .ok()
                .with_context(|| format!("electing {body}"))?;
        }
        Ok(())
    }
}
