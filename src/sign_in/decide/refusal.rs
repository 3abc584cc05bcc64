//! The refusals of a sign-in.

/// The reason for which a sign-in cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The profile is closed.
    ProfileClosed,
    /// The application asked for another person.
    SomeoneElse,
    /// The application insists on a strength that cannot be reached.
    StrengthUnreachable,
    /// The policy counts none of the methods that could go on.
    NoMethodCounts,
    /// The person has no contact for a confirmation code, and no better proof.
    NoContact,
    /// The person's second steps are gone, and a mailbox alone is not enough.
    ClosedToResets,
    /// The person was removed from their basic company: no company can be entered.
    BasicCompanyRemoved,
    /// The person is an employee and no user.
    OnlyEmployee,
    /// The application is for employees with a chargeable service, and the person is one without.
    NoService,
    /// The person has no right to the application.
    NoRight,
}

impl Refusal {
    /// Whether the person could sign in, but has no access to the application.
    pub(crate) fn is_of_application(self) -> bool {
        matches!(self, Self::BasicCompanyRemoved | Self::OnlyEmployee | Self::NoService | Self::NoRight)
    }
}
