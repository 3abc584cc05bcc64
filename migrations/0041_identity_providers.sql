-- Banks, national eID and directories of companies: the providers of identities, the keys of this service at each, the
-- identities that people have linked, and the questions on their way to a provider.

CREATE TABLE identity_providers (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  settings TEXT NOT NULL,              -- JSON: kind, issuer, endpoints, methods and what each is worth
  client_secret BYTEA,                 -- sealed; NULL where the provider knows a key of ours
  state TEXT NOT NULL,                 -- on, off
  key_set TEXT,                        -- JSON: the last good set of keys that it published
  key_set_tried_at BIGINT NOT NULL,
  key_set_fresh_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE INDEX identity_providers_by_state ON identity_providers (state);

CREATE TABLE identity_provider_keys (
  id TEXT PRIMARY KEY,                 -- the thumbprint of RFC 7638
  provider_id TEXT NOT NULL REFERENCES identity_providers (id),
  algorithm TEXT NOT NULL,             -- ES256, RS256: signs; RSA-OAEP, ECDH-ES: is encrypted to
  generation BIGINT NOT NULL,          -- counts up; of nodes that make the next one, one comes first
  private_key BYTEA NOT NULL,          -- PKCS#8, sealed under the master key
  public_jwk TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_from BIGINT NOT NULL,           -- published before, so that the provider has it in time
  withdrawn_at BIGINT
);
CREATE UNIQUE INDEX identity_provider_keys_by_generation
  ON identity_provider_keys (provider_id, algorithm, generation);

-- The key of the hashes by which identifiers are found. It outlives master keys, or nobody would be found again.
CREATE TABLE identifier_keys (
  id BIGINT PRIMARY KEY,               -- always 1
  sealed BYTEA NOT NULL
);

CREATE TABLE linked_identities (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  source TEXT NOT NULL,                -- the country of a national identifier, or a provider whose own it is
  identifier_hash BYTEA NOT NULL,      -- keyed
  identifier BYTEA NOT NULL,           -- sealed
  name TEXT NOT NULL,                  -- of the bank or eID that it was linked by
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
);
CREATE UNIQUE INDEX linked_identities_by_identifier ON linked_identities (source, identifier_hash);
CREATE INDEX linked_identities_by_person ON linked_identities (person_id, id);

-- An identifier that a company entered for a user or employee whose profile nobody has used yet.
CREATE TABLE expected_identities (
  company_id TEXT NOT NULL REFERENCES companies (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  source TEXT NOT NULL,
  identifier_hash BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, person_id)
);
CREATE INDEX expected_identities_by_identifier ON expected_identities (source, identifier_hash);
CREATE INDEX expected_identities_by_person ON expected_identities (person_id);

-- A browser on its way to a provider and back.
CREATE TABLE identity_questions (
  id TEXT PRIMARY KEY,
  state_hash BYTEA NOT NULL UNIQUE,    -- of the value that comes back with the browser
  occasion_id TEXT NOT NULL,           -- the sign-in
  browser_hash BYTEA NOT NULL,         -- the browser that began
  provider_id TEXT NOT NULL REFERENCES identity_providers (id),
  method TEXT NOT NULL,
  is_fresh BOOLEAN NOT NULL,           -- whether an earlier sign-in at the provider does not count
  secrets BYTEA NOT NULL,              -- sealed JSON: nonce and code verifier
  state TEXT NOT NULL,                 -- asked, taken, unmatched, linking, linked, withdrawn
  identity BYTEA,                      -- sealed JSON, while nobody is known by it
  asked_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX identity_questions_by_occasion ON identity_questions (occasion_id, id);
CREATE INDEX identity_questions_by_expiry ON identity_questions (expires_at);
CREATE INDEX identity_questions_by_provider ON identity_questions (provider_id);

-- Answers of providers that were accepted, sealed, for as long as the operator keeps them.
CREATE TABLE identity_evidence (
  id TEXT PRIMARY KEY,
  provider_id TEXT NOT NULL REFERENCES identity_providers (id),
  person_id TEXT,                      -- NULL where nobody was known by it yet; outlives the person
  sealed BYTEA NOT NULL,               -- JSON: the signed answer and the key that verifies it
  received_at BIGINT NOT NULL,
  kept_until BIGINT NOT NULL
);
CREATE INDEX identity_evidence_by_provider ON identity_evidence (provider_id, id);
CREATE INDEX identity_evidence_by_end ON identity_evidence (kept_until);

-- Whether a bank or eID opens the phone app to the people of a company again after *Log out from all devices*.
ALTER TABLE companies ADD COLUMN phone_app_by_identity BOOLEAN NOT NULL DEFAULT FALSE;

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
  SELECT person_id, 'identity', COALESCE(last_used_at, 0) FROM linked_identities
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
  SELECT person_id, 'identity', id, name, created_at, last_used_at, NULL FROM linked_identities
  UNION ALL
  SELECT person_id, 'recovery_code', '', '', made_at, NULL, NULL FROM recovery_codes WHERE used_at IS NULL;
