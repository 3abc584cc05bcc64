-- Which applications may act by the administration API, what they asked for once, and the directories
-- that feed companies.

CREATE TABLE api_grants (
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  company_id TEXT NOT NULL,              -- or the word operator: for every company
  scopes TEXT NOT NULL,                  -- the words of api::scopes, separated by spaces
  since BIGINT NOT NULL,
  PRIMARY KEY (application_id, company_id)
);

-- What a caller asked for under a key of its own, so that asking again does nothing twice.
CREATE TABLE idempotency_keys (
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint BYTEA NOT NULL,            -- of the whole request
  answer TEXT,                           -- null within the transaction that makes it
  at BIGINT NOT NULL,
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (at);

CREATE TABLE scim_tokens (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  name TEXT NOT NULL,
  token_hash BYTEA NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  last_used_at BIGINT
);
CREATE INDEX scim_tokens_by_company ON scim_tokens (company_id, id);

-- What a company's directory calls its users.
CREATE TABLE external_ids (
  company_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  PRIMARY KEY (company_id, person_id),
  UNIQUE (company_id, external_id),
  FOREIGN KEY (company_id, person_id) REFERENCES users (company_id, person_id) ON DELETE CASCADE
);
