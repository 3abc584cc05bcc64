-- Questions that wait on the phones of a person. A row for each question, of which at most one of a person is open.
CREATE TABLE approvals (
  id TEXT PRIMARY KEY,                 -- the phone signs it, so that no signature answers a second question
  person_id TEXT NOT NULL REFERENCES people (id),
  occasion_id TEXT NOT NULL,           -- the sign-in that asks
  browser_hash BYTEA NOT NULL,         -- where it began: an answer counts there and nowhere else
  question TEXT NOT NULL,              -- JSON: what the phone shows and signs, in the person's language
  user_agent TEXT NOT NULL,            -- of the browser that asks
  number BYTEA NOT NULL,               -- sealed under the master key: the browser shows it again
  state TEXT NOT NULL,                 -- waiting, approved, refused, mismatched, withdrawn, used
  wrong_numbers BIGINT NOT NULL,
  phone_id TEXT,                       -- the phone that answered
  asked_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,          -- of the question and, once that is answered, of the answer
  answered_at BIGINT
);
CREATE INDEX approvals_by_person ON approvals (person_id, state);
CREATE INDEX approvals_by_occasion ON approvals (occasion_id, id);
CREATE INDEX approvals_by_expiry ON approvals (expires_at);
