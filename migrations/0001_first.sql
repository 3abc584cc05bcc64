-- The tables of the first version. Types: TEXT, BIGINT (Unix milliseconds), BYTEA, BOOLEAN.
-- Identifiers are version 7 UUIDs as text: their order is that of time, so that what is old is found
-- without an index of its own. Lists and settings of one row are JSON in TEXT.
-- Every table has a primary key; on SQLite rows are kept in its order (WITHOUT ROWID), once and not twice.

-- directory: people, companies, users

CREATE TABLE people (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,                 -- as the person writes it
  email_key TEXT NOT NULL UNIQUE,      -- as it is compared
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  language TEXT NOT NULL,
  state TEXT NOT NULL,                 -- active, disabled
  terms_version TEXT,                  -- the version of the terms that the person accepted
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE TABLE companies (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,                  -- business, accounting_office
  contact_email TEXT,
  contact_phone TEXT,
  created_at BIGINT NOT NULL
);

CREATE TABLE users (
  company_id TEXT NOT NULL REFERENCES companies (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  roles TEXT NOT NULL,
  basic BOOLEAN NOT NULL,              -- whether this is the person's basic company
  created_at BIGINT NOT NULL,
  PRIMARY KEY (company_id, person_id)
);
CREATE INDEX users_by_person ON users (person_id, company_id);

-- proofs: factors and the counting of failures

CREATE TABLE passwords (
  person_id TEXT PRIMARY KEY REFERENCES people (id),
  hash TEXT NOT NULL,                  -- PHC string, with its scheme and cost
  stands_alone BOOLEAN NOT NULL,       -- long enough to be the only proof
  changed_at BIGINT NOT NULL
);

CREATE TABLE authenticators (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  name TEXT NOT NULL,
  seed BYTEA NOT NULL,                 -- sealed under the master key
  last_step BIGINT NOT NULL,           -- the newest time step whose code was taken
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
);
CREATE INDEX authenticators_by_person ON authenticators (person_id, id);

CREATE TABLE recovery_codes (
  person_id TEXT PRIMARY KEY REFERENCES people (id),
  hash TEXT NOT NULL,
  made_at BIGINT NOT NULL,             -- when the person said that it is kept safe
  used_at BIGINT
);

CREATE TABLE failures (
  subject TEXT NOT NULL,               -- whom the failures are counted for
  method TEXT NOT NULL,
  count BIGINT NOT NULL,               -- since the last success
  since BIGINT NOT NULL,               -- when the first of them was
  last_at BIGINT NOT NULL,
  wait_until BIGINT NOT NULL,
  PRIMARY KEY (subject, method)
);
CREATE INDEX failures_by_time ON failures (last_at);

CREATE TABLE known_networks (
  person_id TEXT NOT NULL REFERENCES people (id),
  network TEXT NOT NULL,
  first_seen_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, network)
);
CREATE INDEX known_networks_by_time ON known_networks (last_seen_at);

CREATE TABLE known_browsers (
  person_id TEXT NOT NULL REFERENCES people (id),
  browser_hash BYTEA NOT NULL,
  first_seen_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, browser_hash)
);

-- sign_in: sign-ins on their way, sessions

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  secret_hash BYTEA NOT NULL UNIQUE,
  started_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT,
  network TEXT NOT NULL,
  network_was_new BOOLEAN NOT NULL,
  user_agent TEXT NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id, id);

CREATE TABLE session_proofs (
  session_id TEXT NOT NULL REFERENCES sessions (id),
  method TEXT NOT NULL,
  stands_alone BOOLEAN NOT NULL,
  proven_at BIGINT NOT NULL,
  PRIMARY KEY (session_id, method)
);

-- The applications that were entered in a session. When the session ends, those that want to be
-- told are due; what is due waits here until it is told or given up.
CREATE TABLE session_applications (
  session_id TEXT NOT NULL REFERENCES sessions (id),
  application_id TEXT NOT NULL,
  application_name TEXT NOT NULL,
  first_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT,                       -- when to tell it that the session ended; null before and after
  PRIMARY KEY (session_id, application_id)
);
CREATE INDEX session_applications_due ON session_applications (due_at) WHERE due_at IS NOT NULL;

-- What the second factor policy of an application is. Without a row: Required.
CREATE TABLE policies (
  application_id TEXT PRIMARY KEY,
  policy TEXT NOT NULL                 -- JSON: see sign_in::policies
);

CREATE TABLE sign_ins (
  id TEXT PRIMARY KEY,
  browser_hash BYTEA NOT NULL,         -- the browser that began it: nobody else's may go on
  state TEXT NOT NULL,                 -- JSON: see sign_in::State
  application_id TEXT,
  door TEXT NOT NULL,                  -- JSON: the names on the page, of application and company
  demand TEXT NOT NULL,                -- JSON: what the application asked for
  return_to TEXT NOT NULL,             -- the local path where the browser goes when it is done
  leaves_for TEXT,                     -- the origin that the browser goes to after that
  network TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT
);

CREATE TABLE sign_in_proofs (
  sign_in_id TEXT NOT NULL REFERENCES sign_ins (id) ON DELETE CASCADE,
  person_id TEXT NOT NULL REFERENCES people (id),
  method TEXT NOT NULL,
  stands_alone BOOLEAN NOT NULL,
  proven_at BIGINT NOT NULL,
  PRIMARY KEY (sign_in_id, method)
);

-- What a sign-in is setting up: secrets that are shown to the person until they are confirmed, sealed
-- under the master key, and gone with the sign-in.
CREATE TABLE set_ups (
  sign_in_id TEXT NOT NULL REFERENCES sign_ins (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,                  -- authenticator, recovery_code
  secret BYTEA NOT NULL,
  PRIMARY KEY (sign_in_id, kind)
);

-- provider: applications, keys, what was granted

CREATE TABLE applications (
  id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  company_id TEXT REFERENCES companies (id),
  authentication TEXT NOT NULL,        -- JSON: secret (hash), private key (JWK set) or none
  redirect_uris TEXT NOT NULL,
  post_logout_redirect_uris TEXT NOT NULL,
  back_channel_logout_uri TEXT,
  home_url TEXT,
  grant_types TEXT NOT NULL,
  scopes TEXT NOT NULL,
  audience TEXT,
  id_token_algorithm TEXT NOT NULL,
  may_omit_pkce BOOLEAN NOT NULL,      -- only ever true of one that keeps a secret
  created_at BIGINT NOT NULL,
  failure_told_at BIGINT               -- when the history was last told that it could not prove itself
);

CREATE TABLE authorization_requests (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  browser_hash BYTEA NOT NULL,
  request TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  answered_at BIGINT
);

CREATE TABLE grants (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  person_id TEXT NOT NULL REFERENCES people (id),
  session_id TEXT NOT NULL REFERENCES sessions (id),
  offline BOOLEAN NOT NULL,            -- whether it outlives its session
  details TEXT NOT NULL,               -- JSON: scope, claims, acr, amr, auth_time
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX grants_by_session ON grants (session_id, application_id);
CREATE INDEX grants_by_person ON grants (person_id, id);
CREATE INDEX grants_by_expiry ON grants (expires_at);

CREATE TABLE authorization_codes (
  code_hash BYTEA PRIMARY KEY,
  grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
  redirect_uri TEXT NOT NULL,
  code_challenge TEXT,
  nonce TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX authorization_codes_by_grant ON authorization_codes (grant_id);

-- One row per grant: each refresh puts the new token in the place of the old one. A token of the
-- right family that is not the one in force was used up before.
CREATE TABLE refresh_tokens (
  grant_id TEXT PRIMARY KEY REFERENCES grants (id) ON DELETE CASCADE,
  family_hash BYTEA NOT NULL,          -- of what all tokens of the grant share
  token_hash BYTEA NOT NULL,           -- of what the one in force has alone
  issued_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE TABLE revoked_access_tokens (
  token_id TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE INDEX revoked_access_tokens_by_expiry ON revoked_access_tokens (expires_at);

CREATE TABLE client_assertions (
  application_id TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  assertion_id TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (application_id, assertion_id)
);
CREATE INDEX client_assertions_by_expiry ON client_assertions (expires_at);

CREATE TABLE signing_keys (
  id TEXT PRIMARY KEY,                 -- the kid
  algorithm TEXT NOT NULL,             -- ES256, RS256
  generation BIGINT NOT NULL,          -- counts up; of nodes that make the next one, one comes first
  private_key BYTEA NOT NULL,          -- PKCS#8, sealed under the master key; empty once withdrawn
  public_jwk TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  signs_from BIGINT NOT NULL,          -- published before it signs
  withdrawn_at BIGINT,                 -- when it leaves the key set
  UNIQUE (algorithm, generation)
);

-- messages: what people are to be told, written with its reason

CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,               -- email
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL
);

-- history: what was done. It only grows.

CREATE TABLE history (
  id TEXT PRIMARY KEY,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  person_id TEXT,
  application_id TEXT,
  sign_in_id TEXT,
  session_id TEXT,
  network TEXT,
  user_agent TEXT,
  error_id TEXT,
  details TEXT NOT NULL
);
CREATE INDEX history_by_person ON history (person_id, id) WHERE person_id IS NOT NULL;
