//! 编译 (compilation), in a child that can be killed.
//!
//! A small file can take minutes and gigabytes to compile, and neither fuel nor deadlines apply there. So
//! the server starts itself again as a compile child with limits on memory and processor time. The clock on the wall
//! decides nothing: on a busy machine the child takes longer and ends the same. Only a child that has not computed
//! anything for a minute is killed, and that is told as a fault of this host. What comes out of the child's pipe is this
//! host's own code.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use wasmtime::Engine;
use wasmtime::component::Component;
use yishi_canonical::Digest;

use crate::busy;
use crate::cache::Cache;
use crate::engine;
use crate::failure::{PluginRefusal, RefusalCode};
use crate::limits::Limits;
use crate::rulebook::{CompileMode, RulebookError};
use crate::trusted;

/// How often a waiting parent looks at its child.
const LOOK: Duration = Duration::from_millis(10);
/// Most bytes of a child's complaint that are read.
const COMPLAINT: u64 = 4 << 10;
/// How a child says that it could not do its work for a reason that is not the component's.
const HOST_FAULT: u8 = 3;

/// Turns components into machine code, one at a time.
pub(crate) struct Compiler {
    engine: Engine,
    mode: CompileMode,
    cache: Option<Cache>,
    limits: Arc<Limits>,
    turn: Mutex<()>,
}

impl Compiler {
    pub(crate) fn new(
        engine: &Engine,
        mode: CompileMode,
        cache_dir: Option<PathBuf>,
        mac_key: [u8; 32],
        limits: Arc<Limits>,
    ) -> Result<Self, RulebookError> {
        let cache = cache_dir
            .map(|directory| Cache::open(directory, mac_key, engine, limits.compiled_bytes))
            .transpose()?;
        Ok(Self { engine: engine.clone(), mode, cache, limits, turn: Mutex::new(()) })
    }

    /// Machine code of an admitted component: from the cache, or compiled now.
    pub(crate) fn component(&self, digest: &Digest, bytes: &[u8]) -> Result<Component, PluginRefusal> {
        if let Some(component) = self.cached(digest) {
            return Ok(component);
        }
        // One compilation at a time: a queue of uploads must not take the whole machine.
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(component) = self.cached(digest) {
            return Ok(component);
        }
        let code = match &self.mode {
            CompileMode::InProcess => {
                self.engine.precompile_component(bytes).map_err(|error| quoted(&format!("{error:#}")))?
            }
            CompileMode::Child { program, arguments } => {
                let mut command = Command::new(program);
                command.args(arguments);
                compile_in_child(command, &self.limits, bytes)?
            }
        };
        if code.len() > self.limits.compiled_bytes {
            let (size, most) = (code.len(), self.limits.compiled_bytes);
            return Err(refused(
                &format!("编译后有 {size} 字节，最多 {most}"),
                &format!("{size} bytes of code, at most {most}"),
            ));
        }
        let component =
            trusted::component(&self.engine, &code).map_err(|error| quoted(&format!("{error:#}")))?;
        if let Some(cache) = &self.cache {
            cache.write(digest, &code);
        }
        Ok(component)
    }

    fn cached(&self, digest: &Digest) -> Option<Component> {
        let code = self.cache.as_ref()?.read(digest)?;
        trusted::component(&self.engine, &code)
            .inspect_err(
                |error| tracing::warn!(component = %digest, %error, "compiled code ignored; compiling anew"),
            )
            .ok()
    }
}

fn refused(zh: &str, en: &str) -> PluginRefusal {
    PluginRefusal::new(RefusalCode::CompileFailed, zh, en)
}

/// Refused in the compiler's own words.
fn quoted(detail: &str) -> PluginRefusal {
    PluginRefusal::quoting(RefusalCode::CompileFailed, detail)
}

fn compile_in_child(mut command: Command, limits: &Limits, bytes: &[u8]) -> Result<Vec<u8>, PluginRefusal> {
    let unavailable = |what: &str| PluginRefusal::quoting(RefusalCode::Unavailable, what);
    let header = serde_json::to_vec(limits).map_err(|_| unavailable("limits cannot be written"))?;
    let mut child = command
        .env_clear()
        // Arenas and threads count as address space; neither makes one component compile sooner.
        .env("MALLOC_ARENA_MAX", "2")
        .env("RAYON_NUM_THREADS", "2")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| unavailable(&format!("the compile child cannot be started: {error}")))?;
    let (Some(mut stdin), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        stop(&mut child);
        return Err(unavailable("the compile child has no pipes"));
    };
    let most = limits.compiled_bytes as u64 + 1;
    let patience = Duration::from_secs(limits.compile_stuck_seconds);
    thread::scope(|scope| {
        scope.spawn(move || {
            // A child that dies early breaks the pipe; how it died is told by its status.
            let _ = stdin
                .write_all(&(header.len() as u32).to_le_bytes())
                .and_then(|()| stdin.write_all(&header))
                .and_then(|()| stdin.write_all(bytes));
        });
        let code = scope.spawn(move || read(stdout, most));
        let complaint = scope.spawn(move || read(stderr, COMPLAINT));
        let status = wait(&mut child, patience);
        let code = code.join().unwrap_or_default();
        let complaint = complaint.join().unwrap_or_default();
        match status {
            None => Err(unavailable(&format!(
                "the compile child used no processor time for {} seconds",
                patience.as_secs()
            ))),
            Some(status) if status.success() => Ok(code),
            Some(status) if status.code() == Some(i32::from(HOST_FAULT)) => {
                Err(unavailable(&heard(&complaint)))
            }
            Some(status) => Err(told(status, &complaint, limits)),
        }
    })
}

fn read(source: impl Read, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What could be read before the pipe broke is enough: the status decides.
    let _ = source.take(most).read_to_end(&mut bytes);
    bytes
}

/// Waits for a child, or kills it when it has not computed anything for so long.
fn wait(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let mut used = None;
    // Counted in looks: on a busy machine they come later, and the patience grows with them.
    let mut idle = Duration::ZERO;
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        let now = busy::of_child(child.id());
        if now != used {
            (used, idle) = (now, Duration::ZERO);
        }
        if idle >= patience {
            stop(child);
            return None;
        }
        thread::sleep(LOOK);
        idle += LOOK;
    }
}

fn stop(child: &mut Child) {
    // Both fail only when the child is already gone.
    let _ = child.kill();
    let _ = child.wait();
}

fn told(status: ExitStatus, complaint: &[u8], limits: &Limits) -> PluginRefusal {
    use std::os::unix::process::ExitStatusExt;
    /// Sent when the soft limit of processor time is reached; the hard limit kills.
    const XCPU: i32 = 24;
    const KILL: i32 = 9;
    let text = heard(complaint);
    match status.signal() {
        Some(XCPU | KILL) => {
            let most = limits.compile_cpu_seconds;
            refused(
                &format!("编译用了超过 {most} 秒的处理器时间"),
                &format!("compiling took more than {most} seconds of processor time"),
            )
        }
        Some(signal) => {
            let most = limits.compile_memory_bytes >> 20;
            refused(
                &format!("编译因信号 {signal} 中止；最多给 {most} MiB 内存 {text}"),
                &format!(
                    "compiling stopped with signal {signal}; at most {most} MiB of memory are given {text}"
                ),
            )
        }
        None => refused(&format!("编译器放弃：{text}"), &format!("the compiler gave up: {text}")),
    }
}

fn heard(complaint: &[u8]) -> String {
    String::from_utf8_lossy(complaint).trim().chars().take(300).collect()
}

/// The compile child: a component on stdin, machine code on stdout. Call it first thing in `main`, before
/// any thread is started, when the hidden argument says so.
#[must_use]
pub fn compile_child_main() -> ExitCode {
    match child() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Gone { of_host, complaint }) => {
            let mut stderr = std::io::stderr().lock();
            // There is nobody else to tell.
            let _ = writeln!(stderr, "{complaint}");
            if of_host { ExitCode::from(HOST_FAULT) } else { ExitCode::FAILURE }
        }
    }
}

/// Why a compile child gives no code.
struct Gone {
    of_host: bool,
    complaint: String,
}

impl Gone {
    fn host(error: impl std::fmt::Display) -> Self {
        Self { of_host: true, complaint: format!("{error:#}") }
    }
}

fn child() -> Result<(), Gone> {
    let text = |error: std::io::Error| Gone::host(error);
    let mut stdin = std::io::stdin().lock();
    let mut length = [0; 4];
    stdin.read_exact(&mut length).map_err(text)?;
    let length = u64::from(u32::from_le_bytes(length));
    if length > 1 << 16 {
        return Err(Gone::host("the header is too long"));
    }
    let mut header = Vec::new();
    (&mut stdin).take(length).read_to_end(&mut header).map_err(text)?;
    let limits: Limits = serde_json::from_slice(&header).map_err(Gone::host)?;
    confine(&limits).map_err(Gone::host)?;
    let mut bytes = Vec::new();
    stdin.take(limits.large_component_bytes as u64 + 1).read_to_end(&mut bytes).map_err(text)?;
    let engine = Engine::new(&engine::config(&limits, 1)).map_err(Gone::host)?;
    let code = engine
        .precompile_component(&bytes)
        .map_err(|error| Gone { of_host: false, complaint: format!("{error:#}") })?;
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&code).and_then(|()| stdout.flush()).map_err(text)
}

/// Takes away what the child must not have: memory and time beyond the limits, and core dumps.
fn confine(limits: &Limits) -> rustix::io::Result<()> {
    let exactly = |figure: u64| Rlimit { current: Some(figure), maximum: Some(figure) };
    setrlimit(Resource::As, exactly(limits.compile_memory_bytes))?;
    setrlimit(Resource::Cpu, exactly(limits.compile_cpu_seconds))?;
    setrlimit(Resource::Core, exactly(0))?;
    setrlimit(Resource::Fsize, exactly(0))
}
