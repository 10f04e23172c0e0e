//! Running cargo so that whoever waits sees that something happens.

use std::env;
use std::io::{BufRead as _, BufReader, IsTerminal as _};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How often a build that draws no progress bar says how far it is.
const EVERY: Duration = Duration::from_secs(10);
/// What cargo says while it works; everything else it says is passed on.
const PROGRESS: [&str; 9] = [
    "Compiling",
    "Checking",
    "Downloading",
    "Downloaded",
    "Updating",
    "Locking",
    "Adding",
    "Blocking",
    "Finished",
];

/// Runs cargo, the one this was started by, and wants it to end well.
///
/// In a terminal cargo draws its own progress. Elsewhere (a log, CI) a line every ten seconds counts the crates.
pub(crate) fn cargo(what: &str, arguments: &[&str]) -> Result<(), String> {
    let begun = now();
    eprintln!("==> {what}");
    let program = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(&program);
    command.args(arguments).stdin(Stdio::null());
    let drawn = std::io::stderr().is_terminal();
    command.stderr(if drawn { Stdio::inherit() } else { Stdio::piped() });
    let mut child = command.spawn().map_err(|error| format!("`{program}` cannot be started: {error}"))?;
    if let Some(said) = child.stderr.take() {
        let (send, lines) = mpsc::channel();
        // Ends with cargo, whose end of the pipe it reads.
        thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        follow(&lines, begun);
    }
    let status = child.wait().map_err(|error| format!("`{program}` was lost: {error}"))?;
    if !status.success() {
        return Err(format!("`cargo {}` ended with {status}", arguments.join(" ")));
    }
    eprintln!("    {what} done in {} s", begun.elapsed().as_secs());
    Ok(())
}

/// Passes on what cargo says, but for its progress, of which it gives an account every ten seconds.
fn follow(lines: &mpsc::Receiver<String>, begun: Instant) {
    let (mut crates, mut last, mut due) = (0_u32, String::new(), begun + EVERY);
    loop {
        match lines.recv_timeout(due.saturating_duration_since(now())) {
            Ok(line) => match progress(&line) {
                Some(("Compiling" | "Checking", name)) => {
                    crates += 1;
                    name.clone_into(&mut last);
                }
                Some((word, name)) => last = format!("{} {name}", word.to_lowercase()),
                None => eprintln!("{line}"),
            },
            Err(RecvTimeoutError::Timeout) => {
                eprintln!("    {} s, {crates} crates so far ({last})", begun.elapsed().as_secs());
                due = now() + EVERY;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// The word and the name of a line of progress: `   Compiling serde v1.0.229`.
fn progress(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace();
    let word = words.next().filter(|word| line.starts_with(' ') && PROGRESS.contains(word))?;
    Some((word, words.next().unwrap_or_default()))
}

/// Sees to it that the toolchain can format and lint; a minimal one cannot.
pub(crate) fn fetch_components() -> Result<(), String> {
    let missing: Vec<&str> = [("rustfmt", "fmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(_, command)| !quiet("cargo", &[command, "--version"]))
        .map(|(component, _)| component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut arguments = vec!["component", "add"];
    arguments.extend(&missing);
    let wanted = format!("rustup {}", arguments.join(" "));
    eprintln!("    {wanted}: what is tested is formatted and linted first");
    if quiet("rustup", &arguments) {
        return Ok(());
    }
    Err(format!(
        "the toolchain has no {}, and `{wanted}` did not bring it (no rustup, or no network)",
        missing.join(" and ")
    ))
}

fn quiet(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a build takes is told to the person who waits for it"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::progress;

    #[test]
    fn progress_is_told_from_what_must_be_read() {
        assert_eq!(progress("   Compiling serde v1.0.229"), Some(("Compiling", "serde")));
        assert_eq!(progress("    Finished `dev` profile"), Some(("Finished", "`dev`")));
        assert_eq!(progress("error[E0308]: mismatched types"), None);
        assert_eq!(progress("Compiling is what this line is about"), None);
        assert_eq!(progress(""), None);
    }
}
