//! 提问 (the eight questions of the contract): parameters, answer, and how both are written down.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentNamedList, ComponentType, Lift, Lower};
use yishi_canonical::CanonicalError;

use crate::call::Export;
use crate::judge::{Fault, Judge};
use crate::wire::{
    Admission, Appraisal, Candidate, CaseEvent, Classification, Context, Finding, Matter, Outcome,
    PersonFacts, Role, SettingsError, Terms, TermsQuery, Transition,
};

/// One question of the contract. Written as JSON it is the record's `arguments`; the settings are not in it.
pub(crate) trait Question: Serialize + DeserializeOwned {
    const EXPORT: Export;
    type Params<'a>: ComponentNamedList + Lower
    where
        Self: 'a;
    type Answer: ComponentType + Lift + 'static;

    fn settle(&mut self, settings: Arc<str>);
    fn params(&self) -> Self::Params<'_>;

    /// Canonical bytes of an answer.
    fn write(answer: &Self::Answer) -> Result<Vec<u8>, CanonicalError>;

    /// Whether an answer keeps the contract, for where its value is not needed.
    fn check(judge: &Judge<'_>, answer: Self::Answer) -> Result<(), Fault>;
}

macro_rules! questions {
    ($( $name:ident = $export:ident ( $($field:ident: $ty:ty),* ) -> $answer:ty, $judge:ident ; )*) => { $(
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            pub(crate) ctx: Context,
            $(pub(crate) $field: $ty,)*
        }

        impl Question for $name {
            const EXPORT: Export = Export::$export;
            type Params<'a> = (&'a Context, $(&'a $ty,)*);
            type Answer = $answer;

            fn settle(&mut self, settings: Arc<str>) {
                self.ctx.settings = settings;
            }

            fn params(&self) -> Self::Params<'_> {
                (&self.ctx, $(&self.$field,)*)
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
    AskClassify = Classify(matter: Matter) -> Option<Classification>, classification;
    AskTerms = Terms(query: TermsQuery) -> Terms, terms;
    AskAdmit = Admit(person: PersonFacts, role: Role) -> Admission, admission;
    AskVet = Vet(candidate: Candidate) -> Vec<Finding>, findings;
    AskCheck = Check(transition: Transition) -> Vec<Finding>, findings;
    AskAppraise = Appraise(event: CaseEvent) -> Appraisal, appraisal;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskHandle {
    pub(crate) ctx: Context,
    pub(crate) event: CaseEvent,
}

impl Question for AskHandle {
    const EXPORT: Export = Export::Handle;
    type Params<'a> = (&'a Context, &'a CaseEvent);
    type Answer = Result<Outcome, Finding>;

    fn settle(&mut self, settings: Arc<str>) {
        self.ctx.settings = settings;
    }

    fn params(&self) -> Self::Params<'_> {
        (&self.ctx, &self.event)
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
    type Params<'a> = (&'a str,);
    type Answer = Vec<SettingsError>;

    fn settle(&mut self, settings: Arc<str>) {
        self.settings = settings;
    }

    fn params(&self) -> Self::Params<'_> {
        (&self.settings,)
    }

    fn write(answer: &Self::Answer) -> Result<Vec<u8>, CanonicalError> {
        yishi_canonical::to_vec(answer)
    }

    fn check(judge: &Judge<'_>, answer: Self::Answer) -> Result<(), Fault> {
        judge.settings_errors(answer).map(drop)
    }
}
