//! 轮次 (turns): who waits for the rule host, in what order, and how many may.
//!
//! Three kinds of work, each with a line of its own. An *answer* to a step takes milliseconds; whoever finds no place waits
//! for one, without holding a thread. *Loading* a component that this process has not seen yet is done one at a time. A
//! *check* of a component (the shelf, a draft, a trial under other settings) takes seconds: one runs at a time, and the
//! line is short and fair. A place in it is had before the file is read from the network; when there is none, that is said
//! at once, so that what waits costs no more than a few files. The next turn goes to the town, and in it to the
//! community, that has waited longest since its last one: a town that uploads hundreds of files delays itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, MutexGuard as AsyncGuard, Semaphore, SemaphorePermit, oneshot};
use yishi_identity::CommunityId;

/// Answers at the same time. Each computes on one processor; more at once would only take turns there.
const ANSWERS: usize = 16;
/// Checks of one community in the line, the running one included.
const OF_COMMUNITY: usize = 2;
/// Checks of all communities of one town.
const OF_TOWN: usize = 4;
/// Checks of all.
const OF_ALL: usize = 16;

/// See the module's description.
#[derive(Debug)]
pub(crate) struct Turns {
    answers: Semaphore,
    loading: AsyncMutex<()>,
    checks: Arc<Mutex<Line>>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { answers: Semaphore::new(ANSWERS), loading: AsyncMutex::new(()), checks: Arc::default() }
    }
}

impl Turns {
    /// A place for one answer.
    pub(crate) async fn answering(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed; without it answers would only be less orderly.
        self.answers.acquire().await.ok()
    }

    /// The turn to load a component.
    pub(crate) async fn loading(&self) -> AsyncGuard<'_, ()> {
        self.loading.lock().await
    }

    /// A place in the line of checks, or whose line is full.
    pub(crate) fn check(&self, town: &str, community: CommunityId) -> Result<Place, Full> {
        let line = lock(&self.checks);
        let of =
            |matches: &dyn Fn(&Waiting) -> bool| line.places.iter().filter(|place| matches(place)).count();
        if of(&|place| place.community == community) >= OF_COMMUNITY {
            return Err(Full::Community);
        }
        if of(&|place| place.town == town) >= OF_TOWN {
            return Err(Full::Town);
        }
        if line.places.len() >= OF_ALL {
            return Err(Full::All);
        }
        drop(line);
        Ok(self.check_anyway(town, community))
    }

    /// A place in the line of checks, however long it is: for what a sitting waits for.
    pub(crate) fn check_anyway(&self, town: &str, community: CommunityId) -> Place {
        let mut line = lock(&self.checks);
        line.counter += 1;
        let number = line.counter;
        line.places.push(Waiting { number, town: town.to_owned(), community, state: State::Reading });
        Place { line: Arc::clone(&self.checks), number }
    }
}

/// Whose line is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The community's own.
    Community,
    /// That of its town.
    Town,
    /// That of everybody.
    All,
}

#[derive(Debug, Default)]
struct Line {
    counter: u64,
    places: Vec<Waiting>,
    /// When a town and a community had their last turn, by the number of the turn.
    turns: u64,
    of_town: BTreeMap<String, u64>,
    of_community: BTreeMap<CommunityId, u64>,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    town: String,
    community: CommunityId,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Its file is still being received.
    Reading,
    /// It can begin.
    Ready(oneshot::Sender<()>),
    /// It is under way.
    Running,
}

impl Line {
    /// Gives the turn to whoever is next, if nobody has it.
    fn call_next(&mut self) {
        while !self.places.iter().any(|place| matches!(place.state, State::Running)) {
            let last = |place: &Waiting| {
                let town = self.of_town.get(&place.town).copied().unwrap_or(0);
                let community = self.of_community.get(&place.community).copied().unwrap_or(0);
                (town, community, place.number)
            };
            let next =
                self.places.iter().enumerate().filter(|(_, place)| matches!(place.state, State::Ready(_)));
            let Some((index, _)) = next.min_by_key(|(_, place)| last(place)) else { return };
            let Some(place) = self.places.get_mut(index) else { return };
            let State::Ready(wake) = std::mem::replace(&mut place.state, State::Running) else { return };
            let (number, town, community) = (place.number, place.town.clone(), place.community);
            self.turns += 1;
            // Whoever no longer waits has lost its place; the turn goes on to the next.
            if wake.send(()).is_err() {
                self.places.retain(|place| place.number != number);
                continue;
            }
            self.of_town.insert(town, self.turns);
            self.of_community.insert(community, self.turns);
        }
    }
}

fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

/// 检查的位子 (a place in the line of checks). Dropping it gives it back, and the turn with it.
#[derive(Debug)]
pub struct Place {
    line: Arc<Mutex<Line>>,
    number: u64,
}

impl Place {
    /// Waits until it is this one's turn. The turn lasts as long as the place is held.
    pub(crate) async fn turn(&self) {
        let (wake, called) = oneshot::channel();
        {
            let mut line = lock(&self.line);
            if let Some(place) = line.places.iter_mut().find(|place| place.number == self.number) {
                place.state = State::Ready(wake);
            }
            line.call_next();
        }
        // The sender lives in the line as long as the place does.
        let _ = called.await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut line = lock(&self.line);
        line.places.retain(|place| place.number != self.number);
        line.call_next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn community(number: u128) -> CommunityId {
        CommunityId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn the_line_is_short_for_each_and_for_all() {
        let turns = Turns::default();
        let mut held: Vec<_> =
            (0..OF_COMMUNITY).map(|_| turns.check("a", community(1)).expect("a place")).collect();
        assert_eq!(turns.check("a", community(1)).err(), Some(Full::Community));
        held.extend((0..OF_TOWN - OF_COMMUNITY).map(|_| turns.check("a", community(2)).expect("a place")));
        assert_eq!(turns.check("a", community(3)).err(), Some(Full::Town));
        for number in 0..(OF_ALL - OF_TOWN) as u128 {
            held.push(turns.check(&format!("town {number}"), community(100 + number)).expect("a place"));
        }
        assert_eq!(turns.check("last", community(999)).err(), Some(Full::All));
        held.pop();
        assert!(turns.check("last", community(999)).is_ok(), "what is given back can be had");
    }

    /// Uploads of one town used to stand before everybody else's in one queue.
    #[tokio::test]
    async fn the_turn_goes_to_the_town_and_community_that_waited_longest() {
        let turns = Turns::default();
        let running = turns.check("a", community(1)).expect("a place");
        running.turn().await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        let waiting = [
            ("a", 1, "a1"),
            ("a", 2, "a2"),
            ("a", 2, "a2 again"),
            ("b", 3, "b3"),
            ("b", 4, "b4"),
            ("c", 5, "c5"),
        ];
        for (town, number, name) in waiting {
            let place = turns.check(town, community(number)).expect("a place");
            let order = Arc::clone(&order);
            tasks.push(tokio::spawn(async move {
                place.turn().await;
                order.lock().expect("nobody panics").push(name);
            }));
            tokio::task::yield_now().await;
        }
        assert!(order.lock().expect("nobody panics").is_empty(), "one at a time");
        drop(running);
        for task in tasks {
            task.await.expect("it ends");
        }
        let order = order.lock().expect("nobody panics").clone();
        assert_eq!(order, ["b3", "c5", "a2", "b4", "a1", "a2 again"]);
    }

    #[tokio::test]
    async fn whoever_goes_away_holds_nobody_up() {
        let turns = Turns::default();
        let first = turns.check("a", community(1)).expect("a place");
        first.turn().await;
        // Its file never arrives, and another stops waiting.
        let slow = turns.check("b", community(2)).expect("a place");
        let gone = turns.check("c", community(3)).expect("a place");
        let waiting = tokio::spawn(async move { gone.turn().await });
        tokio::task::yield_now().await;
        waiting.abort();
        let last = turns.check("d", community(4)).expect("a place");
        let called = tokio::spawn(async move { last.turn().await });
        tokio::task::yield_now().await;
        drop(first);
        called.await.expect("it is called");
        drop(slow);
    }
}
