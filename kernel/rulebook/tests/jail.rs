//! The compile child: this program starts itself again as one.
//!
//! Without the usual test harness, because the child's standard output is machine code and nothing else.

use std::process::ExitCode;

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
    a_child_without_time_dies_alone();
    a_child_that_says_nonsense_is_not_believed();
    println!("jail: 4 passed");
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

fn a_child_without_room_dies_alone() {
    let refusal =
        load(&book(CHILD, |config| config.limits.compile_memory_bytes = 48 << 20)).expect_err("no room");
    assert_eq!(refusal.code, RefusalCode::CompileFailed, "{refusal}");
}

fn a_child_without_time_dies_alone() {
    let refusal = load(&book(SLEEPER, |config| config.limits.compile_wall_seconds = 1)).expect_err("no time");
    assert_eq!(refusal.code, RefusalCode::CompileFailed);
    assert!(refusal.detail.contains("longer than 1 second"), "{refusal}");
}

fn a_child_that_says_nonsense_is_not_believed() {
    let compiler = CompileMode::Child { program: "/bin/cat".into(), arguments: Vec::new() };
    let book = Rulebook::new(Config { compiler, ..Config::in_process() }).expect("the engine starts");
    assert_eq!(load(&book).expect_err("no code").code, RefusalCode::CompileFailed);
}
