-- Clients of other people: devices without a browser, registration by the network, consent, subjects that
-- differ by sector.

-- A device that asks to act for somebody (RFC 8628), until it was answered and redeemed.
CREATE TABLE device_authorizations (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  device_code_hash BYTEA NOT NULL UNIQUE,
  user_code_hash BYTEA NOT NULL UNIQUE, -- keyed: 35 bits are too few for a plain hash
  user_code BYTEA NOT NULL,             -- sealed: the page shows it once more, to be compared
  asked TEXT NOT NULL,                  -- JSON: scope, resources
  network TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  state TEXT NOT NULL,                  -- waiting, allowed, refused, redeemed
  grant_id TEXT REFERENCES grants (id) ON DELETE CASCADE, -- of one that is allowed or redeemed
  browser_hash BYTEA,                   -- the browser that typed the code last; nobody else's may answer
  interval_seconds BIGINT NOT NULL,
  polled_at BIGINT,
  requested_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX device_authorizations_by_application ON device_authorizations (application_id);
CREATE INDEX device_authorizations_by_grant ON device_authorizations (grant_id);

-- Leave to register applications by the network, given by the operator. Only the hash is kept.
CREATE TABLE registration_tokens (
  id TEXT PRIMARY KEY,
  token_hash BYTEA NOT NULL UNIQUE,
  name TEXT NOT NULL,
  company_id TEXT REFERENCES companies (id),
  scopes TEXT NOT NULL,                 -- what applications may ask for at most
  uses BIGINT NOT NULL,                 -- how many applications it registers
  used BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT
);

-- Applications that registered themselves, each with the hash of what it manages itself by (RFC 7592).
CREATE TABLE registrations (
  application_id TEXT PRIMARY KEY REFERENCES applications (id) ON DELETE CASCADE,
  access_token_hash BYTEA NOT NULL UNIQUE,
  registration_token_id TEXT NOT NULL REFERENCES registration_tokens (id)
);

-- What a person lets an application of somebody else have.
CREATE TABLE consents (
  person_id TEXT NOT NULL REFERENCES people (id),
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  permission TEXT NOT NULL,             -- JSON: scope, claims, resources
  given_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, application_id)
);
CREATE INDEX consents_by_application ON consents (application_id);

-- The one secret that pairwise subjects are made with, sealed under the master key. It never changes: with
-- it every pairwise subject would.
CREATE TABLE subject_salts (
  id TEXT PRIMARY KEY,
  salt BYTEA NOT NULL
);

-- Who stands behind a pairwise subject that was told.
CREATE TABLE pairwise_subjects (
  subject TEXT PRIMARY KEY,
  sector TEXT NOT NULL,
  person_id TEXT NOT NULL REFERENCES people (id)
);
