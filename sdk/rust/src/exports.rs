//! From the component's exports to the traits, and the macros that tie a plugin's type to them.

use serde::de::DeserializeOwned;

use crate::wit::{
    self, Admission, Appraisal, Candidate, CaseEvent, Classification, Finding, Outcome, PersonFacts,
    SettingsError, Terms,
};
use crate::{Charter, Context, ImplementationRule, VillageRegulation};

/// Runs before every export of a component: a panic leaves its reason in the kernel's log before it traps.
pub fn enter() {
    #[cfg(target_arch = "wasm32")]
    std::panic::set_hook(Box::new(|info| crate::log::warn(info.to_string())));
}

fn settings_faults<S: DeserializeOwned>(
    settings: &str,
    judge: impl FnOnce(&S) -> Vec<SettingsError>,
) -> Vec<SettingsError> {
    match serde_json::from_str(settings) {
        Ok(settings) => judge(&settings),
        Err(error) => {
            let message = (format!("设置读不出来：{error}"), format!("the settings cannot be read: {error}"));
            vec![SettingsError::at("", message)]
        }
    }
}

/// The exports of the world `charter`.
pub mod charter {
    use super::*;

    pub fn classify<T: Charter>(ctx: wit::Context, matter: wit::Matter) -> Option<Classification> {
        T::classify(&Context::open(ctx), &matter.into())
    }

    pub fn terms<T: Charter>(ctx: wit::Context, query: wit::TermsQuery) -> Terms {
        T::terms(&Context::open(ctx), &query.into())
    }

    pub fn admit<T: Charter>(ctx: wit::Context, person: PersonFacts, role: String) -> Admission {
        T::admit(&Context::open(ctx), &person, role.into())
    }

    pub fn vet<T: Charter>(ctx: wit::Context, candidate: &Candidate) -> Vec<Finding> {
        T::vet(&Context::open(ctx), candidate)
    }

    pub fn check<T: Charter>(ctx: wit::Context, transition: wit::Transition) -> Vec<Finding> {
        T::check(&Context::open(ctx), &transition.into())
    }

    pub fn validate_settings<T: Charter>(settings: &str) -> Vec<SettingsError> {
        settings_faults(settings, T::validate_settings)
    }
}

/// The exports of the world `implementation-rule`.
pub mod implementation_rule {
    use super::*;

    pub fn check<T: ImplementationRule>(ctx: wit::Context, transition: wit::Transition) -> Vec<Finding> {
        T::check(&Context::open(ctx), &transition.into())
    }

    pub fn terms<T: ImplementationRule>(ctx: wit::Context, query: wit::TermsQuery) -> Terms {
        T::terms(&Context::open(ctx), &query.into())
    }

    pub fn handle<T: ImplementationRule>(ctx: wit::Context, event: &CaseEvent) -> Result<Outcome, Finding> {
        T::handle(&Context::open(ctx), event)
    }

    pub fn validate_settings<T: ImplementationRule>(settings: &str) -> Vec<SettingsError> {
        settings_faults(settings, T::validate_settings)
    }
}

/// The exports of the world `village-regulation`.
pub mod village_regulation {
    use super::*;

    pub fn appraise<T: VillageRegulation>(ctx: wit::Context, event: &CaseEvent) -> Appraisal {
        T::appraise(&Context::open(ctx), event)
    }

    pub fn check<T: VillageRegulation>(ctx: wit::Context, transition: wit::Transition) -> Vec<Finding> {
        T::check(&Context::open(ctx), &transition.into())
    }

    pub fn validate_settings<T: VillageRegulation>(settings: &str) -> Vec<SettingsError> {
        settings_faults(settings, T::validate_settings)
    }
}

/// Makes a type that implements [`Charter`] the component's answers, and its scenarios a test.
#[macro_export]
macro_rules! charter {
    ($rule:ident) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::exports::{charter as answers, enter};
            use $crate::wit;

            struct Exports;

            impl $crate::bindings::charter::Guest for Exports {
                fn classify(ctx: wit::Context, matter: wit::Matter) -> Option<wit::Classification> {
                    enter();
                    answers::classify::<$rule>(ctx, matter)
                }
                fn terms(ctx: wit::Context, query: wit::TermsQuery) -> wit::Terms {
                    enter();
                    answers::terms::<$rule>(ctx, query)
                }
                fn admit(ctx: wit::Context, person: wit::PersonFacts, role: String) -> wit::Admission {
                    enter();
                    answers::admit::<$rule>(ctx, person, role)
                }
                fn vet(ctx: wit::Context, candidate: wit::Candidate) -> Vec<wit::Finding> {
                    enter();
                    answers::vet::<$rule>(ctx, &candidate)
                }
                fn check(ctx: wit::Context, transition: wit::Transition) -> Vec<wit::Finding> {
                    enter();
                    answers::check::<$rule>(ctx, transition)
                }
                fn validate_settings(settings: String) -> Vec<wit::SettingsError> {
                    enter();
                    answers::validate_settings::<$rule>(&settings)
                }
            }

    $crate::bindings::charter::export_charter!(Exports with_types_in $crate::bindings::charter);
        };

        $crate::__scenarios!(charter, $rule);
    };
}

/// Makes a type that implements [`ImplementationRule`] the component's answers, and its scenarios a test.
#[macro_export]
macro_rules! implementation_rule {
    ($rule:ident) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::exports::{enter, implementation_rule as answers};
            use $crate::wit;

            struct Exports;

            impl $crate::bindings::implementation_rule::Guest for Exports {
                fn check(ctx: wit::Context, transition: wit::Transition) -> Vec<wit::Finding> {
                    enter();
                    answers::check::<$rule>(ctx, transition)
                }
                fn terms(ctx: wit::Context, query: wit::TermsQuery) -> wit::Terms {
                    enter();
                    answers::terms::<$rule>(ctx, query)
                }
                fn handle(ctx: wit::Context, event: wit::CaseEvent) -> Result<wit::Outcome, wit::Finding> {
                    enter();
                    answers::handle::<$rule>(ctx, &event)
                }
                fn validate_settings(settings: String) -> Vec<wit::SettingsError> {
                    enter();
                    answers::validate_settings::<$rule>(&settings)
                }
            }

            $crate::bindings::implementation_rule::export_implementation_rule!(
                Exports with_types_in $crate::bindings::implementation_rule
            );
        };

        $crate::__scenarios!(implementation_rule, $rule);
    };
}

/// Makes a type that implements [`VillageRegulation`] the component's answers, and its scenarios a test.
#[macro_export]
macro_rules! village_regulation {
    ($rule:ident) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            use $crate::exports::{enter, village_regulation as answers};
            use $crate::wit;

            struct Exports;

            impl $crate::bindings::village_regulation::Guest for Exports {
                fn appraise(ctx: wit::Context, event: wit::CaseEvent) -> wit::Appraisal {
                    enter();
                    answers::appraise::<$rule>(ctx, &event)
                }
                fn check(ctx: wit::Context, transition: wit::Transition) -> Vec<wit::Finding> {
                    enter();
                    answers::check::<$rule>(ctx, transition)
                }
                fn validate_settings(settings: String) -> Vec<wit::SettingsError> {
                    enter();
                    answers::validate_settings::<$rule>(&settings)
                }
            }

            $crate::bindings::village_regulation::export_village_regulation!(
                Exports with_types_in $crate::bindings::village_regulation
            );
        };

        $crate::__scenarios!(village_regulation, $rule);
    };
}

/// The test every plugin gets: its scenarios hold.
#[doc(hidden)]
#[macro_export]
macro_rules! __scenarios {
    ($world:ident, $rule:ident) => {
        // Natively nothing but the test below calls the rule; this keeps the compiler from calling it unused.
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn(&$crate::testing::Call) -> Result<$crate::testing::Answer, String> =
            $crate::testing::$world::<$rule>;

        #[cfg(all(test, not(target_arch = "wasm32")))]
        mod scenarios {
            #[test]
            fn hold() {
                $crate::testing::hold(env!("CARGO_MANIFEST_DIR"), $crate::testing::$world::<super::$rule>);
            }
        }
    };
}
