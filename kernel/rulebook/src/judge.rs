//! 验答 (judging an answer): every demand cites an article that exists, every figure is possible, nothing is
//! said that this kind of rule may not say.

use std::collections::BTreeSet;

use yishi_canonical::Digest;
use yishi_law::{self as law, Authority, Cited, Demands};

use crate::catalogue::Loaded;
use crate::failure::FailureCode;
use crate::json;
use crate::rules::RuleFinding;
use crate::text::{first_forbidden, forbidden, forbidden_in};
use crate::wire::{self, Remark, RuleKind, Weight, Words};

/// Entries of any list in an answer.
const LIST: usize = 200;
/// Articles one statement may cite.
const CITATIONS: usize = 50;
/// Characters of a text people read.
const TEXT: usize = 4_000;
/// Characters of a code, stage or name.
const WORD: usize = 64;
/// Characters of an opaque id.
const SUBJECT: usize = 200;
/// Points one answer may give or take.
const POINTS: i32 = 1_000_000;
/// Ten years.
const DAYS: u32 = 3_660;

/// Why an answer is refused.
pub(crate) struct Fault {
    pub(crate) code: FailureCode,
    pub(crate) detail: String,
}

fn bad<T>(detail: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { code: FailureCode::BadAnswer, detail: detail.into() })
}

/// Judges the answers of one component.
pub(crate) struct Judge<'a> {
    loaded: &'a Loaded,
    name: &'a str,
    digest: Digest,
    kind: RuleKind,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(loaded: &'a Loaded) -> Self {
        let inspection = &loaded.inspection;
        Self {
            loaded,
            name: &inspection.manifest.name,
            digest: inspection.digest,
            kind: inspection.manifest.kind,
        }
    }

    /// The articles a statement rests on: at least one, all of them in the rule's text.
    pub(crate) fn cite(&self, because: &[String]) -> Result<BTreeSet<Authority>, Fault> {
        if because.is_empty() {
            let detail = "a demand names no article".to_owned();
            return Err(Fault { code: FailureCode::UncitedAnswer, detail });
        }
        if because.len() > CITATIONS {
            return bad(format!("{} citations, at most {CITATIONS}", because.len()));
        }
        let mut by = BTreeSet::new();
        for article in because {
            if !self.loaded.articles.contains(article) {
                return bad(format!("article `{}` is not in the rule's text", shortened(article)));
            }
            let (name, article) = (self.name.to_owned(), article.clone());
            by.insert(Authority::Plugin { name, digest: self.digest, article });
        }
        Ok(by)
    }

    pub(crate) fn classification(
        &self,
        said: Option<wire::Classification>,
    ) -> Result<Option<Cited<law::MatterClass>>, Fault> {
        said.map(|said| Ok(Cited { value: said.class, by: self.cite(&said.because)? })).transpose()
    }

    pub(crate) fn terms(&self, said: wire::Terms) -> Result<law::Terms, Fault> {
        let mut terms = law::Terms::default();
        if let Some(quorum) = said.quorum {
            let by = self.cite(&quorum.because)?;
            terms.quorum = Demands::one(Cited { value: share("quorum", &quorum.share)?, by });
        }
        if let Some(passes) = said.passes {
            let by = self.cite(&passes.because)?;
            let value = law::Threshold::new(share("passes", &passes.threshold.share)?, passes.threshold.base);
            terms.passes = Demands::one(Cited { value, by });
        }
        terms.notice_days = self.number("notice-days", said.notice_days)?;
        terms.posting_days = self.number("posting-days", said.posting_days)?;
        terms.proxy_cap = self.number("proxy-cap", said.proxy_cap)?;
        if let Some(because) = said.secret_ballot {
            terms.secrecy = Some(Cited { value: law::Secrecy::Secret, by: self.cite(&because)? });
        }
        if let Some(petition) = said.petition {
            let by = self.cite(&petition.because)?;
            let value = law::Fraction::new(petition.numerator, petition.denominator).map_err(|error| {
                Fault { code: FailureCode::BadAnswer, detail: format!("petition: {error}") }
            })?;
            terms.petition = Some(Cited { value, by });
        }
        limit("conditions", said.conditions.len())?;
        for condition in said.conditions {
            let by = self.cite(&condition.because)?;
            word("condition code", &condition.code)?;
            words("condition text", &condition.text)?;
            terms
                .conditions
                .insert(Cited { value: law::Condition { code: condition.code, text: condition.text }, by });
        }
        Ok(terms)
    }

    fn number(&self, field: &str, said: Option<wire::CitedNumber>) -> Result<Option<Cited<u16>>, Fault> {
        let Some(said) = said else { return Ok(None) };
        let by = self.cite(&said.because)?;
        match u16::try_from(said.number) {
            Ok(value) if u32::from(value) <= DAYS => Ok(Some(Cited { value, by })),
            _ => bad(format!("{field}: {} is beyond {DAYS}", said.number)),
        }
    }

    pub(crate) fn findings(&self, said: Vec<wire::Finding>) -> Result<Vec<RuleFinding>, Fault> {
        limit("findings", said.len())?;
        said.into_iter().map(|finding| self.finding(finding)).collect()
    }

    fn finding(&self, said: wire::Finding) -> Result<RuleFinding, Fault> {
        let by = self.cite(&said.because)?;
        word("finding code", &said.code)?;
        words("finding message", &said.message)?;
        if self.kind == RuleKind::VillageRegulation && said.weight > Weight::Advise {
            return bad(format!(
                "a village regulation can only advise, and `{}` is `{}`",
                said.code,
                said.weight.code()
            ));
        }
        Ok(RuleFinding {
            weight: said.weight,
            plugin: self.name.to_owned(),
            code: said.code,
            message: said.message,
            by,
        })
    }

    pub(crate) fn admission(&self, said: wire::Admission) -> Result<(bool, RuleFinding), Fault> {
        if said.admitted && said.code.is_empty() && is_silent(&said.message) {
            // Nothing against this person: like an empty list of findings, it may cite and need not.
            let by = if said.because.is_empty() { BTreeSet::new() } else { self.cite(&said.because)? };
            let (plugin, code) = (self.name.to_owned(), "admitted".to_owned());
            let message = Words::new("章程没有异议", "the charter has nothing against it");
            return Ok((true, RuleFinding { weight: Weight::Advise, plugin, code, message, by }));
        }
        let by = self.cite(&said.because)?;
        word("admission code", &said.code)?;
        words("admission message", &said.message)?;
        let weight = if said.admitted { Weight::Advise } else { Weight::Forbid };
        let finding =
            RuleFinding { weight, plugin: self.name.to_owned(), code: said.code, message: said.message, by };
        Ok((said.admitted, finding))
    }

    pub(crate) fn outcome(
        &self,
        said: Result<wire::Outcome, wire::Finding>,
    ) -> Result<Result<wire::Outcome, RuleFinding>, Fault> {
        let said = match said {
            Ok(outcome) => outcome,
            Err(finding) => return self.finding(finding).map(Err),
        };
        self.cite(&said.because)?;
        if !self.loaded.stages.contains(&said.stage) {
            let detail = format!("stage `{}` is not in the manifest", shortened(&said.stage));
            return Err(Fault { code: FailureCode::UndeclaredStage, detail });
        }
        words("message", &said.message)?;
        for (list, length) in [
            ("points", said.points.len()),
            ("tasks", said.tasks.len()),
            ("publish", said.publish.len()),
            ("records", said.records.len()),
            ("measures", said.measures.len()),
        ] {
            limit(list, length)?;
        }
        for points in &said.points {
            self.cite(&points.because)?;
            subject(&points.subject)?;
            words("reason of points", &points.reason)?;
            if points.points.unsigned_abs() > POINTS.unsigned_abs() {
                return bad(format!("{} points, at most {POINTS}", points.points));
            }
        }
        for task in &said.tasks {
            self.cite(&task.because)?;
            words("task", &task.text)?;
            days("task", task.due_days)?;
        }
        for publication in &said.publish {
            self.cite(&publication.because)?;
            words("publication", &publication.text)?;
            days("publication", publication.days)?;
        }
        for record in &said.records {
            subject(&record.subject)?;
            let Some(schema) = self.loaded.records.get(&record.kind) else {
                return bad(format!("record kind `{}` is not in the manifest", shortened(&record.kind)));
            };
            let body = json::strict(record.body.as_bytes())
                .or_else(|fault| bad(format!("record `{}`: {fault}", record.kind)))?;
            if let Some((at, c)) = forbidden_in(&body) {
                return bad(format!("record `{}` at `{at}` holds U+{:04X}", record.kind, c as u32));
            }
            if let Some(fault) = json::first_fault(schema, &body) {
                return bad(format!("record `{}` at {fault}", record.kind));
            }
        }
        for measure in &said.measures {
            if !self.loaded.measures.contains(&measure.name) {
                return bad(format!("measure `{}` is not in the manifest", shortened(&measure.name)));
            }
        }
        Ok(Ok(said))
    }

    pub(crate) fn appraisal(&self, said: wire::Appraisal) -> Result<wire::Appraisal, Fault> {
        if said.remark != Remark::None || !said.because.is_empty() {
            self.cite(&said.because)?;
        }
        if said.remark != Remark::None || !is_silent(&said.message) {
            words("appraisal", &said.message)?;
        }
        Ok(said)
    }

    pub(crate) fn settings_errors(
        &self,
        said: Vec<wire::SettingsError>,
    ) -> Result<Vec<wire::SettingsError>, Fault> {
        limit("settings errors", said.len())?;
        for error in &said {
            if !error.pointer.is_empty() && !error.pointer.starts_with('/')
                || error.pointer.chars().count() > SUBJECT
            {
                return bad(format!("`{}` is not a JSON Pointer", shortened(&error.pointer)));
            }
            words("settings error", &error.message)?;
        }
        Ok(said)
    }
}

fn share(field: &str, said: &wire::Share) -> Result<law::Share, Fault> {
    law::Share::try_from(said).or_else(|error| bad(format!("{field}: {error}")))
}

fn limit(list: &str, length: usize) -> Result<(), Fault> {
    if length <= LIST { Ok(()) } else { bad(format!("{list}: {length} entries, at most {LIST}")) }
}

fn days(what: &str, days: u32) -> Result<(), Fault> {
    if days <= DAYS { Ok(()) } else { bad(format!("{what}: {days} days, at most {DAYS}")) }
}

/// A stable kebab-case word.
fn word(what: &str, said: &str) -> Result<(), Fault> {
    let kebab = !said.is_empty()
        && said.len() <= WORD
        && said.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !said.starts_with('-')
        && !said.ends_with('-');
    if kebab { Ok(()) } else { bad(format!("{what} `{}` is not a kebab-case word", shortened(said))) }
}

/// Nothing is said at all.
fn is_silent(said: &Words) -> bool {
    said.zh.is_empty() && said.en.is_empty()
}

/// A text people read, in both languages: not empty, not endless, nothing invisible in it.
fn words(what: &str, said: &Words) -> Result<(), Fault> {
    for (language, text) in [("Chinese", &said.zh), ("English", &said.en)] {
        if text.trim().is_empty() {
            let detail = format!("{what} says nothing in {language}");
            return Err(Fault { code: FailureCode::MissingLanguage, detail });
        }
        if text.chars().count() > TEXT {
            return bad(format!("{what} is longer than {TEXT} characters"));
        }
        if let Some(c) = first_forbidden(text) {
            return bad(format!("{what} holds U+{:04X}, which hides or turns text", c as u32));
        }
    }
    Ok(())
}

fn subject(said: &str) -> Result<(), Fault> {
    if said.is_empty()
        || said.chars().count() > SUBJECT
        || said.chars().any(|c| c.is_whitespace() || forbidden(c))
    {
        return bad(format!("`{}` is not an id", shortened(said)));
    }
    Ok(())
}

fn shortened(said: &str) -> String {
    said.chars().take(60).flat_map(char::escape_debug).collect()
}
