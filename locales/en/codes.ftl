# A communication phone that an administrator set
message-phone-set-subject = Your communication phone was set
message-phone-set-text =
    Hello { $name },

    { $administrator }, a user administrator, set your communication phone at { $organisation }. Sign-in codes go there from now on. For three days it cannot be used to reset anything, unless you confirm it in My sign-in.

# The confirmation code of a new network
new-network-title = You are signing in from a new network
new-network-lead = We sent the same six-digit code to your phone and your email. Use whichever message comes first.
new-network-lead-phone = We sent a six-digit code to your phone.
new-network-lead-email = We sent a six-digit code to your email.
new-network-lead-not-sent = Confirm with a six-digit code that it is you. We send it here:
new-network-lead-over = This code no longer works. Send a new one.
new-network-sms-sent = SMS sent { $time }
new-network-email-sent = Email sent { $time }
new-network-sms-late = Text messages cannot be sent right now. Use the email.
new-network-email-late = Emails cannot be sent right now. Use the text message.
new-network-sms-waits = SMS on its way
new-network-email-waits = Email on its way
new-network-phone-ends = phone that ends in { $digits }
new-network-email-at = email at { $domain }
new-network-works-for = The code works for
new-network-works-until = The code works until { $time }.
new-network-left = The code works for { $time }.
new-network-send = Send the code
new-network-send-again = Send a new code
new-network-too-many = Too many codes were sent.
new-network-wrong-contact = Wrong number or email? Your user administrator can correct the number.
new-network-who = Who is my user administrator?
new-network-administrator-role = Ask for the user administrator at
new-network-error-empty = Type the six digits from the newest message.
new-network-error-no-match = { $tries ->
    [0] This code does not match. It was the last try: send a new code.
    [one] This code does not match. Use the newest message. You have 1 try left.
   *[other] This code does not match. Use the newest message. You have { $tries } tries left.
}
new-network-error-no-way = No message can be sent to your phone right now. Try again later, or use another way.
message-new-network-sms = { $code } is your code to sign in at { $organisation }. It works for 90 seconds. Do not give it to anyone.
message-new-network-subject = Your code to sign in
message-new-network-text =
    Hello { $name },

    you are signing in at { $organisation } from a new network. Type this code on the sign-in page.
message-new-network-label = Your code
message-new-network-lives = It works for 90 seconds, once.
message-new-network-note = Do not give the code to anyone, whoever asks for it. If you are not signing in, someone knows your password: change it.
