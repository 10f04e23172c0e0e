//! 提问 (the eight questions of the contract): parameters, answer, and how both are written down.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use yishi_canonical::CanonicalError;

use crate::call::Export;
use crate::judge::{Fault, Judge};
use crate::wire::versions::{At, Version};
use crate::wire::{
    Admission, Appraisal, Candidate, CaseEvent, Classification, Context, Finding, Matter, Outcome,
    PersonFacts, Role, SettingsError, Terms, TermsQuery, Transition,
};

/// One question of the contract. Written as JSON it is the record's `arguments`; the settings are not in it.
pub(crate) trait Question: Serialize + DeserializeOwned {
    const EXPORT: Export;
    type Answer;

    fn settle(&mut self, settings: Arc<str>);

    /// Asks an instance, in the types of the contract it was built against.
    fn put(&self, version: &dyn Version, at: At<'_>) -> wasmtime::Result<Self::Answer>;

    /// Canonical bytes of an answer.
    fn write(answer: &Self::Answer) -> Result<Vec<u8>, CanonicalError>;

    /// Whether an answer keeps the contract, for where its value is not needed.
    fn check(judge: &Judge<'_>, answer: Self::Answer) -> Result<(), Fault>;
}

macro_rules! questions {
    ($( $name:ident = $export:ident, $ask:ident ( $($field:ident: $ty:ty),* ) -> $answer:ty, $judge:ident ; )*) => { $(
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            pub(crate) ctx: Context,
            $(pub(crate) $field: $ty,)*
        }

        impl Question for $name {
            const EXPORT: Export = Export::$export;
            type Answer = $answer;

            fn settle(&mut self, settings: Arc<str>) {
                self.ctx.settings = settings;
            }

            fn put(&self, version: &dyn Version, at: At<'_>) -> wasmtime::Result<Self::Answer> {
                version.$ask(at, &self.ctx, $(&self.$field,)*)
            }

            fn write(answer: &Self::Answer) -> Result<Vec<u8>, CanonicalError> {
                yishi_canonical::to_vec(answer)
            }

            fn check(judge: &Judge<'_>, answer: Self::Answer) -> Result<(), Fault> {
                judge.$judge(answer).map(drop)
            }
        }
    )* };
}

questions! {
    AskClassify = Classify, classify(matter: Matter) -> Option<Classification>, classification;
    AskTerms = Terms, terms(query: TermsQuery) -> Terms, terms;
    AskAdmit = Admit, admit(person: PersonFacts, role: Role) -> Admission, admission;
    AskVet = Vet, vet(candidate: Candidate) -> Vec<Finding>, findings;
    AskCheck = Check, check(transition: Transition) -> Vec<Finding>, findings;
    AskAppraise = Appraise, appraise(event: CaseEvent) -> Appraisal, appraisal;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskHandle {
    pub(crate) ctx: Context,
    pub(crate) event: CaseEvent,
}

impl Question for AskHandle {
    const EXPORT: Export = Export::Handle;
    type Answer = Result<Outcome, Finding>;

    fn settle(&mut self, settings: Arc<str>) {
        self.ctx.settings = settings;
    }

    fn put(&self, version: &dyn Version, at: At<'_>) -> wasmtime::Result<Self::Answer> {
        version.handle(at, &self.ctx, &self.event)
    }

    fn write(answer: &Self::Answer) -> Result<Vec<u8>, CanonicalError> {
        #[derive(Serialize)]
        #[serde(rename_all = "kebab-case")]
        enum Written<'a> {
            Ok(&'a Outcome),
            Err(&'a Finding),
        }
        yishi_canonical::to_vec(&match answer {
            Ok(outcome) => Written::Ok(outcome),
            Err(finding) => Written::Err(finding),
        })
    }

    fn check(judge: &Judge<'_>, answer: Self::Answer) -> Result<(), Fault> {
        judge.outcome(answer).map(drop)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskValidateSettings {
    #[serde(skip)]
    pub(crate) settings: Arc<str>,
}

impl Question for AskValidateSettings {
    const EXPORT: Export = Export::ValidateSettings;
    type Answer = Vec<SettingsError>;

    fn settle(&mut self, settings: Arc<str>) {
        self.settings = settings;
    }

    fn put(&self, version: &dyn Version, at: At<'_>) -> wasmtime::Result<Self::Answer> {
        version.validate_settings(at, &self.settings)
    }

    fn write(answer: &Self::Answer) -> Result<Vec<u8>, CanonicalError> {
        yishi_canonical::to_vec(answer)
    }

    fn check(judge: &Judge<'_>, answer: Self::Answer) -> Result<(), Fault> {
        judge.settings_errors(answer).map(drop)
    }
}
