//! 名册 (the roster): a spreadsheet in, persons and households out.
//!
//! A roster comes from a clerk's spreadsheet, so the import reads every row, lists every fault with its line and
//! column, and stores all rows or none. A dry run does the same without storing. A row that names a person already
//! known (same household, name and date of birth) brings their entry up to date; nobody is removed by an import.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::json;
use yishi_identity::{Action, CommunityId, HouseholdId, Person, PersonId, Registration, Sex, names};
use yishi_storage::{HouseholdRow, Page, PersonQuery, PersonRow, Row, Scope, Unit};

use crate::views::{HouseholdView, ListView, PersonView, RosterFault, RosterReport};
use crate::{App, AppError, AppResult, FieldError, OpContext, words};

/// The columns, in any order. `phone` may be missing.
pub const COLUMNS: [&str; 9] = [
    "household",
    "name",
    "birth_date",
    "sex",
    "registration",
    "resident_since",
    "party_member",
    "household_head",
    "phone",
];

/// The most rows one import may have; a larger village is imported in parts.
pub const MAX_ROWS: usize = 20_000;

/// Storage pages are read in steps of this many rows.
pub(crate) const STEP: u32 = 1_000;

#[derive(Debug)]
struct Line {
    household: String,
    head: bool,
    person: PersonRow,
}

impl Line {
    /// Who a row is about: household label, name and date of birth.
    fn key(&self) -> (String, String, Date) {
        (self.household.clone(), self.person.name.clone(), self.person.birth_date)
    }
}

impl App {
    /// 导入名册 (imports a roster from CSV), or says what an import would do.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with one entry for each bad cell when this is no dry run and any row is bad; the
    /// authorisation errors of [`App::scope`].
    pub async fn import_roster(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        csv: &[u8],
        dry_run: bool,
    ) -> AppResult<RosterReport> {
        let community = self.scope(ctx, community, Action::EditRoster).await?;
        let (lines, faults) = self.read_lines(ctx, csv);
        let households: BTreeSet<&str> = lines.iter().map(|line| line.household.as_str()).collect();
        let known = self.known_persons(&community.scope).await?;
        let added = lines.iter().filter(|line| !known.contains(&line.key())).count();
        let report = RosterReport {
            dry_run,
            rows: lines.len() + faults.iter().map(|fault| fault.line).collect::<BTreeSet<_>>().len(),
            persons: lines.len(),
            added,
            households: households.len(),
            errors: faults,
        };
        if dry_run {
            return Ok(report);
        }
        if !report.errors.is_empty() {
            return Err(AppError::Invalid(report.errors.iter().map(as_field).collect()));
        }
        let rows = self.merge(ctx, &community.scope, lines).await?;
        let stream = crate::people::roster_stream(community.id);
        let version = self.next_version(&community.scope, &stream).await?;
        let mut unit = Unit::of(community.scope.clone()).entry(self.entry(
            ctx,
            &stream,
            version,
            "roster.imported",
            // Nothing of the file itself: of a list of one person even a digest could be found by trying.
            json!({ "rows": report.persons, "households": report.households }),
        ));
        unit.rows = rows;
        self.commit(ctx, unit, 200, report).await
    }

    /// 名册 (a page of persons), by id.
    ///
    /// # Errors
    /// The authorisation errors of [`App::scope`].
    pub async fn persons(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        name: Option<String>,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<PersonView>> {
        let community = self.scope(ctx, community, Action::ViewRoster).await?;
        let query = PersonQuery { name_contains: name, household: None, page: Page { after, limit } };
        let rows = self.store.persons(&community.scope, &query).await?;
        let labels = self.household_labels(&community.scope).await?;
        Ok(ListView::page(rows, limit, |row| row.id.clone(), |row| PersonView::from_row(&row, &labels)))
    }

    /// 户 (a page of households), by id.
    ///
    /// # Errors
    /// The authorisation errors of [`App::scope`].
    pub async fn households(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<HouseholdView>> {
        let community = self.scope(ctx, community, Action::ViewRoster).await?;
        let rows = self.store.households(&community.scope, &Page { after, limit }).await?;
        Ok(ListView::page(
            rows,
            limit,
            |row| row.id.clone(),
            |row| HouseholdView { id: row.id, label: row.label, head: row.head },
        ))
    }

    /// Every person of a community, as the pure crates know them.
    pub(crate) async fn all_persons(&self, scope: &Scope) -> AppResult<Vec<Person>> {
        self.all_person_rows(scope).await?.into_iter().map(person_of).collect()
    }

    async fn all_person_rows(&self, scope: &Scope) -> AppResult<Vec<PersonRow>> {
        let mut persons: Vec<PersonRow> = Vec::new();
        loop {
            let after = persons.last().map(|row| row.id.clone());
            let query =
                PersonQuery { name_contains: None, household: None, page: Page { after, limit: STEP } };
            let rows = self.store.persons(scope, &query).await?;
            let full = rows.len() as u64 == u64::from(STEP);
            persons.extend(rows);
            if !full {
                return Ok(persons);
            }
        }
    }

    pub(crate) async fn all_households(&self, scope: &Scope) -> AppResult<Vec<HouseholdRow>> {
        let mut households: Vec<HouseholdRow> = Vec::new();
        loop {
            let after = households.last().map(|row| row.id.clone());
            let rows = self.store.households(scope, &Page { after, limit: STEP }).await?;
            let full = rows.len() as u64 == u64::from(STEP);
            households.extend(rows);
            if !full {
                return Ok(households);
            }
        }
    }

    pub(crate) async fn household_labels(&self, scope: &Scope) -> AppResult<BTreeMap<String, String>> {
        Ok(self.all_households(scope).await?.into_iter().map(|row| (row.id, row.label)).collect())
    }

    fn read_lines(&self, ctx: &OpContext, csv: &[u8]) -> (Vec<Line>, Vec<RosterFault>) {
        let mut faults = Vec::new();
        let text = match std::str::from_utf8(csv.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(csv)) {
            Ok(text) => text,
            Err(error) => {
                let line = csv[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
                faults.push(fault(
                    line,
                    "",
                    "encoding",
                    "文件不是 UTF-8 编码，请在表格软件中另存为“CSV UTF-8”",
                    "the file is not UTF-8; save it as “CSV UTF-8”",
                ));
                return (Vec::new(), faults);
            }
        };
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers = reader.headers().cloned().unwrap_or_default();
        let places: BTreeMap<&str, usize> = headers.iter().enumerate().map(|(n, name)| (name, n)).collect();
        for name in places.keys().filter(|name| !COLUMNS.contains(name)) {
            faults.push(fault(1, name, "unknown-column", "多余的列", "unknown column"));
        }
        for name in COLUMNS.iter().filter(|name| **name != "phone" && !places.contains_key(**name)) {
            faults.push(fault(1, name, "missing-column", "缺少此列", "column is missing"));
        }
        if !faults.is_empty() {
            return (Vec::new(), faults);
        }
        let mut lines = Vec::new();
        let mut seen = BTreeSet::new();
        for (n, record) in reader.records().enumerate() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(n + 2, |p| usize::try_from(p.line()).unwrap_or(n + 2));
                    faults.push(fault(
                        line,
                        "",
                        "csv-syntax",
                        "这一行不是有效的 CSV",
                        "this line is not valid CSV",
                    ));
                    continue;
                }
            };
            let line = record.position().map_or(n + 2, |p| usize::try_from(p.line()).unwrap_or(n + 2));
            if lines.len() >= MAX_ROWS {
                faults.push(fault(
                    line,
                    "",
                    "too-many-rows",
                    "一次最多导入 20000 行",
                    "at most 20,000 rows at a time",
                ));
                break;
            }
            let cell = |name: &str| places.get(name).and_then(|place| record.get(*place)).unwrap_or("");
            match self.read_line(ctx, line, &cell) {
                Ok(read) => {
                    let key = (read.household.clone(), read.person.name.clone(), read.person.birth_date);
                    if seen.insert(key) {
                        lines.push(read);
                    } else {
                        faults.push(fault(
                            line,
                            "name",
                            "double-row",
                            "与前面某行是同一人（户、姓名、出生日期相同）",
                            "the same person stands in an earlier row (household, name and date of birth agree)",
                        ));
                    }
                }
                Err(mut bad) => faults.append(&mut bad),
            }
        }
        let mut heads: BTreeMap<&str, usize> = BTreeMap::new();
        for line in &lines {
            *heads.entry(&line.household).or_default() += usize::from(line.head);
        }
        for (household, _) in heads.into_iter().filter(|(_, count)| *count > 1) {
            faults.push(fault(
                0,
                "household_head",
                "two-heads",
                &format!("“{household}”有多名户主"),
                &format!("“{household}” has more than one head"),
            ));
        }
        (lines, faults)
    }

    fn read_line<'r>(
        &self,
        ctx: &OpContext,
        line: usize,
        cell: &dyn Fn(&str) -> &'r str,
    ) -> Result<Line, Vec<RosterFault>> {
        let mut faults = Vec::new();
        let household = text(line, "household", cell("household"), &mut faults);
        let name = text(line, "name", cell("name"), &mut faults);
        let birth_date = day(line, "birth_date", cell("birth_date"), &mut faults);
        let resident_since = day(line, "resident_since", cell("resident_since"), &mut faults);
        for (column, date) in [("birth_date", birth_date), ("resident_since", resident_since)] {
            if date.is_some_and(|date| date > ctx.today) {
                faults.push(fault(
                    line,
                    column,
                    "in-the-future",
                    "日期在今天之后",
                    "the date lies in the future",
                ));
            }
        }
        let sex = match cell("sex") {
            "female" | "女" => Some(Sex::Female),
            "male" | "男" => Some(Sex::Male),
            _ => None,
        };
        if sex.is_none() {
            faults.push(fault(line, "sex", "not-a-choice", "应为“女”或“男”", "must be `female` or `male`"));
        }
        let registration = match cell("registration") {
            "local" | "户籍" => Some(Registration::Local),
            "non-local" | "非户籍" => Some(Registration::NonLocal),
            _ => None,
        };
        if registration.is_none() {
            faults.push(fault(
                line,
                "registration",
                "not-a-choice",
                "应为“户籍”或“非户籍”",
                "must be `local` or `non-local`",
            ));
        }
        let party_member = yes_no(line, "party_member", cell("party_member"), &mut faults);
        let head = yes_no(line, "household_head", cell("household_head"), &mut faults);
        let phone = cell("phone");
        if phone.len() > 20 || !phone.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ')) {
            faults.push(fault(
                line,
                "phone",
                "not-a-phone",
                "电话号码含有不允许的字符",
                "not a telephone number",
            ));
        }
        match (household, name, birth_date, resident_since, sex, registration, party_member, head) {
            (
                Some(household),
                Some(name),
                Some(birth_date),
                Some(resident_since),
                Some(sex),
                Some(registration),
                Some(party_member),
                Some(head),
            ) if faults.is_empty() => {
                let person = PersonRow {
                    id: PersonId::from_uuid(self.uuid(ctx)).to_string(),
                    version: 1,
                    name,
                    birth_date,
                    registration: word(&registration)?,
                    household: String::new(),
                    resident_since,
                    party_member,
                    sex: word(&sex)?,
                    phone: (!phone.is_empty()).then(|| phone.to_owned()),
                    extra: serde_json::Value::Null,
                };
                Ok(Line { household, head, person })
            }
            _ => Err(faults),
        }
    }

    /// Rows that bring the stored roster up to date with these lines.
    /// Everybody on the roster, by household label, name and date of birth.
    async fn known_persons(&self, scope: &Scope) -> AppResult<BTreeSet<(String, String, Date)>> {
        let labels = self.household_labels(scope).await?;
        let rows = self.all_person_rows(scope).await?;
        let label = |household: &str| labels.get(household).cloned().unwrap_or_default();
        Ok(rows.into_iter().map(|row| (label(&row.household), row.name, row.birth_date)).collect())
    }

    async fn merge(&self, ctx: &OpContext, scope: &Scope, lines: Vec<Line>) -> AppResult<Vec<Row>> {
        let mut households: BTreeMap<String, (HouseholdRow, bool)> = self
            .all_households(scope)
            .await?
            .into_iter()
            .map(|row| (row.label.clone(), (row, false)))
            .collect();
        let mut known: BTreeMap<(String, String, Date), (PersonId, u64)> = BTreeMap::new();
        for row in self.all_person_rows(scope).await? {
            let id = row.id.parse().map_err(AppError::internal)?;
            known.insert((row.household, row.name, row.birth_date), (id, row.version));
        }
        let mut persons = Vec::with_capacity(lines.len());
        for mut line in lines {
            let (household, changed) = households.entry(line.household.clone()).or_insert_with(|| {
                let id = HouseholdId::from_uuid(self.uuid(ctx)).to_string();
                let row = HouseholdRow {
                    id,
                    version: 0,
                    label: line.household.clone(),
                    head: None,
                    extra: serde_json::Value::Null,
                };
                (row, true)
            });
            line.person.household.clone_from(&household.id);
            let key = (household.id.clone(), line.person.name.clone(), line.person.birth_date);
            if let Some((id, version)) = known.get(&key) {
                line.person.id = id.to_string();
                line.person.version = version + 1;
            }
            if line.head && household.head.as_deref() != Some(&line.person.id) {
                household.head = Some(line.person.id.clone());
                *changed = true;
            }
            persons.push(line.person);
        }
        // Households first: a person row refers to its household.
        let mut rows: Vec<Row> = households
            .into_values()
            .filter(|(_, changed)| *changed)
            .map(|(mut household, _)| {
                household.version += 1;
                Row::PutHousehold(household)
            })
            .collect();
        rows.extend(persons.into_iter().map(Row::PutPerson));
        Ok(rows)
    }
}

/// A stored person as the pure crates know them.
pub(crate) fn person_of(row: PersonRow) -> AppResult<Person> {
    Ok(Person {
        id: row.id.parse().map_err(AppError::internal)?,
        name: row.name,
        birth_date: row.birth_date,
        registration: serde_json::from_value(row.registration.into()).map_err(AppError::internal)?,
        household: row.household.parse().map_err(AppError::internal)?,
        resident_since: row.resident_since,
        party_member: row.party_member,
        sex: serde_json::from_value(row.sex.into()).map_err(AppError::internal)?,
        phone: row.phone,
        off_roll: None,
    })
}

fn word<T: serde::Serialize>(value: &T) -> Result<String, Vec<RosterFault>> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(vec![fault(0, "", "internal", "内部错误", "internal error")]),
    }
}

fn text(line: usize, column: &str, cell: &str, faults: &mut Vec<RosterFault>) -> Option<String> {
    match names::normalise_name(cell) {
        Ok(text) => Some(text),
        Err(error) => {
            let told = words::name_fault(column, &error);
            faults.push(fault(line, column, error.code(), &told.zh, &told.en));
            None
        }
    }
}

fn day(line: usize, column: &str, cell: &str, faults: &mut Vec<RosterFault>) -> Option<Date> {
    let date = cell.parse().ok();
    if date.is_none() {
        faults.push(fault(
            line,
            column,
            "not-a-date",
            "应为日期，如 1968-05-02",
            "must be a date such as 1968-05-02",
        ));
    }
    date
}

fn yes_no(line: usize, column: &str, cell: &str, faults: &mut Vec<RosterFault>) -> Option<bool> {
    match cell {
        "true" | "是" | "1" => Some(true),
        "false" | "否" | "0" | "" => Some(false),
        _ => {
            faults.push(fault(line, column, "not-a-choice", "应为“是”或“否”", "must be `true` or `false`"));
            None
        }
    }
}

fn fault(line: usize, column: &str, code: &str, zh: &str, en: &str) -> RosterFault {
    RosterFault {
        line,
        column: column.to_owned(),
        code: code.to_owned(),
        message: zh.to_owned(),
        message_en: en.to_owned(),
    }
}

fn as_field(fault: &RosterFault) -> FieldError {
    FieldError::new(
        format!("/{}/{}", fault.line, fault.column),
        "roster-row",
        format!("第 {} 行：{}", fault.line, fault.message),
        format!("line {}: {}", fault.line, fault.message_en),
    )
}
