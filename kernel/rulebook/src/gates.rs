//! 关口 (the gates): one question to every rule that speaks to a matter, each answer checked, all joined.
//!
//! A gate fails closed: if one rule gives no usable answer, there is no joined answer. Joining is
//! [`yishi_law::Terms::join`] and nothing else, so a rule can add to the law and never take from it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use yishi_canonical::Digest;
use yishi_law::{self as law, Authority, Cited, Words};
use yishi_schema::FieldError;

use crate::call::{Answered, Call, Export};
use crate::catalogue::Loaded;
use crate::failure::{FailureCode, GateFailure};
use crate::host::Source;
use crate::json;
use crate::judge::{Fault, Judge};
use crate::question::{
    AskAdmit, AskAppraise, AskCheck, AskClassify, AskHandle, AskTerms, AskValidateSettings, AskVet, Question,
};
use crate::rulebook::{Arguments, Rulebook, Settings};
use crate::rules::{AdmissionDecision, FloorAdmission, GateContext, RuleFinding, RuleRef, RuleSet};
use crate::wire::{
    Appraisal, Candidate, CaseEvent, Context, Matter, Outcome, PersonFacts, Role, SettingsError, TermsQuery,
    Transition,
};

impl Rulebook {
    /// 分类: floor and charter; major wins. `None` when nobody forces a class.
    ///
    /// # Errors
    /// [`GateFailure`] when the charter gives no usable answer.
    pub fn classify(
        &self,
        rules: &RuleSet,
        ctx: &GateContext,
        matter: &Matter,
        floor: Option<Cited<law::MatterClass>>,
    ) -> Result<Answered<Option<Cited<law::MatterClass>>>, GateFailure> {
        let mut question = AskClassify { ctx: context(ctx), matter: matter.clone() };
        let mut joined = law::Terms { class: floor, ..law::Terms::default() };
        let mut calls = Vec::new();
        for rule in rules.charter.iter() {
            let asked = self.put(rule, ctx, &mut question, |judge, answer| judge.classification(answer))?;
            let Some((answer, call)) = asked else { continue };
            joined = joined.join(law::Terms { class: answer, ..law::Terms::default() });
            calls.push(call);
        }
        Ok(Answered { value: joined.class, calls })
    }

    /// 议事规则: floor, charter and the rules of the domain; stricter wins, field by field.
    ///
    /// # Errors
    /// [`GateFailure`] when a rule gives no usable answer.
    pub fn terms(
        &self,
        rules: &RuleSet,
        ctx: &GateContext,
        query: &TermsQuery,
        floor: law::Terms,
    ) -> Result<Answered<law::Terms>, GateFailure> {
        let mut question = AskTerms { ctx: context(ctx), query: query.clone() };
        let mut joined = floor;
        let mut calls = Vec::new();
        for rule in rules.charter.iter().chain(in_domain(&rules.rules, &query.matter.domain)) {
            let asked = self.put(rule, ctx, &mut question, |judge, answer| judge.terms(answer))?;
            if let Some((answer, call)) = asked {
                joined = joined.join(answer);
                calls.push(call);
            }
        }
        Ok(Answered { value: joined, calls })
    }

    /// 检查 a transition: charter, rules of the domain, regulations (which can only advise); strongest first.
    ///
    /// # Errors
    /// [`GateFailure`] when a rule gives no usable answer.
    pub fn check(
        &self,
        rules: &RuleSet,
        ctx: &GateContext,
        transition: &Transition,
    ) -> Result<Answered<Vec<RuleFinding>>, GateFailure> {
        let mut question = AskCheck { ctx: context(ctx), transition: transition.clone() };
        let domain = transition.matter.domain.as_str();
        let asked = rules
            .charter
            .iter()
            .chain(in_domain(&rules.rules, domain))
            .chain(in_domain(&rules.regulations, domain));
        let mut findings = BTreeSet::new();
        let mut calls = Vec::new();
        for rule in asked {
            if let Some((answer, call)) =
                self.put(rule, ctx, &mut question, |judge, answer| judge.findings(answer))?
            {
                findings.extend(answer);
                calls.push(call);
            }
        }
        Ok(Answered { value: findings.into_iter().rev().collect(), calls })
    }

    /// 准入: every condition must hold; what the law says of the person cannot be turned by a charter.
    ///
    /// # Errors
    /// [`GateFailure`] when the charter gives no usable answer.
    pub fn admit(
        &self,
        rules: &RuleSet,
        ctx: &GateContext,
        person: &PersonFacts,
        role: Role,
        floor: &FloorAdmission,
    ) -> Result<Answered<AdmissionDecision>, GateFailure> {
        let mut question = AskAdmit { ctx: context(ctx), person: person.clone(), role };
        let mut said = None;
        let mut calls = Vec::new();
        for rule in rules.charter.iter() {
            if let Some((answer, call)) =
                self.put(rule, ctx, &mut question, |judge, answer| judge.admission(answer))?
            {
                said = Some(answer);
                calls.push(call);
            }
        }
        Ok(Answered { value: decide_admission(floor, said), calls })
    }

    /// 审查 another rule: what the charter in force says of it.
    ///
    /// # Errors
    /// [`GateFailure`] when the charter gives no usable answer.
    pub fn vet(
        &self,
        rules: &RuleSet,
        ctx: &GateContext,
        candidate: &Candidate,
    ) -> Result<Answered<Vec<RuleFinding>>, GateFailure> {
        let mut question = AskVet { ctx: context(ctx), candidate: candidate.clone() };
        let mut findings = BTreeSet::new();
        let mut calls = Vec::new();
        for rule in rules.charter.iter() {
            if let Some((answer, call)) =
                self.put(rule, ctx, &mut question, |judge, answer| judge.findings(answer))?
            {
                findings.extend(answer);
                calls.push(call);
            }
        }
        Ok(Answered { value: findings.into_iter().rev().collect(), calls })
    }

    /// 处理 a case event with the one rule it belongs to. `Err` in the answer is the rule declining, with its reason.
    ///
    /// # Errors
    /// [`GateFailure`] when the form does not fit or the rule gives no usable answer.
    pub fn handle(
        &self,
        rule: &RuleRef,
        ctx: &GateContext,
        event: &CaseEvent,
    ) -> Result<Answered<Result<Outcome, RuleFinding>>, GateFailure> {
        self.fits_case(rule, Export::Handle, event)?;
        let mut question = AskHandle { ctx: context(ctx), event: event.clone() };
        self.only(rule, ctx, &mut question, |judge, answer| judge.outcome(answer))
    }

    /// 评议 conduct under one village regulation.
    ///
    /// # Errors
    /// [`GateFailure`] when the regulation gives no usable answer.
    pub fn appraise(
        &self,
        rule: &RuleRef,
        ctx: &GateContext,
        event: &CaseEvent,
    ) -> Result<Answered<Appraisal>, GateFailure> {
        self.fits_case(rule, Export::Appraise, event)?;
        let mut question = AskAppraise { ctx: context(ctx), event: event.clone() };
        self.only(rule, ctx, &mut question, |judge, answer| judge.appraisal(answer))
    }

    /// Whether settings may be chosen: first the schema, then what the plugin itself finds. Empty means yes.
    ///
    /// # Errors
    /// [`GateFailure`] when the settings are not canonical JSON or the plugin gives no usable answer.
    pub fn validate_settings(
        &self,
        digest: &Digest,
        settings: &Value,
    ) -> Result<Answered<Vec<FieldError>>, GateFailure> {
        let loaded = self.loaded(&digest.to_string(), digest, Export::ValidateSettings)?;
        let manifest = &loaded.inspection.manifest;
        let rule = RuleRef::new(*digest, manifest, settings).map_err(|error| {
            GateFailure::new(
                &manifest.name,
                *digest,
                Export::ValidateSettings,
                FailureCode::BadSettings,
                error.to_string(),
            )
        })?;
        let faults = yishi_schema::violations(&loaded.settings, settings);
        if !faults.is_empty() {
            return Ok(Answered { value: faults, calls: Vec::new() });
        }
        let mut question = AskValidateSettings { settings: Arc::clone(&rule.settings) };
        let (value, call) =
            self.put_to(&loaded, &rule, Source::nothing(), &mut question, |judge, answer| {
                judge.settings_errors(answer)
            })?;
        let own = |fault: SettingsError| {
            FieldError::new(fault.pointer, "bad-settings", fault.message.zh, fault.message.en)
        };
        Ok(Answered { value: value.into_iter().map(own).collect(), calls: vec![call] })
    }

    fn fits_case(&self, rule: &RuleRef, export: Export, event: &CaseEvent) -> Result<(), GateFailure> {
        let loaded = self.loaded(&rule.name, &rule.digest, export)?;
        let refuse = |code, detail: String| {
            let failure = GateFailure::new(&rule.name, rule.digest, export, code, detail);
            Err(failure.titled(&loaded.inspection.manifest))
        };
        let Some(form) = loaded.cases.get(&event.kind) else {
            return refuse(FailureCode::UnknownCase, format!("`{}`", event.kind));
        };
        let value = match json::strict(event.form.as_bytes()) {
            Ok(value) => value,
            Err(fault) => return refuse(FailureCode::BadForm, fault),
        };
        match json::first_fault(form, &value) {
            Some(fault) => refuse(FailureCode::BadForm, fault),
            None => Ok(()),
        }
    }

    /// Asks a rule that must answer.
    fn only<Q: Question, T>(
        &self,
        rule: &RuleRef,
        ctx: &GateContext,
        question: &mut Q,
        judge: impl FnOnce(&Judge<'_>, Q::Answer) -> Result<T, Fault>,
    ) -> Result<Answered<T>, GateFailure> {
        match self.put(rule, ctx, question, judge)? {
            Some((value, call)) => Ok(Answered { value, calls: vec![call] }),
            None => Err(GateFailure::new(
                &rule.name,
                rule.digest,
                Q::EXPORT,
                FailureCode::NoSuchExport,
                format!("the manifest does not name gate `{}`", Q::EXPORT),
            )),
        }
    }

    /// Asks a rule if it wants to be asked at this gate, and checks what it says.
    fn put<Q: Question, T>(
        &self,
        rule: &RuleRef,
        ctx: &GateContext,
        question: &mut Q,
        judge: impl FnOnce(&Judge<'_>, Q::Answer) -> Result<T, Fault>,
    ) -> Result<Option<(T, Call)>, GateFailure> {
        let loaded = self.loaded(&rule.name, &rule.digest, Q::EXPORT)?;
        if !loaded.inspection.manifest.answers_at(Q::EXPORT) {
            return Ok(None);
        }
        let source = Source::Snapshot {
            roster: Arc::clone(&ctx.facts.roster),
            rule: ctx.facts.rules.get(&rule.name).cloned().unwrap_or_default(),
        };
        self.put_to(&loaded, rule, source, question, judge).map(Some)
    }

    pub(crate) fn put_to<Q: Question, T>(
        &self,
        loaded: &Loaded,
        rule: &RuleRef,
        source: Source,
        question: &mut Q,
        judge: impl FnOnce(&Judge<'_>, Q::Answer) -> Result<T, Fault>,
    ) -> Result<(T, Call), GateFailure> {
        question.settle(Arc::clone(&rule.settings));
        let arguments = Arguments::of(question).map_err(|error| {
            GateFailure::new(&rule.name, rule.digest, Q::EXPORT, FailureCode::InputLimit, error.to_string())
        })?;
        let settings = Settings { digest: rule.settings_digest, json: Arc::clone(&rule.settings) };
        let (answer, mut call) = self.ask(loaded, &settings, &arguments, question, source)?;
        match judge(&Judge::new(loaded), answer) {
            Ok(value) => Ok((value, call)),
            Err(Fault { code, detail }) => {
                call.record.failure = Some(code);
                let mut failure = GateFailure::new(&rule.name, rule.digest, Q::EXPORT, code, detail)
                    .titled(&loaded.inspection.manifest);
                failure.call = Some(Box::new(call));
                Err(failure)
            }
        }
    }
}

fn in_domain<'a>(rules: &'a [RuleRef], domain: &'a str) -> impl Iterator<Item = &'a RuleRef> {
    rules.iter().filter(move |rule| rule.speaks_to(domain))
}

pub(crate) fn context(ctx: &GateContext) -> Context {
    Context {
        community: ctx.community.clone(),
        settings: Arc::from(""),
        law_date: ctx.law_date.to_string(),
        today: ctx.today.to_string(),
    }
}

fn decide_admission(floor: &FloorAdmission, said: Option<(bool, RuleFinding)>) -> AdmissionDecision {
    let by_law = |admitted, code: &str, message: Words, by: &BTreeSet<Authority>, set_aside| {
        AdmissionDecision { admitted, by: by.clone(), code: code.to_owned(), message, set_aside }
    };
    match (floor, said) {
        (FloorAdmission::Barred(by), _) => {
            let message = Words::new("法律规定不具备资格", "the law does not admit this person");
            by_law(false, "barred-by-law", message, by, None)
        }
        (FloorAdmission::Entitled(by), Some((false, finding))) => {
            let message = Words::new(
                "法律规定享有资格，章程不得排除",
                "the law entitles this person, and a charter cannot exclude whom the law entitles",
            );
            by_law(true, "entitled-by-law", message, by, Some(finding))
        }
        (FloorAdmission::Entitled(by), None) => {
            let message = Words::new("法律规定享有资格", "the law entitles this person");
            by_law(true, "entitled-by-law", message, by, None)
        }
        (FloorAdmission::Entitled(by), Some((true, finding))) => {
            let mut decision = by_law(true, &finding.code, finding.message, by, None);
            decision.by.extend(finding.by);
            decision
        }
        (FloorAdmission::Open, Some((admitted, finding))) => {
            by_law(admitted, &finding.code, finding.message, &finding.by, None)
        }
        (FloorAdmission::Open, None) => {
            let message = Words::new("法律和章程没有限制", "neither the law nor the charter restricts this");
            by_law(true, "open", message, &BTreeSet::new(), None)
        }
    }
}
