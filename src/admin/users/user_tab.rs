//! The tabs of a user.

/// The tabs of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserTab {
    /// Name, email, roles and state.
    BasicData,
    /// The phone for codes and the language of messages.
    Communication,
    /// The rights in applications.
    AccessRights,
    /// The factors and the sessions.
    SignIn,
    /// The events in this company.
    History,
}

impl UserTab {
    /// Every tab, in order.
    pub(crate) const ALL: [Self; 5] =
        [Self::BasicData, Self::Communication, Self::AccessRights, Self::SignIn, Self::History];

    /// The translation key of its name.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::BasicData => "admin-tab-basic-data",
            Self::Communication => "admin-tab-communication",
            Self::AccessRights => "admin-tab-access-rights",
            Self::SignIn => "admin-tab-sign-in",
            Self::History => "admin-tab-history",
        }
    }

    /// The word in the address, after the person.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::BasicData => "",
            Self::Communication => "communication",
            Self::AccessRights => "access-rights",
            Self::SignIn => "sign-in",
            Self::History => "history",
        }
    }
}
