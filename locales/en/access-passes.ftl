# Temporary access passes: the console, the page that asks for one, the messages.

admin-access-pass = Temporary access pass
admin-access-pass-about = For someone who has lost both the password and the second factor. A reset is enough where only the second factor is lost.
admin-access-pass-give = Create an access pass
admin-access-pass-title = Create a temporary access pass for { $name }
admin-access-pass-text = With it the person sets up a new password, a new second factor and a new recovery code, and nothing else. When it is used, the former ones stop working and every session ends. The person is told at once, and can stop it.
admin-access-pass-lives = { $minutes ->
    [one] It works once, within a minute.
   *[other] It works once, within { $minutes } minutes.
}
admin-access-pass-tell = Tell it to the person in a call or face to face. They enter it at { $address }.
admin-access-pass-works = Works once, until { $time }
admin-access-pass-copy = Copy pass
admin-access-pass-once = It is not shown again.
admin-access-pass-again = You can create a new one, and this one stops working.
admin-access-pass-saved = I have handed it over

access-pass-have = I have a temporary access pass
access-pass-title = Enter your temporary access pass
access-pass-lead = Your user administrator gave it to you. It opens the set-up of a new password and a new second step. What you used before stops working.
access-pass-label = Temporary access pass, 12 characters
access-pass-hint = Capital or small letters and spaces do not matter.
access-pass-error-length = A temporary access pass has 12 letters and digits.
access-pass-error-wrong = This pass does not work. It may be mistyped, used already, or too old. Ask your user administrator for a new one.

message-access-pass-subject = A temporary access pass was created for you
message-administrator-access-pass =
    Hello { $name },

    { $administrator } of { $company } created a temporary access pass for you. With it a new password and a new second step can be set up in place of yours. If you have not asked for it, stop it now.
message-access-pass-used-subject = Your temporary access pass was used
message-access-pass-used-text =
    Hello { $name },

    your temporary access pass was used at { $organisation }. Your former password, second step and recovery code no longer work, and every session has ended.

event-access-pass-given = Temporary access pass created
event-access-pass-used = Temporary access pass used
event-access-pass-not-proven = Wrong temporary access pass
