-- What "this wasn't me" takes back stands again as it was before. A factor that is removed is kept as long as that can
-- be done, in tables of its own: nothing that asks for the factors of a person can take it for one that is in force.

-- A second step was removed, and nobody who can vouch for the person has reset it: what their mailbox alone can show
-- sets no new password while they have none (sign_in::decide).
ALTER TABLE people ADD COLUMN closed_to_resets BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE removed_authenticators (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  name TEXT NOT NULL,
  seed BYTEA NOT NULL,                 -- sealed under the master key
  last_step BIGINT NOT NULL,
  drift BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  removed_at BIGINT NOT NULL
);
CREATE INDEX removed_authenticators_by_person ON removed_authenticators (person_id, removed_at);
CREATE INDEX removed_authenticators_by_time ON removed_authenticators (removed_at);

CREATE TABLE removed_passkeys (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  credential_id BYTEA NOT NULL,
  name TEXT NOT NULL,
  credential TEXT NOT NULL,
  sign_count BIGINT NOT NULL,
  synced BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  removed_at BIGINT NOT NULL
);
CREATE INDEX removed_passkeys_by_person ON removed_passkeys (person_id, removed_at);
CREATE INDEX removed_passkeys_by_time ON removed_passkeys (removed_at);

-- Recovery codes that were replaced or removed, but for those that were used.
CREATE TABLE removed_recovery_codes (
  person_id TEXT NOT NULL REFERENCES people (id),
  made_at BIGINT NOT NULL,
  hash TEXT NOT NULL,
  removed_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, made_at, hash)
);
CREATE INDEX removed_recovery_codes_by_time ON removed_recovery_codes (removed_at);

-- Each address that hears of something has a link of its own: what it can do depends on whether the address still is
-- the person's.
ALTER TABLE notices ADD COLUMN told_id TEXT NOT NULL DEFAULT '';  -- one for all the addresses; it also gives the order
ALTER TABLE notices ADD COLUMN address TEXT NOT NULL DEFAULT '';  -- of links from before that went to a former one: empty
UPDATE notices SET told_id = id;
UPDATE notices SET address = (SELECT email FROM people WHERE people.id = notices.person_id)
WHERE undo NOT LIKE '%email":%';
