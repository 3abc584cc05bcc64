//! Questions to DNS: the texts at a name. Answers are bounded in time and number, and kept nowhere. They are as good as the
//! resolver that gives them: one on this machine or in its network, which validates (DNSSEC), cannot be lied to from outside.

use std::fmt;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;

/// The longest time for one try of one resolver.
const TRY: Duration = Duration::from_secs(2);
/// The longest time for a question.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most texts that are read.
const MOST_TEXTS: usize = 50;

/// The reason why DNS did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DnsFault(String);

impl fmt::Display for DnsFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DNS does not answer: {}", self.0)
    }
}

/// The resolvers of the operator, or those of the system.
pub struct Dns {
    resolvers: Vec<SocketAddr>,
    /// Made when first used, because it reads the files of the system.
    client: OnceLock<Result<TokioResolver, String>>,
}

impl Dns {
    /// Questions to these resolvers; to those of the system where there are none.
    pub(crate) fn new(resolvers: &[SocketAddr]) -> Self {
        Self { resolvers: resolvers.to_vec(), client: OnceLock::new() }
    }

    /// The texts at a name (RFC 1035 §3.3.14), the parts of each joined; none where DNS says that there are none.
    ///
    /// # Errors
    /// No resolver answers in time, or each says that it cannot.
    pub(crate) async fn texts(&self, name: &str) -> Result<Vec<String>, DnsFault> {
        let client = self.client.get_or_init(|| self.client()).as_ref().map_err(|cause| DnsFault(cause.clone()))?;
        // The dot at the end: no domain of this machine is added.
        let asked = client.txt_lookup(format!("{name}."));
        let found = match tokio::time::timeout(PATIENCE, asked).await {
            Err(_) => return Err(DnsFault("it took too long".to_owned())),
            Ok(Err(error)) if error.is_no_records_found() => return Ok(Vec::new()),
            Ok(Err(error)) => return Err(DnsFault(error.to_string())),
            Ok(Ok(found)) => found,
        };
        let text = |data: &RData| match data {
            RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
            _ => None,
        };
        Ok(found.answers().iter().filter_map(|record| text(&record.data)).take(MOST_TEXTS).collect())
    }

    fn client(&self) -> Result<TokioResolver, String> {
        let mut builder = if self.resolvers.is_empty() {
            TokioResolver::builder_tokio().map_err(|error| error.to_string())?
        } else {
            let servers = self.resolvers.iter().map(|address| {
                let mut server = NameServerConfig::udp_and_tcp(address.ip());
                for connection in &mut server.connections {
                    connection.port = address.port();
                }
                server
            });
            let config = ResolverConfig::from_name_servers(servers.collect());
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        let options = builder.options_mut();
        options.timeout = TRY;
        options.attempts = 1;
        // A record that was just set, or removed, is seen.
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        builder.build().map_err(|error| error.to_string())
    }
}
