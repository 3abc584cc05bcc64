# A communication phone that an administrator set
message-phone-set-subject = Your communication phone was set
message-phone-set-text =
    Hello { $name },

    { $administrator }, a user administrator, set your communication phone at { $organisation }. Codes to sign in go there from now on. For three days it resets nothing, unless you confirm it in My sign-in.
