-- Who manages which company, who may do what in it, and which applications are open to it.

ALTER TABLE companies ADD COLUMN business_id TEXT;       -- as the register of its country writes it
ALTER TABLE companies ADD COLUMN sort_key BYTEA;         -- the name as lists are ordered by
CREATE UNIQUE INDEX companies_by_business_id ON companies (business_id) WHERE business_id IS NOT NULL;

ALTER TABLE people ADD COLUMN last_sign_in_at BIGINT;

-- An accounting office manages a client while its row is here.
CREATE TABLE engagements (
  client_id TEXT NOT NULL REFERENCES companies (id),
  office_id TEXT NOT NULL REFERENCES companies (id),
  since BIGINT NOT NULL,
  PRIMARY KEY (client_id, office_id)
);
CREATE INDEX engagements_by_office ON engagements (office_id, client_id);

ALTER TABLE users ADD COLUMN state TEXT NOT NULL DEFAULT 'active';  -- active, locked, removed
ALTER TABLE users ADD COLUMN profile TEXT;               -- the name of the ready-made profile that was given last
ALTER TABLE users ADD COLUMN sort_key BYTEA;             -- the person's name as lists are ordered by
ALTER TABLE users ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX users_by_name ON users (company_id, sort_key, person_id);

CREATE TABLE employees (
  company_id TEXT NOT NULL REFERENCES companies (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  services TEXT NOT NULL,                -- JSON: the chargeable services, travel and salaries
  sort_key BYTEA,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, person_id)
);
CREATE INDEX employees_by_person ON employees (person_id, company_id);
CREATE INDEX employees_by_name ON employees (company_id, sort_key, person_id);

-- The application is named without a reference: applications are a floor above.
CREATE TABLE company_applications (
  company_id TEXT NOT NULL REFERENCES companies (id),
  application_id TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (company_id, application_id)
);
CREATE INDEX company_applications_by_application ON company_applications (application_id, company_id);

-- What rights an application knows, beside the right to be used at all.
CREATE TABLE declared_rights (
  application_id TEXT NOT NULL,
  name TEXT NOT NULL,                    -- as the application reads it
  title TEXT NOT NULL,                   -- as administrators read it
  PRIMARY KEY (application_id, name)
);

CREATE TABLE user_rights (
  company_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  application_id TEXT NOT NULL,
  name TEXT NOT NULL,                    -- use, or one that the application declares
  PRIMARY KEY (company_id, person_id, application_id, name),
  FOREIGN KEY (company_id, person_id) REFERENCES users (company_id, person_id) ON DELETE CASCADE
);
CREATE INDEX user_rights_by_application ON user_rights (company_id, application_id, name);

CREATE TABLE ready_made_profiles (
  id TEXT PRIMARY KEY,
  company_id TEXT REFERENCES companies (id),  -- null: for every company
  name TEXT NOT NULL,
  rights TEXT NOT NULL                   -- JSON: see directory::rights
);
CREATE INDEX ready_made_profiles_by_company ON ready_made_profiles (company_id, id);

-- What names, addresses and numbers begin with, for searching as one types. Bytes, so that both
-- databases compare them alike, whatever language they were set up for.
CREATE TABLE search_words (
  scope TEXT NOT NULL,                   -- whose: see directory::search
  word BYTEA NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (scope, word, subject)
);
CREATE INDEX search_words_by_subject ON search_words (subject, scope);

ALTER TABLE history ADD COLUMN company_id TEXT;          -- whose administrators may read of it
ALTER TABLE history ADD COLUMN actor_id TEXT;            -- who did it, where that is not the person
CREATE INDEX history_by_company ON history (company_id, id) WHERE company_id IS NOT NULL;
