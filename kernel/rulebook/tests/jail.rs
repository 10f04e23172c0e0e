//! The compile child: this program starts itself again as one.
//!
//! Without the usual test harness, because the child's standard output is machine code and nothing else.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use yishi_bad_plugins::Forge;
use yishi_rulebook::{CompileMode, Config, PluginRefusal, RefusalCode, Rulebook, compile_child_main};

const CHILD: &str = "compile-component";
const SLEEPER: &str = "sleep";

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some(CHILD) => return compile_child_main(),
        Some(SLEEPER) => {
            std::thread::sleep(std::time::Duration::from_secs(600));
            return ExitCode::SUCCESS;
        }
        // `cargo test` passes its own arguments; a list of tests is all they can ask for here.
        Some("--list") => return ExitCode::SUCCESS,
        _ => {}
    }
    a_component_is_compiled_in_a_child();
    a_child_without_room_dies_alone();
    a_child_that_does_nothing_is_given_up_and_the_component_is_not_blamed();
    a_child_on_a_busy_machine_takes_longer_and_ends_the_same();
    a_child_without_processor_time_dies_alone();
    a_child_that_says_nonsense_is_not_believed();
    without_file_handles_the_host_is_at_fault();
    println!("jail: 7 passed");
    ExitCode::SUCCESS
}

fn book(mode: &str, change: impl FnOnce(&mut Config)) -> Rulebook {
    let program = std::env::current_exe().expect("this program has a path");
    let compiler = CompileMode::Child { program, arguments: vec![mode.into()] };
    let mut config = Config { compiler, ..Config::in_process() };
    change(&mut config);
    Rulebook::new(config).expect("the engine starts")
}

fn load(book: &Rulebook) -> Result<(), PluginRefusal> {
    book.load(&Forge::new("charter").build()).map(drop)
}

fn a_component_is_compiled_in_a_child() {
    load(&book(CHILD, |_| ())).expect("compiled");
}

/// So little that not even the compiler itself can start: the component is not blamed for it.
fn a_child_without_room_dies_alone() {
    let refusal =
        load(&book(CHILD, |config| config.limits.compile_memory_bytes = 48 << 20)).expect_err("no room");
    assert_eq!(refusal.code, RefusalCode::Unavailable, "{refusal}");
    assert!(refusal.detail.contains("memory"), "{refusal}");
}

fn a_child_that_does_nothing_is_given_up_and_the_component_is_not_blamed() {
    let refusal =
        load(&book(SLEEPER, |config| config.limits.compile_stuck_seconds = 1)).expect_err("no code");
    assert_eq!(refusal.code, RefusalCode::Unavailable, "{refusal}");
    assert!(refusal.detail.contains("no processor time for 1 second"), "{refusal}");
}

/// The clock on the wall used to kill it: a busy machine made good components fail to compile.
fn a_child_on_a_busy_machine_takes_longer_and_ends_the_same() {
    let done = AtomicBool::new(false);
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..processors * 8 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let loaded = load(&book(CHILD, |config| config.limits.compile_stuck_seconds = 1));
        done.store(true, Ordering::Relaxed);
        loaded.expect("compiled");
    });
}

fn a_child_without_processor_time_dies_alone() {
    // Many branches over many locals: little to send, much to compile.
    let step = |n: usize| {
        let [a, b, c, d] = [n % 97, n * 7 % 97, n * 31 % 97, n * 61 % 97];
        format!("(if (local.get {a}) (then (local.set {b} (i32.add (local.get {c}) (local.get {d})))))")
    };
    let much: String = (0..4_000).map(step).collect();
    let functions = format!("(func (local {}) {much})", "i32 ".repeat(97)).repeat(30);
    let slow = Forge::new("charter").items(&functions).build();
    let book = book(CHILD, |config| config.limits.compile_cpu_seconds = 1);
    let refusal = book.load(&slow).map(drop).expect_err("too slow");
    assert_eq!(refusal.code, RefusalCode::CompileFailed, "{refusal}");
    assert!(refusal.detail.contains("1 seconds of processor time"), "{refusal}");
}

/// It used to be told as a refusal of the rule.
fn without_file_handles_the_host_is_at_fault() {
    let book = book(CHILD, |_| ());
    let before = getrlimit(Resource::Nofile);
    let open = std::fs::read_dir("/proc/self/fd").expect("Linux says it").count() as u64;
    setrlimit(Resource::Nofile, Rlimit { current: Some(open), ..before }).expect("it can be lowered");
    let refusal = load(&book);
    setrlimit(Resource::Nofile, before).expect("it can be put back");
    let refusal = refusal.expect_err("no pipe can be made");
    assert_eq!(refusal.code, RefusalCode::Unavailable, "{refusal}");
    load(&book).expect("and with handles it is taken");
}

fn a_child_that_says_nonsense_is_not_believed() {
    let compiler = CompileMode::Child { program: "/bin/cat".into(), arguments: Vec::new() };
    let book = Rulebook::new(Config { compiler, ..Config::in_process() }).expect("the engine starts");
    assert_eq!(load(&book).expect_err("no code").code, RefusalCode::CompileFailed);
}
