//! What rules say, as `yishi:rule@1.0.0` has it. A code they name must be one the host knows.

use wasmtime::component::{ComponentType, Lift};

use super::enums::{Comparison, CountingBase, MatterClass, Remark, Weight};
use crate::wire::{self as host, Body};

/// 没有的代码 (a rule named a body, step or role that the vocabulary does not have).
#[derive(Debug, thiserror::Error)]
#[error("no {family} has the code `{code}`")]
pub(crate) struct UnknownCode {
    family: &'static str,
    code: String,
}

/// What the contract carried as the host's own value.
pub(crate) trait Said<T> {
    fn said(self) -> Result<T, UnknownCode>;
}

macro_rules! as_it_is {
    ($($ty:ty),*) => { $(
        impl Said<$ty> for $ty {
            fn said(self) -> Result<$ty, UnknownCode> {
                Ok(self)
            }
        }
    )* };
}

as_it_is!(String, bool, u32, i32, i64);

macro_rules! same_words {
    ($($ty:ident),*) => { $(
        impl Said<host::$ty> for $ty {
            fn said(self) -> Result<host::$ty, UnknownCode> {
                Ok(self.into())
            }
        }
    )* };
}

same_words!(Comparison, CountingBase, MatterClass, Remark, Weight);

impl Said<Body> for String {
    fn said(self) -> Result<Body, UnknownCode> {
        self.parse().map_err(|_| UnknownCode { family: "body", code: self.chars().take(64).collect() })
    }
}

impl<A: Said<B>, B> Said<Vec<B>> for Vec<A> {
    fn said(self) -> Result<Vec<B>, UnknownCode> {
        self.into_iter().map(Said::said).collect()
    }
}

impl<A: Said<B>, B> Said<Option<B>> for Option<A> {
    fn said(self) -> Result<Option<B>, UnknownCode> {
        self.map(Said::said).transpose()
    }
}

impl<A: Said<B>, B, C: Said<D>, D> Said<Result<B, D>> for Result<A, C> {
    fn said(self) -> Result<Result<B, D>, UnknownCode> {
        Ok(match self {
            Ok(said) => Ok(said.said()?),
            Err(said) => Err(said.said()?),
        })
    }
}

macro_rules! said {
    ($($name:ident { $($field:ident $text:literal: $ty:ty),* $(,)? })*) => { $(
        #[derive(ComponentType, Lift, Clone, Debug)]
        #[component(record)]
        pub(crate) struct $name {
            $( #[component(name = $text)] pub(crate) $field: $ty, )*
        }

        impl Said<host::$name> for $name {
            fn said(self) -> Result<host::$name, UnknownCode> {
                Ok(host::$name { $( $field: self.$field.said()?, )* })
            }
        }
    )* };
}

said! {
    Words {
        zh "zh": String,
        en "en": String,
    }
    Classification {
        class "class": MatterClass,
        because "because": Vec<String>,
    }
    Share {
        comparison "comparison": Comparison,
        numerator "numerator": u32,
        denominator "denominator": u32,
    }
    Threshold {
        share "share": Share,
        base "base": CountingBase,
    }
    CitedShare {
        share "share": Share,
        because "because": Vec<String>,
    }
    CitedThreshold {
        threshold "threshold": Threshold,
        because "because": Vec<String>,
    }
    CitedNumber {
        number "number": u32,
        because "because": Vec<String>,
    }
    CitedFraction {
        numerator "numerator": u32,
        denominator "denominator": u32,
        because "because": Vec<String>,
    }
    Condition {
        code "code": String,
        text "text": Words,
        because "because": Vec<String>,
    }
    Terms {
        quorum "quorum": Option<CitedShare>,
        passes "passes": Option<CitedThreshold>,
        notice_days "notice-days": Option<CitedNumber>,
        posting_days "posting-days": Option<CitedNumber>,
        secret_ballot "secret-ballot": Option<Vec<String>>,
        petition "petition": Option<CitedFraction>,
        proxy_cap "proxy-cap": Option<CitedNumber>,
        conditions "conditions": Vec<Condition>,
    }
    Finding {
        weight "weight": Weight,
        code "code": String,
        message "message": Words,
        because "because": Vec<String>,
    }
    Admission {
        admitted "admitted": bool,
        code "code": String,
        message "message": Words,
        because "because": Vec<String>,
    }
    SettingsError {
        pointer "pointer": String,
        message "message": Words,
    }
    Points {
        subject "subject": String,
        points "points": i32,
        reason "reason": Words,
        because "because": Vec<String>,
    }
    Task {
        role "role": String,
        due_days "due-days": u32,
        text "text": Words,
        because "because": Vec<String>,
    }
    Publication {
        text "text": Words,
        days "days": u32,
        because "because": Vec<String>,
    }
    RecordDraft {
        kind "kind": String,
        subject "subject": String,
        body "body": String,
    }
    Measure {
        name "name": String,
        value "value": i64,
    }
    Outcome {
        stage "stage": String,
        message "message": Words,
        points "points": Vec<Points>,
        tasks "tasks": Vec<Task>,
        publish "publish": Vec<Publication>,
        records "records": Vec<RecordDraft>,
        measures "measures": Vec<Measure>,
        because "because": Vec<String>,
    }
    Appraisal {
        remark "remark": Remark,
        message "message": Words,
        because "because": Vec<String>,
    }
}
