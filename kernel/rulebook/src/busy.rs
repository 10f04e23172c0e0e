//! 处理器时间 (how much a thread or a child has computed), which does not pass while it waits for a processor.

use std::fs;
use std::time::Duration;

/// `USER_HZ`: what Linux counts processor time in towards programs, on every machine.
const TICKS_PER_SECOND: u64 = 100;

/// What the calling thread has computed so far; none where the machine does not say.
pub(crate) fn of_this_thread() -> Option<Duration> {
    read("/proc/thread-self/stat")
}

/// What a child has computed so far, all its threads together; none once it is gone.
pub(crate) fn of_child(pid: u32) -> Option<Duration> {
    read(&format!("/proc/{pid}/stat"))
}

fn read(path: &str) -> Option<Duration> {
    parse(&fs::read_to_string(path).ok()?)
}

/// User and system time: the 14th and 15th field. The second is a name in brackets that may hold anything.
fn parse(stat: &str) -> Option<Duration> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_millis((user + system) * 1000 / TICKS_PER_SECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_system_time_are_found_behind_any_name() {
        let stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20";
        assert_eq!(parse(stat), Some(Duration::from_millis(1750)));
        assert_eq!(parse("42 (x) S 1"), None);
        assert_eq!(parse(""), None);
    }

    #[test]
    fn a_thread_that_sleeps_computes_nothing() {
        let before = of_this_thread().expect("Linux says it");
        std::thread::sleep(Duration::from_millis(200));
        let slept = of_this_thread().expect("Linux says it").saturating_sub(before);
        assert!(slept < Duration::from_millis(100), "{slept:?}");
        assert!(of_child(std::process::id()).is_some());
        assert_eq!(of_child(u32::MAX), None);
    }
}
