# Sign in by an Estonian ID card in a reader
web-eid-title = Sign in with your ID card
web-eid-lead = Your computer needs a card reader and the Web eID software. The card asks for PIN 1.
web-eid-insert = Insert your ID card into the reader, then continue.
web-eid-use = Use my ID card
web-eid-waiting = Look at the Web eID window. It asks for your card and PIN 1.
web-eid-holds = Waiting for your card
web-eid-over = The time for this sign-in step is over. Start again to get a new one.
web-eid-again = Start again
web-eid-missing = The Web eID extension does not answer. Install it or turn it on in this browser, then reload this page.
web-eid-cancelled = You cancelled in the Web eID window. Try again when you are ready.
web-eid-late = The Web eID window was open for too long. Try again.
web-eid-program = The extension is here, but the Web eID program is not. Install it on this computer, then try again.
web-eid-version = The Web eID extension and its program are of different versions. Update both, then try again.
web-eid-failed = The card could not be used. Check that it is in the reader and try again. If PIN 1 is locked, unlock it with PUK first.
web-eid-no-script = This way needs JavaScript, because the browser talks to your card. Turn it on for this page, or use another way to sign in.
web-eid-install = The software for your ID card is at
web-eid-only-own = Use your card only on a page that you opened yourself. Nobody who calls you needs it.

error-identity-unchecked-title = Your certificate could not be checked
error-identity-unchecked-text = The authority that issued your ID certificate does not say now whether it is valid, so nobody was signed in. Try again in a moment, or use another way to sign in.
error-identity-revoked-title = Your ID certificate is no longer valid
error-identity-revoked-text = Its authority has revoked or suspended it, so nobody was signed in. Use another way to sign in, and get a new certificate from the authority.
error-identity-certificate-title = Your ID certificate is not accepted
error-identity-certificate-text = It has expired, or it is not one that this service takes. Use another card or another way to sign in. If you think that it should work, send the error identifier to support.
