-- Policies of companies, remembered browsers, and what the adaptive policy asks of known networks.

-- What a company wants of its people, and of its applications. Without a row: nothing.
CREATE TABLE company_policies (
  company_id TEXT PRIMARY KEY REFERENCES companies (id),
  policy TEXT NOT NULL                 -- JSON: see sign_in::policies
);

-- Browsers in which a person need not show the second factor again. It proves nothing.
CREATE TABLE remembered_browsers (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  token_hash BYTEA NOT NULL UNIQUE,    -- of the token in a cookie of its own
  browser_hash BYTEA NOT NULL,         -- the browser that it was given to: nobody else's counts
  made_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  user_agent TEXT NOT NULL
);
CREATE INDEX remembered_browsers_by_person ON remembered_browsers (person_id, id);
CREATE INDEX remembered_browsers_by_browser ON remembered_browsers (browser_hash);
CREATE INDEX remembered_browsers_by_expiry ON remembered_browsers (expires_at);

-- Where a person signed in last.
CREATE INDEX known_networks_of_person_by_time ON known_networks (person_id, last_seen_at);
