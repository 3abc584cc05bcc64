-- A change of what proves a person counts everywhere at once; contacts; forgotten passwords.

ALTER TABLE people ADD COLUMN email_confirmed_at BIGINT;
-- Whoever is here was added by the operator, who vouched for the email.
UPDATE people SET email_confirmed_at = created_at;

-- Proofs and grants of a session that are not younger than these count no more. They only grow.
ALTER TABLE sessions ADD COLUMN proofs_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN grants_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN lesser_grants_from BIGINT NOT NULL DEFAULT 0;
CREATE INDEX sign_in_proofs_by_person ON sign_in_proofs (person_id);

-- directory: where codes and notices go; what is here is confirmed

CREATE TABLE contacts (
  person_id TEXT PRIMARY KEY REFERENCES people (id),
  email TEXT,
  email_confirmed_at BIGINT,
  phone TEXT,                          -- E.164
  phone_confirmed_at BIGINT
);

-- Emails that wait for their link.
CREATE TABLE email_confirmations (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  purpose TEXT NOT NULL,               -- sign_in, communication
  email TEXT NOT NULL,
  token_hash BYTEA NOT NULL UNIQUE,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX email_confirmations_by_person ON email_confirmations (person_id, purpose);

-- The phone that waits for its code: one of a person, the last one that was asked for.
CREATE TABLE phone_confirmations (
  person_id TEXT PRIMARY KEY REFERENCES people (id),
  session_id TEXT NOT NULL,            -- the session that asked, and alone may type the code
  phone TEXT NOT NULL,
  code_hash BYTEA NOT NULL,            -- keyed
  tries BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

-- proofs: links that stand in for a forgotten password

CREATE TABLE password_resets (
  id TEXT PRIMARY KEY,
  token_hash BYTEA NOT NULL UNIQUE,
  person_id TEXT REFERENCES people (id), -- null where nobody has the email: written all the same
  sign_in_id TEXT,                     -- the sign-in that asked for it
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX password_resets_by_person ON password_resets (person_id);

-- sign_in: what a person was told of, with the link that says "this wasn't me"

CREATE TABLE notices (
  id TEXT PRIMARY KEY,
  token_hash BYTEA NOT NULL UNIQUE,
  person_id TEXT NOT NULL REFERENCES people (id),
  subject TEXT NOT NULL,               -- the key of its words
  undo TEXT NOT NULL,                  -- JSON: see sign_in::notices::Undo
  network TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX notices_by_person ON notices (person_id, id);

-- platform: how often something may be asked for in a while

CREATE TABLE allowances (
  purpose TEXT NOT NULL,
  subject TEXT NOT NULL,
  since BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (purpose, subject)
);
CREATE INDEX allowances_by_expiry ON allowances (expires_at);
