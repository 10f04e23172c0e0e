//! The functions a rule of `yishi:rule@1.0.0` can call, bound to the host's.

use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentType, Lift, LinkerInstance};

use crate::host::{self, Host, LogLevel};

type At<'a> = StoreContextMut<'a, Host>;

#[derive(ComponentType, Lift, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
#[expect(dead_code, reason = "made by lifting alone")]
pub(crate) enum Level {
    #[component(name = "debug")]
    Debug,
    #[component(name = "info")]
    Info,
    #[component(name = "warn")]
    Warn,
}

impl From<Level> for LogLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Debug => Self::Debug,
            Level::Info => Self::Info,
            Level::Warn => Self::Warn,
        }
    }
}

/// Binds the functions of one interface.
pub(crate) fn bind(interface: &str, mut to: LinkerInstance<'_, Host>) -> wasmtime::Result<()> {
    match interface {
        "log" => to.func_wrap("write", |mut at: At<'_>, (level, message): (Level, String)| {
            host::write_log(&mut at, level.into(), &message)
        }),
        "roster" => {
            to.func_wrap("count", |mut at: At<'_>, (name,): (String,)| Ok((host::count(&mut at, name)?,)))?;
            to.func_wrap("household-adults", |mut at: At<'_>, (household,): (String,)| {
                Ok((host::household_adults(&mut at, household)?,))
            })
        }
        "records" => {
            to.func_wrap("latest", |mut at: At<'_>, (kind, subject, limit): (String, String, u32)| {
                Ok((host::latest(&mut at, kind, subject, limit)?,))
            })?;
            to.func_wrap("whole", |mut at: At<'_>, (kind, subject): (String, String)| {
                Ok((host::whole(&mut at, kind, subject)?,))
            })?;
            to.func_wrap("points-total", |mut at: At<'_>, (subject,): (String,)| {
                Ok((host::points_total(&mut at, subject)?,))
            })
        }
        // Types alone.
        _ => Ok(()),
    }
}
