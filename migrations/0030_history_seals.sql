-- The history is changed by nobody: what refuses it is each engine's own (sqlite/, postgres/). Seals show who did.

CREATE TABLE history_seals (
  number BIGINT PRIMARY KEY,
  begun BIGINT NOT NULL,               -- the number of the seal that its chain began with
  sealed_at BIGINT NOT NULL,
  first_id TEXT NOT NULL,              -- of the entries that it seals
  last_id TEXT NOT NULL,
  entries BYTEA NOT NULL,              -- of each, 16 bytes of its identifier and the SHA-256 of its columns
  digest BYTEA NOT NULL,               -- SHA-256 over all of the above and the digest of the seal before
  tag BYTEA NOT NULL                   -- 4 bytes that name a master key, and the HMAC of the digest under it
);
CREATE INDEX history_seals_by_last_id ON history_seals (last_id);
