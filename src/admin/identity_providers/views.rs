//! The operator's pages of the providers of identities.

use askama::Template;

use crate::admin::views::ConsoleFrame;
use crate::platform::web::page::Page;

/// A provider in the list.
#[derive(Debug, Clone)]
pub struct ProviderRow {
    /// Its identifier, as addresses have it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The name by which it signs.
    pub issuer: String,
    /// The names of its methods.
    pub methods: String,
    /// Whether it is offered.
    pub is_on: bool,
}

/// The providers.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/identity_providers.html")]
pub struct ProvidersPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The providers, the oldest first.
    pub rows: Vec<ProviderRow>,
}

/// One thing that was tried at a provider.
#[derive(Debug, Clone)]
pub struct TrialRow {
    /// The thing and its result, in the words of the command.
    pub text: String,
    /// Whether it is as it has to be.
    pub is_fine: bool,
}

/// A method of a provider.
#[derive(Debug, Clone)]
pub struct MethodRow {
    /// Its name.
    pub name: String,
    /// The value by which the provider knows it.
    pub value: String,
    /// The key of the words for its least worth.
    pub worth: &'static str,
}

/// One provider.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/identity_provider.html")]
pub struct ProviderPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// Its identifier, as addresses have it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// Whether it is offered.
    pub is_on: bool,
    /// Labels and texts: its kind, its issuer, the addresses to register there.
    pub facts: Vec<(String, String)>,
    /// Its methods.
    pub methods: Vec<MethodRow>,
    /// The results of a check, if it was just asked for.
    pub trials: Vec<TrialRow>,
}

/// The form of a new provider, or of one that is changed.
#[derive(Debug, Clone, Template)]
#[template(path = "admin/identity_provider_form.html")]
pub struct ProviderFormPage {
    /// The parts that every page has.
    pub page: Page,
    /// The frame of the console.
    pub frame: ConsoleFrame,
    /// The identifier and name of the one that is changed.
    pub changed: Option<(String, String)>,
    /// The settings, as JSON.
    pub settings: String,
    /// Every setting that does not hold, in the words of the command.
    pub mistakes: Vec<String>,
}
