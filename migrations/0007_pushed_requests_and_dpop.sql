-- Authorization requests that applications pushed (RFC 9126), and proofs of possession (RFC 9449).

-- One row per pushed request. Its URI is used once: whoever uses it finds what it became here.
CREATE TABLE pushed_requests (
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  reference_hash BYTEA NOT NULL,       -- of the random part of the request_uri
  parameters TEXT NOT NULL,            -- JSON: names and values, without what proved the application
  dpop_jkt TEXT,                       -- the key whose proof came with it
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  request_id TEXT,                     -- the authorization request that it became, where a person was asked
  PRIMARY KEY (application_id, reference_hash)
);
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);

-- Proofs that were used: each counts once, for as long as it would be taken.
CREATE TABLE dpop_proofs (
  proof_hash BYTEA PRIMARY KEY,        -- of its key and its jti
  expires_at BIGINT NOT NULL
);
CREATE INDEX dpop_proofs_by_expiry ON dpop_proofs (expires_at);

ALTER TABLE authorization_codes ADD COLUMN dpop_jkt TEXT;  -- the key that alone redeems the code
ALTER TABLE refresh_tokens ADD COLUMN dpop_jkt TEXT;       -- the key that the token was last given to
