//! 限流 (rate limits), per client and per account, and who the client is.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use axum::http::HeaderMap;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;

use crate::codes;
use crate::problem::Problem;

/// A steady rate with a burst on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many in ten seconds, for ever.
    pub per_ten_seconds: u32,
    /// How many at once.
    pub burst: u32,
}

/// The limits in force; `None` is no limit.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    pub reads: Option<Rate>,
    pub writes: Option<Rate>,
    /// Sign-ins per client. A village behind one address signs in together on a voting night.
    pub sign_ins: Option<Rate>,
    pub account_writes: Option<Rate>,
    /// Sign-ins tried per account: wide, so that no stranger can lock an owner out.
    pub account_sign_ins: Option<Rate>,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            reads: Some(Rate { per_ten_seconds: 1000, burst: 1000 }),
            writes: Some(Rate { per_ten_seconds: 500, burst: 500 }),
            sign_ins: Some(Rate { per_ten_seconds: 5, burst: 30 }),
            account_writes: Some(Rate { per_ten_seconds: 200, burst: 300 }),
            account_sign_ins: Some(Rate { per_ten_seconds: 5, burst: 1800 }),
        }
    }
}

impl Rates {
    /// No limit at all, for load tests and demonstrations.
    pub const OFF: Self =
        Self { reads: None, writes: None, sign_ins: None, account_writes: None, account_sign_ins: None };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Read,
    Write,
    SignIn,
}

pub struct RateLimits {
    clients: Counters<IpAddr>,
    accounts: Counters<u128>,
}

impl RateLimits {
    pub fn new(rates: Rates) -> Self {
        Self {
            clients: Counters::new([rates.reads, rates.writes, rates.sign_ins]),
            accounts: Counters::new([None, rates.account_writes, rates.account_sign_ins]),
        }
    }

    /// Counts a request of a client.
    ///
    /// # Errors
    /// 429 with Retry-After.
    pub fn client(&self, kind: Kind, client: IpAddr) -> Result<(), Problem> {
        self.clients.count(kind, &network(client))
    }

    /// Counts a write of an account, or a try to sign in as one (`account` may be a hash of the name).
    ///
    /// # Errors
    /// 429 with Retry-After.
    pub fn account(&self, kind: Kind, account: u128) -> Result<(), Problem> {
        self.accounts.count(kind, &account)
    }

    /// Forgets clients that have been quiet; called now and then.
    pub fn tidy(&self) {
        self.clients.tidy();
        self.accounts.tidy();
    }
}

/// One counter for each [`Kind`].
struct Counters<K: Hash + Eq + Clone>([Option<DefaultKeyedRateLimiter<K>>; 3]);

impl<K: Hash + Eq + Clone> Counters<K> {
    fn new(rates: [Option<Rate>; 3]) -> Self {
        Self(rates.map(|rate| {
            let rate = rate?;
            let one = NonZeroU32::MIN;
            let period = Duration::from_secs(10) / NonZeroU32::new(rate.per_ten_seconds).unwrap_or(one).get();
            let quota = Quota::with_period(period)?.allow_burst(NonZeroU32::new(rate.burst).unwrap_or(one));
            Some(RateLimiter::keyed(quota))
        }))
    }

    fn count(&self, kind: Kind, key: &K) -> Result<(), Problem> {
        let [reads, writes, sign_ins] = &self.0;
        let counter = match kind {
            Kind::Read => reads,
            Kind::Write => writes,
            Kind::SignIn => sign_ins,
        };
        let Some(counter) = counter else { return Ok(()) };
        counter.check_key(key).map_err(|early| {
            let wait = early.wait_time_from(DefaultClock::default().now());
            // Rounded up: coming back a moment early would be refused again.
            Problem::new(&codes::RATE_LIMITED).retry_after(wait.as_secs() + 1)
        })
    }

    fn tidy(&self) {
        self.0.iter().flatten().for_each(RateLimiter::retain_recent);
    }
}

/// An IPv6 client is its /64, which is what one subscriber gets.
pub(crate) fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

/// 可信代理 (a trusted proxy): an address or a network such as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proxy(IpNet);

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an address or a network like `10.0.0.0/8`")]
pub struct ProxyError(String);

impl FromStr for Proxy {
    type Err = ProxyError;

    fn from_str(text: &str) -> Result<Self, ProxyError> {
        let net = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        net.map(Self).map_err(|_| ProxyError(text.to_owned()))
    }
}

/// Whether an address is one of these proxies.
pub(crate) fn is_trusted(address: IpAddr, trusted: &[Proxy]) -> bool {
    let address = address.to_canonical();
    trusted.iter().any(|Proxy(net)| net.contains(&address))
}

/// Who sent a request: the peer, or, where the peer is a trusted proxy, the right-most address in
/// `X-Forwarded-For` that is not one. What stands further left is the client's own invention.
pub fn client_of(peer: IpAddr, headers: &HeaderMap, trusted: &[Proxy]) -> IpAddr {
    let is_trusted = |address: IpAddr| is_trusted(address, trusted);
    let mut client = peer.to_canonical();
    if trusted.is_empty() || !is_trusted(client) {
        return client;
    }
    let hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(str::trim)
        .collect();
    for hop in hops.into_iter().rev() {
        // An unreadable hop was not written by a trusted proxy: the last one known stands for it.
        let Ok(address) = hop.parse::<IpAddr>() else { return client };
        client = address.to_canonical();
        if !is_trusted(client) {
            return client;
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn forwarded(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        headers
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("the test wrote an address")
    }

    #[test]
    fn the_client_is_the_rightmost_untrusted_hop() {
        let trusted: Vec<Proxy> =
            ["127.0.0.1", "10.0.0.0/8", "fd00::/8"].iter().map(|t| t.parse().expect("a network")).collect();
        for (peer, hops, client) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("127.0.0.1", &[][..], "127.0.0.1"),
            ("127.0.0.1", &["6.6.6.6, 198.51.100.1"][..], "198.51.100.1"),
            ("127.0.0.1", &["6.6.6.6, 198.51.100.1, 10.1.2.3"][..], "198.51.100.1"),
            ("127.0.0.1", &["6.6.6.6", "198.51.100.1"][..], "198.51.100.1"),
            ("127.0.0.1", &["198.51.100.1, rubbish"][..], "127.0.0.1"),
            ("::ffff:127.0.0.1", &["198.51.100.1"][..], "198.51.100.1"),
        ] {
            assert_eq!(client_of(ip(peer), &forwarded(hops), &trusted), ip(client), "{peer} {hops:?}");
        }
        assert_eq!(client_of(ip("127.0.0.1"), &forwarded(&["1.2.3.4"]), &[]), ip("127.0.0.1"));
        assert!("10.0.0.0/33".parse::<Proxy>().is_err());
        assert!(is_trusted(ip("8.8.8.8"), &["0.0.0.0/0".parse().expect("a network")]));
    }

    #[test]
    fn a_client_over_its_limit_is_told_when_to_come_back() {
        let limits =
            RateLimits::new(Rates { writes: Some(Rate { per_ten_seconds: 1, burst: 2 }), ..Rates::OFF });
        let client = ip("2001:db8::1");
        assert!(limits.client(Kind::Write, client).is_ok());
        assert!(limits.client(Kind::Write, ip("2001:db8::2")).is_ok(), "the same subscriber");
        let refused = limits.client(Kind::Write, client).expect_err("the burst is used up");
        assert_eq!(refused.status().as_u16(), 429);
        assert!(limits.client(Kind::Write, ip("2001:db8:0:1::1")).is_ok(), "another subscriber");
        assert!(limits.client(Kind::Read, client).is_ok(), "another kind");
    }
}
