sign-out-title = Sign out of { $organisation }?
sign-out-text = You are also signed out of the applications that you opened with it. Unsaved work in them may be lost.
signed-out-title = You are signed out
signed-out-text = You are signed out of { $organisation } and of the applications that you opened with it. If others use this computer, close the browser, too.
form-post-title = You are signed in
form-post-text = This page continues by itself. If it does not, choose Continue.
