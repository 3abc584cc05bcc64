# On every page
skip = Skip to content
help = Help
help-and-language = Help and language
language = Language
back = Back
back-to-application = Back to { $application }
cancel = Cancel
continue = Continue
optional = Optional
confirm = Confirm
sign-in = Sign in
sign-in-again = Sign in again
sign-out = Sign out
copy = Copy
copy-details = Copy details
copied = Copied
print = Print
protected = Protected by Salpa
open-application = Open { $application }
open-account = Open My sign-in
my-sign-in = My sign-in
disruption = Disruptions

# The panel at the door
door-signing-in = You are signing in to
door-setting-up = You are setting up sign-in for
door-signed-in = You are signed in to
door-tried = You tried to sign in to
door-signing-out = You are signing out of
door-company = Company
door-address = Address
door-person = Person
door-network = Network
door-second-step = Second step
door-check-address = Check the address before you sign in.
network-new = not seen before

# Days and times
date = { $day } { $month } { $year }
date-time = { $date }, { $time }
time = { $hour }:{ $minute }
time-exact = { $time }:{ $second }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
