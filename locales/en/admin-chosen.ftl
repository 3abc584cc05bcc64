# Acts on several chosen users, and the order of the list
chosen-nobody = Choose at least one user first.
chosen-choose = Choose { $name }
chosen-all = Choose all on this page
chosen-none = Choose none
chosen-with = With the chosen users
chosen-profile = Give a ready-made profile
chosen-remind = Send the first message again
chosen-lock = Lock
chosen-remove = Remove
chosen-profile-title = { $count ->
    [one] Give a ready-made profile to { $count } user
   *[other] Give a ready-made profile to { $count } users
}
chosen-remind-title = { $count ->
    [one] Send the first message again to { $count } user
   *[other] Send the first message again to { $count } users
}
chosen-lock-title = { $count ->
    [one] Lock { $count } user
   *[other] Lock { $count } users
}
chosen-remove-title = { $count ->
    [one] Remove { $count } user
   *[other] Remove { $count } users
}
chosen-remind-text = Only users who have not set up a sign-in or have not accepted yet get it. The link in the earlier message no longer works.
chosen-lock-text = They cannot enter { $company } from the next page on. Where it is their basic company, every session ends at once.
chosen-profile-none = There is no ready-made profile with access rights. Create one under Applications.
chosen-error-profile = Choose the ready-made profile to give.
chosen-basic = { $name } cannot sign in anywhere after this: this is their basic company.
chosen-profile-button = { $count ->
    [one] Give to { $count } user
   *[other] Give to { $count } users
}
chosen-remind-button = { $count ->
    [one] Send to { $count } user
   *[other] Send to { $count } users
}
chosen-lock-button = { $count ->
    [one] Lock { $count } user
   *[other] Lock { $count } users
}
chosen-remove-button = { $count ->
    [one] Remove { $count } user
   *[other] Remove { $count } users
}
chosen-profile-done = { $count ->
    [one] { $count } user has the profile now and has been told.
   *[other] { $count } users have the profile now and have been told.
}
chosen-remind-done = { $count ->
    [one] { $count } user has been sent the message.
   *[other] { $count } users have been sent the message.
}
chosen-lock-done = { $count ->
    [one] { $count } user is locked now and has been told.
   *[other] { $count } users are locked now and have been told.
}
chosen-remove-done = { $count ->
    [one] { $count } user has been removed and told.
   *[other] { $count } users have been removed and told.
}
chosen-rest = { $count ->
    [one] For { $count } user nothing was changed: see below.
   *[other] For { $count } users nothing was changed: see below.
}
chosen-done = Done
chosen-unchanged = Nothing to do
chosen-refused = Not done
chosen-remind-unchanged = Has set up a sign-in already, or cannot enter.
chosen-lock-unchanged = Was locked already.
chosen-remove-unchanged = Was removed already.
chosen-refused-too-often = Has been sent 5 messages today. Try again tomorrow.
admin-order = Order
admin-order-name = Name, A to Z
admin-order-name-down = Name, Z to A
admin-order-role = Role, administrators first
admin-order-standing = Status
admin-order-last = Last sign-in, longest ago first
admin-order-last-down = Last sign-in, latest first
