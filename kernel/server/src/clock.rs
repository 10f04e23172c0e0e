//! 时钟与随机 (clock and randomness): the only two places where the kernel asks the machine.
//!
//! A simulated clock is for demonstrations and tests. A data directory that has run on one is marked for good:
//! it never starts on the real clock again, and one that holds real records never starts on a simulated clock.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use yishi_app::{Behind, Clock, Entropy};

/// The file that marks a data directory.
const MARK: &str = "simulated-clock";
/// How far the clock may have run on since it was last written down (the jobs do so every few seconds). A restart
/// begins after that, so that no entry is ever older than one before it.
const UNWRITTEN: SignedDuration = SignedDuration::from_secs(10);

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one clock everything else is handed")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// How far a clock may be set back without anything being refused: time stands still until it has caught up. Machines
/// that ask a time server are set right by fractions of a second.
const STILL: SignedDuration = SignedDuration::from_secs(5);

/// 不倒退的时钟 (a clock that does not run back). Where the machine's clock is set back, the time stays where it was:
/// sessions do not come to life again, closed ballots do not open, and nothing is written until the machine's clock has
/// caught up, since an entry cannot be older than the one before it.
pub struct SteadyClock {
    machine: Arc<dyn Clock>,
    reached: Mutex<Timestamp>,
}

impl SteadyClock {
    /// A clock over the machine's, no earlier than what the records have reached.
    pub fn new(machine: Arc<dyn Clock>, reached: Option<Timestamp>) -> Self {
        let reached = Mutex::new(reached.unwrap_or(Timestamp::UNIX_EPOCH));
        Self { machine, reached }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        *reached = self.machine.now().max(*reached);
        *reached
    }

    fn behind(&self) -> Option<Behind> {
        let reached = *self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = self.machine.now();
        (reached.duration_since(shown) > STILL).then_some(Behind { shown, reached })
    }
}

/// The machine's randomness.
#[derive(Debug, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // A kernel that cannot give randomness cannot be trusted with anything else either: stop.
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// Why a clock could not be set up or set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClockError {
    /// The directory ran on a simulated clock before.
    #[error("this data directory runs on a simulated clock; start it with --simulated-clock")]
    Marked,
    /// The directory holds records of real time.
    #[error("this data directory holds records of real time; a simulated clock needs a directory of its own")]
    Real,
    /// Time does not go back.
    #[error("the clock stands at {now}; it can only be set forward")]
    Backward {
        /// Where it stands.
        now: Timestamp,
    },
    /// The mark could not be read or written.
    #[error("the clock file could not be used")]
    Io(#[from] std::io::Error),
    /// The mark is not what was written there.
    #[error("the clock file is damaged")]
    Damaged,
}

/// A clock that can be set forward, and runs on from there.
#[derive(Debug)]
pub struct SimulatedClock {
    file: PathBuf,
    /// How far it is ahead of (or behind) the machine's clock.
    offset: Mutex<SignedDuration>,
    /// One writer of the file at a time: the jobs write it every few seconds, and so does whoever sets the clock.
    writing: Mutex<()>,
}

impl SimulatedClock {
    /// Starts at `start`, or where the directory's clock was left, whichever is later.
    ///
    /// # Errors
    /// See [`ClockError`].
    pub fn open(data: &Path, start: Timestamp) -> Result<Self, ClockError> {
        let file = data.join(MARK);
        let real = SystemClock.now();
        let mut offset = start.duration_since(real);
        match std::fs::read_to_string(&file) {
            Ok(text) => {
                let left: Timestamp = text.trim().parse().map_err(|_| ClockError::Damaged)?;
                offset = offset.max((left + UNWRITTEN).duration_since(real));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if holds_records(data) {
                    return Err(ClockError::Real);
                }
            }
            Err(error) => return Err(error.into()),
        }
        let clock = Self { file, offset: Mutex::new(offset), writing: Mutex::new(()) };
        match clock.mark() {
            // A directory that is marked already is marked; on a full disk what is stored can still be read.
            Err(ClockError::Io(error))
                if error.kind() == std::io::ErrorKind::StorageFull && clock.file.exists() => {}
            marked => marked?,
        }
        Ok(clock)
    }

    /// Sets it forward.
    ///
    /// # Errors
    /// [`ClockError::Backward`]; or when the mark cannot be written.
    pub fn set(&self, to: Timestamp) -> Result<(), ClockError> {
        {
            let mut offset = self.offset.lock().unwrap_or_else(PoisonError::into_inner);
            let real = SystemClock.now();
            let now = real + *offset;
            if to < now {
                return Err(ClockError::Backward { now });
            }
            *offset = to.duration_since(real);
        }
        self.mark()
    }

    /// Writes down where it stands, so that a restart does not go back.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn mark(&self) -> Result<(), ClockError> {
        // Held until the file is in its place: two writers would rename each other's file away, and the time that was
        // read first could be written last.
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let beside = self.file.with_extension("new");
        let mut file = std::fs::File::create(&beside)?;
        writeln!(file, "{}", self.now())?;
        file.sync_all()?;
        std::fs::rename(&beside, &self.file)?;
        Ok(())
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + *self.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses the real clock for a marked directory.
///
/// # Errors
/// [`ClockError::Marked`].
pub fn check_real(data: &Path) -> Result<(), ClockError> {
    if data.join(MARK).exists() { Err(ClockError::Marked) } else { Ok(()) }
}

/// Whether a store was ever opened here. Keys alone are no records.
fn holds_records(data: &Path) -> bool {
    data.join(crate::boot::STORE).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("the test wrote an instant")
    }

    /// A machine's clock that the test sets.
    struct Set(Mutex<Timestamp>);

    impl Clock for Set {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    /// The machine's clock was set back 400 days and entries were written out of the order of time, without a word.
    #[test]
    fn a_clock_set_back_stands_still_and_says_so() {
        let noon = at("2026-03-01T04:00:00Z");
        let machine = Arc::new(Set(Mutex::new(noon)));
        let set = |to: Timestamp| *machine.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
        let clock = SteadyClock::new(Arc::clone(&machine) as Arc<dyn Clock>, None);
        assert_eq!((clock.now(), clock.behind()), (noon, None));
        set(noon - SignedDuration::from_secs(4));
        assert_eq!((clock.now(), clock.behind()), (noon, None), "a small step is waited out");
        let long_ago = noon - SignedDuration::from_hours(400 * 24);
        set(long_ago);
        assert_eq!(clock.now(), noon);
        assert_eq!(clock.behind(), Some(Behind { shown: long_ago, reached: noon }));
        set(noon + SignedDuration::from_secs(1));
        assert_eq!((clock.now(), clock.behind()), (noon + SignedDuration::from_secs(1), None));
        set(long_ago);
        let again = SteadyClock::new(machine, Some(noon));
        assert_eq!(again.behind(), Some(Behind { shown: long_ago, reached: noon }), "also after a restart");
    }

    #[test]
    fn a_simulated_clock_only_goes_forward_and_survives_a_restart() {
        let data = tempfile::tempdir().expect("a directory");
        let start = at("2026-03-01T01:00:00Z");
        let clock = SimulatedClock::open(data.path(), start).expect("a new directory");
        assert!(clock.now() >= start && clock.now() < start + SignedDuration::from_secs(60));
        assert!(matches!(check_real(data.path()), Err(ClockError::Marked)));
        let later = at("2026-03-09T01:00:00Z");
        clock.set(later).expect("forward");
        assert!(matches!(clock.set(start), Err(ClockError::Backward { .. })));
        let again = SimulatedClock::open(data.path(), start).expect("it is marked");
        assert!(again.now() >= later);
    }

    /// The jobs wrote the file beside an operator who set the clock, and one of the two found it renamed away: setting
    /// the clock answered 500 although it was set.
    #[test]
    fn the_clock_is_set_and_written_down_at_the_same_time() {
        let data = tempfile::tempdir().expect("a directory");
        let start = at("2026-03-01T01:00:00Z");
        let clock = SimulatedClock::open(data.path(), start).expect("a new directory");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..50).for_each(|_| clock.mark().expect("written down")));
            }
            for day in 2..=28 {
                clock.set(at(&format!("2026-03-{day:02}T01:00:00Z"))).expect("set forward");
            }
        });
        let again = SimulatedClock::open(data.path(), start).expect("it is marked");
        assert!(again.now() >= at("2026-03-28T01:00:00Z"), "what is written last is the latest");
    }

    #[test]
    fn a_directory_with_real_records_stays_real() {
        let data = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(data.path().join(crate::boot::STORE)).expect("a store");
        assert!(check_real(data.path()).is_ok());
        let refused = SimulatedClock::open(data.path(), at("2026-03-01T01:00:00Z"));
        assert!(matches!(refused, Err(ClockError::Real)));
    }
}
