-- The rows that an administrator typed or uploaded, sealed, while a fresh proof is asked for on the way: one for each
-- administrator and company, for an hour.
CREATE TABLE typed_imports (
  company_id TEXT NOT NULL REFERENCES companies (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  content BYTEA NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, person_id)
);
CREATE INDEX typed_imports_by_expiry ON typed_imports (expires_at);
