-- Passkeys and security keys, their challenges, and who wants attested ones.

CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  credential_id BYTEA NOT NULL UNIQUE, -- at most 1023 bytes; nobody else's (WebAuthn §7.1)
  name TEXT NOT NULL,
  credential TEXT NOT NULL,            -- JSON: the public key and what was known of it, as webauthn-rs keeps it
  sign_count BIGINT NOT NULL,          -- the highest that was shown
  synced BOOLEAN NOT NULL,             -- whether it may be on several devices (backup eligible); never changes
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
);
CREATE INDEX passkeys_by_person ON passkeys (person_id, id);

-- A challenge is found by what the browser signs, and is gone once it was answered.
CREATE TABLE passkey_challenges (
  challenge_hash BYTEA PRIMARY KEY,
  occasion_id TEXT NOT NULL,           -- the sign-in or the session that it was made for
  browser_hash BYTEA NOT NULL,
  purpose TEXT NOT NULL,               -- prove, add
  state TEXT NOT NULL,                 -- JSON: see proofs::passkeys
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenges_by_occasion ON passkey_challenges (occasion_id, made_at);
CREATE INDEX passkey_challenges_by_expiry ON passkey_challenges (expires_at);

-- Companies whose users may add only keys that these authorities vouch for.
CREATE TABLE attested_keys (
  company_id TEXT PRIMARY KEY REFERENCES companies (id),
  authorities TEXT NOT NULL,           -- JSON: certificates in PEM, and the models that each vouches for
  required_since BIGINT NOT NULL
);

-- Sessions in which the person went on without a passkey where an application wished for one.
CREATE TABLE sessions_without_passkey (
  session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE
);

-- What a session of the account pages is setting up, sealed, until it is confirmed.
CREATE TABLE session_set_ups (
  session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
  seed BYTEA NOT NULL,                 -- of an authenticator app
  made_at BIGINT NOT NULL
);

-- By how many steps the clock of an authenticator app was ahead (behind: negative) when it was used last.
ALTER TABLE authenticators ADD COLUMN drift BIGINT NOT NULL DEFAULT 0;
