//! Policies: how much proof an application wants (FLOWS.md 3).

mod store;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use store::{of_application, remove, set};

crate::identifier! {
    /// Identifies an application. It is named here, below the provider, because policies are kept
    /// per application.
    ApplicationId
}

/// How much proof an application wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// When a second factor is asked for.
    pub second_factor: SecondFactor,
}

impl Policy {
    /// What holds where nobody has decided: the strictest.
    pub const DEFAULT: Self = Self { second_factor: SecondFactor::Required };
}

/// When a second factor is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// At every new sign-in; who has none sets one up before going on.
    Required,
    /// When something is new: for now, a network or a browser.
    Adaptive,
    /// Of those who have set it up.
    Optional,
}

impl FromStr for SecondFactor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "required" => Ok(Self::Required),
            "adaptive" => Ok(Self::Adaptive),
            "optional" => Ok(Self::Optional),
            _ => Err("must be required, adaptive or optional"),
        }
    }
}
