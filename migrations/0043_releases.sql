-- The company whose administrators are the operator's people in the console; one row at most.
CREATE TABLE operator_company (
  one BIGINT PRIMARY KEY CHECK (one = 1),
  company_id TEXT NOT NULL REFERENCES companies (id),
  asks_two BOOLEAN NOT NULL            -- whether a release wants the consent of two people
);

-- Invitations with other data than the first one, whose release an administrator has asked the operator for. Where two
-- people consent, the first of them proposes the release of the data that stand here.
CREATE TABLE release_requests (
  person_id TEXT PRIMARY KEY REFERENCES people (id),
  company_id TEXT NOT NULL REFERENCES companies (id),
  asker_id TEXT,                       -- the person who asked; null where the operator's command came first
  asker_name TEXT NOT NULL,
  network TEXT,
  asked_at BIGINT NOT NULL,
  given_name TEXT NOT NULL,            -- from here on, the data that are to be released
  family_name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT,
  proposed_at BIGINT,                  -- null: nobody has proposed it
  proposer_id TEXT,                    -- null beside it: the operator's command
  proposer_name TEXT
);
CREATE INDEX release_requests_by_time ON release_requests (asked_at, person_id);

-- The newest invitation of a user is found without reading those of others: with the person alone in the index, SQLite
-- walks all invitations of the company.
CREATE INDEX invitations_by_user ON invitations (person_id, company_id, id);
