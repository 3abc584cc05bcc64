-- Rights before whose use a company wants its people asked again, though they are signed in.

CREATE TABLE asked_before (
  company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
  application_id TEXT NOT NULL,
  name TEXT NOT NULL,                    -- one that the application declares
  PRIMARY KEY (company_id, application_id, name)
);
CREATE INDEX asked_before_by_application ON asked_before (application_id);
