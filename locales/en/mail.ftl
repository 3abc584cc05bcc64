# In every mail, and the one that tries the way out
mail-footer = Sent by Salpa for { $organisation } · { $address }
mail-time = Time
mail-network = Network
mail-browser = Browser
mail-test-subject = A test of { $organisation }
mail-test-text = This is a test message of the sign-in service at { $address }. It arrived, so email works. There is nothing to do.
sms-test-text = { $organisation }: a test message of the sign-in service. There is nothing to do.
