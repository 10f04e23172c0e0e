//! 一行一笔 (rows of columns): one line for each, columns apart by a bar.

use serde_json::{Map, Value};

use super::plain::yes;
use super::shape::Shape;
use super::{Asked, Fault, Question, fault, not_listed};
use crate::lang::Lang;

/// Between the columns of a row.
const BAR: char = '|';

impl Asked {
    /// One row as a line of columns; none when a column's text could be taken for more than one.
    pub(super) fn row(&self, lang: Lang, row: &Value) -> Option<String> {
        if !self.holds(row) {
            return None;
        }
        let cells: Option<Vec<String>> = self
            .0
            .iter()
            .map(|column| match row.get(&column.key) {
                None => Some(String::new()),
                Some(value) => {
                    let cell = match (&column.shape, value) {
                        (Shape::Yes { .. }, Value::Bool(is)) => yes(lang, *is).to_owned(),
                        (Shape::OneOf(_), _) => column.shape.told(lang, value),
                        (shape, value) => shape.shown(lang, value)?,
                    };
                    let plain = !cell.is_empty() && !cell.contains([BAR, '｜', '\n', '\t']);
                    (plain && column.shape.value("", &cell).ok().as_ref() == Some(value)).then_some(cell)
                }
            })
            .collect();
        let line = cells?.join(" | ");
        // A row of empty columns, or one that a reader would split otherwise, is no line.
        let whole = line.contains(BAR) || (self.0.len() == 1 && !line.contains([',', '，']));
        (whole && line.chars().any(|letter| letter != BAR && letter != ' ')).then_some(line)
    }

    pub(super) fn cells(&self, name: &str, number: usize, line: &str) -> Result<Value, Fault> {
        // A spreadsheet pastes tabs; who types without the bar means the comma.
        let apart: &[char] = if line.contains('\t') {
            &['\t']
        } else if line.contains([BAR, '｜']) {
            &[BAR, '｜']
        } else {
            &[',', '，']
        };
        let cells: Vec<&str> = line.split(apart).map(str::trim).collect();
        let at = |column: &Question, fault: Fault| Fault {
            zh: format!("第 {number} 行“{}”：{}", column.label_of(Lang::Zh), fault.zh),
            en: format!("line {number}, “{}”: {}", column.label_of(Lang::En), fault.en),
            ..fault
        };
        if cells.len() > self.0.len() {
            let (zh, en) = (
                format!("第 {number} 行有 {} 栏，应为 {} 栏", cells.len(), self.0.len()),
                format!("line {number} has {} columns, not {}", cells.len(), self.0.len()),
            );
            return Err(fault(name, "columns", &zh, &en));
        }
        let mut row = Map::new();
        for (n, column) in self.0.iter().enumerate() {
            let value = match cells.get(n).copied().filter(|cell| !cell.is_empty()) {
                Some(cell) => Some(column.shape.value(name, cell).map_err(|fault| at(column, fault))?),
                None => column.nothing(name).map_err(|mut faults| match faults.pop() {
                    Some(fault) => at(column, fault),
                    None => not_listed(name),
                })?,
            };
            if let Some(value) = value {
                row.insert(column.key.clone(), value);
            }
        }
        Ok(Value::Object(row))
    }
}
