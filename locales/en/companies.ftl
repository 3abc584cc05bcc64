company-title = Choose the company
company-lead = You can switch to another one later in My sign-in, without signing in again.
company-unchosen = Choose a company to continue.
company-switch-title = Your company
company-switch-lead = Applications that you open from now on use this company. Applications that are already open do not change.
company-switch-none = You have no company to choose.
company-switch-link = Switch company
company-switched = The company has been switched. Applications that you open from now on use it.

not-admitted-office = Your accounting office
not-admitted-company = Your company
not-admitted-write-office = Write to the accounting office
not-admitted-ask = Write to { $name }
not-admitted-mail-has-id = The error identifier is already in the email.
consent-company = The company that you chose, and your roles and rights there
