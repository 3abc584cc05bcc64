-- The logos of applications, fetched once at their registration and served from here.

CREATE TABLE application_logos (
  application_id TEXT PRIMARY KEY REFERENCES applications (id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  picture BYTEA NOT NULL
);
