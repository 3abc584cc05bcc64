company-title = Choose the company
company-lead = You can switch to another one later in My sign-in, without signing in again.
company-unchosen = Choose a company to go on.
company-switch-title = Your company
company-switch-lead = Applications that you open from now on open for this company. Those that are open already stay as they are.
company-switch-none = You are a user of no company that is open to you.
company-switch-link = Switch company
company-switched = You have switched the company. Applications that you open from now on open for it.

not-admitted-office = Your accounting office
not-admitted-company = Your company
not-admitted-write-office = Write to the accounting office
not-admitted-mail-has-id = The email already has the error identifier in it.
consent-company = The company that you chose, and your roles and rights there
