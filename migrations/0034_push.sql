-- The keys that this service signs its push messages with (VAPID, RFC 8292). A browser subscribes with the public half of
-- one, which signs for that subscription from then on.
CREATE TABLE push_keys (
  id TEXT PRIMARY KEY,
  generation BIGINT NOT NULL UNIQUE,   -- counts up; of nodes that make the next one, one comes first
  private_key BYTEA NOT NULL,          -- PKCS#8, sealed under the master key
  public_key BYTEA NOT NULL,           -- an uncompressed point of P-256
  created_at BIGINT NOT NULL
);

-- Where push messages to a phone go. No row: it was never asked whether it wants any.
CREATE TABLE push_subscriptions (
  recipient_id TEXT PRIMARY KEY REFERENCES phones (id) ON DELETE CASCADE,
  state TEXT NOT NULL,                 -- on, gone (its push service knows it no longer), off
  subscription BYTEA,                  -- its address and keys, sealed under the master key; NULL unless on
  key_id TEXT REFERENCES push_keys (id), -- the key that signs for it; NULL unless on
  changed_at BIGINT NOT NULL
);
CREATE INDEX push_subscriptions_by_key ON push_subscriptions (key_id);
