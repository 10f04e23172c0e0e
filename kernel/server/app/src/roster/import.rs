//! 导入 (the import): a clerk's spreadsheet in, persons and households out.
//!
//! Every row is read; faults are counted, and the first [`NAMED`] of them named with line and column; all rows are
//! stored or none. What is kept while reading is bounded by the size of the file times a small constant, whatever
//! stands in it. A trial run does the same without storing.
//!
//! A row is somebody already known when household, name and date of birth agree. Where they do not, but somebody of the
//! roster whom no row names would fit (the same person in another household, or in the same one with another date of
//! birth or name), the import asks before it makes two people of one. Whoever is off the roll by a dated entry stays off.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::json;
use yishi_identity::roster::could_live;
use yishi_identity::{Action, CommunityId, HouseholdId, PersonId, Registration, Sex, names};
use yishi_storage::{HouseholdRow, PersonRow, Row, Unit};

use super::{COLUMNS, MAX_ROWS, off_roll_of};
use crate::entry_kind::HouseEvent;
use crate::inputs::KnownPeople;
use crate::views::{RosterAbsent, RosterFault, RosterQuestion, RosterReport};
use crate::{App, AppError, AppResult, FieldError, OpContext, words};

/// Faults, questions and people not in the file that a report names; all are counted.
pub const NAMED: usize = 200;
/// A roster has nine columns and a clerk's sheet perhaps twice as many.
const MAX_COLUMNS: usize = 64;
/// How much of a cell is quoted back.
const QUOTED_CHARS: usize = 40;

/// A good row of the file.
#[derive(Debug)]
struct Line {
    number: usize,
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

/// What was read of a file.
#[derive(Debug, Default)]
struct Sheet {
    lines: Vec<Line>,
    faults: Faults,
}

/// Faults: all counted, the first ones named.
#[derive(Debug, Default)]
struct Faults {
    named: Vec<RosterFault>,
    count: usize,
    /// Rows of the file that are not good.
    bad_rows: usize,
}

impl Faults {
    fn add(&mut self, line: usize, column: &str, code: &str, words: impl FnOnce() -> (String, String)) {
        self.count += 1;
        if self.named.len() < NAMED {
            let (message, message_en) = words();
            let column = clipped(column);
            self.named.push(RosterFault { line, column, code: code.to_owned(), message, message_en });
        }
    }

    fn plain(&mut self, line: usize, column: &str, code: &str, zh: &str, en: &str) {
        self.add(line, column, code, || (zh.to_owned(), en.to_owned()));
    }
}

fn clipped(text: &str) -> String {
    text.chars().take(QUOTED_CHARS).collect()
}

/// Everybody on the roster, as an import meets them.
struct Known {
    rows: Vec<PersonRow>,
    labels: BTreeMap<String, String>,
    by_key: BTreeMap<(String, String, Date), usize>,
    /// Who heads a household.
    heads: BTreeSet<String>,
    /// Whom a row of the file has named.
    met: BTreeSet<usize>,
}

impl Known {
    fn label(&self, at: usize) -> &str {
        self.rows.get(at).and_then(|row| self.labels.get(&row.household)).map_or("", String::as_str)
    }

    /// Those whom no row has named and for whom this holds.
    fn unmet(&self, fits: impl Fn(usize, &PersonRow) -> bool) -> Vec<usize> {
        let unmet = self.rows.iter().enumerate().filter(|(at, _)| !self.met.contains(at));
        unmet.filter(|(at, row)| fits(*at, row)).map(|(at, _)| at).collect()
    }
}

/// Whom an import has found, or asks for.
enum Meeting {
    /// Nobody yet known.
    New,
    /// This one, and nothing about them has changed.
    Unchanged,
    /// This one.
    Changed(usize),
    /// Somebody who is off the roll.
    Gone(usize),
    /// Perhaps this one, written down otherwise: how, and who.
    Perhaps(&'static str, usize),
    /// Perhaps one of several: nobody is picked.
    Several,
}

impl App {
    /// 导入名册 (imports a roster from CSV), or says what an import would do.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with the first bad cells when this is no dry run and any row is bad, and with the people
    /// it asks about while nobody has said whether they are known; the authorisation errors of [`App::scope`].
    pub async fn import_roster(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        csv: &[u8],
        dry_run: bool,
        known_people: KnownPeople,
    ) -> AppResult<RosterReport> {
        let community = self.scope(ctx, community, Action::EditRoster).await?;
        let sheet = self.read_sheet(ctx, csv);
        let mut households = self.all_households(&community.scope).await?;
        let mut known = Self::known_of(&households, self.all_person_rows(&community.scope).await?);
        let labels: BTreeSet<&str> = sheet.lines.iter().map(|line| line.household.as_str()).collect();
        let mut report = RosterReport {
            dry_run,
            rows: sheet.lines.len() + sheet.faults.bad_rows,
            persons: sheet.lines.len(),
            households: labels.len(),
            added: 0,
            changed: 0,
            unchanged: 0,
            off_roll: 0,
            asked: 0,
            questions: Vec::new(),
            absent: 0,
            absent_people: Vec::new(),
            errors: sheet.faults.named,
            error_count: sheet.faults.count,
        };
        let mut changed = BTreeMap::new();
        let meetings = meet(&mut known, &sheet.lines);
        for (line, meeting) in sheet.lines.iter().zip(&meetings) {
            match meeting {
                Meeting::New => report.added += 1,
                Meeting::Unchanged => report.unchanged += 1,
                Meeting::Changed(at) => {
                    report.changed += 1;
                    changed.insert(line.number, *at);
                }
                Meeting::Gone(_) => report.off_roll += 1,
                Meeting::Perhaps(..) | Meeting::Several => {
                    report.asked += 1;
                    if report.questions.len() < NAMED {
                        report.questions.push(question(&known, line, meeting));
                    }
                    match (known_people, meeting) {
                        (KnownPeople::Same, Meeting::Perhaps(_, at)) => {
                            changed.insert(line.number, *at);
                        }
                        (KnownPeople::Others, _) => report.added += 1,
                        _ => {}
                    }
                }
            }
        }
        let absent = known.unmet(|_, row| off_roll_of(row).is_none());
        report.absent = absent.len();
        report.absent_people =
            absent.iter().take(NAMED).filter_map(|at| absent_person(&known, *at)).collect();
        if dry_run {
            return Ok(report);
        }
        if report.error_count > 0 {
            return Err(AppError::Invalid(report.errors.iter().map(as_field).collect()));
        }
        let unanswered = match known_people {
            KnownPeople::Ask => report.asked > 0,
            KnownPeople::Same => meetings.iter().any(|meeting| matches!(meeting, Meeting::Several)),
            KnownPeople::Others => false,
        };
        if unanswered {
            return Err(AppError::Invalid(report.questions.iter().map(ask_field).collect()));
        }
        // Nothing of the file itself: of a list of one person even a digest could be found by trying.
        let body = json!({
            "rows": report.persons, "households": report.households, "added": report.added,
            "changed": changed.len(),
        });
        let coming = sheet.lines.into_iter().zip(meetings).filter(|(line, meeting)| {
            changed.contains_key(&line.number)
                || matches!(meeting, Meeting::New)
                || (known_people == KnownPeople::Others && asks(meeting))
        });
        let rows =
            self.merged(ctx, &known, &changed, &mut households, coming.map(|(line, _)| line).collect());
        let stream = crate::people::roster_stream(community.id);
        let version = self.next_version(&community.scope, &stream).await?;
        let mut unit = Unit::of(community.scope.clone()).entry(self.entry(
            ctx,
            &stream,
            version,
            HouseEvent::RosterImported.code(),
            body,
        ));
        unit.rows = rows;
        self.commit(ctx, unit, 200, report).await
    }

    fn known_of(households: &[HouseholdRow], rows: Vec<PersonRow>) -> Known {
        let labels: BTreeMap<String, String> =
            households.iter().map(|row| (row.id.clone(), row.label.clone())).collect();
        let by_key = rows
            .iter()
            .enumerate()
            .map(|(at, row)| {
                let label = labels.get(&row.household).cloned().unwrap_or_default();
                ((label, row.name.clone(), row.birth_date), at)
            })
            .collect();
        let heads = households.iter().filter_map(|row| row.head.clone()).collect();
        Known { rows, labels, by_key, heads, met: BTreeSet::new() }
    }

    fn read_sheet(&self, ctx: &OpContext, csv: &[u8]) -> Sheet {
        let mut sheet = Sheet::default();
        let faults = &mut sheet.faults;
        let text = match std::str::from_utf8(csv.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(csv)) {
            Ok(text) => text,
            Err(error) => {
                let good = csv.get(..error.valid_up_to()).unwrap_or_default();
                let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
                faults.plain(
                    line,
                    "",
                    "encoding",
                    "文件不是 UTF-8 编码，请在表格软件中另存为“CSV UTF-8”",
                    "the file is not UTF-8; save it as “CSV UTF-8”",
                );
                return sheet;
            }
        };
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers = reader.headers().cloned().unwrap_or_default();
        if headers.len() > MAX_COLUMNS {
            faults.add(1, "", "too-many-columns", || {
                (
                    format!("表头有 {} 列，最多 {MAX_COLUMNS} 列", headers.len()),
                    format!("there are {} columns; at most {MAX_COLUMNS} are read", headers.len()),
                )
            });
            return sheet;
        }
        let places: BTreeMap<&str, usize> = headers.iter().enumerate().map(|(n, name)| (name, n)).collect();
        for name in places.keys().filter(|name| !COLUMNS.contains(name)) {
            faults.plain(1, name, "unknown-column", "多余的列", "unknown column");
        }
        let mut before = BTreeSet::new();
        for name in headers.iter().filter(|name| !before.insert(*name) && COLUMNS.contains(name)) {
            let (zh, en) = ("这一列出现了两次，请只留一列", "this column is there twice; keep one");
            faults.plain(1, name, "double-column", zh, en);
        }
        for name in COLUMNS.iter().filter(|name| **name != "phone" && !places.contains_key(**name)) {
            faults.plain(1, name, "missing-column", "缺少此列", "column is missing");
        }
        if faults.count > 0 {
            return sheet;
        }
        self.read_rows(ctx, &mut reader, (&places, headers.len()), &mut sheet);
        if sheet.lines.is_empty() && sheet.faults.count == 0 {
            let (zh, en) = (
                "文件中没有人员，表头之下至少要有一行",
                "there is nobody in the file: at least one row below the head",
            );
            sheet.faults.plain(1, "", "no-rows", zh, en);
        }
        let mut heads: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for line in sheet.lines.iter().filter(|line| line.head) {
            let (first, count) = heads.entry(&line.household).or_insert((line.number, 0));
            (*first, *count) = (line.number.max(*first), *count + 1);
        }
        for (household, (line, _)) in heads.into_iter().filter(|(_, (_, count))| *count > 1) {
            sheet.faults.add(line, "household_head", "two-heads", || {
                (format!("“{household}”有多名户主"), format!("“{household}” has more than one head"))
            });
        }
        sheet
    }

    fn read_rows(
        &self,
        ctx: &OpContext,
        reader: &mut csv::Reader<&[u8]>,
        (places, columns): (&BTreeMap<&str, usize>, usize),
        sheet: &mut Sheet,
    ) {
        let mut seen = BTreeSet::new();
        let mut record = csv::StringRecord::new();
        let mut rows = 0;
        loop {
            let read = reader.read_record(&mut record);
            let place = match &read {
                Ok(false) => return,
                Ok(true) => record.position(),
                Err(error) => error.position(),
            };
            rows += 1;
            let line = place.map_or(rows + 1, |place| usize::try_from(place.line()).unwrap_or(rows + 1));
            if rows > MAX_ROWS {
                sheet.faults.bad_rows += 1;
                sheet.faults.add(line, "", "too-many-rows", || {
                    (
                        format!("一次最多导入 {MAX_ROWS} 行，从这一行起没有读"),
                        format!("at most {MAX_ROWS} rows at a time; nothing was read from this line on"),
                    )
                });
                return;
            }
            if read.is_err() {
                sheet.faults.bad_rows += 1;
                sheet.faults.plain(
                    line,
                    "",
                    "csv-syntax",
                    "这一行不是有效的 CSV",
                    "this line is not valid CSV",
                );
                continue;
            }
            // A comma too many moves what stands behind it, and what stands beyond the head would be lost without a word.
            if record.iter().skip(columns).any(|cell| !cell.is_empty()) {
                sheet.faults.bad_rows += 1;
                let (zh, en) = (
                    "这一行的格数比表头多，可能多了一个逗号，请对齐后再导入",
                    "this row has more cells than the head, perhaps a comma too many: line it up and import again",
                );
                sheet.faults.plain(line, "", "too-many-cells", zh, en);
                continue;
            }
            let cell = |name: &str| places.get(name).and_then(|place| record.get(*place)).unwrap_or("");
            match self.read_line(ctx, line, &cell, &mut sheet.faults) {
                Some(read) if seen.insert(read.key()) => sheet.lines.push(read),
                Some(_) => {
                    sheet.faults.bad_rows += 1;
                    sheet.faults.plain(
                        line,
                        "name",
                        "double-row",
                        "与前面某行是同一人（户、姓名、出生日期相同）",
                        "the same person stands in an earlier row (household, name and date of birth agree)",
                    );
                }
                None => sheet.faults.bad_rows += 1,
            }
        }
    }

    fn read_line<'r>(
        &self,
        ctx: &OpContext,
        line: usize,
        cell: &dyn Fn(&str) -> &'r str,
        faults: &mut Faults,
    ) -> Option<Line> {
        let before = faults.count;
        let household = text(line, "household", cell("household"), faults);
        let name = text(line, "name", cell("name"), faults);
        let birth_date = day(line, "birth_date", cell("birth_date"), faults);
        let resident_since = day(line, "resident_since", cell("resident_since"), faults);
        for (column, date) in [("birth_date", birth_date), ("resident_since", resident_since)] {
            if date.is_some_and(|date| date > ctx.today) {
                faults.plain(line, column, "in-the-future", "日期在今天之后", "the date lies in the future");
            }
        }
        if birth_date.is_some_and(|born| !could_live(born, ctx.today)) {
            let (zh, en) = ("出生日期太早，请核对", "nobody is that old: check the date of birth");
            faults.plain(line, "birth_date", "too-long-ago", zh, en);
        }
        let sex = match cell("sex") {
            "female" | "女" => Some(Sex::Female),
            "male" | "男" => Some(Sex::Male),
            _ => None,
        };
        if sex.is_none() {
            faults.plain(line, "sex", "not-a-choice", "应为“女”或“男”", "must be `female` or `male`");
        }
        let registration = match cell("registration") {
            "local" | "户籍" => Some(Registration::Local),
            "non-local" | "非户籍" => Some(Registration::NonLocal),
            _ => None,
        };
        if registration.is_none() {
            let (zh, en) = ("应为“户籍”或“非户籍”", "must be `local` or `non-local`");
            faults.plain(line, "registration", "not-a-choice", zh, en);
        }
        let party_member = yes_no(line, "party_member", cell("party_member"), faults);
        let head = yes_no(line, "household_head", cell("household_head"), faults);
        let phone = cell("phone");
        if phone.len() > 20 || !phone.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ')) {
            faults.plain(line, "phone", "not-a-phone", "电话号码含有不允许的字符", "not a telephone number");
        }
        if faults.count > before {
            return None;
        }
        let person = PersonRow {
            id: PersonId::from_uuid(self.uuid(ctx)).to_string(),
            version: 1,
            name: name?,
            birth_date: birth_date?,
            registration: super::word(&registration?)?,
            household: String::new(),
            resident_since: resident_since?,
            party_member: party_member?,
            sex: super::word(&sex?)?,
            phone: (!phone.is_empty()).then(|| phone.to_owned()),
            extra: serde_json::Value::Null,
        };
        Some(Line { number: line, household: household?, head: head?, person })
    }

    /// Rows that bring the stored roster up to date with these lines: the new, and by line those who have changed.
    fn merged(
        &self,
        ctx: &OpContext,
        known: &Known,
        changed: &BTreeMap<usize, usize>,
        households: &mut Vec<HouseholdRow>,
        lines: Vec<Line>,
    ) -> Vec<Row> {
        let mut by_label: BTreeMap<String, (HouseholdRow, bool)> =
            households.drain(..).map(|row| (row.label.clone(), (row, false))).collect();
        let mut persons = Vec::with_capacity(lines.len());
        let mut left = BTreeSet::new();
        for mut line in lines {
            let (household, touched) = by_label.entry(line.household.clone()).or_insert_with(|| {
                let id = HouseholdId::from_uuid(self.uuid(ctx)).to_string();
                let label = line.household.clone();
                (HouseholdRow { id, version: 0, label, head: None, extra: serde_json::Value::Null }, true)
            });
            line.person.household.clone_from(&household.id);
            if let Some(row) = changed.get(&line.number).and_then(|at| known.rows.get(*at)) {
                line.person.id.clone_from(&row.id);
                line.person.version = row.version + 1;
                line.person.extra.clone_from(&row.extra);
                if row.household != household.id {
                    left.insert(row.id.clone());
                }
            }
            if line.head && household.head.as_deref() != Some(&line.person.id) {
                household.head = Some(line.person.id.clone());
                *touched = true;
            }
            persons.push(line.person);
        }
        // Whoever has moved heads the old household no more.
        let homes: BTreeMap<&str, &str> =
            persons.iter().map(|person| (person.id.as_str(), person.household.as_str())).collect();
        for (household, touched) in by_label.values_mut() {
            let gone = household.head.as_ref().is_some_and(|head| {
                left.contains(head) && homes.get(head.as_str()) != Some(&household.id.as_str())
            });
            if gone {
                household.head = None;
                *touched = true;
            }
        }
        // Households first: a person row refers to its household.
        let mut rows: Vec<Row> = by_label
            .into_values()
            .filter(|(_, touched)| *touched)
            .map(|(mut household, _)| {
                household.version += 1;
                Row::PutHousehold(household)
            })
            .collect();
        rows.extend(persons.into_iter().map(Row::PutPerson));
        rows
    }
}

/// Whom each line is about. First those who are plainly known; then, among whoever is left, those who may be.
fn meet(known: &mut Known, lines: &[Line]) -> Vec<Meeting> {
    let exact: Vec<Option<usize>> = lines.iter().map(|line| known.by_key.get(&line.key()).copied()).collect();
    known.met.extend(exact.iter().flatten());
    let mut by_birth: BTreeMap<Date, Vec<usize>> = BTreeMap::new();
    let mut by_name: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for at in known.unmet(|_, _| true) {
        let Some(row) = known.rows.get(at) else { continue };
        by_birth.entry(row.birth_date).or_default().push(at);
        by_name.entry((known.label(at).to_owned(), row.name.clone())).or_default().push(at);
    }
    let mut meetings = Vec::with_capacity(lines.len());
    for (line, exact) in lines.iter().zip(exact) {
        let meeting = match exact {
            Some(at) => met_exactly(known, line, at),
            None => met_perhaps(known, line, &by_birth, &by_name),
        };
        if let Meeting::Perhaps(_, at) | Meeting::Gone(at) = meeting {
            known.met.insert(at);
        }
        meetings.push(meeting);
    }
    meetings
}

fn met_exactly(known: &Known, line: &Line, at: usize) -> Meeting {
    let Some(row) = known.rows.get(at) else { return Meeting::New };
    if off_roll_of(row).is_some() {
        return Meeting::Gone(at);
    }
    let new = &line.person;
    let same = row.registration == new.registration
        && row.resident_since == new.resident_since
        && row.party_member == new.party_member
        && row.sex == new.sex
        && row.phone == new.phone;
    // Who heads a household is the household's business, but this row has to carry it.
    let heads_already = !line.head || known.heads.contains(&row.id);
    if same && heads_already { Meeting::Unchanged } else { Meeting::Changed(at) }
}

fn met_perhaps(
    known: &Known,
    line: &Line,
    by_birth: &BTreeMap<Date, Vec<usize>>,
    by_name: &BTreeMap<(String, String), Vec<usize>>,
) -> Meeting {
    let new = &line.person;
    let fit = |among: Option<&Vec<usize>>, fits: &dyn Fn(&PersonRow, &str) -> bool| -> Vec<usize> {
        let unmet = among.into_iter().flatten().copied().filter(|at| !known.met.contains(at));
        unmet.filter(|at| known.rows.get(*at).is_some_and(|row| fits(row, known.label(*at)))).collect()
    };
    let born = by_birth.get(&new.birth_date);
    let moved = fit(born, &|row, _| row.name == new.name && row.sex == new.sex);
    let renamed = fit(born, &|row, label| label == line.household && row.sex == new.sex);
    let named = by_name.get(&(line.household.clone(), new.name.clone()));
    let reborn = fit(named, &|row, _| row.sex == new.sex);
    for (how, found) in
        [("moved-household", moved), ("corrected-birth-date", reborn), ("corrected-name", renamed)]
    {
        match found.as_slice() {
            [] => {}
            [at] if known.rows.get(*at).is_some_and(|row| off_roll_of(row).is_some()) => {
                // The dead and the departed do not come back under another label; a namesake's child may be new.
                return if how == "moved-household" { Meeting::Gone(*at) } else { Meeting::New };
            }
            [at] => return Meeting::Perhaps(how, *at),
            _ => return Meeting::Several,
        }
    }
    Meeting::New
}

const fn asks(meeting: &Meeting) -> bool {
    matches!(meeting, Meeting::Perhaps(..) | Meeting::Several)
}

fn question(known: &Known, line: &Line, meeting: &Meeting) -> RosterQuestion {
    let now = format!("{} · {} · {}", line.person.name, line.household, line.person.birth_date);
    let was = match meeting {
        Meeting::Perhaps(_, at) => known.rows.get(*at).map(|row| (row, known.label(*at))),
        _ => None,
    };
    let (code, person, was) = match (meeting, was) {
        (Meeting::Perhaps(how, _), Some((row, label))) => {
            (*how, Some(row.id.clone()), format!("{} · {label} · {}", row.name, row.birth_date))
        }
        _ => ("several-people", None, String::new()),
    };
    let (message, message_en) = if person.is_some() {
        (
            format!("名册上的“{was}”没有出现在文件中，“{now}”像是同一个人"),
            format!("“{was}” of the roster is not in the file, and “{now}” looks like the same person"),
        )
    } else {
        (
            format!("名册上有几个人与“{now}”相像，请先在“登记变动”中逐人办理"),
            format!(
                "several people of the roster look like “{now}”: enter the change for each of them first"
            ),
        )
    };
    RosterQuestion { line: line.number, code: code.to_owned(), person, was, now, message, message_en }
}

fn absent_person(known: &Known, at: usize) -> Option<RosterAbsent> {
    let row = known.rows.get(at)?;
    Some(RosterAbsent {
        person: row.id.clone(),
        name: row.name.clone(),
        household_label: known.label(at).to_owned(),
        birth_date: row.birth_date.to_string(),
    })
}

fn text(line: usize, column: &str, cell: &str, faults: &mut Faults) -> Option<String> {
    match names::normalise_name(cell) {
        Ok(text) => Some(text),
        Err(error) => {
            faults.add(line, column, error.code(), || {
                let told = words::name_fault(column, &error);
                (told.detail.zh, told.detail.en)
            });
            None
        }
    }
}

fn day(line: usize, column: &str, cell: &str, faults: &mut Faults) -> Option<Date> {
    let date = cell.parse().ok();
    if date.is_none() {
        let (zh, en) = ("应为日期，如 1968-05-02", "must be a date such as 1968-05-02");
        faults.plain(line, column, "not-a-date", zh, en);
    }
    date
}

fn yes_no(line: usize, column: &str, cell: &str, faults: &mut Faults) -> Option<bool> {
    match cell {
        "true" | "是" | "1" => Some(true),
        "false" | "否" | "0" | "" => Some(false),
        _ => {
            faults.plain(line, column, "not-a-choice", "应为“是”或“否”", "must be `true` or `false`");
            None
        }
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

fn ask_field(question: &RosterQuestion) -> FieldError {
    FieldError::new(
        format!("/{}/household", question.line),
        "known-person",
        format!("第 {} 行：{}；请说明是不是同一个人", question.line, question.message),
        format!("line {}: {}; say whether they are the same", question.line, question.message_en),
    )
}
