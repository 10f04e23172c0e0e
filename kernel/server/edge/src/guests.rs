//! 来客 (who is connected): how many connections there may be, in all and from one address, and which one goes first
//! when room is short.
//!
//! A connection on which nothing is being asked is of no use to anybody; browsers keep a few of them, and floods consist of
//! them. So where room is short, one of those is closed, of the address that has the most connections; one that is being
//! answered is never closed for another.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::gate::Turn;
use crate::ratelimit::network;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// In all; further ones wait in the kernel's queue.
    pub all: usize,
    /// From one address (for IPv6, one /64), unless it is a trusted proxy.
    pub each: usize,
}

impl Default for ConnectionLimits {
    /// What the process may open, less what it needs itself, and at most 8192; a quarter of it for one address.
    fn default() -> Self {
        /// Files of the store, of the log, of rules being compiled.
        const OWN: u64 = 256;
        const MOST: u64 = 8192;
        let files =
            rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(MOST + OWN);
        let all = usize::try_from(files.saturating_sub(OWN).clamp(64, MOST)).unwrap_or(64);
        Self { all, each: (all / 4).max(16) }
    }
}

#[derive(Debug)]
pub(crate) struct Guest {
    id: u64,
    address: IpAddr,
    turn: Arc<Turn>,
    leave: Notify,
}

#[derive(Debug)]
pub(crate) struct Guests {
    limits: ConnectionLimits,
    inside: Mutex<Inside>,
    left: Notify,
}

#[derive(Debug, Default)]
struct Inside {
    next: u64,
    total: usize,
    by: BTreeMap<IpAddr, BTreeMap<u64, Arc<Guest>>>,
}

impl Guests {
    pub(crate) fn new(limits: ConnectionLimits) -> Arc<Self> {
        Arc::new(Self { limits, inside: Mutex::default(), left: Notify::new() })
    }

    /// Waits until there is room for one more, making it where somebody idles.
    pub(crate) async fn room(&self) {
        loop {
            let left = self.left.notified();
            {
                let mut inside = self.lock();
                if inside.total < self.limits.all || inside.send_one_away(None) {
                    return;
                }
            }
            left.await;
        }
    }

    /// Lets somebody in; none when their address has as many connections as one may have, all of them at work.
    pub(crate) fn enter(&self, address: IpAddr, proxy: bool, turn: Arc<Turn>) -> Option<Arc<Guest>> {
        let address = network(address);
        let mut inside = self.lock();
        let full = !proxy && inside.by.get(&address).is_some_and(|own| own.len() >= self.limits.each);
        if full && !inside.send_one_away(Some(address)) {
            return None;
        }
        let id = inside.next;
        inside.next += 1;
        let guest = Arc::new(Guest { id, address, turn, leave: Notify::new() });
        inside.add(&guest);
        Some(guest)
    }

    /// Resolves when the connection is to be closed for another.
    pub(crate) async fn sent_away(&self, guest: &Arc<Guest>) {
        loop {
            guest.leave.notified().await;
            if guest.turn.idle_for().is_some() {
                return;
            }
            // Something was asked in that very moment: it stays.
            self.lock().add(guest);
        }
    }

    pub(crate) fn leave(&self, guest: &Guest) {
        self.lock().remove(guest);
        self.left.notify_one();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn add(&mut self, guest: &Arc<Guest>) {
        if self.by.entry(guest.address).or_default().insert(guest.id, Arc::clone(guest)).is_none() {
            self.total += 1;
        }
    }

    fn remove(&mut self, guest: &Guest) {
        let Some(own) = self.by.get_mut(&guest.address) else { return };
        if own.remove(&guest.id).is_some() {
            self.total -= 1;
        }
        if own.is_empty() {
            self.by.remove(&guest.address);
        }
    }

    /// Sends away whoever has idled longest of an address, or of the one with the most connections.
    fn send_one_away(&mut self, address: Option<IpAddr>) -> bool {
        let mut addresses: Vec<_> = match address {
            Some(address) => self.by.get_key_value(&address).into_iter().collect(),
            None => self.by.iter().collect(),
        };
        addresses.sort_by_key(|(_, own)| std::cmp::Reverse(own.len()));
        let idle = addresses.into_iter().find_map(|(_, own)| {
            let idle = own.values().filter_map(|guest| Some((guest.turn.idle_for()?, guest)));
            idle.max_by_key(|(idle, _)| *idle).map(|(_, guest)| Arc::clone(guest))
        });
        match idle {
            Some(guest) => {
                self.remove(&guest);
                guest.leave.notify_one();
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn at_work() -> Arc<Turn> {
        let turn = Arc::new(Turn::default());
        turn.begin();
        turn
    }

    #[tokio::test]
    async fn one_address_makes_room_of_its_own() {
        let guests = Guests::new(ConnectionLimits { all: 10, each: 2 });
        let first = guests.enter(ip(1), false, Arc::default()).expect("room");
        let _second = guests.enter(ip(1), false, at_work()).expect("room");
        let _third = guests.enter(ip(1), false, at_work()).expect("the first one idles");
        guests.sent_away(&first).await;
        assert!(guests.enter(ip(1), false, Arc::default()).is_none(), "both are at work");
        assert!(guests.enter(ip(1), true, Arc::default()).is_some(), "a proxy speaks for many");
        assert!(guests.enter(ip(2), false, Arc::default()).is_some());
    }

    #[tokio::test]
    async fn the_address_with_the_most_connections_makes_room_for_others() {
        let guests = Guests::new(ConnectionLimits { all: 4, each: 4 });
        let flood: Vec<_> =
            (0..3).map(|_| guests.enter(ip(1), false, Arc::default()).expect("room")).collect();
        let other = guests.enter(ip(2), false, Arc::default()).expect("room");
        guests.room().await;
        guests.enter(ip(3), false, at_work()).expect("room");
        tokio::select! {
            () = guests.sent_away(&flood[0]) => {}
            () = guests.sent_away(&other) => panic!("the other idles as well, but has one connection only"),
        }
    }

    #[tokio::test]
    async fn nobody_at_work_is_closed_for_another() {
        let guests = Guests::new(ConnectionLimits { all: 1, each: 1 });
        let one = guests.enter(ip(1), false, at_work()).expect("room");
        let waiting = guests.room();
        tokio::pin!(waiting);
        assert!(tokio::time::timeout(std::time::Duration::from_millis(20), &mut waiting).await.is_err());
        guests.leave(&one);
        waiting.await;
    }
}
