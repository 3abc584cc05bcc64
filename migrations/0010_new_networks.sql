-- New networks and the confirmation code; phones that a user administrator set.

-- Who set the phone, and when, where the person has not confirmed it: then phone_confirmed_at is null.
ALTER TABLE contacts ADD COLUMN phone_set_by TEXT REFERENCES people (id);
ALTER TABLE contacts ADD COLUMN phone_set_at BIGINT;

-- When the person last showed in this network that it is theirs: by a confirmation code or something stronger.
ALTER TABLE known_networks ADD COLUMN confirmed_at BIGINT;

-- The confirmation code of a sign-in: one, the newest. Counters of failures and of messages outlive it.
CREATE TABLE confirmation_codes (
  occasion_id TEXT PRIMARY KEY,        -- the sign-in that it was made for
  browser_hash BYTEA NOT NULL,
  person_id TEXT NOT NULL REFERENCES people (id),
  code_hash BYTEA NOT NULL,            -- keyed: six digits are too few for a plain hash
  sms_id TEXT,                         -- the message that it went out by, where one was allowed
  email_id TEXT,
  tries BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX confirmation_codes_by_person ON confirmation_codes (person_id);
CREATE INDEX confirmation_codes_by_expiry ON confirmation_codes (expires_at);

-- SMS are counted with everything else that is counted within a while.
INSERT INTO allowances (purpose, subject, since, taken, expires_at)
  SELECT 'sms.' || period, subject, since, count, since + CASE period WHEN 'hour' THEN 3600000 ELSE 86400000 END
  FROM sms_counts WHERE count > 0;
DROP TABLE sms_counts;
