//! The command, shared by `yishi-verify` and `yishi verify`.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use yishi_law::Law;
use yishi_record::{Receipt, VerifierKey};

use crate::{Problem, ReceiptSummary, Summary, fault_words};

/// 一切相符 (everything holds).
pub const SOUND: u8 = 0;
/// 有不符之处 (something does not hold).
pub const UNSOUND: u8 = 1;
/// 无法核验 (nothing could be checked: no such file, a bad key).
pub const UNUSABLE: u8 = 2;

/// A receipt is a few kilobytes; anything longer is an export.
const LONGEST_RECEIPT: u64 = 1 << 20;
/// Problems shown to people; JSON has all.
const SHOWN: usize = 20;

/// 核验导出文件或回执 (checks an export or a receipt, offline).
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// The export or receipt.
    pub file: PathBuf,
    /// The log's public key as the community publishes it. Without it the key in the file is used, which
    /// shows that the file is whole but not whose it is.
    #[arg(long)]
    pub key: Option<String>,
    /// Print the result as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command and gives its exit code: [`SOUND`], [`UNSOUND`] or [`UNUSABLE`].
///
/// # Errors
/// Those of writing to `out`.
pub fn run(options: &Options, out: &mut impl Write) -> io::Result<u8> {
    let outcome = check(options);
    if options.json {
        writeln!(out, "{}", outcome.json())?;
    } else {
        outcome.print(out)?;
    }
    Ok(outcome.code())
}

enum Outcome {
    Export(Summary),
    Receipt(ReceiptSummary),
    Bad { zh: String, en: String, entry: Option<u64> },
    Unusable { zh: String, en: String },
}

fn check(options: &Options) -> Outcome {
    let key = match options.key.as_deref().map(str::parse::<VerifierKey>).transpose() {
        Ok(key) => key,
        Err(error) => return Outcome::Unusable { zh: "公钥格式不对".into(), en: error.to_string() },
    };
    let law = Law::embedded();
    let file = match File::open(&options.file) {
        Ok(file) => file,
        Err(error) => return Outcome::Unusable { zh: "文件无法打开".into(), en: error.to_string() },
    };
    if let Some(receipt) = as_receipt(&options.file) {
        let bad = |en: String| Outcome::Bad { zh: "回执不成立".into(), en, entry: None };
        return match Receipt::parse(&receipt) {
            Ok(receipt) => match crate::receipt(&receipt, key.as_ref(), law) {
                Ok(summary) => Outcome::Receipt(summary),
                Err(error) => bad(error.to_string()),
            },
            Err(error) => bad(error.to_string()),
        };
    }
    match crate::export(BufReader::new(file), key.as_ref(), law) {
        Ok(summary) => Outcome::Export(summary),
        Err(fault) => {
            let (zh, en) = fault_words(&fault);
            let entry = match fault.place {
                yishi_record::Place::Entry(index) => Some(index),
                yishi_record::Place::Header | yishi_record::Place::Whole => None,
            };
            Outcome::Bad { zh, en, entry }
        }
    }
}

/// The file's bytes if it is meant as a receipt: one JSON object with a field `receipt`.
fn as_receipt(path: &Path) -> Option<Vec<u8>> {
    if std::fs::metadata(path).ok()?.len() > LONGEST_RECEIPT {
        return None;
    }
    let bytes = std::fs::read(path).ok()?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    value.get("receipt").is_some().then_some(bytes)
}

impl Outcome {
    fn code(&self) -> u8 {
        match self {
            Self::Export(summary) if summary.is_sound() => SOUND,
            Self::Receipt(summary) if summary.problems.is_empty() => SOUND,
            Self::Export(_) | Self::Receipt(_) | Self::Bad { .. } => UNSOUND,
            Self::Unusable { .. } => UNUSABLE,
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Export(summary) => json!({
                "sound": summary.is_sound(),
                "kind": "export",
                "community": summary.export.community,
                "entries": summary.export.checkpoint.size,
                "root": summary.export.checkpoint.root,
                "key": summary.export.key.to_string(),
                "key_trusted": summary.key_trusted,
                "findings": summary.findings,
                "ballots": summary.ballots,
                "votes": summary.votes,
                "problems": summary.problems,
            }),
            Self::Receipt(summary) => json!({
                "sound": summary.problems.is_empty(),
                "kind": "receipt",
                "community": summary.entry.community,
                "index": summary.entry.seq,
                "entries": summary.size,
                "entry": summary.entry,
                "key_trusted": summary.key_trusted,
                "problems": summary.problems,
            }),
            Self::Bad { zh, en, entry } => {
                json!({ "sound": false, "first_bad_entry": entry, "zh": zh, "en": en })
            }
            Self::Unusable { zh, en } => json!({ "sound": null, "zh": zh, "en": en }),
        }
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Export(summary) => print_export(summary, out),
            Self::Receipt(summary) => print_receipt(summary, out),
            Self::Bad { zh, en, .. } => {
                writeln!(out, "核验不通过：{zh}")?;
                writeln!(out, "Not sound: {en}")
            }
            Self::Unusable { zh, en } => {
                writeln!(out, "无法核验：{zh}")?;
                writeln!(out, "Cannot be checked: {en}")
            }
        }
    }
}

fn print_export(summary: &Summary, out: &mut impl Write) -> io::Result<()> {
    let Summary { export, findings, ballots, votes, .. } = summary;
    let size = export.checkpoint.size;
    if summary.is_sound() {
        writeln!(
            out,
            "核验通过：{} 的记录共 {size} 条，首尾相接，与签名的检查点一致；重新计算认定 {findings} 项、重新计票 {ballots} 次（{votes} 票），全部相符。",
            export.community
        )?;
        writeln!(
            out,
            "Sound: {size} entries of `{}` follow each other and lead to the signed checkpoint; {findings} findings \
             were computed again and {ballots} ballots ({votes} votes) counted again, and all agree.",
            export.community
        )?;
    } else {
        let count = summary.problems.len();
        writeln!(out, "核验不通过：{size} 条记录完整，但有 {count} 处内容不符。")?;
        writeln!(
            out,
            "Not sound: the {size} entries are whole, but {count} of their statements do not hold."
        )?;
        print_problems(&summary.problems, out)?;
    }
    print_key(summary.key_trusted, &export.key.to_string(), out)
}

fn print_receipt(summary: &ReceiptSummary, out: &mut impl Write) -> io::Result<()> {
    let entry = &summary.entry;
    if summary.problems.is_empty() {
        writeln!(
            out,
            "回执成立：第 {} 条（{}）在 {} 的 {} 条记录之中。",
            entry.seq, entry.kind, entry.community, summary.size
        )?;
        writeln!(
            out,
            "Sound: entry {} ({}) is among the {} entries of `{}`.",
            entry.seq, entry.kind, summary.size, entry.community
        )?;
    } else {
        writeln!(out, "条目在记录之中，但内容不符。")?;
        writeln!(out, "Not sound: the entry is in the record, but what it says does not hold.")?;
        print_problems(&summary.problems, out)?;
    }
    print_key(summary.key_trusted, "", out)
}

fn print_problems(problems: &[Problem], out: &mut impl Write) -> io::Result<()> {
    for problem in problems.iter().take(SHOWN) {
        writeln!(out, "  第 {} 条：{}", problem.entry, problem.zh)?;
        writeln!(out, "  entry {}: {}", problem.entry, problem.en)?;
    }
    if let Some(more) = problems.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        writeln!(out, "  …… {more}")?;
    }
    Ok(())
}

fn print_key(trusted: bool, key: &str, out: &mut impl Write) -> io::Result<()> {
    if trusted {
        return Ok(());
    }
    writeln!(out, "公钥取自文件本身，请与村（社区）公布的公钥对照。{key}")?;
    writeln!(out, "The key was taken from the file; compare it with the one the community publishes.")
}
