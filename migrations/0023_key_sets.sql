-- The sets of keys that applications publish (jwks_uri): when each was looked for, how long it is fresh, and since when
-- it cannot be had. The last good set itself stands with the application.

CREATE TABLE key_set_fetches (
  application_id TEXT PRIMARY KEY REFERENCES applications (id) ON DELETE CASCADE,
  tried_at BIGINT NOT NULL,
  fresh_until BIGINT NOT NULL,
  failing_since BIGINT
);
CREATE INDEX key_sets_that_fail ON key_set_fetches (failing_since) WHERE failing_since IS NOT NULL;
