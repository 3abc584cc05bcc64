-- Phones that are being connected: a code that the browser draws and the phone scans, what the phone was shown, and the
-- key that it has made. The phone is added by the browser that drew the code, and by no other.
CREATE TABLE phone_set_ups (
  id TEXT PRIMARY KEY,                 -- the new key signs it
  occasion_id TEXT NOT NULL,           -- the sign-in, or the session of My sign-in
  browser_hash BYTEA NOT NULL,         -- the browser that draws the code
  page TEXT NOT NULL,                  -- its path, for a phone that is this very browser
  person_id TEXT NOT NULL REFERENCES people (id),
  question TEXT NOT NULL,              -- JSON: what the phone shows and signs
  secret BYTEA NOT NULL,               -- sealed: the codes of this drawing are made with it
  state TEXT NOT NULL,                 -- drawn, scanned, made, added, opened, mismatched, withdrawn
  phone_browser BYTEA,                 -- from here on NULL until it is scanned: the browser of the phone
  number BYTEA,                        -- sealed; NULL where that is the browser that draws
  wrong_numbers BIGINT NOT NULL,
  phone TEXT,                          -- JSON, from here on NULL until the key is made: the phone with its words about itself
  token_hash BYTEA,                    -- of the cookie that the phone got
  public_key BYTEA,
  drawn_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX phone_set_ups_by_occasion ON phone_set_ups (occasion_id, id);
CREATE INDEX phone_set_ups_by_expiry ON phone_set_ups (expires_at);
