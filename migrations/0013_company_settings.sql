-- What a company decides of itself: its look, its announcements, and what it wants in each application;
-- and the history as its administrators look through it.

-- What a company wants of its people in one application, beyond what it wants everywhere.
CREATE TABLE company_application_policies (
  company_id TEXT NOT NULL REFERENCES companies (id),
  application_id TEXT NOT NULL,        -- without a reference: applications are a floor above
  policy TEXT NOT NULL,                -- JSON: see sign_in::policies
  PRIMARY KEY (company_id, application_id)
);

-- A company's look: the one that is shown, and the one that is being tried out.
CREATE TABLE looks (
  company_id TEXT NOT NULL REFERENCES companies (id),
  stage TEXT NOT NULL,                 -- published, draft
  accent TEXT NOT NULL,                -- six hexadecimal digits
  light_logo TEXT,                     -- the hash of the picture on light pages
  dark_logo TEXT,                      -- and on dark ones
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, stage)
);

-- Pictures that a look shows, as they are served. Never changed: another picture has another hash.
CREATE TABLE logos (
  company_id TEXT NOT NULL REFERENCES companies (id),
  hash TEXT NOT NULL,
  picture BYTEA NOT NULL,              -- PNG
  PRIMARY KEY (company_id, hash)
);

-- Announcements of disruptions: of the operator for everybody, and of a company for its people.
CREATE TABLE announcements (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL,                 -- everybody, or the identifier of a company
  english TEXT NOT NULL,
  finnish TEXT NOT NULL,
  begins_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX announcements_by_end ON announcements (scope, ends_at, id);

-- What was stopped or failed is looked for among much that was not.
ALTER TABLE history ADD COLUMN stopped_in TEXT;          -- the company, where something was stopped or failed
CREATE INDEX history_by_stop ON history (stopped_in, id) WHERE stopped_in IS NOT NULL;
CREATE INDEX history_by_error ON history (error_id) WHERE error_id IS NOT NULL;

CREATE INDEX applications_by_company ON applications (company_id, id) WHERE company_id IS NOT NULL;
