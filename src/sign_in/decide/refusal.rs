//! Why it cannot go on.

/// Why a sign-in cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The profile is closed.
    ProfileClosed,
    /// The application asked for somebody else.
    SomeoneElse,
    /// The application insists on a strength that cannot be reached.
    StrengthUnreachable,
    /// The policy counts none of the methods that could go on.
    NoMethodCounts,
    /// There is no contact that a confirmation code could go to, and nothing better to show.
    NoContact,
    /// The second steps of the person are gone, and only their mailbox speaks for them.
    ClosedToResets,
    /// The person was removed from their basic company: no company can be entered.
    BasicCompanyRemoved,
    /// The person is an employee, and no user.
    OnlyEmployee,
    /// The person has no right to the application.
    NoRight,
}

impl Refusal {
    /// Whether the sign-in itself worked, and it is the application that is not open to the person.
    pub fn is_of_application(self) -> bool {
        matches!(self, Self::BasicCompanyRemoved | Self::OnlyEmployee | Self::NoRight)
    }
}
