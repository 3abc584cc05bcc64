//! The activities in the panel beside a page.

/// The activity in progress, above the application's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caption {
    /// "You are signing in to"
    SigningIn,
    /// "You are setting up sign-in for"
    SettingUp,
    /// "You are signed in to"
    SignedIn,
    /// "You tried to sign in to"
    TriedToSignIn,
    /// "You are signing out of"
    SigningOut,
}

impl Caption {
    /// The translation key of its text.
    pub fn key(self) -> &'static str {
        match self {
            Self::SigningIn => "door-signing-in",
            Self::SettingUp => "door-setting-up",
            Self::SignedIn => "door-signed-in",
            Self::TriedToSignIn => "door-tried",
            Self::SigningOut => "door-signing-out",
        }
    }
}

impl From<Caption> for &'static str {
    fn from(caption: Caption) -> Self {
        caption.key()
    }
}
