# Overview and company data
admin-overview = Overview
admin-company-data = Company data
admin-business-id = Business ID
admin-business-id-is = Business ID { $id }
overview-users = { $count ->
    [one] { $count } user
   *[other] { $count } users
}
overview-users-short = Users
overview-more = { $words } and more
overview-names = { $names } and { $count } more
overview-factor = No second factor
overview-never-none = Everyone who can sign in has signed in.
overview-pending-none = No one has yet to accept.
overview-locked-none = No one is locked.
overview-factor-none = Everyone has a second factor.
overview-clients = Client companies
overview-clients-each = See each client
overview-clients-larger = in the numbers below; there are more.
overview-clients-none = No clients yet
overview-clients-none-text = The companies that this accounting office manages, with the users who may need you.
overview-never-count = { $count ->
    [one] { $count } has never signed in
   *[other] { $count } have never signed in
}
overview-pending-count = { $count ->
    [one] { $count } has not accepted yet
   *[other] { $count } have not accepted yet
}
overview-locked-count = { $count ->
    [one] { $count } is locked
   *[other] { $count } are locked
}
overview-factor-count = { $count ->
    [one] { $count } has no second factor
   *[other] { $count } have no second factor
}
overview-no-announcements = Nothing is announced.
company-data-lead = The name is shown on sign-in pages, in messages and in applications.
company-contact = Contact for your users
company-contact-text = Shown where a page cannot help, such as when someone has no access to an application.
company-done-saved = The company data has been saved.
company-error-name = Type a name of at most 200 characters.
company-error-business-id = The business ID may have at most 40 characters.
company-error-business-id-taken = Another company has this business ID.
company-error-phone = Type the phone number with a plus and the country code.
