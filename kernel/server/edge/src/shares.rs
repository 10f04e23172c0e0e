//! 份额 (shares): how much of something scarce one client may hold at once, so that nobody holds all of it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::ratelimit::network;

/// Something scarce: so much of it for everybody together, and so much for one client.
#[derive(Debug)]
pub struct Shares {
    held: Mutex<Held>,
    all: usize,
    each: usize,
}

#[derive(Debug, Default)]
struct Held {
    total: usize,
    by: BTreeMap<IpAddr, usize>,
}

/// A share that is held until it is dropped.
#[derive(Debug)]
pub struct Share {
    of: Arc<Shares>,
    client: IpAddr,
}

impl Shares {
    /// At most `all` for everybody together, `each` for one client (for IPv6, one /64).
    pub fn new(all: usize, each: usize) -> Arc<Self> {
        Arc::new(Self { held: Mutex::default(), all, each })
    }

    /// Takes a share; none when the client, or everybody together, holds all there is.
    pub fn take(self: &Arc<Self>, client: IpAddr) -> Option<Share> {
        let client = network(client);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = held.by.get(&client).copied().unwrap_or(0);
        if held.total >= self.all || mine >= self.each {
            return None;
        }
        held.total += 1;
        held.by.insert(client, mine + 1);
        Some(Share { of: Arc::clone(self), client })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.of.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.total = held.total.saturating_sub(1);
        match held.by.get_mut(&self.client) {
            Some(mine) if *mine > 1 => *mine -= 1,
            _ => drop(held.by.remove(&self.client)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_holds_all_of_it() {
        let shares = Shares::new(3, 2);
        let ip = |text: &str| text.parse::<IpAddr>().expect("the test wrote an address");
        let first = shares.take(ip("10.0.0.1")).expect("the first");
        let second = shares.take(ip("10.0.0.1")).expect("the second");
        assert!(shares.take(ip("10.0.0.1")).is_none(), "a third of one client");
        let other = shares.take(ip("2001:db8::1")).expect("another client");
        assert!(shares.take(ip("10.0.0.2")).is_none(), "all are held");
        drop(first);
        assert!(shares.take(ip("10.0.0.1")).is_some());
        drop((second, other));
        let _one = shares.take(ip("2001:db8::2")).expect("free again");
        let _two = shares.take(ip("2001:db8::3")).expect("free again");
        assert!(shares.take(ip("2001:db8::4")).is_none(), "one subscriber");
    }
}
