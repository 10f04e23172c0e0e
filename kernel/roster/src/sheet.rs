//! 表 (the file): every row read, every fault told where it stands.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use yishi_identity::roster::could_live;
use yishi_identity::{Registration, Sex, names};
use yishi_views::RosterFault;

use crate::{COLUMNS, MAX_ROWS, NAMED};

/// A roster has nine columns and a clerk's sheet perhaps twice as many.
const MAX_COLUMNS: usize = 64;
/// How much of a cell is quoted back.
const QUOTED_CHARS: usize = 40;

/// A good row of the file.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) household: String,
    pub(crate) head: bool,
    pub(crate) name: String,
    pub(crate) birth_date: Date,
    pub(crate) registration: Registration,
    pub(crate) resident_since: Date,
    pub(crate) party_member: bool,
    pub(crate) sex: Sex,
    pub(crate) phone: Option<String>,
}

impl Line {
    /// Who a row is about: household label, name and date of birth.
    pub(crate) fn key(&self) -> (String, String, Date) {
        (self.household.clone(), self.name.clone(), self.birth_date)
    }
}

/// 一张表 (what was read of a file).
#[derive(Debug, Default)]
pub struct Sheet {
    pub(crate) lines: Vec<Line>,
    pub(crate) faults: Faults,
}

impl Sheet {
    /// Reads a file as it stood on a day.
    #[must_use]
    pub fn read(csv: &[u8], today: Date) -> Self {
        read_sheet(csv, today)
    }
}

/// Faults: all counted, the first ones named.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) named: Vec<RosterFault>,
    pub(crate) count: usize,
    /// Rows of the file that are not good.
    pub(crate) bad_rows: usize,
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

fn read_sheet(csv: &[u8], today: Date) -> Sheet {
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
    read_rows(today, &mut reader, (&places, headers.len()), &mut sheet);
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
    today: Date,
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
            sheet.faults.plain(line, "", "csv-syntax", "这一行不是有效的 CSV", "this line is not valid CSV");
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
        match read_line(today, line, &cell, &mut sheet.faults) {
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
    today: Date,
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
        if date.is_some_and(|date| date > today) {
            faults.plain(line, column, "in-the-future", "日期在今天之后", "the date lies in the future");
        }
    }
    if birth_date.is_some_and(|born| !could_live(born, today)) {
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
    Some(Line {
        number: line,
        household: household?,
        head: head?,
        name: name?,
        birth_date: birth_date?,
        registration: registration?,
        resident_since: resident_since?,
        party_member: party_member?,
        sex: sex?,
        phone: (!phone.is_empty()).then(|| phone.to_owned()),
    })
}

fn text(line: usize, column: &str, cell: &str, faults: &mut Faults) -> Option<String> {
    match names::normalise_name(cell) {
        Ok(text) => Some(text),
        Err(error) => {
            faults.add(line, column, error.code(), || {
                let told = error.words();
                (told.zh, told.en)
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
