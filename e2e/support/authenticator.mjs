// Chromium's virtual authenticator (WebAuthn domain of its debugger): a phone or security key that a story holds.

export async function addAuthenticator(page, options = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...options,
    },
  });
  const tell = (method, more = {}) => session.send(`WebAuthn.${method}`, { authenticatorId, ...more });
  return {
    credentials: async () => (await tell('getCredentials')).credentials,
    add: (credential) => tell('addCredential', { credential }),
    verifiesUser: (isUserVerified) => tell('setUserVerified', { isUserVerified }),
    answersByItself: (enabled) => tell('setAutomaticPresenceSimulation', { enabled }),
  };
}
