//! A server with a city and a town on it, in a folder of its own that goes away with it.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{City, Kernel, Options, Town, artifacts};

/// Where a test's story takes place.
#[derive(Debug)]
pub struct Stage {
    /// The server.
    pub kernel: Kernel,
    /// The city.
    pub city: City,
    /// Its one town.
    pub town: Town,
    _data: TempDir,
}

impl Stage {
    /// Starts a server whose clock begins at an instant (RFC 3339), and sets up a town.
    ///
    /// # Errors
    /// When the server has not been built or does not start.
    pub async fn open(clock: &str) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let kernel = Kernel::start(Options {
            binary: artifacts::server()?,
            data: data.path().join("data"),
            listen: "127.0.0.1:0".to_owned(),
            clock: Some(clock.to_owned()),
        })
        .await?;
        let city = City::of(&kernel).await?;
        let town = city.town("柳溪镇", "320582104", "liuxi").await?;
        Ok(Self { kernel, city, town, _data: data })
    }

    /// `kill -9` and a new start on the same data and address.
    ///
    /// # Errors
    /// When the server does not start again.
    pub async fn power_cut(self) -> anyhow::Result<Self> {
        Ok(Self { kernel: self.kernel.restart().await?, ..self })
    }
}

/// Settings of the test charter (`tests/plugins/plain-charter`).
#[must_use]
pub fn plain_settings(council_base: &str, posting_days: u16) -> Value {
    json!({
        "representative-quorum": {"numerator": 2, "denominator": 3},
        "council-base": council_base,
        "posting-days": posting_days,
        "breaks-on": "",
        "breaks-by": "trap",
    })
}
