//! 配置 (configuration): flags and environment variables, nothing hidden in files.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use yishi_edge::EdgeConfig;
use yishi_edge::cookies::SessionCookie;
use yishi_edge::origin::Hosts;
use yishi_edge::ratelimit::{Proxy, Rates};

/// What `yishi serve` is told.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// The data directory: one community or a whole city lives in it.
    #[arg(long, env = "YISHI_DATA")]
    pub data: PathBuf,
    /// Address and port to listen on.
    #[arg(long, env = "YISHI_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address people type, such as https://yishi.example.gov.cn. May be given more than once. Requests for any
    /// other host are refused. Without it, only loopback names are answered.
    #[arg(long = "public-url", env = "YISHI_PUBLIC_URL", value_delimiter = ',')]
    pub public_urls: Vec<String>,
    /// A proxy whose X-Forwarded-For is believed: an address or a network. May be given more than once.
    #[arg(long = "trusted-proxy", env = "YISHI_TRUSTED_PROXY", value_delimiter = ',')]
    pub trusted_proxies: Vec<Proxy>,
    /// Whether clients and accounts are limited in how often they may ask.
    #[arg(long, env = "YISHI_RATE_LIMITS", value_enum, default_value_t = Switch::On)]
    pub rate_limits: Switch,
    /// The most requests in work at once.
    #[arg(long, env = "YISHI_MAX_IN_FLIGHT", default_value_t = 1024, hide = true)]
    pub max_in_flight: usize,
    /// Run on a simulated clock that begins here (RFC 3339). Only for a data directory of its own.
    #[arg(long, env = "YISHI_SIMULATED_CLOCK")]
    pub simulated_clock: Option<Timestamp>,
    /// Write log lines as JSON.
    #[arg(long, env = "YISHI_LOG_JSON")]
    pub log_json: bool,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off: for load tests and demonstrations.
    Off,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an address like https://yishi.example.gov.cn")]
pub struct BadUrl(String);

impl ServeArgs {
    /// What the edge is told, once it is known which port was given.
    ///
    /// # Errors
    /// [`BadUrl`].
    pub fn edge(&self, bound: SocketAddr) -> Result<EdgeConfig, BadUrl> {
        let mut hosts = loopback_names(bound);
        let mut secure = !self.public_urls.is_empty();
        for url in &self.public_urls {
            let (host, https) = host_of(url).ok_or_else(|| BadUrl(url.clone()))?;
            hosts.push(host);
            secure &= https;
        }
        let mut edge = EdgeConfig::new(Hosts::new(hosts));
        edge.trusted_proxies.clone_from(&self.trusted_proxies);
        edge.max_in_flight = self.max_in_flight;
        edge.cookie = SessionCookie::new(secure);
        if self.rate_limits == Switch::Off {
            edge.rates = Rates::OFF;
        }
        Ok(edge)
    }
}

/// The names under which a browser on this machine reaches the port.
fn loopback_names(bound: SocketAddr) -> Vec<String> {
    let port = bound.port();
    let mut names = vec![format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")];
    let ip = bound.ip();
    if !ip.is_unspecified() && !ip.is_loopback() {
        names.push(match ip {
            IpAddr::V4(ip) => format!("{ip}:{port}"),
            IpAddr::V6(ip) => format!("[{ip}]:{port}"),
        });
    }
    if port == 80 {
        names.extend(["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned()]);
    }
    names
}

/// The host (with a port that is not the scheme's own) and whether it is https.
fn host_of(url: &str) -> Option<(String, bool)> {
    let (rest, https) = match url.strip_prefix("https://") {
        Some(rest) => (rest, true),
        None => (url.strip_prefix("http://")?, false),
    };
    let host = rest.strip_suffix('/').unwrap_or(rest);
    let host = host.strip_suffix(if https { ":443" } else { ":80" }).unwrap_or(host);
    let plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
    plain.then(|| (host.to_owned(), https))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_urls() {
        assert_eq!(host_of("https://a.example"), Some(("a.example".into(), true)));
        assert_eq!(host_of("https://a.example:443/"), Some(("a.example".into(), true)));
        assert_eq!(host_of("http://a.example:8080"), Some(("a.example:8080".into(), false)));
        for bad in ["a.example", "ftp://a", "https://", "https://a/b", "https://a@b"] {
            assert_eq!(host_of(bad), None, "{bad}");
        }
    }
}
