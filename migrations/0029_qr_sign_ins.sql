-- Sign-ins by a code that the browser draws and a phone scans. A row for each drawing, of which the newest of a sign-in
-- counts.
CREATE TABLE qr_sign_ins (
  id TEXT PRIMARY KEY,
  occasion_id TEXT NOT NULL,           -- the sign-in
  browser_hash BYTEA NOT NULL,         -- the browser that draws the code: the sign-in is its own and nobody else's
  network TEXT NOT NULL,               -- of that browser
  user_agent TEXT NOT NULL,
  secret BYTEA NOT NULL,               -- sealed: the codes of this drawing are made with it
  state TEXT NOT NULL,                 -- drawn, scanned, approved, refused, mismatched, withdrawn, used
  person_id TEXT REFERENCES people (id), -- from here on NULL until it is scanned
  phone_id TEXT,
  question TEXT,                       -- JSON: what the phone shows and signs
  number BYTEA,                        -- sealed; NULL where the phone is in the network of the browser
  wrong_numbers BIGINT NOT NULL,
  drawn_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX qr_sign_ins_by_occasion ON qr_sign_ins (occasion_id, id);
CREATE INDEX qr_sign_ins_by_expiry ON qr_sign_ins (expires_at);
