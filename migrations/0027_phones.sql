-- Phones: installations of the phone app, each with a key of its own. The server has the public half and counts wrong PINs.
CREATE TABLE phones (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  token_hash BYTEA NOT NULL UNIQUE,        -- of the cookie by which the phone is recognised
  name TEXT NOT NULL,
  device TEXT NOT NULL,                    -- make and model, as far as the browser tells
  system TEXT NOT NULL,
  app_version TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  public_key BYTEA NOT NULL,               -- an uncompressed point of P-256
  wrong_pins BIGINT NOT NULL DEFAULT 0,    -- in a row; counted before a signature is verified
  challenge_hash BYTEA,                    -- the one that may be answered, once
  challenge_until BIGINT NOT NULL DEFAULT 0,
  unlocked_until BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
);
CREATE INDEX phones_by_person ON phones (person_id);

-- Phones that were removed, so that "this wasn't me" can bring them back. One that was closed by wrong PINs, or that its
-- person logged out, is not kept.
CREATE TABLE removed_phones (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  token_hash BYTEA NOT NULL,
  name TEXT NOT NULL,
  device TEXT NOT NULL,
  system TEXT NOT NULL,
  app_version TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  public_key BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  removed_at BIGINT NOT NULL
);
CREATE INDEX removed_phones_by_person ON removed_phones (person_id, removed_at);
CREATE INDEX removed_phones_by_time ON removed_phones (removed_at);

-- The challenge of a phone that is being added, on one occasion: a session.
CREATE TABLE phone_challenges (
  occasion_id TEXT PRIMARY KEY,
  hash BYTEA NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX phone_challenges_by_expiry ON phone_challenges (expires_at);

-- Somebody has logged out from all devices: an administrator opens the phone app to them again.
ALTER TABLE people ADD COLUMN phone_app_closed BOOLEAN NOT NULL DEFAULT FALSE;

DROP VIEW person_factors;
CREATE VIEW person_factors AS
  SELECT person_id, 'password' AS factor, 0 AS used_at FROM passwords
  UNION ALL
  SELECT person_id, 'phone', COALESCE(last_used_at, 0) FROM phones
  UNION ALL
  SELECT person_id, 'totp', COALESCE(last_used_at, 0) FROM authenticators
  UNION ALL
  SELECT person_id, 'passkey', COALESCE(last_used_at, 0) FROM passkeys
  UNION ALL
  SELECT person_id, 'recovery_code', 0 FROM recovery_codes WHERE used_at IS NULL;

DROP VIEW person_methods;
CREATE VIEW person_methods AS
  SELECT person_id, 'password' AS factor, '' AS id, '' AS name, changed_at AS made_at,
         CAST(NULL AS BIGINT) AS used_at, CAST(NULL AS BYTEA) AS credential_id FROM passwords
  UNION ALL
  SELECT person_id, 'phone', id, name, created_at, last_used_at, NULL FROM phones
  UNION ALL
  SELECT person_id, 'totp', id, name, created_at, last_used_at, NULL FROM authenticators
  UNION ALL
  SELECT person_id, 'passkey', id, name, created_at, last_used_at, credential_id FROM passkeys
  UNION ALL
  SELECT person_id, 'recovery_code', '', '', made_at, NULL, NULL FROM recovery_codes WHERE used_at IS NULL;
