//! Compiled code on disk: used when untouched, ignored when not.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use yishi_bad_plugins::Forge;
use yishi_rulebook::{CompileMode, Config, RefusalCode, Rulebook, RulebookError};

use crate::world::config;

/// Compiling is impossible here, so whatever loads came from the cache.
fn cannot_compile(directory: &Path, key: u8) -> Rulebook {
    let compiler = CompileMode::Child { program: "/nonexistent/compiler".into(), arguments: Vec::new() };
    Rulebook::new(Config { cache_dir: Some(directory.to_owned()), mac_key: [key; 32], compiler, ..config() })
        .expect("the engine starts")
}

fn can_compile(directory: &Path, key: u8) -> Rulebook {
    Rulebook::new(Config { cache_dir: Some(directory.to_owned()), mac_key: [key; 32], ..config() })
        .expect("the engine starts")
}

fn the_file(directory: &Path) -> PathBuf {
    let files: Vec<_> =
        fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

fn component() -> Vec<u8> {
    Forge::new("village-regulation").build()
}

#[test]
fn code_is_compiled_once_and_believed_only_untouched() {
    let room = tempfile::tempdir().expect("a directory");
    let cache = room.path().join("cache");
    can_compile(&cache, 7).load(&component()).expect("compiles");
    let file = the_file(&cache);
    assert_eq!(fs::metadata(&file).expect("meta").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&cache).expect("meta").permissions().mode() & 0o777, 0o700);
    cannot_compile(&cache, 7).load(&component()).expect("comes from the cache");

    let good = fs::read(&file).expect("readable");
    let ignored = |why: &str| {
        let refusal = cannot_compile(&cache, 7).load(&component()).expect_err(why);
        assert_eq!(
            refusal.code,
            RefusalCode::Unavailable,
            "{why}: it went to the compiler, not to the cache"
        );
    };
    // Wasmtime itself accepts most of these flips.
    for at in (0..good.len()).step_by(good.len() / 23) {
        let mut flipped = good.clone();
        flipped[at] ^= 1;
        fs::write(&file, &flipped).expect("writable");
        ignored(&format!("a flipped bit in byte {at}"));
    }
    fs::write(&file, &good[..good.len() - 1]).expect("writable");
    ignored("cut off");
    fs::write(&file, b"").expect("writable");
    ignored("empty");

    fs::write(&file, &good).expect("writable");
    fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).expect("permissions");
    ignored("readable by others");
    fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("permissions");
    cannot_compile(&cache, 7).load(&component()).expect("whole again");

    let refusal = cannot_compile(&cache, 8).load(&component()).expect_err("another key");
    assert_eq!(refusal.code, RefusalCode::Unavailable);

    let elsewhere = room.path().join("elsewhere");
    fs::rename(&file, &elsewhere).expect("movable");
    symlink(&elsewhere, &file).expect("a link");
    ignored("a link");
    fs::remove_file(&file).expect("removable");

    // Another component's code under this one's name.
    let other = Forge::new("charter").build();
    fs::remove_dir_all(&cache).expect("removable");
    can_compile(&cache, 7).load(&other).expect("compiles");
    fs::rename(the_file(&cache), &file).expect("movable");
    ignored("another component's code");

    can_compile(&cache, 7).load(&component()).expect("compiled anew");
    cannot_compile(&cache, 7).load(&component()).expect("and kept");
}

#[test]
fn a_directory_others_can_write_to_is_refused() {
    let room = tempfile::tempdir().expect("a directory");
    let cache = room.path().join("cache");
    fs::create_dir(&cache).expect("a directory");
    fs::set_permissions(&cache, PermissionsExt::from_mode(0o777)).expect("permissions");
    let refused = Rulebook::new(Config { cache_dir: Some(cache), ..config() }).err().expect("refused");
    assert!(matches!(&refused, RulebookError::Cache { reason, .. } if reason.contains("777")), "{refused}");
}

#[test]
fn code_for_other_limits_is_other_code() {
    let room = tempfile::tempdir().expect("a directory");
    let cache = room.path().join("cache");
    can_compile(&cache, 7).load(&component()).expect("compiles");
    let mut other = config();
    other.limits.stack_bytes /= 2;
    other.limits.small.memory_bytes = 8 << 20;
    other.limits.standard.memory_bytes = 16 << 20;
    other.cache_dir = Some(cache.clone());
    other.mac_key = [7; 32];
    Rulebook::new(other).expect("the engine starts").load(&component()).expect("compiles");
    assert_eq!(fs::read_dir(&cache).expect("a directory").count(), 2);
}
